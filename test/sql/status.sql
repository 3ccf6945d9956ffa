-- migrate_status(), migrate_history() and migrate_verify().
\i test/clean.psql

-- before the first migration
SELECT * FROM migrate_status();
SELECT * FROM migrate_history();
SELECT * FROM migrate_verify();
SELECT name, state FROM migrate_status('[{"name":"1","up":"SELECT 1"}]');

SELECT migrate_baseline('0000_base') IS NOT NULL AS done;
SELECT migrate_up('[{"name":"0001_a","up":"CREATE TABLE a (id int)","down":"DROP TABLE a"},{"name":"0002_b","up":"SELECT 1"},{"name":"0003_c","up":"SELECT 2"}]');
SELECT seq, name, state, applied_at IS NOT NULL AS applied, applied_by = session_user AS by_us,
	duration_ms >= 0 AS took, checksum, reversible
FROM migrate_status('[{"name":"0001_a","up":"CREATE TABLE a (id int)"},{"name":"0002_b","up":"SELECT 1 -- changed"},{"name":"0004_d","up":"SELECT 4"}]');
SELECT name, state FROM migrate_status('[{"name":"0001_a","up":"CREATE TABLE a (id int)"}]'::json);
SELECT name, state FROM migrate_status();

SELECT seq, event, name, length(hash) FROM migrate_history();
SELECT * FROM migrate_verify();

-- what verify finds
BEGIN;
UPDATE dbmig.journal SET up = 'SELECT 3' WHERE name = '0003_c';
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
UPDATE dbmig.history SET name = 'other' WHERE seq = 2;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
DELETE FROM dbmig.history WHERE seq = 2;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
DELETE FROM dbmig.history WHERE seq = 4;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
UPDATE dbmig.history SET seq = -seq;
UPDATE dbmig.history SET seq = CASE seq WHEN -2 THEN 3 WHEN -3 THEN 2 ELSE -seq END;
SELECT * FROM migrate_verify();
ROLLBACK;
BEGIN;
DELETE FROM dbmig.journal WHERE name = '0002_b';
SELECT * FROM migrate_verify();
ROLLBACK;
SELECT * FROM migrate_verify();

-- in the middle of a query
SELECT count(*) FROM migrate_status() s JOIN migrate_history() h USING (name);
SELECT s.name FROM generate_series(1, 2), LATERAL migrate_status() s WHERE state = 'baseline';
