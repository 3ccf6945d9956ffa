/*
 * sqlite_find.c
 *	  The hazards of a table's change: which rows would be lost, and which
 *	  stand in its way.  Each is a query on the table as it is.
 */
#include "sqlite_plan.h"

#include <string.h>

void
dbmig_sqlite_find(DbmigSqlitePlanner *planner, DbmigStep *step,
				  const char *hazard, const DbmigObject *table,
				  const char *condition, const char *what, const char *unit)
{
	Dbmig	   *d = planner->d;
	DbmigFinding *finding = dbmig_step_find(planner->plan, step, hazard);
	const char *rowid = NULL;

	if (finding == NULL)
		return;
	finding->what = what;
	finding->unit = unit;
	if (table == NULL)
		return;
	if (dbmig_sqlite_is(table, DBMIG_SQLITE_TABLE) && condition != NULL)
		rowid = dbmig_sqlite_rowid(planner->from, table);
	finding->query = dbmig_printf(d, "SELECT count(*), %s%s%s FROM main.%s"
								  "%s%s", rowid == NULL ? "NULL" :
								  "'rowid ' || min(",
								  rowid == NULL ? "" : rowid,
								  rowid == NULL ? "" : ")",
								  dbmig_sqlite_quote(d, table->name),
								  condition == NULL ? "" : " WHERE ",
								  condition == NULL ? "" : condition);
}

static const char *
column_of_table(Dbmig *d, const char *does, const DbmigObject *column,
				const char *table)
{
	return dbmig_printf(d, "%s column \"%s\" of table \"%s\"", does,
						dbmig_show(d, column->name), dbmig_show(d, table));
}

/* ---- hazards of columns and constraints, whatever the way ---- */

static void
find_dropped_column(DbmigSqlitePlanner *planner, DbmigStep *step,
					const DbmigTableChange *change, const DbmigObject *column)
{
	Dbmig	   *d = planner->d;

	/* What is computed comes back by itself. */
	if (dbmig_object_get(column, "generated") != NULL)
		return;
	dbmig_sqlite_find(planner, step, "drop-column", change->from,
					  dbmig_printf(d, "%s IS NOT NULL",
								   dbmig_sqlite_quote(d, column->name)),
					  column_of_table(d, "dropping", column,
									  change->from->name), "values");
}

static void
find_created_column(DbmigSqlitePlanner *planner, DbmigStep *step,
					const DbmigTableChange *change, const DbmigObject *column)
{
	const char *value = dbmig_object_get(column, "default");

	if (dbmig_object_get(column, "not_null") == NULL ||
		dbmig_object_get(column, "generated") != NULL ||
		dbmig_sqlite_rowid_alias(column) ||
		(value != NULL && strcmp(value, "null") != 0) ||
		dbmig_sqlite_backfill(planner, column) != NULL)
		return;
	dbmig_sqlite_find(planner, step, "add-not-null", change->from, NULL,
					  column_of_table(planner->d, "new not-null", column,
									  change->to->name), "rows");
}

/* Values that would not come back as they were, by the affinity that they
 * come under; %s is the column.  A value that cannot be converted stays as it
 * is (datatype3.html, section 3). */
static const char *const lossy[] =
{
	[DBMIG_AFFINITY_BLOB] = NULL,
	[DBMIG_AFFINITY_TEXT] = "typeof(%s) = 'real' AND "
	"CAST(CAST(%s AS TEXT) AS REAL) IS NOT %s",
	[DBMIG_AFFINITY_NUMERIC] = "typeof(%s) = 'text' AND "
	"CAST(%s AS NUMERIC) = %s AND CAST(CAST(%s AS NUMERIC) AS TEXT) IS NOT %s",
	[DBMIG_AFFINITY_REAL] = "(typeof(%s) = 'text' AND "
	"CAST(%s AS REAL) = %s AND CAST(CAST(%s AS REAL) AS TEXT) IS NOT %s) OR "
	"(typeof(%s) = 'integer' AND CAST(CAST(%s AS REAL) AS INTEGER) IS NOT %s)",
};

/* Values that a strict table does not take (stricttables.html). */
static const struct
{
	const char *type;
	const char *condition;
}			strict_types[] =
{
	{"int", "typeof(%s) NOT IN ('integer', 'null') AND "
		"(typeof(%s) = 'blob' OR NOT CAST(%s AS INTEGER) = %s)"},
	{"integer", "typeof(%s) NOT IN ('integer', 'null') AND "
		"(typeof(%s) = 'blob' OR NOT CAST(%s AS INTEGER) = %s)"},
	{"real", "typeof(%s) IN ('text', 'blob') AND "
		"(typeof(%s) = 'blob' OR NOT CAST(%s AS REAL) = %s)"},
	{"text", "typeof(%s) = 'blob'"},
	{"blob", "typeof(%s) NOT IN ('blob', 'null')"},
};

