/*
 * core.h
 *	  What the rooms of the core share: memory, errors, strings, SQL text.
 *
 * Only C standard headers and our own; no malloc, no clock, no locale, no
 * mutable statics.  Memory comes from the arena of the unit of work and lives
 * until it ends.
 */
#ifndef DBMIG_CORE_H
#define DBMIG_CORE_H

#include "dbmig.h"

#if defined(__GNUC__)
#define DBMIG_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define DBMIG_PRINTF(f, a)
#endif

#define DBMIG_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- core.c: memory and errors ---- */

typedef struct DbmigArena DbmigArena;
typedef struct DbmigRun DbmigRun;

struct Dbmig
{
	DbmigHost	host;
	DbmigArena *arena;			/* newest chunk first */
	DbmigError	error;
	DbmigRun   *run;			/* the function at work: run.h */
};

/* size zeroed bytes, aligned for anything; NULL (and the error) when there
 * are none. */
extern void *dbmig_alloc(Dbmig *d, size_t size);

/* The same for bytes that are written at once: not zeroed. */
extern void *dbmig_alloc_bytes(Dbmig *d, size_t size);

/* Makes room in *items (an array of *capacity items of itemsize bytes) for
 * one more than count; false (and the error) when there is no memory. */
extern bool dbmig_grow(Dbmig *d, void **items, size_t *capacity, size_t count,
					   size_t itemsize);

static inline bool
dbmig_ok(const Dbmig *d)
{
	return d->error.code == DBMIG_OK;
}

/* Sets the error, unless there is one.  Messages follow PostgreSQL's style:
 * lower case, no period. */
extern void dbmig_fail(Dbmig *d, DbmigCode code, const char *format,...)
			DBMIG_PRINTF(3, 4);

/* Add a sentence to the error that was just set. */
extern void dbmig_detail(Dbmig *d, const char *format,...) DBMIG_PRINTF(2, 3);
extern void dbmig_hint(Dbmig *d, const char *format,...) DBMIG_PRINTF(2, 3);

/* ---- str.c: strings ---- */

/* Copies; "" (and the error) when there is no memory, never NULL. */
extern char *dbmig_strdup(Dbmig *d, const char *text);
extern char *dbmig_strndup(Dbmig *d, const char *text, size_t len);
extern char *dbmig_printf(Dbmig *d, const char *format,...) DBMIG_PRINTF(2, 3);

/* One after the other. */
extern char *dbmig_concat(Dbmig *d, const char *a, const char *b,
						  const char *c);

/* A string that grows, up to DBMIG_BUF_MAX bytes.  After an error it stays
 * what it is.  text ends with a NUL and is never NULL. */
#define DBMIG_BUF_MAX ((size_t) 1 << 30)

typedef struct DbmigBuf
{
	Dbmig	   *d;
	char	   *text;
	size_t		len;
	size_t		capacity;
} DbmigBuf;

extern void dbmig_buf_init(DbmigBuf *buf, Dbmig *d);
extern void dbmig_buf_add(DbmigBuf *buf, const char *text);
extern void dbmig_buf_addn(DbmigBuf *buf, const char *text, size_t len);
extern void dbmig_buf_addc(DbmigBuf *buf, char c);
extern void dbmig_buf_addf(DbmigBuf *buf, const char *format,...)
			DBMIG_PRINTF(2, 3);

/* Quoting.  Both double the quote; an identifier is always quoted. */
extern void dbmig_buf_identifier(DbmigBuf *buf, const char *name);
extern void dbmig_buf_literal(DbmigBuf *buf, const char *text);
extern void dbmig_buf_json(DbmigBuf *buf, const char *text);

/* ASCII only, whatever the locale. */
extern bool dbmig_is_space(char c);
extern bool dbmig_is_digit(char c);
extern char dbmig_lower(char c);
extern int	dbmig_casecmp(const char *a, const char *b);
extern int	dbmig_ncasecmp(const char *a, const char *b, size_t len);

/* True when text[0..len) is valid UTF-8 without NUL bytes; else *bad is the
 * offset of the first byte that is not. */
extern bool dbmig_utf8_valid(const char *text, size_t len, size_t *bad);

/* The bytes of name that fit in messages: at most 80, cut at a character,
 * control characters shown as '?'. */
extern const char *dbmig_show(Dbmig *d, const char *name);

