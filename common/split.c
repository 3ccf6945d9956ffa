/*
 * split.c
 *	  SQL text into statements, and what each is for a migration.
 *
 * PostgreSQL statements end where psql ends them (psqlscan.l), SQLite
 * statements where sqlite3_complete() does.  Which statements hold others and
 * which are refused is data of the dialect.
 */
#include "core.h"

#include <string.h>

/* How much of a meta-command a message shows. */
#define META_SHOWN 40

typedef enum BodyState
{
	BODY_UNKNOWN,				/* not asked yet */
	BODY_NONE,
	BODY_AHEAD,
	BODY_OPEN,
	BODY_CLOSED
} BodyState;

typedef struct Splitter
{
	Dbmig	   *d;
	const DbmigDialect *dialect;
	const char *what;
	int			first_line;		/* lines of the file before the text */
	bool		wanted;			/* a wanted schema, not a migration */
	DbmigScript *script;

	/* The statement at work. */
	const char *start;			/* of its first token; NULL when none yet */
	const char *end;			/* behind its last token */
	int			line;
	size_t		parens;			/* open ones */
	BodyState	body_state;
	const DbmigBody *body;
	int			body_line;
	int			begun;			/* words of body->begin that were just read */
	bool		inner_start;	/* a statement of the body may begin here */
} Splitter;

/* ---- patterns ---- */

/* True when text[0..len) is one of the words of item. */
static bool
is_listed(const char *item, const char *text, size_t len)
{
	size_t		wordlen;

	for (;; item += wordlen + 1)
	{
		wordlen = strcspn(item, "|");
		if (wordlen == len && dbmig_ncasecmp(item, text, len) == 0)
			return true;
		if (item[wordlen] == '\0')
			return false;
	}
}

static bool
token_fits(const char *item, const DbmigToken *token)
{
	if (token->kind == DBMIG_TOKEN_END || token->kind == DBMIG_TOKEN_ERROR)
		return strcmp(item, ";") == 0 && token->kind == DBMIG_TOKEN_END;
	if (strcmp(item, "*") == 0)
		return true;
	if (*item != '~')
		return is_listed(item, token->start, token->len);
	item++;
	if (token->kind == DBMIG_TOKEN_IDENTIFIER ||
		token->kind == DBMIG_TOKEN_STRING)
		return token->len > 2 &&
			is_listed(item, token->start + 1, token->len - 2);
	return is_listed(item, token->start, token->len);
}

/* Passes over a token, or over parentheses and what is in them; false where
 * there is none before the end or the closing parenthesis. */
static bool
pass_one(DbmigLexer *lexer)
{
	DbmigToken	token;
	size_t		depth = 0;

	do
	{
		token = dbmig_lex_word(lexer);
		if (token.kind == DBMIG_TOKEN_END || token.kind == DBMIG_TOKEN_ERROR)
			return false;
		if (dbmig_token_is(&token, "("))
			depth++;
		else if (dbmig_token_is(&token, ")") && depth-- == 0)
			return false;
	} while (depth > 0);
	return true;
}

/* Matches one item that is not "..." at the lexer. */
static bool
item_fits(DbmigLexer *lexer, const char *item)
{
	DbmigLexer	ahead = *lexer;
	DbmigToken	token = dbmig_lex_word(&ahead);

	if (strcmp(item, "()") == 0)
		return !dbmig_token_is(&token, "(") || pass_one(lexer);
	*lexer = ahead;
	return token_fits(item, &token);
}

/*
 * True when the statement at the lexer looks like pattern.  After "..." the
 * items that follow are tried at each place in turn; the first place where
 * all up to the next "..." fit is the right one.
 */
static bool
pattern_fits(DbmigLexer lexer, const char *const *pattern)
{
	const char *const *retry = NULL;
	DbmigLexer	place = lexer;

	while (*pattern != NULL)
	{
		if (strcmp(*pattern, "...") == 0)
		{
			retry = ++pattern;
			place = lexer;
		}
		else if (item_fits(&lexer, *pattern))
			pattern++;
		else if (retry != NULL && pass_one(&place))
		{
			pattern = retry;
			lexer = place;
		}
		else
			return false;
	}
	return true;
}

