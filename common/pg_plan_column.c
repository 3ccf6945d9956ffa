/*
 * pg_plan_column.c
 *	  What ALTER TABLE and CREATE TABLE say about one column.
 */
#include "pg_plan_part.h"
#include "pg_plan_wait.h"

#include <string.h>

/* ---- columns, as they are made ---- */

static void
write_identity(DbmigBuf *sql, const DbmigObject *column)
{
	const char *sequence = dbmig_object_get(column, "sequence");

	dbmig_buf_addf(sql, "GENERATED %s AS IDENTITY (",
				   dbmig_pg_has(column, "identity", "always") ? "ALWAYS" :
				   "BY DEFAULT");
	if (sequence != NULL)
		dbmig_buf_addf(sql, "SEQUENCE NAME %s", sequence);
	dbmig_pg_sequence_options(sql, NULL, column, "");
	dbmig_buf_addc(sql, ')');
}

void
dbmig_pg_column_type(DbmigBuf *sql, const DbmigObject *column)
{
	const char *collation = dbmig_object_get(column, "collation");

	dbmig_buf_add(sql, dbmig_object_get(column, "type"));
	if (collation != NULL)
		dbmig_buf_addf(sql, " COLLATE %s", collation);
}

void
dbmig_pg_column(DbmigBuf *sql, const DbmigObject *column, bool with_value)
{
	const char *value = dbmig_object_get(column, "default");
	const char *generated = dbmig_object_get(column, "generated");
	const char *options = dbmig_object_get(column, "fdw_options");

	dbmig_buf_identifier(sql, column->name);
	dbmig_buf_addc(sql, ' ');
	dbmig_buf_add(sql, dbmig_object_get(column, "type"));
	if (options != NULL)
		dbmig_buf_addf(sql, " OPTIONS (%s)", options);
	if (dbmig_object_get(column, "collation") != NULL)
		dbmig_buf_addf(sql, " COLLATE %s",
					   dbmig_object_get(column, "collation"));
	if (generated != NULL && with_value)
		dbmig_buf_addf(sql, " GENERATED ALWAYS AS (%s) %s", generated,
					   dbmig_pg_has(column, "generated_kind", "virtual") ?
					   "VIRTUAL" : "STORED");
	else if (value != NULL && with_value)
		dbmig_buf_addf(sql, " DEFAULT %s", value);
	if (dbmig_object_get(column, "identity") != NULL)
	{
		dbmig_buf_addc(sql, ' ');
		write_identity(sql, column);
	}
	if (dbmig_object_get(column, "not_null") != NULL)
		dbmig_buf_add(sql, " NOT NULL");
}

/* ---- commands: those of one ALTER TABLE ---- */

void
dbmig_pg_command(DbmigBuf *commands)
{
	if (commands->len > 0)
		dbmig_buf_addc(commands, ',');
	dbmig_buf_add(commands, "\n\t");
}

static void
alter_column(DbmigBuf *commands, const DbmigObject *column)
{
	dbmig_pg_command(commands);
	dbmig_buf_add(commands, "ALTER COLUMN ");
	dbmig_buf_identifier(commands, column->name);
	dbmig_buf_addc(commands, ' ');
}

static bool
differs_from(const DbmigObject *parent, const DbmigObject *column,
			 const char *key)
{
	return parent == NULL ? dbmig_object_get(column, key) != NULL :
		!dbmig_pg_same(parent, column, key);
}

void
dbmig_pg_override(DbmigBuf *commands, const DbmigObject *column,
				  const DbmigObject *parent, bool defined)
{
	const char *value = dbmig_object_get(column, "default");
	bool		not_null = dbmig_object_get(column, "not_null") != NULL;

	if (differs_from(parent, column, "default") && !(defined && value != NULL))
	{
		alter_column(commands, column);
		dbmig_buf_addf(commands, "%s%s",
					   value == NULL ? "DROP DEFAULT" : "SET DEFAULT ",
					   value == NULL ? "" : value);
	}
	if (differs_from(parent, column, "not_null") && !(defined && not_null))
	{
		alter_column(commands, column);
		dbmig_buf_addf(commands, "%s NOT NULL", not_null ? "SET" : "DROP");
	}
}

