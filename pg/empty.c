/*
 * empty.c
 *	  A table access method that stores nothing, for tables that never get a
 *	  row: those of a wanted schema.
 *
 * It is the heap without a file: what would make, measure or write one does
 * nothing.  Its row in pg_am is there only in the subtransaction in which a
 * wanted schema is built, so that nobody else can ever choose it.
 */
#ifndef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

#include "postgres.h"

#include "access/htup_details.h"
#include "access/multixact.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "scratch.h"

/* Of the row in pg_am: one that the server itself would never give out. */
#define EMPTY_ACCESS_METHOD 9972

#if PG_VERSION_NUM >= 160000
typedef RelFileLocator Locator;
#define set_new_locator relation_set_new_filelocator
#else
typedef RelFileNode Locator;
#define set_new_locator relation_set_new_filenode
#endif

static void
make_file(Relation rel, const Locator *locator, char persistence,
		  TransactionId *freeze, MultiXactId *multi)
{
	(void) rel;
	(void) locator;
	(void) persistence;
	*freeze = RecentXmin;
	*multi = GetOldestMultiXactId();
}

static void
truncate_file(Relation rel)
{
	(void) rel;
}

static void
copy_file(Relation rel, const Locator *locator)
{
	(void) rel;
	(void) locator;
}

static void
cluster(Relation from, Relation to, Relation index, bool sort,
		TransactionId oldest, TransactionId *freeze, MultiXactId *multi,
		double *ntuples, double *vacuumed, double *dead)
{
	(void) from;
	(void) to;
	(void) index;
	(void) sort;
	(void) oldest;
	(void) freeze;
	(void) multi;
	*ntuples = *vacuumed = *dead = 0;
}

static uint64
measure(Relation rel, ForkNumber fork)
{
	(void) rel;
	(void) fork;
	return 0;
}

static bool
needs_toast(Relation rel)
{
	(void) rel;
	return false;
}

static void
insert(Relation rel, TupleTableSlot *slot, CommandId cid, int options,
	   struct BulkInsertStateData *state)
{
	(void) rel;
	(void) slot;
	(void) cid;
	(void) options;
	(void) state;
}

static void
insert_many(Relation rel, TupleTableSlot **slots, int nslots, CommandId cid,
			int options, struct BulkInsertStateData *state)
{
	(void) rel;
	(void) slots;
	(void) nslots;
	(void) cid;
	(void) options;
	(void) state;
}

static double
index_rows(Relation table, Relation index, struct IndexInfo *info,
		   bool synced, bool any_visible, bool progress, BlockNumber start,
		   BlockNumber count, IndexBuildCallback callback, void *state,
		   TableScanDesc scan)
{
	(void) table;
	(void) index;
	(void) info;
	(void) synced;
	(void) any_visible;
	(void) progress;
	(void) start;
	(void) count;
	(void) callback;
	(void) state;
	if (scan != NULL)
		table_endscan(scan);
	return 0;
}

extern PGDLLEXPORT Datum dbmig_empty_handler(PG_FUNCTION_ARGS);
PG_FUNCTION_INFO_V1(dbmig_empty_handler);

Datum
dbmig_empty_handler(PG_FUNCTION_ARGS)
{
	static TableAmRoutine routine;

	(void) fcinfo;
	routine = *GetHeapamTableAmRoutine();
	routine.set_new_locator = make_file;
	routine.relation_nontransactional_truncate = truncate_file;
	routine.relation_copy_data = copy_file;
	routine.relation_copy_for_cluster = cluster;
	routine.relation_size = measure;
	routine.relation_needs_toast_table = needs_toast;
	routine.index_build_range_scan = index_rows;
	routine.tuple_insert = insert;
	routine.multi_insert = insert_many;
	PG_RETURN_POINTER(&routine);
}

static Oid
find_handler(void)
{
	Oid			types[] = {INTERNALOID};

	/* Whoever may use the schema. */
	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
						   CStringGetDatum("empty_table_handler"),
						   PointerGetDatum(buildoidvector(types, 1)),
						   ObjectIdGetDatum(get_namespace_oid("dbmig", true)));
}

void
dbmig_pg_use_empty(void)
{
	Oid			handler = find_handler();
	NameData	name;
	Relation	catalog;
	Datum		values[Natts_pg_am];
	bool		nulls[Natts_pg_am] = {false};

	/* Another default is what the user wants. */
	if (!OidIsValid(handler) ||
		strcmp(default_table_access_method, DEFAULT_TABLE_ACCESS_METHOD) != 0)
		return;
	namestrcpy(&name, DBMIG_PG_EMPTY);
	values[Anum_pg_am_oid - 1] = ObjectIdGetDatum(EMPTY_ACCESS_METHOD);
	values[Anum_pg_am_amname - 1] = NameGetDatum(&name);
	values[Anum_pg_am_amhandler - 1] = ObjectIdGetDatum(handler);
	values[Anum_pg_am_amtype - 1] = CharGetDatum(AMTYPE_TABLE);
	catalog = table_open(AccessMethodRelationId, RowExclusiveLock);
	CatalogTupleInsert(catalog, heap_form_tuple(RelationGetDescr(catalog),
												values, nulls));
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
	dbmig_pg_set("default_table_access_method", DBMIG_PG_EMPTY);
}
