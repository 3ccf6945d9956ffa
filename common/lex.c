/*
 * lex.c
 *	  SQL text into tokens, and tokens into names.
 *
 * The rules that differ between the engines are data of the dialect.  They
 * follow the PostgreSQL manual, section 4.1 (with standard_conforming_strings
 * on), and SQLite's lang_keywords.html, lang_expr.html and tokenizer.  Nothing
 * here judges: what no rule knows is a token of one byte, for the engine to
 * complain about.
 *
 * Reading allocates nothing and takes linear time.
 */
#include "core.h"

#include <string.h>

/* Longer operators are errors in PostgreSQL (NAMEDATALEN); so runs of signs
 * are never looked at twice. */
#define OPERATOR_MAX 64

static bool
is_name_start(char c)
{
	char		lower = dbmig_lower(c);

	return (lower >= 'a' && lower <= 'z') || c == '_' ||
		(unsigned char) c >= 0x80;
}

static bool
is_name_byte(char c)
{
	return is_name_start(c) || dbmig_is_digit(c) || c == '$';
}

static size_t
name_length(const char *at)
{
	size_t		len = 0;

	while (is_name_byte(at[len]))
		len++;
	return len;
}

/* True when c is one of the bytes of list. */
static bool
is_one_of(char c, const char *list)
{
	return c != '\0' && strchr(list, c) != NULL;
}

/* True when the two characters of pair stand at at. */
static bool
is_pair(const char *at, const char *pair)
{
	return at[0] == pair[0] && at[1] == pair[1];
}

/*
 * The readers.  Each returns the length of the token at lexer->at when it is
 * of its kind, else 0.
 */
typedef size_t (*Reader) (DbmigLexer *lexer, DbmigTokenKind *kind);

/* What began at lexer->at takes all that is left. */
static size_t
unterminated(DbmigLexer *lexer, DbmigTokenKind *kind, const char *what)
{
	*kind = DBMIG_TOKEN_ERROR;
	lexer->error = what;
	return strlen(lexer->at);
}

/* A byte order mark is a space too: files are put together with theirs. */
static size_t
read_space(DbmigLexer *lexer, DbmigTokenKind *kind)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	const size_t mark_len = sizeof(byte_order_mark) - 1;
	size_t		len = 0;

	for (;;)
	{
		if (dbmig_is_space(lexer->at[len]))
			len++;
		else if (strncmp(lexer->at + len, byte_order_mark, mark_len) == 0)
			len += mark_len;
		else
			break;
	}
	*kind = DBMIG_TOKEN_SPACE;
	return len;
}

static size_t
read_line_comment(DbmigLexer *lexer, DbmigTokenKind *kind)
{
	if (!is_pair(lexer->at, "--"))
		return 0;
	*kind = DBMIG_TOKEN_COMMENT;
	return strcspn(lexer->at, lexer->dialect->line_ends);
}

static size_t
read_block_comment(DbmigLexer *lexer, DbmigTokenKind *kind)
{
	const char *at = lexer->at;
	size_t		depth = 0;

	if (!is_pair(at, "/*"))
		return 0;
	for (; *at != '\0'; at++)
	{
		if (is_pair(at, "*/"))
			depth--;
		else if (is_pair(at, "/*") &&
				 (depth == 0 || lexer->dialect->nested_comments))
			depth++;
		else
			continue;
		at++;
		if (depth == 0)
		{
			*kind = DBMIG_TOKEN_COMMENT;
			return (size_t) (at + 1 - lexer->at);
		}
	}
	return unterminated(lexer, kind, "comment");
}

/* What follows the closing quote when at is behind the opening one; NULL when
 * there is none. */
static const char *
pass_quote(const DbmigQuote *quote, const char *at)
{
	for (; *at != '\0'; at++)
	{
		if (quote->backslash && at[0] == '\\' && at[1] != '\0')
			at++;
		else if (*at == quote->close)
		{
			if (!quote->doubled || at[1] != quote->close)
				return at + 1;
			at++;
		}
	}
	return NULL;
}

