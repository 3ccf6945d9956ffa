# Bench.pm
#
# What the benches share: engines with fresh databases and sessions, small
# migrations, interleaved measurements, tables with bars.
#
# A session is one psql or one sqlite3 shell behind pipes, warmed up before
# anything is measured: times are from the command to its answer, without the
# start of a process.
package Bench;

use strict;
use warnings;

use Exporter qw(import);
use File::Temp qw(tempdir);
use IPC::Open2 qw(open2);
use JSON::PP ();
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC usleep);

our @EXPORT = qw(@engines migrations write_source begin ask finish time_of
  work_of measure median table_head table_row bar text_of quote milliseconds);

my $top = $ENV{DBMIG_BENCH} or die "run it with bench/run\n";
my $folder = tempdir('dbmig_bench.XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $missed = 0;
my $databases = 0;

# The server reads what is in there.
chmod 0755, $folder or die "$folder: $!";

# ---- engines ----

# How each engine's shell is told to run a file, to take a JSON file as a
# source, and to say that it is done; and what the engine itself needs to read
# a source of either kind.
our @engines = (
	{
		name => 'postgres',
		begin => \&begin_postgres,
		end => \&end_postgres,
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
		begin => \&begin_sqlite,
		end => \&end_sqlite,
		done => '.print done',
		run_file => sub { ".read $_[0]" },
		take_json => sub { '' },
		json => sub { "CAST(readfile('$_[0]') AS TEXT)" },
		read_json => sub { "SELECT length(CAST(readfile('$_[0]') AS TEXT));" },
		read_folder => sub { "SELECT sum(length(data)) FROM fsdir('$_[0]');" },
		run => 'SELECT',
	});

sub psql
{
	my ($database, $sql) = @_;

	system('psql', '-XAtqd', $database, '-v', 'ON_ERROR_STOP=1', '-c', $sql)
	  == 0
	  or die "psql failed\n";
	return;
}

# A template with the extension as it was just built, whatever is installed:
# its script, with the library it stands for.
sub make_template
{
	my $library = "$folder/dbmig.so";
	my $script = text_of(glob("$top/sql/dbmig--*.sql"));

	system('cp', "$top/dbmig.so", $library) == 0 or die "no dbmig.so\n";
	$script =~ s/^\\echo.*//m;
	$script =~ s/^SELECT pg_catalog.pg_extension_config_dump.*//mg;
	$script =~ s/MODULE_PATHNAME/$library/g;
	psql('postgres', "CREATE DATABASE bench_$$");
	psql("bench_$$", $script);
	return "bench_$$";
}

my $template;

sub begin_postgres
{
	my ($session) = @_;

	$template //= make_template();
	$session->{database} = "${template}_" . ++$databases;
	psql('postgres', "CREATE DATABASE $session->{database} "
		  . "TEMPLATE $template");
	# The notices of a procedure are not what is measured.
	local $ENV{PGOPTIONS} = '-c client_min_messages=warning';
	start($session, 'psql', '-XAtqd', $session->{database}, '-v',
		'ON_ERROR_STOP=1');
	$session->{server} = ask($session, 'SELECT pg_backend_pid();') + 0;
	return;
}

sub end_postgres
{
	my ($session) = @_;

	psql('postgres', "DROP DATABASE $session->{database} (FORCE)");
	return;
}

sub begin_sqlite
{
	my ($session) = @_;

	$session->{database} = "$folder/" . ++$databases . '.db';
	start($session, 'sqlite3', '-batch', '-bail', '-list',
		$session->{database});
	$session->{server} = $session->{pid};
	ask($session, ".load $top/build/dbmig");
	return;
}

sub end_sqlite
{
	my ($session) = @_;

	unlink glob("$session->{database}*");
	return;
}

# ---- sessions ----

sub start
{
	my ($session, @command) = @_;

	$session->{pid} = open2($session->{from}, $session->{to}, @command);
	return;
}

# A session of the engine in a new database.
sub begin
{
	my ($engine) = @_;
	my $session = { engine => $engine };

	$engine->{begin}->($session);
	ask($session, 'SELECT dbmig_version();');
	return $session;
}

sub finish
{
	my ($session) = @_;

	close $session->{to};
	close $session->{from};
	waitpid $session->{pid}, 0;
	$session->{engine}{end}->($session);
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

sub write_text
{
	my ($path, @parts) = @_;

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
# in one transaction, and with a commit each.
sub write_source
{
	my ($migrations) = @_;
	my $path = "$folder/source_" . ++$databases;

	mkdir $path or die "$path: $!";
	foreach my $m (@$migrations)
	{
		write_text("$path/$m->{name}.up.sql", $m->{up});
		write_text("$path/$m->{name}.down.sql", $m->{down});
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

# ---- tables ----

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
	my $met = $value <= $limit;

	$missed++ unless $met;
	return sprintf '%s (at most %s%s)', $met ? 'ok' : 'MISSED', $limit,
	  $unit // '';
}

END
{
	$? = 1 if $? == 0 && $missed > 0;
}

1;
