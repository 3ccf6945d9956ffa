/*
 * sqlite_text.c
 *	  The canonical text of SQLite's SQL: what stays of a definition when its
 *	  spelling is taken away.
 *
 * Knows tokens and no grammar: that is sqlite_read.c and sqlite_part.c.
 */
#include "sqlite_scan.h"

#include <string.h>

/* ---- names ---- */

/*
 * A quoted name stays quoted when without quotes it might be read as something
 * else: lang_keywords.html, without the keywords that SQLite takes for a name
 * wherever one can stand (the %fallback of its grammar).  In alphabetical
 * order.
 */
static const char *const reserved[] =
{
	"add", "all", "alter", "always", "and", "as", "autoincrement", "begin",
	"between", "case", "cast", "check", "collate", "commit", "constraint",
	"create", "cross", "current", "current_date", "current_time",
	"current_timestamp", "default", "deferrable", "delete", "distinct",
	"drop", "else", "end", "escape", "except", "exclude", "exists", "false",
	"filter", "following", "foreign", "from", "full", "generated", "glob",
	"group", "groups", "having", "if", "in", "index", "indexed", "inner",
	"insert", "intersect", "into", "is", "isnull", "join", "left", "like",
	"limit", "match", "materialized", "natural", "not", "nothing", "notnull",
	"null", "nulls", "on", "or", "order", "outer", "over", "partition",
	"preceding", "primary", "raise", "range", "recursive", "references",
	"regexp", "returning", "right", "rows", "select", "set", "table", "then",
	"to", "transaction", "true", "unbounded", "union", "unique", "update",
	"using", "values", "when", "where", "window", "with", "within", "without"
};

static bool
is_reserved(const char *word, size_t len)
{
	size_t		low = 0;
	size_t		high = DBMIG_COUNT(reserved);

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;
		int			order = dbmig_ncasecmp(word, reserved[middle], len);

		if (order == 0 && reserved[middle][len] == '\0')
			return true;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* True when text[0..len) is one token and a word. */
static bool
is_word(const char *text, size_t len)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	size_t		i;

	for (i = 0; i < len; i++)
	{
		char		lower = dbmig_lower(text[i]);
		bool		letter = (lower >= 'a' && lower <= 'z') || lower == '_' ||
		(unsigned char) lower >= 0x80;

		if (!letter && (i == 0 || (!dbmig_is_digit(lower) && lower != '$')))
			return false;
	}
	return len > 0 && strncmp(text, byte_order_mark, 3) != 0;
}

/* A quoted token without its quotes; close is the byte that is doubled. */
typedef struct Inside
{
	const char *at;
	const char *end;
	char		close;
} Inside;

static Inside
inside(const DbmigToken *token)
{
	Inside		it = {token->start, token->start + token->len, '\0'};

	if (token->kind == DBMIG_TOKEN_WORD)
		return it;
	it.close = *it.at == '[' ? '\0' : *it.at;
	it.at++;
	it.end--;
	return it;
}

/* The next byte of the name, in lower case. */
static char
next_byte(Inside *it)
{
	char		c = *it->at++;

	if (c == it->close && it->at < it->end)
		it->at++;
	return dbmig_lower(c);
}

static bool
means(const DbmigToken *token, const char *id)
{
	Inside		it = inside(token);

	while (it.at < it.end)
	{
		if (next_byte(&it) != *id++)
			return false;
	}
	return *id == '\0';
}

const char *
dbmig_sqlite_fold(Dbmig *d, const char *name)
{
	char	   *folded = dbmig_strdup(d, name);
	char	   *c;

	for (c = folded; *c != '\0'; c++)
		*c = dbmig_lower(*c);
	return folded;
}

bool
dbmig_scan_can_name(const DbmigToken *token)
{
	return token->kind == DBMIG_TOKEN_WORD ||
		token->kind == DBMIG_TOKEN_IDENTIFIER ||
		(token->kind == DBMIG_TOKEN_STRING && *token->start == '\'');
}

const char *
dbmig_scan_name(const DbmigScan *scan, const DbmigToken *token)
{
	return dbmig_ok(scan->d) ?
		dbmig_token_name(scan->d, &dbmig_sqlite, token) : "";
}

const char *
dbmig_scan_id(const DbmigScan *scan, const DbmigToken *token)
{
	const char *name = dbmig_scan_name(scan, token);

	return dbmig_ok(scan->d) ? dbmig_sqlite_fold(scan->d, name) : "";
}

/* ---- writing ---- */

static void
add_lower(DbmigBuf *text, const char *word, size_t len)
{
	size_t		at = text->len;

	dbmig_buf_addn(text, word, len);
	for (; at < text->len; at++)
		text->text[at] = dbmig_lower(text->text[at]);
}