/* The first rule that fits the statement sql; NULL when none does. */
static const DbmigRule *
find_rule(const DbmigDialect *dialect, const char *sql)
{
	DbmigLexer	start;
	DbmigLexer	lexer;
	DbmigToken	first;
	const DbmigRule *rule;

	dbmig_lex_begin(&start, dialect, sql);
	lexer = start;
	first = dbmig_lex_word(&lexer);
	for (rule = dialect->rules; rule->pattern[0] != NULL; rule++)
	{
		if (token_fits(rule->pattern[0], &first) &&
			pattern_fits(start, rule->pattern))
			return rule;
	}
	return NULL;
}

static const DbmigBody *
find_body(const DbmigDialect *dialect, const char *sql)
{
	DbmigLexer	lexer;
	const DbmigBody *body;

	dbmig_lex_begin(&lexer, dialect, sql);
	for (body = dialect->bodies; body->pattern[0] != NULL; body++)
	{
		if (pattern_fits(lexer, body->pattern))
			return body;
	}
	return NULL;
}

/* ---- errors ---- */

static int
statement_number(const Splitter *s)
{
	return (int) s->script->count + 1;
}

static void
report_unterminated(const Splitter *s, int line, const char *what)
{
	dbmig_fail(s->d, DBMIG_BAD_SYNTAX,
			   "%s, statement %d, line %d: unterminated %s", s->what,
			   statement_number(s), s->first_line + line, what);
}

static void
report_refused(const Splitter *s, int line, const char *name,
			   const char *hint)
{
	dbmig_fail(s->d, DBMIG_REFUSED,
			   "%s, statement %d, line %d: %s is not allowed in a migration",
			   s->what, statement_number(s), s->first_line + line, name);
	if (hint != NULL)
		dbmig_hint(s->d, "%s", hint);
}

/* A meta-command: the word after the backslash says what it does. */
static void
take_meta(const Splitter *s, const DbmigToken *token)
{
	size_t		len = strcspn(token->start, " \t\v\f\r\n");
	const char *name;

	if (s->wanted && s->start == NULL && s->dialect->meta_idle != NULL &&
		is_listed(s->dialect->meta_idle, token->start + 1, len - 1))
		return;
	name = dbmig_strndup(s->d, token->start,
						 len < META_SHOWN ? len : META_SHOWN);
	name = dbmig_printf(s->d, "%s \"%s\"", s->dialect->meta_command,
						dbmig_show(s->d, name));
	report_refused(s, token->line, name, s->dialect->meta_hint);
}

/* An unterminated token.  A statement that is refused anyway is told first:
 * the data after COPY FROM STDIN may look like an open quote. */
static void
report_error(const Splitter *s, const DbmigToken *token, const char *what)
{
	const DbmigRule *rule = NULL;

	if (s->start != NULL)
		rule = find_rule(s->dialect, s->start);
	if (rule != NULL && rule->refused != NULL)
		report_refused(s, s->line, rule->refused, rule->hint);
	else
		report_unterminated(s, token->line, what);
}

/* ---- statements ---- */

static void
start_statement(Splitter *s)
{
	s->start = NULL;
	s->end = NULL;
	s->parens = 0;
	s->body_state = BODY_UNKNOWN;
	s->body = NULL;
	s->begun = 0;
	s->inner_start = false;
}

static void
finish_statement(Splitter *s)
{
	DbmigScript *script = s->script;
	DbmigStatement *statement;
	const DbmigRule *rule;
	char	   *sql;

	if (s->start == NULL)
		return;
	sql = dbmig_strndup(s->d, s->start, (size_t) (s->end - s->start));
	rule = find_rule(s->dialect, sql);
	if (s->wanted && rule != NULL &&
		(rule->idle || rule->effect != DBMIG_EFFECT_NONE))
	{
		start_statement(s);
		return;
	}
	if (rule != NULL && rule->refused != NULL &&
		!(s->wanted && rule->describes))
		report_refused(s, s->line, rule->refused, rule->hint);
	if (!dbmig_ok(s->d) ||
		!dbmig_grow(s->d, (void **) &script->items, &script->capacity,
					script->count, sizeof(script->items[0])))
		return;
	statement = &script->items[script->count++];
	statement->sql = sql;
	statement->number = (int) script->count;
	statement->line = s->line;
	statement->effect = rule != NULL ? rule->effect : DBMIG_EFFECT_NONE;
	start_statement(s);
}

/* The end of the text: an open body is an error. */
static void
finish_text(Splitter *s)
{
	if (s->body_state == BODY_OPEN)
		report_unterminated(s, s->body_line, s->body->name);
	else
		finish_statement(s);
}

/* Looks for the words that open the body.  A body is asked for once, when
 * the first of them appears, so that this stays linear. */
