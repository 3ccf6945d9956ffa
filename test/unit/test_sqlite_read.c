/*
 * test_sqlite_read.c
 *	  Tests of common/sqlite_read.c, sqlite_part.c and sqlite_text.c.
 *
 * A case is a definition as SQLite stores it, and what must come of it.
 */
#include "unit.h"

#include <stdio.h>

#include "sqlite_schema.h"

#define MAX_ROWS 8

typedef struct Row
{
	const char *type;
	const char *name;
	const char *table;
	const char *sql;
} Row;

/* What a work function is given, and what it gives. */
typedef struct Given
{
	Row			rows[MAX_ROWS];
	const char *skipped;		/* an attribute that is not shown, or NULL */
	DbmigModel *model;
	const char *text;
} Given;

static void
show_object(DbmigBuf *buf, const DbmigObject *object, const char *skipped)
{
	size_t		i;

	dbmig_buf_add(buf, buf->len > 0 ? "\n" : "");
	dbmig_buf_addf(buf, "%s %s", object->kind->name, object->id);
	if (strcmp(object->id, object->name) != 0)
		dbmig_buf_addf(buf, " (%s)", object->name);
	for (i = 0; i < object->nattributes; i++)
	{
		if (skipped == NULL || strcmp(object->attributes[i].key, skipped) != 0)
			dbmig_buf_addf(buf, " %s[%s]", object->attributes[i].key,
						   object->attributes[i].value);
	}
	for (i = 0; i < object->nparts; i++)
		show_object(buf, object->parts[i], skipped);
}

static void
work_read(Dbmig *d, void *state)
{
	Given	   *given = state;
	const Row  *row;
	DbmigBuf	buf;
	size_t		i;

	given->text = NULL;
	given->model = dbmig_model_new(d, &dbmig_sqlite);
	if (given->model == NULL)
		return;
	for (row = given->rows; row->type != NULL; row++)
		dbmig_sqlite_read(given->model, row->type, row->name, row->table,
						  row->sql);
	dbmig_buf_init(&buf, d);
	for (i = 0; i < given->model->count; i++)
		show_object(&buf, given->model->items[i], given->skipped);
	given->text = buf.text;
}

/* The rows come out as that, or as that error. */
static void
check_rows(Given *given, const char *expected, bool fails)
{
	Dbmig	   *d = unit_run(&dbmig_sqlite, work_read, given);

	unit_error(d, fails ? DBMIG_WRONG_STATE : DBMIG_OK, expected);
	if (!fails)
		assert_string_equal(given->text, expected);
	unit_end(d);
}

static void
check_table(const char *sql, const char *skipped, const char *expected)
{
	Given		given = {{{"table", "T", "T", sql}}, skipped, NULL, NULL};

	check_rows(&given, expected, false);
}

/* ---- columns ---- */

/* What stands in the parentheses of CREATE TABLE T, and what is shown behind
 * "table t (T)". */
typedef struct Body
{
	const char *body;
	const char *expected;
} Body;

static void
check_bodies(const Body *bodies, size_t count)
{
	char		sql[500];
	char		expected[1000];
	size_t		i;

	for (i = 0; i < count; i++)
	{
		snprintf(sql, sizeof(sql), "CREATE TABLE T(%s)", bodies[i].body);
		snprintf(expected, sizeof(expected), "table t (T)\n%s",
				 bodies[i].expected);
		check_table(sql, "text", expected);
	}
}