/* Settings that ADD COLUMN cannot say.  retyped: some go with the old type. */
static void
write_settings(Dbmig *d, DbmigBuf *commands, const DbmigObject *from,
			   const DbmigObject *to, bool retyped)
{
	static const struct
	{
		const char *key;
		const char *words;
		const char *reset;		/* what says that there is none */
		bool		of_type;
	}			settings[] =
	{
		{"storage", "SET STORAGE ", NULL, true},
		{"compression", "SET COMPRESSION ", "default", true},
		{"statistics", "SET STATISTICS ", "-1", false},
	};
	const char *set;
	const char *reset;
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(settings); i++)
	{
		const char *value = dbmig_object_get(to, settings[i].key);

		if (from == NULL || (retyped && settings[i].of_type) ? value == NULL :
			dbmig_pg_same(from, to, settings[i].key))
			continue;
		alter_column(commands, to);
		if (value == NULL)
			value = settings[i].reset;
		dbmig_buf_addf(commands, "%s%s", settings[i].words,
					   value != NULL ? value :
					   dbmig_pg_type_storage(dbmig_object_get(to, "type")));
	}
	dbmig_pg_option_lists(d, from == NULL ? NULL :
						  dbmig_object_get(from, "options"),
						  dbmig_object_get(to, "options"), &set, &reset);
	if (reset != NULL)
	{
		alter_column(commands, to);
		dbmig_buf_addf(commands, "RESET (%s)", reset);
	}
	if (set != NULL)
	{
		alter_column(commands, to);
		dbmig_buf_addf(commands, "SET (%s)", set);
	}
}

/* The storage that a type has by itself, as far as it is known: what SET
 * STORAGE says to be back at it (SET STORAGE DEFAULT is newer). */
const char *
dbmig_pg_type_storage(const char *type)
{
	return type != NULL && strncmp(type, "numeric", 7) == 0 ? "main" :
		"extended";
}

void
dbmig_pg_column_settings(Dbmig *d, DbmigBuf *commands,
						 const DbmigObject *column)
{
	write_settings(d, commands, NULL, column, false);
}

/* ---- columns that are added ---- */

/* What a column that must not be NULL gets on the way back, in rows that
 * have lost it. */
static const char *
filler(DbmigPgPlanner *planner, const DbmigObject *column)
{
	static const struct
	{
		const char *type;
		const char *value;
	}			fillers[] =
	{
		{"smallint", "0"}, {"integer", "0"}, {"bigint", "0"},
		{"numeric", "0"}, {"real", "0"}, {"double precision", "0"},
		{"money", "0"}, {"text", "''"}, {"character", "''"},
		{"\"char\"", "''"}, {"name", "''"}, {"boolean", "false"},
		{"date", "'epoch'"}, {"timestamp", "'epoch'"},
		{"time ", "'00:00'"}, {"time", "'00:00'"}, {"interval", "'0'"},
		{"uuid", "'00000000-0000-0000-0000-000000000000'"},
		{"json", "'null'"}, {"bytea", "''"}, {"inet", "'0.0.0.0'"},
		{"cidr", "'0.0.0.0/0'"}, {"tsvector", "''"}, {"xml", "''"},
	};
	const char *type = dbmig_object_get(column, "type");
	const DbmigObject *user_type;
	size_t		len = strlen(type);
	size_t		i;

	if (len > 2 && strcmp(type + len - 2, "[]") == 0)
		return "'{}'";
	for (i = 0; i < DBMIG_COUNT(fillers); i++)
	{
		if (strncmp(type, fillers[i].type, strlen(fillers[i].type)) == 0)
			return fillers[i].value;
	}
	user_type = dbmig_model_find(planner->to, &dbmig_pg_kinds[DBMIG_PG_ENUM],
								 NULL, type);
	if (user_type != NULL)
		return dbmig_pg_enum_values(planner->d, user_type)[0];
	return NULL;
}

const char *
dbmig_pg_backfill(const DbmigPgPlanner *planner, const DbmigObject *column)
{
	const DbmigJson *backfill = planner->intent->backfill;
	const char *key;
	size_t		i;

	if (backfill == NULL)
		return NULL;
	key = dbmig_printf(planner->d, "%s.%s", column->owner->id, column->id);
	for (i = 0; i < backfill->count; i++)
	{
		if (strcmp(backfill->members[i].key, key) == 0)
			return backfill->members[i].text;
	}
	return NULL;
}

