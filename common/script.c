/*
 * script.c
 *	  Runs the statements of one migration between ENTER and LEAVE, and checks
 *	  foreign keys where it switched their enforcement off.
 */
#include "script.h"

#include <string.h>

/* Before the script, and after it. */
typedef struct Look
{
	DbmigMap	asked;			/* folded names of tables */
	DbmigMap	answered;		/* the same: their keys can be looked at */
} Look;

typedef struct Guard
{
	const DbmigHalf *half;
	DbmigPhase	after;
	DbmigMap	named;			/* all that a computed script names, folded */
	DbmigMap	targets;		/* tables whose rows it changes, or that go */
	DbmigMap	before;			/* violations that were there: counts */
	Look		looks[2];
	Look	   *look;			/* the one at work */
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
	half->down = down;
	half->first_line = first_line;
	half->script = dbmig_split(d, d->host.dialect, half->what, first_line,
							   text);
	return half->script == NULL ? NULL : half;
}

DbmigHalf *
dbmig_half_computed(DbmigRun *run, const char *name, bool down,
					const char *text)
{
	DbmigHalf  *half = dbmig_half(run, name, down, 0, text);

	if (half != NULL)
		half->computed = true;
	return half;
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

/* ---- what a computed script names ---- */

static const char *
folded(DbmigRun *run, const char *name)
{
	return run->d->host.dialect->fold(run->d, name);
}

static void
add_name(DbmigRun *run, DbmigMap *names, const DbmigToken *token)
{
	const DbmigDialect *dialect = run->d->host.dialect;
	const char *name = folded(run, dbmig_token_name(run->d, dialect, token));

	if (dbmig_ok(run->d))
		dbmig_map_put(names, name, run);
}

/* True for statements that change rows, or take a table with its triggers. */
static bool
has_target(DbmigLexer lexer)
{
	static const char *const words[] = {"insert", "update", "drop"};
	DbmigToken	first = dbmig_lex_word(&lexer);
	DbmigToken	second = dbmig_lex_word(&lexer);
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(words); i++)
	{
		if (dbmig_token_is(&first, words[i]))
			return !dbmig_token_is(&second, "index") &&
				!dbmig_token_is(&second, "trigger");
	}
	return false;
}

/* The target is the first name behind a dot: they all have their database. */
static void
read_names(DbmigRun *run, Guard *guard, const char *sql)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	bool		wanted;
	bool		after_dot = false;

	dbmig_lex_begin(&lexer, run->d->host.dialect, sql);
	wanted = has_target(lexer);
	for (token = dbmig_lex_word(&lexer);
		 token.kind != DBMIG_TOKEN_END && token.kind != DBMIG_TOKEN_ERROR;
		 token = dbmig_lex_word(&lexer))
	{
		if (token.kind == DBMIG_TOKEN_WORD ||
			token.kind == DBMIG_TOKEN_IDENTIFIER ||
			token.kind == DBMIG_TOKEN_STRING)
			add_name(run, &guard->named, &token);
		if (wanted && after_dot)
		{
			add_name(run, &guard->targets, &token);
			wanted = false;
		}
		after_dot = dbmig_token_is(&token, ".");
	}
}

/* ---- triggers of the session ---- */

/* One row: the trigger, and its table. */
static void
receive_trigger(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	const Guard *guard = run->guard;
	Dbmig	   *d = run->d;
	const char *table = dbmig_value_text(d, &values[1]);

	(void) nvalues;
	if (!dbmig_ok(d) ||
		dbmig_map_get(&guard->targets, folded(run, table)) == NULL)
		return;
	dbmig_fail(d, DBMIG_WRONG_STATE, "%s: temporary trigger \"%s\" on \"%s\" "
			   "is in the way", guard->half->what,
			   dbmig_show(d, dbmig_value_text(d, &values[0])),
			   dbmig_show(d, table));
	dbmig_detail(d, "It would run on what dbmig does to the rows, or go with "
				 "the table.");
	dbmig_hint(d, "Drop it, and create it again afterwards.");
}

/* ---- rows that break foreign keys ---- */

/* What comes last when the engine could look at all keys of a table. */
static bool
is_answer(DbmigRun *run, const DbmigValue *values)
{
	Guard	   *guard = run->guard;

	if (values[2].type != DBMIG_NULL)
		return false;
	dbmig_map_put(&guard->look->answered,
				  folded(run, dbmig_value_text(run->d, &values[0])), guard);
	return true;
}

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
	size_t	   *exact;
	size_t	   *all;

	(void) nvalues;
	if (is_answer(run, values))
		return;
	exact = count_of(run, values, true, values[1].type);
	all = count_of(run, values, false, values[1].type);
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
	if (is_answer(run, values) || was_before(run, values) || guard->violations++ > 0)
		return;
	if (values[1].type == DBMIG_INT)
		row = dbmig_printf(d, "row %lld", (long long) values[1].number);
	guard->first = dbmig_printf(d, "%s of table \"%s\" refers to a row of "
								"\"%s\" that does not exist", row,
								dbmig_value_text(d, &values[0]),
								dbmig_value_text(d, &values[2]));
}

