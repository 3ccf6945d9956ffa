# The memory that one migrate_up takes at its peak.  Texts are statements that
# cost the engine next to nothing.
use strict;
use warnings;

use Bench;

my @megabytes = (1, 2, 4, 8, 16);
my $growth = 1.5;

# A megabyte in 64 migrations of 16 kB.
sub texts
{
	my ($megabytes) = @_;
	my $statement = "SELECT '" . 'x' x 1012 . "';\n";

	return [
		map {
			{
				name => sprintf('%05d', $_),
				up => $statement x 15 . "-- $_\n",
				down => $statement
			}
		} 1 .. 64 * $megabytes
	];
}

sub in_new_session
{
	my ($engine, $prepare, $command) = @_;

	return sub {
		my $session = begin($engine);

		ask($session, $prepare);
		my $megabytes = peak($session, $command);
		finish($session);
		return $megabytes;
	};
}

sub of_size
{
	my ($engine, $megabytes) = @_;
	my $source = write_source(texts($megabytes));

	return measure(
		3,
		in_new_session($engine, '', "SELECT migrate_up('$source->{folder}');"),
		in_new_session(
			$engine,
			$engine->{take_json}->($source->{json}),
			'SELECT migrate_up(' . $engine->{json}->($source->{json}) . ');'));
}

sub of_engine
{
	my ($engine) = @_;
	my @first;

	foreach my $megabytes (@megabytes)
	{
		my @peaks = of_size($engine, $megabytes);
		my @each = map { $_ / $megabytes } @peaks;
		my @cells = (
			$engine->{name}, $megabytes,
			map { (sprintf('%.1f', $peaks[$_]), sprintf('%.1f', $each[$_])) }
			  0 .. 1);

		@first = @each unless @first;
		push @cells, join(', ',
			map { bar($each[$_] / $first[$_], $growth) } 0 .. 1)
		  if $megabytes == $megabytes[-1];
		table_row(@cells);
	}
	return;
}

table_head(
	engine => -8,
	'MB of text' => 10,
	folder => 6,
	'per MB' => 6,
	JSON => 6,
	'per MB' => 6,
	"growth from $megabytes[0] to $megabytes[-1] MB" => -1);
of_engine($_) foreach @engines;
