/*
 * rename.c
 *	  Plans renames.  Tables, and what else is no part of anything, go first,
 *	  so that the owner of a part has its new name.
 */
#include "rename.h"

#include <string.h>

typedef struct Planner
{
	DbmigRun   *run;
	Dbmig	   *d;
	const DbmigModel *live;
	const DbmigModel *target;
	const DbmigKind *table;
	const DbmigKind *column;
	DbmigPlan  *plan;
	DbmigMap	old_tables;		/* id of a new name -> object in live */
	DbmigMap	old_owners;		/* the same for what is no table */
	DbmigMap	by_old;			/* old name -> DbmigRename */
	DbmigMap	freed;			/* the same, for those that are done: what has
								 * their new name may come after */
	bool		fitting;		/* pass over what makes no sense */
} Planner;

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

static DbmigObject *
find_table(const Planner *planner, const DbmigModel *model, const char *name)
{
	return dbmig_model_find(model, planner->table, NULL,
							fold(planner, name));
}

/* The table of the live schema that has, or is to have, that name. */
static DbmigObject *
live_table(const Planner *planner, const char *name)
{
	DbmigObject *table = dbmig_map_get(&planner->old_tables,
									   fold(planner, name));

	return table != NULL ? table : find_table(planner, planner->live, name);
}

/* What a name is of, and the name, as one key. */
static const char *
key_of(const Planner *planner, const DbmigRename *rename, const char *name)
{
	if (rename->table == NULL)
		return fold(planner, name);
	return dbmig_printf(planner->d, "%s\n%s", fold(planner, rename->table),
						fold_part(planner, name));
}

/* Where SQL reads a name as another one because it has no quotes. */
static void
hint_quotes(const Planner *planner, const char *name)
{
	const DbmigDialect *dialect = planner->d->host.dialect;
	const char *plain = dialect->plain == NULL ? name :
		dialect->plain(planner->d, name);

	if (strchr(name, '"') == NULL && strchr(name, '.') == NULL &&
		strcmp(plain, name) != 0)
		dbmig_hint(planner->d, "Names are read as in SQL, where %s without "
				   "quotes is \"%s\".", dbmig_show(planner->d, name),
				   dbmig_show(planner->d, plain));
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

	if (dbmig_map_get(&planner->freed,
					  key_of(planner, rename, rename->to)) != NULL)
		to = NULL;
	if (to != NULL && (from == NULL || (wanted != NULL && kept != NULL)))
		return false;
	if (from != NULL && to == NULL && wanted != NULL)
	{
		dbmig_map_put(&planner->freed, key_of(planner, rename, rename->from),
					  planner);
		return true;
	}
	if (planner->fitting)
		return false;
	if (from == NULL)
	{
		dbmig_fail(d, DBMIG_NOT_FOUND, "%s \"%s\" to rename does not exist",
				   what, dbmig_show(d, rename->from));
		hint_quotes(planner, rename->from);
	}
	else if (to != NULL)
		dbmig_fail(d, DBMIG_WRONG_STATE,
				   "cannot rename %s \"%s\": \"%s\" exists", what,
				   dbmig_show(d, rename->from), dbmig_show(d, rename->to));
	else if (wanted == NULL)
	{
		dbmig_fail(d, DBMIG_NOT_FOUND,
				   "%s \"%s\", a new name, is not in the wanted schema", what,
				   dbmig_show(d, rename->to));
		hint_quotes(planner, rename->to);
	}
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
	dbmig_step_find(planner->plan, step, hazard);
}

/* ---- what is no table and no column ---- */

