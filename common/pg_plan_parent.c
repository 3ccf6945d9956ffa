/*
 * pg_plan_parent.c
 *	  When tables leave and join their parents, and what waits for that.
 */
#include "pg_plan_wait.h"

#include <string.h>

/* ---- tables ---- */

static DbmigPgItem *
find_table(const DbmigModel *model, const char *id)
{
	static const DbmigPgKind kinds[] = {DBMIG_PG_TABLE, DBMIG_PG_FOREIGN_TABLE};
	const DbmigObject *table = NULL;
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(kinds) && table == NULL; i++)
		table = dbmig_model_find(model, &dbmig_pg_kinds[kinds[i]], NULL, id);
	return table == NULL ? NULL : table->mark;
}

const char *
dbmig_pg_parents(const DbmigObject *table)
{
	const char *list = dbmig_object_get(table, "inherits");

	return list != NULL ? list : dbmig_object_get(table, "partition_of");
}

const DbmigObject *
dbmig_pg_next_parent(DbmigPgPlanner *planner, const DbmigModel *model,
					 const char **list)
{
	const DbmigPgItem *parent = NULL;

	while (parent == NULL && *list != NULL && **list != '\0')
	{
		size_t		len = dbmig_pg_first_length(*list);

		parent = find_table(model, dbmig_strndup(planner->d, *list, len));
		*list += len;
		*list += strspn(*list, ", ");
	}
	return parent == NULL ? NULL :
		model == planner->from ? parent->from : parent->to;
}

/* What is done to the table waits for node, or node for it. */
static void
wait_around(DbmigPgPlanner *planner, size_t node, DbmigPgItem *table,
			bool node_first)
{
	const DbmigObject *sides[] = {table->from, table->to};
	size_t		act;
	size_t		i;
	size_t		j;

	for (act = DBMIG_PG_ACT_DROP; act <= DBMIG_PG_ACT_ALTER; act++)
	{
		size_t		other = table->nodes[act];

		dbmig_pg_wait_for(planner, node_first ? other : node,
						  node_first ? node : other, DBMIG_WAIT_NEED);
		for (i = 0; i < DBMIG_COUNT(sides); i++)
		{
			for (j = 0; sides[i] != NULL && j < sides[i]->nparts; j++)
			{
				const DbmigPgItem *part = sides[i]->parts[j]->mark;

				if (part == NULL)
					continue;
				other = part->nodes[act];
				dbmig_pg_wait_for(planner, node_first ? other : node,
								  node_first ? node : other, DBMIG_WAIT_NEED);
			}
		}
	}
}

/* Calls wait_around() for each parent in the list of ids. */
static void
wait_around_parents(DbmigPgPlanner *planner, size_t node,
					const DbmigModel *model, const char *list,
					bool node_first)
{
	const DbmigObject *parent;

	while ((parent = dbmig_pg_next_parent(planner, model, &list)) != NULL)
		wait_around(planner, node, parent->mark, node_first);
}

/* What refers to a partitioned table refers to its partitions: it goes before
 * one of them does, or leaves. */
static void
wait_for_references(DbmigPgPlanner *planner, const DbmigPgItem *table)
{
	size_t		gone = table->nodes[DBMIG_PG_ACT_DROP];
	size_t		away = table->nodes[DBMIG_PG_ACT_AWAY];
	DbmigPgItem **keys;

	if ((gone == DBMIG_PG_NO_NODE && away == DBMIG_PG_NO_NODE) ||
		dbmig_object_get(table->from, "partition_of") == NULL)
		return;
	keys = dbmig_pg_references(planner, table->from);
	for (; keys != NULL && *keys != NULL; keys++)
	{
		const DbmigPgItem *key = *keys;
		size_t		node = dbmig_pg_node_of(key, DBMIG_PG_ACT_DROP);
		DbmigWait	why = key->goes_along ? DBMIG_WAIT_TIDY : DBMIG_WAIT_NEED;

		if (!dbmig_pg_is_gone(key) ||
			(key->goes_along &&
			 dbmig_pg_is_within(planner, table->from, key->owner)))
			continue;
		dbmig_pg_wait_for(planner, gone, node, why);
		dbmig_pg_wait_for(planner, away, node, why);
	}
}

/* A typed table leaves its type before either changes, and joins it when both
 * have. */