static bool
needs_value(const DbmigObject *column)
{
	return dbmig_object_get(column, "not_null") != NULL &&
		dbmig_object_get(column, "default") == NULL &&
		dbmig_object_get(column, "generated") == NULL &&
		dbmig_object_get(column, "identity") == NULL;
}

static void
write_fill(DbmigBuf *sql, const DbmigObject *column, const char *expression)
{
	dbmig_buf_addf(sql, "UPDATE %s SET ", column->owner->id);
	dbmig_buf_identifier(sql, column->name);
	dbmig_buf_addf(sql, " = %s", expression);
}

/* The column comes without NOT NULL, is filled, and gets it: before anything
 * else is done to the table, unless it takes the place of another one. */
static DbmigBuf *
add_filled_column(DbmigPgStatements *to, const DbmigPgItem *item,
				  const char *expression)
{
	const DbmigObject *column = item->to;
	bool		not_null = dbmig_object_get(column, "not_null") != NULL;

	if (item->from == NULL)
	{
		write_fill(&to->fills, column, expression);
		dbmig_buf_add(&to->fills, ";\n");
		if (not_null)
		{
			dbmig_pg_command(&to->commands);
			dbmig_buf_add(&to->commands, "ALTER COLUMN ");
			dbmig_buf_identifier(&to->commands, column->name);
			dbmig_buf_add(&to->commands, " SET NOT NULL");
		}
		return &to->adds;
	}
	write_fill(&to->after, column, expression);
	dbmig_buf_add(&to->after, ";\n");
	if (not_null)
	{
		dbmig_buf_addf(&to->after, "ALTER TABLE %s ALTER COLUMN ",
					   column->owner->id);
		dbmig_buf_identifier(&to->after, column->name);
		dbmig_buf_add(&to->after, " SET NOT NULL;\n");
	}
	return &to->commands;
}

static void
drop_default_after(DbmigPgStatements *to, const DbmigObject *column)
{
	dbmig_buf_addf(&to->after, "ALTER TABLE %s ALTER COLUMN ",
				   column->owner->id);
	dbmig_buf_identifier(&to->after, column->name);
	dbmig_buf_add(&to->after, " DROP DEFAULT;\n");
}

/* What the rows shall have: as the user says, or what was computed when they
 * were read. */
static const char *
values_of(const DbmigPgPlanner *planner, const DbmigPgItem *item)
{
	const char *backfill = dbmig_pg_backfill(planner, item->to);

	if (backfill != NULL || item->from == NULL ||
		!dbmig_pg_has(item->from, "generated_kind", "virtual") ||
		dbmig_pg_is_generated(item->to))
		return backfill;
	return dbmig_object_get(item->from, "generated");
}

static void
add_column(DbmigPgPlanner *planner, DbmigPgStatements *to,
		   const DbmigPgItem *item)
{
	const DbmigObject *column = item->to;
	const char *backfill = values_of(planner, item);
	const char *value = NULL;
	DbmigBuf   *commands = &to->commands;
	DbmigBuf	definition;
	size_t		len;

	dbmig_buf_init(&definition, planner->d);
	dbmig_pg_column(&definition, column,
					item->nodes[DBMIG_PG_ACT_LATE] == DBMIG_PG_NO_NODE);
	len = definition.len;
	if (backfill != NULL)
	{
		if (dbmig_object_get(column, "not_null") != NULL)
			len -= strlen(" NOT NULL");
		commands = add_filled_column(to, item, backfill);
	}
	else if (item->nodes[DBMIG_PG_ACT_LATE] != DBMIG_PG_NO_NODE)
	{
		if (dbmig_object_get(column, "not_null") != NULL)
			len -= strlen(" NOT NULL");
	}
	else if (planner->intent->undo && needs_value(column))
		value = filler(planner, column);
	dbmig_pg_command(commands);
	dbmig_buf_add(commands, "ADD COLUMN ");
	dbmig_buf_addn(commands, definition.text, len);
	if (value != NULL)
	{
		dbmig_buf_addf(&to->commands, " DEFAULT %s", value);
		drop_default_after(to, column);
	}
	write_settings(planner->d, &to->commands, NULL, column, false);
	dbmig_pg_own_extras(planner, &to->after, NULL, column);
}