static void
add_name(DbmigBuf *text, const DbmigToken *token)
{
	Inside		it = inside(token);
	size_t		len = (size_t) (it.end - it.at);
	char		c;

	if (is_word(it.at, len) && !is_reserved(it.at, len))
	{
		add_lower(text, it.at, len);
		return;
	}
	dbmig_buf_addc(text, '"');
	while (it.at < it.end)
	{
		c = next_byte(&it);
		if (c == '"')
			dbmig_buf_addc(text, c);
		dbmig_buf_addc(text, c);
	}
	dbmig_buf_addc(text, '"');
}

static bool
has_upper(const DbmigToken *token)
{
	size_t		i;

	for (i = 0; i < token->len; i++)
	{
		if (dbmig_lower(token->start[i]) != token->start[i])
			return true;
	}
	return false;
}

/* Only upper case is lost when a string is taken for a name. */
static bool
is_string(const DbmigScan *scan, const DbmigToken *token)
{
	DbmigToken	next;

	if (scan->is_name == NULL || *token->start != '"' || scan->before_name ||
		!has_upper(token))
		return false;
	next = dbmig_scan_peek(scan, 1);
	return !dbmig_scan_matches(&next, ".") &&
		!scan->is_name(scan->context, dbmig_scan_id(scan, token));
}

/*
 * True when the token stands as it is.  Behind DEFAULT a name is a string,
 * whatever its quotes.
 */
static bool
stands(const DbmigScan *scan, DbmigScanHow how)
{
	const DbmigToken *token = &scan->token;

	if (how == DBMIG_SCAN_ANY)
		return true;
	switch (token->kind)
	{
		case DBMIG_TOKEN_WORD:
			return scan->after_default &&
				!is_reserved(token->start, token->len);
		case DBMIG_TOKEN_NUMBER:
			return false;
		case DBMIG_TOKEN_IDENTIFIER:
			return scan->after_default ||
				(how == DBMIG_SCAN_TOKEN && is_string(scan, token));
		case DBMIG_TOKEN_STRING:
			return how == DBMIG_SCAN_TOKEN || *token->start != '\'';
		case DBMIG_TOKEN_END:
		case DBMIG_TOKEN_ERROR:
		case DBMIG_TOKEN_SPACE:
		case DBMIG_TOKEN_COMMENT:
		case DBMIG_TOKEN_PARAM:
		case DBMIG_TOKEN_OPERATOR:
		case DBMIG_TOKEN_PUNCTUATION:
		case DBMIG_TOKEN_META:
			break;
	}
	return true;
}

/* ---- scanning ---- */

/* Nothing is next. */
static void
stop(DbmigScan *scan)
{
	scan->token.kind = DBMIG_TOKEN_END;
	scan->token.len = 0;
}

static void
fetch(DbmigScan *scan)
{
	scan->token = dbmig_lex_word(&scan->lexer);
	/* SQLite closes a comment at the end of the text. */
	if (scan->token.kind == DBMIG_TOKEN_ERROR &&
		strncmp(scan->token.start, "/*", 2) == 0)
		stop(scan);
}

void
dbmig_scan_begin(DbmigScan *scan, Dbmig *d, const char *type,
				 const char *name, const char *sql)
{
	memset(scan, 0, sizeof(*scan));
	scan->d = d;
	scan->type = type;
	scan->name = name;
	scan->end = sql;
	dbmig_buf_init(&scan->text, d);
	dbmig_lex_begin(&scan->lexer, &dbmig_sqlite, sql);
	fetch(scan);
}

void
dbmig_scan_fail(DbmigScan *scan)
{
	Dbmig	   *d = scan->d;
	const DbmigToken *token = &scan->token;
	const char *where = "its end";

	if (dbmig_ok(d) && !dbmig_scan_ended(scan))
		where = dbmig_printf(d, "or near \"%s\"",
							 dbmig_show(d, dbmig_strndup(d, token->start,
														 token->len)));
	if (dbmig_ok(d))
		dbmig_fail(d, DBMIG_WRONG_STATE, "cannot read the definition of %s "
				   "\"%s\": syntax error at %s", scan->type,
				   dbmig_show(d, scan->name), where);
	stop(scan);
}

DbmigToken
dbmig_scan_peek(const DbmigScan *scan, int n)
{
	DbmigScan	ahead = *scan;

	for (; n > 0; n--)
		fetch(&ahead);
	return ahead.token;
}

/* True when nothing but a name can follow the token. */
static bool
wants_name(const DbmigToken *token, bool after_distinct)
{
	static const char *const words[] =
	{
		".", "as", "collate", "into", "join", "references", "update"
	};
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(words); i++)
	{
		if (dbmig_scan_matches(token, words[i]))
			return true;
	}
	return !after_distinct && dbmig_scan_matches(token, "from");
}

