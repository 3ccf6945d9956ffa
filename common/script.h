/*
 * script.h
 *	  The statements of one migration, up or down, and what must hold around
 *	  them.
 */
#ifndef DBMIG_SCRIPT_H
#define DBMIG_SCRIPT_H

#include "run.h"

/* A text that was split, and how messages call it. */
typedef struct DbmigHalf
{
	const char *what;			/* migration "x" */
	int			first_line;
	const DbmigScript *script;
	bool		down;
	bool		computed;		/* dbmig wrote the text */
} DbmigHalf;

/*
 * Splits the up (or down) text of the migration called name.  NULL (and the
 * error) when it may not run.
 */
extern DbmigHalf *dbmig_half(DbmigRun *run, const char *name, bool down,
							 int first_line, const char *text);

/* The same for a text that dbmig wrote. */
extern DbmigHalf *dbmig_half_computed(DbmigRun *run, const char *name,
									  bool down, const char *text);

/*
 * Runs it, then goes on with phase.  Session settings that it changes are set
 * back.  If it switches the enforcement of foreign keys off, rows that violate
 * them afterwards and did not before are an error, and so are keys that no row
 * can be held against.  What dbmig wrote does to rows what it says, and
 * nothing else: a trigger of the session that would run is an error.
 */
extern void dbmig_half_run(DbmigRun *run, const DbmigHalf *half,
						   DbmigPhase phase);

#endif							/* DBMIG_SCRIPT_H */
