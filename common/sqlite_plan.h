/*
 * sqlite_plan.h
 *	  What the rooms of SQLite's planner share.
 */
#ifndef DBMIG_SQLITE_PLAN_H
#define DBMIG_SQLITE_PLAN_H

#include "plan.h"
#include "sqlite_scan.h"

/* Indexes and triggers of one table. */
typedef struct DbmigDependents
{
	DbmigObject **items;
	size_t		count;
	size_t		capacity;
} DbmigDependents;

/* The ways in which a table changes, cheapest first; as bits. */
typedef enum DbmigWay
{
	DBMIG_WAY_ALTER = 1 << 0,	/* ALTER TABLE ADD or DROP COLUMN */
	DBMIG_WAY_EDIT = 1 << 1,	/* a new text in sqlite_schema */
	DBMIG_WAY_REBUILD = 1 << 2	/* a new table, and the rows copied */
} DbmigWay;

/* A table that both schemas have and that differs. */
typedef struct DbmigTableChange
{
	const DbmigChange *change;
	const DbmigObject *from;
	const DbmigObject *to;
	unsigned int ways;
	bool		drops_columns;	/* by ALTER TABLE */
	DbmigDependents old_triggers;
	DbmigDependents kept;		/* indexes and triggers that both schemas have,
								 * as the new one has them */
} DbmigTableChange;

typedef struct DbmigSqlitePlanner
{
	Dbmig	   *d;
	DbmigPlan  *plan;
	const DbmigModel *from;
	const DbmigModel *to;
	const DbmigIntent *intent;
	const DbmigDiff *diff;
	bool		looked;			/* for strings */
	bool		strings;		/* what there is has some in double quotes */
	bool		counted;		/* for references */
	bool		refers;			/* tables have foreign keys */
	DbmigMap	changes;		/* id of a table -> DbmigTableChange */
} DbmigSqlitePlanner;

/* SQLite's plan(): the dialect's way from one model to the other. */
extern void dbmig_sqlite_plan(DbmigPlan *plan, const DbmigModel *from,
							  const DbmigModel *to, const DbmigDiff *diff,
							  const DbmigIntent *intent);

/* ---- sqlite_way.c: how a table changes ---- */

/* Sets change->ways and drops_columns. */
extern void dbmig_sqlite_choose(DbmigSqlitePlanner *planner,
								DbmigTableChange *change);

/* The parts of a table in the order in which they are written;
 * NULL-terminated. */
extern const DbmigObject **dbmig_sqlite_written(Dbmig *d,
												const DbmigObject *table);

/* The columns of the table in the order in which they will be stored when
 * change goes by ALTER and EDIT; NULL-terminated. */
extern const DbmigObject **dbmig_sqlite_stored(DbmigSqlitePlanner *planner,
											   const DbmigTableChange *change);

/* False when the table is WITHOUT ROWID. */
extern bool dbmig_sqlite_has_rowid(const DbmigObject *table);

/* True when the column stands for the rowid of its table. */
extern bool dbmig_sqlite_rowid_alias(Dbmig *d, const DbmigObject *column);

/* The column that does; NULL when there is none. */
extern const DbmigObject *dbmig_sqlite_alias_of(Dbmig *d,
												const DbmigObject *table);

/* A name of the rowid that no column takes (lang_createtable.html); NULL when
 * all are taken, or there is none. */
extern const char *dbmig_sqlite_rowid(const DbmigModel *model,
									  const DbmigObject *table);

/* What SQLite makes of values that are stored in a column of that type:
 * datatype3.html, section 3.1. */
typedef enum DbmigAffinity
{
	DBMIG_AFFINITY_BLOB,
	DBMIG_AFFINITY_TEXT,
	DBMIG_AFFINITY_NUMERIC,		/* INTEGER too: they store alike */
	DBMIG_AFFINITY_REAL,
	DBMIG_NAFFINITIES
} DbmigAffinity;

extern DbmigAffinity dbmig_sqlite_affinity(const DbmigObject *column);

/* The user's expression for a column that is new or changes, or whose table
 * becomes strict; NULL when none was given. */
extern const char *dbmig_sqlite_backfill(const DbmigSqlitePlanner *planner,
										 const DbmigObject *column);

/* ---- sqlite_clause.c: clauses as they are written, SQL that can be run ---- */

/* All checks of a column or a constraint, each in parentheses, joined by AND;
 * NULL when there is none. */
extern const char *dbmig_sqlite_check(Dbmig *d, const DbmigObject *part);

/* The expression of a generated column, in parentheses; NULL when it is not
 * one. */
extern const char *dbmig_sqlite_generated(Dbmig *d, const DbmigObject *column);

/* The statement that creates an object, in the main database: SQLite does not
 * store the name of it.  Ends with ";\n". */
extern const char *dbmig_sqlite_create(Dbmig *d, const DbmigObject *object);

/* The default of a column as an expression; NULL when it has none. */
extern const char *dbmig_sqlite_default(Dbmig *d, const DbmigObject *column);

/* True when a column has no default, or NULL as one. */
extern bool dbmig_sqlite_defaults_to_null(Dbmig *d,
										  const DbmigObject *column);

/* ---- sqlite_back.c ---- */

/*
 * What a not-null column without a default gets on the way back, when nobody
 * can say what it held; model is that of the column, rowid a name of that of
 * the rows that there are, or NULL.
 */
extern const char *dbmig_sqlite_stand_in(Dbmig *d, const DbmigModel *model,
										 const DbmigObject *column,
										 const char *rowid);

