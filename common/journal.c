/*
 * journal.c
 *	  Reads and writes the journal, and chains its log.
 *
 * The SQL is the same for both engines: the dialect has the tables' names.
 */
#include "journal.h"

#include <string.h>

/* ---- reading ---- */

static void
receive_exists(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	(void) nvalues;
	(void) values;
	run->journal.exists = true;
}

/* What a function needs to know of each row, and what it needs to show it. */
#define COLUMNS "seq, name, checksum, down_kind, reversible"
#define DETAILS ", applied_at, applied_by, duration_ms"

static void
receive_entry(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	DbmigJournal *journal = &run->journal;
	DbmigEntry *entry = dbmig_alloc(run->d, sizeof(DbmigEntry));

	(void) nvalues;
	if (entry == NULL ||
		!dbmig_grow(run->d, (void **) &journal->items, &journal->capacity,
					journal->count, sizeof(DbmigEntry *)))
		return;
	entry->seq = values[0].number;
	entry->name = dbmig_value_text(run->d, &values[1]);
	entry->checksum = dbmig_value_text(run->d, &values[2]);
	entry->down_kind = dbmig_value_text(run->d, &values[3]);
	entry->reversible = values[4].number != 0;
	if (journal->detailed)
	{
		entry->applied_at = dbmig_value_time(&values[5]);
		entry->applied_by = dbmig_value_text(run->d, &values[6]);
		entry->duration_ms = values[7].number;
	}
	if (entry->name == NULL || entry->down_kind == NULL)
	{
		dbmig_fail(run->d, DBMIG_WRONG_STATE,
				   "the journal of migrations has a row without a name");
		return;
	}
	journal->items[journal->count++] = entry;
	dbmig_map_put(&journal->by_name, entry->name, entry);
}

static void
receive_head(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	const char *hash = dbmig_value_text(run->d, &values[1]);

	(void) nvalues;
	run->journal.history_seq = values[0].number;
	run->journal.history_hash = hash == NULL ? "" : hash;
}

static void
load_rows(DbmigRun *run)
{
	const DbmigDialect *dialect = run->d->host.dialect;

	if (run->journal.exists)
	{
		dbmig_run_query(run, receive_entry,
						dbmig_printf(run->d, "SELECT " COLUMNS "%s FROM %s "
									 "ORDER BY seq", run->journal.detailed ?
									 DETAILS : "", dialect->journal),
						0, NULL);
		dbmig_run_query(run, receive_head,
						dbmig_printf(run->d, "SELECT history_seq, "
									 "history_hash FROM %s", dialect->state),
						0, NULL);
	}
	run->next = run->after_journal;
}

void
dbmig_journal_load(DbmigRun *run, DbmigPhase phase)
{
	const DbmigDialect *dialect = run->d->host.dialect;

	memset(&run->journal, 0, sizeof(run->journal));
	run->journal.history_hash = "";
	dbmig_map_init(&run->journal.by_name, run->d);
	run->after_journal = phase;
	run->next = load_rows;
	if (dialect->exists == NULL)
		run->journal.exists = true;
	else
		dbmig_run_query(run, receive_exists, dialect->exists, 0, NULL);
}

void
dbmig_journal_load_details(DbmigRun *run, DbmigPhase phase)
{
	dbmig_journal_load(run, phase);
	run->journal.detailed = true;
}

DbmigEntry *
dbmig_journal_find(const DbmigRun *run, const char *name)
{
	return dbmig_map_get(&run->journal.by_name, name);
}

void
dbmig_journal_events(DbmigRun *run, DbmigReceiver receiver)
{
	if (!run->journal.exists)
		return;
	dbmig_run_query(run, receiver,
					dbmig_printf(run->d, "SELECT seq, event, name, checksum, "
								 "fingerprint, at, \"by\", detail, prev_hash, "
								 "hash FROM %s ORDER BY seq",
								 run->d->host.dialect->history), 0, NULL);
}

DbmigEvent
dbmig_journal_event(Dbmig *d, const DbmigValue *values)
{
	DbmigEvent	event = {
		.seq = values[0].number,
		.event = dbmig_value_text(d, &values[1]),
		.name = dbmig_value_text(d, &values[2]),
		.checksum = dbmig_value_text(d, &values[3]),
		.fingerprint = dbmig_value_text(d, &values[4]),
		.at = dbmig_value_time(&values[5]),
		.by = dbmig_value_text(d, &values[6]),
		.detail = dbmig_value_text(d, &values[7]),
		.prev_hash = dbmig_value_text(d, &values[8]),
		.hash = dbmig_value_text(d, &values[9]),
	};

	return event;
}

