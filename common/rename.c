/*
 * rename.c
 *	  Plans renames.  Tables and types go first, so that a column's table has
 *	  its new name.
 */
#include "rename.h"

#include <string.h>

typedef struct Planner
{
	DbmigRun   *run;
	Dbmig	   *d;
	const DbmigModel *live;
	const DbmigModel *target;
	const DbmigKind *column;
	DbmigPlan  *plan;
	DbmigMap	old_tables;		/* id of a new name -> object in live */
	bool		fitting;		/* pass over what makes no sense */
} Planner;

/* What can get another name, and how its statement begins; an engine has some
 * of these kinds. */
static const struct
{
	const char *kind;
	const char *alter;
	const char *hazard;			/* or NULL */
}			forms[] =
{
	{"table", "ALTER TABLE", "rename-table"},
	{"enum", "ALTER TYPE", NULL},
	{"composite", "ALTER TYPE", NULL},
	{"range", "ALTER TYPE", NULL},
	{"domain", "ALTER DOMAIN", NULL},
	{"sequence", "ALTER SEQUENCE", NULL},
};

static size_t
form_of(const DbmigObject *object)
{
	size_t		i = 0;

	while (i + 1 < DBMIG_COUNT(forms) &&
		   strcmp(forms[i].kind, object->kind->name) != 0)
		i++;
	return i;
}

static const char *
fold(const Planner *planner, const char *name)
{
	return planner->d->host.dialect->fold(planner->d, name);
}

static const char *
fold_part(const Planner *planner, const char *name)
{
	return planner->d->host.dialect->fold_part(planner->d, name);
}

static const char *
quote(const Planner *planner, const char *name)
{
	DbmigBuf	buf;

	dbmig_buf_init(&buf, planner->d);
	dbmig_buf_identifier(&buf, name);
	return buf.text;
}

/* The last part of a name that a user wrote, in quotes. */
static const char *
quote_part(const Planner *planner, const char *name)
{
	const DbmigDialect *dialect = planner->d->host.dialect;

	return quote(planner, dialect->plain == NULL ? name :
				 dialect->plain(planner->d, name));
}

static const char *
quote_at_home(const Planner *planner, const char *name)
{
	const char *home = planner->d->host.dialect->home;

	return dbmig_printf(planner->d, "%s%s", home == NULL ? "" : home,
						quote(planner, name));
}

/* A name that a user wrote, as it stands in SQL. */
static const char *
spell(const Planner *planner, const char *name)
{
	const DbmigDialect *dialect = planner->d->host.dialect;

	return dialect->spell == NULL ? quote_at_home(planner, name) :
		dialect->spell(planner->d, name);
}

/* An object's name as it stands in SQL, and its last part. */
static const char *
spell_object(const Planner *planner, const DbmigObject *object)
{
	return planner->d->host.dialect->spell == NULL ?
		quote_at_home(planner, object->name) : spell(planner, object->id);
}

static const char *
quote_object(const Planner *planner, const DbmigObject *object)
{
	return planner->d->host.dialect->plain == NULL ?
		quote(planner, object->name) : quote_part(planner, object->id);
}

/* A table, or something else that can be renamed. */
static DbmigObject *
find_table(const Planner *planner, const DbmigModel *model, const char *name)
{
	const char *id = fold(planner, name);
	DbmigObject *found = NULL;
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(forms) && found == NULL; i++)
	{
		const DbmigKind *kind = dbmig_kind(planner->d->host.dialect,
										   forms[i].kind);

		if (kind != NULL)
			found = dbmig_model_find(model, kind, NULL, id);
	}
	return found;
}

/* The table of the live schema that has, or is to have, that name. */
static DbmigObject *
live_table(const Planner *planner, const char *name)
{
	DbmigObject *table = dbmig_map_get(&planner->old_tables,
									   fold(planner, name));

	return table != NULL ? table : find_table(planner, planner->live, name);
}

