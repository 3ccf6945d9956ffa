/*
 * run.h
 *	  A function at work, as a chain of phases.
 *
 * A phase queues what the host is to do and names the phase that follows; it
 * never waits.  When the queue is empty the next phase begins, and when there
 * is none the function is done.  Rows go to the receiver of their query.
 */
#ifndef DBMIG_RUN_H
#define DBMIG_RUN_H

#include "core.h"
#include "map.h"
#include "options.h"
#include "source.h"

typedef void (*DbmigPhase) (DbmigRun *run);
typedef void (*DbmigReceiver) (DbmigRun *run, int nvalues,
							   const DbmigValue *values);

/* One op in the queue, and what belongs to it. */
typedef struct DbmigTask
{
	DbmigOp		op;
	DbmigReceiver receiver;		/* of a query; NULL: rows are dropped */
	const char *what;			/* whose statement: begins its messages */
	const DbmigStatement *statement;	/* of a STATEMENT, else NULL */
	int			first_line;		/* lines in the file before the text */
} DbmigTask;

/* A row of the journal, without its SQL. */
typedef struct DbmigEntry
{
	int64_t		seq;
	const char *name;
	const char *checksum;		/* NULL: a baseline */
	const char *down_kind;
	bool		reversible;
	/* Only where the journal is detailed: */
	int64_t		applied_at;
	const char *applied_by;
	int64_t		duration_ms;
} DbmigEntry;

/* What is known of the journal: journal.h fills it. */
typedef struct DbmigJournal
{
	bool		exists;
	bool		detailed;		/* entries have all their fields */
	DbmigEntry **items;			/* in the order of seq */
	size_t		count;
	size_t		capacity;
	DbmigMap	by_name;
	int64_t		history_seq;	/* of the newest event; 0: none */
	const char *history_hash;	/* its hash; "" before the first */
	bool		dirty;			/* the state row must be written */
	bool		schema_changed; /* the state row is to remember another one: */
	const char *fingerprint;	/* its fingerprint; NULL: it was not read */
	const char *model;			/* its text */
} DbmigJournal;

struct DbmigRun
{
	Dbmig	   *d;
	const DbmigFunction *function;
	const DbmigOptions *options;
	const char *outside;		/* a schema that is not managed, in which the
								 * migration at work has touched something; or
								 * NULL */
	const char *exists_hint;	/* when what is to be created is there; or
								 * NULL */
	int64_t		now;			/* as of the last dbmig_next() */

	DbmigTask  *queue;
	size_t		count;
	size_t		capacity;
	size_t		at;				/* tasks before it have been handed out */
	DbmigTask	current;		/* the one handed out last */
	DbmigPhase	next;

	DbmigSource *source;
	DbmigPhase	after_source;
	const DbmigMigrations *migrations;	/* what source holds */

	bool		locked;
	DbmigPhase	after_journal;
	DbmigJournal journal;

	void	   *guard;			/* of script.c */
	void	   *reading;		/* of schema.c */
	void	   *update;			/* of schema.c */
	void	   *weighing;		/* of weigh.c */
	void	   *proof;			/* of down.c */
	void	   *target;			/* of target.c */
	void	   *work;			/* of the function itself */
	const char *result;
	DbmigValue **rows;
	size_t		nrows;
	size_t		rows_capacity;
};

/* Values.  A NULL text is the SQL NULL. */
extern DbmigValue dbmig_text(const char *text);
extern DbmigValue dbmig_int(int64_t number);
extern DbmigValue dbmig_bool(bool value);
extern DbmigValue dbmig_time(int64_t time);

/* The time that a TIME value, or ISO 8601 text as dbmig_time_text() writes
 * it, stands for; 0 for anything else. */
extern int64_t dbmig_value_time(const DbmigValue *value);

/* The copied text of a value; NULL when it has none. */
extern const char *dbmig_value_text(Dbmig *d, const DbmigValue *value);

/* Queue an op; the task to fill in further, NULL without memory. */
extern DbmigTask *dbmig_run_add(DbmigRun *run, DbmigOpKind kind,
								const char *text);

/* Queue a statement of dbmig on its journal; params are copied. */
extern void dbmig_run_query(DbmigRun *run, DbmigReceiver receiver,
							const char *sql, int nparams,
							const DbmigValue *params);

/* Queue a query of dbmig on the user's schema or rows. */
extern void dbmig_run_inspect(DbmigRun *run, DbmigReceiver receiver,
							  const char *sql, int nparams,
							  const DbmigValue *params);

/* The same for a query whose text the dialect has; how: DBMIG_INSPECT_... */
extern void dbmig_run_catalog(DbmigRun *run, DbmigReceiver receiver,
							  const char *sql, int64_t how, int nparams,
							  const DbmigValue *params);

/* The same for a query that may fail: then it has no more rows. */
extern void dbmig_run_try(DbmigRun *run, DbmigReceiver receiver,
						  const char *sql, int nparams,
						  const DbmigValue *params);

/* Queue the statements of a script; what and first_line as in DbmigTask. */
extern void dbmig_run_script(DbmigRun *run, const char *what, int first_line,
							 const DbmigScript *script);

/* Queue LOCK, unless the lock is held. */
extern void dbmig_run_lock(DbmigRun *run);

/* Reads source, then goes on with phase; what it held is in
 * run->migrations. */
extern void dbmig_run_source(DbmigRun *run, DbmigSource *source,
							 DbmigPhase phase);

/* Adds a row to the result of a table function; values are copied. */
extern void dbmig_run_output(DbmigRun *run, int nvalues,
							 const DbmigValue *values);

/* The argument number i as text (copied).  NULL (and the error) when it is
 * not given, NULL, not text, not UTF-8, or holds a NUL byte. */
extern const char *dbmig_arg_text(DbmigRun *run, const char *name, int i,
								  int nargs, const DbmigValue *args);

/* The same for an argument that may be left out or NULL: then NULL, and no
 * error. */
extern const char *dbmig_arg_optional(DbmigRun *run, const char *name, int i,
									  int nargs, const DbmigValue *args);

/* Argument number i as a source; NULL (and the error) when it is none. */
extern DbmigSource *dbmig_arg_source(DbmigRun *run, int i, int nargs,
									 const DbmigValue *args);

/* Reads argument number i as options with the keys in mask into
 * run->options; false (and the error) when it is not that. */
extern bool dbmig_arg_options(DbmigRun *run, unsigned int mask, int i,
							  int nargs, const DbmigValue *args);

/* Where the functions begin: up.c, rollback.c, repair.c, status.c, verify.c,
 * push.c, drift.c. */
extern void dbmig_begin_apply(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_up(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_run(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_rollback(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_status(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_history(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_verify(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_baseline(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_repair(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_diff(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_push(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_generate(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_schema(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_fingerprint(Dbmig *d, int nargs,
									const DbmigValue *args);
extern void dbmig_begin_drift(Dbmig *d, int nargs, const DbmigValue *args);
extern void dbmig_begin_version(Dbmig *d, int nargs, const DbmigValue *args);

#endif							/* DBMIG_RUN_H */
