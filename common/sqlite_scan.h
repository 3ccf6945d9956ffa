/*
 * sqlite_scan.h
 *	  What the rooms that read SQLite's definitions share: the tokens one by
 *	  one, and the canonical text of those that were taken.
 */
#ifndef DBMIG_SQLITE_SCAN_H
#define DBMIG_SQLITE_SCAN_H

#include "sqlite_schema.h"

/* ---- sqlite_text.c ---- */

/* What quotes around the next token mean. */
typedef enum DbmigScanHow
{
	DBMIG_SCAN_TOKEN,			/* what they say: '...' is a string, and "..."
								 * may be one too */
	DBMIG_SCAN_NAME,			/* only a name can stand here */
	DBMIG_SCAN_ANY				/* nothing is known: the token stays as it is */
} DbmigScanHow;

typedef struct DbmigScan
{
	Dbmig	   *d;
	const char *type;			/* of the row: for messages */
	const char *name;
	DbmigLexer	lexer;
	DbmigToken	token;			/* the next one, comments passed over; END
								 * after an error too, so that loops end */
	const char *end;			/* behind the last one that was taken */
	DbmigBuf	text;			/* of those that were taken */
	bool		before_name;	/* behind the last one only a name can stand */
	bool		after_distinct; /* the last one was DISTINCT */
	bool		after_set;		/* the last one was SET */
	bool		after_default;	/* the last one was the DEFAULT of a column */

	/*
	 * Whether the folded id is known to be a name where "..." stands; else
	 * SQLite may take that for a string (quirks.html, section 8).  NULL: it
	 * always is a name.
	 */
	bool		(*is_name) (void *context, const char *id);
	void	   *context;
} DbmigScan;

/* sql must outlive the scan. */
extern void dbmig_scan_begin(DbmigScan *scan, Dbmig *d, const char *type,
							 const char *name, const char *sql);

/* The definition cannot be read: says so, and ends the scan. */
extern void dbmig_scan_fail(DbmigScan *scan);

static inline bool
dbmig_scan_ended(const DbmigScan *scan)
{
	return scan->token.kind == DBMIG_TOKEN_END;
}

/* dbmig_token_is(), for when most are not: one bit is the case of a letter. */
static inline bool
dbmig_scan_matches(const DbmigToken *token, const char *word)
{
	return ((*token->start ^ *word) & ~0x20) == 0 &&
		dbmig_token_is(token, word);
}

/* True when the next token is that keyword or sign. */
static inline bool
dbmig_scan_is(const DbmigScan *scan, const char *word)
{
	return dbmig_scan_matches(&scan->token, word);
}

/* The n-th token behind the next one, from 1. */
extern DbmigToken dbmig_scan_peek(const DbmigScan *scan, int n);

/* Takes the next token: writes it, and goes on to the one behind.  It is a
 * failure when there is none. */
extern void dbmig_scan_take_as(DbmigScan *scan, DbmigScanHow how);
extern void dbmig_scan_take(DbmigScan *scan);

/* Takes a name; it is a failure when none can begin here. */
extern void dbmig_scan_take_name(DbmigScan *scan);

/* Takes that keyword or sign, if it is there. */
extern bool dbmig_scan_take_if(DbmigScan *scan, const char *word);

/* The same; it is a failure when it is not. */
extern void dbmig_scan_take_word(DbmigScan *scan, const char *word);

/* Takes parentheses and all that is in them; the text of that. */
extern const char *dbmig_scan_take_parens(DbmigScan *scan, DbmigScanHow how);

/* The text since it was from bytes long. */
extern const char *dbmig_scan_cut(const DbmigScan *scan, size_t from);

/* Begins a new text. */
extern void dbmig_scan_forget(DbmigScan *scan);

/* True when a name can begin with the token: a word, or anything quoted. */
extern bool dbmig_scan_can_name(const DbmigToken *token);

/* The name that the token means, and that one folded.  (After an error,
 * nothing here asks for memory.) */
extern const char *dbmig_scan_name(const DbmigScan *scan,
								   const DbmigToken *token);
extern const char *dbmig_scan_id(const DbmigScan *scan,
								 const DbmigToken *token);

/* ---- sqlite_part.c ---- */

/* True when the token begins a constraint of a table, where a part begins. */
extern bool dbmig_sqlite_begins_constraint(const DbmigToken *token);

/* Reads all that follows the table's name. */
extern void dbmig_sqlite_read_parts(DbmigModel *model, DbmigObject *table,
									DbmigScan *scan);

#endif							/* DBMIG_SQLITE_SCAN_H */
