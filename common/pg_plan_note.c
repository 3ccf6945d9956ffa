/*
 * pg_plan_note.c
 *	  What an act costs and what it looks like, whatever the rows are: the lock
 *	  that it takes on a table which is there, and whether all rows are read or
 *	  written anew meanwhile; whether it may be half of a rename.
 *
 * The locks are those of the manual's page "Explicit Locking" and of
 * AlterTableGetLockLevel().
 */
#include "pg_plan_ask.h"

#include <string.h>

static bool
has(const DbmigObject *object, const char *key)
{
	return object != NULL && dbmig_object_get(object, key) != NULL;
}

/* ---- locks ---- */

#define ACT(act) (1u << DBMIG_PG_ACT_##act)
#define ANY_ACT (ACT(AWAY) | ACT(DROP) | ACT(CREATE) | ACT(ALTER) | \
				 ACT(LATE) | ACT(LAST))

/*
 * The first row that fits counts.  type: of a constraint; NULL: any.  Under
 * SHARE UPDATE EXCLUSIVE, as VALIDATE CONSTRAINT takes it, nobody waits who
 * reads or writes.
 */
static const struct
{
	DbmigPgKind kind;
	unsigned	acts;
	const char *type;
	const char *hazard;			/* NULL: none */
}			locks[] =

{
	{DBMIG_PG_TABLE, ANY_ACT, NULL, "exclusive-lock"},
	{DBMIG_PG_COLUMN, ANY_ACT, NULL, "exclusive-lock"},
	{DBMIG_PG_CONSTRAINT, ACT(ALTER), NULL, NULL},
	{DBMIG_PG_CONSTRAINT, ACT(CREATE), "foreign key", "write-lock"},
	{DBMIG_PG_CONSTRAINT, ANY_ACT, NULL, "exclusive-lock"},
	{DBMIG_PG_INDEX, ACT(CREATE), NULL, "write-lock"},
	{DBMIG_PG_INDEX, ACT(DROP), NULL, "exclusive-lock"},
	{DBMIG_PG_TRIGGER, ACT(CREATE) | ACT(ALTER), NULL, "write-lock"},
	{DBMIG_PG_TRIGGER, ACT(DROP), NULL, "exclusive-lock"},
	{DBMIG_PG_RULE, ANY_ACT, NULL, "exclusive-lock"},
	{DBMIG_PG_POLICY, ANY_ACT, NULL, "exclusive-lock"},
};

/* Attributes that change under SHARE UPDATE EXCLUSIVE, or without a lock. */
static const char *const quiet[] = {
	"comment", "statistics", "options", "toast_options", "clustered",
	"sequence", "start", "increment", "minimum", "maximum", "cache", "cycle"
};

static bool
is_quiet(const char *key)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(quiet); i++)
	{
		if (strcmp(quiet[i], key) == 0)
			return true;
	}
	return false;
}

/* True when all that changes is quiet. */
static bool
changes_quietly(const DbmigPgMove *move)
{
	const DbmigChange *change = move->item->change;
	size_t		i;

	if (move->act != DBMIG_PG_ACT_ALTER || move->item->retyped ||
		change == NULL)
		return false;
	for (i = 0; i < change->nkeys; i++)
	{
		if (!is_quiet(change->keys[i]))
			return false;
	}
	return true;
}

/* The table with rows that the act is about, when it is there and stays
 * itself; NULL: there is none. */
static const DbmigPgItem *
live_table(const DbmigPgFinder *finder, const DbmigPgMove *move)
{
	const DbmigPgItem *item = move->item;
	const DbmigObject *object = item->from != NULL ? item->from : item->to;
	const DbmigPgItem *table = item;

	if (item->owner != NULL)
		table = item->owner;
	else if (!dbmig_pg_is(object, DBMIG_PG_TABLE))
		table = item->from != NULL ?
			dbmig_pg_table_of(finder->planner->from, item->from) :
			dbmig_pg_table_of(finder->planner->to, item->to);
	if (table == NULL || table->from == NULL ||
		!dbmig_pg_is(table->from, DBMIG_PG_TABLE))
		return NULL;
	/* What hangs on a table that goes is locked with it. */
	if (table != item && dbmig_pg_goes(table))
		return NULL;
	return table == item && move->act == DBMIG_PG_ACT_CREATE ? NULL : table;
}

