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
 * for one of them, or NULL.  NULL after an error.
 */
extern DbmigFinding *dbmig_pg_ask(const DbmigPgFinder *finder, const char *hazard,
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

/* True when all that the object uses is there, as it will be. */
extern bool dbmig_pg_can_ask(const DbmigObject *object);

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

/* ---- pg_plan_retype.c ---- */

/* Where a value stands that gets another type: a column, or in one. */
typedef struct DbmigPgPlace
{
	const DbmigPgItem *column;
	const char *name;			/* an expression for the value */
	const char *before;			/* around a condition on it */
	const char *after;
	size_t		arrays;			/* that it is in */
	size_t		rows;
	bool		read;			/* its row is converted as a whole, by text */
} DbmigPgPlace;

/* The column itself. */
extern DbmigPgPlace dbmig_pg_place(Dbmig *d, const DbmigPgItem *column);

/* A hazard of the rows where a condition on the value there is true.  does: as
 * for dbmig_pg_part_of(). */
extern DbmigFinding *dbmig_pg_ask_place(const DbmigPgFinder *finder,
										const DbmigPgPlace *place,
										const char *hazard,
										const char *condition,
										const char *does);

/* Values that the new type of a column cannot hold, or not without a loss. */
extern void dbmig_pg_ask_type(const DbmigPgFinder *finder,
							  const DbmigPgItem *column);

/* The same for a value there, of types that are no domains and no rows. */
extern void dbmig_pg_ask_leaf(const DbmigPgFinder *finder,
							  const DbmigPgPlace *place, const char *from,
							  const char *to);

/* ---- pg_plan_stored.c ---- */

/* The same for a column whose type keeps its name, and changes. */
extern void dbmig_pg_ask_stored(const DbmigPgFinder *finder,
								const DbmigPgItem *column);

/* Values of a column of a row type that go, where others store such rows. */
extern void dbmig_pg_ask_rows(const DbmigPgFinder *finder,
							  const DbmigObject *column);

#endif							/* DBMIG_PG_PLAN_ASK_H */
