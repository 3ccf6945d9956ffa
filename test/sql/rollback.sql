-- migrate_rollback(): from the journal, without the files.
\i test/clean.psql

SELECT migrate_rollback();
SELECT migrate_up(json_agg(json_build_object('name', 'm' || i, 'up', format('CREATE TABLE t%s (id int)', i),
	'down', format('DROP TABLE t%s', i)) ORDER BY i)) ->> 'pending' AS pending FROM generate_series(1, 7) AS i;

SELECT migrate_rollback();
SELECT migrate_rollback(2);
SELECT migrate_rollback('m3');
SELECT name FROM migrate_status();
SELECT count(*) FROM pg_tables WHERE schemaname = 'public';

-- with options; a target of either kind by its name
SELECT migrate_rollback(target => 'm3');
SELECT migrate_rollback(target => 1, options => '{"dry_run": true}');
SELECT migrate_rollback(1, '{"dry_run": true}');
SELECT migrate_rollback('m1', '{"dry_run": true}');
SELECT name FROM migrate_status();
SELECT to_regclass('t3');

-- bad targets
SELECT migrate_rollback(NULL);
SELECT migrate_rollback(NULL::int);
SELECT migrate_rollback(0);
SELECT migrate_rollback(-1);
SELECT migrate_rollback(4);
SELECT migrate_rollback('m7');
SELECT migrate_rollback('');
-- A parameter without a type is text.
PREPARE back AS SELECT migrate_rollback($1);
EXECUTE back(1);
\set VERBOSITY terse
SELECT migrate_rollback(1, '{"no_such": 1}');
\set VERBOSITY default

-- with a down that nobody wrote; forgotten; with a down that fails
SELECT migrate_apply('m4', 'CREATE TABLE t4 (id int)') ->> 'down' AS down;
SELECT migrate_rollback();
SELECT to_regclass('t4') IS NULL AS gone;
SELECT migrate_apply('m4', 'CREATE TABLE t4 (id int)') ->> 'down' AS down;
SELECT migrate_repair('m4', '{"forget": true, "reason": "made by hand"}');
SELECT migrate_apply('m5', 'CREATE TABLE t5 (id int)', E'SELECT 1;\nDROP TABLE t6') ->> 'down' AS down;
SELECT migrate_rollback();
SELECT migrate_rollback(2);
SELECT name FROM migrate_status();

SELECT seq, event, name, detail FROM migrate_history();
SELECT * FROM migrate_verify();
