-- A hostile search_path and hostile settings reach nothing of dbmig's own.
\i test/clean.psql

CREATE SCHEMA evil;
CREATE FUNCTION evil.fail() RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'evil ran as %', current_user;
END $$;
CREATE FUNCTION evil.op(bigint, bigint) RETURNS bool LANGUAGE sql AS 'SELECT evil.fail()';
CREATE FUNCTION evil.op(text, text) RETURNS bool LANGUAGE sql AS 'SELECT evil.fail()';
CREATE FUNCTION evil.op(smallint, integer) RETURNS bool LANGUAGE sql AS 'SELECT evil.fail()';
CREATE OPERATOR evil.= (FUNCTION = evil.op, LEFTARG = bigint, RIGHTARG = bigint);
CREATE OPERATOR evil.= (FUNCTION = evil.op, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR evil.= (FUNCTION = evil.op, LEFTARG = smallint, RIGHTARG = integer);
CREATE OPERATOR evil.> (FUNCTION = evil.op, LEFTARG = bigint, RIGHTARG = bigint);
CREATE FUNCTION evil.max(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1 FROM evil.fail()';
CREATE FUNCTION evil.count() RETURNS bigint LANGUAGE sql AS 'SELECT 1 FROM evil.fail()';
CREATE FUNCTION evil.to_regclass(text) RETURNS regclass LANGUAGE sql AS 'SELECT NULL::regclass FROM evil.fail()';
CREATE TABLE evil.journal (seq bigint, name text);
CREATE DOMAIN evil.text AS pg_catalog.text CHECK (evil.fail());
CREATE DOMAIN evil.int8 AS pg_catalog.int8 CHECK (evil.fail());
CREATE TEMP TABLE journal (seq bigint, name text);

SET search_path = evil, pg_temp, pg_catalog, public;
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SET transform_null_equals = on;
SET datestyle = 'SQL, DMY';
SET intervalstyle = 'sql_standard';
SET timezone = 'Asia/Kathmandu';
SET extra_float_digits = -15;
SET quote_all_identifiers = on;
SET default_transaction_deferrable = on;

SELECT public.migrate_apply('1', $$CREATE TABLE public.a (t pg_catalog.text DEFAULT 'c:\')$$, 'DROP TABLE public.a') IS NOT NULL AS done;
SELECT public.migrate_up('[{"name":"2","up":"CREATE TABLE b (id int4)","down":"DROP TABLE b"}]');
CALL public.migrate_run('[{"name":"3","up":"CREATE TABLE c (id int4)","down":"DROP TABLE c"}]');
SELECT name, state FROM public.migrate_status();
SELECT * FROM public.migrate_verify();
SELECT public.migrate_rollback(1);
SELECT public.migrate_repair('2', '{"forget": true, "reason": "x"}');
SELECT public.migrate_baseline('9') IS NOT NULL AS done;
SELECT seq, event, name FROM public.migrate_history();

-- a migration sees the caller's
SELECT relnamespace::regnamespace FROM pg_catalog.pg_class WHERE relname OPERATOR(pg_catalog.=) 'b' AND relkind OPERATOR(pg_catalog.=) 'r';
SHOW search_path;
SHOW standard_conforming_strings;
RESET ALL;
SELECT name FROM migrate_status();
SET client_min_messages = warning;
DROP SCHEMA evil CASCADE;
RESET client_min_messages;