/* ---- sha256.c ---- */

#define DBMIG_SHA256_HEX 65

typedef struct DbmigSha256
{
	uint32_t	state[8];
	uint64_t	length;			/* bytes so far */
	unsigned char block[64];
} DbmigSha256;

extern void dbmig_sha256_init(DbmigSha256 *sha);
extern void dbmig_sha256_add(DbmigSha256 *sha, const void *bytes, size_t len);
extern void dbmig_sha256_hex(DbmigSha256 *sha, char hex[DBMIG_SHA256_HEX]);

/* The lower-case hex SHA-256 of text. */
extern const char *dbmig_checksum(Dbmig *d, const char *text, size_t len);

/* ---- lex.c: SQL text into tokens ---- */

typedef enum DbmigTokenKind
{
	DBMIG_TOKEN_END,			/* the end of the text */
	DBMIG_TOKEN_ERROR,			/* unterminated; the token starts where it does */
	DBMIG_TOKEN_SPACE,
	DBMIG_TOKEN_COMMENT,
	DBMIG_TOKEN_WORD,			/* an unquoted identifier or keyword */
	DBMIG_TOKEN_IDENTIFIER,		/* a quoted one, quotes included */
	DBMIG_TOKEN_STRING,			/* any string or blob literal, prefix included */
	DBMIG_TOKEN_NUMBER,
	DBMIG_TOKEN_PARAM,			/* $1, ?, :name, @name */
	DBMIG_TOKEN_OPERATOR,		/* the longest run that is one operator */
	DBMIG_TOKEN_PUNCTUATION,	/* one of ( ) , ; . [ ] and the like */
	DBMIG_TOKEN_META			/* a backslash outside of any quote */
} DbmigTokenKind;

typedef struct DbmigToken
{
	DbmigTokenKind kind;
	const char *start;
	size_t		len;
	int			line;			/* from 1 */
} DbmigToken;

typedef struct DbmigLexer
{
	const DbmigDialect *dialect;
	const char *at;
	int			line;
	const char *error;			/* what is unterminated, after an ERROR token */
} DbmigLexer;

/* text must outlive the lexer. */
extern void dbmig_lex_begin(DbmigLexer *lexer, const DbmigDialect *dialect,
							const char *text);

/* The next token; END for ever at the end.  Tokens follow each other without
 * a gap. */
extern DbmigToken dbmig_lex_next(DbmigLexer *lexer);

/* The same, with spaces and comments passed over. */
extern DbmigToken dbmig_lex_word(DbmigLexer *lexer);

/* True when the token is that keyword, in any case; a quoted one is none. */
extern bool dbmig_token_is(const DbmigToken *token, const char *keyword);

/* The name that a WORD or IDENTIFIER (or, in SQLite, STRING) token means:
 * quotes taken off, an unquoted one folded as the dialect does. */
extern char *dbmig_token_name(Dbmig *d, const DbmigDialect *dialect,
							  const DbmigToken *token);

/* ---- split.c: SQL text into statements ---- */

/* What a statement is for a migration, beyond being SQL. */
typedef enum DbmigEffect
{
	DBMIG_EFFECT_NONE,
	DBMIG_EFFECT_ENFORCE_ON,	/* PRAGMA foreign_keys = ON */
	DBMIG_EFFECT_ENFORCE_OFF,
	DBMIG_EFFECT_WRITABLE_ON,	/* PRAGMA writable_schema = ON */
	DBMIG_EFFECT_WRITABLE_OFF	/* = OFF, = RESET */
} DbmigEffect;

typedef struct DbmigStatement
{
	const char *sql;			/* without the final semicolon */
	int			number;			/* from 1 */
	int			line;			/* of its first token, from 1 */
	DbmigEffect effect;
} DbmigStatement;

typedef struct DbmigScript
{
	DbmigStatement *items;
	size_t		count;
	size_t		capacity;
} DbmigScript;

/*
 * Splits text into statements: at each ';' that ends one, and at Drizzle's
 * "--> statement-breakpoint".  Statements without a token are dropped.  what
 * ("migration "x"") begins the error messages.  An unterminated quote,
 * comment or body is DBMIG_BAD_SYNTAX, and a statement that a migration may
 * not hold is DBMIG_REFUSED; both name the statement's number and the line.
 * first_line is how many lines of the file come before text: it is added to
 * the lines in messages, not to those of the statements.  NULL after an error.
 */
