/*
 * rollback.c
 *	  migrate_rollback: takes back the newest migrations, newest first, with
 *	  the downs that the journal keeps.
 */
#include "journal.h"
#include "schema.h"
#include "script.h"

#include <string.h>

typedef struct Undo
{
	DbmigEntry *entry;
	const char *down;
	const DbmigHalf *half;
} Undo;

typedef struct Rollback
{
	int64_t		number;			/* of migrations, when target is NULL */
	const char *target;			/* all after this one; or NULL */
	Undo	   *items;			/* newest first */
	size_t		count;
	size_t		at;
	const char *before;			/* fingerprint before the oldest of them; NULL:
								 * the journal does not know */
	DbmigRows  *after;			/* the schema that is left; NULL: not read */
	DbmigBuf	names;			/* as JSON */
} Rollback;

static bool
is_number(const char *text)
{
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* How many to take back; 0 (and the error, unless it is right) for none. */
static size_t
count_targets(DbmigRun *run, const Rollback *rollback)
{
	const DbmigJournal *journal = &run->journal;
	size_t		i;

	if (rollback->target != NULL)
	{
		for (i = journal->count; i > 0; i--)
		{
			if (strcmp(journal->items[i - 1]->name, rollback->target) == 0)
				return journal->count - i;
		}
		dbmig_fail(run->d, DBMIG_NOT_FOUND, "migration \"%s\" is not applied",
				   dbmig_show(run->d, rollback->target));
		dbmig_hint(run->d, *rollback->target == '{' ?
				   "Options are the second argument." :
				   is_number(rollback->target) ?
				   "Text is a name; how many to take back is an integer, as "
				   "a parameter in PostgreSQL $1::integer." :
				   "migrate_status() lists what is applied.");
		return 0;
	}
	if (journal->count == 0)
		dbmig_fail(run->d, DBMIG_WRONG_STATE,
				   "there is no migration to roll back");
	else if ((uint64_t) rollback->number > journal->count)
		dbmig_fail(run->d, DBMIG_WRONG_STATE,
				   "cannot roll back %lld migrations: %zu are applied",
				   (long long) rollback->number, journal->count);
	return (size_t) rollback->number;
}

/* Refuses what cannot be taken back, before anything is. */
static bool
check_targets(DbmigRun *run, const Rollback *rollback)
{
	size_t		i;

	for (i = 0; i < rollback->count; i++)
	{
		const DbmigEntry *entry = rollback->items[i].entry;
		const char *name = dbmig_show(run->d, entry->name);

		if (entry->checksum == NULL)
		{
			dbmig_fail(run->d, DBMIG_WRONG_STATE,
					   "baseline \"%s\" cannot be rolled back", name);
			dbmig_hint(run->d, "History begins with the baseline; "
					   "migrate_repair() can forget it.");
			return false;
		}
		if (strcmp(entry->down_kind, "none") == 0)
		{
			dbmig_fail(run->d, DBMIG_WRONG_STATE,
					   "migration \"%s\" has no down", name);
			dbmig_hint(run->d, "Write a new migration that undoes it; or give "
					   "it a down with migrate_repair().");
			return false;
		}
	}
	return true;
}

static void
finish(DbmigRun *run)
{
	const Rollback *rollback = run->work;

	run->result = dbmig_printf(run->d, "{\"rolled_back\":[%s]%s}",
							   rollback->names.text, run->options->dry_run ?
							   ",\"dry_run\":true" : "");
}

/* Is the schema what it was before all that was taken back? */
static void
check_return(DbmigRun *run, const Rollback *rollback, DbmigModel *left)
{
	const Undo *oldest;
	const char *name;

	if (run->options->verify < DBMIG_VERIFY_UP || rollback->count == 0)
		return;
	oldest = &rollback->items[rollback->count - 1];
	name = dbmig_show(run->d, oldest->entry->name);
	if (left == NULL || rollback->before == NULL)
		dbmig_fail(run->d, DBMIG_WRONG_STATE, "the journal does not know the "
				   "schema before migration \"%s\"", name);
	else if (strcmp(dbmig_model_fingerprint(left), rollback->before) != 0)
		dbmig_fail(run->d, DBMIG_WRONG_STATE, "the schema is not what it was "
				   "before migration \"%s\"", name);
	else
		return;
	dbmig_hint(run->d, "Without the option \"verify\" it is left as the downs "
			   "make it.");
}

/* The schema as it is now is the one to compare with from here on. */
static void
remember(DbmigRun *run)
{
	const Rollback *rollback = run->work;
	DbmigModel *left = rollback->after == NULL ? NULL :
		dbmig_rows_model(rollback->after);

	if (!dbmig_ok(run->d))
		return;
	check_return(run, rollback, left);
	dbmig_journal_schema(run, left);
	dbmig_journal_flush(run);
	run->next = finish;
}

static void run_down(DbmigRun *run);

static void
journal_down(DbmigRun *run)
{
	Rollback   *rollback = run->work;
	DbmigEntry *entry = rollback->items[rollback->at].entry;

	dbmig_journal_remove(run, "rollback", entry, NULL);
	if (rollback->at++ > 0)
		dbmig_buf_addc(&rollback->names, ',');
	dbmig_buf_json(&rollback->names, entry->name);
	run->next = run_down;
}

static void
run_down(DbmigRun *run)
{
	Rollback   *rollback = run->work;

	if (rollback->at < rollback->count)
		dbmig_half_run(run, rollback->items[rollback->at].half, journal_down);
	else if (dbmig_schema_readable(run))
		dbmig_schema_live(run, &rollback->after, remember);
	else
		remember(run);
}

static void
split_downs(DbmigRun *run)
{
	Rollback   *rollback = run->work;
	size_t		i;

	for (i = 0; i < rollback->count; i++)
	{
		Undo	   *undo = &rollback->items[i];

		DbmigHalf  *half = dbmig_half(run, undo->entry->name, true, 0,
									  undo->down == NULL ? "" : undo->down);

		if (half == NULL)
			return;
		half->computed = strcmp(undo->entry->down_kind, "computed") == 0;
		undo->half = half;
	}
	run->next = run_down;
}

static void
receive_down(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Rollback   *rollback = run->work;

	(void) nvalues;
	if (rollback->at == rollback->count)
		return;
	rollback->items[rollback->at++].down = dbmig_value_text(run->d,
															&values[0]);
	rollback->before = dbmig_value_text(run->d, &values[1]);
}

static void
downs_received(DbmigRun *run)
{
	Rollback   *rollback = run->work;

	rollback->at = 0;
	split_downs(run);
}

static void
choose_targets(DbmigRun *run)
{
	Rollback   *rollback = run->work;
	const DbmigJournal *journal = &run->journal;
	DbmigValue	oldest;
	size_t		i;

	rollback->count = count_targets(run, rollback);
	rollback->items = dbmig_alloc(run->d, (rollback->count + 1) *
								  sizeof(Undo));
	if (!dbmig_ok(run->d))
		return;
	for (i = 0; i < rollback->count; i++)
		rollback->items[i].entry = journal->items[journal->count - 1 - i];
	if (!check_targets(run, rollback))
		return;
	run->next = downs_received;
	if (rollback->count == 0)
		return;
	oldest = dbmig_int(rollback->items[rollback->count - 1].entry->seq);
	dbmig_run_query(run, receive_down,
					dbmig_printf(run->d, "SELECT down, fingerprint_before "
								 "FROM %s WHERE seq >= $1 ORDER BY seq DESC",
								 run->d->host.dialect->journal), 1, &oldest);
}

void
dbmig_begin_rollback(Dbmig *d, int nargs, const DbmigValue *args)
{
	DbmigRun   *run = d->run;
	Rollback   *rollback = dbmig_alloc(d, sizeof(Rollback));

	if (rollback == NULL)
		return;
	run->work = rollback;
	dbmig_buf_init(&rollback->names, d);
	rollback->number = 1;
	if (nargs > 0 && args[0].type == DBMIG_INT)
	{
		rollback->number = args[0].number;
		if (rollback->number < 1)
			dbmig_fail(d, DBMIG_BAD_ARGUMENT,
					   "cannot roll back %lld migrations",
					   (long long) rollback->number);
	}
	else if (nargs > 0)
		rollback->target = dbmig_arg_text(run, "target", 0, nargs, args);
	if (dbmig_ok(d) &&
		dbmig_arg_options(run, DBMIG_OPT_DRY_RUN | DBMIG_OPT_LOCK_TIMEOUT |
						  DBMIG_OPT_VERIFY | DBMIG_OPT_SCHEMAS |
						  DBMIG_OPT_ALLOW_DATA_LOSS, 1, nargs, args))
	{
		dbmig_run_lock(run);
		dbmig_journal_load(run, choose_targets);
	}
}