/*
 * What follows the quote that continues a string that ended at at; NULL when
 * it is not continued.  PostgreSQL wants a newline in between, and allows
 * "--" comments.
 */
static const char *
pass_continuation(const DbmigLexer *lexer, char quote, const char *at)
{
	const char *line_ends = lexer->dialect->line_ends;
	bool		newline = false;

	for (;;)
	{
		if (is_one_of(*at, line_ends))
			newline = true;
		if (dbmig_is_space(*at))
			at++;
		else if (is_pair(at, "--"))
			at += strcspn(at, line_ends);
		else
			break;
	}
	return newline && *at == quote ? at + 1 : NULL;
}

static const DbmigQuote *
find_quote(const DbmigDialect *dialect, const char *at)
{
	const DbmigQuote *quote;

	for (quote = dialect->quotes; quote->open != NULL; quote++)
	{
		if (dbmig_lower(*at) == quote->open[0] &&
			dbmig_ncasecmp(at, quote->open, strlen(quote->open)) == 0)
			return quote;
	}
	return NULL;
}

static size_t
read_quoted(DbmigLexer *lexer, DbmigTokenKind *kind)
{
	const DbmigQuote *quote = find_quote(lexer->dialect, lexer->at);
	const char *end = NULL;
	const char *at;

	if (quote == NULL)
		return 0;
	at = lexer->at + strlen(quote->open);
	while (at != NULL)
	{
		end = pass_quote(quote, at);
		if (end == NULL)
			return unterminated(lexer, kind, quote->name);
		at = quote->continued ?
			pass_continuation(lexer, quote->close, end) : NULL;
	}
	*kind = quote->kind;
	return (size_t) (end - lexer->at);
}

/* $tag$...$tag$: the tag is a name without '$', or nothing. */
static size_t
read_dollar_quoted(DbmigLexer *lexer, DbmigTokenKind *kind)
{
	const char *open = lexer->at;
	const char *at;
	size_t		len = 1;

	if (!lexer->dialect->dollar_quotes || *open != '$')
		return 0;
	if (is_name_start(open[1]))
	{
		while (is_name_byte(open[len]) && open[len] != '$')
			len++;
	}
	if (open[len++] != '$')
		return 0;
	for (at = strchr(open + len, '$'); at != NULL; at = strchr(at + 1, '$'))
	{
		if (strncmp(at, open, len) == 0)
		{
			*kind = DBMIG_TOKEN_STRING;
			return (size_t) (at - open) + len;
		}
	}
	return unterminated(lexer, kind, "dollar-quoted string");
}

static size_t
read_word(DbmigLexer *lexer, DbmigTokenKind *kind)
{
	*kind = DBMIG_TOKEN_WORD;
	return is_name_start(*lexer->at) ? name_length(lexer->at) : 0;
}

/*
 * A number with whatever hangs on it (1e-5, 0x1F, 1_000): what is wrong with
 * it is for the engine to say.  Two dots are no part of it.
 */
static size_t
read_number(DbmigLexer *lexer, DbmigTokenKind *kind)
{
	const char *at = lexer->at;
	size_t		len = 0;
	bool		hex = at[0] == '0' && dbmig_lower(at[1]) == 'x';

	if (!dbmig_is_digit(at[*at == '.' ? 1 : 0]))
		return 0;
	for (;;)
	{
		if (!hex && dbmig_lower(at[len]) == 'e' &&
			is_one_of(at[len + 1], "+-") && dbmig_is_digit(at[len + 2]))
			len += 2;
		else if (at[len] == '.' ? at[len + 1] == '.' :
				 !is_name_byte(at[len]) || at[len] == '$')
			break;
		else
			len++;
	}
	*kind = DBMIG_TOKEN_NUMBER;
	return len;
}

