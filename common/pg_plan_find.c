/*
 * pg_plan_find.c
 *	  The hazards of PostgreSQL's steps.
 */
#include "pg_plan_part.h"

#include <string.h>

void
dbmig_pg_find(DbmigPgPlanner *planner, DbmigStep *step, DbmigPgMove **moves,
			  size_t count)
{
	(void) planner;
	(void) step;
	(void) moves;
	(void) count;
}
