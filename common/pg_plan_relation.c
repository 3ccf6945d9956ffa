/*
 * pg_plan_relation.c
 *	  Statements about relations that are no tables, and about what hangs on
 *	  tables.
 */
#include "pg_plan_part.h"
#include "pg_plan_wait.h"

#include <string.h>

static bool
differs(const DbmigObject *from, const DbmigObject *to, const char *key)
{
	return from == NULL ? dbmig_object_get(to, key) != NULL :
		!dbmig_pg_same(from, to, key);
}

/* ---- sequences ---- */

/* With another type the server chooses other bounds: then all is said. */
void
dbmig_pg_sequence_options(DbmigBuf *sql, const DbmigObject *from,
						  const DbmigObject *to, const char *before)
{
	static const struct
	{
		const char *key;
		const char *words;
	}			options[] =
	{
		{"start", "START WITH"}, {"increment", "INCREMENT BY"},
		{"minimum", "MINVALUE"}, {"maximum", "MAXVALUE"}, {"cache", "CACHE"}
	};
	bool		is_sequence = dbmig_pg_is(to, DBMIG_PG_SEQUENCE);
	bool		all = from == NULL ||
	(is_sequence && !dbmig_pg_same(from, to, "type"));
	size_t		i;

	if (is_sequence && all && dbmig_object_get(to, "type") != NULL)
		dbmig_buf_addf(sql, " AS %s", dbmig_object_get(to, "type"));
	for (i = 0; i < DBMIG_COUNT(options); i++)
	{
		const char *value = dbmig_object_get(to, options[i].key);

		if (value != NULL && (all || differs(from, to, options[i].key)))
			dbmig_buf_addf(sql, " %s%s %s", before, options[i].words, value);
	}
	if (differs(from, to, "cycle"))
		dbmig_buf_addf(sql, " %s%s", before,
					   dbmig_object_get(to, "cycle") != NULL ? "CYCLE" :
					   "NO CYCLE");
}

void
dbmig_pg_create_sequence(DbmigPgPlanner *planner, DbmigBuf *sql,
						 const DbmigObject *object)
{
	(void) planner;
	dbmig_buf_addf(sql, "CREATE %sSEQUENCE %s",
				   dbmig_object_get(object, "persistence") != NULL ?
				   "UNLOGGED " : "", object->id);
	dbmig_pg_sequence_options(sql, NULL, object, "");
	dbmig_buf_add(sql, ";\n");
}

void
dbmig_pg_alter_sequence(DbmigPgPlanner *planner, DbmigBuf *sql,
						const DbmigChange *change)
{
	DbmigBuf	options;

	if (dbmig_change_has(change, "persistence"))
		dbmig_buf_addf(sql, "ALTER SEQUENCE %s SET %s;\n", change->to->id,
					   dbmig_object_get(change->to, "persistence") != NULL ?
					   "UNLOGGED" : "LOGGED");
	dbmig_buf_init(&options, planner->d);
	dbmig_pg_sequence_options(&options, change->from, change->to, "");
	if (options.len > 0)
		dbmig_buf_addf(sql, "ALTER SEQUENCE %s%s;\n", change->to->id,
					   options.text);
	if (dbmig_change_has(change, "owned_by"))
		dbmig_buf_addf(sql, "ALTER SEQUENCE %s OWNED BY NONE;\n",
					   change->to->id);
}

void
dbmig_pg_go_on(DbmigBuf *sql, const char *sequence, const DbmigObject *column)
{
	dbmig_buf_add(sql, "SELECT pg_catalog.setval(");
	dbmig_buf_literal(sql, sequence);
	dbmig_buf_add(sql, ", pg_catalog.max(");
	dbmig_buf_identifier(sql, column->name);
	dbmig_buf_addf(sql, ")) FROM %s HAVING pg_catalog.max(",
				   column->owner->id);
	dbmig_buf_identifier(sql, column->name);
	dbmig_buf_add(sql, ") > 0;\n");
}

