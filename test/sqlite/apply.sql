-- migrate_apply: one migration and its journal row.
SELECT json_remove(migrate_apply('a', 'CREATE TABLE a (x); INSERT INTO a VALUES (1)', 'DROP TABLE a'), '$.duration_ms');
SELECT * FROM a;
SELECT json_remove(migrate_apply('a', 'CREATE TABLE a (x); INSERT INTO a VALUES (1)', 'DROP TABLE a'), '$.duration_ms');
SELECT json_remove(migrate_apply('b', 'CREATE TABLE b (x)'), '$.duration_ms');
SELECT json_remove(migrate_apply('c', '-- nothing but a comment'), '$.duration_ms');
SELECT seq, name, state, reversible FROM migrate_status();
SELECT 'a changed text';
SELECT migrate_apply('a', 'CREATE TABLE a (x)');
SELECT 'the result is JSON, not text that looks like it';
SELECT json_type(json_array(migrate_apply('a', 'CREATE TABLE a (x); INSERT INTO a VALUES (1)')), '$[0]');
SELECT 'an error leaves all as it was';
SELECT migrate_apply('d', 'CREATE TABLE d (x);
INSERT INTO d VALUES (1);

INSERT INTO nowhere VALUES (1);');
SELECT migrate_apply('d', 'CREATE TABLE d (x);
  SELEC 1');
SELECT migrate_apply('d', 'CREATE TABLE d (x UNIQUE); INSERT INTO d VALUES (1); INSERT INTO d VALUES (1)');
SELECT name FROM sqlite_schema WHERE tbl_name = 'd';
SELECT count(*) FROM migrate_history();
SELECT 'dry_run';
SELECT json_remove(migrate_apply('d', 'CREATE TABLE d (x); DROP TABLE a', NULL, '{"dry_run": true}'), '$.duration_ms');
SELECT name FROM sqlite_schema WHERE tbl_name IN ('a', 'd');
SELECT 'roundtrip';
SELECT migrate_apply('d', 'CREATE TABLE d (x)', 'DROP TABLE e', '{"verify": "roundtrip"}');
SELECT json_remove(migrate_apply('d2', 'CREATE TABLE d2 (x)', NULL, '{"verify": "roundtrip"}'), '$.duration_ms');
SELECT json_remove(migrate_apply('d', 'CREATE TABLE d (x)', 'DROP TABLE d', '{"verify": "roundtrip"}'), '$.duration_ms');
SELECT name FROM sqlite_schema WHERE tbl_name = 'd';
SELECT 'rows of a migration are dropped, PRAGMAs and triggers run';
SELECT json_remove(migrate_apply('e', '
CREATE TRIGGER e AFTER INSERT ON a BEGIN
  INSERT INTO b VALUES (new.x);
  SELECT 1;
END;
SELECT * FROM a;
PRAGMA user_version = 7;
INSERT INTO a VALUES (2)'), '$.duration_ms');
SELECT * FROM b;
PRAGMA user_version;
SELECT 'last_insert_rowid() stays the caller''s';
INSERT INTO a (rowid, x) VALUES (77, 3);
SELECT json_extract(migrate_apply('f', 'INSERT INTO d VALUES (1)'), '$.status');
SELECT last_insert_rowid();
SELECT count(*) FROM migrate_verify();