/*
 * Whether a rename is to be done: the old one is there, the new one is not.
 * Sets the error when it makes no sense.  It was done before when only the new
 * one is there, or both are and are to stay: kept is what the wanted schema
 * has under the old name.
 */
static bool
is_due(Planner *planner, const char *what, const DbmigRename *rename,
	   const DbmigObject *from, const DbmigObject *to,
	   const DbmigObject *wanted, const DbmigObject *kept)
{
	Dbmig	   *d = planner->d;

	if (to != NULL && (from == NULL || (wanted != NULL && kept != NULL)))
		return false;
	if (planner->fitting)
		return from != NULL && to == NULL && wanted != NULL;
	if (from == NULL)
		dbmig_fail(d, DBMIG_NOT_FOUND, "%s \"%s\" to rename does not exist",
				   what, dbmig_show(d, rename->from));
	else if (to != NULL)
		dbmig_fail(d, DBMIG_WRONG_STATE,
				   "cannot rename %s \"%s\": \"%s\" exists", what,
				   dbmig_show(d, rename->from), dbmig_show(d, rename->to));
	else if (wanted == NULL)
		dbmig_fail(d, DBMIG_NOT_FOUND,
				   "%s \"%s\", a new name, is not in the wanted schema", what,
				   dbmig_show(d, rename->to));
	return dbmig_ok(d);
}

static void
add_step(Planner *planner, const DbmigObject *object, const char *hazard,
		 const char *sql, const char *undo)
{
	DbmigStep  *step = dbmig_plan_add(planner->plan, DBMIG_RENAME, object,
									  sql);

	if (step == NULL)
		return;
	step->undo = undo;
	if (hazard != NULL)
		dbmig_step_find(planner->plan, step, hazard);
}

static void
rename_table(Planner *planner, const DbmigRename *rename)
{
	DbmigObject *from = find_table(planner, planner->live, rename->from);
	const char *form;

	if (!is_due(planner, from == NULL ? "table" : from->kind->name, rename,
				from,
				find_table(planner, planner->live, rename->to),
				find_table(planner, planner->target, rename->to),
				find_table(planner, planner->target, rename->from)))
		return;
	dbmig_map_put(&planner->old_tables, fold(planner, rename->to), from);
	form = "%s %s RENAME TO %s;\n";
	add_step(planner, from, forms[form_of(from)].hazard,
			 dbmig_printf(planner->d, form, forms[form_of(from)].alter,
						  spell_object(planner, from),
						  quote_part(planner, rename->to)),
			 dbmig_printf(planner->d, form, forms[form_of(from)].alter,
						  spell(planner, rename->to),
						  quote_object(planner, from)));
}

/* A value that was given by name or as it stands in SQL. */
static const char *
literal(const Planner *planner, const char *text)
{
	DbmigBuf	buf;

	if (text[0] == '\'')
		return text;
	dbmig_buf_init(&buf, planner->d);
	dbmig_buf_literal(&buf, text);
	return buf.text;
}

/* True when the enum has the value. */
static bool
has_value(const Planner *planner, const DbmigObject *type, const char *value)
{
	const char *values = type == NULL ? NULL : dbmig_object_get(type, "values");
	DbmigLexer	lexer;
	DbmigToken	token;

	if (values == NULL)
		return false;
	dbmig_lex_begin(&lexer, planner->d->host.dialect, values);
	while ((token = dbmig_lex_word(&lexer)).kind != DBMIG_TOKEN_END &&
		   token.kind != DBMIG_TOKEN_ERROR)
	{
		if (token.len == strlen(value) &&
			strncmp(token.start, value, token.len) == 0)
			return true;
	}
	return false;
}

