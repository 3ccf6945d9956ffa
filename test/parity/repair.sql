-- migrate_baseline() and migrate_repair().
CREATE TABLE a (id integer);
SELECT migrate_baseline('0002_b', '{"dry_run": true}');
SELECT count(*) FROM migrate_status();
SELECT migrate_baseline('0002_b');
SELECT name, state, checksum FROM migrate_status();
SELECT name, checksum, up, down, down_kind FROM dbmig_journal;
-- a baseline covers what comes before it
SELECT name, state FROM migrate_status('[{"name":"0001_a","up":"CREATE TABLE a (id integer)"},{"name":"0002_b","up":"SELECT 1"},{"name":"0003_c","up":"CREATE TABLE c (id integer)"}]');
SELECT migrate_up('[{"name":"0001_a","up":"CREATE TABLE a (id integer)"},{"name":"0002_b","up":"SELECT 1"},{"name":"0003_c","up":"CREATE TABLE c (id integer)","down":"DROP TABLE nope"}]');
SELECT migrate_baseline('0002_b');
SELECT migrate_baseline('0009_z');
SELECT migrate_baseline('');
SELECT migrate_baseline('a"b');
SELECT migrate_baseline(NULL);
SELECT migrate_baseline('x', '{"source": "x"}');
SELECT migrate_rollback('0002_b');

-- accept a changed text
SELECT migrate_up('[{"name":"0003_c","up":"CREATE TABLE c (id integer)","down":"DROP TABLE c"}]');
SELECT migrate_up('[{"name":"0003_c","up":"CREATE TABLE c (id integer) -- better"}]');
SELECT migrate_repair('0003_c', '{"source": [{"name":"0003_c","up":"CREATE TABLE c (id integer) -- better","down":"DROP TABLE c"}], "dry_run": true}');
SELECT migrate_up('[{"name":"0003_c","up":"CREATE TABLE c (id integer) -- better"}]');
SELECT migrate_repair('0003_c', '{"source": [{"name":"0003_c","up":"CREATE TABLE c (id integer) -- better","down":"DROP TABLE c"}], "reason": "a comment"}');
SELECT migrate_up('[{"name":"0003_c","up":"CREATE TABLE c (id integer) -- better"}]');
SELECT name, checksum, up, down, down_kind FROM dbmig_journal ORDER BY seq;
SELECT migrate_rollback();
SELECT migrate_rollback();
SELECT migrate_up('@folders@/pairs');
SELECT name, state FROM migrate_status('@folders@/pairs-changed');
SELECT migrate_up('@folders@/pairs-changed');
SELECT migrate_repair('002_posts', '{"source": "@folders@/pairs-changed", "reason": "reformatted"}');
SELECT migrate_up('@folders@/pairs-changed');

-- forget a row
SELECT migrate_repair('0002_b', '{"forget": true, "dry_run": true}');
SELECT migrate_repair('0002_b', '{"forget": true, "reason": "wrong database"}');
SELECT seq, name, state FROM migrate_status();
SELECT migrate_repair('002_posts', '{"forget": true}');
SELECT seq, event, name, checksum, detail FROM dbmig_history ORDER BY seq;
SELECT * FROM migrate_verify();

-- bad calls
SELECT migrate_repair('0002_b', '{"forget": true, "reason": "again"}');
SELECT migrate_repair(NULL, '{"forget": true}');
SELECT migrate_repair('001_users', NULL);
SELECT migrate_repair('001_users');
SELECT migrate_repair('001_users', '{}');
SELECT migrate_repair('001_users', '{"reason": "x"}');
SELECT migrate_repair('001_users', '{"forget": false}');
SELECT migrate_repair('001_users', '{"forget": true, "source": "x"}');
SELECT migrate_repair('001_users', '{"forget": "yes"}');
SELECT migrate_repair('001_users', '{"source": 1}');
SELECT migrate_repair('001_users', '{"source": []}');
SELECT migrate_repair('001_users', '{"source": [{"name": "001_users"}]}');
SELECT migrate_repair('001_users', '{"source": "@folders@/missing"}');
SELECT migrate_repair('001_users', '{"source": "@folders@/plain"}');
SELECT migrate_repair('', '{"forget": true}');
SELECT migrate_repair('001_users', '{"forget": true, "reason": 1}');
SELECT migrate_repair('001_users', '{"forget": true, "verify": "none"}');
SELECT seq, name, state FROM migrate_status();
