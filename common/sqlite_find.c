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
	finding->query = dbmig_printf(d, "SELECT count(*), %s%s%s FROM %s%s%s",
								  rowid == NULL ? "NULL" :
								  "'rowid ' || min(",
								  rowid == NULL ? "" : rowid,
								  rowid == NULL ? "" : ")",
								  dbmig_sqlite_counted(d, table),
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

/* The form with text in place of each %s. */
static const char *
fill_in(Dbmig *d, const char *form, const char *text)
{
	DbmigBuf	buf;

	dbmig_buf_init(&buf, d);
	for (; *form != '\0'; form++)
	{
		if (form[0] == '%' && form[1] == 's')
		{
			dbmig_buf_add(&buf, text);
			form++;
		}
		else
			dbmig_buf_addc(&buf, *form);
	}
	return buf.text;
}

/* ---- what values there are ---- */

/* True when the rows have the column before and after, and with the same
 * values (but that those of another type may be converted). */
static bool
stays(DbmigSqlitePlanner *planner, const DbmigObject *from,
	  const DbmigObject *to)
{
	const char *old = dbmig_object_get(from, "generated");
	const char *new = dbmig_object_get(to, "generated");

	return dbmig_sqlite_backfill(planner, to) == NULL &&
		(new == NULL || (old != NULL && strcmp(old, new) == 0));
}

bool
dbmig_sqlite_can_try(DbmigSqlitePlanner *planner,
					 const DbmigTableChange *change, const DbmigObject *part)
{
	const DbmigChange *parts = change->change->parts;
	size_t		i;

	for (i = 0; i < change->change->nparts; i++)
	{
		const DbmigObject *to = parts[i].to;

		if (to == NULL || to == part ||
			!dbmig_sqlite_is(to, DBMIG_SQLITE_COLUMN))
			continue;
		if (parts[i].from != NULL && !dbmig_change_has(&parts[i], "type") &&
			!dbmig_change_has(&parts[i], "collate") &&
			stays(planner, parts[i].from, to))
			continue;
		if (dbmig_sqlite_mentions(planner->d, part, to->id))
			return false;
	}
	return true;
}

/* ---- columns and checks, whatever the way ---- */

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
	dbmig_sqlite_find_way_back(planner, step, change, column);
}

static void
find_created_column(DbmigSqlitePlanner *planner, DbmigStep *step,
					const DbmigTableChange *change, const DbmigObject *column)
{
	if (dbmig_object_get(column, "not_null") == NULL ||
		dbmig_object_get(column, "generated") != NULL ||
		dbmig_sqlite_rowid_alias(planner->d, column) ||
		!dbmig_sqlite_defaults_to_null(planner->d, column) ||
		dbmig_sqlite_backfill(planner, column) != NULL)
		return;
	dbmig_sqlite_find(planner, step, "add-not-null", change->from, NULL,
					  column_of_table(planner->d, "new not-null", column,
									  change->to->name), "rows");
}

/*
 * Values that become others on the way from one affinity to another (second
 * index) and would not come back as they were; %s is the column.  A value that
 * cannot be converted stays as it is, and without an affinity each does
 * (datatype3.html, section 3).
 */
#define IS_NUMBER "typeof(%s) = 'text' AND CAST(%s AS NUMERIC) = %s"
#define CHANGES_AS(type) \
	IS_NUMBER " AND CAST(CAST(%s AS " type ") AS TEXT) IS NOT %s COLLATE BINARY"
#define LOSES_DIGITS \
	"typeof(%s) = 'real' AND CAST(CAST(%s AS TEXT) AS REAL) IS NOT %s"
#define TOO_LONG \
	"typeof(%s) = 'integer' AND (CAST(CAST(%s AS REAL) AS INTEGER) IS NOT %s " \
	"OR %s IN (-9223372036854775808, 9223372036854775807))"

