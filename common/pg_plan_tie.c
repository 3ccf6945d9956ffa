/*
 * pg_plan_tie.c
 *	  What ties a table to others and to its indexes: parents and types, replica
 *	  identity, the order of its rows.
 */
#include "pg_plan_part.h"

#include <string.h>

/* ---- parents ---- */

static bool
changes_parent(const DbmigPgItem *table)
{
	return table->rejoins ||
		(table->change != NULL &&
		 (dbmig_change_has(table->change, "partition_of") ||
		  dbmig_change_has(table->change, "partition_bound") ||
		  dbmig_change_has(table->change, "inherits")));
}

static bool
has_parent(const DbmigObject *table)
{
	return table != NULL && (dbmig_object_get(table, "partition_of") != NULL ||
							 dbmig_object_get(table, "inherits") != NULL);
}

DbmigPgItem *
dbmig_pg_type_of_table(const DbmigObject *table)
{
	const char *type = table == NULL ? NULL :
		dbmig_object_get(table, "of_type");
	size_t		i;

	for (i = 0; type != NULL && i < table->nneeds; i++)
	{
		if (dbmig_pg_is(table->needs[i], DBMIG_PG_COMPOSITE) &&
			strcmp(table->needs[i]->id, type) == 0)
			return dbmig_pg_item(table->needs[i]);
	}
	return NULL;
}

/* True when attributes of the composite come, go or change. */
static bool
changes_attributes(const DbmigPgItem *type)
{
	size_t		i;

	if (type == NULL || type->fate != DBMIG_PG_ALTER || type->change == NULL)
		return false;
	for (i = 0; i < type->change->nparts; i++)
	{
		const DbmigChange *part = &type->change->parts[i];

		if (dbmig_pg_is(part->from != NULL ? part->from : part->to,
						DBMIG_PG_COLUMN) &&
			(part->from == NULL || part->to == NULL ||
			 dbmig_change_has(part, "type") ||
			 dbmig_change_has(part, "collation")))
			return true;
	}
	return false;
}

/* True when a table cannot stay one of its type meanwhile. */
static bool
changes_type(const DbmigPgItem *table)
{
	return table->fate == DBMIG_PG_ALTER &&
		((table->change != NULL &&
		  dbmig_change_has(table->change, "of_type")) ||
		 changes_attributes(dbmig_pg_type_of_table(table->from)));
}

bool
dbmig_pg_leaves(const DbmigPgItem *table)
{
	return (changes_parent(table) && has_parent(table->from)) ||
		(changes_type(table) &&
		 dbmig_object_get(table->from, "of_type") != NULL);
}

bool
dbmig_pg_joins(const DbmigPgItem *table)
{
	if (dbmig_pg_comes(table))
		return table->attaches;
	return table->fate == DBMIG_PG_ALTER &&
		((changes_parent(table) && has_parent(table->to)) ||
		 (changes_type(table) &&
		  dbmig_object_get(table->to, "of_type") != NULL));
}

static void
write_parents(DbmigBuf *sql, const DbmigObject *table, const char *words)
{
	const char *list = dbmig_object_get(table, "inherits");

	while (list != NULL && *list != '\0')
	{
		size_t		len = dbmig_pg_first_length(list);

		dbmig_buf_addf(sql, "ALTER TABLE %s %s ", table->id, words);
		dbmig_buf_addn(sql, list, len);
		dbmig_buf_add(sql, ";\n");
		list += len;
		list += strspn(list, ", ");
	}
}

static void
write_attach(DbmigBuf *sql, const DbmigObject *table)
{
	dbmig_buf_addf(sql, "ALTER TABLE %s ATTACH PARTITION %s %s;\n",
				   dbmig_object_get(table, "partition_of"), table->id,
				   dbmig_object_get(table, "partition_bound"));
}

