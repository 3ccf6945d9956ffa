/*
 * schema.h
 *	  Reads schemas from the database: the live one, and the one that DDL
 *	  describes.
 */
#ifndef DBMIG_SCHEMA_H
#define DBMIG_SCHEMA_H

#include "rows.h"
#include "plan.h"
#include "run.h"

/* One rename that the user asked for. */
typedef struct DbmigRename
{
	const char *table;			/* the new table name of a column; or NULL */
	const char *from;
	const char *to;
} DbmigRename;

typedef struct DbmigRenames
{
	DbmigRename *items;
	size_t		count;
	size_t		capacity;
} DbmigRenames;

/* The wanted schema as the user wrote it. */
typedef struct DbmigWanted
{
	const DbmigScript *script;
	DbmigRenames hints;			/* -- @renamed from=... */
	bool		owners;			/* it says whom things belong to */
} DbmigWanted;

/* Reads DDL.  NULL (and the error) when it cannot be split, or a hint in it
 * cannot be understood. */
extern DbmigWanted *dbmig_wanted(DbmigRun *run, const char *ddl);

/* True when the dialect can read schemas. */
extern bool dbmig_schema_readable(const DbmigRun *run);

/* Reads the live schema into *rows, then goes on with phase. */
extern void dbmig_schema_live(DbmigRun *run, DbmigRows **rows,
							  DbmigPhase phase);

/* Lets the schemas that a model is of be the managed ones, where the call does
 * not say which. */
extern void dbmig_schema_of(DbmigRun *run, const DbmigModel *model);

/* The same without what needs what: for who compares and plans nothing. */
extern void dbmig_schema_compared(DbmigRun *run, DbmigRows **rows,
								  DbmigPhase phase);

/* Adds what needs what to rows that were read without it. */
extern void dbmig_schema_links(DbmigRun *run, DbmigRows **rows,
							   DbmigPhase phase);

/* True when rows that were read without what needs what suffice. */
typedef bool (*DbmigChecker) (DbmigRun *run, const DbmigRows *rows);

/* Runs the wanted DDL in the scratch database and reads it into *rows, without
 * what needs what where suffices() says so; then goes on with phase. */
extern void dbmig_schema_wanted(DbmigRun *run, const DbmigWanted *wanted,
								DbmigRows **rows, DbmigChecker suffices,
								DbmigPhase phase);

/* The statements that make the schema in model from nothing. */
extern const char *dbmig_schema_sql(DbmigRun *run, DbmigModel *model);

/*
 * Reads into *rows what the statements in renames make of the schema in from,
 * by running both in the scratch database; then goes on with phase.
 */
extern void dbmig_schema_renamed(DbmigRun *run, const DbmigRows *from,
								 const DbmigScript *renames,
								 DbmigRows **rows, DbmigPhase phase);

/* What a script changed: models of the groups that differ. */
typedef struct DbmigTouched
{
	DbmigModel *before;
	DbmigModel *after;
} DbmigTouched;

/*
 * Brings rows, which are the live schema before script ran, up to date by
 * reading only what the script may have touched; then goes on with phase.
 */
extern void dbmig_schema_update(DbmigRun *run, DbmigRows *rows,
								const DbmigScript *script,
								DbmigTouched *touched, DbmigPhase phase);

/* The same by reading everything. */
extern void dbmig_schema_update_all(DbmigRun *run, DbmigRows *rows,
									DbmigTouched *touched, DbmigPhase phase);

/* The first param of catalog queries: the array of the managed schemas; NULL
 * where there is no such thing. */
extern const char *dbmig_schema_managed(DbmigRun *run);

/* Begins to watch what is touched, where the host can tell. */
extern void dbmig_schema_watch(DbmigRun *run);

/* Something in the schema of that name was touched: sets run->outside when it
 * is not managed. */
extern void dbmig_schema_touched(DbmigRun *run, const DbmigValue *name);

/* Asks the host for all such schemas, where dbmig_schema_update does not. */
extern void dbmig_schema_look_outside(DbmigRun *run);

#endif							/* DBMIG_SCHEMA_H */
