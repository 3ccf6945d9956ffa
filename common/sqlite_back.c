/*
 * sqlite_back.c
 *	  What a way back puts where values are gone: a stand-in for what must not
 *	  be null, and whether the table would take it.
 */
#include "sqlite_plan.h"

#include <string.h>

static bool
is_strict(const DbmigObject *table, const DbmigObject *column,
		  const char *type)
{
	const char *is = dbmig_object_get(column, "type");

	return dbmig_object_get(table, "strict") != NULL && is != NULL &&
		strcmp(is, type) == 0;
}

/* True when the values of the column may be all that tells two rows apart. */
static bool
is_in_key(const DbmigModel *model, const DbmigObject *column)
{
	const DbmigObject *table = column->owner;
	size_t		i;

	if (dbmig_object_get(column, "unique") != NULL ||
		dbmig_object_get(column, "primary_key") != NULL)
		return true;
	for (i = 0; i < table->nparts; i++)
	{
		const DbmigObject *part = table->parts[i];
		const char *type = dbmig_object_get(part, "type");

		if (dbmig_sqlite_is(part, DBMIG_SQLITE_CONSTRAINT) && type != NULL &&
			(strcmp(type, "unique") == 0 ||
			 strcmp(type, "primary key") == 0) &&
			dbmig_sqlite_mentions(model->d, part, column->id))
			return true;
	}
	for (i = 0; i < model->count; i++)
	{
		const DbmigObject *index = model->items[i];
		const char *of = dbmig_object_get(index, "table");

		if (dbmig_sqlite_is(index, DBMIG_SQLITE_INDEX) && of != NULL &&
			dbmig_object_get(index, "unique") != NULL &&
			strcmp(of, table->id) == 0 &&
			dbmig_sqlite_mentions(model->d, index, column->id))
			return true;
	}
	return false;
}

const char *
dbmig_sqlite_stand_in(Dbmig *d, const DbmigModel *model,
					  const DbmigObject *column, const char *rowid)
{
	static const char *const by_affinity[] =
	{
		[DBMIG_AFFINITY_BLOB] = "''",
		[DBMIG_AFFINITY_TEXT] = "''",
		[DBMIG_AFFINITY_NUMERIC] = "0",
		[DBMIG_AFFINITY_REAL] = "0.0",
	};
	bool		blob = is_strict(column->owner, column, "blob");

	if (rowid == NULL)
		rowid = "row_number() OVER ()";
	if (is_in_key(model, column))
		return blob ? dbmig_printf(d, "CAST(%s AS BLOB)", rowid) : rowid;
	return blob ? "x''" : by_affinity[dbmig_sqlite_affinity(column)];
}

/* ---- what no way back brings ---- */

bool
dbmig_sqlite_counts_up(const DbmigObject *table)
{
	size_t		i;

	for (i = 0; i < table->nparts; i++)
	{
		if (dbmig_object_get(table->parts[i], "autoincrement") != NULL)
			return true;
	}
	return false;
}

void
dbmig_sqlite_find_counter(DbmigSqlitePlanner *planner, DbmigStep *step,
						  const DbmigObject *table, bool goes)
{
	Dbmig	   *d = planner->d;
	DbmigFinding *finding = dbmig_step_find(planner->plan, step,
											"drop-autoincrement");
	DbmigBuf	sql;

	if (finding == NULL)
		return;
	dbmig_buf_init(&sql, d);
	dbmig_buf_add(&sql, "SELECT count(*), NULL FROM main.sqlite_sequence "
				  "WHERE name = ");
	dbmig_buf_literal(&sql, table->name);
	if (goes)
		dbmig_buf_add(&sql, " AND seq > 0");
	else
		dbmig_buf_addf(&sql, " AND seq > (SELECT coalesce(max(%s), 0) "
					   "FROM %s)",
					   dbmig_sqlite_quote(d, dbmig_sqlite_alias_of(d, table)
										  ->name),
					   dbmig_sqlite_main(d, table->name));
	finding->query = sql.text;
	finding->lasting = true;
}

/* A rowid is gone when the new table has none, or one of its columns stands
 * for it that held something else. */