/* ---- columns that change ---- */

static void
alter_identity(DbmigBuf *commands, const DbmigObject *from,
			   const DbmigObject *to)
{
	DbmigBuf	options;

	dbmig_buf_init(&options, commands->d);
	if (!dbmig_pg_same(from, to, "identity"))
		dbmig_buf_addf(&options, " SET GENERATED %s",
					   dbmig_pg_has(to, "identity", "always") ? "ALWAYS" :
					   "BY DEFAULT");
	dbmig_pg_sequence_options(&options, from, to, "SET ");
	if (options.len == 0)
		return;
	alter_column(commands, to);
	dbmig_buf_add(commands, options.text + 1);
}

/* The sequence of its own that the column had; NULL without one. */
static const DbmigObject *
preceding(const DbmigPgItem *column)
{
	size_t		i;

	for (i = 0; i < column->from->nneeds; i++)
	{
		const DbmigPgItem *item = dbmig_pg_item(column->from->needs[i]);

		if (item != NULL && item->swapped &&
			dbmig_pg_is(item->from, DBMIG_PG_SEQUENCE))
			return item->from;
	}
	return NULL;
}

/* An identity goes on where the sequence was, or after the values that are
 * there. */
static void
add_identity(DbmigPgStatements *to, const DbmigPgItem *item)
{
	const DbmigObject *column = item->to;
	const DbmigObject *old = preceding(item);
	const char *sequence = dbmig_object_get(column, "sequence");
	const char *increment;
	DbmigBuf	command;

	dbmig_buf_init(&command, to->commands.d);
	alter_column(&command, column);
	dbmig_buf_add(&command, "ADD ");
	write_identity(&command, column);
	/* A type that changes counts once that is done. */
	if (item->retyped)
		dbmig_buf_addf(&to->after, "ALTER TABLE %s%s;\n", column->owner->id,
					   command.text);
	else
		dbmig_buf_addf(&to->commands, "%s%s", to->commands.len > 0 ? "," : "",
					   command.text);
	if (sequence == NULL)
		return;
	if (old != NULL)
	{
		dbmig_pg_go_on_from(&to->after, sequence,
							dbmig_pg_away(to->after.d, old->id));
		return;
	}
	increment = dbmig_object_get(column, "increment");
	if (increment != NULL && increment[0] != '-')
		dbmig_pg_go_on(&to->after, sequence, column);
}

static void
change_identity(DbmigPgStatements *to, const DbmigPgItem *item)
{
	const DbmigObject *old = item->from;
	const DbmigObject *new = item->to;
	const char *had = dbmig_object_get(old, "sequence");
	const char *wants = dbmig_object_get(new, "sequence");

	if (dbmig_object_get(new, "identity") == NULL)
		return;
	if (dbmig_object_get(old, "identity") == NULL)
	{
		add_identity(to, item);
		return;
	}
	alter_identity(&to->commands, old, new);
	if (had != NULL && wants != NULL && strcmp(had, wants) != 0)
		dbmig_buf_addf(&to->after, "ALTER SEQUENCE %s RENAME TO %s;\n", had,
					   dbmig_pg_id_name(to->after.d, wants));
}

/* What is said of the parent's column is said of the child's, too: whether
 * that makes it as it is wanted. */
static bool
is_said(DbmigPgPlanner *planner, const DbmigPgItem *item, const char *key)
{
	return dbmig_pg_is_told(planner, item, key) &&
		dbmig_pg_same(dbmig_pg_leader(planner, item)->to, item->to, key);
}

