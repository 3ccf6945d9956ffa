/*
 * pg_plan_global.c
 *	  Statements about what belongs to the whole database.
 */
#include "pg_plan_kind.h"

#include <string.h>

void
dbmig_pg_create_schema(DbmigPgPlanner *planner, DbmigBuf *sql,
					   const DbmigObject *object)
{
	(void) planner;
	/* A new database has that one. */
	dbmig_buf_addf(sql, "CREATE SCHEMA %s%s;\n",
				   strcmp(object->id, "public") == 0 ? "IF NOT EXISTS " : "",
				   object->id);
}

void
dbmig_pg_create_extension(DbmigPgPlanner *planner, DbmigBuf *sql,
						  const DbmigObject *object)
{
	const char *schema = dbmig_object_get(object, "schema");
	const char *version = dbmig_object_get(object, "version");

	(void) planner;
	dbmig_buf_addf(sql, "CREATE EXTENSION %s", object->id);
	if (schema != NULL)
		dbmig_buf_addf(sql, " SCHEMA %s", schema);
	if (version != NULL)
	{
		dbmig_buf_add(sql, " VERSION ");
		dbmig_buf_literal(sql, version);
	}
	dbmig_buf_add(sql, ";\n");
}

void
dbmig_pg_alter_extension(DbmigPgPlanner *planner, DbmigBuf *sql,
						 const DbmigChange *change)
{
	(void) planner;
	if (dbmig_change_has(change, "version"))
	{
		dbmig_buf_addf(sql, "ALTER EXTENSION %s UPDATE TO ", change->to->id);
		dbmig_buf_literal(sql, dbmig_object_get(change->to, "version"));
		dbmig_buf_add(sql, ";\n");
	}
	if (dbmig_change_has(change, "schema"))
		dbmig_buf_addf(sql, "ALTER EXTENSION %s SET SCHEMA %s;\n",
					   change->to->id,
					   dbmig_object_get(change->to, "schema"));
}

void
dbmig_pg_create_access_method(DbmigPgPlanner *planner, DbmigBuf *sql,
							  const DbmigObject *object)
{
	(void) planner;
	dbmig_buf_addf(sql, "CREATE ACCESS METHOD %s TYPE %s HANDLER %s;\n",
				   object->id, dbmig_object_get(object, "type"),
				   dbmig_object_get(object, "handler"));
}

/* Writes word and value where there is one. */
static void
write_value(DbmigBuf *sql, const DbmigObject *object, const char *key,
			const char *word)
{
	const char *value = dbmig_object_get(object, key);

	if (value != NULL)
		dbmig_buf_addf(sql, " %s %s", word, value);
}

static void
write_foreign_options(DbmigBuf *sql, const DbmigObject *object)
{
	const char *options = dbmig_object_get(object, "options");

	if (options != NULL)
		dbmig_buf_addf(sql, " OPTIONS (%s)", options);
	dbmig_buf_add(sql, ";\n");
}

void
dbmig_pg_create_language(DbmigPgPlanner *planner, DbmigBuf *sql,
						 const DbmigObject *object)
{
	(void) planner;
	dbmig_buf_addf(sql, "CREATE %sLANGUAGE %s",
				   dbmig_object_get(object, "trusted") != NULL ?
				   "TRUSTED " : "", object->id);
	write_value(sql, object, "handler", "HANDLER");
	write_value(sql, object, "inline", "INLINE");
	write_value(sql, object, "validator", "VALIDATOR");
	dbmig_buf_add(sql, ";\n");
}

void
dbmig_pg_create_wrapper(DbmigPgPlanner *planner, DbmigBuf *sql,
						const DbmigObject *object)
{
	(void) planner;
	dbmig_buf_addf(sql, "CREATE FOREIGN DATA WRAPPER %s", object->id);
	write_value(sql, object, "handler", "HANDLER");
	write_value(sql, object, "validator", "VALIDATOR");
	write_foreign_options(sql, object);
}

void
dbmig_pg_create_server(DbmigPgPlanner *planner, DbmigBuf *sql,
					   const DbmigObject *object)
{
	(void) planner;
	dbmig_buf_addf(sql, "CREATE SERVER %s", object->id);
	write_value(sql, object, "type", "TYPE");
	write_value(sql, object, "version", "VERSION");
	write_value(sql, object, "wrapper", "FOREIGN DATA WRAPPER");
	write_foreign_options(sql, object);
}

void
dbmig_pg_create_user_mapping(DbmigPgPlanner *planner, DbmigBuf *sql,
							 const DbmigObject *object)
{
	(void) planner;
	dbmig_buf_addf(sql, "CREATE USER MAPPING FOR %s", object->id);
	write_foreign_options(sql, object);
}

