/*
 * test_source.c
 *	  Tests of common/source.c, layout.c and section.c.
 *
 * A case is a folder and what must come of it.  Each is run as a folder, with
 * its entries in both orders, and as a JSON array of files.
 */
#include "unit.h"

#include "source.h"

#define ROOT "db/migrations"
#define PREFIX "./db//migrations/"
#define MAX_FILES 8

typedef struct File
{
	const char *path;
	const char *text;
} File;

typedef struct Case
{
	const char *title;
	const char *result;			/* "name [up] [down]" each, or the message */
	File		files[MAX_FILES];
} Case;

/* ---- the host ---- */

static size_t
count_files(const Case *test)
{
	size_t		n = 0;

	while (n < MAX_FILES && test->files[n].path != NULL)
		n++;
	return n;
}

/* True when one of the first n files is below the folder that path begins
 * with, len bytes and its slash. */
static bool
is_listed(const Case *test, size_t n, const char *path, size_t len)
{
	size_t		i;

	for (i = 0; i < n; i++)
	{
		if (strncmp(test->files[i].path, path, len + 1) == 0)
			return true;
	}
	return false;
}

/* Entries of the folder of that name below ROOT ("" is ROOT). */
static void
answer_list(DbmigSource *source, const Case *test, const char *folder,
			bool reversed)
{
	size_t		n = count_files(test);
	size_t		below = strlen(folder);
	size_t		at;
	size_t		i;
	size_t		len;
	char		name[64] = "";
	const char *path;

	below += below > 0;
	for (i = 0; i < n; i++)
	{
		at = reversed ? n - 1 - i : i;
		path = test->files[at].path;
		if (below > 0 && (strncmp(path, folder, below - 1) != 0 ||
						  path[below - 1] != '/'))
			continue;
		len = strcspn(path + below, "/");
		memcpy(name, path + below, len);
		name[len] = '\0';
		if (path[below + len] == '\0')
			dbmig_source_entry(source, name, false);
		else if (!is_listed(test, at, path, below + len))
			dbmig_source_entry(source, name, true);
	}
}

static void
answer_read(DbmigSource *source, const Case *test, const char *path)
{
	size_t		i;
	const File *file;

	for (i = 0; i < count_files(test); i++)
	{
		file = &test->files[i];
		if (strcmp(file->path, path) != 0)
			continue;
		dbmig_source_content(source, file->text, strlen(file->text));
		return;
	}
	fail_msg("no such file: %s", path);
}

static void
answer(DbmigSource *source, const Case *test, const DbmigOp *op,
	   bool reversed)
{
	const char *below = op->text + strlen(ROOT);

	assert_int_equal(strncmp(op->text, ROOT, strlen(ROOT)), 0);
	below += *below == '/';
	if (op->kind == DBMIG_OP_LIST)
		answer_list(source, test, below, reversed);
	else
		answer_read(source, test, below);
}

/* The case as a JSON array of files. */
static const char *
case_json(Dbmig *d, const Case *test)
{
	DbmigBuf	buf;
	size_t		i;

	dbmig_buf_init(&buf, d);
	for (i = 0; i < count_files(test); i++)
	{
		dbmig_buf_add(&buf, i == 0 ? " [{\"path\":" : ",{\"path\":");
		dbmig_buf_json(&buf, dbmig_printf(d, PREFIX "%s",
										  test->files[i].path));
		dbmig_buf_add(&buf, ",\"text\":");
		dbmig_buf_json(&buf, test->files[i].text);
		dbmig_buf_addc(&buf, '}');
	}
	dbmig_buf_addc(&buf, ']');
	return buf.text;
}

/* " [text]", with its line when it is not the first. */
static void
render_text(DbmigBuf *buf, int line, const char *text)
{
	if (text == NULL)
		return;
	dbmig_buf_addc(buf, ' ');
	if (line > 0)
		dbmig_buf_addf(buf, "%d", line);
	dbmig_buf_addf(buf, "[%s]", text);
}

