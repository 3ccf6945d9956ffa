/*
 * test_options.c
 *	  Tests of common/options.c.
 */
#include "unit.h"

#include "options.h"

#define ALL 0xfffU

/* What a work function is given, and gave. */
typedef struct Given
{
	unsigned int mask;
	const DbmigValue *value;
	const DbmigOptions *options;
} Given;

static void
work_read(Dbmig *d, void *state)
{
	Given	   *given = state;

	given->options = dbmig_options_read(d, "migrate_up", given->mask,
										given->value);
}

static Dbmig *
read_value(Given *given, unsigned int mask, const DbmigValue *value)
{
	given->mask = mask;
	given->value = value;
	return unit_run(&dbmig_sqlite, work_read, given);
}

static Dbmig *
read_text(Given *given, unsigned int mask, const char *text)
{
	DbmigValue	value = {.type = DBMIG_TEXT, .text = text,
	.len = strlen(text)};

	return read_value(given, mask, &value);
}

static void
check_defaults(Dbmig *d, const DbmigOptions *options)
{
	unit_error(d, DBMIG_OK, NULL);
	assert_non_null(options);
	assert_null(options->name);
	assert_null(options->schemas);
	assert_false(options->allow_data_loss);
	assert_null(options->renames);
	assert_null(options->backfill);
	assert_false(options->dry_run);
	assert_int_equal(options->verify, DBMIG_VERIFY_DEFAULT);
	assert_false(options->allow_out_of_order);
	assert_int_equal(options->lock_timeout, -1);
	assert_null(options->source);
	assert_false(options->forget);
	assert_null(options->reason);
	unit_end(d);
}

static void
test_defaults(void **state)
{
	DbmigValue	null = {.type = DBMIG_NULL};
	Given		given;
	Dbmig	   *d;

	(void) state;
	d = read_value(&given, 0, NULL);
	check_defaults(d, given.options);
	d = read_value(&given, 0, &null);
	check_defaults(d, given.options);
	d = read_text(&given, 0, "{}");
	check_defaults(d, given.options);
}

static void
test_all(void **state)
{
	Given		given;
	Dbmig	   *d = read_text(&given, ALL,
							  "{\"name\":\"n\",\"schemas\":[\"a\",\"b\"],"
							  "\"allow_data_loss\":true,"
							  "\"renames\":{\"a\":\"b\"},"
							  "\"backfill\":{\"t.c\":\"1\"},"
							  "\"dry_run\":true,\"verify\":\"roundtrip\","
							  "\"out_of_order\":\"allow\","
							  "\"lock_timeout\":2147483647,"
							  "\"source\":[],\"forget\":true,"
							  "\"reason\":\"r\"}");
	const DbmigOptions *options = given.options;

	(void) state;
	unit_error(d, DBMIG_OK, NULL);
	assert_string_equal(options->name, "n");
	assert_string_equal(options->schemas->members[1].text, "b");
	assert_true(options->allow_data_loss);
	assert_string_equal(dbmig_json_get(options->renames, "a")->text, "b");
	assert_string_equal(dbmig_json_get(options->backfill, "t.c")->text, "1");
	assert_true(options->dry_run);
	assert_int_equal(options->verify, DBMIG_VERIFY_ROUNDTRIP);
	assert_true(options->allow_out_of_order);
	assert_int_equal(options->lock_timeout, 2147483647);
	assert_int_equal(options->source->kind, DBMIG_JSON_ARRAY);
	assert_true(options->forget);
	assert_string_equal(options->reason, "r");
	unit_end(d);
}

static void
test_words(void **state)
{
	Given		given;
	Dbmig	   *d;

	(void) state;
	d = read_text(&given, ALL, "{\"verify\":\"none\",\"lock_timeout\":0,"
				  "\"out_of_order\":\"refuse\",\"source\":\"db\"}");
	unit_error(d, DBMIG_OK, NULL);
	assert_int_equal(given.options->verify, DBMIG_VERIFY_NONE);
	assert_int_equal(given.options->lock_timeout, 0);
	assert_false(given.options->allow_out_of_order);
	assert_string_equal(given.options->source->text, "db");
	unit_end(d);
	d = read_text(&given, ALL, "{\"verify\":\"up\"}");
	unit_error(d, DBMIG_OK, NULL);
	assert_int_equal(given.options->verify, DBMIG_VERIFY_UP);
	unit_end(d);
}