static const char *const lossy[][DBMIG_NAFFINITIES] =
{
	[DBMIG_AFFINITY_BLOB] = {
		[DBMIG_AFFINITY_TEXT] = "typeof(%s) IN ('integer', 'real')",
		[DBMIG_AFFINITY_NUMERIC] = "(" IS_NUMBER ") OR "
		"(typeof(%s) = 'real' AND CAST(%s AS INTEGER) = %s)",
		[DBMIG_AFFINITY_REAL] = "(" IS_NUMBER ") OR typeof(%s) = 'integer'",
	},
	[DBMIG_AFFINITY_TEXT] = {
		[DBMIG_AFFINITY_NUMERIC] = CHANGES_AS("NUMERIC"),
		[DBMIG_AFFINITY_REAL] = CHANGES_AS("REAL"),
	},
	[DBMIG_AFFINITY_NUMERIC] = {
		[DBMIG_AFFINITY_TEXT] = LOSES_DIGITS,
		[DBMIG_AFFINITY_REAL] = TOO_LONG,
	},
	[DBMIG_AFFINITY_REAL] = {
		[DBMIG_AFFINITY_TEXT] = LOSES_DIGITS,
	},
};

static void
find_changed_type(DbmigSqlitePlanner *planner, DbmigStep *step,
				  const DbmigTableChange *change, const DbmigObject *from,
				  const DbmigObject *to)
{
	Dbmig	   *d = planner->d;
	const char *form = lossy[dbmig_sqlite_affinity(from)]
		[dbmig_sqlite_affinity(to)];

	if (form != NULL && stays(planner, from, to))
		dbmig_sqlite_find(planner, step, "type-change", change->from,
						  fill_in(d, form, dbmig_sqlite_quote(d, from->name)),
						  column_of_table(d, "changing the type of", to,
										  change->to->name), "values");
}

/* What a type means is also a matter of STRICT, so that a column may convert
 * its values that is as it was. */
static void
find_changed_types(DbmigSqlitePlanner *planner, DbmigStep *step,
				   const DbmigTableChange *change)
{
	const DbmigObject *from;
	size_t		i;

	for (i = 0; i < change->to->nparts; i++)
	{
		const DbmigObject *to = change->to->parts[i];

		if (!dbmig_sqlite_is(to, DBMIG_SQLITE_COLUMN) ||
			dbmig_object_get(to, "generated") != NULL)
			continue;
		from = dbmig_model_find(planner->from, to->kind, change->from, to->id);
		if (from == NULL || !dbmig_ok(planner->d))
			continue;
		step->overwrites = step->overwrites ||
			dbmig_sqlite_backfill(planner, to) != NULL;
		find_changed_type(planner, step, change, from, to);
	}
}

/* What is not an integer, and does not become one (datatype3.html, section
 * 3.4). */
#define NO_INTEGER \
	"typeof(%s) = 'blob' OR (typeof(%s) = 'real' AND " \
	"CAST(%s AS INTEGER) <> %s) OR (typeof(%s) = 'text' AND NOT " \
	"(typeof(CAST(%s AS NUMERIC)) = 'integer' AND CAST(%s AS NUMERIC) = %s))"

const char *
dbmig_sqlite_no_integer(Dbmig *d, const DbmigObject *column)
{
	return fill_in(d, NO_INTEGER, dbmig_sqlite_quote(d, column->name));
}

/* Values that a strict table does not take (stricttables.html). */
static const struct
{
	const char *type;
	const char *condition;
}			strict_types[] =

{
	{"int", NO_INTEGER},
	{"integer", NO_INTEGER},
	{"real", "typeof(%s) = 'blob' OR "
	"(typeof(%s) = 'text' AND NOT CAST(%s AS NUMERIC) = %s)"},
	{"text", "typeof(%s) = 'blob'"},
	{"blob", "typeof(%s) NOT IN ('blob', 'null')"},
};

/* The values of the rows in a column of a strict table: a column of the old
 * table, or a default.  NULL when nothing is known of them. */
static const char *
value_of(DbmigSqlitePlanner *planner, const DbmigTableChange *change,
		 const DbmigObject *to)
{
	const DbmigObject *from = dbmig_model_find(planner->from, to->kind,
											   change->from, to->id);

	if (dbmig_sqlite_backfill(planner, to) != NULL ||
		dbmig_object_get(to, "generated") != NULL)
		return NULL;
	return from != NULL ? dbmig_sqlite_quote(planner->d, from->name) :
		dbmig_sqlite_default(planner->d, to);
}

/* Columns that were of that strict type before are fine. */
static bool
was_strict(DbmigSqlitePlanner *planner, const DbmigTableChange *change,
		   const DbmigObject *to)
{
	const DbmigObject *from = dbmig_model_find(planner->from, to->kind,
											   change->from, to->id);
	const char *type = from == NULL ? NULL : dbmig_object_get(from, "type");

	return type != NULL && dbmig_object_get(change->from, "strict") != NULL &&
		strcmp(type, dbmig_object_get(to, "type")) == 0;
}

