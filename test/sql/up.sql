-- migrate_up(): what is pending in a source, all of it or nothing.
\i test/clean.psql

\set source '[{"name":"001_a","up":"CREATE TABLE a (id int)","down":"DROP TABLE a"},{"name":"002_b","up":"CREATE TABLE b (id int)","down":"DROP TABLE b"}]'
SELECT migrate_up(:'source');
SELECT migrate_up(:'source');

-- the same as json
SELECT migrate_up(json_agg(json_build_object('name', name, 'up', up) ORDER BY name))
FROM (VALUES ('001_a', 'CREATE TABLE a (id int)'), ('002_b', 'CREATE TABLE b (id int)'),
	('003_c', 'CREATE TABLE c (id int)')) AS m (name, up);
SELECT name, state, reversible FROM migrate_status();

-- all or nothing
SELECT migrate_up('[{"name":"004_d","up":"CREATE TABLE d (id int)"},{"name":"005_e","up":"CREATE TABLE e (id int);\nCREATE TABLE a (id int)"}]');
SELECT to_regclass('d'), to_regclass('e'), count(*) FROM dbmig.journal;
-- refused before anything runs
SELECT migrate_up('[{"name":"004_d","up":"SELECT 1 / 0"},{"name":"005_e","up":"SELECT 1;\nCOMMIT"}]');

-- changed, and out of order
SELECT migrate_up('[{"name":"001_a","up":"CREATE TABLE a (id bigint)"}]');
SELECT migrate_up('[{"name":"000_z","up":"CREATE TABLE z (id int)"},{"name":"001_a","up":"CREATE TABLE a (id int)"}]');
SELECT migrate_up('[{"name":"000_z","up":"CREATE TABLE z (id int)"},{"name":"001_a","up":"CREATE TABLE a (id int)"}]',
	'{"out_of_order": "allow"}');

-- dry_run
SELECT migrate_up('[{"name":"004_d","up":"CREATE TABLE d (id int)"}]', '{"dry_run": true}');
SELECT to_regclass('d');

-- nothing at all
SELECT migrate_up('[]');

-- a folder, by the server's own rights and paths
SELECT migrate_up('/nonexistent/migrations');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_status('/nonexistent/migrations');
SELECT migrate_up('PG_VERSION');
COPY (SELECT 'CREATE TABLE f (id int);') TO PROGRAM 'mkdir -p dbmig_up && cat > dbmig_up/010_f.up.sql';
COPY (SELECT 'DROP TABLE f;') TO PROGRAM 'cat > dbmig_up/010_f.down.sql';
SELECT name, state FROM migrate_status('dbmig_up') WHERE name LIKE '01%';
SELECT migrate_up('dbmig_up');
SELECT name, state FROM migrate_status('dbmig_up') WHERE name LIKE '01%';
SELECT migrate_up('dbmig_up');
SELECT migrate_rollback();
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; printf "\377\376" > dbmig_up/011_g.up.sql';
SELECT migrate_up('dbmig_up');
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; rm -r dbmig_up';
