/*
 * pg_plan_inherit.c
 *	  What a table has from its parents.
 *
 * Says nothing about when: that is pg_plan_parent.c's.
 */
#include "pg_plan_part.h"
#include "pg_plan_wait.h"

#include <string.h>

/* ---- the order of columns ---- */

typedef struct Sequence
{
	DbmigMap	seen;
	DbmigObject **columns;		/* the child's, as they are wanted */
	bool		same;			/* so far */
} Sequence;

/* The next column that CREATE TABLE would make. */
static void
go_on(Sequence *sequence, const DbmigObject *column)
{
	if (dbmig_map_get(&sequence->seen, column->id) != NULL)
		return;
	dbmig_map_put(&sequence->seen, column->id, (void *) column);
	if (*sequence->columns == NULL ||
		strcmp((*sequence->columns)->id, column->id) != 0)
		sequence->same = false;
	else
		sequence->columns++;
}

/* True when the columns of a child stand as CREATE TABLE makes them: those of
 * its parents first. */
static bool
stands_as_made(DbmigPgPlanner *planner, const DbmigObject *table)
{
	const char *list = dbmig_pg_parents(table);
	const DbmigObject *parent;
	DbmigObject **own = dbmig_pg_parts(planner->d, table, DBMIG_PG_COLUMN);
	DbmigObject **columns;
	Sequence	sequence = {.columns = own, .same = own != NULL};

	dbmig_map_init(&sequence.seen, planner->d);
	while (sequence.same &&
		   (parent = dbmig_pg_next_parent(planner, planner->to,
										  &list)) != NULL)
	{
		columns = dbmig_pg_parts(planner->d, parent, DBMIG_PG_COLUMN);
		for (; columns != NULL && *columns != NULL && sequence.same; columns++)
			go_on(&sequence, *columns);
	}
	for (columns = own; columns != NULL && *columns != NULL; columns++)
		go_on(&sequence, *columns);
	return sequence.same || !dbmig_ok(planner->d);
}

/* True when a child has nothing from its parents alone, so that it can be made
 * before it becomes their child. */
static bool
is_complete(DbmigPgPlanner *planner, const DbmigObject *table)
{
	const DbmigObject **inherited = dbmig_pg_inherited(planner, planner->to,
													   table);
	size_t		i;

	for (i = 0; i < table->nparts; i++)
	{
		if (dbmig_pg_is(table->parts[i], DBMIG_PG_COLUMN) &&
			dbmig_object_get(table->parts[i], "inherited") != NULL)
			return false;
	}
	return inherited != NULL && *inherited == NULL;
}

bool
dbmig_pg_is_made_first(DbmigPgPlanner *planner, const DbmigPgItem *table)
{
	const DbmigObject *to = table->to;

	if (to == NULL || !dbmig_pg_is_table(to) || !dbmig_pg_comes(table) ||
		dbmig_pg_parents(to) == NULL || stands_as_made(planner, to))
		return false;
	return dbmig_object_get(to, "partition_of") != NULL ||
		is_complete(planner, to);
}

/* ---- constraints ---- */

typedef struct Inherited
{
	DbmigPgPlanner *planner;
	const DbmigModel *model;
	DbmigMap	seen;
	const DbmigObject **found;
	size_t		count;
	size_t		capacity;
} Inherited;

/* Foreign keys come to partitions alone, and checks to all children, but for
 * those that say they do not. */
static bool
is_passed_on(const DbmigObject *object, bool to_partition)
{
	static const char no[] = " NO INHERIT";
	const char *definition = dbmig_object_get(object, "definition");
	size_t		len = definition == NULL ? 0 : strlen(definition);

	if (!dbmig_pg_is(object, DBMIG_PG_CONSTRAINT))
		return false;
	if (dbmig_pg_has(object, "type", "foreign key"))
		return to_partition;
	return dbmig_pg_has(object, "type", "check") &&
		(len < strlen(no) || strcmp(definition + len - strlen(no), no) != 0);
}

