-- Who may do what.
\i test/clean.psql

SET client_min_messages = warning;
DROP ROLE IF EXISTS dbmig_regress_reader, dbmig_regress_migrator, dbmig_regress_files;
RESET client_min_messages;
CREATE ROLE dbmig_regress_reader;
CREATE ROLE dbmig_regress_migrator;
CREATE ROLE dbmig_regress_files IN ROLE pg_read_server_files;
GRANT USAGE ON SCHEMA public TO PUBLIC;
GRANT CREATE ON SCHEMA public TO dbmig_regress_migrator;
GRANT EXECUTE ON FUNCTION migrate_apply, migrate_up(text, json), migrate_rollback() TO dbmig_regress_migrator;
GRANT EXECUTE ON PROCEDURE migrate_run(text, json) TO dbmig_regress_migrator;
CREATE TABLE others (id int);

-- by default
SELECT proname, pg_get_function_identity_arguments(p.oid) AS arguments,
	has_function_privilege('dbmig_regress_reader', p.oid, 'EXECUTE') AS everybody, proparallel
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	JOIN pg_extension e ON e.oid = d.refobjid AND extname = 'dbmig'
ORDER BY 1, 2;
SELECT has_schema_privilege('dbmig_regress_reader', 'dbmig', 'USAGE') AS usage,
	bool_or(has_table_privilege('dbmig_regress_reader', oid, 'SELECT, INSERT, UPDATE, DELETE')) AS tables
FROM pg_class WHERE relnamespace = 'dbmig'::regnamespace AND relkind = 'r';

-- a role that was granted EXECUTE migrates its own tables
SET ROLE dbmig_regress_migrator;
SELECT migrate_apply('1', 'CREATE TABLE mine (id int)', 'DROP TABLE mine') ->> 'status' AS status;
SELECT migrate_up('[{"name":"2","up":"ALTER TABLE mine ADD x int","down":"ALTER TABLE mine DROP x"}]');
CALL migrate_run('[{"name":"3","up":"ALTER TABLE mine ADD y int","down":"ALTER TABLE mine DROP y"}]');
SELECT migrate_rollback();
-- and nobody else's
SELECT migrate_apply('4', 'ALTER TABLE others ADD x int');
SELECT migrate_apply('4', 'DROP TABLE others');
-- nor the journal, by hand or in a migration
SELECT * FROM dbmig.journal;
INSERT INTO dbmig.history VALUES (1);
SELECT migrate_apply('4', 'DELETE FROM dbmig.journal');
SELECT migrate_apply('4', 'UPDATE dbmig.state SET history_seq = 0');
SELECT migrate_apply('4', 'SELECT current_user; CREATE TABLE who AS SELECT current_user AS u') ->> 'status' AS status;
TABLE who;
SELECT current_user;
SELECT name, state FROM migrate_status();
SELECT count(*) FROM migrate_history();
SELECT * FROM migrate_verify();
-- nor files of the server
SELECT migrate_up('/');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_status('/');
SELECT migrate_repair('4', '{"forget": true, "reason": "x"}');
RESET ROLE;
SELECT tableowner FROM pg_tables WHERE tablename = 'mine';
SELECT name, applied_by = session_user AS by_us FROM migrate_status();

-- members of pg_read_server_files read folders
SET ROLE dbmig_regress_files;
SELECT * FROM migrate_status('/nonexistent');
RESET ROLE;

-- nobody else migrates
SET ROLE dbmig_regress_reader;
SELECT migrate_apply('5', 'SELECT 1');
SELECT migrate_up('[]');
CALL migrate_run('[]');
SELECT migrate_rollback();
SELECT migrate_rollback(1);
SELECT migrate_baseline('x');
SELECT migrate_repair('x', '{}');
SELECT count(*) FROM migrate_status();
RESET ROLE;

-- SECURITY DEFINER lends rights as it does elsewhere
CREATE FUNCTION lent(name text, up text) RETURNS text LANGUAGE sql SECURITY DEFINER
AS 'SELECT migrate_apply(name, up) ->> ''status''';
SET ROLE dbmig_regress_reader;
SELECT lent('5', 'ALTER TABLE others ADD x int');
RESET ROLE;

-- row security cannot hide the journal from dbmig
ALTER TABLE dbmig.journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE dbmig.journal FORCE ROW LEVEL SECURITY;
SELECT count(*) FROM migrate_status();
SET row_security = off;
SELECT count(*) FROM migrate_status();
RESET row_security;

DROP OWNED BY dbmig_regress_reader, dbmig_regress_migrator, dbmig_regress_files;
DROP ROLE dbmig_regress_reader, dbmig_regress_migrator, dbmig_regress_files;
