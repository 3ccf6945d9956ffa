/*
 * execute.c
 *	  The ops on the database: the lock, statements, settings, savepoints.
 *
 * All of it runs inside one SPI connection.  An error of the server is thrown
 * from here as it is; host.c catches it and lets the core word it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "tcop/dest.h"
#include "tcop/pquery.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "host.h"

/* The key of the advisory transaction lock that a migrator holds: the ASCII
 * codes of "dbmig" and three zero bytes. */
#define LOCK_KEY INT64CONST(0x64626d6967000000)

struct DbmigFrame
{
	DbmigFrame *outer;
	bool		savepoint;
	int			settings;		/* GUC nest level, of an ENTER */
	MemoryContext context;		/* what was current before a SAVEPOINT */
	ResourceOwner owner;
};

/* Who runs, and the level of its settings. */
typedef struct Identity
{
	Oid			user;
	int			security;
	int			settings;
} Identity;

/* A setting while dbmig's own statements run. */
typedef struct Setting
{
	const char *name;
	const char *value;
} Setting;

static void
set(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/*
 * A search_path that nobody can poison, and what the core's literals need.
 * What the server says of a schema must not depend on who asks: these are the
 * settings that its output functions look at.
 */
static const Setting safe_settings[] =
{
	{"search_path", "pg_catalog, pg_temp"},
	{"standard_conforming_strings", "on"},
	{"quote_all_identifiers", "off"},
	{"DateStyle", "ISO, YMD"},
	{"IntervalStyle", "postgres"},
	{"TimeZone", "UTC"},
	{"extra_float_digits", "1"},
	{"bytea_output", "hex"},
	{"xmlbinary", "base64"},
	/* Nobody has analyzed a schema that was just made: each estimate is wrong,
	 * and what is linear must be chosen whatever they say. */
	{"enable_nestloop", "off"},
	/* They are written in a good order: no time is to go into finding it. */
	{"join_collapse_limit", "1"},
	{"from_collapse_limit", "1"},
	{"jit", "off"},
	/* Rows that a policy hides are rows: what must see all is an error. */
	{"row_security", "off"},
};

/* What is asked for by its key is found through an index. */
static const Setting few_settings[] =
{
	{"enable_nestloop", "on"},
	{"enable_hashjoin", "off"},
	{"enable_mergejoin", "off"},
	{"enable_seqscan", "off"},
};

static void
set_all(const Setting *settings, size_t count)
{
	size_t		i;

	for (i = 0; i < count; i++)
		set(settings[i].name, settings[i].value);
}

/* ---- the call ---- */

void
dbmig_pg_begin(DbmigCall *call)
{
	call->settings = NewGUCNestLevel();
	/* The core reads literals as the standard says. */
	set("standard_conforming_strings", "on");
}

void
dbmig_pg_end(DbmigCall *call)
{
	if (call->frame != NULL)
		elog(ERROR, "an op was begun and not ended");
	AtEOXact_GUC(false, call->settings);
}

/* ---- the journal's owner ---- */

static Oid
journal_owner(void)
{
	Oid			schema = get_namespace_oid("dbmig", false);
	Oid			table = get_relname_relid("journal", schema);
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"dbmig.journal\" does not exist")));
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

static Identity
become_owner(void)
{
	Identity	saved;
	Oid			owner = journal_owner();

	GetUserIdAndSecContext(&saved.user, &saved.security);
	SetUserIdAndSecContext(owner, saved.security |
						   SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_NOFORCE_RLS);
	saved.settings = NewGUCNestLevel();
	set_all(safe_settings, lengthof(safe_settings));
	return saved;
}

static void
become_again(const Identity *saved)
{
	AtEOXact_GUC(false, saved->settings);
	SetUserIdAndSecContext(saved->user, saved->security);
}

/* ---- queries ---- */

/* Where the executor sends the rows of a query: to the core, as they come. */
typedef struct Receiver
{
	DestReceiver dest;
	DbmigCall  *call;
	DbmigValue *values;
	MemoryContext row;			/* reset after each row */
} Receiver;

static void
begin_rows(DestReceiver *self, int operation, TupleDesc columns)
{
	Receiver   *receiver = (Receiver *) self;

	(void) operation;
	receiver->values = palloc(sizeof(DbmigValue) * columns->natts);
}

static bool
receive_row(TupleTableSlot *slot, DestReceiver *self)
{
	Receiver   *receiver = (Receiver *) self;
	TupleDesc	columns = slot->tts_tupleDescriptor;
	MemoryContext before = MemoryContextSwitchTo(receiver->row);
	int			i;

	slot_getallattrs(slot);
	for (i = 0; i < columns->natts; i++)
		receiver->values[i] = dbmig_pg_value(slot->tts_values[i],
											 slot->tts_isnull[i],
											 TupleDescAttr(columns, i)->atttypid);
	dbmig_row(receiver->call->d, columns->natts, receiver->values);
	MemoryContextSwitchTo(before);
	MemoryContextReset(receiver->row);
	return dbmig_error(receiver->call->d)->code == DBMIG_OK;
}

