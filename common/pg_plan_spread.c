/*
 * pg_plan_spread.c
 *	  What has to go meanwhile because it hangs on something that goes or gets
 *	  another type.
 */
#include "pg_plan.h"

#include <string.h>

/* ---- what hangs on what goes ---- */

static void
tell(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	if (dbmig_grow(planner->d, (void **) &planner->events,
				   &planner->events_capacity, planner->nevents,
				   sizeof(DbmigPgItem *)))
		planner->events[planner->nevents++] = item;
}

static void
recreate(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	if (dbmig_pg_goes(item))
		return;
	item->fate = item->to == NULL ? DBMIG_PG_DROP : DBMIG_PG_RECREATE;
	tell(planner, item);
}

/* True when the column is in what its table is partitioned by. */
static bool
is_in_key(Dbmig *d, const DbmigObject *column)
{
	const char *key = dbmig_object_get(column->owner, "partition_key");
	const char *at = key;
	DbmigBuf	name;

	if (key == NULL)
		return false;
	dbmig_buf_init(&name, d);
	dbmig_pg_add_name(&name, column->name);
	while (name.len > 0 && (at = strstr(at, name.text)) != NULL)
	{
		const char *end = at + name.len;

		if (strchr(" (,", at[-1]) != NULL && strchr(" ),:", *end) != NULL)
			return true;
		at = end;
	}
	return false;
}

/* What a table is partitioned by gets no other type: the table is made anew,
 * and its partitions wait outside. */
static void
remake_whole(DbmigPgPlanner *planner, DbmigPgItem *column)
{
	if (column->owner != NULL && column->owner->to != NULL &&
		is_in_key(planner->d, column->from))
		recreate(planner, column->owner);
}

static void
retype(DbmigPgPlanner *planner, DbmigPgItem *item, bool as_text)
{
	bool		before = item->retyped && (item->as_text || !as_text);

	if (dbmig_pg_goes(item))
		return;
	item->fate = DBMIG_PG_ALTER;
	item->retyped = true;
	item->as_text = item->as_text || as_text;
	item->redefaulted = dbmig_object_get(item->from, "default") != NULL;
	if (!before)
		tell(planner, item);
	remake_whole(planner, item);
}

/* True when a type (as format_type() writes it) is of that id, or an array of
 * it. */
static bool
names_type(const char *type, const char *id)
{
	size_t		len = strlen(id);

	return type != NULL && strncmp(type, id, len) == 0 &&
		(type[len] == '\0' || type[len] == '[' || type[len] == '(');
}

/* The same for an object: a range brings a type besides its own. */
static bool
is_of_type(const DbmigObject *column, const DbmigObject *object)
{
	const char *type = dbmig_object_get(column, "type");
	const char *multirange = dbmig_pg_is(object, DBMIG_PG_RANGE) ?
	dbmig_object_get(object, "multirange") : NULL;

	return dbmig_pg_is_type(object) &&
		(names_type(type, object->id) ||
		 (multirange != NULL && names_type(type, multirange)));
}

/* True for a type that cannot be there beside the new one: its functions, or
 * those that make the values of a range, have the same names and arguments. */
static bool
stands_in_the_way(const DbmigPgItem *type)
{
	if (type->to == NULL)
		return false;
	return dbmig_pg_is(type->from, DBMIG_PG_BASE_TYPE) ||
		(dbmig_pg_is(type->from, DBMIG_PG_RANGE) &&
		 (dbmig_pg_same(type->from, type->to, "subtype") ||
		  dbmig_pg_same(type->from, type->to, "multirange") ||
		  dbmig_object_get(type->from, "canonical") != NULL));
}

/* True when a type comes back, or one of another kind comes by its name. */
static bool
has_successor(const DbmigPgPlanner *planner, const DbmigPgItem *type)
{
	static const DbmigPgKind kinds[] = {
		DBMIG_PG_ENUM, DBMIG_PG_DOMAIN, DBMIG_PG_COMPOSITE,
		DBMIG_PG_BASE_TYPE, DBMIG_PG_RANGE
	};
	bool		found = type->to != NULL;
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(kinds) && !found; i++)
		found = dbmig_model_find(planner->to, &dbmig_pg_kinds[kinds[i]], NULL,
								 type->from->id) != NULL;
	return found;
}

static void
tell_column(DbmigPgPlanner *planner, DbmigPgItem *column,
			DbmigPgItem *gone)
{
	const DbmigObject *from = column->from;

	if (is_of_type(from, gone->from))
	{
		retype(planner, column, stands_in_the_way(gone));
		column->via_text = true;
		gone->swapped = has_successor(planner, gone) &&
			!stands_in_the_way(gone);
	}
	else if (dbmig_pg_is(gone->from, DBMIG_PG_COLLATION))
	{
		retype(planner, column, false);
		gone->swapped = gone->to != NULL;
	}
	else if (dbmig_pg_is_generated(from))
		recreate(planner, column);
	else if (dbmig_object_get(from, "default") != NULL)
	{
		column->redefaulted = true;
		if (column->fate == DBMIG_PG_KEEP)
			column->fate = DBMIG_PG_ALTER;
	}
}

