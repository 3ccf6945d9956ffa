/*
 * push.c
 *	  migrate_diff, migrate_push and migrate_generate: one prints the way to
 *	  the wanted schema, one goes it, one writes it down.
 *
 * A push is a migration that dbmig wrote: it runs as one, is proven to have
 * led to what was wanted, and is journaled with its way back.
 */
#include "down.h"
#include "journal.h"
#include "target.h"
#include "weigh.h"

#include <stdio.h>
#include <string.h>

#define OPTIONS_OF_DIFF (DBMIG_OPT_SCHEMAS | DBMIG_OPT_RENAMES | \
						 DBMIG_OPT_BACKFILL | DBMIG_OPT_ALLOW_DATA_LOSS)
#define OPTIONS_OF_PUSH (OPTIONS_OF_DIFF | DBMIG_OPT_NAME | \
						 DBMIG_OPT_DRY_RUN | DBMIG_OPT_VERIFY | \
						 DBMIG_OPT_LOCK_TIMEOUT)

typedef struct Push
{
	const char *name;
	const char *ddl;
	const DbmigHalf *up;
	DbmigDown	down;
	const DbmigHalf *renames;
	DbmigRows  *reached;		/* what the plan led to */
	int64_t		started;
	int64_t		duration_ms;
} Push;

/* Weighs the plan, unless it is about names that do not exist yet: then all
 * that may hold is said to. */
static void
weigh(DbmigRun *run, DbmigPhase phase)
{
	const DbmigTarget *target = run->target;

	if (target->asked == 0)
		dbmig_weigh(run, target->plan, phase);
	else
		run->next = phase;
}

/* ---- migrate_diff ---- */

static void
output_steps(DbmigRun *run)
{
	const DbmigTarget *target = run->target;
	size_t		i;

	for (i = 0; i < target->renames->count; i++)
		dbmig_target_output(run, &target->renames->steps[i]);
	for (i = 0; i < target->plan->count; i++)
		dbmig_target_output(run, &target->plan->steps[i]);
}

static void
weigh_diff(DbmigRun *run)
{
	weigh(run, output_steps);
}

void
dbmig_begin_diff(Dbmig *d, int nargs, const DbmigValue *args)
{
	DbmigRun   *run = d->run;
	const char *ddl = dbmig_arg_text(run, "desired", 0, nargs, args);

	if (ddl != NULL &&
		dbmig_arg_options(run, OPTIONS_OF_DIFF | DBMIG_OPT_NAME |
						  DBMIG_OPT_VERIFY | DBMIG_OPT_DRY_RUN |
						  DBMIG_OPT_LOCK_TIMEOUT, 1, nargs, args))
		dbmig_target_find(run, ddl, weigh_diff);
}

/* ---- migrate_generate ---- */

/* The ids of all hazards, each once, as JSON: those of one big step. */
static const char *
all_hazards(DbmigRun *run, const DbmigTarget *target)
{
	const DbmigPlan *plans[] = {target->renames, target->plan};
	DbmigStep	all = {.action = DBMIG_ALTER};
	size_t		i;
	size_t		j;
	size_t		k;

	for (i = 0; i < DBMIG_COUNT(plans); i++)
	{
		for (j = 0; j < plans[i]->count; j++)
		{
			const DbmigStep *step = &plans[i]->steps[j];

			for (k = 0; k < step->nfindings; k++)
			{
				if (dbmig_grow(run->d, (void **) &all.findings,
							   &all.findings_capacity, all.nfindings,
							   sizeof(DbmigFinding)))
					all.findings[all.nfindings++] = step->findings[k];
			}
		}
	}
	return dbmig_weigh_json(run->d, &all);
}

static void
output_migration(DbmigRun *run)
{
	const Push *push = run->work;
	const DbmigTarget *target = run->target;
	DbmigBuf	json;

	dbmig_buf_init(&json, run->d);
	dbmig_buf_add(&json, "{\"name\":");
	dbmig_buf_json(&json, push->name);
	dbmig_buf_add(&json, ",\"up\":");
	dbmig_buf_json(&json, target->up);
	dbmig_buf_add(&json, ",\"down\":");
	dbmig_buf_json(&json, target->down);
	dbmig_buf_addf(&json, ",\"hazards\":%s}", all_hazards(run, target));
	run->result = json.text;
}

