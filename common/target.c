/*
 * target.c
 *	  Finds the way from the live schema to a wanted one: reads both, lets the
 *	  engine itself do the renames in the scratch database, and plans the rest.
 */
#include "target.h"

#include "backfill.h"
#include "rename.h"
#include "weigh.h"

#include <string.h>

/* Where the wanted schema is silent about owners, they stay. */
static void
keep_owners(const DbmigTarget *target, DbmigModel *wanted)
{
	const DbmigObject *live;
	size_t		i;

	for (i = 0; i < wanted->count; i++)
	{
		DbmigObject *object = wanted->items[i];

		live = dbmig_model_find(target->from, object->kind, NULL, object->id);
		if (live != NULL && dbmig_object_get(live, "owner") != NULL)
			dbmig_object_set(wanted, object, "owner",
							 dbmig_object_get(live, "owner"));
	}
}

static void
plan_target(DbmigRun *run)
{
	DbmigTarget *target = run->target;
	DbmigIntent intent = {
		.backfill = target->backfill,
		.from = target->renamed,
		.to = target->rows
	};

	if (!target->wanted->owners)
		keep_owners(target, target->to);
	target->plan = dbmig_plan(run->d, target->from, target->to, &intent);
	if (target->plan == NULL)
		return;
	target->up = dbmig_printf(run->d, "%s%s", dbmig_plan_sql(target->renames),
							  dbmig_plan_sql(target->plan));
	target->down = dbmig_printf(run->d, "%s%s", target->plan->down,
								target->renames->down);
	run->next = target->after;
}

static void
compare(DbmigRun *run)
{
	DbmigTarget *target = run->target;

	dbmig_rows_differing(target->renamed, target->rows, &target->from,
						 &target->to);
	run->next = plan_target;
}

/* Lets the engine do the renames. */
static void
rename_live(DbmigRun *run, DbmigPhase phase)
{
	DbmigTarget *target = run->target;
	const DbmigScript *script =
	dbmig_split(run->d, run->d->host.dialect, "renames", 0,
				dbmig_plan_sql(target->renames));

	if (script != NULL)
		dbmig_schema_renamed(run, target->live, script, &target->renamed,
							 phase);
}

static void
imply_renames(DbmigRun *run)
{
	DbmigTarget *target = run->target;

	compare(run);
	if (dbmig_ok(run->d) &&
		dbmig_rename_imply(target->renames, target->from, target->to))
		rename_live(run, compare);
}

static void
plan_renames(DbmigRun *run)
{
	DbmigTarget *target = run->target;

	target->renames = dbmig_rename_plan(run, target->live, target->rows,
										&target->wanted->hints);
	if (target->renames == NULL)
		return;
	target->asked = target->renames->count;
	target->renamed = target->live;
	run->next = imply_renames;
	target->backfill = dbmig_backfill_read(run, target->rows);
	if (dbmig_ok(run->d) && target->asked > 0)
		rename_live(run, imply_renames);
}

/* True when the live schema is what is wanted: then nothing is planned. */
static bool
is_reached(DbmigRun *run, const DbmigRows *rows)
{
	DbmigTarget *target = run->target;
	DbmigModel *wanted = dbmig_rows_model(rows);
	const DbmigDiff *diff;

	target->from = dbmig_rows_model(target->live);
	if (!dbmig_ok(run->d))
		return true;
	if (!target->wanted->owners)
		keep_owners(target, wanted);
	diff = dbmig_diff(run->d, target->from, wanted);
	target->reached = diff != NULL && diff->count == 0;
	return target->reached;
}

static void
read_links(DbmigRun *run)
{
	DbmigTarget *target = run->target;

	if (target->reached)
		run->next = plan_renames;
	else
		dbmig_schema_links(run, &target->live, plan_renames);
}

static void
read_wanted(DbmigRun *run)
{
	DbmigTarget *target = run->target;

	dbmig_schema_wanted(run, target->wanted, &target->rows, is_reached,
						read_links);
}

void
dbmig_target_find(DbmigRun *run, const char *ddl, DbmigPhase phase)
{
	DbmigTarget *target = dbmig_alloc(run->d, sizeof(DbmigTarget));

	if (target == NULL)
		return;
	run->target = target;
	target->after = phase;
	target->wanted = dbmig_wanted(run, ddl);
	if (target->wanted != NULL)
		dbmig_schema_compared(run, &target->live, read_wanted);
}

/* The text of statements without the last line's end. */
static const char *
trim(Dbmig *d, const char *sql)
{
	size_t		len = strlen(sql);

	while (len > 0 && sql[len - 1] == '\n')
		len--;
	return dbmig_strndup(d, sql, len);
}

void
dbmig_target_output(DbmigRun *run, const DbmigStep *step)
{
	const DbmigValue row[] =
	{
		dbmig_int((int64_t) run->nrows + 1),
		dbmig_text(dbmig_action_name(step->action)),
		dbmig_text(step->kind->name), dbmig_text(step->object),
		dbmig_text(trim(run->d, step->sql)),
		dbmig_text(trim(run->d, step->undo)),
		dbmig_text(dbmig_weigh_json(run->d, step)),
		dbmig_bool(step->transactional)
	};

	dbmig_run_output(run, (int) DBMIG_COUNT(row), row);
}

static const DbmigChange *
first_difference(Dbmig *d, const DbmigModel *a, const DbmigModel *b)
{
	const DbmigDiff *diff = dbmig_ok(d) ? dbmig_diff(d, a, b) : NULL;

	return diff == NULL || diff->count == 0 ? NULL : &diff->items[0];
}

const DbmigChange *
dbmig_target_difference(Dbmig *d, const DbmigRows *a, const DbmigRows *b)
{
	DbmigModel *from;
	DbmigModel *to;

	dbmig_rows_differing(a, b, &from, &to);
	return first_difference(d, from, to);
}

const DbmigChange *
dbmig_target_missed(DbmigRun *run, const DbmigRows *reached)
{
	const DbmigTarget *target = run->target;
	DbmigModel *now;
	DbmigModel *wanted;

	dbmig_rows_differing(reached, target->rows, &now, &wanted);
	if (dbmig_ok(run->d) && !target->wanted->owners)
		keep_owners(target, wanted);
	return first_difference(run->d, now, wanted);
}

const DbmigObject *
dbmig_target_object(const DbmigChange *change)
{
	return change->from != NULL ? change->from : change->to;
}

void
dbmig_target_detail(Dbmig *d, const DbmigChange *change)
{
	const DbmigObject *any;
	const char *has;
	const char *wanted;

	while (change->nkeys == 0 && change->nparts > 0)
		change = &change->parts[0];
	any = dbmig_target_object(change);
	if (change->from == NULL || change->to == NULL)
	{
		dbmig_detail(d, "The %s \"%s\" %s.", any->kind->name,
					 dbmig_show(d, any->name), change->from == NULL ?
					 "is missing" : "should not be there");
		return;
	}
	if (change->nkeys == 0)
		return;
	has = dbmig_object_get(change->from, change->keys[0]);
	wanted = dbmig_object_get(change->to, change->keys[0]);
	dbmig_detail(d, "The %s of %s \"%s\" is \"%s\" and not \"%s\".",
				 change->keys[0], any->kind->name, dbmig_show(d, any->name),
				 has == NULL ? "" : has, wanted == NULL ? "" : wanted);
}
