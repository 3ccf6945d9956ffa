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
	DbmigMap	before;			/* violations that were there before */
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

/* The row of a foreign key check as one text. */
static const char *
violation_key(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	DbmigBuf	key;
	int			i;

	dbmig_buf_init(&key, run->d);
	for (i = 0; i < nvalues; i++)
	{
		if (values[i].type == DBMIG_TEXT)
			dbmig_buf_addn(&key, values[i].text, values[i].len);
		else
			dbmig_buf_addf(&key, "%lld", (long long) values[i].number);
		dbmig_buf_addc(&key, '\n');
	}
	return key.text;
}

static void
receive_before(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Guard	   *guard = run->guard;

	dbmig_map_put(&guard->before, violation_key(run, nvalues, values), guard);
}

/* Columns: table, rowid (NULL without one), parent table, number of the key. */
static void
receive_after(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Guard	   *guard = run->guard;
	Dbmig	   *d = run->d;
	const char *row = "a row";

	if (dbmig_map_get(&guard->before, violation_key(run, nvalues, values)))
		return;
	if (guard->violations++ > 0)
		return;
	if (values[1].type == DBMIG_INT)
		row = dbmig_printf(d, "row %lld", (long long) values[1].number);
	guard->first = dbmig_printf(d, "%s of table \"%s\" refers to a row of "
								"\"%s\" that does not exist", row,
								dbmig_value_text(d, &values[0]),
								dbmig_value_text(d, &values[2]));
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
run_statements(DbmigRun *run)
{
	Guard	   *guard = run->guard;
	const DbmigHalf *half = guard->half;

	dbmig_run_add(run, DBMIG_OP_ENTER, NULL);
	dbmig_run_script(run, half->what, half->first_line, half->script);
	dbmig_run_add(run, DBMIG_OP_LEAVE, NULL);
	run->next = guard->after;
	if (ends_enforcement(half->script))
	{
		dbmig_run_query(run, receive_after,
						run->d->host.dialect->violations, 0, NULL);
		run->next = check_violations;
	}
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
		dbmig_run_query(run, receive_before,
						run->d->host.dialect->violations, 0, NULL);
}
