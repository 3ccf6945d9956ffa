/*
 * sqlite_table.c
 *	  The SQL that changes a table in the way that sqlite_way.c chose, and the
 *	  hazards of it: ALTER TABLE and the rebuild; sqlite_edit.c has the edit.
 *
 * A rebuild moves the old table out of the way instead of building beside it:
 * so the new one is created by the very text that is wanted, statistics of
 * its indexes stay, and no name in a view, trigger or foreign key is
 * rewritten (legacy_alter_table, lang_altertable.html).
 */
#include "sqlite_plan.h"

#include <string.h>

#define OLD_PREFIX "dbmig_old_"

const char *
dbmig_sqlite_quote(Dbmig *d, const char *name)
{
	DbmigBuf	buf;

	dbmig_buf_init(&buf, d);
	dbmig_buf_identifier(&buf, name);
	return buf.text;
}

const char *
dbmig_sqlite_main(Dbmig *d, const char *name)
{
	return dbmig_printf(d, "main.%s", dbmig_sqlite_quote(d, name));
}

/* ---- ALTER TABLE ---- */

static bool
is_new(const DbmigSqlitePlanner *planner, const DbmigTableChange *change,
	   const DbmigObject *column)
{
	return dbmig_model_find(planner->from, column->kind, change->from,
							column->id) == NULL;
}

static bool
has_references(const DbmigObject *table)
{
	size_t		i;

	for (i = 0; i < table->nparts; i++)
	{
		if (dbmig_object_get(table->parts[i], "references") != NULL)
			return true;
	}
	return false;
}

static bool
refers(const DbmigModel *model)
{
	size_t		i;

	for (i = 0; i < model->count; i++)
	{
		if (has_references(model->items[i]))
			return true;
	}
	return false;
}

/* True when tables at work have foreign keys.  SQLite looks at those of a
 * table that is updated and at those that refer to it, and on from there. */
static bool
has_keys(DbmigSqlitePlanner *planner)
{
	if (!planner->counted)
		planner->refers = refers(planner->from) || refers(planner->to);
	planner->counted = true;
	return planner->refers;
}

void
dbmig_sqlite_add_updates(DbmigSqlitePlanner *planner, DbmigBuf *sql,
						 const DbmigTableChange *change, const char *updates,
						 bool keys_are_off)
{
	const DbmigDependents *old = &change->old_triggers;
	const DbmigDependents *kept = &change->kept;
	bool		off = !keys_are_off && has_keys(planner);
	size_t		i;

	if (*updates == '\0')
		return;
	if (off)
		dbmig_buf_add(sql, "PRAGMA foreign_keys=OFF;\n");
	for (i = 0; i < old->count; i++)
	{
		if (dbmig_model_find(planner->to, old->items[i]->kind, NULL,
							 old->items[i]->id) != NULL)
			dbmig_buf_addf(sql, "DROP TRIGGER IF EXISTS %s;\n",
						   dbmig_sqlite_main(planner->d,
											 old->items[i]->name));
	}
	dbmig_buf_add(sql, updates);
	/* A trigger that is replaced comes later. */
	for (i = 0; i < kept->count; i++)
	{
		if (dbmig_sqlite_is(kept->items[i], DBMIG_SQLITE_TRIGGER))
			dbmig_buf_add(sql, dbmig_sqlite_create(planner->d,
												   kept->items[i]));
	}
	if (off)
		dbmig_buf_add(sql, "PRAGMA foreign_keys=ON;\n");
}

/* ADD COLUMN refuses a default beside REFERENCES while keys are enforced. */
static void
add_column(DbmigSqlitePlanner *planner, DbmigBuf *sql, DbmigBuf *updates,
		   const char *table, const DbmigObject *column)
{
	const char *expression = dbmig_sqlite_backfill(planner, column);
	bool		off = dbmig_object_get(column, "references") != NULL &&
		dbmig_object_get(column, "default") != NULL;

	if (off)
		dbmig_buf_add(sql, "PRAGMA foreign_keys=OFF;\n");
	dbmig_buf_addf(sql, "ALTER TABLE %s ADD COLUMN %s;\n", table,
				   column->sql);
	if (off)
		dbmig_buf_add(sql, "PRAGMA foreign_keys=ON;\n");
	if (expression != NULL)
		dbmig_buf_addf(updates, "UPDATE %s SET %s = (%s);\n", table,
					   dbmig_sqlite_quote(planner->d, column->name),
					   expression);
}