/* ---- the chain ---- */

/* A field as it is hashed: "5:bytes," or "-," for NULL. */
static void
add_field(DbmigBuf *buf, const char *text)
{
	if (text == NULL)
		dbmig_buf_add(buf, "-,");
	else
	{
		dbmig_buf_addf(buf, "%zu:", strlen(text));
		dbmig_buf_add(buf, text);
		dbmig_buf_addc(buf, ',');
	}
}

const char *
dbmig_event_hash(Dbmig *d, const DbmigEvent *event)
{
	char		at[DBMIG_TIME_SIZE];
	DbmigBuf	buf;

	dbmig_time_text(event->at, at);
	dbmig_buf_init(&buf, d);
	add_field(&buf, event->prev_hash);
	add_field(&buf, dbmig_printf(d, "%lld", (long long) event->seq));
	add_field(&buf, event->event);
	add_field(&buf, event->name);
	add_field(&buf, event->checksum);
	add_field(&buf, event->fingerprint);
	add_field(&buf, at);
	add_field(&buf, event->by);
	add_field(&buf, event->detail);
	return dbmig_checksum(d, buf.text, buf.len);
}

/* ---- writing ---- */

void
dbmig_journal_create(DbmigRun *run)
{
	const char *const *statement = run->d->host.dialect->bootstrap;

	if (run->journal.exists)
		return;
	for (; *statement != NULL; statement++)
		dbmig_run_query(run, NULL, *statement, 0, NULL);
	run->journal.exists = true;
}

static void
insert_event(DbmigRun *run, const DbmigEvent *event)
{
	const DbmigValue params[] =
	{
		dbmig_int(event->seq), dbmig_text(event->event),
		dbmig_text(event->name), dbmig_text(event->checksum),
		dbmig_text(event->fingerprint), dbmig_time(event->at),
		dbmig_text(event->by), dbmig_text(event->detail),
		dbmig_text(event->prev_hash), dbmig_text(event->hash)
	};

	dbmig_run_query(run, NULL,
					dbmig_printf(run->d, "INSERT INTO %s (seq, event, name, "
								 "checksum, fingerprint, at, \"by\", detail, "
								 "prev_hash, hash) VALUES ($1, $2, $3, $4, "
								 "$5, $6, $7, $8, $9, $10)",
								 run->d->host.dialect->history),
					(int) DBMIG_COUNT(params), params);
}

/* Links the event to the chain and queues its row. */
static void
add_event(DbmigRun *run, DbmigEvent *event)
{
	DbmigJournal *journal = &run->journal;

	event->seq = journal->history_seq + 1;
	event->at = run->now;
	event->by = run->d->host.user;
	event->prev_hash = journal->history_seq == 0 ? NULL :
		journal->history_hash;
	event->hash = dbmig_event_hash(run->d, event);
	insert_event(run, event);
	journal->history_seq = event->seq;
	journal->history_hash = event->hash;
	journal->dirty = true;
}

/* A new entry after all others; NULL without memory. */
static DbmigEntry *
append_entry(DbmigRun *run, const DbmigApplied *applied)
{
	DbmigJournal *journal = &run->journal;
	DbmigEntry *entry = dbmig_alloc(run->d, sizeof(DbmigEntry));

	if (entry == NULL ||
		!dbmig_grow(run->d, (void **) &journal->items, &journal->capacity,
					journal->count, sizeof(DbmigEntry *)))
		return NULL;
	entry->seq = 1;
	if (journal->count > 0)
		entry->seq = journal->items[journal->count - 1]->seq + 1;
	entry->name = applied->name;
	entry->checksum = applied->checksum;
	entry->down_kind = applied->down_kind;
	entry->reversible = applied->reversible;
	journal->items[journal->count++] = entry;
	dbmig_map_put(&journal->by_name, entry->name, entry);
	return entry;
}