/* What came out, in the words of Case.result. */
static const char *
render(Dbmig *d, const DbmigMigrations *migrations)
{
	DbmigBuf	buf;
	size_t		i;
	const DbmigMigration *m;
	const char *sum;

	if (migrations == NULL)
		return dbmig_error(d)->message;
	dbmig_buf_init(&buf, d);
	for (i = 0; i < migrations->count; i++)
	{
		m = &migrations->items[i];
		sum = dbmig_checksum(d, m->up, strlen(m->up));
		if (dbmig_ok(d))
			assert_string_equal(m->checksum, sum);
		dbmig_buf_addf(&buf, "%s%s", i > 0 ? "; " : "", m->name);
		render_text(&buf, m->up_line, m->up);
		render_text(&buf, m->down_line, m->down);
	}
	return buf.text;
}

static const char *
run_source(Dbmig *d, DbmigSource *source, const Case *test, bool reversed)
{
	DbmigOp		op;

	while (dbmig_source_next(source, &op))
		answer(source, test, &op, reversed);
	return render(d, dbmig_source_end(source));
}

typedef enum Way
{
	FORWARDS,
	BACKWARDS,
	AS_JSON,
	WAYS
} Way;

/* What a work function is given, and gave. */
typedef struct Given
{
	const Case *test;
	Way			way;
	const char *text;
	const char *result;
} Given;

static void
work_case(Dbmig *d, void *state)
{
	Given	   *given = state;
	const char *text = given->way == AS_JSON ? case_json(d, given->test) :
	given->way == BACKWARDS ? ROOT "//" : ROOT;

	given->result = run_source(d, dbmig_source_begin(d, text), given->test,
							   given->way == BACKWARDS);
}

/* The expected result: "source" instead of the folder's name for JSON. */
static const char *
expected(Dbmig *d, const Case *test, Way way)
{
	const char *start = "folder \"" ROOT;

	if (strncmp(test->result, start, strlen(start)) != 0 || way == FORWARDS)
		return test->result;
	if (way == BACKWARDS)
		return dbmig_printf(d, "%s//%s", start, test->result + strlen(start));
	return dbmig_printf(d, "source%s", test->result + strlen(start) + 1);
}

static void
check_case(const Case *test, Way ways)
{
	Given		given = {.test = test};
	Dbmig	   *d;

	for (given.way = FORWARDS; given.way < ways; given.way++)
	{
		d = unit_run(&dbmig_postgres, work_case, &given);
		if (strcmp(given.result, expected(d, test, given.way)) != 0)
			fail_msg("%s (%d): %s", test->title, (int) given.way,
					 given.result);
		assert_int_not_equal(dbmig_error(d)->code, DBMIG_INTERNAL);
		unit_end(d);
	}
}

/* ---- the cases ---- */

