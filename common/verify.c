/*
 * verify.c
 *	  migrate_verify: walks the log's chain and replays it; the journal must be
 *	  what the log says.
 */
#include "journal.h"
#include "schema.h"

#include <string.h>

/* What the log says about one name, as of the events replayed so far. */
typedef struct Replayed
{
	int64_t		seq;			/* in the journal; 0: not applied */
	const char *name;
	const char *checksum;
	bool		found;			/* the journal has it */
} Replayed;

typedef struct Verify
{
	int64_t		seq;			/* of the last event */
	const char *hash;
	DbmigMap	by_name;
	Replayed  **items;			/* in the order of their first event */
	size_t		count;
	size_t		capacity;
	DbmigRows  *live;			/* the schema as it is */
	const char *fingerprint;	/* as the journal remembers it; NULL: not */
	const char *model;			/* the same */
	Replayed  **applied;		/* a stack: what is applied, oldest first */
	size_t		napplied;
	size_t		applied_capacity;
} Verify;

static void
problem(DbmigRun *run, const char *check, const char *name, const char *text)
{
	const DbmigValue row[] =
	{
		dbmig_text(check), dbmig_text(name), dbmig_text(text)
	};

	dbmig_run_output(run, (int) DBMIG_COUNT(row), row);
}

static bool
same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

/* ---- the log ---- */

static void
check_chain(DbmigRun *run, Verify *verify, const DbmigEvent *event)
{
	const char *before = verify->seq == 0 ? NULL : verify->hash;

	if (event->seq != verify->seq + 1)
		problem(run, "history", event->name,
				dbmig_printf(run->d, "event %lld follows event %lld",
							 (long long) event->seq,
							 (long long) verify->seq));
	else if (!same_text(event->prev_hash, before))
		problem(run, "history", event->name,
				dbmig_printf(run->d, "event %lld does not continue the one "
							 "before it", (long long) event->seq));
	if (!same_text(event->hash, dbmig_event_hash(run->d, event)))
		problem(run, "history", event->name,
				dbmig_printf(run->d, "event %lld was changed",
							 (long long) event->seq));
	verify->seq = event->seq;
	verify->hash = event->hash == NULL ? "" : event->hash;
}

static Replayed *
replayed(DbmigRun *run, Verify *verify, const char *name)
{
	Replayed   *item = dbmig_map_get(&verify->by_name, name);

	if (item != NULL)
		return item;
	item = dbmig_alloc(run->d, sizeof(Replayed));
	if (item == NULL ||
		!dbmig_grow(run->d, (void **) &verify->items, &verify->capacity,
					verify->count, sizeof(Replayed *)))
		return NULL;
	item->name = name;
	verify->items[verify->count++] = item;
	dbmig_map_put(&verify->by_name, name, item);
	return item;
}

/* The newest entry's seq: the stack may hold entries that are gone. */
static int64_t
newest_seq(Verify *verify)
{
	while (verify->napplied > 0 &&
		   verify->applied[verify->napplied - 1]->seq == 0)
		verify->napplied--;
	return verify->napplied == 0 ? 0 :
		verify->applied[verify->napplied - 1]->seq;
}

static void
replay(DbmigRun *run, Verify *verify, const DbmigEvent *event)
{
	Replayed   *item = replayed(run, verify, event->name);

	if (item == NULL)
		return;
	item->checksum = event->checksum;
	if (strcmp(event->event, "rollback") == 0 ||
		strcmp(event->event, "forget") == 0)
		item->seq = 0;
	else if (strcmp(event->event, "repair") != 0)
	{
		item->seq = newest_seq(verify) + 1;
		if (dbmig_grow(run->d, (void **) &verify->applied,
					   &verify->applied_capacity, verify->napplied,
					   sizeof(Replayed *)))
			verify->applied[verify->napplied++] = item;
	}
}

static void
receive_event(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Verify	   *verify = run->work;
	const DbmigEvent event = dbmig_journal_event(run->d, values);

	(void) nvalues;
	if (event.event == NULL || event.name == NULL)
	{
		problem(run, "history", event.name,
				dbmig_printf(run->d, "event %lld has no kind or no name",
							 (long long) event.seq));
		return;
	}
	check_chain(run, verify, &event);
	replay(run, verify, &event);
}

