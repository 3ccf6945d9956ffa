/*
 * sqlite_read.c
 *	  The rows of sqlite_schema into objects of a model.
 *
 * Reads what SQLite's parser has accepted and stored, so it checks no more
 * than it must to find where things end.  Expressions are tokens here, never
 * trees.  What stands in a table's parentheses is read by sqlite_part.c.
 */
#include "sqlite_scan.h"

#include <string.h>

const DbmigKind dbmig_sqlite_kinds[DBMIG_SQLITE_NKINDS + 1] =
{
	[DBMIG_SQLITE_TABLE] = {"table", 0, false},
	[DBMIG_SQLITE_COLUMN] = {"column", 1, true},
	[DBMIG_SQLITE_CONSTRAINT] = {"constraint", 2, true},
	[DBMIG_SQLITE_VIRTUAL_TABLE] = {"virtual table", 3, false},
	[DBMIG_SQLITE_INDEX] = {"index", 4, false},
	[DBMIG_SQLITE_VIEW] = {"view", 5, false},
	[DBMIG_SQLITE_TRIGGER] = {"trigger", 6, false},
	[DBMIG_SQLITE_NKINDS] = {NULL, 0, false}
};

/*
 * SQLite's own modules: their arguments are names and settings, so that case
 * does not count in them.  And the tables that they keep: what follows the
 * name of theirs and a '_' (vtab.html, xShadowName).
 */
#define MAX_SHADOWS 6

typedef struct Module
{
	const char *name;
	const char *shadows[MAX_SHADOWS];
} Module;

static const Module modules[] =
{
	{"fts3", {"content", "docsize", "segdir", "segments", "stat"}},
	{"fts4", {"content", "docsize", "segdir", "segments", "stat"}},
	{"fts5", {"config", "content", "data", "docsize", "idx"}},
	{"rtree", {"node", "parent", "rowid"}},
	{"rtree_i32", {"node", "parent", "rowid"}},
	{"geopoly", {"node", "parent", "rowid"}},
};

static const Module *
find_module(const char *name)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(modules); i++)
	{
		if (strcmp(modules[i].name, name) == 0)
			return &modules[i];
	}
	return NULL;
}

/* ---- what is not part of a schema ---- */

static bool
keeps(const Module *module, const char *shadow)
{
	const char *const *at = module->shadows;

	while (*at != NULL && dbmig_casecmp(*at, shadow) != 0)
		at++;
	return *at != NULL;
}

/* FTS tables with the option content keep no texts of their own, or have them
 * in a table of the user's that may well be named so. */
static bool
has_content(const DbmigObject *table)
{
	const char *at = dbmig_object_get(table, "text");

	for (at = strstr(at, "content"); at != NULL; at = strstr(at + 1, "content"))
	{
		const char *end = at + strlen("content");

		if (end[strspn(end, " ")] == '=')
			return true;
	}
	return false;
}

const char *
dbmig_sqlite_counted(Dbmig *d, const DbmigObject *table)
{
	static const struct
	{
		const char *module;
		const char *option;		/* without docsize */
		const char *instead;
		const char *condition;
	}			indexes[] =
	{
		{"fts4", "matchinfo", "_segdir", ""},
		/* The first ten records are no terms. */
		{"fts5", "columnsize", "_data", " WHERE id > 10"},
	};
	const char *module = dbmig_object_get(table, "module");
	const char *shadow = "";
	const char *condition = "";
	DbmigBuf	buf;
	size_t		i;

	for (i = 0; module != NULL && i < DBMIG_COUNT(indexes); i++)
	{
		if (strcmp(indexes[i].module, module) != 0 || !has_content(table))
			continue;
		shadow = "_docsize";
		if (strstr(dbmig_object_get(table, "text"), indexes[i].option) == NULL)
			continue;
		shadow = indexes[i].instead;
		condition = indexes[i].condition;
	}
	dbmig_buf_init(&buf, d);
	dbmig_buf_add(&buf, "main.");
	dbmig_buf_identifier(&buf, dbmig_concat(d, table->name, shadow, ""));
	dbmig_buf_add(&buf, condition);
	return buf.text;
}