void
dbmig_pg_go_on_from(DbmigBuf *sql, const char *sequence, const char *old)
{
	dbmig_buf_add(sql, "SELECT pg_catalog.setval(");
	dbmig_buf_literal(sql, sequence);
	dbmig_buf_addf(sql, ", last_value, is_called) FROM %s;\n", old);
}

static bool
is_integer(const DbmigObject *column)
{
	return dbmig_pg_has(column, "type", "integer") ||
		dbmig_pg_has(column, "type", "bigint") ||
		dbmig_pg_has(column, "type", "smallint");
}

void
dbmig_pg_own_sequence(DbmigPgPlanner *planner, DbmigBuf *sql,
					  const DbmigPgItem *sequence)
{
	const char *owned_by = dbmig_object_get(sequence->to, "owned_by");
	const DbmigPgItem *column =
	dbmig_pg_owning_column(planner->d, planner->to, sequence->to);
	const char *increment = dbmig_object_get(sequence->to, "increment");

	dbmig_buf_addf(sql, "ALTER SEQUENCE %s OWNED BY %s;\n", sequence->to->id,
				   owned_by == NULL ? "NONE" : owned_by);
	if (dbmig_pg_comes(sequence) && column != NULL && column->from != NULL &&
		column->fate == DBMIG_PG_ALTER && is_integer(column->to) &&
		dbmig_pg_succeeding(planner->d, planner->to, column) == NULL &&
		increment != NULL && increment[0] != '-')
		dbmig_pg_go_on(sql, sequence->to->id, column->to);
}

/* ---- views ---- */

static void
write_view(DbmigBuf *sql, const char *verb, const DbmigObject *view)
{
	const char *options = dbmig_object_get(view, "options");

	dbmig_buf_addf(sql, "%s VIEW %s", verb, view->id);
	if (options != NULL)
		dbmig_buf_addf(sql, " WITH (%s)", options);
	dbmig_buf_addf(sql, " AS\n%s;\n", dbmig_object_get(view, "definition"));
}

static void
write_column_defaults(DbmigPgPlanner *planner, DbmigBuf *sql,
					  const DbmigObject *from, const DbmigObject *to)
{
	size_t		i;

	for (i = 0; i < to->nparts; i++)
	{
		const DbmigObject *column = to->parts[i];
		const DbmigObject *old = NULL;
		const char *value = dbmig_object_get(column, "default");

		if (!dbmig_pg_is(column, DBMIG_PG_COLUMN))
			continue;
		if (from != NULL)
			old = dbmig_model_find(planner->from, column->kind, from,
								   column->id);
		if (!differs(old, column, "default"))
			continue;
		dbmig_buf_addf(sql, "ALTER VIEW %s ALTER COLUMN ", to->id);
		dbmig_buf_identifier(sql, column->name);
		if (value != NULL)
			dbmig_buf_addf(sql, " SET DEFAULT %s;\n", value);
		else
			dbmig_buf_add(sql, " DROP DEFAULT;\n");
	}
}

void
dbmig_pg_create_view(DbmigPgPlanner *planner, DbmigBuf *sql,
					 const DbmigObject *object)
{
	write_view(sql, "CREATE", object);
	write_column_defaults(planner, sql, NULL, object);
}

/* CREATE OR REPLACE VIEW: columns stay, and more may follow. */
bool
dbmig_pg_may_replace_view(Dbmig *d, const DbmigChange *change)
{
	DbmigObject **old = dbmig_pg_parts(d, change->from, DBMIG_PG_COLUMN);
	DbmigObject **new = dbmig_pg_parts(d, change->to, DBMIG_PG_COLUMN);

	if (!dbmig_change_has(change, "definition"))
		return true;
	for (; old != NULL && new != NULL && *old != NULL; old++, new++)
	{
		if (*new == NULL || strcmp((*old)->id, (*new)->id) != 0 ||
			!dbmig_pg_same(*old, *new, "type") ||
			!dbmig_pg_same(*old, *new, "collation"))
			return false;
	}
	return true;
}

