-- migrate_status(), migrate_history() and migrate_verify().
-- before the first migration
SELECT * FROM migrate_status();
SELECT * FROM migrate_status(NULL);
SELECT * FROM migrate_history();
SELECT * FROM migrate_verify();
SELECT name, state, checksum FROM migrate_status('[{"name":"1","up":"SELECT 1"}]');
SELECT * FROM migrate_status('[]');
SELECT name FROM migrate_status('@folders@/pairs');

SELECT migrate_baseline('0000_base', '{"reason": "as it was found"}');
SELECT migrate_up('[{"name":"0001_a","up":"CREATE TABLE a (id integer)","down":"DROP TABLE a"},{"name":"0002_b","up":"SELECT 1","down":"SELECT 1"},{"name":"0003_c","up":"SELECT 2","down":"SELECT 2"}]');
SELECT seq, name, state, CASE WHEN applied_at IS NULL THEN 'no' ELSE 'yes' END, CASE WHEN applied_by IS NULL THEN 'no' ELSE 'yes' END,
	CASE WHEN duration_ms >= 0 THEN 'yes' ELSE 'no' END, checksum, CASE WHEN reversible THEN 'yes' WHEN NOT reversible THEN 'no' END
FROM migrate_status('[{"name":"0001_a","up":"CREATE TABLE a (id integer)"},{"name":"0002_b","up":"SELECT 1 -- changed"},{"name":"0004_d","up":"SELECT 4"}]');
SELECT name, state FROM migrate_status('[{"name":"0001_a","up":"CREATE TABLE a (id integer)"}]');
SELECT name, state FROM migrate_status('[]');
SELECT name, state FROM migrate_status();
SELECT name, state FROM migrate_status('[{"name":"-1","up":"x"},{"name":"0000_base","up":"x"},{"name":"0005_e","up":"SELECT ''"}]');
SELECT s.name FROM migrate_status() AS s WHERE s.state = 'applied' ORDER BY s.name DESC;
SELECT count(*) FROM migrate_status() AS s JOIN migrate_history() AS h ON h.name = s.name;

SELECT seq, event, name, detail, length(hash), CASE WHEN at IS NULL OR "by" IS NULL THEN 'no' ELSE 'yes' END FROM migrate_history();
SELECT * FROM migrate_verify();

-- what verify finds
BEGIN;
UPDATE dbmig_journal SET up = 'SELECT 3' WHERE name = '0003_c';
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
UPDATE dbmig_journal SET checksum = 'abc' WHERE name = '0003_c';
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
UPDATE dbmig_journal SET name = '0003_d' WHERE name = '0003_c';
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
DELETE FROM dbmig_journal WHERE name = '0002_b';
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
INSERT INTO dbmig_journal (seq, name, checksum, up, down_kind, reversible, applied_at, applied_by, duration_ms, dbmig_version)
	SELECT 9, 'smuggled', checksum, up, down_kind, reversible, applied_at, applied_by, duration_ms, dbmig_version FROM dbmig_journal WHERE seq = 2;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
UPDATE dbmig_history SET name = 'other' WHERE seq = 2;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
UPDATE dbmig_history SET detail = 'a better reason' WHERE seq = 1;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
UPDATE dbmig_history SET "by" = 'nobody' WHERE seq = 4;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
UPDATE dbmig_history SET hash = 'abc' WHERE seq = 3;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
DELETE FROM dbmig_history WHERE seq = 1;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
DELETE FROM dbmig_history WHERE seq = 2;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
DELETE FROM dbmig_history WHERE seq = 4;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
DELETE FROM dbmig_history;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
UPDATE dbmig_history SET seq = -2 WHERE seq = 2;
UPDATE dbmig_history SET seq = 2 WHERE seq = 3;
UPDATE dbmig_history SET seq = 3 WHERE seq = -2;
SELECT * FROM migrate_verify();
ROLLBACK;
SELECT * FROM migrate_verify();

-- bad calls
SELECT * FROM migrate_status('');
SELECT * FROM migrate_status('@folders@/missing');
SELECT * FROM migrate_status('[{"name":"1"}]');
SELECT * FROM migrate_status('[{"name":"1","up":"a"},{"name":"1","up":"b"}]');
