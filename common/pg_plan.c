/*
 * pg_plan.c
 *	  PostgreSQL's way from one schema to another: acts in the order in which
 *	  they can be done, those of one table joined.
 *
 * Decides nothing about an object (pg_plan_fate.c) and writes no statement
 * (pg_plan_kind.c, pg_plan_table.c).
 */
#include "pg_plan.h"

#include <string.h>

/* Ranks: what goes comes first, the other way round; default privileges come
 * last, so that nothing that is created is under new ones. */
#define RANK_AWAY (-2 * DBMIG_PG_NKINDS)
#define RANK_LAST (2 * DBMIG_PG_NKINDS)

/* ---- nodes ---- */

static DbmigPgKind
rank_kind(const DbmigObject *object)
{
	DbmigPgKind kind = dbmig_pg_kind(object);

	if (kind == DBMIG_PG_FOREIGN_TABLE ||
		(kind == DBMIG_PG_COLUMN && dbmig_pg_is_table(object->owner)))
		return DBMIG_PG_TABLE;

	/*
	 * Indexes are built once all of the table is there, and foreign keys once
	 * all tables are.
	 */
	if (kind == DBMIG_PG_CONSTRAINT &&
		!dbmig_pg_has(object, "type", "foreign key"))
		return DBMIG_PG_COLUMN;
	return kind;
}

static int
rank_of(const DbmigPgItem *item, DbmigPgAct act)
{
	const DbmigObject *object = item->to != NULL && act != DBMIG_PG_ACT_DROP ?
	item->to : item->from;
	int			kind = (int) rank_kind(object);

	/* A default goes with what else its table does, unless it must earlier. */
	if (act == DBMIG_PG_ACT_AWAY)
		return item->owner != NULL ? kind : RANK_AWAY;
	/* The index that identifies rows is there. */
	if (act == DBMIG_PG_ACT_LAST)
		return DBMIG_PG_RULE;
	if (dbmig_pg_is(object, DBMIG_PG_DEFAULT_PRIVILEGES))
		return act == DBMIG_PG_ACT_DROP ? RANK_AWAY : RANK_LAST;
	/* Of two that are alike, the first one becomes part of the parent's. */
	if (kind == DBMIG_PG_INDEX && act == DBMIG_PG_ACT_CREATE &&
		dbmig_object_get(object, "parent") == NULL)
		kind++;
	return act == DBMIG_PG_ACT_DROP ? -kind : kind;
}

/* The table whose statement an act may join; NULL: none. */
static const void *
group_of(const DbmigPgItem *item, DbmigPgAct act)
{
	const DbmigObject *object = item->from != NULL ? item->from : item->to;

	if (item->owner != NULL &&
		dbmig_pg_is_table(item->owner->from != NULL ? item->owner->from :
						  item->owner->to))
		return item->owner;
	if (dbmig_pg_is_table(object) && (act == DBMIG_PG_ACT_CREATE ||
									  act == DBMIG_PG_ACT_ALTER))
		return item;
	return NULL;
}

static void
add_node(DbmigPgPlanner *planner, DbmigPgItem *item, DbmigPgAct act)
{
	DbmigPgMove *move = dbmig_alloc(planner->d, sizeof(DbmigPgMove));

	if (move == NULL)
		return;
	move->item = item;
	move->act = act;
	item->nodes[act] = dbmig_order_add(planner->order, move,
									   rank_of(item, act),
									   group_of(item, act),
									   item->to != NULL ? item->to->name :
									   item->from->name);
}

/* True when the default of a column that comes is set by an act of its own:
 * when it needs what may need the table. */