/* One row: a table, and one that it refers to.  A computed script breaks no
 * key of tables that it does not name. */
static void
receive_table(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Guard	   *guard = run->guard;
	const char *table = dbmig_value_text(run->d, &values[0]);
	const char *id = folded(run, table);
	const char *parent = folded(run, dbmig_value_text(run->d, &values[1]));

	(void) nvalues;
	if (!dbmig_ok(run->d) ||
		dbmig_map_get(&guard->look->asked, id) != NULL ||
		(guard->half->computed && dbmig_map_get(&guard->named, id) == NULL &&
		 dbmig_map_get(&guard->named, parent) == NULL) ||
		!dbmig_grow(run->d, (void **) &guard->tables, &guard->capacity,
					guard->ntables, sizeof(const char *)))
		return;
	dbmig_map_put(&guard->look->asked, id, guard);
	guard->tables[guard->ntables++] = table;
}

/* The engine cannot tell of a key whose parent columns are no key, and fails:
 * then no answer comes. */
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

	guard->look = receiver == receive_before ? &guard->looks[0] :
		&guard->looks[1];
	guard->ntables = 0;
	guard->receiver = receiver;
	guard->then = phase;
	dbmig_run_query(run, receive_table, run->d->host.dialect->referring, 0,
					NULL);
	run->next = check_tables;
}

/* A table that has a key now that no row can be held against, and had none
 * such before; NULL when there is none. */
static const char *
find_mismatch(DbmigRun *run)
{
	const Guard *guard = run->guard;
	size_t		i;

	/* What a migration mended is as it was without it. */
	if (guard->half->computed && guard->half->down)
		return NULL;
	for (i = 0; i < guard->ntables; i++)
	{
		const char *id = folded(run, guard->tables[i]);

		if (dbmig_map_get(&guard->looks[1].answered, id) == NULL &&
			(dbmig_map_get(&guard->looks[0].asked, id) == NULL ||
			 dbmig_map_get(&guard->looks[0].answered, id) != NULL))
			return guard->tables[i];
	}
	return NULL;
}

static void
check_violations(DbmigRun *run)
{
	Guard	   *guard = run->guard;
	const char *table = find_mismatch(run);

	if (!dbmig_ok(run->d))
		return;
	if (table != NULL)
	{
		dbmig_fail(run->d, DBMIG_DATA_CONFLICT,
				   "%s: a foreign key of table \"%s\" refers to columns that "
				   "are no key", guard->half->what,
				   dbmig_show(run->d, table));
		dbmig_hint(run->d, "The columns must be the PRIMARY KEY of their "
				   "table, or UNIQUE.");
		return;
	}
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
	DbmigTask  *enter = dbmig_run_add(run, DBMIG_OP_ENTER, NULL);

	if (enter != NULL)
		enter->op.number = half->computed ? DBMIG_ENTER_COMPUTED :
			DBMIG_ENTER_SESSION;
	dbmig_run_script(run, half->what, half->first_line, half->script);
	dbmig_run_add(run, DBMIG_OP_LEAVE, NULL);
	run->next = guard->after;
	if (ends_enforcement(half->script))
		run->next = look_after;
}

static void
look_before(DbmigRun *run)
{
	const Guard *guard = run->guard;

	run->next = run_statements;
	if (ends_enforcement(guard->half->script))
		find_violations(run, receive_before, run_statements);
}

void
dbmig_half_run(DbmigRun *run, const DbmigHalf *half, DbmigPhase phase)
{
	const DbmigDialect *dialect = run->d->host.dialect;
	Guard	   *guard = dbmig_alloc(run->d, sizeof(Guard));
	size_t		i;

	if (guard == NULL)
		return;
	guard->half = half;
	guard->after = phase;
	dbmig_map_init(&guard->before, run->d);
	dbmig_map_init(&guard->named, run->d);
	dbmig_map_init(&guard->targets, run->d);
	for (i = 0; i < DBMIG_COUNT(guard->looks); i++)
	{
		dbmig_map_init(&guard->looks[i].asked, run->d);
		dbmig_map_init(&guard->looks[i].answered, run->d);
	}
	run->guard = guard;
	run->next = look_before;
	if (!half->computed || dialect->session_triggers == NULL)
		return;
	for (i = 0; i < half->script->count; i++)
		read_names(run, guard, half->script->items[i].sql);
	if (guard->targets.count > 0)
		dbmig_run_query(run, receive_trigger, dialect->session_triggers, 0,
						NULL);
}
