/*
 * statement.c
 *	  What the core gives to be run: its queries, with their values and rows,
 *	  and the statements of the user.
 */
#include "host.h"

#include <string.h>

SQLITE_EXTENSION_INIT3

/* More columns than any query on the journal has. */
#define QUERY_COLUMNS 32

/* Gives the parameter i (from 1) its value; SQLite's code. */
static int
bind_value(sqlite3_stmt *stmt, int i, const DbmigValue *value)
{
	char		time[DBMIG_TIME_SIZE];

	switch (value->type)
	{
		case DBMIG_NULL:
			return sqlite3_bind_null(stmt, i);
		case DBMIG_TEXT:
			return sqlite3_bind_text64(stmt, i, value->text, value->len,
									   SQLITE_STATIC, SQLITE_UTF8);
		case DBMIG_INT:
		case DBMIG_BOOL:
			return sqlite3_bind_int64(stmt, i, value->number);
		case DBMIG_TIME:
			dbmig_time_text(value->number, time);
			return sqlite3_bind_text(stmt, i, time, -1, SQLITE_TRANSIENT);
	}
	return SQLITE_MISUSE;
}

/* Gives all parameters their values; SQLite's code.  SQLite numbers $1, $2,
 * ... by their first occurrence, as any other name. */
static int
bind_values(sqlite3_stmt *stmt, const DbmigOp *op)
{
	int			count = sqlite3_bind_parameter_count(stmt);
	int			rc = SQLITE_OK;
	int			i;

	for (i = 1; rc == SQLITE_OK && i <= count; i++)
	{
		const char *name = sqlite3_bind_parameter_name(stmt, i);
		int			number = 0;

		for (name = name == NULL ? "" : name + 1;
			 *name >= '0' && *name <= '9'; name++)
			number = number * 10 + (*name - '0');
		if (number < 1 || number > op->nparams)
			return SQLITE_RANGE;
		rc = bind_value(stmt, i, &op->params[number - 1]);
	}
	return rc;
}

/* Reads the column (from 0) of the row that stmt is at. */
static void
read_value(sqlite3_stmt *stmt, int column, DbmigValue *value)
{
	memset(value, 0, sizeof(*value));
	switch (sqlite3_column_type(stmt, column))
	{
		case SQLITE_NULL:
			value->type = DBMIG_NULL;
			break;
		case SQLITE_INTEGER:
			value->type = DBMIG_INT;
			value->number = sqlite3_column_int64(stmt, column);
			break;
		default:
			value->type = DBMIG_TEXT;
			value->text = (const char *) sqlite3_column_text(stmt, column);
			value->len = (size_t) sqlite3_column_bytes(stmt, column);
			break;
	}
}

/* False when the row cannot be read. */
static bool
hand_over_row(DbmigCall *call, sqlite3_stmt *stmt)
{
	DbmigValue	values[QUERY_COLUMNS];
	int			count = sqlite3_column_count(stmt);
	int			i;

	if (count > QUERY_COLUMNS)
	{
		dbmig_host_reject(call, DBMIG_INTERNAL, NULL,
						  "a query has %d columns", count);
		return false;
	}
	for (i = 0; i < count; i++)
	{
		read_value(stmt, i, &values[i]);
		if (values[i].type == DBMIG_TEXT && values[i].text == NULL)
		{
			dbmig_host_reject(call, DBMIG_NO_MEMORY, NULL, "out of memory");
			return false;
		}
	}
	dbmig_row(call->d, count, values);
	return dbmig_error(call->d)->code == DBMIG_OK;
}

/* The prepared statement, bound, and the rc of its first step. */
static int
start_query(DbmigCall *call, const DbmigOp *op, sqlite3_stmt **stmt)
{
	int			rc = dbmig_execute_prepare(call, op->text, stmt);

	if (rc == SQLITE_OK)
		rc = bind_values(*stmt, op);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(*stmt);
	return rc;
}

void
dbmig_statement_query(DbmigCall *call, const DbmigOp *op)
{
	DbmigPatience patience = dbmig_execute_patience(call);
	sqlite3_stmt *stmt;
	int			rc;

	for (;;)
	{
		rc = start_query(call, op, &stmt);
		if ((rc & 0xff) != SQLITE_BUSY)
			break;
		(void) sqlite3_reset(stmt);
		if (!dbmig_execute_wait(call, rc, &patience))
			break;
	}
	while (rc == SQLITE_ROW && hand_over_row(call, stmt))
		rc = sqlite3_step(stmt);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE &&
		!(op->number == DBMIG_INSPECT_TRY && rc == SQLITE_ERROR))
		dbmig_execute_failed(call, rc, -1);
	(void) sqlite3_reset(stmt);
	if (stmt != NULL)
		(void) sqlite3_clear_bindings(stmt);
}

/* Where the statement that could not be prepared is wrong, or -1. */
static long
error_offset(const DbmigCall *call)
{
#if SQLITE_VERSION_NUMBER >= 3038000
	if (sqlite3_libversion_number() >= 3038000)
		return sqlite3_error_offset(call->db);
#endif
	(void) call;
	return -1;
}

/* True when nothing but spaces and comments is left. */
static bool
is_blank(DbmigCall *call, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int			rc;

	if (*sql == '\0')
		return true;
	rc = sqlite3_prepare_v2(call->db, sql, -1, &stmt, NULL);
	(void) sqlite3_finalize(stmt);
	return rc == SQLITE_OK && stmt == NULL;
}

void
dbmig_statement_run(DbmigCall *call, const DbmigOp *op)
{
	sqlite3_stmt *stmt = NULL;
	const char *tail = "";
	long		offset = -1;
	int			rc;

	if (call->live != NULL)
	{
		dbmig_scratch_statement(call, op);
		return;
	}
	call->stale = true;
	dbmig_settings_save(call, op->text);
	rc = sqlite3_prepare_v2(call->db, op->text, -1, &stmt, &tail);
	if (rc != SQLITE_OK)
		offset = error_offset(call);
	else if (!is_blank(call, tail))
		dbmig_host_reject(call, DBMIG_INTERNAL, NULL,
						  "a statement was split wrongly before: %.40s", tail);
	else if (stmt != NULL)
	{
		do
			rc = sqlite3_step(stmt);
		while (rc == SQLITE_ROW);
	}
	if (rc != SQLITE_OK && rc != SQLITE_DONE)
		dbmig_execute_failed(call, rc, offset);
	(void) sqlite3_finalize(stmt);
	if (call->lock != DBMIG_LOCK_NONE && sqlite3_get_autocommit(call->db))
		dbmig_failed(call->d, "the statement ended the transaction", NULL,
					 -1);
}
