# Small migrations without a down through one migrate_up, which computes one for
# each from the schema before and after, against the same SQL in one
# transaction.  Were what it reads not only what a migration touched, the ratio
# would grow with the number of migrations.
use strict;
use warnings;

use Bench;

my %limit = (1000 => 2, 2000 => 2);

# The command in a new database; so many downs it must have computed.
sub once
{
	my ($engine, $downs, $command) = @_;

	return sub {
		my $session = begin($engine);
		my $seconds = time_of($session, $command);
		my $computed = $downs == 0 ? 0 : ask($session,
			"SELECT count(*) FROM $engine->{journal} "
			  . "WHERE down_kind = 'computed';") + 0;

		die "$computed downs were computed, not $downs\n"
		  if $computed != $downs;
		finish($session);
		return $seconds;
	};
}

sub compare
{
	my ($engine, $count) = @_;
	my $migrations = migrations($count);

	delete $_->{down} foreach @$migrations;
	my $source = write_source($migrations);
	my ($floor, $up) = measure(
		3,
		once($engine, 0, $engine->{run_file}->($source->{one})),
		once($engine, $count, "SELECT migrate_up('$source->{folder}');"));

	table_row($engine->{name}, $count, milliseconds($floor), milliseconds($up),
		sprintf('%.2f', $up / $floor),
		$limit{$count} ? bar($up / $floor, $limit{$count}) : '');
	return;
}

table_head(
	engine => -8,
	migrations => 10,
	floor => 9,
	dbmig => 9,
	ratio => 5,
	bar => -1);
foreach my $engine (@engines)
{
	compare($engine, $_) foreach 100, 500, 1000, 2000;
}
