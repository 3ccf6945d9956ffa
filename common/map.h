/*
 * map.h
 *	  A map from names to pointers: lookups that stay fast with any number of
 *	  names.  Keys are not copied.
 */
#ifndef DBMIG_MAP_H
#define DBMIG_MAP_H

#include "core.h"

typedef struct DbmigMapSlot
{
	const char *key;			/* NULL: free */
	void	   *value;
	uint64_t	hash;			/* of key */
} DbmigMapSlot;

typedef struct DbmigMap
{
	Dbmig	   *d;
	DbmigMapSlot *slots;
	size_t		size;			/* a power of two, or 0 */
	size_t		count;
} DbmigMap;

extern void dbmig_map_init(DbmigMap *map, Dbmig *d);

/* The value of key; NULL when there is none. */
extern void *dbmig_map_get(const DbmigMap *map, const char *key);

/* Sets the value of key; the one it had, or NULL. */
extern void *dbmig_map_put(DbmigMap *map, const char *key, void *value);

#endif							/* DBMIG_MAP_H */
