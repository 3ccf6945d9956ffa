/*
 * host.c
 *	  Drives the core through one call of an SQL function: arguments in, ops
 *	  done one by one, result or error out.
 *
 * What the ops do is in execute.c and files.c.  Nothing here knows what a
 * migration is.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/portal.h"

#include "host.h"

typedef void (*Handler) (DbmigCall *call, const DbmigOp *op);

/* This backend is in a privileged call. */
static bool migrating = false;

/* ---- callbacks of the core: none of them throws ---- */

static void *
allocate(void *context, size_t size)
{
	if (!AllocHugeSizeIsValid(size))
		return NULL;
	return MemoryContextAllocExtended(context, size, MCXT_ALLOC_NO_OOM |
									  MCXT_ALLOC_HUGE);
}

static void
release(void *context, void *block)
{
	(void) context;
	pfree(block);
}

static bool
interrupted(void *context)
{
	(void) context;
	return InterruptPending && (QueryCancelPending || ProcDiePending);
}

/* ---- errors ---- */

static int
state_code(const char *state)
{
	return MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4]);
}

/* Throws the error of the core. */
static void
throw_error(const DbmigCall *call)
{
	const DbmigError *error = dbmig_error(call->d);
	const char *detail = dbmig_pg_from_core(error->detail);
	const char *hint = dbmig_pg_from_core(error->hint);

	/* The server has its own words for it. */
	if (error->code == DBMIG_INTERRUPTED)
		CHECK_FOR_INTERRUPTS();
	ereport(ERROR,
			(errcode(state_code(dbmig_sqlstate(error->code))),
			 errmsg_internal("%s", dbmig_pg_from_core(error->message)),
			 detail == NULL ? 0 : errdetail_internal("%s", detail),
			 hint == NULL ? 0 : errhint("%s", hint)));
}

/* The byte of the op's text at which the server found the error, or -1. */
static long
error_offset(const ErrorData *edata, const DbmigOp *op)
{
	const char *at = op->text;
	int			nchars = edata->internalpos;

	if (op->kind != DBMIG_OP_STATEMENT || nchars <= 0 ||
		edata->internalquery == NULL ||
		strcmp(edata->internalquery, dbmig_pg_from_core(op->text)) != 0)
		return -1;
	while (--nchars > 0 && *at != '\0')
		at += pg_encoding_mblen(PG_UTF8, at);
	return (long) (at - op->text);
}

/* Throws an error of the server again, in the words of the core. */
static void
throw_again(const DbmigCall *call, const DbmigOp *op, ErrorData *edata)
{
	long		offset = error_offset(edata, op);
	const DbmigError *error = dbmig_error(call->d);

	dbmig_failed(call->d, dbmig_pg_to_core(edata->message),
				 unpack_sql_state(edata->sqlerrcode), offset);
	edata->message = (char *) dbmig_pg_from_core(error->message);
	if (error->hint != NULL)
		edata->hint = (char *) dbmig_pg_from_core(error->hint);
	/* The text of dbmig's own queries tells the user nothing. */
	if (op->kind == DBMIG_OP_QUERY || op->kind == DBMIG_OP_INSPECT)
		edata->context = NULL;
	if (offset >= 0)
	{
		/* The message says where. */
		edata->internalquery = NULL;
		edata->internalpos = 0;
	}
	ReThrowError(edata);
}

/* ---- ops ---- */

static void
enforce(DbmigCall *call, const DbmigOp *op)
{
	/* PostgreSQL has no such switch, and so no statement that asks for it. */
	(void) call;
	(void) op;
}

static void
notice(DbmigCall *call, const DbmigOp *op)
{
	(void) call;
	ereport(NOTICE, (errmsg_internal("%s", dbmig_pg_from_core(op->text))));
}