/* Writes ALTER words id SET (...), and RESET. */
static void
write_set_options(Dbmig *d, DbmigBuf *sql, const DbmigObject *from,
				  const DbmigObject *to, const char *words)
{
	const char *set;
	const char *reset;

	dbmig_pg_option_lists(d,
						  dbmig_pg_join_lists(d,
											  dbmig_object_get(from,
															   "options"),
											  dbmig_object_get(from,
															   "toast_options")),
						  dbmig_pg_join_lists(d,
											  dbmig_object_get(to, "options"),
											  dbmig_object_get(to,
															   "toast_options")),
						  &set, &reset);
	if (reset != NULL)
		dbmig_buf_addf(sql, "ALTER %s %s RESET (%s);\n", words, to->id,
					   reset);
	if (set != NULL)
		dbmig_buf_addf(sql, "ALTER %s %s SET (%s);\n", words, to->id, set);
}

void
dbmig_pg_alter_view(DbmigPgPlanner *planner, DbmigBuf *sql,
					const DbmigChange *change)
{
	if (dbmig_change_has(change, "definition"))
		write_view(sql, "CREATE OR REPLACE", change->to);
	else
		write_set_options(planner->d, sql, change->from, change->to, "VIEW");
	write_column_defaults(planner, sql, change->from, change->to);
}

/* ---- materialized views ---- */

/* Writes the settings of columns that were changed. */
static void
write_column_settings(DbmigPgPlanner *planner, DbmigBuf *sql,
					  const DbmigObject *from, const DbmigObject *to)
{
	static const struct
	{
		const char *key;
		const char *form;		/* its value */
		const char *reset;		/* what says that there is none */
	}			settings[] =
	{
		{"storage", "SET STORAGE %s", NULL},
		{"compression", "SET COMPRESSION %s", "default"},
		{"statistics", "SET STATISTICS %s", "-1"},
	};
	const char *set[2];
	size_t		i;
	size_t		j;

	for (i = 0; i < to->nparts; i++)
	{
		const DbmigObject *column = to->parts[i];
		const DbmigObject *old = NULL;

		if (!dbmig_pg_is(column, DBMIG_PG_COLUMN))
			continue;
		if (from != NULL)
			old = dbmig_model_find(planner->from, column->kind, from,
								   column->id);
		dbmig_pg_option_lists(planner->d, old == NULL ? NULL :
							  dbmig_object_get(old, "options"),
							  dbmig_object_get(column, "options"), &set[1],
							  &set[0]);
		for (j = 0; j < DBMIG_COUNT(set); j++)
		{
			if (set[j] == NULL)
				continue;
			dbmig_buf_addf(sql, "ALTER MATERIALIZED VIEW %s ALTER COLUMN ",
						   to->id);
			dbmig_buf_identifier(sql, column->name);
			dbmig_buf_addf(sql, " %s (%s);\n", j == 0 ? "RESET" : "SET",
						   set[j]);
		}
		for (j = 0; j < DBMIG_COUNT(settings); j++)
		{
			const char *value = dbmig_object_get(column, settings[j].key);

			if (!differs(old, column, settings[j].key))
				continue;
			if (value == NULL)
				value = settings[j].reset;
			if (value == NULL)
				value = dbmig_pg_type_storage(dbmig_object_get(column,
															   "type"));
			dbmig_buf_addf(sql, "ALTER MATERIALIZED VIEW %s ALTER COLUMN ",
						   to->id);
			dbmig_buf_identifier(sql, column->name);
			dbmig_buf_addc(sql, ' ');
			dbmig_buf_addn(sql, settings[j].form,
						   strlen(settings[j].form) - 2);
			dbmig_buf_addf(sql, "%s;\n", value);
		}
	}
}

void
dbmig_pg_create_matview(DbmigPgPlanner *planner, DbmigBuf *sql,
						const DbmigObject *object)
{
	const char *options =
	dbmig_pg_join_lists(planner->d,
						dbmig_object_get(object, "options"),
						dbmig_object_get(object, "toast_options"));
	const char *method = dbmig_object_get(object, "access_method");
	const char *tablespace = dbmig_object_get(object, "tablespace");

	dbmig_buf_addf(sql, "CREATE MATERIALIZED VIEW %s", object->id);
	if (method != NULL)
		dbmig_buf_addf(sql, " USING %s", method);
	if (options != NULL)
		dbmig_buf_addf(sql, " WITH (%s)", options);
	if (tablespace != NULL)
		dbmig_buf_addf(sql, " TABLESPACE %s", tablespace);
	dbmig_buf_addf(sql, " AS\n%s;\n",
				   dbmig_object_get(object, "definition"));
	write_column_settings(planner, sql, NULL, object);
}

