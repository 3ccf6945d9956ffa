/*
 * host.c
 *	  Drives the core for one call of an SQL function in SQLite.
 *
 * Values come in, ops are done by the other rooms, an error goes out as one
 * text.  Nothing here knows what any function does.
 */
#define _POSIX_C_SOURCE 200809L

#include "host.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

SQLITE_EXTENSION_INIT3

static void
ignore(DbmigCall *call, const DbmigOp *op)
{
	(void) call;
	(void) op;
}

typedef void (*Doer) (DbmigCall *call, const DbmigOp *op);

/* SQLite has nothing to show a notice in. */
static const Doer doers[] =
{
	[DBMIG_OP_LIST] = dbmig_files_list,
	[DBMIG_OP_READ] = dbmig_files_read,
	[DBMIG_OP_LOCK] = dbmig_execute_lock,
	[DBMIG_OP_COMMIT] = dbmig_execute_commit,
	[DBMIG_OP_QUERY] = dbmig_statement_query,
	[DBMIG_OP_INSPECT] = dbmig_statement_query,
	[DBMIG_OP_STATEMENT] = dbmig_statement_run,
	[DBMIG_OP_ENTER] = dbmig_settings_enter,
	[DBMIG_OP_LEAVE] = dbmig_settings_leave,
	[DBMIG_OP_SAVEPOINT] = dbmig_execute_savepoint,
	[DBMIG_OP_BACK] = dbmig_execute_back,
	[DBMIG_OP_RELEASE] = dbmig_execute_release,
	[DBMIG_OP_ENFORCE] = dbmig_settings_enforce,
	[DBMIG_OP_WRITABLE] = dbmig_settings_writable,
	[DBMIG_OP_SCRATCH_BEGIN] = dbmig_scratch_begin,
	[DBMIG_OP_SCRATCH_READY] = ignore,
	[DBMIG_OP_SCRATCH_END] = dbmig_scratch_end,
	[DBMIG_OP_NOTICE] = ignore,
};

/* ---- what the core wants from its host ---- */

/* Not sqlite3_malloc: its blocks are aligned to 8 bytes only. */
static void *
allocate(void *context, size_t size)
{
	(void) context;
	return malloc(size);
}

static void
release(void *context, void *block)
{
	(void) context;
	free(block);
}

static bool
interrupted(void *context)
{
#if SQLITE_VERSION_NUMBER >= 3041000
	if (sqlite3_libversion_number() >= 3041000)
		return sqlite3_is_interrupted(context) != 0;
#endif
	/* Older libraries tell at the next statement. */
	(void) context;
	return false;
}

static int64_t
read_clock(clockid_t clock, int64_t per_second)
{
	struct timespec time = {0, 0};

	(void) clock_gettime(clock, &time);
	return (int64_t) time.tv_sec * per_second +
		(int64_t) time.tv_nsec / (INT64_C(1000000000) / per_second);
}

int64_t
dbmig_host_clock(void)
{
	return read_clock(CLOCK_MONOTONIC, 1000);
}

/* The name of the user whose process this is, or else the number. */
static void
find_user(DbmigConnection *connection)
{
	char		buffer[4096];
	struct passwd entry;
	struct passwd *found = NULL;
	uid_t		uid = geteuid();

	if (connection->user[0] != '\0')
		return;
	if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) == 0 &&
		found != NULL && found->pw_name[0] != '\0')
		sqlite3_snprintf(DBMIG_HOST_USER, connection->user, "%s",
						 found->pw_name);
	else
		sqlite3_snprintf(DBMIG_HOST_USER, connection->user, "%llu",
						 (unsigned long long) uid);
}

/* ---- arguments ---- */

/* Reads SQLite's value number (from 1) into *arg; NULL: it is left out. */
static void
read_argument(DbmigCall *call, const DbmigFunction *function, int number,
			  sqlite3_value *value, DbmigValue *arg)
{
	double		real;

	memset(arg, 0, sizeof(*arg));
	switch (value == NULL ? SQLITE_NULL : sqlite3_value_type(value))
	{
		case SQLITE_NULL:
			arg->type = DBMIG_NULL;
			return;
		case SQLITE_INTEGER:
			arg->type = DBMIG_INT;
			arg->number = sqlite3_value_int64(value);
			return;
		case SQLITE_TEXT:
			arg->type = DBMIG_TEXT;
			arg->text = (const char *) sqlite3_value_text(value);
			arg->len = (size_t) sqlite3_value_bytes(value);
			if (arg->text == NULL)
				dbmig_host_reject(call, DBMIG_NO_MEMORY, NULL,
								  "out of memory");
			return;
		case SQLITE_BLOB:
			dbmig_host_reject(call, DBMIG_BAD_ARGUMENT,
							  "What readfile() gives is a blob: write "
							  "CAST(readfile('...') AS TEXT).",
							  "argument %d of %s must be text, not a blob",
							  number, function->name);
			return;
	}
	/* Some languages have no other numbers. */
	real = sqlite3_value_double(value);
	if (real >= -9007199254740992.0 && real <= 9007199254740992.0 &&
		real == (double) (sqlite3_int64) real)
	{
		arg->type = DBMIG_INT;
		arg->number = (sqlite3_int64) real;
		return;
	}
	dbmig_host_reject(call, DBMIG_BAD_ARGUMENT, NULL,
					  "argument %d of %s must be text or an integer, not a "
					  "real number", number, function->name);
}

