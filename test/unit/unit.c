/*
 * unit.c
 *	  The host of the unit tests.
 */
#include "unit.h"

#include <stdio.h>

typedef struct Memory
{
	size_t		asked;			/* allocations so far */
	size_t		fails;			/* the one that fails, from 1; 0 for none */
	size_t		held;			/* blocks that were not given back */
} Memory;

static Memory memory;

static void *
allocate(void *context, size_t size)
{
	Memory	   *m = context;
	void	   *block;

	if (++m->asked == m->fails)
		return NULL;
	block = malloc(size);
	if (block != NULL)
		m->held++;
	return block;
}

static void
release(void *context, void *block)
{
	Memory	   *m = context;

	m->held--;
	free(block);
}

static Dbmig *
begin(const DbmigDialect *dialect, size_t fails)
{
	DbmigHost	host = {
		.dialect = dialect,
		.user = "tester",
		.context = &memory,
		.allocate = allocate,
		.release = release
	};

	memset(&memory, 0, sizeof(memory));
	memory.fails = fails;
	return dbmig_begin(&host);
}

/* Runs work with allocation number n failing; false when there are fewer. */
static bool
run_without(size_t n, const DbmigDialect *dialect, UnitWork work, void *state)
{
	Dbmig	   *d = begin(dialect, n);

	if (d == NULL)
	{
		assert_int_equal(n, 1);
		assert_int_equal(memory.held, 0);
		return true;
	}
	work(d, state);
	if (memory.asked >= n)
		unit_error(d, DBMIG_NO_MEMORY, "out of memory");
	unit_end(d);
	return memory.asked >= n;
}

Dbmig *
unit_begin(const DbmigDialect *dialect)
{
	Dbmig	   *d = begin(dialect, 0);

	assert_non_null(d);
	return d;
}

Dbmig *
unit_run(const DbmigDialect *dialect, UnitWork work, void *state)
{
	Dbmig	   *d;
	size_t		n = 1;

	if (getenv("DBMIG_TORTURE") != NULL)
	{
		while (run_without(n, dialect, work, state))
			n++;
	}
	d = unit_begin(dialect);
	work(d, state);
	return d;
}

void
unit_end(Dbmig *d)
{
	dbmig_end(d);
	assert_int_equal(memory.held, 0);
}

void
unit_error(const Dbmig *d, DbmigCode code, const char *message)
{
	const DbmigError *error = dbmig_error(d);

	if (code == DBMIG_OK)
		message = "";
	assert_string_equal(error->code == DBMIG_OK ? "" : error->message,
						message);
	assert_int_equal(error->code, code);
}

char *
unit_file(const char *path)
{
	FILE	   *file = fopen(path, "rb");
	char	   *text;
	long		size;

	if (file == NULL)
		fail_msg("could not open file \"%s\"", path);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	assert_true(size >= 0);
	rewind(file);
	text = malloc((size_t) size + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t) size, file), size);
	text[size] = '\0';
	fclose(file);
	return text;
}
