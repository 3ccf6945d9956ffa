/*
 * backfill.h
 *	  The option backfill: what rows get, by "table.column".
 */
#ifndef DBMIG_BACKFILL_H
#define DBMIG_BACKFILL_H

#include "rows.h"
#include "run.h"

/*
 * Checks that each key names a column of the wanted schema, and that each text
 * is one expression: what ends it early would run as something else.  False
 * (and the error) when not.
 */
extern bool dbmig_backfill_check(DbmigRun *run, const DbmigRows *wanted);

#endif							/* DBMIG_BACKFILL_H */
