# migrate_fingerprint, migrate_drift and the push of a schema that is already
# there, against one pass of plain queries over the catalogs (catalog.sql).  A
# push also reads the DDL: for that it has what psql takes to run it.
# All of it in one session, warm, so that the floor finds its caches filled.
use strict;
use warnings;

use Bench;
use Schema;

my $limit = 1.3;
my $engine = engine('postgres') or exit 0;

sub of_size
{
	my ($size) = @_;
	my $path = write_text('', schema($engine, $size));
	my $database = make_database($engine, $path);
	my $session = begin($engine, database => $database);
	my $floor = "\\i $ENV{DBMIG_BENCH}/bench/catalog.sql";
	my $push = "SELECT migrate_push(:'source');";

	ask($session, "\\set names public\n\\set source `cat $path`");
	ask($session, "SELECT migrate_baseline('first');");
	ask($session, $_)
	  foreach $floor, 'SELECT migrate_fingerprint();', $push;
	my ($pass, $fingerprint, $drift, $pushed, $ddl) = measure(
		5,
		sub { time_of($session, $floor) },
		sub { time_of($session, 'SELECT migrate_fingerprint();') },
		sub { time_of($session, 'SELECT count(*) FROM migrate_drift();') },
		sub { time_of($session, $push) },
		sub {
			my $bare = begin($engine, bare => 1);
			my $seconds = time_of($bare, "BEGIN;\n\\i $path\nCOMMIT;");
			finish($bare);
			return $seconds;
		});
	finish($session);
	my $most = ($limit * $pass + $ddl) / $pass;

	foreach my $result (
		[ 'fingerprint', $fingerprint, $limit ],
		[ 'drift', $drift, $limit ],
		[ 'push', $pushed, $most ])
	{
		my ($what, $seconds, $at_most) = @$result;

		table_row($size, $what, milliseconds($pass), milliseconds($seconds),
			sprintf('%.2f', $seconds / $pass),
			bar($seconds / $pass, sprintf('%.1f', $at_most)));
	}
	return;
}

table_head(
	tables => 6,
	call => -11,
	floor => 9,
	dbmig => 9,
	ratio => 5,
	bar => -1);
of_size($_) foreach sizes();
