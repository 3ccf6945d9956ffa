/*
 * plan.h
 *	  How one schema becomes another: steps with their undo and their hazards.
 */
#ifndef DBMIG_PLAN_H
#define DBMIG_PLAN_H

#include "model.h"
#include "options.h"

/* ---- hazard.c: what a step may do to data and to those who use it ---- */

typedef enum DbmigHazardClass
{
	DBMIG_HAZARD_NOTE,			/* worth knowing */
	DBMIG_HAZARD_LOSS,			/* rows or values that exist now would go:
								 * refused without allow_data_loss */
	DBMIG_HAZARD_CONFLICT		/* rows violate what is wanted: refused */
} DbmigHazardClass;

/* A rule.  docs/hazards.md says what each means and what to do. */
typedef struct DbmigHazard
{
	const char *id;				/* "drop-table" */
	DbmigHazardClass class;
} DbmigHazard;

/* All rules, by id; ends with a NULL id. */
extern const DbmigHazard dbmig_hazards[];

/* The rule of that id; NULL when there is none. */
extern const DbmigHazard *dbmig_hazard(const char *id);

/* A hazard of a step. */
typedef struct DbmigFinding
{
	const DbmigHazard *hazard;
	const char *query;			/* one row: how many rows or values, and one of
								 * them as text or NULL; the finding holds when
								 * it is not 0.  NULL: it holds anyhow */
	const DbmigHazard *failed;	/* what holds instead when some value makes
								 * the query fail; NULL: none does */
	const char *what;			/* for messages: dropping column "a" of table
								 * "t" would lose */
	const char *unit;			/* "rows", "values" */
	bool		lasting;		/* no undo makes up for it: a loss always is */
	bool		holds;			/* as far as is known */
	int64_t		count;
	const char *example;
} DbmigFinding;

/* True when what it tells of is still so after the undo. */
static inline bool
dbmig_finding_lasts(const DbmigFinding *finding)
{
	return finding->lasting || finding->hazard->class == DBMIG_HAZARD_LOSS;
}

/* ---- plan.c ---- */

typedef enum DbmigAction
{
	DBMIG_CREATE,
	DBMIG_ALTER,
	DBMIG_RENAME,
	DBMIG_REPLACE,
	DBMIG_REBUILD,
	DBMIG_DROP
} DbmigAction;

typedef struct DbmigStep
{
	DbmigAction action;
	const DbmigKind *kind;
	const char *id;				/* of the object, among its kind */
	const char *object;			/* its name, as messages call it */
	const char *sql;			/* one or more statements, each with its ';' */
	const char *undo;			/* the same; "" when nothing can */
	bool		transactional;
	bool		overwrites;		/* values that are there, as the user wishes:
								 * they do not come back */
	DbmigFinding *findings;
	size_t		nfindings;
	size_t		findings_capacity;
} DbmigStep;

typedef struct DbmigPlan
{
	Dbmig	   *d;
	DbmigStep  *steps;			/* in the order in which they run */
	size_t		count;
	size_t		capacity;
	const char *down;			/* the way back, as a migration's text */
} DbmigPlan;

/* What the user said about the way. */
typedef struct DbmigIntent
{
	const DbmigJson *backfill;	/* ids, "table.column" -> SQL; or NULL */
	const struct DbmigRows *from;	/* all that there is, where the models are */
	const struct DbmigRows *to;	/* only of what differs; or NULL */
	void	  **memo;			/* what the dialect has found out that is of use
								 * on the way there and on the way back; or
								 * NULL */
	bool		anywhere;		/* this is a text for any database, and does
								 * not name the main one */
	bool		undo;			/* this is a way back: what was lost is filled
								 * in with something */
} DbmigIntent;

/*
 * The steps from one model to the other, each with its undo.  Both models are
 * finished.  NULL after an error.
 */
extern DbmigPlan *dbmig_plan(Dbmig *d, DbmigModel *from, DbmigModel *to,
							 const DbmigIntent *intent);

/* The same without undo, when only the way itself is wanted. */
extern DbmigPlan *dbmig_plan_one_way(Dbmig *d, DbmigModel *from,
									 DbmigModel *to,
									 const DbmigIntent *intent);

/* For dialects: adds a step, a hazard to a step. */
extern DbmigStep *dbmig_plan_add(DbmigPlan *plan, DbmigAction action,
								 const DbmigObject *object, const char *sql);
extern DbmigFinding *dbmig_step_find(DbmigPlan *plan, DbmigStep *step,
									 const char *hazard);

/* The statements of all steps, in order, as a migration's text. */
extern const char *dbmig_plan_sql(const DbmigPlan *plan);

/* "create", "alter", ...: as migrate_diff prints it. */
extern const char *dbmig_action_name(DbmigAction action);

#endif							/* DBMIG_PLAN_H */
