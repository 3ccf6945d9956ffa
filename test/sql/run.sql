-- migrate_run(): the same as migrate_up() with a commit after each migration.
\i test/clean.psql

CALL migrate_run('[{"name":"1","up":"CREATE TYPE mood AS ENUM (''sad'')"},
	{"name":"2","up":"ALTER TYPE mood ADD VALUE ''ok''"},
	{"name":"3","up":"CREATE TABLE t AS SELECT ''ok''::mood AS m"}]');
TABLE t;
CALL migrate_run('[]');

-- what was committed stays
CALL migrate_run('[{"name":"4","up":"CREATE TABLE four (id int)"},
	{"name":"5","up":"CREATE TABLE five (id int); SELECT 1 / 0"},
	{"name":"6","up":"CREATE TABLE six (id int)"}]');
SELECT to_regclass('four'), to_regclass('five'), to_regclass('six');
SELECT name, state FROM migrate_status();
SELECT * FROM migrate_verify();

-- an error at the commit itself
CALL migrate_run('[{"name":"5","up":"CREATE TABLE u (id int UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO u VALUES (1), (1)"}]');
SELECT to_regclass('u');

-- settings of a migration do not reach the next one
CALL migrate_run('[{"name":"7","up":"SET search_path = pg_catalog; SET lock_timeout = 7"},
	{"name":"8","up":"CREATE TABLE eight AS SELECT current_setting(''lock_timeout'') AS t"}]', '{"lock_timeout": 60000}');
TABLE public.eight;
SHOW lock_timeout;

-- only where it can commit
BEGIN;
CALL migrate_run('[{"name":"9","up":"SELECT 1"}]');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
CREATE FUNCTION call_it() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	CALL migrate_run('[{"name":"9","up":"SELECT 1"}]');
END $$;
SELECT call_it();
DO $$
BEGIN
	BEGIN
		CALL migrate_run('[{"name":"9","up":"SELECT 1"}]');
	EXCEPTION WHEN division_by_zero THEN
		NULL;
	END;
END $$;
DO $$
BEGIN
	CALL migrate_run('[{"name":"9","up":"CREATE TABLE nine (id int)"}, {"name":"10","up":"CREATE TABLE ten (id int)"}]');
	RAISE EXCEPTION 'after the commits';
END $$;
SELECT to_regclass('nine'), to_regclass('ten');

\set VERBOSITY terse
CALL migrate_run('[{"name":"11","up":"CREATE TABLE eleven (id int)"}]', '{"dry_run": true}');
\set VERBOSITY default
SELECT to_regclass('eleven');
SELECT migrate_run('[]');