static const Case cases[] =
{
	{"pairs", "1_a [A] [a]; 2_b [B]; 10_c [C] []",
		{{"10_c.up.sql", "C"}, {"10_c.down.sql", ""}, {"2_b.up.sql", "B"},
	{"1_a.down.sql", "a"}, {"1_a.up.sql", "A"}}},
	{"what is no migration is left alone", "1_a [A]",
		{{"README.md", "x"}, {"1_a.up.sql", "A"}, {".x.up.sql", "x"},
		{"atlas.sum", "x"}, {"seeds/rows.sql", "x"},
	{"seeds/deep/up.sql", "x"}, {".git/up.sql", "x"}}},
	{"a down without an up", "file \"2_b.down.sql\" is a down without an up",
	{{"1_a.up.sql", "A"}, {"2_b.down.sql", "b"}}},

	{"folders with up and down", "1_a [A] [a]; 2_b [B]",
		{{"2_b/up.sql", "B"}, {"2_b/metadata.toml", "x"}, {"1_a/up.sql", "A"},
	{"1_a/down.sql", "a"}}},
	{"one folder", "1_a [A] [a]",
	{{"1_a/up.sql", "A"}, {"1_a/down.sql", "a"}}},
	{"folders with migration.sql", "1_a [A]; 2_b [B]",
		{{"migration_lock.toml", "x"}, {"2_b/migration.sql", "B"},
	{"1_a/migration.sql", "A"}, {"1_a/snapshot.json", "{}"}}},
	{"a folder of both", "migration \"1_a\" has file \"1_a/migration.sql\""
		" and file \"1_a/up.sql\"",
	{{"1_a/up.sql", "A"}, {"1_a/migration.sql", "A"}}},
	{"a folder with a down only",
		"file \"2_b/down.sql\" is a down without an up",
	{{"1_a/up.sql", "A"}, {"2_b/down.sql", "b"}}},
	{"the folder above",
		"folder \"" ROOT "\" has no migrations",
	{{"new/1_a.sql", "A"}, {"old/1_a.sql", "A"}}},

	{"plain", "0_x [X]; 007_y [Y]; 7_x [X]; 08 [8]; a [A]; b10 [B]; b9 [C]",
		{{"a.sql", "A"}, {"b10.sql", "B"}, {"b9.sql", "C"}, {"08.sql", "8"},
	{"7_x.sql", "X"}, {"007_y.sql", "Y"}, {"0_x.sql", "X"}}},
	{"numbers of any length",
		"2_a [A]; 99999999999999999999998 [B]; 99999999999999999999999 [C];"
		" 100000000000000000000000 [D]",
		{{"100000000000000000000000.sql", "D"},
		{"99999999999999999999998.sql", "B"}, {"2_a.sql", "A"},
	{"99999999999999999999999.sql", "C"}}},
	{"nothing at all", "folder \"" ROOT "\" has no migrations",
	{{"README.md", "x"}}},
	{"an empty file", "1_a []", {{"1_a.sql", ""}}},
	{"a byte order mark is kept", "1_a [\xef\xbb\xbf" "A]",
	{{"1_a.sql", "\xef\xbb\xbf" "A"}}},

	{"dbmate", "1_a 1[A\n] 3[a\n]; 2_b 2[B\n] 4[]",
		{{"2_b.sql", "-- b\n--migrate:up transaction:false\nB\n"
		" -- migrate:down"},
	{"1_a.sql", "-- migrate:up\nA\n-- migrate:down\na\n"}}},
	{"no down", "1_a 1[A]", {{"1_a.sql", "-- migrate:up\nA"}}},
	{"goose", "1_a 4[-- +goose StatementBegin\nA\n] 7[a]",
		{{"1_a.sql", "/* 1 */ -- 2\n\n-- +goose NO TRANSACTION\n-- +goose Up\n"
	"-- +goose StatementBegin\nA\n-- +goose DOWN\na"}}},
	{"line ends of Windows", "1_a 1[A\r\n] 3[a\r\n]",
		{{"1_a.sql", "\xef\xbb\xbf-- +goose up \r\nA\r\n"
	"-- +goose down\r\na\r\n"}}},
	{"sql-migrate", "1_a 1[A\n] 3[a]",
	{{"1_a.sql", "-- +migrate Up notransaction\nA\n-- +migrate Down\na"}}},
	{"node-pg-migrate", "1_a 2[A -- Migrate up\n] 4[a]",
		{{"1_a.sql", "-- x\n-- Up Migration: more\nA -- Migrate up\n"
	"--down migration\na"}}},
	{"comments that only look like it",
		"1_a [-- +goosey\n-- up to here\n/* down the road */\n-- clean up\n"
		"A -- up\n'\n-- @up']",
		{{"1_a.sql", "-- +goosey\n-- up to here\n/* down the road */\n"
	"-- clean up\nA -- up\n'\n-- @up'"}}},
	{"the section again, in other words", "1_a 1[-- Up\nA\n] 4[-- DOWN\na]",
		{{"1_a.sql", "-- migrate:up\n-- Up\nA\n-- migrate:down\n"
	"-- DOWN\na"}}},
	{"sections in a file of a pair are a comment", "1_a [-- migrate:up\n]",
	{{"1_a.up.sql", "-- migrate:up\n"}}},
	{"text before the first section",
		"file \"1_a.sql\", line 2: text before the first section",
	{{"1_a.sql", "-- x\nSELECT 1;\n-- migrate:up\nA"}}},
	{"a down before the up",
		"file \"1_a.sql\", line 2: a down without an up before it",
	{{"1_a.sql", "\n-- migrate:down\na\n-- migrate:up\nA"}}},
	{"two ups", "file \"1_a.sql\", line 3: a second section \"up\"",
	{{"1_a.sql", "-- +goose Up\nA\n-- +goose Up\nB"}}},
	{"two tools",
		"file \"1_a.sql\", line 3: sections of goose and of dbmate in one"
		" file",
	{{"1_a.sql", "-- +goose Up\nA\n-- migrate:down\nB"}}},
	{"a misspelt down", "file \"1_a.sql\", line 3: unknown annotation",
	{{"1_a.sql", "-- migrate:up\nA\n-- migrate:dwon\nB"}}},
	{"no annotation: -- Migrate:Up A", "file \"1_a.sql\", line 1: unknown annotation",
	{{"1_a.sql", "-- Migrate:Up\nA"}}},
	{"no annotation: -- migrate: up A", "file \"1_a.sql\", line 1: unknown annotation",
	{{"1_a.sql", "-- migrate: up\nA"}}},
	{"no annotation: -- MIGRATE:UP A", "file \"1_a.sql\", line 1: unknown annotation",
	{{"1_a.sql", "-- MIGRATE:UP\nA"}}},
	{"no annotation: A; -- migrate down a", "file \"1_a.sql\", line 2: unknown annotation",
	{{"1_a.sql", "A;\n-- migrate down\na"}}},
	{"no annotation: /* migrate:up */ A", "file \"1_a.sql\", line 1: unknown annotation",
	{{"1_a.sql", "/* migrate:up */\nA"}}},
	{"no annotation: /*  * Down  */ A", "file \"1_a.sql\", line 1: unknown annotation",
	{{"1_a.sql", "/*\n * Down\n */\nA"}}},
	{"no annotation: -- goose Up A", "file \"1_a.sql\", line 1: unknown annotation",
	{{"1_a.sql", "-- goose Up\nA"}}},
	{"no annotation: A -- @DOWN a", "file \"1_a.sql\", line 2: unknown annotation",
	{{"1_a.sql", "A\n-- @DOWN\na"}}},
	{"no annotation: -- +GOOSE UP A", "file \"1_a.sql\", line 1: unknown annotation",
	{{"1_a.sql", "-- +GOOSE UP\nA"}}},
	{"no annotation: -- +micrate Up A", "file \"1_a.sql\", line 1: unknown annotation",
	{{"1_a.sql", "-- +micrate Up\nA"}}},
	{"no annotation: ---- Up ---- A", "file \"1_a.sql\", line 1: unknown annotation",
	{{"1_a.sql", "---- Up ----\nA"}}},
	{"no annotation: -- +goose Dwon A", "file \"1_a.sql\", line 1: unknown annotation",
	{{"1_a.sql", "-- +goose Dwon\nA"}}},
	{"no annotation: -- migrate:up A -- migrate:down a", "file \"1_a.sql\", line 2: unknown annotation",
	{{"1_a.sql", "-- migrate:up\nA -- migrate:down\na"}}},
	{"no annotation: -- migrate:up A -- Down Migration a", "file \"1_a.sql\", line 3: unknown annotation",
	{{"1_a.sql", "-- migrate:up\nA\n-- Down Migration\na"}}},
	{"no annotation: -- +goose Up A -- Migrate:Down transaction:false a", "file \"1_a.sql\", line 3: unknown annotation",
	{{"1_a.sql", "-- +goose Up\nA\n-- Migrate:Down transaction:false\na"}}},
	{"substitution",
		"file \"1_a.sql\", line 2: \"+goose ENVSUB ON\" is not supported",
	{{"1_a.sql", "-- +goose Up\n-- +goose ENVSUB ON\nA"}}},

	{"pairs and plain",
		"folder \"" ROOT "\" mixes layouts: file \"1_a.up.sql\" and file"
		" \"2_b.sql\"",
	{{"2_b.sql", "B"}, {"1_a.up.sql", "A"}}},
	{"plain and folders",
		"folder \"" ROOT "\" mixes layouts: file \"1_a.sql\" and file"
		" \"2_b/up.sql\"",
	{{"2_b/up.sql", "B"}, {"1_a.sql", "A"}}},
	{"with and without sections",
		"folder \"" ROOT "\" mixes layouts: file \"2_b.sql\" and file"
		" \"1_a.sql\"",
	{{"2_b.sql", "B"}, {"1_a.sql", "-- migrate:up\nA"}}},

	{"Drizzle's journal", "0001_b [B]; 0000_a [-- migrate:up\nA] [a]",
		{{"meta/_journal.json", "{\"entries\":[{\"idx\":0,\"tag\":\"0001_b\"},"
		"{\"tag\":\"0000_a\"}]}"},
		{"0000_a.sql", "-- migrate:up\nA"}, {"0000_a.down.sql", "a"},
		{"0000_other.sql", "x"}, {"0001_b.sql", "B"}, {"x.up.sql", "x"},
	{"meta/0000_snapshot.json", "{}"}}},
	{"an empty journal", "",
	{{"meta/_journal.json", "{\"entries\":[]}"}, {"0000_a.sql", "A"}}},
	{"a missing file",
		"folder \"" ROOT "\" has no file \"0001_b.sql\"",
		{{"meta/_journal.json", "{\"entries\":[{\"tag\":\"0001_b\"}]}"},
	{"0000_a.sql", "A"}}},
	{"a broken journal",
		"file \"meta/_journal.json\" is not valid JSON (line 1, column 2)",
	{{"meta/_journal.json", "{"}, {"0000_a.sql", "A"}}},
	{"a journal without entries",
		"file \"meta/_journal.json\" has no array \"entries\"",
	{{"meta/_journal.json", "[]"}, {"0000_a.sql", "A"}}},
	{"an entry without a tag",
		"file \"meta/_journal.json\": entry 2 has no tag",
		{{"meta/_journal.json", "{\"entries\":[{\"tag\":\"0000_a\"},7]}"},
	{"0000_a.sql", "A"}}},
	{"a tag that leads out",
		"file \"meta/_journal.json\": entry 1 has a tag with a slash",
	{{"meta/_journal.json", "{\"entries\":[{\"tag\":\"../0000_a\"}]}"}}},
	{"a tag twice", "file \"meta/_journal.json\" names \"0000_a\" twice",
		{{"meta/_journal.json", "{\"entries\":[{\"tag\":\"0000_a\"},"
	"{\"tag\":\"0000_a\"}]}"}, {"0000_a.sql", "A"}}},

	{"a name with a quote",
		"the name of migration \"1_a'b\" contains a quote",
	{{"1_a'b.sql", "A"}}},
	{"a file twice", "folder \"" ROOT "\" has file \"1_a.sql\" twice",
	{{"1_a.sql", "A"}, {"1_a.sql", "B"}}},
};

