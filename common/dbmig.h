/*
 * dbmig.h
 *	  What a host (pg/, sqlite/) sees of the core.
 *
 * The core is pure: memory in, memory out.  It runs no SQL, opens no file and
 * reads no clock.  A host begins a unit of work, names the SQL function that
 * was called, and then asks "what next?" until there is nothing left:
 *
 *		d = dbmig_begin(&host);
 *		dbmig_call(d, function, nargs, args);
 *		while (dbmig_next(d, now, &op))
 *			do what op says, answer with dbmig_row(), dbmig_content(), ...
 *		if (dbmig_error(d)->code != DBMIG_OK) report it, undo the transaction
 *		else return dbmig_result(d) or the rows of dbmig_output()
 *		dbmig_end(d);
 *
 * So no frame of the core is on the stack while the database works, and a
 * host that throws (ereport) has nothing to jump over.
 *
 * Ownership: whatever the core hands out lives until dbmig_end(); whatever it
 * is given is copied, unless the function says otherwise.  Strings are UTF-8
 * and end with a NUL byte.
 *
 * Errors: the first one sticks.  Later calls do nothing, dbmig_next() returns
 * false, and dbmig_error() tells what happened.
 */
#ifndef DBMIG_H
#define DBMIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DBMIG_VERSION "0.1"

typedef struct Dbmig Dbmig;
typedef struct DbmigDialect DbmigDialect;

/* ---- values ---- */

typedef enum DbmigType
{
	DBMIG_NULL,
	DBMIG_TEXT,
	DBMIG_INT,
	DBMIG_BOOL,
	DBMIG_TIME					/* microseconds since 1970-01-01 00:00:00 UTC */
} DbmigType;

typedef struct DbmigValue
{
	DbmigType	type;
	int64_t		number;			/* INT, BOOL (0 or 1), TIME */
	const char *text;			/* TEXT */
	size_t		len;			/* bytes of text, without the NUL */
} DbmigValue;

/* Room for dbmig_time_text(): "2026-01-31T12:00:00.000000Z" and a NUL. */
#define DBMIG_TIME_SIZE 48

/* Writes time (microseconds since 1970, UTC) in ISO 8601 to buffer. */
extern void dbmig_time_text(int64_t time, char buffer[DBMIG_TIME_SIZE]);

/* ---- errors ---- */

typedef enum DbmigCode
{
	DBMIG_OK,
	DBMIG_NO_MEMORY,
	DBMIG_BAD_ARGUMENT,			/* an argument or option is not what it must be */
	DBMIG_BAD_JSON,				/* text that must be JSON is not */
	DBMIG_BAD_SYNTAX,			/* SQL that cannot be split into statements */
	DBMIG_REFUSED,				/* a statement that a migration may not hold */
	DBMIG_WRONG_STATE,			/* the journal or the schema does not allow it */
	DBMIG_NOT_FOUND,			/* no such migration, folder or file */
	DBMIG_DATA_LOSS,			/* rows or values would be lost */
	DBMIG_DATA_CONFLICT,		/* rows violate what is wanted */
	DBMIG_TOO_LARGE,			/* a limit was exceeded */
	DBMIG_INTERRUPTED,			/* the user asked to stop */
	DBMIG_ENGINE,				/* the database reported it: dbmig_failed() */
	DBMIG_INTERNAL				/* a fault in dbmig */
} DbmigCode;

typedef struct DbmigError
{
	DbmigCode	code;
	const char *message;		/* never NULL once code is not DBMIG_OK */
	const char *detail;			/* or NULL */
	const char *hint;			/* or NULL */
} DbmigError;

/* The five characters of the SQLSTATE that PostgreSQL reports for code. */
extern const char *dbmig_sqlstate(DbmigCode code);

/* ---- the SQL functions ---- */

typedef struct DbmigColumn
{
	const char *name;
	DbmigType	type;
} DbmigColumn;

/*
 * One function of the SQL surface.  dbmig_functions[] lists them all and ends
 * with a NULL name; hosts register, check and call from it.
 */
