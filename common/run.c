/*
 * run.c
 *	  Drives a function: its phases, its queue, its arguments and its result.
 *
 * What the functions do is in up.c, rollback.c, status.c and repair.c.
 */
#include "schema.h"

#include <stdio.h>
#include <string.h>

static const DbmigColumn status_columns[] =
{
	{"seq", DBMIG_INT},
	{"name", DBMIG_TEXT},
	{"state", DBMIG_TEXT},
	{"applied_at", DBMIG_TIME},
	{"applied_by", DBMIG_TEXT},
	{"duration_ms", DBMIG_INT},
	{"checksum", DBMIG_TEXT},
	{"reversible", DBMIG_BOOL},
	{NULL, DBMIG_NULL}
};

static const DbmigColumn history_columns[] =
{
	{"seq", DBMIG_INT},
	{"event", DBMIG_TEXT},
	{"name", DBMIG_TEXT},
	{"at", DBMIG_TIME},
	{"by", DBMIG_TEXT},
	{"detail", DBMIG_TEXT},
	{"hash", DBMIG_TEXT},
	{NULL, DBMIG_NULL}
};

static const DbmigColumn verify_columns[] =
{
	{"check", DBMIG_TEXT},
	{"name", DBMIG_TEXT},
	{"problem", DBMIG_TEXT},
	{NULL, DBMIG_NULL}
};

static const DbmigColumn diff_columns[] =
{
	{"step", DBMIG_INT},
	{"action", DBMIG_TEXT},
	{"kind", DBMIG_TEXT},
	{"object", DBMIG_TEXT},
	{"sql", DBMIG_TEXT},
	{"undo", DBMIG_TEXT},
	{"hazards", DBMIG_TEXT},
	{"transactional", DBMIG_BOOL},
	{NULL, DBMIG_NULL}
};

const DbmigFunction dbmig_functions[] =
{
	{.name = "migrate_apply", .min_args = 2, .max_args = 4, .json = true,
	.privileged = true, .begin = dbmig_begin_apply},
	{.name = "migrate_up", .min_args = 1, .max_args = 2, .json = true,
	.privileged = true, .begin = dbmig_begin_up},
	{.name = "migrate_run", .min_args = 1, .max_args = 2, .json = true,
	.privileged = true, .commits = true, .begin = dbmig_begin_run},
	{.name = "migrate_rollback", .min_args = 0, .max_args = 2, .json = true,
	.privileged = true, .begin = dbmig_begin_rollback},
	{.name = "migrate_baseline", .min_args = 1, .max_args = 2, .json = true,
	.privileged = true, .begin = dbmig_begin_baseline},
	{.name = "migrate_repair", .min_args = 1, .max_args = 2, .json = true,
	.privileged = true, .begin = dbmig_begin_repair},
	{.name = "migrate_status", .min_args = 0, .max_args = 1,
	.columns = status_columns, .privileged = true,
	.begin = dbmig_begin_status},
	{.name = "migrate_history", .min_args = 0, .max_args = 0,
	.columns = history_columns, .begin = dbmig_begin_history},
	{.name = "migrate_verify", .min_args = 0, .max_args = 0,
	.columns = verify_columns, .begin = dbmig_begin_verify},
	{.name = "migrate_diff", .min_args = 1, .max_args = 2,
	.columns = diff_columns, .privileged = true, .reads_schema = true,
	.begin = dbmig_begin_diff},
	{.name = "migrate_push", .min_args = 1, .max_args = 2, .json = true,
	.privileged = true, .reads_schema = true, .begin = dbmig_begin_push},
	{.name = "migrate_generate", .min_args = 2, .max_args = 3, .json = true,
	.privileged = true, .reads_schema = true, .begin = dbmig_begin_generate},
	{.name = "migrate_schema", .min_args = 0, .max_args = 2,
	.reads_schema = true, .begin = dbmig_begin_schema},
	{.name = "migrate_fingerprint", .min_args = 0, .max_args = 1,
	.reads_schema = true, .begin = dbmig_begin_fingerprint},
	{.name = "migrate_drift", .min_args = 0, .max_args = 1,
	.columns = diff_columns, .privileged = true, .reads_schema = true,
	.begin = dbmig_begin_drift},
	{.name = "dbmig_version", .min_args = 0, .max_args = 0,
	.begin = dbmig_begin_version},
	{.name = NULL}
};

const DbmigFunction *
dbmig_function(const char *name)
{
	const DbmigFunction *function;

	for (function = dbmig_functions; function->name != NULL; function++)
	{
		if (strcmp(function->name, name) == 0)
			return function;
	}
	return NULL;
}