/* ---- errors ---- */

void
dbmig_host_reject(DbmigCall *call, DbmigCode code, const char *hint,
				  const char *format,...)
{
	va_list		args;
	char	   *message;

	va_start(args, format);
	message = sqlite3_vmprintf(format, args);
	va_end(args);
	if (message == NULL)
		dbmig_reject(call->d, DBMIG_NO_MEMORY, "out of memory", NULL, NULL);
	else
		dbmig_reject(call->d, code, message, NULL, hint);
	sqlite3_free(message);
}

/* The error as psql would print it. */
static char *
error_text(const DbmigError *error, const char *hint)
{
	sqlite3_str *text = sqlite3_str_new(NULL);

	if (error->hint != NULL)
		hint = error->hint;
	sqlite3_str_appendall(text, error->message);
	if (error->detail != NULL)
		sqlite3_str_appendf(text, "\nDETAIL:  %s", error->detail);
	if (hint != NULL)
		sqlite3_str_appendf(text, "\nHINT:  %s", hint);
	return sqlite3_str_finish(text);
}

/* What an application may act upon; all else is SQLITE_ERROR. */
static int
error_code(const DbmigCall *call)
{
	static const int telling[] = {SQLITE_NOMEM, SQLITE_INTERRUPT, SQLITE_BUSY};
	DbmigCode	code = dbmig_error(call->d)->code;
	size_t		i;

	if (code == DBMIG_NO_MEMORY)
		return SQLITE_NOMEM;
	if (code == DBMIG_INTERRUPTED)
		return SQLITE_INTERRUPT;
	for (i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
	{
		if ((call->rc & 0xff) == telling[i])
			return telling[i];
	}
	return SQLITE_ERROR;
}

/* ---- the call ---- */

/* False (and the error) when function cannot be called now. */
static bool
check_state(DbmigCall *call, const DbmigFunction *function)
{
	if (function->privileged && call->connection->busy)
		dbmig_host_reject(call, DBMIG_WRONG_STATE, NULL,
						  "a migration cannot call %s", function->name);
	else if (function->commits && !sqlite3_get_autocommit(call->db))
		dbmig_host_reject(call, DBMIG_WRONG_STATE,
						  "Commit first, or call migrate_up.",
						  "%s cannot run inside a transaction",
						  function->name);
	return dbmig_error(call->d)->code == DBMIG_OK;
}

static void
drive(DbmigCall *call, const DbmigFunction *function, int nargs,
	  const DbmigValue *args)
{
	bool		was_busy = call->connection->busy;
	sqlite3_int64 rowid = sqlite3_last_insert_rowid(call->db);
	DbmigOp		op;

	call->connection->busy = was_busy || function->privileged;
	dbmig_execute_begin(call);
	dbmig_call(call->d, function, nargs, args);
	while (dbmig_next(call->d, read_clock(CLOCK_REALTIME, 1000000), &op))
	{
		doers[op.kind] (call, &op);
		dbmig_execute_ready(call);
	}
	dbmig_execute_end(call);
	/* What the journal inserts is not the caller's last row. */
	sqlite3_set_last_insert_rowid(call->db, rowid);
	call->connection->busy = was_busy;
}

Dbmig *
dbmig_host_call(DbmigConnection *connection, const DbmigFunction *function,
				int nargs, sqlite3_value **args, char **message, int *code)
{
	DbmigHost	host = {
		.dialect = &dbmig_sqlite,
		.user = connection->user,
		.in_transaction = !sqlite3_get_autocommit(connection->db),
		.context = connection->db,
		.allocate = allocate,
		.release = release,
		.interrupted = interrupted,
	};
	DbmigValue	values[DBMIG_HOST_ARGS];
	DbmigCall	call;
	int			i;

	memset(&call, 0, sizeof(call));
	call.connection = connection;
	call.db = connection->db;
	find_user(connection);
	*message = NULL;
	*code = SQLITE_NOMEM;
	call.d = dbmig_begin(&host);
	if (call.d == NULL)
		return NULL;
	for (i = 0; i < nargs; i++)
		read_argument(&call, function, i + 1, args[i], &values[i]);
	if (check_state(&call, function))
		drive(&call, function, nargs, values);
	if (dbmig_error(call.d)->code == DBMIG_OK)
		return call.d;
	*message = error_text(dbmig_error(call.d), call.hint);
	*code = error_code(&call);
	dbmig_end(call.d);
	return NULL;
}
