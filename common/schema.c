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
	DbmigRows  *rows;
	DbmigRows **result;
	DbmigPhase	after;
	const DbmigCatalog *catalog;	/* whose rows come now */
	bool		scratch;
} Reading;

/* The update at work. */
typedef struct Update
{
	DbmigRows  *rows;			/* that is brought up to date */
	DbmigRows  *new;			/* what was read */
	DbmigNames	groups;			/* that were read; none: all */
	DbmigTouched *touched;
	DbmigPhase	after;
} Update;

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

	dbmig_rows_add(reading->rows, reading->catalog, nvalues, values);
}

static void
finish_reading(DbmigRun *run)
{
	Reading    *reading = run->reading;

	if (reading->scratch)
		dbmig_run_add(run, DBMIG_OP_SCRATCH_END, NULL);
	*reading->result = reading->rows;
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
begin_reading(DbmigRun *run, DbmigRows **rows, DbmigPhase phase)
{
	Reading    *reading = dbmig_alloc(run->d, sizeof(Reading));

	if (reading == NULL)
		return NULL;
	reading->rows = dbmig_rows_new(run->d);
	reading->result = rows;
	reading->after = phase;
	reading->catalog = run->d->host.dialect->catalogs;
	run->reading = reading;
	run->next = read_catalogs;
	return reading->rows == NULL ? NULL : reading;
}

static Reading *
begin_scratch(DbmigRun *run, DbmigRows **rows, DbmigPhase phase)
{
	Reading    *reading = begin_reading(run, rows, phase);

	if (reading == NULL)
		return NULL;
	reading->scratch = true;
	dbmig_run_add(run, DBMIG_OP_SCRATCH_BEGIN, NULL);
	return reading;
}

void
dbmig_schema_live(DbmigRun *run, DbmigRows **rows, DbmigPhase phase)
{
	begin_reading(run, rows, phase);
}

void
dbmig_schema_wanted(DbmigRun *run, const DbmigWanted *wanted,
					DbmigRows **rows, DbmigPhase phase)
{
	if (begin_scratch(run, rows, phase) != NULL)
		dbmig_run_script(run, "the wanted schema", 0, wanted->script);
}

void
dbmig_schema_renamed(DbmigRun *run, const DbmigRows *from,
					 const DbmigScript *renames, DbmigRows **rows,
					 DbmigPhase phase)
{
	const DbmigModel *model = dbmig_rows_model(from);
	size_t		i;

	if (model == NULL || begin_scratch(run, rows, phase) == NULL)
		return;
	for (i = 0; i < model->count; i++)
	{
		if (model->items[i]->sql != NULL)
			dbmig_run_add(run, DBMIG_OP_STATEMENT, model->items[i]->sql);
	}
	dbmig_run_script(run, "rename", 0, renames);
}

/* ---- updates ---- */

/* The rows are the live schema now; what differs becomes models. */
static void
compare_all(DbmigRun *run)
{
	const Update *update = run->update;

	dbmig_rows_differing(update->rows, update->new, &update->touched->before,
						 &update->touched->after);
	*update->rows = *update->new;
	run->next = update->after;
}

static void
compare_groups(DbmigRun *run)
{
	const Update *update = run->update;
	DbmigRows  *rows = update->rows;
	const DbmigRows *old = dbmig_rows_subset(rows, &update->groups);
	size_t		i;

	for (i = 0; i < update->groups.count; i++)
		dbmig_rows_take(rows, update->groups.items[i], update->new);
	if (dbmig_ok(run->d))
		dbmig_rows_differing(old, dbmig_rows_subset(rows, &update->groups),
							 &update->touched->before,
							 &update->touched->after);
	run->next = update->after;
}

static void
receive_group_row(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	const Update *update = run->update;

	dbmig_rows_add(update->new, run->d->host.dialect->catalogs, nvalues,
				   values);
}

static void
read_groups(DbmigRun *run, Update *update)
{
	size_t		i;

	update->new = dbmig_rows_new(run->d);
	for (i = 0; update->new != NULL && i < update->groups.count; i++)
	{
		DbmigValue	id = dbmig_text(update->groups.items[i]);

		dbmig_run_query(run, receive_group_row,
						run->d->host.dialect->group_query, 1, &id);
	}
	run->next = compare_groups;
}

void
dbmig_schema_update(DbmigRun *run, DbmigRows *rows, const DbmigScript *script,
					DbmigTouched *touched, DbmigPhase phase)
{
	const DbmigDialect *dialect = run->d->host.dialect;
	Update	   *update = dbmig_alloc(run->d, sizeof(Update));

	if (update == NULL)
		return;
	update->rows = rows;
	update->touched = touched;
	update->after = phase;
	run->update = update;
	if (dialect->touches != NULL &&
		dialect->touches(run->d, rows, script, &update->groups))
		read_groups(run, update);
	else
		dbmig_schema_live(run, &update->new, compare_all);
}
