/*
 * test_diff.c
 *	  Tests of common/diff.c and fingerprint.c, and of the canonical text: that
 *	  they agree on what is the same.
 */
#include "unit.h"

#include <stdio.h>

#include "model.h"

static const DbmigKind kinds[] =
{
	{"table", 1, false},
	{"virtual table", 1, false},
	{"column", 2, true},
	{"remark", 3, true},
	{"index", 4, false},
	{NULL, 0, false}
};

static const DbmigDialect dialect = {.name = "test", .kinds = kinds};

/* What a work function is given, and gives. */
typedef struct Given
{
	const char *in;
	const char *other;
	const char *text;
	const char *more;
	size_t		count;
	DbmigModel *model;
} Given;

static Dbmig *
run(UnitWork work, Given *given)
{
	return unit_run(&dialect, work, given);
}

/* ---- the canonical text and the fingerprint ---- */

static void
work_canonical(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigModel *model = dbmig_model_read(d, &dialect, "x", given->in);

	given->text = "";
	if (model == NULL)
		return;
	given->text = dbmig_object_text(model, model->items[0]);
	given->count = given->text == dbmig_object_text(model, model->items[0]);
	dbmig_object_set(model, model->items[0]->parts[0], "k", "v");
	given->more = dbmig_object_text(model, model->items[0]);
}

static void
test_canonical(void **state)
{
	Given		given = {.in = "table \"a\" \"A\"\n\tsql = \"s\"\n"
		"\tneeds = table \"b\"\n\tz = \"1\"\n\tcolumn \"y\" \"Y\"\n\tb = \"2\"\n"
	"\tcolumn \"x\"\n\t\tt = \"\\n\"\ntable \"b\"\n"};
	Dbmig	   *d = run(work_canonical, &given);

	(void) state;
	unit_error(d, DBMIG_OK, "");
	assert_string_equal(given.text, "table \"a\"\n\tb = \"2\"\n\tz = \"1\"\n"
						"\tcolumn \"x\"\n\t\tt = \"\\n\"\n\tcolumn \"y\"\n");
	/* It is kept, up to a change. */
	assert_int_equal(given.count, 1);
	assert_string_equal(given.more, "table \"a\"\n\tb = \"2\"\n\tz = \"1\"\n"
						"\tcolumn \"x\"\n\t\tk = \"v\"\n\t\tt = \"\\n\"\n"
						"\tcolumn \"y\"\n");
	unit_end(d);
}

static void
work_fingerprint(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigModel *model = dbmig_model_read(d, &dialect, "x", given->in);
	size_t		i;

	given->text = given->more = "";
	if (model == NULL)
		return;
	given->text = dbmig_model_fingerprint(model);
	for (i = 0; i < model->count; i++)
		(void) dbmig_object_text(model, model->items[i]);
	given->more = dbmig_model_fingerprint(model);
}

/* Asserts that docs/model.md has text, each line indented by four spaces. */
static void
assert_in_document(const char *document, const char *text)
{
	char		block[1000];
	char	   *at = block;

	for (; *text != '\0'; text++)
	{
		if (at == block || at[-1] == '\n')
			at += snprintf(at, 5, "    ");
		*at++ = *text;
	}
	*at = '\0';
	assert_non_null(strstr(document, block));
}

static void
work_read(Dbmig *d, void *state)
{
	Given	   *given = state;

	given->text = "";
	given->model = dbmig_model_read(d, &dialect, "snapshot", given->in);
	if (given->model != NULL)
		given->text = dbmig_model_write(given->model);
}

