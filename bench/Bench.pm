# Bench.pm
#
# What the benches share: engines with fresh databases and sessions, small
# migrations, interleaved measurements, tables with bars.
#
# A session is one psql or one sqlite3 shell behind pipes, warmed up before
# anything is measured: times are from the command to its answer, without the
# start of a process.
#
# PostgreSQL is the cluster of test/cluster, with the settings that initdb gives
# it.  Where psql creates thousands of tables in one transaction, which
# overflows the lock table of such a server, it has a second one that differs
# in max_locks_per_transaction alone.
package Bench;

use strict;
use warnings;

use Exporter qw(import);
use File::Temp qw(tempdir);
use IPC::Open2 qw(open2);
use JSON::PP ();
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC usleep);

our @EXPORT = qw(@engines engine migrations write_source write_text text_of
  make_database begin ask finish time_of work_of peak measure table_head
  table_row bar verdict milliseconds sizes absent roomy_server);

my $top = $ENV{DBMIG_BENCH} or die "run it with bench/run\n";
my $folder = tempdir('dbmig_bench.XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $missed = 0;
my $databases = 0;
my @kept;
my $roomy;

# The server reads what is in there.
chmod 0755, $folder or die "$folder: $!";

# ---- engines ----

# How each engine's shell is told to run a file, to take a JSON file as a
# source, and to say that it is done; and what the engine itself needs to read
# a source of either kind.
our @engines = (
	{
		name => 'postgres',
		journal => 'dbmig.journal',
		create => \&create_postgres,
		load => \&load_postgres,
		drop => \&drop_postgres,
		begin => \&begin_postgres,
		done => '\echo done',
		run_file => sub { "\\i $_[0]" },
		take_json => sub { "\\set source `cat $_[0]`" },
		json => sub { ":'source'" },
		read_json => sub { "SELECT length(:'source');" },
		read_folder => sub {
			"SELECT sum(length(pg_read_binary_file('$_[0]/' || name))) "
			  . "FROM pg_ls_dir('$_[0]') AS name;";
		},
		run => 'CALL',
	},
	{
		name => 'sqlite',
		journal => 'dbmig_journal',
		create => \&create_sqlite,
		load => \&load_sqlite,
		drop => \&drop_sqlite,
		begin => \&begin_sqlite,
		done => '.print done',
		run_file => sub { ".read $_[0]" },
		take_json => sub { '' },
		json => sub { "CAST(readfile('$_[0]') AS TEXT)" },
		read_json => sub { "SELECT length(CAST(readfile('$_[0]') AS TEXT));" },
		read_folder => sub { "SELECT sum(length(data)) FROM fsdir('$_[0]');" },
		run => 'SELECT',
	});
@engines = grep { $_->{name} eq $ENV{ENGINE} } @engines if $ENV{ENGINE};

sub engine
{
	my ($name) = @_;

	return (grep { $_->{name} eq $name } @engines)[0];
}

sub psql
{
	my ($database, @arguments) = @_;

	system('psql', '-XAtqd', $database, '-v', 'ON_ERROR_STOP=1', @arguments)
	  == 0
	  or die "psql failed\n";
	return;
}

# The folder of the socket of the second server.
sub roomy_server
{
	my ($to, $from);

	return $roomy->{host} if $roomy;
	local $ENV{SERVER_OPTIONS} = '-c max_locks_per_transaction=1024';
	my $pid =
	  open2($from, $to, "$top/test/cluster", 'sh', '-c', 'echo $PGHOST; read -r end');
	chomp(my $host = readline $from);
	$roomy = { pid => $pid, to => $to, host => $host };
	return $host;
}

# A template with the extension as it was just built, whatever is installed:
# its script, with the library it stands for.  Its functions, which are members
# of nothing then, are in a schema that nobody manages.
sub make_template
{
	my $library = "$folder/dbmig.so";
	my $script = text_of(glob("$top/sql/dbmig--*.sql"));

	system('cp', "$top/dbmig.so", $library) == 0 or die "no dbmig.so\n";
	$script =~ s/^\\echo.*//m;
	$script =~ s/^SELECT pg_catalog.pg_extension_config_dump.*//mg;
	$script =~ s/MODULE_PATHNAME/$library/g;
	psql('postgres', '-c', "CREATE DATABASE bench_$$");
	psql("bench_$$", '-c',
		"CREATE SCHEMA bench; SET search_path = bench; $script");
	return "bench_$$";
}

my $template;

# Databases are made with dbmig, or bare.
sub create_postgres
{
	my ($bare) = @_;

	$template //= make_template();
	my $name = "${template}_" . ++$databases;
	my $from = $bare ? 'template0' : $template;
	psql('postgres', '-c', "CREATE DATABASE $name TEMPLATE $from");
	return $name;
}

sub load_postgres
{
	my ($name, $path) = @_;

	# Statement by statement: one transaction would take too many locks.
	local $ENV{PGOPTIONS} = '-c synchronous_commit=off '
	  . '-c client_min_messages=warning';
	psql($name, '-f', $path);
	return;
}

sub drop_postgres
{
	my ($name) = @_;

	psql('postgres', '-c', "DROP DATABASE IF EXISTS $name (FORCE)");
	return;
}

sub begin_postgres
{
	my ($session) = @_;

	# The notices of a procedure are not what is measured.
	local $ENV{PGOPTIONS} =
	  '-c client_min_messages=warning -c search_path=public,bench';
	start($session, 'psql', '-XAtqd', $session->{database}, '-v',
		'ON_ERROR_STOP=1');
	$session->{server} = ask($session, 'SELECT pg_backend_pid();') + 0;
	return;
}

sub create_sqlite
{
	return "$folder/" . ++$databases . '.db';
}

sub load_sqlite
{
	my ($name, $path) = @_;

	system('sqlite3', '-batch', '-bail', $name, "BEGIN", ".read $path", "COMMIT")
	  == 0
	  or die "sqlite3 failed\n";
	return;
}

sub drop_sqlite
{
	my ($name) = @_;

	unlink glob("$name*");
	return;
}

sub begin_sqlite
{
	my ($session) = @_;

	start($session, 'sqlite3', '-batch', '-bail', '-list',
		$session->{bare} ? ':memory:' : $session->{database});
	$session->{server} = $session->{pid};
	ask($session, ".load $top/build/dbmig") unless $session->{bare};
	return;
}

# ---- sessions ----

sub start
{
	my ($session, @command) = @_;

	$session->{pid} = open2($session->{from}, $session->{to}, @command);
	return;
}

# A database with the schema of a file, without dbmig when bare; it goes when
# the bench ends.
sub make_database
{
	my ($engine, $path, $bare) = @_;
	my $name = $engine->{create}->($bare);

	push @kept, [ $engine, $name ];
	$engine->{load}->($name, $path);
	return $name;
}

# A session of the engine, in a new database if none is given.  A bare one is
# where psql or sqlite3 run what dbmig is compared with: without dbmig, in an
# empty database on the second server, or in memory.
sub begin
{
	my ($engine, %how) = @_;
	my $session = { %how, engine => $engine };

	local $ENV{PGHOST} = roomy_server()
	  if $how{bare} && $engine->{name} eq 'postgres';
	$session->{host} = $ENV{PGHOST};
	$session->{new} = !$session->{database};
	$session->{database} //= $engine->{create}->($how{bare});
	$engine->{begin}->($session);
	ask($session, 'SELECT dbmig_version();') unless $how{bare};
	return $session;
}

sub finish
{
	my ($session) = @_;

	close $session->{to};
	close $session->{from};
	waitpid $session->{pid}, 0;
	local $ENV{PGHOST} = $session->{host};
	$session->{engine}{drop}->($session->{database}) if $session->{new};
	return;
}

# Gives the session a command; what it answers.  watch, when given, is called
# all the while.
sub ask
{
	my ($session, $command, $watch) = @_;
	my $answer = '';
	my $ready = '';

	syswrite $session->{to}, "$command\n$session->{engine}{done}\n"
	  or die "$session->{engine}{name}: $!\n";
	vec($ready, fileno($session->{from}), 1) = 1;
	while ($answer !~ /^done\n/m)
	{
		if ($watch)
		{
			$watch->($session->{server});
			next unless select(my $now = $ready, undef, undef, 0.001);
		}
		sysread $session->{from}, $answer, 65536, length $answer
		  or die "$session->{engine}{name} failed\n";
	}
	$answer =~ s/^done\n//m;
	return $answer;
}

# The seconds that a command takes.
sub time_of
{
	my ($session, $command) = @_;
	my $start = clock_gettime(CLOCK_MONOTONIC);

	ask($session, $command);
	return clock_gettime(CLOCK_MONOTONIC) - $start;
}

# The seconds that the server, or the shell, itself computes for a command:
# what else the machine does meanwhile is not in it.
sub work_of
{
	my ($session, $command) = @_;
	my $stat = "/proc/$session->{server}/schedstat";
	my ($before) = split ' ', text_of($stat);

	ask($session, $command);
	my ($after) = split ' ', text_of($stat);
	return ($after - $before) / 1e9;
}

sub anonymous
{
	my ($pid) = @_;

	return text_of("/proc/$pid/status") =~ /^RssAnon:\s+(\d+) kB/m
	  ? $1 / 1024
	  : die "no RssAnon\n";
}

# The megabytes that the command takes at its peak, beyond what the process had
# before it: anonymous memory, looked at every millisecond, without the server's
# shared buffers.
sub peak
{
	my ($session, $command) = @_;
	my $before = anonymous($session->{server});
	my $peak = $before;

	ask(
		$session, $command,
		sub {
			my $now = anonymous(@_);
			$peak = $now if $now > $peak;
		});
	return $peak - $before;
}

# ---- migrations ----

# Small ones as they are in real folders, four to a table.
my @kinds = (
	{
		name => 'create_%s',
		up => "CREATE TABLE %s (\n\tid INTEGER PRIMARY KEY,\n"
		  . "\temail TEXT NOT NULL,\n\tname TEXT,\n"
		  . "\tactive BOOLEAN NOT NULL DEFAULT TRUE,\n"
		  . "\tcreated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP\n);\n",
		down => "DROP TABLE %s;\n"
	},
	{
		name => 'index_%s',
		up => "CREATE INDEX %1\$s_email ON %1\$s (email);\n",
		down => "DROP INDEX %s_email;\n"
	},
	{
		name => 'add_phone_to_%s',
		up => "-- Some users are reached by phone only.\n"
		  . "ALTER TABLE %s ADD COLUMN phone TEXT;\n",
		down => "ALTER TABLE %s DROP COLUMN phone;\n"
	},
	{
		name => 'fill_%s',
		up => "INSERT INTO %s (id, email, name) VALUES\n"
		  . "\t(1, 'ada\@example.org', 'Ada'),\n"
		  . "\t(2, 'grace\@example.org', 'Grace');\n",
		down => "DELETE FROM %s WHERE id IN (1, 2);\n"
	});

sub migrations
{
	my ($count) = @_;
	my @all;

	foreach my $i (0 .. $count - 1)
	{
		my $kind = $kinds[ $i % @kinds ];
		my $table = sprintf 'users_%d', int($i / @kinds) + 1;

		push @all,
		  {
			name => sprintf("%04d_$kind->{name}", $i + 1, $table),
			up => sprintf($kind->{up}, $table),
			down => sprintf($kind->{down}, $table)
		  };
	}
	return \@all;
}

# ---- files ----

# A file with the parts; in a new one when path is empty.
sub write_text
{
	my ($path, @parts) = @_;

	$path = "$folder/text_" . ++$databases if $path eq '';
	open(my $file, '>', $path) or die "$path: $!";
	print $file @parts;
	close $file or die "$path: $!";
	return $path;
}

sub text_of
{
	my ($path) = @_;

	open(my $file, '<', $path) or die "$path: $!";
	local $/ = undef;
	return scalar <$file>;
}

# The same migrations as a folder, as a JSON array, and as SQL for the shells:
# in one transaction, and with a commit each.  They may have no down.
sub write_source
{
	my ($migrations) = @_;
	my $path = "$folder/source_" . ++$databases;

	mkdir $path or die "$path: $!";
	foreach my $m (@$migrations)
	{
		write_text("$path/$m->{name}.up.sql", $m->{up});
		write_text("$path/$m->{name}.down.sql", $m->{down}) if $m->{down};
	}
	return {
		folder => $path,
		json => write_text("$path.json", JSON::PP::encode_json($migrations)),
		one => write_text(
			"$path.one", "BEGIN;\n", map({ $_->{up} } @$migrations),
			"COMMIT;\n"),
		each => write_text("$path.each",
			map { "BEGIN;\n$_->{up}COMMIT;\n" } @$migrations)
	};
}

# ---- measuring ----

sub median
{
	my @sorted = sort { $a <=> $b } @_;

	return ($sorted[ $#sorted / 2 ] + $sorted[ @sorted / 2 ]) / 2;
}

# Calls each of the subs in turn, and all that again; their medians.
sub measure
{
	my ($repeat, @subs) = @_;
	my @results = map { [] } @subs;

	foreach (1 .. $ENV{REPEAT} // $repeat)
	{
		push @{ $results[$_] }, $subs[$_]->() foreach 0 .. $#subs;
	}
	return map { median(@$_) } @results;
}

# The numbers of tables that a schema has.
sub sizes
{
	return split ' ', $ENV{SIZES} // '50 200 1000 3000';
}

# ---- tables ----

# What cannot be measured, because it is not there.
sub absent
{
	print "not there: @_\n";
	return;
}

my @widths;

# name => width, ...; a negative width is for text.
sub table_head
{
	my (@columns) = @_;
	my @names;

	@widths = ();
	while (my ($name, $width) = splice @columns, 0, 2)
	{
		push @names, $name;
		push @widths, $width;
	}
	table_row(@names);
	return;
}

sub table_row
{
	my (@cells) = @_;

	printf join('  ', map { "%${_}s" } @widths[ 0 .. $#cells ]) . "\n", @cells;
	STDOUT->flush;
	return;
}

sub milliseconds
{
	return sprintf '%.*f ms', $_[0] < 0.1 ? 2 : 0, $_[0] * 1000;
}

# What to print beside a value that must not be over limit.
sub bar
{
	my ($value, $limit, $unit) = @_;

	return verdict($value <= $limit, "at most $limit" . ($unit // ''));
}

sub verdict
{
	my ($met, $demand) = @_;

	$missed++ unless $met;
	return sprintf '%s (%s)', $met ? 'ok' : 'MISSED', $demand;
}

END
{
	my $status = $?;

	$_->[0]{drop}->($_->[1]) foreach @kept;
	if ($roomy)
	{
		close $roomy->{to};
		waitpid $roomy->{pid}, 0;
	}
	$? = $status == 0 && $missed > 0 ? 1 : $status;
}

1;