bool
dbmig_pg_may_alter_matview(Dbmig *d, const DbmigChange *change)
{
	size_t		i;

	(void) d;
	for (i = 0; i < change->nparts; i++)
	{
		const DbmigChange *part = &change->parts[i];

		if (dbmig_pg_is(part->from != NULL ? part->from : part->to,
						DBMIG_PG_COLUMN) &&
			(part->from == NULL || part->to == NULL ||
			 dbmig_change_has(part, "type") ||
			 dbmig_change_has(part, "collation")))
			return false;
	}
	return true;
}

void
dbmig_pg_alter_matview(DbmigPgPlanner *planner, DbmigBuf *sql,
					   const DbmigChange *change)
{
	const char *words = "MATERIALIZED VIEW";
	const char *value;

	write_set_options(planner->d, sql, change->from, change->to, words);
	value = dbmig_object_get(change->to, "tablespace");
	if (dbmig_change_has(change, "tablespace"))
		dbmig_buf_addf(sql, "ALTER %s %s SET TABLESPACE %s;\n", words,
					   change->to->id, value == NULL ? "pg_default" : value);
	value = dbmig_object_get(change->to, "access_method");
	if (dbmig_change_has(change, "access_method"))
		dbmig_buf_addf(sql, "ALTER %s %s SET ACCESS METHOD %s;\n", words,
					   change->to->id, value == NULL ? "heap" : value);
	write_column_settings(planner, sql, change->from, change->to);
}

/* ---- indexes ---- */

/* The number of the column that an entry of "2=100, 3=10" is about. */
static size_t
index_column(const char *list)
{
	return strcspn(list, "=");
}

/* The entry of a list about the same column; NULL: there is none. */
static const char *
entry_of(const char *list, const char *entry)
{
	size_t		len = index_column(entry) + 1;

	while (list != NULL && strncmp(list, entry, len) != 0)
	{
		list = strstr(list, ", ");
		list = list == NULL ? NULL : list + strlen(", ");
	}
	return list;
}

/* Each entry of a list that the other one does not have. */
static void
write_index_statistics(DbmigBuf *sql, const char *id, const char *list,
					   const char *other, bool reset)
{
	while (list != NULL && *list != '\0')
	{
		size_t		equals = index_column(list);
		size_t		end = strcspn(list, ",");
		const char *had = entry_of(other, list);
		bool		same = had != NULL && (reset ||
										   (strcspn(had, ",") == end &&
											strncmp(had, list, end) == 0));

		if (!same)
		{
			dbmig_buf_addf(sql, "ALTER INDEX %s ALTER COLUMN ", id);
			dbmig_buf_addn(sql, list, equals);
			dbmig_buf_add(sql, " SET STATISTICS ");
			if (reset)
				dbmig_buf_add(sql, "-1");
			else
				dbmig_buf_addn(sql, list + equals + 1, end - equals - 1);
			dbmig_buf_add(sql, ";\n");
		}
		list += end;
		list += strspn(list, ", ");
	}
}

bool
dbmig_pg_joins_with_table(const DbmigPgPlanner *planner,
						  const DbmigObject *index)
{
	const DbmigPgItem *table = dbmig_pg_table_of(planner->to, index);
	const char *id = dbmig_object_get(index, "parent");
	const DbmigObject *parent = id == NULL ? NULL :
	dbmig_model_find(planner->to, index->kind, NULL, id);

	return table != NULL && dbmig_pg_joins(table) && parent != NULL &&
		!dbmig_pg_comes(dbmig_pg_item(parent));
}

