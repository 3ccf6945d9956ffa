/*
 * pg_plan_ask.h
 *	  Questions about the rows that are there, for who looks for hazards.
 */
#ifndef DBMIG_PG_PLAN_ASK_H
#define DBMIG_PG_PLAN_ASK_H

#include "pg_plan_part.h"

/* A step and the planner it is of. */
typedef struct DbmigPgFinder
{
	DbmigPgPlanner *planner;
	DbmigStep  *step;
} DbmigPgFinder;

/* A hazard that holds anyhow. */
extern void dbmig_pg_note(const DbmigPgFinder *finder, const char *hazard);

/*
 * A hazard that holds for so many rows of the table as the condition (NULL:
 * any) is true for.  what and unit as in DbmigFinding; example: an expression
 * for one of them, or NULL.
 */
extern void dbmig_pg_ask(const DbmigPgFinder *finder, const char *hazard,
						 const DbmigObject *table, const char *condition,
						 const char *example, const char *what,
						 const char *unit);

/* "dropping column "a" of table "t"" */
extern const char *dbmig_pg_part_of(Dbmig *d, const char *does,
									const DbmigObject *part);

/* The form with the column, in quotes, in place of each %s. */
extern const char *dbmig_pg_fill(Dbmig *d, const char *form,
								 const DbmigObject *column);

/* What stands in the parentheses that open at text; NULL when none do.  *end
 * is behind them. */
extern const char *dbmig_pg_in_parens(Dbmig *d, const char *text,
									  const char **end);

/* An expression that says which row of the table it is. */
extern const char *dbmig_pg_which(Dbmig *d, const DbmigObject *table);

/* Values that the new type cannot hold, or not without a loss. */
extern void dbmig_pg_ask_type(const DbmigPgFinder *finder,
							  const DbmigPgItem *column);

/* Rows that break a constraint, or a unique index, that is added to a table
 * that is there. */
extern void dbmig_pg_ask_constraint(const DbmigPgFinder *finder,
									const DbmigPgItem *constraint);
extern void dbmig_pg_ask_index(const DbmigPgFinder *finder,
							   const DbmigPgItem *index);

/* Rows that lie outside of the bounds of a partition that a table becomes. */
extern void dbmig_pg_ask_bounds(const DbmigPgFinder *finder,
								const DbmigPgItem *table);

/* ---- pg_plan_value.c ---- */

/* Values that are no label of the enum which the column is to have. */
extern void dbmig_pg_ask_labels(const DbmigPgFinder *finder,
								const DbmigPgItem *column);

/* Values that the constraints of a domain do not allow any more. */
extern void dbmig_pg_ask_domain(const DbmigPgFinder *finder,
								const DbmigPgItem *domain);

/* Rows that hold a value that an enum loses. */
extern void dbmig_pg_ask_enum(const DbmigPgFinder *finder,
							  const DbmigPgItem *type);

/* ---- pg_plan_note.c: what acts cost, and what they look like ---- */

/* The hazards of an act that hold whatever the rows are. */
extern void dbmig_pg_note_move(const DbmigPgFinder *finder,
							   const DbmigPgMove *move);

#endif							/* DBMIG_PG_PLAN_ASK_H */
