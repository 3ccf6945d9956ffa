/*
 * fault.c
 *	  Makes each step of a push, and of its rollback, fail in turn, and looks
 *	  at what is left: all must be as it was.
 *
 *	  fault LIB FOLDER MODE [TRIES]
 *
 * FOLDER has current.sql, desired.sql and options.json.  MODE says what fails:
 *
 *	memory		the n-th malloc, of SQLite, of dbmig or of a library
 *	memory-on	the same, and all that follow
 *	interrupt	the statement at work after n * STRIDE virtual machine steps
 *	authorizer	what the n-th question of the authorizer is about
 *	full		the database has room for n more pages
 *	kill		the process, after n * STRIDE steps: what is in the file?
 *
 * Of all moments at most TRIES (default 100) are tried, evenly spread.  The
 * last line is "N passed, N failed".
 */
#define _GNU_SOURCE

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#define STRIDE 50

/* So many of the tries may leave the transaction to the caller: docs/limits.md
 * says when. */
#define OPEN_PERCENT 5

/* ---- malloc that fails: this program's comes before that of libc ---- */

extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_calloc(size_t count, size_t size);

static bool counting;
static long allocations;
static long fail_at;			/* 0: never */
static bool fail_on;			/* all that follow, too */

static bool
denied(void)
{
	if (!counting)
		return false;
	allocations++;
	return fail_at > 0 && (fail_on ? allocations >= fail_at :
						   allocations == fail_at);
}

void *
malloc(size_t size)
{
	return denied() ? NULL : __libc_malloc(size);
}

void *
realloc(void *block, size_t size)
{
	return denied() ? NULL : __libc_realloc(block, size);
}

void *
calloc(size_t count, size_t size)
{
	return denied() ? NULL : __libc_calloc(count, size);
}

/* ---- the test at work ---- */

typedef struct Test
{
	const char *lib;
	char	   *current;
	char	   *desired;
	char	   *options;
	unsigned char *image;		/* of the database to begin with */
	sqlite3_int64 size;
	char		path[64];		/* for kill */
} Test;

static long steps;
static long stop_at;			/* 0: never */
static bool kills;

static void
die(const char *what, sqlite3 *db)
{
	fprintf(stderr, "%s: %s\n", what, db == NULL ? strerror(errno) :
			sqlite3_errmsg(db));
	exit(2);
}

static char *
read_file(const char *folder, const char *name)
{
	char	   *path = sqlite3_mprintf("%s/%s", folder, name);
	FILE	   *file = fopen(path, "rb");
	struct stat info;
	char	   *text;

	if (file == NULL || fstat(fileno(file), &info) != 0)
		die(path, NULL);
	text = malloc((size_t) info.st_size + 1);
	text[fread(text, 1, (size_t) info.st_size, file)] = '\0';
	fclose(file);
	sqlite3_free(path);
	return text;
}

static void
run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		die(sql, db);
}

static void
load(const Test *test, sqlite3 *db)
{
	char	   *message = NULL;

	sqlite3_enable_load_extension(db, 1);
	if (sqlite3_load_extension(db, test->lib, NULL, &message) != SQLITE_OK)
	{
		fprintf(stderr, "%s: %s\n", test->lib, message);
		exit(2);
	}
}