/* The form with the quoted column in place of each %s. */
static const char *
condition_of(Dbmig *d, const char *form, const DbmigObject *column)
{
	const char *name = dbmig_sqlite_quote(d, column->name);
	DbmigBuf	buf;

	dbmig_buf_init(&buf, d);
	for (; *form != '\0'; form++)
	{
		if (form[0] == '%' && form[1] == 's')
		{
			dbmig_buf_add(&buf, name);
			form++;
		}
		else
			dbmig_buf_addc(&buf, *form);
	}
	return buf.text;
}

static void
find_changed_type(DbmigSqlitePlanner *planner, DbmigStep *step,
				  const DbmigTableChange *change, const DbmigObject *from,
				  const DbmigObject *to)
{
	Dbmig	   *d = planner->d;
	const char *type = dbmig_object_get(to, "type");
	const char *form = lossy[dbmig_sqlite_affinity(to)];
	size_t		i;

	if (dbmig_sqlite_backfill(planner, to) != NULL)
		return;
	if (form != NULL && dbmig_sqlite_affinity(from) !=
		dbmig_sqlite_affinity(to))
		dbmig_sqlite_find(planner, step, "type-change", change->from,
						  condition_of(d, form, from),
						  column_of_table(d, "changing the type of", to,
										  change->to->name), "values");
	for (i = 0; dbmig_object_get(change->to, "strict") != NULL &&
		 type != NULL && i < DBMIG_COUNT(strict_types); i++)
	{
		if (strcmp(strict_types[i].type, type) == 0)
			dbmig_sqlite_find(planner, step, "strict-type", change->from,
							  condition_of(d, strict_types[i].condition,
										   from),
							  column_of_table(d, "the strict type of", to,
											  change->to->name), "values");
	}
}

static void
find_check(DbmigSqlitePlanner *planner, DbmigStep *step,
		   const DbmigTableChange *change, const char *expression)
{
	dbmig_sqlite_find(planner, step, "add-check", change->from,
					  dbmig_printf(planner->d, "NOT (%s)", expression),
					  dbmig_printf(planner->d, "check (%s) of table \"%s\"",
								   expression,
								   dbmig_show(planner->d, change->to->name)),
					  "rows");
}

/* A check can be tried on the old table when it has all the columns that the
 * check names, under the same names and with the same values. */
static bool
can_try(const DbmigSqlitePlanner *planner, const DbmigTableChange *change,
		const DbmigObject *with_check)
{
	const DbmigChange *parts = change->change->parts;
	size_t		i;

	for (i = 0; i < change->change->nparts; i++)
	{
		const DbmigObject *to = parts[i].to;

		if (to == NULL || !dbmig_sqlite_is(to, DBMIG_SQLITE_COLUMN))
			continue;
		if (parts[i].from != NULL && !dbmig_change_has(&parts[i], "type") &&
			dbmig_sqlite_backfill(planner, to) == NULL)
			continue;
		if (to == with_check ||
			dbmig_sqlite_mentions(planner->d, with_check, to->id))
			return false;
	}
	return true;
}

static void
find_changed_column(DbmigSqlitePlanner *planner, DbmigStep *step,
					const DbmigTableChange *change, const DbmigChange *part)
{
	Dbmig	   *d = planner->d;
	const char *check = dbmig_object_get(part->to, "check");

	find_changed_type(planner, step, change, part->from, part->to);
	if (dbmig_change_has(part, "not_null") &&
		dbmig_object_get(part->from, "not_null") == NULL &&
		dbmig_sqlite_backfill(planner, part->to) == NULL)
		dbmig_sqlite_find(planner, step, "set-not-null", change->from,
						  dbmig_printf(d, "%s IS NULL",
									   dbmig_sqlite_quote(d,
														  part->from->name)),
						  column_of_table(d, "not-null", part->to,
										  change->to->name), "rows");
	if (dbmig_change_has(part, "check") && check != NULL &&
		can_try(planner, change, part->to))
		find_check(planner, step, change, check);
}

static void
find_created_constraint(DbmigSqlitePlanner *planner, DbmigStep *step,
						const DbmigTableChange *change,
						const DbmigObject *constraint)
{
	const char *type = dbmig_object_get(constraint, "type");
	const char *columns = dbmig_object_get(constraint, "columns");

	if (type != NULL && columns != NULL && strcmp(type, "check") == 0 &&
		can_try(planner, change, constraint))
		find_check(planner, step, change, columns);
}