void
dbmig_sqlite_find_rowids(DbmigSqlitePlanner *planner, DbmigStep *step,
						 const DbmigTableChange *change)
{
	Dbmig	   *d = planner->d;
	const char *rowid = dbmig_sqlite_rowid(planner->from, change->from);
	const DbmigObject *alias = dbmig_sqlite_alias_of(d, change->to);
	const DbmigObject *old = alias == NULL ? NULL :
		dbmig_model_find(planner->from, alias->kind, change->from, alias->id);
	const char *condition = NULL;
	DbmigFinding *finding;

	if (rowid == NULL || dbmig_sqlite_alias_of(d, change->from) != NULL ||
		(dbmig_sqlite_has_rowid(change->to) && old == NULL))
		return;
	if (old != NULL && dbmig_sqlite_backfill(planner, alias) == NULL)
		condition = dbmig_printf(d, "%s IS NOT NULL AND CAST(%s AS INTEGER) "
								 "<> %s", dbmig_sqlite_quote(d, old->name),
								 dbmig_sqlite_quote(d, old->name), rowid);
	dbmig_sqlite_find(planner, step, "drop-rowid", change->from, condition,
					  NULL, NULL);
	finding = dbmig_ok(d) && step->nfindings > 0 ?
		&step->findings[step->nfindings - 1] : NULL;
	if (finding != NULL)
		finding->lasting = true;
}

/* ---- whether the way back can be gone ---- */

/* What the rows will have in a column that goes, once it is back. */
static const char *
value_back(DbmigSqlitePlanner *planner, const DbmigObject *column,
		   const char *rowid)
{
	const char *value = dbmig_sqlite_default(planner->d, column);

	if (dbmig_object_get(column, "not_null") == NULL)
		return "NULL";
	return value != NULL ? value :
		dbmig_sqlite_stand_in(planner->d, planner->from, column, rowid);
}

/* SQLite does not call a column of a query so, whatever AS says. */
static bool
has_unspeakable(const DbmigObject *table)
{
	size_t		i;

	for (i = 0; i < table->nparts; i++)
	{
		if (dbmig_sqlite_is(table->parts[i], DBMIG_SQLITE_COLUMN) &&
			(strcmp(table->parts[i]->id, "true") == 0 ||
			 strcmp(table->parts[i]->id, "false") == 0))
			return true;
	}
	return false;
}

/* A query in place of the table: its rows as they will be. */
static const char *
rows_back(DbmigSqlitePlanner *planner, const DbmigTableChange *change)
{
	Dbmig	   *d = planner->d;
	const DbmigObject *table = change->from;
	const char *rowid = dbmig_sqlite_rowid(planner->from, table);
	const char *comma = "";
	DbmigBuf	sql;
	size_t		i;

	dbmig_buf_init(&sql, d);
	dbmig_buf_add(&sql, "(SELECT ");
	for (i = 0; i < table->nparts; i++)
	{
		const DbmigObject *column = table->parts[i];
		const char *name = dbmig_sqlite_quote(d, column->name);

		if (!dbmig_sqlite_is(column, DBMIG_SQLITE_COLUMN))
			continue;
		dbmig_buf_addf(&sql, "%s%s AS %s", comma,
					   dbmig_model_find(planner->to, column->kind, change->to,
										column->id) != NULL ? name :
					   value_back(planner, column, rowid), name);
		comma = ", ";
	}
	dbmig_buf_addf(&sql, " FROM %s) AS %s",
				   dbmig_sqlite_main(d, table->name),
				   dbmig_sqlite_quote(d, table->name));
	return sql.text;
}

/* Rows that part would not take, with that value in the column. */
static void
find_refused(DbmigSqlitePlanner *planner, DbmigStep *step,
			 const DbmigTableChange *change, const DbmigObject *part,
			 bool null)
{
	Dbmig	   *d = planner->d;
	const char *check = dbmig_sqlite_check(d, part);
	DbmigFinding *finding;

	if (check != NULL && !has_unspeakable(change->from))
	{
		finding = dbmig_step_find(planner->plan, step, "no-way-back");
		if (finding != NULL)
			finding->query = dbmig_printf(d, "SELECT count(*), NULL FROM %s "
										  "WHERE NOT (%s)",
										  rows_back(planner, change), check);
	}
	if (dbmig_object_get(part, "references") != NULL && !null)
		dbmig_sqlite_find(planner, step, "no-way-back", change->from, NULL,
						  NULL, NULL);
}

void
dbmig_sqlite_find_way_back(DbmigSqlitePlanner *planner, DbmigStep *step,
						   const DbmigTableChange *change,
						   const DbmigObject *column)
{
	const DbmigObject *table = change->from;
	bool		null = dbmig_object_get(column, "not_null") == NULL;
	size_t		i;

	if (planner->intent->undo)
		return;
	for (i = 0; i < table->nparts; i++)
	{
		if (table->parts[i] == column ||
			dbmig_sqlite_mentions(planner->d, table->parts[i], column->id))
			find_refused(planner, step, change, table->parts[i], null);
	}
}
