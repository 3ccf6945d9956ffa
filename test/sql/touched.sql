-- A down is computed from what the server says a migration touched.  Each case
-- is the second of two migrations without a down in one call: afterwards
-- dbmig takes for live what is live, and the down leads back.
\set ECHO none
\i test/clean.psql
\i test/everything.psql
\set ECHO all

CREATE FUNCTION dbmig.outcome(ddl text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	options CONSTANT json := '{"schemas": ["public", "app"]}';
	before text := public.migrate_fingerprint(options);
	result text;
BEGIN
	BEGIN
		PERFORM public.migrate_up(json_build_array(
			json_build_object('name', '1', 'up', 'SELECT 1'),
			json_build_object('name', '2', 'up', ddl)), options);
		IF (SELECT fingerprint FROM dbmig.state) <>
			public.migrate_fingerprint(options) THEN
			result := 'missed';
			RAISE SQLSTATE 'ZZ000';
		END IF;
		PERFORM public.migrate_rollback(1, options);
		result := CASE WHEN public.migrate_fingerprint(options) = before
			THEN 'back' ELSE 'elsewhere' END;
		RAISE SQLSTATE 'ZZ000';
	EXCEPTION
		WHEN SQLSTATE 'ZZ000' THEN
			RETURN result;
		WHEN OTHERS THEN
			RETURN sqlerrm;
	END;
END $$;

SELECT kind, attribute, outcome <> 'missed' AS known, outcome = 'back' AS back
FROM (SELECT *, dbmig.outcome(ddl) FROM dbmig.cases) AS c ORDER BY n;

-- ---- however it was changed ----
CREATE VIEW aliased AS SELECT x.one FROM free AS x(one, two);
CREATE VIEW above AS SELECT one FROM aliased;
CREATE TYPE boxed AS (c color);
CREATE TABLE boxes (a color DEFAULT 'red', b boxed DEFAULT '(red)'::boxed, c color[] DEFAULT '{red}');
CREATE OPERATOR ==> (LEFTARG = int, RIGHTARG = int, FUNCTION = int4gt, COMMUTATOR = <==);
CREATE OPERATOR <== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4lt, COMMUTATOR = ==>);
CREATE TABLE empty_one ();
CREATE TABLE empty_two () INHERITS (empty_one);
CREATE TABLE identified (a int NOT NULL);
CREATE UNIQUE INDEX identified_a ON identified (a);
ALTER TABLE identified REPLICA IDENTITY USING INDEX identified_a;
CREATE FUNCTION app.grow() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE 'CREATE TABLE grown (a int)';
END $$;
CREATE FUNCTION app.remark() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	COMMENT ON TABLE public.free IS 'seen';
END $$;