static void
find_strict(DbmigSqlitePlanner *planner, DbmigStep *step,
			const DbmigTableChange *change)
{
	Dbmig	   *d = planner->d;
	size_t		i;
	size_t		j;

	if (dbmig_object_get(change->to, "strict") == NULL)
		return;
	for (i = 0; i < change->to->nparts; i++)
	{
		const DbmigObject *to = change->to->parts[i];
		const char *type = dbmig_object_get(to, "type");
		const char *value;

		if (!dbmig_sqlite_is(to, DBMIG_SQLITE_COLUMN) || type == NULL ||
			was_strict(planner, change, to))
			continue;
		value = value_of(planner, change, to);
		for (j = 0; value != NULL && j < DBMIG_COUNT(strict_types); j++)
		{
			if (strcmp(strict_types[j].type, type) == 0)
				dbmig_sqlite_find(planner, step, "strict-type", change->from,
								  fill_in(d, strict_types[j].condition,
										  value),
								  column_of_table(d, "the strict type of", to,
												  change->to->name),
								  "values");
		}
	}
}

/* shown is the check's canonical text. */
static void
find_check(DbmigSqlitePlanner *planner, DbmigStep *step,
		   const DbmigTableChange *change, const DbmigObject *part,
		   const char *shown)
{
	Dbmig	   *d = planner->d;
	const char *check = dbmig_sqlite_check(d, part);

	if (check != NULL && dbmig_sqlite_can_try(planner, change, part))
		dbmig_sqlite_find(planner, step, "add-check", change->from,
						  dbmig_printf(d, "NOT (%s)", check),
						  dbmig_printf(d, "check (%s) of table \"%s\"",
									   dbmig_show(d, shown),
									   dbmig_show(d, change->to->name)),
						  "rows");
}

/* Values that are replaced by other ones. */
static void
find_generated(DbmigSqlitePlanner *planner, DbmigStep *step,
			   const DbmigTableChange *change, const DbmigChange *part)
{
	Dbmig	   *d = planner->d;
	const char *name = dbmig_sqlite_quote(d, part->from->name);
	const char *expression = dbmig_sqlite_generated(d, part->to);
	const char *value = "NULL";

	if (expression != NULL &&
		dbmig_sqlite_can_try(planner, change, part->to) &&
		!dbmig_change_has(part, "type"))
		value = expression;
	dbmig_sqlite_find(planner, step, "column-to-generated", change->from,
					  dbmig_printf(d, "%s IS NOT %s", name, value),
					  column_of_table(d, "computing", part->to,
									  change->to->name), "values");
}

static void
find_changed_column(DbmigSqlitePlanner *planner, DbmigStep *step,
					const DbmigTableChange *change, const DbmigChange *part)
{
	Dbmig	   *d = planner->d;
	const char *check = dbmig_object_get(part->to, "check");

	if (dbmig_object_get(part->from, "generated") == NULL &&
		dbmig_object_get(part->to, "generated") != NULL)
	{
		find_generated(planner, step, change, part);
		return;
	}
	if (dbmig_change_has(part, "not_null") &&
		dbmig_object_get(part->from, "not_null") == NULL &&
		stays(planner, part->from, part->to))
		dbmig_sqlite_find(planner, step, "set-not-null", change->from,
						  dbmig_printf(d, "%s IS NULL",
									   dbmig_sqlite_quote(d,
														  part->from->name)),
						  column_of_table(d, "not-null", part->to,
										  change->to->name), "rows");
	if (dbmig_change_has(part, "check") && check != NULL &&
		!dbmig_change_has(part, "type") && stays(planner, part->from, part->to))
		find_check(planner, step, change, part->to, check);
}

static void
find_created_constraint(DbmigSqlitePlanner *planner, DbmigStep *step,
						const DbmigTableChange *change,
						const DbmigObject *constraint)
{
	const char *type = dbmig_object_get(constraint, "type");

	if (type != NULL && strcmp(type, "check") == 0)
		find_check(planner, step, change, constraint,
				   dbmig_object_get(constraint, "columns"));
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
	find_changed_types(planner, step, change);
	find_strict(planner, step, change);
	dbmig_sqlite_find_parents(planner, step, change);
	dbmig_sqlite_note(planner, step, change);
}
