# A call with nothing pending, on a journal of so many migrations: what it
# takes beyond the reading of its source, which the engine is asked to do alone.
# Times are those of the server alone.
use strict;
use warnings;

use Bench;

my $calls = 20;

# One of many calls in a session.
sub many
{
	my ($session, $command) = @_;

	return sub { work_of($session, join("\n", ($command) x $calls)) / $calls };
}

sub show
{
	my ($engine, $count, $what, $read, $call, $limit) = @_;
	my $rest = ($call - $read) * 1000;

	table_row($engine->{name}, $count, $what, milliseconds($read),
		milliseconds($call), sprintf('%.2f ms', $rest),
		$limit ? bar($rest, $limit, ' ms') : '');
	return $rest;
}

sub nothing_pending
{
	my ($engine, $count, $limit) = @_;
	my $source = write_source(migrations($count));
	my $session = begin($engine);
	my $json = $engine->{json}->($source->{json});

	ask($session, "SELECT migrate_up('$source->{folder}');");
	ask($session, $engine->{take_json}->($source->{json}));
	my ($read_folder, $folder, $read_json, $array) = measure(
		7,
		many($session, $engine->{read_folder}->($source->{folder})),
		many($session, "SELECT migrate_up('$source->{folder}');"),
		many($session, $engine->{read_json}->($source->{json})),
		many($session, "SELECT migrate_up($json);"));
	finish($session);
	show($engine, $count, 'folder', $read_folder, $folder, $limit);
	show($engine, $count, 'JSON', $read_json, $array, $limit);
	return;
}

table_head(
	engine => -8,
	migrations => 10,
	source => -6,
	reading => 9,
	call => 9,
	rest => 8,
	bar => -1);
foreach my $engine (@engines)
{
	nothing_pending($engine, 1);
	nothing_pending($engine, 100);
	nothing_pending($engine, 1000, 5);
}