static const Handler handlers[] =
{
	[DBMIG_OP_LIST] = dbmig_pg_list,
	[DBMIG_OP_READ] = dbmig_pg_read,
	[DBMIG_OP_LOCK] = dbmig_pg_lock,
	[DBMIG_OP_COMMIT] = dbmig_pg_commit,
	[DBMIG_OP_QUERY] = dbmig_pg_query,
	[DBMIG_OP_INSPECT] = dbmig_pg_inspect,
	[DBMIG_OP_STATEMENT] = dbmig_pg_statement,
	[DBMIG_OP_ENTER] = dbmig_pg_enter,
	[DBMIG_OP_LEAVE] = dbmig_pg_leave,
	[DBMIG_OP_SAVEPOINT] = dbmig_pg_savepoint,
	[DBMIG_OP_BACK] = dbmig_pg_back,
	[DBMIG_OP_RELEASE] = dbmig_pg_release,
	[DBMIG_OP_ENFORCE] = enforce,
	[DBMIG_OP_SCRATCH_BEGIN] = dbmig_pg_scratch_begin,
	[DBMIG_OP_SCRATCH_READY] = dbmig_pg_scratch_ready,
	[DBMIG_OP_SCRATCH_END] = dbmig_pg_scratch_end,
	[DBMIG_OP_WATCH] = dbmig_pg_watch,
	[DBMIG_OP_TOUCHED] = dbmig_pg_touched,
	[DBMIG_OP_NOTICE] = notice,
};

