-- migrate_fingerprint(): each attribute of each kind changes it, and what is
-- not part of a schema does not.
\i test/clean.psql
SET client_min_messages = error;
DROP ROLE IF EXISTS dbmig_reader;
DROP ROLE IF EXISTS dbmig_keeper;
CREATE ROLE dbmig_reader;
CREATE ROLE dbmig_keeper;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE dbmig_space LOCATION '';

-- ---- a schema with one of everything ----
CREATE SCHEMA app;
CREATE EXTENSION citext VERSION '1.5';
CREATE FUNCTION plain(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION many() RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE proc(int) LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION also() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION happens() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION happens2() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE TYPE color AS ENUM ('red', 'green');
CREATE DOMAIN small AS int DEFAULT 1 CONSTRAINT under CHECK (VALUE < 10);
CREATE DOMAIN word AS text;
CREATE TYPE pair AS (a int, b text);
CREATE TYPE span AS RANGE (SUBTYPE = float8);
CREATE COLLATION plain_c FROM "C";
CREATE COLLATION plain_icu (PROVIDER = icu, LOCALE = 'und');
CREATE TYPE base;
CREATE FUNCTION base_in(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION base_out(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION base_in2(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION base_out2(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION base_receive(internal) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'textrecv';
CREATE FUNCTION base_send(base) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
CREATE TYPE base (INPUT = base_in, OUTPUT = base_out);
CREATE LANGUAGE lang HANDLER plpgsql_call_handler;
CREATE SEQUENCE app.numbers;
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE OPERATOR FAMILY fam USING btree;
CREATE OPERATOR CLASS odd FOR TYPE int USING btree FAMILY fam AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 btint4cmp(int, int);
CREATE FUNCTION to_int(color) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (color AS int) WITH FUNCTION to_int(color);
CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken,
	END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE tpl (LEXIZE = dsimple_lexize, INIT = dsimple_init);
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION conf (COPY = simple);
CREATE FOREIGN DATA WRAPPER wrap OPTIONS (a '1');
CREATE SERVER serv FOREIGN DATA WRAPPER wrap OPTIONS (host 'h', dbname 'd');
CREATE USER MAPPING FOR dbmig_reader SERVER serv OPTIONS ("user" 'u');
CREATE FOREIGN TABLE far (a int OPTIONS (name 'b')) SERVER serv OPTIONS (file 'f');
CREATE TABLE t (
	id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT t_key PRIMARY KEY,
	a int NOT NULL DEFAULT 1,
	b text,
	c int GENERATED ALWAYS AS (1 + 1) STORED,
	d pair[],
	r int4range,
	s tsvector,
	CONSTRAINT t_check CHECK (a > 0),
	CONSTRAINT t_unique UNIQUE (b)) WITH (fillfactor = 80);
CREATE TABLE other (id bigint CONSTRAINT other_fk REFERENCES t, x int);
CREATE TABLE lower_one (y int) INHERITS (other);
CREATE TABLE typed OF pair;
CREATE TABLE parts (k int, v text) PARTITION BY RANGE (k);
CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
CREATE TABLE free (k int, v text);
CREATE TABLE said (a timestamptz DEFAULT '2020-01-01 00:00+00', b interval DEFAULT '1 day 2 hours',
	c bytea DEFAULT '\x01ff', d float8 DEFAULT 0.1234567890123);
CREATE INDEX t_index ON t (a);
CREATE INDEX t_upper ON t (upper(b));
CREATE INDEX t_gist ON t USING gist (s);
CREATE INDEX parts_index ON ONLY parts (v);
CREATE INDEX part1_index ON part1 (v);
CREATE STATISTICS stats ON a, b FROM t;
CREATE VIEW v AS SELECT id, a FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT id, b FROM t;
CREATE RULE ru AS ON DELETE TO other DO ALSO NOTHING;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fires();
CREATE TRIGGER tp AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION fires();
CREATE POLICY pol ON t USING (a > 0) WITH CHECK (a > 1);
CREATE PUBLICATION pub FOR TABLE t (id, a) WHERE (id > 0);
CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
	EXECUTE FUNCTION happens();
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO dbmig_reader;
GRANT SELECT ON t TO dbmig_reader;

CREATE FUNCTION dbmig.fingerprint_after(ddl text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	BEGIN
		EXECUTE ddl;
		result := public.migrate_fingerprint('{"schemas": ["public", "app"]}');
		RAISE SQLSTATE 'ZZ000';
	EXCEPTION
		WHEN SQLSTATE 'ZZ000' THEN
			RETURN result;
	END;
END $$;

/* The base type anew: its functions go with it. */
CREATE PROCEDURE dbmig.base(input text, output text, options text)
LANGUAGE plpgsql AS $$
BEGIN
	DROP TYPE public.base CASCADE;
	CREATE TYPE public.base;
	CREATE FUNCTION public.base_in(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'textin';
	CREATE FUNCTION public.base_out(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
	CREATE FUNCTION public.base_in2(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'textin';
	CREATE FUNCTION public.base_out2(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
	CREATE FUNCTION public.base_receive(internal) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'textrecv';
	CREATE FUNCTION public.base_send(base) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
	EXECUTE format('CREATE TYPE public.base (INPUT = %s, OUTPUT = %s%s)', input, output, options);
END $$;

CREATE TABLE dbmig.cases (
	n int GENERATED ALWAYS AS IDENTITY, kind text, attribute text, ddl text);

-- ---- what changes it ----
INSERT INTO dbmig.cases (kind, attribute, ddl) VALUES
('schema', 'owner', 'ALTER SCHEMA app OWNER TO dbmig_keeper'),
('schema', 'comment', 'COMMENT ON SCHEMA app IS ''x'''),
('schema', 'grant', 'GRANT USAGE ON SCHEMA app TO dbmig_reader'),
('schema', 'comment of public', 'COMMENT ON SCHEMA public IS ''x'''),
('schema', 'grant of public', 'REVOKE USAGE ON SCHEMA public FROM PUBLIC'),
('extension', 'is there', 'DROP EXTENSION citext'),
('extension', 'version', 'ALTER EXTENSION citext UPDATE'),
('extension', 'schema', 'ALTER EXTENSION citext SET SCHEMA app'),
('extension', 'comment', 'COMMENT ON EXTENSION citext IS ''x'''),
('default privileges', 'is there', 'ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON SEQUENCES TO dbmig_reader'),
('default privileges', 'grant', 'ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT INSERT ON TABLES TO dbmig_reader'),
('default privileges', 'schema', 'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC'),
('default privileges', 'role', 'ALTER DEFAULT PRIVILEGES FOR ROLE dbmig_keeper REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC'),
('access method', 'is there', 'CREATE ACCESS METHOD am TYPE TABLE HANDLER heap_tableam_handler'),
('access method', 'type', 'CREATE ACCESS METHOD am TYPE INDEX HANDLER bthandler'),
('language', 'handler', 'CREATE FUNCTION app.handle() RETURNS language_handler LANGUAGE c AS ''$libdir/plpgsql'', ''plpgsql_call_handler''; DROP LANGUAGE lang; CREATE LANGUAGE lang HANDLER app.handle'),
('language', 'inline', 'DROP LANGUAGE lang; CREATE LANGUAGE lang HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler'),
('language', 'validator', 'DROP LANGUAGE lang; CREATE LANGUAGE lang HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator'),
('language', 'trusted', 'DROP LANGUAGE lang; CREATE TRUSTED LANGUAGE lang HANDLER plpgsql_call_handler'),
('language', 'owner', 'ALTER LANGUAGE lang OWNER TO dbmig_keeper'),
('language', 'comment', 'COMMENT ON LANGUAGE lang IS ''x'''),
('collation', 'is there', 'CREATE COLLATION app.x FROM "C"'),
('collation', 'locale', 'DROP COLLATION plain_c; CREATE COLLATION plain_c FROM "POSIX"'),
('collation', 'provider', 'DROP COLLATION plain_icu; CREATE COLLATION plain_icu (PROVIDER = libc, LOCALE = ''C'')'),
('collation', 'locale, of ICU', 'DROP COLLATION plain_icu; CREATE COLLATION plain_icu (PROVIDER = icu, LOCALE = ''de'')'),
('collation', 'lc_ctype', 'DROP COLLATION plain_c; CREATE COLLATION plain_c (LC_COLLATE = ''C'', LC_CTYPE = ''POSIX'')'),
('collation', 'nondeterministic', 'DROP COLLATION plain_icu; CREATE COLLATION plain_icu (PROVIDER = icu, LOCALE = ''und'', DETERMINISTIC = false)'),
('collation', 'owner', 'ALTER COLLATION plain_c OWNER TO dbmig_keeper'),
('collation', 'comment', 'COMMENT ON COLLATION plain_c IS ''x'''),
('enum', 'values, added', 'ALTER TYPE color ADD VALUE ''blue'''),
('enum', 'values, their order', 'ALTER TYPE color ADD VALUE ''blue'' BEFORE ''red'''),
('enum', 'values, renamed', 'ALTER TYPE color RENAME VALUE ''red'' TO ''pink'''),
('enum', 'name', 'ALTER TYPE color RENAME TO hue'),
('enum', 'owner', 'ALTER TYPE color OWNER TO dbmig_keeper'),
('enum', 'comment', 'COMMENT ON TYPE color IS ''x'''),
('enum', 'grant', 'REVOKE USAGE ON TYPE color FROM PUBLIC'),
('domain', 'default', 'ALTER DOMAIN small SET DEFAULT 2'),
('domain', 'not_null', 'ALTER DOMAIN small SET NOT NULL'),
('domain', 'type', 'DROP DOMAIN word; CREATE DOMAIN word AS varchar(10)'),
('domain', 'collation', 'DROP DOMAIN word; CREATE DOMAIN word AS text COLLATE "C"'),
('domain', 'comment', 'COMMENT ON DOMAIN small IS ''x'''),
('domain', 'constraint', 'ALTER DOMAIN small DROP CONSTRAINT under'),
('domain', 'constraint, its definition', 'ALTER DOMAIN small DROP CONSTRAINT under; ALTER DOMAIN small ADD CONSTRAINT under CHECK (VALUE < 20)'),
('domain', 'constraint, not_valid', 'ALTER DOMAIN small DROP CONSTRAINT under; ALTER DOMAIN small ADD CONSTRAINT under CHECK (VALUE < 10) NOT VALID'),
('domain', 'constraint, comment', 'COMMENT ON CONSTRAINT under ON DOMAIN small IS ''x'''),
('composite', 'column', 'ALTER TYPE pair ADD ATTRIBUTE c int CASCADE'),
('composite', 'column, its type', 'CREATE TYPE app.p AS (a int)'),
('composite', 'column, its collation', 'CREATE TYPE app.p AS (a text); ALTER TYPE app.p ALTER ATTRIBUTE a TYPE text COLLATE "C"'),
('composite', 'owner', 'ALTER TYPE pair OWNER TO dbmig_keeper'),
('composite', 'column, its comment', 'COMMENT ON COLUMN pair.a IS ''x'''),
('composite', 'comment', 'COMMENT ON TYPE pair IS ''x'''),
('range', 'subtype', 'DROP TYPE span; CREATE TYPE span AS RANGE (SUBTYPE = float4)'),
('range', 'subtype_diff', 'DROP TYPE span; CREATE TYPE span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi)'),
('range', 'multirange', 'DROP TYPE span; CREATE TYPE span AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = spans)'),
('range', 'collation', 'DROP TYPE span; CREATE TYPE span AS RANGE (SUBTYPE = text, COLLATION = "C")'),
('range', 'operator_class', 'DROP TYPE span; CREATE TYPE span AS RANGE (SUBTYPE = int, SUBTYPE_OPCLASS = odd)'),
('range', 'owner', 'ALTER TYPE span OWNER TO dbmig_keeper'),
('range', 'comment', 'COMMENT ON TYPE span IS ''x'''),
('base type', 'shell', 'CREATE TYPE shell'),
('base type', 'input', $x$CALL dbmig.base('base_in2', 'base_out', '')$x$),
('base type', 'output', $x$CALL dbmig.base('base_in', 'base_out2', '')$x$),
('base type', 'receive', $x$CALL dbmig.base('base_in', 'base_out', ', RECEIVE = base_receive')$x$),
('base type', 'send', $x$CALL dbmig.base('base_in', 'base_out', ', SEND = base_send')$x$),
('base type', 'typmod_in', $x$CALL dbmig.base('base_in', 'base_out', ', TYPMOD_IN = varchartypmodin')$x$),
('base type', 'typmod_out', $x$CALL dbmig.base('base_in', 'base_out', ', TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout')$x$),
('base type', 'analyze', $x$CALL dbmig.base('base_in', 'base_out', ', ANALYZE = array_typanalyze')$x$),
('base type', 'subscript', $x$CALL dbmig.base('base_in', 'base_out', ', SUBSCRIPT = raw_array_subscript_handler, ELEMENT = int')$x$),
('base type', 'length', $x$CALL dbmig.base('base_in', 'base_out', ', INTERNALLENGTH = 16')$x$),
('base type', 'by_value', $x$CALL dbmig.base('base_in', 'base_out', ', INTERNALLENGTH = 4, PASSEDBYVALUE')$x$),
('base type', 'alignment', $x$CALL dbmig.base('base_in', 'base_out', ', ALIGNMENT = double')$x$),
('base type', 'storage', $x$CALL dbmig.base('base_in', 'base_out', ', STORAGE = extended')$x$),
('base type', 'category', $x$CALL dbmig.base('base_in', 'base_out', ', CATEGORY = ''Q''')$x$),
('base type', 'preferred', $x$CALL dbmig.base('base_in', 'base_out', ', CATEGORY = ''Q'', PREFERRED = true')$x$),
('base type', 'default', $x$CALL dbmig.base('base_in', 'base_out', ', DEFAULT = ''z''')$x$),
('base type', 'element', $x$CALL dbmig.base('base_in', 'base_out', ', SUBSCRIPT = raw_array_subscript_handler, ELEMENT = text')$x$),
('base type', 'delimiter', $x$CALL dbmig.base('base_in', 'base_out', ', DELIMITER = '';''')$x$),
('base type', 'collatable', $x$CALL dbmig.base('base_in', 'base_out', ', COLLATABLE = true')$x$),
('base type', 'comment', 'COMMENT ON TYPE base IS ''x'''),
('sequence', 'type', 'ALTER SEQUENCE app.numbers AS int'),
('sequence', 'start', 'ALTER SEQUENCE app.numbers START 2'),
('sequence', 'increment', 'ALTER SEQUENCE app.numbers INCREMENT 2'),
('sequence', 'minimum', 'ALTER SEQUENCE app.numbers MINVALUE -5'),
('sequence', 'maximum', 'ALTER SEQUENCE app.numbers MAXVALUE 500'),
('sequence', 'cache', 'ALTER SEQUENCE app.numbers CACHE 5'),
('sequence', 'cycle', 'ALTER SEQUENCE app.numbers CYCLE'),
('sequence', 'persistence', 'ALTER SEQUENCE app.numbers SET UNLOGGED'),
('sequence', 'owned_by', 'ALTER SEQUENCE app.numbers SET SCHEMA public; ALTER SEQUENCE numbers OWNED BY t.a'),
('sequence', 'grant', 'GRANT USAGE ON SEQUENCE app.numbers TO dbmig_reader'),
('sequence', 'owner', 'ALTER SEQUENCE app.numbers OWNER TO dbmig_keeper'),
('sequence', 'comment', 'COMMENT ON SEQUENCE app.numbers IS ''x'''),
('function', 'body', 'CREATE OR REPLACE FUNCTION plain(int) RETURNS int LANGUAGE sql IMMUTABLE AS ''SELECT 2'''),
('function', 'name of an argument', 'CREATE OR REPLACE FUNCTION plain(i int) RETURNS int LANGUAGE sql IMMUTABLE AS ''SELECT $1'''),
('function', 'default of an argument', 'CREATE OR REPLACE FUNCTION plain(int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE AS ''SELECT $1'''),
('function', 'result', 'CREATE FUNCTION app.f() RETURNS SETOF int LANGUAGE sql AS ''SELECT 1'''),
('function', 'volatility', 'ALTER FUNCTION plain STABLE'),
('function', 'strict', 'ALTER FUNCTION plain STRICT'),
('function', 'leakproof', 'ALTER FUNCTION plain LEAKPROOF'),
('function', 'security', 'ALTER FUNCTION plain SECURITY DEFINER'),
('function', 'parallel', 'ALTER FUNCTION plain PARALLEL SAFE'),
('function', 'cost', 'ALTER FUNCTION plain COST 7'),
('function', 'rows', 'ALTER FUNCTION many ROWS 7'),
('function', 'window', 'CREATE FUNCTION app.w() RETURNS bigint LANGUAGE internal WINDOW AS ''window_row_number'''),
('function', 'support', 'ALTER FUNCTION plain SUPPORT generate_series_int8_support'),
('function', 'settings', 'ALTER FUNCTION plain SET work_mem = ''1MB'''),
('function', 'owner', 'ALTER FUNCTION plain OWNER TO dbmig_keeper'),
('function', 'comment', 'COMMENT ON FUNCTION plain IS ''x'''),
('function', 'grant', 'REVOKE EXECUTE ON FUNCTION plain FROM PUBLIC'),
('procedure', 'body', 'CREATE OR REPLACE PROCEDURE proc(int) LANGUAGE sql AS ''SELECT 2'''),
('procedure', 'comment', 'COMMENT ON PROCEDURE proc IS ''x'''),
('aggregate', 'start value', 'CREATE OR REPLACE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = ''1'')'),
('aggregate', 'final function', 'CREATE OR REPLACE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = ''0'', FINALFUNC = int4abs)'),
('aggregate', 'combine function', 'CREATE OR REPLACE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = ''0'', COMBINEFUNC = int4pl)'),
('aggregate', 'parallel', 'CREATE OR REPLACE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = ''0'', PARALLEL = SAFE)'),
('aggregate', 'sort operator', 'CREATE OR REPLACE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = ''0'', SORTOP = >)'),
('aggregate', 'moving', 'CREATE OR REPLACE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = ''0'', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int)'),
('aggregate', 'comment', 'COMMENT ON AGGREGATE total(int) IS ''x'''),
('operator', 'estimators', 'ALTER OPERATOR === (int, int) SET (RESTRICT = eqsel, JOIN = eqjoinsel)'),
('operator', 'commutator', 'DROP OPERATOR === (int, int); CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, COMMUTATOR = ===)'),
('operator', 'hashes', 'DROP OPERATOR === (int, int); CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, HASHES)'),
('operator', 'merges', 'DROP OPERATOR === (int, int); CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, MERGES)'),
('operator', 'function', 'DROP OPERATOR === (int, int); CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4ne)'),
('operator', 'owner', 'ALTER OPERATOR === (int, int) OWNER TO dbmig_keeper'),
('operator', 'comment', 'COMMENT ON OPERATOR === (int, int) IS ''x'''),
('operator family', 'members', 'ALTER OPERATOR FAMILY fam USING btree ADD FUNCTION 1 (int, bigint) btint48cmp(int, bigint)'),
('operator family', 'comment', 'COMMENT ON OPERATOR FAMILY fam USING btree IS ''x'''),
('operator class', 'is there', 'DROP OPERATOR CLASS odd USING btree'),
('operator class', 'default', 'DROP OPERATOR CLASS odd USING btree; CREATE OPERATOR CLASS odd DEFAULT FOR TYPE color USING btree FAMILY fam AS OPERATOR 1 <(anyenum, anyenum), FUNCTION 1 (color, color) enum_cmp(anyenum, anyenum)'),
('operator class', 'members', 'DROP OPERATOR CLASS odd USING btree; CREATE OPERATOR CLASS odd FOR TYPE int USING btree FAMILY fam AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int)'),
('operator class', 'family', 'DROP OPERATOR CLASS odd USING btree; CREATE OPERATOR CLASS odd FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int)'),
('operator class', 'storage', 'CREATE OPERATOR CLASS app.st FOR TYPE int USING gin AS STORAGE bigint'),
('operator class', 'owner', 'ALTER OPERATOR CLASS odd USING btree OWNER TO dbmig_keeper'),
('operator class', 'comment', 'COMMENT ON OPERATOR CLASS odd USING btree IS ''x'''),
('cast', 'context', 'DROP CAST (color AS int); CREATE CAST (color AS int) WITH FUNCTION to_int(color) AS ASSIGNMENT'),
('cast', 'method', 'DROP CAST (color AS int); CREATE CAST (color AS int) WITH INOUT'),
('cast', 'function', 'CREATE FUNCTION app.cast(color) RETURNS int LANGUAGE sql AS ''SELECT 2''; DROP CAST (color AS int); CREATE CAST (color AS int) WITH FUNCTION app.cast(color)'),
('cast', 'comment', 'COMMENT ON CAST (color AS int) IS ''x'''),
('transform', 'is there', 'CREATE FUNCTION app.tx(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS ''int4abs''; CREATE TRANSFORM FOR color LANGUAGE sql (FROM SQL WITH FUNCTION app.tx(internal))'),
('conversion', 'is there', 'DROP CONVERSION conv'),
('conversion', 'source', 'DROP CONVERSION conv; CREATE CONVERSION conv FOR ''KOI8R'' TO ''UTF8'' FROM koi8r_to_utf8'),
('conversion', 'target', 'DROP CONVERSION conv; CREATE CONVERSION conv FOR ''UTF8'' TO ''LATIN1'' FROM utf8_to_iso8859_1'),
('conversion', 'comment', 'COMMENT ON CONVERSION conv IS ''x'''),
('conversion', 'default', 'DROP CONVERSION conv; CREATE DEFAULT CONVERSION conv FOR ''LATIN1'' TO ''UTF8'' FROM iso8859_1_to_utf8'),
('text search parser', 'headline', 'DROP TEXT SEARCH PARSER prs; CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline)'),
('text search template', 'init', 'DROP TEXT SEARCH TEMPLATE tpl; CREATE TEXT SEARCH TEMPLATE tpl (LEXIZE = dsimple_lexize)'),
('text search template', 'comment', 'COMMENT ON TEXT SEARCH TEMPLATE tpl IS ''x'''),
('text search parser', 'comment', 'COMMENT ON TEXT SEARCH PARSER prs IS ''x'''),
('text search dictionary', 'template', 'DROP TEXT SEARCH DICTIONARY dict; CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = tpl, STOPWORDS = english)'),
('text search dictionary', 'options', 'ALTER TEXT SEARCH DICTIONARY dict (STOPWORDS)'),
('text search dictionary', 'comment', 'COMMENT ON TEXT SEARCH DICTIONARY dict IS ''x'''),
('text search configuration', 'mappings', 'ALTER TEXT SEARCH CONFIGURATION conf ALTER MAPPING FOR word WITH dict'),
('text search configuration', 'mappings, their order', 'ALTER TEXT SEARCH CONFIGURATION conf ALTER MAPPING FOR word WITH simple, dict'),
('text search configuration', 'parser', 'DROP TEXT SEARCH CONFIGURATION conf; CREATE TEXT SEARCH CONFIGURATION conf (PARSER = prs)'),
('text search configuration', 'comment', 'COMMENT ON TEXT SEARCH CONFIGURATION conf IS ''x'''),
('foreign data wrapper', 'options', 'ALTER FOREIGN DATA WRAPPER wrap OPTIONS (SET a ''2'')'),
('foreign data wrapper', 'validator', 'ALTER FOREIGN DATA WRAPPER wrap VALIDATOR postgresql_fdw_validator OPTIONS (DROP a)'),
('foreign data wrapper', 'is there', 'CREATE FOREIGN DATA WRAPPER second'),
('foreign data wrapper', 'comment', 'COMMENT ON FOREIGN DATA WRAPPER wrap IS ''x'''),
('foreign data wrapper', 'grant', 'GRANT USAGE ON FOREIGN DATA WRAPPER wrap TO dbmig_reader'),
('server', 'options', 'ALTER SERVER serv OPTIONS (ADD port ''1'')'),
('server', 'version', 'ALTER SERVER serv VERSION ''2'''),
('server', 'type', 'CREATE SERVER more TYPE ''t'' FOREIGN DATA WRAPPER wrap'),
('server', 'owner', 'GRANT USAGE ON FOREIGN DATA WRAPPER wrap TO dbmig_keeper; ALTER SERVER serv OWNER TO dbmig_keeper'),
('server', 'comment', 'COMMENT ON SERVER serv IS ''x'''),
('server', 'grant', 'GRANT USAGE ON FOREIGN SERVER serv TO dbmig_reader'),
('user mapping', 'options', 'ALTER USER MAPPING FOR dbmig_reader SERVER serv OPTIONS (SET "user" ''w'')'),
('user mapping', 'user', 'CREATE USER MAPPING FOR PUBLIC SERVER serv'),
('user mapping', 'server', 'CREATE SERVER more FOREIGN DATA WRAPPER wrap; CREATE USER MAPPING FOR dbmig_reader SERVER more'),
('foreign table', 'fdw_options', 'ALTER FOREIGN TABLE far OPTIONS (SET file ''g'')'),
('foreign table', 'fdw_options of a column', 'ALTER FOREIGN TABLE far ALTER a OPTIONS (SET name ''c'')'),
('foreign table', 'server', 'CREATE SERVER more FOREIGN DATA WRAPPER wrap; DROP FOREIGN TABLE far; CREATE FOREIGN TABLE far (a int OPTIONS (name ''b'')) SERVER more OPTIONS (file ''f'')'),
('foreign table', 'comment', 'COMMENT ON FOREIGN TABLE far IS ''x'''),
('table', 'name', 'ALTER TABLE free RENAME TO freed'),
('table', 'schema', 'ALTER TABLE free SET SCHEMA app'),
('table', 'owner', 'ALTER TABLE free OWNER TO dbmig_keeper'),
('table', 'comment', 'COMMENT ON TABLE t IS ''x'''),
('table', 'persistence', 'ALTER TABLE free SET UNLOGGED'),
('table', 'access_method', 'CREATE ACCESS METHOD am TYPE TABLE HANDLER heap_tableam_handler; ALTER TABLE free SET ACCESS METHOD am'),
('table', 'options', 'ALTER TABLE t SET (fillfactor = 70)'),
('table', 'toast_options', 'ALTER TABLE t SET (toast.autovacuum_enabled = off)'),
('table', 'tablespace', 'ALTER TABLE t SET TABLESPACE dbmig_space'),
('table', 'replica_identity', 'ALTER TABLE t REPLICA IDENTITY FULL'),
('table', 'replica_identity, an index', 'ALTER TABLE t REPLICA IDENTITY USING INDEX t_key'),
('table', 'row_security', 'ALTER TABLE t ENABLE ROW LEVEL SECURITY'),
('table', 'force_row_security', 'ALTER TABLE t FORCE ROW LEVEL SECURITY'),
('table', 'inherits', 'ALTER TABLE lower_one NO INHERIT other'),
('table', 'of_type', 'ALTER TABLE typed NOT OF'),
('table', 'partition_key', 'DROP TABLE parts; CREATE TABLE parts (k int, v text) PARTITION BY LIST (k)'),
('table', 'partition_of', 'ALTER TABLE parts DETACH PARTITION part1'),
('table', 'partition_bound', 'ALTER TABLE parts DETACH PARTITION part1; ALTER TABLE parts ATTACH PARTITION part1 FOR VALUES FROM (1) TO (20)'),
('table', 'partition_bound, DEFAULT', 'ALTER TABLE parts ATTACH PARTITION free DEFAULT'),
('table', 'grant', 'GRANT INSERT ON t TO dbmig_reader'),
('table', 'grant, with grant option', 'GRANT SELECT ON t TO dbmig_reader WITH GRANT OPTION'),
('table', 'grant, its grantor', 'GRANT SELECT ON t TO dbmig_keeper WITH GRANT OPTION; GRANT USAGE ON SCHEMA public TO dbmig_keeper; SET LOCAL ROLE dbmig_keeper; GRANT SELECT ON t TO PUBLIC; RESET ROLE'),
('table', 'grant to PUBLIC', 'GRANT SELECT ON t TO PUBLIC'),
('table', 'grant, none to the owner', 'REVOKE DELETE ON t FROM CURRENT_USER'),
('column', 'is there', 'ALTER TABLE free ADD z int'),
('column', 'name', 'ALTER TABLE free RENAME v TO w'),
('column', 'type', 'ALTER TABLE free ALTER k TYPE bigint'),
('column', 'type, its modifier', 'ALTER TABLE free ALTER v TYPE varchar(3)'),
('column', 'collation', 'ALTER TABLE free ALTER v TYPE text COLLATE "C"'),
('column', 'not_null', 'ALTER TABLE free ALTER k SET NOT NULL'),
('column', 'default', 'ALTER TABLE free ALTER k SET DEFAULT 1'),
('column', 'generated', 'ALTER TABLE t DROP c, ADD c int GENERATED ALWAYS AS (1 + 2) STORED'),
('column', 'generated, no longer', 'ALTER TABLE t ALTER c DROP EXPRESSION'),
('column', 'identity', 'ALTER TABLE t ALTER id SET GENERATED BY DEFAULT'),
('column', 'identity, no longer', 'ALTER TABLE t ALTER id DROP IDENTITY'),
('column', 'start', 'ALTER TABLE t ALTER id SET START 5'),
('column', 'increment', 'ALTER TABLE t ALTER id SET INCREMENT 5'),
('column', 'minimum', 'ALTER TABLE t ALTER id SET MINVALUE -1'),
('column', 'maximum', 'ALTER TABLE t ALTER id SET MAXVALUE 1000'),
('column', 'cache', 'ALTER TABLE t ALTER id SET CACHE 3'),
('column', 'cycle', 'ALTER TABLE t ALTER id SET CYCLE'),
('column', 'sequence', 'ALTER SEQUENCE t_id_seq RENAME TO t_ids'),
('column', 'storage', 'ALTER TABLE t ALTER b SET STORAGE EXTERNAL'),
('column', 'compression', 'ALTER TABLE t ALTER b SET COMPRESSION pglz'),
('column', 'statistics', 'ALTER TABLE t ALTER b SET STATISTICS 10'),
('column', 'options', 'ALTER TABLE t ALTER b SET (n_distinct = 5)'),
('column', 'inherited', 'DROP TABLE lower_one; CREATE TABLE lower_one (x int, y int) INHERITS (other)'),
('column', 'comment', 'COMMENT ON COLUMN t.b IS ''x'''),
('column', 'grant', 'GRANT UPDATE (b) ON t TO dbmig_reader'),
('column', 'grant, on its sequence', 'GRANT USAGE ON SEQUENCE t_id_seq TO dbmig_reader'),
('constraint', 'name', 'ALTER TABLE t RENAME CONSTRAINT t_check TO t_positive'),
('constraint', 'check', 'ALTER TABLE t DROP CONSTRAINT t_check, ADD CONSTRAINT t_check CHECK (a > 5)'),
('constraint', 'check, NO INHERIT', 'ALTER TABLE t DROP CONSTRAINT t_check, ADD CONSTRAINT t_check CHECK (a > 0) NO INHERIT'),
('constraint', 'not_valid', 'ALTER TABLE t DROP CONSTRAINT t_check, ADD CONSTRAINT t_check CHECK (a > 0) NOT VALID'),
('constraint', 'primary key', 'ALTER TABLE free ADD PRIMARY KEY (k)'),
('constraint', 'unique, its columns', 'ALTER TABLE t DROP CONSTRAINT t_unique, ADD CONSTRAINT t_unique UNIQUE (b, a)'),
('constraint', 'unique, INCLUDE', 'ALTER TABLE t DROP CONSTRAINT t_unique, ADD CONSTRAINT t_unique UNIQUE (b) INCLUDE (a)'),
('constraint', 'unique, NULLS NOT DISTINCT', 'ALTER TABLE t DROP CONSTRAINT t_unique, ADD CONSTRAINT t_unique UNIQUE NULLS NOT DISTINCT (b)'),
('constraint', 'unique, DEFERRABLE', 'ALTER TABLE t DROP CONSTRAINT t_unique, ADD CONSTRAINT t_unique UNIQUE (b) DEFERRABLE'),
('constraint', 'options', 'ALTER INDEX t_unique SET (fillfactor = 50)'),
('constraint', 'tablespace', 'ALTER INDEX t_unique SET TABLESPACE dbmig_space'),
('constraint', 'parent', 'ALTER TABLE parts ADD PRIMARY KEY (k)'),
('constraint', 'clustered', 'ALTER TABLE t CLUSTER ON t_unique'),
('constraint', 'index_comment', 'COMMENT ON INDEX t_unique IS ''x'''),
('constraint', 'comment', 'COMMENT ON CONSTRAINT t_check ON t IS ''x'''),
('constraint', 'exclude', 'ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&)'),
('constraint', 'foreign key', 'ALTER TABLE other DROP CONSTRAINT other_fk'),
('constraint', 'foreign key, its actions', 'ALTER TABLE other DROP CONSTRAINT other_fk, ADD CONSTRAINT other_fk FOREIGN KEY (id) REFERENCES t ON DELETE CASCADE'),
('constraint', 'foreign key, MATCH FULL', 'ALTER TABLE other DROP CONSTRAINT other_fk, ADD CONSTRAINT other_fk FOREIGN KEY (id) REFERENCES t MATCH FULL'),
('constraint', 'foreign key, DEFERRABLE', 'ALTER TABLE other ALTER CONSTRAINT other_fk DEFERRABLE'),
('constraint', 'foreign key, INITIALLY DEFERRED', 'ALTER TABLE other ALTER CONSTRAINT other_fk DEFERRABLE INITIALLY DEFERRED'),
('view', 'definition', 'CREATE OR REPLACE VIEW v AS SELECT id, a + 1 AS a FROM t'),
('view', 'columns', 'CREATE OR REPLACE VIEW v AS SELECT id, a, b FROM t'),
('view', 'options', 'ALTER VIEW v SET (security_barrier)'),
('view', 'options, security_invoker', 'ALTER VIEW v SET (security_invoker)'),
('view', 'options, WITH CHECK OPTION', 'CREATE OR REPLACE VIEW v AS SELECT id, a FROM t WITH LOCAL CHECK OPTION'),
('view', 'default of a column', 'ALTER VIEW v ALTER a SET DEFAULT 5'),
('view', 'comment of a column', 'COMMENT ON COLUMN v.a IS ''x'''),
('view', 'grant', 'GRANT SELECT ON v TO dbmig_reader'),
('view', 'owner', 'ALTER VIEW v OWNER TO dbmig_keeper'),
('materialized view', 'definition', 'DROP MATERIALIZED VIEW mv; CREATE MATERIALIZED VIEW mv AS SELECT id, b FROM t WHERE a > 0'),
('materialized view', 'options', 'ALTER MATERIALIZED VIEW mv SET (fillfactor = 60)'),
('materialized view', 'statistics of a column', 'ALTER MATERIALIZED VIEW mv ALTER b SET STATISTICS 5'),
('materialized view', 'storage of a column', 'ALTER MATERIALIZED VIEW mv ALTER b SET STORAGE EXTERNAL'),
('materialized view', 'tablespace', 'ALTER MATERIALIZED VIEW mv SET TABLESPACE dbmig_space'),
('materialized view', 'index', 'CREATE INDEX ON mv (id)'),
('materialized view', 'comment', 'COMMENT ON MATERIALIZED VIEW mv IS ''x'''),
('index', 'name', 'ALTER INDEX t_index RENAME TO t_by_a'),
('index', 'unique', 'DROP INDEX t_index; CREATE UNIQUE INDEX t_index ON t (a)'),
('index', 'method', 'DROP INDEX t_index; CREATE INDEX t_index ON t USING hash (a)'),
('index', 'columns', 'DROP INDEX t_index; CREATE INDEX t_index ON t (a, b)'),
('index', 'order', 'DROP INDEX t_index; CREATE INDEX t_index ON t (a DESC)'),
('index', 'nulls', 'DROP INDEX t_index; CREATE INDEX t_index ON t (a NULLS FIRST)'),
('index', 'operator class', 'DROP INDEX t_upper; CREATE INDEX t_upper ON t (upper(b) text_pattern_ops)'),
('index', 'operator class, its parameters', 'DROP INDEX t_gist; CREATE INDEX t_gist ON t USING gist (s tsvector_ops (siglen = 100))'),
('index', 'collation', 'DROP INDEX t_upper; CREATE INDEX t_upper ON t (upper(b) COLLATE "C")'),
('index', 'INCLUDE', 'DROP INDEX t_index; CREATE INDEX t_index ON t (a) INCLUDE (b)'),
('index', 'WHERE', 'DROP INDEX t_index; CREATE INDEX t_index ON t (a) WHERE a > 0'),
('index', 'WITH', 'ALTER INDEX t_index SET (fillfactor = 40)'),
('index', 'clustered', 'ALTER TABLE t CLUSTER ON t_index'),
('index', 'statistics', 'ALTER INDEX t_upper ALTER COLUMN 1 SET STATISTICS 7'),
('index', 'parent', 'ALTER INDEX parts_index ATTACH PARTITION part1_index'),
('index', 'invalid', 'UPDATE pg_index SET indisvalid = false WHERE indexrelid = ''t_index''::regclass'),
('index', 'tablespace', 'ALTER INDEX t_index SET TABLESPACE dbmig_space'),
('index', 'comment', 'COMMENT ON INDEX t_index IS ''x'''),
('statistics', 'definition', 'DROP STATISTICS stats; CREATE STATISTICS stats (ndistinct) ON a, b FROM t'),
('statistics', 'target', 'ALTER STATISTICS stats SET STATISTICS 5'),
('statistics', 'owner', 'ALTER STATISTICS stats OWNER TO dbmig_keeper'),
('statistics', 'comment', 'COMMENT ON STATISTICS stats IS ''x'''),
('rule', 'definition', 'CREATE OR REPLACE RULE ru AS ON DELETE TO other WHERE old.x > 0 DO ALSO NOTHING'),
('rule', 'enabled', 'ALTER TABLE other DISABLE RULE ru'),
('rule', 'comment', 'COMMENT ON RULE ru ON other IS ''x'''),
('trigger', 'definition', 'CREATE OR REPLACE TRIGGER tr BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION fires()'),
('trigger', 'WHEN', 'CREATE OR REPLACE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.a > 0) EXECUTE FUNCTION fires()'),
('trigger', 'function', 'CREATE OR REPLACE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION also()'),
('trigger', 'arguments', 'CREATE OR REPLACE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fires(''x'')'),
('trigger', 'transition tables', 'CREATE TRIGGER tt AFTER INSERT ON t REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION fires()'),
('trigger', 'constraint trigger', 'CREATE CONSTRAINT TRIGGER tc AFTER INSERT ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION fires()'),
('trigger', 'enabled', 'ALTER TABLE t DISABLE TRIGGER tr'),
('trigger', 'enabled, replica', 'ALTER TABLE t ENABLE REPLICA TRIGGER tr'),
('trigger', 'enabled, always', 'ALTER TABLE t ENABLE ALWAYS TRIGGER tr'),
('trigger', 'enabled, of a partition', 'ALTER TABLE part1 DISABLE TRIGGER tp'),
('trigger', 'comment', 'COMMENT ON TRIGGER tr ON t IS ''x'''),
('policy', 'command', 'DROP POLICY pol ON t; CREATE POLICY pol ON t FOR UPDATE USING (a > 0) WITH CHECK (a > 1)'),
('policy', 'restrictive', 'DROP POLICY pol ON t; CREATE POLICY pol ON t AS RESTRICTIVE USING (a > 0) WITH CHECK (a > 1)'),
('policy', 'roles', 'ALTER POLICY pol ON t TO dbmig_reader'),
('policy', 'using', 'ALTER POLICY pol ON t USING (a > 5)'),
('policy', 'check', 'ALTER POLICY pol ON t WITH CHECK (a > 5)'),
('policy', 'comment', 'COMMENT ON POLICY pol ON t IS ''x'''),
('publication', 'all_tables', 'CREATE PUBLICATION p2 FOR ALL TABLES'),
('publication', 'operations', 'ALTER PUBLICATION pub SET (publish = ''insert'')'),
('publication', 'via_root', 'ALTER PUBLICATION pub SET (publish_via_partition_root)'),
('publication', 'owner', 'GRANT CREATE ON DATABASE ' || current_database() || ' TO dbmig_keeper; ALTER PUBLICATION pub OWNER TO dbmig_keeper'),
('publication', 'member', 'ALTER PUBLICATION pub ADD TABLE free'),
('publication', 'member, its columns', 'ALTER PUBLICATION pub SET TABLE t (id) WHERE (id > 0)'),
('publication', 'member, its filter', 'ALTER PUBLICATION pub SET TABLE t (id, a) WHERE (id > 5)'),
('publication', 'member, a schema', 'CREATE PUBLICATION p2 FOR TABLES IN SCHEMA app'),
('publication', 'comment', 'COMMENT ON PUBLICATION pub IS ''x'''),
('event trigger', 'event', 'DROP EVENT TRIGGER et; CREATE EVENT TRIGGER et ON ddl_command_start WHEN TAG IN (''CREATE TABLE'') EXECUTE FUNCTION happens()'),
('event trigger', 'tags', 'DROP EVENT TRIGGER et; CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION happens()'),
('event trigger', 'function', 'DROP EVENT TRIGGER et; CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN (''CREATE TABLE'') EXECUTE FUNCTION happens2()'),
('event trigger', 'enabled', 'ALTER EVENT TRIGGER et DISABLE'),
('event trigger', 'comment', 'COMMENT ON EVENT TRIGGER et IS ''x''');

SELECT dbmig.fingerprint_after('') AS before \gset
SELECT kind, attribute, dbmig.fingerprint_after(ddl) <> :'before' AS changes
FROM dbmig.cases ORDER BY n;

-- ---- what does not ----
TRUNCATE dbmig.cases;
INSERT INTO dbmig.cases (kind, attribute, ddl) VALUES
('rows', '', 'INSERT INTO t (b, d) SELECT g, NULL FROM generate_series(1, 50) g'),
('rows', 'statistics', 'ANALYZE t'),
('sequence', 'its value', 'SELECT setval(''app.numbers'', 77)'),
('table', 'a temporary one', 'CREATE TEMP TABLE x (a int)'),
('table', 'of another schema', 'CREATE SCHEMA more CREATE TABLE x (a int)'),
('table', 'made and dropped', 'CREATE TABLE x (a int); DROP TABLE x'),
('table', 'rewritten', 'ALTER TABLE free ALTER k TYPE bigint; ALTER TABLE free ALTER k TYPE int'),
('column', 'order', 'DROP TABLE free; CREATE TABLE free (v text, k int)'),
('column', 'what was dropped', 'ALTER TABLE free ADD x int; ALTER TABLE free DROP x'),
('grant', 'given and taken', 'GRANT INSERT ON t TO dbmig_keeper; REVOKE INSERT ON t FROM dbmig_keeper'),
('grant', 'by default', 'GRANT ALL ON free TO CURRENT_USER'),
('function', 'its ACL by default', 'GRANT EXECUTE ON FUNCTION plain TO PUBLIC'),
('index', 'rebuilt', 'REINDEX TABLE t'),
('server', 'order of its options', 'ALTER SERVER serv OPTIONS (DROP host); ALTER SERVER serv OPTIONS (ADD host ''h'')'),
('extension', 'its members', 'COMMENT ON FUNCTION citext_hash(citext) IS ''x'''),
('setting', 'search_path', 'SET LOCAL search_path = app'),
('setting', 'quotes', 'SET LOCAL quote_all_identifiers = on'),
('setting', 'output', 'SET LOCAL DateStyle = German; SET LOCAL IntervalStyle = iso_8601; SET LOCAL TimeZone = ''Asia/Tokyo''; SET LOCAL bytea_output = escape; SET LOCAL extra_float_digits = -5');

SELECT kind, attribute, dbmig.fingerprint_after(ddl) = :'before' AS same
FROM dbmig.cases ORDER BY n;

SELECT migrate_fingerprint('{"schemas": ["public"]}') <>
	migrate_fingerprint('{"schemas": ["public", "app"]}') AS of_what_is_managed,
	migrate_fingerprint('{"schemas": ["app", "public"]}') =
	migrate_fingerprint('{"schemas": ["public", "app"]}') AS in_any_order;

DROP EVENT TRIGGER et;
DROP PUBLICATION pub;
DROP FOREIGN DATA WRAPPER wrap CASCADE;
DROP LANGUAGE lang;
DROP EXTENSION citext;
DROP SCHEMA app CASCADE;
DROP OWNED BY dbmig_reader, dbmig_keeper;
\i test/clean.psql
DROP ROLE dbmig_reader;
DROP ROLE dbmig_keeper;
DROP TABLESPACE dbmig_space;