static void
rename_value(Planner *planner, const DbmigObject *type,
			 const DbmigObject *wanted, const DbmigRename *rename)
{
	const char *old = literal(planner, rename->from);
	const char *new = literal(planner, rename->to);
	const char *form = "ALTER TYPE %s RENAME VALUE %s TO %s;\n";
	const char *name;

	if (!is_due(planner, "value", rename,
				has_value(planner, type, old) ? type : NULL,
				has_value(planner, type, new) ? type : NULL,
				has_value(planner, wanted, new) ? wanted : NULL,
				has_value(planner, wanted, old) ? wanted : NULL))
		return;
	name = spell_object(planner, wanted);
	add_step(planner, type, "rename-enum-value",
			 dbmig_printf(planner->d, form, name, old, new),
			 dbmig_printf(planner->d, form, name, new, old));
}

static void
rename_column(Planner *planner, const DbmigRename *rename)
{
	const DbmigObject *table = live_table(planner, rename->table);
	const DbmigObject *wanted = find_table(planner, planner->target,
										   rename->table);
	const char *form = "%s %s RENAME %s %s TO %s;\n";
	const char *what;
	const char *alter;
	const DbmigObject *from;
	const char *name;
	const char *old;
	const char *new = quote_part(planner, rename->to);

	if (table == NULL)
	{
		/* A table that is not there yet is created with the new name. */
		if (wanted == NULL && !planner->fitting)
			dbmig_fail(planner->d, DBMIG_NOT_FOUND, "table \"%s\" with a "
					   "column \"%s\" to rename does not exist",
					   dbmig_show(planner->d, rename->table),
					   dbmig_show(planner->d, rename->from));
		return;
	}
	if (strcmp(table->kind->name, "enum") == 0)
	{
		rename_value(planner, table, wanted, rename);
		return;
	}
	alter = forms[form_of(table)].alter;
	what = form_of(table) == 0 ? "COLUMN" : "ATTRIBUTE";
	from = dbmig_model_find(planner->live, planner->column, table,
							fold_part(planner, rename->from));
	if (!is_due(planner, "column", rename, from,
				dbmig_model_find(planner->live, planner->column, table,
								 fold_part(planner, rename->to)),
				wanted == NULL ? NULL :
				dbmig_model_find(planner->target, planner->column, wanted,
								 fold_part(planner, rename->to)),
				wanted == NULL ? NULL :
				dbmig_model_find(planner->target, planner->column, wanted,
								 fold_part(planner, rename->from))))
		return;
	name = spell_object(planner, wanted);
	old = quote(planner, from->name);
	add_step(planner, from, "rename-column",
			 dbmig_printf(planner->d, form, alter, name, what, old, new),
			 dbmig_printf(planner->d, form, alter, name, what, new, old));
}

/* The dot between table and column: names may have dots, too. */
static const char *
dot_of(const Planner *planner, const char *key)
{
	const char *dot;

	for (dot = strchr(key, '.'); dot != NULL; dot = strchr(dot + 1, '.'))
	{
		const char *table = dbmig_strndup(planner->d, key,
										  (size_t) (dot - key));

		if (find_table(planner, planner->live, table) != NULL ||
			find_table(planner, planner->target, table) != NULL)
			return dot;
	}
	return strrchr(key, '.');
}

/* "old": "new" for a table, "table.old": "new" for a column of it (the table
 * by its old or its new name, which may have a schema). */
static void
add_option(Planner *planner, DbmigRenames *all, const DbmigJson *option)
{
	const char *dot = dot_of(planner, option->key);
	DbmigRename rename = {.from = option->key, .to = option->text};

	if (dot != NULL &&
		find_table(planner, planner->live, option->key) == NULL &&
		(planner->d->host.dialect->spell == NULL ||
		 find_table(planner, planner->target, option->text) == NULL))
	{
		rename.table = dbmig_strndup(planner->d, option->key,
									 (size_t) (dot - option->key));
		rename.from = dot + 1;
	}
	if (dbmig_grow(planner->d, (void **) &all->items, &all->capacity,
				   all->count, sizeof(DbmigRename)))
		all->items[all->count++] = rename;
}