static bool
has_late_default(const DbmigPgItem *item)
{
	const DbmigObject *to = item->to;
	size_t		i;

	if (!dbmig_pg_is(to, DBMIG_PG_COLUMN) || item->owner == NULL ||
		!dbmig_pg_comes(item->owner) ||
		dbmig_object_get(to, "default") == NULL ||
		dbmig_object_get(to, "inherited") != NULL)
		return false;
	for (i = 0; i < to->nneeds; i++)
	{
		if (!dbmig_pg_is_type(to->needs[i]) &&
			!dbmig_pg_is(to->needs[i], DBMIG_PG_COLLATION) &&
			!dbmig_pg_is(to->needs[i], DBMIG_PG_SCHEMA))
			return true;
	}
	return false;
}

/* True when the attribute is set or changes. */
static bool
says(const DbmigPgItem *item, const char *key)
{
	return dbmig_pg_comes(item) ? dbmig_object_get(item->to, key) != NULL :
		item->change != NULL && dbmig_change_has(item->change, key);
}

static bool
has_late(const DbmigPgItem *item)
{
	if (item->to == NULL || item->fate == DBMIG_PG_DROP)
		return false;
	if (dbmig_pg_is(item->to, DBMIG_PG_SEQUENCE))
		return says(item, "owned_by");
	if (dbmig_pg_is_table(item->to))
		return dbmig_pg_joins(item);
	return has_late_default(item);
}

/* True for what a partition or child has from its parent alone. */
static bool
is_inherited(const DbmigObject *object)
{
	return object != NULL && dbmig_object_get(object, "inherited") != NULL;
}

static void
add_nodes(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	if (item->fate == DBMIG_PG_KEEP)
		return;
	if (dbmig_pg_goes(item) && !item->goes_along)
		add_node(planner, item, DBMIG_PG_ACT_DROP);
	if (dbmig_pg_goes(item) && item->swapped)
		add_node(planner, item, DBMIG_PG_ACT_AWAY);
	if (dbmig_pg_comes(item) && !item->comes_along)
		add_node(planner, item, DBMIG_PG_ACT_CREATE);
	if (item->fate == DBMIG_PG_ALTER &&
		!(is_inherited(item->from) && is_inherited(item->to) &&
		  item->retyped && !dbmig_pg_joins(item->owner)))
		add_node(planner, item, DBMIG_PG_ACT_ALTER);
	if (item->fate == DBMIG_PG_ALTER &&
		((item->redefaulted && !is_inherited(item->from)) ||
		 (dbmig_pg_is_table(item->from) && dbmig_pg_leaves(item))))
		add_node(planner, item, DBMIG_PG_ACT_AWAY);
	if (has_late(item))
		add_node(planner, item, DBMIG_PG_ACT_LATE);
	if (item->to != NULL && dbmig_pg_is(item->to, DBMIG_PG_TABLE) &&
		says(item, "replica_identity"))
		add_node(planner, item, DBMIG_PG_ACT_LAST);
}

/* ---- what waits ---- */

/* The node of an act of the item, or of what it goes or comes along with. */
static size_t
node_of(const DbmigPgItem *item, DbmigPgAct act)
{
	while (item != NULL)
	{
		if (item->nodes[act] != DBMIG_PG_NO_NODE)
			return item->nodes[act];
		item = act == DBMIG_PG_ACT_DROP && item->carrier != NULL ?
			item->carrier : item->owner;
	}
	return DBMIG_PG_NO_NODE;
}

static void
wait_for(DbmigPgPlanner *planner, size_t node, size_t before, DbmigWait why)
{
	if (node != DBMIG_PG_NO_NODE && before != DBMIG_PG_NO_NODE)
		dbmig_order_wait(planner->order, node, before, why);
}

/* The node after which the item needs what it needed no more. */
static size_t
node_that_lets_go(const DbmigPgItem *item, const DbmigPgItem *needed)
{
	if (dbmig_pg_goes(item) ||
		(item->owner != NULL && dbmig_pg_goes(item->owner)))
		return node_of(item, DBMIG_PG_ACT_DROP);
	if (item->nodes[DBMIG_PG_ACT_AWAY] != DBMIG_PG_NO_NODE &&
		!needed->swapped)
		return item->nodes[DBMIG_PG_ACT_AWAY];
	return item->nodes[DBMIG_PG_ACT_ALTER];
}