TRUNCATE dbmig.cases;
INSERT INTO dbmig.cases (kind, attribute, ddl) VALUES
('in DO', 'a table', $x$DO 'BEGIN EXECUTE ''CREATE TABLE x (a int)''; END'$x$),
('in DO', 'a part that is undone', $x$DO 'BEGIN CREATE TABLE x (); BEGIN CREATE TABLE y (); ALTER TABLE free ADD z int; RAISE EXCEPTION ''no''; EXCEPTION WHEN OTHERS THEN NULL; END; END'$x$),
('in DO', 'a part that stays', $x$DO 'BEGIN BEGIN ALTER TABLE free ADD z int; EXCEPTION WHEN OTHERS THEN NULL; END; END'$x$),
('in DO', 'names', $x$DO 'BEGIN ALTER TABLE identified RENAME TO i; ALTER TABLE i RENAME a TO b; END'$x$),
('in a function', 'a table', 'SELECT app.grow()'),
('by an event trigger', 'a comment', 'CREATE EVENT TRIGGER sees ON ddl_command_end WHEN TAG IN (''CREATE TABLE'') EXECUTE FUNCTION app.remark(); CREATE TABLE x (a int); DROP EVENT TRIGGER sees'),
('by hand', 'a comment', 'COMMENT ON TABLE free IS ''x''; UPDATE pg_description SET description = ''y'' WHERE objoid = ''free''::regclass'),
('with others', 'DROP TABLE', 'DROP TABLE t CASCADE'),
('with others', 'DROP TYPE', 'DROP TYPE color CASCADE'),
('with others', 'DROP FUNCTION', 'DROP FUNCTION fires() CASCADE'),
('with others', 'DROP EXTENSION', 'DROP EXTENSION citext'),
('with others', 'DROP SCHEMA', 'DROP SCHEMA app CASCADE'),
('with others', 'DROP OWNED', 'DROP OWNED BY dbmig_reader'),
('others', 'name of a schema', 'ALTER SCHEMA app RENAME TO application'),
('others', 'name of a role', 'ALTER ROLE dbmig_reader RENAME TO dbmig_writer'),
('others', 'name of a table', 'ALTER TABLE t RENAME TO tt'),
('others', 'name of a table, in DO', $x$DO 'BEGIN ALTER TABLE t RENAME TO tt; END'$x$),
('others', 'name of a column', 'ALTER TABLE free RENAME k TO kk'),
('others', 'name of a column, in DO', $x$DO 'BEGIN ALTER TABLE t RENAME a TO aa; END'$x$),
('others', 'name of a value', 'ALTER TYPE color RENAME VALUE ''red'' TO ''pink'''),
('others', 'name of a type', 'ALTER TYPE pair RENAME TO couple'),
('others', 'name of an index', 'ALTER INDEX identified_a RENAME TO identified_by_a'),
('others', 'schema of an operator', 'ALTER OPERATOR ==> (int, int) SET SCHEMA app'),
('others', 'schema of a function', 'ALTER FUNCTION plain SET SCHEMA app'),
('others', 'schema of a table', 'ALTER TABLE t SET SCHEMA app'),
('others', 'a column of a table in a view', 'ALTER TABLE free ADD z int'),
('others', 'a view below another', 'CREATE OR REPLACE VIEW aliased AS SELECT x.one, x.two FROM free AS x(one, two)'),
('others', 'a parent without columns', 'ALTER TABLE empty_two NO INHERIT empty_one'),
('others', 'a trigger of a parent alone', 'ALTER TABLE ONLY parts DISABLE TRIGGER tp'),
('others', 'an implicit cast', 'CREATE CAST (pair AS text) WITH INOUT AS IMPLICIT'),
('an index', 'becomes a constraint', 'ALTER TABLE identified ADD CONSTRAINT k UNIQUE USING INDEX identified_a'),
('a sequence', 'is owned no more', 'CREATE TABLE x (a serial); ALTER SEQUENCE x_a_seq OWNED BY NONE'),
('an extension', 'gets a member', 'ALTER EXTENSION citext ADD FUNCTION plain(int)'),
('nothing', '', 'INSERT INTO free VALUES (1, ''x'')');
SELECT kind, attribute, dbmig.outcome(ddl) <> 'missed' AS known
FROM dbmig.cases ORDER BY n;

-- ---- one after the other, and back ----
CREATE FUNCTION dbmig.fingerprints() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	result text[];
	ddl text;
BEGIN
	BEGIN
		FOR ddl IN SELECT c.ddl FROM dbmig.cases c ORDER BY n LOOP
			result := result || public.migrate_fingerprint();
			EXECUTE ddl;
		END LOOP;
		RAISE SQLSTATE 'ZZ000';
	EXCEPTION
		WHEN SQLSTATE 'ZZ000' THEN
			RETURN QUERY SELECT unnest(result);
	END;