void
dbmig_pg_alter_options(DbmigPgPlanner *planner, DbmigBuf *sql,
					   const DbmigChange *change)
{
	if (!dbmig_change_has(change, "options") &&
		!dbmig_change_has(change, "version"))
		return;
	dbmig_buf_addf(sql, "ALTER %s", dbmig_pg_target(planner->d, change->to));
	if (dbmig_change_has(change, "version"))
		write_value(sql, change->to, "version", "VERSION");
	if (dbmig_change_has(change, "options"))
	{
		dbmig_buf_add(sql, " OPTIONS (");
		dbmig_pg_foreign_options(planner->d, sql,
								 dbmig_object_get(change->from, "options"),
								 dbmig_object_get(change->to, "options"));
		dbmig_buf_addc(sql, ')');
	}
	dbmig_buf_add(sql, ";\n");
}

/* ---- publications ---- */

static void
write_publish(DbmigBuf *sql, const DbmigObject *object)
{
	const char *operations = dbmig_object_get(object, "operations");
	const char *generated = dbmig_object_get(object, "generated");

	dbmig_buf_add(sql, "(publish = ");
	dbmig_buf_literal(sql, operations == NULL ? "" : operations);
	dbmig_buf_addf(sql, ", publish_via_partition_root = %s",
				   dbmig_object_get(object, "via_root") != NULL ?
				   "true" : "false");
	if (generated != NULL)
		dbmig_buf_addf(sql, ", publish_generated_columns = %s", generated);
	dbmig_buf_add(sql, ");\n");
}

void
dbmig_pg_create_publication(DbmigPgPlanner *planner, DbmigBuf *sql,
							const DbmigObject *object)
{
	(void) planner;
	dbmig_buf_addf(sql, "CREATE PUBLICATION %s%s WITH ", object->id,
				   dbmig_object_get(object, "all_tables") != NULL ?
				   " FOR ALL TABLES" : "");
	write_publish(sql, object);
}

void
dbmig_pg_alter_publication(DbmigPgPlanner *planner, DbmigBuf *sql,
						   const DbmigChange *change)
{
	(void) planner;
	if (!dbmig_change_has(change, "operations") &&
		!dbmig_change_has(change, "via_root") &&
		!dbmig_change_has(change, "generated"))
		return;
	dbmig_buf_addf(sql, "ALTER PUBLICATION %s SET ", change->to->id);
	write_publish(sql, change->to);
}

/* A table is a member without those that inherit from it: they are members
 * of their own. */
const char *
dbmig_pg_member(Dbmig *d, const DbmigObject *member)
{
	static const char table[] = "TABLE ";

	return strncmp(member->id, table, strlen(table)) == 0 ?
		dbmig_printf(d, "TABLE ONLY %s", member->id + strlen(table)) :
		member->id;
}

void
dbmig_pg_create_member(DbmigPgPlanner *planner, DbmigBuf *sql,
					   const DbmigObject *object)
{
	const char *columns = dbmig_object_get(object, "columns");
	const char *filter = dbmig_object_get(object, "filter");

	dbmig_buf_addf(sql, "ALTER PUBLICATION %s ADD %s", object->owner->id,
				   dbmig_pg_member(planner->d, object));
	if (columns != NULL)
		dbmig_buf_addf(sql, " (%s)", columns);
	if (filter != NULL)
		dbmig_buf_addf(sql, " WHERE (%s)", filter);
	dbmig_buf_add(sql, ";\n");
}

/* ---- event triggers ---- */

static void
write_enabled(DbmigBuf *sql, const DbmigObject *object)
{
	const char *enabled = dbmig_object_get(object, "enabled");

	dbmig_buf_addf(sql, "ALTER EVENT TRIGGER %s %s;\n", object->id,
				   enabled == NULL ? "ENABLE" :
				   strcmp(enabled, "disabled") == 0 ? "DISABLE" :
				   strcmp(enabled, "replica") == 0 ? "ENABLE REPLICA" :
				   "ENABLE ALWAYS");
}

void
dbmig_pg_create_event_trigger(DbmigPgPlanner *planner, DbmigBuf *sql,
							  const DbmigObject *object)
{
	const char *tags = dbmig_object_get(object, "tags");

	(void) planner;
	dbmig_buf_addf(sql, "CREATE EVENT TRIGGER %s ON %s", object->id,
				   dbmig_object_get(object, "event"));
	if (tags != NULL)
		dbmig_buf_addf(sql, " WHEN TAG IN (%s)", tags);
	dbmig_buf_addf(sql, " EXECUTE FUNCTION %s;\n",
				   dbmig_object_get(object, "function"));
	if (dbmig_object_get(object, "enabled") != NULL)
		write_enabled(sql, object);
}

void
dbmig_pg_alter_event_trigger(DbmigPgPlanner *planner, DbmigBuf *sql,
							 const DbmigChange *change)
{
	(void) planner;
	if (dbmig_change_has(change, "enabled"))
		write_enabled(sql, change->to);
}
