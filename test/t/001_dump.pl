# pg_dump and restore keep the journal: what is applied, the log and its chain.
use strict;
use warnings;

use DbmigTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $source = migrations(3, 2, 'SELECT 1');
my $node = PostgreSQL::Test::Cluster->new('dump');
my $folder = PostgreSQL::Test::Utils::tempdir();

# All that dbmig keeps, and the tables there are.
my $everything = q{
	SELECT 'journal', to_jsonb(j) FROM dbmig.journal j
	UNION ALL SELECT 'history', to_jsonb(h) FROM dbmig.history h
	UNION ALL SELECT 'state', to_jsonb(s) FROM dbmig.state s
	UNION ALL SELECT 'table', to_jsonb(relname) FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
	ORDER BY 1, 2};

sub query
{
	my ($database, $sql) = @_;
	my ($rc, $stdout, $stderr) = $node->psql($database, $sql,
		extra_params => [ '-v', 'SHOW_CONTEXT=never' ]);

	return $rc == 0 ? $stdout : "$stdout$stderr";
}

# Whether the database of that name is what it was dumped from.
sub check
{
	my ($database, $how, $expected) = @_;

	# Times are shown in another zone: the chain must not care.
	$node->safe_psql('postgres',
		"ALTER DATABASE $database SET timezone = 'Asia/Kathmandu'");
	$node->safe_psql('postgres',
		"ALTER DATABASE $database SET datestyle = 'SQL, DMY'");
	is(query($database, 'SELECT * FROM migrate_verify()'),
		'', "$how: migrate_verify() finds nothing");
	is(query($database, "SET timezone = 'UTC'; SET datestyle = 'ISO'; $everything"),
		$expected, "$how: journal, log, state and tables are the same");
	is( query($database, "SELECT migrate_up('$source')"),
		'{"applied":[],"pending":0}',
		"$how: there is nothing to apply");
	is(query($database, "SELECT name, state FROM migrate_status('$source')"),
		"000|baseline\n001|applied\n002|applied\n003|applied\nlast|missing",
		"$how: migrate_status()");
	is( query($database, 'SELECT migrate_rollback(2)'),
		'{"rolled_back":["last","003"]}',
		"$how: migrate_rollback() without the files");
	is( query($database, "SELECT migrate_up('$source')"),
		'{"applied":["003"],"pending":0}',
		"$how: and up again");
	is(query($database, 'SELECT * FROM migrate_verify()'),
		'', "$how: and migrate_verify() finds nothing");
	is( query(
			$database, 'SELECT count(*), max(seq), count(DISTINCT hash)
			FROM migrate_history()'),
		'12|12|12',
		"$how: the log goes on where it ended");
	return;
}

$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'\ndatestyle = 'ISO'");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE original');
$node->safe_psql('original', 'CREATE EXTENSION dbmig');
$node->safe_psql('original', $_)
  foreach (
	q{SELECT migrate_baseline('000', '{"reason": "it''s where\nit began \\"here\\""}')},
	"SELECT migrate_up('$source')",
	"SELECT migrate_rollback()",
	"SELECT migrate_up('$source')",
	q{SELECT migrate_apply('gone', 'SELECT 1')},
	q{SELECT migrate_repair('gone', '{"forget": true}')},
	q{SELECT migrate_apply('last', E'CREATE TABLE last (t text DEFAULT ''ü\\\\ \t'') -- \r\n;',
		'DROP TABLE last')});
my $expected = query('original', $everything);

$node->command_ok([ 'pg_dump', '-Fp', '-f', "$folder/plain.sql", 'original' ],
	'pg_dump in plain format');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$folder/custom", 'original' ],
	'pg_dump in custom format');

$node->safe_psql('postgres', 'CREATE DATABASE plain TEMPLATE template0');
$node->command_ok(
	[
		'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', 'plain', '-f',
		"$folder/plain.sql"
	],
	'restored by psql');
$node->safe_psql('postgres', 'CREATE DATABASE custom TEMPLATE template0');
$node->command_ok(
	[ 'pg_restore', '--exit-on-error', '-d', 'custom', "$folder/custom" ],
	'restored by pg_restore');

# The dump of a restored database is a dump like any other.
$node->safe_psql('postgres', 'CREATE DATABASE again TEMPLATE template0');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$folder/again", 'plain' ],
	'pg_dump of what was restored');
$node->command_ok(
	[ 'pg_restore', '--exit-on-error', '-j', '2', '-d', 'again',
		"$folder/again" ],
	'restored again');

check('plain', 'plain', $expected);
check('custom', 'custom', $expected);
check('again', 'again', $expected);
check('original', 'original', $expected);

$node->stop;
done_testing();
