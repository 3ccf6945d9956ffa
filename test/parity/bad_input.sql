-- Bad input: a clear error each, and nothing is changed.
-- names
SELECT migrate_apply('', 'SELECT 1');
SELECT migrate_apply('a"b', 'SELECT 1');
SELECT migrate_apply('a''b', 'SELECT 1');
SELECT migrate_apply('a`b', 'SELECT 1');
SELECT migrate_apply('a\b', 'SELECT 1');
SELECT migrate_apply('a
b', 'SELECT 1');
SELECT migrate_apply('a	b', 'SELECT 1');
SELECT migrate_apply(replace(replace(replace('xxxxxxxxxx', 'x', 'xxxxxxxxxx'), 'x', 'xxxxxxxxxx'), 'x', 'xxxxxxxxxx'), 'SELECT 1');
SELECT migrate_apply(replace(replace(replace('üüüüüüüüüü', 'ü', 'üüüüüüüüüü'), 'ü', 'üüüüüüüüüü'), 'ü', 'üüüüüüüüüü'), 'SELECT 1');
SELECT migrate_up('[{"name":"","up":"SELECT 1"}]');
SELECT migrate_up('[{"name":"a\nb","up":"SELECT 1"}]');
SELECT migrate_up('[{"name":"a\u007fb","up":"SELECT 1"}]');
SELECT migrate_up('[{"name":"''","up":"SELECT 1"}]');

-- NULL
SELECT migrate_apply(NULL, 'SELECT 1');
SELECT migrate_apply('1', NULL);
SELECT migrate_apply(NULL, NULL, NULL, NULL);
SELECT migrate_up(NULL);
SELECT migrate_up(NULL, '{"dry_run": true}');

-- options
SELECT migrate_apply('1', 'SELECT 1', NULL, '[]');
SELECT migrate_apply('1', 'SELECT 1', NULL, '1');
SELECT migrate_apply('1', 'SELECT 1', NULL, 'null');
SELECT migrate_apply('1', 'SELECT 1', NULL, '"dry_run"');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"dryrun": true}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"DRY_RUN": true}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"": true}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"a\nb": true}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"forget": true}');
SELECT migrate_up('[]', '{"forget": true}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"dry_run": "yes"}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"dry_run": 1}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"dry_run": null}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"lock_timeout": -1}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"lock_timeout": 1.5}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"lock_timeout": "1s"}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"lock_timeout": 2147483648}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"verify": "maybe"}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"verify": true}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"out_of_order": "maybe"}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"out_of_order": true}');
SELECT migrate_apply('1', 'SELECT 1', NULL, '{"dry_run": true, "dry_run": false}');