/* The example of docs/model.md. */
static void
test_document(void **state)
{
	static const char model[] =
	"table \"users\" \"Users\"\n\tstrict = \"yes\"\n"
	"\tsql = \"CREATE TABLE Users (\\n\\tid INTEGER, age INTEGER) STRICT\"\n"
	"\tcolumn \"id\"\n\t\ttype = \"integer\"\n"
	"\tcolumn \"age\"\n\t\ttype = \"integer\"\n"
	"index \"users_age\"\n\ttable = \"users\"\n\ttext = \"( age )\"\n"
	"\tneeds = table \"users\"\n";
	char	   *document = unit_file("docs/model.md");
	Given		given = {.in = model};
	char		row[100];
	Dbmig	   *d = run(work_read, &given);
	size_t		i;

	(void) state;
	assert_string_equal(given.text, model);
	assert_in_document(document, model);
	for (i = 0; i < given.model->count; i++)
		assert_in_document(document,
						   dbmig_object_text(given.model,
											 given.model->items[i]));
	unit_end(d);

	d = run(work_fingerprint, &given);
	assert_string_equal(given.text, given.more);
	snprintf(row, sizeof(row), "| fingerprint | `%s` |", given.text);
	assert_non_null(strstr(document, row));
	unit_end(d);

	given.in = "";
	d = run(work_fingerprint, &given);
	snprintf(row, sizeof(row), "without objects is `%s`", given.text);
	assert_non_null(strstr(document, row));
	unit_end(d);
	free(document);
}

/* ---- differences ---- */

/* Writes changes as lines: "+", "-" or "~", kind, id and the keys. */
static void
write_changes(DbmigBuf *buf, const DbmigChange *changes, size_t count,
			  int depth)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < count; i++)
	{
		const DbmigChange *change = &changes[i];
		const DbmigObject *object = change->to == NULL ? change->from :
		change->to;

		dbmig_buf_addf(buf, "%c%*s %s %s", change->from == NULL ? '+' :
					   change->to == NULL ? '-' : '~', depth, "",
					   object->kind->name, object->id);
		for (j = 0; j < change->nkeys; j++)
			dbmig_buf_addf(buf, " %s", change->keys[j]);
		dbmig_buf_addc(buf, '\n');
		write_changes(buf, change->parts, change->nparts, depth + 1);
	}
}

static void
work_diff(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigModel *from = dbmig_model_read(d, &dialect, "x", given->in);
	DbmigModel *to = dbmig_model_read(d, &dialect, "y", given->other);
	DbmigDiff  *diff;
	DbmigBuf	buf;

	given->text = "";
	if (from == NULL || to == NULL)
		return;
	diff = dbmig_diff(d, from, to);
	if (diff == NULL)
		return;
	dbmig_buf_init(&buf, d);
	write_changes(&buf, diff->items, diff->count, 0);
	given->text = buf.text;
	given->count = strcmp(dbmig_model_fingerprint(from),
						  dbmig_model_fingerprint(to)) == 0;
}

/* Asserts that from and to differ so, and to and from the other way. */
static void
assert_diff(const char *from, const char *to, const char *text)
{
	Given		given = {.in = from, .other = to};
	Dbmig	   *d = run(work_diff, &given);
	char		inverse[500];
	char	   *at;

	unit_error(d, DBMIG_OK, "");
	assert_string_equal(given.text, text);
	assert_int_equal(given.count, *text == '\0');
	unit_end(d);

	snprintf(inverse, sizeof(inverse), "%s", text);
	for (at = inverse; *at != '\0'; at = strchr(at, '\n') + 1)
		*at = *at == '+' ? '-' : *at == '-' ? '+' : *at;
	given.in = to;
	given.other = from;
	d = run(work_diff, &given);
	assert_string_equal(given.text, inverse);
	unit_end(d);
}