static sqlite3 *
open_image(const Test *test, const unsigned char *image, sqlite3_int64 size)
{
	sqlite3    *db;
	unsigned char *copy = sqlite3_malloc64((sqlite3_uint64) size);

	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		die("open", db);
	memcpy(copy, image, (size_t) size);
	if (sqlite3_deserialize(db, "main", copy, size, size,
							SQLITE_DESERIALIZE_FREEONCLOSE |
							SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK)
		die("deserialize", db);
	load(test, db);
	run(db, "PRAGMA foreign_keys=ON");
	return db;
}

/* ---- what a database is ---- */

static void
add_rows(sqlite3 *db, sqlite3_str *text, const char *sql)
{
	sqlite3_stmt *stmt;
	int			i;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
	{
		sqlite3_str_appendf(text, "%s: %s\n", sql, sqlite3_errmsg(db));
		return;
	}
	while (sqlite3_step(stmt) == SQLITE_ROW)
	{
		for (i = 0; i < sqlite3_column_count(stmt); i++)
			sqlite3_str_appendf(text, "%d %s|", sqlite3_column_type(stmt, i),
								sqlite3_column_text(stmt, i));
		sqlite3_str_appendall(text, "\n");
	}
	if (sqlite3_finalize(stmt) != SQLITE_OK)
		sqlite3_str_appendf(text, "%s: %s\n", sql, sqlite3_errmsg(db));
}

/* The settings, the catalog and all rows, as text. */
static char *
describe(sqlite3 *db)
{
	static const char *const settings[] =
	{
		"foreign_keys", "writable_schema", "legacy_alter_table",
		"defer_foreign_keys", "recursive_triggers", "query_only"
	};
	sqlite3_str *text = sqlite3_str_new(NULL);
	sqlite3_stmt *stmt;
	char	   *sql;
	size_t		i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
	{
		sql = sqlite3_mprintf("SELECT '%s', * FROM pragma_%s", settings[i],
							  settings[i]);
		add_rows(db, text, sql);
		sqlite3_free(sql);
	}
	sqlite3_str_appendf(text, "in a transaction: %d\n",
						!sqlite3_get_autocommit(db));
	add_rows(db, text, "SELECT type, name, tbl_name, sql FROM sqlite_schema "
			 "ORDER BY type, name");
	add_rows(db, text, "PRAGMA integrity_check");
	if (sqlite3_prepare_v2(db, "SELECT printf('SELECT %Q, * FROM \"%w\"', "
						   "name, name) FROM sqlite_schema WHERE "
						   "type = 'table' ORDER BY name", -1, &stmt,
						   NULL) == SQLITE_OK)
	{
		while (sqlite3_step(stmt) == SQLITE_ROW)
			add_rows(db, text, (const char *) sqlite3_column_text(stmt, 0));
	}
	sqlite3_finalize(stmt);
	return sqlite3_str_finish(text);
}

/* ---- faults ---- */

static int
on_progress(void *data)
{
	(void) data;
	steps++;
	if (stop_at == 0 || steps < stop_at)
		return 0;
	if (kills)
		(void) kill(getpid(), SIGKILL);
	return steps == stop_at;
}

static int
on_question(void *data, int action, const char *a, const char *b,
			const char *c, const char *d)
{
	(void) data;
	(void) action;
	(void) a;
	(void) b;
	(void) c;
	(void) d;
	steps++;
	return stop_at > 0 && steps == stop_at ? SQLITE_DENY : SQLITE_OK;
}

typedef struct Mode
{
	const char *name;
	void		(*arm) (sqlite3 *db, long n);
} Mode;

static void
arm_memory(sqlite3 *db, long n)
{
	(void) db;
	allocations = 0;
	fail_at = n;
	fail_on = false;
	counting = true;
}

static void
arm_memory_on(sqlite3 *db, long n)
{
	arm_memory(db, n);
	fail_on = true;
}

static void
arm_interrupt(sqlite3 *db, long n)
{
	steps = 0;
	stop_at = n;
	sqlite3_progress_handler(db, STRIDE, on_progress, NULL);
}

static void
arm_kill(sqlite3 *db, long n)
{
	arm_interrupt(db, n);
	kills = n > 0;
}

static void
arm_authorizer(sqlite3 *db, long n)
{
	steps = 0;
	stop_at = n;
	sqlite3_set_authorizer(db, on_question, NULL);
}

static void
arm_full(sqlite3 *db, long n)
{
	char		sql[64];
	sqlite3_stmt *stmt;

	steps = 40;
	if (n == 0)
		return;
	sqlite3_prepare_v2(db, "PRAGMA page_count", -1, &stmt, NULL);
	sqlite3_step(stmt);
	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA max_page_count=%d",
					 sqlite3_column_int(stmt, 0) + (int) n - 1);
	sqlite3_finalize(stmt);
	run(db, sql);
}

static const Mode modes[] =
{
	{"memory", arm_memory},
	{"memory-on", arm_memory_on},
	{"interrupt", arm_interrupt},
	{"authorizer", arm_authorizer},
	{"full", arm_full},
	{"kill", arm_kill},
};

