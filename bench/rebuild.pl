# What a push does to a SQLite table with a million rows and three indexes: a
# rebuild, against the twelve steps of lang_altertable.html as one would write
# them by hand at their best; and edits of the catalog, against the same on a
# thousandth of the rows.  A DEFAULT is not only an edit: rows that are shorter
# than the table, as ALTER TABLE ADD COLUMN leaves them, get the old value first.
use strict;
use warnings;

use Bench;

my $engine = engine('sqlite') or exit 0;
my $most = 1_000_000;
my $active = 'NOT NULL DEFAULT 1';

sub table
{
	my ($name, $amount, $active) = @_;

	return "CREATE TABLE $name (id INTEGER PRIMARY KEY, email TEXT NOT NULL, "
	  . "name TEXT, amount $amount, active INTEGER $active);\n";
}

my $indexes = "CREATE INDEX users_email ON users (email);\n"
  . "CREATE INDEX users_name ON users (name, id);\n"
  . "CREATE INDEX users_amount ON users (amount) WHERE active;\n";

sub filled
{
	my ($rows) = @_;

	return make_database(
		$engine,
		write_text(
			'', table('users', 'INTEGER', $active),
			'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n ',
			"WHERE i < $rows) INSERT INTO users SELECT i, 'user' || i || ",
			"'\@example.org', 'name ' || (i * 7919 % $rows), i % 1000, 1 FROM n;\n",
			$indexes));
}

# The command on a copy of the database.
sub on_copy
{
	my ($database, $command) = @_;

	return sub {
		system('cp', $database, "$database.copy") == 0 or die "no copy\n";
		my $session = begin($engine, database => "$database.copy");
		ask($session, 'PRAGMA foreign_keys=ON; SELECT count(*) FROM users;');
		my $seconds = time_of($session, $command);
		finish($session);
		unlink "$database.copy";
		return $seconds;
	};
}

sub push_of
{
	my ($ddl) = @_;
	my $path = write_text('', $ddl);

	return "SELECT migrate_push(CAST(readfile('$path') AS TEXT));";
}

my $many = filled($most);
my $few = filled($most / 1000);
my $by_hand = write_text(
	'',
	"PRAGMA foreign_keys=OFF;\nBEGIN;\n",
	table('users_new', 'REAL', $active),
	"INSERT INTO users_new SELECT * FROM users;\n",
	"DROP TABLE users;\nALTER TABLE users_new RENAME TO users;\n",
	$indexes, "PRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys=ON;\n");
my ($hand, $rebuilt) = measure(
	3,
	on_copy($many, ".read $by_hand"),
	on_copy($many, push_of(table('users', 'REAL', $active) . $indexes)));

table_head(
	change => -12,
	floor => 9,
	dbmig => 9,
	ratio => 6,
	bar => -1);
table_row('rebuild', milliseconds($hand), milliseconds($rebuilt),
	sprintf('%.2f', $rebuilt / $hand), bar($rebuilt / $hand, 1.05));

foreach my $edit ([ 'no NOT NULL', 'DEFAULT 1', 1.5 ],
	[ 'new DEFAULT', 'NOT NULL DEFAULT 0' ])
{
	my ($what, $new, $limit) = @$edit;
	my $push = push_of(table('users', 'INTEGER', $new) . $indexes);
	my ($on_few, $on_many) =
	  measure(5, on_copy($few, $push), on_copy($many, $push));
	my $ratio = $on_many / $on_few;

	table_row($what, milliseconds($on_few), milliseconds($on_many),
		sprintf('%.2f', $ratio), $limit ? bar($ratio, $limit) : '');
}
