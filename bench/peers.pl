# migrate_diff side by side with what a user would pick instead, from a file of
# DDL to the printed plan: processes are started, and the second database that
# some need is made and loaded.
#
# The peers are looked for where the environment says, or in the PATH; a bench
# without them runs, and says which are absent.
#
#	DBMIG_PEERS		a folder after
#					npm install @pgkit/migra drizzle-kit drizzle-orm pg better-sqlite3
#	apgdiff			Debian: apt-get install apgdiff
#
# drizzle-kit reads no DDL but a schema in TypeScript: it gets the same tables in
# that form, without the triggers, which it does not know.  It stops where it
# would ask for confirmation, after it has printed the plan.
use strict;
use warnings;

use Bench;
use File::Temp qw(tempdir);
use Schema;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my $peers = $ENV{DBMIG_PEERS} // '';
my $bin = "$peers/node_modules/.bin";
my $patience = 300;
my $work = tempdir('dbmig_peers.XXXXXX', TMPDIR => 1, CLEANUP => 1);

# The seconds of a shell command that prints a plan; undef if it prints none.
sub seconds_of
{
	my ($command) = @_;
	my $start = clock_gettime(CLOCK_MONOTONIC);
	my $plan = `timeout $patience sh -c '$command' 2>&1 </dev/null`;
	my $seconds = clock_gettime(CLOCK_MONOTONIC) - $start;

	return $plan =~ /^\s*(?:ALTER|CREATE) /mi ? $seconds : undef;
}

# ---- the schema in drizzle's words ----

my %drizzle = (
	postgres => {
		module => 'pg-core',
		every => [
			[ 20, <<'TS' ],
export const state_%1$d = d.pgEnum('state_%1$d', ['new', 'paid', 'sent']);
TS
			[ 1, <<'TS' ],
export const t%1$d = d.pgTable('t%1$d', {
	id: d.bigint('id', { mode: 'bigint' }).primaryKey(),
	name: d.varchar('name', { length: 80 }).notNull(),
	email: d.text('email'),
	owner_id: d.bigint('owner_id', { mode: 'bigint' }),
	state: state_%3$d('state').notNull().default('new'),
	amount: d.numeric('amount', { precision: 12, scale: 2 }).notNull().default('0'),
	note: d.text('note'),
	active: d.boolean('active').notNull().default(true),
	created_at: d.timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
	updated_at: d.timestamp('updated_at', { withTimezone: true }),
}, (t) => [
	d.foreignKey({ name: 't%1$d_owner_id_fkey', columns: [t.owner_id],
		foreignColumns: [t%2$d.id] }).onDelete('cascade'),
	d.check('t%1$d_amount', sql`amount >= 0`),
	d.unique('t%1$d_email').on(t.email),
	d.index('t%1$d_name').on(t.name, t.created_at),
]);
TS
			[ 10, <<'TS' ] ],
export const v%1$d = d.pgView('v%1$d').as((q) =>
	q.select({ id: t%1$d.id, name: t%1$d.name, amount: t%1$d.amount })
	.from(t%1$d).where(sql`active`));
TS
		settings => sub {
			my ($database) = @_;
			return "host: '$ENV{PGHOST}', port: $ENV{PGPORT}, "
			  . "user: '$ENV{PGUSER}', database: '$database', ssl: false";
		}
	},
	sqlite => {
		module => 'sqlite-core',
		every => [
			[ 1, <<'TS' ],
export const t%1$d = d.sqliteTable('t%1$d', {
	id: d.integer('id').primaryKey(),
	name: d.text('name').notNull(),
	email: d.text('email'),
	owner_id: d.integer('owner_id').references((): d.AnySQLiteColumn => t%2$d.id,
		{ onDelete: 'cascade' }),
	state: d.text('state').notNull().default('new'),
	amount: d.real('amount').notNull().default(0),
	note: d.text('note'),
	active: d.integer('active').notNull().default(1),
	created_at: d.text('created_at').notNull().default(sql`CURRENT_TIMESTAMP`),
	updated_at: d.text('updated_at'),
}, (t) => [
	d.index('t%1$d_name').on(t.name, t.created_at),
	d.uniqueIndex('t%1$d_email').on(t.email),
]);
TS
			[ 10, <<'TS' ] ],
export const v%1$d = d.sqliteView('v%1$d').as((q) =>
	q.select({ id: t%1$d.id, name: t%1$d.name, amount: t%1$d.amount })
	.from(t%1$d).where(sql`active`));
TS
		settings => sub { return "url: '$_[0]'" }
	});

# Columns are what differs here: a new one in every fiftieth table.
sub drizzle_schema
{
	my ($engine, $count) = @_;
	my $words = $drizzle{ $engine->{name} };
	my $text = "import * as d from 'drizzle-orm/$words->{module}';\n"
	  . "import { sql } from 'drizzle-orm';\n";

	foreach my $i (0 .. $count - 1)
	{
		foreach my $part (@{ $words->{every} })
		{
			my ($every, $format) = @$part;
			my $one = sprintf $format, $i, $i > 0 ? $i - 1 : 0, $i - $i % 20;

			next if $i % $every != 0;
			$one =~ s/(\tnote: .*\n)/$1\tphone: d.text('phone'),\n/
			  if $i % 50 == 10;
			$text .= $one;
		}
	}
	return $text;
}