/* What cannot be said in JSON. */
static const Case folder_cases[] =
{
	{"a folder of a migration as the source",
		"file \"down.sql\" is not in a folder of its migration",
	{{"up.sql", "A"}, {"down.sql", "a"}}},
	{"no UTF-8 in a name",
		"folder \"" ROOT "\" has a file whose name is not valid UTF-8",
	{{"1_\xff.sql", "A"}}},
};

static void
test_folders(void **state)
{
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(cases); i++)
		check_case(&cases[i], WAYS);
	for (i = 0; i < DBMIG_COUNT(folder_cases); i++)
		check_case(&folder_cases[i], AS_JSON);
}

/* A folder with one file of those bytes. */
typedef struct Bytes
{
	const char *bytes;
	size_t		len;
} Bytes;

static void
work_bytes(Dbmig *d, void *state)
{
	const Bytes *file = state;
	DbmigSource *source = dbmig_source_begin(d, "/");
	DbmigOp		op;

	if (!dbmig_source_next(source, &op))
		return;
	dbmig_source_entry(source, "1_a.sql", false);
	if (dbmig_source_next(source, &op) && strcmp(op.text, "/1_a.sql") == 0 &&
		file->bytes != NULL)
		dbmig_source_content(source, file->bytes, file->len);
	(void) dbmig_source_next(source, &op);
}