-- SQL that has no end
SELECT migrate_apply('1', 'SELECT 1;
SELECT ''abc');
SELECT migrate_apply('1', 'SELECT 1;

SELECT "abc');
SELECT migrate_apply('1', 'SELECT 1; /* abc');
SELECT migrate_apply('1', '/*');
SELECT migrate_apply('1', 'SELECT 1', 'DROP TABLE a; SELECT ''');

-- JSON that is none, and is not what it must be
SELECT migrate_up('[');
SELECT migrate_up('[{"name":"1","up":"SELECT 1"}');
SELECT migrate_up('[{"name":"1","up":"SELECT 1"},]');
SELECT migrate_up('[{"name":"1","up":"SELECT 1"}] x');
SELECT migrate_up('[{name:"1"}]');
SELECT migrate_up('[{"name":"1",
	"up":"SELECT
1"}]');
SELECT migrate_up('[{"name":"\ud800","up":"SELECT 1"}]');
SELECT migrate_up('[{"name":"1","up":"SELECT \u0000"}]');
SELECT migrate_up('[{"name":"1","name":"2","up":"SELECT 1"}]');
SELECT migrate_up('[1]');
SELECT migrate_up('[null]');
SELECT migrate_up('[[]]');
SELECT migrate_up('["SELECT 1"]');
SELECT migrate_up('[{}]');
SELECT migrate_up('[{"name":"1"}]');
SELECT migrate_up('[{"up":"SELECT 1"}]');
SELECT migrate_up('[{"name":1,"up":"SELECT 1"}]');
SELECT migrate_up('[{"name":"1","up":null}]');
SELECT migrate_up('[{"name":"1","up":["SELECT 1"]}]');
SELECT migrate_up('[{"name":"1","up":"SELECT 1","down":true}]');
SELECT migrate_up('[{"name":"1","down":"SELECT 1"}]');
SELECT migrate_up('[{"name":"1","up":"SELECT 1","upp":"SELECT 2"}]');
SELECT migrate_up('[{"name":"1","up":"SELECT 1"},{"path":"2.sql","text":"SELECT 2"}]');
SELECT migrate_up('[{"path":"1.sql"}]');
SELECT migrate_up('[{"path":1,"text":"SELECT 1"}]');

-- two of one name
SELECT migrate_up('[{"name":"1","up":"SELECT 1"},{"name":"2","up":"SELECT 1"},{"name":"1","up":"SELECT 1"}]');
SELECT migrate_up('[{"path":"a/1.sql","text":"SELECT 1"},{"path":"a/./1.sql","text":"SELECT 2"}]');

-- files from a client
SELECT migrate_up('[{"path":"1.down.sql","text":"SELECT 1"}]');
SELECT migrate_up('[{"path":"a.up.sql","text":"SELECT 1"},{"path":"b.down.sql","text":"SELECT 1"}]');
SELECT migrate_up('[{"path":"a.up.sql","text":"SELECT 1"},{"path":"b.sql","text":"SELECT 1"}]');
SELECT migrate_up('[{"path":"README.md","text":"SELECT 1"}]');
SELECT migrate_up('[{"path":"a/b.sql","text":"SELECT 1"},{"path":"c/d.sql","text":"SELECT 1"}]');
SELECT migrate_up('[{"path":"down.sql","text":"SELECT 1"}]');
SELECT migrate_up('[{"path":"1.sql","text":"-- migrate:down\nSELECT 1"}]');
SELECT migrate_up('[{"path":"1.sql","text":"-- migrate:up\nSELECT 1\n-- migrate:up\nSELECT 2"}]');
SELECT migrate_up('[{"path":"meta/_journal.json","text":"{"}]');
SELECT migrate_up('[{"path":"meta/_journal.json","text":"{\"entries\":[{\"tag\":\"x\"}]}"}]');
SELECT migrate_up('[{"path":"meta/_journal.json","text":"{}"},{"path":"x.sql","text":"SELECT 1"}]');

-- folders
SELECT migrate_up('');
SELECT migrate_up('@folders@/missing');
SELECT migrate_up('@folders@/pairs/001_users.up.sql');
SELECT migrate_up('@folders@/empty');
SELECT migrate_up('@folders@/not-text');
SELECT migrate_up('@folders@/nul');
SELECT migrate_up('@folders@/down-alone');
SELECT migrate_up('@folders@/mixed');
SELECT migrate_up('@folders@/two-of-one');
SELECT migrate_up('@folders@/journal-broken');
SELECT migrate_up('@folders@/journal-missing');
SELECT migrate_up('@folders@/sections-twice');
SELECT migrate_up('@folders@/sections-down');
SELECT migrate_up('@folders@/unterminated');

SELECT * FROM migrate_history();
SELECT * FROM migrate_status();

-- sections where none are read, markers that are none, options for a down
SELECT migrate_apply('1', '-- migrate:up
CREATE TABLE users (id integer);
-- migrate:down
DROP TABLE users;');
SELECT migrate_up('[{"name":"1","up":"CREATE TABLE users (id integer);\n--+goose Down\nDROP TABLE users;"}]');
SELECT migrate_up('[{"path":"1.up.sql","text":"-- +migrate Up\nCREATE TABLE users (id integer);\n-- +migrate Down\nDROP TABLE users;"}]');
SELECT migrate_up('[{"path":"1.sql","text":"-- Migrate:Up\nCREATE TABLE users (id integer);\n-- Migrate:Down\nDROP TABLE users;"}]');
SELECT migrate_up('[{"path":"1.sql","text":"-- migrate:up\nCREATE TABLE users (id integer); -- migrate:down\nDROP TABLE users;"}]');
SELECT migrate_apply('1', 'CREATE TABLE users (id integer)', '{"dry_run": true}');
SELECT migrate_up('[{"path":"1.sql","text":"-- Up Migration\nCREATE TABLE users (id integer);\n-- Down Migration\nDROP TABLE users;"}]');
SELECT migrate_rollback();
