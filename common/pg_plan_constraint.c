/*
 * pg_plan_constraint.c
 *	  What ALTER TABLE and CREATE TABLE say about one constraint, and what is
 *	  said of its index.
 */
#include "pg_plan_part.h"

void
dbmig_pg_constraint(DbmigBuf *sql, const DbmigObject *constraint)
{
	dbmig_buf_add(sql, "CONSTRAINT ");
	dbmig_buf_identifier(sql, constraint->name);
	dbmig_buf_addf(sql, " %s", dbmig_object_get(constraint, "definition"));
}

/* What the index of a constraint has that no constraint says. */
static void
write_index_settings(DbmigPgPlanner *planner, DbmigBuf *after,
					 const DbmigObject *from, const DbmigObject *to)
{
	Dbmig	   *d = planner->d;
	const char *tablespace = dbmig_object_get(to, "tablespace");
	const char *set;
	const char *reset;
	DbmigBuf	index;

	dbmig_buf_init(&index, d);
	dbmig_buf_addf(&index, "%s.", dbmig_pg_id_part(d, to->owner->id, 0));
	dbmig_buf_identifier(&index, to->name);
	dbmig_pg_option_lists(d, from == NULL ? NULL :
						  dbmig_object_get(from, "options"),
						  dbmig_object_get(to, "options"), &set, &reset);
	if (reset != NULL)
		dbmig_buf_addf(after, "ALTER INDEX %s RESET (%s);\n", index.text,
					   reset);
	if (set != NULL)
		dbmig_buf_addf(after, "ALTER INDEX %s SET (%s);\n", index.text, set);
	if (from == NULL ? tablespace != NULL :
		!dbmig_pg_same(from, to, "tablespace"))
		dbmig_buf_addf(after, "ALTER INDEX %s SET TABLESPACE %s;\n",
					   index.text, tablespace == NULL ? "pg_default" :
					   tablespace);
}

void
dbmig_pg_constraint_settings(DbmigPgPlanner *planner, DbmigPgStatements *to,
							 const DbmigObject *from,
							 const DbmigObject *constraint)
{
	const char *table = constraint->owner->id;
	DbmigBuf	name;

	dbmig_buf_init(&name, planner->d);
	dbmig_pg_add_name(&name, constraint->name);
	write_index_settings(planner, &to->after, from, constraint);
	if (from == NULL ? dbmig_object_get(constraint, "clustered") != NULL :
		!dbmig_pg_same(from, constraint, "clustered"))
		dbmig_pg_cluster(planner, &to->after, table, constraint, name.text);
	dbmig_pg_identify_again(planner, &to->after, table, constraint->mark,
							name.text);
	dbmig_pg_own_extras(planner, &to->after, from, constraint);
}

void
dbmig_pg_constraint_act(DbmigPgPlanner *planner, DbmigPgStatements *to,
						const DbmigPgMove *move)
{
	const DbmigPgItem *item = move->item;
	DbmigBuf   *commands = &to->commands;

	if (move->act == DBMIG_PG_ACT_DROP)
	{
		dbmig_pg_command(commands);
		dbmig_buf_add(commands, "DROP CONSTRAINT ");
		dbmig_buf_identifier(commands, item->from->name);
	}
	else if (move->act == DBMIG_PG_ACT_CREATE)
	{
		dbmig_pg_command(commands);
		dbmig_buf_add(commands, "ADD ");
		dbmig_pg_constraint(commands, item->to);
		if (dbmig_object_get(item->to, "not_valid") != NULL)
			dbmig_buf_add(commands, " NOT VALID");
		dbmig_pg_constraint_settings(planner, to, NULL, item->to);
	}
	else if (move->act == DBMIG_PG_ACT_ALTER)
	{
		if (!dbmig_pg_same(item->from, item->to, "not_valid"))
		{
			dbmig_pg_command(commands);
			dbmig_buf_add(commands, "VALIDATE CONSTRAINT ");
			dbmig_buf_identifier(commands, item->to->name);
		}
		dbmig_pg_constraint_settings(planner, to, item->from, item->to);
	}
}
