# Fifty migrators at once on PostgreSQL: one applies, the others wait and find
# nothing to do, none fails.
use strict;
use warnings;

use DbmigTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $migrators = 50;
my $node = PostgreSQL::Test::Cluster->new('concurrent');

# Runs the SQL in as many sessions; returns how often each text was printed.
sub at_once
{
	my ($sql) = @_;
	my %printed;

	$printed{$_}++
	  foreach together(map { [ 'psql', '-XAtq', '-c', $sql ] }
		  1 .. $migrators);
	return \%printed;
}

$node->init;
$node->append_conf('postgresql.conf', 'max_connections = 80');
$node->start;
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$node->safe_psql('postgres', 'CREATE EXTENSION dbmig');

my $source = migrations(5, 2, 'SELECT pg_sleep(0.05)');
my $names = '"001","002","003","004","005"';

is_deeply(
	at_once("SELECT migrate_up('$source')"),
	{
		"{\"applied\":[$names],\"pending\":0}\n" => 1,
		"{\"applied\":[],\"pending\":0}\n" => $migrators - 1
	},
	'migrate_up: exactly one applies, the others find nothing');
is($node->safe_psql('postgres', 'SELECT count(*) FROM dbmig.history'),
	5, 'one event a migration');

is_deeply(
	at_once(
		q{SELECT migrate_apply('006', 'CREATE TABLE six (id int); SELECT pg_sleep(0.3)',
		'DROP TABLE six')::jsonb - 'duration_ms' - 'down' - 'name'}),
	{
		qq({"status": "applied", "reversible": true, "statements": 2}\n) => 1,
		qq({"status": "already applied", "reversible": true, "statements": 0}\n)
		  => $migrators - 1
	},
	'migrate_apply: exactly one applies');

is_deeply(
	at_once("SELECT migrate_rollback('003')"),
	{
		qq({"rolled_back":["006","005","004"]}\n) => 1,
		qq({"rolled_back":[]}\n) => $migrators - 1
	},
	'migrate_rollback: exactly one rolls back');

# With a commit after each migration they take turns.
my $printed = at_once("CALL migrate_run('$source')");
my %applied;
my $others = 0;
foreach my $text (keys %$printed)
{
	$applied{$_} += $printed->{$text}
	  foreach $text =~ /^NOTICE:  applied migration "(\d+)"$/mg;
	$others += $printed->{$text}
	  if $text !~ /^NOTICE:  \{"applied":\[.*\],"pending":0\}\n\z/m;
}
is_deeply(\%applied, { '004' => 1, '005' => 1 },
	'migrate_run: each migration is applied once');
is($others, 0, 'migrate_run: none fails')
  or diag(explain($printed));

is($node->safe_psql('postgres', 'SELECT name FROM migrate_status()'),
	join("\n", map { "00$_" } 1 .. 5), 'all are applied');
is( $node->safe_psql(
		'postgres',
		"SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"),
	10,
	'and their tables are there');
is($node->safe_psql('postgres', 'SELECT * FROM migrate_verify()'),
	'', 'migrate_verify() finds nothing');

$node->stop;
done_testing();
