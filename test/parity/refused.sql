-- What a migration may not hold is refused before anything runs.
SELECT migrate_apply('1', 'CREATE TABLE a (id integer);
BEGIN');
SELECT migrate_apply('1', 'COMMIT');
SELECT migrate_apply('1', 'END');
SELECT migrate_apply('1', 'ROLLBACK');
SELECT migrate_apply('1', 'SAVEPOINT s');
SELECT migrate_apply('1', 'RELEASE s');
SELECT migrate_apply('1', 'ROLLBACK TO s');
SELECT migrate_apply('1', 'VACUUM');
SELECT migrate_apply('1', '
-- a comment
  /* and another */ CoMmIt /* ! */ ;');
SELECT migrate_apply('1', 'SELECT 1; SELECT 2;
SELECT 3; Begin; SELECT nope');
SELECT migrate_apply('1', 'begin transaction; CREATE TABLE a (id integer); commit');

-- the down too
SELECT migrate_apply('1', 'CREATE TABLE a (id integer)', 'VACUUM');
SELECT migrate_apply('1', 'CREATE TABLE a (id integer)', 'DROP TABLE a;

COMMIT');
SELECT migrate_up('[{"name":"1","up":"CREATE TABLE a (id integer)","down":"ROLLBACK"}]');
SELECT migrate_run('[{"name":"1","up":"CREATE TABLE a (id integer)"},{"name":"2","up":"VACUUM"}]');
SELECT count(*) FROM a;

-- in a file: its line, not that of the section
SELECT migrate_up('@folders@/refused');

-- what only looks like it
SELECT migrate_apply('2', 'SELECT ''BEGIN; COMMIT'' AS "vacuum"; /* COMMIT; */ SELECT 1 -- ; ROLLBACK;
AS "end"', 'SELECT 1');

-- a migration that migrates
SELECT migrate_apply('3', 'SELECT migrate_apply(''4'', ''SELECT 1'')');
SELECT migrate_apply('3', 'SELECT migrate_rollback()');
SELECT migrate_apply('3', 'SELECT migrate_up(''[]'')');
SELECT migrate_apply('3', 'SELECT migrate_baseline(''4'')');
SELECT migrate_apply('3', 'SELECT migrate_repair(''2'', ''{"forget": true}'')');
SELECT migrate_apply('3', 'SELECT dbmig_version(); SELECT count(*) FROM migrate_history(); SELECT * FROM migrate_status()');
SELECT migrate_apply('4', 'SELECT 1', 'SELECT 1');
SELECT name, state FROM migrate_status();
SELECT count(*) FROM migrate_verify();
