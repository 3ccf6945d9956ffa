-- What a migration sets in the session is set back, also after an error.
CREATE VIEW settings AS SELECT
(SELECT * FROM pragma_foreign_keys) AS fk, (SELECT * FROM pragma_legacy_alter_table) AS la,
(SELECT * FROM pragma_writable_schema) AS ws, (SELECT * FROM pragma_recursive_triggers) AS rt,
(SELECT * FROM pragma_ignore_check_constraints) AS ic, (SELECT * FROM pragma_defer_foreign_keys) AS df,
(SELECT * FROM pragma_trusted_schema) AS ts, (SELECT * FROM pragma_query_only) AS qo,
(SELECT * FROM pragma_busy_timeout) AS bt, (SELECT * FROM pragma_cache_size) AS cs;
CREATE TEMP TABLE before AS SELECT * FROM settings;
SELECT fk, la, ws, rt, ic, df, qo, bt FROM before;
SELECT json_extract(migrate_apply('a', '
PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = ON; pragma writable_schema = ON;
PRAGMA recursive_triggers = ON; PRAGMA ignore_check_constraints = ON; PRAGMA defer_foreign_keys = ON;
PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = 4321; PRAGMA cache_size = 77;
CREATE TABLE a (x CHECK (x > 0)); INSERT INTO a VALUES (-1)'), '$.status');
SELECT count(*) FROM (SELECT * FROM settings EXCEPT SELECT * FROM before);
SELECT 'after an error';
SELECT migrate_apply('b', '
PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = ON; pragma writable_schema = ON;
PRAGMA recursive_triggers = ON; PRAGMA ignore_check_constraints = ON; PRAGMA defer_foreign_keys = ON;
PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA busy_timeout = 4321; PRAGMA cache_size = 77;
SELECT nonsense');
SELECT count(*) FROM (SELECT * FROM settings EXCEPT SELECT * FROM before);
SELECT 'query_only does not keep the journal from being written';
SELECT json_extract(migrate_apply('b', 'PRAGMA query_only = ON'), '$.status');
SELECT 'in a transaction, the other way round';
PRAGMA foreign_keys = ON;
PRAGMA recursive_triggers = ON;
PRAGMA busy_timeout = 1234;
BEGIN;
SELECT json_extract(migrate_apply('c', 'PRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = OFF; PRAGMA busy_timeout = 0;'), '$.status');
SELECT fk, rt, bt FROM settings;
COMMIT;
SELECT 'one migration does not set anything for the next';
SELECT migrate_up('[{"name":"d","up":"PRAGMA ignore_check_constraints = ON; INSERT INTO a VALUES (-2)"},{"name":"e","up":"INSERT INTO a VALUES (-3)"}]');
SELECT x FROM a;
