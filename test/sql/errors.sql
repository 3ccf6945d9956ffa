-- Bad input: a clear error each, and nothing is changed.
\i test/clean.psql

-- names
SELECT migrate_apply('', 'SELECT 1');
SELECT migrate_apply('a"b', 'SELECT 1');
SELECT migrate_apply('a''b', 'SELECT 1');
SELECT migrate_apply(E'a\nb', 'SELECT 1');
SELECT migrate_apply(repeat('x', 10000), 'SELECT 1');
SELECT migrate_apply(repeat('x', 255), 'SELECT 1') ->> 'status' AS longest;

-- NULL
SELECT migrate_apply(NULL, 'SELECT 1');
SELECT migrate_apply('1', NULL);
SELECT migrate_up(NULL);
SELECT migrate_up(NULL::json);
CALL migrate_run(NULL::text);
SELECT migrate_apply('null', 'SELECT 1', NULL, NULL) ->> 'status' AS fine;

-- options
SELECT migrate_apply('1', 'SELECT 1', options => '[]');
\set VERBOSITY terse
SELECT migrate_apply('1', 'SELECT 1', options => '{"dryrun": true}');
\set VERBOSITY default
SELECT migrate_apply('1', 'SELECT 1', options => '{"dry_run": "yes"}');
SELECT migrate_apply('1', 'SELECT 1', options => '{"lock_timeout": -1}');
SELECT migrate_apply('1', 'SELECT 1', options => '{"verify": "maybe"}');
SELECT migrate_apply('1', 'SELECT 1', options => '{"dry_run": true, "dry_run": false}');
SELECT migrate_apply('1', 'SELECT 1', options => '{"broken');
\echo :LAST_ERROR_SQLSTATE

-- SQL that has no end
SELECT migrate_apply('1', E'SELECT 1;\nSELECT ''abc');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_apply('1', E'SELECT 1;\n\nSELECT $x$abc$y$');
SELECT migrate_apply('1', E'SELECT 1;\n/* abc /* */');
SELECT migrate_apply('1', 'SELECT "abc');

-- sources
SELECT migrate_up('[{"name":"1","up":"SELECT 1"}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_up('[1]');
SELECT migrate_up('[{"name":"1"}]');
SELECT migrate_up('[{"up":"SELECT 1"}]');
SELECT migrate_up('[{"name":1,"up":"SELECT 1"}]');
SELECT migrate_up('[{"name":"1","down":"SELECT 1"}]');
SELECT migrate_up('[{"name":"1","up":"SELECT 1"},{"name":"1","up":"SELECT 2"}]');
SELECT migrate_up('[{"name":"1","up":"SELECT 1","upp":"SELECT 2"}]');
SELECT migrate_up('[{"name":"1","up":"SELECT \u0000"}]');
SELECT migrate_up('{"name":"1"}'::json);
SELECT migrate_up('');

SELECT count(*) FROM dbmig.journal;
