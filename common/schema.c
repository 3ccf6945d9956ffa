/*
 * schema.c
 *	  Reads schemas, by the dialect's catalog queries: the same for the live
 *	  database and the scratch one.
 */
#include "map.h"
#include "schema.h"

#include <string.h>

/* The reading at work. */
typedef struct Reading
{
	DbmigRows  *rows;
	DbmigRows **result;
	DbmigPhase	after;
	const DbmigCatalog *catalog;	/* whose rows come now */
	DbmigMap	present;		/* a set: what the rare queries ask for, and is
								 * there */
	const char *schemas;		/* an array of those that are managed; or
								 * NULL */
	bool		scratch;
	bool		linked;			/* it goes on to what needs what, */
	DbmigChecker suffices;		/* unless this says that it suffices; or NULL */
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
receive_present(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Reading    *reading = run->reading;
	const char *kind = dbmig_strndup(run->d, values[0].text, values[0].len);

	(void) nvalues;
	if (kind != NULL)
		dbmig_map_put(&reading->present, kind, reading);
}

static void
ask_present(DbmigRun *run)
{
	const Reading *reading = run->reading;
	const char *present = run->d->host.dialect->present;
	DbmigValue	schemas = dbmig_text(reading->schemas);

	if (present != NULL)
		dbmig_run_catalog(run, receive_present, present, 0, 1, &schemas);
	run->next = read_catalogs;
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

/* Whether the next catalog is to be read. */
static bool
goes_on(DbmigRun *run, Reading *reading)
{
	DbmigChecker suffices = reading->suffices;

	if (!reading->catalog->query->links)
		return true;
	reading->suffices = NULL;
	return reading->linked && (suffices == NULL ||
							   !suffices(run, reading->rows));
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
	const DbmigQuery *query;

	while ((query = reading->catalog->query) != NULL && query->rare != NULL &&
		   dbmig_map_get(&reading->present, query->rare) == NULL)
		reading->catalog++;
	if (query == NULL || !goes_on(run, reading))
	{
		finish_reading(run);
		return;
	}
	dbmig_run_catalog(run, receive_row, query->all, 0,
					  reading->schemas == NULL ? 0 : 1, &schemas);
	run->next = next_catalog;
}

/* Writes the managed schemas with add(); NULL where there is no such thing. */
static const char *
write_schemas(DbmigRun *run, const char *ends,
			  void (*add) (DbmigBuf *buf, const char *name))
{
	const DbmigJson *option = run->options->schemas;
	DbmigBuf	list;
	size_t		i;

	if (!run->d->host.dialect->managed_schemas)
		return NULL;
	dbmig_buf_init(&list, run->d);
	dbmig_buf_addc(&list, ends[0]);
	if (option == NULL)
		add(&list, run->d->host.schema);
	for (i = 0; option != NULL && i < option->count; i++)
	{
		if (i > 0)
			dbmig_buf_addc(&list, ',');
		add(&list, option->members[i].text);
	}
	dbmig_buf_addc(&list, ends[1]);
	return list.text;
}

/* An element of an array as PostgreSQL reads it. */
static void
add_element(DbmigBuf *buf, const char *name)
{
	dbmig_buf_addc(buf, '"');
	for (; *name != '\0'; name++)
	{
		if (*name == '"' || *name == '\\')
			dbmig_buf_addc(buf, '\\');
		dbmig_buf_addc(buf, *name);
	}
	dbmig_buf_addc(buf, '"');
}

const char *
dbmig_schema_managed(DbmigRun *run)
{
	return write_schemas(run, "{}", add_element);
}

void
dbmig_schema_of(DbmigRun *run, const DbmigModel *model)
{
	const DbmigKind *kind = dbmig_kind(run->d->host.dialect, "schema");
	DbmigOptions *options = dbmig_alloc(run->d, sizeof(DbmigOptions));
	DbmigJson  *list = dbmig_alloc(run->d, sizeof(DbmigJson));
	size_t		capacity = 0;
	size_t		i;

	if (kind == NULL || options == NULL || list == NULL)
		return;
	*options = *run->options;
	if (options->schemas != NULL)
		return;
	list->kind = DBMIG_JSON_ARRAY;
	for (i = 0; i < model->count; i++)
	{
		if (model->items[i]->kind != kind)
			continue;
		if (!dbmig_grow(run->d, (void **) &list->members, &capacity,
						list->count, sizeof(DbmigJson)))
			return;
		list->members[list->count].kind = DBMIG_JSON_STRING;
		list->members[list->count++].text = model->items[i]->name;
	}
	if (list->count > 0)
		options->schemas = list;
	run->options = options;
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
	reading->schemas = dbmig_schema_managed(run);
	reading->linked = true;
	dbmig_map_init(&reading->present, run->d);
	run->reading = reading;
	run->next = ask_present;
	return reading->rows == NULL ? NULL : reading;
}

static Reading *
begin_scratch(DbmigRun *run, DbmigRows **rows, DbmigPhase phase)
{
	Reading    *reading = begin_reading(run, rows, phase);

	if (reading == NULL)
		return NULL;
	reading->scratch = true;
	dbmig_run_add(run, DBMIG_OP_SCRATCH_BEGIN,
				  write_schemas(run, "[]", dbmig_buf_json));
	return reading;
}

void
dbmig_schema_live(DbmigRun *run, DbmigRows **rows, DbmigPhase phase)
{
	begin_reading(run, rows, phase);
}

void
dbmig_schema_compared(DbmigRun *run, DbmigRows **rows, DbmigPhase phase)
{
	Reading    *reading = begin_reading(run, rows, phase);

	if (reading != NULL)
		reading->linked = false;
}

void
dbmig_schema_links(DbmigRun *run, DbmigRows **rows, DbmigPhase phase)
{
	DbmigRows  *compared = *rows;
	Reading    *reading = begin_reading(run, rows, phase);

	if (reading == NULL)
		return;
	reading->rows = compared;
	while (reading->catalog->query != NULL && !reading->catalog->query->links)
		reading->catalog++;
	run->next = read_catalogs;
}

void
dbmig_schema_wanted(DbmigRun *run, const DbmigWanted *wanted,
					DbmigRows **rows, DbmigChecker suffices,
					DbmigPhase phase)
{
	Reading    *reading = begin_scratch(run, rows, phase);

	if (reading == NULL)
		return;
	reading->suffices = suffices;
	dbmig_run_script(run, "the wanted schema", 0, wanted->script);
	dbmig_run_add(run, DBMIG_OP_SCRATCH_READY, NULL);
}

const char *
dbmig_schema_sql(DbmigRun *run, DbmigModel *model)
{
	const DbmigIntent intent = {.anywhere = true};
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
dbmig_schema_renamed(DbmigRun *run, const DbmigRows *from,
					 const DbmigScript *renames, DbmigRows **rows,
					 DbmigPhase phase)
{
	DbmigModel *model = dbmig_rows_model(from);

	if (model == NULL || begin_scratch(run, rows, phase) == NULL)
		return;
	rebuild(run, model);
	dbmig_run_script(run, "rename", 0, renames);
	dbmig_run_add(run, DBMIG_OP_SCRATCH_READY, NULL);
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

		dbmig_run_inspect(run, receive_group_row,
						run->d->host.dialect->group_query, 1, &id);
	}
	run->next = compare_groups;
}

static Update *
begin_update(DbmigRun *run, DbmigRows *rows, DbmigTouched *touched,
			 DbmigPhase phase)
{
	Update	   *update = dbmig_alloc(run->d, sizeof(Update));

	if (update == NULL)
		return NULL;
	update->rows = rows;
	update->touched = touched;
	update->after = phase;
	run->update = update;
	return update;
}

void
dbmig_schema_update_all(DbmigRun *run, DbmigRows *rows, DbmigTouched *touched,
						DbmigPhase phase)
{
	Update	   *update = begin_update(run, rows, touched, phase);

	if (update != NULL)
		dbmig_schema_live(run, &update->new, compare_all);
}

void
dbmig_schema_watch(DbmigRun *run)
{
	run->outside = NULL;
	if (run->d->host.dialect->update != NULL)
		dbmig_run_add(run, DBMIG_OP_WATCH, NULL);
}

void
dbmig_schema_touched(DbmigRun *run, const DbmigValue *name)
{
	const DbmigJson *option = run->options->schemas;
	const char *text = dbmig_value_text(run->d, name);
	size_t		i;

	if (text == NULL || run->outside != NULL ||
		(option == NULL && strcmp(text, run->d->host.schema) == 0))
		return;
	for (i = 0; option != NULL && i < option->count; i++)
	{
		if (strcmp(text, option->members[i].text) == 0)
			return;
	}
	run->outside = text;
}

static void
receive_touched(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	if (values[0].type == DBMIG_NULL && nvalues > 1)
		dbmig_schema_touched(run, &values[1]);
}

void
dbmig_schema_look_outside(DbmigRun *run)
{
	DbmigTask  *task;

	if (run->d->host.dialect->update == NULL)
		return;
	task = dbmig_run_add(run, DBMIG_OP_TOUCHED, NULL);
	if (task != NULL)
		task->receiver = receive_touched;
}

void
dbmig_schema_update(DbmigRun *run, DbmigRows *rows, const DbmigScript *script,
					DbmigTouched *touched, DbmigPhase phase)
{
	const DbmigDialect *dialect = run->d->host.dialect;
	Update	   *update;

	if (dialect->update != NULL)
	{
		dialect->update(run, rows, touched, phase);
		return;
	}
	update = begin_update(run, rows, touched, phase);
	if (update == NULL)
		return;
	if (dialect->touches != NULL &&
		dialect->touches(run->d, rows, script, &update->groups))
		read_groups(run, update);
	else
		dbmig_schema_live(run, &update->new, compare_all);
}
