/*
 * layout.h
 *	  The files of a folder, and which migrations they are: source.h lists the
 *	  layouts.
 *
 * All files are added; then dbmig_layout_wanted() says which to read; when it
 * has no more, dbmig_layout_build() makes the migrations.
 */
#ifndef DBMIG_LAYOUT_H
#define DBMIG_LAYOUT_H

#include "map.h"
#include "source.h"

typedef struct DbmigFile
{
	const char *path;			/* below the folder, with '/' */
	const char *text;			/* NULL until it was read */
	const char *name;			/* of the migration */
	size_t		kind;			/* a row of layout.c's table */
} DbmigFile;

/* A migration and its files. */
typedef struct DbmigPick
{
	const char *name;
	DbmigFile  *up;
	DbmigFile  *down;			/* NULL: none */
} DbmigPick;

typedef struct DbmigLayout
{
	Dbmig	   *d;
	const char *what;			/* begins messages: "folder "x"" */
	const char *passed_over;	/* a file in a sub-folder that did not count */
	DbmigFile  *files;
	size_t		count;
	size_t		capacity;
	bool		sorted;
	DbmigFile	journal;		/* Drizzle's; without a path: there is none */
	DbmigPick  *picks;			/* in the order in which they apply */
	size_t		npicks;
	size_t		picks_capacity;
	bool		planned;
	bool		journalled;		/* Drizzle's journal named the picks */
	size_t		read;			/* picks whose files were asked for */
	DbmigFile  *asked;			/* the last one that was wanted */
} DbmigLayout;

extern void dbmig_layout_begin(DbmigLayout *layout, Dbmig *d,
							   const char *what);

/* Adds a file, unless it is of no interest.  path lives as long as d does, so
 * does text, which is NULL when the file has yet to be read. */
extern void dbmig_layout_add(DbmigLayout *layout, const char *path,
							 const char *text);

/* How many bytes of path name the folder that the layout is below, as far as
 * path alone can tell: the whole folder part, but for files that stand in a
 * folder of their migration.  False when the file is of no interest. */
extern bool dbmig_layout_root(const char *path, size_t *len);

/* The next file to read: dbmig_layout_content() gives its text.  NULL when
 * there is none or after an error. */
extern DbmigFile *dbmig_layout_wanted(DbmigLayout *layout);
extern void dbmig_layout_content(DbmigLayout *layout, const char *bytes,
								 size_t len);

/* Appends the migrations, once nothing more is wanted. */
extern void dbmig_layout_build(DbmigLayout *layout,
							   DbmigMigrations *migrations);

/* Appends a migration of that name; NULL (and the error) when it cannot. */
extern DbmigMigration *dbmig_migration_add(Dbmig *d,
										   DbmigMigrations *migrations,
										   const char *name);

#endif							/* DBMIG_LAYOUT_H */
