/*
 * pg_plan_wait.c
 *	  Which act waits for which: by needs, by names, by owners.
 *
 * Loops are order.c's; tables and their partitions are pg_plan_parent.c's.
 */
#include "pg_plan_part.h"
#include "pg_plan_wait.h"

#include <string.h>

/* ---- needs ---- */

/* The node of an act of the item, or of what it goes or comes along with. */
size_t
dbmig_pg_node_of(const DbmigPgItem *item, DbmigPgAct act)
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

void
dbmig_pg_wait_for(DbmigPgPlanner *planner, size_t node, size_t before, DbmigWait why)
{
	if (node != DBMIG_PG_NO_NODE && before != DBMIG_PG_NO_NODE)
		dbmig_order_wait(planner->order, node, before, why);
}

/* The node after which the item needs what it needed no more. */
static size_t
node_that_lets_go(const DbmigPgItem *item, const DbmigPgItem *needed)
{
	if (item->default_first && dbmig_pg_is(needed->from, DBMIG_PG_FUNCTION))
		return item->nodes[DBMIG_PG_ACT_AWAY];
	if (dbmig_pg_goes(item) ||
		(item->owner != NULL && dbmig_pg_goes(item->owner)))
		return dbmig_pg_node_of(item, DBMIG_PG_ACT_DROP);
	if (item->nodes[DBMIG_PG_ACT_AWAY] != DBMIG_PG_NO_NODE &&
		!needed->swapped)
		return item->nodes[DBMIG_PG_ACT_AWAY];
	return item->nodes[DBMIG_PG_ACT_ALTER];
}

bool
dbmig_pg_is_foreign_key(const DbmigPgItem *item)
{
	const DbmigObject *object = item->from != NULL ? item->from : item->to;

	return dbmig_pg_is(object, DBMIG_PG_CONSTRAINT) &&
		dbmig_pg_has(object, "type", "foreign key");
}

/* What needs the item lets it go before it goes. */
static void
wait_for_dependents(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	size_t		gone = dbmig_pg_node_of(item, DBMIG_PG_ACT_DROP);
	size_t		altered = item->nodes[DBMIG_PG_ACT_ALTER];
	DbmigWait	why_altered = item->retyped ? DBMIG_WAIT_NEED :
	DBMIG_WAIT_BODY;
	size_t		i;

	for (i = 0; i < item->ndependents; i++)
	{
		DbmigPgItem *dependent = item->dependents[i];

		/* Foreign keys of tables that go: emit() sees to them. */
		DbmigWait	why = dbmig_pg_is_foreign_key(dependent) && dependent->goes_along ?
		DBMIG_WAIT_TIDY : DBMIG_WAIT_NEED;

		dbmig_pg_wait_for(planner, gone, node_that_lets_go(dependent, item), why);
		/* What has the name of a type in its own is dropped by that. */
		if (item->swapped && dbmig_pg_goes(dependent) && !dependent->swapped)
			dbmig_pg_wait_for(planner, item->nodes[DBMIG_PG_ACT_AWAY],
							  dbmig_pg_node_of(dependent, DBMIG_PG_ACT_DROP), DBMIG_WAIT_NEED);
		if (item->as_text && dbmig_pg_goes(dependent))
			dbmig_pg_wait_for(planner, item->nodes[DBMIG_PG_ACT_AWAY],
							  dbmig_pg_node_of(dependent, DBMIG_PG_ACT_DROP), DBMIG_WAIT_NEED);
		if (dbmig_pg_goes(dependent) && !dependent->swapped)
			dbmig_pg_wait_for(planner, altered, dbmig_pg_node_of(dependent, DBMIG_PG_ACT_DROP),
							  why_altered);
	}
}

/* The node that makes the item what is wanted. */
static void
wait_until_made(DbmigPgPlanner *planner, size_t node,
				const DbmigPgItem *needed)
{
	size_t		created = needed->comes_along || dbmig_pg_comes(needed) ?
	dbmig_pg_node_of(needed, DBMIG_PG_ACT_CREATE) : DBMIG_PG_NO_NODE;
	DbmigWait	why = needed->retyped ? DBMIG_WAIT_NEED : DBMIG_WAIT_TIDY;

	dbmig_pg_wait_for(planner, node, created, DBMIG_WAIT_NEED);
	dbmig_pg_wait_for(planner, node, needed->nodes[DBMIG_PG_ACT_ALTER], why);
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
	return item->comes_along ? dbmig_pg_node_of(item->owner, DBMIG_PG_ACT_CREATE) :
		DBMIG_PG_NO_NODE;
}