/* ---- the call ---- */

void
dbmig_call(Dbmig *d, const DbmigFunction *function, int nargs,
		   const DbmigValue *args)
{
	static const DbmigOptions defaults = {.lock_timeout = -1};
	DbmigRun   *run = dbmig_alloc(d, sizeof(DbmigRun));

	if (run == NULL)
		return;
	run->d = d;
	run->function = function;
	run->options = &defaults;
	run->journal.history_hash = "";
	d->run = run;
	if (nargs < function->min_args || nargs > function->max_args)
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "wrong number of arguments to function %s()",
				   function->name);
	else if (function->reads_schema && !dbmig_schema_readable(run))
		dbmig_fail(d, DBMIG_REFUSED, "%s is not available on %s",
				   function->name, d->host.dialect->name);
	else
		function->begin(d, nargs, args);
}

bool
dbmig_next(Dbmig *d, int64_t now, DbmigOp *op)
{
	DbmigRun   *run = d->run;
	DbmigPhase	phase;

	while (dbmig_ok(d))
	{
		run->now = now;
		if (d->host.interrupted != NULL &&
			d->host.interrupted(d->host.context))
		{
			dbmig_fail(d, DBMIG_INTERRUPTED,
					   "canceling migration due to user request");
			return false;
		}
		if (run->at < run->count)
		{
			run->current = run->queue[run->at++];
			*op = run->current.op;
			return true;
		}
		run->at = 0;
		run->count = 0;
		phase = run->next;
		if (phase == NULL)
			return false;
		run->next = NULL;
		phase(run);
	}
	return false;
}

void
dbmig_row(Dbmig *d, int nvalues, const DbmigValue *values)
{
	if (dbmig_ok(d) && d->run->current.receiver != NULL)
		d->run->current.receiver(d->run, nvalues, values);
}

void
dbmig_entry(Dbmig *d, const char *name, bool is_folder)
{
	if (dbmig_ok(d))
		dbmig_source_entry(d->run->source, name, is_folder);
}

void
dbmig_content(Dbmig *d, const char *bytes, size_t len)
{
	if (dbmig_ok(d))
		dbmig_source_content(d->run->source, bytes, len);
}

/* The line of the file on which the statement's byte number offset stands. */
static int
line_of(const DbmigTask *task, long offset)
{
	const DbmigStatement *statement = task->statement;
	int			line = statement->line + task->first_line;
	long		i;

	for (i = 0; i < offset && statement->sql[i] != '\0'; i++)
		line += statement->sql[i] == '\n';
	return line;
}

void
dbmig_failed(Dbmig *d, const char *message, const char *sqlstate, long offset)
{
	const DbmigTask *task = &d->run->current;
	const DbmigEngineHint *hint;

	if (!dbmig_ok(d))
		return;
	if (task->statement != NULL)
		dbmig_fail(d, DBMIG_ENGINE, "%s, statement %d, line %d: %s",
				   task->what, task->statement->number,
				   line_of(task, offset), message);
	else if (task->op.kind == DBMIG_OP_QUERY)
		dbmig_fail(d, DBMIG_ENGINE, "%s: journal of migrations: %s",
				   d->run->function->name, message);
	else
		dbmig_fail(d, DBMIG_ENGINE, "%s: %s", d->run->function->name,
				   message);
	/* What dbmig wrote itself can only fail so because of the rows. */
	if (d->run->target != NULL && sqlstate != NULL &&
		strncmp(sqlstate, "23", 2) == 0)
		dbmig_hint(d, "Rows that are there do not fit what is wanted: change "
				   "them first, or say how with the option {\"backfill\": "
				   "{\"table.column\": \"expression\"}}.");
	/* SQLite has no code for it, and PostgreSQL one for each kind. */
	if (d->run->exists_hint != NULL &&
		(strstr(message, " already exists") != NULL ||
		 (sqlstate != NULL && strcmp(sqlstate, "42P07") == 0)))
		dbmig_hint(d, "%s", d->run->exists_hint);
	if (d->host.dialect->hints == NULL || sqlstate == NULL)
		return;
	for (hint = d->host.dialect->hints; hint->sqlstate != NULL; hint++)
	{
		if (strcmp(sqlstate, hint->sqlstate) == 0)
			dbmig_hint(d, "%s", hint->hint);
	}
}

