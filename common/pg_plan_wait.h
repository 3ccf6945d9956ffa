/*
 * pg_plan_wait.h
 *	  Nodes and what they wait for.
 */
#ifndef DBMIG_PG_PLAN_WAIT_H
#define DBMIG_PG_PLAN_WAIT_H

#include "pg_plan.h"

/* ---- pg_plan_wait.c ---- */

/* Says what waits for what, once all nodes are there. */
extern void dbmig_pg_connect(DbmigPgPlanner *planner);

/* The node of an act of the item, or of what it goes or comes along with;
 * DBMIG_PG_NO_NODE when there is none. */
extern size_t dbmig_pg_node_of(const DbmigPgItem *item, DbmigPgAct act);

/* The same as dbmig_order_wait(), when both nodes are there. */
extern void dbmig_pg_wait_for(DbmigPgPlanner *planner, size_t node,
							  size_t before, DbmigWait why);

extern bool dbmig_pg_is_foreign_key(const DbmigPgItem *item);

/* ---- pg_plan_parent.c ---- */

/* A child leaves its parent before that changes, and joins it when both have
 * what they need. */
extern void dbmig_pg_wait_for_parents(DbmigPgPlanner *planner,
									  DbmigPgItem *table);

/* The list of a table's parents; NULL: it has none. */
extern const char *dbmig_pg_parents(const DbmigObject *table);

/* The first table of such a list, which goes on behind it; NULL: no more. */
extern const DbmigObject *dbmig_pg_next_parent(DbmigPgPlanner *planner,
											   const DbmigModel *model,
											   const char **list);

/* The column of a parent that one comes from, or came from; NULL: none. */
extern DbmigPgItem *dbmig_pg_column_of_parent(DbmigPgPlanner *planner,
											  const DbmigModel *model,
											  const DbmigObject *column);

/* A column that a child has no more from its parent alone is its own once the
 * parent's is gone; and the other way round. */
extern void dbmig_pg_wait_for_inheritance(DbmigPgPlanner *planner,
										  DbmigPgItem *column);

/* Whether a column of a child that comes is computed as its parent's is: the
 * server does not want to be told again. */
extern bool dbmig_pg_parent_computes(DbmigPgPlanner *planner,
									 const DbmigObject *column);

/* What a trigger of a partition waits for. */
extern void dbmig_pg_wait_for_trigger(DbmigPgPlanner *planner,
									  const DbmigPgItem *trigger);

/* What partitions, their indexes and those of their parents wait for. */
extern void dbmig_pg_wait_for_index(DbmigPgPlanner *planner,
									DbmigPgItem *index);

/* ---- pg_plan_inherit.c ---- */

/* The foreign keys that refer to a table or to what it is a partition of, up
 * to a NULL. */
extern DbmigPgItem **dbmig_pg_references(DbmigPgPlanner *planner,
										 const DbmigObject *table);

/* True when the one table is a partition of the other, or of one of it. */
extern bool dbmig_pg_is_within(DbmigPgPlanner *planner,
							   const DbmigObject *table,
							   const DbmigPgItem *whole);

/* The trigger of a partitioned table that one of a partition came with; NULL
 * when there is none. */
extern DbmigPgItem *dbmig_pg_whole_trigger(DbmigPgPlanner *planner,
										   const DbmigModel *model,
										   const DbmigObject *trigger);

/* The statements for the constraints that a parent which was left has left
 * behind, and for the checks that one which is joined wants to be there. */
extern void dbmig_pg_drop_left(DbmigPgPlanner *planner, DbmigBuf *sql,
							   const DbmigPgItem *table);
extern void dbmig_pg_add_passed(DbmigPgPlanner *planner, DbmigBuf *sql,
								const DbmigPgItem *table);

/* Lets columns of children get back what the statements about their parents
 * take from them, and constraints stay that come from there. */
extern void dbmig_pg_decide_own(DbmigPgPlanner *planner);

/* The column of the parent whose statements change that of a child, too; NULL
 * when there is none. */
extern const DbmigPgItem *dbmig_pg_leader(DbmigPgPlanner *planner,
										  const DbmigPgItem *column);

/* True when the leader's statements say that attribute of the column. */
extern bool dbmig_pg_is_told(DbmigPgPlanner *planner,
							 const DbmigPgItem *column, const char *key);

/* True when the column loses its default with the leader's. */
extern bool dbmig_pg_loses_default(DbmigPgPlanner *planner,
								   const DbmigPgItem *column);

/* True when a table that comes cannot be made as a child: its columns stand in
 * another order than that brings. */
extern bool dbmig_pg_is_made_first(DbmigPgPlanner *planner,
								   const DbmigPgItem *table);

/* The checks and foreign keys that a table has from its parents and theirs, up
 * to a NULL; without those that it has itself, too. */
extern const DbmigObject **dbmig_pg_inherited(DbmigPgPlanner *planner,
											  const DbmigModel *model,
											  const DbmigObject *table);

#endif							/* DBMIG_PG_PLAN_WAIT_H */
