/*
 * status.c
 *	  migrate_status and migrate_history: what the journal says, as rows.
 */
#include "journal.h"

#include <string.h>

/* ---- migrate_status ---- */

/* How many of the source's migrations a baseline stands for. */
static size_t
count_covered(const DbmigRun *run)
{
	const DbmigEntry *entry;
	size_t		i;

	for (i = run->migrations->count; i > 0; i--)
	{
		entry = dbmig_journal_find(run, run->migrations->items[i - 1].name);
		if (entry != NULL && entry->checksum == NULL)
			return i;
	}
	return 0;
}

/* A migration of the source that has no row in the journal. */
static void
output_migration(DbmigRun *run, const DbmigMigration *migration,
				 const char *state)
{
	const DbmigValue row[] =
	{
		{.type = DBMIG_NULL}, dbmig_text(migration->name), dbmig_text(state),
		{.type = DBMIG_NULL}, {.type = DBMIG_NULL}, {.type = DBMIG_NULL},
		dbmig_text(migration->checksum), {.type = DBMIG_NULL}
	};

	dbmig_run_output(run, (int) DBMIG_COUNT(row), row);
}

static void
output_entry(DbmigRun *run, const DbmigEntry *entry, const char *state)
{
	const DbmigValue row[] =
	{
		dbmig_int(entry->seq), dbmig_text(entry->name), dbmig_text(state),
		dbmig_time(entry->applied_at), dbmig_text(entry->applied_by),
		dbmig_int(entry->duration_ms), dbmig_text(entry->checksum),
		dbmig_bool(entry->reversible)
	};

	dbmig_run_output(run, (int) DBMIG_COUNT(row), row);
}

static const char *
entry_state(const DbmigEntry *entry, bool compare,
			const DbmigMigration *migration)
{
	if (entry->checksum == NULL)
		return "baseline";
	if (!compare)
		return "applied";
	if (migration == NULL)
		return "missing";
	return strcmp(entry->checksum, migration->checksum) == 0 ?
		"applied" : "changed";
}

/* Oldest first: what the baseline covers, what is applied, what is pending. */
static void
output_status(DbmigRun *run)
{
	const DbmigMigrations *source = run->migrations;
	DbmigMap	by_name;
	size_t		covered;
	size_t		i;

	dbmig_map_init(&by_name, run->d);
	for (i = 0; source != NULL && i < source->count; i++)
		dbmig_map_put(&by_name, source->items[i].name, &source->items[i]);
	covered = source == NULL ? 0 : count_covered(run);
	for (i = 0; i < covered; i++)
	{
		if (dbmig_journal_find(run, source->items[i].name) == NULL)
			output_migration(run, &source->items[i], "baseline");
	}
	for (i = 0; i < run->journal.count; i++)
	{
		const DbmigEntry *entry = run->journal.items[i];

		output_entry(run, entry,
					 entry_state(entry, source != NULL,
								 dbmig_map_get(&by_name, entry->name)));
	}
	for (i = covered; source != NULL && i < source->count; i++)
	{
		if (dbmig_journal_find(run, source->items[i].name) == NULL)
			output_migration(run, &source->items[i], "pending");
	}
}

static void
load_journal(DbmigRun *run)
{
	dbmig_journal_load_details(run, output_status);
}

void
dbmig_begin_status(Dbmig *d, int nargs, const DbmigValue *args)
{
	if (nargs > 0 && args[0].type != DBMIG_NULL)
		dbmig_run_source(d->run, dbmig_arg_source(d->run, 0, nargs, args),
						 load_journal);
	else
		load_journal(d->run);
}

/* ---- migrate_history ---- */

static void
output_event(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	const DbmigEvent event = dbmig_journal_event(run->d, values);
	const DbmigValue row[] =
	{
		dbmig_int(event.seq), dbmig_text(event.event), dbmig_text(event.name),
		dbmig_time(event.at), dbmig_text(event.by), dbmig_text(event.detail),
		dbmig_text(event.hash)
	};

	(void) nvalues;
	dbmig_run_output(run, (int) DBMIG_COUNT(row), row);
}

static void
output_history(DbmigRun *run)
{
	dbmig_journal_events(run, output_event);
}

void
dbmig_begin_history(Dbmig *d, int nargs, const DbmigValue *args)
{
	(void) nargs;
	(void) args;
	dbmig_journal_load(d->run, output_history);
}
