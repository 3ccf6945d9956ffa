/*
 * pg_plan_fate.c
 *	  Decides what happens to each object: what differs, and what has to go
 *	  meanwhile because it hangs on something that does.
 *
 * Writes no SQL and puts nothing in order.
 */
#include "pg_plan.h"

#include <string.h>

/* ---- objects ---- */

DbmigPgItem *
dbmig_pg_item(const DbmigObject *object)
{
	while (object != NULL && object->mark == NULL)
		object = object->owner;
	return object == NULL ? NULL : object->mark;
}

bool
dbmig_pg_is_type(const DbmigObject *object)
{
	DbmigPgKind kind = dbmig_pg_kind(object);

	return kind == DBMIG_PG_ENUM || kind == DBMIG_PG_DOMAIN ||
		kind == DBMIG_PG_COMPOSITE || kind == DBMIG_PG_BASE_TYPE ||
		kind == DBMIG_PG_RANGE;
}

bool
dbmig_pg_same(const DbmigObject *a, const DbmigObject *b, const char *key)
{
	const char *left = dbmig_object_get(a, key);
	const char *right = dbmig_object_get(b, key);

	return left == NULL || right == NULL ? left == right :
		strcmp(left, right) == 0;
}

bool
dbmig_pg_has(const DbmigObject *object, const char *key, const char *value)
{
	const char *has = dbmig_object_get(object, key);

	return has != NULL && strcmp(has, value) == 0;
}

/* Columns and constraints of tables, and members of publications. */
static bool
is_item(const DbmigObject *object)
{
	return object->owner == NULL || dbmig_pg_is(object, DBMIG_PG_MEMBER) ||
		(dbmig_pg_is_table(object->owner) &&
		 (dbmig_pg_is(object, DBMIG_PG_COLUMN) ||
		  dbmig_pg_is(object, DBMIG_PG_CONSTRAINT)));
}

/* ---- items ---- */

static DbmigPgItem *
add_item(DbmigPgPlanner *planner, DbmigPgItem *owner)
{
	DbmigPgItem *item;
	size_t		i;

	if (!dbmig_grow(planner->d, (void **) &planner->items,
					&planner->capacity, planner->count,
					sizeof(DbmigPgItem *)))
		return NULL;
	item = dbmig_alloc(planner->d, sizeof(DbmigPgItem));
	if (item == NULL)
		return NULL;
	item->owner = owner;
	for (i = 0; i < DBMIG_PG_NACTS; i++)
		item->nodes[i] = DBMIG_PG_NO_NODE;
	planner->items[planner->count++] = item;
	return item;
}

/* Merges the objects of both sides into items; as deep as they are. */
static void
add_items(DbmigPgPlanner *planner, DbmigPgItem *owner, DbmigObject **from,
		  size_t nfrom, DbmigObject **to, size_t nto)
{
	size_t		i = 0;
	size_t		j = 0;

	while ((i < nfrom || j < nto) && dbmig_ok(planner->d))
	{
		int			order = i == nfrom ? 1 : j == nto ? -1 :
		dbmig_object_compare(from[i], to[j]);
		DbmigObject *a = order <= 0 ? from[i++] : NULL;
		DbmigObject *b = order >= 0 ? to[j++] : NULL;
		DbmigPgItem *item = NULL;

		if (is_item(a != NULL ? a : b))
			item = add_item(planner, owner);
		if (a != NULL)
			a->mark = item;
		if (b != NULL)
			b->mark = item;
		if (item == NULL)
			continue;
		item->from = a;
		item->to = b;
		add_items(planner, item, a == NULL ? NULL : a->parts,
				  a == NULL ? 0 : a->nparts, b == NULL ? NULL : b->parts,
				  b == NULL ? 0 : b->nparts);
	}
}

