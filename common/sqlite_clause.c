/*
 * sqlite_clause.c
 *	  Clauses of columns and constraints as they are written: SQL that can be
 *	  run, where the canonical text is only good for comparing.
 */
#include "sqlite_plan.h"

#include <string.h>

/* Walks over the tokens outside of parentheses. */
typedef struct Walk
{
	DbmigLexer	lexer;
	DbmigToken	token;
	const char *end;			/* behind the one before */
	bool		after_set;		/* the one before is SET */
} Walk;

static bool
ended(const Walk *walk)
{
	return walk->token.kind == DBMIG_TOKEN_END ||
		walk->token.kind == DBMIG_TOKEN_ERROR;
}

static void
next(Walk *walk)
{
	size_t		depth = 0;

	walk->after_set = dbmig_token_is(&walk->token, "set");
	do
	{
		if (dbmig_token_is(&walk->token, "("))
			depth++;
		else if (depth > 0 && dbmig_token_is(&walk->token, ")"))
			depth--;
		walk->end = walk->token.start + walk->token.len;
		walk->token = dbmig_lex_word(&walk->lexer);
	} while (depth > 0 && !ended(walk));
}

/* Goes on to what follows the next keyword; false when there is none.  The
 * one behind SET is an action of a foreign key. */
static bool
find(Walk *walk, const char *keyword)
{
	while (!ended(walk) && (walk->after_set ||
							!dbmig_token_is(&walk->token, keyword)))
		next(walk);
	if (ended(walk))
		return false;
	next(walk);
	return !ended(walk);
}

/* The text of one token, or of parentheses with all that is in them; goes on
 * to what is behind. */
static const char *
take(Dbmig *d, Walk *walk)
{
	const char *start = walk->token.start;

	next(walk);
	return dbmig_strndup(d, start, (size_t) (walk->end - start));
}

static Walk
walk_part(const DbmigObject *part)
{
	Walk		walk = {.after_set = false};

	dbmig_lex_begin(&walk.lexer, &dbmig_sqlite,
					part->sql == NULL ? "" : part->sql);
	walk.token = dbmig_lex_word(&walk.lexer);
	return walk;
}

/* Goes to the first word behind what says what is created. */
static DbmigToken
find_created(DbmigLexer *lexer)
{
	static const char *const kinds[] = {"table", "index", "view", "trigger"};
	DbmigToken	token;
	DbmigLexer	ahead;
	DbmigToken	next;
	size_t		i;

	do
	{
		token = dbmig_lex_word(lexer);
		for (i = 0; i < DBMIG_COUNT(kinds); i++)
		{
			if (dbmig_token_is(&token, kinds[i]))
				break;
		}
	} while (i == DBMIG_COUNT(kinds) && token.kind != DBMIG_TOKEN_END &&
			 token.kind != DBMIG_TOKEN_ERROR);
	token = dbmig_lex_word(lexer);
	ahead = *lexer;
	next = dbmig_lex_word(&ahead);
	if (dbmig_token_is(&token, "if") && dbmig_token_is(&next, "not"))
	{
		(void) dbmig_lex_word(&ahead);
		*lexer = ahead;
		token = dbmig_lex_word(lexer);
	}
	return token;
}

const char *
dbmig_sqlite_create(Dbmig *d, const DbmigObject *object)
{
	const char *sql = object->sql == NULL ? "" : object->sql;
	DbmigLexer	lexer;
	DbmigToken	name;
	DbmigToken	next;

	dbmig_lex_begin(&lexer, &dbmig_sqlite, sql);
	name = find_created(&lexer);
	next = dbmig_lex_word(&lexer);
	if (dbmig_token_is(&next, "."))
		return dbmig_printf(d, "%s;\n", sql);
	return dbmig_printf(d, "%.*smain.%s;\n", (int) (name.start - sql), sql,
						name.start);
}

const char *
dbmig_sqlite_check(Dbmig *d, const DbmigObject *part)
{
	Walk		walk = walk_part(part);
	DbmigBuf	all;

	dbmig_buf_init(&all, d);
	while (find(&walk, "check"))
	{
		if (all.len > 0)
			dbmig_buf_add(&all, " AND ");
		dbmig_buf_add(&all, take(d, &walk));
	}
	return all.len > 0 ? all.text : NULL;
}

const char *
dbmig_sqlite_generated(Dbmig *d, const DbmigObject *column)
{
	Walk		walk = walk_part(column);

	return dbmig_object_get(column, "generated") != NULL &&
		find(&walk, "as") ? take(d, &walk) : NULL;
}

/* lang_createtable.html: a name is a string there. */
static const char *
literal(Dbmig *d, const DbmigToken *token)
{
	static const char *const values[] =
	{
		"null", "true", "false", "current_date", "current_time",
		"current_timestamp"
	};
	DbmigBuf	text;
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(values); i++)
	{
		if (dbmig_token_is(token, values[i]))
			return values[i];
	}
	dbmig_buf_init(&text, d);
	dbmig_buf_literal(&text, dbmig_token_name(d, &dbmig_sqlite, token));
	return text.text;
}

const char *
dbmig_sqlite_default(Dbmig *d, const DbmigObject *column)
{
	Walk		walk = walk_part(column);
	const char *sign = "";

	if (dbmig_object_get(column, "default") == NULL ||
		!find(&walk, "default"))
		return NULL;
	if (dbmig_token_is(&walk.token, "-") || dbmig_token_is(&walk.token, "+"))
	{
		sign = *walk.token.start == '-' ? "-" : "";
		next(&walk);
	}
	else if (walk.token.kind == DBMIG_TOKEN_WORD ||
			 walk.token.kind == DBMIG_TOKEN_IDENTIFIER)
		return literal(d, &walk.token);
	return dbmig_printf(d, "%s%s", sign, take(d, &walk));
}

bool
dbmig_sqlite_defaults_to_null(Dbmig *d, const DbmigObject *column)
{
	const char *value = dbmig_sqlite_default(d, column);
	DbmigLexer	lexer;
	DbmigToken	token;

	if (value == NULL)
		return true;
	dbmig_lex_begin(&lexer, &dbmig_sqlite, value);
	do
		token = dbmig_lex_word(&lexer);
	while (dbmig_token_is(&token, "(") || dbmig_token_is(&token, ")") ||
		   dbmig_token_is(&token, "null"));
	return token.kind == DBMIG_TOKEN_END;
}
