-- Every layout of a folder.
SELECT name, state, checksum FROM migrate_status('@folders@/pairs');
SELECT migrate_up('@folders@/pairs', '{"dry_run": true}');
SELECT migrate_up('@folders@/pairs');
SELECT migrate_up('@folders@/pairs/');
SELECT seq, name, state, CASE WHEN reversible THEN 'yes' ELSE 'no' END FROM migrate_status('@folders@/pairs');
SELECT migrate_rollback('001_users');
SELECT migrate_up('@folders@/pairs');
SELECT migrate_rollback(3);

SELECT migrate_up('@folders@/plain');
SELECT name, up FROM dbmig_journal ORDER BY seq;
SELECT migrate_repair('2_two', '{"forget": true}');
SELECT migrate_repair('10_ten', '{"forget": true}');

SELECT migrate_up('@folders@/dbmate');
SELECT name, down FROM dbmig_journal ORDER BY seq;
SELECT migrate_rollback(2);

SELECT migrate_up('@folders@/goose');
SELECT name, down FROM dbmig_journal ORDER BY seq;
SELECT migrate_rollback(2);

SELECT migrate_up('@folders@/diesel');
SELECT name, up, down FROM dbmig_journal ORDER BY seq;
SELECT migrate_rollback(2);

SELECT migrate_up('@folders@/prisma');
SELECT name, up FROM dbmig_journal ORDER BY seq;
SELECT migrate_repair('20240101000000_init', '{"forget": true}');

SELECT migrate_up('@folders@/drizzle');
SELECT name, up FROM dbmig_journal ORDER BY seq;
SELECT migrate_up('@folders@/drizzle');
SELECT name, state FROM migrate_status('@folders@/drizzle');
SELECT t FROM drizzle_b;

SELECT migrate_up('@folders@/drizzle-folders', '{"out_of_order": "allow"}');
SELECT seq, name, state FROM migrate_status('@folders@/drizzle-folders');
SELECT seq, event, name FROM migrate_history();
SELECT count(*) FROM migrate_verify();
