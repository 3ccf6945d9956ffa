-- Table functions: arguments, joins, repeated scans.
SELECT migrate_up('[{"name":"1","up":"CREATE TABLE a (x)"},{"name":"2","up":"CREATE TABLE b (x)"}]');
SELECT name FROM migrate_status ORDER BY seq DESC;
SELECT name FROM migrate_status WHERE argument1 = '[{"name":"3","up":"SELECT 1"}]';
SELECT s.name, s.argument1 IS NULL FROM migrate_status('[{"name":"3","up":"SELECT 1"}]') AS s;
SELECT count(*) FROM migrate_status(NULL);
SELECT 'arguments from another table';
CREATE TABLE sources (s);
INSERT INTO sources VALUES ('[]'), ('[{"name":"3","up":"SELECT 1"}]');
SELECT json_array_length(s), name, state FROM sources, migrate_status(s) ORDER BY 1, 2;
SELECT json_array_length(s), name, state FROM migrate_status(s), sources ORDER BY 1, 2;
SELECT count(*) FROM sources LEFT JOIN migrate_status(s) ON state = 'pending';
SELECT name FROM migrate_status WHERE argument1 IN ('[]', '[{"name":"3","up":"SELECT 1"}]') ORDER BY 1;
SELECT 'joins and subqueries';
SELECT s.name, h.event FROM migrate_status() AS s JOIN migrate_history() AS h ON h.name = s.name ORDER BY s.seq;
SELECT (SELECT count(*) FROM migrate_history() AS h WHERE h.seq <= s.seq) FROM migrate_status() AS s;
SELECT rowid, name FROM migrate_history();
SELECT typeof(seq), typeof(applied_at), typeof(reversible), typeof(duration_ms) FROM migrate_status() LIMIT 1;
SELECT 'columns';
.headers on
SELECT * FROM migrate_status('[{"name":"1","up":"CREATE TABLE a (x)"},{"name":"2","up":"CREATE TABLE b (x)"},{"name":"3","up":"x"}]') WHERE seq IS NULL;
SELECT * FROM migrate_verify() UNION ALL SELECT 1, 2, 3;
SELECT * FROM migrate_history() WHERE 0;
.headers off
SELECT 'it is no table';
CREATE VIRTUAL TABLE x USING migrate_status;
INSERT INTO migrate_history (seq) VALUES (1);
