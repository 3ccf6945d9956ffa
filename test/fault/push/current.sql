CREATE TABLE team (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
CREATE TABLE person (
	id INTEGER PRIMARY KEY,
	"full name" TEXT,
	team INTEGER REFERENCES team ON DELETE CASCADE,
	age TEXT,
	old_name TEXT,
	note DEFAULT 'none'
);
CREATE INDEX person_team ON person (team) WHERE team IS NOT NULL;
CREATE TABLE log (at TEXT DEFAULT CURRENT_TIMESTAMP, what TEXT, extra);
CREATE TABLE gone (a, b);
CREATE TABLE strict_one (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE VIEW people AS SELECT "full name", age FROM person;
CREATE TRIGGER person_log AFTER UPDATE ON person
BEGIN
	INSERT INTO log (what) VALUES (new.id || 'x');
END;
CREATE TRIGGER people_in INSTEAD OF INSERT ON people BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE words USING fts5 (title, body);
INSERT INTO team (name) VALUES ('a'), ('b');
DELETE FROM team WHERE name = 'b';
INSERT INTO person VALUES (1, 'Ann', 1, '30', 'A', NULL), (7, 'Bob', NULL, '40', NULL, x'00ff');
INSERT INTO log (what) VALUES ('one'), ('two');
INSERT INTO gone VALUES (1, 2);
INSERT INTO strict_one VALUES ('x', 1), ('y', NULL);
INSERT INTO words VALUES ('hello', 'world');
ALTER TABLE log ADD COLUMN late DEFAULT 5;
