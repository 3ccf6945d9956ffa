/*
 * test_model.c
 *	  Tests of common/model.c, and of writing and reading in modeltext.c.
 *
 * They use kinds of their own, so that no dialect's change breaks them.
 */
#include "unit.h"

#include <stdio.h>

#include "model.h"

enum
{
	TABLE, VIRTUAL, COLUMN, REMARK, INDEX
};

static const DbmigKind kinds[] =
{
	[TABLE] = {"table", 1, false},
	[VIRTUAL] = {"virtual table", 1, false},
	[COLUMN] = {"column", 2, true},
	[REMARK] = {"remark", 3, true},
	[INDEX] = {"index", 4, false},
	{NULL, 0, false}
};

static const DbmigDialect dialect = {.name = "test", .kinds = kinds};

/* What a work function is given, and gives. */
typedef struct Given
{
	const char *in;
	const char *text;
	size_t		count;
	DbmigModel *model;
	DbmigObject *objects[16];
} Given;

static Dbmig *
run(UnitWork work, Given *given)
{
	return unit_run(&dialect, work, given);
}

/* ---- adding and finding ---- */

static void
test_kind(void **state)
{
	static const DbmigDialect none = {.name = "none"};

	(void) state;
	assert_ptr_equal(dbmig_kind(&dialect, "virtual table"), &kinds[VIRTUAL]);
	assert_null(dbmig_kind(&dialect, "virtual"));
	assert_null(dbmig_kind(&dialect, ""));
	assert_null(dbmig_kind(&none, "table"));
}

static void
work_add(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigModel *model = dbmig_model_new(d, &dialect);
	DbmigObject **o = given->objects;

	if (model == NULL)
		return;
	o[0] = dbmig_model_add(model, &kinds[TABLE], NULL, "b", "B");
	o[1] = dbmig_model_add(model, &kinds[COLUMN], o[0], "y", "Y");
	o[2] = dbmig_model_add(model, &kinds[COLUMN], o[0], "x", "x");
	o[3] = dbmig_model_add(model, &kinds[REMARK], o[2], "x", "x");
	o[4] = dbmig_model_add(model, &kinds[INDEX], NULL, "a", "a");
	o[5] = dbmig_model_add(model, &kinds[TABLE], NULL, "a", "a");
	o[6] = dbmig_model_add(model, &kinds[VIRTUAL], NULL, "a", "a");
	dbmig_object_need(model, o[4], o[2]);
	dbmig_object_need(model, o[4], o[4]);
	dbmig_object_need(model, o[4], o[1]);
	dbmig_object_need(model, o[4], o[5]);
	dbmig_object_need(model, o[4], o[3]);
	dbmig_object_need(model, o[4], o[0]);
	dbmig_object_need(model, o[4], o[1]);
	dbmig_model_finish(model);
	given->model = model;
}

static void
test_add(void **state)
{
	Given		given = {0};
	Dbmig	   *d = run(work_add, &given);
	DbmigModel *m = given.model;
	DbmigObject **o = given.objects;

	(void) state;
	unit_error(d, DBMIG_OK, "");
	assert_ptr_equal(dbmig_model_find(m, &kinds[TABLE], NULL, "b"), o[0]);
	assert_ptr_equal(dbmig_model_find(m, &kinds[COLUMN], o[0], "x"), o[2]);
	assert_ptr_equal(dbmig_model_find(m, &kinds[REMARK], o[2], "x"), o[3]);
	assert_ptr_equal(dbmig_model_find(m, &kinds[INDEX], NULL, "a"), o[4]);
	assert_null(dbmig_model_find(m, &kinds[TABLE], NULL, "B"));
	assert_null(dbmig_model_find(m, &kinds[COLUMN], o[5], "x"));
	assert_null(dbmig_model_find(m, &kinds[COLUMN], NULL, "x"));
	assert_string_equal(o[0]->name, "B");
	assert_ptr_equal(o[2]->owner, o[0]);
	assert_int_equal(o[1]->position, 0);
	assert_int_equal(o[2]->position, 1);
	assert_null(o[0]->sql);
	unit_end(d);
}

