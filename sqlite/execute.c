/*
 * execute.c
 *	  The transaction and its savepoints; statements of our own, and waiting
 *	  for other connections.
 *
 * The function that is being called is itself part of a statement at work.
 * SQLite allows DDL, COMMIT and ROLLBACK meanwhile as long as that statement
 * neither reads nor writes a table; LOCK looks for that.
 */
#include "host.h"

#include <string.h>

SQLITE_EXTENSION_INIT3

/* How long to wait for other connections where the session does not say. */
#define DEFAULT_PATIENCE 60000

#define SHORTEST_PAUSE 1
#define LONGEST_PAUSE 100

static const char reads_table[] =
"Call it as SELECT and the function alone, without FROM, subqueries or INSERT.";

/* ---- statements of our own ---- */

static bool
ok(const DbmigCall *call)
{
	return dbmig_error(call->d)->code == DBMIG_OK;
}

/* What a user can do about rc, or NULL. */
static const char *
hint_for(const DbmigCall *call, int rc)
{
	switch (rc & 0xff)
	{
		case SQLITE_LOCKED:
			return reads_table;
		case SQLITE_BUSY:
			return call->lock == DBMIG_LOCK_SAVEPOINT ?
				"Begin the transaction with BEGIN IMMEDIATE." :
				"Another connection is using the database: try again, or"
				" raise lock_timeout.";
		default:
			return NULL;
	}
}

/* The SQLSTATE of rc, as far as anybody asks; or NULL. */
static const char *
sqlstate_of(const DbmigCall *call, int rc)
{
	/* ADD COLUMN says only in words what it found. */
	return (rc & 0xff) == SQLITE_CONSTRAINT ||
		(rc & 0xff) == SQLITE_MISMATCH ||
		strstr(sqlite3_errmsg(call->db), " constraint failed") != NULL ?
		"23000" : NULL;
}

void
dbmig_execute_failed(DbmigCall *call, int rc, long offset)
{
	if (!ok(call))
		return;
	call->rc = rc;
	if ((rc & 0xff) == SQLITE_NOMEM)
		dbmig_host_reject(call, DBMIG_NO_MEMORY, NULL, "out of memory");
	call->hint = hint_for(call, rc);
	dbmig_failed(call->d, sqlite3_errmsg(call->db), sqlstate_of(call, rc),
				 offset);
}

int
dbmig_execute_prepare(DbmigCall *call, const char *sql, sqlite3_stmt **result)
{
	int			rc;
	int			i;

	for (i = 0; i < DBMIG_HOST_STATEMENTS; i++)
	{
		*result = call->statements[i];
		if (*result != NULL && sqlite3_db_handle(*result) == call->db &&
			strcmp(sqlite3_sql(*result), sql) == 0)
			return SQLITE_OK;
	}
	*result = NULL;
	rc = sqlite3_prepare_v3(call->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
							result, NULL);
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_finalize(call->statements[call->oldest]);
	call->statements[call->oldest] = *result;
	call->oldest = (call->oldest + 1) % DBMIG_HOST_STATEMENTS;
	return SQLITE_OK;
}

/* Runs sql to its end, without rows. */
static int
run(DbmigCall *call, const char *sql)
{
	sqlite3_stmt *stmt;
	int			rc = dbmig_execute_prepare(call, sql, &stmt);

	if (rc != SQLITE_OK)
		return rc;
	do
		rc = sqlite3_step(stmt);
	while (rc == SQLITE_ROW);
	/* The error is what step said; reset only says it again. */
	(void) sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Runs "<verb> dbmig_<number>", a savepoint. */
static int
run_savepoint(DbmigCall *call, const char *verb, int number)
{
	char		sql[64];

	sqlite3_snprintf(sizeof(sql), sql, "%s dbmig_%d", verb, number);
	return run(call, sql);
}

/* SQLite compiles the number into the statement, so one that was prepared
 * before would tell an old number. */
int
dbmig_execute_pragma(DbmigCall *call, const char *name, int64_t *value)
{
	char		sql[80];
	sqlite3_stmt *stmt;
	int			rc;

	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA \"%w\"", name);
	rc = sqlite3_prepare_v2(call->db, sql, -1, &stmt, NULL);
	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*value = sqlite3_column_int64(stmt, 0);
	(void) sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? SQLITE_OK : rc == SQLITE_DONE ? SQLITE_ERROR :
		rc;
}

/* ---- waiting for other connections ---- */

DbmigPatience
dbmig_execute_patience(const DbmigCall *call)
{
	DbmigPatience patience = {
		.deadline = dbmig_host_clock() + call->patience,
		.pause = SHORTEST_PAUSE,
	};

	return patience;
}

bool
dbmig_execute_wait(DbmigCall *call, int rc, DbmigPatience *patience)
{
	int64_t		left = patience->deadline - dbmig_host_clock();

	if ((rc & 0xff) != SQLITE_BUSY || left <= 0)
		return false;
	/* The other one may wait for what the caller's transaction holds. */
	if (call->lock != DBMIG_LOCK_TRANSACTION &&
		sqlite3_txn_state(call->db, NULL) != SQLITE_TXN_NONE)
		return false;
	(void) sqlite3_sleep(patience->pause < left ? patience->pause :
						 (int) left);
	if (patience->pause < LONGEST_PAUSE)
		patience->pause *= 2;
	return true;
}