static const Body columns[] =
{
	{"a", "column a"},
	{"A,b", "column a (A)\ncolumn b"},
	{"a int", "column a type[int]"},
	{"a UNSIGNED Big/**/Int", "column a type[unsigned big int]"},
	{"a Varchar ( 10 )", "column a type[varchar(10)]"},
	{"a decimal(+10, -2.5e1)", "column a type[decimal(+10,-2.5e1)]"},
	{"a [Big] `x` \"y z\"", "column a type[big]"},
	{"a 'Foo Bar'", "column a type[foo bar]"},
	{"a key", "column a type[key]"},
	{"a \xc3\x84", "column a type[\xc3\x84]"},

	/* Names of all forms, and keywords as names. */
	{"'a b'int,\"C\"\"d\" int, [e f], `G``h`",
		"column a b type[int]\ncolumn c\"d (C\"d) type[int]\ncolumn e f\n"
	"column g`h (G`h)"},
	{"\"select\" int, key text, left, \"\", current_date",
		"column select type[int]\ncolumn key type[text]\ncolumn left\n"
	"column \ncolumn current_date"},
	{"\xc3\x84\xe5\x90\x8d" "A", "column \xc3\x84\xe5\x90\x8d" "a"
	" (\xc3\x84\xe5\x90\x8d" "A)"},

	{"a integer PRIMARY KEY", "column a primary_key[yes] type[integer]"},
	{"a integer primary key asc autoincrement",
	"column a autoincrement[yes] primary_key[asc] type[integer]"},
	{"a PRIMARY KEY DESC ON CONFLICT Replace AUTOINCREMENT",
	"column a autoincrement[yes] primary_key[desc on conflict replace]"},
	{"a not null", "column a not_null[yes]"},
	{"a null on conflict fail", "column a"},
	{"a constraint n not null on conflict ignore null",
	"column a not_null[on conflict ignore]"},
	{"a unique", "column a unique[yes]"},
	{"a unique on conflict rollback", "column a unique[on conflict rollback]"},
	{"a collate NOCASE", "column a collate[nocase]"},
	{"a collate 'My Own'", "column a collate[\"my own\"]"},
	{"a collate binary collate \"RTRIM\"", "column a collate[rtrim]"},
	{"a constraint only", "column a"},
	{"a constraint x constraint 'y' unique", "column a unique[yes]"},

	{"a default 5", "column a default[5]"},
	{"a default - 5", "column a default[- 5]"},
	{"a default +.5E3 not null", "column a default[+ .5e3] not_null[yes]"},
	{"a default 'It''s'", "column a default['It''s']"},
	{"a default X'aB'", "column a default[X'aB']"},
	{"a default NULL", "column a default[null]"},
	{"a default True", "column a default[true]"},
	{"a default Current_Timestamp", "column a default[current_timestamp]"},
	{"a default \"Abc\"", "column a default[\"Abc\"]"},
	{"a default [Abc]", "column a default[[Abc]]"},
	{"a default Abc", "column a default[Abc]"},
	{"a default Key unique", "column a default[Key] unique[yes]"},
	{"a default (Lower('X') || (1+2))",
	"column a default[( lower ( 'X' ) || ( 1 + 2 ) )]"},
	{"a default 1 default 2", "column a default[2]"},

	{"a check(A>0)", "column a check[a > 0]"},
	{"a check(a in (')', 1)) not null",
	"column a check[a in ( ')' , 1 )] not_null[yes]"},
	{"a check(a or 1) constraint c check(2) check(3)",
	"column a check[( a or 1 ) and ( 2 ) and ( 3 )]"},

	{"a references B", "column a references[b]"},
	{"a references 'B c'(\"D\") on delete set null ON UPDATE no action"
		" match Full NOT DEFERRABLE unique",
		"column a references[\"b c\" ( d ) on delete set null on update no"
	" action match full not deferrable] unique[yes]"},
	{"a references b on delete set default on update CASCADE on insert"
		" restrict not null deferrable initially deferred",
		"column a not_null[yes] references[b on delete set default on update"
	" cascade on insert restrict deferrable initially deferred]"},
	{"a references b references c(d)",
	"column a references[b references c ( d )]"},
	{"a references b, c deferrable",
	"column a references[b deferrable]\ncolumn c"},
	{"a deferrable initially immediate", "column a"},

	{"a generated always as (B+1)", "column a generated[b + 1]"},
	{"a int as (b) Stored unique",
	"column a generated[b] stored[yes] type[int] unique[yes]"},
	{"a int generated always as (1) virtual, b",
	"column a generated[1] type[int]\ncolumn b"},
	{"a generated, b generated text, c int always, d generated always,"
		" e int generated always unique",
		"column a type[generated]\ncolumn b type[generated text]\n"
	"column c type[int always]\ncolumn d\ncolumn e type[int] unique[yes]"},

	{"/* ( */ a -- ,\n, b /*,*/ int -- )\n", "column a\ncolumn b type[int]"},
};

static void
test_columns(void **state)
{
	(void) state;
	check_bodies(columns, DBMIG_COUNT(columns));
}

/* ---- constraints of tables ---- */