/* The object that the form is about; NULL when the model has none. */
static DbmigObject *
find_form(const Planner *planner, const DbmigModel *model,
		  const DbmigRenameForm *form, const char *owner, const char *name)
{
	const DbmigDialect *dialect = planner->d->host.dialect;
	DbmigObject *object = form->owner == NULL ? NULL :
		dbmig_model_find(model, dbmig_kind(dialect, form->owner), NULL,
						 fold(planner, owner));

	if (form->owner == NULL)
		return dbmig_model_find(model, dbmig_kind(dialect, form->kind), NULL,
								fold(planner, name));
	return object == NULL ? NULL :
		dbmig_model_find(model, dbmig_kind(dialect, form->kind), object,
						 fold_part(planner, name));
}

/* The form of what has the old name in the live schema, or the new one in the
 * wanted schema; NULL when nothing has. */
static const DbmigRenameForm *
form_of(const Planner *planner, const char *owner, const char *from,
		const char *to)
{
	const DbmigRenameForm *form = planner->d->host.dialect->renamable;

	for (; form != NULL && form->words != NULL; form++)
	{
		if ((form->owner == NULL) == (owner == NULL) &&
			dbmig_kind(planner->d->host.dialect, form->kind) != NULL &&
			(find_form(planner, planner->live, form, owner, from) != NULL ||
			 find_form(planner, planner->target, form, owner, to) != NULL))
			return form;
	}
	return NULL;
}

/* Renames it; false when it is none of these. */
static bool
rename_object(Planner *planner, const DbmigRename *rename)
{
	const DbmigRenameForm *form = form_of(planner, NULL, rename->from,
										  rename->to);
	const char *sql = "ALTER %s %s RENAME TO %s;\n";
	DbmigObject *from;

	if (form == NULL)
		return false;
	from = find_form(planner, planner->live, form, NULL, rename->from);
	if (from != NULL)
		dbmig_map_put(&planner->old_owners, fold(planner, rename->to),
					  from);
	if (is_due(planner, form->kind, rename, from,
			   find_form(planner, planner->live, form, NULL, rename->to),
			   find_form(planner, planner->target, form, NULL, rename->to),
			   find_form(planner, planner->target, form, NULL, rename->from)))
		add_step(planner, from, "rename-object",
				 dbmig_printf(planner->d, sql, form->words,
							  spell_object(planner, from),
							  quote_part(planner, rename->to)),
				 dbmig_printf(planner->d, sql, form->words,
							  spell(planner, rename->to),
							  quote_object(planner, from)));
	return true;
}

static void
add_part_step(Planner *planner, const DbmigRenameForm *form,
			  const DbmigObject *object, const char *owner,
			  const char *hazard, const char *from, const char *to)
{
	const char *sql = "ALTER %s %s RENAME %s%s TO %s;\n";

	add_step(planner, object, hazard,
			 dbmig_printf(planner->d, sql, form->words, owner, form->part,
						  from, to),
			 dbmig_printf(planner->d, sql, form->words, owner, form->part, to,
						  from));
}

static bool
rename_part(Planner *planner, const DbmigRename *rename,
			const char *live_owner)
{
	const DbmigRenameForm *form = form_of(planner, live_owner, rename->from,
										  rename->to);
	const DbmigObject *from;
	const DbmigObject *wanted;

	if (form == NULL)
		return false;
	from = find_form(planner, planner->live, form, live_owner, rename->from);
	wanted = find_form(planner, planner->target, form, rename->table,
					   rename->to);
	if (is_due(planner, form->kind, rename, from,
			   find_form(planner, planner->live, form, live_owner,
						 rename->to), wanted,
			   find_form(planner, planner->target, form, rename->table,
						 rename->from)))
		add_part_step(planner, form, from,
					  spell_object(planner, wanted->owner), "rename-object",
					  quote(planner, from->name),
					  quote_part(planner, rename->to));
	return true;
}

/* ---- values of enums ---- */

static DbmigObject *
find_enum(const Planner *planner, const DbmigModel *model, const char *name)
{
	const DbmigKind *kind = dbmig_kind(planner->d->host.dialect, "enum");

	return kind == NULL ? NULL :
		dbmig_model_find(model, kind, NULL, fold(planner, name));
}