static void
add_dependent(DbmigPgPlanner *planner, DbmigPgItem *needed,
			  DbmigPgItem *dependent)
{
	if (needed == NULL || needed == dependent || needed->owner == dependent ||
		!dbmig_grow(planner->d, (void **) &needed->dependents,
					&needed->dependents_capacity, needed->ndependents,
					sizeof(DbmigPgItem *)))
		return;
	needed->dependents[needed->ndependents++] = dependent;
}

/* A quoted name as it is. */
static const char *
unquote(Dbmig *d, const char *name)
{
	DbmigBuf	bare;

	if (name[0] != '"')
		return name;
	dbmig_buf_init(&bare, d);
	for (name++; name[0] != '\0' && name[1] != '\0'; name++)
	{
		dbmig_buf_addc(&bare, name[0]);
		if (name[0] == '"')
			name++;
	}
	return bare.text;
}

DbmigPgItem *
dbmig_pg_owning_column(Dbmig *d, const DbmigModel *model,
					   const DbmigObject *sequence)
{
	static const DbmigPgKind kinds[] = {DBMIG_PG_TABLE, DBMIG_PG_FOREIGN_TABLE};
	const char *owned_by = dbmig_object_get(sequence, "owned_by");
	const DbmigObject *table = NULL;
	const DbmigObject *column;
	size_t		i;

	if (owned_by == NULL)
		return NULL;
	for (i = 0; i < DBMIG_COUNT(kinds) && table == NULL; i++)
		table = dbmig_model_find(model, &dbmig_pg_kinds[kinds[i]], NULL,
								 dbmig_pg_id_owner(d, owned_by));
	if (table == NULL)
		return NULL;
	column = dbmig_model_find(model, &dbmig_pg_kinds[DBMIG_PG_COLUMN], table,
							  unquote(d, dbmig_pg_id_name(d, owned_by)));
	return column == NULL ? NULL : column->mark;
}

/* Who needs what, from the side of what is needed. */
static void
turn_needs(DbmigPgPlanner *planner, DbmigObject **objects, size_t count)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < count; i++)
	{
		DbmigPgItem *item = dbmig_pg_item(objects[i]);

		for (j = 0; j < objects[i]->nneeds; j++)
			add_dependent(planner, dbmig_pg_item(objects[i]->needs[j]), item);

		/*
		 * The need of a sequence for its column is not in the model: the
		 * column needs the sequence.
		 */
		if (dbmig_pg_is(objects[i], DBMIG_PG_SEQUENCE))
			add_dependent(planner,
						  dbmig_pg_owning_column(planner->d, planner->from,
												 objects[i]), item);
		turn_needs(planner, objects[i]->parts, objects[i]->nparts);
	}
}

/* ---- what differs ---- */

static bool
is_generated(const DbmigObject *column)
{
	return dbmig_object_get(column, "generated") != NULL;
}

/* A column that is computed cannot become another one in place, but for one
 * that forgets its expression. */
static bool
column_stays(const DbmigChange *change)
{
	return !is_generated(change->to) ||
		(!dbmig_change_has(change, "generated") &&
		 !dbmig_change_has(change, "generated_kind"));
}

/* A column that a child had from its parent alone and is to have by itself,
 * or the other way round, while it stays a child. */
static bool
moves_to_parent(const DbmigChange *change)
{
	return dbmig_change_has(change, "inherited") &&
		dbmig_object_get(change->from->owner, "inherits") != NULL &&
		dbmig_pg_same(change->from->owner, change->to->owner, "inherits");
}

static void
decide_column(DbmigPgItem *item)
{
	if (!column_stays(item->change) || moves_to_parent(item->change))
	{
		item->fate = DBMIG_PG_RECREATE;
		return;
	}
	item->fate = DBMIG_PG_ALTER;
	item->retyped = dbmig_change_has(item->change, "type") ||
		dbmig_change_has(item->change, "collation");
	item->redefaulted = (dbmig_object_get(item->from, "default") != NULL &&
						 (item->retyped ||
						  dbmig_object_get(item->to, "identity") != NULL)) ||
		(dbmig_object_get(item->from, "identity") != NULL &&
		 dbmig_object_get(item->to, "identity") == NULL);
}

