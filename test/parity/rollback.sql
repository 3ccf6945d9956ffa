-- migrate_rollback(): from the journal, without the files.
SELECT migrate_rollback();
SELECT migrate_rollback(1);
SELECT migrate_rollback('m1');
SELECT migrate_up('[{"name":"m1","up":"CREATE TABLE t1 (id integer)","down":"DROP TABLE t1"},
{"name":"m2","up":"CREATE TABLE t2 (id integer)","down":"DROP TABLE t2"},
{"name":"m3","up":"CREATE TABLE t3 (id integer)","down":"DROP TABLE t3"},
{"name":"m4","up":"CREATE TABLE t4 (id integer)","down":"DROP TABLE t4"},
{"name":"m5","up":"CREATE TABLE t5 (id integer)","down":"DROP TABLE t5"},
{"name":"m6","up":"CREATE TABLE t6 (id integer)","down":"DROP TABLE t6"},
{"name":"m7","up":"CREATE TABLE t7 (id integer)","down":"DROP TABLE t7"}]');
SELECT migrate_rollback();
SELECT migrate_rollback(1);
SELECT migrate_rollback(2, '{"dry_run": true}');
SELECT migrate_rollback('m1', '{"dry_run": true}');
SELECT migrate_rollback(2);
SELECT migrate_rollback('m2');
SELECT migrate_rollback('m2');
SELECT name FROM migrate_status();
SELECT count(*) FROM t2;
SELECT count(*) FROM t3;

-- bad targets
SELECT migrate_rollback(NULL);
SELECT migrate_rollback(0);
SELECT migrate_rollback(-1);
SELECT migrate_rollback(3);
SELECT migrate_rollback('m7');
SELECT migrate_rollback('');
SELECT migrate_rollback('2');
SELECT migrate_rollback(1, '{"no_such": 1}');
SELECT migrate_rollback(1, '{"out_of_order": "allow"}');
SELECT migrate_rollback(1, '{"dry_run": 1}');

-- with a down that fails
SELECT migrate_apply('m3', 'CREATE TABLE t3 (id integer)', 'DROP TABLE nope');
SELECT migrate_rollback();
SELECT migrate_rollback(2);
SELECT migrate_rollback('m1');
SELECT migrate_repair('m3', '{"forget": true, "reason": "made by hand"}');
SELECT migrate_apply('m4', 'CREATE TABLE t4 (id integer)', 'DROP TABLE t4;
DROP TABLE nope');
SELECT migrate_apply('m5', 'CREATE TABLE t5 (id integer)', 'DROP TABLE t5');
SELECT migrate_rollback();
SELECT migrate_rollback();
SELECT migrate_rollback(2);
SELECT count(*) FROM t4;
SELECT name FROM migrate_status();

-- what was taken back can be applied again
SELECT migrate_apply('m6', 'CREATE TABLE t6 (id integer)', 'DROP TABLE t6');
SELECT migrate_rollback(1, '{"lock_timeout": 1000}');
SELECT migrate_apply('m6', 'CREATE TABLE t6 (id bigint)', 'DROP TABLE t6');
SELECT seq, event, name, detail FROM migrate_history();
SELECT seq, name FROM migrate_status();
SELECT count(*) FROM migrate_verify();