static void
perform(DbmigCall *call, const DbmigOp *op)
{
	CHECK_FOR_INTERRUPTS();
	MemoryContextSwitchTo(call->scratch);
	PG_TRY();
	{
		if (op->kind != DBMIG_OP_INSPECT)
			dbmig_pg_settle(call);
		handlers[op->kind] (call, op);
	}
	PG_CATCH();
	{
		ErrorData  *edata;

		MemoryContextSwitchTo(call->context);
		edata = CopyErrorData();
		FlushErrorState();
		throw_again(call, op, edata);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(call->context);
	MemoryContextReset(call->scratch);
}

/* ---- the call ---- */

static bool
may_commit(FunctionCallInfo fcinfo)
{
	return fcinfo->context != NULL && IsA(fcinfo->context, CallContext) &&
		!castNode(CallContext, fcinfo->context)->atomic &&
		!IsSubTransaction();
}

/* The schema that is managed when the caller names none. */
static const char *
default_schema(void)
{
	List	   *path;
	Oid			schema = get_namespace_oid("public", true);

	if (OidIsValid(schema))
		return "public";
	path = fetch_search_path(false);
	if (path == NIL)
		return "public";
	return dbmig_pg_to_core(get_namespace_name(linitial_oid(path)));
}

/* A unit of work whose memory is in context, which must be the current one. */
static Dbmig *
begin_core(MemoryContext context)
{
	const char *user = GetUserNameFromId(GetSessionUserId(), false);
	const DbmigHost host = {
		.dialect = &dbmig_postgres,
		.user = dbmig_pg_to_core(user),
		.schema = default_schema(),
		.context = context,
		.allocate = allocate,
		.release = release,
		.interrupted = interrupted,
	};
	Dbmig	   *d = dbmig_begin(&host);

	if (d == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	return d;
}

static DbmigCall *
begin_call(FunctionCallInfo fcinfo, const char *name)
{
	bool		atomic = !may_commit(fcinfo);
	MemoryContext context;
	MemoryContext caller;
	DbmigCall  *call;

	/* What lives over commits hangs below the portal, as SPI's own does. */
	context = AllocSetContextCreate(atomic ? CurrentMemoryContext :
									PortalContext, "dbmig",
									ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(context);
	call = palloc0(sizeof(DbmigCall));
	call->context = context;
	call->scratch = AllocSetContextCreate(context, "dbmig scratch",
										  ALLOCSET_DEFAULT_SIZES);
	call->atomic = atomic;
	call->function = dbmig_function(name);
	if (call->function == NULL)
		elog(ERROR, "dbmig has no function %s()", name);
	call->d = begin_core(context);
	MemoryContextSwitchTo(caller);
	return call;
}

/* Hands the arguments to the core. */
static void
pass_arguments(DbmigCall *call, FunctionCallInfo fcinfo)
{
	DbmigValue *values = palloc0(sizeof(DbmigValue) * (PG_NARGS() + 1));
	Oid		   *types;
	int			ntypes;
	int			i;

	(void) get_func_signature(fcinfo->flinfo->fn_oid, &types, &ntypes);
	for (i = 0; i < PG_NARGS() && i < ntypes; i++)
		values[i] = dbmig_pg_value(PG_GETARG_DATUM(i), PG_ARGISNULL(i),
								   types[i]);
	dbmig_call(call->d, call->function, PG_NARGS(), values);
}

/* Tells the core when the function cannot be called now. */
static void
check_state(DbmigCall *call)
{
	const DbmigFunction *function = call->function;

	if (function->privileged && migrating)
		dbmig_reject(call->d, DBMIG_WRONG_STATE,
					 psprintf("a migration cannot call %s", function->name),
					 NULL, NULL);
	else if (function->commits && call->atomic)
		dbmig_reject(call->d, DBMIG_WRONG_STATE,
					 psprintf("%s cannot run inside a transaction",
							  function->name),
					 NULL, "Commit first, or call migrate_up.");
	else if (function->privileged)
		migrating = call->migrating = true;
}

/* Does what the core asks for until nothing is left. */
static void
drive(DbmigCall *call)
{
	bool		undo = dbmig_undo_all(call->d);
	DbmigOp		op;

	dbmig_pg_begin(call);
	if (undo)
		dbmig_pg_savepoint(call, NULL);
	while (dbmig_next(call->d, dbmig_pg_now(), &op))
		perform(call, &op);
	if (dbmig_error(call->d)->code != DBMIG_OK)
		throw_error(call);
	dbmig_pg_settle(call);
	if (undo)
		dbmig_pg_back(call, NULL);
	dbmig_pg_end(call);
}

/* ---- the result ---- */

static void
return_rows(const DbmigCall *call, FunctionCallInfo fcinfo)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const DbmigValue *row;
	TupleDesc	desc;
	Datum	   *values;
	bool	   *nulls;
	size_t		n;
	int			i;

	InitMaterializedSRF(fcinfo, 0);
	desc = rsinfo->setDesc;
	values = palloc(sizeof(Datum) * desc->natts);
	nulls = palloc(sizeof(bool) * desc->natts);
	for (n = 0; (row = dbmig_output(call->d, n)) != NULL; n++)
	{
		for (i = 0; i < desc->natts; i++)
			values[i] = dbmig_pg_datum(&row[i],
									   TupleDescAttr(desc, i)->atttypid,
									   &nulls[i]);
		tuplestore_putvalues(rsinfo->setResult, desc, values, nulls);
	}
}

static Datum
return_result(const DbmigCall *call, FunctionCallInfo fcinfo)
{
	const char *result;

	if (call->function->columns != NULL)
	{
		return_rows(call, fcinfo);
		PG_RETURN_NULL();
	}
	result = dbmig_pg_from_core(dbmig_result(call->d));
	/* A procedure returns nothing: the user is told. */
	if (call->function->commits && result != NULL)
		ereport(NOTICE, (errmsg_internal("%s", result)));
	if (call->function->commits || result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(result));
}

/* Gives back what an abort of the transaction does not. */
static void
end_call(DbmigCall *call)
{
	if (call->migrating)
		migrating = false;
	dbmig_pg_scratch_forget(call);
	dbmig_pg_forget(call);
}

Datum
dbmig_pg_call(FunctionCallInfo fcinfo, const char *name)
{
	DbmigCall  *call = begin_call(fcinfo, name);
	Datum		result;

	PG_TRY();
	{
		SPI_connect_ext(call->atomic ? 0 : SPI_OPT_NONATOMIC);
		check_state(call);
		pass_arguments(call, fcinfo);
		drive(call);
		SPI_finish();
	}
	PG_CATCH();
	{
		ErrorData  *edata;

		/*
		 * Savepoints are ours to roll back: an error that left them open
		 * would leave the session in them.
		 */
		MemoryContextSwitchTo(call->context);
		edata = CopyErrorData();
		FlushErrorState();
		dbmig_pg_unwind(call);
		end_call(call);
		ReThrowError(edata);
	}
	PG_END_TRY();
	end_call(call);
	result = return_result(call, fcinfo);
	dbmig_end(call->d);
	MemoryContextDelete(call->context);
	return result;
}