static void
test_diff(void **state)
{
	static const struct
	{
		const char *from;
		const char *to;
		const char *text;
	}			cases[] =
	{
		{"", "", ""},
		{"", "table \"a\"\n\tk = \"v\"\n\tcolumn \"c\"\n", "+ table a\n"},
		{"table \"a\"\n", "table \"b\"\n", "- table a\n+ table b\n"},
		{"table \"a\"\nindex \"a\"\n", "virtual table \"a\"\nindex \"b\"\n",
		"- table a\n+ virtual table a\n- index a\n+ index b\n"},
		{"table \"a\"\ntable \"b\"\ntable \"c\"\n", "table \"b\"\n",
		"- table a\n- table c\n"},
		{"table \"a\"\n\ta = \"1\"\n\tb = \"1\"\n\tc = \"1\"\n\td = \"1\"\n",
			"table \"a\"\n\tb = \"1\"\n\tc = \"2\"\n\td = \"1\"\n\te = \"1\"\n",
		"~ table a a c e\n"},
		{"table \"a\"\n\tk = \"\"\n", "table \"a\"\n", "~ table a k\n"},
		{"table \"a\"\n\tcolumn \"a\"\n\tcolumn \"b\"\n\t\tt = \"1\"\n"
			"\tcolumn \"c\"\n\t\tt = \"1\"\n",
			"table \"a\"\n\tcolumn \"b\"\n\t\tt = \"2\"\n"
			"\tcolumn \"c\"\n\t\tt = \"1\"\n\tcolumn \"d\"\n",
		"~ table a\n-  column a\n~  column b t\n+  column d\n"},
		{"table \"a\"\n\tk = \"1\"\n\tcolumn \"a\"\n\t\tremark \"r\"\n"
			"\t\t\tt = \"1\"\ntable \"b\"\n",
			"table \"a\"\n\tk = \"2\"\n\tcolumn \"a\"\n\t\tremark \"r\"\n"
			"\t\t\tt = \"2\"\ntable \"b\"\n",
		"~ table a k\n~  column a\n~   remark r t\n"},
		{"table \"a\"\n\tcolumn \"a\"\n", "table \"a\"\n\tremark \"a\"\n",
		"~ table a\n-  column a\n+  remark a\n"},
	};
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(cases); i++)
	{
		assert_diff(cases[i].from, cases[i].to, cases[i].text);
		assert_diff(cases[i].from, cases[i].from, "");
		assert_diff(cases[i].to, cases[i].to, "");
	}
}

/* What is not compared: no difference, and the same fingerprint. */
static void
test_same(void **state)
{
	static const char base[] =
	"table \"a\"\n\tk = \"v\"\n\tl = \"w\"\n\tcolumn \"x\"\n"
	"\t\tt = \"1\"\n\tcolumn \"y\"\ntable \"b\"\nindex \"i\"\n";
	static const char *const same[] =
	{
		"index \"i\"\ntable \"b\"\ntable \"a\"\n\tcolumn \"y\"\n"
		"\tcolumn \"x\"\n\t\tt = \"1\"\n\tl = \"w\"\n\tk = \"v\"\n",
		"table \"a\" \"A\"\n\tk = \"v\"\n\tl = \"w\"\n\tcolumn \"x\" \"X\"\n"
		"\t\tt = \"1\"\n\tcolumn \"y\"\ntable \"b\"\nindex \"i\"\n",
		"table \"a\"\n\tk = \"v\"\n\tl = \"w\"\n\tsql = \"s\"\n"
		"\tcolumn \"x\"\n\t\tt = \"1\"\n\t\tsql = \"s\"\n\tcolumn \"y\"\n"
		"table \"b\"\n\tsql = \"t\"\nindex \"i\"\n",
		"table \"a\"\n\tk = \"v\"\n\tl = \"w\"\n\tneeds = table \"b\"\n"
		"\tcolumn \"x\"\n\t\tt = \"1\"\n\tcolumn \"y\"\n"
		"table \"b\"\nindex \"i\"\n\tneeds = table \"a\" column \"y\"\n",
	};
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(same); i++)
		assert_diff(base, same[i], "");
}

/* All that is compared changes the fingerprint; assert_diff() looks at it,
 * and that no two of these are the same. */
