/*
 * renamed.h
 *	  Renames that a migration's own statements did.
 */
#ifndef DBMIG_RENAMED_H
#define DBMIG_RENAMED_H

#include "schema.h"

/*
 * What takes back the renames of tables and columns that the script did: in
 * the end, whatever it called them in between.  Some may not fit the schemas:
 * what was renamed may be no more, or have been new.
 */
extern DbmigRenames dbmig_renamed_back(DbmigRun *run,
									   const DbmigScript *script);

#endif							/* DBMIG_RENAMED_H */
