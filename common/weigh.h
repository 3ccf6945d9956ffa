/*
 * weigh.h
 *	  Weighs the hazards of a plan with the rows that are there now.
 */
#ifndef DBMIG_WEIGH_H
#define DBMIG_WEIGH_H

#include "plan.h"
#include "run.h"

/* Asks the database about each finding of the plan, then goes on with phase.
 * What does not hold is marked so. */
extern void dbmig_weigh(DbmigRun *run, DbmigPlan *plan, DbmigPhase phase);

/* Refuses the plan when rows stand in its way, or would be lost without
 * allow_data_loss; false (and the error) then. */
extern bool dbmig_weigh_allows(DbmigRun *run, const DbmigPlan *plan);

/*
 * Counts the rows of rebuilt tables again, once the plan has run, and goes on
 * with phase when each has as many as before; else it is an error.
 */
extern void dbmig_weigh_rebuilt(DbmigRun *run, DbmigPlan *plan,
								DbmigPhase phase);

/* True when a step loses rows or values that exist now. */
extern bool dbmig_weigh_loses(const DbmigPlan *plan);

/* The ids of a step's findings that hold, as a JSON array. */
extern const char *dbmig_weigh_json(Dbmig *d, const DbmigStep *step);

#endif							/* DBMIG_WEIGH_H */