static const Body constraints[] =
{
	{"a, PRIMARY KEY(A)", "column a\n"
	"constraint primary key ( a ) columns[a] type[primary key]"},
	{"a, b, constraint Pk primary key ('a' collate NOCASE desc, [B]) on"
		" conflict ignore", "column a\ncolumn b\n"
	"constraint pk (Pk) columns[a collate nocase desc , b] type[primary key]"},
	{"a integer, primary key (a autoincrement)",
		"column a autoincrement[yes] type[integer]\n"
		"constraint primary key ( a autoincrement ) columns[a]"
	" type[primary key]"},
	{"\"A b\" integer, primary key (`a B` asc autoincrement)",
		"column a b (A b) autoincrement[yes] type[integer]\n"
		"constraint primary key ( \"a b\" asc autoincrement )"
	" columns[\"a b\" asc] type[primary key]"},
	{"a, unique(a) on conflict replace", "column a\n"
	"constraint unique ( a ) on conflict replace columns[a] type[unique]"},
	{"a, check (A > (1)) on conflict fail", "column a\n"
		"constraint check ( a > ( 1 ) ) on conflict fail columns[a > ( 1 )]"
	" type[check]"},
	{"a, foreign key (a) references B", "column a\n"
		"constraint foreign key ( a ) references b columns[a] references[b]"
	" type[foreign key]"},
	{"a, constraint f foreign key(\"A\") references b('C') match X on delete"
		" cascade deferrable initially immediate", "column a\n"
		"constraint f columns[a] references[b ( c ) match x on delete cascade"
	" deferrable initially immediate] type[foreign key]"},
	{"a, foreign key(a) references b not deferrable check(1)", "column a\n"
		"constraint foreign key ( a ) references b not deferrable columns[a]"
		" references[b not deferrable] type[foreign key]\n"
	"constraint check ( 1 ) columns[1] type[check]"},

	/* Without commas, and names of nothing. */
	{"a, check(1) unique(a)constraint x check(2), constraint y",
		"column a\nconstraint check ( 1 ) columns[1] type[check]\n"
		"constraint unique ( a ) columns[a] type[unique]\n"
	"constraint x columns[2] type[check]"},
	{"a, constraint x, constraint y constraint z unique(a)",
	"column a\nconstraint z columns[a] type[unique]"},

	/* The same id. */
	{"a, constraint c check(1), constraint C check(1), check(2), check (2),"
		" check(/**/2), constraint \"check ( 2 ) #2\" check(3)",
		"column a\nconstraint c columns[1] type[check]\n"
		"constraint c #2 (C) columns[1] type[check]\n"
		"constraint check ( 2 ) columns[2] type[check]\n"
		"constraint check ( 2 ) #2 (check ( 2 )) columns[2] type[check]\n"
		"constraint check ( 2 ) #3 (check ( 2 )) columns[2] type[check]\n"
		"constraint check ( 2 ) #2 #2 (check ( 2 ) #2) columns[3]"
	" type[check]"},

	/* What stands in double quotes and names no column is a string. */
	{"a check(\"B\" in (\"A\", \"X\", \"x\", `Y`, \"T\")), \"b\"",
	"column a check[b in ( a , \"X\" , x , y , t )]\ncolumn b"},
	{"a, b as (\"C\"), c, check(\"c\" = \"D\"), unique(\"C\")",
		"column a\ncolumn b generated[c]\ncolumn c\n"
		"constraint check ( c = \"D\" ) columns[c = \"D\"] type[check]\n"
	"constraint unique ( c ) columns[c] type[unique]"},
};

static void
test_constraints(void **state)
{
	(void) state;
	check_bodies(constraints, DBMIG_COUNT(constraints));
}

/* ---- tables as a whole ---- */

static const Body tables[] =
{
	{"CREATE TABLE T(a) STRICT", "table t (T) strict[yes]\ncolumn a"},
	{"CREATE TABLE T(a)without rowid",
	"table t (T) without_rowid[yes]\ncolumn a"},
	{"CREATE TABLE T(a) Without RowId , Strict ;",
	"table t (T) strict[yes] without_rowid[yes]\ncolumn a"},
	{"CREATE TABLE \"T\" (\n  a\n) -- the end", "table t (T)\ncolumn a"},
	{"create temp table if not exists main . [T] (a) /* open",
	"table t (T)\ncolumn a"},
	{"CREATE TABLE if(a)", "table t (T)\ncolumn a"},
	/* CREATE TABLE AS, as SQLite stores it. */
	{"CREATE TABLE T(\n  a INT,\n  \"B c\" TEXT,\n  \"a:1\"\n)",
		"table t (T)\ncolumn a type[int]\ncolumn b c (B c) type[text]\n"
	"column a:1"},
	/* ALTER TABLE ADD COLUMN, as SQLite stores it. */
	{"CREATE TABLE T(a -- x\n, b int default 'X', check(a) /*y*/ )",
		"table t (T)\ncolumn a\ncolumn b default['X'] type[int]\n"
	"constraint check ( a ) columns[a] type[check]"},
};

