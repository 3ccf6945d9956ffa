/*
 * pg_plan_text.c
 *	  Makes what the server deparses come out the same again.
 *
 * The server writes a column of a query without its name when that is
 * "?column?" (get_target_list in its ruleutils.c), but calls one that is cast
 * by its type when it reads it (FigureColname): with the name it stays.
 *
 * It writes an array that it casts as (ARRAY['a'::t, 'b'::t])::u[],
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

/* ---- columns of queries ---- */

#define MAX_DEPTH 64

/* The list of columns that is read at one depth of parentheses. */
typedef struct Columns
{
	bool		reading;
	bool		cast;			/* the column is */
	bool		named;
} Columns;

typedef struct Text
{
	DbmigBuf	result;
	const char *written;		/* up to here */
	const char *end;			/* of the last token */
	Columns		columns[MAX_DEPTH];
	int			depth;
} Text;

/* What may follow the columns of a query. */
static bool
ends_columns(const DbmigToken *token)
{
	static const char *const words[] =
	{
		"from", "where", "union", "intersect", "except", "group", "having",
		"order", "limit", "offset", "fetch", "window", "for", "into"
	};
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(words); i++)
	{
		if (dbmig_token_is(token, words[i]))
			return true;
	}
	return is_sign(token, ")") || is_sign(token, ";");
}

static void
write_up_to(Text *text, const char *place)
{
	dbmig_buf_addn(&text->result, text->written,
				   (size_t) (place - text->written));
	text->written = place;
}

static void
end_column(Text *text, Columns *columns)
{
	if (columns->reading && columns->cast && !columns->named)
	{
		write_up_to(text, text->end);
		dbmig_buf_add(&text->result, " AS \"?column?\"");
	}
	columns->cast = false;
	columns->named = false;
}

static void
take_token(Text *text, const DbmigToken *token)
{
	static Columns const none = {false, false, false};
	Columns    *columns = &text->columns[text->depth];

	if (dbmig_token_is(token, "select"))
	{
		*columns = none;
		columns->reading = true;
	}
	else if (is_sign(token, ",") || ends_columns(token))
	{
		end_column(text, columns);
		columns->reading = columns->reading && is_sign(token, ",");
	}
	else if (is_sign(token, "::"))
		columns->cast = true;
	else if (dbmig_token_is(token, "as"))
		columns->named = true;
	if (is_sign(token, "("))
		text->columns[++text->depth] = none;
	else if (is_sign(token, ")") && text->depth > 0)
		text->depth--;
	text->end = token->start + token->len;
}

/* ---- both ---- */

static void
write_array(Text *text, const char *start, const char *end,
			const char *type, size_t len)
{
	write_up_to(text, start);
	dbmig_buf_addc(&text->result, '(');
	write_up_to(text, end);
	dbmig_buf_add(&text->result, ")::");
	dbmig_buf_addn(&text->result, type, len);
	dbmig_buf_add(&text->result, "[]");
}

const char *
dbmig_pg_restorable(Dbmig *d, const char *sql)
{
	Reader		reader;
	Text		text = {.written = sql, .end = sql};
	const char *type;
	size_t		len = 0;

	if (strstr(sql, "(ARRAY[") == NULL && strstr(sql, "SELECT") == NULL)
		return sql;
	dbmig_buf_init(&text.result, d);
	dbmig_lex_begin(&reader.lexer, &dbmig_postgres, sql);
	for (next(&reader); reader.token.kind != DBMIG_TOKEN_END &&
		 reader.token.kind != DBMIG_TOKEN_ERROR &&
		 text.depth < MAX_DEPTH - 1; next(&reader))
	{
		const char *end = take_array(reader, &type, &len);

		if (end != NULL)
			write_array(&text, reader.token.start, end, type, len);
		take_token(&text, &reader.token);
	}
	dbmig_buf_add(&text.result, text.written);
	return text.result.text;
}
