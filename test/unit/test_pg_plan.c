/*
 * test_pg_plan.c
 *	  The plans for PostgreSQL: from one model's text to another's.
 */
#include "unit.h"

#include "pg_plan.h"

typedef struct Case
{
	const char *name;
	const char *from;
	const char *to;
	const char *up;
	const char *down;
	const char *got_up;
	const char *got_down;
} Case;

static void
plan_case(Dbmig *d, void *state)
{
	Case	   *test = state;
	const DbmigIntent intent = {.undo = false};
	DbmigModel *from = dbmig_model_read(d, &dbmig_postgres, "from",
										test->from);
	DbmigModel *to = dbmig_model_read(d, &dbmig_postgres, "to", test->to);
	DbmigPlan  *plan;

	test->got_up = "";
	test->got_down = "";
	if (from == NULL || to == NULL)
		return;
	plan = dbmig_plan(d, from, to, &intent);
	if (plan == NULL)
		return;
	test->got_up = dbmig_plan_sql(plan);
	test->got_down = plan->down;
}

#define A_TABLE \
	"table \"public.a\" \"a\"\n" \
	"\tcolumn \"id\"\n" \
	"\t\ttype = \"integer\"\n" \
	"\t\tnot_null = \"yes\"\n"

#define A_VIEW \
	"view \"public.v\" \"v\"\n" \
	"\tcomment = \"it's\"\n" \
	"\tdefinition = \" SELECT a.id\\n   FROM public.a\"\n" \
	"\tneeds = table \"public.a\" column \"id\"\n" \
	"\tcolumn \"id\"\n" \
	"\t\ttype = \"integer\"\n" \
	"\tgrant \"bob\"\n" \
	"\t\tgrantee = \"bob\"\n" \
	"\t\tprivileges = \"SELECT\"\n"

#define MUTUAL(name, other) \
	"table \"public." name "\" \"" name "\"\n" \
	"\tcolumn \"id\"\n" \
	"\t\ttype = \"integer\"\n" \
	"\tconstraint \"" name "_pk\"\n" \
	"\t\ttype = \"primary key\"\n" \
	"\t\tdefinition = \"PRIMARY KEY (id)\"\n" \
	"\t\tneeds = table \"public." name "\" column \"id\"\n" \
	"\tconstraint \"" name "_fk\"\n" \
	"\t\ttype = \"foreign key\"\n" \
	"\t\tdefinition = \"FOREIGN KEY (id) REFERENCES public." other "(id)\"\n" \
	"\t\treferences = \"public." other "\"\n" \
	"\t\tneeds = table \"public." other "\" constraint \"" other "_pk\"\n"

