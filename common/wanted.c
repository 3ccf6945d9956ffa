/*
 * wanted.c
 *	  The wanted schema as the user wrote it: its statements, and the hints
 *	  about renames in its comments.
 *
 * "-- @renamed from=old" belongs to what its line begins before it: a table
 * after its opening parenthesis, a column after its definition.  On a line of
 * its own it belongs to what begins next.
 */
#include "schema.h"

#include <string.h>

static const char marker[] = "@renamed";

typedef struct Reader
{
	DbmigRun   *run;
	DbmigWanted *wanted;
	int			words;			/* of CREATE TABLE: 0, 1, 2 (name wanted), 3 */
	const char *schema;			/* of the table, if it was written */
	const char *table;			/* that is being defined; NULL: none */
	const char *column;			/* that was begun last; NULL: none */
	bool		item_starts;	/* the next token begins a column */
	size_t		parens;
	int			line;			/* of the last token that was no comment */
	const char *pending;		/* the old name of what begins next */
} Reader;

/* The name as fold() of the dialect wants it: with its quotes where those
 * decide what it means. */
static const char *
name_of(DbmigRun *run, const DbmigToken *token)
{
	const DbmigDialect *dialect = run->d->host.dialect;

	return dialect->spell == NULL ? dbmig_token_name(run->d, dialect, token) :
		dbmig_strndup(run->d, token->start, token->len);
}

/* The same; a value of an enum as it stands. */
static const char *
text_of(DbmigRun *run, const DbmigToken *token)
{
	return token->kind == DBMIG_TOKEN_STRING ?
		dbmig_strndup(run->d, token->start, token->len) : name_of(run, token);
}

/* The name in "-- @renamed from=name"; NULL when the comment is no hint. */
static const char *
hint_of(DbmigRun *run, const DbmigToken *comment)
{
	const char *text = dbmig_strndup(run->d, comment->start, comment->len);
	const char *at = strstr(text, marker);
	DbmigLexer	lexer;
	DbmigToken	token;

	if (at == NULL)
		return NULL;
	dbmig_lex_begin(&lexer, run->d->host.dialect, at + strlen(marker));
	token = dbmig_lex_word(&lexer);
	if (dbmig_token_is(&token, "from"))
	{
		token = dbmig_lex_word(&lexer);
		if (dbmig_token_is(&token, "="))
			token = dbmig_lex_word(&lexer);
		if (token.kind == DBMIG_TOKEN_WORD ||
			token.kind == DBMIG_TOKEN_IDENTIFIER ||
			token.kind == DBMIG_TOKEN_STRING)
			return text_of(run, &token);
	}
	dbmig_fail(run->d, DBMIG_BAD_SYNTAX,
			   "the wanted schema, line %d: a rename must be written "
			   "-- @renamed from=old_name", comment->line);
	return NULL;
}

static void
add_rename(Reader *reader, const char *table, const char *from,
		   const char *to)
{
	DbmigRenames *hints = &reader->wanted->hints;
	DbmigRename *rename;

	if (!dbmig_grow(reader->run->d, (void **) &hints->items, &hints->capacity,
					hints->count, sizeof(DbmigRename)))
		return;
	rename = &hints->items[hints->count++];
	rename->table = table;
	rename->from = from;
	rename->to = to;
}

/* The name in the schema that the table stands in. */
static const char *
in_schema(const Reader *reader, const char *name)
{
	return reader->schema == NULL ||
		reader->run->d->host.dialect->spell == NULL ? name :
		dbmig_printf(reader->run->d, "%s.%s", reader->schema, name);
}

static void
take_hint(Reader *reader, const DbmigToken *comment)
{
	const char *from = hint_of(reader->run, comment);

	if (from == NULL)
		return;
	if (comment->line != reader->line || reader->table == NULL)
		reader->pending = from;
	else if (reader->column != NULL)
		add_rename(reader, reader->table, from, reader->column);
	else
		add_rename(reader, NULL, in_schema(reader, from), reader->table);
}

static void
begin_table(Reader *reader, const DbmigToken *token)
{
	const char *name = name_of(reader->run, token);

	reader->schema = reader->table;
	reader->table = in_schema(reader, name);
	reader->words = 3;
	if (reader->pending != NULL)
		add_rename(reader, NULL, in_schema(reader, reader->pending),
				   reader->table);
	reader->pending = NULL;
}

static void
begin_column(Reader *reader, const DbmigToken *token)
{
	reader->column = text_of(reader->run, token);
	reader->item_starts = false;
	if (reader->pending != NULL)
		add_rename(reader, reader->table, reader->pending, reader->column);
	reader->pending = NULL;
}