END $$;
TRUNCATE dbmig.cases RESTART IDENTITY;
INSERT INTO dbmig.cases (ddl) VALUES
('CREATE TYPE mood AS ENUM (''good'', ''bad'')'),
('CREATE TABLE people (id int PRIMARY KEY, name text, m mood DEFAULT ''bad'')'),
('CREATE VIEW names AS SELECT name, m FROM people'),
('ALTER TABLE people ADD boss int REFERENCES people'),
('COMMENT ON COLUMN people.name IS ''x'''),
('GRANT SELECT ON names TO dbmig_reader'),
('CREATE INDEX people_name ON people (lower(name))'),
('ALTER INDEX people_name SET (fillfactor = 50)'),
('ALTER TABLE people OWNER TO dbmig_keeper'),
('CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql AS ''SELECT upper($1)'''),
('CREATE OR REPLACE FUNCTION shout(text) RETURNS text LANGUAGE sql AS ''SELECT upper($1) || 1'''),
('CREATE TRIGGER tells BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION fires()'),
('ALTER TABLE people DISABLE TRIGGER tells'),
('CREATE POLICY own ON people USING (boss = id)'),
('ALTER TABLE people ENABLE ROW LEVEL SECURITY'),
('CREATE TABLE days (d date, n int) PARTITION BY RANGE (d)'),
('CREATE TABLE day1 PARTITION OF days FOR VALUES FROM (''2020-01-01'') TO (''2020-01-02'')'),
('CREATE TABLE day2 (d date, n int)'),
('ALTER TABLE days ATTACH PARTITION day2 FOR VALUES FROM (''2020-01-02'') TO (''2020-01-03'')'),
('ALTER TABLE days DETACH PARTITION day1'),
('ALTER TABLE people ALTER m SET DEFAULT ''good'''),
('ALTER TABLE people ALTER id ADD GENERATED ALWAYS AS IDENTITY'),
('ALTER SEQUENCE people_id_seq INCREMENT 5'),
('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO dbmig_reader'),
('CREATE TABLE granted (a int)'),
('DROP VIEW names'),
('ALTER TABLE people ADD CONSTRAINT named CHECK (name <> '''') NOT VALID'),
('ALTER TABLE people VALIDATE CONSTRAINT named'),
('CREATE DOMAIN positive AS int CHECK (VALUE > 0)'),
('CREATE TABLE counted (n positive, p pair)'),
('ALTER DOMAIN positive SET DEFAULT 5'),
('CREATE MATERIALIZED VIEW summary AS SELECT count(*) FROM people'),
('CREATE STATISTICS people_stats ON id, name FROM people'),
('CREATE EXTENSION hstore'),
('DROP FUNCTION shout(text)');
CREATE TABLE dbmig.before AS
SELECT row_number() OVER () AS n, fingerprint FROM dbmig.fingerprints() AS fingerprint;
SELECT json_array_length(migrate_up(json_agg(json_build_object(
	'name', to_char(n, '000'), 'up', ddl) ORDER BY n)) -> 'applied') AS applied
FROM dbmig.cases;
SELECT count(*) AS drift FROM migrate_drift();
SELECT down_kind, count(*) FROM dbmig.journal GROUP BY down_kind;
CREATE FUNCTION dbmig.back(n int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM public.migrate_rollback();
	RETURN public.migrate_fingerprint() =
		(SELECT fingerprint FROM dbmig.before b WHERE b.n = back.n);
END $$;
SELECT n, dbmig.back(n) AS back
FROM (SELECT n FROM dbmig.cases ORDER BY n DESC) AS last_first;
\i test/nothing.psql

-- ---- what is done in a schema that is not managed has no computed down ----
\i test/clean.psql
CREATE SCHEMA app;
SELECT migrate_apply('1', 'CREATE TABLE app.t (a int)') ->> 'down' AS down;
SELECT migrate_apply('2', 'CREATE TABLE app.u (a int)', NULL, '{"verify": "roundtrip"}');
SELECT migrate_apply('3', 'CREATE TABLE app.u (a int)', NULL, '{"schemas": ["public", "app"]}') ->> 'down' AS down;
SELECT migrate_apply('4', 'CREATE TABLE t (a int)', NULL, '{"schemas": ["app"]}') ->> 'down' AS down;
SELECT migrate_rollback();
DROP SCHEMA app CASCADE;