static void
check_bytes(const char *bytes, size_t len, DbmigCode code,
			const char *message)
{
	Bytes		file = {bytes, len};
	Dbmig	   *d = unit_run(&dbmig_postgres, work_bytes, &file);

	unit_error(d, code, message);
	unit_end(d);
}

/* A host that does not answer must not be asked for ever. */
static void
test_content(void **state)
{
	(void) state;
	check_bytes("AB\0C", 4, DBMIG_BAD_ARGUMENT,
				"file \"1_a.sql\" is not UTF-8 text: byte 2 is NUL");
	check_bytes("\xc3\xa4" "A\xff", 4, DBMIG_BAD_ARGUMENT, "file \"1_a.sql\""
				" is not UTF-8 text: byte 3 is of no character");
	check_bytes(NULL, 0, DBMIG_INTERNAL, "file \"1_a.sql\" was not read");
	check_bytes("", 0, DBMIG_OK, NULL);
}

/* ---- JSON arrays of migrations, and what is no source ---- */

static const struct
{
	const char *text;
	const char *result;
}			arrays[] =

{
	{"[]", ""},
	{" [ ] ", ""},
	{"[{\"name\":\"z\",\"up\":\"A\"},{\"down\":null,\"name\":\"a\","
		"\"up\":\"B\"},{\"name\":\"1\",\"up\":\"\",\"down\":\"\"}]",
	"z [A]; a [B]; 1 [] []"},
	{"[{\"name\":\"a\",\"up\":\"-- migrate:up\"}]", "a [-- migrate:up]"},
	{"[{\"name\":\"a\",\"up\":\"\"},{\"name\":\"b\",\"up\":\"\"},"
		"{\"name\":\"a\",\"up\":\"x\"}]",
	"source has migration \"a\" twice"},
	{"[{\"name\":\"a\",\"up\":\"\",\"uo\":1}]",
	"element 1 of source has unknown key \"uo\""},
	{"[{\"name\":\"a\",\"up\":\"\"},{\"path\":\"a.sql\",\"text\":\"\"}]",
	"source mixes migrations and files: element 2 has key \"path\""},
	{"[{\"name\":\"a\",\"text\":\"\"}]",
	"source mixes migrations and files: element 1 has key \"text\""},
	{"[{\"name\":\"a\"}]", "element 1 of source has no key \"up\""},
	{"[{\"path\":\"a.sql\"}]", "element 1 of source has no key \"text\""},
	{"[{}]", "element 1 of source has no key \"name\""},
	{"[{\"name\":\"a\",\"up\":null}]",
	"key \"up\" of element 1 of source must be a string, not null"},
	{"[{\"name\":7,\"up\":\"\"}]",
	"key \"name\" of element 1 of source must be a string, not an integer"},
	{"[[]]", "element 1 of source must be an object, not an array"},
	{"[1,", "source is not valid JSON (line 1, column 4)"},
	{"[{\"name\":\"a\",\"name\":\"b\"}]",
	"source has the key \"name\" twice in one object"},
	{"[{\"name\":\"a\\u0000\"}]",
	"source contains a NUL character (line 1, column 13)"},
	{"{\"name\":\"a\"}", "source must be a JSON array, not an object"},
	{"[{\"path\":\"README.md\",\"text\":\"\"}]", "source has no migrations"},
	{"[{\"path\":\"a/1_x.sql\",\"text\":\"X\"},"
	"{\"path\":\"README.md\",\"text\":\"\"}]", "1_x [X]"},
	{"[{\"path\":\"/m/1_x/up.sql\",\"text\":\"X\"},"
	"{\"path\":\"/m/1_y/up.sql\",\"text\":\"Y\"}]", "1_x [X]; 1_y [Y]"},
	{"[{\"path\":\"m\\\\1.sql\",\"text\":\"X\"}]",
	"the name of migration \"m\\1\" contains a backslash"},
	{"", "source is empty"},
	{"\xff", "source is not valid UTF-8"},
};