static void
disarm(sqlite3 *db)
{
	counting = false;
	fail_at = 0;
	stop_at = 0;
	kills = false;
	sqlite3_progress_handler(db, 0, NULL, NULL);
	sqlite3_set_authorizer(db, NULL, NULL);
	run(db, "PRAGMA max_page_count=1000000");
}

/* ---- one try ---- */

static sqlite3_stmt *
prepare_push(const Test *test, sqlite3 *db)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(db, "SELECT migrate_push(?1, ?2)", -1, &stmt,
						   NULL) != SQLITE_OK)
		die("prepare", db);
	sqlite3_bind_text(stmt, 1, test->desired, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, test->options, -1, SQLITE_STATIC);
	return stmt;
}

static sqlite3_stmt *
prepare_rollback(const Test *test, sqlite3 *db)
{
	sqlite3_stmt *stmt;

	(void) test;
	if (sqlite3_prepare_v2(db, "SELECT migrate_rollback()", -1, &stmt,
						   NULL) != SQLITE_OK)
		die("prepare", db);
	return stmt;
}

typedef sqlite3_stmt *(*Prepare) (const Test *test, sqlite3 *db);

/* Runs it with the n-th fault; how many there were to choose from in *count.
 * True when it worked. */
static bool
attempt(const Test *test, sqlite3 *db, Prepare prepare, const Mode *mode,
		long n, long *count)
{
	sqlite3_stmt *stmt = prepare(test, db);
	int			rc;

	mode->arm(db, n);
	rc = sqlite3_step(stmt);
	*count = mode->arm == arm_memory || mode->arm == arm_memory_on ?
		allocations : steps;
	disarm(db);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW;
}

static int	passed;
static int	failed;
static int	worked;
static int	open_ended;

/* After a failure all is as before, and the next try works. */
static bool
look(const Test *test, sqlite3 *db, Prepare prepare, const Mode *mode, long n,
	 const char *before)
{
	char	   *after;
	bool		same;
	long		count;

	/* The memory that was missing was that for preparing the ROLLBACK. */
	if (!sqlite3_get_autocommit(db) && strncmp(mode->name, "memory", 6) == 0)
	{
		open_ended++;
		run(db, "ROLLBACK");
	}
	after = describe(db);
	same = strcmp(before, after) == 0;

	if (!same)
		printf("FAILED %s %ld: something changed\n--- before\n%s\n--- after\n"
			   "%s\n", mode->name, n, before, after);
	else if (!attempt(test, db, prepare, &modes[2], 0, &count))
	{
		printf("FAILED %s %ld: it does not work afterwards: %s\n", mode->name,
			   n, sqlite3_errmsg(db));
		same = false;
	}
	sqlite3_free(after);
	return same;
}

static void
try_each(const Test *test, const unsigned char *image, sqlite3_int64 size,
		 Prepare prepare, const Mode *mode, long tries)
{
	sqlite3    *db = open_image(test, image, size);
	char	   *before = describe(db);
	long		count;
	long		n;

	if (!attempt(test, db, prepare, mode, 0, &count))
		die("without a fault", db);
	sqlite3_close(db);
	for (n = 1; n <= count; n += count / tries + 1)
	{
		long		ignored;

		db = open_image(test, image, size);
		if (attempt(test, db, prepare, mode, n, &ignored))
			worked++;
		else if (look(test, db, prepare, mode, n, before))
			passed++;
		else
			failed++;
		sqlite3_close(db);
	}
	sqlite3_free(before);
}

/* ---- kill ---- */

static void
write_image(const char *path, const unsigned char *image, sqlite3_int64 size)
{
	char	   *names[] = {
		sqlite3_mprintf("%s", path), sqlite3_mprintf("%s-journal", path),
		sqlite3_mprintf("%s-wal", path), sqlite3_mprintf("%s-shm", path)
	};
	FILE	   *file;
	size_t		i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		(void) unlink(names[i]);
		sqlite3_free(names[i]);
	}
	file = fopen(path, "wb");
	if (file == NULL ||
		fwrite(image, 1, (size_t) size, file) != (size_t) size)
		die(path, NULL);
	fclose(file);
}