#define STRINGS "an array of strings that is not empty"
#define MS "a number of milliseconds from 0 to 2147483647"
#define NOT(option, what) "option \"" option "\" must be " what

static const struct
{
	const char *text;
	const char *message;
}			errors[] =

{
	{"{\"name\":null}", NOT("name", "a string")},
	{"{\"name\":7}", NOT("name", "a string")},
	{"{\"schemas\":[]}", NOT("schemas", STRINGS)},
	{"{\"schemas\":[1]}", NOT("schemas", STRINGS)},
	{"{\"schemas\":\"a\"}", NOT("schemas", STRINGS)},
	{"{\"dry_run\":\"true\"}", NOT("dry_run", "true or false")},
	{"{\"dry_run\":1}", NOT("dry_run", "true or false")},
	{"{\"renames\":[\"a\"]}", NOT("renames", "an object of strings")},
	{"{\"backfill\":{\"a\":1}}", NOT("backfill", "an object of strings")},
	{"{\"verify\":\"down\"}",
	NOT("verify", "\"none\", \"up\" or \"roundtrip\"")},
	{"{\"verify\":true}", NOT("verify", "\"none\", \"up\" or \"roundtrip\"")},
	{"{\"out_of_order\":true}",
	NOT("out_of_order", "\"refuse\" or \"allow\"")},
	{"{\"lock_timeout\":-1}", NOT("lock_timeout", MS)},
	{"{\"lock_timeout\":2147483648}",
	NOT("lock_timeout", MS)},
	{"{\"lock_timeout\":1.5}",
	NOT("lock_timeout", MS)},
	{"{\"source\":{}}", NOT("source", "a string or an array")},
	{"[]", "options must be a JSON object, not an array"},
	{"null", "options must be a JSON object, not null"},
	{"{\"dryrun\":true}", "unknown option \"dryrun\""},
};

static void
check_error(const char *text, DbmigCode code, const char *message)
{
	Given		given;
	Dbmig	   *d = read_text(&given, ALL, text);

	assert_null(given.options);
	unit_error(d, code, message);
	unit_end(d);
}

static void
test_errors(void **state)
{
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(errors); i++)
		check_error(errors[i].text, DBMIG_BAD_ARGUMENT, errors[i].message);
	check_error("{\"a\"", DBMIG_BAD_JSON,
				"options is not valid JSON (line 1, column 5)");
}

static void
check_hint(unsigned int mask, const char *text, const char *message,
		   const char *hint)
{
	Given		given;
	Dbmig	   *d = read_text(&given, mask, text);

	assert_null(given.options);
	unit_error(d, DBMIG_BAD_ARGUMENT, message);
	assert_string_equal(dbmig_error(d)->hint, hint);
	unit_end(d);
}

static void
test_hints(void **state)
{
	(void) state;
	check_hint(DBMIG_OPT_DRY_RUN | DBMIG_OPT_VERIFY, "{\"x\":1}",
			   "unknown option \"x\"",
			   "migrate_up understands \"dry_run\", \"verify\".");
	check_hint(DBMIG_OPT_DRY_RUN, "{\"schemas\":7}",
			   "option \"schemas\" does not apply to migrate_up",
			   "migrate_up understands \"dry_run\".");
	check_hint(0, "{\"x\\n\":1}", "unknown option \"x?\"",
			   "migrate_up understands no options.");
}

static void
check_no_text(const DbmigValue *value)
{
	Given		given;
	Dbmig	   *d = read_value(&given, ALL, value);

	assert_null(given.options);
	unit_error(d, DBMIG_BAD_ARGUMENT, "options must be JSON text");
	unit_end(d);
}

static void
test_no_text(void **state)
{
	DbmigValue	nul = {.type = DBMIG_TEXT, .text = "{}\0x", .len = 4};
	DbmigValue	number = {.type = DBMIG_INT};

	(void) state;
	check_no_text(&nul);
	check_no_text(&number);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_no_text),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
