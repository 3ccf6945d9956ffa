\set ECHO errors
\i test/clean.psql
\set ECHO all
-- What each step costs and what it looks like: the hazards of plans.
\pset format unaligned
SET client_min_messages = warning;
DROP ROLE IF EXISTS dbmig_reader;
CREATE ROLE dbmig_reader;
RESET client_min_messages;

CREATE FUNCTION hazards_of(live text, desired text)
RETURNS TABLE (action text, object text, sql text, hazards json)
LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL client_min_messages = warning;
	CREATE SCHEMA h;
	SET LOCAL search_path = h, public;
	EXECUTE live;
	RETURN QUERY SELECT d.action, d.object, d.sql, d.hazards
		FROM migrate_diff(desired, '{"schemas": ["h"]}') d ORDER BY d.step;
	SET LOCAL search_path = public;
	DROP SCHEMA h CASCADE;
	RESET client_min_messages;
END
$$;

\set t 'CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), c text);'

-- ---- columns: what is written anew, and what is not ----

SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), c text,
	d timestamptz DEFAULT now())');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), c text,
	d uuid DEFAULT gen_random_uuid())');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), c text,
	d int GENERATED ALWAYS AS (a * 2) STORED)');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), c text,
	d int GENERATED ALWAYS AS IDENTITY)');
SELECT * FROM hazards_of(:'t', 'CREATE DOMAIN positive AS int CHECK (VALUE > 0);
	CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), c text, d positive)');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(20), c varchar)');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a bigint, b varchar(10), c text)');
SELECT * FROM hazards_of('CREATE TABLE t (a numeric(10,2), b timestamp(3))',
	'CREATE TABLE t (a numeric(12,2), b timestamp)');
SELECT * FROM hazards_of('CREATE TABLE t (a numeric(10,2), b timestamp)',
	'CREATE TABLE t (a numeric(12,3), b timestamptz)');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b varchar(10), c text)');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), c text);
	ALTER TABLE t ALTER a SET STATISTICS 500; COMMENT ON COLUMN t.a IS ''x''');
SELECT * FROM hazards_of(:'t', 'CREATE UNLOGGED TABLE t (id int PRIMARY KEY, a int, b varchar(10), c text)');

-- ---- constraints, indexes, triggers: locks and scans ----

SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a > 0), b varchar(10), c text)');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), c text);
	ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0) NOT VALID');
SELECT * FROM hazards_of(:'t' || 'ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0) NOT VALID',
	'CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a > 0), b varchar(10), c text)');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a int REFERENCES t, b varchar(10), c text)');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE, b varchar(10), c text)');
SELECT * FROM hazards_of(:'t' || 'CREATE INDEX i ON t (a)', :'t' || 'CREATE INDEX j ON t (c)');
SELECT * FROM hazards_of(:'t', :'t' || 'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN RETURN NEW; END'';
	CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()');
SELECT * FROM hazards_of('CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1',
	'CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 2');

-- ---- tables, partitions ----

SELECT * FROM hazards_of(
	'CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES IN (1)',
	'CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE q (a int)');
SELECT * FROM hazards_of(
	'CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE q (a int)',
	'CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES IN (1)');

-- ---- renames, which are not guessed ----

SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, aa int, b varchar(10), c text)');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE t (id int PRIMARY KEY, aa bigint, b varchar(10), c text)');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE tt (id int PRIMARY KEY, a int, b varchar(10), d text)');
SELECT * FROM hazards_of(:'t', 'CREATE TABLE tt (x int, y int)');

-- ---- rights ----

SELECT * FROM hazards_of(:'t', :'t' || 'GRANT SELECT ON t TO dbmig_reader');
SELECT * FROM hazards_of(:'t', :'t' || 'ALTER DEFAULT PRIVILEGES IN SCHEMA h GRANT SELECT ON TABLES TO dbmig_reader');

-- ---- a schema with rows ----

CREATE SCHEMA gone;
CREATE TABLE gone.t (id int);
SELECT action, object, hazards FROM migrate_diff('SELECT 1', '{"schemas": ["gone"]}');
INSERT INTO gone.t VALUES (1);
SELECT action, object, hazards FROM migrate_diff('SELECT 1', '{"schemas": ["gone"]}');
SELECT migrate_push('SELECT 1', '{"schemas": ["gone"]}');

DROP SCHEMA gone CASCADE;
DROP FUNCTION hazards_of;
DROP ROLE dbmig_reader;
