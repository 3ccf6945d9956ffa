/*
 * dbmig.c
 *	  The entry point of the SQLite extension, and its functions in SQL.
 *
 *		.load dbmig
 *		SELECT migrate_up('migrations');
 *		SELECT * FROM migrate_status('migrations');
 *
 * All that dbmig_functions[] lists is registered here: a function of one
 * value as a scalar function, one with rows as an eponymous virtual table
 * whose hidden columns are the arguments.  The rows are computed when a scan
 * begins and kept until its cursor is closed.
 *
 * Whatever writes or reads files can be called by the application only, not
 * by a view or trigger that a database brings along.
 */
#include "host.h"

#include <stdlib.h>
#include <string.h>

/* Since 3.45 a function must announce that it sets a subtype; releases that
 * do not know the flag pass over it. */
#ifndef SQLITE_RESULT_SUBTYPE
#define SQLITE_RESULT_SUBTYPE 0x001000000
#endif

SQLITE_EXTENSION_INIT1

#define OLDEST_SQLITE 3037000

/* The subtype by which SQLite's own JSON functions know JSON. */
#define JSON_SUBTYPE 'J'

/* What SQLite hands back to a function when it is called. */
typedef struct Binding
{
	DbmigConnection *connection;
	const DbmigFunction *function;
} Binding;

typedef struct Table
{
	sqlite3_vtab base;
	const Binding *binding;
} Table;

typedef struct Cursor
{
	sqlite3_vtab_cursor base;
	Dbmig	   *d;				/* NULL before the scan */
	size_t		row;
} Cursor;

/* The functions that tell nothing of the database and change nothing. */
static const char *const harmless[] = {"dbmig_version"};

/* ---- bindings ---- */

/* NULL without memory. */
static Binding *
bind_function(DbmigConnection *connection, const DbmigFunction *function)
{
	Binding    *binding = sqlite3_malloc(sizeof(Binding));

	if (binding == NULL)
		return NULL;
	binding->connection = connection;
	binding->function = function;
	connection->references++;
	return binding;
}

static void
let_go(DbmigConnection *connection)
{
	if (--connection->references == 0)
		sqlite3_free(connection);
}

static void
unbind_function(void *pointer)
{
	Binding    *binding = pointer;

	let_go(binding->connection);
	sqlite3_free(binding);
}

/* ---- functions of one value ---- */

static void
call_scalar(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	const Binding *binding = sqlite3_user_data(context);
	const char *result;
	char	   *message;
	int			code;
	Dbmig	   *d = dbmig_host_call(binding->connection, binding->function,
									nargs, args, &message, &code);

	if (d == NULL)
	{
		if (message == NULL)
			sqlite3_result_error_nomem(context);
		else
		{
			sqlite3_result_error(context, message, -1);
			sqlite3_result_error_code(context, code);
		}
		sqlite3_free(message);
		return;
	}
	result = dbmig_result(d);
	if (result != NULL)
		sqlite3_result_text64(context, result, strlen(result),
							  SQLITE_TRANSIENT, SQLITE_UTF8);
	if (result != NULL && binding->function->json)
		sqlite3_result_subtype(context, JSON_SUBTYPE);
	dbmig_end(d);
}

