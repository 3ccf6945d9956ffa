/*
 * drift.c
 *	  migrate_schema, migrate_fingerprint and migrate_drift: the live schema
 *	  as text, as a hash, and against the one that the journal remembers.
 */
#include "journal.h"
#include "target.h"

#include <string.h>

typedef struct Drift
{
	DbmigRows  *live;
	const char *text;			/* of the remembered model; NULL: none */
	const char *fingerprint;	/* its own; or NULL */
	const char *format;
} Drift;

static Drift *
begin_drift(DbmigRun *run)
{
	run->work = dbmig_alloc(run->d, sizeof(Drift));
	return run->work;
}

/* ---- migrate_fingerprint ---- */

static void
output_fingerprint(DbmigRun *run)
{
	const Drift *drift = run->work;

	run->result = dbmig_model_fingerprint(dbmig_rows_model(drift->live));
}

void
dbmig_begin_fingerprint(Dbmig *d, int nargs, const DbmigValue *args)
{
	Drift	   *drift = begin_drift(d->run);

	if (drift != NULL &&
		dbmig_arg_options(d->run, DBMIG_OPT_SCHEMAS, 0, nargs, args))
		dbmig_schema_compared(d->run, &drift->live, output_fingerprint);
}

/* ---- migrate_schema ---- */

static void
add_object_json(DbmigBuf *json, const DbmigObject *object)
{
	size_t		i;

	dbmig_buf_add(json, "{\"kind\":");
	dbmig_buf_json(json, object->kind->name);
	dbmig_buf_add(json, ",\"name\":");
	dbmig_buf_json(json, object->name);
	for (i = 0; i < object->nattributes; i++)
	{
		dbmig_buf_addc(json, ',');
		dbmig_buf_json(json, object->attributes[i].key);
		dbmig_buf_addc(json, ':');
		dbmig_buf_json(json, object->attributes[i].value);
	}
	for (i = 0; i < object->nparts; i++)
	{
		dbmig_buf_add(json, i == 0 ? ",\"parts\":[" : ",");
		add_object_json(json, object->parts[i]);
	}
	dbmig_buf_add(json, object->nparts > 0 ? "]}" : "}");
}

static const char *
schema_json(DbmigRun *run, const DbmigModel *model)
{
	DbmigBuf	json;
	size_t		i;

	dbmig_buf_init(&json, run->d);
	dbmig_buf_addc(&json, '[');
	for (i = 0; i < model->count; i++)
	{
		if (i > 0)
			dbmig_buf_addc(&json, ',');
		add_object_json(&json, model->items[i]);
	}
	dbmig_buf_addc(&json, ']');
	return json.text;
}

static void
output_schema(DbmigRun *run)
{
	const Drift *drift = run->work;
	DbmigModel *model = dbmig_rows_model(drift->live);

	if (model != NULL)
		run->result = strcmp(drift->format, "json") == 0 ?
		schema_json(run, model) : dbmig_schema_sql(run, model);
}

void
dbmig_begin_schema(Dbmig *d, int nargs, const DbmigValue *args)
{
	Drift	   *drift = begin_drift(d->run);

	if (drift == NULL)
		return;
	drift->format = nargs == 0 ? "sql" :
		dbmig_arg_text(d->run, "format", 0, nargs, args);
	if (drift->format == NULL ||
		!dbmig_arg_options(d->run, DBMIG_OPT_SCHEMAS, 1, nargs, args))
		return;
	if (strcmp(drift->format, "sql") != 0 &&
		strcmp(drift->format, "json") != 0)
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "format \"%s\" must be \"sql\" or \"json\"",
				   dbmig_show(d, drift->format));
	else
		dbmig_schema_live(d->run, &drift->live, output_schema);
}

/* ---- migrate_drift ---- */

static void
output_drift(DbmigRun *run)
{
	const Drift *drift = run->work;
	const DbmigIntent intent = {.undo = false};
	DbmigModel *remembered = dbmig_model_read(run->d, run->d->host.dialect,
											  "the journal's model",
											  drift->text);
	DbmigPlan  *plan = remembered == NULL ? NULL :
		dbmig_plan(run->d, remembered, dbmig_rows_model(drift->live), &intent);
	size_t		i;

	for (i = 0; plan != NULL && i < plan->count; i++)
		dbmig_target_output(run, &plan->steps[i]);
}

/* What needs what is only for who plans. */
static void
compare_live(DbmigRun *run)
{
	Drift	   *drift = run->work;
	const char *now = dbmig_model_fingerprint(dbmig_rows_model(drift->live));

	if (dbmig_ok(run->d) && (drift->fingerprint == NULL ||
							 strcmp(now, drift->fingerprint) != 0))
		dbmig_schema_links(run, &drift->live, output_drift);
}

static void
receive_model(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Drift	   *drift = run->work;

	(void) nvalues;
	drift->text = dbmig_value_text(run->d, &values[0]);
	drift->fingerprint = dbmig_value_text(run->d, &values[1]);
}

static void
read_live(DbmigRun *run)
{
	Drift	   *drift = run->work;
	DbmigModel *schemas;

	if (drift->text == NULL)
	{
		dbmig_fail(run->d, DBMIG_WRONG_STATE,
				   "the journal remembers no schema to compare with");
		dbmig_hint(run->d, "The next migration makes it remember one.");
		return;
	}
	/* What is managed is known without reading the rest. */
	schemas = dbmig_model_read(run->d, run->d->host.dialect,
							   "the journal's model",
							   dbmig_model_first(run->d, drift->text,
												 "schema"));
	if (schemas == NULL)
		return;
	dbmig_schema_of(run, schemas);
	dbmig_schema_compared(run, &drift->live, compare_live);
}

static void
read_model(DbmigRun *run)
{
	if (run->journal.count == 0)
	{
		dbmig_fail(run->d, DBMIG_WRONG_STATE,
				   "the journal is empty: there is nothing to compare with");
		dbmig_hint(run->d, "migrate_baseline() takes the schema as it stands "
				   "as the beginning.");
		return;
	}
	dbmig_run_query(run, receive_model,
					dbmig_printf(run->d, "SELECT model, fingerprint FROM %s",
								 run->d->host.dialect->state), 0, NULL);
	run->next = read_live;
}

void
dbmig_begin_drift(Dbmig *d, int nargs, const DbmigValue *args)
{
	if (begin_drift(d->run) != NULL &&
		dbmig_arg_options(d->run, DBMIG_OPT_SCHEMAS, 0, nargs, args))
		dbmig_journal_load(d->run, read_model);
}
