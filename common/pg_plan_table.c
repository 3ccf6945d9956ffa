/*
 * pg_plan_table.c
 *	  Statements about tables: what follows each other in a plan becomes one
 *	  CREATE TABLE or ALTER TABLE.
 */
#include "pg_plan_part.h"
#include "pg_plan_wait.h"

#include <string.h>

/* A table that comes is partitioned otherwise; the rest is alterable. */
bool
dbmig_pg_may_alter_table(Dbmig *d, const DbmigChange *change)
{
	(void) d;
	return !dbmig_change_has(change, "partition_key") &&
		!dbmig_change_has(change, "server");
}

/* ---- CREATE TABLE ---- */

typedef struct Creation
{
	DbmigPgPlanner *planner;
	const DbmigObject *table;
	DbmigPgMove **moves;		/* acts that follow, and may be folded in */
	size_t		count;
	DbmigPgStatements *to;
	DbmigBuf	sql;
	const char *separator;		/* before the next thing in parentheses */
} Creation;

/* True when the default of a column is set right after the table is made:
 * then it stands in there. */
static bool
default_follows(const Creation *creation, const DbmigPgItem *column)
{
	size_t		i;

	if (column == NULL || column->nodes[DBMIG_PG_ACT_LATE] == DBMIG_PG_NO_NODE)
		return true;
	for (i = 0; i < creation->count; i++)
	{
		if (creation->moves[i]->item == column &&
			creation->moves[i]->act == DBMIG_PG_ACT_LATE)
			return true;
	}
	return false;
}

static void
next_in_parens(Creation *creation)
{
	dbmig_buf_add(&creation->sql, creation->separator);
	creation->separator = ",\n\t";
}

static bool
is_attached(const DbmigObject *table)
{
	return ((DbmigPgItem *) table->mark)->attaches;
}

/* What a column has besides its definition, or besides what it comes from,
 * when that says it. */
static void
write_rest(Creation *creation, const DbmigObject *column, bool defined)
{
	DbmigPgPlanner *planner = creation->planner;
	const DbmigPgItem *parent = is_attached(creation->table) ? NULL :
	dbmig_pg_column_of_parent(planner, planner->to, column);

	dbmig_pg_override(&creation->to->commands, column,
					  parent == NULL ? NULL : parent->to, defined);
	dbmig_pg_column_settings(planner->d, &creation->to->commands, column);
	dbmig_pg_own_extras(planner, &creation->to->after, NULL, column);
}

static void
write_columns(Creation *creation)
{
	DbmigObject **columns = dbmig_pg_parts(creation->planner->d,
										   creation->table, DBMIG_PG_COLUMN);
	bool		as_child = !is_attached(creation->table);

	for (; columns != NULL && *columns != NULL; columns++)
	{
		const DbmigObject *column = *columns;
		bool		defined = !as_child ||
		dbmig_object_get(column, "inherited") == NULL;

		if (defined)
		{
			next_in_parens(creation);
			dbmig_pg_column(&creation->sql, column,
							default_follows(creation, column->mark) &&
							(!as_child ||
							 !dbmig_pg_parent_computes(creation->planner,
													   column)));
		}
		write_rest(creation, column, defined);
	}
}

static bool
may_fold(const DbmigPgMove *move)
{
	const DbmigObject *to = move->item->to;

	return move->act == DBMIG_PG_ACT_CREATE && to != NULL &&
		dbmig_pg_is(to, DBMIG_PG_CONSTRAINT) &&
		dbmig_object_get(to, "not_valid") == NULL;
}

/* Of two keys of the same columns, CREATE TABLE makes only one. */
static bool
is_same_key(const DbmigObject *a, const DbmigObject *b)
{
	const char *first = strchr(dbmig_object_get(a, "definition"), '(');
	const char *second = strchr(dbmig_object_get(b, "definition"), '(');

	return first != NULL && second != NULL &&
		(dbmig_pg_has(a, "type", "unique") ||
		 dbmig_pg_has(a, "type", "primary key")) &&
		dbmig_pg_has(b, "type", "unique") &&
		strncmp(first, second, strcspn(first, ")") + 1) == 0;
}

static bool
folds(const Creation *creation, const DbmigPgMove *move)
{
	size_t		i;

	if (!may_fold(move))
		return false;
	for (i = 0; i < creation->count; i++)
	{
		const DbmigPgMove *other = creation->moves[i];

		if (other != move && may_fold(other) &&
			is_same_key(other->item->to, move->item->to) &&
			(dbmig_pg_has(other->item->to, "type", "primary key") ||
			 strcmp(other->item->to->id, move->item->to->id) < 0))
			return false;
	}
	return true;
}

