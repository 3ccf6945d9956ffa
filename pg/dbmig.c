/*
 * dbmig.c
 *	  The module: what PostgreSQL calls.  Nothing is done here; each function
 *	  of the SQL surface hands its call to the driver in host.c.
 */

/* Everything else is hidden (Makefile); servers before 16 mark nothing. */
#ifndef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

#include "postgres.h"

#include "fmgr.h"

#include "host.h"

PG_MODULE_MAGIC;

#define SQL_FUNCTION(name) \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		return dbmig_pg_call(fcinfo, #name); \
	} \
	extern Datum name(PG_FUNCTION_ARGS)

SQL_FUNCTION(migrate_apply);
SQL_FUNCTION(migrate_up);
SQL_FUNCTION(migrate_run);
SQL_FUNCTION(migrate_rollback);
SQL_FUNCTION(migrate_baseline);
SQL_FUNCTION(migrate_repair);
SQL_FUNCTION(migrate_status);
SQL_FUNCTION(migrate_history);
SQL_FUNCTION(migrate_verify);
SQL_FUNCTION(migrate_diff);
SQL_FUNCTION(migrate_push);
SQL_FUNCTION(migrate_generate);
SQL_FUNCTION(migrate_drift);
SQL_FUNCTION(migrate_schema);
SQL_FUNCTION(migrate_fingerprint);
SQL_FUNCTION(dbmig_version);