static void
write_index_rest(DbmigPgPlanner *planner, DbmigBuf *sql,
				 const DbmigObject *from, const DbmigObject *to)
{
	const char *tablespace = dbmig_object_get(to, "tablespace");
	const char *table = dbmig_object_get(to, "table");
	const char *statistics = dbmig_object_get(to, "statistics");
	const char *had = from == NULL ? NULL :
	dbmig_object_get(from, "statistics");

	if (differs(from, to, "tablespace"))
		dbmig_buf_addf(sql, "ALTER INDEX %s SET TABLESPACE %s;\n", to->id,
					   tablespace == NULL ? "pg_default" : tablespace);
	write_index_statistics(sql, to->id, had, statistics, true);
	write_index_statistics(sql, to->id, statistics, had, false);
	if (differs(from, to, "parent") &&
		dbmig_object_get(to, "parent") != NULL && !dbmig_pg_joins_with_table(planner, to))
		dbmig_buf_addf(sql, "ALTER INDEX %s ATTACH PARTITION %s;\n",
					   dbmig_object_get(to, "parent"), to->id);
	if (differs(from, to, "clustered"))
		dbmig_pg_cluster(planner, sql, table, to,
						 dbmig_pg_id_name(planner->d, to->id));
	dbmig_pg_identify_again(planner, sql, table, to->mark,
							dbmig_pg_id_name(planner->d, to->id));
}

void
dbmig_pg_create_index(DbmigPgPlanner *planner, DbmigBuf *sql,
					  const DbmigObject *object)
{
	dbmig_buf_addf(sql, "%s;\n", dbmig_object_get(object, "definition"));
	write_index_rest(planner, sql, NULL, object);
}

bool
dbmig_pg_may_attach_index(Dbmig *d, const DbmigChange *change)
{
	(void) d;
	return !dbmig_change_has(change, "parent") ||
		dbmig_object_get(change->from, "parent") == NULL;
}

void
dbmig_pg_alter_index(DbmigPgPlanner *planner, DbmigBuf *sql,
					 const DbmigChange *change)
{
	write_index_rest(planner, sql, change->from, change->to);
}

/* ---- statistics ---- */

void
dbmig_pg_create_statistics(DbmigPgPlanner *planner, DbmigBuf *sql,
						   const DbmigObject *object)
{
	const char *target = dbmig_object_get(object, "target");

	(void) planner;
	dbmig_buf_addf(sql, "%s;\n", dbmig_object_get(object, "definition"));
	if (target != NULL)
		dbmig_buf_addf(sql, "ALTER STATISTICS %s SET STATISTICS %s;\n",
					   object->id, target);
}

void
dbmig_pg_alter_statistics(DbmigPgPlanner *planner, DbmigBuf *sql,
						  const DbmigChange *change)
{
	const char *target = dbmig_object_get(change->to, "target");

	(void) planner;
	if (dbmig_change_has(change, "target"))
		dbmig_buf_addf(sql, "ALTER STATISTICS %s SET STATISTICS %s;\n",
					   change->to->id, target == NULL ? "-1" : target);
}

/* ---- triggers and rules ---- */

/* Enables a trigger or a rule as another one is. */
static void
write_enabled(DbmigPgPlanner *planner, DbmigBuf *sql,
			  const DbmigObject *object, const DbmigObject *as)
{
	const char *enabled = dbmig_object_get(as, "enabled");

	dbmig_buf_addf(sql, "ALTER TABLE %s %s %s %s;\n",
				   dbmig_object_get(object, "table"),
				   enabled == NULL ? "ENABLE" :
				   strcmp(enabled, "disabled") == 0 ? "DISABLE" :
				   strcmp(enabled, "replica") == 0 ? "ENABLE REPLICA" :
				   "ENABLE ALWAYS", dbmig_pg_words(object),
				   dbmig_pg_id_name(planner->d, object->id));
}

/* One that has a parent is made by it, and enabled as it is. */
void
dbmig_pg_create_enabled(DbmigPgPlanner *planner, DbmigBuf *sql,
						const DbmigObject *object)
{
	if (dbmig_object_get(object, "parent") == NULL)
		dbmig_buf_addf(sql, "%s;\n", dbmig_object_get(object, "definition"));
	if (dbmig_object_get(object, "enabled") != NULL ||
		dbmig_object_get(object, "parent") != NULL)
		write_enabled(planner, sql, object, object);
}

