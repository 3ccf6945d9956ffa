/*
 * target.h
 *	  The way from the live schema to a wanted one.
 */
#ifndef DBMIG_TARGET_H
#define DBMIG_TARGET_H

#include "plan.h"
#include "schema.h"

typedef struct DbmigTarget
{
	const DbmigWanted *wanted;
	DbmigRows  *live;
	DbmigRows  *renamed;		/* live, once the renames are done */
	DbmigRows  *rows;			/* what is wanted */
	DbmigModel *from;			/* of renamed, where it differs from rows */
	DbmigModel *to;				/* of rows, the same */
	const DbmigJson *backfill;	/* by the ids of columns; NULL: nothing */
	DbmigPlan  *renames;
	size_t		asked;			/* the first renames: those of the user */
	DbmigPlan  *plan;			/* from renamed to rows */
	const char *up;				/* of both plans, as a migration's text */
	const char *down;
	DbmigPhase	after;
	bool		reached;		/* the live schema is the wanted one */
} DbmigTarget;

/*
 * Finds the way to the DDL and puts it in run->target, then goes on with
 * phase.  Hazards are not weighed.
 */
extern void dbmig_target_find(DbmigRun *run, const char *ddl,
							  DbmigPhase phase);

/* Adds a step to the result, a row as migrate_diff prints it. */
extern void dbmig_target_output(DbmigRun *run, const DbmigStep *step);

/* The first object in which two schemas differ; NULL when they are the same,
 * or after an error. */
extern const DbmigChange *dbmig_target_difference(Dbmig *d,
												  const DbmigRows *a,
												  const DbmigRows *b);

/* The same for what a push has reached and what was wanted. */
extern const DbmigChange *dbmig_target_missed(DbmigRun *run,
											  const DbmigRows *reached);

/* The object that a change is about. */
extern const DbmigObject *dbmig_target_object(const DbmigChange *change);

/* Adds to the error what differs: the first attribute, of the first part if
 * need be. */
extern void dbmig_target_detail(Dbmig *d, const DbmigChange *change);

#endif							/* DBMIG_TARGET_H */
