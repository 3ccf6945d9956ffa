/*
 * test_order.c
 *	  Tests of common/order.c.
 */
#include "unit.h"

#include "order.h"

#define MAX_NODES 8
#define MAX_WAITS 8

/* Nodes are letters; those with the same group stay together. */
typedef struct Case
{
	const char *names;			/* one letter a node */
	const char *ranks;			/* a digit for each */
	const char *groups;			/* a letter for each; '-': none */
	const char *waits[MAX_WAITS];	/* "ab": a waits for b; "ab?": weakly;
									 * "ab~": for the sake of a body */
	const char *result;			/* NULL: a loop */
	char		got[MAX_NODES + 1];
} Case;

static const char keys[256];

static void
sort_case(Dbmig *d, void *state)
{
	static const char *const letters[] =
	{
		"a", "b", "c", "d", "e", "f", "g", "h"
	};
	Case	   *test = state;
	DbmigOrder *order = dbmig_order_new(d);
	void	  **items;
	size_t		i;

	memset(test->got, 0, sizeof(test->got));
	if (order == NULL)
		return;
	for (i = 0; test->names[i] != '\0'; i++)
		dbmig_order_add(order, (void *) letters[test->names[i] - 'a'],
						test->ranks[i] - '0',
						test->groups[i] == '-' ? NULL :
						&keys[(unsigned char) test->groups[i]],
						letters[test->names[i] - 'a']);
	for (i = 0; i < MAX_WAITS && test->waits[i] != NULL; i++)
	{
		const char *wait = test->waits[i];

		dbmig_order_wait(order,
						 (size_t) (strchr(test->names, wait[0]) - test->names),
						 (size_t) (strchr(test->names, wait[1]) - test->names),
						 wait[2] == '?' ? DBMIG_WAIT_TIDY :
						 wait[2] == '~' ? DBMIG_WAIT_BODY : DBMIG_WAIT_NEED);
	}
	items = dbmig_order_sort(order);
	for (i = 0; items != NULL && test->names[i] != '\0'; i++)
		test->got[i] = *(const char *) items[i];
}

static Case cases[] =
{
	/* nothing */
	{"", "", "", {NULL}, "", ""},
	/* ranks, then as they were added */
	{"abc", "000", "---", {NULL}, "abc", ""},
	{"abcd", "2101", "----", {NULL}, "cbda", ""},
	/* what waits */
	{"abc", "000", "---", {"ab", "bc"}, "cba", ""},
	{"abcd", "0111", "----", {"ad"}, "bcda", ""},
	/* twice the same */
	{"ab", "00", "--", {"ab", "ab"}, "ba", ""},
	/* on itself: no wait */
	{"ab", "00", "--", {"aa"}, "ab", ""},
	/* groups stay together, whatever the rank */
	{"abcd", "0123", "x-x-", {NULL}, "acbd", ""},
	{"abcd", "0123", "x-xx", {"cb"}, "adbc", ""},
	/* loops: the weakest goes */
	{"abc", "000", "---", {"ab", "bc", "ca?"}, "cba", ""},
	{"abc", "000", "---", {"ab", "bc~", "ca"}, "bac", ""},
	{"abcd", "0000", "----", {"ab", "ba?", "cd", "dc?"}, "badc", ""},
	{"abc", "000", "---", {"ab", "ba~", "bc", "cb?"}, "cba", ""},
	/* a loop behind a loop */
	{"abcd", "0000", "----", {"ab", "bc", "cb?", "cd", "dc~"}, "dcba", ""},
	/* a loop that stays one */
	{"abc", "000", "---", {"ab", "bc", "ca"}, NULL, ""},
};

static void
test_cases(void **state)
{
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(cases); i++)
	{
		Dbmig	   *d = unit_run(&dbmig_sqlite, sort_case, &cases[i]);

		if (cases[i].result == NULL)
			unit_error(d, DBMIG_WRONG_STATE, "b, c, a depend on each other");
		else
		{
			unit_error(d, DBMIG_OK, NULL);
			assert_string_equal(cases[i].got, cases[i].result);
		}
		unit_end(d);
	}
}

/* Each waits for the next: linear, not quadratic, and no recursion. */
static void
test_long(void **state)
{
	const size_t count = 100000;
	Dbmig	   *d = unit_begin(&dbmig_sqlite);
	DbmigOrder *order = dbmig_order_new(d);
	void	  **items;
	size_t		i;

	(void) state;
	for (i = 0; i < count; i++)
		dbmig_order_add(order, NULL, (int) (i % 7), i % 3 == 0 ? keys : NULL,
						"x");
	for (i = 1; i < count; i++)
		dbmig_order_wait(order, i - 1, i, DBMIG_WAIT_NEED);
	items = dbmig_order_sort(order);
	assert_non_null(items);
	unit_end(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