static void
test_tables(void **state)
{
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(tables); i++)
		check_table(tables[i].body, "text", tables[i].expected);
}

/* The text is all that the definition says; sql is the slice. */
static void
test_parts(void **state)
{
	static const char sql[] = "CREATE TABLE T ( -- x\n \"A\" /* y */ Int"
	" DEFAULT  \"X\" -- z\n, b, Constraint c /**/ CHECK(A) -- e\n"
	" unique(b))";
	static const struct
	{
		const char *text;
		const char *sql;
	}			parts[] =
	{
		{"int default \"X\"", "\"A\" /* y */ Int DEFAULT  \"X\""},
		{"", "b"},
		{"constraint c check ( a )", "Constraint c /**/ CHECK(A)"},
		{"unique ( b )", "unique(b)"},
	};
	Given		given = {{{"table", "T", "T", sql}}, NULL, NULL, NULL};
	Dbmig	   *d = unit_run(&dbmig_sqlite, work_read, &given);
	const DbmigObject *table;
	size_t		i;

	(void) state;
	unit_error(d, DBMIG_OK, "");
	assert_int_equal(given.model->count, 1);
	table = given.model->items[0];
	assert_string_equal(table->sql, sql);
	assert_int_equal(table->nparts, DBMIG_COUNT(parts));
	for (i = 0; i < DBMIG_COUNT(parts); i++)
	{
		assert_string_equal(table->parts[i]->sql, parts[i].sql);
		assert_string_equal(dbmig_object_get(table->parts[i], "text"),
							parts[i].text);
	}
	unit_end(d);
}

/* ---- all else ---- */

static const struct
{
	Row			rows[MAX_ROWS];
	const char *expected;
}			others[] =