/* A constraint becomes another one in place only where the server has a
 * statement for it. */
static void
decide_constraint(DbmigPgItem *item)
{
	const DbmigChange *change = item->change;
	bool		validated = dbmig_object_get(change->to, "not_valid") == NULL;

	if (dbmig_change_has(change, "type") ||
		dbmig_change_has(change, "definition") ||
		dbmig_change_has(change, "references") ||
		(dbmig_change_has(change, "not_valid") && !validated))
		item->fate = DBMIG_PG_RECREATE;
	else
		item->fate = DBMIG_PG_ALTER;
}

/* The number that text begins with, which is passed over. */
static long
take_number(const char **text)
{
	long		number = 0;

	while (dbmig_is_digit(**text) && number < 100000000)
		number = number * 10 + (*(*text)++ - '0');
	while (**text != '\0' && !dbmig_is_digit(**text))
		(*text)++;
	return number;
}

/* An extension that nothing needs can go back to an older version by being
 * made again: few have a script for it. */
static bool
ages(const DbmigPgItem *extension)
{
	const char *from = dbmig_object_get(extension->from, "version");
	const char *to = dbmig_object_get(extension->to, "version");

	while (extension->ndependents == 0 && from != NULL && to != NULL &&
		   (*from != '\0' || *to != '\0'))
	{
		long		old = take_number(&from);
		long		new = take_number(&to);

		if (old != new)
			return new < old;
	}
	return false;
}

/* True when an index is no part of another one any more, because its table
 * leaves. */
static bool
only_leaves(const DbmigPgPlanner *planner, const DbmigPgItem *index)
{
	const DbmigPgItem *table = dbmig_pg_table_of(planner->from, index->from);

	return dbmig_pg_is(index->from, DBMIG_PG_INDEX) &&
		index->change->nkeys == 1 &&
		dbmig_change_has(index->change, "parent") &&
		dbmig_object_get(index->to, "parent") == NULL && table != NULL &&
		dbmig_pg_leaves(table);
}

/* True when an attribute of a composite that columns have changes its type:
 * the server changes no stored rows for that. */
static bool
retypes_stored(const DbmigPgItem *composite)
{
	const DbmigChange *change = composite->change;
	size_t		i;
	bool		stored = false;

	if (!dbmig_pg_is(composite->from, DBMIG_PG_COMPOSITE))
		return false;
	for (i = 0; i < composite->ndependents && !stored; i++)
		stored = dbmig_pg_is(composite->dependents[i]->from, DBMIG_PG_COLUMN);
	for (i = 0; stored && i < change->nparts; i++)
	{
		if (change->parts[i].from != NULL && change->parts[i].to != NULL &&
			dbmig_change_has(&change->parts[i], "type"))
			return true;
	}
	return false;
}

/* One that a partition has from its parent says so by itself: a partition
 * that is attached or detached keeps it. */
static void
decide_change(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	if (item->to == NULL)
		item->fate = DBMIG_PG_DROP;
	else if (item->from == NULL)
		item->fate = DBMIG_PG_CREATE;
	else if (dbmig_pg_is(item->from, DBMIG_PG_EXTENSION) && ages(item))
		item->fate = DBMIG_PG_RECREATE;
	else if (dbmig_pg_is(item->from, DBMIG_PG_COLUMN))
		decide_column(item);
	else if (dbmig_pg_is(item->from, DBMIG_PG_CONSTRAINT))
		decide_constraint(item);
	else if (retypes_stored(item))
		item->fate = DBMIG_PG_RECREATE;
	else if (dbmig_pg_alterable(planner->d, item->change) ||
			 only_leaves(planner, item))
		item->fate = DBMIG_PG_ALTER;
	else
		item->fate = DBMIG_PG_RECREATE;
}

