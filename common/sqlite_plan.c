/*
 * sqlite_plan.c
 *	  SQLite's way from one schema to another, in phases.
 *
 * SQLite looks up no name when a table, view or trigger is created, so
 * phases are enough to order the steps: what hangs on tables goes first,
 * tables change, what hangs on them comes back.
 */
#include "sqlite_plan.h"

#include <string.h>

static DbmigTableChange *
change_of(const DbmigSqlitePlanner *planner, const DbmigObject *dependent)
{
	const char *table = dbmig_object_get(dependent, "table");

	return table == NULL ? NULL : dbmig_map_get(&planner->changes, table);
}

static void
append(DbmigSqlitePlanner *planner, DbmigDependents *list, DbmigObject *object)
{
	if (dbmig_grow(planner->d, (void **) &list->items, &list->capacity,
				   list->count, sizeof(DbmigObject *)))
		list->items[list->count++] = object;
}

static bool
same_dependent(const DbmigModel *from, const DbmigObject *to)
{
	const DbmigObject *old = dbmig_model_find(from, to->kind, NULL, to->id);
	const char *table = dbmig_object_get(to, "table");

	return old != NULL &&
		strcmp(dbmig_object_get(old, "table"), table) == 0 &&
		strcmp(dbmig_object_get(old, "text"),
			   dbmig_object_get(to, "text")) == 0 &&
		(dbmig_object_get(old, "unique") == NULL) ==
		(dbmig_object_get(to, "unique") == NULL);
}

/* Notes, for each table and view that changes, what hangs on it. */
static void
collect_dependents(DbmigSqlitePlanner *planner)
{
	DbmigTableChange *change;
	size_t		i;

	for (i = 0; i < planner->from->count; i++)
	{
		DbmigObject *object = planner->from->items[i];

		if (dbmig_sqlite_is(object, DBMIG_SQLITE_TRIGGER) &&
			(change = change_of(planner, object)) != NULL)
			append(planner, &change->old_triggers, object);
	}
	for (i = 0; i < planner->to->count; i++)
	{
		DbmigObject *object = planner->to->items[i];

		if ((change = change_of(planner, object)) != NULL &&
			same_dependent(planner->from, object))
			append(planner, &change->kept, object);
	}
}

static void
collect_changes(DbmigSqlitePlanner *planner, const DbmigDiff *diff)
{
	DbmigTableChange *change;
	size_t		i;

	for (i = 0; i < diff->count; i++)
	{
		const DbmigChange *item = &diff->items[i];

		if (item->from == NULL || item->to == NULL ||
			!(dbmig_sqlite_is(item->to, DBMIG_SQLITE_TABLE) ||
			  dbmig_sqlite_is(item->to, DBMIG_SQLITE_VIEW)))
			continue;
		change = dbmig_alloc(planner->d, sizeof(DbmigTableChange));
		if (change == NULL)
			return;
		change->change = item;
		change->from = item->from;
		change->to = item->to;
		if (dbmig_sqlite_is(item->to, DBMIG_SQLITE_TABLE))
			dbmig_sqlite_choose(planner, change);
		dbmig_map_put(&planner->changes, item->to->id, change);
	}
}

/* ---- the SQL of whole objects ---- */

static const char *
drop_sql(Dbmig *d, const DbmigObject *object)
{
	static const char *const words[DBMIG_SQLITE_NKINDS] =
	{
		[DBMIG_SQLITE_TABLE] = "TABLE",
		[DBMIG_SQLITE_VIRTUAL_TABLE] = "TABLE",
		[DBMIG_SQLITE_INDEX] = "INDEX",
		[DBMIG_SQLITE_VIEW] = "VIEW",
		[DBMIG_SQLITE_TRIGGER] = "TRIGGER",
	};

	return dbmig_printf(d, "DROP %s %s;\n",
						words[object->kind - dbmig_sqlite_kinds],
						dbmig_sqlite_main(d, object->name));
}

/* ---- steps ---- */

static const char *
create_sql(const DbmigSqlitePlanner *planner, const DbmigObject *object)
{
	return planner->intent->anywhere ?
		dbmig_printf(planner->d, "%s;\n", object->sql) :
		dbmig_sqlite_create(planner->d, object);
}