/* The enum when it has the value, which is a literal; else NULL. */
static const DbmigObject *
with_value(const Planner *planner, const DbmigObject *type,
		   const char *literal)
{
	const char *values = type == NULL ? NULL :
		dbmig_object_get(type, "values");
	DbmigLexer	lexer;
	DbmigToken	token;

	if (values == NULL)
		return NULL;
	dbmig_lex_begin(&lexer, planner->d->host.dialect, values);
	do
	{
		token = dbmig_lex_word(&lexer);
		if (token.kind == DBMIG_TOKEN_STRING &&
			token.len == strlen(literal) &&
			memcmp(token.start, literal, token.len) == 0)
			return type;
	} while (token.kind != DBMIG_TOKEN_END &&
			 token.kind != DBMIG_TOKEN_ERROR);
	return NULL;
}

static const char *
literal(const Planner *planner, const char *text)
{
	DbmigBuf	buf;

	/* A hint may give it as it stands in SQL. */
	if (*text == '\'')
		return text;
	dbmig_buf_init(&buf, planner->d);
	dbmig_buf_literal(&buf, text);
	return buf.text;
}

static bool
rename_value(Planner *planner, const DbmigRename *rename,
			 const char *live_owner)
{
	static const DbmigRenameForm form = {NULL, "enum", "TYPE", "VALUE "};
	const DbmigObject *type = find_enum(planner, planner->live, live_owner);
	const DbmigObject *wanted = find_enum(planner, planner->target,
										  rename->table);
	const char *from = literal(planner, rename->from);
	const char *to = literal(planner, rename->to);

	if (type == NULL || wanted == NULL)
		return false;
	if (is_due(planner, "value", rename, with_value(planner, type, from),
			   with_value(planner, type, to),
			   with_value(planner, wanted, to),
			   with_value(planner, wanted, from)))
		add_part_step(planner, &form, type, spell_object(planner, wanted),
					  "rename-enum-value", from, to);
	return true;
}

/* ---- tables and columns ---- */

static void
rename_table(Planner *planner, const DbmigRename *rename)
{
	DbmigObject *from = find_table(planner, planner->live, rename->from);
	const char *form = "ALTER TABLE %s RENAME TO %s;\n";

	if (from == NULL &&
		find_table(planner, planner->target, rename->to) == NULL &&
		rename_object(planner, rename))
		return;
	if (!is_due(planner, "table", rename, from,
				find_table(planner, planner->live, rename->to),
				find_table(planner, planner->target, rename->to),
				find_table(planner, planner->target, rename->from)))
		return;
	dbmig_map_put(&planner->old_tables, fold(planner, rename->to), from);
	add_step(planner, from, "rename-table",
			 dbmig_printf(planner->d, form, spell_object(planner, from),
						  quote_part(planner, rename->to)),
			 dbmig_printf(planner->d, form, spell(planner, rename->to),
						  quote_object(planner, from)));
}

static void
rename_column(Planner *planner, const DbmigRename *rename)
{
	const DbmigObject *table = live_table(planner, rename->table);
	const DbmigObject *wanted = find_table(planner, planner->target,
										   rename->table);
	const char *form = "ALTER TABLE %s RENAME COLUMN %s TO %s;\n";
	const DbmigObject *from;
	const char *name;
	const char *old;
	const char *new = quote_part(planner, rename->to);

	if (table == NULL)
	{
		const DbmigObject *owner = dbmig_map_get(&planner->old_owners,
												 fold(planner, rename->table));
		const char *live = owner == NULL ? rename->table : owner->id;

		if (rename_value(planner, rename, live) ||
			rename_part(planner, rename, live))
			return;
	}
	if (table == NULL)
	{
		/* What is not there yet is created with the new name. */
		if (wanted == NULL && !planner->fitting &&
			find_enum(planner, planner->target, rename->table) == NULL)
			dbmig_fail(planner->d, DBMIG_NOT_FOUND, "table \"%s\" with a "
					   "column \"%s\" to rename does not exist",
					   dbmig_show(planner->d, rename->table),
					   dbmig_show(planner->d, rename->from));
		return;
	}
	from = dbmig_model_find(planner->live, planner->column, table,
							fold_part(planner, rename->from));
	if (from == NULL && rename_part(planner, rename, table->id))
		return;
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
			 dbmig_printf(planner->d, form, name, old, new),
			 dbmig_printf(planner->d, form, name, new, old));
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
			find_table(planner, planner->target, table) != NULL ||
			form_of(planner, NULL, table, table) != NULL)
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
		form_of(planner, NULL, option->key, option->key) == NULL &&
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