static DbmigRenames
collect(Planner *planner, const DbmigRenames *hints)
{
	const DbmigJson *options = planner->run->options->renames;
	DbmigRenames all = {0};
	size_t		i;

	for (i = 0; i < hints->count; i++)
	{
		if (dbmig_grow(planner->d, (void **) &all.items, &all.capacity,
					   all.count, sizeof(DbmigRename)))
			all.items[all.count++] = hints->items[i];
	}
	for (i = 0; options != NULL && i < options->count; i++)
		add_option(planner, &all, &options->members[i]);
	return all;
}

/* Undo goes backwards. */
static const char *
undo_all(const DbmigPlan *plan)
{
	DbmigBuf	sql;
	size_t		i;

	dbmig_buf_init(&sql, plan->d);
	for (i = plan->count; i > 0; i--)
		dbmig_buf_add(&sql, plan->steps[i - 1].undo);
	return sql.text;
}

/* An option may name the table of a column by its old name. */
static void
use_new_table(const Planner *planner, const DbmigRenames *all,
			  DbmigRename *rename)
{
	const char *id = fold(planner, rename->table);
	size_t		i;

	for (i = 0; i < all->count; i++)
	{
		if (all->items[i].table == NULL &&
			strcmp(fold(planner, all->items[i].from), id) == 0)
			rename->table = all->items[i].to;
	}
}

/* Plans all of them, tables first. */
static DbmigPlan *
plan_renames(Planner *planner, DbmigRenames *all)
{
	size_t		i;

	dbmig_map_init(&planner->old_tables, planner->d);
	for (i = 0; i < all->count && dbmig_ok(planner->d); i++)
	{
		if (all->items[i].table == NULL)
			rename_table(planner, &all->items[i]);
	}
	for (i = 0; i < all->count && dbmig_ok(planner->d); i++)
	{
		if (all->items[i].table == NULL)
			continue;
		if (find_table(planner, planner->target, all->items[i].table) == NULL)
			use_new_table(planner, all, &all->items[i]);
		rename_column(planner, &all->items[i]);
	}
	planner->plan->down = undo_all(planner->plan);
	return dbmig_ok(planner->d) ? planner->plan : NULL;
}

static bool
begin_plan(Planner *planner, DbmigRun *run)
{
	const DbmigDialect *dialect = run->d->host.dialect;

	memset(planner, 0, sizeof(*planner));
	planner->run = run;
	planner->d = run->d;
	planner->column = dbmig_kind(dialect, "column");
	planner->plan = dbmig_alloc(run->d, sizeof(DbmigPlan));
	if (planner->plan == NULL)
		return false;
	planner->plan->d = run->d;
	planner->plan->down = "";
	return true;
}

static bool
read_models(Planner *planner, const DbmigRows *live, const DbmigRows *target)
{
	planner->live = dbmig_rows_model(live);
	planner->target = dbmig_rows_model(target);
	return dbmig_ok(planner->d);
}

DbmigPlan *
dbmig_rename_plan(DbmigRun *run, const DbmigRows *live,
				  const DbmigRows *target, const DbmigRenames *hints)
{
	Planner		planner;
	DbmigRenames all;

	if (!begin_plan(&planner, run))
		return NULL;
	/* Most calls rename nothing, and need no model of the whole. */
	if (hints->count == 0 && run->options->renames == NULL)
		return planner.plan;
	if (!read_models(&planner, live, target))
		return NULL;
	all = collect(&planner, hints);
	return plan_renames(&planner, &all);
}

DbmigPlan *
dbmig_rename_plan_fitting(DbmigRun *run, const DbmigRows *live,
						  const DbmigRows *target,
						  const DbmigRenames *renames)
{
	Planner		planner;
	DbmigRenames all = *renames;

	if (!begin_plan(&planner, run) || !read_models(&planner, live, target))
		return NULL;
	planner.fitting = true;
	return plan_renames(&planner, &all);
}