typedef struct DbmigFunction
{
	const char *name;
	int			min_args;
	int			max_args;
	const DbmigColumn *columns; /* of a table function, up to a NULL name; NULL
								 * for a function that returns one value */
	bool		json;			/* the one value is JSON */
	bool		privileged;		/* writes, or reads files */
	bool		reads_schema;	/* only where the dialect can read one */
	bool		commits;		/* commits as it goes: not inside a transaction */
	void		(*begin) (Dbmig *d, int nargs, const DbmigValue *args);
} DbmigFunction;

extern const DbmigFunction dbmig_functions[];

/* The function of that name; NULL when there is none. */
extern const DbmigFunction *dbmig_function(const char *name);

/* ---- a unit of work ---- */

extern const DbmigDialect dbmig_postgres;
extern const DbmigDialect dbmig_sqlite;

typedef struct DbmigHost
{
	const DbmigDialect *dialect;
	const char *user;			/* who migrates: the journal's applied_by */
	bool		in_transaction; /* the caller has begun one, and what is read
								 * in it before LOCK would be too old then */
	const char *schema;			/* that is managed when the caller names none;
								 * NULL where there are no schemas */
	void	   *context;		/* handed to the callbacks */

	/* A block of size bytes, or NULL when there is none.  Must not throw. */
	void	   *(*allocate) (void *context, size_t size);
	/* Gives back a block of allocate().  Must not throw. */
	void		(*release) (void *context, void *block);
	/* True when the user asked to stop.  May be NULL.  Must not throw. */
	bool		(*interrupted) (void *context);
} DbmigHost;

/* Begins a unit of work; NULL when there is no memory. */
extern Dbmig *dbmig_begin(const DbmigHost *host);

/* Ends it and gives back its memory.  d may be NULL. */
extern void dbmig_end(Dbmig *d);

/* Calls function with nargs arguments.  Wrong arguments are an error. */
extern void dbmig_call(Dbmig *d, const DbmigFunction *function,
					   int nargs, const DbmigValue *args);

/* The state of the unit of work; never NULL. */
extern const DbmigError *dbmig_error(const Dbmig *d);

/* What the host does next. */
typedef enum DbmigOpKind
{
	/* Files.  text is the path as the user named it, or below that. */
	DBMIG_OP_LIST,				/* list a folder: dbmig_entry() for each entry */
	DBMIG_OP_READ,				/* read a file whole: dbmig_content() */

	/*
	 * Become the only migrator of this database until the transaction ends,
	 * and begin that transaction where the caller has none.  number is the
	 * time to wait in ms, -1 for the session's own.
	 */
	DBMIG_OP_LOCK,
	/* Commit what was done since LOCK (functions that commit only). */
	DBMIG_OP_COMMIT,

	/*
	 * A statement of dbmig on its journal, with the rights of the journal's
	 * owner and a search_path that nobody can poison: dbmig_row() for each
	 * row.  $1, $2, ... stand for params.
	 */
	DBMIG_OP_QUERY,
	/*
	 * A query of dbmig on the user's schema or rows: as QUERY, but with the
	 * rights of the caller, since functions of the user may run in it.
	 * number: DBMIG_INSPECT_...
	 */
	DBMIG_OP_INSPECT,
	/* A statement of the user, with the caller's rights; rows are dropped. */
	DBMIG_OP_STATEMENT,

	/* What is set in the session between ENTER and LEAVE is set back.
	 * number: DBMIG_ENTER_... */
	DBMIG_OP_ENTER,
	DBMIG_OP_LEAVE,
	/* Savepoints nest.  BACK undoes all since the innermost SAVEPOINT and
	 * forgets it, RELEASE keeps it all and forgets it. */
	DBMIG_OP_SAVEPOINT,
	DBMIG_OP_BACK,
	DBMIG_OP_RELEASE,
	/* SQLite: enforce foreign keys (number 1) or not (0). */
	DBMIG_OP_ENFORCE,
	/* SQLite: let statements write sqlite_schema (number 1), also where
	 * DEFENSIVE forbids it; or no longer (0): then every connection reads the
	 * schema anew. */
	DBMIG_OP_WRITABLE,

	/*
	 * Between BEGIN and END, STATEMENT and INSPECT go to the scratch database:
	 * a place to build a schema in that is empty at first and thrown away at
	 * the end, never seen by anybody else.  text of BEGIN: the managed schemas
	 * as a JSON array, where there are any.  STATEMENTs come before READY,
	 * INSPECTs after it.
	 */
	DBMIG_OP_SCRATCH_BEGIN,
	DBMIG_OP_SCRATCH_READY,
	DBMIG_OP_SCRATCH_END,

	/*
	 * Which objects were touched since WATCH: dbmig_row() with the key of each,
	 * as the dialect's catalog queries write it, once or more often, and its
	 * kind, a character of the dialect's or 0; or with NULL, when any may have
	 * been; or with NULL and the name of a schema in which something was.  Only
	 * for a dialect that is watched.
	 */
	DBMIG_OP_WATCH,
	DBMIG_OP_TOUCHED,

	DBMIG_OP_NOTICE				/* tell the user text */
} DbmigOpKind;