static void
test_sensitive(void **state)
{
	static const char *const different[] =
	{
		"table \"a\"\n\tk = \"v\"\n\tcolumn \"x\"\n\t\tt = \"1\"\n",
		"table \"A\"\n\tk = \"v\"\n\tcolumn \"x\"\n\t\tt = \"1\"\n",
		"virtual table \"a\"\n\tk = \"v\"\n\tcolumn \"x\"\n\t\tt = \"1\"\n",
		"table \"a\"\n\tk = \"w\"\n\tcolumn \"x\"\n\t\tt = \"1\"\n",
		"table \"a\"\n\tl = \"v\"\n\tcolumn \"x\"\n\t\tt = \"1\"\n",
		"table \"a\"\n\t\"k2\" = \"v\"\n\tcolumn \"x\"\n\t\tt = \"1\"\n",
		"table \"a\"\n\tcolumn \"x\"\n\t\tt = \"1\"\n",
		"table \"a\"\n\tk = \"v\"\n\tl = \"\"\n\tcolumn \"x\"\n\t\tt = \"1\"\n",
		"table \"a\"\n\tk = \"v\"\n\tcolumn \"y\"\n\t\tt = \"1\"\n",
		"table \"a\"\n\tk = \"v\"\n\tremark \"x\"\n\t\tt = \"1\"\n",
		"table \"a\"\n\tk = \"v\"\n\tcolumn \"x\"\n\t\tt = \"2\"\n",
		"table \"a\"\n\tk = \"v\"\n\tcolumn \"x\"\n",
		"table \"a\"\n\tk = \"v\"\n\tt = \"1\"\n\tcolumn \"x\"\n",
		"table \"a\"\n\tk = \"v\"\n",
		"table \"a\"\n\tk = \"v\"\n\tcolumn \"x\"\n\t\tt = \"1\"\n"
		"\tcolumn \"y\"\n",
		"table \"a\"\n\tk = \"v\"\n\tcolumn \"x\"\n\t\tt = \"1\"\n"
		"table \"b\"\n",
		"table \"a\"\n\tk = \"v\"\n\tcolumn \"x\"\n\t\tt = \"1\"\n"
		"index \"a\"\n",
		"table \"a\"\n\tk = \"v\\n\\tcolumn \\\"x\\\"\"\n",
		"",
	};
	char		fingerprints[DBMIG_COUNT(different)][DBMIG_SHA256_HEX];
	Given		given = {0};
	Dbmig	   *d;
	size_t		i;
	size_t		j;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(different); i++)
	{
		given.in = different[i];
		d = run(work_fingerprint, &given);
		unit_error(d, DBMIG_OK, "");
		assert_int_equal(strlen(given.text), DBMIG_SHA256_HEX - 1);
		assert_string_equal(given.text, given.more);
		memcpy(fingerprints[i], given.text, DBMIG_SHA256_HEX);
		unit_end(d);
		for (j = 0; j < i; j++)
			assert_string_not_equal(fingerprints[i], fingerprints[j]);
	}
}

static void
test_change_has(void **state)
{
	const char *keys[] = {"a", "c"};
	DbmigChange change = {.keys = keys, .nkeys = 2};

	(void) state;
	assert_true(dbmig_change_has(&change, "c"));
	assert_false(dbmig_change_has(&change, "b"));
}

static void
work_nothing(Dbmig *d, void *state)
{
	(void) dbmig_strdup(d, "");
	(void) state;
}

static void
test_after_error(void **state)
{
	Given		given = {.in = ""};
	Dbmig	   *d = run(work_nothing, &given);
	DbmigModel *model = dbmig_model_new(d, &dialect);

	(void) state;
	dbmig_fail(d, DBMIG_INTERNAL, "an error");
	assert_null(dbmig_diff(d, model, model));
	assert_null(dbmig_model_read(d, &dialect, "x", "nonsense"));
	assert_string_equal(dbmig_model_write(model), "");
	assert_string_equal(dbmig_model_fingerprint(model), "");
	unit_error(d, DBMIG_INTERNAL, "an error");
	unit_end(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_sensitive),
		cmocka_unit_test(test_change_has),
		cmocka_unit_test(test_after_error),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
