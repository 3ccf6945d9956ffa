-- migrate_fingerprint(): each attribute of each kind changes it, and what is
-- not part of a schema does not.
\i test/clean.psql
\i test/everything.psql

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

-- ---- what changes it ----
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

\i test/nothing.psql
