# kill -9 in the middle of a migration on SQLite, a hundred times at random
# moments: afterwards the journal and the schema agree, always.
use strict;
use warnings;

use DbmigTest;
use File::Copy qw(copy);
use File::Temp;
use Test::More;
use Time::HiRes qw(time);

my $rounds = 100;
my $migrations = 5;
my $tables = 6;
my $folder = File::Temp->newdir;
my $slow = 'INSERT INTO filler SELECT i, hex(randomblob(200)) FROM'
  . ' (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n'
  . ' WHERE i < 300) SELECT i FROM n)';
my $source = migrations($migrations, $tables, $slow);

# What is killed, and how many migrations may be applied after it.
my %kinds = (
	up => {
		sql => "SELECT migrate_up('$source')",
		begin => 0,
		right => sub { $_[0] == 0 || $_[0] == $migrations }
	},
	run => {
		sql => "SELECT migrate_run('$source')",
		begin => 0,
		right => sub { 1 }
	},
	rollback => {
		sql => "SELECT migrate_rollback($migrations)",
		begin => $migrations,
		right => sub { $_[0] == 0 || $_[0] == $migrations }
	});

sub query
{
	my ($status, $printed) = finish(start([ sqlite(@_) ]));

	return $status == 0 ? $printed : "status $status: $printed";
}

# The tables that the first so many migrations make, and what they hold.
sub tables_of
{
	my ($applied) = @_;

	return join('',
		map { my $m = $_; map { "m${m}_t$_\n" } 1 .. $tables } 1 .. $applied);
}

# Copies a database that is at rest.
sub put
{
	my ($from, $to) = @_;

	unlink("$to-wal", "$to-shm", "$to-journal");
	copy($from, $to) or die "could not copy $from: $!";
	return;
}

# How long it takes when nobody interferes.
sub duration
{
	my ($file, $name) = @_;
	my $process = start([ sqlite($file, $kinds{$name}->{sql}) ]);
	my ($status, $printed) = finish($process);

	is($status, 0, "$name is done when nobody interferes") or diag($printed);
	return time - $process->{started};
}

# Kills one round; returns what is wrong afterwards and how it went.
sub kill_one
{
	my ($file, $kind, $seconds) = @_;
	my $process = start([ sqlite($file, $kind->{sql}) ]);

	random_moment($process, $seconds);
	kill 'KILL', $process->{pid};
	my ($status) = finish($process);
	my $open = -s "$file-journal" || -s "$file-wal";

	my @names = split /\n/, query($file, 'SELECT name FROM migrate_status()');
	my $applied = @names;
	my %found = (
		names => join(' ', @names),
		number => $kind->{right}->($applied) ? 'right' : $applied,
		tables => query(
			$file, "SELECT name FROM sqlite_schema WHERE type = 'table'
			AND name GLOB 'm[0-9]*' ORDER BY name"),
		filler => query($file, 'SELECT count(*) FROM filler'),
		verify => query($file, 'SELECT * FROM migrate_verify()'),
		check => query($file, 'PRAGMA integrity_check'),
		up => query($file, "SELECT migrate_up('$source')"),
		after => query($file, 'SELECT count(*) FROM migrate_status()'));
	my %expected = (
		names => join(' ', map { sprintf '%03d', $_ } 1 .. $applied),
		number => 'right',
		tables => tables_of($applied),
		filler => 300 * $tables * ($kind->{begin} || $applied) . "\n",
		verify => '',
		check => "ok\n",
		up => '{"applied":['
		  . join(',',
			map { sprintf '"%03d"', $_ } $applied + 1 .. $migrations)
		  . "],\"pending\":0}\n",
		after => "$migrations\n");
	my $wrong = join '',
	  map { "$_: $found{$_}, expected: $expected{$_}\n" }
	  grep { $found{$_} ne $expected{$_} } sort keys %expected;
	my $how =
		($status & 127) == 0 ? 'finished'
	  : $open ? 'killed at work'
	  : 'killed before or after';
	return ($wrong, $how);
}

diag('DBMIG_SEED=' . seed());
my %went;
my $round = 0;
foreach my $mode ('delete', 'wal')
{
	my $empty = "$folder/$mode-0.db";
	my $full = "$folder/$mode-$migrations.db";
	my $file = "$folder/$mode.db";

	query($empty,
		"PRAGMA journal_mode = $mode; CREATE TABLE filler (i integer, t text)");
	put($empty, $full);
	my %seconds = (up => duration($full, 'up'));
	put($empty, $file);
	$seconds{run} = duration($file, 'run');
	$seconds{rollback} = duration($file, 'rollback');

	foreach my $n (1 .. $rounds / 2)
	{
		my $name = (qw(up run up run rollback))[ $n % 5 ];
		my $kind = $kinds{$name};

		put($kind->{begin} == 0 ? $empty : $full, $file);
		my ($wrong, $how) = kill_one($file, $kind, $seconds{$name} * 1.1);
		$went{"$name $how"}++;
		is($wrong, '', sprintf("%s, round %d: %s", $mode, ++$round, $name));
	}
}
note("$_: $went{$_}") foreach sort keys %went;
my $at_work = 0;
$at_work += $went{$_} foreach grep { /killed at work/ } keys %went;
cmp_ok($at_work, '>', $rounds / 4, 'most were killed at work')
  or diag(explain(\%went));

done_testing();
