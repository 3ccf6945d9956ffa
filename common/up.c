/*
 * up.c
 *	  migrate_apply, migrate_up and migrate_run: applies what is pending.
 *	  A migration without a down gets one, from what it did to the schema.
 *
 * What is pending is the difference of two sets of names, never "newer than
 * the last".  It is looked up without the lock first, so that a call with
 * nothing to do waits for nobody; everything is split and checked before the
 * first statement runs.
 */
#include "down.h"
#include "journal.h"
#include "renamed.h"
#include "schema.h"
#include "section.h"

#include <string.h>

#define OPTIONS_OF_UP (DBMIG_OPT_LOCK_TIMEOUT | DBMIG_OPT_OUT_OF_ORDER | \
					   DBMIG_OPT_VERIFY | DBMIG_OPT_SCHEMAS)

typedef struct Pending
{
	const DbmigMigration *migration;
	const DbmigHalf *up;
	DbmigDown	down;
	bool		renames;		/* and needs a down that takes that back */
} Pending;

typedef struct Up
{
	bool		single;			/* migrate_apply */
	Pending    *items;
	size_t		count;
	size_t		capacity;
	size_t		at;				/* the one that is being applied */
	size_t		done;			/* how many this call has applied */
	int64_t		started;
	int64_t		duration_ms;	/* of the last one */

	/* The schema, where it can be read. */
	size_t		downless;		/* after the last one whose down is missing */
	DbmigRows  *rows;			/* before the migration at work */
	bool		fresh;			/* rows are the live schema */
	DbmigRows  *after;			/* after it, when downs are to be proven */
	DbmigTouched touched;		/* what the migration changed */
	DbmigModel *last;			/* at the end */
	const char *first_fingerprint;	/* at the beginning; NULL: not read */
	DbmigBuf	applied;		/* names, as JSON */
	int64_t		head_seq;		/* of the log, as another session left it */
} Up;

static void check_pending(DbmigRun *run);
static void begin_migration(DbmigRun *run);

/* ---- what is pending ---- */

/* True when the text was applied with other ends of lines: LF for CR LF, or the
 * other way round. */
static bool
differs_by_lines(Dbmig *d, const char *text, const char *checksum)
{
	DbmigBuf	forms[2];		/* with LF, with CR LF */
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(forms); i++)
		dbmig_buf_init(&forms[i], d);
	for (; *text != '\0'; text++)
	{
		if (*text == '\r' && text[1] == '\n')
			continue;
		if (*text == '\n')
			dbmig_buf_addc(&forms[1], '\r');
		for (i = 0; i < DBMIG_COUNT(forms); i++)
			dbmig_buf_addc(&forms[i], *text);
	}
	for (i = 0; i < DBMIG_COUNT(forms) && dbmig_ok(d); i++)
	{
		if (strcmp(dbmig_checksum(d, forms[i].text, forms[i].len),
				   checksum) == 0)
			return true;
	}
	return false;
}

static void
refuse_changed(DbmigRun *run, const DbmigMigration *migration,
			   const char *checksum)
{
	bool		lines = differs_by_lines(run->d, migration->up, checksum);

	if (!dbmig_ok(run->d))
		return;
	dbmig_fail(run->d, DBMIG_WRONG_STATE,
			   "migration \"%s\" has changed since it was applied",
			   dbmig_show(run->d, migration->name));
	if (lines)
		dbmig_detail(run->d, "Only the ends of its lines have: LF for CR LF, "
					 "or the other way round, as Git writes them by "
					 "core.autocrlf.");
	dbmig_hint(run->d, "Put the text back as it was and write a new "
			   "migration, or accept the new text with migrate_repair().");
}

static void
refuse_order(DbmigRun *run, const char *name, const char *newest)
{
	dbmig_fail(run->d, DBMIG_WRONG_STATE,
			   "migration \"%s\" comes before \"%s\", which is applied",
			   dbmig_show(run->d, name), dbmig_show(run->d, newest));
	dbmig_hint(run->d, "If the order does not matter, apply it with the "
			   "option {\"out_of_order\": \"allow\"}.");
}

/*
 * Collects what is pending.  A baseline covers all that comes before it; a
 * pending migration before an applied one is out of order.
 */
