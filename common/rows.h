/*
 * rows.h
 *	  A schema as the catalogs print it, row by row, in groups.
 *
 * Rows of different groups never mean anything to each other, so two schemas
 * differ at most in the groups whose rows do, and only those need to become
 * models: what a migration does not touch costs a comparison of bytes.
 */
#ifndef DBMIG_ROWS_H
#define DBMIG_ROWS_H

#include "model.h"

/* A catalog row, copied. */
typedef struct DbmigCatalogRow
{
	const DbmigCatalog *catalog;
	int			nvalues;
	DbmigValue *values;
} DbmigCatalogRow;

typedef struct DbmigGroup
{
	const char *id;
	size_t		index;			/* in the list of groups */
	bool		shared;			/* other groups are not understood without it */
	DbmigCatalogRow *rows;
	size_t		count;
	size_t		capacity;
} DbmigGroup;

typedef struct DbmigRows
{
	Dbmig	   *d;
	DbmigGroup **groups;		/* in the order of their first rows; an empty
								 * one stays */
	size_t		count;
	size_t		capacity;
	DbmigMap	by_id;
	void	   *index;			/* of the dialect */
} DbmigRows;

extern DbmigRows *dbmig_rows_new(Dbmig *d);

/* Adds a row that the catalog query delivered. */
extern void dbmig_rows_add(DbmigRows *rows, const DbmigCatalog *catalog,
						   int nvalues, const DbmigValue *values);

/* Adds a row to the group of that id; neither is copied. */
extern void dbmig_rows_append(DbmigRows *rows, const char *id, bool shared,
							  const DbmigCatalogRow *row);

/* True when both rows are of one catalog and say the same. */
extern bool dbmig_rows_same(const DbmigCatalogRow *a,
							const DbmigCatalogRow *b);

/* The group of that id; NULL when there is none. */
extern DbmigGroup *dbmig_rows_group(const DbmigRows *rows, const char *id);

/* The groups of these ids, and the shared ones; the groups are not copied. */
extern DbmigRows *dbmig_rows_subset(const DbmigRows *rows,
									const DbmigNames *ids);

/* Takes the group of that id over from another schema, in place of its own;
 * it is empty afterwards when the other has none. */
extern void dbmig_rows_take(DbmigRows *rows, const char *id,
							const DbmigRows *from);

/* The model of all rows; finished. */
extern DbmigModel *dbmig_rows_model(const DbmigRows *rows);

/* The models of the groups in which the two differ; finished. */
extern void dbmig_rows_differing(const DbmigRows *a, const DbmigRows *b,
								 DbmigModel **model_a, DbmigModel **model_b);

#endif							/* DBMIG_ROWS_H */
