/*
 * json.c
 *	  JSON text into a tree in the arena, by cJSON.
 *
 * The only file that sees cJSON.  Its tree is copied and freed before
 * dbmig_json_parse() returns, so none of its memory outlives a call.  What
 * cJSON lets pass and we do not is looked for here: bytes that are not UTF-8,
 * control characters in strings (NUL would cut them short), and keys that
 * occur twice.
 */
#include "json.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "map.h"

/* Up to here a double holds each integer. */
#define LARGEST_INTEGER ((double) (INT64_C(1) << 53))
#define LARGEST_REAL 1.7976931348623157e308

static const char *const kind_names[] =
{
	[DBMIG_JSON_NULL] = "null",
	[DBMIG_JSON_BOOL] = "a boolean",
	[DBMIG_JSON_INTEGER] = "an integer",
	[DBMIG_JSON_REAL] = "a number",
	[DBMIG_JSON_STRING] = "a string",
	[DBMIG_JSON_ARRAY] = "an array",
	[DBMIG_JSON_OBJECT] = "an object",
};

/* What is read, and what it is called in messages. */
typedef struct Reader
{
	Dbmig	   *d;
	const char *what;
	const char *text;
	DbmigMap	keys;			/* by their text: many objects have the same */
	size_t		objects;		/* numbers given to objects */
} Reader;

typedef struct Key
{
	const char *text;
	size_t		object;			/* the last one that has it */
} Key;

/* ---- the text ---- */

/* The error that the text has a problem at that byte. */
static void
fail_at(const Reader *reader, size_t offset, const char *problem)
{
	int			line = 1;
	int			column = 1;
	size_t		i;

	for (i = 0; i < offset; i++)
	{
		if (reader->text[i] == '\n')
		{
			line++;
			column = 1;
		}
		/* A character counts once, by its first byte. */
		else if (((unsigned char) reader->text[i] & 0xc0) != 0x80)
			column++;
	}
	dbmig_fail(reader->d, DBMIG_BAD_JSON, "%s %s (line %d, column %d)",
			   reader->what, problem, line, column);
}

/* The error that what stands at end is no JSON. */
static void
fail_syntax(const Reader *reader, const char *end)
{
	const char *shown = dbmig_show(reader->d, end);

	fail_at(reader, (size_t) (end - reader->text), "is not valid JSON");
	if (*end == '\0')
		dbmig_detail(reader->d, "It ends too early.");
	else
		dbmig_detail(reader->d, "It cannot be read near: %s", shown);
}

/* What follows the string whose text begins at at.  It may not hold control
 * characters, and NUL not even as an escape. */
static const char *
pass_string(const Reader *reader, const char *at)
{
	const char *problem = NULL;

	for (; *at != '"' && *at != '\0' && problem == NULL; at++)
	{
		if ((unsigned char) *at < 0x20)
			problem = "contains a control character in a string";
		else if (*at == '\\' && at[1] != '\0')
		{
			at++;
			if (strncmp(at, "u0000", 5) == 0)
				problem = "contains a NUL character";
		}
	}
	if (problem != NULL)
		fail_at(reader, (size_t) (at - 1 - reader->text), problem);
	return *at == '"' ? at + 1 : at;
}

/* That quotes and escapes are in order is for cJSON to say. */
static bool
check_text(const Reader *reader)
{
	const char *at = reader->text;
	size_t		bad;

	if (!dbmig_utf8_valid(at, strlen(at), &bad))
		fail_at(reader, bad, "is not valid UTF-8");
	while (dbmig_ok(reader->d) && (at = strchr(at, '"')) != NULL)
		at = pass_string(reader, at + 1);
	return dbmig_ok(reader->d);
}

/* ---- the tree ---- */

static void copy_value(Reader *reader, const cJSON *value, DbmigJson *copy);

static Key *
find_key(Reader *reader, const char *text)
{
	Key		   *key = dbmig_map_get(&reader->keys, text);

	if (key != NULL)
		return key;
	key = dbmig_alloc(reader->d, sizeof(Key));
	if (key == NULL)
		return NULL;
	key->text = dbmig_strdup(reader->d, text);
	dbmig_map_put(&reader->keys, key->text, key);
	return key;
}

