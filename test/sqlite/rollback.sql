-- migrate_rollback: the last, the last n, or all after one.
SELECT migrate_rollback();
SELECT migrate_up('[{"name":"1","up":"CREATE TABLE a (x)","down":"DROP TABLE a"},
{"name":"2","up":"CREATE TABLE b (x)","down":"DROP TABLE b"},
{"name":"3","up":"CREATE TABLE c (x)","down":"DROP TABLE c"},
{"name":"4","up":"CREATE TABLE d (x)","down":"DROP TABLE d"},
{"name":"5","up":"CREATE TABLE e (x)","down":"DROP TABLE e"}]');
SELECT migrate_rollback();
SELECT migrate_rollback(2, '{"dry_run": true}');
SELECT migrate_rollback(2);
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'dbmig%';
SELECT migrate_rollback('1');
SELECT migrate_rollback('1');
SELECT name, state FROM migrate_status();
SELECT seq, event, name FROM migrate_history();
SELECT 'bad targets';
SELECT migrate_rollback('9');
SELECT migrate_rollback(2);
SELECT migrate_rollback(0);
SELECT migrate_rollback(-1);
SELECT migrate_rollback(0.5);
SELECT migrate_rollback(1e300);
SELECT migrate_rollback(2.0);
SELECT migrate_rollback(1.0, '{"dry_run": true}');
SELECT migrate_rollback(NULL);
SELECT 'a down that fails leaves all as it was';
SELECT migrate_up('[{"name":"1","up":"CREATE TABLE a (x)","down":"DROP TABLE a"},
{"name":"6","up":"CREATE TABLE f (x)","down":"DROP TABLE f;\nDROP TABLE missing"},
{"name":"7","up":"CREATE TABLE g (x)","down":"DROP TABLE g"}]');
SELECT migrate_rollback(2);
SELECT name, state FROM migrate_status();
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'dbmig%';
SELECT 'a down that nobody wrote';
SELECT json_extract(migrate_apply('8', 'CREATE TABLE h (x)'), '$.down');
SELECT migrate_rollback();
SELECT * FROM migrate_verify();