static bool
is_foreign_key(const DbmigPgItem *item)
{
	const DbmigObject *object = item->from != NULL ? item->from : item->to;

	return dbmig_pg_is(object, DBMIG_PG_CONSTRAINT) &&
		dbmig_pg_has(object, "type", "foreign key");
}

/* What needs the item lets it go before it goes. */
static void
wait_for_dependents(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	size_t		gone = node_of(item, DBMIG_PG_ACT_DROP);
	size_t		altered = item->nodes[DBMIG_PG_ACT_ALTER];
	DbmigWait	why_altered = item->retyped ? DBMIG_WAIT_NEED :
	DBMIG_WAIT_BODY;
	size_t		i;

	for (i = 0; i < item->ndependents; i++)
	{
		DbmigPgItem *dependent = item->dependents[i];

		/* Foreign keys of tables that go: emit() sees to them. */
		DbmigWait	why = is_foreign_key(dependent) && dependent->goes_along ?
		DBMIG_WAIT_TIDY : DBMIG_WAIT_NEED;

		wait_for(planner, gone, node_that_lets_go(dependent, item), why);
		/* What has the name of a type in its own is dropped by that. */
		if (item->swapped && dbmig_pg_goes(dependent) && !dependent->swapped)
			wait_for(planner, item->nodes[DBMIG_PG_ACT_AWAY],
					 node_of(dependent, DBMIG_PG_ACT_DROP), DBMIG_WAIT_NEED);
		if (dbmig_pg_goes(dependent))
			wait_for(planner, altered, node_of(dependent, DBMIG_PG_ACT_DROP),
					 why_altered);
	}
}

/* The node that makes the item what is wanted. */
static void
wait_until_made(DbmigPgPlanner *planner, size_t node,
				const DbmigPgItem *needed)
{
	size_t		created = needed->comes_along || dbmig_pg_comes(needed) ?
	node_of(needed, DBMIG_PG_ACT_CREATE) : DBMIG_PG_NO_NODE;
	DbmigWait	why = needed->retyped ? DBMIG_WAIT_NEED : DBMIG_WAIT_TIDY;

	wait_for(planner, node, created, DBMIG_WAIT_NEED);
	wait_for(planner, node, needed->nodes[DBMIG_PG_ACT_ALTER], why);
}

/* A late act takes the needs that the first one need not have. */
static size_t
node_that_needs(const DbmigPgItem *item, const DbmigObject *needed)
{
	size_t		late = item->nodes[DBMIG_PG_ACT_LATE];

	if (late != DBMIG_PG_NO_NODE && dbmig_pg_is(item->to, DBMIG_PG_COLUMN) &&
		!dbmig_pg_is_type(needed))
		return late;
	if (item->nodes[DBMIG_PG_ACT_CREATE] != DBMIG_PG_NO_NODE)
		return item->nodes[DBMIG_PG_ACT_CREATE];
	if (item->nodes[DBMIG_PG_ACT_ALTER] != DBMIG_PG_NO_NODE)
		return item->nodes[DBMIG_PG_ACT_ALTER];
	return item->comes_along ? node_of(item->owner, DBMIG_PG_ACT_CREATE) :
		DBMIG_PG_NO_NODE;
}

/* Parts that are no items need for it, too. */
static void
wait_for_needs(DbmigPgPlanner *planner, DbmigPgItem *item,
			   const DbmigObject *object)
{
	size_t		i;

	for (i = 0; i < object->nneeds; i++)
	{
		const DbmigPgItem *needed = dbmig_pg_item(object->needs[i]);

		if (needed == NULL || needed == item ||
			(needed == item->owner && !dbmig_pg_comes(needed)))
			continue;
		wait_until_made(planner, node_that_needs(item, object->needs[i]),
						needed);
	}
	for (i = 0; i < object->nparts; i++)
	{
		if (object->parts[i]->mark == NULL)
			wait_for_needs(planner, item, object->parts[i]);
	}
}

