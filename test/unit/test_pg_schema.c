/*
 * test_pg_schema.c
 *	  Names and ids of PostgreSQL, and rows of its catalogs as a model.
 */
#include "unit.h"

#include "pg_catalog.h"

/* ---- names ---- */

typedef struct Name
{
	const char *id;
	int			part;
	const char *given[4];
} Name;

static void
work_id(Dbmig *d, void *state)
{
	Name	   *name = state;
	const char *part = dbmig_pg_id_part(d, name->id, name->part);

	name->given[0] = part == NULL ? "(none)" : part;
	name->given[1] = dbmig_pg_id_owner(d, name->id);
	name->given[2] = dbmig_pg_id_name(d, name->id);
}

static void
check_id(const char *id, int part, const char *text, const char *owner,
		 const char *last)
{
	Name		name = {.id = id, .part = part};
	Dbmig	   *d = unit_run(&dbmig_postgres, work_id, &name);

	unit_error(d, DBMIG_OK, "");
	assert_string_equal(name.given[0], text);
	assert_string_equal(name.given[1], owner);
	assert_string_equal(name.given[2], last);
	unit_end(d);
}

static void
test_ids(void **state)
{
	(void) state;
	check_id("app", 0, "app", "", "app");
	check_id("public.t", 0, "public", "public", "t");
	check_id("public.t", 1, "t", "public", "t");
	check_id("public.t", 2, "(none)", "public", "t");
	check_id("\"a.b\".\"c\"\"d\".e", 0, "\"a.b\"", "\"a.b\".\"c\"\"d\"", "e");
	check_id("\"a.b\".\"c\"\"d\".e", 1, "\"c\"\"d\"",
			 "\"a.b\".\"c\"\"d\"", "e");
	check_id("public.f(app.t, numeric)", 1, "f", "public",
			 "f(app.t, numeric)");
	check_id("public.\"F\"()", 1, "\"F\"", "public", "\"F\"()");
	check_id("public.=== (app.t, app.t)", 1, "===", "public",
			 "=== (app.t, app.t)");
	check_id("public.odd USING btree", 1, "odd", "public",
			 "odd USING btree");
	check_id("\"open", 0, "\"open", "", "\"open");
	check_id("", 0, "", "", "");
}

static void
work_fold(Dbmig *d, void *state)
{
	Name	   *name = state;
	DbmigBuf	buf;

	dbmig_buf_init(&buf, d);
	dbmig_pg_add_name(&buf, name->id);
	name->given[0] = buf.text;
	name->given[1] = dbmig_pg_fold(d, name->id);
	name->given[2] = dbmig_pg_fold_part(d, name->id);
}

static void
check_fold(const char *given, const char *quoted, const char *id,
		   const char *part)
{
	Name		name = {.id = given};
	Dbmig	   *d = unit_run(&dbmig_postgres, work_fold, &name);

	unit_error(d, DBMIG_OK, "");
	assert_string_equal(name.given[0], quoted);
	assert_string_equal(name.given[1], id);
	assert_string_equal(name.given[2], part);
	unit_end(d);
}

static void
test_folding(void **state)
{
	(void) state;
	check_fold("users", "users", "public.users", "users");
	check_fold("Users", "\"Users\"", "public.users", "users");
	check_fold("\"Users\"", "\"\"\"Users\"\"\"", "public.\"Users\"", "Users");
	check_fold("app.users", "\"app.users\"", "app.users", "app.users");
	check_fold("\"A\"\"b\".\"c.d\"", "\"\"\"A\"\"\"\"b\"\".\"\"c.d\"\"\"",
			   "\"A\"\"b\".\"c.d\"", "A\"b\".\"c.d");
	check_fold("order", "\"order\"", "public.\"order\"", "order");
	check_fold("ordered", "ordered", "public.ordered", "ordered");
	check_fold("xmltable", "\"xmltable\"", "public.\"xmltable\"", "xmltable");
	check_fold("all", "\"all\"", "public.\"all\"", "all");
	check_fold("9a", "\"9a\"", "public.\"9a\"", "9a");
	check_fold("", "\"\"", "public.\"\"", "");
}

/* ---- rows ---- */

#define MAX_VALUES 9

typedef struct Row
{
	const DbmigQuery *query;
	const char *values[MAX_VALUES];
	int			nvalues;
} Row;

