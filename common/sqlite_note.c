/*
 * sqlite_note.c
 *	  The hazards of a change that the two schemas alone tell: what readers and
 *	  writers of the table may not expect.
 */
#include "sqlite_plan.h"

#include <string.h>

static void
note(DbmigSqlitePlanner *planner, DbmigStep *step, const char *hazard)
{
	(void) dbmig_step_find(planner->plan, step, hazard);
}

/* ---- columns ---- */

typedef enum Turn
{
	GONE,						/* it was there, and is not */
	OTHER,						/* it was there, and is not the same */
	ANY							/* it is not as it was */
} Turn;

/* The first that fits of those with one key. */
static const struct
{
	const char *key;
	Turn		turn;
	const char *hazard;
}			turns[] =

{
	{"check", OTHER, "drop-check"},
	{"collate", ANY, "change-collation"},
	{"default", GONE, "drop-default"},
	{"default", ANY, "change-default"},
	{"generated", OTHER, "change-generated"},
	{"not_null", GONE, "drop-not-null"},
	{"primary_key", GONE, "drop-primary-key"},
	{"references", OTHER, "drop-foreign-key"},
	{"unique", GONE, "drop-unique"},
};

static bool
fits(const DbmigChange *change, const char *key, Turn turn)
{
	bool		was = dbmig_object_get(change->from, key) != NULL;
	bool		is = dbmig_object_get(change->to, key) != NULL;

	if (!dbmig_change_has(change, key))
		return false;
	return turn == ANY || (was && (turn == OTHER || !is));
}

static void
note_column(DbmigSqlitePlanner *planner, DbmigStep *step,
			const DbmigChange *change)
{
	const char *noted = "";
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(turns); i++)
	{
		if (strcmp(noted, turns[i].key) == 0 ||
			!fits(change, turns[i].key, turns[i].turn))
			continue;
		noted = turns[i].key;
		note(planner, step, turns[i].hazard);
	}
}

/* ---- constraints ---- */

static const struct
{
	const char *type;
	const char *hazard;
}			constraints[] =

{
	{"check", "drop-check"},
	{"foreign key", "drop-foreign-key"},
	{"primary key", "drop-primary-key"},
	{"unique", "drop-unique"},
};

static void
note_constraint(DbmigSqlitePlanner *planner, DbmigStep *step,
				const DbmigObject *gone)
{
	const char *type = dbmig_object_get(gone, "type");
	size_t		i;

	for (i = 0; type != NULL && i < DBMIG_COUNT(constraints); i++)
	{
		if (strcmp(constraints[i].type, type) == 0)
			note(planner, step, constraints[i].hazard);
	}
}

/* ---- renames that were not said ---- */

static bool
same_attribute(const DbmigObject *a, const DbmigObject *b, const char *key)
{
	const char *left = dbmig_object_get(a, key);
	const char *right = dbmig_object_get(b, key);

	return left == NULL || right == NULL ? left == right :
		strcmp(left, right) == 0;
}

static bool
looks_like(const DbmigObject *a, const DbmigObject *b)
{
	return same_attribute(a, b, "type") && same_attribute(a, b, "generated") &&
		same_attribute(a, b, "primary_key");
}

/* True when a column goes, and one that looks like it comes. */
static bool
swaps_columns(const DbmigChange *change)
{
	const DbmigChange *parts = change->parts;
	size_t		i;
	size_t		j;

	for (i = 0; i < change->nparts; i++)
	{
		for (j = 0; parts[i].to == NULL && j < change->nparts; j++)
		{
			if (parts[j].from == NULL &&
				parts[i].from->kind == parts[j].to->kind &&
				dbmig_sqlite_is(parts[j].to, DBMIG_SQLITE_COLUMN) &&
				looks_like(parts[i].from, parts[j].to))
				return true;
		}
	}
	return false;
}

static size_t
count_columns(const DbmigObject *table)
{
	size_t		count = 0;
	size_t		i;

	for (i = 0; i < table->nparts; i++)
		count += dbmig_sqlite_is(table->parts[i], DBMIG_SQLITE_COLUMN);
	return count;
}

/* How many columns of a table the other one has too.  Both are sorted. */
static size_t
count_common(const DbmigObject *a, const DbmigObject *b)
{
	size_t		count = 0;
	size_t		i = 0;
	size_t		j = 0;

	while (i < a->nparts && j < b->nparts)
	{
		int			order = dbmig_object_compare(a->parts[i], b->parts[j]);

		if (order == 0 && dbmig_sqlite_is(a->parts[i], DBMIG_SQLITE_COLUMN) &&
			looks_like(a->parts[i], b->parts[j]))
			count++;
		i += order <= 0;
		j += order >= 0;
	}
	return count;
}

/* Two tables look alike when most of their columns are the same. */
bool
dbmig_sqlite_looks_renamed(const DbmigDiff *diff, const DbmigObject *gone)
{
	size_t		i;

	for (i = 0; i < diff->count; i++)
	{
		const DbmigObject *to = diff->items[i].to;
		size_t		common;

		if (diff->items[i].from != NULL || to->kind != gone->kind)
			continue;
		common = count_common(gone, to);
		if (common * 2 > count_columns(gone) &&
			common * 2 > count_columns(to))
			return true;
	}
	return false;
}

/* ---- tables ---- */

/* A key of one column that looks like a counter, but is none
 * (lang_createtable.html, "ROWIDs and the INTEGER PRIMARY KEY"). */
static bool
no_alias(Dbmig *d, const DbmigObject *column)
{
	static const char *const words[] = {"int", "serial"};
	const char *type = dbmig_object_get(column, "type");
	size_t		i;

	if (type == NULL || dbmig_object_get(column, "primary_key") == NULL ||
		!dbmig_sqlite_has_rowid(column->owner) ||
		dbmig_sqlite_rowid_alias(d, column))
		return false;
	for (i = 0; i < DBMIG_COUNT(words); i++)
	{
		if (strstr(type, words[i]) != NULL)
			return true;
	}
	return false;
}

void
dbmig_sqlite_note_table(DbmigSqlitePlanner *planner, DbmigStep *step,
						const DbmigObject *table)
{
	size_t		i;

	for (i = 0; i < table->nparts; i++)
	{
		if (dbmig_sqlite_is(table->parts[i], DBMIG_SQLITE_COLUMN) &&
			no_alias(planner->d, table->parts[i]))
			note(planner, step, "no-rowid-alias");
	}
}

void
dbmig_sqlite_note(DbmigSqlitePlanner *planner, DbmigStep *step,
				  const DbmigTableChange *change)
{
	const DbmigChange *all = change->change;
	size_t		i;

	for (i = 0; i < all->nparts; i++)
	{
		const DbmigChange *part = &all->parts[i];
		const DbmigObject *any = part->from != NULL ? part->from : part->to;

		if (!dbmig_sqlite_is(any, DBMIG_SQLITE_COLUMN))
		{
			if (part->from != NULL)
				note_constraint(planner, step, part->from);
		}
		else if (part->from != NULL && part->to != NULL)
			note_column(planner, step, part);
		if (part->to != NULL && dbmig_sqlite_is(any, DBMIG_SQLITE_COLUMN) &&
			no_alias(planner->d, part->to) &&
			(part->from == NULL || !no_alias(planner->d, part->from)))
			note(planner, step, "no-rowid-alias");
	}
	if (dbmig_sqlite_has_rowid(change->from) &&
		!dbmig_sqlite_has_rowid(change->to))
		note(planner, step, "drop-rowid");
	if (swaps_columns(all))
		note(planner, step, "possible-rename");
}