/* The acts of one item, and of its owner, follow each other. */
static void
wait_for_own(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const size_t *nodes = item->nodes;
	size_t		created = node_of(item, DBMIG_PG_ACT_CREATE);

	if (item->swapped)
	{
		wait_for(planner, nodes[DBMIG_PG_ACT_CREATE],
				 nodes[DBMIG_PG_ACT_AWAY], DBMIG_WAIT_NEED);
		wait_for(planner, nodes[DBMIG_PG_ACT_DROP],
				 nodes[DBMIG_PG_ACT_CREATE], DBMIG_WAIT_NEED);
	}
	else
		wait_for(planner, nodes[DBMIG_PG_ACT_CREATE],
				 node_of(item, DBMIG_PG_ACT_DROP), DBMIG_WAIT_NEED);
	wait_for(planner, nodes[DBMIG_PG_ACT_ALTER], nodes[DBMIG_PG_ACT_AWAY],
			 DBMIG_WAIT_NEED);
	wait_for(planner, nodes[DBMIG_PG_ACT_LATE], created, DBMIG_WAIT_NEED);
	wait_for(planner, nodes[DBMIG_PG_ACT_LATE], nodes[DBMIG_PG_ACT_ALTER],
			 DBMIG_WAIT_NEED);
	if (item->to != NULL && dbmig_pg_is(item->to, DBMIG_PG_SEQUENCE))
	{
		const DbmigPgItem *column =
		dbmig_pg_owning_column(planner->d, planner->to, item->to);

		if (column != NULL)
			wait_until_made(planner, nodes[DBMIG_PG_ACT_LATE], column);
	}
	if (item->owner != NULL && dbmig_pg_comes(item->owner))
		wait_for(planner, nodes[DBMIG_PG_ACT_CREATE],
				 node_of(item->owner, DBMIG_PG_ACT_CREATE), DBMIG_WAIT_NEED);
}

