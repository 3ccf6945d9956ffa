/*
 * pg_plan_along.c
 *	  What comes and goes with something else, so that nothing has to be said
 *	  about it.
 */
#include "pg_plan_wait.h"

#include <string.h>

/* What a child has from its parent alone comes with that, unless it is there
 * before the child joins. */
static bool
comes_from_parent(const DbmigPgItem *item)
{
	return dbmig_object_get(item->to, "inherited") != NULL &&
		!(dbmig_pg_comes(item->owner) ? item->owner->attaches :
		  dbmig_pg_joins(item->owner));
}

static bool
goes_with_parent(const DbmigPgItem *item)
{
	return dbmig_object_get(item->from, "inherited") != NULL &&
		!(item->owner != NULL && item->owner->fate == DBMIG_PG_ALTER &&
		  dbmig_pg_leaves(item->owner));
}

/* A partition that has keys or indexes which are part of its parent's is made
 * as pg_dump does it: their names are its own.  So is a child whose columns
 * stand in an order of their own. */
static void
note_attached(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	DbmigPgItem *table;

	if (dbmig_pg_is_made_first(planner, item))
		item->attaches = true;
	if (item->to == NULL || dbmig_object_get(item->to, "parent") == NULL)
		return;
	table = dbmig_pg_is(item->to, DBMIG_PG_INDEX) ?
		dbmig_pg_table_of(planner->to, item->to) :
		dbmig_pg_is(item->to, DBMIG_PG_CONSTRAINT) ? item->owner : NULL;
	if (table != NULL)
		table->attaches = true;
}

/* The index of a partition goes with the parent's, unless the partition has
 * left by then. */
static const DbmigPgItem *
parent_index(const DbmigPgPlanner *planner, const DbmigPgItem *item)
{
	const char *parent = dbmig_object_get(item->from, "parent");
	const DbmigObject *index = parent == NULL ? NULL :
	dbmig_model_find(planner->from, item->from->kind, NULL, parent);
	const DbmigPgItem *table = dbmig_pg_table_of(planner->from, item->from);

	if (index == NULL || table == NULL || dbmig_pg_leaves(table))
		return NULL;
	return index->mark;
}

/* True for what may read any table: two tables can have such that read the
 * other one. */
static bool
reads_tables(const DbmigObject *object)
{
	return dbmig_pg_is(object, DBMIG_PG_POLICY) ||
		dbmig_pg_is(object, DBMIG_PG_RULE);
}

/* True when the item needs something that goes and needs the carrier itself, or
 * may have something that does: then the item has to go first. */
static bool
is_in_between(const DbmigPgItem *item, const DbmigPgItem *carrier)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < item->from->nneeds; i++)
	{
		const DbmigObject *needed = item->from->needs[i];

		while (needed->owner != NULL)
			needed = needed->owner;
		if (needed->mark == carrier || needed->mark == NULL ||
			!dbmig_pg_goes(needed->mark))
			continue;
		if (reads_tables(item->from) && dbmig_pg_is_table(needed))
			return true;
		for (j = 0; j < needed->nneeds; j++)
		{
			const DbmigPgItem *other = dbmig_pg_item(needed->needs[j]);

			if (other == carrier ||
				(other != NULL && other->owner == carrier))
				return true;
		}
	}
	return false;
}

/* Whether an object needs what that item is. */
static bool
needs(const DbmigObject *object, const DbmigPgItem *item)
{
	size_t		i;

	for (i = 0; i < object->nneeds; i++)
	{
		if (dbmig_pg_item(object->needs[i]) == item)
			return true;
	}
	return false;
}

/* The type that needs the function in turn: neither goes without the other. */
static const DbmigPgItem *
type_with(const DbmigPgItem *function)
{
	const DbmigObject *object = function->from;
	size_t		i;

	for (i = 0; i < object->nneeds; i++)
	{
		if (dbmig_pg_is_type(object->needs[i]) &&
			needs(object->needs[i], function))
			return dbmig_pg_item(object->needs[i]);
	}
	return NULL;
}