/* True when the item is changed so that it needs the other one no more. */
static bool
lets_go(const DbmigPgItem *item, const DbmigPgItem *gone)
{
	const DbmigObject *to = item->to;
	size_t		i;

	if (item->fate != DBMIG_PG_ALTER || to == NULL)
		return false;
	for (i = 0; i < to->nneeds; i++)
	{
		if (dbmig_pg_item(to->needs[i]) == gone)
			return false;
	}
	return true;
}

/* What can stay without it: a child leaves its parent. */
static bool
is_loose(DbmigPgItem *item, const DbmigPgItem *gone)
{
	/* A sequence that gets another owner does not go with the old one. */
	if (dbmig_pg_is(item->from, DBMIG_PG_SEQUENCE))
		return item->change != NULL &&
			dbmig_change_has(item->change, "owned_by");
	if (!dbmig_pg_is_table(item->from) || !dbmig_pg_is_table(gone->from))
		return false;
	if (gone->fate == DBMIG_PG_RECREATE && item->to != NULL)
	{
		item->rejoins = true;
		item->fate = DBMIG_PG_ALTER;
	}
	return true;
}

static void
tell_gone(DbmigPgPlanner *planner, DbmigPgItem *item, DbmigPgItem *gone)
{
	if (item->from == NULL || dbmig_pg_goes(item) || dbmig_pg_owner_goes(item) ||
		is_loose(item, gone))
		return;
	if (dbmig_pg_is(item->from, DBMIG_PG_COLUMN))
		tell_column(planner, item, gone);
	else if (!lets_go(item, gone))
		recreate(planner, item);
}

/* What the server does not rewrite itself when a column gets another type. */
static bool
blocks_retype(const DbmigPgItem *item, const DbmigPgItem *column)
{
	switch (dbmig_pg_kind(item->from))
	{
		case DBMIG_PG_VIEW:
		case DBMIG_PG_MATERIALIZED_VIEW:
		case DBMIG_PG_RULE:
		case DBMIG_PG_POLICY:
		case DBMIG_PG_TRIGGER:
		case DBMIG_PG_FUNCTION:
		case DBMIG_PG_PROCEDURE:
			return true;
		case DBMIG_PG_MEMBER:
			return dbmig_object_get(item->from, "filter") != NULL;
		case DBMIG_PG_COLUMN:
			return dbmig_pg_is_generated(item->from);
		case DBMIG_PG_INDEX:
			/* The server would choose other names for the parts, and it
			 * forgets targets. */
			return column->as_text ||
				dbmig_object_get(item->from, "statistics") != NULL ||
				dbmig_object_get(item->from, "parent") != NULL ||
				strstr(dbmig_object_get(item->from, "definition"),
					   " ON ONLY ") != NULL;
		case DBMIG_PG_STATISTICS:
			return dbmig_object_get(item->from, "target") != NULL;
		case DBMIG_PG_CONSTRAINT:
			return column->as_text ||
				dbmig_pg_has(item->from, "type", "foreign key");
		default:
			return false;
	}
}

static void
tell_retyped(DbmigPgPlanner *planner, DbmigPgItem *item,
			 const DbmigPgItem *column)
{
	if (item->from == NULL || dbmig_pg_goes(item) || dbmig_pg_owner_goes(item))
		return;
	/* An index or a check that names values of a type that goes. */
	if (blocks_retype(item, column) &&
		!dbmig_pg_is(item->from, DBMIG_PG_COLUMN))
		recreate(planner, item);
	else if (blocks_retype(item, column) && item->owner == column->owner)
		recreate(planner, item);
}

static void
tell_dependents(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	size_t		i;

	for (i = 0; i < item->ndependents && dbmig_ok(planner->d); i++)
	{
		if (dbmig_pg_is_gone(item))
			tell_gone(planner, item->dependents[i], item);
		else
			tell_retyped(planner, item->dependents[i], item);
	}
}

/* The parts of something that goes, are told of too. */
static void
tell_parts(DbmigPgPlanner *planner, const DbmigPgItem *item)
{
	size_t		i;

	for (i = 0; i < item->from->nparts; i++)
	{
		DbmigPgItem *part = item->from->parts[i]->mark;

		if (part != NULL)
			tell(planner, part);
	}
}

/* An index that is part of a partitioned one cannot go by itself, as long as
 * its table is a partition. */
