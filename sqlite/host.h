/*
 * host.h
 *	  What the rooms of the SQLite host share: the call of one SQL function.
 *
 * A call lives on the C stack from the first look at the arguments to the
 * end of the transaction that it began.  What it computed lives longer, in
 * the unit of work (Dbmig) that dbmig_host_call() returns.
 */
#ifndef DBMIG_HOST_H
#define DBMIG_HOST_H

#include "dbmig.h"

#include <sqlite3ext.h>

/* What a caller can pass to a function, at most. */
#define DBMIG_HOST_ARGS 16

/* Room for the name of who migrates; longer ones are cut. */
#define DBMIG_HOST_USER 64

/* ENTER nests to this depth, SAVEPOINT to any. */
#define DBMIG_HOST_FRAMES 8

/* How many settings a frame can hold, of either sort. */
#define DBMIG_HOST_SETTINGS 16

/* How many prepared statements of dbmig's own a call keeps. */
#define DBMIG_HOST_STATEMENTS 16

/* How many statements undo what LOCK began. */
#define DBMIG_HOST_BACK 2

/* One database connection, shared by all that is registered on it. */
typedef struct DbmigConnection
{
	sqlite3    *db;
	int			references;
	bool		busy;			/* a privileged function is at work */
	char		user[DBMIG_HOST_USER];	/* who migrates; "" until asked for */
} DbmigConnection;

/* The settings of a connection, as ENTER found them. */
typedef struct DbmigFrame
{
	int			switches[DBMIG_HOST_SETTINGS];
	bool		has_pragmas;	/* pragmas[] is filled: settings.c says when */
	int64_t		pragmas[DBMIG_HOST_SETTINGS];
} DbmigFrame;

/* What LOCK began, and the end of the call therefore ends. */
typedef enum DbmigLock
{
	DBMIG_LOCK_NONE,
	DBMIG_LOCK_TRANSACTION,
	DBMIG_LOCK_SAVEPOINT		/* inside the caller's transaction */
} DbmigLock;

typedef struct DbmigCall
{
	DbmigConnection *connection;
	sqlite3    *db;				/* where statements go */
	sqlite3    *live;			/* the connection, while db is the scratch
								 * database; else NULL */
	Dbmig	   *d;
	int			rc;				/* SQLite's code of what failed, or SQLITE_OK */
	const char *hint;			/* for an error that brings none, or NULL */

	DbmigLock	lock;
	int			busy_timeout;	/* ms, the session's; 0: none */
	int64_t		patience;		/* ms to wait for other connections */
	int			savepoints;		/* open ones, without that of LOCK */
	DbmigFrame	frames[DBMIG_HOST_FRAMES];
	int			nframes;
	sqlite3_stmt *statements[DBMIG_HOST_STATEMENTS];
	int			oldest;			/* the statement that is given up next */
	sqlite3_stmt *back[DBMIG_HOST_BACK];	/* undo what LOCK began, in order:
											 * execute.c */
	bool		stale;			/* they must be prepared anew */
} DbmigCall;

/* How long to wait for other connections yet. */
typedef struct DbmigPatience
{
	int64_t		deadline;		/* by dbmig_host_clock() */
	int			pause;			/* ms until the next try */
} DbmigPatience;

/* ---- host.c ---- */

/*
 * Calls function with SQLite's values and does all that the core asks for.
 * The unit of work to read results from, which the caller gives to
 * dbmig_end(); or NULL, and then *code is SQLite's result code and *message
 * the text for the user, from sqlite3_malloc (NULL without memory).
 */
extern Dbmig *dbmig_host_call(DbmigConnection *connection,
							  const DbmigFunction *function,
							  int nargs, sqlite3_value **args,
							  char **message, int *code);

/* Sets the error: printf's format (of SQLite) and a hint or NULL. */
extern void dbmig_host_reject(DbmigCall *call, DbmigCode code,
							  const char *hint, const char *format,...);

/* Milliseconds on a clock that only goes forward. */
extern int64_t dbmig_host_clock(void);

/* ---- execute.c: the transaction ---- */

/* Sets up what execute.c keeps in the call. */
extern void dbmig_execute_begin(DbmigCall *call);

/*
 * Ends the transaction that LOCK began, kept or undone as the unit of work
 * says, sets back what is still set, and lets go of all statements.
 */
extern void dbmig_execute_end(DbmigCall *call);

/* Each does one op: dbmig.h says what.  A failure goes to the unit of work. */
extern void dbmig_execute_lock(DbmigCall *call, const DbmigOp *op);
extern void dbmig_execute_commit(DbmigCall *call, const DbmigOp *op);
extern void dbmig_execute_savepoint(DbmigCall *call, const DbmigOp *op);
extern void dbmig_execute_back(DbmigCall *call, const DbmigOp *op);
extern void dbmig_execute_release(DbmigCall *call, const DbmigOp *op);

/* Reports what failed in SQLite, which has the message; offset as in
 * dbmig_failed(). */
extern void dbmig_execute_failed(DbmigCall *call, int rc, long offset);

/* Makes ready again what undoes all, if the last op has made it stale. */
extern void dbmig_execute_ready(DbmigCall *call);

/* The number that a PRAGMA reports, in *value; SQLite's code. */
extern int	dbmig_execute_pragma(DbmigCall *call, const char *name,
								 int64_t *value);

/* Finds in *result the statement of dbmig's own with that text, or prepares
 * and keeps it; SQLite's code, and *result is NULL when it cannot. */
extern int	dbmig_execute_prepare(DbmigCall *call, const char *sql,
								  sqlite3_stmt **result);

/* Lets go of the statements that are kept for db. */
extern void dbmig_execute_forget(DbmigCall *call);

/* Waiting for other connections, from now on. */
extern DbmigPatience dbmig_execute_patience(const DbmigCall *call);

/* True after a pause, when what ended in SQLite's code rc is worth another
 * try. */
extern bool dbmig_execute_wait(DbmigCall *call, int rc,
							   DbmigPatience *patience);

/* ---- statement.c: queries of the core, statements of the user ---- */

extern void dbmig_statement_query(DbmigCall *call, const DbmigOp *op);
extern void dbmig_statement_run(DbmigCall *call, const DbmigOp *op);

/* ---- scratch.c: the scratch database ---- */

extern void dbmig_scratch_begin(DbmigCall *call, const DbmigOp *op);
extern void dbmig_scratch_end(DbmigCall *call, const DbmigOp *op);

/* A statement of the user, while db is the scratch database. */
extern void dbmig_scratch_statement(DbmigCall *call, const DbmigOp *op);

/* ---- settings.c: of the session ---- */

extern void dbmig_settings_enter(DbmigCall *call, const DbmigOp *op);
extern void dbmig_settings_leave(DbmigCall *call, const DbmigOp *op);
extern void dbmig_settings_enforce(DbmigCall *call, const DbmigOp *op);
extern void dbmig_settings_writable(DbmigCall *call, const DbmigOp *op);

/* Before a statement of the user runs: saves what it may change, in all
 * frames that have not done so yet. */
extern void dbmig_settings_save(DbmigCall *call, const char *sql);

/* Leaves all frames that are still open. */
extern void dbmig_settings_end(DbmigCall *call);

/* ---- files.c: on the file system ---- */

extern void dbmig_files_list(DbmigCall *call, const DbmigOp *op);
extern void dbmig_files_read(DbmigCall *call, const DbmigOp *op);

#endif							/* DBMIG_HOST_H */
