# Traffic on tables while migrate_diff plans to change all of them, over and
# over for a minute: no transaction fails, and none waits for the diff.  The
# server says of each wait over 10 ms who was waited for.
use strict;
use warnings;

use DbmigTest;
use POSIX qw(WNOHANG);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seconds = 60;
my $node = PostgreSQL::Test::Cluster->new('traffic');

$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
log_lock_waits = on
deadlock_timeout = 10ms
log_line_prefix = '[%p] '
CONF
$node->start;
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{PGDATABASE} = 'postgres';
$node->command_ok([ 'pgbench', '-i', '-q', '--foreign-keys', '-s', '10' ],
	'tables with rows');
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION dbmig;
CREATE VIEW balances AS SELECT bid, sum(abalance) FROM pgbench_accounts GROUP BY bid;
SQL

# Of every table something changes: a type, a key, what is there at all.
my $wanted = <<'SQL';
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE pgbench_branches (
	bid bigint PRIMARY KEY,
	bbalance integer NOT NULL,
	filler character(88),
	mood mood
);
CREATE TABLE pgbench_tellers (
	tid integer PRIMARY KEY,
	bid bigint REFERENCES pgbench_branches (bid) ON DELETE CASCADE,
	tbalance numeric DEFAULT 0,
	CHECK (tbalance > -1000000)
);
CREATE TABLE pgbench_accounts (
	aid bigint PRIMARY KEY,
	bid bigint,
	abalance bigint NOT NULL,
	filler text
);
CREATE INDEX ON pgbench_accounts (bid, abalance);
CREATE VIEW balances AS SELECT bid, sum(abalance), max(aid) FROM pgbench_accounts GROUP BY bid;
SQL

my $failed = 0;
my $diffs = 0;
my %differs;
my $pgbench = start(
	[ 'pgbench', '-n', '-c', '8', '-j', '2', '-T', $seconds, '-b', 'tpcb-like' ]);

while (waitpid($pgbench->{pid}, WNOHANG) == 0)
{
	my ($status, $printed) = $node->psql('postgres',
		"SELECT pg_backend_pid(), count(*) FROM migrate_diff(\$dbmig\$$wanted\$dbmig\$)");

	$failed++ if $status != 0 || $printed !~ /^(\d+)\|[1-9]/;
	$differs{$1} = 1;
	$diffs++;
}
my $traffic = slurp_file($pgbench->{output}->filename);
my ($transactions) = $traffic =~ /actually processed: (\d+)/;
my %waited;
foreach my $holders (slurp_file($node->logfile) =~
	/Process(?:es)? holding the lock: ([\d, ]+)\./g)
{
	$waited{$_}++ foreach grep { $differs{$_} } split /, /, $holders;
}

note("$diffs diffs, $transactions transactions");
cmp_ok($diffs, '>', 1, 'more than one diff');
is($failed, 0, 'each of them has a plan');
like($traffic, qr/number of failed transactions: 0 /, 'no transaction failed');
unlike($traffic, qr/aborted/, 'no client gave up');
is_deeply(\%waited, {}, 'none waited for a diff');

$node->stop;
done_testing();
