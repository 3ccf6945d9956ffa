/*
 * rename.h
 *	  Renames that the user asked for, by option or in the DDL; never guessed.
 */
#ifndef DBMIG_RENAME_H
#define DBMIG_RENAME_H

#include "plan.h"
#include "schema.h"

/*
 * The steps that rename what is in the live schema under an old name and is
 * wanted under a new one; each with its undo, and all of them undone in
 * plan->down.  What has its new name already is passed over; a name that is
 * nowhere is an error.  NULL after an error.
 */
extern DbmigPlan *dbmig_rename_plan(DbmigRun *run, const DbmigRows *live,
									const DbmigRows *target,
									const DbmigRenames *hints);

/* The same for renames that nobody asked for: one that makes no sense is passed
 * over, and those of the options are not done. */
extern DbmigPlan *dbmig_rename_plan_fitting(DbmigRun *run,
											const DbmigRows *live,
											const DbmigRows *target,
											const DbmigRenames *renames);

/*
 * Adds the renames that follow from these, where from is what they make of the
 * live schema; false when none do.
 */
extern bool dbmig_rename_imply(DbmigPlan *renames, const DbmigModel *from,
							   const DbmigModel *to);

#endif							/* DBMIG_RENAME_H */
