/*
 * pg_plan.h
 *	  What the rooms of PostgreSQL's planner share.
 *
 * Each object, and each column and constraint of a table, is an item: what
 * both schemas have of it, and its fate.  A fate becomes acts: nodes that are
 * put in order by what needs what.  The acts of one table that follow each
 * other become one statement.
 */
#ifndef DBMIG_PG_PLAN_H
#define DBMIG_PG_PLAN_H

#include "order.h"
#include "pg_schema.h"
#include "plan.h"

typedef enum DbmigPgFate
{
	DBMIG_PG_KEEP,
	DBMIG_PG_CREATE,
	DBMIG_PG_DROP,
	DBMIG_PG_ALTER,				/* it stays; ALTER or CREATE OR REPLACE */
	DBMIG_PG_RECREATE			/* it is dropped and comes back */
} DbmigPgFate;

/* What is done to an item, in the order in which it can only be done. */
typedef enum DbmigPgAct
{
	DBMIG_PG_ACT_AWAY,			/* a type gets another name, a default goes, a
								 * column becomes text, a child leaves its
								 * parent: so that something else can change */
	DBMIG_PG_ACT_DROP,
	DBMIG_PG_ACT_SHELL,			/* a type is there in name, for functions that
								 * it needs itself */
	DBMIG_PG_ACT_CREATE,
	DBMIG_PG_ACT_ALTER,
	DBMIG_PG_ACT_LATE,			/* what needs more than it itself does: a
								 * default, an owner of a sequence, a parent */
	DBMIG_PG_ACT_LAST,			/* what identifies rows for replicas: an index */
	DBMIG_PG_NACTS
} DbmigPgAct;

#define DBMIG_PG_NO_NODE SIZE_MAX

typedef struct DbmigPgItem DbmigPgItem;

struct DbmigPgItem
{
	const DbmigObject *from;	/* NULL: it is not there */
	const DbmigObject *to;		/* NULL: it is not wanted */
	const DbmigChange *change;	/* NULL: no difference, or not in both */
	DbmigPgItem *owner;			/* of a part */
	DbmigPgFate fate;
	bool		goes_along;		/* with another one, when that is dropped */
	const DbmigPgItem *carrier; /* that one; NULL: its owner */
	bool		comes_along;	/* with its owner, when that is created */
	bool		shell;			/* a type that needs functions which need it */
	bool		retyped;		/* a column whose type changes, or has to be
								 * said again */
	bool		via_text;		/* and the values have to go through text */
	bool		as_text;		/* and are text until the new type is there */
	bool		redefaulted;	/* a column whose default goes meanwhile */
	bool		default_first;	/* a column that goes, and its default before
								 * the function that computes that */
	bool		follows;		/* a column that gets another type with its
								 * parent's */
	bool		attaches;		/* a partition that is made with its keys and
								 * indexes before it becomes one */
	bool		rejoins;		/* a child whose parent goes meanwhile */
	bool		swapped;		/* a type that columns move from, to the new
								 * one; a sequence whose place an identity
								 * takes, which goes on where it was */
	bool		gone;			/* its DROP is written */
	DbmigPgItem **dependents;	/* items that need from */
	size_t		ndependents;
	size_t		dependents_capacity;
	size_t		nodes[DBMIG_PG_NACTS];
};

/* An act of an item: what a node is. */
typedef struct DbmigPgMove
{
	DbmigPgItem *item;
	DbmigPgAct	act;
} DbmigPgMove;

typedef struct DbmigPgPlanner
{
	Dbmig	   *d;
	DbmigPlan  *plan;
	const DbmigModel *from;
	const DbmigModel *to;
	const DbmigIntent *intent;
	DbmigPgItem **items;		/* all of them, owners before parts */
	size_t		count;
	size_t		capacity;
	DbmigPgItem **events;		/* what goes or is retyped, to be told to
								 * those that need it */
	size_t		nevents;
	size_t		events_capacity;
	size_t		told;			/* events that were told */
	DbmigOrder *order;
	DbmigMap	drops;			/* id -> item that goes */
	DbmigMap	freed;			/* name of a sequence -> the column that has
								 * no identity any more */
	bool		bodies_unchecked;
} DbmigPgPlanner;

/* The statements of one step, as they are collected. */
typedef struct DbmigPgStatements
{
	DbmigBuf	before;			/* whole statements */
	DbmigBuf	adds;			/* of one ALTER TABLE: columns to be filled */
	DbmigBuf	fills;			/* whole statements that fill them, while all
								 * that goes is still there */
	DbmigBuf	commands;		/* of one ALTER TABLE, joined */
	DbmigBuf	after;			/* whole statements */
} DbmigPgStatements;