void
dbmig_reject(Dbmig *d, DbmigCode code, const char *message,
			 const char *detail, const char *hint)
{
	if (!dbmig_ok(d))
		return;
	dbmig_fail(d, code, "%s", message);
	if (detail != NULL)
		dbmig_detail(d, "%s", detail);
	if (hint != NULL)
		dbmig_hint(d, "%s", hint);
}

bool
dbmig_undo_all(const Dbmig *d)
{
	return d->run != NULL && d->run->options->dry_run;
}

const char *
dbmig_result(const Dbmig *d)
{
	return d->run->result;
}

const DbmigValue *
dbmig_output(const Dbmig *d, size_t i)
{
	return i < d->run->nrows ? d->run->rows[i] : NULL;
}

/* ---- values ---- */

DbmigValue
dbmig_text(const char *text)
{
	DbmigValue	value = {.type = DBMIG_NULL};

	if (text != NULL)
	{
		value.type = DBMIG_TEXT;
		value.text = text;
		value.len = strlen(text);
	}
	return value;
}

DbmigValue
dbmig_int(int64_t number)
{
	DbmigValue	value = {.type = DBMIG_INT, .number = number};

	return value;
}

DbmigValue
dbmig_bool(bool truth)
{
	DbmigValue	value = {.type = DBMIG_BOOL, .number = truth};

	return value;
}

DbmigValue
dbmig_time(int64_t time)
{
	DbmigValue	value = {.type = DBMIG_TIME, .number = time};

	return value;
}

const char *
dbmig_value_text(Dbmig *d, const DbmigValue *value)
{
	return value->type != DBMIG_TEXT ? NULL :
		dbmig_strndup(d, value->text, value->len);
}

/* ---- the queue ---- */

DbmigTask *
dbmig_run_add(DbmigRun *run, DbmigOpKind kind, const char *text)
{
	DbmigTask  *task;

	if (!dbmig_grow(run->d, (void **) &run->queue, &run->capacity, run->count,
					sizeof(DbmigTask)))
		return NULL;
	task = &run->queue[run->count++];
	memset(task, 0, sizeof(*task));
	task->op.kind = kind;
	task->op.text = text;
	return task;
}

static void
add_query(DbmigRun *run, DbmigOpKind kind, DbmigReceiver receiver,
		  const char *sql, int nparams, const DbmigValue *params)
{
	DbmigTask  *task = dbmig_run_add(run, kind, sql);
	DbmigValue *copy;

	if (task == NULL)
		return;
	task->receiver = receiver;
	if (nparams == 0)
		return;
	copy = dbmig_alloc(run->d, (size_t) nparams * sizeof(DbmigValue));
	if (copy == NULL)
		return;
	memcpy(copy, params, (size_t) nparams * sizeof(DbmigValue));
	task->op.params = copy;
	task->op.nparams = nparams;
}

void
dbmig_run_query(DbmigRun *run, DbmigReceiver receiver, const char *sql,
				int nparams, const DbmigValue *params)
{
	add_query(run, DBMIG_OP_QUERY, receiver, sql, nparams, params);
}

void
dbmig_run_inspect(DbmigRun *run, DbmigReceiver receiver, const char *sql,
				  int nparams, const DbmigValue *params)
{
	add_query(run, DBMIG_OP_INSPECT, receiver, sql, nparams, params);
}

void
dbmig_run_catalog(DbmigRun *run, DbmigReceiver receiver, const char *sql,
				  int64_t how, int nparams, const DbmigValue *params)
{
	dbmig_run_inspect(run, receiver, sql, nparams, params);
	if (!dbmig_ok(run->d))
		return;
	run->queue[run->count - 1].op.kept = true;
	run->queue[run->count - 1].op.number = how;
}

void
dbmig_run_try(DbmigRun *run, DbmigReceiver receiver, const char *sql,
			  int nparams, const DbmigValue *params)
{
	dbmig_run_inspect(run, receiver, sql, nparams, params);
	if (dbmig_ok(run->d))
		run->queue[run->count - 1].op.number = DBMIG_INSPECT_TRY;
}