/* A function that a type needs waits for no more than its shell. */
static bool
wait_for_shell(DbmigPgPlanner *planner, const DbmigPgItem *item,
			   const DbmigPgItem *needed)
{
	size_t		i;

	if (!needed->shell)
		return false;
	for (i = 0; i < needed->to->nneeds; i++)
	{
		if (dbmig_pg_item(needed->to->needs[i]) == item)
		{
			dbmig_pg_wait_for(planner, item->nodes[DBMIG_PG_ACT_CREATE],
							  needed->nodes[DBMIG_PG_ACT_SHELL],
							  DBMIG_WAIT_NEED);
			return true;
		}
	}
	return false;
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
			(needed == item->owner && !dbmig_pg_comes(needed)) ||
			wait_for_shell(planner, item, needed))
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

/* The node that takes the name of an item that comes. */
static size_t
first_node(const DbmigPgItem *item)
{
	return item->nodes[item->shell ? DBMIG_PG_ACT_SHELL : DBMIG_PG_ACT_CREATE];
}

/* The acts of one item, and of its owner, follow each other. */
static void
wait_for_own(DbmigPgPlanner *planner, DbmigPgItem *item)
{
	const size_t *nodes = item->nodes;
	size_t		created = dbmig_pg_node_of(item, DBMIG_PG_ACT_CREATE);

	if (item->swapped)
	{
		dbmig_pg_wait_for(planner, nodes[DBMIG_PG_ACT_CREATE],
						  nodes[DBMIG_PG_ACT_AWAY], DBMIG_WAIT_NEED);
		dbmig_pg_wait_for(planner, nodes[DBMIG_PG_ACT_DROP],
						  nodes[DBMIG_PG_ACT_CREATE], DBMIG_WAIT_NEED);
	}
	else
		dbmig_pg_wait_for(planner, first_node(item),
						  dbmig_pg_node_of(item, DBMIG_PG_ACT_DROP), DBMIG_WAIT_NEED);
	dbmig_pg_wait_for(planner, nodes[DBMIG_PG_ACT_CREATE], nodes[DBMIG_PG_ACT_SHELL],
					  DBMIG_WAIT_NEED);
	dbmig_pg_wait_for(planner, nodes[DBMIG_PG_ACT_ALTER], nodes[DBMIG_PG_ACT_AWAY],
					  DBMIG_WAIT_NEED);
	dbmig_pg_wait_for(planner, nodes[DBMIG_PG_ACT_LATE], created, DBMIG_WAIT_NEED);
	dbmig_pg_wait_for(planner, nodes[DBMIG_PG_ACT_LATE], nodes[DBMIG_PG_ACT_ALTER],
					  DBMIG_WAIT_NEED);
	if (item->to != NULL && dbmig_pg_is(item->to, DBMIG_PG_SEQUENCE))
	{
		const DbmigPgItem *column =
		dbmig_pg_owning_column(planner->d, planner->to, item->to);

		if (column != NULL)
			wait_until_made(planner, nodes[DBMIG_PG_ACT_LATE], column);
		/* It gets its owner with the table. */
		if (column != NULL && item->change != NULL &&
			dbmig_change_has(item->change, "owner"))
			dbmig_pg_wait_for(planner, nodes[DBMIG_PG_ACT_ALTER],
							  column->owner->nodes[DBMIG_PG_ACT_ALTER],
							  DBMIG_WAIT_BODY);
	}
	if (item->swapped && dbmig_pg_is(item->from, DBMIG_PG_SEQUENCE))
	{
		const DbmigPgItem *column =
		dbmig_pg_owning_column(planner->d, planner->from, item->from);

		if (column != NULL)
		{
			dbmig_pg_wait_for(planner, column->nodes[DBMIG_PG_ACT_ALTER],
							  nodes[DBMIG_PG_ACT_AWAY], DBMIG_WAIT_NEED);
			dbmig_pg_wait_for(planner, nodes[DBMIG_PG_ACT_DROP],
							  column->nodes[DBMIG_PG_ACT_ALTER],
							  DBMIG_WAIT_NEED);
		}
	}
	if (item->owner != NULL && dbmig_pg_comes(item->owner))
		dbmig_pg_wait_for(planner, nodes[DBMIG_PG_ACT_CREATE],
						  dbmig_pg_node_of(item->owner, DBMIG_PG_ACT_CREATE), DBMIG_WAIT_NEED);
}