void
dbmig_pg_detach(DbmigBuf *sql, const DbmigPgItem *table)
{
	const char *parent = dbmig_object_get(table->from, "partition_of");

	if (parent != NULL)
		dbmig_buf_addf(sql, "ALTER TABLE %s DETACH PARTITION %s;\n", parent,
					   table->from->id);
	write_parents(sql, table->from, "NO INHERIT");
	if (dbmig_object_get(table->from, "of_type") != NULL)
		dbmig_buf_addf(sql, "ALTER TABLE %s NOT OF;\n", table->from->id);
}

void
dbmig_pg_attach(DbmigBuf *sql, const DbmigPgItem *table)
{
	if (dbmig_object_get(table->to, "partition_of") != NULL)
		write_attach(sql, table->to);
	if (!dbmig_pg_comes(table) || table->attaches)
		write_parents(sql, table->to, "INHERIT");
	if (!dbmig_pg_comes(table) &&
		dbmig_object_get(table->to, "of_type") != NULL)
		dbmig_buf_addf(sql, "ALTER TABLE %s OF %s;\n", table->to->id,
					   dbmig_object_get(table->to, "of_type"));
}

/* ---- replica identity: its index comes after the table ---- */

void
dbmig_pg_replica_identity(DbmigBuf *sql, const DbmigObject *table)
{
	static const char index[] = "index ";
	const char *value = dbmig_object_get(table, "replica_identity");

	dbmig_buf_addf(sql, "ALTER TABLE %s REPLICA IDENTITY ", table->id);
	if (value == NULL)
		dbmig_buf_add(sql, "DEFAULT");
	else if (strncmp(value, index, strlen(index)) == 0)
		dbmig_buf_addf(sql, "USING INDEX %s", value + strlen(index));
	else
		dbmig_buf_add(sql, strcmp(value, "full") == 0 ? "FULL" : "NOTHING");
	dbmig_buf_add(sql, ";\n");
}

void
dbmig_pg_identify_again(DbmigPgPlanner *planner, DbmigBuf *sql,
						const char *table, const DbmigPgItem *index,
						const char *name)
{
	const DbmigObject *to = dbmig_model_find(planner->to,
											 &dbmig_pg_kinds[DBMIG_PG_TABLE],
											 NULL, table);
	const DbmigPgItem *item = to == NULL ? NULL : to->mark;

	if (item == NULL || dbmig_pg_comes(item) || index == NULL ||
		index->fate != DBMIG_PG_RECREATE ||
		!dbmig_pg_same(item->from, to, "replica_identity") ||
		!dbmig_pg_has(to, "replica_identity",
					  dbmig_printf(planner->d, "index %s", name)))
		return;
	dbmig_pg_replica_identity(sql, to);
}

/* ---- what rows are sorted by: an index or none ---- */

/* True when an index or a constraint of the table is wanted to be it. */
static bool
is_clustered(const DbmigModel *model, const char *table)
{
	const DbmigObject *object = dbmig_model_find(model,
												 &dbmig_pg_kinds[DBMIG_PG_TABLE],
												 NULL, table);
	size_t		i;

	for (i = 0; object != NULL && i < object->nparts; i++)
	{
		if (dbmig_object_get(object->parts[i], "clustered") != NULL)
			return true;
	}
	for (i = 0; i < model->count; i++)
	{
		if (dbmig_pg_is(model->items[i], DBMIG_PG_INDEX) &&
			dbmig_pg_has(model->items[i], "table", table) &&
			dbmig_object_get(model->items[i], "clustered") != NULL)
			return true;
	}
	return false;
}

void
dbmig_pg_cluster(DbmigPgPlanner *planner, DbmigBuf *sql, const char *table,
				 const DbmigObject *index, const char *name)
{
	if (dbmig_object_get(index, "clustered") != NULL)
		dbmig_buf_addf(sql, "ALTER TABLE %s CLUSTER ON %s;\n", table, name);
	else if (!is_clustered(planner->to, table))
		dbmig_buf_addf(sql, "ALTER TABLE %s SET WITHOUT CLUSTER;\n", table);
}