void
dbmig_run_script(DbmigRun *run, const char *what, int first_line,
				 const DbmigScript *script)
{
	static const struct
	{
		DbmigOpKind kind;
		int64_t		number;
	}			ops[] =
	{
		[DBMIG_EFFECT_NONE] = {DBMIG_OP_STATEMENT, 0},
		[DBMIG_EFFECT_ENFORCE_ON] = {DBMIG_OP_ENFORCE, 1},
		[DBMIG_EFFECT_ENFORCE_OFF] = {DBMIG_OP_ENFORCE, 0},
		[DBMIG_EFFECT_WRITABLE_ON] = {DBMIG_OP_WRITABLE, 1},
		[DBMIG_EFFECT_WRITABLE_OFF] = {DBMIG_OP_WRITABLE, 0},
	};
	DbmigTask  *task;
	size_t		i;

	for (i = 0; i < script->count; i++)
	{
		const DbmigStatement *statement = &script->items[i];

		task = dbmig_run_add(run, ops[statement->effect].kind,
							 statement->sql);
		if (task == NULL)
			return;
		task->op.number = ops[statement->effect].number;
		task->what = what;
		task->statement = statement;
		task->first_line = first_line;
	}
}

void
dbmig_run_lock(DbmigRun *run)
{
	DbmigTask  *task;

	if (run->locked)
		return;
	task = dbmig_run_add(run, DBMIG_OP_LOCK, NULL);
	if (task != NULL)
		task->op.number = run->options->lock_timeout;
	run->locked = true;
}

void
dbmig_run_output(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	DbmigValue *row;

	if (!dbmig_grow(run->d, (void **) &run->rows, &run->rows_capacity,
					run->nrows, sizeof(DbmigValue *)))
		return;
	row = dbmig_alloc(run->d, (size_t) nvalues * sizeof(DbmigValue));
	if (row == NULL)
		return;
	memcpy(row, values, (size_t) nvalues * sizeof(DbmigValue));
	run->rows[run->nrows++] = row;
}

/* ---- the source ---- */

static void
read_source(DbmigRun *run)
{
	DbmigOp		op;
	DbmigTask  *task;

	if (dbmig_source_next(run->source, &op))
	{
		task = dbmig_run_add(run, op.kind, op.text);
		if (task != NULL)
			task->op = op;
		run->next = read_source;
	}
	else if (dbmig_ok(run->d))
	{
		run->migrations = dbmig_source_end(run->source);
		run->next = run->after_source;
	}
}

void
dbmig_run_source(DbmigRun *run, DbmigSource *source, DbmigPhase phase)
{
	run->source = source;
	run->after_source = phase;
	run->next = read_source;
}

DbmigSource *
dbmig_arg_source(DbmigRun *run, int i, int nargs, const DbmigValue *args)
{
	const char *text = dbmig_arg_text(run, "source", i, nargs, args);

	return text == NULL ? NULL : dbmig_source_begin(run->d, text);
}

/* ---- arguments ---- */

const char *
dbmig_arg_text(DbmigRun *run, const char *name, int i, int nargs,
			   const DbmigValue *args)
{
	const DbmigValue *value = i < nargs ? &args[i] : NULL;
	size_t		bad;

	if (value == NULL || value->type == DBMIG_NULL)
		dbmig_fail(run->d, DBMIG_BAD_ARGUMENT,
				   "argument \"%s\" of %s() must not be null", name,
				   run->function->name);
	else if (value->type != DBMIG_TEXT)
		dbmig_fail(run->d, DBMIG_BAD_ARGUMENT,
				   "argument \"%s\" of %s() must be text", name,
				   run->function->name);
	else if (!dbmig_utf8_valid(value->text, value->len, &bad))
		dbmig_fail(run->d, DBMIG_BAD_ARGUMENT,
				   "argument \"%s\" of %s() is not valid UTF-8 text at "
				   "byte %zu", name, run->function->name, bad + 1);
	else
		return dbmig_strndup(run->d, value->text, value->len);
	return NULL;
}

const char *
dbmig_arg_optional(DbmigRun *run, const char *name, int i, int nargs,
				   const DbmigValue *args)
{
	if (i >= nargs || args[i].type == DBMIG_NULL)
		return NULL;
	return dbmig_arg_text(run, name, i, nargs, args);
}

bool
dbmig_arg_options(DbmigRun *run, unsigned int mask, int i, int nargs,
				  const DbmigValue *args)
{
	const char *text = dbmig_arg_optional(run, "options", i, nargs, args);
	const DbmigOptions *options;
	DbmigValue	value = dbmig_text(text);

	if (!dbmig_ok(run->d))
		return false;
	options = dbmig_options_read(run->d, run->function->name, mask, &value);
	if (options == NULL)
		return false;
	run->options = options;
	return true;
}

void
dbmig_begin_version(Dbmig *d, int nargs, const DbmigValue *args)
{
	(void) nargs;
	(void) args;
	d->run->result = DBMIG_VERSION;
}
