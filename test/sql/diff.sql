\set ECHO errors
\i test/clean.psql
\set ECHO all
-- The schema functions: what they print, what a wanted schema may be written
-- like, and that building it leaves no trace.

SET client_min_messages = warning;
DROP ROLE IF EXISTS dbmig_owner;
CREATE ROLE dbmig_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
RESET client_min_messages;

CREATE TABLE account (id int PRIMARY KEY, name text);
INSERT INTO account VALUES (1, 'a'), (2, NULL);

-- ---- a diff ----

\pset format unaligned
SELECT step, action, kind, object, sql, undo, hazards, transactional
FROM migrate_diff('CREATE TABLE account (id int PRIMARY KEY, name text, mail text);
CREATE INDEX CONCURRENTLY account_mail ON account (mail);
CREATE VIEW names AS SELECT 1 AS name;');

SELECT * FROM migrate_diff('CREATE TABLE account (name text, id int PRIMARY KEY)');

-- What the server itself says is equal is equal.
SELECT * FROM migrate_diff('create table public."account" ("id" integer not null, name text,
	constraint account_pkey primary key (id))');

-- ---- the output of pg_dump ----

SELECT * FROM migrate_diff($dump$
--
-- PostgreSQL database dump
--

\restrict abcdef

SET statement_timeout = 0;
SET transaction_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET default_tablespace = '';
SET default_table_access_method = heap;

CREATE SCHEMA public;
COMMENT ON SCHEMA public IS 'standard public schema';
CREATE EXTENSION IF NOT EXISTS dbmig WITH SCHEMA public;
COMMENT ON EXTENSION dbmig IS 'schema migrations inside the database';

BEGIN;
CREATE TABLE public.account (
    id integer NOT NULL,
    name text
);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);
INSERT INTO public.account VALUES (1, 'a');
COMMIT;

\unrestrict abcdef
$dump$);

-- ---- mistakes ----

SELECT * FROM migrate_diff(E'CREATE TABLE a (id int);\n\nCREATE VIEW v AS\nSELECT nothing FROM a');
SELECT * FROM migrate_diff('CREATE VIEW v AS SELECT * FROM account');
SELECT * FROM migrate_diff('ALTER SYSTEM SET fsync = off');
SELECT * FROM migrate_diff(E'\\i other.sql');
SELECT * FROM migrate_diff('CREATE SCHEMA other');
SELECT * FROM migrate_diff('CREATE TABLE dbmig.x (id int)');
SELECT * FROM migrate_diff('SELECT 1', '{"schemas": ["dbmig"]}');
SELECT * FROM migrate_diff('SELECT 1', '{"schemas": ["pg_catalog"]}');

-- ---- several schemas ----

CREATE SCHEMA app;
CREATE TABLE app.item (id int);
SELECT step, action, kind, object, sql
FROM migrate_diff('CREATE SCHEMA app; CREATE TABLE app.item (id bigint); CREATE SCHEMA more; CREATE TABLE more.item (a app.item)',
	'{"schemas": ["app", "more"]}');
-- A schema that nothing speaks of is not wanted.
SELECT step, action, kind, object, sql
FROM migrate_diff('CREATE TABLE account (id int PRIMARY KEY, name text)',
	'{"schemas": ["public", "app"]}');
DROP SCHEMA app CASCADE;

-- ---- extensions in a managed schema ----