static void
weigh_migration(DbmigRun *run)
{
	weigh(run, output_migration);
}

void
dbmig_begin_generate(Dbmig *d, int nargs, const DbmigValue *args)
{
	DbmigRun   *run = d->run;
	Push	   *push = dbmig_alloc(d, sizeof(Push));

	if (push == NULL)
		return;
	run->work = push;
	push->name = dbmig_arg_text(run, "name", 0, nargs, args);
	push->ddl = dbmig_arg_text(run, "desired", 1, nargs, args);
	if (push->name != NULL && push->ddl != NULL &&
		dbmig_name_check(d, push->name) &&
		dbmig_arg_options(run, OPTIONS_OF_DIFF, 2, nargs, args))
		dbmig_target_find(run, push->ddl, weigh_migration);
}

/* ---- migrate_push ---- */

static void
finish_push(DbmigRun *run, const char *status, bool reversible)
{
	const Push *push = run->work;
	const DbmigTarget *target = run->target;
	DbmigBuf	json;

	dbmig_buf_init(&json, run->d);
	dbmig_buf_add(&json, "{\"name\":");
	dbmig_buf_json(&json, push->name);
	dbmig_buf_addf(&json, ",\"status\":\"%s\",\"statements\":%zu,"
				   "\"duration_ms\":%lld,\"down\":\"computed\","
				   "\"reversible\":%s,\"steps\":%zu%s}", status,
				   push->renames->script->count + push->up->script->count,
				   (long long) push->duration_ms,
				   reversible ? "true" : "false",
				   target->renames->count + target->plan->count,
				   run->options->dry_run ? ",\"dry_run\":true" : "");
	run->result = json.text;
}

static void
finish_applied(DbmigRun *run)
{
	const DbmigTarget *target = run->target;

	finish_push(run, "applied", !dbmig_weigh_loses(target->plan));
}

static void
journal_push(DbmigRun *run)
{
	const Push *push = run->work;
	const DbmigTarget *target = run->target;
	DbmigModel *reached = dbmig_rows_model(push->reached);
	const DbmigApplied applied = {
		.name = push->name,
		.checksum = dbmig_checksum(run->d, target->up, strlen(target->up)),
		.up = target->up,
		.down = target->down,
		.down_kind = "computed",
		.reversible = !dbmig_weigh_loses(target->plan),
		.fingerprint_before =
		dbmig_model_fingerprint(dbmig_rows_model(target->live)),
		.fingerprint_after = dbmig_model_fingerprint(reached),
		.duration_ms = push->duration_ms,
	};

	if (!dbmig_ok(run->d))
		return;
	dbmig_journal_add(run, "apply", &applied, NULL);
	dbmig_journal_schema(run, reached);
	dbmig_journal_flush(run);
	run->next = finish_applied;
}

static void
create_journal(DbmigRun *run)
{
	dbmig_journal_create(run);
	run->next = journal_push;
}

static void
check_reached(DbmigRun *run)
{
	const Push *push = run->work;
	const DbmigTarget *target = run->target;
	const DbmigChange *missed = dbmig_target_missed(run, push->reached);

	if (!dbmig_ok(run->d))
		return;
	if (missed != NULL && run->options->verify != DBMIG_VERIFY_NONE)
	{
		const DbmigObject *other = dbmig_target_object(missed);

		dbmig_fail(run->d, DBMIG_INTERNAL,
				   "the plan did not lead to the wanted schema: %s \"%s\" "
				   "differs", other->kind->name,
				   dbmig_show(run->d, other->name));
		dbmig_target_detail(run->d, missed);
		dbmig_hint(run->d, "Nothing was changed.  This is a fault in dbmig: "
				   "please report it with both schemas.");
	}
	else if (run->options->verify == DBMIG_VERIFY_ROUNDTRIP)
		dbmig_down_prove(run, &push->down, target->live, create_journal);
	else
		run->next = create_journal;
}