/* All hazards of the parts of a table, and of how strict it is. */
void
dbmig_sqlite_find_parts(DbmigSqlitePlanner *planner, DbmigStep *step,
		   const DbmigTableChange *change)
{
	const DbmigChange *all = change->change;
	size_t		i;

	for (i = 0; i < all->nparts; i++)
	{
		const DbmigChange *part = &all->parts[i];
		const DbmigObject *any = part->to != NULL ? part->to : part->from;
		bool		column = dbmig_sqlite_is(any, DBMIG_SQLITE_COLUMN);

		if (part->from == NULL && column)
			find_created_column(planner, step, change, part->to);
		else if (part->to == NULL && column)
			find_dropped_column(planner, step, change, part->from);
		else if (column)
			find_changed_column(planner, step, change, part);
		else if (part->to != NULL)
			find_created_constraint(planner, step, change, part->to);
	}
}

/* The columns of a key, each followed by what stands between two of them;
 * NULL when one of them is new or more than a name. */
static const char *
key_columns(DbmigSqlitePlanner *planner, const DbmigObject *table,
			const char *columns, const char *suffix, const char *between)
{
	DbmigBuf	list;
	DbmigLexer	lexer;
	DbmigToken	token;
	const DbmigObject *column;

	dbmig_buf_init(&list, planner->d);
	dbmig_lex_begin(&lexer, &dbmig_sqlite, columns);
	for (;;)
	{
		token = dbmig_lex_word(&lexer);
		if (token.kind != DBMIG_TOKEN_WORD &&
			token.kind != DBMIG_TOKEN_IDENTIFIER)
			return NULL;
		column = dbmig_model_find(planner->from,
								  &dbmig_sqlite_kinds[DBMIG_SQLITE_COLUMN],
								  table,
								  dbmig_sqlite_fold(planner->d,
								  dbmig_token_name(planner->d, &dbmig_sqlite,
												   &token)));
		if (column == NULL)
			return NULL;
		if (list.len > 0)
			dbmig_buf_add(&list, between);
		dbmig_buf_add(&list, dbmig_sqlite_quote(planner->d, column->name));
		dbmig_buf_add(&list, suffix);
		token = dbmig_lex_word(&lexer);
		if (token.kind == DBMIG_TOKEN_END)
			return list.text;
		if (token.len != 1 || *token.start != ',')
			return NULL;
	}
}

/* Rows that share the values of a new key.  NULLs differ from each other. */
static void
find_key(DbmigSqlitePlanner *planner, DbmigStep *step,
		 const DbmigObject *table, const char *columns)
{
	Dbmig	   *d = planner->d;
	const char *list = key_columns(planner, table, columns, "", ", ");
	const char *filled = key_columns(planner, table, columns, " IS NOT NULL",
									 " AND ");
	DbmigFinding *finding;

	if (list == NULL || filled == NULL)
		return;
	finding = dbmig_step_find(planner->plan, step, "add-unique");
	if (finding == NULL)
		return;
	finding->what = dbmig_printf(d, "unique (%s) of table \"%s\"", columns,
								 dbmig_show(d, table->name));
	finding->unit = "groups of rows";
	finding->query = dbmig_printf(d, "SELECT count(*), NULL FROM (SELECT 1 "
								  "FROM main.%s WHERE %s "
								  "GROUP BY %s HAVING count(*) > 1)",
								  dbmig_sqlite_quote(d, table->name), filled,
								  list);
}

/* Keys that the old table does not have. */
void
dbmig_sqlite_find_keys(DbmigSqlitePlanner *planner, DbmigStep *step,
		  const DbmigTableChange *change)
{
	const DbmigChange *all = change->change;
	size_t		i;

	for (i = 0; i < all->nparts; i++)
	{
		const DbmigObject *to = all->parts[i].to;
		const char *type;

		if (to == NULL)
			continue;
		type = dbmig_object_get(to, "type");
		if (dbmig_sqlite_is(to, DBMIG_SQLITE_COLUMN))
		{
			if ((dbmig_object_get(to, "unique") != NULL &&
				 dbmig_change_has(&all->parts[i], "unique")) ||
				(dbmig_object_get(to, "primary_key") != NULL &&
				 dbmig_change_has(&all->parts[i], "primary_key")))
				find_key(planner, step, change->from,
						 dbmig_sqlite_quote(planner->d, to->name));
		}
		else if (type != NULL && (strcmp(type, "unique") == 0 ||
								  strcmp(type, "primary key") == 0))
			find_key(planner, step, change->from,
					 dbmig_object_get(to, "columns"));
	}
}

/* The index's text: "(columns)", and a WHERE clause when it is partial. */
void
dbmig_sqlite_find_index(DbmigSqlitePlanner *planner, DbmigStep *step,
						const DbmigObject *table, const DbmigObject *index)
{
	const char *text = dbmig_object_get(index, "text");
	size_t		len = text == NULL ? 0 : strlen(text);

	if (len > 2 && text[0] == '(' && text[len - 1] == ')')
		find_key(planner, step, table,
				 dbmig_strndup(planner->d, text + 1, len - 2));
}
