# What the TAP tests share: migrations, shells, processes at once and processes
# that are killed.
package DbmigTest;

use strict;
use warnings;

use Exporter 'import';
use Fcntl;
use File::Temp;
use POSIX ();
use Time::HiRes qw(sleep time);

our @EXPORT = qw(migrations sqlite start finish together seed random_moment);

# A JSON array of count migrations that make each tables with some rows, and
# their downs.  What is done before the rows of each is in slow.
sub migrations
{
	my ($count, $each, $slow) = @_;
	my @elements;

	foreach my $m (1 .. $count)
	{
		my @up;
		my @down;

		foreach my $t (1 .. $each)
		{
			push @up, "CREATE TABLE m${m}_t$t (id integer PRIMARY KEY, t text);"
			  . " $slow;"
			  . " INSERT INTO m${m}_t$t VALUES ($t, ''m$m'')";
			unshift @down, "DROP TABLE m${m}_t$t";
		}
		push @elements, sprintf('{"name":"%03d","up":"%s","down":"%s"}',
			$m, join(";\\n", @up), join(";\\n", @down));
	}
	return '[' . join(',', @elements) . ']';
}

# The command of a sqlite3 shell with dbmig that runs the SQL on a file.
sub sqlite
{
	my ($file, @sql) = @_;

	return ('sqlite3', '-batch', '-bail', '-list', '-init', '/dev/null',
		'-cmd', ".load $ENV{DBMIG_LIB}", $file, @sql);
}

# Starts the command; what it prints, errors too, goes to a file.  gate: a file
# that it waits for.
sub start
{
	my ($command, $gate) = @_;
	my $output = File::Temp->new;
	my $pid = fork() // die "could not fork: $!";

	if ($pid == 0)
	{
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>&', $output) or POSIX::_exit(127);
		open(STDERR, '>&', $output) or POSIX::_exit(127);
		sleep 0.002 while defined $gate && !-e $gate;
		exec(@$command) or POSIX::_exit(127);
	}
	return { pid => $pid, output => $output, started => time };
}

# Waits for what start() started: its status and what it printed.
sub finish
{
	my ($process) = @_;

	waitpid($process->{pid}, 0);
	my $status = $?;
	seek($process->{output}, 0, 0);
	local $/ = undef;
	my $printed = readline($process->{output}) // '';
	close($process->{output});
	return ($status, $printed);
}

# Runs the commands at once.  Returns what each printed; one that failed has
# its status before it.
sub together
{
	my @commands = @_;
	my $folder = File::Temp->newdir;
	my @processes = map { start($_, "$folder/go") } @commands;

	# Let all of them come to the gate.
	sleep 0.5;
	open(my $gate, '>', "$folder/go") or die "$folder/go: $!";
	close($gate);
	return map {
		my ($status, $printed) = finish($_);
		$status == 0 ? $printed : "status $status: $printed";
	} @processes;
}

# Sets and tells the seed of what is random; DBMIG_SEED repeats one.
sub seed
{
	my $seed = $ENV{DBMIG_SEED} // (time ^ $$) & 0xffff;

	srand($seed);
	return $seed;
}

# A moment in the first so many seconds of the process; waits for it.
sub random_moment
{
	my ($process, $seconds) = @_;
	my $left = $process->{started} + rand($seconds) - time;

	sleep $left if $left > 0;
	return;
}

1;