/* ---- names and schemas ---- */

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

/* A table has one primary key at a time. */
static void
wait_for_keys(DbmigPgPlanner *planner, DbmigPgItem *table)
{
	const DbmigPgItem *old = primary_key(table->from);
	const DbmigPgItem *new = primary_key(table->to);

	if (old != NULL && new != NULL && old != new)
		dbmig_pg_wait_for(planner, new->nodes[DBMIG_PG_ACT_CREATE],
						  old->nodes[DBMIG_PG_ACT_DROP], DBMIG_WAIT_NEED);
}

static bool
changes_persistence(const DbmigPgItem *table)
{
	return table->fate == DBMIG_PG_ALTER && table->change != NULL &&
		dbmig_change_has(table->change, "persistence");
}

/* A table that is logged refers to none that is not. */
static void
wait_for_logged(DbmigPgPlanner *planner, const DbmigPgItem *key)
{
	const char *references = key->from == NULL ? NULL :
	dbmig_object_get(key->from, "references");
	const DbmigObject *object = references == NULL ? NULL :
	dbmig_model_find(planner->from, &dbmig_pg_kinds[DBMIG_PG_TABLE], NULL,
					 references);
	const DbmigPgItem *table = key->owner;
	const DbmigPgItem *other = object == NULL ? NULL : object->mark;
	bool		logged;

	if (other == NULL || other == table || !changes_persistence(table) ||
		!changes_persistence(other))
		return;
	logged = dbmig_object_get(table->to, "persistence") == NULL;
	dbmig_pg_wait_for(planner,
					  (logged ? table : other)->nodes[DBMIG_PG_ACT_ALTER],
					  (logged ? other : table)->nodes[DBMIG_PG_ACT_ALTER],
					  DBMIG_WAIT_BODY);
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
		dbmig_pg_has(object, "type", "not null") ||
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

		if (dbmig_pg_goes(item) &&
			(name = name_taken(planner, item->from)) != NULL)
			dbmig_map_put(&planner->drops, name, item);
		name = item->from == NULL ? NULL :
			dbmig_object_get(item->from, "sequence");
		if (name != NULL && item->nodes[DBMIG_PG_ACT_AWAY] != DBMIG_PG_NO_NODE)
			dbmig_map_put(&planner->freed, name, item);
	}
}

/* The node after which the name of an item is free. */
static size_t
node_that_frees(const DbmigPgItem *item)
{
	return item->swapped ? item->nodes[DBMIG_PG_ACT_AWAY] :
		dbmig_pg_node_of(item, DBMIG_PG_ACT_DROP);
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
	dbmig_pg_wait_for(planner, column->nodes[DBMIG_PG_ACT_ALTER],
					  node_that_frees(other), DBMIG_WAIT_BODY);
	dbmig_pg_wait_for(planner, column->nodes[DBMIG_PG_ACT_CREATE],
					  node_that_frees(other), DBMIG_WAIT_BODY);
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
		dbmig_pg_wait_for(planner, item->nodes[DBMIG_PG_ACT_CREATE],
						  other->nodes[DBMIG_PG_ACT_AWAY], DBMIG_WAIT_NEED);
	name = name_taken(planner, item->to);
	other = name == NULL ? NULL : dbmig_map_get(&planner->drops, name);
	if (other != NULL && other != item)
		dbmig_pg_wait_for(planner, dbmig_pg_node_of(item, DBMIG_PG_ACT_CREATE),
						  node_that_frees(other), DBMIG_WAIT_BODY);
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
		dbmig_pg_wait_for(planner, first_node(item),
						  ((DbmigPgItem *) schema->mark)->nodes[DBMIG_PG_ACT_CREATE],
						  DBMIG_WAIT_NEED);
	schema = dbmig_model_find(planner->from, &dbmig_pg_kinds[DBMIG_PG_SCHEMA],
							  NULL, name);
	if (schema != NULL && schema->mark != NULL)
		dbmig_pg_wait_for(planner,
						  ((DbmigPgItem *) schema->mark)->nodes[DBMIG_PG_ACT_DROP],
						  item->nodes[DBMIG_PG_ACT_DROP], DBMIG_WAIT_NEED);
}

