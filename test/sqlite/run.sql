-- migrate_run: a commit after each migration.
SELECT migrate_run('[{"name":"1","up":"CREATE TABLE a (x)"},{"name":"2","up":"CREATE TABLE b (x)"}]');
SELECT migrate_run('[{"name":"1","up":"CREATE TABLE a (x)"},{"name":"2","up":"CREATE TABLE b (x)"}]');
SELECT 'what was committed stays when a later one fails';
SELECT migrate_run('[{"name":"3","up":"CREATE TABLE c (x)"},
{"name":"4","up":"CREATE TABLE d (x); CREATE TABLE d (x)"},{"name":"5","up":"CREATE TABLE e (x)"}]');
SELECT name, state FROM migrate_status();
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'dbmig%';
SELECT 'all texts are looked at first';
SELECT migrate_run('[{"name":"6","up":"CREATE TABLE f (x)"},{"name":"7","up":"VACUUM"}]');
SELECT name FROM sqlite_schema WHERE name = 'f';
SELECT 'not inside a transaction';
BEGIN;
SELECT migrate_run('[]');
COMMIT;
SAVEPOINT s;
SELECT migrate_run('[]');
RELEASE s;
SELECT 'an option that it does not have';
SELECT migrate_run('[]', '{"dry_run": true}');
SELECT 'no transaction is left open';
BEGIN;
COMMIT;
SELECT * FROM migrate_verify();
