/*
 * options.h
 *	  The options argument that the SQL functions share.
 */
#ifndef DBMIG_OPTIONS_H
#define DBMIG_OPTIONS_H

#include "json.h"

typedef enum DbmigVerify
{
	DBMIG_VERIFY_DEFAULT,		/* not given */
	DBMIG_VERIFY_NONE,
	DBMIG_VERIFY_UP,
	DBMIG_VERIFY_ROUNDTRIP
} DbmigVerify;

/* Keys, as bits: what a function understands. */
typedef enum DbmigOptionKey
{
	DBMIG_OPT_NAME = 1 << 0,	/* string */
	DBMIG_OPT_SCHEMAS = 1 << 1, /* array of strings, not empty */
	DBMIG_OPT_ALLOW_DATA_LOSS = 1 << 2, /* boolean */
	DBMIG_OPT_RENAMES = 1 << 3, /* object of strings */
	DBMIG_OPT_BACKFILL = 1 << 4,	/* object of strings */
	DBMIG_OPT_DRY_RUN = 1 << 5, /* boolean */
	DBMIG_OPT_VERIFY = 1 << 6,	/* "none", "up", "roundtrip" */
	DBMIG_OPT_OUT_OF_ORDER = 1 << 7,	/* "refuse", "allow" */
	DBMIG_OPT_LOCK_TIMEOUT = 1 << 8,	/* ms, 0 to 2147483647 */
	DBMIG_OPT_SOURCE = 1 << 9,	/* string or array: the JSON text of it */
	DBMIG_OPT_FORGET = 1 << 10, /* boolean */
	DBMIG_OPT_REASON = 1 << 11	/* string */
} DbmigOptionKey;

typedef struct DbmigOptions
{
	const char *name;			/* NULL when not given */
	const DbmigJson *schemas;	/* NULL when not given */
	bool		allow_data_loss;
	const DbmigJson *renames;	/* NULL when not given */
	const DbmigJson *backfill;	/* NULL when not given */
	bool		dry_run;
	DbmigVerify verify;
	bool		allow_out_of_order;
	int64_t		lock_timeout;	/* ms; -1 when not given */
	const DbmigJson *source;	/* NULL when not given */
	bool		forget;
	const char *reason;			/* NULL when not given */
} DbmigOptions;

/*
 * Reads the options of a call to function, which understands the keys in the
 * mask.  value is NULL or JSON text of an object.  A key that dbmig does not
 * know, one that function does not understand (the hint lists those that it
 * does), and a value of the wrong type are DBMIG_BAD_ARGUMENT and name the
 * key.  NULL after an error.
 */
extern const DbmigOptions *dbmig_options_read(Dbmig *d, const char *function,
											  unsigned int mask,
											  const DbmigValue *value);

#endif							/* DBMIG_OPTIONS_H */