typedef void (*Visitor) (DbmigSqlitePlanner *planner,
						 const DbmigChange *item);

/* An index that must go before its table changes: what it names may go. */
static bool
goes_early(const DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	const DbmigTableChange *change = change_of(planner, item->from);

	return change != NULL && (change->drops_columns ||
							  (change->ways & DBMIG_WAY_REBUILD) != 0);
}

/* True when the table of an index or trigger is dropped, and it goes along. */
static bool
goes_along(const DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	const char *table = dbmig_object_get(item->from, "table");
	static const DbmigSqliteKind kinds[] =
	{
		DBMIG_SQLITE_TABLE, DBMIG_SQLITE_VIEW, DBMIG_SQLITE_VIRTUAL_TABLE
	};
	size_t		i;

	for (i = 0; table != NULL && i < DBMIG_COUNT(kinds); i++)
	{
		const DbmigKind *kind = &dbmig_sqlite_kinds[kinds[i]];

		if (dbmig_model_find(planner->from, kind, NULL, table) != NULL)
			return dbmig_model_find(planner->to, kind, NULL, table) == NULL;
	}
	return false;
}

static void
drop_dependent(DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	static const char *const hazards[DBMIG_SQLITE_NKINDS] =
	{
		[DBMIG_SQLITE_INDEX] = "drop-index",
		[DBMIG_SQLITE_VIEW] = "drop-view",
		[DBMIG_SQLITE_TRIGGER] = "drop-trigger",
	};
	const DbmigObject *from = item->from;
	DbmigStep  *step;

	if (from == NULL || goes_along(planner, item))
		return;
	if (item->to != NULL && !(dbmig_sqlite_is(from, DBMIG_SQLITE_INDEX) &&
							  goes_early(planner, item)))
		return;
	step = dbmig_plan_add(planner->plan, DBMIG_DROP, from,
						  drop_sql(planner->d, from));
	if (item->to == NULL)
		dbmig_sqlite_find(planner, step,
						  hazards[from->kind - dbmig_sqlite_kinds], NULL,
						  NULL, NULL, NULL);
	if (dbmig_sqlite_is(from, DBMIG_SQLITE_VIEW))
		dbmig_sqlite_find_breaking(planner, step, from);
}

/* Foreign keys are off meanwhile: else DROP TABLE deletes row by row, and
 * ON DELETE CASCADE with it (foreignkeys.html, section 5). */
static void
drop_table(DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	Dbmig	   *d = planner->d;
	const char *sql;
	DbmigStep  *step;

	sql = dbmig_printf(d, "PRAGMA foreign_keys=OFF;\n%s"
					   "PRAGMA foreign_keys=ON;\n",
					   drop_sql(d, item->from));
	step = dbmig_plan_add(planner->plan, DBMIG_DROP, item->from, sql);
	dbmig_sqlite_find(planner, step, "drop-table", item->from, NULL,
					  dbmig_printf(d, "dropping table \"%s\"",
								   dbmig_show(d, item->from->name)), "rows");
	dbmig_sqlite_find_breaking(planner, step, item->from);
	if (dbmig_sqlite_counts_up(item->from))
		dbmig_sqlite_find_counter(planner, step, item->from, true);
	if (dbmig_sqlite_looks_renamed(planner->diff, item->from))
		dbmig_sqlite_find(planner, step, "possible-rename", NULL, NULL, NULL,
						  NULL);
}

/* True when an expression of backfill names the table that goes, and nothing
 * takes its name: then it stays until columns are filled. */
static bool
is_read(const DbmigSqlitePlanner *planner, const DbmigObject *gone)
{
	const DbmigJson *all = planner->intent->backfill;
	DbmigLexer	lexer;
	DbmigToken	token;
	size_t		i;

	if (all == NULL)
		return false;
	for (i = 0; i < planner->to->count; i++)
	{
		if (strcmp(planner->to->items[i]->id, gone->id) == 0)
			return false;
	}
	for (i = 0; i < all->count; i++)
	{
		dbmig_lex_begin(&lexer, &dbmig_sqlite, all->members[i].text);
		do
		{
			token = dbmig_lex_word(&lexer);
			if ((token.kind == DBMIG_TOKEN_WORD ||
				 token.kind == DBMIG_TOKEN_IDENTIFIER) &&
				dbmig_casecmp(dbmig_token_name(planner->d, &dbmig_sqlite,
											   &token), gone->id) == 0)
				return true;
		} while (token.kind != DBMIG_TOKEN_END &&
				 token.kind != DBMIG_TOKEN_ERROR && dbmig_ok(planner->d));
	}
	return false;
}

