# The memory that one migrate_diff takes at its peak.  It grows with the schema:
# a table of the largest takes about what one of the smallest does.
use strict;
use warnings;

use Bench;
use Schema;

my $growth = 1.5;
my @sizes = sizes();

sub of_size
{
	my ($engine, $size) = @_;
	my ($old, $new) =
	  map { write_text('', schema($engine, $size, $_)) } 0 .. 1;
	my $database = make_database($engine, $old);
	my $source = $engine->{json}->($new);
	my ($megabytes) = measure(
		1,
		sub {
			my $session = begin($engine, database => $database);

			ask($session, $engine->{take_json}->($new));
			my $peak = peak($session,
				"SELECT count(*) FROM migrate_diff($source);");
			finish($session);
			return $peak;
		});
	return $megabytes;
}

sub of_engine
{
	my ($engine) = @_;
	my $first;

	foreach my $size (@sizes)
	{
		my $peak = of_size($engine, $size);
		my $each = $peak * 1024 / $size;

		$first //= $each;
		table_row(
			$engine->{name}, $size,
			sprintf('%.1f MB', $peak),
			sprintf('%.1f kB', $each),
			$size == $sizes[-1] ? bar($each / $first, $growth) : '');
	}
	return;
}

table_head(
	engine => -8,
	tables => 6,
	peak => 9,
	'a table' => 9,
	"growth of it from $sizes[0] to $sizes[-1]" => -1);
of_engine($_) foreach @engines;
