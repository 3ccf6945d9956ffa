-- The caller's transaction decides.
BEGIN;
SELECT migrate_apply('1', 'CREATE TABLE a (id integer)', 'DROP TABLE a');
INSERT INTO a VALUES (1);
SELECT name, state FROM migrate_status();
ROLLBACK;
SELECT name, state FROM migrate_status();
SELECT count(*) FROM a;

BEGIN;
SELECT migrate_apply('1', 'CREATE TABLE a (id integer)', 'DROP TABLE a');
INSERT INTO a VALUES (1);
SAVEPOINT s;
SELECT migrate_apply('2', 'CREATE TABLE b (id integer)', 'DROP TABLE b');
ROLLBACK TO s;
SELECT migrate_apply('3', 'CREATE TABLE c (id integer);
SELECT nope');
ROLLBACK TO s;
SELECT migrate_apply('4', 'CREATE TABLE d (id integer)', 'DROP TABLE d');
SELECT migrate_apply('5', 'DELETE FROM a', 'SELECT 1', '{"dry_run": true}');
SELECT migrate_up('[{"name":"6","up":"CREATE TABLE f (id integer)","down":"DROP TABLE f"}]');
SELECT migrate_rollback();
RELEASE s;
COMMIT;
SELECT seq, name FROM migrate_status();
SELECT seq, event, name FROM migrate_history();
SELECT count(*) FROM a;
SELECT count(*) FROM b;

-- rollback of a rollback
BEGIN;
SELECT migrate_rollback(2);
SELECT name FROM migrate_status();
ROLLBACK;
SELECT name FROM migrate_status();

-- own checks before the commit
BEGIN;
SELECT migrate_up('[{"name":"7","up":"CREATE TABLE g (id integer); INSERT INTO g VALUES (1)"},{"name":"8","up":"INSERT INTO g VALUES (2)"}]');
SELECT count(*) FROM g;
COMMIT;

-- rows of a migration are dropped, not returned
SELECT migrate_apply('9', 'SELECT id FROM g; SELECT 1; INSERT INTO g SELECT id + 2 FROM g; SELECT count(*) FROM g', 'DELETE FROM g WHERE id > 2');
SELECT id FROM g ORDER BY id;
-- no transaction is left open
BEGIN;
COMMIT;
SELECT * FROM migrate_verify();
