-- What a migration may not hold is refused before anything runs.
\i test/clean.psql

\set VERBOSITY terse
SELECT migrate_apply('1', E'CREATE TABLE a (id int);\nBEGIN');
SELECT migrate_apply('1', 'START TRANSACTION');
SELECT migrate_apply('1', 'COMMIT');
SELECT migrate_apply('1', 'END');
SELECT migrate_apply('1', 'ROLLBACK');
SELECT migrate_apply('1', 'ABORT');
SELECT migrate_apply('1', 'SAVEPOINT s');
SELECT migrate_apply('1', 'RELEASE s');
SELECT migrate_apply('1', 'ROLLBACK TO s');
SELECT migrate_apply('1', 'PREPARE TRANSACTION ''x''');
SELECT migrate_apply('1', 'VACUUM');
SELECT migrate_apply('1', 'CREATE INDEX CONCURRENTLY i ON a (id)');
SELECT migrate_apply('1', 'DROP INDEX CONCURRENTLY i');
SELECT migrate_apply('1', 'REINDEX TABLE CONCURRENTLY a');
SELECT migrate_apply('1', 'CREATE DATABASE d');
SELECT migrate_apply('1', 'DROP DATABASE d');
SELECT migrate_apply('1', 'CREATE TABLESPACE t LOCATION ''/tmp''');
SELECT migrate_apply('1', 'ALTER SYSTEM SET work_mem = 1');
SELECT migrate_apply('1', 'COPY a FROM STDIN');
SELECT migrate_apply('1', 'COPY a TO STDOUT');
SELECT migrate_apply('1', '\i other.sql');
SELECT migrate_apply('1', E'SELECT 1;\n\n\\connect other');
\set VERBOSITY default
SELECT migrate_apply('1', E'CREATE TABLE a (id int);\n\nCREATE INDEX CONCURRENTLY i ON a (id)');
\echo :LAST_ERROR_SQLSTATE

-- the down too
SELECT migrate_apply('1', 'CREATE TABLE a (id int)', 'VACUUM');
SELECT to_regclass('a');

-- what only looks like it
SELECT migrate_apply('1', $$CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN NULL; END'; DO 'BEGIN NULL; END'; SELECT 'COMMIT' AS "vacuum"$$) ->> 'status' AS status;

-- what the server refuses by itself
SELECT migrate_apply('2', 'DO ''BEGIN COMMIT; END''');
SELECT migrate_apply('2', 'CREATE PROCEDURE p() LANGUAGE plpgsql AS ''BEGIN COMMIT; END''; CALL p()');

-- a migration that migrates
SELECT migrate_apply('2', 'SELECT migrate_apply(''3'', ''SELECT 1'')');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_apply('2', 'SELECT migrate_rollback()');
SELECT migrate_apply('2', 'DO ''BEGIN PERFORM migrate_up(''''[]''''); END''');
SELECT migrate_apply('2', 'CALL migrate_run(''[]'')');
SELECT migrate_apply('2', 'CREATE TABLE seen AS SELECT dbmig_version() AS version, count(*) FROM migrate_history()') ->> 'status' AS status;
SELECT migrate_apply('3', 'SELECT 1') ->> 'status' AS status;