static void
work_text(Dbmig *d, void *state)
{
	Given	   *given = state;

	given->result = run_source(d, dbmig_source_begin(d, given->text), NULL,
							   false);
}

static void
test_arrays(void **state)
{
	Given		given = {0};
	Dbmig	   *d;
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(arrays); i++)
	{
		given.text = arrays[i].text;
		d = unit_run(&dbmig_postgres, work_text, &given);
		assert_string_equal(given.result, arrays[i].result);
		unit_end(d);
	}
}

/* The source within {"source": ...}. */
static void
work_member(Dbmig *d, void *state)
{
	Given	   *given = state;
	const DbmigJson *json = dbmig_json_parse(d, "x", given->text);

	if (json != NULL)
		given->result = run_source(d, dbmig_source_begin_json
								   (d, dbmig_json_get(json, "source")),
								   given->test, false);
}

static void
check_member(const char *text, const char *result)
{
	Given		given = {.test = cases, .text = text};
	Dbmig	   *d = unit_run(&dbmig_postgres, work_member, &given);

	assert_string_equal(given.result, result);
	unit_end(d);
}

static void
test_within_json(void **state)
{
	(void) state;
	check_member("{\"source\":[{\"name\":\"b\",\"up\":\"B\"}]}", "b [B]");
	check_member("{\"source\":\"" ROOT "\"}", cases[0].result);
	check_member("{\"source\":7}",
				 "source must be a JSON array, not an integer");
}

