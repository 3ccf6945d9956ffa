/*
 * json.h
 *	  JSON as a tree in the arena, read by cJSON: memory in, memory out.  Only
 *	  json.c sees it.
 */
#ifndef DBMIG_JSON_H
#define DBMIG_JSON_H

#include "core.h"

typedef enum DbmigJsonKind
{
	DBMIG_JSON_NULL,
	DBMIG_JSON_BOOL,
	DBMIG_JSON_INTEGER,
	DBMIG_JSON_REAL,
	DBMIG_JSON_STRING,
	DBMIG_JSON_ARRAY,
	DBMIG_JSON_OBJECT
} DbmigJsonKind;

typedef struct DbmigJson DbmigJson;

struct DbmigJson
{
	DbmigJsonKind kind;
	const char *key;			/* of a member of an object, else NULL */
	int64_t		number;			/* BOOL (0, 1), INTEGER (up to 2^53) */
	double		real;			/* REAL */
	const char *text;			/* STRING */
	size_t		count;			/* members of an ARRAY or OBJECT, in order */
	DbmigJson  *members;
};

/*
 * Reads text.  what ("options", "source") begins the message when it is not
 * JSON: DBMIG_BAD_JSON with line and column.  A key that occurs twice in an
 * object, a NUL character and invalid UTF-8 are errors.  A number without a
 * fraction is an INTEGER, however it is written.  NULL after an error.
 */
extern const DbmigJson *dbmig_json_parse(Dbmig *d, const char *what,
										 const char *text);

/* The member of that name; NULL when there is none (or json is no object). */
extern const DbmigJson *dbmig_json_get(const DbmigJson *json, const char *key);

/* "a string", "an array", ...: what the value is, for messages. */
extern const char *dbmig_json_kind(const DbmigJson *json);

#endif							/* DBMIG_JSON_H */