static void
drop_unread(DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	if (item->to == NULL && !is_read(planner, item->from))
		drop_table(planner, item);
}

static void
drop_read(DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	if (item->to == NULL && is_read(planner, item->from))
		drop_table(planner, item);
}

static void
create_table(DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	DbmigStep  *step;

	if (item->from != NULL)
		return;
	step = dbmig_plan_add(planner->plan, DBMIG_CREATE, item->to,
						  create_sql(planner, item->to));
	dbmig_sqlite_note_table(planner, step, item->to);
}

static void
replace_virtual(DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	Dbmig	   *d = planner->d;
	DbmigStep  *step;

	if (item->from == NULL || item->to == NULL)
		return;
	step = dbmig_plan_add(planner->plan, DBMIG_REPLACE, item->to,
						  dbmig_printf(d, "%s%s", drop_sql(d, item->from),
									   create_sql(planner, item->to)));
	dbmig_sqlite_find(planner, step, "recreate-table", item->from, NULL,
					  dbmig_printf(d, "replacing virtual table \"%s\"",
								   dbmig_show(d, item->from->name)), "rows");
}

static void
alter_table(DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	const DbmigTableChange *change;

	if (item->from == NULL || item->to == NULL)
		return;
	change = dbmig_map_get(&planner->changes, item->to->id);
	if (change->ways & DBMIG_WAY_REBUILD)
		dbmig_sqlite_rebuild(planner, change);
	else
		dbmig_sqlite_alter(planner, change);
}

static void
create_index(DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	Dbmig	   *d = planner->d;
	const DbmigObject *table;
	DbmigStep  *step;

	if (item->to == NULL)
		return;
	if (item->from == NULL || goes_early(planner, item) ||
		goes_along(planner, item))
		step = dbmig_plan_add(planner->plan, DBMIG_CREATE, item->to,
							  create_sql(planner, item->to));
	else
		step = dbmig_plan_add(planner->plan, DBMIG_REPLACE, item->to,
							  dbmig_printf(d, "%s%s", drop_sql(d, item->from),
										   create_sql(planner, item->to)));
	if (item->from != NULL &&
		dbmig_object_get(item->from, "unique") != NULL &&
		dbmig_object_get(item->to, "unique") == NULL)
		dbmig_sqlite_find(planner, step, "drop-unique", NULL, NULL, NULL,
						  NULL);
	table = dbmig_model_find(planner->from,
							 &dbmig_sqlite_kinds[DBMIG_SQLITE_TABLE], NULL,
							 dbmig_object_get(item->to, "table"));
	if (table == NULL)
		return;
	dbmig_sqlite_find(planner, step, "index-build", table, NULL,
					  dbmig_printf(d, "building index \"%s\" reads",
								   dbmig_show(d, item->to->name)), "rows");
	if (dbmig_object_get(item->to, "unique") != NULL)
		dbmig_sqlite_find_index(planner, step, table, item->to);
}