static void
take_changes(DbmigPgPlanner *planner, const DbmigChange *changes,
			 size_t count)
{
	size_t		i;

	for (i = 0; i < count; i++)
	{
		const DbmigObject *object = changes[i].from != NULL ?
		changes[i].from : changes[i].to;
		DbmigPgItem *item = object->mark;

		if (item == NULL)
			continue;
		if (changes[i].from != NULL && changes[i].to != NULL)
		{
			item->change = &changes[i];
			take_changes(planner, changes[i].parts, changes[i].nparts);
		}
		decide_change(planner, item);
	}
}

/* ---- what hangs on what goes ---- */

static void
tell(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	if (dbmig_grow(planner->d, (void **) &planner->events,
				   &planner->events_capacity, planner->nevents,
				   sizeof(DbmigPgItem *)))
		planner->events[planner->nevents++] = item;
}

static bool
owner_goes(const DbmigPgItem *item)
{
	return item->owner != NULL && dbmig_pg_goes(item->owner);
}

static void
recreate(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	if (dbmig_pg_goes(item))
		return;
	item->fate = item->to == NULL ? DBMIG_PG_DROP : DBMIG_PG_RECREATE;
	tell(planner, item);
}

static void
retype(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	bool		before = item->retyped;

	if (dbmig_pg_goes(item))
		return;
	item->fate = DBMIG_PG_ALTER;
	item->retyped = true;
	item->redefaulted = dbmig_object_get(item->from, "default") != NULL;
	if (!before)
		tell(planner, item);
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

static void
tell_column(DbmigPgPlanner *planner, DbmigPgItem *column,
			DbmigPgItem *gone)
{
	const DbmigObject *from = column->from;

	if (dbmig_pg_is_type(gone->from) &&
		names_type(dbmig_object_get(from, "type"), gone->from->id))
	{
		retype(planner, column);
		gone->swapped = gone->to != NULL;
		column->via_text = true;
	}
	else if (dbmig_pg_is(gone->from, DBMIG_PG_COLLATION))
		retype(planner, column);
	else if (is_generated(from))
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
	if (item->from == NULL || dbmig_pg_goes(item) || owner_goes(item) ||
		is_loose(item, gone))
		return;
	if (dbmig_pg_is(item->from, DBMIG_PG_COLUMN))
		tell_column(planner, item, gone);
	else if (!lets_go(item, gone))
		recreate(planner, item);
}

/* What the server does not rewrite itself when a column gets another type. */
static bool
blocks_retype(const DbmigPgItem *item)
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
			return is_generated(item->from);
		case DBMIG_PG_INDEX:
			/* The server would choose other names for the parts. */
			return dbmig_object_get(item->from, "parent") != NULL ||
				strstr(dbmig_object_get(item->from, "definition"),
					   " ON ONLY ") != NULL;
		case DBMIG_PG_CONSTRAINT:
			return dbmig_pg_has(item->from, "type", "foreign key");
		default:
			return false;
	}
}

static void
tell_retyped(DbmigPgPlanner *planner, DbmigPgItem *item,
			 const DbmigPgItem *column)
{
	if (item->from == NULL || dbmig_pg_goes(item) || owner_goes(item))
		return;
	/* An index or a check that names values of a type that goes. */
	if (blocks_retype(item) && !dbmig_pg_is(item->from, DBMIG_PG_COLUMN))
		recreate(planner, item);
	else if (blocks_retype(item) && item->owner == column->owner)
		recreate(planner, item);
}

/* The parts of what goes, go. */
static bool
is_gone(const DbmigPgItem *item)
{
	return dbmig_pg_goes(item) || owner_goes(item);
}