/* ---- parents, names and schemas ---- */

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

		wait_for(planner, node_first ? other : node,
				 node_first ? node : other, DBMIG_WAIT_NEED);
		for (i = 0; i < DBMIG_COUNT(sides); i++)
		{
			for (j = 0; sides[i] != NULL && j < sides[i]->nparts; j++)
			{
				const DbmigPgItem *part = sides[i]->parts[j]->mark;

				if (part == NULL)
					continue;
				other = part->nodes[act];
				wait_for(planner, node_first ? other : node,
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
	while (list != NULL && *list != '\0')
	{
		size_t		len = strcspn(list, ",");
		DbmigPgItem *parent = find_table(model, dbmig_strndup(planner->d,
															  list, len));

		if (parent != NULL)
			wait_around(planner, node, parent, node_first);
		list += len;
		list += strspn(list, ", ");
	}
}

/* A child leaves its parent before that changes, and joins when both have
 * what they need. */
static void
wait_for_parents(DbmigPgPlanner *planner, DbmigPgItem *item)
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
}

/* The column of a parent that one comes from, or came from. */
static DbmigPgItem *
column_of_parent(DbmigPgPlanner *planner, const DbmigModel *model,
				 const DbmigObject *column)
{
	const char *list = dbmig_object_get(column->owner, "inherits");

	while (list != NULL && *list != '\0')
	{
		size_t		len = strcspn(list, ",");
		const DbmigPgItem *parent =
		find_table(model, dbmig_strndup(planner->d, list, len));
		const DbmigObject *table = parent == NULL ? NULL :
		model == planner->from ? parent->from : parent->to;
		const DbmigObject *found = table == NULL ? NULL :
		dbmig_model_find(model, column->kind, table, column->id);

		if (found != NULL)
			return found->mark;
		list += len;
		list += strspn(list, ", ");
	}
	return NULL;
}

/* A column that a child has no more from its parent alone is its own once the
 * parent's is gone; and the other way round. */
static void
wait_for_inheritance(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const DbmigPgItem *parent;

	if (item->fate != DBMIG_PG_RECREATE ||
		!dbmig_pg_is(item->from, DBMIG_PG_COLUMN))
		return;
	if (item->goes_along &&
		(parent = column_of_parent(planner, planner->from,
								   item->from)) != NULL)
		wait_for(planner, item->nodes[DBMIG_PG_ACT_CREATE],
				 parent->nodes[DBMIG_PG_ACT_DROP], DBMIG_WAIT_NEED);
	if (item->comes_along &&
		(parent = column_of_parent(planner, planner->to, item->to)) != NULL)
		wait_for(planner, parent->nodes[DBMIG_PG_ACT_CREATE],
				 item->nodes[DBMIG_PG_ACT_DROP], DBMIG_WAIT_NEED);
}

/* The primary key of one side; NULL when there is none. */
static DbmigPgItem *
primary_key(const DbmigObject *table)
{
	size_t		i;

	for (i = 0; table != NULL && i < table->nparts; i++)
	{
		if (dbmig_pg_has(table->parts[i], "type", "primary key"))
			return table->parts[i]->mark;
	}
	return NULL;
}

/* An index that has partitions is valid, and is taken for part of another one,
 * once it has them all. */
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
		if (table != NULL)
			wait_for(planner, table->nodes[DBMIG_PG_ACT_LATE],
					 index->nodes[DBMIG_PG_ACT_CREATE], DBMIG_WAIT_BODY);
	}
}

/* A partition is attached once it has those of its indexes that become part of
 * the parent's by that; others are made part of it later. */
static void
wait_for_index(DbmigPgPlanner *planner, DbmigPgItem *index)
{
	const DbmigPgItem *table = index->to == NULL ? NULL :
	dbmig_pg_table_of(planner->to, index->to);
	size_t		joins = table == NULL ? DBMIG_PG_NO_NODE :
	table->nodes[DBMIG_PG_ACT_LATE];
	size_t		created = index->nodes[DBMIG_PG_ACT_CREATE];
	const DbmigObject *parent;

	wait_for_parts(planner, index);
	if (joins == DBMIG_PG_NO_NODE ||
		dbmig_object_get(index->to, "parent") == NULL)
		return;
	if (dbmig_pg_joins_with_table(planner, index->to))
	{
		wait_for(planner, joins, created, DBMIG_WAIT_BODY);
		return;
	}
	wait_for(planner, created, joins, DBMIG_WAIT_BODY);
	parent = dbmig_model_find(planner->to, index->to->kind, NULL,
							  dbmig_object_get(index->to, "parent"));
	if (parent != NULL)
		wait_for(planner, node_of(parent->mark, DBMIG_PG_ACT_CREATE), joins,
				 DBMIG_WAIT_BODY);
}

/* A table has one primary key at a time. */
static void
wait_for_keys(DbmigPgPlanner *planner, DbmigPgItem *table)
{
	const DbmigPgItem *old = primary_key(table->from);
	const DbmigPgItem *new = primary_key(table->to);

	if (old != NULL && new != NULL && old != new)
		wait_for(planner, new->nodes[DBMIG_PG_ACT_CREATE],
				 old->nodes[DBMIG_PG_ACT_DROP], DBMIG_WAIT_NEED);
}