static int
scalar_flags(const DbmigFunction *function)
{
	int			flags = SQLITE_UTF8;
	size_t		i;

	if (function->privileged)
		flags |= SQLITE_DIRECTONLY;
	if (function->json)
		flags |= SQLITE_RESULT_SUBTYPE;
	for (i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
	{
		if (strcmp(harmless[i], function->name) == 0)
			flags |= SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC;
	}
	return flags;
}

static int
add_scalar(DbmigConnection *connection, const DbmigFunction *function)
{
	int			rc = SQLITE_OK;
	int			n;

	for (n = function->min_args; rc == SQLITE_OK && n <= function->max_args;
		 n++)
	{
		Binding    *binding = bind_function(connection, function);

		if (binding == NULL)
			return SQLITE_NOMEM;
		/* When it fails SQLite has already called unbind_function. */
		rc = sqlite3_create_function_v2(connection->db, function->name, n,
										scalar_flags(function), binding,
										call_scalar, NULL, NULL,
										unbind_function);
	}
	return rc;
}

/* ---- functions of rows: the table ---- */

static int
column_count(const DbmigFunction *function)
{
	int			n = 0;

	while (function->columns[n].name != NULL)
		n++;
	return n;
}

static char *
table_text(const DbmigFunction *function)
{
	static const char *const types[] =
	{
		[DBMIG_NULL] = "",
		[DBMIG_TEXT] = " TEXT",
		[DBMIG_INT] = " INTEGER",
		[DBMIG_BOOL] = " INTEGER",
		[DBMIG_TIME] = " TEXT",
	};
	sqlite3_str *text = sqlite3_str_new(NULL);
	const DbmigColumn *column;
	int			i;

	sqlite3_str_appendall(text, "CREATE TABLE x(");
	for (column = function->columns; column->name != NULL; column++)
		sqlite3_str_appendf(text, "%s\"%w\"%s",
							column == function->columns ? "" : ", ",
							column->name, types[column->type]);
	for (i = 1; i <= function->max_args; i++)
		sqlite3_str_appendf(text, ", argument%d HIDDEN", i);
	sqlite3_str_appendall(text, ")");
	return sqlite3_str_finish(text);
}

static int
table_connect(sqlite3 *db, void *pointer, int argc, const char *const *argv,
			  sqlite3_vtab **result, char **message)
{
	const Binding *binding = pointer;
	char	   *text = table_text(binding->function);
	Table	   *table = sqlite3_malloc(sizeof(Table));
	int			rc = SQLITE_NOMEM;

	(void) argc;
	(void) argv;
	(void) message;
	if (text != NULL && table != NULL)
		rc = sqlite3_declare_vtab(db, text);
	if (rc == SQLITE_OK && binding->function->privileged)
		rc = sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
	sqlite3_free(text);
	if (rc != SQLITE_OK)
	{
		sqlite3_free(table);
		return rc;
	}
	memset(table, 0, sizeof(*table));
	table->binding = binding;
	*result = &table->base;
	return SQLITE_OK;
}

static int
table_disconnect(sqlite3_vtab *vtab)
{
	sqlite3_free(vtab);
	return SQLITE_OK;
}

/*
 * Arguments are constraints on the hidden columns, which must be known before
 * the scan begins.  idxNum has a bit for each one that is given.
 */
static int
table_plan(sqlite3_vtab *vtab, sqlite3_index_info *plan)
{
	const DbmigFunction *function = ((Table *) vtab)->binding->function;
	int			first = column_count(function);
	int			given[DBMIG_HOST_ARGS];
	int			next = 1;
	int			i;

	memset(given, -1, sizeof(given));
	for (i = 0; i < plan->nConstraint; i++)
	{
		int			number = plan->aConstraint[i].iColumn - first;

		if (number < 0 ||
			plan->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
			continue;
		if (!plan->aConstraint[i].usable)
			return SQLITE_CONSTRAINT;
		if (given[number] < 0)
			given[number] = i;
	}
	plan->idxNum = 0;
	for (i = 0; i < function->max_args; i++)
	{
		if (given[i] < 0)
			continue;
		plan->idxNum |= 1 << i;
		plan->aConstraintUsage[given[i]].argvIndex = next++;
		plan->aConstraintUsage[given[i]].omit = 1;
	}
	plan->estimatedCost = 1000;
	plan->estimatedRows = 100;
	return SQLITE_OK;
}

/* ---- functions of rows: the cursor ---- */

static int
cursor_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **result)
{
	Cursor	   *cursor = sqlite3_malloc(sizeof(Cursor));

	(void) vtab;
	if (cursor == NULL)
		return SQLITE_NOMEM;
	memset(cursor, 0, sizeof(*cursor));
	*result = &cursor->base;
	return SQLITE_OK;
}

static int
cursor_close(sqlite3_vtab_cursor *base)
{
	dbmig_end(((Cursor *) base)->d);
	sqlite3_free(base);
	return SQLITE_OK;
}

/* An argument that is left out before one that is given is NULL. */
static int
cursor_filter(sqlite3_vtab_cursor *base, int given, const char *unused,
			  int nvalues, sqlite3_value **values)
{
	Cursor	   *cursor = (Cursor *) base;
	const Binding *binding = ((Table *) base->pVtab)->binding;
	sqlite3_value *args[DBMIG_HOST_ARGS];
	char	   *message;
	int			code;
	int			nargs = 0;
	int			next = 0;
	int			i;

	(void) unused;
	for (i = 0; next < nvalues && i < DBMIG_HOST_ARGS; i++)
	{
		args[i] = (given >> i & 1) != 0 ? values[next++] : NULL;
		nargs = i + 1;
	}
	dbmig_end(cursor->d);
	cursor->row = 0;
	cursor->d = dbmig_host_call(binding->connection, binding->function, nargs,
								args, &message, &code);
	if (cursor->d != NULL)
		return SQLITE_OK;
	sqlite3_free(base->pVtab->zErrMsg);
	base->pVtab->zErrMsg = message;
	return code;
}

static int
cursor_next(sqlite3_vtab_cursor *base)
{
	((Cursor *) base)->row++;
	return SQLITE_OK;
}

static const DbmigValue *
current_row(const Cursor *cursor)
{
	return cursor->d == NULL ? NULL : dbmig_output(cursor->d, cursor->row);
}

static int
cursor_eof(sqlite3_vtab_cursor *base)
{
	return current_row((Cursor *) base) == NULL;
}

static int
cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
	*rowid = (sqlite3_int64) ((Cursor *) base)->row + 1;
	return SQLITE_OK;
}