static void
find_pending(DbmigRun *run)
{
	Up		   *up = run->work;
	const DbmigMigrations *all = run->migrations;
	const DbmigEntry *entry;
	size_t		first = 0;		/* after the baseline */
	size_t		applied = 0;	/* after the newest that is applied */
	size_t		i;

	up->count = 0;
	for (i = 0; i < all->count; i++)
	{
		entry = dbmig_journal_find(run, all->items[i].name);
		if (entry == NULL)
			continue;
		applied = i + 1;
		if (entry->checksum == NULL)
			first = i + 1;
		else if (strcmp(entry->checksum, all->items[i].checksum) != 0)
		{
			refuse_changed(run, &all->items[i], entry->checksum);
			return;
		}
	}
	for (i = first; i < all->count; i++)
	{
		if (dbmig_journal_find(run, all->items[i].name) != NULL)
			continue;
		if (i < applied && !run->options->allow_out_of_order)
		{
			refuse_order(run, all->items[i].name,
						 all->items[applied - 1].name);
			return;
		}
		if (!dbmig_grow(run->d, (void **) &up->items, &up->capacity,
						up->count, sizeof(Pending)))
			return;
		memset(&up->items[up->count], 0, sizeof(Pending));
		up->items[up->count++].migration = &all->items[i];
	}
}

/* The number of the first migration after which no down is missing. */
static size_t
find_downless(const DbmigRun *run, const Up *up)
{
	size_t		i = dbmig_schema_readable(run) ? up->count : 0;

	while (i > 0 && up->items[i - 1].down.half != NULL)
		i--;
	return i;
}

static bool
needs_down(const Up *up)
{
	return up->at < up->downless && up->items[up->at].down.half == NULL;
}

/* Splits all texts, so that what may not run is refused before anything runs. */
static bool
split_pending(DbmigRun *run)
{
	Up		   *up = run->work;
	size_t		i;

	for (i = up->at; i < up->count; i++)
	{
		Pending    *pending = &up->items[i];
		const DbmigMigration *m = pending->migration;

		pending->up = dbmig_half(run, m->name, false, m->up_line, m->up);
		if (pending->up == NULL ||
			!dbmig_section_none(run->d, pending->up->what, m->up) ||
			!dbmig_down_given(run, m, &pending->down))
			return false;
	}
	return true;
}

/* ---- the result ---- */

static void
finish_single(DbmigRun *run, Up *up)
{
	const DbmigMigration *m = &run->migrations->items[0];
	const DbmigEntry *entry = dbmig_journal_find(run, m->name);
	DbmigBuf	json;

	dbmig_buf_init(&json, run->d);
	dbmig_buf_add(&json, "{\"name\":");
	dbmig_buf_json(&json, m->name);
	dbmig_buf_addf(&json, ",\"status\":\"%s\",\"statements\":%zu,"
				   "\"duration_ms\":%lld,\"down\":\"%s\",\"reversible\":%s%s}",
				   up->done > 0 ? "applied" : "already applied",
				   up->done > 0 ? up->items[0].up->script->count : 0,
				   (long long) up->duration_ms, entry->down_kind,
				   entry->reversible ? "true" : "false",
				   run->options->dry_run ? ",\"dry_run\":true" : "");
	run->result = json.text;
}

static void
finish(DbmigRun *run)
{
	Up		   *up = run->work;

	if (up->single)
	{
		finish_single(run, up);
		return;
	}
	run->result = dbmig_printf(run->d, "{\"applied\":[%s],\"pending\":0%s}",
							   up->applied.text, run->options->dry_run ?
							   ",\"dry_run\":true" : "");
}

/* ---- applying ---- */

static void
receive_head(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Up		   *up = run->work;

	(void) nvalues;
	up->head_seq = values[0].number;
}

/* The lock was free for a moment: has anybody else migrated? */
static void
check_head(DbmigRun *run)
{
	Up		   *up = run->work;

	if (up->head_seq == run->journal.history_seq)
		begin_migration(run);
	else
	{
		up->at = 0;
		up->fresh = false;
		dbmig_journal_load(run, check_pending);
	}
}

static void
commit_migration(DbmigRun *run)
{
	Up		   *up = run->work;

	dbmig_journal_flush(run);
	dbmig_run_add(run, DBMIG_OP_COMMIT, NULL);
	dbmig_run_add(run, DBMIG_OP_NOTICE,
				  dbmig_printf(run->d, "applied migration \"%s\"",
							   up->items[up->at - 1].migration->name));
	run->locked = false;
	if (up->at == up->count)
	{
		run->next = finish;
		return;
	}
	dbmig_run_lock(run);
	up->head_seq = 0;
	dbmig_run_query(run, receive_head,
					dbmig_printf(run->d, "SELECT history_seq FROM %s",
								 run->d->host.dialect->state), 0, NULL);
	run->next = check_head;
}

static void
after_migration(DbmigRun *run)
{
	const Up   *up = run->work;

	if (run->function->commits)
		commit_migration(run);
	else if (up->at < up->count)
		run->next = begin_migration;
	else
	{
		dbmig_journal_flush(run);
		run->next = finish;
	}
}

