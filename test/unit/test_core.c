/*
 * test_core.c
 *	  Memory, errors, strings, quoting, UTF-8 and SHA-256.
 */
#include "unit.h"

#include <stdio.h>

/* What a work function gave. */
typedef struct Given
{
	const char *text;
	const char *more;
	size_t		len;
	const char *in;
} Given;

/* ---- memory and errors ---- */

static void
work_grow(Dbmig *d, void *state)
{
	Given	   *given = state;
	size_t		capacity = 0;
	size_t		count;
	int		   *items = NULL;

	given->len = 0;
	for (count = 0; count < 1000; count++)
	{
		if (!dbmig_grow(d, (void **) &items, &capacity, count, sizeof(int)))
			return;
		items[count] = (int) count;
	}
	for (count = 0; count < 1000; count++)
		given->len += items[count] == (int) count ? 1 : 0;
}

static void
test_grow(void **state)
{
	Given		given;
	Dbmig	   *d = unit_run(&dbmig_postgres, work_grow, &given);

	(void) state;
	unit_error(d, DBMIG_OK, "");
	assert_int_equal(given.len, 1000);
	unit_end(d);
}

static void
work_alloc(Dbmig *d, void *state)
{
	Given	   *given = state;
	size_t		size;
	size_t		i;
	char	   *block;

	given->len = 0;
	for (size = 0; size < 3000; size += 97)
	{
		block = dbmig_alloc(d, size);
		if (block == NULL)
			return;
		given->len += (uintptr_t) block % _Alignof(max_align_t);
		for (i = 0; i < size; i++)
			given->len += (unsigned char) block[i];
		memset(block, 0xff, size);
	}
}

static void
test_alloc(void **state)
{
	Given		given;
	Dbmig	   *d = unit_run(&dbmig_postgres, work_alloc, &given);

	(void) state;
	unit_error(d, DBMIG_OK, "");
	assert_int_equal(given.len, 0);
	assert_null(dbmig_alloc(d, SIZE_MAX));
	unit_error(d, DBMIG_NO_MEMORY, "out of memory");
	unit_end(d);
}

static void
work_errors(Dbmig *d, void *state)
{
	(void) state;
	dbmig_fail(d, DBMIG_BAD_ARGUMENT, "option \"%s\" is %d", "x", 5);
	dbmig_detail(d, "Detail %d.", 1);
	dbmig_hint(d, "Hint %d.", 1);
	dbmig_fail(d, DBMIG_INTERNAL, "a later one");
	dbmig_detail(d, "Detail %d.", 2);
	dbmig_hint(d, "Hint %d.", 2);
}

static void
test_errors(void **state)
{
	Dbmig	   *d = unit_run(&dbmig_postgres, work_errors, NULL);

	(void) state;
	unit_error(d, DBMIG_BAD_ARGUMENT, "option \"x\" is 5");
	assert_string_equal(dbmig_error(d)->detail, "Detail 1.");
	assert_string_equal(dbmig_error(d)->hint, "Hint 1.");
	unit_end(d);
}

static void
test_sqlstates(void **state)
{
	int			code;

	(void) state;
	for (code = DBMIG_OK; code <= DBMIG_INTERNAL; code++)
		assert_int_equal(strlen(dbmig_sqlstate((DbmigCode) code)), 5);
	assert_string_equal(dbmig_sqlstate(DBMIG_BAD_SYNTAX), "42601");
}

/* ---- strings ---- */

static void
work_strings(Dbmig *d, void *state)
{
	Given	   *given = state;

	given->text = dbmig_strndup(d, "abcdef", 3);
	given->more = dbmig_printf(d, "%s-%d-%s", dbmig_strdup(d, "x"), 42, "");
}

static void
test_strings(void **state)
{
	Given		given;
	Dbmig	   *d = unit_run(&dbmig_postgres, work_strings, &given);

	(void) state;
	assert_string_equal(given.text, "abc");
	assert_string_equal(given.more, "x-42-");
	unit_end(d);
}