static void
insert_entry(DbmigRun *run, int64_t seq, const DbmigApplied *applied)
{
	const DbmigValue params[] =
	{
		dbmig_int(seq), dbmig_text(applied->name),
		dbmig_text(applied->checksum), dbmig_text(applied->up),
		dbmig_text(applied->down), dbmig_text(applied->down_kind),
		dbmig_bool(applied->reversible),
		dbmig_text(applied->fingerprint_before),
		dbmig_text(applied->fingerprint_after), dbmig_time(run->now),
		dbmig_text(run->d->host.user), dbmig_int(applied->duration_ms),
		dbmig_text(DBMIG_VERSION)
	};

	dbmig_run_query(run, NULL,
					dbmig_printf(run->d, "INSERT INTO %s (seq, name, "
								 "checksum, up, down, down_kind, reversible, "
								 "fingerprint_before, fingerprint_after, "
								 "applied_at, applied_by, duration_ms, "
								 "dbmig_version) VALUES ($1, $2, $3, $4, $5, "
								 "$6, $7, $8, $9, $10, $11, $12, $13)",
								 run->d->host.dialect->journal),
					(int) DBMIG_COUNT(params), params);
}

void
dbmig_journal_add(DbmigRun *run, const char *event_name,
				  const DbmigApplied *applied, const char *detail)
{
	DbmigEntry *entry = append_entry(run, applied);
	DbmigEvent	event = {
		.event = event_name,
		.name = applied->name,
		.checksum = applied->checksum,
		.fingerprint = applied->fingerprint_after,
		.detail = detail,
	};

	if (entry == NULL)
		return;
	insert_entry(run, entry->seq, applied);
	add_event(run, &event);
}

void
dbmig_journal_remove(DbmigRun *run, const char *event_name,
					 DbmigEntry *entry, const char *detail)
{
	const DbmigValue params[] = {dbmig_int(entry->seq)};
	DbmigEvent	event = {
		.event = event_name,
		.name = entry->name,
		.checksum = entry->checksum,
		.detail = detail,
	};

	dbmig_run_query(run, NULL,
					dbmig_printf(run->d, "DELETE FROM %s WHERE seq = $1",
								 run->d->host.dialect->journal), 1, params);
	dbmig_map_put(&run->journal.by_name, entry->name, NULL);
	add_event(run, &event);
}

void
dbmig_journal_repair(DbmigRun *run, DbmigEntry *entry,
					 const DbmigMigration *migration, const char *detail)
{
	const DbmigValue params[] =
	{
		dbmig_text(migration->checksum), dbmig_text(migration->up),
		dbmig_text(migration->down), dbmig_int(entry->seq)
	};
	DbmigEvent	event = {
		.event = "repair",
		.name = entry->name,
		.checksum = migration->checksum,
		.detail = detail,
	};

	dbmig_run_query(run, NULL,
					dbmig_printf(run->d, "UPDATE %s SET checksum = $1, "
								 "up = $2%s WHERE seq = $4",
								 run->d->host.dialect->journal,
								 migration->down == NULL ? "" :
								 ", down = $3, down_kind = 'authored', "
								 "reversible = true"),
					(int) DBMIG_COUNT(params), params);
	add_event(run, &event);
}

void
dbmig_journal_schema(DbmigRun *run, DbmigModel *model)
{
	DbmigJournal *journal = &run->journal;

	journal->schema_changed = true;
	journal->fingerprint = model == NULL ? NULL :
		dbmig_model_fingerprint(model);
	journal->model = model == NULL ? NULL : dbmig_model_write(model);
}

void
dbmig_journal_flush(DbmigRun *run)
{
	DbmigJournal *journal = &run->journal;
	const DbmigValue params[] =
	{
		dbmig_int(journal->history_seq), dbmig_text(journal->history_hash),
		dbmig_text(journal->fingerprint), dbmig_text(journal->model)
	};

	if (!journal->dirty)
		return;
	dbmig_run_query(run, NULL,
					dbmig_printf(run->d, "INSERT INTO %s (id, history_seq, "
								 "history_hash, fingerprint, model) "
								 "VALUES (1, $1, $2, $3, $4) "
								 "ON CONFLICT (id) DO UPDATE SET "
								 "history_seq = excluded.history_seq, "
								 "history_hash = excluded.history_hash%s",
								 run->d->host.dialect->state,
								 journal->schema_changed ?
								 ", fingerprint = excluded.fingerprint, "
								 "model = excluded.model" : ""),
					(int) DBMIG_COUNT(params), params);
	journal->dirty = false;
	journal->schema_changed = false;
}
