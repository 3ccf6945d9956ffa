/*
 * test_hazard.c
 *	  Tests of common/hazard.c, and that docs/hazards.md says the same.
 */
#include "unit.h"

#include <stdio.h>

#include "plan.h"

static const char *const classes[] =
{
	[DBMIG_HAZARD_NOTE] = "note",
	[DBMIG_HAZARD_LOSS] = "loss",
	[DBMIG_HAZARD_CONFLICT] = "conflict",
};

static void
test_find(void **state)
{
	const DbmigHazard *hazard;

	(void) state;
	for (hazard = dbmig_hazards; hazard->id != NULL; hazard++)
		assert_ptr_equal(dbmig_hazard(hazard->id), hazard);
	assert_null(dbmig_hazard("drop-tables"));
	assert_null(dbmig_hazard(""));
}

/* By id, each once, in kebab case. */
static void
test_ids(void **state)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz-";
	const DbmigHazard *hazard;

	(void) state;
	for (hazard = dbmig_hazards; hazard->id != NULL; hazard++)
	{
		assert_int_equal(strspn(hazard->id, letters), strlen(hazard->id));
		if (hazard > dbmig_hazards)
			assert_true(strcmp(hazard[-1].id, hazard->id) < 0);
	}
}

/* The rows of the document are those of the table, in its order. */
static void
test_document(void **state)
{
	const DbmigHazard *hazard = dbmig_hazards;
	char	   *text = unit_file("docs/hazards.md");
	char		row[100];
	char	   *at;

	(void) state;
	for (at = strstr(text, "\n| `"); at != NULL; at = strstr(at + 1, "\n| `"))
	{
		assert_non_null(hazard->id);
		snprintf(row, sizeof(row), "\n| `%s` | %s | ", hazard->id,
				 classes[hazard->class]);
		assert_memory_equal(at, row, strlen(row));
		hazard++;
	}
	assert_null(hazard->id);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_document),
	};

	return cmocka_run_group_tests_name("hazard", tests, NULL, NULL);
}
