/*
 * journal.h
 *	  The bookkeeping: what is applied, and the hash-chained log of events.
 *	  docs/journal.md specifies the tables and the bytes that are hashed.
 */
#ifndef DBMIG_JOURNAL_H
#define DBMIG_JOURNAL_H

#include "model.h"
#include "run.h"

/* One event of the log. */
typedef struct DbmigEvent
{
	int64_t		seq;
	const char *event;			/* "apply", "rollback", "baseline", "repair",
								 * "forget" */
	const char *name;
	const char *checksum;		/* or NULL */
	const char *fingerprint;	/* or NULL */
	int64_t		at;
	const char *by;
	const char *detail;			/* or NULL */
	const char *prev_hash;		/* NULL for the first event */
	const char *hash;
} DbmigEvent;

/* A migration that was just applied. */
typedef struct DbmigApplied
{
	const char *name;
	const char *checksum;		/* NULL: a baseline */
	const char *up;				/* NULL: a baseline */
	const char *down;			/* or NULL */
	const char *down_kind;
	bool		reversible;
	const char *fingerprint_before; /* or NULL */
	const char *fingerprint_after;	/* or NULL */
	int64_t		duration_ms;
} DbmigApplied;

/* Reads the journal into run->journal, then goes on with phase. */
extern void dbmig_journal_load(DbmigRun *run, DbmigPhase phase);

/* The same with all that is to be shown of each migration. */
extern void dbmig_journal_load_details(DbmigRun *run, DbmigPhase phase);

/* The entry of that name; NULL when it is not applied. */
extern DbmigEntry *dbmig_journal_find(const DbmigRun *run, const char *name);

/* Queue what makes the journal, where it is not there yet. */
extern void dbmig_journal_create(DbmigRun *run);

/* Queue the row of a migration that was applied, and its event. */
extern void dbmig_journal_add(DbmigRun *run, const char *event,
							  const DbmigApplied *applied,
							  const char *detail);

/* Queue the removal of an entry, and its event. */
extern void dbmig_journal_remove(DbmigRun *run, const char *event,
								 DbmigEntry *entry, const char *detail);

/* Queue new text for an entry, and the event "repair".  A NULL down keeps the
 * one it has. */
extern void dbmig_journal_repair(DbmigRun *run, DbmigEntry *entry,
								 const DbmigMigration *migration,
								 const char *detail);

/* The schema that the flush is to remember; NULL when it changed and was not
 * read. */
extern void dbmig_journal_schema(DbmigRun *run, DbmigModel *model);

/* Queue what ends the writing: the head of the log. */
extern void dbmig_journal_flush(DbmigRun *run);

/* Queue the reading of all events, oldest first, each a row to receiver. */
extern void dbmig_journal_events(DbmigRun *run, DbmigReceiver receiver);

/* The event in a row that dbmig_journal_events() delivers. */
extern DbmigEvent dbmig_journal_event(Dbmig *d, const DbmigValue *values);

/* The hash of an event: over all its fields but the hash. */
extern const char *dbmig_event_hash(Dbmig *d, const DbmigEvent *event);

#endif							/* DBMIG_JOURNAL_H */