static void
look_for_body(Splitter *s, const DbmigToken *token)
{
	if (s->body_state == BODY_UNKNOWN && dbmig_token_is(token, "begin"))
	{
		s->body = find_body(s->dialect, s->start);
		s->body_state = s->body == NULL ? BODY_NONE : BODY_AHEAD;
	}
	if (s->body_state != BODY_AHEAD)
		return;
	if (s->parens > 0 || !dbmig_token_is(token, s->body->begin[s->begun]))
		s->begun = 0;
	if (s->parens == 0 && dbmig_token_is(token, s->body->begin[s->begun]))
	{
		s->body_line = token->line;
		s->begun++;
		if (s->body->begin[s->begun] == NULL)
		{
			s->body_state = BODY_OPEN;
			s->inner_start = true;
		}
	}
}

static void
add_token(Splitter *s, const DbmigToken *token)
{
	if (s->start == NULL)
	{
		s->start = token->start;
		s->line = token->line;
	}
	s->end = token->start + token->len;
	if (dbmig_token_is(token, "("))
		s->parens++;
	else if (dbmig_token_is(token, ")") && s->parens > 0)
		s->parens--;
	if (s->body_state != BODY_OPEN)
	{
		look_for_body(s, token);
		return;
	}
	if (s->inner_start && dbmig_token_is(token, "end"))
	{
		s->body_state = BODY_CLOSED;
		s->parens = 0;
	}
	s->inner_start = dbmig_token_is(token, ";");
}

static bool
ends_statement(const Splitter *s, const DbmigToken *token)
{
	if (s->body_state == BODY_OPEN)
		return false;
	return dbmig_token_is(token, ";") &&
		(s->parens == 0 || !s->dialect->nested_parens);
}

/* Drizzle's marker; it may stand behind a statement on its line. */
static bool
is_breakpoint(const DbmigToken *token)
{
	static const char marker[] = "--> statement-breakpoint";
	const size_t len = sizeof(marker) - 1;
	size_t		i;

	if (token->len < len || memcmp(token->start, marker, len) != 0)
		return false;
	for (i = len; i < token->len; i++)
	{
		if (!dbmig_is_space(token->start[i]))
			return false;
	}
	return true;
}

static void
take_token(Splitter *s, const DbmigLexer *lexer, const DbmigToken *token)
{
	switch (token->kind)
	{
		case DBMIG_TOKEN_END:
			finish_text(s);
			break;
		case DBMIG_TOKEN_ERROR:
			report_error(s, token, lexer->error);
			break;
		case DBMIG_TOKEN_META:
			take_meta(s, token);
			break;
		case DBMIG_TOKEN_COMMENT:
			if (s->body_state != BODY_OPEN && is_breakpoint(token))
				finish_statement(s);
			break;
		case DBMIG_TOKEN_SPACE:
			break;
		case DBMIG_TOKEN_WORD:
		case DBMIG_TOKEN_IDENTIFIER:
		case DBMIG_TOKEN_STRING:
		case DBMIG_TOKEN_NUMBER:
		case DBMIG_TOKEN_PARAM:
		case DBMIG_TOKEN_OPERATOR:
		case DBMIG_TOKEN_PUNCTUATION:
			if (ends_statement(s, token))
				finish_statement(s);
			else
				add_token(s, token);
			break;
	}
}

static DbmigScript *
split(Splitter *s, const char *text)
{
	DbmigLexer	lexer;
	DbmigToken	token;

	s->script = dbmig_alloc(s->d, sizeof(*s->script));
	if (s->script == NULL)
		return NULL;
	dbmig_lex_begin(&lexer, s->dialect, text);
	start_statement(s);
	do
	{
		token = dbmig_lex_next(&lexer);
		take_token(s, &lexer, &token);
	} while (token.kind != DBMIG_TOKEN_END && dbmig_ok(s->d));
	return dbmig_ok(s->d) ? s->script : NULL;
}

DbmigScript *
dbmig_split(Dbmig *d, const DbmigDialect *dialect, const char *what,
			int first_line, const char *text)
{
	Splitter	s = {
		.d = d,
		.dialect = dialect,
		.what = what,
		.first_line = first_line,
	};

	return split(&s, text);
}

DbmigScript *
dbmig_split_wanted(Dbmig *d, const DbmigDialect *dialect, const char *what,
				   const char *text)
{
	Splitter	s = {
		.d = d,
		.dialect = dialect,
		.what = what,
		.wanted = true,
	};

	return split(&s, text);
}
