/*
 * pg_plan_text.c
 *	  Makes what the server deparses come out the same again.
 *
 * The server writes an array that it casts as (ARRAY['a'::t, 'b'::t])::u[],
 * but when it reads that, it casts the elements instead (see transformTypeCast
 * in its parse_expr.c), and writes something else the next time.  With a cast
 * of the array to its own type in between, it reads what it wrote.
 */
#include "pg_plan.h"

#include <string.h>

/* Tokens with what is needed of them: there are few such arrays. */
typedef struct Reader
{
	DbmigLexer	lexer;
	DbmigToken	token;
} Reader;

static void
next(Reader *reader)
{
	reader->token = dbmig_lex_word(&reader->lexer);
}

static bool
is_sign(const DbmigToken *token, const char *sign)
{
	return token->len == strlen(sign) &&
		strncmp(token->start, sign, token->len) == 0;
}

static bool
take(Reader *reader, const char *sign)
{
	if (!is_sign(&reader->token, sign))
		return false;
	next(reader);
	return true;
}

/*
 * Reads 'a'::t, 'b'::t, ... up to the bracket that ends them; the text of t,
 * which all of them have, is *type.  False when they are something else.
 */
static bool
take_elements(Reader *reader, const char **type, size_t *len)
{
	*type = NULL;
	for (;;)
	{
		const char *start;
		const char *end;
		int			depth = 0;

		if (reader->token.kind != DBMIG_TOKEN_STRING)
			return false;
		next(reader);
		if (!take(reader, "::"))
			return false;
		start = reader->token.start;
		end = start;
		while (depth > 0 || (!is_sign(&reader->token, ",") &&
							 !is_sign(&reader->token, "]")))
		{
			if (reader->token.kind == DBMIG_TOKEN_END ||
				reader->token.kind == DBMIG_TOKEN_ERROR ||
				is_sign(&reader->token, "["))
				return false;
			depth += is_sign(&reader->token, "(") -
				is_sign(&reader->token, ")");
			end = reader->token.start + reader->token.len;
			next(reader);
		}
		if (*type != NULL && (*len != (size_t) (end - start) ||
							  strncmp(*type, start, *len) != 0))
			return false;
		*type = start;
		*len = (size_t) (end - start);
		if (is_sign(&reader->token, "]"))
			return true;
		next(reader);
	}
}

/* Reads on from "(": when it is such an array, the place after its bracket,
 * else NULL. */
static const char *
take_array(Reader reader, const char **type, size_t *len)
{
	const char *end;

	if (!take(&reader, "(") || !dbmig_token_is(&reader.token, "array"))
		return NULL;
	next(&reader);
	if (!take(&reader, "[") || !take_elements(&reader, type, len))
		return NULL;
	end = reader.token.start + 1;
	next(&reader);
	return take(&reader, ")") && take(&reader, "::") ? end : NULL;
}

const char *
dbmig_pg_restorable(Dbmig *d, const char *sql)
{
	Reader		reader;
	DbmigBuf	result;
	const char *written = sql;
	const char *type;
	size_t		len = 0;

	if (strstr(sql, "(ARRAY[") == NULL)
		return sql;
	dbmig_buf_init(&result, d);
	dbmig_lex_begin(&reader.lexer, &dbmig_postgres, sql);
	for (next(&reader); reader.token.kind != DBMIG_TOKEN_END &&
		 reader.token.kind != DBMIG_TOKEN_ERROR; next(&reader))
	{
		const char *end = take_array(reader, &type, &len);

		if (end == NULL)
			continue;
		dbmig_buf_addn(&result, written,
					   (size_t) (reader.token.start - written));
		dbmig_buf_addc(&result, '(');
		dbmig_buf_addn(&result, reader.token.start,
					   (size_t) (end - reader.token.start));
		dbmig_buf_add(&result, ")::");
		dbmig_buf_addn(&result, type, len);
		dbmig_buf_add(&result, "[]");
		written = end;
	}
	dbmig_buf_add(&result, written);
	return result.text;
}