static void
drop_columns(DbmigSqlitePlanner *planner, DbmigBuf *sql, const char *table,
			 const DbmigTableChange *change)
{
	const DbmigChange *parts = change->change->parts;
	size_t		i;

	/* So that no view or trigger elsewhere stands in the way, also if what it
	 * names is not there. */
	dbmig_buf_add(sql, "PRAGMA legacy_alter_table=ON;\n"
				  "PRAGMA writable_schema=ON;\n");
	for (i = 0; i < change->change->nparts; i++)
	{
		if (parts[i].to == NULL &&
			dbmig_sqlite_is(parts[i].from, DBMIG_SQLITE_COLUMN))
			dbmig_buf_addf(sql, "ALTER TABLE %s DROP COLUMN %s;\n", table,
						   dbmig_sqlite_quote(planner->d,
											  parts[i].from->name));
	}
	dbmig_buf_add(sql, "PRAGMA writable_schema=RESET;\n"
				  "PRAGMA legacy_alter_table=OFF;\n");
}

void
dbmig_sqlite_alter(DbmigSqlitePlanner *planner,
				   const DbmigTableChange *change)
{
	Dbmig	   *d = planner->d;
	const char *table = dbmig_sqlite_main(d, change->from->name);
	const DbmigObject **parts = dbmig_sqlite_written(d, change->to);
	bool		proves = false;
	DbmigStep  *step;
	DbmigBuf	sql;
	DbmigBuf	adds;
	DbmigBuf	updates;

	dbmig_buf_init(&sql, d);
	dbmig_buf_init(&updates, d);
	dbmig_buf_init(&adds, d);
	for (; *parts != NULL; parts++)
	{
		if (dbmig_sqlite_is(*parts, DBMIG_SQLITE_COLUMN) &&
			is_new(planner, change, *parts))
			add_column(planner, &adds, &updates, table, *parts);
	}
	/* What fills a new column may read one that goes. */
	if (change->drops_columns && updates.len == 0)
		drop_columns(planner, &sql, table, change);
	dbmig_buf_add(&sql, adds.text);
	dbmig_sqlite_add_updates(planner, &sql, change, updates.text, false);
	if (change->drops_columns && updates.len > 0)
		drop_columns(planner, &sql, table, change);
	if ((change->ways & DBMIG_WAY_EDIT) != 0)
		proves = dbmig_sqlite_edit(planner, &sql, change);
	step = dbmig_plan_add(planner->plan, DBMIG_ALTER, change->to, sql.text);
	if (proves)
		dbmig_sqlite_find(planner, step, "table-scan", change->from, NULL,
						  dbmig_printf(d, "checking table \"%s\" reads",
									   dbmig_show(d, change->to->name)),
						  "rows");
	dbmig_sqlite_find_parts(planner, step, change);
}

/* ---- rebuild ---- */

static const char *
old_name(Dbmig *d, const DbmigTableChange *change)
{
	return dbmig_printf(d, OLD_PREFIX "%s", change->from->name);
}

/* True when all that is new about the values of a column is that they must not
 * be null: those that are not stay. */
static bool
only_fills_nulls(const DbmigObject *old, const DbmigObject *new)
{
	const char *was = dbmig_object_get(old, "type");
	const char *is = dbmig_object_get(new, "type");

	return dbmig_object_get(old, "not_null") == NULL &&
		dbmig_object_get(new, "not_null") != NULL &&
		strcmp(was == NULL ? "" : was, is == NULL ? "" : is) == 0;
}

/* The expression that fills a column of the new table; NULL: its default. */
static const char *
fill_of(DbmigSqlitePlanner *planner, const DbmigTableChange *change,
		const DbmigObject *column)
{
	const char *backfill = dbmig_sqlite_backfill(planner, column);
	const DbmigObject *old = dbmig_model_find(planner->from, column->kind,
											  change->from, column->id);
	const char *value = dbmig_object_get(column, "default");

	if (dbmig_object_get(column, "generated") != NULL)
		return NULL;
	if (backfill != NULL && old != NULL && only_fills_nulls(old, column))
		return dbmig_printf(planner->d, "coalesce(%s, (%s))",
							dbmig_sqlite_quote(planner->d, old->name),
							backfill);
	if (backfill != NULL)
		return dbmig_printf(planner->d, "(%s)", backfill);
	if (old != NULL)
		return dbmig_sqlite_quote(planner->d, old->name);
	if (planner->intent->undo && value == NULL &&
		!dbmig_sqlite_rowid_alias(planner->d, column) &&
		(dbmig_object_get(column, "not_null") != NULL ||
		 !dbmig_sqlite_has_rowid(change->to)))
		return dbmig_sqlite_stand_in(planner->d, planner->to, column,
									 dbmig_sqlite_rowid(planner->from,
														change->from));
	return NULL;
}