static bool
is_name(const DbmigToken *token)
{
	return token->kind == DBMIG_TOKEN_WORD ||
		token->kind == DBMIG_TOKEN_IDENTIFIER;
}

static bool
is_one_of(const DbmigToken *token, const char *const *words)
{
	while (*words != NULL && !dbmig_token_is(token, *words))
		words++;
	return *words != NULL;
}

/* The words before the parenthesis: CREATE TABLE IF NOT EXISTS schema.name;
 * a type is like a table, and its attributes or values like columns. */
static void
take_head(Reader *reader, const DbmigToken *token)
{
	static const char *const passed[] = {"if", "not", "exists", "unlogged",
	NULL};
	static const char *const named[] = {"table", "type", "domain", "sequence",
	NULL};

	if (reader->words == 0)
		reader->words = dbmig_token_is(token, "create") ? 1 : -1;
	else if (reader->words == 1)
		reader->words = is_one_of(token, named) ? 2 :
			dbmig_token_is(token, "unlogged") ? 1 : -1;
	else if (reader->words >= 2 && is_name(token))
	{
		if (reader->words == 2 && !is_one_of(token, passed))
			begin_table(reader, token);
	}
	else if (reader->words == 3 && dbmig_token_is(token, "."))
		reader->words = 2;
}

static void
take_token(Reader *reader, const DbmigToken *token)
{
	reader->line = token->line;
	if (dbmig_token_is(token, "("))
	{
		reader->item_starts = reader->parens++ == 0 && reader->words == 3;
		return;
	}
	if (dbmig_token_is(token, ")"))
	{
		if (reader->parens > 0)
			reader->parens--;
		return;
	}
	if (reader->parens == 0)
		take_head(reader, token);
	else if (reader->parens == 1 && dbmig_token_is(token, ","))
		reader->item_starts = reader->words == 3;
	else if (reader->item_starts &&
			 (is_name(token) || token->kind == DBMIG_TOKEN_STRING))
		begin_column(reader, token);
}

static void
begin_statement(Reader *reader)
{
	reader->words = 0;
	reader->table = NULL;
	reader->column = NULL;
	reader->item_starts = false;
	reader->parens = 0;
}

static void
read_hints(Reader *reader, const char *ddl)
{
	DbmigLexer	lexer;
	DbmigToken	token;

	dbmig_lex_begin(&lexer, reader->run->d->host.dialect, ddl);
	begin_statement(reader);
	do
	{
		token = dbmig_lex_next(&lexer);
		if (token.kind == DBMIG_TOKEN_COMMENT)
			take_hint(reader, &token);
		else if (reader->parens == 0 && dbmig_token_is(&token, ";"))
			begin_statement(reader);
		else if (token.kind != DBMIG_TOKEN_SPACE)
			take_token(reader, &token);
	} while (token.kind != DBMIG_TOKEN_END &&
			 token.kind != DBMIG_TOKEN_ERROR && dbmig_ok(reader->run->d));
}

/* True when a statement gives something to somebody: OWNER TO, CREATE SCHEMA
 * AUTHORIZATION, SET ROLE, SET SESSION AUTHORIZATION. */
static bool
names_owners(const DbmigScript *script, const DbmigDialect *dialect)
{
	DbmigLexer	lexer;
	DbmigToken	last;
	DbmigToken	token;
	size_t		i;

	for (i = 0; i < script->count; i++)
	{
		dbmig_lex_begin(&lexer, dialect, script->items[i].sql);
		token = dbmig_lex_word(&lexer);
		do
		{
			last = token;
			token = dbmig_lex_word(&lexer);
			if ((dbmig_token_is(&last, "owner") &&
				 dbmig_token_is(&token, "to")) ||
				(dbmig_token_is(&last, "set") &&
				 dbmig_token_is(&token, "role")) ||
				dbmig_token_is(&token, "authorization"))
				return true;
		} while (token.kind != DBMIG_TOKEN_END &&
				 token.kind != DBMIG_TOKEN_ERROR);
	}
	return false;
}

DbmigWanted *
dbmig_wanted(DbmigRun *run, const char *ddl)
{
	DbmigWanted *wanted = dbmig_alloc(run->d, sizeof(DbmigWanted));
	Reader		reader = {.run = run, .wanted = wanted};

	if (wanted == NULL)
		return NULL;
	wanted->script = dbmig_split_wanted(run->d, run->d->host.dialect,
										"the wanted schema", ddl);
	if (wanted->script == NULL)
		return NULL;
	wanted->owners = !run->d->host.dialect->managed_schemas ||
		names_owners(wanted->script, run->d->host.dialect);
	/* Most schemas have no hint. */
	if (strstr(ddl, marker) != NULL)
		read_hints(&reader, ddl);
	return dbmig_ok(run->d) ? wanted : NULL;
}
