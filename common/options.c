/*
 * options.c
 *	  The options argument that the SQL functions share: one table of keys.
 *
 * Checks the types of the values; what they mean is for those who asked.
 */
#include "options.h"

#include <stddef.h>
#include <string.h>

#define LOCK_TIMEOUT_MAX 2147483647

/* Stores value in the field of DbmigOptions; false when it is of the wrong
 * type. */
typedef bool (*Reader) (const DbmigJson *value, void *field);

static bool
read_string(const DbmigJson *value, void *field)
{
	*(const char **) field = value->text;
	return value->kind == DBMIG_JSON_STRING;
}

static bool
read_boolean(const DbmigJson *value, void *field)
{
	*(bool *) field = value->number != 0;
	return value->kind == DBMIG_JSON_BOOL;
}

static bool
read_timeout(const DbmigJson *value, void *field)
{
	*(int64_t *) field = value->number;
	return value->kind == DBMIG_JSON_INTEGER && value->number >= 0 &&
		value->number <= LOCK_TIMEOUT_MAX;
}

static bool
all_strings(const DbmigJson *value)
{
	size_t		i;

	for (i = 0; i < value->count; i++)
	{
		if (value->members[i].kind != DBMIG_JSON_STRING)
			return false;
	}
	return true;
}

static bool
read_list(const DbmigJson *value, void *field)
{
	*(const DbmigJson **) field = value;
	return value->kind == DBMIG_JSON_ARRAY && value->count > 0 &&
		all_strings(value);
}

static bool
read_map(const DbmigJson *value, void *field)
{
	*(const DbmigJson **) field = value;
	return value->kind == DBMIG_JSON_OBJECT && all_strings(value);
}

static bool
read_source(const DbmigJson *value, void *field)
{
	*(const DbmigJson **) field = value;
	return value->kind == DBMIG_JSON_STRING ||
		value->kind == DBMIG_JSON_ARRAY;
}

static bool
is_word(const DbmigJson *value, const char *word)
{
	return value->kind == DBMIG_JSON_STRING && strcmp(value->text, word) == 0;
}

static bool
read_verify(const DbmigJson *value, void *field)
{
	static const char *const words[] =
	{
		[DBMIG_VERIFY_NONE] = "none",
		[DBMIG_VERIFY_UP] = "up",
		[DBMIG_VERIFY_ROUNDTRIP] = "roundtrip",
	};
	size_t		i;

	for (i = DBMIG_VERIFY_NONE; i < DBMIG_COUNT(words); i++)
	{
		if (is_word(value, words[i]))
		{
			*(DbmigVerify *) field = (DbmigVerify) i;
			return true;
		}
	}
	return false;
}

static bool
read_order(const DbmigJson *value, void *field)
{
	*(bool *) field = is_word(value, "allow");
	return is_word(value, "allow") || is_word(value, "refuse");
}

static const char a_string[] = "a string";
static const char a_boolean[] = "true or false";
static const char a_map[] = "an object of strings";

static const struct
{
	const char *name;
	unsigned int key;
	size_t		offset;			/* in DbmigOptions */
	Reader		read;
	const char *type;			/* what the value must be */
}			rules[] =

