/*
 * backfill.c
 *	  Checks the option backfill before plans use it.
 */
#include "backfill.h"

#include <string.h>

/* What is wrong with text as one expression in parentheses; NULL: nothing. */
static const char *
fault_of(const DbmigDialect *dialect, const char *text)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	int			depth = 0;
	bool		empty = true;

	dbmig_lex_begin(&lexer, dialect, text);
	for (;;)
	{
		token = dbmig_lex_next(&lexer);
		if (token.kind == DBMIG_TOKEN_END)
			break;
		if (token.kind == DBMIG_TOKEN_ERROR)
			return "it is not terminated";
		if (token.kind == DBMIG_TOKEN_COMMENT)
			return "it has a comment";
		if (token.kind == DBMIG_TOKEN_SPACE)
			continue;
		empty = false;
		if (dbmig_token_is(&token, "("))
			depth++;
		else if (dbmig_token_is(&token, ")") && --depth < 0)
			return "it has a parenthesis too many";
		else if (dbmig_token_is(&token, ";") ||
				 (depth == 0 && dbmig_token_is(&token, ",")))
			return "it is more than one expression";
	}
	return empty ? "it is empty" : depth > 0 ? "a parenthesis is open" : NULL;
}

/* The column that a key names letter by letter, as messages do. */
static const DbmigObject *
find_by_name(const DbmigModel *model, const DbmigKind *table,
			 const DbmigKind *column, const char *key)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < model->count; i++)
	{
		const DbmigObject *owner = model->items[i];
		size_t		len = strlen(owner->name);

		if (owner->kind != table || strncmp(key, owner->name, len) != 0 ||
			key[len] != '.')
			continue;
		for (j = 0; j < owner->nparts; j++)
		{
			if (owner->parts[j]->kind == column &&
				strcmp(owner->parts[j]->name, key + len + 1) == 0)
				return owner->parts[j];
		}
	}
	return NULL;
}

/* The same for a key as SQL would say it.  Names may have dots, so that each
 * may be the one between table and column. */
static const DbmigObject *
find_by_sql(Dbmig *d, const DbmigModel *model, const DbmigKind *table,
			const DbmigKind *column, const char *key)
{
	const DbmigDialect *dialect = d->host.dialect;
	const char *dot;

	for (dot = strchr(key, '.'); dot != NULL && dbmig_ok(d);
		 dot = strchr(dot + 1, '.'))
	{
		const char *name = dbmig_strndup(d, key, (size_t) (dot - key));
		const DbmigObject *owner = dbmig_model_find(model, table, NULL,
													dialect->fold(d, name));
		const DbmigObject *found = owner == NULL ? NULL :
		dbmig_model_find(model, column, owner,
						 dialect->fold_part(d, dot + 1));

		if (found != NULL)
			return found;
	}
	return NULL;
}

static const DbmigObject *
find_column(Dbmig *d, const DbmigModel *model, const char *key)
{
	const DbmigKind *table = dbmig_kind(d->host.dialect, "table");
	const DbmigKind *column = dbmig_kind(d->host.dialect, "column");
	const DbmigObject *found = find_by_name(model, table, column, key);

	return found != NULL ? found :
		find_by_sql(d, model, table, column, key);
}

/* One member, by the ids of what it names. */
static void
resolve(Dbmig *d, const DbmigModel *model, const DbmigJson *item,
		DbmigJson *resolved)
{
	const DbmigObject *column = find_column(d, model, item->key);
	const char *fault = fault_of(d->host.dialect, item->text);

	if (column == NULL)
	{
		dbmig_fail(d, DBMIG_NOT_FOUND, "option \"backfill\": the wanted "
				   "schema has no column \"%s\"", dbmig_show(d, item->key));
		dbmig_hint(d, "A key is \"table.column\", by the new names.");
		return;
	}
	if (fault != NULL)
		dbmig_fail(d, DBMIG_BAD_ARGUMENT, "option \"backfill\" for column "
				   "\"%s\" must be one SQL expression: %s",
				   dbmig_show(d, item->key), fault);
	*resolved = *item;
	resolved->key = dbmig_printf(d, "%s.%s", column->owner->id, column->id);
}

const DbmigJson *
dbmig_backfill_read(DbmigRun *run, const DbmigRows *wanted)
{
	Dbmig	   *d = run->d;
	const DbmigJson *all = run->options->backfill;
	DbmigJson  *resolved;
	const DbmigModel *model;
	DbmigMap	seen;
	size_t		i;

	if (all == NULL || all->count == 0)
		return NULL;
	resolved = dbmig_alloc(d, sizeof(DbmigJson));
	if (resolved == NULL)
		return NULL;
	*resolved = *all;
	resolved->members = dbmig_alloc(d, all->count * sizeof(DbmigJson));
	model = dbmig_rows_model(wanted);
	dbmig_map_init(&seen, d);
	for (i = 0; i < all->count && dbmig_ok(d); i++)
	{
		DbmigJson  *item = &resolved->members[i];

		resolve(d, model, &all->members[i], item);
		if (dbmig_ok(d) && dbmig_map_get(&seen, item->key) != NULL)
			dbmig_fail(d, DBMIG_BAD_ARGUMENT, "option \"backfill\" names "
					   "column \"%s\" twice",
					   dbmig_show(d, all->members[i].key));
		if (dbmig_ok(d))
			dbmig_map_put(&seen, item->key, item);
	}
	return resolved;
}
