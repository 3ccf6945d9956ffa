/*
 * test_json.c
 *	  Tests of common/json.c.
 */
#include "unit.h"

#include <stdio.h>

#include "json.h"

static const char everything[] =
" {\"s\":\"t\\u00e4\\n\",\"i\":-9007199254740992,\"r\":1.5,\"t\":true,"
"\"f\":false,\"n\":null,\"a\":[1,[],\"x\"],\"o\":{\"k\":{}}}\n";

/* What a work function is given, and gave. */
typedef struct Given
{
	const char *text;
	const DbmigJson *json;
} Given;

static void
work_parse(Dbmig *d, void *state)
{
	Given	   *given = state;

	given->json = dbmig_json_parse(d, "options", given->text);
	/* The first error sticks. */
	if (given->json == NULL && dbmig_json_parse(d, "x", "{}") != NULL)
		given->json = dbmig_json_parse(d, "x", "{}");
}

static Dbmig *
parse(Given *given, const char *text)
{
	given->text = text;
	return unit_run(&dbmig_postgres, work_parse, given);
}

static void
test_values(void **state)
{
	Given		given;
	Dbmig	   *d = parse(&given, everything);
	const DbmigJson *json = given.json;
	const DbmigJson *array;

	(void) state;
	assert_non_null(json);
	assert_int_equal(json->kind, DBMIG_JSON_OBJECT);
	assert_null(json->key);
	assert_int_equal(json->count, 8);
	assert_string_equal(json->members[7].key, "o");
	assert_string_equal(dbmig_json_get(json, "s")->text, "t\xc3\xa4\n");
	assert_true(dbmig_json_get(json, "i")->number == -(INT64_C(1) << 53));
	assert_true(dbmig_json_get(json, "r")->real == 1.5);
	assert_int_equal(dbmig_json_get(json, "t")->number, 1);
	assert_int_equal(dbmig_json_get(json, "f")->number, 0);
	assert_int_equal(dbmig_json_get(json, "n")->kind, DBMIG_JSON_NULL);
	array = dbmig_json_get(json, "a");
	assert_int_equal(array->count, 3);
	assert_null(array->members[0].key);
	assert_int_equal(array->members[1].count, 0);
	assert_string_equal(array->members[2].text, "x");
	assert_null(dbmig_json_get(array, "a"));
	assert_null(dbmig_json_get(json, "k"));
	assert_non_null(dbmig_json_get(dbmig_json_get(json, "o"), "k"));
	unit_end(d);
}

static void
test_kinds(void **state)
{
	static const char *const texts[][2] =
	{
		{"null", "null"}, {"true", "a boolean"}, {"1", "an integer"},
		{"1e3", "an integer"}, {"1e-3", "a number"}, {"\"\"", "a string"}, {"[]", "an array"},
		{"{}", "an object"},
	};
	Given		given;
	Dbmig	   *d;
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(texts); i++)
	{
		d = parse(&given, texts[i][0]);
		assert_non_null(given.json);
		assert_string_equal(dbmig_json_kind(given.json), texts[i][1]);
		unit_end(d);
	}
}

static void
check_error(const char *text, const char *message)
{
	Given		given;
	Dbmig	   *d = parse(&given, text);

	assert_null(given.json);
	unit_error(d, DBMIG_BAD_JSON, message);
	unit_end(d);
}

static void
test_errors(void **state)
{
	(void) state;
	check_error("", "options is not valid JSON (line 1, column 1)");
	check_error("{\n\"a\":}", "options is not valid JSON (line 2, column 5)");
	check_error("{} {}", "options is not valid JSON (line 1, column 4)");
	check_error("{\"a\":1,\"a\":2}",
				"options has the key \"a\" twice in one object");
	check_error("[\"\\u0000\"]",
				"options contains a NUL character (line 1, column 4)");
	check_error("{\"\\\\\\u0000\":1}",
				"options contains a NUL character (line 1, column 6)");
	check_error("[\n\"a\nb\"]", "options contains a control character in a"
				" string (line 2, column 3)");
	check_error("[\"\xc3\xa4\xff\"]",
				"options is not valid UTF-8 (line 1, column 4)");
	check_error("[1e999]", "options contains a number that is too large");
	check_error("[-1e999]", "options contains a number that is too large");
}

static void
test_depth(void **state)
{
	static char text[100001];

	(void) state;
	memset(text, '[', sizeof(text) - 1);
	check_error(text,
				"options is not valid JSON (line 1, column 1001)");
}

/* Larger than a chunk of the arena. */
static void
test_long(void **state)
{
	static char text[10000];
	Given		given;
	Dbmig	   *d;
	size_t		len = 1;
	size_t		i;

	(void) state;
	text[0] = '[';
	for (i = 0; i < 100; i++)
		len += (size_t) snprintf(text + len, sizeof(text) - len,
								 "{\"number\": %zu, \"%060d\": null},", i, 0);
	text[len - 1] = ']';
	d = parse(&given, text);
	unit_error(d, DBMIG_OK, NULL);
	assert_int_equal(given.json->count, 100);
	for (i = 0; i < 100; i++)
		assert_int_equal(given.json->members[i].members[0].number, i);
	unit_end(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
