/*
 * fuzz_lex.c
 *	  Any text, read as both engines do: the tokens cover it without a gap, and
 *	  the statements lie in it one after the other.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void *
allocate(void *context, size_t size)
{
	(void) context;
	return malloc(size);
}

static void
release(void *context, void *block)
{
	(void) context;
	free(block);
}

static void
check_tokens(const DbmigDialect *dialect, const char *text)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	const char *at;
	int			line = 1;

	dbmig_lex_begin(&lexer, dialect, text);
	at = text;
	while ((token = dbmig_lex_next(&lexer)).kind != DBMIG_TOKEN_END)
	{
		require(token.start == at && token.len > 0);
		require(token.line == line);
		require((token.kind == DBMIG_TOKEN_ERROR) == (lexer.error != NULL));
		for (; at < token.start + token.len; at++)
		{
			require(*at != '\0');
			line += *at == '\n' ? 1 : 0;
		}
	}
	require(*at == '\0' && token.start == at && token.len == 0);
}

/* Splitting a statement gives that statement. */
static void
check_again(Dbmig *d, const DbmigDialect *dialect,
			const DbmigStatement *statement)
{
	DbmigScript *script = dbmig_split(d, dialect, "x", 0, statement->sql);

	require(script != NULL && script->count == 1);
	require(strcmp(script->items[0].sql, statement->sql) == 0);
	require(script->items[0].effect == statement->effect);
}

/* The line of at, a place in text. */
static int
line_of(const char *text, const char *at)
{
	int			line = 1;

	for (; text < at; text++)
		line += *text == '\n' ? 1 : 0;
	return line;
}

/* The same text may stand there twice, so the line decides. */
static const char *
find_statement(const char *text, const char *from,
			   const DbmigStatement *statement)
{
	do
		from = strstr(from, statement->sql);
	while (from != NULL && line_of(text, from) < statement->line &&
		   from++ != NULL);
	return from;
}

static void
check_split(const DbmigDialect *dialect, const char *text)
{
	DbmigHost	host = {
		.dialect = dialect, .allocate = allocate, .release = release
	};
	Dbmig	   *d = dbmig_begin(&host);
	DbmigScript *script = dbmig_split(d, dialect, "x", 0, text);
	const char *at = text;
	size_t		i;

	require((script != NULL) == dbmig_ok(d));
	for (i = 0; script != NULL && i < script->count; i++)
	{
		require(script->items[i].number == (int) i + 1);
		require(script->items[i].sql[0] != '\0');
		at = find_statement(text, at, &script->items[i]);
		require(at != NULL);
		require(line_of(text, at) == script->items[i].line);
		at += strlen(script->items[i].sql);
		check_again(d, dialect, &script->items[i]);
	}
	require(dbmig_error(d)->code == DBMIG_OK ||
			dbmig_error(d)->code == DBMIG_BAD_SYNTAX ||
			dbmig_error(d)->code == DBMIG_REFUSED);
	dbmig_end(d);
}

/* Names come out of any token. */
static void
check_names(const DbmigDialect *dialect, const char *text)
{
	DbmigHost	host = {
		.dialect = dialect, .allocate = allocate, .release = release
	};
	Dbmig	   *d = dbmig_begin(&host);
	DbmigLexer	lexer;
	DbmigToken	token;

	dbmig_lex_begin(&lexer, dialect, text);
	while ((token = dbmig_lex_word(&lexer)).kind != DBMIG_TOKEN_END)
	{
		if (token.kind != DBMIG_TOKEN_ERROR)
			require(strlen(dbmig_token_name(d, dialect, &token)) <= token.len);
	}
	require(dbmig_ok(d));
	dbmig_end(d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const DbmigDialect *const dialects[] = {
		&dbmig_postgres, &dbmig_sqlite
	};
	char	   *text = malloc(size + 1);
	size_t		i;

	require(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	for (i = 0; i < DBMIG_COUNT(dialects); i++)
	{
		check_tokens(dialects[i], text);
		check_split(dialects[i], text);
		check_names(dialects[i], text);
	}
	free(text);
	return 0;
}
