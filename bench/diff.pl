# migrate_diff from DDL, against the engine itself running the same DDL: psql in
# an empty database and one transaction, sqlite3 in memory.  Every measurement
# is the first call in a new session.  2 % of the tables differ, or nothing does.
# Real schemas are those of schemas/ in the folder DBMIG_CORPUS, else in
# ../shared/corpus beside this checkout, where they are there.
use strict;
use warnings;

use Bench;
use Schema;

my %limit = (postgres => 1, sqlite => 1.5);
my $growth = 1.5;
my @sizes = sizes();
my $corpus = ($ENV{DBMIG_CORPUS} // "$ENV{DBMIG_BENCH}/../shared/corpus")
  . '/schemas';

# The seconds of one command in a session of its own.
sub in_session
{
	my ($engine, $how, $prepare, @command) = @_;

	return sub {
		my $session = begin($engine, %$how);

		ask($session, $prepare) if $prepare ne '';
		my $seconds = time_of($session, join("\n", @command));
		finish($session);
		return $seconds;
	};
}

# All columns are made, and counted.
sub diff
{
	my ($engine, $how, $path, $options) = @_;
	my $source = $engine->{json}->($path);

	return in_session($engine, $how, $engine->{take_json}->($path),
		"SELECT count(*), sum(length(sql)), sum(length(undo)) "
		  . "FROM migrate_diff($source, '$options');");
}

# Prints one line; its ratio.
sub compare
{
	my ($engine, $what, $old, $new, $options) = @_;
	my $how = { database => make_database($engine, $old) };
	my ($floor, $changed, $same) = measure(
		3,
		in_session($engine, { bare => 1 }, '', 'BEGIN;',
			$engine->{run_file}->($new), 'COMMIT;'),
		diff($engine, $how, $new, $options),
		diff($engine, $how, $old, $options));
	my $ratio = $changed / $floor;

	table_row(
		$engine->{name}, $what,
		milliseconds($floor), milliseconds($changed),
		sprintf('%.2f', $ratio), milliseconds($same),
		sprintf('%.2f', $same / $floor), bar($ratio, $limit{ $engine->{name} }));
	return $ratio;
}

# The engines are not linear themselves: what must not grow is the ratio.
sub of_sizes
{
	my ($engine) = @_;
	my @ratios;

	foreach my $size (@sizes)
	{
		push @ratios,
		  compare($engine, "$size tables",
			map({ write_text('', schema($engine, $size, $_)) } 0 .. 1), '{}');
	}
	my $grown = $ratios[-1] / $ratios[0];
	printf "%s: from %d to %d tables the ratio grows %.2f times: %s\n",
	  $engine->{name}, @sizes[ 0, -1 ], $grown, bar($grown, $growth)
	  if @sizes > 1;
	return;
}

# A new column in every fiftieth table.
sub changed
{
	my ($ddl) = @_;
	my $count = 0;

	$ddl =~ s/^(CREATE TABLE [^;(]+\(\n)/
		$1 . ($count++ % 50 == 10 ? "    bench_column integer,\n" : '')/gme;
	return $ddl;
}

sub of_real_postgres
{
	my ($engine) = @_;
	my $old = "$corpus/musicbrainz-HEAD.sql";

	return absent($old) unless -e $old;
	my $ddl = text_of($old);
	my $schemas = join ', ', map { "\"$_\"" } 'public',
	  $ddl =~ /^CREATE SCHEMA (\w+);/mg;
	compare($engine, 'musicbrainz', $old, write_text('', changed($ddl)),
		"{\"schemas\": [$schemas]}");
	return;
}

sub of_real_sqlite
{
	my ($engine) = @_;
	my @paths = map { "$corpus/mega-sqlite-$_.sql" } qw(old new);

	return absent(@paths) if grep { !-e } @paths;
	compare($engine, 'mega', @paths, '{}');
	return;
}

table_head(
	engine => -8,
	schema => -11,
	floor => 9,
	diff => 9,
	ratio => 5,
	same => 9,
	ratio => 5,
	bar => -1);
foreach my $engine (@engines)
{
	of_sizes($engine);
	my $real = { postgres => \&of_real_postgres, sqlite => \&of_real_sqlite };
	$real->{ $engine->{name} }->($engine);
}