/* A folder of *state pairs of files. */
static void
work_many(Dbmig *d, void *state)
{
	long	   *many = state;
	DbmigSource *source = dbmig_source_begin(d, ROOT);
	const DbmigMigrations *migrations;
	DbmigOp		op;
	long		i;
	long		good = 0;

	(void) dbmig_source_next(source, &op);
	for (i = *many; i > 0 && source != NULL; i--)
	{
		dbmig_source_entry(source, dbmig_printf(d, "%ld_x.up.sql", i), false);
		dbmig_source_entry(source, dbmig_printf(d, "%ld_x.down.sql", i),
						   false);
	}
	while (dbmig_source_next(source, &op))
		dbmig_source_content(source, "x", 1);
	migrations = dbmig_source_end(source);
	for (i = 0; migrations != NULL && i < *many; i++)
		good += strtol(migrations->items[i].name, NULL, 10) == i + 1;
	if (migrations != NULL)
		assert_int_equal(good, *many);
}

/* Time grows as the number of files does, not as its square; under torture
 * the test itself would. */
static void
test_many(void **state)
{
	long		many = getenv("DBMIG_TORTURE") != NULL ? 20 : 50000;
	Dbmig	   *d = unit_run(&dbmig_postgres, work_many, &many);

	(void) state;
	unit_error(d, DBMIG_OK, NULL);
	unit_end(d);
}

static void
work_name(Dbmig *d, void *state)
{
	const char *const *name = state;

	(void) dbmig_name_check(d, *name);
}

static void
check_name(const char *name, const char *message)
{
	Dbmig	   *d = unit_run(&dbmig_postgres, work_name, &name);

	unit_error(d, message == NULL ? DBMIG_OK : DBMIG_BAD_ARGUMENT, message);
	unit_end(d);
}

static void
test_names(void **state)
{
	char		name[10001];

	(void) state;
	memset(name, 'x', 10000);
	name[255] = '\0';
	check_name(name, NULL);
	name[255] = 'x';
	name[10000] = '\0';
	check_name(name, "the name of migration \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\" is"
			   " longer than 255 bytes");
	check_name("0001_t\xc3\xa4glich: neu.", NULL);
	check_name("", "the name of a migration is empty");
	check_name("a\nb", "the name of migration \"a?b\" contains a control"
			   " character");
	check_name("a\x7f", "the name of migration \"a?\" contains a control"
			   " character");
	check_name("a\"b", "the name of migration \"a\"b\" contains a quote");
	check_name("a`b", "the name of migration \"a`b\" contains a quote");
	check_name("a\\b", "the name of migration \"a\\b\" contains a backslash");
	check_name("a\xc3", "the name of a migration is not valid UTF-8");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_within_json),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