/* Goes on to the next token, without writing this one. */
static void
pass(DbmigScan *scan)
{
	bool		set = dbmig_scan_is(scan, "set");

	scan->after_default = !scan->after_set && dbmig_scan_is(scan, "default");
	scan->after_set = set;
	scan->before_name = wants_name(&scan->token, scan->after_distinct);
	scan->after_distinct = dbmig_scan_is(scan, "distinct");
	scan->end = scan->token.start + scan->token.len;
	fetch(scan);
}

static void
take(DbmigScan *scan, DbmigScanHow how)
{
	const DbmigToken *token = &scan->token;

	if (scan->text.len > 0)
		dbmig_buf_addc(&scan->text, ' ');
	if (stands(scan, how))
		dbmig_buf_addn(&scan->text, token->start, token->len);
	else if (token->kind == DBMIG_TOKEN_WORD ||
			 token->kind == DBMIG_TOKEN_NUMBER)
		add_lower(&scan->text, token->start, token->len);
	else
		add_name(&scan->text, token);
	pass(scan);
}

void
dbmig_scan_take_as(DbmigScan *scan, DbmigScanHow how)
{
	if (dbmig_scan_ended(scan) || scan->token.kind == DBMIG_TOKEN_ERROR)
		dbmig_scan_fail(scan);
	else
		take(scan, how);
}

void
dbmig_scan_take(DbmigScan *scan)
{
	dbmig_scan_take_as(scan, DBMIG_SCAN_TOKEN);
}

void
dbmig_scan_take_name(DbmigScan *scan)
{
	if (dbmig_scan_can_name(&scan->token))
		take(scan, DBMIG_SCAN_NAME);
	else
		dbmig_scan_fail(scan);
}

bool
dbmig_scan_take_if(DbmigScan *scan, const char *word)
{
	bool		there = dbmig_scan_is(scan, word);

	if (there)
		take(scan, DBMIG_SCAN_TOKEN);
	return there;
}

void
dbmig_scan_take_word(DbmigScan *scan, const char *word)
{
	if (!dbmig_scan_take_if(scan, word))
		dbmig_scan_fail(scan);
}

const char *
dbmig_scan_take_parens(DbmigScan *scan, DbmigScanHow how)
{
	size_t		depth = 1;
	size_t		from;
	const char *text;

	dbmig_scan_take_word(scan, "(");
	from = scan->text.len;
	while (!dbmig_scan_ended(scan))
	{
		if (dbmig_scan_is(scan, "("))
			depth++;
		else if (dbmig_scan_is(scan, ")") && --depth == 0)
			break;
		dbmig_scan_take_as(scan, how);
	}
	text = dbmig_scan_cut(scan, from);
	dbmig_scan_take_word(scan, ")");
	return text;
}

const char *
dbmig_scan_cut(const DbmigScan *scan, size_t from)
{
	const DbmigBuf *text = &scan->text;

	if (!dbmig_ok(scan->d))
		return "";
	/* The space before it is not part of it. */
	if (from > 0 && from < text->len)
		from++;
	return dbmig_strndup(scan->d, text->text + from, text->len - from);
}

void
dbmig_scan_forget(DbmigScan *scan)
{
	scan->text.len = 0;
}

/* ---- the texts of others ---- */

const char *
dbmig_sqlite_text(Dbmig *d, const char *sql)
{
	DbmigScan	scan;

	dbmig_scan_begin(&scan, d, "", "", sql);
	while (!dbmig_scan_ended(&scan))
		take(&scan, DBMIG_SCAN_TOKEN);
	return scan.text.text;
}

bool
dbmig_sqlite_mentions(Dbmig *d, const DbmigObject *object, const char *id)
{
	const char *table = dbmig_object_get(object, "table");
	const char *text = dbmig_object_get(object, "text");

	/* Arguments of a module can be names wherever they stand. */
	bool		strings = dbmig_sqlite_is(object, DBMIG_SQLITE_VIRTUAL_TABLE);
	DbmigScan	scan;

	if (table != NULL && strcmp(table, id) == 0)
		return true;
	if (text == NULL)
		text = object->sql != NULL ? object->sql : "";
	dbmig_scan_begin(&scan, d, "", "", text);
	for (; !dbmig_scan_ended(&scan); pass(&scan))
	{
		if (dbmig_scan_can_name(&scan.token) && means(&scan.token, id) &&
			(scan.token.kind != DBMIG_TOKEN_STRING || strings ||
			 scan.before_name))
			return true;
	}
	return false;
}
