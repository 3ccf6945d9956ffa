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

/* Names may have dots, so that each may be the one between table and column. */
static bool
names_column(Dbmig *d, const DbmigModel *model, const char *key)
{
	const DbmigDialect *dialect = d->host.dialect;
	const DbmigKind *table = dbmig_kind(dialect, "table");
	const DbmigKind *column = dbmig_kind(dialect, "column");
	const char *dot;

	for (dot = strchr(key, '.'); dot != NULL && dbmig_ok(d);
		 dot = strchr(dot + 1, '.'))
	{
		const char *name = dbmig_strndup(d, key, (size_t) (dot - key));
		const DbmigObject *owner = dbmig_model_find(model, table, NULL,
													dialect->fold(d, name));

		if (owner != NULL &&
			dbmig_model_find(model, column, owner,
							 dialect->fold_part(d, dot + 1)) != NULL)
			return true;
	}
	return false;
}

bool
dbmig_backfill_check(DbmigRun *run, const DbmigRows *wanted)
{
	Dbmig	   *d = run->d;
	const DbmigJson *all = run->options->backfill;
	const DbmigModel *model;
	size_t		i;

	if (all == NULL || all->count == 0)
		return true;
	model = dbmig_rows_model(wanted);
	for (i = 0; i < all->count && dbmig_ok(d); i++)
	{
		const DbmigJson *item = &all->members[i];
		const char *fault = fault_of(d->host.dialect, item->text);

		if (!names_column(d, model, item->key))
		{
			dbmig_fail(d, DBMIG_NOT_FOUND, "option \"backfill\": the wanted "
					   "schema has no column \"%s\"",
					   dbmig_show(d, item->key));
			dbmig_hint(d, "A key is \"table.column\", by the new names.");
		}
		else if (fault != NULL)
			dbmig_fail(d, DBMIG_BAD_ARGUMENT, "option \"backfill\" for column "
					   "\"%s\" must be one SQL expression: %s",
					   dbmig_show(d, item->key), fault);
	}
	return dbmig_ok(d);
}