sub drizzle
{
	my ($engine, $count, $database) = @_;
	my $name = $engine->{name};
	my $folder = "$work/$name$count";

	mkdir $folder or die "$folder: $!";
	symlink "$peers/node_modules", "$folder/node_modules";
	write_text("$folder/schema.ts", drizzle_schema($engine, $count));
	write_text(
		"$folder/drizzle.config.ts",
		'export default { dialect: "',
		{ postgres => 'postgresql', sqlite => 'sqlite' }->{$name},
		'", schema: "./schema.ts", dbCredentials: { ',
		$drizzle{$name}{settings}->($database),
		" } };\n");
	return "cd $folder && $bin/drizzle-kit push --strict --verbose";
}

# ---- how each goes from a file to its plan ----

# The second database is on the second server, which has the locks for it.
sub second
{
	my ($path, $name) = @_;
	my $host = roomy_server();

	return "createdb -h $host -T template0 $name && "
	  . "psql -h $host -Xq1d $name -f $path >/dev/null && ";
}

sub drop_second
{
	my ($name) = @_;

	system('dropdb', '-h', roomy_server(), '--if-exists', $name);
	return;
}

sub url
{
	my ($host, $database) = @_;

	return "\"postgresql://$ENV{PGUSER}\@localhost:$ENV{PGPORT}/$database?host=$host\"";
}

my %plan_of = (
	postgres => sub {
		my ($database, $path) = @_;
		my $script = write_text('', "\\set source `cat $path`\n",
			"SELECT sql FROM migrate_diff(:'source');\n");
		return "PGOPTIONS=\"-c search_path=public,bench\" "
		  . "psql -XAtqd $database -f $script";
	},
	sqlite => sub {
		my ($database, $path) = @_;
		my $script = write_text('', ".load $ENV{DBMIG_BENCH}/build/dbmig\n",
			"SELECT sql FROM migrate_diff(CAST(readfile('$path') AS TEXT));\n");
		return "sqlite3 -batch -list $database \".read $script\"";
	});

# name, how many times faster dbmig is, the engine, whether it is there, and its
# command.
my @all = (
	{
		name => 'migra',
		times => 10,
		engine => 'postgres',
		there => -x "$bin/migra",
		command => sub {
			my ($engine, $size, $database, $path) = @_;
			return second($path, 'second')
			  . "$bin/migra "
			  . url($ENV{PGHOST}, $database) . ' '
			  . url(roomy_server(), 'second')
			  . ' --unsafe';
		}
	},
	{
		name => 'apgdiff',
		times => 3,
		engine => 'postgres',
		there => !system('which apgdiff >/dev/null'),
		# It does not know \restrict, which newer minor releases write.
		command => sub {
			my ($engine, $size, $database, $path) = @_;
			return second($path, 'second')
			  . "pg_dump -s $database | grep -v \"^.restrict\\|^.unrestrict\" >$work/a && "
			  . 'pg_dump -h '
			  . roomy_server()
			  . " -s second | grep -v \"^.restrict\\|^.unrestrict\" >$work/b && "
			  . "apgdiff $work/a $work/b";
		}
	},
	map({
			{
				name => 'drizzle-kit',
				times => 10,
				engine => $_,
				there => -x "$bin/drizzle-kit",
				command => sub { drizzle(@_) }
			}
		} 'postgres',
		'sqlite'));

sub of_peer
{
	my ($peer, $engine, $size, $ours, @where) = @_;
	my $name = $peer->{name};

	return absent("$name ($engine->{name})") unless $peer->{there};
	my $command = $peer->{command}->($engine, $size, @where);
	my $seconds = seconds_of($command);
	drop_second('second') if $command =~ /^createdb/;
	return table_row($engine->{name}, $size, $name, 'no plan')
	  unless $seconds;
	table_row(
		$engine->{name}, $size, $name,
		milliseconds($ours), milliseconds($seconds),
		sprintf('%.1f', $seconds / $ours),
		verdict($seconds / $ours >= $peer->{times}, "at least $peer->{times}"));
	return;
}

sub of_size
{
	my ($engine, $size) = @_;
	my ($old, $new) =
	  map { write_text('', schema($engine, $size, $_)) } 0 .. 1;
	my $plan =
	  $plan_of{ $engine->{name} }->(make_database($engine, $old), $new);
	my $database = make_database($engine, $old, 1);
	my ($ours) = measure(3, sub { seconds_of($plan) // die "no plan\n" });

	of_peer($_, $engine, $size, $ours, $database, $new)
	  foreach grep { $_->{engine} eq $engine->{name} } @all;
	return;
}

table_head(
	engine => -8,
	tables => 6,
	peer => -11,
	dbmig => 9,
	peer => 9,
	times => 6,
	bar => -1);
foreach my $engine (@engines)
{
	of_size($engine, $_) foreach sizes();
}