static void
test_order(void **state)
{
	Given		given = {0};
	Dbmig	   *d = run(work_add, &given);
	DbmigModel *m = given.model;
	DbmigObject **o = given.objects;

	(void) state;
	/* By the kind's order, its name, and id. */
	assert_int_equal(m->count, 4);
	assert_ptr_equal(m->items[0], o[5]);
	assert_ptr_equal(m->items[1], o[0]);
	assert_ptr_equal(m->items[2], o[6]);
	assert_ptr_equal(m->items[3], o[4]);
	assert_int_equal(o[0]->nparts, 2);
	assert_ptr_equal(o[0]->parts[0], o[2]);
	assert_ptr_equal(o[0]->parts[1], o[1]);
	/* Each need once, owners first, and not itself. */
	assert_int_equal(o[4]->nneeds, 5);
	assert_ptr_equal(o[4]->needs[0], o[5]);
	assert_ptr_equal(o[4]->needs[1], o[0]);
	assert_ptr_equal(o[4]->needs[2], o[2]);
	assert_ptr_equal(o[4]->needs[3], o[3]);
	assert_ptr_equal(o[4]->needs[4], o[1]);
	unit_end(d);
}

/* Ids that would be one if keys were not escaped. */
static void
work_keys(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigModel *model = dbmig_model_new(d, &dialect);
	DbmigObject **o = given->objects;

	given->model = model;
	if (model == NULL)
		return;
	o[0] = dbmig_model_add(model, &kinds[TABLE], NULL, "t", "0");
	o[1] = dbmig_model_add(model, &kinds[COLUMN], o[0], "a", "1");
	o[2] = dbmig_model_add(model, &kinds[REMARK], o[1], "b", "2");
	o[3] = dbmig_model_add(model, &kinds[COLUMN], o[0], "a\nremark\nb", "3");
	o[4] = dbmig_model_add(model, &kinds[COLUMN], o[0], "a\\nremark\\nb", "4");
	o[5] = dbmig_model_add(model, &kinds[TABLE], NULL, "t\ncolumn\na", "5");
	o[6] = dbmig_model_add(model, &kinds[COLUMN], o[0], "a\\", "6");
	o[7] = dbmig_model_add(model, &kinds[COLUMN], o[0], "a\n", "7");
	o[8] = dbmig_model_add(model, &kinds[COLUMN], o[0], "", "8");
	o[9] = dbmig_model_add(model, &kinds[COLUMN], o[0], given->in, "9");
	given->objects[10] = dbmig_model_find(model, &kinds[COLUMN], o[0],
										  given->in);
}

