/*
 * unit.h
 *	  What the unit tests share: a host that counts its memory, and runs that
 *	  fail each allocation in turn.
 *
 * Each test_*.c here is a program of its own, built with the core and this.
 */
#ifndef DBMIG_UNIT_H
#define DBMIG_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core.h"

/*
 * Calls the core and keeps in *state what it gave.  It may run many times,
 * and without memory: it sets all of *state that is asked for afterwards, and
 * asserts nothing.
 */
typedef void (*UnitWork) (Dbmig *d, void *state);

/*
 * Runs work and returns its unit of work, for assertions, up to unit_end().
 * When DBMIG_TORTURE is set in the environment, work runs before that with
 * its first allocation failing, with its second, and so on: each such run
 * must end in DBMIG_NO_MEMORY and give back all memory.
 */
extern Dbmig *unit_run(const DbmigDialect *dialect, UnitWork work,
					   void *state);

/* A unit of work for what takes too long to run many times. */
extern Dbmig *unit_begin(const DbmigDialect *dialect);

/* Ends it; all memory must have been given back. */
extern void unit_end(Dbmig *d);

/* Asserts the state of d: its code, and the text of its message. */
extern void unit_error(const Dbmig *d, DbmigCode code, const char *message);

/* The text of a file, its path from the top folder (where the tests run);
 * to be freed. */
extern char *unit_file(const char *path);

#endif							/* DBMIG_UNIT_H */