static void
work_buf(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigBuf	buf;
	int			i;

	dbmig_buf_init(&buf, d);
	for (i = 0; i < 100; i++)
	{
		dbmig_buf_add(&buf, "12345");
		dbmig_buf_addc(&buf, '6');
		dbmig_buf_addn(&buf, "789xxx", 3);
		dbmig_buf_addf(&buf, "%s", "0");
	}
	given->text = buf.text;
	given->len = buf.len;
}

static void
test_buf(void **state)
{
	Given		given;
	Dbmig	   *d = unit_run(&dbmig_postgres, work_buf, &given);
	size_t		i;

	(void) state;
	assert_int_equal(given.len, 1000);
	assert_int_equal(strlen(given.text), 1000);
	for (i = 0; i < 1000; i++)
		assert_int_equal(given.text[i], "1234567890"[i % 10]);
	unit_end(d);
}

static void
test_buf_empty(void **state)
{
	Dbmig	   *d = unit_begin(&dbmig_postgres);
	DbmigBuf	buf;

	(void) state;
	dbmig_buf_init(&buf, d);
	assert_string_equal(buf.text, "");
	dbmig_buf_addn(&buf, "x", DBMIG_BUF_MAX);
	assert_int_equal(dbmig_error(d)->code, DBMIG_TOO_LARGE);
	dbmig_buf_add(&buf, "x");
	assert_string_equal(buf.text, "");
	unit_end(d);
}

/* ---- quoting ---- */

static void
work_quotes(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigBuf	buf;

	dbmig_buf_init(&buf, d);
	dbmig_buf_identifier(&buf, given->in);
	dbmig_buf_addc(&buf, ' ');
	dbmig_buf_literal(&buf, given->in);
	dbmig_buf_addc(&buf, ' ');
	dbmig_buf_json(&buf, given->in);
	given->text = buf.text;
}

static void
test_quotes(void **state)
{
	static const struct
	{
		const char *in;
		const char *out;
	}			cases[] =
	{
		{"", "\"\" '' \"\""},
		{"a b", "\"a b\" 'a b' \"a b\""},
		{"a\"b", "\"a\"\"b\" 'a\"b' \"a\\\"b\""},
		{"a'b", "\"a'b\" 'a''b' \"a'b\""},
		{"a\\b", "\"a\\b\" 'a\\b' \"a\\\\b\""},
		{"\n\t\x01", "\"\n\t\x01\" '\n\t\x01' \"\\n\\t\\u0001\""},
		{"\xc3\xa9", "\"\xc3\xa9\" '\xc3\xa9' \"\xc3\xa9\""},
	};
	Given		given;
	Dbmig	   *d;
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(cases); i++)
	{
		given.in = cases[i].in;
		d = unit_run(&dbmig_postgres, work_quotes, &given);
		assert_string_equal(given.text, cases[i].out);
		unit_end(d);
	}
}

static void
work_show(Dbmig *d, void *state)
{
	Given	   *given = state;

	given->text = dbmig_show(d, given->in);
}

static void
test_show(void **state)
{
	Given		given;
	Dbmig	   *d;
	char		longer[201];

	(void) state;
	given.in = "a\nb\x7f";
	d = unit_run(&dbmig_postgres, work_show, &given);
	assert_string_equal(given.text, "a?b?");
	unit_end(d);

	/* Cut at a character: 79 bytes, then one of two bytes. */
	memset(longer, 'x', sizeof(longer));
	memcpy(longer + 79, "\xc3\xa9", 2);
	longer[200] = '\0';
	given.in = longer;
	d = unit_run(&dbmig_postgres, work_show, &given);
	assert_int_equal(strlen(given.text), 79 + 3);
	assert_string_equal(given.text + 79, "...");
	unit_end(d);
}

/* ---- characters ---- */

static void
test_ascii(void **state)
{
	(void) state;
	assert_true(dbmig_is_space(' ') && dbmig_is_space('\v'));
	assert_false(dbmig_is_space('\0') || dbmig_is_space('\x08') ||
				 dbmig_is_space('\xa0'));
	assert_true(dbmig_is_digit('0') && dbmig_is_digit('9'));
	assert_false(dbmig_is_digit('/') || dbmig_is_digit(':'));
	assert_int_equal(dbmig_lower('Z'), 'z');
	assert_int_equal(dbmig_lower('['), '[');
	assert_int_equal(dbmig_casecmp("AbC", "aBc"), 0);
	assert_true(dbmig_casecmp("a", "B") < 0);
	assert_true(dbmig_casecmp("ab", "a") > 0);
	assert_true(dbmig_casecmp("a", "\xc3\xa9") < 0);
	assert_int_equal(dbmig_ncasecmp("abX", "ABy", 2), 0);
}