static bool
is_shadow(const DbmigModel *model, const char *name)
{
	const char *tail = strrchr(name, '_');
	const DbmigObject *table;
	const Module *module = NULL;
	char	   *owner;
	size_t		i = 0;

	while (tail != NULL && i < DBMIG_COUNT(modules) &&
		   !keeps(&modules[i], tail + 1))
		i++;
	if (tail == NULL || i == DBMIG_COUNT(modules))
		return false;
	owner = dbmig_strndup(model->d, name, (size_t) (tail - name));
	table = dbmig_model_find(model, &dbmig_sqlite_kinds
							 [DBMIG_SQLITE_VIRTUAL_TABLE], NULL,
							 dbmig_sqlite_fold(model->d, owner));
	if (table != NULL)
		module = find_module(dbmig_object_get(table, "module"));
	return module != NULL && keeps(module, tail + 1) &&
		!(strcmp(tail, "_content") == 0 && has_content(table));
}

static bool
left_out(const DbmigModel *model, const char *name)
{
	static const char *const own[] =
	{
		"dbmig_journal", "dbmig_history", "dbmig_state"
	};
	static const char prefix[] = "sqlite_";
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(own); i++)
	{
		if (dbmig_casecmp(name, own[i]) == 0)
			return true;
	}
	return dbmig_ncasecmp(name, prefix, sizeof(prefix) - 1) == 0 ||
		is_shadow(model, name);
}

/* ---- what all definitions share ---- */

typedef struct Row
{
	DbmigModel *model;
	const char *id;
	const char *name;
	const char *table;			/* folded */
	const char *sql;
	DbmigScan	scan;
} Row;

static DbmigObject *
add(Row *row, DbmigSqliteKind kind)
{
	return dbmig_model_add(row->model, &dbmig_sqlite_kinds[kind], NULL,
						   row->id, row->name);
}

/* Takes what is defined, and its name.  SQLite stores neither IF NOT EXISTS
 * nor the name of the database, but reads them. */
static void
take_head(Row *row, const char *what)
{
	DbmigScan  *scan = &row->scan;
	DbmigToken	next;

	dbmig_scan_take_word(scan, what);
	next = dbmig_scan_peek(scan, 1);
	if (dbmig_scan_is(scan, "if") && dbmig_scan_matches(&next, "not"))
	{
		dbmig_scan_take(scan);
		dbmig_scan_take(scan);
		dbmig_scan_take_word(scan, "exists");
	}
	dbmig_scan_take_name(scan);
	if (dbmig_scan_take_if(scan, "."))
		dbmig_scan_take_name(scan);
}

/* ---- whether "..." is a name ---- */

/* In a table: of one of its columns, or its own. */
typedef struct Local
{
	DbmigObject *table;
	const char *sql;			/* what follows the table's name */
	DbmigMap	names;			/* empty before it was asked for one */
} Local;

/*
 * A check may name a column that comes later.  So a table is read twice when
 * it has something in double quotes that might be a string, and only then.
 */
static void
collect_names(Local *local, Dbmig *d)
{
	DbmigScan	scan;
	size_t		depth = 0;
	bool		first = false;

	dbmig_scan_begin(&scan, d, "", "", local->sql);
	while (!dbmig_scan_ended(&scan) && dbmig_ok(d))
	{
		if (first && dbmig_sqlite_begins_constraint(&scan.token))
			break;
		if (first && dbmig_scan_can_name(&scan.token))
			(void) dbmig_map_put(&local->names,
								 dbmig_scan_id(&scan, &scan.token),
								 (void *) local->sql);
		first = depth == 1 && dbmig_scan_is(&scan, ",");
		if (dbmig_scan_is(&scan, "("))
			first = depth++ == 0;
		else if (dbmig_scan_is(&scan, ")") && --depth == 0)
			break;
		dbmig_scan_forget(&scan);
		dbmig_scan_take_as(&scan, DBMIG_SCAN_ANY);
	}
}