static void
journal_migration(DbmigRun *run)
{
	Up		   *up = run->work;
	const Pending *pending = &up->items[up->at];
	const DbmigMigration *m = pending->migration;
	const DbmigApplied applied = {
		.name = m->name,
		.checksum = m->checksum,
		.up = m->up,
		.down = pending->down.text,
		.down_kind = pending->down.kind,
		.reversible = pending->down.reversible,
		.fingerprint_before = up->at == 0 ? up->first_fingerprint : NULL,
		.fingerprint_after = up->last == NULL ? NULL :
		dbmig_model_fingerprint(up->last),
		.duration_ms = up->duration_ms,
	};

	dbmig_journal_add(run, "apply", &applied, NULL);
	dbmig_journal_schema(run, up->last);
	if (up->done++ > 0)
		dbmig_buf_addc(&up->applied, ',');
	dbmig_buf_json(&up->applied, m->name);
	up->at++;
	run->next = after_migration;
}

static void
take_last(DbmigRun *run)
{
	Up		   *up = run->work;

	up->last = dbmig_rows_model(up->rows);
	run->next = journal_migration;
}

/* The journal remembers the schema after the last migration. */
static void
remember_schema(DbmigRun *run)
{
	Up		   *up = run->work;

	if (!dbmig_schema_readable(run) || up->at + 1 < up->count)
		run->next = journal_migration;
	else if (up->fresh)
		take_last(run);
	else
		dbmig_schema_live(run, &up->rows, take_last);
}

static bool
proves(const DbmigRun *run)
{
	return run->options->verify == DBMIG_VERIFY_ROUNDTRIP;
}

static void
end_proof(DbmigRun *run)
{
	Up		   *up = run->work;

	up->rows = up->after;
	run->next = remember_schema;
}

static void
prove_down(DbmigRun *run)
{
	Up		   *up = run->work;

	if (proves(run))
		dbmig_down_prove(run, &up->items[up->at].down, up->rows, end_proof);
	else if (up->after != NULL)
		end_proof(run);
	else
		run->next = remember_schema;
}

/* The statements have run, and what they changed is known if it must be. */
static void
settle_down(DbmigRun *run)
{
	Up		   *up = run->work;
	Pending    *pending = &up->items[up->at];

	if (needs_down(up) && run->outside != NULL)
	{
		dbmig_run_add(run, DBMIG_OP_NOTICE,
					  dbmig_printf(run->d, "migration \"%s\" has no down: it "
								   "changes schema \"%s\", which is not "
								   "managed (option \"schemas\")",
								   dbmig_show(run->d, pending->migration->name),
								   dbmig_show(run->d, run->outside)));
		prove_down(run);
		return;
	}
	if (pending->renames)
	{
		dbmig_down_compute_renamed(run, pending->up->script, up->rows,
								   up->after, &pending->down, prove_down);
		return;
	}
	if (proves(run) && up->after != NULL)
		dbmig_rows_differing(up->rows, up->after, &up->touched.before,
							 &up->touched.after);
	if (needs_down(up) && dbmig_ok(run->d))
		dbmig_down_compute(run, pending->up->script, up->touched.before,
						   up->touched.after, &pending->down);
	prove_down(run);
}

static void
read_after(DbmigRun *run)
{
	Up		   *up = run->work;
	Pending    *pending = &up->items[up->at];

	up->duration_ms = (run->now - up->started) / 1000;
	up->after = NULL;
	run->next = settle_down;
	if (!dbmig_schema_readable(run))
		return;
	pending->renames = needs_down(up) &&
		dbmig_renamed_back(run, pending->up->script).count > 0;
	if (proves(run) || pending->renames)
	{
		if (needs_down(up))
			dbmig_schema_look_outside(run);
		dbmig_schema_live(run, &up->after, settle_down);
	}
	else if (up->fresh && up->at < up->downless)
		dbmig_schema_update(run, up->rows, up->items[up->at].up->script,
							&up->touched, settle_down);
	else
		up->fresh = false;
}

static void
run_up(DbmigRun *run)
{
	Up		   *up = run->work;

	up->started = run->now;
	if (up->fresh)
		dbmig_schema_watch(run);
	dbmig_half_run(run, up->items[up->at].up, read_after);
}

static void
take_rows(DbmigRun *run)
{
	Up		   *up = run->work;
	DbmigModel *model;

	up->fresh = true;
	if (up->at == 0)
	{
		model = dbmig_rows_model(up->rows);
		if (model != NULL)
			up->first_fingerprint = dbmig_model_fingerprint(model);
	}
	run_up(run);
}

static void
begin_migration(DbmigRun *run)
{
	Up		   *up = run->work;
	bool		needed = proves(run) || needs_down(up);

	if (dbmig_schema_readable(run) && !up->fresh &&
		(needed || (up->at == 0 && run->d->host.dialect->touches != NULL)))
		dbmig_schema_live(run, &up->rows, take_rows);
	else
		run_up(run);
}