/* The hazard that the counter of AUTOINCREMENT is further than the rows that
 * are left: with the table or without, it goes. */
extern void dbmig_sqlite_find_counter(DbmigSqlitePlanner *planner,
									  DbmigStep *step,
									  const DbmigObject *table, bool goes);

/* The hazard that rowids which are no column of the table go. */
extern void dbmig_sqlite_find_rowids(DbmigSqlitePlanner *planner,
									 DbmigStep *step,
									 const DbmigTableChange *change);

/* True when the table has AUTOINCREMENT. */
extern bool dbmig_sqlite_counts_up(const DbmigObject *table);

/* The hazard that rows will not be taken back into a table with the column
 * that goes. */
extern void dbmig_sqlite_find_way_back(DbmigSqlitePlanner *planner,
									   DbmigStep *step,
									   const DbmigTableChange *change,
									   const DbmigObject *column);

/* ---- sqlite_broken.c ---- */

/* The hazard that a view or trigger names a table that is not wanted. */
extern void dbmig_sqlite_find_broken(DbmigSqlitePlanner *planner,
									 DbmigStep *step,
									 const DbmigObject *object);

/* The same of those that stay while a table or view goes. */
extern void dbmig_sqlite_find_breaking(DbmigSqlitePlanner *planner,
									   DbmigStep *step,
									   const DbmigObject *gone);

/* ---- sqlite_string.c ---- */

/* True when what there is may have strings in double quotes, or gets them
 * because of names that go.  Of schemas that are not in the intent nothing is
 * known. */
extern bool dbmig_sqlite_has_strings(Dbmig *d, const DbmigIntent *intent);

/* ---- sqlite_table.c: the SQL of it ---- */

/* ALTER TABLE, an edit, or both. */
extern void dbmig_sqlite_alter(DbmigSqlitePlanner *planner,
							   const DbmigTableChange *change);
extern void dbmig_sqlite_rebuild(DbmigSqlitePlanner *planner,
								 const DbmigTableChange *change);

/*
 * Adds updates of the table (statements that end with ";\n", or "") to sql, so
 * that its triggers do not see them, nor foreign keys, because what they refer
 * to may not be ready yet; keys_are_off: sql has switched these off already.
 */
extern void dbmig_sqlite_add_updates(DbmigSqlitePlanner *planner,
									 DbmigBuf *sql,
									 const DbmigTableChange *change,
									 const char *updates, bool keys_are_off);

/* ---- sqlite_edit.c ---- */

/* Adds to sql, behind what adds and drops columns, the statements that give
 * the table its new text in sqlite_schema.  True when they read the table, to
 * prove that its rows fit. */
extern bool dbmig_sqlite_edit(DbmigSqlitePlanner *planner, DbmigBuf *sql,
							  const DbmigTableChange *change);

/* ---- sqlite_find.c, sqlite_key.c, sqlite_note.c: hazards ---- */

/* The hazards of a table's columns and checks, whatever the way. */
extern void dbmig_sqlite_find_parts(DbmigSqlitePlanner *planner,
									DbmigStep *step,
									const DbmigTableChange *change);

/* Those of keys that the table did not have: a rebuild only. */
extern void dbmig_sqlite_find_keys(DbmigSqlitePlanner *planner,
								   DbmigStep *step,
								   const DbmigTableChange *change);

/* That of foreign keys that the table did not have. */
extern void dbmig_sqlite_find_parents(DbmigSqlitePlanner *planner,
									  DbmigStep *step,
									  const DbmigTableChange *change);

/* True when the old table has all the columns that a part or an index names,
 * under the same names and with the same values, that of the part itself left
 * out: then a condition can be tried on it. */
extern bool dbmig_sqlite_can_try(DbmigSqlitePlanner *planner,
								 const DbmigTableChange *change,
								 const DbmigObject *part);

/* That of a new unique index on a table that is there. */
extern void dbmig_sqlite_find_index(DbmigSqlitePlanner *planner,
									DbmigStep *step, const DbmigObject *table,
									const DbmigObject *index);

/* Adds a hazard that holds when rows of the table meet the condition (all do
 * when it is NULL); what and unit as in DbmigFinding. */
extern void dbmig_sqlite_find(DbmigSqlitePlanner *planner, DbmigStep *step,
							  const char *hazard, const DbmigObject *table,
							  const char *condition, const char *what,
							  const char *unit);

/* The condition that the column's value is not an integer, nor becomes one. */
extern const char *dbmig_sqlite_no_integer(Dbmig *d,
										   const DbmigObject *column);

/* Hazards that need no look at the rows. */
extern void dbmig_sqlite_note(DbmigSqlitePlanner *planner, DbmigStep *step,
							  const DbmigTableChange *change);

extern void dbmig_sqlite_note_table(DbmigSqlitePlanner *planner,
									DbmigStep *step,
									const DbmigObject *table);

/* True when a table that looks like the one that goes is created. */
extern bool dbmig_sqlite_looks_renamed(const DbmigDiff *diff,
									   const DbmigObject *gone);

/* "name" quoted. */
extern const char *dbmig_sqlite_quote(Dbmig *d, const char *name);

/* The same with its database before it: an object of that name in temp, or
 * in a database that is attached, is none of ours. */
extern const char *dbmig_sqlite_main(Dbmig *d, const char *name);

#endif							/* DBMIG_SQLITE_PLAN_H */