static bool
is_local(void *context, const char *id)
{
	Local	   *local = context;

	if (local->names.count == 0)
		collect_names(local, local->names.d);
	return dbmig_map_get(&local->names, id) != NULL ||
		strcmp(local->table->id, id) == 0;
}

/* In what belongs to a table: of one of its columns, or the table's. */
typedef struct Belonging
{
	const DbmigModel *model;
	const DbmigObject *table;	/* NULL: not known */
} Belonging;

static bool
is_near(void *context, const char *id)
{
	const Belonging *near = context;

	return near->table != NULL &&
		(strcmp(near->table->id, id) == 0 ||
		 dbmig_model_find(near->model,
						  &dbmig_sqlite_kinds[DBMIG_SQLITE_COLUMN],
						  near->table, id) != NULL);
}

/*
 * Refuses a text that is more than one statement.  SQLite prepares only the
 * first one when it opens a database, so that a hostile file can have others
 * behind it, which would be run where the text is.
 */
static void
check_single(const Row *row)
{
	const char *what;
	const DbmigScript *script;

	/* Most texts have none. */
	if (strchr(row->sql, ';') == NULL)
		return;
	what = dbmig_printf(row->model->d, "what sqlite_schema says of \"%s\"",
						dbmig_show(row->model->d, row->name));
	script = dbmig_split(row->model->d, row->model->dialect, what, 0,
						 row->sql);
	if (script != NULL && script->count != 1)
		dbmig_fail(row->model->d, DBMIG_WRONG_STATE,
				   "%s is more than one statement", what);
}

/* Takes all that is left: its text.  What other tables have makes no
 * difference, so that an object is the same whatever is read with it. */
static const char *
take_rest(Row *row)
{
	DbmigScan  *scan = &row->scan;
	Belonging	near = {.model = row->model};

	near.table = dbmig_model_find(row->model,
								  &dbmig_sqlite_kinds[DBMIG_SQLITE_TABLE],
								  NULL, row->table);
	scan->is_name = is_near;
	scan->context = &near;
	dbmig_scan_forget(scan);
	while (!dbmig_scan_ended(scan))
		dbmig_scan_take(scan);
	check_single(row);
	scan->is_name = NULL;
	scan->context = NULL;
	return dbmig_scan_cut(scan, 0);
}

/* ---- tables ---- */

/*
 * What a module gets is text.  Of modules that are not SQLite's nothing is
 * known, so it stays as it is; for the others it does so behind a '=', where
 * quotes hold a string.
 */
static const char *
take_arguments(Row *row, const Module *module)
{
	DbmigScan  *scan = &row->scan;
	DbmigScanHow how;
	bool		value = false;
	size_t		depth = 1;

	dbmig_scan_take_word(scan, "(");
	dbmig_scan_forget(scan);
	while (!dbmig_scan_ended(scan))
	{
		if (dbmig_scan_is(scan, "("))
			depth++;
		else if (dbmig_scan_is(scan, ")") && --depth == 0)
			break;
		else if (dbmig_scan_is(scan, ",") || dbmig_scan_is(scan, "="))
			value = *scan->token.start == '=';
		how = module == NULL ||
			(value && scan->token.kind == DBMIG_TOKEN_IDENTIFIER) ?
			DBMIG_SCAN_ANY : DBMIG_SCAN_TOKEN;
		dbmig_scan_take_as(scan, how);
	}
	return dbmig_scan_cut(scan, 0);
}