static Case cases[] =
{
	{
		.name = "nothing",
		.from = A_TABLE, .to = A_TABLE, .up = "", .down = ""
	},
	{
		.name = "a serial column: sequence, table, owner",
		.from = "",
		.to = "sequence \"public.s\" \"s\"\n"
		"\ttype = \"integer\"\n"
		"\towned_by = \"public.a.id\"\n"
		"table \"public.a\" \"a\"\n"
		"\tcolumn \"id\"\n"
		"\t\ttype = \"integer\"\n"
		"\t\tdefault = \"nextval('public.s'::regclass)\"\n"
		"\t\tneeds = sequence \"public.s\"\n",
		.up = "CREATE SEQUENCE public.s AS integer;\n\n"
		"CREATE TABLE public.a (\n\t"
		"\"id\" integer DEFAULT nextval('public.s'::regclass)\n);\n\n"
		"ALTER SEQUENCE public.s OWNED BY public.a.id;\n",
		.down = "DROP TABLE public.a;\n"
	},
	{
		.name = "a column's type under a view, which comes back as it was",
		.from = A_TABLE A_VIEW,
		.to = "table \"public.a\" \"a\"\n"
		"\tcolumn \"id\"\n"
		"\t\ttype = \"text\"\n"
		"\t\tnot_null = \"yes\"\n"
		"view \"public.v\" \"v\"\n"
		"\tcomment = \"it's\"\n"
		"\tdefinition = \" SELECT a.id\\n   FROM public.a\"\n"
		"\tneeds = table \"public.a\" column \"id\"\n"
		"\tcolumn \"id\"\n"
		"\t\ttype = \"text\"\n"
		"\tgrant \"bob\"\n"
		"\t\tgrantee = \"bob\"\n"
		"\t\tprivileges = \"SELECT\"\n",
		.up = "DROP VIEW public.v;\n\n"
		"ALTER TABLE public.a\n\t"
		"ALTER COLUMN \"id\" TYPE text USING \"id\"::text;\n\n"
		"CREATE VIEW public.v AS\n SELECT a.id\n   FROM public.a;\n"
		"COMMENT ON VIEW public.v IS 'it''s';\n"
		"GRANT SELECT ON TABLE public.v TO bob;\n",
		.down = "DROP VIEW public.v;\n\n"
		"ALTER TABLE public.a\n\t"
		"ALTER COLUMN \"id\" TYPE integer USING \"id\"::integer;\n\n"
		"CREATE VIEW public.v AS\n SELECT a.id\n   FROM public.a;\n"
		"COMMENT ON VIEW public.v IS 'it''s';\n"
		"GRANT SELECT ON TABLE public.v TO bob;\n"
	},
	{
		.name = "tables that name each other",
		.from = "",
		.to = MUTUAL("a", "b") MUTUAL("b", "a"),
		.up = "CREATE TABLE public.a (\n\t"
		"\"id\" integer,\n\t"
		"CONSTRAINT \"a_pk\" PRIMARY KEY (id)\n);\n\n"
		"CREATE TABLE public.b (\n\t"
		"\"id\" integer,\n\t"
		"CONSTRAINT \"b_pk\" PRIMARY KEY (id),\n\t"
		"CONSTRAINT \"b_fk\" FOREIGN KEY (id) REFERENCES public.a(id)\n"
		");\n\n"
		"ALTER TABLE public.a\n\t"
		"ADD CONSTRAINT \"a_fk\" FOREIGN KEY (id) REFERENCES public.b(id);"
		"\n",
		.down = "ALTER TABLE IF EXISTS public.b DROP CONSTRAINT IF EXISTS "
		"\"b_fk\";\n"
		"DROP TABLE public.a;\n\n"
		"DROP TABLE public.b;\n"
	},
	{
		.name = "a value of an enum that nothing names yet, and away with it",
		.from = "enum \"public.e\" \"e\"\n\tvalues = \"'a', 'c'\"\n",
		.to = "enum \"public.e\" \"e\"\n\tvalues = \"'a', 'b', 'c', 'd'\"\n",
		.up = "ALTER TYPE public.e ADD VALUE 'b' AFTER 'a';\n"
		"ALTER TYPE public.e ADD VALUE 'd';\n",
		.down = "DROP TYPE public.e;\n\n"
		"CREATE TYPE public.e AS ENUM ('a', 'c');\n"
	},
	{
		.name = "one that a default names at once",
		.from = "enum \"public.e\" \"e\"\n\tvalues = \"'a'\"\n"
		"table \"public.a\" \"a\"\n"
		"\tcolumn \"x\"\n"
		"\t\ttype = \"public.e\"\n"
		"\t\tneeds = enum \"public.e\"\n",
		.to = "enum \"public.e\" \"e\"\n\tvalues = \"'a', 'b'\"\n"
		"table \"public.a\" \"a\"\n"
		"\tcolumn \"x\"\n"
		"\t\ttype = \"public.e\"\n"
		"\t\tdefault = \"'b'::public.e\"\n"
		"\t\tneeds = enum \"public.e\"\n",
		.up = "ALTER TYPE public.e RENAME TO \"dbmig_old_e\";\n\n"
		"CREATE TYPE public.e AS ENUM ('a', 'b');\n\n"
		"ALTER TABLE public.a\n\t"
		"ALTER COLUMN \"x\" TYPE public.e USING \"x\"::text::public.e,\n\t"
		"ALTER COLUMN \"x\" SET DEFAULT 'b'::public.e;\n\n"
		"DROP TYPE public.\"dbmig_old_e\";\n",
		.down = "ALTER TYPE public.e RENAME TO \"dbmig_old_e\";\n\n"
		"CREATE TYPE public.e AS ENUM ('a');\n\n"
		"ALTER TABLE public.a\n\t"
		"ALTER COLUMN \"x\" DROP DEFAULT,\n\t"
		"ALTER COLUMN \"x\" TYPE public.e USING \"x\"::text::public.e;\n\n"
		"DROP TYPE public.\"dbmig_old_e\";\n"
	},
	{
		.name = "all of one table in one statement",
		.from = A_TABLE,
		.to = "table \"public.a\" \"a\"\n"
		"\trow_security = \"yes\"\n"
		"\toptions = \"fillfactor='70'\"\n"
		"\tcolumn \"id\"\n"
		"\t\ttype = \"bigint\"\n"
		"\tcolumn \"b\"\n"
		"\t\ttype = \"text\"\n"
		"\tconstraint \"c\"\n"
		"\t\ttype = \"check\"\n"
		"\t\tdefinition = \"CHECK ((id > 0))\"\n"
		"\t\tneeds = table \"public.a\" column \"id\"\n",
		.up = "ALTER TABLE public.a\n\t"
		"SET (fillfactor='70'),\n\t"
		"ENABLE ROW LEVEL SECURITY,\n\t"
		"ADD COLUMN \"b\" text,\n\t"
		"ALTER COLUMN \"id\" TYPE bigint,\n\t"
		"ALTER COLUMN \"id\" DROP NOT NULL,\n\t"
		"ADD CONSTRAINT \"c\" CHECK ((id > 0));\n",
		.down = "ALTER TABLE public.a\n\t"
		"DROP CONSTRAINT \"c\",\n\t"
		"DROP COLUMN \"b\",\n\t"
		"RESET (fillfactor),\n\t"
		"DISABLE ROW LEVEL SECURITY,\n\t"
		"ALTER COLUMN \"id\" TYPE integer,\n\t"
		"ALTER COLUMN \"id\" SET NOT NULL;\n"
	},
	{
		.name = "a sequence gives its place to an identity, and takes it back",
		.from = "sequence \"public.s\" \"s\"\n"
		"\ttype = \"integer\"\n"
		"\towned_by = \"public.a.id\"\n"
		"table \"public.a\" \"a\"\n"
		"\tcolumn \"id\"\n"
		"\t\ttype = \"integer\"\n"
		"\t\tdefault = \"nextval('public.s'::regclass)\"\n"
		"\t\tneeds = sequence \"public.s\"\n",
		.to = "table \"public.a\" \"a\"\n"
		"\tcolumn \"id\"\n"
		"\t\ttype = \"integer\"\n"
		"\t\tidentity = \"always\"\n"
		"\t\tsequence = \"public.s\"\n",
		.up = "ALTER SEQUENCE public.s RENAME TO \"dbmig_old_s\";\n\n"
		"ALTER TABLE public.a\n\t"
		"ALTER COLUMN \"id\" DROP DEFAULT,\n\t"
		"ALTER COLUMN \"id\" ADD GENERATED ALWAYS AS IDENTITY "
		"(SEQUENCE NAME public.s);\n"
		"SELECT pg_catalog.setval('public.s', last_value, is_called) "
		"FROM public.\"dbmig_old_s\";\n\n"
		"DROP SEQUENCE public.\"dbmig_old_s\";\n",
		.down = "ALTER SEQUENCE public.s RENAME TO \"dbmig_old_s\";\n\n"
		"CREATE SEQUENCE public.s AS integer;\n\n"
		"SELECT pg_catalog.setval('public.s', last_value, is_called) "
		"FROM public.\"dbmig_old_s\";\n"
		"ALTER TABLE public.a\n\t"
		"ALTER COLUMN \"id\" DROP IDENTITY,\n\t"
		"ALTER COLUMN \"id\" SET DEFAULT nextval('public.s'::regclass);\n\n"
		"ALTER SEQUENCE public.s OWNED BY public.a.id;\n"
	},
};

