-- The caller's transaction decides; savepoints and isolation levels.
\i test/clean.psql

BEGIN;
SELECT migrate_apply('1', 'CREATE TABLE a (id int)') ->> 'status' AS status;
SELECT name FROM migrate_status();
INSERT INTO a VALUES (1);
ROLLBACK;
SELECT to_regclass('a'), count(*) FROM dbmig.journal;

BEGIN;
SELECT migrate_apply('1', 'CREATE TABLE a (id int)', 'DROP TABLE a') ->> 'status' AS status;
SAVEPOINT s;
SELECT migrate_apply('2', 'CREATE TABLE b (id int)') ->> 'status' AS status;
ROLLBACK TO s;
SELECT migrate_apply('3', 'SELECT nope');
ROLLBACK TO s;
SELECT migrate_apply('4', 'CREATE TABLE d (id int)') ->> 'status' AS status;
SELECT migrate_apply('5', 'CREATE TABLE e (id int)', options => '{"dry_run": true}')::jsonb -> 'dry_run' AS dry_run;
COMMIT;
SELECT seq, name FROM migrate_status();
SELECT * FROM migrate_verify();

-- in a function that catches the error
CREATE FUNCTION try(name text, up text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN migrate_apply(name, up) ->> 'status';
EXCEPTION WHEN others THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;
SELECT try('6', 'SELECT 1 / 0'), try('6', 'CREATE TABLE f (id int)'), try('7', 'SELECT migrate_apply(''8'', ''SELECT 1'')'),
	try('7', 'SET search_path = pg_catalog; SELECT nope'), try('7', 'CREATE TABLE g (id int)');
SHOW search_path;
SELECT seq, name FROM migrate_status() ORDER BY seq;
SELECT * FROM migrate_verify();

-- more than one in a statement
SELECT migrate_apply('many' || i, format('CREATE TABLE many%s (id int)', i)) ->> 'status' AS status FROM generate_series(1, 3) AS i;

-- isolation levels
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT migrate_apply('rr', 'CREATE TABLE rr (id int)') ->> 'status' AS status;
SELECT migrate_apply('rr2', 'CREATE TABLE rr2 (id int)', 'DROP TABLE rr2') ->> 'status' AS status;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT migrate_rollback(1, '{"dry_run": true}');
ROLLBACK;
BEGIN READ ONLY;
SELECT migrate_apply('ro', 'SELECT 1');
ROLLBACK;
BEGIN READ ONLY;
SELECT count(*) FROM migrate_status();
SELECT * FROM migrate_verify();
ROLLBACK;

-- settings that a migration makes end with it
SELECT migrate_apply('set', 'SET search_path = pg_catalog; SET LOCAL work_mem = ''1MB''; SELECT set_config(''check_function_bodies'', ''off'', false);
	CREATE TABLE public.settings AS SELECT current_setting(''work_mem'') AS work_mem, current_setting(''check_function_bodies'') AS checked') ->> 'statements' AS statements;
TABLE settings;
SHOW search_path;
SHOW check_function_bodies;
SELECT setting = reset_val AS same FROM pg_settings WHERE name = 'work_mem';
SELECT migrate_apply('role', 'SET ROLE pg_monitor') ->> 'status' AS status;
SELECT current_user = session_user AS same;
SELECT migrate_apply('timeout', 'CREATE TABLE timeout AS SELECT current_setting(''lock_timeout'') AS t', options => '{"lock_timeout": 12345}') ->> 'status' AS status;
TABLE timeout;
SHOW lock_timeout;

-- constraints that wait for the commit wait for the caller's
BEGIN;
SELECT migrate_apply('defer', 'CREATE TABLE u (id int UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO u VALUES (1), (1)') ->> 'status' AS status;
COMMIT;
SELECT to_regclass('u');

-- the extension's tables travel with pg_dump
SELECT extconfig::regclass[], extcondition, extrelocatable FROM pg_extension WHERE extname = 'dbmig';

-- functions in a schema of one's choice, tables always in dbmig
DROP EXTENSION dbmig;
CREATE SCHEMA tools;
CREATE EXTENSION dbmig SCHEMA tools;
SELECT tools.migrate_apply('1', 'SELECT 1') ->> 'status' AS status;
SELECT name FROM dbmig.journal;
DROP EXTENSION dbmig;
SELECT to_regnamespace('dbmig');
