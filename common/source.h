/*
 * source.h
 *	  Where migrations come from: a folder in any of the known layouts, or a
 *	  JSON array.
 *
 * A source is fed and asked, like the core itself: dbmig_source_next() says
 * which folder to list or which file to read, and the answers come back
 * through dbmig_source_entry() and dbmig_source_content().
 *
 * Layouts of a folder, found out from the names in it; one folder has one:
 *
 *		0001_a.up.sql, 0001_a.down.sql	a pair of files (golang-migrate)
 *		0001_a/up.sql, 0001_a/down.sql	a folder each (Diesel)
 *		0001_a/migration.sql			a folder without down (Prisma, Drizzle)
 *		0001_a.sql						a file each, or its sections when it
 *										has some (section.h)
 *		meta/_journal.json, 0001_a.sql	the journal names files and order
 *										(older Drizzle); 0001_a.down.sql is
 *										the down when it is there
 *
 * Each of these is migration "0001_a".  Order is that of the leading digits,
 * as a number, then bytewise; names without digits come last.  What does not
 * end in .sql, what begins with a dot, and other files in sub-folders are left
 * alone.
 *
 * A JSON array holds migrations, in their order, {"name", "up", "down"} (down
 * may be null or missing), or the files of a folder, {"path", "text"}: the
 * folders that all paths begin with are taken off, then the layouts apply.
 */
#ifndef DBMIG_SOURCE_H
#define DBMIG_SOURCE_H

#include "json.h"

typedef struct DbmigMigration
{
	const char *name;
	const char *up;
	const char *down;			/* NULL when it brought none */
	const char *checksum;		/* SHA-256 of up, lower-case hex */
	int			up_line;		/* lines before up in its file */
	int			down_line;		/* lines before down */
} DbmigMigration;

typedef struct DbmigMigrations
{
	DbmigMigration *items;		/* in the order in which they apply */
	size_t		count;
	size_t		capacity;
} DbmigMigrations;

typedef struct DbmigSource DbmigSource;

/*
 * Begins to read text: a JSON array when its first character that is no space
 * is '[', else the path of a folder.  NULL (and the error) when it is neither.
 */
extern DbmigSource *dbmig_source_begin(Dbmig *d, const char *text);

/* The same for a source within JSON: a string or an array. */
extern DbmigSource *dbmig_source_begin_json(Dbmig *d, const DbmigJson *json);

/* Fills *op with DBMIG_OP_LIST or DBMIG_OP_READ; false when nothing more is
 * wanted, or an error has occurred. */
extern bool dbmig_source_next(DbmigSource *source, DbmigOp *op);

/* Answers, as dbmig_entry() and dbmig_content(). */
extern void dbmig_source_entry(DbmigSource *source, const char *name,
							   bool is_folder);
extern void dbmig_source_content(DbmigSource *source, const char *bytes,
								 size_t len);

/* All migrations, once dbmig_source_next() was false; NULL after an error.
 * Names are valid and differ. */
extern const DbmigMigrations *dbmig_source_end(DbmigSource *source);

/* Checks the name of a migration: 1 to 255 bytes of UTF-8, no quote (' " `),
 * no backslash, no control character.  Sets the error when it is none. */
extern bool dbmig_name_check(Dbmig *d, const char *name);

#endif							/* DBMIG_SOURCE_H */