static void
test_cases(void **state)
{
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(cases); i++)
	{
		Dbmig	   *d = unit_run(&dbmig_postgres, plan_case, &cases[i]);

		unit_error(d, DBMIG_OK, "");
		if (strcmp(cases[i].got_up, cases[i].up) != 0 ||
			strcmp(cases[i].got_down, cases[i].down) != 0)
			print_message("%s:\n%s---\n%s", cases[i].name, cases[i].got_up,
						  cases[i].got_down);
		assert_string_equal(cases[i].got_up, cases[i].up);
		assert_string_equal(cases[i].got_down, cases[i].down);
		unit_end(d);
	}
}

/* ---- renames that follow from others ---- */

static void
imply(Dbmig *d, void *state)
{
	Case	   *test = state;
	DbmigPlan	renames = {.d = d, .down = ""};
	DbmigModel *from = dbmig_model_read(d, &dbmig_postgres, "from",
										test->from);
	DbmigModel *to = dbmig_model_read(d, &dbmig_postgres, "to", test->to);

	test->got_up = "";
	test->got_down = "";
	if (from == NULL || to == NULL)
		return;
	dbmig_pg_imply(&renames, from, to);
	test->got_up = dbmig_plan_sql(&renames);
	if (renames.count > 0)
		test->got_down = renames.steps[renames.count - 1].undo;
}