/* Constraints have the name of their index, which is among the relations. */
static const char *
name_taken(DbmigPgPlanner *planner, const DbmigObject *object)
{
	DbmigBuf	name;

	if (object->owner == NULL)
		return object->id;
	if (!dbmig_pg_is(object, DBMIG_PG_CONSTRAINT) ||
		!dbmig_pg_is_table(object->owner) ||
		dbmig_pg_has(object, "type", "check") ||
		dbmig_pg_has(object, "type", "foreign key"))
		return NULL;
	dbmig_buf_init(&name, planner->d);
	dbmig_buf_add(&name, dbmig_pg_id_part(planner->d, object->owner->id, 0));
	dbmig_buf_addc(&name, '.');
	dbmig_pg_add_name(&name, object->name);
	return name.text;
}

static void
note_names(DbmigPgPlanner *planner)
{
	const char *name;
	size_t		i;

	for (i = 0; i < planner->count; i++)
	{
		DbmigPgItem *item = planner->items[i];

		if (dbmig_pg_goes(item) && !item->swapped &&
			(name = name_taken(planner, item->from)) != NULL)
			dbmig_map_put(&planner->drops, name, item);
		name = item->from == NULL ? NULL :
			dbmig_object_get(item->from, "sequence");
		if (name != NULL && item->nodes[DBMIG_PG_ACT_AWAY] != DBMIG_PG_NO_NODE)
			dbmig_map_put(&planner->freed, name, item);
	}
}

/* The sequence of an identity column has a name, too. */
static void
wait_for_sequence(DbmigPgPlanner *planner, DbmigPgItem *column)
{
	const char *name = dbmig_object_get(column->to, "sequence");
	const DbmigPgItem *other = name == NULL ? NULL :
	dbmig_map_get(&planner->drops, name);

	if (other == NULL)
		return;
	wait_for(planner, column->nodes[DBMIG_PG_ACT_ALTER],
			 node_of(other, DBMIG_PG_ACT_DROP), DBMIG_WAIT_BODY);
	wait_for(planner, column->nodes[DBMIG_PG_ACT_CREATE],
			 node_of(other, DBMIG_PG_ACT_DROP), DBMIG_WAIT_BODY);
}

/* What comes waits until its name is free. */
static void
wait_for_name(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const DbmigPgItem *other;
	const char *name;

	if (item->to != NULL && dbmig_pg_is(item->to, DBMIG_PG_COLUMN))
		wait_for_sequence(planner, item);
	if (!dbmig_pg_comes(item))
		return;
	if (dbmig_pg_is(item->to, DBMIG_PG_SEQUENCE) &&
		(other = dbmig_map_get(&planner->freed, item->to->id)) != NULL)
		wait_for(planner, item->nodes[DBMIG_PG_ACT_CREATE],
				 other->nodes[DBMIG_PG_ACT_AWAY], DBMIG_WAIT_NEED);
	name = name_taken(planner, item->to);
	other = name == NULL ? NULL : dbmig_map_get(&planner->drops, name);
	if (other != NULL && other != item)
		wait_for(planner, node_of(item, DBMIG_PG_ACT_CREATE),
				 node_of(other, DBMIG_PG_ACT_DROP), DBMIG_WAIT_BODY);
}

/* The schema that the object is in, when that comes or goes. */
static void
wait_for_schema(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const DbmigObject *object = item->to != NULL ? item->to : item->from;
	const DbmigObject *schema;
	const char *name;

	if (item->owner != NULL || dbmig_pg_is(object, DBMIG_PG_SCHEMA))
		return;
	name = dbmig_pg_id_part(planner->d, object->id, 0);
	if (name == NULL)
		return;
	schema = dbmig_model_find(planner->to, &dbmig_pg_kinds[DBMIG_PG_SCHEMA],
							  NULL, name);
	if (schema != NULL && schema->mark != NULL)
		wait_for(planner, item->nodes[DBMIG_PG_ACT_CREATE],
				 ((DbmigPgItem *) schema->mark)->nodes[DBMIG_PG_ACT_CREATE],
				 DBMIG_WAIT_NEED);
	schema = dbmig_model_find(planner->from, &dbmig_pg_kinds[DBMIG_PG_SCHEMA],
							  NULL, name);
	if (schema != NULL && schema->mark != NULL)
		wait_for(planner,
				 ((DbmigPgItem *) schema->mark)->nodes[DBMIG_PG_ACT_DROP],
				 item->nodes[DBMIG_PG_ACT_DROP], DBMIG_WAIT_NEED);
}

