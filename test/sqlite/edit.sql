-- Catalog edits: what other connections see, and columns that are stored in
-- another order than the edit was planned for.
CREATE TABLE t (a, z);
CREATE TABLE y (q);
CREATE TABLE u (id INTEGER PRIMARY KEY);
SELECT json_extract(migrate_push('CREATE TABLE t (a, z); CREATE TABLE y (q); CREATE TABLE u (id INTEGER PRIMARY KEY)', '{"name":"1"}'), '$.status');
SELECT 'an edit that was rolled back leaves this connection with the schema as it is';
SELECT json_extract(migrate_push('CREATE TABLE t (a NOT NULL, z REFERENCES u); CREATE TABLE y (q); CREATE TABLE u (id INTEGER PRIMARY KEY)', '{"name":"2","dry_run":true}'), '$.status');
.connection 1
.open test.db
DROP TABLE y;
CREATE TABLE w (k INTEGER PRIMARY KEY, v TEXT NOT NULL);
INSERT INTO w VALUES (1, 'alpha');
.connection 0
INSERT INTO y VALUES (77);
INSERT INTO t VALUES (NULL, 5);
SELECT * FROM w;
PRAGMA integrity_check;
SELECT 'another connection sees an edit at once';
SELECT json_extract(migrate_push('CREATE TABLE t (a DEFAULT 5, z); CREATE TABLE w (k INTEGER PRIMARY KEY, v TEXT NOT NULL); CREATE TABLE u (id INTEGER PRIMARY KEY)', '{"name":"2"}'), '$.status');
.connection 1
INSERT INTO t (z) VALUES (1);
SELECT * FROM t;
.connection 0
SELECT migrate_rollback(2);
SELECT 'downs lead back to the order of columns that the downs before begin with';
CREATE TABLE o (a TEXT, b TEXT);
INSERT INTO o VALUES ('A', 'B');
SELECT migrate_apply('3', 'CREATE TABLE p (x)') IS NULL;
SELECT json_extract(migrate_push('CREATE TABLE t (a, z); CREATE TABLE w (k INTEGER PRIMARY KEY, v TEXT NOT NULL); CREATE TABLE u (id INTEGER PRIMARY KEY); CREATE TABLE p (x); CREATE TABLE o (a TEXT, b TEXT DEFAULT ''x'')', '{"name":"4"}'), '$.status');
SELECT json_extract(migrate_push('CREATE TABLE t (a, z); CREATE TABLE w (k INTEGER PRIMARY KEY, v TEXT NOT NULL); CREATE TABLE u (id INTEGER PRIMARY KEY); CREATE TABLE p (x); CREATE TABLE o (b TEXT DEFAULT ''x'')', '{"name":"5","allow_data_loss":true}'), '$.status');
SELECT migrate_rollback(2);
SELECT a, b FROM o;
SELECT 'a migration that was written for another order of columns';
CREATE TABLE x (id INTEGER PRIMARY KEY, mail TEXT, name TEXT);
INSERT INTO x VALUES (1, 'ada@x', 'Ada');
SELECT migrate_apply('6', 'PRAGMA writable_schema=ON;
UPDATE sqlite_schema SET sql = CASE
	(SELECT group_concat(name) FROM pragma_table_xinfo(''x'', ''main''))
	WHEN ''id,name,mail'' COLLATE NOCASE THEN ''CREATE TABLE x (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT)'' END
	WHERE type = ''table'' AND name = ''x'';
PRAGMA writable_schema=RESET;');
SELECT name, mail FROM x;
PRAGMA integrity_check;
