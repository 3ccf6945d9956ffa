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

SELECT kind, attribute, dbmig.outcome(ddl) FROM dbmig.cases ORDER BY n;
\i test/nothing.psql
