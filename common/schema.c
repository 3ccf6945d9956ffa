/*
 * schema.c
 *	  Reads schemas, by the dialect's catalog queries: the same for the live
 *	  database and the scratch one.
 */
#include "schema.h"

#include <string.h>

/* The reading at work. */
typedef struct Reading
{
	DbmigModel *model;
	DbmigModel **result;
	DbmigPhase	after;
	const DbmigCatalog *catalog;	/* whose rows come now */
	const char *schemas;		/* a JSON array of those that are managed; or
								 * NULL */
	bool		scratch;
} Reading;

static void read_catalogs(DbmigRun *run);

bool
dbmig_schema_readable(const DbmigRun *run)
{
	return run->d->host.dialect->catalogs != NULL;
}

static void
receive_row(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Reading    *reading = run->reading;

	reading->catalog->read(reading->model, nvalues, values);
}

static void
finish_reading(DbmigRun *run)
{
	Reading    *reading = run->reading;

	if (reading->scratch)
		dbmig_run_add(run, DBMIG_OP_SCRATCH_END, NULL);
	dbmig_model_finish(reading->model);
	*reading->result = reading->model;
	run->next = reading->after;
}

static void
next_catalog(DbmigRun *run)
{
	Reading    *reading = run->reading;

	reading->catalog++;
	read_catalogs(run);
}

static void
read_catalogs(DbmigRun *run)
{
	Reading    *reading = run->reading;
	DbmigValue	schemas = dbmig_text(reading->schemas);

	if (reading->catalog->query == NULL)
	{
		finish_reading(run);
		return;
	}
	dbmig_run_inspect(run, receive_row, reading->catalog->query,
					  reading->schemas == NULL ? 0 : 1, &schemas);
	run->next = next_catalog;
}

/* The managed schemas as a JSON array; NULL where there is no such thing. */
static const char *
managed_schemas(DbmigRun *run)
{
	const DbmigJson *option = run->options->schemas;
	DbmigBuf	json;
	size_t		i;

	if (!run->d->host.dialect->managed_schemas)
		return NULL;
	dbmig_buf_init(&json, run->d);
	dbmig_buf_addc(&json, '[');
	if (option == NULL)
		dbmig_buf_json(&json, run->d->host.schema);
	for (i = 0; option != NULL && i < option->count; i++)
	{
		if (i > 0)
			dbmig_buf_addc(&json, ',');
		dbmig_buf_json(&json, option->members[i].text);
	}
	dbmig_buf_addc(&json, ']');
	return json.text;
}

static Reading *
begin_reading(DbmigRun *run, DbmigModel **model, DbmigPhase phase,
			  bool scratch)
{
	Reading    *reading = dbmig_alloc(run->d, sizeof(Reading));

	if (reading == NULL)
		return NULL;
	reading->model = dbmig_model_new(run->d, run->d->host.dialect);
	reading->result = model;
	reading->after = phase;
	reading->catalog = run->d->host.dialect->catalogs;
	reading->schemas = managed_schemas(run);
	reading->scratch = scratch;
	run->reading = reading;
	if (scratch)
		dbmig_run_add(run, DBMIG_OP_SCRATCH_BEGIN, reading->schemas);
	run->next = read_catalogs;
	return reading->model == NULL ? NULL : reading;
}

void
dbmig_schema_live(DbmigRun *run, DbmigModel **model, DbmigPhase phase)
{
	begin_reading(run, model, phase, false);
}

void
dbmig_schema_wanted(DbmigRun *run, const DbmigWanted *wanted,
					DbmigModel **model, DbmigPhase phase)
{
	if (begin_reading(run, model, phase, true) == NULL)
		return;
	dbmig_run_script(run, "the wanted schema", 0, wanted->script);
	dbmig_run_add(run, DBMIG_OP_SCRATCH_READY, NULL);
}

const char *
dbmig_schema_sql(DbmigRun *run, DbmigModel *model)
{
	const DbmigIntent intent = {.undo = false};
	DbmigModel *empty = dbmig_model_new(run->d, model->dialect);
	DbmigPlan  *plan;

	if (empty == NULL)
		return "";
	dbmig_model_finish(empty);
	plan = dbmig_plan(run->d, empty, model, &intent);
	return plan == NULL ? "" : dbmig_plan_sql(plan);
}

/* Queues the statements that make the schema in model: those that the catalog
 * has kept, else our own. */
static void
rebuild(DbmigRun *run, DbmigModel *model)
{
	const DbmigScript *script;
	bool		kept = false;
	size_t		i;

	for (i = 0; i < model->count; i++)
	{
		if (model->items[i]->sql == NULL)
			continue;
		dbmig_run_add(run, DBMIG_OP_STATEMENT, model->items[i]->sql);
		kept = true;
	}
	if (kept)
		return;
	script = dbmig_split_wanted(run->d, model->dialect, "the live schema",
								dbmig_schema_sql(run, model));
	if (script != NULL)
		dbmig_run_script(run, "the live schema", 0, script);
}

void
dbmig_schema_renamed(DbmigRun *run, DbmigModel *from,
					 const DbmigScript *renames, DbmigModel **model,
					 DbmigPhase phase)
{
	if (begin_reading(run, model, phase, true) == NULL)
		return;
	rebuild(run, from);
	dbmig_run_script(run, "rename", 0, renames);
	dbmig_run_add(run, DBMIG_OP_SCRATCH_READY, NULL);
}