/* One that differs from that of the whole no more is as that one is. */
void
dbmig_pg_drop_trigger(DbmigPgPlanner *planner, DbmigBuf *sql,
					  const DbmigPgItem *trigger)
{
	const DbmigPgItem *whole = dbmig_pg_whole_trigger(planner, planner->from,
													  trigger->from);

	if (whole == NULL)
		dbmig_pg_drop(planner, sql, trigger->from);
	else
		write_enabled(planner, sql, trigger->from, whole->to);
}

/* Constraint triggers cannot be replaced. */
bool
dbmig_pg_may_replace_trigger(Dbmig *d, const DbmigChange *change)
{
	static const char plain[] = "CREATE TRIGGER ";
	const char *from = dbmig_object_get(change->from, "definition");
	const char *to = dbmig_object_get(change->to, "definition");

	(void) d;
	return !dbmig_change_has(change, "definition") ||
		(from != NULL && to != NULL &&
		 strncmp(from, plain, strlen(plain)) == 0 &&
		 strncmp(to, plain, strlen(plain)) == 0);
}

/* A trigger that is replaced is enabled again; a rule stays as it was. */
void
dbmig_pg_alter_enabled(DbmigPgPlanner *planner, DbmigBuf *sql,
					   const DbmigChange *change)
{
	static const char create[] = "CREATE ";
	const char *definition = dbmig_object_get(change->to, "definition");
	bool		replaced = dbmig_change_has(change, "definition");

	if (dbmig_object_get(change->to, "parent") != NULL)
	{
		write_enabled(planner, sql, change->to, change->to);
		return;
	}
	if (replaced && definition != NULL)
		dbmig_buf_addf(sql, "CREATE OR REPLACE %s;\n",
					   definition + strlen(create));
	if (dbmig_change_has(change, "enabled") ||
		(replaced && dbmig_object_get(change->to, "enabled") != NULL))
		write_enabled(planner, sql, change->to, change->to);
}

/* ---- policies ---- */

static void
write_expressions(DbmigBuf *sql, const DbmigObject *policy)
{
	const char *using = dbmig_object_get(policy, "using");
	const char *check = dbmig_object_get(policy, "check");

	if (using != NULL)
		dbmig_buf_addf(sql, " USING (%s)", using);
	if (check != NULL)
		dbmig_buf_addf(sql, " WITH CHECK (%s)", check);
	dbmig_buf_add(sql, ";\n");
}

static const char *
roles_of(const DbmigObject *policy)
{
	const char *roles = dbmig_object_get(policy, "roles");

	return roles == NULL ? "PUBLIC" : roles;
}

void
dbmig_pg_create_policy(DbmigPgPlanner *planner, DbmigBuf *sql,
					   const DbmigObject *object)
{
	const char *command = dbmig_object_get(object, "command");

	dbmig_buf_addf(sql, "CREATE %s%s FOR %s TO %s",
				   dbmig_pg_target(planner->d, object),
				   dbmig_object_get(object, "restrictive") != NULL ?
				   " AS RESTRICTIVE" : "", command == NULL ? "ALL" : command,
				   roles_of(object));
	write_expressions(sql, object);
}

/* ALTER POLICY takes no expression away. */
bool
dbmig_pg_may_alter_policy(Dbmig *d, const DbmigChange *change)
{
	static const char *const keys[] = {"using", "check"};
	size_t		i;

	(void) d;
	for (i = 0; i < DBMIG_COUNT(keys); i++)
	{
		if (dbmig_object_get(change->from, keys[i]) != NULL &&
			dbmig_object_get(change->to, keys[i]) == NULL)
			return false;
	}
	return true;
}

void
dbmig_pg_alter_policy(DbmigPgPlanner *planner, DbmigBuf *sql,
					  const DbmigChange *change)
{
	if (change->nkeys == 1 && dbmig_change_has(change, "comment"))
		return;
	dbmig_buf_addf(sql, "ALTER %s TO %s",
				   dbmig_pg_target(planner->d, change->to),
				   roles_of(change->to));
	write_expressions(sql, change->to);
}
