-- A migration without a down gets a computed one, if there is one.
SELECT migrate_apply('1', 'CREATE TABLE a (id integer)');
SELECT migrate_apply('2', 'CREATE TABLE b (id integer)', NULL);
SELECT migrate_apply('3', 'CREATE TABLE c (id integer)', '');
SELECT migrate_apply('4', 'CREATE TABLE d (id integer)', '-- nothing', NULL);
SELECT migrate_apply('5', '');
SELECT migrate_apply('6', 'SELECT 1');
SELECT migrate_apply('7', 'CREATE TABLE e (id integer)', NULL, '{"dry_run": true}');
SELECT migrate_apply('7', 'CREATE TABLE e (id integer)', NULL, '{"verify": "roundtrip"}');
SELECT migrate_up('[{"name":"8","up":"CREATE TABLE f (id integer)"},{"name":"9","up":"ALTER TABLE f ADD COLUMN x integer"}]');
SELECT name, state, CASE WHEN reversible THEN 'yes' ELSE 'no' END FROM migrate_status();
SELECT migrate_rollback();
INSERT INTO f VALUES (1);
SELECT migrate_rollback('7');
SELECT migrate_rollback();
SELECT count(*) FROM e;
SELECT migrate_rollback('4');
-- a rollback takes the table with its rows
INSERT INTO d VALUES (1);
SELECT migrate_rollback('2');
SELECT count(*) FROM c;
SELECT count(*) FROM d;
-- what was dropped with its rows comes back without them
INSERT INTO a VALUES (1);
SELECT migrate_apply('10', 'DROP TABLE a');
SELECT migrate_rollback();
SELECT count(*) FROM a;
SELECT name, state, CASE WHEN reversible THEN 'yes' ELSE 'no' END FROM migrate_status();
SELECT * FROM migrate_verify();