static void
add_inherited(Inherited *inherited, const DbmigObject *constraint)
{
	if (dbmig_map_get(&inherited->seen, constraint->id) != NULL ||
		!dbmig_grow(inherited->planner->d, (void **) &inherited->found,
					&inherited->capacity, inherited->count,
					sizeof(DbmigObject *)))
		return;
	dbmig_map_put(&inherited->seen, constraint->id, (void *) constraint);
	inherited->found[inherited->count++] = constraint;
}

/* No table is its own ancestor. */
static void
collect(Inherited *inherited, const DbmigObject *table)
{
	const char *list = dbmig_pg_parents(table);
	bool		partition = dbmig_object_get(table, "partition_of") != NULL;
	const DbmigObject *parent;
	size_t		i;

	while ((parent = dbmig_pg_next_parent(inherited->planner,
										  inherited->model, &list)) != NULL)
	{
		for (i = 0; i < parent->nparts; i++)
		{
			if (is_passed_on(parent->parts[i], partition))
				add_inherited(inherited, parent->parts[i]);
		}
		collect(inherited, parent);
	}
}

const DbmigObject **
dbmig_pg_inherited(DbmigPgPlanner *planner, const DbmigModel *model,
				   const DbmigObject *table)
{
	Inherited	inherited = {.planner = planner, .model = model};
	size_t		i;

	dbmig_map_init(&inherited.seen, planner->d);
	for (i = 0; i < table->nparts; i++)
	{
		if (dbmig_pg_is(table->parts[i], DBMIG_PG_CONSTRAINT))
			dbmig_map_put(&inherited.seen, table->parts[i]->id,
						  table->parts[i]);
	}
	collect(&inherited, table);
	if (!dbmig_grow(planner->d, (void **) &inherited.found,
					&inherited.capacity, inherited.count,
					sizeof(DbmigObject *)))
		return NULL;
	inherited.found[inherited.count] = NULL;
	return inherited.found;
}

/* ---- foreign keys to partitions ---- */

typedef struct References
{
	DbmigPgPlanner *planner;
	DbmigPgItem **found;
	size_t		count;
	size_t		capacity;
} References;

static void
add_references(References *references, const DbmigPgItem *needed)
{
	size_t		i;
	size_t		j;

	for (i = 0; needed != NULL && i < needed->ndependents; i++)
	{
		DbmigPgItem *key = needed->dependents[i];

		for (j = 0; j < references->count && references->found[j] != key;)
			j++;
		if (j < references->count || !dbmig_pg_is_foreign_key(key) ||
			!dbmig_grow(references->planner->d, (void **) &references->found,
						&references->capacity, references->count,
						sizeof(DbmigPgItem *)))
			continue;
		references->found[references->count++] = key;
	}
}

/* What a table is a partition of; NULL: it is none. */
static const DbmigObject *
whole_of(DbmigPgPlanner *planner, const DbmigModel *model,
		 const DbmigObject *table)
{
	const char *list = dbmig_object_get(table, "partition_of");

	return list == NULL ? NULL :
		dbmig_pg_next_parent(planner, model, &list);
}

DbmigPgItem **
dbmig_pg_references(DbmigPgPlanner *planner, const DbmigObject *table)
{
	References	references = {.planner = planner};
	const DbmigObject *at;
	size_t		i;

	for (at = table; at != NULL; at = whole_of(planner, planner->from, at))
	{
		add_references(&references, at->mark);
		for (i = 0; i < at->nparts; i++)
			add_references(&references, at->parts[i]->mark);
	}
	if (!dbmig_grow(planner->d, (void **) &references.found,
					&references.capacity, references.count,
					sizeof(DbmigPgItem *)))
		return NULL;
	references.found[references.count] = NULL;
	return references.found;
}

bool
dbmig_pg_is_within(DbmigPgPlanner *planner, const DbmigObject *table,
				   const DbmigPgItem *whole)
{
	while (table != NULL && table->mark != whole)
		table = whole_of(planner, planner->from, table);
	return table != NULL;
}

/* ---- constraints of tables that leave and join ---- */