static int
run_patiently(DbmigCall *call, const char *sql)
{
	DbmigPatience patience = dbmig_execute_patience(call);
	int			rc;

	do
		rc = run(call, sql);
	while (dbmig_execute_wait(call, rc, &patience));
	return rc;
}

/*
 * The same for number ms, or what the session says.  SQLite's own waiting is
 * switched off, because it cannot be interrupted.
 */
static int
run_waiting(DbmigCall *call, const char *sql, int64_t number)
{
	int			rc;

	if (number >= 0)
		call->patience = number;
	if (call->busy_timeout > 0)
		(void) sqlite3_busy_timeout(call->db, 0);
	rc = run_patiently(call, sql);
	if (call->busy_timeout > 0)
		(void) sqlite3_busy_timeout(call->db, call->busy_timeout);
	return rc;
}

/* ---- the transaction ---- */

/*
 * False (and the error) when the calling statement, or another one, would
 * stand in the way.  Exactly one is at work: the calling one.  In the
 * caller's transaction it cannot be told whether that one reads; SQLite then
 * answers SQLITE_LOCKED where it matters.
 */
static bool
may_lock(DbmigCall *call)
{
	sqlite3_stmt *stmt;
	int			busy = 0;
	bool		writes = false;

	for (stmt = sqlite3_next_stmt(call->db, NULL); stmt != NULL;
		 stmt = sqlite3_next_stmt(call->db, stmt))
	{
		if (!sqlite3_stmt_busy(stmt))
			continue;
		busy++;
		writes = writes || !sqlite3_stmt_readonly(stmt);
	}
	if (busy > 1)
		dbmig_host_reject(call, DBMIG_WRONG_STATE,
						  "Read it to its end, or reset it, before.",
						  "cannot migrate while another statement of this"
						  " connection is at work");
	else if (writes || (sqlite3_get_autocommit(call->db) &&
						sqlite3_txn_state(call->db, NULL) != SQLITE_TXN_NONE))
		dbmig_host_reject(call, DBMIG_WRONG_STATE, reads_table,
						  "cannot migrate within a statement that reads or"
						  " writes a table");
	return ok(call);
}

/*
 * A savepoint in the caller's transaction, and the lock of a writer, which
 * ROLLBACK TO does not give back.
 */
static int
lock_within(DbmigCall *call, int64_t number)
{
	int			rc = run_savepoint(call, "SAVEPOINT", 0);

	if (rc != SQLITE_OK)
		return rc;
	call->lock = DBMIG_LOCK_SAVEPOINT;
	rc = run_waiting(call, "PRAGMA main.user_version = 0", number);
	if (rc == SQLITE_OK)
		rc = run_savepoint(call, "ROLLBACK TO", 0);
	return rc;
}

void
dbmig_execute_lock(DbmigCall *call, const DbmigOp *op)
{
	int			rc;

	if (call->lock != DBMIG_LOCK_NONE || !may_lock(call))
		return;
	if (!sqlite3_get_autocommit(call->db))
		rc = lock_within(call, op->number);
	else
	{
		rc = run_waiting(call, "BEGIN IMMEDIATE", op->number);
		if (rc == SQLITE_OK)
			call->lock = DBMIG_LOCK_TRANSACTION;
	}
	call->stale = true;
	if (rc != SQLITE_OK)
		dbmig_execute_failed(call, rc, -1);
}

/*
 * An interrupt lasts until the calling statement ends, and nothing can be run
 * before, not even ROLLBACK.  But a statement that writes and is interrupted
 * makes SQLite roll back by itself.  No spaces and a semicolon, because the
 * parser looks for the interrupt at spaces and at the end of the text.  The
 * caller's transaction goes as well, as when its own statements are
 * interrupted.
 */
static void
force_rollback(DbmigCall *call)
{
	(void) run(call, "PRAGMA\"user_version\"=0;");
}

/*
 * Without memory nothing can be prepared until the calling statement ends, so
 * what undoes all is prepared before it is needed; and again, when a change
 * of settings or of the schema may have made SQLite forget that.
 */
void
dbmig_execute_ready(DbmigCall *call)
{
	static const char *const whole[DBMIG_HOST_BACK] = {"ROLLBACK", NULL};
	static const char *const part[DBMIG_HOST_BACK] =
	{
		"ROLLBACK TO dbmig_0", "RELEASE dbmig_0"
	};
	const char *const *sql = call->lock == DBMIG_LOCK_TRANSACTION ? whole :
		part;
	sqlite3_stmt *stmt;
	int			i;

	if (!call->stale || call->lock == DBMIG_LOCK_NONE || call->live != NULL)
		return;
	call->stale = false;
	for (i = 0; i < DBMIG_HOST_BACK && sql[i] != NULL; i++)
	{
		int			rc = sqlite3_prepare_v3(call->db, sql[i], -1,
											SQLITE_PREPARE_PERSISTENT, &stmt,
											NULL);

		if (rc != SQLITE_OK)
		{
			dbmig_execute_failed(call, rc, -1);
			return;
		}
		(void) sqlite3_finalize(call->back[i]);
		call->back[i] = stmt;
	}
}