static void
read_reached(DbmigRun *run)
{
	Push	   *push = run->work;

	dbmig_schema_live(run, &push->reached, check_reached);
}

static void
count_rows(DbmigRun *run)
{
	Push	   *push = run->work;
	const DbmigTarget *target = run->target;

	push->duration_ms = (run->now - push->started) / 1000;
	dbmig_weigh_rebuilt(run, target->plan, read_reached);
}

static void
run_plan(DbmigRun *run)
{
	const Push *push = run->work;
	const DbmigTarget *target = run->target;

	if (dbmig_weigh_allows(run, target->plan))
		dbmig_half_run(run, push->up, count_rows);
}

/* The names in the plan's queries are there now. */
static void
weigh_push(DbmigRun *run)
{
	const DbmigTarget *target = run->target;

	dbmig_weigh(run, target->plan, run_plan);
}

static bool
split_push(DbmigRun *run)
{
	Push	   *push = run->work;
	const DbmigTarget *target = run->target;

	push->renames = dbmig_half_computed(run, push->name, false,
										dbmig_plan_sql(target->renames));
	push->up = dbmig_half_computed(run, push->name, false,
								   dbmig_plan_sql(target->plan));
	push->down.name = push->name;
	push->down.half = dbmig_half_computed(run, push->name, true, target->down);
	return dbmig_ok(run->d);
}

static void
start_push(DbmigRun *run)
{
	Push	   *push = run->work;
	const DbmigTarget *target = run->target;
	const DbmigEntry *entry = dbmig_journal_find(run, push->name);
	size_t		steps = target->renames->count + target->plan->count;

	if (!split_push(run))
		return;
	/* A push that has a name of its own is journaled even if it is empty. */
	if (steps == 0 && (entry != NULL || run->options->name == NULL))
		finish_push(run, "already applied", true);
	else if (entry != NULL)
	{
		dbmig_fail(run->d, DBMIG_WRONG_STATE,
				   "migration \"%s\" is applied already",
				   dbmig_show(run->d, push->name));
		dbmig_hint(run->d, "Give the push another name.");
	}
	else
	{
		push->started = run->now;
		dbmig_half_run(run, push->renames, weigh_push);
	}
}

static void
find_target(DbmigRun *run)
{
	const Push *push = run->work;

	dbmig_target_find(run, push->ddl, start_push);
}

/* push_20260131120000_123456 */
static const char *
default_name(DbmigRun *run)
{
	char		time[DBMIG_TIME_SIZE];
	DbmigBuf	name;
	size_t		i;

	dbmig_time_text(run->now, time);
	dbmig_buf_init(&name, run->d);
	dbmig_buf_add(&name, "push_");
	for (i = 0; time[i] != '\0'; i++)
	{
		if (dbmig_is_digit(time[i]))
			dbmig_buf_addc(&name, time[i]);
		else if (time[i] == '.')
			dbmig_buf_addc(&name, '_');
	}
	return name.text;
}

static void
lock_push(DbmigRun *run)
{
	Push	   *push = run->work;

	push->name = run->options->name;
	if (push->name == NULL)
		push->name = default_name(run);
	if (!dbmig_name_check(run->d, push->name))
		return;
	dbmig_run_lock(run);
	dbmig_journal_load(run, find_target);
}

void
dbmig_begin_push(Dbmig *d, int nargs, const DbmigValue *args)
{
	DbmigRun   *run = d->run;
	Push	   *push = dbmig_alloc(d, sizeof(Push));

	if (push == NULL)
		return;
	run->work = push;
	push->ddl = dbmig_arg_text(run, "desired", 0, nargs, args);
	if (push->ddl != NULL &&
		dbmig_arg_options(run, OPTIONS_OF_PUSH, 1, nargs, args))
		run->next = lock_push;
}