static void
note_lock(const DbmigPgFinder *finder, const DbmigPgMove *move)
{
	const DbmigObject *object = move->item->to != NULL ? move->item->to :
	move->item->from;
	size_t		i;

	if (changes_quietly(move))
		return;
	for (i = 0; i < DBMIG_COUNT(locks); i++)
	{
		if (locks[i].kind != dbmig_pg_kind(object) ||
			(locks[i].acts & (1u << move->act)) == 0 ||
			(locks[i].type != NULL &&
			 !dbmig_pg_has(object, "type", locks[i].type)))
			continue;
		if (locks[i].hazard != NULL)
			dbmig_pg_note(finder, locks[i].hazard);
		return;
	}
}

/* ---- rows that are read or written ---- */

/* Types whose values are those of the other one as they stand: how what
 * format_type() says begins.  The number in parentheses may only grow. */
static const struct
{
	const char *from;
	const char *to;
}			same_bytes[] =

{
	{"character varying", "character varying"},
	{"character varying", "text"},
	{"text", "character varying"},
	{"numeric", "numeric"},
	{"bit varying", "bit varying"},
	{"timestamp", "timestamp"},
	{"time", "time"},
	{"interval", "interval("},
	{"cidr", "inet"},
};

/* The numbers in the parentheses of a type: how many, and what they are. */
static int
modifiers(const char *type, long *numbers)
{
	const char *at = strchr(type, '(');
	int			count = 0;

	for (; at != NULL && count < 2; at = strchr(at + 1, ','))
	{
		const char *digit;

		numbers[count] = 0;
		for (digit = at + 1; *digit >= '0' && *digit <= '9'; digit++)
			numbers[count] = numbers[count] * 10 + (*digit - '0');
		count++;
	}
	return count;
}

static bool
begins(const char *type, const char *words)
{
	size_t		len = strlen(words);

	return strncmp(type, words, len) == 0 &&
		(type[len] < 'a' || type[len] > 'z');
}

static bool
is_same_kind(const char *from, const char *to)
{
	const char *zone = " with time zone";
	size_t		i;

	/* A zone is another matter, wherever it stands. */
	if ((strstr(from, zone) == NULL) != (strstr(to, zone) == NULL) ||
		strchr(from, '[') != NULL || strchr(to, '[') != NULL)
		return false;
	for (i = 0; i < DBMIG_COUNT(same_bytes); i++)
	{
		if (begins(from, same_bytes[i].from) && begins(to, same_bytes[i].to))
			return true;
	}
	return false;
}

/* True when the server writes all rows for the new type. */
static bool
rewrites(const DbmigPgItem *column)
{
	const char *from = dbmig_object_get(column->from, "type");
	const char *to = dbmig_object_get(column->to, "type");
	long		had[2] = {0, 0};
	long		wants[2] = {0, 0};
	int			nhad;
	int			nwants;

	if (column->via_text || from == NULL || to == NULL)
		return true;
	if (strcmp(from, to) == 0)
		return false;
	if (!is_same_kind(from, to))
		return true;
	nhad = modifiers(from, had);
	nwants = modifiers(to, wants);
	return nwants > 0 &&
		(nhad == 0 || wants[0] < had[0] || wants[1] != had[1]);
}

/* True for a domain that something must hold for. */
static bool
is_checked(const DbmigObject *type)
{
	size_t		i;

	for (i = 0; i < type->nparts; i++)
	{
		if (dbmig_pg_is(type->parts[i], DBMIG_PG_CONSTRAINT))
			return true;
	}
	return has(type, "not_null");
}

static bool
is_checked_type(const DbmigObject *column)
{
	size_t		i;

	for (i = 0; i < column->nneeds; i++)
	{
		if (dbmig_pg_is(column->needs[i], DBMIG_PG_DOMAIN) &&
			is_checked(column->needs[i]))
			return true;
	}
	return false;
}

/* The names of the functions that an expression calls, as literals; "" when it
 * calls none. */
