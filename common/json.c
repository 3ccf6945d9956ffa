/*
 * json.c
 *	  JSON text into a tree in the arena, by jansson.
 *
 * The only file that sees jansson.  Its tree is copied and freed before
 * dbmig_json_parse() returns, so none of its memory outlives a call, and
 * nothing of it is set for the whole process: the host may use it, too.
 */
#include "json.h"

#include <string.h>

#include <jansson.h>

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

/* What is said of text that jansson does not take, beyond "is no JSON". */
static const struct
{
	enum json_error_code code;
	const char *problem;
}			problems[] =

{
	{json_error_duplicate_key, "has a key twice in one object"},
	{json_error_null_character, "contains a NUL character"},
	{json_error_null_byte_in_key, "contains a NUL character"},
	{json_error_invalid_utf8, "is not valid UTF-8"},
	{json_error_stack_overflow, "is nested too deeply"},
	{json_error_numeric_overflow, "contains a number that is too large"},
};

static void copy_value(Dbmig *d, json_t *value, DbmigJson *copy);

static DbmigJson *
alloc_members(Dbmig *d, DbmigJson *copy, size_t count)
{
	if (count == 0)
		return NULL;
	if (count > SIZE_MAX / sizeof(DbmigJson))
	{
		dbmig_fail(d, DBMIG_NO_MEMORY, "out of memory");
		return NULL;
	}
	copy->members = dbmig_alloc(d, count * sizeof(DbmigJson));
	if (copy->members != NULL)
		copy->count = count;
	return copy->members;
}

static void
copy_array(Dbmig *d, json_t *value, DbmigJson *copy)
{
	DbmigJson  *members = alloc_members(d, copy, json_array_size(value));
	size_t		i;

	for (i = 0; i < copy->count && dbmig_ok(d); i++)
		copy_value(d, json_array_get(value, i), &members[i]);
}

static void
copy_object(Dbmig *d, json_t *value, DbmigJson *copy)
{
	DbmigJson  *member = alloc_members(d, copy, json_object_size(value));
	void	   *at = json_object_iter(value);

	if (member == NULL)
		return;
	for (; at != NULL && dbmig_ok(d); at = json_object_iter_next(value, at))
	{
		member->key = dbmig_strdup(d, json_object_iter_key(at));
		copy_value(d, json_object_iter_value(at), member);
		member++;
	}
}

/* Recursion ends at the depth that jansson reads: JSON_PARSER_MAX_DEPTH. */
static void
copy_value(Dbmig *d, json_t *value, DbmigJson *copy)
{
	switch (json_typeof(value))
	{
		case JSON_NULL:
			copy->kind = DBMIG_JSON_NULL;
			break;
		case JSON_FALSE:
		case JSON_TRUE:
			copy->kind = DBMIG_JSON_BOOL;
			copy->number = json_is_true(value);
			break;
		case JSON_INTEGER:
			copy->kind = DBMIG_JSON_INTEGER;
			copy->number = json_integer_value(value);
			break;
		case JSON_REAL:
			copy->kind = DBMIG_JSON_REAL;
			copy->real = json_real_value(value);
			break;
		case JSON_STRING:
			copy->kind = DBMIG_JSON_STRING;
			copy->text = dbmig_strndup(d, json_string_value(value),
									   json_string_length(value));
			break;
		case JSON_ARRAY:
			copy->kind = DBMIG_JSON_ARRAY;
			copy_array(d, value, copy);
			break;
		case JSON_OBJECT:
			copy->kind = DBMIG_JSON_OBJECT;
			copy_object(d, value, copy);
			break;
	}
}

static void
report_error(Dbmig *d, const char *what, const json_error_t *error)
{
	const char *problem = "is not valid JSON";
	const char *detail = dbmig_show(d, error->text);
	size_t		i;

	if (json_error_code(error) == json_error_out_of_memory)
	{
		dbmig_fail(d, DBMIG_NO_MEMORY, "out of memory");
		return;
	}
	for (i = 0; i < DBMIG_COUNT(problems); i++)
	{
		if (problems[i].code == json_error_code(error))
			problem = problems[i].problem;
	}
	dbmig_fail(d, DBMIG_BAD_JSON, "%s %s (line %d, column %d)", what, problem,
			   error->line, error->column);
	dbmig_detail(d, "The JSON reader says: %s.", detail);
}

const DbmigJson *
dbmig_json_parse(Dbmig *d, const char *what, const char *text)
{
	json_error_t error;
	json_t	   *root;
	DbmigJson  *copy;

	if (!dbmig_ok(d))
		return NULL;
	copy = dbmig_alloc(d, sizeof(*copy));
	if (copy == NULL)
		return NULL;
	root = json_loadb(text, strlen(text),
					  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (root == NULL)
	{
		report_error(d, what, &error);
		return NULL;
	}
	copy_value(d, root, copy);
	json_decref(root);
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