static void
write_constraints(Creation *creation)
{
	size_t		i;

	for (i = 0; i < creation->count; i++)
	{
		if (!folds(creation, creation->moves[i]))
			continue;
		next_in_parens(creation);
		dbmig_pg_constraint(&creation->sql, creation->moves[i]->item->to);
		dbmig_pg_constraint_settings(creation->planner, creation->to, NULL,
									 creation->moves[i]->item->to);
	}
}

/* A table that is made before it becomes a child has its parents' checks. */
static void
write_inherited(Creation *creation)
{
	const DbmigObject **inherited =
	dbmig_pg_inherited(creation->planner, creation->planner->to,
					   creation->table);

	for (; inherited != NULL && *inherited != NULL; inherited++)
	{
		if (!dbmig_pg_has(*inherited, "type", "check"))
			continue;
		next_in_parens(creation);
		dbmig_pg_constraint(&creation->sql, *inherited);
	}
}

/* The columns of a partition, and of a typed table. */
static void
write_overrides(Creation *creation)
{
	DbmigObject **columns = dbmig_pg_parts(creation->planner->d,
										   creation->table, DBMIG_PG_COLUMN);

	for (; columns != NULL && *columns != NULL; columns++)
		write_rest(creation, *columns, false);
}

static void
write_clause(Creation *creation, const char *key, const char *form)
{
	const char *value = dbmig_object_get(creation->table, key);

	if (value == NULL)
		return;
	dbmig_buf_addn(&creation->sql, form, strcspn(form, "%"));
	dbmig_buf_add(&creation->sql, value);
	dbmig_buf_add(&creation->sql, form + strcspn(form, "%") + 1);
}

static void
write_tail(Creation *creation)
{
	Dbmig	   *d = creation->planner->d;
	const DbmigObject *table = creation->table;
	const char *options =
	dbmig_pg_join_lists(d, dbmig_object_get(table, "options"),
						dbmig_object_get(table, "toast_options"));

	write_clause(creation, "partition_key", " PARTITION BY %");
	write_clause(creation, "server", " SERVER %");
	write_clause(creation, "fdw_options", " OPTIONS (%)");
	write_clause(creation, "access_method", " USING %");
	if (options != NULL)
		dbmig_buf_addf(&creation->sql, " WITH (%s)", options);
	write_clause(creation, "tablespace", " TABLESPACE %");
	dbmig_buf_add(&creation->sql, ";\n");
}

/* What comes from a parent, a type or nowhere, and then in parentheses. */
static void
write_head(Creation *creation)
{
	const DbmigObject *table = creation->table;

	dbmig_buf_addf(&creation->sql, "CREATE %s%s %s",
				   dbmig_object_get(table, "persistence") != NULL ?
				   "UNLOGGED " : "", dbmig_pg_words(table), table->id);
	if (!is_attached(table))
		write_clause(creation, "partition_of", " PARTITION OF %");
	write_clause(creation, "of_type", " OF %");
}

static void
write_row_security(DbmigBuf *commands, const DbmigObject *from,
				   const DbmigObject *to)
{
	static const struct
	{
		const char *key;
		const char *on;
		const char *off;
	}			settings[] =
	{
		{"row_security", "ENABLE ROW LEVEL SECURITY",
		"DISABLE ROW LEVEL SECURITY"},
		{"force_row_security", "FORCE ROW LEVEL SECURITY",
		"NO FORCE ROW LEVEL SECURITY"},
	};
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(settings); i++)
	{
		bool		on = dbmig_object_get(to, settings[i].key) != NULL;

		if (from == NULL ? !on : dbmig_pg_same(from, to, settings[i].key))
			continue;
		dbmig_pg_command(commands);
		dbmig_buf_add(commands, on ? settings[i].on : settings[i].off);
	}
}

static void
create_table(Creation *creation)
{
	DbmigPgPlanner *planner = creation->planner;
	const DbmigObject *table = creation->table;
	const char *partition_of = dbmig_object_get(table, "partition_of");
	bool		columns = (partition_of == NULL || is_attached(table)) &&
	dbmig_object_get(table, "of_type") == NULL;

	write_head(creation);
	creation->separator = " (\n\t";
	if (columns)
		write_columns(creation);
	write_constraints(creation);
	if (is_attached(table))
		write_inherited(creation);
	if (creation->separator[0] == ',')
		dbmig_buf_add(&creation->sql, "\n)");
	else if (columns)
		dbmig_buf_add(&creation->sql, " ()");
	if (!is_attached(table))
		write_clause(creation, "inherits", " INHERITS (%)");
	if (partition_of != NULL && !columns)
		dbmig_buf_addf(&creation->sql, " %s",
					   dbmig_object_get(table, "partition_bound"));
	write_tail(creation);
	if (!columns)
		write_overrides(creation);
	write_row_security(&creation->to->commands, NULL, table);
	dbmig_pg_own_extras(planner, &creation->to->after, NULL, table);
	dbmig_buf_add(&creation->to->before, creation->sql.text);
}

