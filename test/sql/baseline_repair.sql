-- migrate_baseline() and migrate_repair().
\i test/clean.psql

CREATE TABLE a (id int);
SELECT migrate_baseline('0002_b')::jsonb;
SELECT name, state, checksum FROM migrate_status();
SELECT name, checksum, up, down, down_kind, reversible FROM dbmig.journal;
SELECT migrate_up('[{"name":"0001_a","up":"CREATE TABLE a (id int)"},{"name":"0002_b","up":"SELECT 1"},{"name":"0003_c","up":"CREATE TABLE c (id int)"}]');
SELECT migrate_baseline('0002_b');
SELECT migrate_baseline('0001_a');
SELECT migrate_baseline('');
SELECT migrate_baseline(NULL);
SELECT migrate_baseline('0009_z', '{"dry_run": true}');

-- accept a changed text
SELECT migrate_up('[{"name":"0003_c","up":"CREATE TABLE c (id int) -- better"}]');
SELECT migrate_repair('0003_c', '{"source": [{"name":"0003_c","up":"CREATE TABLE c (id int) -- better","down":"DROP TABLE c"}], "reason": "a comment"}');
SELECT migrate_up('[{"name":"0003_c","up":"CREATE TABLE c (id int) -- better"}]');
SELECT migrate_rollback();

-- forget a row
SELECT migrate_repair('0002_b', '{"forget": true, "reason": "wrong database"}');
SELECT count(*) FROM migrate_status();
SELECT seq, event, name, detail FROM migrate_history();
SELECT * FROM migrate_verify();

-- bad calls
SELECT migrate_repair('0002_b', '{"forget": true, "reason": "again"}');
SELECT migrate_repair(NULL, '{"forget": true, "reason": "x"}');
SELECT migrate_repair('0002_b', NULL);
SELECT migrate_repair('0002_b');
SELECT migrate_repair('0002_b', '{"reason": "x"}');
SELECT migrate_repair('0002_b', '{"forget": true}');