static void
end_rows(DestReceiver *self)
{
	(void) self;
}

static void
run_query(DbmigCall *call, const DbmigOp *op)
{
	DbmigPlan  *plan = dbmig_pg_prepare(call, op);
	SPIExecuteOptions options = {0};
	Receiver	receiver = {
		.dest = {receive_row, begin_rows, end_rows, end_rows, DestNone},
		.call = call
	};
	int			result;

	receiver.row = AllocSetContextCreate(CurrentMemoryContext, "dbmig row",
										 ALLOCSET_DEFAULT_SIZES);
	options.params = dbmig_pg_bind(plan, op->params);
	options.dest = &receiver.dest;
	result = SPI_execute_plan_extended(plan->plan, &options);
	if (result < 0)
		elog(ERROR, "could not execute a statement: %s",
			 SPI_result_code_string(result));
	MemoryContextDelete(receiver.row);
}

void
dbmig_pg_query(DbmigCall *call, const DbmigOp *op)
{
	Identity	saved = become_owner();

	run_query(call, op);
	become_again(&saved);
}

/* True for what is wrong with values, and not with the query or the server. */
static bool
is_about_values(const ErrorData *error)
{
	int			class = ERRCODE_TO_CATEGORY(error->sqlerrcode);

	return class == ERRCODE_DATA_EXCEPTION ||
		class == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION;
}

/* A query that some value makes fail is answered with what the server says. */
static void
try_query(DbmigCall *call, const DbmigOp *op)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		run_query(call, op);
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		DbmigValue	row[2] = {{.type = DBMIG_INT, .number = -1},
		{.type = DBMIG_TEXT}};
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		if (!is_about_values(error))
			ReThrowError(error);
		row[1].text = dbmig_pg_to_core(error->message);
		row[1].len = strlen(row[1].text);
		dbmig_row(call->d, 2, row);
	}
	PG_END_TRY();
}

/* Most come one after the other: the settings are made once for all. */
void
dbmig_pg_inspect(DbmigCall *call, const DbmigOp *op)
{
	bool		few = op->number == DBMIG_INSPECT_FEW;

	if (few != call->inspects_few)
		dbmig_pg_settle(call);
	if (call->inspecting == 0)
	{
		call->inspecting = NewGUCNestLevel();
		call->inspects_few = few;
		set_all(safe_settings, lengthof(safe_settings));
		if (few)
			set_all(few_settings, lengthof(few_settings));
	}
	if (op->number == DBMIG_INSPECT_TRY)
		try_query(call, op);
	else
		run_query(call, op);
}

void
dbmig_pg_settle(DbmigCall *call)
{
	if (call->inspecting != 0)
		AtEOXact_GUC(false, call->inspecting);
	call->inspecting = 0;
}

/* ---- statements ---- */

static void
run_statement(const DbmigOp *op)
{
	SPIExecuteOptions options = {0};
	int			result;

	options.dest = None_Receiver;
	result = SPI_execute_extended(dbmig_pg_from_core(op->text), &options);
	if (result == SPI_ERROR_COPY)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot COPY to or from the client in a migration")));
	if (result == SPI_ERROR_TRANSACTION)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot execute transaction commands in a migration")));
	if (result < 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot execute the statement in a migration: %s",
						SPI_result_code_string(result))));
}

/*
 * Nobody else can see what is made in a scratch database: its locks are given
 * back statement by statement, since those of a large schema are more than
 * the server has room for.
 */
static void
run_unlocked(const DbmigOp *op)
{
	ResourceOwner outer = CurrentResourceOwner;
	ResourceOwner own = ResourceOwnerCreate(outer, "dbmig statement");

	CurrentResourceOwner = own;
	run_statement(op);
	CurrentResourceOwner = outer;
	ResourceOwnerRelease(own, RESOURCE_RELEASE_BEFORE_LOCKS, true, false);
	ResourceOwnerRelease(own, RESOURCE_RELEASE_LOCKS, false, false);
	ResourceOwnerRelease(own, RESOURCE_RELEASE_AFTER_LOCKS, true, false);
	ResourceOwnerDelete(own);
}

void
dbmig_pg_statement(DbmigCall *call, const DbmigOp *op)
{
	if (call->scratched)
		run_unlocked(op);
	else
		run_statement(op);
}

/* ---- the lock ---- */

