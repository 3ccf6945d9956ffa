# What a push does to a SQLite table with a million rows and three indexes: a
# rebuild, against the twelve steps of lang_altertable.html as one would write
# them by hand at their best; and edits of the catalog, against the same on a
# thousandth of the rows.  A DEFAULT is not only an edit: rows that are shorter
# than the table, as ALTER TABLE ADD COLUMN leaves them, get the old value first;
# and before a type changes, dbmig looks for values that it would not keep.
use strict;
use warnings;

use Bench;

my $engine = engine('sqlite') or exit 0;
my $most = 1_000_000;

# With some columns as they are said here.
sub table
{
	my ($name, %other) = @_;
	my %columns = (
		name => 'TEXT',
		amount => 'INTEGER',
		active => 'INTEGER NOT NULL DEFAULT 1',
		%other);

	return "CREATE TABLE $name (id INTEGER PRIMARY KEY, email TEXT NOT NULL, "
	  . join(', ', map { "$_ $columns{$_}" } qw(name amount active)) . ");\n";
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
			'', table('users'),
			'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n ',
			"WHERE i < $rows) INSERT INTO users SELECT i, 'user' || i || ",
			"'\@example.org', 'name ' || (i * 7919 % $rows), i % 1000, 1 FROM n;\n",
			$indexes));
}

# The command on a copy of the database, which is on the disk before it counts.
sub on_copy
{
	my ($database, $command) = @_;

	return sub {
		system("cp $database $database.copy && sync $database.copy") == 0
		  or die "no copy\n";
		my $session = begin($engine, database => "$database.copy");
		ask($session, 'PRAGMA foreign_keys=ON; SELECT count(*) FROM users;');
		my $seconds = time_of($session, $command);
		finish($session);
		unlink "$database.copy";
		return $seconds;
	};
}

# The push of that table.
sub push_of
{
	my $path = write_text('', table('users', @_), $indexes);

	return "SELECT migrate_push(CAST(readfile('$path') AS TEXT));";
}

# The twelve steps that lead there.
sub by_hand
{
	return '.read '
	  . write_text(
		'',
		"PRAGMA foreign_keys=OFF;\nBEGIN;\n",
		table('users_new', @_),
		"INSERT INTO users_new SELECT * FROM users;\n",
		"DROP TABLE users;\nALTER TABLE users_new RENAME TO users;\n",
		$indexes,
		"PRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys=ON;\n");
}

sub show
{
	my ($what, $floor, $seconds, $limit) = @_;
	my $ratio = $seconds / $floor;

	table_row($what, milliseconds($floor), milliseconds($seconds),
		sprintf('%.2f', $ratio), $limit ? bar($ratio, $limit) : '');
	return;
}

my $many = filled($most);
my $few = filled($most / 1000);

table_head(
	change => -16,
	floor => 9,
	dbmig => 9,
	ratio => 6,
	bar => -1);
foreach my $rebuild ([ 'rebuild', 1.05, name => 'TEXT COLLATE NOCASE' ],
	[ 'rebuild, a type', undef, amount => 'REAL' ])
{
	my ($what, $limit, @change) = @$rebuild;

	show(
		$what,
		measure(
			5,
			on_copy($many, by_hand(@change)),
			on_copy($many, push_of(@change))),
		$limit);
}
foreach my $edit ([ 'edit', 1.5, active => 'INTEGER DEFAULT 1' ],
	[ 'edit, a DEFAULT', undef, active => 'INTEGER NOT NULL DEFAULT 0' ])
{
	my ($what, $limit, @change) = @$edit;
	my $push = push_of(@change);

	show($what,
		measure(3, on_copy($few, $push), on_copy($many, $push)), $limit);
}