/* Views and triggers.  A rebuild has taken the old trigger along. */
static void
create_dependent(DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	static const char *const words[DBMIG_SQLITE_NKINDS] =
	{
		[DBMIG_SQLITE_VIEW] = "VIEW",
		[DBMIG_SQLITE_TRIGGER] = "TRIGGER",
	};
	Dbmig	   *d = planner->d;
	const DbmigTableChange *change;
	DbmigStep  *step;
	DbmigBuf	sql;
	size_t		i;

	if (item->to == NULL)
		return;
	dbmig_buf_init(&sql, d);
	if (item->from != NULL)
		dbmig_buf_addf(&sql, "DROP %s IF EXISTS %s;\n",
					   words[item->to->kind - dbmig_sqlite_kinds],
					   dbmig_sqlite_main(d, item->from->name));
	dbmig_buf_add(&sql, create_sql(planner, item->to));
	change = dbmig_sqlite_is(item->to, DBMIG_SQLITE_VIEW) ?
		dbmig_map_get(&planner->changes, item->to->id) : NULL;
	/* Its triggers went with the old view. */
	for (i = 0; change != NULL && i < change->kept.count; i++)
		dbmig_buf_add(&sql, dbmig_sqlite_create(d, change->kept.items[i]));
	step = dbmig_plan_add(planner->plan, item->from == NULL ? DBMIG_CREATE :
						  DBMIG_REPLACE, item->to, sql.text);
	if (item->from != NULL && dbmig_sqlite_is(item->to, DBMIG_SQLITE_VIEW))
		dbmig_sqlite_find(planner, step, "replace-view", NULL, NULL, NULL,
						  NULL);
	dbmig_sqlite_find_broken(planner, step, item->to);
}

static void
visit(DbmigSqlitePlanner *planner, const DbmigDiff *diff,
	  DbmigSqliteKind kind, Visitor visitor)
{
	size_t		i;

	for (i = 0; i < diff->count; i++)
	{
		const DbmigChange *item = &diff->items[i];

		if (dbmig_sqlite_is(item->to != NULL ? item->to : item->from, kind))
			visitor(planner, item);
	}
}

/*
 * Where a table is not rebuilt, its columns stay where they are stored.  The
 * way back begins there.
 */
static void
note_stored(DbmigSqlitePlanner *planner, const DbmigChange *item)
{
	const DbmigTableChange *change;
	const DbmigObject **stored;
	size_t		i;

	if (item->from == NULL || item->to == NULL)
		return;
	change = dbmig_map_get(&planner->changes, item->to->id);
	if (change == NULL || (change->ways & DBMIG_WAY_REBUILD) != 0)
		return;
	stored = dbmig_sqlite_stored(planner, change);
	for (i = 0; stored[i] != NULL; i++)
		dbmig_model_find(planner->to, stored[i]->kind, item->to,
						 stored[i]->id)->position = i;
}

void
dbmig_sqlite_plan(DbmigPlan *plan, const DbmigModel *from,
				  const DbmigModel *to, const DbmigDiff *diff,
				  const DbmigIntent *intent)
{
	static const struct
	{
		DbmigSqliteKind kind;
		Visitor		visitor;
	}			before[] =
	{
		{DBMIG_SQLITE_TRIGGER, drop_dependent},
		{DBMIG_SQLITE_VIEW, drop_dependent},
		{DBMIG_SQLITE_INDEX, drop_dependent},
		{DBMIG_SQLITE_VIRTUAL_TABLE, drop_unread},
		{DBMIG_SQLITE_TABLE, drop_unread},
		{DBMIG_SQLITE_TABLE, create_table},
		{DBMIG_SQLITE_VIRTUAL_TABLE, create_table},
		{DBMIG_SQLITE_VIRTUAL_TABLE, replace_virtual},
		{DBMIG_SQLITE_TABLE, alter_table},
		{DBMIG_SQLITE_VIRTUAL_TABLE, drop_read},
		{DBMIG_SQLITE_TABLE, drop_read},
	}, after[] =
	{
		{DBMIG_SQLITE_INDEX, create_index},
		{DBMIG_SQLITE_VIEW, create_dependent},
		{DBMIG_SQLITE_TRIGGER, create_dependent},
	};
	DbmigSqlitePlanner planner = {
		.d = plan->d, .plan = plan, .from = from, .to = to, .intent = intent,
		.diff = diff
	};
	size_t		i;

	dbmig_map_init(&planner.changes, plan->d);
	collect_changes(&planner, diff);
	collect_dependents(&planner);
	for (i = 0; i < DBMIG_COUNT(before); i++)
		visit(&planner, diff, before[i].kind, before[i].visitor);
	for (i = 0; i < DBMIG_COUNT(after); i++)
		visit(&planner, diff, after[i].kind, after[i].visitor);
	visit(&planner, diff, DBMIG_SQLITE_TABLE, note_stored);
}
