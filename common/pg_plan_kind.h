/*
 * pg_plan_kind.h
 *	  Who makes and changes the objects of each kind: what pg_plan_kind.c's
 *	  table is made of.
 *
 * create writes the statements that make an object, without what
 * pg_plan_extra.c adds; alter those for a change that may() has agreed to.
 */
#ifndef DBMIG_PG_PLAN_KIND_H
#define DBMIG_PG_PLAN_KIND_H

#include "pg_plan.h"

#define CREATE(what) \
	extern void dbmig_pg_create_##what(DbmigPgPlanner *planner, \
									   DbmigBuf *sql, \
									   const DbmigObject *object)
#define ALTER(what) \
	extern void dbmig_pg_alter_##what(DbmigPgPlanner *planner, \
									  DbmigBuf *sql, \
									  const DbmigChange *change)

/* ---- pg_plan_type.c: types ---- */

CREATE(collation);
CREATE(enum);
CREATE(domain);
CREATE(composite);
CREATE(base_type);
CREATE(range);
ALTER(enum);
ALTER(domain);
ALTER(composite);
ALTER(base_type);

extern bool dbmig_pg_may_alter_enum(Dbmig *d, const DbmigChange *change);

/* The parts of that kind in the order in which they were added, up to a NULL;
 * NULL without memory. */
extern DbmigObject **dbmig_pg_parts(Dbmig *d, const DbmigObject *object,
									DbmigPgKind kind);

/* ---- pg_plan_code.c: functions and what is made of them ---- */

CREATE(defined);
CREATE(aggregate);
CREATE(operator);
CREATE(operator_family);
CREATE(operator_class);
CREATE(cast);
CREATE(transform);
CREATE(conversion);
CREATE(ts_parser);
CREATE(ts_template);
CREATE(ts_dictionary);
CREATE(ts_configuration);
ALTER(ts_configuration);

extern void dbmig_pg_replace(DbmigPgPlanner *planner, DbmigBuf *sql,
							 const DbmigChange *change);

/* ---- pg_plan_global.c: what belongs to the whole database ---- */

CREATE(schema);
CREATE(extension);
CREATE(access_method);
CREATE(language);
CREATE(wrapper);
CREATE(server);
CREATE(user_mapping);
CREATE(publication);
CREATE(member);
CREATE(event_trigger);
ALTER(extension);
ALTER(options);
ALTER(publication);
ALTER(event_trigger);

/* "TABLE ONLY a": what ADD and DROP call the member of a publication. */
extern const char *dbmig_pg_member(Dbmig *d, const DbmigObject *member);

/* ---- pg_plan_relation.c: relations that are no tables, and what hangs on
 * tables ---- */

CREATE(sequence);
CREATE(view);
CREATE(matview);
CREATE(index);
CREATE(statistics);
CREATE(enabled);
CREATE(policy);
ALTER(sequence);
ALTER(view);
ALTER(matview);
ALTER(index);
ALTER(statistics);
ALTER(enabled);
ALTER(policy);

extern bool dbmig_pg_may_replace_view(Dbmig *d, const DbmigChange *change);
extern bool dbmig_pg_may_alter_matview(Dbmig *d, const DbmigChange *change);
extern bool dbmig_pg_may_attach_index(Dbmig *d, const DbmigChange *change);
extern bool dbmig_pg_may_replace_trigger(Dbmig *d,
										 const DbmigChange *change);
extern bool dbmig_pg_may_alter_policy(Dbmig *d, const DbmigChange *change);

/* Writes AS, START and so on: of a sequence that is made (from is NULL) all,
 * else what differs; before each what stands there ("SET " or ""). */
extern void dbmig_pg_sequence_options(DbmigBuf *sql, const DbmigObject *from,
									  const DbmigObject *to,
									  const char *before);

/* ---- pg_plan_list.c: lists of options ---- */

/* Options as they stand in WITH: what to SET and which to RESET; NULL: none. */
extern void dbmig_pg_option_lists(Dbmig *d, const char *from, const char *to,
								  const char **set, const char **reset);

/* Two such lists as one; NULL when both are. */
extern const char *dbmig_pg_join_lists(Dbmig *d, const char *a,
									   const char *b);

/* Writes "ADD a 'b', SET c 'd', DROP e" for foreign options. */
extern void dbmig_pg_foreign_options(Dbmig *d, DbmigBuf *sql,
									 const char *from, const char *to);

/* ---- pg_plan_table.c ---- */

extern bool dbmig_pg_may_alter_table(Dbmig *d, const DbmigChange *change);

#undef CREATE
#undef ALTER

#endif							/* DBMIG_PG_PLAN_KIND_H */