static DbmigObject *
read_virtual(Row *row)
{
	DbmigScan  *scan = &row->scan;
	DbmigObject *table = add(row, DBMIG_SQLITE_VIRTUAL_TABLE);
	const char *module = "";
	const char *text = "";

	dbmig_scan_take_word(scan, "virtual");
	take_head(row, "table");
	dbmig_scan_take_word(scan, "using");
	if (dbmig_scan_can_name(&scan->token))
		module = dbmig_scan_id(scan, &scan->token);
	dbmig_scan_take_name(scan);
	if (dbmig_scan_is(scan, "("))
	{
		text = take_arguments(row, find_module(module));
		dbmig_scan_take_word(scan, ")");
	}
	dbmig_object_set(row->model, table, "module", module);
	dbmig_object_set(row->model, table, "text", text);
	return table;
}

static DbmigObject *
read_table(Row *row)
{
	DbmigScan  *scan = &row->scan;
	Local		local = {0};

	if (dbmig_scan_is(scan, "virtual"))
		return read_virtual(row);
	take_head(row, "table");
	local.table = add(row, DBMIG_SQLITE_TABLE);
	local.sql = scan->token.start;
	dbmig_map_init(&local.names, row->model->d);
	scan->is_name = is_local;
	scan->context = &local;
	if (local.table != NULL)
		dbmig_sqlite_read_parts(row->model, local.table, scan);
	scan->is_name = NULL;
	scan->context = NULL;
	return local.table;
}

/* ---- all else ---- */

static DbmigObject *
read_index(Row *row)
{
	DbmigScan  *scan = &row->scan;
	DbmigObject *index = add(row, DBMIG_SQLITE_INDEX);

	if (dbmig_scan_take_if(scan, "unique"))
		dbmig_object_set(row->model, index, "unique", "yes");
	take_head(row, "index");
	dbmig_scan_take_word(scan, "on");
	dbmig_scan_take_name(scan);
	dbmig_object_set(row->model, index, "table", row->table);
	dbmig_object_set(row->model, index, "text", take_rest(row));
	return index;
}

static DbmigObject *
read_view(Row *row)
{
	DbmigObject *view = add(row, DBMIG_SQLITE_VIEW);

	take_head(row, "view");
	dbmig_object_set(row->model, view, "text", take_rest(row));
	return view;
}

static DbmigObject *
read_trigger(Row *row)
{
	DbmigObject *trigger = add(row, DBMIG_SQLITE_TRIGGER);

	take_head(row, "trigger");
	dbmig_object_set(row->model, trigger, "table", row->table);
	dbmig_object_set(row->model, trigger, "text", take_rest(row));
	return trigger;
}

static const struct
{
	const char *type;
	DbmigObject *(*read) (Row *row);
}			types[] =

{
	{"table", read_table},
	{"index", read_index},
	{"view", read_view},
	{"trigger", read_trigger},
};

void
dbmig_sqlite_read(DbmigModel *model, const char *type, const char *name,
				  const char *table, const char *sql)
{
	Dbmig	   *d = model->d;
	Row			row = {.model = model};
	DbmigObject *object;
	size_t		i = 0;

	while (i < DBMIG_COUNT(types) && strcmp(types[i].type, type) != 0)
		i++;
	if (!dbmig_ok(d) || i == DBMIG_COUNT(types) || sql == NULL ||
		left_out(model, name) || left_out(model, table))
		return;
	sql = dbmig_strdup(d, sql);
	row.sql = sql;
	row.name = dbmig_strdup(d, name);
	row.id = dbmig_sqlite_fold(d, name);
	row.table = dbmig_sqlite_fold(d, table);
	dbmig_scan_begin(&row.scan, d, type, row.name, sql);
	dbmig_scan_take_word(&row.scan, "create");
	if (dbmig_scan_is(&row.scan, "temp") ||
		dbmig_scan_is(&row.scan, "temporary"))
		dbmig_scan_take(&row.scan);
	object = types[i].read(&row);
	if (dbmig_scan_is(&row.scan, ";"))
		dbmig_scan_take(&row.scan);
	if (!dbmig_scan_ended(&row.scan))
		dbmig_scan_fail(&row.scan);
	if (dbmig_ok(d))
		object->sql = sql;
}
