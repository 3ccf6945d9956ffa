/*
 * script.c
 *	  Runs the statements of one migration between ENTER and LEAVE, and checks
 *	  foreign keys where it switched their enforcement off.
 */
#include "script.h"

#include <string.h>

typedef struct Guard
{
	const DbmigHalf *half;
	DbmigPhase	after;
	DbmigMap	before;			/* violations that were there: counts */
	const char **tables;		/* to look at */
	size_t		ntables;
	size_t		capacity;
	DbmigReceiver receiver;
	DbmigPhase	then;
	size_t		violations;		/* new ones */
	const char *first;			/* the first of them, as text */
} Guard;

DbmigHalf *
dbmig_half(DbmigRun *run, const char *name, bool down, int first_line,
		   const char *text)
{
	Dbmig	   *d = run->d;
	DbmigHalf  *half = dbmig_alloc(d, sizeof(DbmigHalf));

	if (half == NULL)
		return NULL;
	half->what = dbmig_printf(d, "migration \"%s\"%s", dbmig_show(d, name),
							  down ? ", down" : "");
	half->first_line = first_line;
	half->script = dbmig_split(d, d->host.dialect, half->what, first_line,
							   text);
	return half->script == NULL ? NULL : half;
}

static bool
ends_enforcement(const DbmigScript *script)
{
	size_t		i;

	for (i = 0; i < script->count; i++)
	{
		if (script->items[i].effect == DBMIG_EFFECT_ENFORCE_OFF)
			return true;
	}
	return false;
}

/* ---- rows that break foreign keys ---- */

/* How many rows of a table break keys to a parent; all rows with that rowid,
 * when it is given, or all with (INT) or without (NULL) one. */
static size_t *
count_of(DbmigRun *run, const DbmigValue *values, bool exact, DbmigType kind)
{
	Guard	   *guard = run->guard;
	Dbmig	   *d = run->d;
	const DbmigDialect *dialect = d->host.dialect;
	const char *key;
	size_t	   *count;

	key = dbmig_printf(d, "%s\n%s\n%s %lld",
					   dialect->fold(d, dbmig_value_text(d, &values[0])),
					   dialect->fold(d, dbmig_value_text(d, &values[2])),
					   kind == DBMIG_INT ? "rowid" : "none",
					   exact ? (long long) values[1].number : -1);
	if (!exact)
		key = dbmig_printf(d, "%s all", key);
	if (!dbmig_ok(d))
		return NULL;
	count = dbmig_map_get(&guard->before, key);
	if (count == NULL && (count = dbmig_alloc(d, sizeof(*count))) != NULL)
		dbmig_map_put(&guard->before, key, count);
	return count;
}

static void
receive_before(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	size_t	   *exact = count_of(run, values, true, values[1].type);
	size_t	   *all = count_of(run, values, false, values[1].type);

	(void) nvalues;
	if (exact == NULL || all == NULL)
		return;
	++*exact;
	++*all;
}

/* True when a row did so before.  Where a table came by rowids, or lost them,
 * the rows cannot be told apart, and are only counted. */
static bool
was_before(DbmigRun *run, const DbmigValue *values)
{
	const DbmigType other = values[1].type == DBMIG_INT ? DBMIG_NULL :
		DBMIG_INT;
	size_t	   *counts[] = {
		count_of(run, values, true, values[1].type),
		count_of(run, values, false, other)
	};
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(counts); i++)
	{
		if (counts[i] == NULL || *counts[i] == 0)
			continue;
		--*counts[i];
		return true;
	}
	return false;
}

static void
receive_after(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Guard	   *guard = run->guard;
	Dbmig	   *d = run->d;
	const char *row = "a row";

	(void) nvalues;
	if (was_before(run, values) || guard->violations++ > 0)
		return;
	if (values[1].type == DBMIG_INT)
		row = dbmig_printf(d, "row %lld", (long long) values[1].number);
	guard->first = dbmig_printf(d, "%s of table \"%s\" refers to a row of "
								"\"%s\" that does not exist", row,
								dbmig_value_text(d, &values[0]),
								dbmig_value_text(d, &values[2]));
}

static void
receive_table(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Guard	   *guard = run->guard;

	(void) nvalues;
	if (dbmig_grow(run->d, (void **) &guard->tables, &guard->capacity,
				   guard->ntables, sizeof(const char *)))
		guard->tables[guard->ntables++] = dbmig_value_text(run->d,
														   &values[0]);
}

/* The engine cannot tell of a key whose parent columns are no key, and fails:
 * then there is nothing to compare. */
static void
check_tables(DbmigRun *run)
{
	Guard	   *guard = run->guard;
	size_t		i;

	for (i = 0; i < guard->ntables; i++)
	{
		DbmigValue	table = dbmig_text(guard->tables[i]);

		dbmig_run_try(run, guard->receiver, run->d->host.dialect->violations,
					  1, &table);
	}
	run->next = guard->then;
}

/* Hands all rows that break a key to receiver, then goes on with phase. */
static void
find_violations(DbmigRun *run, DbmigReceiver receiver, DbmigPhase phase)
{
	Guard	   *guard = run->guard;

	guard->ntables = 0;
	guard->receiver = receiver;
	guard->then = phase;
	dbmig_run_query(run, receive_table, run->d->host.dialect->referring, 0,
					NULL);
	run->next = check_tables;
}

static void
check_violations(DbmigRun *run)
{
	Guard	   *guard = run->guard;

	if (guard->violations > 0)
	{
		dbmig_fail(run->d, DBMIG_DATA_CONFLICT,
				   "%s: foreign keys are violated: %s", guard->half->what,
				   guard->first);
		dbmig_detail(run->d, "Rows that violate a foreign key and did not "
					 "before: %zu.", guard->violations);
		dbmig_hint(run->d, "The migration switches foreign keys off; it must "
				   "leave no row without its parent.");
		return;
	}
	run->next = guard->after;
}

static void
look_after(DbmigRun *run)
{
	find_violations(run, receive_after, check_violations);
}

static void
run_statements(DbmigRun *run)
{
	Guard	   *guard = run->guard;
	const DbmigHalf *half = guard->half;

	dbmig_run_add(run, DBMIG_OP_ENTER, NULL);
	dbmig_run_script(run, half->what, half->first_line, half->script);
	dbmig_run_add(run, DBMIG_OP_LEAVE, NULL);
	run->next = guard->after;
	if (ends_enforcement(half->script))
		run->next = look_after;
}

void
dbmig_half_run(DbmigRun *run, const DbmigHalf *half, DbmigPhase phase)
{
	Guard	   *guard = dbmig_alloc(run->d, sizeof(Guard));

	if (guard == NULL)
		return;
	guard->half = half;
	guard->after = phase;
	dbmig_map_init(&guard->before, run->d);
	run->guard = guard;
	run->next = run_statements;
	if (ends_enforcement(half->script))
		find_violations(run, receive_before, run_statements);
}