extern DbmigScript *dbmig_split(Dbmig *d, const DbmigDialect *dialect,
								const char *what, int first_line,
								const char *text);

/* The same for DDL that describes a wanted schema: statements about
 * transactions, settings and psql are passed over instead of refused. */
extern DbmigScript *dbmig_split_wanted(Dbmig *d, const DbmigDialect *dialect,
									   const char *what, const char *text);

/* ---- dialects ---- */

/* A kind of quote. */
typedef struct DbmigQuote
{
	const char *open;			/* how it begins, in lower case */
	char		close;
	bool		doubled;		/* close twice stands for itself */
	bool		backslash;		/* a backslash takes the next byte along */
	bool		continued;		/* goes on when a newline and the quote follow */
	bool		unicode;		/* \0061 and \+000061 are characters */
	DbmigTokenKind kind;
	const char *name;			/* "quoted string" */
} DbmigQuote;

/*
 * How statements look: one item a token, up to a NULL.  An item is a word in
 * lower case (or a sign), or several with '|' between them; "~" before it
 * lets the word be quoted.  "*" is any token, "..." any number of tokens
 * (parentheses are passed over whole), "()" parentheses that may be missing,
 * and ";" the end.  Without ";" anything may follow.
 */
#define DBMIG_PATTERN_SIZE 12

/* What a statement is for a migration.  The first rule that fits decides. */
typedef struct DbmigRule
{
	const char *pattern[DBMIG_PATTERN_SIZE];
	DbmigEffect effect;
	const char *refused;		/* its name, when a migration may not hold it */
	const char *hint;			/* for one that is refused, or NULL */
	bool		idle;			/* says nothing about a schema: passed over in
								 * a wanted one */
	bool		describes;		/* a wanted schema may hold it, even if a
								 * migration may not */
} DbmigRule;

/*
 * A statement that has statements inside: a ';' in there does not end it.
 * The body opens with the words of begin, and closes with an END that follows
 * these words or a ';'.
 */
typedef struct DbmigBody
{
	const char *pattern[DBMIG_PATTERN_SIZE];
	const char *begin[3];		/* up to a NULL */
	const char *name;			/* "trigger body" */
} DbmigBody;

/* What to do about an error of the engine. */
typedef struct DbmigEngineHint
{
	const char *sqlstate;
	const char *hint;
} DbmigEngineHint;

/* What can be renamed: ALTER words name RENAME [part] TO ... */
typedef struct DbmigRenameForm
{
	const char *kind;
	const char *owner;			/* kind of its owner; NULL: it has none */
	const char *words;
	const char *part;			/* with a blank at its end; or "" */
} DbmigRenameForm;

/* The end of one step and the beginning of the next that cancel out. */
typedef struct DbmigSeam
{
	const char *end;
	const char *begin;
} DbmigSeam;

struct DbmigDiff;
struct DbmigIntent;
struct DbmigModel;
struct DbmigPlan;
struct DbmigRows;
struct DbmigTouched;

/* A list of names. */
typedef struct DbmigNames
{
	const char **items;
	size_t		count;
	size_t		capacity;
} DbmigNames;

/* A catalog query.  The dialect says what its params are. */
typedef struct DbmigQuery
{
	const char *of;				/* the classes whose objects it asks for, as
								 * the dialect writes them, separated by
								 * spaces; NULL: any */
	const char *all;
	const char *touched;		/* only what was touched; NULL: cannot be asked */
	const char *rare;			/* asked for all only when the dialect's query
								 * "present" has this; NULL: always */
	bool		links;			/* says what needs what, which is not compared:
								 * these come last */
} DbmigQuery;

/* A catalog query, and what makes objects of its rows. */
typedef struct DbmigCatalog
{
	const DbmigQuery *query;
	void		(*read) (struct DbmigModel *model, int nvalues,
						 const DbmigValue *values);
} DbmigCatalog;

struct DbmigDialect
{
	const char *name;			/* "postgres", "sqlite" */