static void
test_utf8(void **state)
{
	static const struct
	{
		const char *text;
		size_t		len;
		size_t		bad;		/* len when all is well */
	}			cases[] =
	{
		{"", 0, 0},
		{"abc", 3, 3},
		{"a\0b", 3, 1},			/* NUL */
		{"\xc2\x80\xdf\xbf", 4, 4},
		{"\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf", 9, 9},
		{"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8, 8},
		{"a\x80", 2, 1},		/* a continuation alone */
		{"a\xc0\x80", 3, 1},	/* overlong */
		{"\xc1\xbf", 2, 0},
		{"\xe0\x9f\xbf", 3, 0},
		{"\xf0\x8f\xbf\xbf", 4, 0},
		{"\xed\xa0\x80", 3, 0}, /* a surrogate */
		{"\xf4\x90\x80\x80", 4, 0}, /* beyond U+10FFFF */
		{"\xf5\x80\x80\x80", 4, 0},
		{"ab\xc3", 3, 2},		/* cut off */
		{"ab\xe2\x82", 4, 2},
		{"\xe2\x82(", 3, 0},
		{"\xff", 1, 0},
	};
	size_t		i;
	size_t		bad;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(cases); i++)
	{
		bad = cases[i].len;
		assert_int_equal(dbmig_utf8_valid(cases[i].text, cases[i].len, &bad),
						 cases[i].bad == cases[i].len);
		assert_int_equal(bad, cases[i].bad);
	}
}

/* ---- SHA-256 ---- */

/* The examples of FIPS 180-4's test page and of NIST's SHAVS. */
static const struct
{
	const char *text;
	const char *hex;
}			vectors[] =

{
	{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
		"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
	"cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
	{"\xd3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
};

static void
work_checksum(Dbmig *d, void *state)
{
	Given	   *given = state;

	given->text = dbmig_checksum(d, given->in, strlen(given->in));
}

static void
test_sha256(void **state)
{
	Given		given;
	Dbmig	   *d;
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(vectors); i++)
	{
		given.in = vectors[i].text;
		d = unit_run(&dbmig_postgres, work_checksum, &given);
		assert_string_equal(given.text, vectors[i].hex);
		unit_end(d);
	}
}

static void
test_sha256_million(void **state)
{
	DbmigSha256 sha;
	char		hex[DBMIG_SHA256_HEX];
	int			i;

	(void) state;
	dbmig_sha256_init(&sha);
	for (i = 0; i < 100000; i++)
		dbmig_sha256_add(&sha, "aaaaaaaaaa", 10);
	dbmig_sha256_hex(&sha, hex);
	assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67"
						"f1809a48a497200e046d39ccc7112cd0");
}

/* However the bytes are cut, the hash is the same. */
static void
test_sha256_parts(void **state)
{
	DbmigSha256 sha;
	char		text[200];
	char		whole[DBMIG_SHA256_HEX];
	char		parts[DBMIG_SHA256_HEX];
	size_t		len;
	size_t		cut;

	(void) state;
	for (len = 0; len < sizeof(text); len++)
		text[len] = (char) (len * 7);
	for (len = 0; len < sizeof(text); len++)
	{
		dbmig_sha256_init(&sha);
		dbmig_sha256_add(&sha, text, len);
		dbmig_sha256_hex(&sha, whole);
		for (cut = 0; cut <= len; cut += 13)
		{
			dbmig_sha256_init(&sha);
			dbmig_sha256_add(&sha, text, cut);
			dbmig_sha256_add(&sha, text + cut, len - cut);
			dbmig_sha256_hex(&sha, parts);
			assert_string_equal(parts, whole);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_alloc),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_sqlstates),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_buf),
		cmocka_unit_test(test_buf_empty),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_sha256_million),
		cmocka_unit_test(test_sha256_parts),
	};

	return cmocka_run_group_tests_name("core", tests, NULL, NULL);
}
