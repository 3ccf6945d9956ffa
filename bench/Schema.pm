# Schema.pm
#
# Schemas of any size for the benches, as somebody writes them by hand: tables
# with ten columns, keys, checks, defaults and two indexes besides the primary
# key; to every tenth a view, to every tenth a trigger, to every twentieth an
# enum (PostgreSQL).  In the changed ones 2 % of the tables differ.
#
# A kind of change is a row: what takes the place of which text.
package Schema;

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT = qw(schema large_schemas);

my %parts = (
	postgres => {
		begin => <<'DDL',
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at := now();
	RETURN NEW;
END
$$;
DDL
		every => [
			[ 20, 0, <<'DDL' ],
CREATE TYPE state_%1$d AS ENUM ('new', 'paid', 'sent');
DDL
			[ 1, 0, <<'DDL' ],
CREATE TABLE t%1$d (
	id bigint PRIMARY KEY,
	name varchar(80) NOT NULL,
	email text,
	owner_id bigint REFERENCES t%2$d (id) ON DELETE CASCADE,
	state state_%3$d NOT NULL DEFAULT 'new',
	amount numeric(12,2) NOT NULL DEFAULT 0,
	note text,
	active boolean NOT NULL DEFAULT true,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz,
	CONSTRAINT t%1$d_amount CHECK (amount >= 0),
	CONSTRAINT t%1$d_email UNIQUE (email)
);
CREATE INDEX t%1$d_name ON t%1$d (name, created_at);
DDL
			[ 10, 0, <<'DDL' ],
CREATE VIEW v%1$d AS
	SELECT id, name, amount FROM t%1$d WHERE active;
DDL
			[ 10, 5, <<'DDL' ] ],
CREATE TRIGGER t%1$d_touch BEFORE UPDATE ON t%1$d
	FOR EACH ROW EXECUTE FUNCTION touch();
DDL
		changes => [
			[ "\tnote text,\n", "\tnote text,\n\tphone text,\n" ],
			[ 'DEFAULT 0', 'DEFAULT 1' ],
			[ '(name, created_at)', '(name)' ],
			[ 'email text', 'email text NOT NULL' ],
			[ '(amount >= 0)', '(amount > 0)' ] ]
	},
	sqlite => {
		begin => '',
		every => [
			[ 1, 0, <<'DDL' ],
CREATE TABLE t%1$d (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	email TEXT COLLATE NOCASE,
	owner_id INTEGER REFERENCES t%2$d (id) ON DELETE CASCADE,
	state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'paid', 'sent')),
	amount REAL NOT NULL DEFAULT 0,
	note TEXT,
	active INTEGER NOT NULL DEFAULT 1,
	created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at TEXT
);
CREATE INDEX t%1$d_name ON t%1$d (name, created_at);
CREATE UNIQUE INDEX t%1$d_email ON t%1$d (email);
DDL
			[ 10, 0, <<'DDL' ],
CREATE VIEW v%1$d AS
	SELECT id, name, amount FROM t%1$d WHERE active;
DDL
			[ 10, 5, <<'DDL' ] ],
CREATE TRIGGER t%1$d_touch AFTER UPDATE OF name ON t%1$d BEGIN
	UPDATE t%1$d SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
END;
DDL
		changes => [
			[ "\tnote TEXT,\n", "\tnote TEXT,\n\tphone TEXT,\n" ],
			[ 'DEFAULT 0', 'DEFAULT 1' ],
			[ '(name, created_at)', '(name)' ],
			[ 'email TEXT', 'email TEXT NOT NULL' ],
			[ "IN ('new', ", "IN ('open', 'new', " ] ]
	});

# The DDL of a schema with so many tables, as it is or changed.
sub schema
{
	my ($engine, $count, $changed) = @_;
	my $parts = $parts{ $engine->{name} };
	my $ddl = $parts->{begin};

	foreach my $i (0 .. $count - 1)
	{
		my $of_table = '';

		foreach my $part (@{ $parts->{every} })
		{
			my ($every, $place, $text) = @$part;

			next if $i % $every != $place;
			$of_table .= sprintf $text, $i, $i > 0 ? $i - 1 : 0, $i - $i % 20;
		}
		if ($changed && $i % 50 == 10)
		{
			my $kinds = $parts->{changes};
			my ($from, $to) = @{ $kinds->[ $i / 50 % @$kinds ] };

			$of_table =~ s/\Q$from\E/$to/ or die "no $from\n";
		}
		$ddl .= $of_table;
	}
	return $ddl;
}

1;
