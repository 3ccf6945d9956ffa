-- migrate_up: a folder or a JSON array, all or nothing.
.shell mkdir m
.output /dev/null
SELECT writefile('m/001_users.up.sql', 'CREATE TABLE users (id INTEGER PRIMARY KEY);');
SELECT writefile('m/001_users.down.sql', 'DROP TABLE users;');
SELECT writefile('m/002_posts.up.sql', 'CREATE TABLE posts (id INTEGER PRIMARY KEY);');
SELECT writefile('m/002_posts.down.sql', 'DROP TABLE posts;');
.output
SELECT name, state FROM migrate_status('m');
SELECT migrate_up('m', '{"dry_run": true}');
SELECT name, state FROM migrate_status('m');
SELECT migrate_up('m');
SELECT migrate_up('m');
SELECT seq, name, state, reversible FROM migrate_status('m');
SELECT 'the path with a slash at its end';
SELECT migrate_up('m/');
.output /dev/null
SELECT writefile('m/003_tags.up.sql', 'CREATE TABLE tags (id INTEGER PRIMARY KEY);');
SELECT writefile('m/004_broken.up.sql', 'CREATE TABLE likes (id INTEGER PRIMARY KEY);

CREATE TABLE likes (id INTEGER PRIMARY KEY);
');
.output
SELECT 'all or nothing';
SELECT migrate_up('m');
SELECT name, state FROM migrate_status('m');
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'dbmig%';
SELECT 'what a migration may not hold is refused before anything runs';
.output /dev/null
SELECT writefile('m/004_broken.up.sql', 'CREATE TABLE likes (id INTEGER PRIMARY KEY);
COMMIT;');
.output
SELECT migrate_up('m');
SELECT 'a text that changed';
.output /dev/null
SELECT writefile('m/004_broken.up.sql', 'CREATE TABLE likes (id INTEGER PRIMARY KEY);');
SELECT writefile('m/002_posts.up.sql', 'CREATE TABLE posts (id INTEGER PRIMARY KEY, x);');
.output
SELECT migrate_up('m');
SELECT name, state FROM migrate_status('m');
SELECT 'a JSON array';
SELECT migrate_up('[{"name":"001_users","up":"CREATE TABLE users (id INTEGER PRIMARY KEY);"},
{"name":"002_posts","up":"CREATE TABLE posts (id INTEGER PRIMARY KEY);"},
{"name":"003_tags","up":"CREATE TABLE tags (id INTEGER PRIMARY KEY);","down":"DROP TABLE tags"}]');
SELECT 'out of order';
SELECT migrate_up('[{"name":"001_users","up":"CREATE TABLE users (id INTEGER PRIMARY KEY);"},
{"name":"0015_late","up":"CREATE TABLE late (x)"},
{"name":"002_posts","up":"CREATE TABLE posts (id INTEGER PRIMARY KEY);"}]');
SELECT migrate_up('[{"name":"001_users","up":"CREATE TABLE users (id INTEGER PRIMARY KEY);"},
{"name":"0015_late","up":"CREATE TABLE late (x)"},
{"name":"002_posts","up":"CREATE TABLE posts (id INTEGER PRIMARY KEY);"}]', '{"out_of_order": "allow"}');
SELECT seq, name, state, reversible FROM migrate_status('[]');
SELECT migrate_up('[]');
SELECT * FROM migrate_verify();
