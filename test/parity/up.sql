-- migrate_up(): what is pending in a JSON array, all of it or nothing.
SELECT migrate_up('[]');
SELECT migrate_up('[{"name":"001_a","up":"CREATE TABLE a (id integer)","down":"DROP TABLE a"},{"name":"002_b","up":"CREATE TABLE b (id integer)","down":"DROP TABLE b"}]');
SELECT migrate_up('[{"name":"001_a","up":"CREATE TABLE a (id integer)","down":"DROP TABLE a"},{"name":"002_b","up":"CREATE TABLE b (id integer)","down":"DROP TABLE b"}]');
SELECT migrate_up(' [ {"up":"CREATE TABLE c (id integer)", "down":"DROP TABLE c", "name":"003_c"} ] ');
SELECT migrate_up('[{"name":"004_\u00fc\ud83d\ude00","up":"CREATE TABLE d (t text);\nINSERT INTO d VALUES (''\u00fc\"\\'')"}]');
SELECT t FROM d;
SELECT migrate_up('[{"name":"004_ü😀","up":"CREATE TABLE d (t text);\nINSERT INTO d VALUES (''ü\"\\'')"}]');
SELECT name, state FROM migrate_status();

-- all or nothing
SELECT migrate_up('[{"name":"005_e","up":"CREATE TABLE e (id integer)"},{"name":"006_f","up":"CREATE TABLE f (id integer);\nCREATE TABLE a (id integer)"}]');
SELECT count(*) FROM e;
-- refused before anything runs
SELECT migrate_up('[{"name":"005_e","up":"SELECT nope"},{"name":"006_f","up":"SELECT 1;\nCOMMIT"}]');
SELECT migrate_up('[{"name":"005_e","up":"SELECT nope"},{"name":"006_f","up":"SELECT 1", "down": "SELECT 1;\n\nSELECT ''"}]');

-- changed
SELECT migrate_up('[{"name":"001_a","up":"CREATE TABLE a (id bigint)"}]');
SELECT migrate_up('[{"name":"001_a","up":"CREATE TABLE a (id integer)","down":"a changed down is no change"}]');
-- out of order: pending is what is not applied, never what is newer than the last
SELECT migrate_up('[{"name":"000_z","up":"CREATE TABLE z (id integer)"},{"name":"001_a","up":"CREATE TABLE a (id integer)"}]');
SELECT migrate_up('[{"name":"000_z","up":"CREATE TABLE z (id integer)"},{"name":"001_a","up":"CREATE TABLE a (id integer)"}]', '{"out_of_order": "refuse"}');
SELECT migrate_up('[{"name":"000_z","up":"CREATE TABLE z (id integer)"},{"name":"001_a","up":"CREATE TABLE a (id integer)"}]', '{"out_of_order": "allow"}');
SELECT seq, name FROM migrate_status();
-- the order of the array counts, not that of the names
SELECT migrate_up('[{"name":"9","up":"CREATE TABLE nine (id integer)"},{"name":"10","up":"DROP TABLE nine"},{"name":"1","up":"CREATE TABLE one (id integer)"}]');

-- dry_run
SELECT migrate_up('[{"name":"005_e","up":"CREATE TABLE e (id integer)"},{"name":"006_f","up":"DROP TABLE e"}]', '{"dry_run": true}');
SELECT count(*) FROM e;
-- verify
SELECT migrate_up('[{"name":"005_e","up":"CREATE TABLE e (id integer)","down":"DROP TABLE e"},{"name":"006_f","up":"DROP TABLE e","down":"DROP TABLE e"}]', '{"verify": "roundtrip"}');
SELECT migrate_up('[{"name":"005_e","up":"CREATE TABLE e (id integer)","down":"DROP TABLE e"},{"name":"006_f","up":"DROP TABLE e","down":"CREATE TABLE e (id integer)"}]', '{"verify": "roundtrip"}');

-- files from a client, whatever the path before the folder
SELECT migrate_up('[{"path":"db/m/010_g.up.sql","text":"CREATE TABLE g (id integer)"},{"path":"db/m/010_g.down.sql","text":"DROP TABLE g"},{"path":"db/m/README.md","text":"x"}]');
SELECT migrate_up('[{"path":"010_g.up.sql","text":"CREATE TABLE g (id integer)"},{"path":"./011_h.up.sql","text":"CREATE TABLE h (id integer)"},{"path":"011_h.down.sql","text":"DROP TABLE h"}]');
SELECT migrate_up('[{"path":"m/012/up.sql","text":"CREATE TABLE i (id integer)"},{"path":"m/012/down.sql","text":"DROP TABLE i"}]');
SELECT migrate_up('[{"path":"x/meta/_journal.json","text":"{\"entries\":[{\"tag\":\"014\"},{\"tag\":\"013\"}]}"},{"path":"x/013.sql","text":"DROP TABLE j"},{"path":"x/014.sql","text":"CREATE TABLE j (id integer);\n--> statement-breakpoint\nINSERT INTO j VALUES (1);"},{"path":"x/013.down.sql","text":"CREATE TABLE j (id integer)"},{"path":"x/014.down.sql","text":"DROP TABLE j"},{"path":"x/015.sql","text":"left alone"}]');
SELECT migrate_rollback('010_g');
SELECT seq, name, state FROM migrate_status();
SELECT count(*) FROM migrate_verify();