/* :name, :name::more and :name(anything), as SQLite knows them from Tcl. */
static size_t
named_param_length(const char *at)
{
	size_t		len = 1;

	for (;;)
	{
		if (is_name_byte(at[len]))
			len++;
		else if (len > 1 && is_pair(at + len, "::"))
			len += 2;
		else
			break;
	}
	if (len > 1 && at[len] == '(')
	{
		len += strcspn(at + len, ") \t\n\v\f\r");
		if (at[len] == ')')
			len++;
	}
	return len > 1 ? len : 0;
}

static size_t
read_param(DbmigLexer *lexer, DbmigTokenKind *kind)
{
	const char *at = lexer->at;
	size_t		len = 1;

	*kind = DBMIG_TOKEN_PARAM;
	if (is_one_of(*at, lexer->dialect->named_params))
		return named_param_length(at);
	if (!is_one_of(*at, lexer->dialect->numbered_params))
		return 0;
	while (dbmig_is_digit(at[len]))
		len++;
	return len;
}

/*
 * PostgreSQL's rule for operators of any length (section 4.1.3): they do not
 * hold the beginning of a comment, and end with + or - only when they also
 * hold one of the less usual signs.
 */
static size_t
free_operator_length(const char *at, const char *chars)
{
	size_t		len = 0;
	size_t		last = 0;		/* up to the last that is not + or - */
	bool		unusual = false;

	while (len < OPERATOR_MAX && is_one_of(at[len], chars) &&
		   !is_pair(at + len, "--") && !is_pair(at + len, "/*"))
	{
		if (!is_one_of(at[len], "+-*/<>="))
			unusual = true;
		if (!is_one_of(at[len++], "+-"))
			last = len;
	}
	if (unusual || last == len)
		return len;
	return last > 0 ? last : 1;
}

static size_t
read_operator(DbmigLexer *lexer, DbmigTokenKind *kind)
{
	const DbmigDialect *dialect = lexer->dialect;
	const char *const *operator;

	*kind = DBMIG_TOKEN_OPERATOR;
	for (operator = dialect->operators; *operator != NULL; operator++)
	{
		if (*lexer->at == **operator &&
			strncmp(lexer->at, *operator, strlen(*operator)) == 0)
			return strlen(*operator);
	}
	if (dialect->free_operators)
		return free_operator_length(lexer->at, dialect->operator_chars);
	return is_one_of(*lexer->at, dialect->operator_chars) ? 1 : 0;
}

/* A meta-command reaches to the end of its line. */
static size_t
read_meta(DbmigLexer *lexer, DbmigTokenKind *kind)
{
	*kind = DBMIG_TOKEN_META;
	if (lexer->dialect->meta_command == NULL || *lexer->at != '\\')
		return 0;
	return strcspn(lexer->at, "\r\n");
}

static size_t
read_punctuation(DbmigLexer *lexer, DbmigTokenKind *kind)
{
	(void) lexer;
	*kind = DBMIG_TOKEN_PUNCTUATION;
	return 1;
}

void
dbmig_lex_begin(DbmigLexer *lexer, const DbmigDialect *dialect,
				const char *text)
{
	lexer->dialect = dialect;
	lexer->at = text;
	lexer->line = 1;
	lexer->error = NULL;
}

DbmigToken
dbmig_lex_next(DbmigLexer *lexer)
{
	static const Reader readers[] =
	{
		read_space, read_line_comment, read_block_comment, read_quoted,
		read_dollar_quoted, read_word, read_number, read_param, read_operator,
		read_meta, read_punctuation
	};
	DbmigToken	token = {DBMIG_TOKEN_END, lexer->at, 0, lexer->line};
	size_t		i;

	if (*lexer->at == '\0')
		return token;
	for (i = 0; token.len == 0; i++)
		token.len = readers[i] (lexer, &token.kind);
	for (i = 0; i < token.len; i++)
	{
		if (token.start[i] == '\n')
			lexer->line++;
	}
	lexer->at += token.len;
	return token;
}

