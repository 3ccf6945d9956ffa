# kill -9 in the middle of a migration on PostgreSQL, a hundred times at random
# moments: the backend (then the server starts anew), the client, or the whole
# server.  Afterwards the journal and the schema agree, always.
use strict;
use warnings;

use DbmigTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my $rounds = 100;
my $migrations = 5;
my $tables = 6;
my $source = migrations($migrations, $tables, 'SELECT pg_sleep(0.003)');
my $node = PostgreSQL::Test::Cluster->new('kill');

# What is killed, and how many migrations may be applied after it.
my %kinds = (
	up => {
		sql => "SELECT migrate_up('$source')",
		begin => 0,
		right => sub { $_[0] == 0 || $_[0] == $migrations }
	},
	run => {
		sql => "CALL migrate_run('$source')",
		begin => 0,
		right => sub { 1 }
	},
	rollback => {
		sql => "SELECT migrate_rollback($migrations)",
		begin => $migrations,
		right => sub { $_[0] == 0 || $_[0] == $migrations }
	});
my %seconds;

# Starts a session that says who serves it, and what follows.
sub session
{
	my ($sql) = @_;
	my $process = start(
		[ 'psql', '-XAtq', '-c', 'SELECT pg_backend_pid()', '-c', $sql ]);
	my $file = $process->{output}->filename;
	my $deadline = time + 60;

	while (!defined $process->{backend})
	{
		my $printed = slurp_file($file);

		$process->{backend} = $1 if $printed =~ /^(\d+)\n/;
		die "no session: $printed" if time > $deadline;
		sleep 0.002;
	}
	$process->{started} = time;
	return $process;
}

# The server answers, and the session is gone.
sub wait_for_end
{
	my ($process) = @_;
	my $deadline = time + 60;

	sleep 0.005 while kill(0, $process->{backend}) && time < $deadline;
	until (system('psql -XAtqc "SELECT 1" >/dev/null 2>&1') == 0)
	{
		die 'the server does not come back' if time > $deadline;
		sleep 0.02;
	}
	return;
}

# What can be killed, and how.
my %victims = (
	backend => sub { kill 'KILL', $_[0]->{backend} },
	client => sub { kill 'KILL', $_[0]->{pid} },
	server => sub { $node->stop('immediate'); $node->start });

# One line for each thing that must be right; both sides in one session.
sub look
{
	my $sql = qq{
		SELECT 'names: ' || coalesce(string_agg(name, ' ' ORDER BY seq), '')
		FROM migrate_status();
		SELECT 'tables: ' || count(*) FILTER (WHERE j.name IS NOT NULL)
			|| ' and ' || count(*) FILTER (WHERE j.name IS NULL)
		FROM pg_tables t LEFT JOIN dbmig.journal j
			ON j.name = lpad(substring(t.tablename FROM 'm(\\d+)_'), 3, '0')
		WHERE schemaname = 'public';
		SELECT 'verify: ' || concat_ws(' ', v."check", v.name, v.problem)
		FROM migrate_verify() AS v;
		SELECT 'up: ' || migrate_up('$source');
		SELECT 'after: ' || count(*) FROM migrate_status();
		SELECT 'tables after: ' || count(*) FROM pg_tables
		WHERE schemaname = 'public'};
	my ($rc, $stdout, $stderr) = $node->psql('postgres', $sql);

	return "$stdout\n$stderr";
}

sub expected
{
	my ($applied) = @_;
	my @names = map { sprintf '%03d', $_ } 1 .. $applied;
	my @others = map { sprintf '"%03d"', $_ } $applied + 1 .. $migrations;

	return "names: @names\n"
	  . sprintf("tables: %d and 0\n", $applied * $tables)
	  . sprintf("up: {\"applied\":[%s],\"pending\":0}\n", join(',', @others))
	  . "after: $migrations\n"
	  . sprintf("tables after: %d\n", $migrations * $tables);
}

# Makes the state that the kind begins with from the one with all applied.
sub put
{
	my ($begin) = @_;

	$node->safe_psql('postgres', 'SELECT migrate_rollback('
		  . ($migrations - $begin) . ')') if $begin < $migrations;
	return;
}

# Kills one round; returns what was found, what should be, and how it went.
sub kill_one
{
	my ($name, $victim) = @_;
	my $process;
	my ($status, $printed);

	put($kinds{$name}->{begin});
	$process = session($kinds{$name}->{sql});
	random_moment($process, $seconds{$name} * 1.05);
	$victims{$victim}->($process);
	($status, $printed) = finish($process);
	wait_for_end($process);

	my $found = look();
	my ($names) = $found =~ /^names: (.*)$/m;
	my $applied = scalar(split ' ', $names // '');
	$found = "wrong number\n$found" if !$kinds{$name}->{right}->($applied);
	my $begun = $kinds{$name}->{begin};
	return ($found =~ s/\n+\z/\n/r, expected($applied),
		$printed =~ /\{.*\}/ ? 'finished'
		: $applied == $begun ? 'undone'
		: $applied == $migrations - $begun ? 'done'
		: 'done in part');
}

diag('DBMIG_SEED=' . seed());
$node->init;
$node->append_conf('postgresql.conf',
	"restart_after_crash = on\nshared_buffers = 16MB\nmax_connections = 20\n"
	  . "autovacuum = off\n");
$node->start;
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$node->safe_psql('postgres', 'CREATE EXTENSION dbmig');

# How long each takes when nobody interferes.
foreach my $name ('up', 'rollback', 'run')
{
	my $process = session($kinds{$name}->{sql});
	my ($status, $printed) = finish($process);
	$seconds{$name} = time - $process->{started};
	is($status, 0, "$name is done when nobody interferes") or diag($printed);
}

my %went;
foreach my $round (1 .. $rounds)
{
	my $name = (qw(up run up run rollback))[ $round % 5 ];
	my $victim = (qw(backend backend backend client server))[ rand 5 ];
	my ($found, $expected, $how) = kill_one($name, $victim);

	$went{"$victim: $name $how"}++;
	is($found, $expected, "round $round: $name, killed the $victim");
}
note("$_: $went{$_}") foreach sort keys %went;

$node->stop;
done_testing();