/* Two lists: what is filled, and with what. */
typedef struct Filling
{
	DbmigBuf	columns;
	DbmigBuf	values;
} Filling;

static void
fill(Filling *filling, const char *column, const char *value)
{
	const char *comma = filling->columns.len > 0 ? ", " : "";

	dbmig_buf_addf(&filling->columns, "%s%s", comma, column);
	dbmig_buf_addf(&filling->values, "%s%s", comma, value);
}

/* Without a common column there is nothing that a row could keep but that it
 * is there. */
static void
fill_any(DbmigSqlitePlanner *planner, Filling *filling,
		 const DbmigTableChange *change)
{
	const DbmigObject **parts = dbmig_sqlite_written(planner->d, change->to);
	const char *rowid = dbmig_sqlite_rowid(planner->to, change->to);
	const char *value;

	if (rowid != NULL)
	{
		fill(filling, rowid, "NULL");
		return;
	}
	while (*parts != NULL && dbmig_object_get(*parts, "generated") != NULL)
		parts++;
	if (*parts == NULL)
		return;
	value = dbmig_sqlite_default(planner->d, *parts);
	fill(filling, dbmig_sqlite_quote(planner->d, (*parts)->name),
		 value == NULL ? "NULL" : value);
}

/* While rows are copied, the name with its database before it is that of the
 * new table, which is empty. */
static void
refuse_database(DbmigSqlitePlanner *planner, const DbmigObject *column)
{
	Dbmig	   *d = planner->d;
	const char *table = column->owner->name;
	DbmigToken	last[3] = {0};	/* main . table */
	DbmigLexer	lexer;

	dbmig_lex_begin(&lexer, &dbmig_sqlite,
					dbmig_sqlite_backfill(planner, column));
	do
	{
		memmove(last, last + 1, 2 * sizeof(DbmigToken));
		last[2] = dbmig_lex_word(&lexer);
		if (!dbmig_token_is(&last[1], ".") ||
			!dbmig_scan_can_name(&last[0]) ||
			!dbmig_scan_can_name(&last[2]) ||
			dbmig_casecmp(dbmig_token_name(d, &dbmig_sqlite, &last[0]),
						  "main") != 0 ||
			dbmig_casecmp(dbmig_token_name(d, &dbmig_sqlite, &last[2]),
						  table) != 0)
			continue;
		dbmig_fail(d, DBMIG_BAD_ARGUMENT, "option \"backfill\" for column "
				   "\"%s.%s\" must name the table without \"main\"",
				   dbmig_show(d, table), dbmig_show(d, column->name));
	} while (last[2].kind != DBMIG_TOKEN_END &&
			 last[2].kind != DBMIG_TOKEN_ERROR && dbmig_ok(d));
}

/* Rows keep their rowid, unless a column that they have stands for it. */
static void
copy_rows(DbmigSqlitePlanner *planner, DbmigBuf *sql,
		  const DbmigTableChange *change)
{
	Dbmig	   *d = planner->d;
	const DbmigObject **parts = dbmig_sqlite_written(d, change->to);
	const char *old_rowid = dbmig_sqlite_rowid(planner->from, change->from);
	const char *new_rowid = dbmig_sqlite_rowid(planner->to, change->to);
	const char *old = dbmig_sqlite_main(d, old_name(d, change));
	const char *name = dbmig_sqlite_quote(d, change->to->name);
	bool		computes = false;
	Filling		filling;

	dbmig_buf_init(&filling.columns, d);
	dbmig_buf_init(&filling.values, d);
	if (old_rowid != NULL && new_rowid != NULL &&
		dbmig_sqlite_alias_of(d, change->to) == NULL)
		fill(&filling, new_rowid, old_rowid);
	for (; *parts != NULL; parts++)
	{
		const char *value = dbmig_sqlite_is(*parts, DBMIG_SQLITE_COLUMN) ?
			fill_of(planner, change, *parts) : NULL;

		if (value != NULL && !planner->intent->undo &&
			dbmig_sqlite_backfill(planner, *parts) != NULL)
		{
			computes = true;
			refuse_database(planner, *parts);
		}
		if (value == NULL && dbmig_sqlite_is(*parts, DBMIG_SQLITE_COLUMN) &&
			dbmig_sqlite_rowid_alias(d, *parts))
			value = old_rowid;
		if (value != NULL)
			fill(&filling, dbmig_sqlite_quote(d, (*parts)->name), value);
	}
	if (filling.columns.len == 0)
		fill_any(planner, &filling, change);
	dbmig_buf_addf(sql, "INSERT OR ABORT INTO %s (%s)\n\t",
				   dbmig_sqlite_main(d, change->to->name),
				   filling.columns.text);
	/* An expression names the table as the old one was called, in a FROM of
	 * its own, too. */
	if (computes)
		dbmig_buf_addf(sql, "WITH %s AS (SELECT * FROM %s)\n\t", name, old);
	dbmig_buf_addf(sql, "SELECT %s FROM %s%s%s;\n", filling.values.text, old,
				   computes ? " AS " : "", computes ? name : "");
}