static void
tell_whole_index(DbmigPgPlanner *planner, const DbmigPgItem *index)
{
	const char *id = dbmig_object_get(index->from, "parent");
	const DbmigPgItem *table = dbmig_pg_table_of(planner->from, index->from);
	const DbmigObject *whole = id == NULL ? NULL :
	dbmig_model_find(planner->from, index->from->kind, NULL, id);

	if (whole != NULL && whole->mark != NULL &&
		dbmig_pg_is(whole, DBMIG_PG_INDEX) && table != NULL &&
		!dbmig_pg_goes(table) && !dbmig_pg_leaves(table))
		recreate(planner, whole->mark);
}

/* ---- values of enums that are used at once ---- */

static bool
names_value(const DbmigObject *object, const char *value)
{
	size_t		i;

	for (i = 0; i < object->nattributes; i++)
	{
		if (strstr(object->attributes[i].value, value) != NULL)
			return true;
	}
	for (i = 0; i < object->nparts; i++)
	{
		if (object->parts[i]->mark == NULL &&
			names_value(object->parts[i], value))
			return true;
	}
	return false;
}

/* True when something that is made or changed names the value. */
static bool
is_used(const DbmigPgPlanner *planner, const DbmigPgItem *type,
		const char *value)
{
	size_t		i;

	for (i = 0; i < planner->count; i++)
	{
		const DbmigPgItem *item = planner->items[i];

		if (item != type && item->to != NULL &&
			item->fate != DBMIG_PG_KEEP && names_value(item->to, value))
			return true;
	}
	return false;
}

static bool
has_value(const char **values, const char *value)
{
	while (*values != NULL && strcmp(*values, value) != 0)
		values++;
	return *values != NULL;
}

/* A value that is added to an enum cannot be used before the commit; one of a
 * new enum can.  True when there is such an enum. */
static bool
remake_used_enums(DbmigPgPlanner *planner)
{
	bool		found = false;
	size_t		i;

	for (i = 0; i < planner->count && dbmig_ok(planner->d); i++)
	{
		DbmigPgItem *item = planner->items[i];
		const char **old;
		const char **new;

		if (item->fate != DBMIG_PG_ALTER ||
			!dbmig_pg_is(item->from, DBMIG_PG_ENUM))
			continue;
		old = dbmig_pg_enum_values(planner->d, item->from);
		new = dbmig_pg_enum_values(planner->d, item->to);
		while (new != NULL && old != NULL && *new != NULL &&
			   (has_value(old, *new) || !is_used(planner, item, *new)))
			new++;
		if (new == NULL || *new == NULL)
			continue;
		recreate(planner, item);
		found = true;
	}
	return found;
}

/* ---- types in types ---- */

static bool
swap_needed(const DbmigPgPlanner *planner, const DbmigObject *object)
{
	bool		found = false;
	size_t		i;

	for (i = 0; i < object->nneeds; i++)
	{
		DbmigPgItem *needed = dbmig_pg_item(object->needs[i]);

		if (needed == NULL || needed->swapped || !dbmig_pg_goes(needed) ||
			!dbmig_pg_is_type(needed->from) ||
			!has_successor(planner, needed) || stands_in_the_way(needed))
			continue;
		needed->swapped = true;
		found = true;
	}
	for (i = 0; i < object->nparts; i++)
	{
		if (object->parts[i]->mark == NULL)
			found = swap_needed(planner, object->parts[i]) || found;
	}
	return found;
}

/* What a type that stays for a while is made of stays as long.  True when
 * there is more of it. */
static bool
swap_inner_types(DbmigPgPlanner *planner)
{
	bool		found = false;
	size_t		i;

	for (i = 0; i < planner->count; i++)
	{
		const DbmigPgItem *item = planner->items[i];

		if (item->swapped && dbmig_pg_is_type(item->from))
			found = swap_needed(planner, item->from) || found;
	}
	return found;
}

/* ---- all of it ---- */

static void
spread_events(DbmigPgPlanner *planner)
{
	for (; planner->told < planner->nevents && dbmig_ok(planner->d);
		 planner->told++)
	{
		DbmigPgItem *item = planner->events[planner->told];

		tell_dependents(planner, item);
		if (dbmig_pg_goes(item))
		{
			tell_parts(planner, item);
			tell_whole_index(planner, item);
		}
	}
}

void
dbmig_pg_spread(DbmigPgPlanner *planner)
{
	size_t		i;

	for (i = 0; i < planner->count; i++)
	{
		DbmigPgItem *item = planner->items[i];

		if (dbmig_pg_goes(item) || item->retyped)
			tell(planner, item);
		if (item->retyped)
			remake_whole(planner, item);
	}
	spread_events(planner);
	while (remake_used_enums(planner))
		spread_events(planner);
	while (swap_inner_types(planner))
		continue;
}