static void
tell_dependents(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	size_t		i;

	for (i = 0; i < item->ndependents && dbmig_ok(planner->d); i++)
	{
		if (is_gone(item))
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

static bool remake_used_enums(DbmigPgPlanner *planner);

static void
spread_events(DbmigPgPlanner *planner)
{
	for (; planner->told < planner->nevents && dbmig_ok(planner->d);
		 planner->told++)
	{
		DbmigPgItem *item = planner->events[planner->told];

		tell_dependents(planner, item);
		if (dbmig_pg_goes(item))
			tell_parts(planner, item);
	}
}

static void
spread(DbmigPgPlanner *planner)
{
	size_t		i;

	for (i = 0; i < planner->count; i++)
	{
		DbmigPgItem *item = planner->items[i];

		if (dbmig_pg_goes(item) || item->retyped)
			tell(planner, item);
	}
	spread_events(planner);
	while (remake_used_enums(planner))
		spread_events(planner);
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

/* ---- what comes and goes with something else ---- */

/* The table of an index, a trigger, a rule, a policy: it takes them along. */
DbmigPgItem *
dbmig_pg_table_of(const DbmigModel *model, const DbmigObject *object)
{
	static const DbmigPgKind kinds[] =
	{
		DBMIG_PG_TABLE, DBMIG_PG_FOREIGN_TABLE, DBMIG_PG_MATERIALIZED_VIEW,
		DBMIG_PG_VIEW
	};
	const char *table = dbmig_object_get(object, "table");
	const DbmigObject *found = NULL;
	size_t		i;

	for (i = 0; table != NULL && found == NULL && i < DBMIG_COUNT(kinds); i++)
		found = dbmig_model_find(model, &dbmig_pg_kinds[kinds[i]], NULL,
								 table);
	return found == NULL ? NULL : found->mark;
}

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
 * as pg_dump does it: their names are its own. */
static void
note_attached(DbmigPgPlanner *planner, const DbmigPgItem *item)
{
	DbmigPgItem *table;

	if (item->to == NULL || dbmig_object_get(item->to, "parent") == NULL)
		return;
	table = dbmig_pg_is(item->to, DBMIG_PG_INDEX) ?
		dbmig_pg_table_of(planner->to, item->to) :
		dbmig_pg_is(item->to, DBMIG_PG_CONSTRAINT) ? item->owner : NULL;
	if (table != NULL)
		table->attaches = true;
}

/* Statistics name their columns: they go with a table, too. */
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

/* True when the item needs something that goes and needs the carrier itself:
 * then the item has to go first. */
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

static void
decide_going(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const DbmigPgItem *const carriers[] =
	{
		dbmig_pg_table_of(planner->from, item->from),
		dbmig_pg_owning_column(planner->d, planner->from, item->from),
		parent_index(planner, item),
	};
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(carriers) && item->carrier == NULL; i++)
	{
		if (carriers[i] != NULL && is_gone(carriers[i]) &&
			!is_in_between(item, carriers[i]))
			item->carrier = carriers[i];
	}
	item->goes_along = item->carrier != NULL || owner_goes(item) ||
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
}

/* A part of something that comes back comes back, too; so does what a table
 * takes along. */
static void
complete(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const DbmigPgItem *table = item->from == NULL ? NULL :
	dbmig_pg_table_of(planner->from, item->from);
	bool		lost = owner_goes(item) ||
	(table != NULL && dbmig_pg_goes(table));

	if (item->owner != NULL && item->from == NULL &&
		dbmig_pg_comes(item->owner))
		item->fate = DBMIG_PG_CREATE;
	if (item->from != NULL && lost)
		item->fate = item->to == NULL ? DBMIG_PG_DROP : DBMIG_PG_RECREATE;
}

void
dbmig_pg_decide(DbmigPgPlanner *planner, const DbmigDiff *diff)
{
	size_t		i;

	add_items(planner, NULL, planner->from->items, planner->from->count,
			  planner->to->items, planner->to->count);
	if (!dbmig_ok(planner->d))
		return;
	turn_needs(planner, planner->from->items, planner->from->count);
	take_changes(planner, diff->items, diff->count);
	spread(planner);
	for (i = 0; i < planner->count; i++)
		complete(planner, planner->items[i]);
	for (i = 0; i < planner->count; i++)
		note_attached(planner, planner->items[i]);
	for (i = 0; i < planner->count; i++)
		decide_along(planner, planner->items[i]);
}
