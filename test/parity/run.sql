-- migrate_run(): the same as migrate_up() with a commit after each migration.
SELECT migrate_run('[]');
SELECT migrate_run('[{"name":"1","up":"CREATE TABLE a (id integer)","down":"DROP TABLE a"},{"name":"2","up":"CREATE TABLE b (id integer)"}]');
SELECT migrate_run('[{"name":"1","up":"CREATE TABLE a (id integer)","down":"DROP TABLE a"},{"name":"2","up":"CREATE TABLE b (id integer)"}]');

-- what was committed stays
SELECT migrate_run('[{"name":"3","up":"CREATE TABLE c (id integer)"},{"name":"4","up":"CREATE TABLE d (id integer);\nCREATE TABLE a (id integer)"},{"name":"5","up":"CREATE TABLE e (id integer)"}]');
SELECT name, state FROM migrate_status();
SELECT count(*) FROM c;
SELECT count(*) FROM d;
-- but all is looked at before the first one
SELECT migrate_run('[{"name":"4","up":"CREATE TABLE d (id integer)"},{"name":"5","up":"COMMIT"}]');
SELECT migrate_run('[{"name":"4","up":"CREATE TABLE d (id integer)"},{"name":"5","up":"SELECT ''"}]');
SELECT count(*) FROM d;

SELECT migrate_run('@folders@/plain');
SELECT migrate_run('[{"name":"0","up":"SELECT 0"},{"name":"1","up":"CREATE TABLE a (id integer)"}]');
SELECT migrate_run('[{"name":"0","up":"SELECT 0"},{"name":"1","up":"CREATE TABLE a (id integer)"}]', '{"out_of_order": "allow"}');
SELECT migrate_run('[{"name":"1","up":"CREATE TABLE a (id bigint)"}]');

-- options
SELECT migrate_run('[]', '{"dry_run": true}');
SELECT migrate_run('[]', '{"nope": true}');
SELECT migrate_run('[{"name":"6","up":"CREATE TABLE f (id integer)"}]', '{"lock_timeout": 1000, "verify": "none"}');

-- bad calls
SELECT migrate_run(NULL);
SELECT migrate_run('');
SELECT migrate_run('@folders@/missing');
SELECT migrate_run('[{"name":"7"}]');

-- only where it can commit
BEGIN;
SELECT migrate_run('[{"name":"7","up":"CREATE TABLE g (id integer)"}]');
ROLLBACK;
SELECT seq, name, state FROM migrate_status();
SELECT count(*) FROM migrate_verify();