static void
create_journal(DbmigRun *run)
{
	dbmig_journal_create(run);
	run->next = begin_migration;
}

/* What may be wrong when the first migration makes what is there; or NULL. */
static const char *
exists_hint(DbmigRun *run)
{
	const DbmigJournal *journal = &run->journal;
	const char *name;
	size_t		i;

	if (journal->count == 0)
		return "If what is in the database came from these migrations, "
			"migrate_baseline() takes them as applied.";
	if (journal->count > 1 || journal->items[0]->checksum != NULL)
		return NULL;
	name = journal->items[0]->name;
	for (i = 0; i < run->migrations->count; i++)
	{
		if (strcmp(run->migrations->items[i].name, name) == 0)
			return NULL;
	}
	return dbmig_printf(run->d, "The source has no migration of the baseline's "
						"name, \"%s\", so none counts as done: forget it with "
						"migrate_repair(), and begin with the right name.",
						dbmig_show(run->d, name));
}

static void
check_pending(DbmigRun *run)
{
	Up		   *up = run->work;

	find_pending(run);
	if (!dbmig_ok(run->d))
		return;
	if (up->count == 0)
		run->next = finish;
	else if (!run->locked)
	{
		dbmig_run_lock(run);
		/* Another migrator may have been faster. */
		dbmig_journal_load(run, check_pending);
	}
	else if (split_pending(run))
	{
		if (!up->single)
			run->exists_hint = exists_hint(run);
		up->downless = find_downless(run, up);
		run->next = create_journal;
	}
}

static void
load_journal(DbmigRun *run)
{
	if (run->d->host.in_transaction)
		dbmig_run_lock(run);
	dbmig_journal_load(run, check_pending);
}

/* ---- the functions ---- */

static Up *
begin_work(DbmigRun *run)
{
	Up		   *up = dbmig_alloc(run->d, sizeof(Up));

	if (up != NULL)
		dbmig_buf_init(&up->applied, run->d);
	run->work = up;
	return up;
}

/* Options in the place of the down would be kept as one. */
static void
check_down(Dbmig *d, const char *down)
{
	DbmigLexer	lexer;
	DbmigToken	token;

	if (down == NULL)
		return;
	dbmig_lex_begin(&lexer, d->host.dialect, down);
	token = dbmig_lex_word(&lexer);
	if (token.kind == DBMIG_TOKEN_END || *token.start != '{')
		return;
	dbmig_fail(d, DBMIG_BAD_ARGUMENT,
			   "argument \"down\" of migrate_apply() is no SQL: it begins "
			   "with \"{\"");
	dbmig_hint(d, "Options are the fourth argument: pass NULL as the third, "
			   "or in PostgreSQL write options => '...'.");
}

void
dbmig_begin_apply(Dbmig *d, int nargs, const DbmigValue *args)
{
	DbmigRun   *run = d->run;
	Up		   *up = begin_work(run);
	DbmigMigrations *one = dbmig_alloc(d, sizeof(DbmigMigrations));
	DbmigMigration *m = dbmig_alloc(d, sizeof(DbmigMigration));

	if (up == NULL || one == NULL || m == NULL)
		return;
	up->single = true;
	one->items = m;
	one->count = 1;
	run->migrations = one;
	m->name = dbmig_arg_text(run, "name", 0, nargs, args);
	m->up = dbmig_arg_text(run, "up", 1, nargs, args);
	m->down = dbmig_arg_optional(run, "down", 2, nargs, args);
	check_down(d, m->down);
	if (dbmig_ok(d) && dbmig_name_check(d, m->name) &&
		dbmig_arg_options(run, OPTIONS_OF_UP | DBMIG_OPT_DRY_RUN, 3, nargs,
						  args))
	{
		m->checksum = dbmig_checksum(d, m->up, strlen(m->up));
		load_journal(run);
	}
}

void
dbmig_begin_up(Dbmig *d, int nargs, const DbmigValue *args)
{
	if (begin_work(d->run) != NULL &&
		dbmig_arg_options(d->run, OPTIONS_OF_UP | DBMIG_OPT_DRY_RUN, 1, nargs,
						  args))
		dbmig_run_source(d->run, dbmig_arg_source(d->run, 0, nargs, args),
						 load_journal);
}

void
dbmig_begin_run(Dbmig *d, int nargs, const DbmigValue *args)
{
	if (begin_work(d->run) != NULL &&
		dbmig_arg_options(d->run, OPTIONS_OF_UP, 1, nargs, args))
		dbmig_run_source(d->run, dbmig_arg_source(d->run, 0, nargs, args),
						 load_journal);
}