/* How an INSPECT is meant. */
#define DBMIG_INSPECT_TRY 1		/* an error of the engine is none: in SQLite
								 * it ends the rows; in PostgreSQL, where it is
								 * about values, it is one more row: -1, and
								 * what the server says */
#define DBMIG_INSPECT_FEW 2		/* it asks for a few things by their keys */

/* Whose the statements are that an ENTER begins. */
#define DBMIG_ENTER_SESSION 0	/* the user's: as the session says */
#define DBMIG_ENTER_COMPUTED 1	/* dbmig's: checks hold in between (SQLite);
								 * the server's own names and all rows are
								 * seen (PostgreSQL), whatever it says */

typedef struct DbmigOp
{
	DbmigOpKind kind;
	const char *text;			/* SQL, path or message */
	bool		kept;			/* text is the dialect's own, and the same in
								 * every call: so may its plan be */
	int64_t		number;
	int			nparams;
	const DbmigValue *params;
} DbmigOp;

/*
 * Fills *op with what must be done next; false when all is done or an error
 * has occurred.  now is the time: microseconds since 1970, UTC.
 */
extern bool dbmig_next(Dbmig *d, int64_t now, DbmigOp *op);

/* Answers.  Each belongs to the op that dbmig_next() returned last. */

/* One entry of a folder: its name without the path, and whether it is one. */
extern void dbmig_entry(Dbmig *d, const char *name, bool is_folder);

/* The bytes of a file, any bytes. */
extern void dbmig_content(Dbmig *d, const char *bytes, size_t len);

/* One row of a query. */
extern void dbmig_row(Dbmig *d, int nvalues, const DbmigValue *values);

/*
 * The op failed in the engine: message is what the engine said, sqlstate its
 * five characters or NULL, offset the byte in op->text where, or -1.  Sets
 * the error, which then says in which migration, statement and line.
 */
extern void dbmig_failed(Dbmig *d, const char *message, const char *sqlstate,
						 long offset);

/*
 * The op failed in the host: code and message say how; detail and hint may be
 * NULL.
 */
extern void dbmig_reject(Dbmig *d, DbmigCode code, const char *message,
						 const char *detail, const char *hint);

/* True when nothing that was done is to be kept (dry_run): ask after
 * dbmig_next() returned false without an error. */
extern bool dbmig_undo_all(const Dbmig *d);

/* The one value of a function that returns one; NULL when it has none. */
extern const char *dbmig_result(const Dbmig *d);

/* Row number i (from 0) of a table function, an array as long as columns;
 * NULL when there is no such row. */
extern const DbmigValue *dbmig_output(const Dbmig *d, size_t i);

#endif							/* DBMIG_H */
