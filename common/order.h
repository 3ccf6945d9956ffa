/*
 * order.h
 *	  Puts what waits for each other in order.
 *
 * First the ranks, then what waits: among the nodes that wait for nothing any
 * more the one of the lowest rank comes next, the first added of several.
 * Nodes of one group stay together as far as they can: they may become one
 * statement.  A loop is repaired where it is weakest.
 */
#ifndef DBMIG_ORDER_H
#define DBMIG_ORDER_H

#include "core.h"

/* Why a node waits, the weakest reason first.  A loop is repaired by giving
 * up its weakest reason; one that has only NEEDs cannot be. */
typedef enum DbmigWait
{
	DBMIG_WAIT_TIDY,			/* only looks better */
	DBMIG_WAIT_BODY,			/* a body that names it, and is not looked at
								 * before it runs */
	DBMIG_WAIT_NEED				/* it cannot be without */
} DbmigWait;

typedef struct DbmigOrder DbmigOrder;

/* An empty one; NULL (and the error) without memory. */
extern DbmigOrder *dbmig_order_new(Dbmig *d);

/* Adds a node; its number, from 0.  group: nodes with the same pointer stay
 * together; NULL: alone.  name is for the error about a loop. */
extern size_t dbmig_order_add(DbmigOrder *order, void *item, int rank,
							  const void *group, const char *name);

/* Says that node comes after the other one. */
extern void dbmig_order_wait(DbmigOrder *order, size_t node, size_t before,
							 DbmigWait why);

/* The items in order, as many as were added.  NULL after an error: a loop of
 * NEEDs is DBMIG_WRONG_STATE. */
extern void **dbmig_order_sort(DbmigOrder *order);

/* How many were added. */
extern size_t dbmig_order_count(const DbmigOrder *order);

#endif							/* DBMIG_ORDER_H */
