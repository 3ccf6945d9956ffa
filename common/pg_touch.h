/*
 * pg_touch.h
 *	  Rows of PostgreSQL's catalogs in groups, and which of them hang on which.
 *
 * A group is an object of its own with all its parts; its id is the object's
 * key.  Rows that were read with all others are in one group, until they are
 * sorted.
 */
#ifndef DBMIG_PG_TOUCH_H
#define DBMIG_PG_TOUCH_H

#include "pg_catalog.h"
#include "schema.h"

/* Who depends on a key, as pg_depend has it. */
typedef struct DbmigPgUsers
{
	const char **keys;
	size_t		count;
	size_t		capacity;
} DbmigPgUsers;

/* Of sorted rows: DbmigRows.index. */
typedef struct DbmigPgIndex
{
	DbmigMap	aliases;		/* key -> the key of what it stands for */
	DbmigMap	owners;			/* key of a part -> id of its group */
	DbmigMap	users;			/* key -> DbmigPgUsers */
	DbmigNames	shared;			/* ids of shared groups */
} DbmigPgIndex;

/* The groups of ids, in the order in which they were added. */
typedef struct DbmigPgSet
{
	DbmigNames	ids;
	DbmigMap	seen;
} DbmigPgSet;

extern void dbmig_pg_set_init(DbmigPgSet *set, Dbmig *d);
extern void dbmig_pg_set_add(DbmigPgSet *set, const char *id);
extern bool dbmig_pg_set_has(const DbmigPgSet *set, const char *id);

/* Sorts rows into groups, unless they are. */
extern void dbmig_pg_sort(DbmigRows *rows);

/* Sorts rows that were read later by the index of the others, which it adds
 * them to; the groups are the result. */
extern DbmigRows *dbmig_pg_sort_more(const DbmigRows *rows,
									 const DbmigRows *more);

/* The key of what is written with that key; the group that it is in. */
extern const char *dbmig_pg_key(const DbmigPgIndex *index, const char *key);
extern const char *dbmig_pg_group(Dbmig *d, const DbmigPgIndex *index,
								  const char *key);

/* What the first value of the row is the key of: of a row that is no object
 * of its own; else NULL. */
extern bool dbmig_pg_is_object(const DbmigCatalogRow *row);

/*
 * Adds to set the groups of all that depends, directly or not, on what
 * differs between the two states of a group; true when something does.
 */
extern bool dbmig_pg_dependents(const DbmigRows *rows, const DbmigGroup *old,
								const DbmigGroup *new, DbmigPgSet *set);

/* Adds to set the groups that the rows of a group need. */
extern void dbmig_pg_needed(const DbmigRows *rows, const DbmigGroup *group,
							DbmigPgSet *set);

#endif							/* DBMIG_PG_TOUCH_H */