/* ---- ALTER TABLE ---- */

/* Settings that are one command each. */
static void
change_settings(Dbmig *d, DbmigBuf *commands, const DbmigChange *change)
{
	static const struct
	{
		const char *key;
		const char *set;		/* before the value */
		const char *none;		/* without one */
	}			settings[] =
	{
		{"access_method", "SET ACCESS METHOD ", "SET ACCESS METHOD heap"},
		{"tablespace", "SET TABLESPACE ", "SET TABLESPACE pg_default"},
	};
	size_t		i;

	if (dbmig_change_has(change, "persistence"))
	{
		dbmig_pg_command(commands);
		dbmig_buf_add(commands,
					  dbmig_object_get(change->to, "persistence") != NULL ?
					  "SET UNLOGGED" : "SET LOGGED");
	}
	for (i = 0; i < DBMIG_COUNT(settings); i++)
	{
		const char *value = dbmig_object_get(change->to, settings[i].key);

		if (!dbmig_change_has(change, settings[i].key))
			continue;
		dbmig_pg_command(commands);
		dbmig_buf_add(commands, value == NULL ? settings[i].none :
					  settings[i].set);
		if (value != NULL)
			dbmig_buf_add(commands, value);
	}
	if (dbmig_change_has(change, "fdw_options"))
	{
		dbmig_pg_command(commands);
		dbmig_buf_add(commands, "OPTIONS (");
		dbmig_pg_foreign_options(d, commands,
								 dbmig_object_get(change->from,
												  "fdw_options"),
								 dbmig_object_get(change->to, "fdw_options"));
		dbmig_buf_addc(commands, ')');
	}
}

static void
change_options(Dbmig *d, DbmigBuf *commands, const DbmigChange *change)
{
	const char *old =
	dbmig_pg_join_lists(d, dbmig_object_get(change->from, "options"),
						dbmig_object_get(change->from, "toast_options"));
	const char *new =
	dbmig_pg_join_lists(d, dbmig_object_get(change->to, "options"),
						dbmig_object_get(change->to, "toast_options"));
	const char *set;
	const char *reset;

	dbmig_pg_option_lists(d, old, new, &set, &reset);
	if (reset != NULL)
	{
		dbmig_pg_command(commands);
		dbmig_buf_addf(commands, "RESET (%s)", reset);
	}
	if (set != NULL)
	{
		dbmig_pg_command(commands);
		dbmig_buf_addf(commands, "SET (%s)", set);
	}
}

static void
change_table(DbmigPgPlanner *planner, DbmigPgStatements *to,
			 const DbmigPgItem *item)
{
	const DbmigChange *change = item->change;

	if (change == NULL)
		return;
	change_settings(planner->d, &to->commands, change);
	change_options(planner->d, &to->commands, change);
	write_row_security(&to->commands, change->from, change->to);
	dbmig_pg_own_extras(planner, &to->after, change->from, change->to);
}

/* ---- steps ---- */

static void
write_move(Creation *creation, const DbmigPgMove *move, bool created)
{
	const DbmigPgItem *item = move->item;
	const DbmigObject *object = item->to != NULL ? item->to : item->from;

	if (dbmig_pg_is_table(object))
	{
		if (move->act == DBMIG_PG_ACT_ALTER)
			change_table(creation->planner, creation->to, item);
	}
	else if (dbmig_pg_is(object, DBMIG_PG_COLUMN))
	{
		if (!created || move->act != DBMIG_PG_ACT_LATE)
			dbmig_pg_column_act(creation->planner, creation->to, move);
	}
	else if (!created || !folds(creation, move))
		dbmig_pg_constraint_act(creation->planner, creation->to, move);
}

static bool
creates_table(DbmigPgMove **moves, size_t count, const DbmigPgItem *table)
{
	size_t		i;

	for (i = 0; i < count; i++)
	{
		if (moves[i]->item == table && moves[i]->act == DBMIG_PG_ACT_CREATE)
			return true;
	}
	return false;
}