static void
return_value(sqlite3_context *context, const DbmigValue *value)
{
	char		time[DBMIG_TIME_SIZE];

	switch (value->type)
	{
		case DBMIG_NULL:
			break;
		case DBMIG_TEXT:
			sqlite3_result_text64(context, value->text, value->len,
								  SQLITE_TRANSIENT, SQLITE_UTF8);
			break;
		case DBMIG_INT:
		case DBMIG_BOOL:
			sqlite3_result_int64(context, value->number);
			break;
		case DBMIG_TIME:
			dbmig_time_text(value->number, time);
			sqlite3_result_text(context, time, -1, SQLITE_TRANSIENT);
			break;
	}
}

static int
cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	const DbmigFunction *function = ((Table *) base->pVtab)->binding->function;
	const DbmigValue *row = current_row((Cursor *) base);

	/* A hidden column, an argument, reads as NULL. */
	if (row != NULL && column >= 0 && column < column_count(function))
		return_value(context, &row[column]);
	return SQLITE_OK;
}

/* Without xCreate it is eponymous only. */
static const sqlite3_module table_module =
{
	.iVersion = 0,
	.xConnect = table_connect,
	.xBestIndex = table_plan,
	.xDisconnect = table_disconnect,
	.xOpen = cursor_open,
	.xClose = cursor_close,
	.xFilter = cursor_filter,
	.xNext = cursor_next,
	.xEof = cursor_eof,
	.xColumn = cursor_column,
	.xRowid = cursor_rowid,
};

static int
add_table(DbmigConnection *connection, const DbmigFunction *function)
{
	Binding    *binding = bind_function(connection, function);

	if (binding == NULL)
		return SQLITE_NOMEM;
	return sqlite3_create_module_v2(connection->db, function->name,
									&table_module, binding, unbind_function);
}

/* ---- the entry point ---- */

static int
add_functions(DbmigConnection *connection)
{
	const DbmigFunction *function;
	int			rc = SQLITE_OK;

	for (function = dbmig_functions;
		 rc == SQLITE_OK && function->name != NULL; function++)
	{
		if (function->max_args > DBMIG_HOST_ARGS)
			rc = SQLITE_INTERNAL;
		else if (function->columns != NULL)
			rc = add_table(connection, function);
		else
			rc = add_scalar(connection, function);
	}
	return rc;
}

__attribute__((visibility("default")))
extern int	sqlite3_dbmig_init(sqlite3 *db, char **message,
							   const sqlite3_api_routines *api);

int
sqlite3_dbmig_init(sqlite3 *db, char **message,
				   const sqlite3_api_routines *api)
{
	DbmigConnection *connection;
	int			rc;

	SQLITE_EXTENSION_INIT2(api);
	if (sqlite3_libversion_number() < OLDEST_SQLITE)
	{
		*message = sqlite3_mprintf("dbmig needs SQLite 3.37 or newer, this is"
								   " %s", sqlite3_libversion());
		return SQLITE_ERROR;
	}
	connection = sqlite3_malloc(sizeof(DbmigConnection));
	if (connection == NULL)
		return SQLITE_NOMEM;
	memset(connection, 0, sizeof(*connection));
	connection->db = db;
	connection->references = 1;
	rc = add_functions(connection);
	let_go(connection);
	return rc;
}