static void
change_default(DbmigPgPlanner *planner, DbmigBuf *commands,
			   const DbmigPgItem *item)
{
	const char *value = dbmig_object_get(item->to, "default");
	bool		told = dbmig_pg_is_told(planner, item, "default");

	if (is_said(planner, item, "default"))
		return;
	if (value != NULL && (told || item->redefaulted ||
						  !dbmig_pg_same(item->from, item->to, "default")))
	{
		alter_column(commands, item->to);
		dbmig_buf_addf(commands, "SET DEFAULT %s", value);
	}
	else if (value == NULL &&
			 (told || (!item->redefaulted &&
					   dbmig_object_get(item->from, "default") != NULL)))
	{
		alter_column(commands, item->to);
		dbmig_buf_add(commands, "DROP DEFAULT");
	}
}

/* From PostgreSQL 18 on what is set for a child alone is the child's own, and
 * stays when the parent's goes. */
static void
change_not_null(DbmigPgPlanner *planner, DbmigBuf *commands,
				const DbmigPgItem *item)
{
	bool		had = dbmig_object_get(item->from, "not_null") != NULL;
	bool		set = dbmig_object_get(item->to, "not_null") != NULL;

	if (is_said(planner, item, "not_null") ? set || !had :
		set == had && !dbmig_pg_is_told(planner, item, "not_null"))
		return;
	alter_column(commands, item->to);
	dbmig_buf_addf(commands, "%s NOT NULL", set ? "SET" : "DROP");
}

static void
change_column(DbmigPgPlanner *planner, DbmigPgStatements *to,
			  const DbmigPgItem *item)
{
	DbmigBuf   *commands = &to->commands;

	if (dbmig_object_get(item->from, "generated") != NULL &&
		dbmig_object_get(item->to, "generated") == NULL &&
		!dbmig_pg_is_told(planner, item, "generated"))
	{
		alter_column(commands, item->to);
		dbmig_buf_add(commands, "DROP EXPRESSION");
	}
	if (item->retyped && !item->follows)
	{
		alter_column(commands, item->to);
		dbmig_buf_add(commands, "TYPE ");
		dbmig_pg_column_type(commands, item->to);
		dbmig_pg_using(planner, commands, item);
	}
	change_default(planner, commands, item);
	change_not_null(planner, commands, item);
	change_identity(to, item);
	write_settings(planner->d, commands, item->from, item->to, item->retyped);
	if (!dbmig_pg_same(item->from, item->to, "fdw_options"))
	{
		alter_column(commands, item->to);
		dbmig_buf_add(commands, "OPTIONS (");
		dbmig_pg_foreign_options(planner->d, commands,
								 dbmig_object_get(item->from, "fdw_options"),
								 dbmig_object_get(item->to, "fdw_options"));
		dbmig_buf_addc(commands, ')');
	}
	dbmig_pg_own_extras(planner, &to->after, item->from, item->to);
}

/* A column that is filled before it must not be NULL. */
static void
fill_column(DbmigPgPlanner *planner, DbmigPgStatements *to,
			const DbmigPgItem *item)
{
	const char *backfill = dbmig_pg_backfill(planner, item->to);

	if (backfill == NULL || item->retyped ||
		dbmig_object_get(item->to, "not_null") == NULL ||
		dbmig_object_get(item->from, "not_null") != NULL)
		return;
	write_fill(&to->fills, item->to, backfill);
	dbmig_buf_add(&to->fills, " WHERE ");
	dbmig_buf_identifier(&to->fills, item->to->name);
	dbmig_buf_add(&to->fills, " IS NULL;\n");
}

/* The identity stays, by another name, until its sequence has a successor. */
static void
put_identity_by(DbmigPgStatements *to, const DbmigPgItem *item)
{
	const char *sequence = dbmig_object_get(item->from, "sequence");
	Dbmig	   *d = to->before.d;

	dbmig_buf_addf(&to->before, "ALTER SEQUENCE %s RENAME TO %s;\n", sequence,
				   dbmig_pg_id_name(d, dbmig_pg_away(d, sequence)));
}

static void
drop_identity(DbmigPgPlanner *planner, DbmigPgStatements *to,
			  const DbmigPgItem *item)
{
	const DbmigObject *sequence = dbmig_pg_succeeding(planner->d, planner->to,
													  item);

	if (sequence == NULL)
		return;
	dbmig_pg_go_on_from(&to->before, sequence->id,
						dbmig_pg_away(planner->d,
									  dbmig_object_get(item->from,
													   "sequence")));
	alter_column(&to->commands, item->to);
	dbmig_buf_add(&to->commands, "DROP IDENTITY");
}

