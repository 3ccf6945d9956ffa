-- migrate_apply(): one migration, its journal row and its repetition.
SELECT dbmig_version();
SELECT migrate_apply('0001_a', 'CREATE TABLE a (id integer); INSERT INTO a VALUES (1);', 'DROP TABLE a');
SELECT migrate_apply('0001_a', 'CREATE TABLE a (id integer); INSERT INTO a VALUES (1);', 'DROP TABLE a');
SELECT id FROM a;
SELECT migrate_apply('0001_a', 'CREATE TABLE a (id bigint)');
SELECT migrate_apply('0001_a', 'CREATE TABLE a (id integer); INSERT INTO a VALUES (1); ');

-- with and without options
SELECT migrate_apply('0002_b', 'CREATE TABLE b (id integer)', 'DROP TABLE b', NULL);
SELECT migrate_apply('0006_f', 'CREATE TABLE f (id integer)', 'DROP TABLE f', '{}');

-- nothing to do
SELECT migrate_apply('0007_g', '', 'SELECT 1');
SELECT migrate_apply('0008_h', '-- only a comment', 'SELECT 1');
SELECT migrate_apply('0009_i', ' ; ;; /* ; */ ; ', 'SELECT 1; ;');

-- names are text: any characters but quotes, backslashes and control characters
SELECT migrate_apply('0010 Zürich – 数据库 / 100% (new), a;b $1 ?', 'SELECT 1', 'SELECT 1');
SELECT migrate_apply(' ', 'SELECT 1', 'SELECT 1');

-- text is kept byte for byte
SELECT migrate_apply('0011_j', 'CREATE TABLE j (t text DEFAULT ''it''''s ; ü'' /* 数 */);

-- ; the end
INSERT INTO j VALUES (''a
b	c'')', 'DROP
TABLE j');
SELECT up FROM dbmig_journal WHERE name = '0011_j';
SELECT down FROM dbmig_journal WHERE name = '0011_j';
SELECT t FROM j;

-- what the journal holds
SELECT seq, name, checksum, down, down_kind, CASE WHEN reversible THEN 'yes' ELSE 'no' END,
	CASE WHEN applied_at IS NULL OR applied_by IS NULL OR duration_ms < 0 THEN 'no' ELSE 'yes' END, dbmig_version
FROM dbmig_journal WHERE name <> '0011_j' ORDER BY seq;
SELECT seq, event, name, checksum, detail, CASE WHEN prev_hash IS NULL THEN 'first' ELSE 'not' END,
	CASE WHEN at IS NULL OR "by" IS NULL THEN 'no' ELSE 'yes' END, length(hash)
FROM dbmig_history ORDER BY seq;
SELECT a.seq FROM dbmig_history AS a JOIN dbmig_history AS b ON b.seq = a.seq + 1 AND b.prev_hash = a.hash ORDER BY 1;

-- errors name migration, statement and line, and leave nothing
SELECT migrate_apply('1', 'CREATE TABLE k (id integer);

CREATE TABLE a (id integer);');
SELECT migrate_apply('1', 'CREATE TABLE k (id integer);
SELECT ''é'',
	nope FROM k');
SELECT migrate_apply('1', 'CREATE TABLE k (id integer); SELEC 1');
SELECT migrate_apply('1', 'CREATE TABLE k (id integer);;;
	; SELECT 1; /* a
comment */ SELECT 1 FROM nope;');
SELECT count(*) FROM k;
SELECT count(*) FROM dbmig_journal;

-- dry_run does it all, and undoes it
SELECT migrate_apply('1', 'CREATE TABLE k (id integer)', 'DROP TABLE k', '{"dry_run": true}');
SELECT migrate_apply('0001_a', 'CREATE TABLE a (id integer); INSERT INTO a VALUES (1);', 'DROP TABLE a', '{"dry_run": true}');
SELECT migrate_apply('1', 'CREATE TABLE a (id integer)', NULL, '{"dry_run": true}');
SELECT migrate_apply('1', 'CREATE TABLE k (id integer)', 'DROP TABLE k', '{"dry_run": false}');
SELECT migrate_apply('2', 'DROP TABLE k', 'CREATE TABLE k (id integer)', '{"dry_run": true}');
SELECT count(*) FROM k;

-- verify: the down is proven
SELECT migrate_apply('2', 'CREATE TABLE l (id integer)', 'SELECT 1; DROP TABLE nope', '{"verify": "roundtrip"}');
SELECT migrate_apply('2', 'CREATE TABLE l (id integer)', 'DROP TABLE l', '{"verify": "roundtrip"}');
SELECT migrate_apply('3', 'CREATE TABLE m (id integer)', 'DROP TABLE nope', '{"verify": "none"}');
SELECT count(*) FROM l;

-- lock_timeout
SELECT migrate_apply('4', 'SELECT 1', 'SELECT 1', '{"lock_timeout": 0}');
SELECT migrate_apply('5', 'SELECT 1', 'SELECT 1', '{"lock_timeout": 2147483647, "out_of_order": "refuse", "verify": "none", "dry_run": false}');
SELECT name, state FROM migrate_status();
SELECT count(*) FROM migrate_verify();