/* ---- what an expression of the user reads ---- */

static bool
mentions(Dbmig *d, const char *expression, const char *name)
{
	DbmigLexer	lexer;
	DbmigToken	token;

	dbmig_lex_begin(&lexer, &dbmig_postgres, expression);
	do
	{
		token = dbmig_lex_word(&lexer);
		if (token.kind == DBMIG_TOKEN_WORD ||
			token.kind == DBMIG_TOKEN_IDENTIFIER)
		{
			const char *word = dbmig_strndup(d, token.start, token.len);

			if (strcmp(dbmig_pg_fold_part(d, word), name) == 0)
				return true;
		}
	} while (token.kind != DBMIG_TOKEN_END && token.kind != DBMIG_TOKEN_ERROR);
	return false;
}

/* A table that goes, or a column of one that stays, is there until what is
 * filled from it is. */
static void
wait_for_fill(DbmigPgPlanner *planner, const DbmigPgItem *column)
{
	Dbmig	   *d = planner->d;
	const char *fill = dbmig_pg_backfill(planner, column->to);
	size_t		node = column->nodes[column->from == NULL ?
									 DBMIG_PG_ACT_CREATE : DBMIG_PG_ACT_ALTER];
	size_t		i;

	for (i = 0; fill != NULL && i < planner->count; i++)
	{
		const DbmigPgItem *item = planner->items[i];
		const DbmigPgItem *table = item->owner == NULL ? item : item->owner;

		if (item->nodes[DBMIG_PG_ACT_DROP] != DBMIG_PG_NO_NODE &&
			table != column->owner && dbmig_pg_is_table(table->from) &&
			mentions(d, fill, dbmig_pg_plain(d, table->from->id)) &&
			(item == table || (dbmig_pg_is(item->from, DBMIG_PG_COLUMN) &&
							   mentions(d, fill, item->from->name))))
			dbmig_pg_wait_for(planner, item->nodes[DBMIG_PG_ACT_DROP], node,
							  DBMIG_WAIT_BODY);
	}
}

void
dbmig_pg_connect(DbmigPgPlanner *planner)
{
	size_t		i;

	note_names(planner);
	for (i = 0; i < planner->count && dbmig_ok(planner->d); i++)
	{
		DbmigPgItem *item = planner->items[i];

		if (item->from != NULL)
			wait_for_dependents(planner, item);
		if (dbmig_pg_is_foreign_key(item))
			wait_for_logged(planner, item);
		if (item->fate == DBMIG_PG_KEEP)
			continue;
		wait_for_own(planner, item);
		dbmig_pg_wait_for_inheritance(planner, item);
		if (dbmig_pg_is(item->to != NULL ? item->to : item->from,
						DBMIG_PG_INDEX))
			dbmig_pg_wait_for_index(planner, item);
		if (item->to != NULL && dbmig_pg_is(item->to, DBMIG_PG_TRIGGER))
			dbmig_pg_wait_for_trigger(planner, item);
		if (dbmig_pg_is_table(item->to != NULL ? item->to : item->from))
		{
			dbmig_pg_wait_for_parents(planner, item);
			wait_for_keys(planner, item);
		}
		wait_for_name(planner, item);
		wait_for_schema(planner, item);
		if (item->to != NULL)
			wait_for_needs(planner, item, item->to);
		if (item->to != NULL && dbmig_pg_is(item->to, DBMIG_PG_COLUMN) &&
			item->owner != NULL)
			wait_for_fill(planner, item);
	}
}