static const Row rows[] =
{
	{&dbmig_pg_query_relations,
		{"table", "1259 1", NULL, "public.t", "t", "me", "unlogged"}, 7},
	{&dbmig_pg_query_relations,
		{"view", "1259 2", NULL, "public.v", "v", "me"}, 6},
	{&dbmig_pg_query_sequences,
		{"sequence", "1259 3", NULL, "public.s", "s", "me", "integer"}, 7},
	{&dbmig_pg_query_columns,
		{"column", "1259 1 1", "1259 1", "a", "a", "integer"}, 6},
	{&dbmig_pg_query_columns,
		{"column", "1259 9 1", "1259 9", "lost", "lost", "integer"}, 6},
	{&dbmig_pg_query_constraints,
		{"constraint", "2606 5", "1259 1", "k", "k", "primary key"}, 6},
	{&dbmig_pg_query_grants,
		{"grant", "1259 1 by 7 8", "1259 1", "r", "r", NULL, "r", NULL,
		"SELECT"}, 9},
	{&dbmig_pg_query_comments, {"1259 1 1", "what it says"}, 2},
	{&dbmig_pg_query_comments, {"1259 9", "of nobody"}, 2},
	{&dbmig_pg_query_aliases, {"2618 4", "1259 2"}, 2},
	{&dbmig_pg_query_aliases, {"1259 6", "2606 5"}, 2},
	{&dbmig_pg_query_aliases, {"1247 8", "1259 1"}, 2},
	{&dbmig_pg_query_aliases, {"1247 9", "1247 8"}, 2},
	{&dbmig_pg_query_needs, {"2618 4", "1259 1 1"}, 2},
	{&dbmig_pg_query_needs, {"2618 4", "1259 2"}, 2},
	{&dbmig_pg_query_needs, {"2606 5", "1259 1 1"}, 2},
	{&dbmig_pg_query_needs, {"1259 1 1", "1259 1"}, 2},
	{&dbmig_pg_query_needs, {"1259 3", "1259 1 1"}, 2},
	{&dbmig_pg_query_needs, {"1259 2 7", "1247 9"}, 2},
	{&dbmig_pg_query_needs, {"1259 77", "1259 1"}, 2},
	{&dbmig_pg_query_needs, {"nonsense", "1259 1"}, 2},
};

static void
read_row(DbmigModel *model, const Row *row)
{
	const DbmigCatalog *catalog = dbmig_pg_catalogs;
	DbmigValue	values[MAX_VALUES] = {{.type = DBMIG_NULL}};
	int			i;

	while (catalog->query != row->query)
		catalog++;
	for (i = 0; i < row->nvalues; i++)
	{
		if (row->values[i] == NULL)
			continue;
		values[i].type = DBMIG_TEXT;
		values[i].text = row->values[i];
		values[i].len = strlen(row->values[i]);
	}
	catalog->read(model, row->nvalues, values);
}

static void
work_rows(Dbmig *d, void *state)
{
	const char **text = state;
	DbmigModel *model = dbmig_model_new(d, &dbmig_postgres);
	size_t		i;

	*text = "";
	if (model == NULL)
		return;
	for (i = 0; i < DBMIG_COUNT(rows) && dbmig_ok(d); i++)
		read_row(model, &rows[i]);
	dbmig_model_finish(model);
	if (dbmig_ok(d))
		*text = dbmig_model_write(model);
}

static void
test_rows(void **state)
{
	const char *text;
	Dbmig	   *d = unit_run(&dbmig_postgres, work_rows, &text);

	(void) state;
	unit_error(d, DBMIG_OK, "");
	assert_string_equal(text,
						"sequence \"public.s\" \"s\"\n"
						"\towner = \"me\"\n"
						"\ttype = \"integer\"\n"
						"table \"public.t\" \"t\"\n"
						"\towner = \"me\"\n"
						"\tpersistence = \"unlogged\"\n"
						"\tcolumn \"a\"\n"
						"\t\tcomment = \"what it says\"\n"
						"\t\ttype = \"integer\"\n"
						"\tconstraint \"k\"\n"
						"\t\ttype = \"primary key\"\n"
						"\t\tneeds = table \"public.t\" column \"a\"\n"
						"\tgrant \"r\"\n"
						"\t\tgrantee = \"r\"\n"
						"\t\tprivileges = \"SELECT\"\n"
						"view \"public.v\" \"v\"\n"
						"\towner = \"me\"\n"
						"\tneeds = table \"public.t\"\n"
						"\tneeds = table \"public.t\" column \"a\"\n");
	unit_end(d);
}

/* A row with more columns than the kind has attributes is a fault of ours. */
static void
work_wide(Dbmig *d, void *state)
{
	static const Row wide =
	{
		&dbmig_pg_query_schemas,
		{"schema", "2615 1", NULL, "s", "s", "me", "more"}, 7
	};
	DbmigModel *model = dbmig_model_new(d, &dbmig_postgres);

	(void) state;
	if (model != NULL)
		read_row(model, &wide);
}

static void
test_wide_row(void **state)
{
	Dbmig	   *d = unit_run(&dbmig_postgres, work_wide, NULL);

	(void) state;
	unit_error(d, DBMIG_INTERNAL,
			   "the catalog query for kind \"schema\" has 7 columns");
	unit_end(d);
}

/* Each kind has its place in the table, and a name that no other has. */
static void
test_kinds(void **state)
{
	int			i;

	(void) state;
	for (i = 0; i < DBMIG_PG_NKINDS; i++)
	{
		assert_int_equal(dbmig_pg_kinds[i].order, i);
		assert_ptr_equal(dbmig_kind(&dbmig_postgres, dbmig_pg_kinds[i].name),
						 &dbmig_pg_kinds[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_wide_row),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