{
	{"name", DBMIG_OPT_NAME, offsetof(DbmigOptions, name),
	read_string, a_string},
	{"schemas", DBMIG_OPT_SCHEMAS, offsetof(DbmigOptions, schemas),
	read_list, "an array of strings that is not empty"},
	{"allow_data_loss", DBMIG_OPT_ALLOW_DATA_LOSS,
	offsetof(DbmigOptions, allow_data_loss), read_boolean, a_boolean},
	{"renames", DBMIG_OPT_RENAMES, offsetof(DbmigOptions, renames),
	read_map, a_map},
	{"backfill", DBMIG_OPT_BACKFILL, offsetof(DbmigOptions, backfill),
	read_map, a_map},
	{"dry_run", DBMIG_OPT_DRY_RUN, offsetof(DbmigOptions, dry_run),
	read_boolean, a_boolean},
	{"verify", DBMIG_OPT_VERIFY, offsetof(DbmigOptions, verify),
	read_verify, "\"none\", \"up\" or \"roundtrip\""},
	{"out_of_order", DBMIG_OPT_OUT_OF_ORDER,
		offsetof(DbmigOptions, allow_out_of_order),
	read_order, "\"refuse\" or \"allow\""},
	{"lock_timeout", DBMIG_OPT_LOCK_TIMEOUT,
		offsetof(DbmigOptions, lock_timeout),
	read_timeout, "a number of milliseconds from 0 to 2147483647"},
	{"source", DBMIG_OPT_SOURCE, offsetof(DbmigOptions, source),
	read_source, "a string or an array"},
	{"forget", DBMIG_OPT_FORGET, offsetof(DbmigOptions, forget),
	read_boolean, a_boolean},
	{"reason", DBMIG_OPT_REASON, offsetof(DbmigOptions, reason),
	read_string, a_string},
};

/* The keys of mask, for a hint. */
static const char *
list_keys(Dbmig *d, unsigned int mask)
{
	DbmigBuf	buf;
	size_t		i;

	dbmig_buf_init(&buf, d);
	for (i = 0; i < DBMIG_COUNT(rules); i++)
	{
		if ((rules[i].key & mask) != 0)
			dbmig_buf_addf(&buf, "%s\"%s\"", buf.len > 0 ? ", " : "",
						   rules[i].name);
	}
	return buf.len > 0 ? buf.text : "no options";
}

static void
read_option(Dbmig *d, const char *function, unsigned int mask,
			const DbmigJson *member, DbmigOptions *options)
{
	const char *key = dbmig_show(d, member->key);
	const char *understood;
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(rules); i++)
	{
		if (strcmp(rules[i].name, member->key) == 0)
			break;
	}
	if (i < DBMIG_COUNT(rules) && (rules[i].key & mask) != 0)
	{
		if (!rules[i].read(member, (char *) options + rules[i].offset))
			dbmig_fail(d, DBMIG_BAD_ARGUMENT, "option \"%s\" must be %s",
					   key, rules[i].type);
		return;
	}
	/* Before the error, because after it a buffer takes nothing more. */
	understood = list_keys(d, mask);
	if (i == DBMIG_COUNT(rules))
		dbmig_fail(d, DBMIG_BAD_ARGUMENT, "unknown option \"%s\"", key);
	else
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "option \"%s\" does not apply to %s", key, function);
	dbmig_hint(d, "%s understands %s.", function, understood);
}

static const DbmigJson *
parse_options(Dbmig *d, const DbmigValue *value)
{
	const DbmigJson *json;

	if (value->type != DBMIG_TEXT || strlen(value->text) != value->len)
	{
		dbmig_fail(d, DBMIG_BAD_ARGUMENT, "options must be JSON text");
		return NULL;
	}
	json = dbmig_json_parse(d, "options", value->text);
	if (json != NULL && json->kind != DBMIG_JSON_OBJECT)
	{
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "options must be a JSON object, not %s",
				   dbmig_json_kind(json));
		return NULL;
	}
	return json;
}

const DbmigOptions *
dbmig_options_read(Dbmig *d, const char *function, unsigned int mask,
				   const DbmigValue *value)
{
	DbmigOptions *options;
	const DbmigJson *json;
	size_t		i;

	if (!dbmig_ok(d))
		return NULL;
	options = dbmig_alloc(d, sizeof(*options));
	if (options == NULL)
		return NULL;
	options->lock_timeout = -1;
	if (value == NULL || value->type == DBMIG_NULL)
		return options;
	json = parse_options(d, value);
	for (i = 0; json != NULL && i < json->count && dbmig_ok(d); i++)
		read_option(d, function, mask, &json->members[i], options);
	return dbmig_ok(d) ? options : NULL;
}
