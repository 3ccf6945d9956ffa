-- migrate_apply(): one migration, its journal row and its repetition.
\i test/clean.psql

SELECT dbmig_version();

SELECT migrate_apply('0001_a', 'CREATE TABLE a (id int); INSERT INTO a VALUES (1);',
	'DROP TABLE a')::jsonb - 'duration_ms' AS applied;
SELECT migrate_apply('0001_a', 'CREATE TABLE a (id int); INSERT INTO a VALUES (1);',
	'DROP TABLE a')::jsonb - 'duration_ms' AS again;
TABLE a;

-- its text has changed
SELECT migrate_apply('0001_a', 'CREATE TABLE a (id bigint)');

-- without a down
SELECT migrate_apply('0002_b', 'CREATE TABLE b (id int)')::jsonb - 'duration_ms' AS applied;

-- what the journal holds
SELECT seq, name, checksum = encode(sha256(convert_to(up, 'UTF8')), 'hex') AS right_checksum,
	up, down, down_kind, reversible, applied_at <= now() + interval '1 minute' AS in_time,
	applied_by = session_user AS by_us, duration_ms >= 0 AS took, dbmig_version
FROM dbmig.journal ORDER BY seq;
SELECT seq, event, name, checksum IS NOT NULL AS checksum, "by" = session_user AS by_us,
	detail, prev_hash IS NULL AS first, length(hash) FROM dbmig.history ORDER BY seq;
SELECT history_seq, s.history_hash = h.hash AS head
FROM dbmig.state s JOIN dbmig.history h ON h.seq = s.history_seq;

-- errors name migration, statement and line, and leave nothing
SELECT migrate_apply('0003_c', 'CREATE TABLE c (id int);

CREATE TABLE a (id int);');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_apply('0003_c', 'CREATE TABLE c (id int);
SELECT ''é'',
	nope FROM c');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_apply('0003_c', 'CREATE TABLE c (id int); SELEC 1');
\set SHOW_CONTEXT never
SELECT migrate_apply('0003_c', $$
CREATE FUNCTION half() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1 / 0; END';
SELECT half()
$$);
\set SHOW_CONTEXT errors
SELECT to_regclass('c'), to_regprocedure('half()');
SELECT count(*) FROM dbmig.journal;

-- a value that was added to an enum cannot be used in the same transaction
SELECT migrate_apply('0003_c', 'CREATE TYPE mood AS ENUM (''sad'')') ->> 'status' AS status;
SELECT migrate_apply('0004_d', 'ALTER TYPE mood ADD VALUE ''ok''; CREATE TABLE d AS SELECT ''ok''::mood AS m');
\echo :LAST_ERROR_SQLSTATE

-- every row of a SELECT is dropped, not kept
SELECT migrate_apply('0005_e', 'SELECT repeat(''x'', 1000) FROM generate_series(1, 1000)') ->> 'status' AS status;

-- bodies, quotes and comments hold semicolons
SELECT migrate_apply('0006_f', $$
/* ; /* nested ; */ */
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $body$ SELECT ';' -- ;
$body$;
CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;
CREATE TABLE "semi;colon" (a text DEFAULT 'it''s ;', b text DEFAULT E'\';');
$$) ->> 'statements' AS statements;

-- nothing to do
SELECT migrate_apply('0007_g', '') ->> 'statements' AS statements;
SELECT migrate_apply('0008_h', '-- only a comment') ->> 'statements' AS statements;

-- dry_run does it all, and undoes it
SELECT migrate_apply('0009_i', 'CREATE TABLE i (id int)', 'DROP TABLE i',
	'{"dry_run": true}')::jsonb - 'duration_ms' AS would;
SELECT to_regclass('i'), count(*) FROM dbmig.journal;
SELECT migrate_apply('0009_i', 'CREATE TABLE a (id int)', options => '{"dry_run": true}');
SELECT 1 AS not_in_a_transaction;

-- a down that does not undo its up
SELECT migrate_apply('0010_j', 'CREATE TABLE j (id int)', 'SELECT 1; DROP TABLE nope',
	'{"verify": "roundtrip"}');
SELECT * FROM migrate_verify();