static void
wait_around_type(DbmigPgPlanner *planner, DbmigPgItem *table)
{
	const DbmigPgItem *old = dbmig_pg_type_of_table(table->from);
	const DbmigPgItem *new = dbmig_pg_type_of_table(table->to);

	if (table->fate != DBMIG_PG_ALTER)
		return;
	if (old != NULL && table->nodes[DBMIG_PG_ACT_AWAY] != DBMIG_PG_NO_NODE)
	{
		wait_around(planner, table->nodes[DBMIG_PG_ACT_AWAY], table, true);
		dbmig_pg_wait_for(planner, old->nodes[DBMIG_PG_ACT_ALTER],
						  table->nodes[DBMIG_PG_ACT_AWAY], DBMIG_WAIT_NEED);
	}
	if (new == NULL)
		return;
	dbmig_pg_wait_for(planner, table->nodes[DBMIG_PG_ACT_LATE],
					  new->nodes[DBMIG_PG_ACT_ALTER], DBMIG_WAIT_NEED);
	dbmig_pg_wait_for(planner, table->nodes[DBMIG_PG_ACT_LATE],
					  new->nodes[DBMIG_PG_ACT_CREATE], DBMIG_WAIT_NEED);
}

/* A child leaves its parent before that changes, and joins when both have
 * what they need. */
void
dbmig_pg_wait_for_parents(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	static const char *const keys[] = {"partition_of", "inherits"};
	size_t		away = item->nodes[DBMIG_PG_ACT_AWAY];
	size_t		late = item->nodes[DBMIG_PG_ACT_LATE];
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(keys); i++)
	{
		if (away != DBMIG_PG_NO_NODE)
			wait_around_parents(planner, away, planner->from,
								dbmig_object_get(item->from, keys[i]), true);
		if (late != DBMIG_PG_NO_NODE)
			wait_around_parents(planner, late, planner->to,
								dbmig_object_get(item->to, keys[i]), false);
	}
	if (late != DBMIG_PG_NO_NODE)
		wait_around(planner, late, item, false);
	wait_for_references(planner, item);
	wait_around_type(planner, item);
}

DbmigPgItem *
dbmig_pg_column_of_parent(DbmigPgPlanner *planner, const DbmigModel *model,
						  const DbmigObject *column)
{
	const char *list = dbmig_pg_parents(column->owner);
	const DbmigObject *parent;

	while ((parent = dbmig_pg_next_parent(planner, model, &list)) != NULL)
	{
		const DbmigObject *found = dbmig_model_find(model, column->kind,
													parent, column->id);

		if (found != NULL)
			return found->mark;
	}
	return NULL;
}

bool
dbmig_pg_parent_computes(DbmigPgPlanner *planner, const DbmigObject *column)
{
	const DbmigPgItem *parent =
	dbmig_pg_column_of_parent(planner, planner->to, column);

	return parent != NULL && dbmig_pg_is_generated(column) &&
		dbmig_pg_same(parent->to, column, "generated");
}

/* The node after which a column is what its parent's statements make it. */
static size_t
node_that_brings(DbmigPgPlanner *planner, const DbmigPgItem *parent)
{
	while (parent != NULL && parent->nodes[DBMIG_PG_ACT_LATE] ==
		   DBMIG_PG_NO_NODE && parent->nodes[DBMIG_PG_ACT_CREATE] ==
		   DBMIG_PG_NO_NODE)
		parent = dbmig_pg_column_of_parent(planner, planner->to, parent->to);
	if (parent == NULL)
		return DBMIG_PG_NO_NODE;
	return parent->nodes[DBMIG_PG_ACT_LATE] != DBMIG_PG_NO_NODE ?
		parent->nodes[DBMIG_PG_ACT_LATE] : parent->nodes[DBMIG_PG_ACT_CREATE];
}

/* What is said of a parent's column is said before what is said of the
 * child's; but a default that is in the way has to go first. */
static void
wait_for_leader(DbmigPgPlanner *planner, const DbmigPgItem *item)
{
	const DbmigPgItem *leader = dbmig_pg_leader(planner, item);

	if (leader == NULL)
		return;
	dbmig_pg_wait_for(planner, item->nodes[DBMIG_PG_ACT_ALTER],
					  leader->nodes[DBMIG_PG_ACT_ALTER], DBMIG_WAIT_NEED);
	dbmig_pg_wait_for(planner, leader->nodes[DBMIG_PG_ACT_ALTER],
					  item->nodes[DBMIG_PG_ACT_AWAY], DBMIG_WAIT_NEED);
	if (leader->as_text)
		dbmig_pg_wait_for(planner, leader->nodes[DBMIG_PG_ACT_AWAY],
						  item->nodes[DBMIG_PG_ACT_AWAY], DBMIG_WAIT_NEED);
}

/* A column that a child has no more from its parent alone is its own once the
 * parent's is gone; and the other way round. */