/* Runs what is ready; true when nothing of it is left to do. */
static bool
go_back(DbmigCall *call)
{
	int			rc = SQLITE_OK;
	int			i;

	for (i = 0; i < DBMIG_HOST_BACK && call->back[i] != NULL; i++)
	{
		rc = sqlite3_step(call->back[i]);
		if (rc != SQLITE_DONE && (rc & 0xff) != SQLITE_NOMEM)
			return false;
	}
	return true;
}

/* Undoes what was done since LOCK. */
static void
undo(DbmigCall *call)
{
	DbmigLock	lock = call->lock;
	int			rc;

	call->lock = DBMIG_LOCK_NONE;
	call->savepoints = 0;
	/* Some errors make SQLite roll back the whole transaction. */
	if (lock == DBMIG_LOCK_NONE || sqlite3_get_autocommit(call->db))
		return;
	if (lock == DBMIG_LOCK_TRANSACTION)
		rc = run(call, "ROLLBACK");
	else
	{
		rc = run_savepoint(call, "ROLLBACK TO", 0);
		if (rc == SQLITE_OK)
			rc = run_savepoint(call, "RELEASE", 0);
	}
	if ((rc & 0xff) == SQLITE_INTERRUPT)
		force_rollback(call);
	else if ((rc & 0xff) == SQLITE_NOMEM && go_back(call))
		return;
	else if (rc != SQLITE_OK)
		dbmig_execute_failed(call, rc, -1);
}

/* Keeps what was done since LOCK.  The failure belongs to no statement. */
static void
keep(DbmigCall *call)
{
	int			rc = SQLITE_OK;

	if (call->lock == DBMIG_LOCK_TRANSACTION)
		rc = run_patiently(call, "COMMIT");
	else if (call->lock == DBMIG_LOCK_SAVEPOINT)
		rc = run_savepoint(call, "RELEASE", 0);
	call->rc = rc;
	if (rc == SQLITE_OK)
		call->lock = DBMIG_LOCK_NONE;
	else
		dbmig_host_reject(call, (rc & 0xff) == SQLITE_CONSTRAINT ?
						  DBMIG_DATA_CONFLICT : DBMIG_ENGINE,
						  hint_for(call, rc),
						  "could not commit: %s", sqlite3_errmsg(call->db));
}

void
dbmig_execute_commit(DbmigCall *call, const DbmigOp *op)
{
	(void) op;
	keep(call);
}

/* ---- savepoints ---- */

static void
do_savepoint(DbmigCall *call, const char *verb, int number)
{
	int			rc = run_savepoint(call, verb, number);

	if (rc != SQLITE_OK)
		dbmig_execute_failed(call, rc, -1);
}

void
dbmig_execute_savepoint(DbmigCall *call, const DbmigOp *op)
{
	(void) op;
	do_savepoint(call, "SAVEPOINT", ++call->savepoints);
}

void
dbmig_execute_back(DbmigCall *call, const DbmigOp *op)
{
	call->stale = true;
	do_savepoint(call, "ROLLBACK TO", call->savepoints);
	dbmig_execute_release(call, op);
}

void
dbmig_execute_release(DbmigCall *call, const DbmigOp *op)
{
	(void) op;
	do_savepoint(call, "RELEASE", call->savepoints--);
}

/* ---- the beginning and the end ---- */

void
dbmig_execute_begin(DbmigCall *call)
{
	int64_t		timeout = 0;

	(void) dbmig_execute_pragma(call, "busy_timeout", &timeout);
	call->busy_timeout = (int) timeout;
	call->patience = timeout > 0 ? timeout : DEFAULT_PATIENCE;
}

void
dbmig_execute_forget(DbmigCall *call)
{
	int			i;

	for (i = 0; i < DBMIG_HOST_STATEMENTS; i++)
	{
		if (call->statements[i] == NULL ||
			sqlite3_db_handle(call->statements[i]) != call->db)
			continue;
		(void) sqlite3_finalize(call->statements[i]);
		call->statements[i] = NULL;
	}
	for (i = 0; i < DBMIG_HOST_BACK; i++)
	{
		if (call->back[i] == NULL ||
			sqlite3_db_handle(call->back[i]) != call->db)
			continue;
		(void) sqlite3_finalize(call->back[i]);
		call->back[i] = NULL;
	}
}

void
dbmig_execute_end(DbmigCall *call)
{
	dbmig_scratch_end(call, NULL);
	if (ok(call) && !dbmig_undo_all(call->d))
		keep(call);
	undo(call);
	dbmig_settings_end(call);
	dbmig_execute_forget(call);
}
