# How the times grow with the number of migrations.  What is measured must not
# grow faster than the number of migrations: applying, as a multiple of the
# same SQL in one transaction (the engines themselves are not quite linear),
# and a call with nothing pending, for each migration.
use strict;
use warnings;

use Bench;

my @counts = (250, 500, 1000, 2000);
my $growth = 1.25;
my $calls = 10;

# The floor, applying, and a call with nothing pending.
sub once
{
	my ($engine, $source) = @_;
	my $up = "SELECT migrate_up('$source->{folder}');";
	my $session = begin($engine);
	my $floor = time_of($session, $engine->{run_file}->($source->{one}));

	finish($session);
	$session = begin($engine);
	my $applied = time_of($session, $up);
	my $nothing = work_of($session, join("\n", ($up) x $calls)) / $calls;
	finish($session);
	return ($floor, $applied, $nothing);
}

sub of_count
{
	my ($engine, $count) = @_;
	my $source = write_source(migrations($count));
	my @times;

	return measure(
		3,
		sub { @times = once($engine, $source); $times[0] },
		sub { $times[1] },
		sub { $times[2] });
}

sub of_engine
{
	my ($engine) = @_;
	my ($first_ratio, $first_each);

	foreach my $count (@counts)
	{
		my ($floor, $applied, $nothing) = of_count($engine, $count);
		my $ratio = $applied / $floor;
		my $each = $nothing / $count * 1e6;
		my @cells = (
			$engine->{name}, $count,
			milliseconds($floor), milliseconds($applied),
			sprintf('%.2f', $ratio), milliseconds($nothing),
			sprintf('%.2f us', $each));

		$first_ratio //= $ratio;
		$first_each //= $each;
		push @cells, join(', ',
			'apply ' . bar($ratio / $first_ratio, $growth),
			'nothing ' . bar($each / $first_each, $growth))
		  if $count == $counts[-1];
		table_row(@cells);
	}
	return;
}

table_head(
	engine => -8,
	migrations => 10,
	floor => 9,
	apply => 9,
	ratio => 5,
	nothing => 9,
	each => 9,
	"growth from $counts[0] to $counts[-1]" => -1);
of_engine($_) foreach @engines;