/* Whether a type needs functions that need it and are to be made. */
static bool
is_first_a_shell(const DbmigPgItem *type)
{
	const DbmigObject *object = type->to;
	size_t		i;

	for (i = 0; i < object->nneeds; i++)
	{
		const DbmigPgItem *needed = dbmig_pg_item(object->needs[i]);

		if (needed != NULL && needed->owner == NULL &&
			dbmig_pg_comes(needed) && needs(needed->to, type))
			return true;
	}
	return false;
}

static void
decide_going(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const DbmigPgItem *const carriers[] =
	{
		dbmig_pg_table_of(planner->from, item->from),
		dbmig_pg_owning_column(planner->d, planner->from, item->from),
		parent_index(planner, item),
		dbmig_pg_is(item->from, DBMIG_PG_FUNCTION) ? type_with(item) : NULL,
	};
	bool		between;
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(carriers) && item->carrier == NULL; i++)
	{
		if (carriers[i] != NULL && dbmig_pg_is_gone(carriers[i]) &&
			!is_in_between(item, carriers[i]))
			item->carrier = carriers[i];
	}
	between = item->owner != NULL && dbmig_pg_goes(item) &&
		is_in_between(item, item->owner);
	item->default_first = between &&
		dbmig_pg_is(item->from, DBMIG_PG_COLUMN) &&
		dbmig_object_get(item->from, "default") != NULL;
	item->goes_along = item->carrier != NULL ||
		(dbmig_pg_owner_goes(item) && (!between || item->default_first)) ||
		goes_with_parent(item);
}

static void
decide_along(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	if (item->from != NULL)
		decide_going(planner, item);
	if (item->to != NULL && item->owner != NULL)
		item->comes_along = comes_from_parent(item) ||
			(dbmig_pg_is(item->to, DBMIG_PG_COLUMN) &&
			 dbmig_pg_comes(item->owner));
	item->shell = item->to != NULL && dbmig_pg_is_type(item->to) &&
		dbmig_pg_comes(item) && is_first_a_shell(item);
}

/* A part of something that comes back comes back, too; so does what a table
 * takes along. */
static void
complete(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const DbmigPgItem *table = item->from == NULL ? NULL :
	dbmig_pg_table_of(planner->from, item->from);
	bool		lost = dbmig_pg_owner_goes(item) ||
	(table != NULL && dbmig_pg_goes(table));

	if (item->owner != NULL && item->from == NULL &&
		dbmig_pg_comes(item->owner))
		item->fate = DBMIG_PG_CREATE;
	if (item->from != NULL && lost)
		item->fate = item->to == NULL ? DBMIG_PG_DROP : DBMIG_PG_RECREATE;
}

/* A sequence that goes because its column becomes an identity stays until that
 * has gone on from it. */
static void
decide_succession(DbmigPgPlanner *planner, DbmigPgItem *sequence)
{
	const DbmigPgItem *column;

	if (sequence->fate != DBMIG_PG_DROP || sequence->goes_along ||
		!dbmig_pg_is(sequence->from, DBMIG_PG_SEQUENCE))
		return;
	column = dbmig_pg_owning_column(planner->d, planner->from,
									sequence->from);
	sequence->swapped = column != NULL && column->fate == DBMIG_PG_ALTER &&
		dbmig_object_get(column->from, "identity") == NULL &&
		dbmig_object_get(column->to, "sequence") != NULL;
}

void
dbmig_pg_decide_along(DbmigPgPlanner *planner)
{
	size_t		i;

	for (i = 0; i < planner->count; i++)
		complete(planner, planner->items[i]);
	for (i = 0; i < planner->count; i++)
		note_attached(planner, planner->items[i]);
	for (i = 0; i < planner->count; i++)
		decide_along(planner, planner->items[i]);
	for (i = 0; i < planner->count; i++)
		decide_succession(planner, planner->items[i]);
}
