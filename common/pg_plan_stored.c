/*
 * pg_plan_stored.c
 *	  Questions about values of types that change, where columns store them: as
 *	  domains, in rows and in arrays.
 */
#include "pg_plan_ask.h"

#include <string.h>

typedef struct Walk
{
	const DbmigPgFinder *finder;
	const DbmigObject *gone;	/* a column of a row type, that alone is asked
								 * about; NULL: all that differs */
} Walk;

/* The composite, or the table, that a type is the row of; NULL: none. */
static const DbmigObject *
row_of(const DbmigModel *model, const char *type)
{
	const DbmigObject *row =
	dbmig_model_find(model, &dbmig_pg_kinds[DBMIG_PG_COMPOSITE], NULL, type);

	return row != NULL ? row :
		dbmig_model_find(model, &dbmig_pg_kinds[DBMIG_PG_TABLE], NULL, type);
}

static bool
is_array(const char *type)
{
	return strchr(type, '[') != NULL;
}

static void ask_value(const Walk *walk, const DbmigPgPlace *place,
					  const char *from, const char *to);

/* Each element of an array. */
static void
ask_elements(const Walk *walk, const DbmigPgPlace *place, const char *from,
			 const char *to)
{
	Dbmig	   *d = walk->finder->planner->d;
	DbmigPgPlace element = *place;

	element.arrays++;
	element.name = dbmig_printf(d, "dbmig_%zu", element.arrays);
	element.before = dbmig_printf(d, "%sEXISTS (SELECT FROM "
								  "pg_catalog.unnest(%s) AS %s WHERE ",
								  place->before, place->name, element.name);
	element.after = dbmig_printf(d, ")%s", place->after);
	ask_value(walk, &element, dbmig_pg_element(d, from),
			  dbmig_pg_element(d, to));
}

/* True when rows of both have as many columns, in the same order. */
static bool
has_shape(Dbmig *d, const DbmigObject *a, const DbmigObject *b)
{
	DbmigObject **one = dbmig_pg_parts(d, a, DBMIG_PG_COLUMN);
	DbmigObject **other = dbmig_pg_parts(d, b, DBMIG_PG_COLUMN);

	while (one != NULL && other != NULL && *one != NULL && *other != NULL &&
		   strcmp((*one)->id, (*other)->id) == 0)
	{
		one++;
		other++;
	}
	return one != NULL && other != NULL && *one == NULL && *other == NULL;
}

/* Each column of a row. */
static void
ask_row(const Walk *walk, const DbmigPgPlace *place, const DbmigObject *old,
		const DbmigObject *new)
{
	Dbmig	   *d = walk->finder->planner->d;
	bool		read = place->arrays + place->rows > 0;
	size_t		i;

	if (read && walk->gone == NULL && !has_shape(d, old, new))
	{
		(void) dbmig_pg_ask_place(walk->finder, place, "type-conversion",
								  dbmig_printf(d, "%s IS DISTINCT FROM NULL",
											   place->name),
								  "changing the type of");
		return;
	}
	for (i = 0; i < old->nparts; i++)
	{
		const DbmigObject *column = old->parts[i];
		const DbmigObject *stays;
		DbmigPgPlace inner = *place;
		DbmigBuf	name;

		if (!dbmig_pg_is(column, DBMIG_PG_COLUMN))
			continue;
		dbmig_buf_init(&name, d);
		dbmig_buf_addf(&name, "(%s).", place->name);
		dbmig_buf_identifier(&name, column->name);
		inner.name = name.text;
		inner.read = read;
		inner.rows++;
		stays = dbmig_model_find(walk->finder->planner->to, column->kind, new,
								 column->id);
		if (stays != NULL && walk->gone != column)
			ask_value(walk, &inner, dbmig_object_get(column, "type"),
					  dbmig_object_get(stays, "type"));
		else if (walk->gone == NULL || walk->gone == column)
			(void) dbmig_pg_ask_place(walk->finder, &inner, "drop-column",
									  dbmig_printf(d, "%s IS DISTINCT FROM "
												   "NULL", inner.name),
									  dbmig_printf(d, "dropping column \"%s\" "
												   "of the type of",
												   dbmig_show(d,
															  column->name)));
	}
}

/* Values of an enum in a row: those in columns dbmig_pg_ask_enum() knows. */
static void
ask_lost(const Walk *walk, const DbmigPgPlace *place, const char *type)
{
	const char *lost = dbmig_pg_lost_values(walk->finder->planner, type);

	if (place->rows > 0 && lost != NULL)
		(void) dbmig_pg_ask_place(walk->finder, place, "drop-enum-value",
								  dbmig_printf(walk->finder->planner->d,
											   "%s::text IN (%s)", place->name,
											   lost),
								  "dropping values of the type of");
}

static void
ask_value(const Walk *walk, const DbmigPgPlace *place, const char *from,
		  const char *to)
{
	const DbmigPgPlanner *planner = walk->finder->planner;
	const DbmigObject *old;
	const DbmigObject *new;

	from = dbmig_pg_base(planner->from, from);
	to = dbmig_pg_base(planner->to, to);
	old = row_of(planner->from, from);
	new = row_of(planner->to, to);
	if (is_array(from) && is_array(to))
		ask_elements(walk, place, from, to);
	else if (old != NULL && new != NULL)
		ask_row(walk, place, old, new);
	else if (walk->gone != NULL)
		return;
	else if (strcmp(from, to) != 0)
		dbmig_pg_ask_leaf(walk->finder, place, from, to);
	else
		ask_lost(walk, place, from);
}

static void
ask_column(const Walk *walk, const DbmigPgItem *column)
{
	DbmigPgPlace place = dbmig_pg_place(walk->finder->planner->d, column);

	ask_value(walk, &place, dbmig_object_get(column->from, "type"),
			  dbmig_object_get(column->to, "type"));
}

void
dbmig_pg_ask_stored(const DbmigPgFinder *finder, const DbmigPgItem *column)
{
	const Walk	walk = {finder, NULL};

	ask_column(&walk, column);
}

void
dbmig_pg_ask_rows(const DbmigPgFinder *finder, const DbmigObject *column)
{
	const Walk	walk = {finder, column};
	const DbmigPgItem *owner = column->owner->mark;
	size_t		i;

	if (owner == NULL || !dbmig_pg_is_stored(owner))
		return;
	for (i = 0; i < finder->planner->count; i++)
	{
		const DbmigPgItem *item = finder->planner->items[i];

		if (item->from != NULL && item->to != NULL && item->owner != NULL &&
			dbmig_pg_is(item->from, DBMIG_PG_COLUMN) &&
			dbmig_pg_is(item->owner->from, DBMIG_PG_TABLE) &&
			!dbmig_pg_is_gone(item) &&
			dbmig_object_get(item->from, "inherited") == NULL)
			ask_column(&walk, item);
	}
}
