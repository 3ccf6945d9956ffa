/* sql/dbmig--0.1.sql */

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION dbmig" to load this file. \quit

-- The journal: always in a schema of this name, wherever the functions are.
CREATE SCHEMA dbmig;

-- What is applied now.  A baseline has neither checksum nor up.
CREATE TABLE dbmig.journal (
	seq bigint PRIMARY KEY,
	name text NOT NULL UNIQUE,
	checksum text,
	up text,
	down text,
	down_kind text NOT NULL
		CHECK (down_kind IN ('authored', 'computed', 'none')),
	reversible boolean NOT NULL,
	fingerprint_before text,
	fingerprint_after text,
	applied_at timestamptz NOT NULL,
	applied_by text NOT NULL,
	duration_ms bigint NOT NULL,
	dbmig_version text NOT NULL
);

-- The log of events: rows are added, never changed.
CREATE TABLE dbmig.history (
	seq bigint PRIMARY KEY,
	event text NOT NULL,
	name text NOT NULL,
	checksum text,
	fingerprint text,
	at timestamptz NOT NULL,
	"by" text NOT NULL,
	detail text,
	prev_hash text,
	hash text NOT NULL
);

-- One row: the head of the log, and the schema as the last migration left it.
CREATE TABLE dbmig.state (
	id smallint PRIMARY KEY CHECK (id = 1),
	history_seq bigint NOT NULL,
	history_hash text NOT NULL,
	fingerprint text,
	model text
);

SELECT pg_catalog.pg_extension_config_dump('dbmig.journal', '');
SELECT pg_catalog.pg_extension_config_dump('dbmig.history', '');
SELECT pg_catalog.pg_extension_config_dump('dbmig.state', '');

REVOKE ALL ON SCHEMA dbmig FROM PUBLIC;
REVOKE ALL ON TABLE dbmig.journal, dbmig.history, dbmig.state FROM PUBLIC;

-- The access method of tables that never get a row: used while a wanted schema
-- is built, and only then in pg_am.
CREATE FUNCTION dbmig.empty_table_handler(internal)
RETURNS table_am_handler
AS 'MODULE_PATHNAME', 'dbmig_empty_handler' LANGUAGE C;
REVOKE ALL ON FUNCTION dbmig.empty_table_handler(internal) FROM PUBLIC;

-- Functions that change the database: for those they are granted to.

CREATE FUNCTION migrate_apply(name text, up text, down text DEFAULT NULL,
	options json DEFAULT NULL)
RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_apply(text, text, text, json) FROM PUBLIC;

CREATE FUNCTION migrate_up(source text, options json DEFAULT NULL)
RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_up(text, json) FROM PUBLIC;

CREATE FUNCTION migrate_up(source json, options json DEFAULT NULL)
RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_up(json, json) FROM PUBLIC;

CREATE PROCEDURE migrate_run(source text, options json DEFAULT NULL)
AS 'MODULE_PATHNAME' LANGUAGE C;
REVOKE ALL ON PROCEDURE migrate_run(text, json) FROM PUBLIC;

CREATE PROCEDURE migrate_run(source json, options json DEFAULT NULL)
AS 'MODULE_PATHNAME' LANGUAGE C;
REVOKE ALL ON PROCEDURE migrate_run(json, json) FROM PUBLIC;

-- Without a target: the last one.  A NULL target is not that, but a mistake.
CREATE FUNCTION migrate_rollback()
RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_rollback() FROM PUBLIC;

CREATE FUNCTION migrate_rollback(target text, options json DEFAULT NULL)
RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_rollback(text, json) FROM PUBLIC;

CREATE FUNCTION migrate_rollback(target integer, options json DEFAULT NULL)
RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_rollback(integer, json) FROM PUBLIC;

CREATE FUNCTION migrate_baseline(name text, options json DEFAULT NULL)
RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_baseline(text, json) FROM PUBLIC;

CREATE FUNCTION migrate_repair(name text, options json DEFAULT NULL)
RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_repair(text, json) FROM PUBLIC;

-- Functions on schemas: the wanted one is built with the caller's rights.

CREATE FUNCTION migrate_diff(desired text, options json DEFAULT NULL,
	OUT step bigint, OUT action text, OUT kind text, OUT object text,
	OUT sql text, OUT undo text, OUT hazards json, OUT transactional boolean)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_diff(text, json) FROM PUBLIC;

CREATE FUNCTION migrate_push(desired text, options json DEFAULT NULL)
RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_push(text, json) FROM PUBLIC;

CREATE FUNCTION migrate_generate(name text, desired text,
	options json DEFAULT NULL)
RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_generate(text, text, json) FROM PUBLIC;

CREATE FUNCTION migrate_drift(options json DEFAULT NULL,
	OUT step bigint, OUT action text, OUT kind text, OUT object text,
	OUT sql text, OUT undo text, OUT hazards json, OUT transactional boolean)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;
REVOKE ALL ON FUNCTION migrate_drift(json) FROM PUBLIC;

-- Functions that look: for everybody.  A folder is read only for members of
-- pg_read_server_files.

CREATE FUNCTION migrate_status(source text DEFAULT NULL,
	OUT seq bigint, OUT name text, OUT state text, OUT applied_at timestamptz,
	OUT applied_by text, OUT duration_ms bigint, OUT checksum text,
	OUT reversible boolean)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;

CREATE FUNCTION migrate_status(source json,
	OUT seq bigint, OUT name text, OUT state text, OUT applied_at timestamptz,
	OUT applied_by text, OUT duration_ms bigint, OUT checksum text,
	OUT reversible boolean)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;

CREATE FUNCTION migrate_history(
	OUT seq bigint, OUT event text, OUT name text, OUT at timestamptz,
	OUT "by" text, OUT detail text, OUT hash text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;

CREATE FUNCTION migrate_verify(
	OUT "check" text, OUT name text, OUT problem text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;

CREATE FUNCTION migrate_schema(format text DEFAULT 'sql',
	options json DEFAULT NULL)
RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;

CREATE FUNCTION migrate_fingerprint(options json DEFAULT NULL)
RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C PARALLEL UNSAFE;

CREATE FUNCTION dbmig_version()
RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE;
