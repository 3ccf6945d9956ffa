/*
 * backfill.h
 *	  The option backfill: what rows get, by "table.column".
 */
#ifndef DBMIG_BACKFILL_H
#define DBMIG_BACKFILL_H

#include "rows.h"
#include "run.h"

/*
 * The option with the ids of what its keys name: "table.column" as messages
 * write it, or in PostgreSQL as SQL does.  Each must be a column of the wanted schema, and
 * each text one expression: what ends it early would run as something else.
 * NULL without the option, or after an error.
 */
extern const DbmigJson *dbmig_backfill_read(DbmigRun *run,
											const DbmigRows *wanted);

#endif							/* DBMIG_BACKFILL_H */