static const char *
called(Dbmig *d, const char *expression)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	DbmigToken	before = {.kind = DBMIG_TOKEN_END};
	DbmigBuf	names;

	dbmig_buf_init(&names, d);
	dbmig_lex_begin(&lexer, &dbmig_postgres, expression);
	do
	{
		token = dbmig_lex_word(&lexer);
		if (dbmig_token_is(&token, "(") && before.kind == DBMIG_TOKEN_WORD)
		{
			dbmig_buf_add(&names, names.len > 0 ? ", " : "");
			dbmig_buf_literal(&names, dbmig_strndup(d, before.start,
													before.len));
		}
		before = token;
	} while (token.kind != DBMIG_TOKEN_END && token.kind != DBMIG_TOKEN_ERROR);
	return names.text;
}

/* Whether a function is volatile the server knows. */
static void
ask_volatile(const DbmigPgFinder *finder, const DbmigObject *column)
{
	Dbmig	   *d = finder->planner->d;
	const char *names = called(d, dbmig_object_get(column, "default"));
	DbmigFinding *finding;

	if (names[0] == '\0')
		return;
	finding = dbmig_step_find(finder->planner->plan, finder->step,
							  "volatile-default");
	if (finding == NULL)
		return;
	finding->what = dbmig_pg_part_of(d, "filling", column);
	finding->unit = "functions";
	finding->query = dbmig_printf(d, "SELECT count(*), min(proname::text) "
								  "FROM pg_proc WHERE provolatile = 'v' "
								  "AND proname IN (%s)", names);
}

static void
note_column(const DbmigPgFinder *finder, const DbmigPgMove *move)
{
	const DbmigPgItem *item = move->item;
	const DbmigObject *to = item->to;

	if (move->act == DBMIG_PG_ACT_CREATE)
	{
		if (has(to, "identity") || is_checked_type(to) ||
			dbmig_pg_has(to, "generated_kind", "stored"))
			dbmig_pg_note(finder, "table-rewrite");
		else if (has(to, "default"))
			ask_volatile(finder, to);
	}
	if (move->act == DBMIG_PG_ACT_AWAY && item->as_text)
		dbmig_pg_note(finder, "table-rewrite");
	if (move->act != DBMIG_PG_ACT_ALTER)
		return;
	if (item->retyped && !item->follows && rewrites(item))
		dbmig_pg_note(finder, "table-rewrite");
	else if (item->retyped && !item->follows && is_checked_type(to))
		dbmig_pg_note(finder, "table-scan");
	if (has(to, "not_null") && !has(item->from, "not_null"))
		dbmig_pg_note(finder, "table-scan");
}

static void
note_constraint(const DbmigPgFinder *finder, const DbmigPgMove *move)
{
	const DbmigPgItem *item = move->item;
	const char *type = dbmig_object_get(item->to, "type");
	bool		added = move->act == DBMIG_PG_ACT_CREATE;

	if (type == NULL || has(item->to, "not_valid"))
		return;
	if (strcmp(type, "check") != 0 && strcmp(type, "foreign key") != 0 &&
		strcmp(type, "not null") != 0)
	{
		if (added)
			dbmig_pg_note(finder, "index-build");
	}
	else if (added || has(item->from, "not_valid"))
		dbmig_pg_note(finder, "table-scan");
}

/* What a table has that its rows are written anew for. */
static void
note_table(const DbmigPgFinder *finder, const DbmigPgMove *move)
{
	static const char *const keys[] = {
		"persistence", "access_method", "tablespace"
	};
	const DbmigPgItem *item = move->item;
	size_t		i;

	if (move->act == DBMIG_PG_ACT_AWAY &&
		has(item->from, "partition_of"))
		dbmig_pg_note(finder, "detach-partition");
	if (move->act == DBMIG_PG_ACT_LATE && has(item->to, "partition_of"))
		dbmig_pg_note(finder, "table-scan");
	if (move->act != DBMIG_PG_ACT_ALTER || item->change == NULL ||
		has(item->to, "partition_key"))
		return;
	for (i = 0; i < DBMIG_COUNT(keys); i++)
	{
		if (dbmig_change_has(item->change, keys[i]))
			dbmig_pg_note(finder, "table-rewrite");
	}
}

/* ---- renames ---- */