void
dbmig_pg_wait_for_inheritance(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const DbmigPgItem *parent;

	wait_for_leader(planner, item);
	if (item->to != NULL && dbmig_pg_is_brought(item) &&
		(parent = dbmig_pg_column_of_parent(planner, planner->to,
											item->to)) != NULL)
		dbmig_pg_wait_for(planner, item->nodes[DBMIG_PG_ACT_LATE],
						  node_that_brings(planner, parent), DBMIG_WAIT_NEED);
	if (item->fate != DBMIG_PG_RECREATE ||
		!dbmig_pg_is(item->from, DBMIG_PG_COLUMN))
		return;
	if (item->goes_along &&
		(parent = dbmig_pg_column_of_parent(planner, planner->from,
											item->from)) != NULL)
		dbmig_pg_wait_for(planner, item->nodes[DBMIG_PG_ACT_CREATE],
						  parent->nodes[DBMIG_PG_ACT_DROP], DBMIG_WAIT_NEED);
	if (item->comes_along &&
		(parent = dbmig_pg_column_of_parent(planner, planner->to,
											item->to)) != NULL)
		dbmig_pg_wait_for(planner, parent->nodes[DBMIG_PG_ACT_CREATE],
						  item->nodes[DBMIG_PG_ACT_DROP], DBMIG_WAIT_NEED);
}

/* ---- triggers ---- */

/* The trigger of a partition is there once that of the whole is, and the table
 * is a partition. */
void
dbmig_pg_wait_for_trigger(DbmigPgPlanner *planner, const DbmigPgItem *trigger)
{
	static const DbmigPgAct acts[] =
	{DBMIG_PG_ACT_CREATE, DBMIG_PG_ACT_ALTER};
	const DbmigPgItem *whole = dbmig_pg_whole_trigger(planner, planner->to,
													  trigger->to);
	const DbmigPgItem *table = dbmig_pg_table_of(planner->to, trigger->to);
	size_t		i;

	for (i = 0; whole != NULL && i < DBMIG_COUNT(acts); i++)
	{
		size_t		node = trigger->nodes[acts[i]];

		dbmig_pg_wait_for(planner, node, whole->nodes[DBMIG_PG_ACT_CREATE],
						  DBMIG_WAIT_NEED);
		dbmig_pg_wait_for(planner, node, whole->nodes[DBMIG_PG_ACT_ALTER],
						  DBMIG_WAIT_NEED);
		if (table != NULL)
			dbmig_pg_wait_for(planner, node, table->nodes[DBMIG_PG_ACT_LATE],
							  DBMIG_WAIT_NEED);
	}
}

/* ---- indexes ---- */

/* An index that has partitions is valid, and is taken for part of another one
 * when its table becomes a partition, once it has them all. */
static void
wait_for_parts(DbmigPgPlanner *planner, const DbmigPgItem *index)
{
	const DbmigObject *at = index->to;
	const char *parent;

	while (at != NULL && (parent = dbmig_object_get(at, "parent")) != NULL)
	{
		const DbmigPgItem *table;

		at = dbmig_model_find(planner->to, at->kind, NULL, parent);
		table = at == NULL ? NULL : dbmig_pg_table_of(planner->to, at);
		if (table != NULL && dbmig_pg_joins_with_table(planner, at))
			dbmig_pg_wait_for(planner, table->nodes[DBMIG_PG_ACT_LATE],
							  index->nodes[DBMIG_PG_ACT_CREATE], DBMIG_WAIT_BODY);
	}
}

/* An index is no part of the whole one any more once its table has left. */
static void
wait_to_leave(DbmigPgPlanner *planner, const DbmigPgItem *index)
{
	const DbmigPgItem *table = dbmig_pg_table_of(planner->from, index->from);

	if (table != NULL && dbmig_object_get(index->from, "parent") != NULL)
		dbmig_pg_wait_for(planner, index->nodes[DBMIG_PG_ACT_DROP],
						  table->nodes[DBMIG_PG_ACT_AWAY], DBMIG_WAIT_NEED);
}

/* A partition is attached once it has those of its indexes that become part of
 * the parent's by that; others are made part of it later. */
void
dbmig_pg_wait_for_index(DbmigPgPlanner *planner, DbmigPgItem *index)
{
	const DbmigPgItem *table = index->to == NULL ? NULL :
	dbmig_pg_table_of(planner->to, index->to);
	size_t		joins = table == NULL ? DBMIG_PG_NO_NODE :
	table->nodes[DBMIG_PG_ACT_LATE];
	size_t		created = index->nodes[DBMIG_PG_ACT_CREATE];
	const DbmigObject *parent;

	if (index->from != NULL)
		wait_to_leave(planner, index);
	if (index->to == NULL)
		return;
	wait_for_parts(planner, index);
	if (joins == DBMIG_PG_NO_NODE ||
		dbmig_object_get(index->to, "parent") == NULL)
		return;
	if (dbmig_pg_joins_with_table(planner, index->to))
	{
		dbmig_pg_wait_for(planner, joins, created, DBMIG_WAIT_BODY);
		return;
	}
	dbmig_pg_wait_for(planner, created, joins, DBMIG_WAIT_BODY);
	parent = dbmig_model_find(planner->to, index->to->kind, NULL,
							  dbmig_object_get(index->to, "parent"));
	if (parent != NULL)
		dbmig_pg_wait_for(planner, dbmig_pg_node_of(parent->mark, DBMIG_PG_ACT_CREATE), joins,
						  DBMIG_WAIT_BODY);
}
