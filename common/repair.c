/*
 * repair.c
 *	  migrate_baseline and migrate_repair: the journal put right by hand, each
 *	  time with an event in the log that says why.
 */
#include "journal.h"
#include "schema.h"

#include <string.h>

typedef struct Repair
{
	const char *name;
	DbmigRows  *live;			/* the schema at the baseline; NULL: not read */
} Repair;

static void
finish(DbmigRun *run, const char *status)
{
	const Repair *repair = run->work;
	DbmigBuf	json;

	dbmig_journal_flush(run);
	dbmig_buf_init(&json, run->d);
	dbmig_buf_add(&json, "{\"name\":");
	dbmig_buf_json(&json, repair->name);
	dbmig_buf_addf(&json, ",\"status\":\"%s\"%s}", status,
				   run->options->dry_run ? ",\"dry_run\":true" : "");
	run->result = json.text;
}

/* The name, the options; false (and the error) when they are not right. */
static bool
begin_repair(DbmigRun *run, unsigned int mask, int nargs,
			 const DbmigValue *args)
{
	Repair	   *repair = dbmig_alloc(run->d, sizeof(Repair));

	if (repair == NULL)
		return false;
	run->work = repair;
	repair->name = dbmig_arg_text(run, "name", 0, nargs, args);
	return repair->name != NULL && dbmig_name_check(run->d, repair->name) &&
		dbmig_arg_options(run, mask | DBMIG_OPT_REASON | DBMIG_OPT_DRY_RUN |
						  DBMIG_OPT_LOCK_TIMEOUT | DBMIG_OPT_SCHEMAS,
						  1, nargs, args);
}

/* ---- migrate_baseline ---- */

static void
write_baseline(DbmigRun *run)
{
	const Repair *repair = run->work;
	DbmigModel *model = repair->live == NULL ? NULL :
		dbmig_rows_model(repair->live);
	const DbmigApplied applied = {
		.name = repair->name,
		.down_kind = "none",
		.fingerprint_after = model == NULL ? NULL :
		dbmig_model_fingerprint(model),
	};

	dbmig_journal_add(run, "baseline", &applied, run->options->reason);
	dbmig_journal_schema(run, model);
	finish(run, "baseline");
}

static void
check_baseline(DbmigRun *run)
{
	Repair	   *repair = run->work;

	if (run->journal.count > 0)
	{
		dbmig_fail(run->d, DBMIG_WRONG_STATE,
				   "history has already begun with migration \"%s\"",
				   dbmig_show(run->d, run->journal.items[0]->name));
		dbmig_hint(run->d, "A baseline is the first entry of a journal.");
		return;
	}
	dbmig_journal_create(run);
	if (dbmig_schema_readable(run))
		dbmig_schema_live(run, &repair->live, write_baseline);
	else
		run->next = write_baseline;
}

void
dbmig_begin_baseline(Dbmig *d, int nargs, const DbmigValue *args)
{
	if (!begin_repair(d->run, 0, nargs, args))
		return;
	dbmig_run_lock(d->run);
	dbmig_journal_load(d->run, check_baseline);
}

/* ---- migrate_repair ---- */

static const DbmigMigration *
find_migration(const DbmigRun *run, const char *name)
{
	size_t		i;

	for (i = 0; i < run->migrations->count; i++)
	{
		if (strcmp(run->migrations->items[i].name, name) == 0)
			return &run->migrations->items[i];
	}
	return NULL;
}

static void
accept_text(DbmigRun *run, DbmigEntry *entry)
{
	const DbmigMigration *migration = find_migration(run, entry->name);

	if (entry->checksum == NULL)
		dbmig_fail(run->d, DBMIG_WRONG_STATE,
				   "baseline \"%s\" has no text to repair",
				   dbmig_show(run->d, entry->name));
	else if (migration == NULL)
		dbmig_fail(run->d, DBMIG_NOT_FOUND,
				   "the source has no migration \"%s\"",
				   dbmig_show(run->d, entry->name));
	else
	{
		dbmig_journal_repair(run, entry, migration, run->options->reason);
		finish(run, "accepted");
	}
}

static void
repair_entry(DbmigRun *run)
{
	const Repair *repair = run->work;
	DbmigEntry *entry = dbmig_journal_find(run, repair->name);

	if (entry == NULL)
	{
		dbmig_fail(run->d, DBMIG_NOT_FOUND, "migration \"%s\" is not applied",
				   dbmig_show(run->d, repair->name));
		dbmig_hint(run->d, "migrate_status() lists what is applied.");
	}
	else if (run->options->forget)
	{
		dbmig_journal_remove(run, "forget", entry, run->options->reason);
		finish(run, "forgotten");
	}
	else
		accept_text(run, entry);
}

static void
lock_journal(DbmigRun *run)
{
	dbmig_run_lock(run);
	dbmig_journal_load(run, repair_entry);
}

void
dbmig_begin_repair(Dbmig *d, int nargs, const DbmigValue *args)
{
	DbmigRun   *run = d->run;

	if (!begin_repair(run, DBMIG_OPT_SOURCE | DBMIG_OPT_FORGET, nargs, args))
		return;
	if ((run->options->source != NULL) == run->options->forget)
	{
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "migrate_repair needs one of the options \"source\" and "
				   "\"forget\"");
		dbmig_hint(d, "{\"source\": ...} accepts the text that the migration "
				   "has there now; {\"forget\": true} removes it from the "
				   "journal.");
	}
	else if (run->options->forget)
		lock_journal(run);
	else
		dbmig_run_source(run,
						 dbmig_source_begin_json(d, run->options->source),
						 lock_journal);
}