{
	{{{"index", "I", "T", "CREATE INDEX I on T(A, b desc) where A>0"}},
	"index i (I) table[t] text[( a , b desc ) where a > 0]"},
	{{{"index", "i x", "\xc3\x84", "CREATE UNIQUE INDEX [i x] ON '\xc3\x84'"
	"(lower(a) collate NOCASE /*y*/) -- z"}},
	"index i x table[\xc3\x84] text[( lower ( a ) collate nocase )]"
	" unique[yes]"},
	/* Strings and columns of the table. */
	{{{"table", "t", "t", "CREATE TABLE t(aB)"},
	{"index", "i", "t", "CREATE INDEX i ON t(\"Ab\", \"Cd\", \"T\")"}},
	"table t\ncolumn ab (aB) text[]\n"
	"index i table[t] text[( ab , \"Cd\" , t )]"},

	{{{"view", "V", "V", "CREATE VIEW V(A,b) as select 1 /*x*/,'X' -- y"}},
	"view v (V) text[( a , b ) as select 1 , 'X']"},
	/* What a view names is in other tables. */
	{{{"table", "t", "t", "CREATE TABLE t(aB)"},
	{"view", "v", "v", "CREATE VIEW v AS SELECT \"AB\", \"x\", X,"
		" \"T\" /**/ . \"Ab\", \"T\" AS \"U\" FROM \"T\" WHERE"
	" a IS DISTINCT FROM \"T\""}},
	"table t\ncolumn ab (aB) text[]\n"
	"view v text[as select \"AB\" , x , x , t . ab , \"T\" as u from t where"
	" a is distinct from \"T\"]"},
	{{{"table", "t", "t", "CREATE TABLE t(aB)"},
	{"trigger", "g", "t", "CREATE TRIGGER g AFTER UPDATE OF \"AB\" ON \"T\""
	" BEGIN SELECT NEW.\"X\", \"X\"; END"}},
	"table t\ncolumn ab (aB) text[]\n"
	"trigger g table[t] text[after update of ab on t"
	" begin select new . x , \"X\" ; end]"},

	{{{"trigger", "tr", "T", "CREATE TRIGGER tr after update of A on T when"
	" new.a > 1 begin update T set a='X;' ; select 1; END"}},
	"trigger tr table[t] text[after update of a on t when new . a > 1"
	" begin update t set a = 'X;' ; select 1 ; end]"},
	{{{"trigger", "before", "v", "CREATE TRIGGER main.before instead of delete"
	" on v begin select raise(abort, 'X'); end"}},
	"trigger before table[v] text[instead of delete on v begin select"
	" raise ( abort , 'X' ) ; end]"},

	{{{"table", "F", "F", "CREATE VIRTUAL TABLE F using FTS5(Title, \"B\""
	" UNINDEXED, tokenize = \"porter Ascii\", content='X')"}},
	"virtual table f (F) module[fts5] text[title , b unindexed ,"
	" tokenize = \"porter Ascii\" , content = 'X']"},
	{{{"table", "f", "f", "CREATE VIRTUAL TABLE f USING 'My Mod'(File=A/B (c),"
	" \"X\" /*y*/)"}},
	"virtual table f module[my mod] text[File = A / B ( c ) , \"X\"]"},
	{{{"table", "f", "f", "CREATE VIRTUAL TABLE f USING dbstat"}},
	"virtual table f module[dbstat] text[]"},
	{{{"table", "f", "f", "CREATE VIRTUAL TABLE f USING dbstat()"}},
	"virtual table f module[dbstat] text[]"},

	/* What is not part of a schema. */
	{{{"table", "sqlite_sequence", "sqlite_sequence",
	"CREATE TABLE sqlite_sequence(name,seq)"},
	{"table", "DBMIG_journal", "DBMIG_journal", "CREATE TABLE x(a)"},
	{"index", "i", "dbmig_journal", "CREATE INDEX i ON x(a)"},
	{"index", "sqlite_autoindex_t_1", "t", NULL},
	{"index", "i", "t", NULL}}, ""},
	{{{"table", "F", "F", "CREATE VIRTUAL TABLE F USING fts4(a)"},
	{"table", "f_Content", "f_Content",
	"CREATE TABLE 'f_Content'(docid INTEGER PRIMARY KEY)"},
	{"table", "f_node", "f_node", "CREATE TABLE f_node(a)"},
	{"table", "f_x_content", "f_x_content",
	"CREATE TABLE f_x_content(a)"},
	{"table", "g_content", "g_content",
	"CREATE TABLE g_content(a)"}},
	"virtual table f (F) module[fts4] text[a]\n"
	"table f_node\ncolumn a text[]\ntable f_x_content\ncolumn a text[]\n"
	"table g_content\ncolumn a text[]"},
	{{{"what", "x", "x", "CREATE WHAT x"}}, ""},
};

static void
test_others(void **state)
{
	Given		given = {0};
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(others); i++)
	{
		memcpy(given.rows, others[i].rows, sizeof(given.rows));
		check_rows(&given, others[i].expected, false);
	}
}

/* ---- what cannot be read ---- */

static const struct
{
	const char *type;
	const char *sql;
	const char *problem;
}			wrongs[] =

{
	{"table", "", "its end"},
	{"table", "CREATE TABLE", "its end"},
	{"table", "CREATE VIEW a AS SELECT 1", "or near \"VIEW\""},
	{"table", "CREATE constraint", "or near \"constraint\""},
	{"table", "CREATE TABLE a", "its end"},
	{"table", "CREATE TABLE a(", "its end"},
	{"table", "CREATE TABLE a()", "or near \")\""},
	{"table", "CREATE TABLE a(b", "its end"},
	{"table", "CREATE TABLE a(b,)", "or near \")\""},
	{"table", "CREATE TABLE a(b) x", "or near \"x\""},
	{"table", "CREATE TABLE a(b) without", "its end"},
	{"table", "CREATE TABLE a(5)", "or near \"5\""},
	{"table", "CREATE TABLE a(b int(5) c)", "or near \"c\""},
	{"table", "CREATE TABLE a(b check(1)", "its end"},
	{"table", "CREATE TABLE a(b check 1)", "or near \"1\""},
	{"table", "CREATE TABLE a(b check((1)", "its end"},
	{"table", "CREATE TABLE a(b default", "its end"},
	{"table", "CREATE TABLE a(b not a)", "or near \"a\""},
	{"table", "CREATE TABLE a(b references 5)", "or near \"5\""},
	{"table", "CREATE TABLE a(b, check(1), c)", "or near \"c\""},
	{"table", "CREATE TABLE a(b, foreign key(b))", "or near \")\""},
	{"table", "CREATE TABLE a(b, constraint 5)", "or near \"5\""},
	{"table", "CREATE TABLE a(b, 'c)", "or near \"'c)\""},
	{"table", "CREATE TABLE a(b check('c))", "or near \"'c))\""},
	{"table", "CREATE VIRTUAL TABLE a USING", "its end"},
	{"table", "CREATE VIRTUAL TABLE a USING b(c", "its end"},
	{"table", "CREATE VIRTUAL TABLE a USING b(c) d", "or near \"d\""},
	{"index", "CREATE INDEX a", "its end"},
	{"index", "CREATE INDEX a ON b('c)", "or near \"'c)\""},
	{"view", "CREATE TABLE a(b)", "or near \"TABLE\""},
	{"trigger", "CREATE TRIGGER x . 5", "or near \"5\""},
};

