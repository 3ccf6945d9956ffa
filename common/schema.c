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

	if (reading->catalog->query == NULL)
	{
		finish_reading(run);
		return;
	}
	dbmig_run_query(run, receive_row, reading->catalog->query, 0, NULL);
	run->next = next_catalog;
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
	reading->scratch = scratch;
	run->reading = reading;
	if (scratch)
		dbmig_run_add(run, DBMIG_OP_SCRATCH_BEGIN, NULL);
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
	if (begin_reading(run, model, phase, true) != NULL)
		dbmig_run_script(run, "the wanted schema", 0, wanted->script);
}

void
dbmig_schema_renamed(DbmigRun *run, const DbmigModel *from,
					 const DbmigScript *renames, DbmigModel **model,
					 DbmigPhase phase)
{
	size_t		i;

	if (begin_reading(run, model, phase, true) == NULL)
		return;
	for (i = 0; i < from->count; i++)
	{
		if (from->items[i]->sql != NULL)
			dbmig_run_add(run, DBMIG_OP_STATEMENT, from->items[i]->sql);
	}
	dbmig_run_script(run, "rename", 0, renames);
}