DbmigToken
dbmig_lex_word(DbmigLexer *lexer)
{
	DbmigToken	token;

	do
		token = dbmig_lex_next(lexer);
	while (token.kind == DBMIG_TOKEN_SPACE ||
		   token.kind == DBMIG_TOKEN_COMMENT);
	return token;
}

bool
dbmig_token_is(const DbmigToken *token, const char *keyword)
{
	return token->len == strlen(keyword) &&
		dbmig_ncasecmp(token->start, keyword, token->len) == 0;
}

/* The number that count hexadecimal digits at text mean; -1 when they are
 * none. */
static long
hex_number(const char *text, size_t count)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit;
	long		number = 0;

	for (; count > 0; count--, text++)
	{
		digit = *text == '\0' ? NULL : strchr(digits, dbmig_lower(*text));
		if (digit == NULL)
			return -1;
		number = number * 16 + (digit - digits);
	}
	return number;
}

/* Reads the escape \XXXX or \+XXXXXX at text: its length, 0 when it is none. */
static size_t
read_escape(const char *text, long *number)
{
	size_t		sign = text[0] == '\\' && text[1] == '+' ? 2 : 1;
	size_t		digits = sign == 2 ? 6 : 4;

	if (text[0] != '\\')
		return 0;
	*number = hex_number(text + sign, digits);
	return *number < 0 ? 0 : sign + digits;
}

static char *
add_utf8(char *to, long c)
{
	if (c < 0x80)
		*to++ = (char) c;
	else if (c < 0x800)
		*to++ = (char) (0xc0 | c >> 6);
	else if (c < 0x10000)
		*to++ = (char) (0xe0 | c >> 12);
	else
	{
		*to++ = (char) (0xf0 | c >> 18);
		*to++ = (char) (0x80 | (c >> 12 & 0x3f));
	}
	if (c >= 0x800)
		*to++ = (char) (0x80 | (c >> 6 & 0x3f));
	if (c >= 0x80)
		*to++ = (char) (0x80 | (c & 0x3f));
	return to;
}

/*
 * Replaces the escapes of a U&"" name in place; a character is never longer
 * than its escape.  What is no valid escape stays as it is.
 */
static void
decode_unicode(char *name)
{
	char	   *to = name;
	long		c;
	long		low;
	size_t		len;
	size_t		more;

	while (*name != '\0')
	{
		len = read_escape(name, &c);
		if (len > 0 && c >= 0xd800 && c < 0xdc00)
		{
			more = read_escape(name + len, &low);
			if (more > 0 && low >= 0xdc00 && low < 0xe000)
			{
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				len += more;
			}
		}
		if (len > 0 && c > 0 && c < 0x110000 && (c < 0xd800 || c >= 0xe000))
		{
			to = add_utf8(to, c);
			name += len;
			continue;
		}
		if (name[0] == '\\' && name[1] == '\\')
			name++;
		*to++ = *name++;
	}
	*to = '\0';
}

/* Takes the quotes off: text[0..len) is what stands between them. */
static void
unquote(const DbmigQuote *quote, char *name, const char *text, size_t len)
{
	size_t		i;

	for (i = 0; i < len; i++)
	{
		*name++ = text[i];
		if (quote->doubled && text[i] == quote->close)
			i++;
	}
	*name = '\0';
}

char *
dbmig_token_name(Dbmig *d, const DbmigDialect *dialect,
				 const DbmigToken *token)
{
	const DbmigQuote *quote = find_quote(dialect, token->start);
	char	   *name = dbmig_strndup(d, token->start, token->len);
	char	   *c;

	if (!dbmig_ok(d))
		return name;
	if (token->kind == DBMIG_TOKEN_WORD && dialect->lower_names)
	{
		for (c = name; *c != '\0'; c++)
			*c = dbmig_lower(*c);
	}
	else if (token->kind != DBMIG_TOKEN_WORD && quote != NULL)
	{
		unquote(quote, name, token->start + strlen(quote->open),
				token->len - strlen(quote->open) - 1);
		if (quote->unicode)
			decode_unicode(name);
	}
	return name;
}
