/*
 * down.h
 *	  The down of a migration: authored, or computed from what the migration
 *	  did to the schema; and its proof.
 */
#ifndef DBMIG_DOWN_H
#define DBMIG_DOWN_H

#include "schema.h"
#include "script.h"

typedef struct DbmigDown
{
	const char *name;			/* of the migration */
	const char *text;			/* NULL: there is none */
	const char *kind;			/* "authored", "computed", "none" */
	bool		reversible;		/* nothing that was lost is missing after it */
	const DbmigHalf *half;		/* NULL: there is none */
} DbmigDown;

/* The down that the migration brought; one without a statement is none: a
 * file that was never filled in.  False (and the error) when it may not run. */
extern bool dbmig_down_given(DbmigRun *run, const DbmigMigration *migration,
							 DbmigDown *down);

/* Computes the down of a migration that brought none and whose up led from
 * one schema to the other. */
extern void dbmig_down_compute(DbmigRun *run, const DbmigScript *up,
							   DbmigModel *before, DbmigModel *after,
							   DbmigDown *down);

/*
 * The same as dbmig_down_compute, for a migration that did renames: takes them
 * back in a savepoint to see what is left to do, then goes on with phase.
 */
extern void dbmig_down_compute_renamed(DbmigRun *run, const DbmigScript *up,
									   const DbmigRows *before,
									   const DbmigRows *after,
									   DbmigDown *down, DbmigPhase phase);

/*
 * Proves the down in a savepoint, then goes on with phase: it runs, and where
 * the schema can be read, it leads back to before (NULL: it cannot).
 */
extern void dbmig_down_prove(DbmigRun *run, const DbmigDown *down,
							 const DbmigRows *before, DbmigPhase phase);

#endif							/* DBMIG_DOWN_H */