/* True when a column that comes is like the one that goes. */
static bool
column_looks_renamed(const DbmigPgItem *gone)
{
	const DbmigObject *table = gone->owner->to;
	size_t		i;

	for (i = 0; table != NULL && i < table->nparts; i++)
	{
		const DbmigPgItem *item = table->parts[i]->mark;

		if (item != NULL && item->fate == DBMIG_PG_CREATE &&
			dbmig_pg_is(item->to, DBMIG_PG_COLUMN) &&
			dbmig_pg_same(gone->from, item->to, "type"))
			return true;
	}
	return false;
}

/* The columns of a; those that b has, too, when b is not NULL. */
static size_t
count_columns(const DbmigModel *model, const DbmigObject *a, const DbmigObject *b)
{
	size_t		count = 0;
	size_t		i;

	for (i = 0; i < a->nparts; i++)
	{
		if (dbmig_pg_is(a->parts[i], DBMIG_PG_COLUMN) &&
			(b == NULL || dbmig_model_find(model, a->parts[i]->kind, b,
										   a->parts[i]->id) != NULL))
			count++;
	}
	return count;
}

/* True when a table that comes has most of the columns of the one that goes,
 * and few others. */
static bool
table_looks_renamed(const DbmigPgPlanner *planner, const DbmigObject *gone)
{
	size_t		all = count_columns(NULL, gone, NULL);
	size_t		i;

	for (i = 0; i < planner->count; i++)
	{
		const DbmigPgItem *item = planner->items[i];
		size_t		common;

		if (item->fate != DBMIG_PG_CREATE ||
			!dbmig_pg_is(item->to, DBMIG_PG_TABLE))
			continue;
		common = count_columns(planner->to, gone, item->to);
		if (common * 2 > all &&
			common * 2 > count_columns(NULL, item->to, NULL))
			return true;
	}
	return false;
}

static void
note_rename(const DbmigPgFinder *finder, const DbmigPgItem *item)
{
	if (item->fate != DBMIG_PG_DROP)
		return;
	if (dbmig_pg_is(item->from, DBMIG_PG_COLUMN) ?
		item->owner->fate == DBMIG_PG_ALTER && column_looks_renamed(item) :
		dbmig_pg_is(item->from, DBMIG_PG_TABLE) &&
		table_looks_renamed(finder->planner, item->from))
		dbmig_pg_note(finder, "possible-rename");
}

/* ---- code and rights ---- */

/* The server looks into a body only when it is no string. */
static bool
hides(const DbmigObject *object)
{
	const char *definition = dbmig_object_get(object, "definition");

	return (dbmig_pg_is(object, DBMIG_PG_FUNCTION) ||
			dbmig_pg_is(object, DBMIG_PG_PROCEDURE)) &&
		definition != NULL && strstr(definition, "\nAS $") != NULL &&
		!dbmig_pg_has(object, "language", "c") &&
		!dbmig_pg_has(object, "language", "internal");
}

/* Grants of what is there, to anybody. */
static bool
changes_grants(const DbmigChange *change)
{
	size_t		i;

	for (i = 0; change != NULL && i < change->nparts; i++)
	{
		const DbmigChange *part = &change->parts[i];

		if (dbmig_pg_is(part->from != NULL ? part->from : part->to,
						DBMIG_PG_GRANT))
			return true;
	}
	return false;
}

void
dbmig_pg_note_move(const DbmigPgFinder *finder, const DbmigPgMove *move)
{
	const DbmigPgItem *item = move->item;
	const DbmigObject *object = item->to != NULL &&
	move->act != DBMIG_PG_ACT_DROP ? item->to : item->from;

	if (live_table(finder, move) != NULL)
	{
		note_lock(finder, move);
		if (dbmig_pg_is(object, DBMIG_PG_COLUMN))
			note_column(finder, move);
		else if (dbmig_pg_is(object, DBMIG_PG_CONSTRAINT) &&
				 item->to != NULL)
			note_constraint(finder, move);
		else if (dbmig_pg_is(object, DBMIG_PG_TABLE))
			note_table(finder, move);
	}
	if (move->act == DBMIG_PG_ACT_DROP)
		note_rename(finder, item);
	else if (hides(object))
		dbmig_pg_note(finder, "untracked-dependency");
	if (dbmig_pg_is(object, DBMIG_PG_DEFAULT_PRIVILEGES) ||
		(move->act == DBMIG_PG_ACT_ALTER && changes_grants(item->change)))
		dbmig_pg_note(finder, "access-change");
}