static void
test_keys(void **state)
{
	Given		given = {0};
	char		longer[1000];
	Dbmig	   *d;
	size_t		i;

	(void) state;
	memset(longer, '\n', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	given.in = longer;
	d = run(work_keys, &given);
	unit_error(d, DBMIG_OK, "");
	for (i = 0; i < 10; i++)
		assert_ptr_equal(dbmig_model_find(given.model,
										  given.objects[i]->kind,
										  given.objects[i]->owner,
										  given.objects[i]->id),
						 given.objects[i]);
	assert_ptr_equal(given.objects[9], given.objects[10]);
	unit_end(d);
}

static void
work_twice(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigModel *model = dbmig_model_new(d, &dialect);
	DbmigObject *table;

	if (model == NULL)
		return;
	table = dbmig_model_add(model, &kinds[TABLE], NULL, "t", "T");
	dbmig_model_add(model, &kinds[COLUMN], table, "c", "C");
	given->objects[0] = given->count == 0 ?
		dbmig_model_add(model, &kinds[TABLE], NULL, "t", "T") :
		dbmig_model_add(model, &kinds[COLUMN], table, "c", "C");
	/* After an error nothing happens, whatever is asked for. */
	given->objects[1] = dbmig_model_add(model, &kinds[COLUMN], NULL, "d", "d");
	dbmig_object_set(model, NULL, "k", "v");
	dbmig_object_need(model, NULL, NULL);
	dbmig_model_finish(model);
}

static void
test_twice(void **state)
{
	Given		given = {0};
	Dbmig	   *d = run(work_twice, &given);

	(void) state;
	unit_error(d, DBMIG_WRONG_STATE, "table \"T\" already exists");
	assert_null(given.objects[0]);
	assert_null(given.objects[1]);
	unit_end(d);

	given.count = 1;
	d = run(work_twice, &given);
	unit_error(d, DBMIG_WRONG_STATE,
			   "column \"C\" of table \"T\" already exists");
	assert_null(given.objects[0]);
	unit_end(d);
}

static void
work_owner(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigModel *model = dbmig_model_new(d, &dialect);
	DbmigObject *object;
	size_t		depth;

	if (model == NULL)
		return;
	object = dbmig_model_add(model, given->count == 0 ? &kinds[COLUMN] :
							 &kinds[TABLE], NULL, "t", "t");
	if (given->count == 1)
		dbmig_model_add(model, &kinds[INDEX], object, "i", "i");
	for (depth = 1; given->count == 2 && depth <= DBMIG_MODEL_DEPTH; depth++)
		object = dbmig_model_add(model, &kinds[REMARK], object, "r", "r");
}

static void
test_owner(void **state)
{
	static const struct
	{
		DbmigCode	code;
		const char *message;
	}			cases[] =
	{
		{DBMIG_INTERNAL, "column \"t\" has no owner"},
		{DBMIG_INTERNAL, "index \"i\" has an owner"},
		{DBMIG_TOO_LARGE, "remark \"r\" is nested too deeply"},
	};
	Given		given = {0};
	Dbmig	   *d;

	(void) state;
	for (; given.count < DBMIG_COUNT(cases); given.count++)
	{
		d = run(work_owner, &given);
		unit_error(d, cases[given.count].code, cases[given.count].message);
		unit_end(d);
	}
}

/* ---- attributes ---- */

static void
work_attributes(Dbmig *d, void *state)
{
	static const char *const keys[] =
	{
		"m", "c", "z", "a", "p", "e", "b", "k", "y"
	};
	Given	   *given = state;
	DbmigModel *model = dbmig_model_new(d, &dialect);
	DbmigObject *table;
	size_t		i;

	if (model == NULL)
		return;
	table = dbmig_model_add(model, &kinds[TABLE], NULL, "t", "t");
	dbmig_object_set(model, table, "none", NULL);
	for (i = 0; i < DBMIG_COUNT(keys); i++)
		dbmig_object_set(model, table, keys[i], keys[i]);
	dbmig_object_set(model, table, "c", "other");
	dbmig_object_set(model, table, "a", NULL);
	dbmig_object_set(model, table, "z", NULL);
	dbmig_object_set(model, table, "m", NULL);
	dbmig_object_set(model, table, "m", NULL);
	given->objects[0] = table;
}

static void
test_attributes(void **state)
{
	static const char *const keys[] = {"b", "c", "e", "k", "p", "y"};
	Given		given = {0};
	Dbmig	   *d = run(work_attributes, &given);
	DbmigObject *table = given.objects[0];
	size_t		i;

	(void) state;
	unit_error(d, DBMIG_OK, "");
	assert_int_equal(table->nattributes, DBMIG_COUNT(keys));
	for (i = 0; i < DBMIG_COUNT(keys); i++)
	{
		assert_string_equal(table->attributes[i].key, keys[i]);
		assert_string_equal(dbmig_object_get(table, keys[i]),
							i == 1 ? "other" : keys[i]);
	}
	assert_null(dbmig_object_get(table, "a"));
	assert_null(dbmig_object_get(table, "none"));
	unit_end(d);
}

/* ---- sorting ---- */

#define SORTED 70

static int
compare_thirds(const DbmigObject *a, const DbmigObject *b)
{
	return (int) (a->position / 3) - (int) (b->position / 3);
}

static void
work_sort(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigObject *objects = dbmig_alloc(d, SORTED * sizeof(DbmigObject));
	DbmigObject **items = dbmig_alloc(d, SORTED * sizeof(DbmigObject *));
	size_t		i;

	given->text = "";
	if (objects == NULL || items == NULL)
		return;
	for (i = 0; i < given->count; i++)
	{
		objects[i].position = i * 37 % SORTED;
		items[i] = &objects[i];
	}
	dbmig_objects_sort(d, items, given->count, compare_thirds);
	for (i = 1; i < given->count; i++)
	{
		if (compare_thirds(items[i - 1], items[i]) > 0 ||
			(compare_thirds(items[i - 1], items[i]) == 0 &&
			 items[i - 1] > items[i]))
			given->text = "not sorted";
	}
}

static void
test_sort(void **state)
{
	Given		given = {0};
	Dbmig	   *d;

	(void) state;
	for (given.count = 0; given.count < SORTED; given.count++)
	{
		d = run(work_sort, &given);
		unit_error(d, DBMIG_OK, "");
		assert_string_equal(given.text, "");
		unit_end(d);
	}
}

/* ---- text ---- */

static void
work_read(Dbmig *d, void *state)
{
	Given	   *given = state;

	given->text = "";
	given->model = dbmig_model_read(d, &dialect, "snapshot", given->in);
	if (given->model != NULL)
		given->text = dbmig_model_write(given->model);
}

/* What is written is read; what is read is written. */
static const char *const texts[] =
{
	"",
	"table \"a\"\n",
	"table \"\"\n",
	"table \"a\" \"\"\n",
	"table \"a b=\\\"c\" \"A B=\\\"C\"\n",
	"table \"a\"\n\tk = \"\"\n\tsql = \"\"\n",
	"table \"a\"\n\t\"\" = \"v\"\n\t\"K\" = \"v\"\n\t\"a b\" = \"v\"\n"
	"\tb2 = \"v\"\n\t\"needs\" = \"v\"\n\t\"sql\" = \"v\"\n\tsql = \"s\"\n",
	"table \"\\\"\\\\\\n\\t\\r\\u0001\\u001f\x7f\xc3\xa9\xff\"\n",
	/* Parts as they were added, needs in their order. */
	"table \"a\"\n\tcolumn \"y\"\n\t\tt = \"1\"\n\tcolumn \"x\" \"X\"\n"
	"\t\tsql = \"x\"\n\t\tremark \"z\"\n\t\t\tk = \"v\"\n\t\t\tremark \"z\"\n"
	"\tcolumn \"z\"\n"
	"virtual table \"a\"\n"
	"index \"i\"\n\tneeds = table \"a\"\n\tneeds = table \"a\" column \"x\"\n"
	"\tneeds = table \"a\" column \"x\" remark \"z\"\n"
	"\tneeds = table \"a\" column \"y\"\n"
	"\tneeds = virtual table \"a\"\n",
};

static void
test_round_trip(void **state)
{
	Given		given = {0};
	Dbmig	   *d;
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(texts); i++)
	{
		given.in = texts[i];
		d = run(work_read, &given);
		unit_error(d, DBMIG_OK, "");
		assert_string_equal(given.text, texts[i]);
		unit_end(d);
	}
}

