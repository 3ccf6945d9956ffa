# Fifty migrators at once on SQLite, in both journal modes: one applies, the
# others wait and find nothing to do, none fails.
use strict;
use warnings;

use DbmigTest;
use File::Temp;
use Test::More;

my $migrators = 50;
my $folder = File::Temp->newdir;
my $slow = 'SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL'
  . ' SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n)';
my $source = migrations(5, 2, $slow);
my $names = '"001","002","003","004","005"';

# Runs the SQL in as many shells; returns how often each text was printed.
sub at_once
{
	my ($file, $sql) = @_;
	my %printed;

	$printed{$_}++
	  foreach together(map { [ sqlite($file, $sql) ] } 1 .. $migrators);
	return \%printed;
}

sub query
{
	my ($status, $printed) = finish(start([ sqlite(@_) ]));

	return $status == 0 ? $printed : "status $status: $printed";
}

foreach my $mode ('delete', 'wal')
{
	my $file = "$folder/$mode.db";

	is(query($file, "PRAGMA journal_mode = $mode; CREATE TABLE other (x)"),
		"$mode\n", "journal mode $mode");
	is_deeply(
		at_once($file, "SELECT migrate_up('$source')"),
		{
			"{\"applied\":[$names],\"pending\":0}\n" => 1,
			"{\"applied\":[],\"pending\":0}\n" => $migrators - 1
		},
		"$mode: migrate_up: exactly one applies, the others find nothing");
	is(query($file, 'SELECT count(*) FROM dbmig_history'),
		"5\n", "$mode: one event a migration");

	is_deeply(
		at_once(
			$file, "SELECT json_extract(migrate_apply('006',
			'CREATE TABLE six (id int); $slow', 'DROP TABLE six'), '\$.status')"
		),
		{ "applied\n" => 1, "already applied\n" => $migrators - 1 },
		"$mode: migrate_apply: exactly one applies");

	is_deeply(
		at_once($file, "SELECT migrate_rollback('003')"),
		{
			qq({"rolled_back":["006","005","004"]}\n) => 1,
			qq({"rolled_back":[]}\n) => $migrators - 1
		},
		"$mode: migrate_rollback: exactly one rolls back");

	# With a commit after each migration they take turns.
	my $printed = at_once($file, "SELECT migrate_run('$source')");
	my %applied;
	my $others = 0;
	foreach my $text (keys %$printed)
	{
		my $fits = $text =~ /^\{"applied":\[(.*)\],"pending":0\}\n\z/;
		$others += $printed->{$text} if !$fits;
		$applied{$_} += $printed->{$text} foreach $text =~ /"(\d+)"/g;
	}
	is_deeply(
		\%applied,
		{ '004' => 1, '005' => 1 },
		"$mode: migrate_run: each migration is applied once");
	is($others, 0, "$mode: migrate_run: none fails")
	  or diag(explain($printed));

	is(query($file, 'SELECT name FROM migrate_status()'),
		join('', map { "00$_\n" } 1 .. 5), "$mode: all are applied");
	is( query(
			$file, "SELECT count(*) FROM sqlite_schema
			WHERE type = 'table' AND name GLOB 'm[0-9]*'"),
		"10\n",
		"$mode: and their tables are there");
	is(query($file, 'SELECT * FROM migrate_verify()'),
		'', "$mode: migrate_verify() finds nothing");
	is(query($file, 'PRAGMA integrity_check'),
		"ok\n", "$mode: the database is sound");
}

done_testing();