/* PostgreSQL's plan(): the dialect's way from one model to the other. */
extern void dbmig_pg_plan(DbmigPlan *plan, const DbmigModel *from,
						  const DbmigModel *to, const DbmigDiff *diff,
						  const DbmigIntent *intent);

/* ---- pg_plan_rename.c: what can be renamed, and what has to be ---- */

extern const DbmigRenameForm dbmig_pg_renamable[];

/* PostgreSQL's imply(). */
extern void dbmig_pg_imply(DbmigPlan *renames, const DbmigModel *from,
						   const DbmigModel *to);

/* ---- pg_plan_fate.c: what happens to each item ---- */

/* The item that an object belongs to; NULL when there is none. */
extern DbmigPgItem *dbmig_pg_item(const DbmigObject *object);

/* The column that owns a sequence; NULL when none does. */
extern DbmigPgItem *dbmig_pg_owning_column(Dbmig *d, const DbmigModel *model,
										   const DbmigObject *sequence);

/* The sequence that takes the place of a column's identity, and goes on where
 * that was; NULL when none does. */
extern const DbmigObject *dbmig_pg_succeeding(Dbmig *d,
											  const DbmigModel *to,
											  const DbmigPgItem *column);

/* The table that an index, a trigger, a rule or a policy is of; NULL when it is
 * not in the model. */
extern DbmigPgItem *dbmig_pg_table_of(const DbmigModel *model,
									  const DbmigObject *object);

/* Makes the items and decides their fates. */
extern void dbmig_pg_decide(DbmigPgPlanner *planner, const DbmigDiff *diff);

/* True when the item is not there for a while, or ever. */
static inline bool
dbmig_pg_goes(const DbmigPgItem *item)
{
	return item->fate == DBMIG_PG_DROP || item->fate == DBMIG_PG_RECREATE;
}

static inline bool
dbmig_pg_comes(const DbmigPgItem *item)
{
	return item->fate == DBMIG_PG_CREATE || item->fate == DBMIG_PG_RECREATE;
}

/* True for a part of something that goes. */
static inline bool
dbmig_pg_owner_goes(const DbmigPgItem *item)
{
	return item->owner != NULL && dbmig_pg_goes(item->owner);
}

static inline bool
dbmig_pg_is_gone(const DbmigPgItem *item)
{
	return dbmig_pg_goes(item) || dbmig_pg_owner_goes(item);
}

/* True for a column that a table which stays gets from its parent. */
static inline bool
dbmig_pg_is_brought(const DbmigPgItem *item)
{
	return item->comes_along && dbmig_pg_comes(item) &&
		dbmig_pg_is(item->to, DBMIG_PG_COLUMN) &&
		!dbmig_pg_comes(item->owner);
}

/* True for what a column can have as its type. */
extern bool dbmig_pg_is_type(const DbmigObject *object);

/* True when a column has the type, or another type that has it; the same for
 * the rows of a table. */
extern bool dbmig_pg_is_stored(const DbmigPgItem *type);

static inline bool
dbmig_pg_is_table(const DbmigObject *object)
{
	return dbmig_pg_is(object, DBMIG_PG_TABLE) ||
		dbmig_pg_is(object, DBMIG_PG_FOREIGN_TABLE);
}

static inline bool
dbmig_pg_is_generated(const DbmigObject *column)
{
	return dbmig_object_get(column, "generated") != NULL;
}

/* True when both have the attribute with one value, or neither has it. */
extern bool dbmig_pg_same(const DbmigObject *a, const DbmigObject *b,
						  const char *key);

/* True when the attribute is there and is that value. */
extern bool dbmig_pg_has(const DbmigObject *object, const char *key,
						 const char *value);

/* ---- pg_plan_spread.c: what hangs on what goes ---- */

/* Lets go, or come back, what hangs on items that go or are retyped. */
extern void dbmig_pg_spread(DbmigPgPlanner *planner);

/* ---- pg_plan_along.c: what comes and goes with something else ---- */

/* Completes the fates of parts, and sets goes_along and comes_along. */
extern void dbmig_pg_decide_along(DbmigPgPlanner *planner);

/* ---- pg_plan_kind.c: statements about whole objects ---- */

/* "TABLE", "MATERIALIZED VIEW": as DROP and COMMENT ON call the kind. */
extern const char *dbmig_pg_words(const DbmigObject *object);

/* "CONSTRAINT a ON public.t": as DROP and COMMENT ON call the object. */
extern const char *dbmig_pg_target(Dbmig *d, const DbmigObject *object);

/* True when the change can be made in place. */
extern bool dbmig_pg_alterable(Dbmig *d, const DbmigChange *change);