/* What a text begins with: the objects of one kind, parts included. */
static void
work_first(Dbmig *d, void *state)
{
	Given	   *given = state;

	given->text = dbmig_model_first(d, given->in, "table");
}

static void
test_first(void **state)
{
	static const struct
	{
		const char *text;
		const char *first;
	}			cases[] =
	{
		{"", ""},
		{"index \"a\"\n", ""},
		{"table of \"a\"\n", ""},
		{"table \"a\"\n\tcolumn \"x\"\ntable \"b\"\nindex \"a\"\n",
		"table \"a\"\n\tcolumn \"x\"\ntable \"b\"\n"},
		{"table \"a\"", "table \"a\""}
	};
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(cases); i++)
	{
		Given		given = {.in = cases[i].text};
		Dbmig	   *d = run(work_first, &given);

		unit_error(d, DBMIG_OK, "");
		assert_string_equal(given.text, cases[i].first);
		unit_end(d);
	}
}

/* All that a model has is in its text. */
static void
test_read(void **state)
{
	Given		given = {.in = texts[DBMIG_COUNT(texts) - 1]};
	Dbmig	   *d = run(work_read, &given);
	DbmigObject *table = given.model->items[0];
	DbmigObject *x = table->parts[0];
	DbmigObject *index = given.model->items[2];

	(void) state;
	assert_int_equal(given.model->count, 3);
	assert_int_equal(table->nparts, 3);
	assert_string_equal(x->id, "x");
	assert_string_equal(x->name, "X");
	assert_string_equal(x->sql, "x");
	assert_int_equal(x->position, 1);
	assert_ptr_equal(x->owner, table);
	assert_string_equal(dbmig_object_get(table->parts[1], "t"), "1");
	assert_int_equal(table->parts[1]->position, 0);
	assert_int_equal(index->nneeds, 5);
	assert_ptr_equal(index->needs[1], x);
	unit_end(d);
}

/* What is read, and not written so. */
static void
test_lenient(void **state)
{
	static const struct
	{
		const char *in;
		const char *text;
	}			cases[] =
	{
		{"\n# a remark\n\t\t\t\n\t\t# another\ntable \"a\" \"a\"\n\n"
		"\t\"k\" = \"\\u000a\"", "table \"a\"\n\tk = \"\\n\"\n"},
		{"index \"i\"\n\tneeds = table \"a\"\n\tneeds = index \"i\"\n"
			"\tneeds = table \"a\"\n\tb = \"1\"\n\ta = \"2\"\n"
			"table \"a\"\n\tcolumn \"c\"\n\t\tk = \"v\"\n\tk = \"w\"\n",
			"table \"a\"\n\tk = \"w\"\n\tcolumn \"c\"\n\t\tk = \"v\"\n"
		"index \"i\"\n\ta = \"2\"\n\tb = \"1\"\n\tneeds = table \"a\"\n"},
	};
	Given		given = {0};
	Dbmig	   *d;
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(cases); i++)
	{
		given.in = cases[i].in;
		d = run(work_read, &given);
		unit_error(d, DBMIG_OK, "");
		assert_string_equal(given.text, cases[i].text);
		unit_end(d);
	}
}