	/* Lexical rules. */
	bool		nested_comments;
	bool		dollar_quotes;
	bool		free_operators; /* any run of operator_chars is an operator */
	bool		nested_parens;	/* a ';' in parentheses ends nothing */
	bool		lower_names;	/* unquoted names are folded to lower case */
	const char *line_ends;		/* what ends a "--" comment */
	const char *numbered_params;	/* what a number may follow: $1 */
	const char *named_params;	/* what a name may follow: :a */
	const char *operator_chars;
	const char *const *operators;	/* of two characters and more, longest
									 * first, up to a NULL */
	const DbmigQuote *quotes;	/* ends with a NULL open */
	const char *meta_command;	/* what a backslash begins, to the end of the
								 * line; NULL: nothing */
	const char *meta_hint;
	const char *meta_idle;		/* meta-commands that say nothing about a
								 * schema, as in a pattern; or NULL */

	/* Statements: each list ends with an empty pattern. */
	const DbmigBody *bodies;
	const DbmigRule *rules;

	/* The ids that names mean which a user wrote: of an object of its own, and
	 * of a part. */
	const char *(*fold) (Dbmig *d, const char *name);
	const char *(*fold_part) (Dbmig *d, const char *name);
	/* Such a name as it stands in SQL; NULL: in quotes, as it is. */
	const char *(*spell) (Dbmig *d, const char *name);
	/* Its last part without quotes; NULL: the name as it is. */
	const char *(*plain) (Dbmig *d, const char *name);
	const char *home;			/* what stands in SQL before the name of an
								 * object that has no schema: "main."; or NULL */
	/* How a schema is read; ends with a NULL query.  NULL: it cannot be. */
	const DbmigCatalog *catalogs;
	const char *present;		/* a query for what there is of that few schemas
								 * have, with the same $1; NULL when no query is
								 * rare */
	/* The group of a catalog row (rows.h); NULL: all are in one.  Sets *shared
	 * when other groups are not understood without this one. */
	const char *(*group) (Dbmig *d, const DbmigValue *values, bool *shared);
	const char *group_query;	/* of one group, $1: the first catalog's rows */
	/* The groups that a script may touch in the schema of rows; false when
	 * that cannot be told from its text.  NULL: it never can. */
	bool		(*touches) (Dbmig *d, const struct DbmigRows *rows,
							const DbmigScript *script, DbmigNames *groups);
	/* Brings rows up to date by what the host tells since WATCH: as
	 * dbmig_schema_update().  NULL: the host cannot tell. */
	void		(*update) (DbmigRun *run, struct DbmigRows *rows,
						   struct DbmigTouched *touched,
						   void (*after) (DbmigRun *run));
	/* Only some schemas of the database are managed: their names, as the text
	 * of a JSON array, are $1 of each catalog query. */
	bool		managed_schemas;
	const DbmigSeam *seams;		/* of plans; ends with a NULL end; or NULL */
	/* The way from one finished model to the other; adds steps to plan. */
	void		(*plan) (struct DbmigPlan *plan, const struct DbmigModel *from,
						 const struct DbmigModel *to,
						 const struct DbmigDiff *diff,
						 const struct DbmigIntent *intent);

	/* What can be renamed beside tables and their columns; ends with NULL
	 * words; or NULL. */
	const DbmigRenameForm *renamable;
	/* Adds to renames those that those which the user wished bring along:
	 * what differs from what is wanted only by its name, which followed from
	 * another one.  NULL: none. */
	void		(*imply) (struct DbmigPlan *renames,
						  const struct DbmigModel *from,
						  const struct DbmigModel *to);

	const DbmigEngineHint *hints;	/* ends with a NULL sqlstate; or NULL */

	/* The journal: names of its tables, and how it is made. */
	const char *journal;
	const char *history;
	const char *state;
	const char *exists;			/* a query with one row when the journal is
								 * there; NULL: it always is */
	const char *const *bootstrap;	/* statements that make it, up to a NULL */
	const char *referring;		/* a query for tables with foreign keys, and
								 * what they refer to; NULL when the engine
								 * never lets rows break them */
	const char *violations;		/* a query for rows of the table $1 that do:
								 * table, rowid or NULL, parent; and when all
								 * keys could be looked at, a last row without
								 * a parent */
	const char *session_triggers;	/* a query for triggers that only this
									 * session has: name, table; or NULL */

	/* Schemas: model.h. */
	const struct DbmigKind *kinds;	/* ends with a NULL name; NULL: none */
};

#endif							/* DBMIG_CORE_H */
