/*
 * scratch.h
 *	  What scratch.c, catalog.c and utility.c share.
 */
#ifndef DBMIG_PG_SCRATCH_H
#define DBMIG_PG_SCRATCH_H

#include "nodes/pg_list.h"

#include "host.h"

/* A managed schema. */
typedef struct DbmigScratchSchema
{
	char	   *name;
	Oid			live;			/* the one that was renamed; InvalidOid: none */
	Oid			made;			/* the one in its place */
	bool		wanted;			/* it stays, even if nothing is in it */
} DbmigScratchSchema;

typedef struct DbmigScratch
{
	List	   *schemas;		/* of DbmigScratchSchema */
	List	   *extensions;		/* oids of those that are wanted */
	TransactionId xid;			/* of the subtransaction */
} DbmigScratch;

/* ---- scratch.c ---- */

/* The one of this session; NULL: none. */
extern DbmigScratch *dbmig_pg_scratch;

/* Says that the wanted schema has that extension. */
extern void dbmig_pg_want_extension(DbmigScratch *scratch, Oid extension);

/* Sets a setting for the rest of the subtransaction, whoever may. */
extern void dbmig_pg_set(const char *name, const char *value);

/* The managed schema of that name; NULL when it is none. */
extern DbmigScratchSchema *dbmig_pg_scratch_schema(const DbmigScratch *scratch,
												   const char *name);

/* ---- catalog.c: rows of catalogs ---- */

/* Sets one column of the row of an object. */
extern void dbmig_pg_update(Oid class, Oid id, AttrNumber column, Datum value);

/* The schema of an object; InvalidOid when it is in none. */
extern Oid	dbmig_pg_schema_of(Oid class, Oid id);

/* Moves an extension with its members to another schema; and all that are in
 * a schema. */
extern void dbmig_pg_move_extension(Oid extension, Oid to);
extern void dbmig_pg_move_all(Oid from, Oid to);

/* Hides what belongs to no schema, unless an extension brought it. */
extern void dbmig_pg_hide_all(void);

/* Hides the extensions that are not in kept, but not their members. */
extern void dbmig_pg_hide_extensions(const List *kept);

/* ---- empty.c: tables without a file ---- */

/* The name of their access method, in a scratch database. */
#define DBMIG_PG_EMPTY "dbmig_empty"

/* Makes it the default, unless the session has one of its own. */
extern void dbmig_pg_use_empty(void);

/* ---- utility.c ---- */

/* Makes ProcessUtility() ask us; once in a session. */
extern void dbmig_pg_hook_utility(void);

#endif							/* DBMIG_PG_SCRATCH_H */