static void
connect(DbmigPgPlanner *planner)
{
	size_t		i;

	note_names(planner);
	for (i = 0; i < planner->count && dbmig_ok(planner->d); i++)
	{
		DbmigPgItem *item = planner->items[i];

		if (item->from != NULL)
			wait_for_dependents(planner, item);
		if (item->fate == DBMIG_PG_KEEP)
			continue;
		wait_for_own(planner, item);
		wait_for_inheritance(planner, item);
		if (item->to != NULL && dbmig_pg_is(item->to, DBMIG_PG_INDEX))
			wait_for_index(planner, item);
		if (dbmig_pg_is_table(item->to != NULL ? item->to : item->from))
		{
			wait_for_parents(planner, item);
			wait_for_keys(planner, item);
		}
		wait_for_name(planner, item);
		wait_for_schema(planner, item);
		if (item->to != NULL)
			wait_for_needs(planner, item, item->to);
	}
}

/* ---- steps ---- */

static DbmigAction
action_of(const DbmigPgMove *move)
{
	static const DbmigAction actions[DBMIG_PG_NACTS] =
	{
		[DBMIG_PG_ACT_AWAY] = DBMIG_ALTER,
		[DBMIG_PG_ACT_DROP] = DBMIG_DROP,
		[DBMIG_PG_ACT_CREATE] = DBMIG_CREATE,
		[DBMIG_PG_ACT_ALTER] = DBMIG_ALTER,
		[DBMIG_PG_ACT_LATE] = DBMIG_ALTER,
		[DBMIG_PG_ACT_LAST] = DBMIG_ALTER,
	};

	return actions[move->act];
}

/* DROP TABLE of one that a table names which goes later. */
static void
cut_foreign_keys(DbmigPgPlanner *planner, DbmigBuf *sql,
				 const DbmigPgItem *item)
{
	size_t		i;

	for (i = 0; i < item->ndependents; i++)
	{
		const DbmigPgItem *key = item->dependents[i];

		if (!is_foreign_key(key) || !key->goes_along ||
			key->owner == item || key->owner->gone ||
			key->owner == item->owner)
			continue;
		dbmig_buf_addf(sql, "ALTER TABLE IF EXISTS %s DROP CONSTRAINT "
					   "IF EXISTS ", key->owner->from->id);
		dbmig_buf_identifier(sql, key->from->name);
		dbmig_buf_add(sql, ";\n");
	}
	(void) planner;
}

/* Foreign keys to the table, that still are there when it goes. */
static void
cut_loops(DbmigPgPlanner *planner, DbmigBuf *sql, DbmigPgItem *table)
{
	size_t		i;

	if (!dbmig_pg_is_table(table->from))
		return;
	table->gone = true;
	cut_foreign_keys(planner, sql, table);
	for (i = 0; i < table->from->nparts; i++)
	{
		const DbmigPgItem *part = table->from->parts[i]->mark;

		if (part != NULL)
			cut_foreign_keys(planner, sql, part);
	}
}