CREATE EXTENSION citext;
ALTER TABLE account ADD mail public.citext;
SELECT * FROM migrate_diff('CREATE EXTENSION citext;
CREATE TABLE account (id int PRIMARY KEY, name text, mail public.citext)');
-- Used, though not named.
SELECT * FROM migrate_diff('CREATE TABLE account (id int PRIMARY KEY, name text, mail citext)');
SELECT count(*) FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND deptype = 'e' AND extname = 'citext'
JOIN pg_type t ON t.oid = d.objid AND d.classid = 'pg_type'::regclass AND typnamespace = 'public'::regnamespace AND typname = 'citext';
ALTER TABLE account DROP mail;
DROP EXTENSION citext;

-- ---- event triggers stay silent, functions are not run, nothing is left ----

CREATE FUNCTION shout() RETURNS event_trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE NOTICE 'event trigger on %', tg_tag; END $$;
CREATE EVENT TRIGGER shouting ON ddl_command_end EXECUTE FUNCTION shout();
SELECT step, action, kind, object FROM migrate_diff('CREATE TABLE account (id int PRIMARY KEY, name text); CREATE TABLE more (id int);');
DROP EVENT TRIGGER shouting;
DROP FUNCTION shout();

BEGIN;
SELECT count(*) FROM migrate_diff('CREATE TABLE account (id int PRIMARY KEY, mail text)');
SELECT locktype, mode FROM pg_locks WHERE pid = pg_backend_pid() AND mode <> 'AccessShareLock'
	AND locktype NOT IN ('virtualxid', 'transactionid');
SELECT nspname FROM pg_namespace WHERE nspname ~ '^dbmig' ORDER BY 1;
SELECT amname FROM pg_am WHERE amtype = 't';
SHOW default_table_access_method;
SHOW session_replication_role;
COMMIT;

-- ---- owners ----

ALTER TABLE account OWNER TO dbmig_owner;
SELECT sql FROM migrate_diff('CREATE TABLE account (id int PRIMARY KEY, name text)');
SELECT sql FROM migrate_diff('CREATE TABLE account (id int PRIMARY KEY, name text); ALTER TABLE account OWNER TO current_user') WHERE sql !~ 'OWNER TO';

-- ---- rights ----

GRANT EXECUTE ON FUNCTION migrate_diff TO dbmig_owner;
SET ROLE dbmig_owner;
SELECT count(*) FROM migrate_diff('CREATE TABLE account (id int PRIMARY KEY)');
RESET ROLE;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO dbmig_owner', current_database()); END $$;
ALTER SCHEMA public OWNER TO dbmig_owner;
SET ROLE dbmig_owner;
SELECT step, action, kind, object, sql FROM migrate_diff('CREATE TABLE account (id int PRIMARY KEY)');
RESET ROLE;
ALTER SCHEMA public OWNER TO pg_database_owner;

-- ---- a push, and back ----

SELECT migrate_push('CREATE TABLE account (id int PRIMARY KEY)', '{"name": "0001"}');
SELECT migrate_push('CREATE TABLE account (id int PRIMARY KEY, name text NOT NULL)', '{"name": "0001"}');
SELECT migrate_push('CREATE TABLE account (id int PRIMARY KEY, name text, mail text NOT NULL DEFAULT ''none'')',
	'{"name": "0001"}')::jsonb - 'duration_ms' AS pushed;
SELECT * FROM account ORDER BY id;
SELECT migrate_push('CREATE TABLE account (id int PRIMARY KEY, name text, mail text NOT NULL DEFAULT ''none'')')::jsonb ->> 'status' AS pushed;
ALTER TABLE account ADD drifted int;
SELECT step, action, kind, object, sql FROM migrate_drift();
ALTER TABLE account DROP drifted;
SELECT migrate_rollback();
SELECT * FROM account ORDER BY id;
SELECT migrate_schema('json')::json IS NOT NULL AS is_json;
SELECT migrate_generate('0002', 'CREATE TABLE account (id int PRIMARY KEY, name text, age int)');

-- ---- renames ----

SELECT migrate_push('CREATE TABLE person ( -- @renamed from=account
	id int PRIMARY KEY,
	label text -- @renamed from=name
)', '{"name": "0002"}')::jsonb - 'duration_ms' AS pushed;
SELECT * FROM person ORDER BY id;
SELECT migrate_rollback();
SELECT * FROM account ORDER BY id;

DROP TABLE account;
DO $$ BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM dbmig_owner', current_database()); END $$;
DROP OWNED BY dbmig_owner;
DROP ROLE dbmig_owner;