static sqlite3 *
open_file(const Test *test, const char *path)
{
	sqlite3    *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		die(path, db);
	load(test, db);
	run(db, "PRAGMA foreign_keys=ON");
	return db;
}

static void
be_killed(const Test *test, Prepare prepare, const Mode *mode, long n,
		  bool wal)
{
	sqlite3    *db = open_file(test, test->path);
	long		count;

	/* Pages go to the file early, as those of a large table would. */
	run(db, "PRAGMA cache_size=5");
	if (wal)
		run(db, "PRAGMA journal_mode=wal");
	(void) attempt(test, db, prepare, mode, n, &count);
	_exit(0);
}

/* Before, or after: nothing else. */
static void
kill_each(const Test *test, const unsigned char *image, sqlite3_int64 size,
		  Prepare prepare, const Mode *mode, long tries)
{
	sqlite3    *db = open_image(test, image, size);
	char	   *before = describe(db);
	char	   *after;
	long		count;
	long		n;

	if (!attempt(test, db, prepare, mode, 0, &count))
		die("without a fault", db);
	sqlite3_close(db);
	for (n = 1; n <= count; n += count / tries + 1)
	{
		int			status;
		pid_t		pid;

		write_image(test->path, image, size);
		fflush(stdout);
		pid = fork();
		if (pid == 0)
			be_killed(test, prepare, mode, n, n % 2 == 0);
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			die("fork", NULL);
		db = open_file(test, test->path);
		after = describe(db);
		if (WIFEXITED(status))
			worked++;
		else if (strcmp(before, after) == 0 ? look(test, db, prepare, mode, n,
												   before) : false)
			passed++;
		else
		{
			printf("FAILED %s %ld: neither before nor after\n%s\n",
				   mode->name, n, after);
			failed++;
		}
		sqlite3_free(after);
		sqlite3_close(db);
	}
	sqlite3_free(before);
}

/* ---- all ---- */

static const Mode *
find_mode(const char *name)
{
	size_t		i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
	{
		if (strcmp(modes[i].name, name) == 0)
			return &modes[i];
	}
	fprintf(stderr, "there is no mode %s\n", name);
	exit(2);
}

static unsigned char *
take_image(sqlite3 *db, sqlite3_int64 *size)
{
	unsigned char *image = sqlite3_serialize(db, "main", size, 0);

	if (image == NULL)
		die("serialize", db);
	return image;
}

int
main(int argc, char **argv)
{
	static const Prepare ways[] = {prepare_push, prepare_rollback};
	const Mode *mode;
	Test		test = {0};
	long		tries;
	long		count;
	size_t		i;
	sqlite3    *db;

	if (argc < 4)
	{
		fprintf(stderr, "usage: fault LIB FOLDER MODE [TRIES]\n");
		return 2;
	}
	test.lib = argv[1];
	test.current = read_file(argv[2], "current.sql");
	test.desired = read_file(argv[2], "desired.sql");
	test.options = read_file(argv[2], "options.json");
	mode = find_mode(argv[3]);
	tries = argc > 4 ? atol(argv[4]) : 100;
	sqlite3_snprintf(sizeof(test.path), test.path, "/tmp/dbmig-fault.%d",
					 (int) getpid());
	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		die("open", db);
	load(&test, db);
	run(db, test.current);
	/* The journal is there, so that both ways begin with one. */
	run(db, "SELECT migrate_baseline('0')");
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
	{
		test.image = take_image(db, &test.size);
		(mode->arm == arm_kill ? kill_each : try_each)
			(&test, test.image, test.size, ways[i], mode, tries);
		sqlite3_free(test.image);
		if (!attempt(&test, db, ways[i], &modes[2], 0, &count))
			die("without a fault", db);
	}
	sqlite3_close(db);
	write_image(test.path, (const unsigned char *) "", 0);
	(void) unlink(test.path);
	printf("%s: %d faults did not show, %d left a transaction open\n",
		   mode->name, worked, open_ended);
	if (open_ended > (passed + failed) * OPEN_PERCENT / 100)
		failed++;
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0 || passed == 0;
}