static void
test_wrongs(void **state)
{
	Given		given = {0};
	Row		   *row = given.rows;
	char		message[200];
	size_t		i;

	(void) state;
	row->name = "A\nb";
	row->table = "a";
	for (i = 0; i < DBMIG_COUNT(wrongs); i++)
	{
		row->type = wrongs[i].type;
		row->sql = wrongs[i].sql;
		snprintf(message, sizeof(message), "cannot read the definition of %s"
				 " \"A?b\": syntax error at %s", row->type,
				 wrongs[i].problem);
		check_rows(&given, message, true);
	}
}

static const struct
{
	Row			rows[MAX_ROWS];
	const char *problem;
}			twice[] =

{
	{{{"table", "t", "t", "CREATE TABLE t(a, b, A)"}},
	"column \"A\" of table \"t\" already exists"},
	{{{"view", "t", "t", "CREATE VIEW t AS SELECT 1"},
	{"view", "T", "T", "CREATE VIEW T AS SELECT 1"}},
	"view \"T\" already exists"},
};

static void
test_twice(void **state)
{
	Given		given = {0};
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(twice); i++)
	{
		memcpy(given.rows, twice[i].rows, sizeof(given.rows));
		check_rows(&given, twice[i].problem, true);
	}
}

/* ---- texts, names ---- */

typedef struct Text
{
	const char *sql;
	const char *text;
} Text;

static const Text texts[] =
{
	{"", ""},
	{" -- x\n/* y */ /* z", ""},
	{"SELECT  A,b/**/FROM[C d]", "select a , b from \"c d\""},
	{"\"A\" `B` [C] \"\xc3\x84" "B\"", "a b c \xc3\x84" "b"},
	{"\"a b\" \"1x\" \"a$\" \"$a\" \"\"", "\"a b\" \"1x\" a$ \"$a\" \"\""},
	{"\"A\"\"B\" `C``D` [E`\"F]", "\"a\"\"b\" \"c`d\" \"e`\"\"f\""},
	{"\"SELECT\" \"Key\" [Left] `True` \"current_Date\" \"ADD\" \"withouT\"",
	"\"select\" key \"left\" \"true\" \"current_date\" \"add\" \"without\""},
	{"\"selec\" \"selects\" \"a\"", "selec selects a"},
	{"'A''B' X'aB' x'00' 1E5 0XfF", "'A''B' X'aB' x'00' 1e5 0xff"},
	{"a==B<>c!=d||e->>'X'", "a == b <> c != d || e ->> 'X'"},
	{"DEFAULT Abc Default \"X\" default TRUE default(Y)",
	"default Abc default \"X\" default true default ( y )"},
	{"set default Abc \"default\" Y", "set default abc \"default\" y"},
	{"'Open", "'Open"},
	{"\xef\xbb\xbf" "A \xef\xbb\xbf B", "a b"},
	{"\"\xef\xbb\xbf" "A\"", "\"\xef\xbb\xbf" "a\""},
};

static void
work_text(Dbmig *d, void *state)
{
	Given	   *given = state;

	given->text = dbmig_sqlite_text(d, given->rows[0].sql);
}