/* The keys of an object, before those of the objects in it. */
static void
copy_keys(Reader *reader, const cJSON *value, DbmigJson *copy)
{
	const size_t object = ++reader->objects;
	const cJSON *member = value->child;
	Key		   *key;
	size_t		i;

	for (i = 0; i < copy->count && dbmig_ok(reader->d); i++)
	{
		key = find_key(reader, member->string);
		if (key == NULL)
			return;
		if (key->object == object)
			dbmig_fail(reader->d, DBMIG_BAD_JSON,
					   "%s has the key \"%s\" twice in one object",
					   reader->what, dbmig_show(reader->d, key->text));
		key->object = object;
		copy->members[i].key = key->text;
		member = member->next;
	}
}

static void
copy_members(Reader *reader, const cJSON *value, DbmigJson *copy)
{
	const cJSON *member;
	size_t		count = 0;
	size_t		i;

	for (member = value->child; member != NULL; member = member->next)
		count++;
	if (count == 0)
		return;
	copy->members = dbmig_alloc(reader->d, count * sizeof(DbmigJson));
	if (copy->members == NULL)
		return;
	copy->count = count;
	if (copy->kind == DBMIG_JSON_OBJECT)
		copy_keys(reader, value, copy);
	member = value->child;
	for (i = 0; i < count && dbmig_ok(reader->d); i++)
	{
		copy_value(reader, member, &copy->members[i]);
		member = member->next;
	}
}

static void
copy_number(const Reader *reader, double number, DbmigJson *copy)
{
	copy->kind = DBMIG_JSON_REAL;
	copy->real = number;
	if (number > LARGEST_REAL || number < -LARGEST_REAL)
		dbmig_fail(reader->d, DBMIG_BAD_JSON,
				   "%s contains a number that is too large", reader->what);
	else if (number >= -LARGEST_INTEGER && number <= LARGEST_INTEGER &&
			 (double) (int64_t) number == number)
	{
		copy->kind = DBMIG_JSON_INTEGER;
		copy->number = (int64_t) number;
	}
}

/* Recursion ends at the depth that cJSON reads: CJSON_NESTING_LIMIT. */
static void
copy_value(Reader *reader, const cJSON *value, DbmigJson *copy)
{
	if (cJSON_IsBool(value))
	{
		copy->kind = DBMIG_JSON_BOOL;
		copy->number = cJSON_IsTrue(value);
	}
	else if (cJSON_IsNumber(value))
		copy_number(reader, value->valuedouble, copy);
	else if (cJSON_IsString(value))
	{
		copy->kind = DBMIG_JSON_STRING;
		copy->text = dbmig_strdup(reader->d, value->valuestring);
	}
	else if (cJSON_IsArray(value))
	{
		copy->kind = DBMIG_JSON_ARRAY;
		copy_members(reader, value, copy);
	}
	else if (cJSON_IsObject(value))
	{
		copy->kind = DBMIG_JSON_OBJECT;
		copy_members(reader, value, copy);
	}
	else
		copy->kind = DBMIG_JSON_NULL;
}

const DbmigJson *
dbmig_json_parse(Dbmig *d, const char *what, const char *text)
{
	Reader		reader = {.d = d, .what = what, .text = text};
	const char *end = text;
	cJSON	   *root;
	DbmigJson  *copy;

	if (!dbmig_ok(d) || !check_text(&reader))
		return NULL;
	copy = dbmig_alloc(d, sizeof(*copy));
	if (copy == NULL)
		return NULL;
	root = cJSON_ParseWithLengthOpts(text, strlen(text) + 1, &end, true);
	if (root == NULL)
	{
		fail_syntax(&reader, end);
		return NULL;
	}
	dbmig_map_init(&reader.keys, d);
	copy_value(&reader, root, copy);
	cJSON_Delete(root);
	return dbmig_ok(d) ? copy : NULL;
}

const DbmigJson *
dbmig_json_get(const DbmigJson *json, const char *key)
{
	size_t		i;

	if (json->kind != DBMIG_JSON_OBJECT)
		return NULL;
	for (i = 0; i < json->count; i++)
	{
		if (strcmp(json->members[i].key, key) == 0)
			return &json->members[i];
	}
	return NULL;
}

const char *
dbmig_json_kind(const DbmigJson *json)
{
	return kind_names[json->kind];
}
