-- What only reads makes no journal.
SELECT dbmig_version();
SELECT * FROM migrate_status();
SELECT * FROM migrate_history();
SELECT * FROM migrate_verify();
SELECT migrate_up('[]');
SELECT name, state FROM migrate_status('[{"name":"1","up":"SELECT 1"}]');
SELECT migrate_rollback();
SELECT migrate_repair('1', '{"forget": true}');
SELECT count(*) FROM sqlite_schema;
SELECT 'in a database in UTF-16, in memory, with a strange schema';
.open :memory:
.load ../dbmig
PRAGMA encoding = 'UTF-16le';
SELECT migrate_up('[{"name":"1 ä€","up":"CREATE TABLE \"ö\" (x); INSERT INTO \"ö\" VALUES (''€'')","down":"DROP TABLE \"ö\""}]');
SELECT name, state FROM migrate_status();
SELECT * FROM "ö";
SELECT * FROM migrate_verify();
SELECT migrate_rollback();
