# How the times grow with the number of migrations.  Applying them stays a
# multiple of the same SQL in one transaction, however many there are: the
# engines themselves are not quite linear.  A call with nothing pending takes
# about the same time for each migration; were it quadratic, that would grow
# eightfold.
use strict;
use warnings;

use Bench;

my @counts = (250, 500, 1000, 2000);
my $highest = 1.5;
my $growth = 1.5;
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
	my $first;

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

		$first //= $each;
		push @cells, join(', ',
			'ratio ' . bar($ratio, $highest),
			'growth of each ' . bar($each / $first, $growth))
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
	bar => -1);
of_engine($_) foreach @engines;