static void
take_column_away(DbmigPgPlanner *planner, DbmigPgStatements *to,
				 const DbmigPgItem *item)
{
	if (dbmig_object_get(item->from, "default") != NULL)
	{
		alter_column(&to->commands, item->from);
		dbmig_buf_add(&to->commands, "DROP DEFAULT");
	}
	if (dbmig_object_get(item->from, "identity") == NULL)
		return;
	if (dbmig_pg_succeeding(planner->d, planner->to, item) != NULL)
	{
		put_identity_by(to, item);
		return;
	}
	/* The server looks at the type of all commands before it does one. */
	if (item->retyped)
	{
		dbmig_buf_addf(&to->before, "ALTER TABLE %s ALTER COLUMN ",
					   item->from->owner->id);
		dbmig_buf_identifier(&to->before, item->from->name);
		dbmig_buf_add(&to->before, " DROP IDENTITY;\n");
		return;
	}
	alter_column(&to->commands, item->from);
	dbmig_buf_add(&to->commands, "DROP IDENTITY");
}

/* Rows that are there get the default as if it had come with the column. */
static void
set_late_default(DbmigPgPlanner *planner, DbmigPgStatements *to,
				 const DbmigPgItem *item)
{
	const DbmigObject *column = item->to;
	const char *value = dbmig_object_get(column, "default");

	if (!dbmig_pg_comes(item->owner) &&
		dbmig_pg_backfill(planner, column) == NULL)
	{
		write_fill(&to->fills, column, value);
		dbmig_buf_add(&to->fills, ";\n");
		if (dbmig_object_get(column, "not_null") != NULL)
		{
			alter_column(&to->commands, column);
			dbmig_buf_add(&to->commands, "SET NOT NULL");
		}
	}
	alter_column(&to->commands, column);
	dbmig_buf_addf(&to->commands, "SET DEFAULT %s", value);
}

/* The values wait as text for a type that cannot be made before it is gone. */
static void
make_text(DbmigPgStatements *to, const DbmigPgItem *item)
{
	if (!item->as_text || item->follows)
		return;
	alter_column(&to->commands, item->from);
	dbmig_buf_add(&to->commands, "TYPE text USING ");
	dbmig_buf_identifier(&to->commands, item->from->name);
	dbmig_buf_add(&to->commands, "::text");
}

/* What a column has that came with its parent's, besides that. */
static void
write_brought(DbmigPgPlanner *planner, DbmigPgStatements *to,
			  const DbmigObject *column)
{
	const DbmigPgItem *parent =
	dbmig_pg_column_of_parent(planner, planner->to, column);

	if (parent == NULL)
		return;
	dbmig_pg_override(&to->commands, column, parent->to, false);
	write_settings(planner->d, &to->commands, NULL, column, false);
	dbmig_pg_own_extras(planner, &to->after, NULL, column);
}

void
dbmig_pg_column_act(DbmigPgPlanner *planner, DbmigPgStatements *to,
					const DbmigPgMove *move)
{
	const DbmigPgItem *item = move->item;

	switch (move->act)
	{
		case DBMIG_PG_ACT_AWAY:
			take_column_away(planner, to, item);
			make_text(to, item);
			break;
		case DBMIG_PG_ACT_DROP:
			dbmig_pg_command(&to->commands);
			dbmig_buf_add(&to->commands, "DROP COLUMN ");
			dbmig_buf_identifier(&to->commands, item->from->name);
			break;
		case DBMIG_PG_ACT_CREATE:
			add_column(planner, to, item);
			break;
		case DBMIG_PG_ACT_ALTER:
			fill_column(planner, to, item);
			drop_identity(planner, to, item);
			change_column(planner, to, item);
			break;
		case DBMIG_PG_ACT_LATE:
			if (dbmig_pg_is_brought(item))
				write_brought(planner, to, item->to);
			else
				set_late_default(planner, to, item);
			break;
		case DBMIG_PG_ACT_SHELL:
		case DBMIG_PG_ACT_LAST:
		case DBMIG_PG_NACTS:
			break;
	}
}
