-- PRAGMA foreign_keys = OFF in a migration is true, though it runs in a
-- transaction; no new violation gets in.
PRAGMA foreign_keys = ON;
CREATE TABLE parent (id INTEGER PRIMARY KEY, name);
CREATE TABLE child (p REFERENCES parent ON DELETE CASCADE);
INSERT INTO parent VALUES (1, 'one'), (2, 'two');
INSERT INTO child VALUES (1), (1), (2);
SELECT 'a rebuild keeps the children';
SELECT json_extract(migrate_apply('rebuild', '
PRAGMA foreign_keys=OFF;
CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO parent_new SELECT * FROM parent;
DROP TABLE parent;
ALTER TABLE parent_new RENAME TO parent;
PRAGMA foreign_keys=ON;'), '$.status');
SELECT count(*) FROM child;
SELECT sql FROM sqlite_schema WHERE name IN ('parent', 'child') ORDER BY name;
PRAGMA foreign_keys;
SELECT 'without the PRAGMA they go, as SQLite has it';
BEGIN;
SELECT json_extract(migrate_apply('delete', 'DELETE FROM parent WHERE id = 2'), '$.status');
SELECT count(*) FROM child;
ROLLBACK;
SELECT 'in the caller''s transaction as well';
BEGIN;
SELECT json_extract(migrate_apply('rebuild2', '
PRAGMA foreign_keys = off;
CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO parent_new SELECT * FROM parent;
DROP TABLE parent;
ALTER TABLE parent_new RENAME TO parent;'), '$.status');
SELECT count(*) FROM child;
PRAGMA foreign_keys;
INSERT INTO child VALUES (9);
COMMIT;
SELECT count(*) FROM child;
SELECT 'a new violation is an error';
SELECT migrate_apply('orphans', 'PRAGMA foreign_keys = OFF; DELETE FROM parent WHERE id = 1');
SELECT count(*) FROM parent;
PRAGMA foreign_keys;
SELECT 'an old one is not';
PRAGMA foreign_keys = OFF;
INSERT INTO child VALUES (7);
SELECT json_extract(migrate_apply('fine', 'PRAGMA foreign_keys = OFF; INSERT INTO parent VALUES (3, ''three'')'), '$.status');
PRAGMA foreign_keys;
SELECT 'ON is true as well';
SELECT migrate_apply('strict', 'PRAGMA foreign_keys = ON; INSERT INTO child VALUES (8)');
PRAGMA foreign_keys;
SELECT * FROM migrate_verify();
