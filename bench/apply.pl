# Small migrations, each with its down, through one migrate_up, against the
# same SQL in one transaction; and through migrate_run against a commit each.
use strict;
use warnings;

use Bench;

# In a new database each time.
sub once
{
	my ($engine, $prepare, $command) = @_;

	return sub {
		my $session = begin($engine);

		ask($session, $prepare) if $prepare ne '';
		my $seconds = time_of($session, $command);
		finish($session);
		return $seconds;
	};
}

sub compare
{
	my ($engine, $count, $repeat, $limit) = @_;
	my $source = write_source(migrations($count));
	my ($one, $folder, $json, $each, $run) = measure(
		$repeat,
		once($engine, '', $engine->{run_file}->($source->{one})),
		once($engine, '', "SELECT migrate_up('$source->{folder}');"),
		once(
			$engine,
			$engine->{take_json}->($source->{json}),
			'SELECT migrate_up(' . $engine->{json}->($source->{json}) . ');'),
		once($engine, '', $engine->{run_file}->($source->{each})),
		once($engine, '', "$engine->{run} migrate_run('$source->{folder}');"));

	foreach my $result (
		[ 'up, folder', $one, $folder, $limit ],
		[ 'up, JSON', $one, $json, $limit ],
		[ 'run, folder', $each, $run ])
	{
		my ($what, $floor, $time, $at_most) = @$result;
		my $ratio = $time / $floor;

		table_row($engine->{name}, $count, $what, milliseconds($floor),
			milliseconds($time), sprintf('%.2f', $ratio),
			$at_most ? bar($ratio, $at_most) : '');
	}
	return;
}

table_head(
	engine => -8,
	migrations => 10,
	source => -11,
	floor => 9,
	dbmig => 9,
	ratio => 5,
	bar => -1);
foreach my $engine (@engines)
{
	compare($engine, 1, 11);
	compare($engine, 100, 7);
	compare($engine, 1000, 5, 1.5);
}