static void
test_bad_text(void **state)
{
	static const struct
	{
		const char *in;
		const char *message;
	}			cases[] =
	{
		{"table", "1: neither an object nor an attribute"},
		{"table \"a\"\nk=\"v\"", "2: neither an object nor an attribute"},
		{"table\"a\"", "1: kind and name of an object are missing"},
		{" \"a\"", "1: there is no kind \"\""},
		{"tables \"a\"", "1: there is no kind \"tables\""},
		{"table \"a", "1: unterminated string"},
		{"table \"a\\", "1: invalid escape in a string"},
		{"table \"a\\x\"", "1: invalid escape in a string"},
		{"table \"\\u0000\"", "1: invalid escape in a string"},
		{"table \"\\u0020\"", "1: invalid escape in a string"},
		{"table \"\\u001F\"", "1: invalid escape in a string"},
		{"table \"\\u00", "1: invalid escape in a string"},
		{"table \"a\tb\"", "1: control character in a string"},
		{"table \"a\"\r\n", "1: text after the end of a string"},
		{"table \"a\" b", "1: a string is missing"},
		{"table \"a\"  \"b\"", "1: a string is missing"},
		{"table \"a\" \"b\" ", "1: text after the end of a string"},
		{"table \"a\"\n\tk = v", "2: a string is missing"},
		{"table \"a\"\n\tk = \"v\" ", "2: text after the end of a string"},
		{"table \"a\"\n\tK = \"v\"", "2: key \"K\" needs quotes"},
		{"table \"a\"\n\t\"k\"", "2: neither an object nor an attribute"},
		{"table \"a\"\n\t\"k = \"v\"", "2: neither an object nor an attribute"},
		{"table \"a\"\n\tk = \"v\"\n\tk = \"v\"",
		"3: attribute \"k\" is there twice"},
		{"table \"a\"\n\tsql = \"v\"\n\tsql = \"v\"", "3: sql is there twice"},
		{"table \"a\"\ntable \"a\"", "2: table \"a\" is there twice"},
		{"k = \"v\"", "1: an attribute of nothing"},
		{"table \"a\"\nsql = \"v\"", "2: an attribute of nothing"},
		{"needs = table \"a\"", "1: an attribute of nothing"},
		{"column \"a\"", "1: column \"a\" has no owner"},
		{"table \"a\"\n\tindex \"b\"", "2: index \"b\" is part of nothing"},
		{"\ttable \"a\"", "1: too many tabs"},
		{"table \"a\"\n\tk = \"v\"\n\t\tl = \"v\"", "3: too many tabs"},
		{"table \"a\"\n\tneeds = ",
		"2: kind and name of an object are missing"},
		{"table \"a\"\n\tneeds = index \"b\"\n\n",
		"2: there is no index \"b\""},
		{"table \"a\"\n\tneeds = table \"a\" column \"b\"",
		"2: there is no column \"b\""},
		{"table \"a\"\n\tneeds = table \"a\".",
		"2: text after the end of a string"},
		{"table \"a\"\n\tremark \"b\"\n\t\tremark \"b\"\n\t\t\tremark \"b\"\n"
			"\t\t\t\tremark \"b\"\n\t\t\t\t\tremark \"b\"\n"
			"\t\t\t\t\t\tremark \"b\"\n\t\t\t\t\t\t\tremark \"b\"\n"
			"\t\t\t\t\t\t\t\tremark \"c\"\n",
		"9: remark \"c\" is nested too deeply"},
	};
	Given		given = {0};
	char		message[200];
	Dbmig	   *d;
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(cases); i++)
	{
		given.in = cases[i].in;
		d = run(work_read, &given);
		snprintf(message, sizeof(message), "snapshot, line %s",
				 cases[i].message);
		unit_error(d, DBMIG_BAD_SYNTAX, message);
		assert_null(given.model);
		unit_end(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kind),
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_lenient),
		cmocka_unit_test(test_bad_text),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