/* What the first function of a plan begins with. */
#define DBMIG_PG_BODIES_OFF "SET check_function_bodies TO off;\n"

/* The statements that make, change and drop an object that is no table. */
extern void dbmig_pg_create(DbmigPgPlanner *planner, DbmigBuf *sql,
							const DbmigObject *object);
extern void dbmig_pg_alter(DbmigPgPlanner *planner, DbmigBuf *sql,
						   const DbmigChange *change);
extern void dbmig_pg_drop(DbmigPgPlanner *planner, DbmigBuf *sql,
						  const DbmigObject *object);

/* The statements that make a column own the sequence; a sequence that is new
 * goes on after the values that are there. */
extern void dbmig_pg_own_sequence(DbmigPgPlanner *planner, DbmigBuf *sql,
								  const DbmigPgItem *sequence);

/* The statement that lets a sequence go on after the values of a column; or
 * where another one is. */
extern void dbmig_pg_go_on(DbmigBuf *sql, const char *sequence,
						   const DbmigObject *column);
extern void dbmig_pg_go_on_from(DbmigBuf *sql, const char *sequence,
								const char *old);

/* The name that a type or a sequence has while columns move from it. */
extern const char *dbmig_pg_away(Dbmig *d, const char *id);

/* True when an enum of from can be one of to by adding values. */
extern bool dbmig_pg_enum_grows(Dbmig *d, const DbmigObject *from,
								const DbmigObject *to);

/* The values of an enum, as literals, up to a NULL. */
extern const char **dbmig_pg_enum_values(Dbmig *d, const DbmigObject *type);

/* The statement that drops a trigger, or lets that of a partition be as that
 * of the whole. */
extern void dbmig_pg_drop_trigger(DbmigPgPlanner *planner, DbmigBuf *sql,
								  const DbmigPgItem *trigger);

/* ---- pg_plan_extra.c: comments, grants, owners ---- */

/* Comment, owner and grants of what was just made (from is NULL) or changed,
 * and of its parts that are no items. */
extern void dbmig_pg_extras(DbmigPgPlanner *planner, DbmigBuf *sql,
							const DbmigObject *from, const DbmigObject *to);

/* The same without the parts. */
extern void dbmig_pg_own_extras(DbmigPgPlanner *planner, DbmigBuf *sql,
								const DbmigObject *from,
								const DbmigObject *to);

/* ---- pg_plan_table.c: statements about tables and their parts ---- */

/* The statements of acts on one table that follow each other. */
extern void dbmig_pg_plan_table(DbmigPgPlanner *planner, DbmigPgItem *table,
								DbmigPgMove **moves, size_t count);

/* The composite that a typed table is of; NULL when it is not typed. */
extern DbmigPgItem *dbmig_pg_type_of_table(const DbmigObject *table);

/* True when a child leaves a parent, or a typed table its type; when it joins
 * one. */
extern bool dbmig_pg_leaves(const DbmigPgItem *table);
extern bool dbmig_pg_joins(const DbmigPgItem *table);

/* True when the index becomes part of its parent, which is there, as its
 * table does. */
extern bool dbmig_pg_joins_with_table(const DbmigPgPlanner *planner,
									  const DbmigObject *index);

/* The statements that do it. */
extern void dbmig_pg_detach(DbmigBuf *sql, const DbmigPgItem *table);
extern void dbmig_pg_attach(DbmigBuf *sql, const DbmigPgItem *table);

/* The statement that says what identifies rows for replicas. */
extern void dbmig_pg_replica_identity(DbmigBuf *sql,
									  const DbmigObject *table);

/* The same once more, when that is an index which was made anew. */
extern void dbmig_pg_identify_again(DbmigPgPlanner *planner, DbmigBuf *sql,
									const char *table,
									const DbmigPgItem *index,
									const char *name);

/* The statement for an index, or that of a constraint, which is to be what the
 * rows of its table are sorted by, or is so no more. */
extern void dbmig_pg_cluster(DbmigPgPlanner *planner, DbmigBuf *sql,
							 const char *table, const DbmigObject *index,
							 const char *name);

/* ---- pg_plan_text.c: what the server deparses ---- */

/* The SQL, so that the server reads what it wrote. */
extern const char *dbmig_pg_restorable(Dbmig *d, const char *sql);

/* ---- pg_plan_find.c: hazards ---- */

/* Those of the acts of a step. */
extern void dbmig_pg_find(DbmigPgPlanner *planner, DbmigStep *step,
						  DbmigPgMove **moves, size_t count);

#endif							/* DBMIG_PG_PLAN_H */