/* The newest event of the log as a snapshot sees it; 0 when there is none. */
static int64
last_event(Snapshot snapshot)
{
	Identity	saved = become_owner();
	SPIPlanPtr	plan = SPI_prepare("SELECT history_seq FROM dbmig.state", 0,
								   NULL);
	int64		seq = 0;
	bool		isnull;

	if (plan == NULL || SPI_execute_snapshot(plan, NULL, NULL, snapshot,
											 InvalidSnapshot, true, false,
											 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the state of migrations: %s",
			 SPI_result_code_string(SPI_result));
	if (SPI_processed > 0)
		seq = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
										  SPI_tuptable->tupdesc, 1, &isnull));
	SPI_freetuptable(SPI_tuptable);
	SPI_freeplan(plan);
	become_again(&saved);
	return seq;
}

/* Where the snapshot is older than the lock, it must show the same log. */
static void
check_snapshot(void)
{
	if (!IsolationUsesXactSnapshot() ||
		last_event(GetTransactionSnapshot()) == last_event(GetLatestSnapshot()))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("could not serialize access due to a concurrent "
					"migration"),
			 errhint("The transaction might succeed if retried.")));
}

void
dbmig_pg_lock(DbmigCall *call, const DbmigOp *op)
{
	(void) call;
	PreventCommandIfReadOnly("a migration");
	if (op->number >= 0)
		set("lock_timeout", psprintf(INT64_FORMAT, (int64) op->number));
	(void) DirectFunctionCall1(pg_advisory_xact_lock_int8,
							   Int64GetDatum(LOCK_KEY));
	/* See what the migrator before us has made. */
	AcceptInvalidationMessages();
	check_snapshot();
}

void
dbmig_pg_commit(DbmigCall *call, const DbmigOp *op)
{
	(void) op;
	dbmig_pg_end(call);
	SPI_commit();
	EnsurePortalSnapshotExists();
	dbmig_pg_begin(call);
}

/* ---- settings and savepoints ---- */

static DbmigFrame *
push_frame(DbmigCall *call, bool savepoint)
{
	DbmigFrame *frame = MemoryContextAllocZero(call->context,
											   sizeof(DbmigFrame));

	frame->outer = call->frame;
	frame->savepoint = savepoint;
	call->frame = frame;
	return frame;
}

/* Closes the innermost frame, which must be of that kind. */
static DbmigFrame
pop_frame(DbmigCall *call, bool savepoint)
{
	DbmigFrame *frame = call->frame;
	DbmigFrame	popped;

	if (frame == NULL || frame->savepoint != savepoint)
		elog(ERROR, "ops are not nested");
	popped = *frame;
	call->frame = frame->outer;
	pfree(frame);
	return popped;
}

void
dbmig_pg_enter(DbmigCall *call, const DbmigOp *op)
{
	push_frame(call, false)->settings = NewGUCNestLevel();
	if (op->number == DBMIG_ENTER_SESSION)
		return;
	/* What the server has told without a schema is its own, whatever the
	 * session's path puts before it. */
	set("search_path", psprintf("pg_catalog, %s%spg_temp",
								namespace_search_path,
								*namespace_search_path == '\0' ? "" : ", "));
	set("row_security", "off");
}

void
dbmig_pg_leave(DbmigCall *call, const DbmigOp *op)
{
	(void) op;
	AtEOXact_GUC(false, pop_frame(call, false).settings);
}

void
dbmig_pg_savepoint(DbmigCall *call, const DbmigOp *op)
{
	DbmigFrame *frame = push_frame(call, true);

	(void) op;
	frame->context = CurrentMemoryContext;
	frame->owner = CurrentResourceOwner;

	/*
	 * The server refuses changes in a subtransaction while there are messages
	 * left from a command that wrote nothing after them, as ALTER DOMAIN does.
	 */
	(void) GetCurrentCommandId(true);
	CommandCounterIncrement();
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(frame->context);
}

static void
end_savepoint(DbmigCall *call, void (*end) (void))
{
	DbmigFrame	frame = pop_frame(call, true);

	end();
	MemoryContextSwitchTo(frame.context);
	CurrentResourceOwner = frame.owner;
}

void
dbmig_pg_back(DbmigCall *call, const DbmigOp *op)
{
	(void) op;
	end_savepoint(call, RollbackAndReleaseCurrentSubTransaction);
}

void
dbmig_pg_release(DbmigCall *call, const DbmigOp *op)
{
	(void) op;
	end_savepoint(call, ReleaseCurrentSubTransaction);
}

void
dbmig_pg_unwind(DbmigCall *call)
{
	/* Settings go back with the transaction they are in. */
	while (call->frame != NULL)
	{
		if (call->frame->savepoint)
			end_savepoint(call, RollbackAndReleaseCurrentSubTransaction);
		else
			(void) pop_frame(call, false);
	}
}