static bool
goes_first(const DbmigPgMove *move)
{
	return move->act == DBMIG_PG_ACT_AWAY || move->act == DBMIG_PG_ACT_DROP;
}

static void
alter_words(DbmigBuf *sql, const DbmigObject *table, const DbmigBuf *commands)
{
	if (commands->len > 0)
		dbmig_buf_addf(sql, "ALTER %s %s%s;\n", dbmig_pg_words(table),
					   table->id, commands->text);
}

/* True for one that is there yet.  A constraint that goes may have gone. */
static bool
is_deferred(const DbmigObject *object)
{
	const char *definition = dbmig_object_get(object, "definition");

	return definition != NULL && !dbmig_pg_has(object, "type", "check") &&
		strstr(definition, " INITIALLY DEFERRED") != NULL &&
		(object->mark == NULL || !dbmig_pg_goes(object->mark));
}

/* The constraints and triggers of a table that would wait for the commit when
 * a row changes, so that the table could not be altered. */
static const char *
deferred_names(const DbmigPgPlanner *planner, const DbmigObject *table)
{
	const char *schema = dbmig_pg_id_part(planner->d, table->id, 0);
	DbmigBuf	names;
	size_t		i;

	dbmig_buf_init(&names, planner->d);
	for (i = 0; i < table->nparts; i++)
	{
		if (!is_deferred(table->parts[i]))
			continue;
		dbmig_buf_addf(&names, "%s%s.", names.len > 0 ? ", " : "", schema);
		dbmig_buf_identifier(&names, table->parts[i]->name);
	}
	for (i = 0; i < planner->from->count; i++)
	{
		const DbmigObject *trigger = planner->from->items[i];

		if (dbmig_pg_is(trigger, DBMIG_PG_TRIGGER) && is_deferred(trigger) &&
			dbmig_pg_has(trigger, "table", table->id))
			dbmig_buf_addf(&names, "%s%s.%s", names.len > 0 ? ", " : "",
						   schema, dbmig_pg_id_name(planner->d, trigger->id));
	}
	return names.text;
}

static void
write_fills(const DbmigPgPlanner *planner, DbmigBuf *sql,
			const DbmigPgItem *table, const DbmigBuf *fills)
{
	const char *names = fills->len == 0 || table->from == NULL ? "" :
	deferred_names(planner, table->from);

	if (names[0] != '\0')
		dbmig_buf_addf(sql, "SET CONSTRAINTS %s IMMEDIATE;\n", names);
	dbmig_buf_add(sql, fills->text);
	if (names[0] != '\0')
		dbmig_buf_addf(sql, "SET CONSTRAINTS %s DEFERRED;\n", names);
}

static const char *
join_statements(const DbmigPgPlanner *planner, const DbmigPgItem *table,
				DbmigPgStatements *statements)
{
	const DbmigObject *object = table->to != NULL ? table->to : table->from;
	DbmigBuf   *sql = &statements->before;

	alter_words(sql, object, &statements->adds);
	write_fills(planner, sql, table, &statements->fills);
	alter_words(sql, object, &statements->commands);
	dbmig_buf_add(sql, statements->after.text);
	return sql->text;
}

void
dbmig_pg_plan_table(DbmigPgPlanner *planner, DbmigPgItem *table,
					DbmigPgMove **moves, size_t count)
{
	const DbmigObject *object = table->to != NULL ? table->to : table->from;
	DbmigPgStatements statements;
	Creation	creation = {
		.planner = planner,
		.table = table->to,
		.moves = moves,
		.count = count,
		.to = &statements,
	};
	bool		created = creates_table(moves, count, table);
	const char *sql;
	DbmigStep  *step;
	size_t		i;

	dbmig_buf_init(&creation.sql, planner->d);
	dbmig_buf_init(&statements.before, planner->d);
	dbmig_buf_init(&statements.adds, planner->d);
	dbmig_buf_init(&statements.fills, planner->d);
	dbmig_buf_init(&statements.commands, planner->d);
	dbmig_buf_init(&statements.after, planner->d);
	if (created)
		create_table(&creation);
	for (i = 0; i < 2 * count; i++)
	{
		/* What goes comes first: the server takes it in that order. */
		if (goes_first(moves[i % count]) == (i < count))
			write_move(&creation, moves[i % count], created);
	}
	sql = join_statements(planner, table, &statements);
	if (sql[0] == '\0')
		return;
	step = dbmig_plan_add(planner->plan, created ? DBMIG_CREATE : DBMIG_ALTER,
						  object, dbmig_pg_restorable(planner->d, sql));
	dbmig_pg_find(planner, step, moves, count);
}