static void
emit_one(DbmigPgPlanner *planner, DbmigPgMove *move)
{
	DbmigPgItem *item = move->item;
	DbmigStep  *step;
	DbmigBuf	sql;

	dbmig_buf_init(&sql, planner->d);
	switch (move->act)
	{
		case DBMIG_PG_ACT_AWAY:
			if (dbmig_pg_is_table(item->from))
				dbmig_pg_detach(&sql, item);
			else
				dbmig_buf_addf(&sql, "ALTER TYPE %s RENAME TO %s;\n",
							   item->from->id,
							   dbmig_pg_id_name(planner->d,
												dbmig_pg_away(planner->d,
															  item->from)));
			break;
		case DBMIG_PG_ACT_DROP:
			cut_loops(planner, &sql, item);
			if (item->swapped && dbmig_pg_is_type(item->from))
				dbmig_buf_addf(&sql, "DROP %s %s;\n",
							   dbmig_pg_words(item->from),
							   dbmig_pg_away(planner->d, item->from));
			else
				dbmig_pg_drop(planner, &sql, item->from);
			break;
		case DBMIG_PG_ACT_CREATE:
			dbmig_pg_create(planner, &sql, item->to);
			dbmig_pg_extras(planner, &sql, NULL, item->to);
			break;
		case DBMIG_PG_ACT_ALTER:
			if (item->change != NULL)
			{
				dbmig_pg_alter(planner, &sql, item->change);
				dbmig_pg_extras(planner, &sql, item->from, item->to);
			}
			break;
		case DBMIG_PG_ACT_LATE:
			if (dbmig_pg_is_table(item->to))
				dbmig_pg_attach(&sql, item);
			else
				dbmig_pg_own_sequence(planner, &sql, item);
			break;
		case DBMIG_PG_ACT_LAST:
			dbmig_pg_replica_identity(&sql, item->to);
			break;
		case DBMIG_PG_NACTS:
			break;
	}
	if (sql.len == 0)
		return;
	step = dbmig_plan_add(planner->plan, action_of(move),
						  item->to != NULL && move->act != DBMIG_PG_ACT_DROP ?
						  item->to : item->from,
						  dbmig_pg_restorable(planner->d, sql.text));
	dbmig_pg_find(planner, step, &move, 1);
}

/* The table that the act is about; NULL when it is none. */
static DbmigPgItem *
table_of_move(const DbmigPgMove *move)
{
	return (DbmigPgItem *) group_of(move->item, move->act);
}

static void
emit(DbmigPgPlanner *planner, DbmigPgMove **moves, size_t count)
{
	size_t		i;
	size_t		end;

	for (i = 0; i < count && dbmig_ok(planner->d); i = end)
	{
		DbmigPgItem *table = table_of_move(moves[i]);

		end = i + 1;
		while (table != NULL && end < count &&
			   table_of_move(moves[end]) == table)
			end++;
		if (table != NULL)
			dbmig_pg_plan_table(planner, table, moves + i, end - i);
		else
			emit_one(planner, moves[i]);
	}
}

/* A plan may have been made of the models before. */
static void
clear_marks(DbmigObject **objects, size_t count)
{
	size_t		i;

	for (i = 0; i < count; i++)
	{
		objects[i]->mark = NULL;
		clear_marks(objects[i]->parts, objects[i]->nparts);
	}
}

void
dbmig_pg_plan(DbmigPlan *plan, const DbmigModel *from, const DbmigModel *to,
			  const DbmigDiff *diff, const DbmigIntent *intent)
{
	DbmigPgPlanner planner = {
		.d = plan->d,
		.plan = plan,
		.from = from,
		.to = to,
		.intent = intent,
		.order = dbmig_order_new(plan->d),
	};
	void	  **moves;
	size_t		i;

	if (planner.order == NULL)
		return;
	dbmig_map_init(&planner.drops, plan->d);
	dbmig_map_init(&planner.freed, plan->d);
	clear_marks(from->items, from->count);
	clear_marks(to->items, to->count);
	dbmig_pg_decide(&planner, diff);
	for (i = 0; i < planner.count && dbmig_ok(plan->d); i++)
		add_nodes(&planner, planner.items[i]);
	connect(&planner);
	moves = dbmig_order_sort(planner.order);
	if (moves != NULL)
		emit(&planner, (DbmigPgMove **) moves,
			 dbmig_order_count(planner.order));
}