static bool
is_same(const DbmigObject *a, const DbmigObject *b)
{
	return strcmp(a->id, b->id) == 0 && dbmig_pg_same(a, b, "type") &&
		dbmig_pg_same(a, b, "definition");
}

static bool
is_among(const DbmigObject **constraints, const DbmigObject *constraint)
{
	while (constraints != NULL && *constraints != NULL &&
		   !is_same(*constraints, constraint))
		constraints++;
	return constraints != NULL && *constraints != NULL;
}

static bool
is_own(const DbmigObject *table, const DbmigObject *constraint)
{
	size_t		i;

	for (i = 0; i < table->nparts; i++)
	{
		if (dbmig_pg_is(table->parts[i], DBMIG_PG_CONSTRAINT) &&
			is_same(table->parts[i], constraint))
			return true;
	}
	return false;
}

/* What a parent had passed on, and leaves behind. */
static const DbmigObject **
left_behind(DbmigPgPlanner *planner, const DbmigPgItem *table)
{
	return dbmig_pg_leaves(table) ?
		dbmig_pg_inherited(planner, planner->from, table->from) : NULL;
}

/* What a parent will pass on. */
static const DbmigObject **
passed_on(DbmigPgPlanner *planner, const DbmigPgItem *table)
{
	return dbmig_pg_joins(table) ?
		dbmig_pg_inherited(planner, planner->to, table->to) : NULL;
}

void
dbmig_pg_drop_left(DbmigPgPlanner *planner, DbmigBuf *sql,
				   const DbmigPgItem *table)
{
	const DbmigObject **left = left_behind(planner, table);
	const DbmigObject **wanted = passed_on(planner, table);

	for (; left != NULL && *left != NULL; left++)
	{
		if (is_own(table->to, *left) || is_among(wanted, *left))
			continue;
		dbmig_buf_addf(sql, "ALTER TABLE %s DROP CONSTRAINT ",
					   table->from->id);
		dbmig_buf_identifier(sql, (*left)->name);
		dbmig_buf_add(sql, ";\n");
	}
}

void
dbmig_pg_add_passed(DbmigPgPlanner *planner, DbmigBuf *sql,
					const DbmigPgItem *table)
{
	const DbmigObject **left;
	const DbmigObject **wanted;

	if (dbmig_pg_comes(table))
		return;
	left = left_behind(planner, table);
	wanted = passed_on(planner, table);
	for (; wanted != NULL && *wanted != NULL; wanted++)
	{
		if (!dbmig_pg_has(*wanted, "type", "check") ||
			is_own(table->from, *wanted) || is_among(left, *wanted))
			continue;
		dbmig_buf_addf(sql, "ALTER TABLE %s ADD ", table->to->id);
		dbmig_pg_constraint(sql, *wanted);
		dbmig_buf_add(sql, ";\n");
	}
}

/* A constraint stays that is the table's own and will be passed on to it, or
 * the other way round. */
static void
keep_constraint(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const DbmigPgItem *table = item->owner;
	const DbmigObject *object = item->from != NULL ? item->from : item->to;

	if (table == NULL || table->fate != DBMIG_PG_ALTER ||
		!dbmig_pg_is(object, DBMIG_PG_CONSTRAINT))
		return;
	if ((item->fate == DBMIG_PG_DROP &&
		 is_among(passed_on(planner, table), object)) ||
		(item->fate == DBMIG_PG_CREATE &&
		 is_among(left_behind(planner, table), object)))
		item->fate = DBMIG_PG_KEEP;
}

/* ---- triggers of partitions ---- */

DbmigPgItem *
dbmig_pg_whole_trigger(DbmigPgPlanner *planner, const DbmigModel *model,
					   const DbmigObject *trigger)
{
	const DbmigPgItem *table = dbmig_pg_table_of(model, trigger);
	const DbmigObject *at;
	const DbmigObject *found = NULL;

	if (table == NULL || !dbmig_pg_is(trigger, DBMIG_PG_TRIGGER) ||
		dbmig_object_get(trigger, "parent") == NULL)
		return NULL;
	at = model == planner->from ? table->from : table->to;
	while (found == NULL && (at = whole_of(planner, model, at)) != NULL)
		found = dbmig_model_find(model, trigger->kind, NULL,
								 dbmig_printf(planner->d, "%s.%s", at->id,
											  dbmig_pg_id_name(planner->d,
															   trigger->id)));
	return found == NULL ? NULL : found->mark;
}