#define NAMED(n, with) \
	"sequence \"public.s" n "\" \"s" n "\"\n" \
	"\towned_by = \"public.a.id\"\n" \
	"table \"public.a\" \"a\"\n" \
	"\tcolumn \"id\"\n" \
	"\t\ttype = \"integer\"\n" \
	"\tconstraint \"c" n "\"\n" \
	"\t\ttype = \"primary key\"\n" \
	"\t\tdefinition = \"PRIMARY KEY (id)\"\n" \
	"index \"public.i" n "\" \"i" n "\"\n" \
	"\tdefinition = \"CREATE INDEX i" n " ON public.a USING btree (id)" \
	with "\"\n" \
	"\ttable = \"public.a\"\n"

static void
test_implied(void **state)
{
	Case		test[] = {
		{
			.from = NAMED("1", ""), .to = NAMED("2", ""),
			.up = "ALTER SEQUENCE public.s1 RENAME TO s2;\n\n"
			"ALTER TABLE public.a RENAME CONSTRAINT \"c1\" TO \"c2\";\n\n"
			"ALTER INDEX public.i1 RENAME TO i2;\n",
			.down = "ALTER INDEX public.i2 RENAME TO i1;\n"
		},
		{
			.from = NAMED("1", ""), .to = NAMED("2", " WHERE (id > 0)"),
			.up = "ALTER SEQUENCE public.s1 RENAME TO s2;\n\n"
			"ALTER TABLE public.a RENAME CONSTRAINT \"c1\" TO \"c2\";\n",
			.down = "ALTER TABLE public.a RENAME CONSTRAINT \"c2\" TO \"c1\";\n"
		},
		{
			.from = NAMED("1", ""), .to = "", .up = "", .down = ""
		},
		{
			/* The name is in use. */
			.from = NAMED("1", "")
			"view \"public.i2\" \"i2\"\n\tdefinition = \"SELECT 1\"\n",
			.to = NAMED("2", ""),
			.up = "ALTER SEQUENCE public.s1 RENAME TO s2;\n\n"
			"ALTER TABLE public.a RENAME CONSTRAINT \"c1\" TO \"c2\";\n",
			.down = "ALTER TABLE public.a RENAME CONSTRAINT \"c2\" TO \"c1\";\n"
		},
	};
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(test); i++)
	{
		Dbmig	   *d = unit_run(&dbmig_postgres, imply, &test[i]);

		unit_error(d, DBMIG_OK, "");
		assert_string_equal(test[i].got_up, test[i].up);
		assert_string_equal(test[i].got_down, test[i].down);
		unit_end(d);
	}
}

/* ---- what the server deparses ---- */

typedef struct Text
{
	const char *sql;
	const char *wanted;
	const char *given;
} Text;

static void
restore(Dbmig *d, void *state)
{
	Text	   *text = state;

	text->given = dbmig_pg_restorable(d, text->sql);
}

static void
test_texts(void **state)
{
	static const char *const texts[][2] =
	{
		{"CHECK (a > 1)", "CHECK (a > 1)"},
		{"(a = ANY ((ARRAY['x'::character varying, 'y''z'::character varying])"
			"::text[]))",
			"(a = ANY (((ARRAY['x'::character varying, 'y''z'::character "
		"varying])::character varying[])::text[]))"},
		{"(ARRAY['x'::numeric(3,1)])::real[]",
		"((ARRAY['x'::numeric(3,1)])::numeric(3,1)[])::real[]"},
		{"(ARRAY['x'::text, 'y'::name])::text[]",
		"(ARRAY['x'::text, 'y'::name])::text[]"},
		{"(ARRAY[a, b])::text[]", "(ARRAY[a, b])::text[]"},
		{"'(ARRAY[''x''::text])::name[]'", "'(ARRAY[''x''::text])::name[]'"},
		{"SELECT a.b, NULL::integer AS c FROM a",
		"SELECT a.b, NULL::integer AS c FROM a"},
		{"SELECT a.b, NULL::integer FROM a UNION ALL SELECT f((1)::text)",
			"SELECT a.b, NULL::integer AS \"?column?\" FROM a UNION ALL "
		"SELECT f((1)::text)"},
		{"SELECT (SELECT NULL::text) AS x;",
		"SELECT (SELECT NULL::text AS \"?column?\") AS x;"},
	};
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(texts); i++)
	{
		Text		text = {texts[i][0], texts[i][1], NULL};
		Dbmig	   *d = unit_run(&dbmig_postgres, restore, &text);

		unit_error(d, DBMIG_OK, "");
		assert_string_equal(text.given, text.wanted);
		unit_end(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_implied),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests_name("pg_plan", tests, NULL, NULL);
}