/* The counter of AUTOINCREMENT goes on where it was. */
static void
copy_counter(DbmigSqlitePlanner *planner, DbmigBuf *sql,
			 const DbmigTableChange *change)
{
	DbmigBuf	name;
	DbmigBuf	old;

	if (!dbmig_sqlite_counts_up(change->from) ||
		!dbmig_sqlite_counts_up(change->to))
		return;
	dbmig_buf_init(&name, planner->d);
	dbmig_buf_literal(&name, change->to->name);
	dbmig_buf_init(&old, planner->d);
	dbmig_buf_literal(&old, old_name(planner->d, change));
	dbmig_buf_addf(sql, "DELETE FROM main.sqlite_sequence WHERE name = %s;\n"
				   "INSERT INTO main.sqlite_sequence (name, seq)\n"
				   "\tSELECT %s, seq FROM main.sqlite_sequence "
				   "WHERE name = %s;\n", name.text, name.text, old.text);
}

static void
find_rebuild(DbmigSqlitePlanner *planner, DbmigStep *step,
			 const DbmigTableChange *change)
{
	Dbmig	   *d = planner->d;

	dbmig_sqlite_find(planner, step, "table-rebuild", change->from, NULL,
					  dbmig_printf(d, "rebuilding table \"%s\" copies",
								   dbmig_show(d, change->to->name)), "rows");
	if (dbmig_sqlite_counts_up(change->from) &&
		!dbmig_sqlite_counts_up(change->to))
	{
		dbmig_sqlite_find(planner, step, "drop-autoincrement", NULL, NULL,
						  NULL, NULL);
		dbmig_sqlite_find_counter(planner, step, change->from, false);
	}
	dbmig_sqlite_find_rowids(planner, step, change);
	dbmig_sqlite_find_parts(planner, step, change);
	dbmig_sqlite_find_keys(planner, step, change);
}

void
dbmig_sqlite_rebuild(DbmigSqlitePlanner *planner,
					 const DbmigTableChange *change)
{
	Dbmig	   *d = planner->d;
	DbmigStep  *step;
	DbmigBuf	sql;
	size_t		i;

	dbmig_buf_init(&sql, d);
	dbmig_buf_addf(&sql, "PRAGMA foreign_keys=OFF;\n"
				   "PRAGMA legacy_alter_table=ON;\n"
				   "ALTER TABLE %s RENAME TO %s;\n%s",
				   dbmig_sqlite_main(d, change->from->name),
				   dbmig_sqlite_quote(d, old_name(d, change)),
				   dbmig_sqlite_create(d, change->to));
	copy_rows(planner, &sql, change);
	copy_counter(planner, &sql, change);
	dbmig_buf_addf(&sql, "DROP TABLE %s;\n",
				   dbmig_sqlite_main(d, old_name(d, change)));
	for (i = 0; i < change->kept.count; i++)
		dbmig_buf_add(&sql, dbmig_sqlite_create(d, change->kept.items[i]));
	dbmig_buf_add(&sql, "PRAGMA legacy_alter_table=OFF;\n"
				  "PRAGMA foreign_keys=ON;\n");
	step = dbmig_plan_add(planner->plan, DBMIG_REBUILD, change->to, sql.text);
	find_rebuild(planner, step, change);
}
