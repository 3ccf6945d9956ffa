/*
 * pg_plan_fate.c
 *	  Decides what happens to each object that differs.
 *
 * Writes no SQL and puts nothing in order.
 */
#include "pg_plan_wait.h"

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

const DbmigObject *
dbmig_pg_succeeding(Dbmig *d, const DbmigModel *to, const DbmigPgItem *column)
{
	size_t		i;

	if (column->from == NULL || column->to == NULL ||
		dbmig_object_get(column->from, "identity") == NULL ||
		dbmig_object_get(column->from, "sequence") == NULL)
		return NULL;
	for (i = 0; i < column->to->nneeds; i++)
	{
		const DbmigObject *needed = column->to->needs[i];

		if (dbmig_pg_is(needed, DBMIG_PG_SEQUENCE) &&
			dbmig_pg_owning_column(d, to, needed) == column)
			return needed;
	}
	return NULL;
}

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

/* A column that is computed cannot become another one in place, but for a
 * stored one that forgets its expression. */
static bool
column_stays(const DbmigChange *change)
{
	if (!dbmig_change_has(change, "generated") &&
		!dbmig_change_has(change, "generated_kind"))
		return true;
	return !dbmig_pg_is_generated(change->to) &&
		!dbmig_pg_has(change->from, "generated_kind", "virtual");
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

bool
dbmig_pg_is_stored(const DbmigPgItem *type)
{
	size_t		i;

	for (i = 0; i < type->ndependents; i++)
	{
		const DbmigPgItem *item = type->dependents[i];

		if (dbmig_pg_is(item->from, DBMIG_PG_COLUMN) ||
			((dbmig_pg_is(item->from, DBMIG_PG_COMPOSITE) ||
			  dbmig_pg_is(item->from, DBMIG_PG_DOMAIN)) &&
			 dbmig_pg_is_stored(item)))
			return true;
	}
	return false;
}

/* True when an attribute of a composite that columns have changes its type:
 * the server changes no stored rows for that. */
static bool
retypes_stored(const DbmigPgItem *composite)
{
	const DbmigChange *change = composite->change;
	size_t		i;

	if (!dbmig_pg_is(composite->from, DBMIG_PG_COMPOSITE) ||
		!dbmig_pg_is_stored(composite))
		return false;
	for (i = 0; i < change->nparts; i++)
	{
		if (change->parts[i].from != NULL && change->parts[i].to != NULL &&
			dbmig_change_has(&change->parts[i], "type"))
			return true;
	}
	return false;
}

/* True when constraints are added to a domain that columns have inside of
 * another type: the server cannot check these values. */
static bool
is_hidden_domain(const DbmigPgItem *domain)
{
	const DbmigChange *change = domain->change;
	bool		checks = dbmig_change_has(change, "not_null") &&
	dbmig_object_get(change->to, "not_null") != NULL;
	size_t		i;

	if (!dbmig_pg_is(domain->from, DBMIG_PG_DOMAIN))
		return false;
	for (i = 0; i < change->nparts; i++)
		checks = checks || (change->parts[i].to != NULL &&
							dbmig_pg_is(change->parts[i].to,
										DBMIG_PG_CONSTRAINT));
	for (i = 0; checks && i < domain->ndependents; i++)
	{
		const DbmigObject *column = domain->dependents[i]->from;

		if (dbmig_pg_is(column, DBMIG_PG_COMPOSITE) ||
			dbmig_pg_is(column, DBMIG_PG_RANGE) ||
			(dbmig_pg_is(column, DBMIG_PG_COLUMN) &&
			 strcmp(dbmig_object_get(column, "type"), domain->from->id) != 0))
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
	else if (retypes_stored(item) || is_hidden_domain(item))
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

void
dbmig_pg_decide(DbmigPgPlanner *planner, const DbmigDiff *diff)
{
	add_items(planner, NULL, planner->from->items, planner->from->count,
			  planner->to->items, planner->to->count);
	if (!dbmig_ok(planner->d))
		return;
	turn_needs(planner, planner->from->items, planner->from->count);
	take_changes(planner, diff->items, diff->count);
	dbmig_pg_spread(planner);
	dbmig_pg_decide_along(planner);
	dbmig_pg_decide_own(planner);
}