static void
rename_one(Planner *planner, const DbmigRename *rename)
{
	if (rename->table == NULL)
		rename_table(planner, rename);
	else
		rename_column(planner, rename);
}

/* One that can be told from having been done before by nothing. */
static void
reject_exchange(const Planner *planner, const DbmigRename *rename)
{
	Dbmig	   *d = planner->d;

	dbmig_fail(d, DBMIG_BAD_ARGUMENT, "cannot rename \"%s\" to \"%s\": names "
			   "are exchanged", dbmig_show(d, rename->from),
			   dbmig_show(d, rename->to));
	dbmig_hint(d, "The schema does not tell whether that was done already. "
			   "Rename one of them to a third name in a push of its own "
			   "first.");
}

/* Those of tables, or of what has a table: what has the new name of another one
 * goes first. */
static void
plan_pass(Planner *planner, DbmigRenames *all, bool of_tables)
{
	enum
	{
		NEW = 0, BEGUN, DONE
	};
	char	   *states = dbmig_alloc(planner->d, all->count + 1);
	DbmigRename **path = dbmig_alloc(planner->d,
									 (all->count + 1) * sizeof(DbmigRename *));
	size_t		i;

	for (i = 0; i < all->count && dbmig_ok(planner->d); i++)
	{
		DbmigRename *at = &all->items[i];
		size_t		depth = 0;

		while (at != NULL && (at->table == NULL) == of_tables &&
			   states[at - all->items] == NEW)
		{
			DbmigRename *next = dbmig_map_get(&planner->by_old,
											  key_of(planner, at, at->to));

			states[at - all->items] = BEGUN;
			path[depth++] = at;
			at = next == at ? NULL : next;
		}
		if (at != NULL && states[at - all->items] == BEGUN &&
			!planner->fitting)
			reject_exchange(planner, at);
		while (depth > 0 && dbmig_ok(planner->d))
		{
			rename_one(planner, path[--depth]);
			states[path[depth] - all->items] = DONE;
		}
	}
}

/* Plans all of them, tables first. */
static DbmigPlan *
plan_renames(Planner *planner, DbmigRenames *all)
{
	size_t		i;

	dbmig_map_init(&planner->old_tables, planner->d);
	dbmig_map_init(&planner->old_owners, planner->d);
	dbmig_map_init(&planner->by_old, planner->d);
	dbmig_map_init(&planner->freed, planner->d);
	for (i = 0; i < all->count && dbmig_ok(planner->d); i++)
	{
		DbmigRename *rename = &all->items[i];

		if (rename->table != NULL &&
			find_table(planner, planner->target, rename->table) == NULL)
			use_new_table(planner, all, rename);
		dbmig_map_put(&planner->by_old,
					  key_of(planner, rename, rename->from), rename);
	}
	plan_pass(planner, all, true);
	plan_pass(planner, all, false);
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
	planner->table = dbmig_kind(dialect, "table");
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

bool
dbmig_rename_imply(DbmigPlan *renames, const DbmigModel *from,
				   const DbmigModel *to)
{
	const DbmigDialect *dialect = renames->d->host.dialect;
	size_t		count = renames->count;

	if (dialect->imply == NULL)
		return false;
	dialect->imply(renames, from, to);
	renames->down = undo_all(renames);
	return renames->count > count;
}
