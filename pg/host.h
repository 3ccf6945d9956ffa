/*
 * host.h
 *	  What the files of the PostgreSQL host share.
 *
 * The host drives the core (dbmig.h): it turns the arguments of an SQL
 * function into values, does what the core asks for next, and turns the
 * outcome into a result or an error.  It decides nothing about migrations.
 *
 * Errors of the server are thrown only while no frame of the core is on the
 * stack.
 */
#ifndef DBMIG_PG_HOST_H
#define DBMIG_PG_HOST_H

#include "fmgr.h"
#include "utils/palloc.h"

#include "dbmig.h"

/* The plans that a call keeps at most; the oldest gives way. */
#define DBMIG_PG_PLANS 64

/* A statement of dbmig, prepared; prepare.c. */
typedef struct DbmigPlan
{
	const char *text;			/* as the core gave it; NULL: free */
	struct _SPI_plan *plan;
	int			nparams;
	Oid		   *types;			/* of the params, as the parser infers them */
} DbmigPlan;

/* An open ENTER or SAVEPOINT; execute.c. */
typedef struct DbmigFrame DbmigFrame;

/* One call of an SQL function. */
typedef struct DbmigCall
{
	Dbmig	   *d;
	const DbmigFunction *function;
	MemoryContext context;		/* lives as long as the call, over commits */
	MemoryContext scratch;		/* reset after each op */
	bool		atomic;			/* the call may not commit */
	bool		migrating;		/* no other privileged call may begin */
	int			settings;		/* GUC nest level of the call; 0: none */
	DbmigFrame *frame;			/* the innermost that is open */
	bool		scratched;		/* this call builds a wanted schema */
	int			inspecting;		/* GUC nest level of INSPECTs; 0: none */
	bool		inspects_few;
	uint64		watched_from;	/* WATCH: where the log was, */
	uint32		watched_command;	/* and the next command */
	bool		watched_extension;	/* TOUCHED: one was */
	DbmigPlan	plans[DBMIG_PG_PLANS];
	int			nplans;			/* ever made */
} DbmigCall;

/* ---- host.c ---- */

/* Runs the SQL function of that name from beginning to end. */
extern Datum dbmig_pg_call(FunctionCallInfo fcinfo, const char *name);

/* ---- value.c: values of the core and of PostgreSQL ---- */

/* Text in the encoding of the database as UTF-8, and back.  May be the text
 * itself.  NULL stays NULL. */
extern const char *dbmig_pg_to_core(const char *text);
extern const char *dbmig_pg_from_core(const char *text);

/* The value of a datum of that type; its text is palloc'd. */
extern DbmigValue dbmig_pg_value(Datum datum, bool isnull, Oid type);

/* The datum of that type (InvalidOid: any) that stands for value. */
extern Datum dbmig_pg_datum(const DbmigValue *value, Oid type, bool *isnull);

/* The time: microseconds since 1970, UTC. */
extern int64_t dbmig_pg_now(void);

/* ---- execute.c: the ops on the database ---- */

extern void dbmig_pg_lock(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_commit(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_query(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_inspect(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_statement(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_enter(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_leave(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_savepoint(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_back(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_release(DbmigCall *call, const DbmigOp *op);

/* Makes the settings that hold for the whole call, and sets them back when it
 * went well; after an error the abort of the transaction does that. */
extern void dbmig_pg_begin(DbmigCall *call);
extern void dbmig_pg_end(DbmigCall *call);

/* Sets back what INSPECTs have set. */
extern void dbmig_pg_settle(DbmigCall *call);

/* Rolls back the savepoints that are open, after an error. */
extern void dbmig_pg_unwind(DbmigCall *call);

/* ---- prepare.c: plans ---- */

/* The plan of the op's text. */
extern DbmigPlan *dbmig_pg_prepare(DbmigCall *call, const DbmigOp *op);

/* Its parameters, with these values. */
extern struct ParamListInfoData *dbmig_pg_bind(const DbmigPlan *plan,
											   const DbmigValue *values);

/* Gives back the plans of the call.  Safe after an error. */
extern void dbmig_pg_forget(DbmigCall *call);

/* ---- touch.c: what was touched ---- */

extern void dbmig_pg_watch(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_touched(DbmigCall *call, const DbmigOp *op);

/* ---- scratch.c: where a wanted schema is built ---- */

extern void dbmig_pg_scratch_begin(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_scratch_ready(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_scratch_end(DbmigCall *call, const DbmigOp *op);

/* Forgets what is left of it after an error. */
extern void dbmig_pg_scratch_forget(DbmigCall *call);

/* ---- files.c: the ops on files ---- */

extern void dbmig_pg_list(DbmigCall *call, const DbmigOp *op);
extern void dbmig_pg_read(DbmigCall *call, const DbmigOp *op);

#endif							/* DBMIG_PG_HOST_H */