static bool
changes(DbmigPgPlanner *planner, const DbmigPgItem *trigger)
{
	while (trigger != NULL && trigger->fate == DBMIG_PG_KEEP)
		trigger = dbmig_pg_whole_trigger(planner, planner->to, trigger->to);
	return trigger != NULL;
}

/* A trigger of a partition goes with that of the whole, and is made anew with
 * it: then it is enabled once more as it was. */
static void
decide_trigger(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const DbmigPgItem *table;
	const DbmigPgItem *whole;

	if (item->from != NULL && dbmig_pg_goes(item) &&
		(whole = dbmig_pg_whole_trigger(planner, planner->from,
										item->from)) != NULL)
	{
		table = dbmig_pg_table_of(planner->from, item->from);
		if (dbmig_pg_goes(whole) || dbmig_pg_leaves(table) ||
			item->fate == DBMIG_PG_RECREATE)
			item->goes_along = true;
	}
	if (item->fate == DBMIG_PG_KEEP && item->to != NULL &&
		changes(planner, dbmig_pg_whole_trigger(planner, planner->to,
												item->to)))
		item->fate = DBMIG_PG_ALTER;
}

/* ---- columns of children that stay ---- */

const DbmigPgItem *
dbmig_pg_leader(DbmigPgPlanner *planner, const DbmigPgItem *column)
{
	const DbmigPgItem *owner = column->owner;
	const DbmigPgItem *parent;

	if (column->from == NULL || column->to == NULL || owner == NULL ||
		!dbmig_pg_is(column->from, DBMIG_PG_COLUMN) || dbmig_pg_goes(owner) ||
		dbmig_pg_leaves(owner) || dbmig_pg_joins(owner))
		return NULL;
	parent = dbmig_pg_column_of_parent(planner, planner->from, column->from);
	if (parent == NULL || parent->fate == DBMIG_PG_RECREATE ||
		parent != dbmig_pg_column_of_parent(planner, planner->to, column->to))
		return NULL;
	return parent;
}

static bool
says(const DbmigPgItem *column, const char *key)
{
	return column->fate == DBMIG_PG_ALTER &&
		((column->change != NULL && dbmig_change_has(column->change, key)) ||
		 (column->redefaulted && strcmp(key, "default") == 0));
}

bool
dbmig_pg_is_told(DbmigPgPlanner *planner, const DbmigPgItem *column,
				 const char *key)
{
	const DbmigPgItem *leader = dbmig_pg_leader(planner, column);

	return leader != NULL &&
		(says(leader, key) || dbmig_pg_is_told(planner, leader, key));
}

bool
dbmig_pg_loses_default(DbmigPgPlanner *planner, const DbmigPgItem *column)
{
	const DbmigPgItem *leader = dbmig_pg_leader(planner, column);

	return leader != NULL &&
		((leader->redefaulted &&
		  dbmig_object_get(leader->from, "default") != NULL) ||
		 dbmig_pg_loses_default(planner, leader));
}

void
dbmig_pg_decide_own(DbmigPgPlanner *planner)
{
	static const char *const keys[] = {"default", "not_null"};
	size_t		i;
	size_t		j;

	for (i = 0; i < planner->count; i++)
	{
		DbmigPgItem *item = planner->items[i];
		const DbmigPgItem *leader = dbmig_pg_leader(planner, item);

		keep_constraint(planner, item);
		decide_trigger(planner, item);
		if (leader == NULL || dbmig_pg_goes(item))
			continue;
		item->follows = item->retyped && leader->retyped;
		for (j = 0; j < DBMIG_COUNT(keys); j++)
		{
			if (!dbmig_pg_same(leader->to, item->to, keys[j]) &&
				dbmig_pg_is_told(planner, item, keys[j]))
				item->fate = DBMIG_PG_ALTER;
		}
	}
}