/* The text of a text is that. */
static void
test_texts(void **state)
{
	Given		given = {0};
	Dbmig	   *d;
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(texts); i++)
	{
		given.rows[0].sql = texts[i].sql;
		d = unit_run(&dbmig_sqlite, work_text, &given);
		unit_error(d, DBMIG_OK, "");
		assert_string_equal(given.text, texts[i].text);
		assert_string_equal(dbmig_sqlite_text(d, given.text), texts[i].text);
		unit_end(d);
	}
}

static const struct
{
	Row			row;
	const char *id;
	bool		mentions;
}			mentions[] =

{
	{{"view", "v", "v", "CREATE VIEW v AS SELECT \"A b\" FROM T"}, "t", true},
	{{"view", "v", "v", "CREATE VIEW v AS SELECT \"A b\" FROM T"}, "a b", true},
	{{"view", "v", "v", "CREATE VIEW v AS SELECT \"A b\" FROM T"}, "a", false},
	{{"view", "v", "v", "CREATE VIEW v AS SELECT \"A b\" FROM T"}, "v", false},
	{{"view", "v", "v", "CREATE VIEW v AS SELECT 'Ab' FROM 'T'"}, "t", true},
	{{"view", "v", "v", "CREATE VIEW v AS SELECT 'Ab' FROM 'T'"}, "ab", false},
	{{"index", "i", "T", "CREATE INDEX i ON T(a)"}, "t", true},
	{{"index", "i", "T", "CREATE INDEX i ON T(a)"}, "i", false},
	{{"table", "T", "T", "CREATE TABLE T(\"a\"\"b\" REFERENCES [B])"}, "b",
	true},
	{{"table", "T", "T", "CREATE TABLE T(\"a\"\"B\" REFERENCES [B])"}, "a\"b",
	true},
	{{"table", "T", "T", "CREATE TABLE T(\"a\"\"B\" REFERENCES [B])"}, "a",
	false},
	{{"table", "f", "f", "CREATE VIRTUAL TABLE f USING fts5(a, content='T')"},
	"t", true},
};

static void
test_mentions(void **state)
{
	Given		given = {0};
	Dbmig	   *d;
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(mentions); i++)
	{
		given.rows[0] = mentions[i].row;
		d = unit_run(&dbmig_sqlite, work_read, &given);
		unit_error(d, DBMIG_OK, "");
		assert_int_equal(dbmig_sqlite_mentions(d, given.model->items[0],
											   mentions[i].id),
						 mentions[i].mentions);
		unit_end(d);
	}
}

static void
work_fold(Dbmig *d, void *state)
{
	Given	   *given = state;

	given->text = dbmig_sqlite_fold(d, given->rows[0].name);
}

static void
test_fold(void **state)
{
	Given		given = {.rows = {{.name = "AbZ[\xc3\x84"}}};
	Dbmig	   *d = unit_run(&dbmig_sqlite, work_fold, &given);

	(void) state;
	assert_string_equal(given.text, "abz[\xc3\x84");
	unit_end(d);
}

/* ---- linear time ---- */

/* Many equal constraints, columns and deep parentheses, in one table. */
static void
work_large(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigBuf	sql;
	int			i;

	dbmig_buf_init(&sql, d);
	dbmig_buf_add(&sql, "CREATE TABLE t(a");
	for (i = 0; i < 20000; i++)
		dbmig_buf_addf(&sql, ", c%d int default ((((1)))) check(\"X%d\")", i,
					   i);
	for (i = 0; i < 20000; i++)
		dbmig_buf_add(&sql, ", check(a > 0)");
	dbmig_buf_add(&sql, ", check(");
	for (i = 0; i < 100000; i++)
		dbmig_buf_addc(&sql, '(');
	for (i = 0; i < 100000; i++)
		dbmig_buf_addc(&sql, ')');
	dbmig_buf_add(&sql, "))");
	given->model = dbmig_model_new(d, &dbmig_sqlite);
	dbmig_sqlite_read(given->model, "table", "t", "t", sql.text);
}

static void
test_large(void **state)
{
	Given		given = {0};
	Dbmig	   *d;

	(void) state;
	/* One allocation after the other would take hours. */
	if (getenv("DBMIG_TORTURE") != NULL)
		return;
	d = unit_run(&dbmig_sqlite, work_large, &given);
	unit_error(d, DBMIG_OK, "");
	assert_int_equal(given.model->items[0]->nparts, 40002);
	unit_end(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_constraints),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_wrongs),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_mentions),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests_name("sqlite_read", tests, NULL, NULL);
}
