/*
 * sqlite_touch.c
 *	  Which tables and views a statement may touch in sqlite_schema, told from
 *	  its first words.  What cannot be told is anything.
 */
#include "sqlite_schema.h"

#include "rows.h"

#include <string.h>

/* The rows of an object and of what hangs on it have its name in tbl_name. */
const char *
dbmig_sqlite_group(Dbmig *d, const DbmigValue *values, bool *shared)
{
	static const char head[] = "create virtual";

	/* SQLite writes these words so (sqlite3StartTable and others). */
	*shared = dbmig_ncasecmp(values[3].text, head, sizeof(head) - 1) == 0;
	return dbmig_sqlite_fold(d, values[2].text);
}

/* Each group is a query of its own: many are better read all at once. */
#define GROUPS_MAX 8

static bool
add_name(Dbmig *d, DbmigNames *names, const char *name)
{
	size_t		i;

	for (i = 0; i < names->count; i++)
	{
		if (strcmp(names->items[i], name) == 0)
			return true;
	}
	if (names->count == GROUPS_MAX ||
		!dbmig_grow(d, (void **) &names->items, &names->capacity,
					names->count, sizeof(const char *)))
		return false;
	names->items[names->count++] = name;
	return true;
}

/* The folded name at the lexer, after IF [NOT] EXISTS and a schema. */
static const char *
read_name(Dbmig *d, DbmigLexer *lexer)
{
	DbmigToken	token = dbmig_lex_word(lexer);
	DbmigLexer	ahead;
	DbmigToken	dot;

	while (dbmig_token_is(&token, "if") || dbmig_token_is(&token, "not") ||
		   dbmig_token_is(&token, "exists"))
		token = dbmig_lex_word(lexer);
	ahead = *lexer;
	dot = dbmig_lex_word(&ahead);
	if (dbmig_token_is(&dot, "."))
	{
		token = dbmig_lex_word(&ahead);
		*lexer = ahead;
	}
	return dbmig_sqlite_fold(d, dbmig_token_name(d, &dbmig_sqlite, &token));
}

/* The name after the first ON. */
static const char *
read_on(Dbmig *d, DbmigLexer *lexer)
{
	DbmigToken	token;

	do
		token = dbmig_lex_word(lexer);
	while (token.kind != DBMIG_TOKEN_END && !dbmig_token_is(&token, "on"));
	return read_name(d, lexer);
}

/* The table of an index or trigger (type) that is dropped; NULL when unknown. */
static const char *
table_of(const DbmigRows *rows, const char *type, const char *name)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < rows->count; i++)
	{
		const DbmigGroup *group = rows->groups[i];

		for (j = 0; j < group->count; j++)
		{
			const DbmigValue *values = group->rows[j].values;

			if (strcmp(values[0].text, type) == 0 &&
				dbmig_casecmp(values[1].text, name) == 0)
				return group->id;
		}
	}
	return NULL;
}

/* RENAME rewrites what names the table or column, wherever that is, and DROP
 * COLUMN strings in double quotes. */
static const char *
altered_table(Dbmig *d, DbmigLexer *lexer)
{
	const char *name = read_name(d, lexer);
	DbmigToken	token = dbmig_lex_word(lexer);

	return dbmig_token_is(&token, "add") ? name : NULL;
}

static const char *
created_object(Dbmig *d, DbmigLexer *lexer)
{
	DbmigToken	token = dbmig_lex_word(lexer);

	if (dbmig_token_is(&token, "unique"))
		token = dbmig_lex_word(lexer);
	if (dbmig_token_is(&token, "table") || dbmig_token_is(&token, "view"))
		return read_name(d, lexer);
	if (dbmig_token_is(&token, "index") || dbmig_token_is(&token, "trigger"))
		return read_on(d, lexer);
	return NULL;
}

static const char *
dropped_object(Dbmig *d, const DbmigRows *rows, DbmigLexer *lexer)
{
	DbmigToken	token = dbmig_lex_word(lexer);
	const char *name = read_name(d, lexer);
	const DbmigGroup *group;

	if (dbmig_token_is(&token, "index"))
		return table_of(rows, "index", name);
	if (dbmig_token_is(&token, "trigger"))
		return table_of(rows, "trigger", name);
	/* A virtual table takes others along. */
	group = dbmig_rows_group(rows, name);
	return group != NULL && group->shared ? NULL : name;
}

/* Statements that leave sqlite_schema alone.  SELECT is not among them: an
 * application's function may do anything. */
static bool
is_quiet(const DbmigStatement *statement, const DbmigToken *token)
{
	static const char *const words[] =
	{
		"insert", "update", "delete", "replace", "analyze", "reindex"
	};
	size_t		i;

	if (statement->effect == DBMIG_EFFECT_WRITABLE_ON ||
		statement->effect == DBMIG_EFFECT_WRITABLE_OFF)
		return false;
	for (i = 0; i < DBMIG_COUNT(words); i++)
	{
		if (dbmig_token_is(token, words[i]))
			return true;
	}
	return dbmig_token_is(token, "pragma");
}

bool
dbmig_sqlite_touches(Dbmig *d, const DbmigRows *rows,
					 const DbmigScript *script, DbmigNames *groups)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	const char *name;
	size_t		i;

	for (i = 0; i < script->count && dbmig_ok(d); i++)
	{
		dbmig_lex_begin(&lexer, &dbmig_sqlite, script->items[i].sql);
		token = dbmig_lex_word(&lexer);
		if (is_quiet(&script->items[i], &token))
			continue;
		name = NULL;
		if (dbmig_token_is(&token, "create"))
			name = created_object(d, &lexer);
		else if (dbmig_token_is(&token, "drop"))
			name = dropped_object(d, rows, &lexer);
		else if (dbmig_token_is(&token, "alter"))
		{
			token = dbmig_lex_word(&lexer);
			name = altered_table(d, &lexer);
		}
		if (name == NULL || !add_name(d, groups, name))
			return false;
	}
	return dbmig_ok(d);
}
