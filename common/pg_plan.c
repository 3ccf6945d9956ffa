/*
 * pg_plan.c
 *	  PostgreSQL's way from one schema to another: acts in the order in which
 *	  they can be done, those of one table joined.
 *
 * Decides nothing about an object (pg_plan_fate.c) and writes no statement
 * (pg_plan_kind.c, pg_plan_table.c).  What waits for what: pg_plan_wait.c.
 */
#include "pg_plan_kind.h"
#include "pg_plan_wait.h"

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

/* Whether something that comes needs the column. */
static bool
comes_after(const DbmigObject *object, const DbmigPgItem *column)
{
	const DbmigPgItem *item = dbmig_pg_item(object);
	size_t		i;

	for (i = 0; item != NULL && dbmig_pg_comes(item) && i < object->nneeds; i++)
	{
		if (dbmig_pg_item(object->needs[i]) == column)
			return true;
	}
	return false;
}

/* True when the default of a column that comes is set by an act of its own:
 * when it needs what may need the table, or does need the column. */
static bool
has_late_default(const DbmigPgItem *item)
{
	const DbmigObject *to = item->to;
	size_t		i;

	if (!dbmig_pg_is(to, DBMIG_PG_COLUMN) || item->owner == NULL ||
		!dbmig_pg_comes(item) ||
		dbmig_object_get(to, "default") == NULL ||
		dbmig_object_get(to, "inherited") != NULL)
		return false;
	for (i = 0; i < to->nneeds; i++)
	{
		if (!dbmig_pg_is_type(to->needs[i]) &&
			!dbmig_pg_is(to->needs[i], DBMIG_PG_COLLATION) &&
			!dbmig_pg_is(to->needs[i], DBMIG_PG_SCHEMA) &&
			(dbmig_pg_comes(item->owner) || comes_after(to->needs[i], item)))
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
	return has_late_default(item) || dbmig_pg_is_brought(item);
}

/* True when the default has to go before something else can change, or the
 * values have to be text. */
static bool
is_put_away(DbmigPgPlanner *planner, const DbmigPgItem *column)
{
	return (column->as_text && !column->follows) ||
		(column->redefaulted && !dbmig_pg_loses_default(planner, column));
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
	if (item->default_first)
		add_node(planner, item, DBMIG_PG_ACT_AWAY);
	if (item->shell)
		add_node(planner, item, DBMIG_PG_ACT_SHELL);
	if (dbmig_pg_comes(item) && !item->comes_along)
		add_node(planner, item, DBMIG_PG_ACT_CREATE);
	if (item->fate == DBMIG_PG_ALTER)
		add_node(planner, item, DBMIG_PG_ACT_ALTER);
	if (item->fate == DBMIG_PG_ALTER &&
		(is_put_away(planner, item) ||
		 (dbmig_pg_is_table(item->from) && dbmig_pg_leaves(item))))
		add_node(planner, item, DBMIG_PG_ACT_AWAY);
	if (has_late(item))
		add_node(planner, item, DBMIG_PG_ACT_LATE);
	if (item->to != NULL && dbmig_pg_is(item->to, DBMIG_PG_TABLE) &&
		says(item, "replica_identity"))
		add_node(planner, item, DBMIG_PG_ACT_LAST);
}

/* ---- steps ---- */

/* Whether the SQL of an act begins with CREATE OR REPLACE. */
static bool
replaces(const char *sql)
{
	static const char replace[] = "CREATE OR REPLACE ";
	size_t		before = sizeof(DBMIG_PG_BODIES_OFF) - 1;

	if (strncmp(sql, DBMIG_PG_BODIES_OFF, before) == 0)
		sql += before;
	return strncmp(sql, replace, sizeof(replace) - 1) == 0;
}

static DbmigAction
action_of(const DbmigPgMove *move, const char *sql)
{
	static const DbmigAction actions[DBMIG_PG_NACTS] =
	{
		[DBMIG_PG_ACT_AWAY] = DBMIG_ALTER,
		[DBMIG_PG_ACT_DROP] = DBMIG_DROP,
		[DBMIG_PG_ACT_SHELL] = DBMIG_CREATE,
		[DBMIG_PG_ACT_CREATE] = DBMIG_CREATE,
		[DBMIG_PG_ACT_ALTER] = DBMIG_ALTER,
		[DBMIG_PG_ACT_LATE] = DBMIG_ALTER,
		[DBMIG_PG_ACT_LAST] = DBMIG_ALTER,
	};

	if (move->act == DBMIG_PG_ACT_ALTER && replaces(sql))
		return DBMIG_REPLACE;
	return actions[move->act];
}

/* Foreign keys to the table that go, and still are there when it does. */
static void
cut_keys(DbmigPgPlanner *planner, DbmigBuf *sql, const DbmigPgItem *table)
{
	DbmigPgItem **keys = dbmig_pg_references(planner, table->from);

	for (; keys != NULL && *keys != NULL; keys++)
	{
		DbmigPgItem *key = *keys;

		if (!key->goes_along || key->gone || key->owner->gone)
			continue;
		dbmig_buf_addf(sql, "ALTER TABLE IF EXISTS %s DROP CONSTRAINT "
					   "IF EXISTS ", key->owner->from->id);
		dbmig_buf_identifier(sql, key->from->name);
		dbmig_buf_add(sql, ";\n");
		key->gone = true;
	}
}

/* True when a foreign key refers to what the partition is part of, and stays:
 * then it has to leave that before it goes. */
static bool
stays_referenced(DbmigPgPlanner *planner, const DbmigPgItem *table)
{
	DbmigPgItem **keys;

	if (!dbmig_pg_is_table(table->from) ||
		dbmig_object_get(table->from, "partition_of") == NULL)
		return false;
	keys = dbmig_pg_references(planner, table->from);
	while (keys != NULL && *keys != NULL && dbmig_pg_is_gone(*keys))
		keys++;
	return keys != NULL && *keys != NULL;
}

/* Makes room for what takes the place of an object that goes later, or lets a
 * partition go. */
static void
write_away(DbmigPgPlanner *planner, DbmigBuf *sql, const DbmigPgItem *item)
{
	Dbmig	   *d = planner->d;
	const DbmigObject *object = item->from;

	if (dbmig_pg_is_table(object))
	{
		cut_keys(planner, sql, item);
		dbmig_pg_detach(sql, item);
		dbmig_pg_drop_left(planner, sql, item);
	}
	else
		dbmig_buf_addf(sql, "ALTER %s %s RENAME TO %s;\n",
					   dbmig_pg_is_type(object) ? "TYPE" :
					   dbmig_pg_words(object), object->id,
					   dbmig_pg_id_name(d, dbmig_pg_away(d, object->id)));
}

/* A type takes along the functions that it needs itself, and nothing else is
 * left by then. */
static void
write_drop(DbmigPgPlanner *planner, DbmigBuf *sql, const DbmigPgItem *item)
{
	const char *name = item->swapped ?
	dbmig_pg_away(planner->d, item->from->id) : item->from->id;
	bool		cascade = false;
	size_t		i;

	if (stays_referenced(planner, item))
		dbmig_pg_detach(sql, item);
	for (i = 0; i < item->ndependents && dbmig_pg_is_type(item->from); i++)
		cascade = cascade || item->dependents[i]->carrier == item;
	if (item->swapped || cascade)
		dbmig_buf_addf(sql, "DROP %s %s%s;\n", dbmig_pg_words(item->from),
					   name, cascade ? " CASCADE" : "");
	else if (dbmig_pg_is(item->from, DBMIG_PG_TRIGGER))
		dbmig_pg_drop_trigger(planner, sql, item);
	else
		dbmig_pg_drop(planner, sql, item->from);
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
			write_away(planner, &sql, item);
			break;
		case DBMIG_PG_ACT_DROP:
			item->gone = true;
			if (dbmig_pg_is_table(item->from))
				cut_keys(planner, &sql, item);
			write_drop(planner, &sql, item);
			break;
		case DBMIG_PG_ACT_SHELL:
			dbmig_buf_addf(&sql, "CREATE TYPE %s;\n", item->to->id);
			break;
		case DBMIG_PG_ACT_CREATE:
			dbmig_pg_create(planner, &sql, item->to);
			dbmig_pg_extras(planner, &sql, NULL, item->to);
			break;
		case DBMIG_PG_ACT_ALTER:
			if (item->change == NULL &&
				dbmig_pg_is(item->to, DBMIG_PG_TRIGGER))
				dbmig_pg_create_enabled(planner, &sql, item->to);
			else if (item->change != NULL)
			{
				dbmig_pg_alter(planner, &sql, item->change);
				dbmig_pg_extras(planner, &sql, item->from, item->to);
			}
			break;
		case DBMIG_PG_ACT_LATE:
			if (dbmig_pg_is_table(item->to))
			{
				dbmig_pg_add_passed(planner, &sql, item);
				dbmig_pg_attach(&sql, item);
			}
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
	step = dbmig_plan_add(planner->plan, action_of(move, sql.text),
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

	if (planner.order == NULL || diff->count == 0)
		return;
	dbmig_map_init(&planner.drops, plan->d);
	dbmig_map_init(&planner.freed, plan->d);
	clear_marks(from->items, from->count);
	clear_marks(to->items, to->count);
	dbmig_pg_decide(&planner, diff);
	for (i = 0; i < planner.count && dbmig_ok(plan->d); i++)
		add_nodes(&planner, planner.items[i]);
	dbmig_pg_connect(&planner);
	moves = dbmig_order_sort(planner.order);
	if (moves != NULL)
		emit(&planner, (DbmigPgMove **) moves,
			 dbmig_order_count(planner.order));
}