static void
check_head(DbmigRun *run)
{
	const Verify *verify = run->work;
	const DbmigJournal *journal = &run->journal;

	if (verify->seq < journal->history_seq)
		problem(run, "history", NULL,
				dbmig_printf(run->d, "the log ends with event %lld, but event "
							 "%lld was written", (long long) verify->seq,
							 (long long) journal->history_seq));
	else if (verify->seq > journal->history_seq ||
			 !same_text(verify->hash, journal->history_hash))
		problem(run, "history", NULL,
				"the log's last event is not the one that was written last");
}

/* ---- the journal ---- */

static void
check_row(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	const Verify *verify = run->work;
	const char *name = dbmig_value_text(run->d, &values[1]);
	const char *checksum = dbmig_value_text(run->d, &values[2]);
	const char *up = dbmig_value_text(run->d, &values[3]);
	Replayed   *item = name == NULL ? NULL :
		dbmig_map_get(&verify->by_name, name);

	(void) nvalues;
	if (item == NULL || item->seq == 0)
	{
		problem(run, "journal", name, "the log does not say it was applied");
		return;
	}
	item->found = true;
	if (item->seq != values[0].number)
		problem(run, "journal", name,
				dbmig_printf(run->d, "it is number %lld, the log says %lld",
							 (long long) values[0].number,
							 (long long) item->seq));
	if (!same_text(checksum, item->checksum))
		problem(run, "journal", name,
				"its checksum is not the one in the log");
	if (up == NULL ? checksum != NULL :
		!same_text(checksum, dbmig_checksum(run->d, up, strlen(up))))
		problem(run, "checksum", name,
				"its text is not the one that was applied");
}

/* ---- the schema ---- */

static void
check_fingerprint(DbmigRun *run)
{
	const Verify *verify = run->work;
	const char *now = dbmig_model_fingerprint(dbmig_rows_model(verify->live));

	if (dbmig_ok(run->d) && strcmp(verify->fingerprint, now) != 0)
		problem(run, "fingerprint", NULL, "the schema is not the one that the "
				"last migration left: migrate_drift() tells the difference");
}

static void
receive_fingerprint(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Verify	   *verify = run->work;

	(void) nvalues;
	verify->fingerprint = dbmig_value_text(run->d, &values[0]);
	verify->model = dbmig_value_text(run->d, &values[1]);
}

static void
read_live(DbmigRun *run)
{
	Verify	   *verify = run->work;
	const DbmigModel *model;

	if (verify->fingerprint == NULL || verify->model == NULL)
		return;
	if (run->d->host.dialect->managed_schemas)
	{
		model = dbmig_model_read(run->d, run->d->host.dialect,
								 "the journal's model", verify->model);
		if (model == NULL)
			return;
		dbmig_schema_of(run, model);
	}
	dbmig_schema_compared(run, &verify->live, check_fingerprint);
}

static void
read_fingerprint(DbmigRun *run)
{
	dbmig_run_query(run, receive_fingerprint,
					dbmig_printf(run->d, "SELECT fingerprint, model FROM %s",
								 run->d->host.dialect->state), 0, NULL);
	run->next = read_live;
}

static void
check_missing(DbmigRun *run)
{
	const Verify *verify = run->work;
	size_t		i;

	for (i = 0; i < verify->count; i++)
	{
		if (verify->items[i]->seq != 0 && !verify->items[i]->found)
			problem(run, "journal", verify->items[i]->name,
					"the log says it is applied, the journal has no row");
	}
	if (dbmig_schema_readable(run))
		run->next = read_fingerprint;
}

static void
walk_journal(DbmigRun *run)
{
	check_head(run);
	dbmig_run_query(run, check_row,
					dbmig_printf(run->d, "SELECT seq, name, checksum, up "
								 "FROM %s ORDER BY seq",
								 run->d->host.dialect->journal), 0, NULL);
	run->next = check_missing;
}

static void
walk_history(DbmigRun *run)
{
	if (!run->journal.exists)
		return;
	dbmig_journal_events(run, receive_event);
	run->next = walk_journal;
}

void
dbmig_begin_verify(Dbmig *d, int nargs, const DbmigValue *args)
{
	Verify	   *verify = dbmig_alloc(d, sizeof(Verify));

	(void) nargs;
	(void) args;
	if (verify == NULL)
		return;
	verify->hash = "";
	dbmig_map_init(&verify->by_name, d);
	d->run->work = verify;
	dbmig_journal_load(d->run, walk_history);
}
