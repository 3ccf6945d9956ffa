/*
 * test_lex.c
 *	  Tokens, names, and statements with what they are for a migration.
 *
 * Expected tokens are written as a letter for the kind and the text between
 * braces; spaces and comments are left out where they do not matter.
 */
#include "unit.h"

#include <stdio.h>

static const char kinds[] = {
	[DBMIG_TOKEN_END] = '$',
	[DBMIG_TOKEN_ERROR] = '!',
	[DBMIG_TOKEN_SPACE] = ' ',
	[DBMIG_TOKEN_COMMENT] = 'c',
	[DBMIG_TOKEN_WORD] = 'w',
	[DBMIG_TOKEN_IDENTIFIER] = 'i',
	[DBMIG_TOKEN_STRING] = 's',
	[DBMIG_TOKEN_NUMBER] = 'n',
	[DBMIG_TOKEN_PARAM] = 'p',
	[DBMIG_TOKEN_OPERATOR] = 'o',
	[DBMIG_TOKEN_PUNCTUATION] = '.',
	[DBMIG_TOKEN_META] = 'm'
};

typedef struct Given
{
	const DbmigDialect *dialect;
	const char *what;
	const char *in;
	int			first_line;
	const char *out;
} Given;

/* ---- tokens ---- */

static void
work_tokens(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigBuf	buf;
	DbmigLexer	lexer;
	DbmigToken	token;

	dbmig_buf_init(&buf, d);
	dbmig_lex_begin(&lexer, given->dialect, given->in);
	while ((token = dbmig_lex_next(&lexer)).kind != DBMIG_TOKEN_END)
	{
		if (token.kind == DBMIG_TOKEN_SPACE)
			continue;
		dbmig_buf_addc(&buf, kinds[token.kind]);
		dbmig_buf_addc(&buf, '{');
		dbmig_buf_addn(&buf, token.start, token.len);
		dbmig_buf_addc(&buf, '}');
	}
	if (lexer.error != NULL)
		dbmig_buf_add(&buf, lexer.error);
	given->out = buf.text;
}

typedef struct Case
{
	const char *in;
	const char *out;
} Case;

static void
check_cases(const DbmigDialect *dialect, UnitWork work, const Case *cases,
			size_t ncases)
{
	Given		given = {.dialect = dialect, .what = "migration \"x\""};
	Dbmig	   *d;
	size_t		i;

	for (i = 0; i < ncases; i++)
	{
		given.in = cases[i].in;
		d = unit_run(dialect, work, &given);
		if (strcmp(given.out, cases[i].out) != 0)
			print_message("in: %s\n", given.in);
		assert_string_equal(given.out, cases[i].out);
		unit_end(d);
	}
}

/* What both engines read alike. */
static const Case both_tokens[] =
{
	{"", ""},
	{" \t\r\n\f\v", ""},
	{"a B_1 c$d \xc3\xa9t\xc3\xa9", "w{a}w{B_1}w{c$d}w{\xc3\xa9t\xc3\xa9}"},
	{"a.b(c,d);", "w{a}.{.}w{b}.{(}w{c}.{,}w{d}.{)}.{;}"},
	{"'a' 'it''s' '' ''''", "s{'a'}s{'it''s'}s{''}s{''''}"},
	{"'a\\' b", "s{'a\\'}w{b}"},
	{"'--' '/*' '\n'", "s{'--'}s{'/*'}s{'\n'}"},
	{"\"a\"\"b\" \"\" \"'\"", "i{\"a\"\"b\"}i{\"\"}i{\"'\"}"},
	{"1 1.5 .5 5. 1e3 1.e-3 2E+1 0xFF 1_000",
	"n{1}n{1.5}n{.5}n{5.}n{1e3}n{1.e-3}n{2E+1}n{0xFF}n{1_000}"},
	{"0xe+1 1e 1-1", "n{0xe}o{+}n{1}n{1e}n{1}o{-}n{1}"},
	{"-- c\na", "c{-- c}w{a}"},
	{"--", "c{--}"},
	{"a--b", "w{a}c{--b}"},
	{"/* a ; ' */b/**/", "c{/* a ; ' */}w{b}c{/**/}"},
	{"a/*/ */b", "w{a}c{/*/ */}w{b}"},
	{"a<=b<>c", "w{a}o{<=}w{b}o{<>}w{c}"},
	{"\xef\xbb\xbf" "a \xef\xbb\xbf\n", "w{a}"},
	{"a 'b", "w{a}!{'b}quoted string"},
	{"a \"b", "w{a}!{\"b}quoted identifier"},
	{"a /* b", "w{a}!{/* b}comment"},
	{"'a''", "!{'a''}quoted string"},
	{"/*", "!{/*}comment"},
};

static const Case postgres_tokens[] =
{
	{"/* a /* b */ c */d", "c{/* a /* b */ c */}w{d}"},
	{"/* a /* b */ c", "!{/* a /* b */ c}comment"},
	{"/*/**/*/a", "c{/*/**/*/}w{a}"},
	{"/*//**/*/ */a", "c{/*//**/*/}o{*/}w{a}"},
	{"-- c\ra", "c{-- c}w{a}"},
	{"$$a;b$$ $x$ $$ $x$", "s{$$a;b$$}s{$x$ $$ $x$}"},
	{"$x$ $X$ $x$", "s{$x$ $X$ $x$}"},
	{"$x$ $xx$ $$x$x$", "s{$x$ $xx$ $$x$}w{x$}"},
	{"$\xc3\xa9$a$\xc3\xa9$", "s{$\xc3\xa9$a$\xc3\xa9$}"},
	{"a$1$ b$$c$$", "w{a$1$}w{b$$c$$}"},
	{"$1 $12$$a$$", "p{$1}p{$12}s{$$a$$}"},
	{"1$$a$$", "n{1}s{$$a$$}"},
	{"$1$a$1$", "p{$1}!{$a$1$}dollar-quoted string"},
	{"$a b", "p{$}w{a}w{b}"},
	{"$$ a", "!{$$ a}dollar-quoted string"},
	{"$a$ $A$ $a", "!{$a$ $A$ $a}dollar-quoted string"},
	{"E'a\\'b' e'\\\\' 'c'", "s{E'a\\'b'}s{e'\\\\'}s{'c'}"},
	{"E'a''b\\''", "s{E'a''b\\''}"},
	{"E'a\\", "!{E'a\\}quoted string"},
	{"E'a\\'", "!{E'a\\'}quoted string"},
	{"type'a\\'", "w{type}s{'a\\'}"},
	{"E'a'\n'b\\'c' d", "s{E'a'\n'b\\'c'}w{d}"},
	{"E'a' -- x'\r\n  'b\\'c'", "s{E'a' -- x'\r\n  'b\\'c'}"},
	{"E'a' 'b\\'", "s{E'a'}s{'b\\'}"},
	{"'a'\n/* */ 'b'", "s{'a'}c{/* */}s{'b'}"},
	{"E'a'\n'b\\'", "!{E'a'\n'b\\'}quoted string"},
	{"U&'a\\' u&\"b\\\" n'c' B'01' x'1F'",
	"s{U&'a\\'}i{u&\"b\\\"}s{n'c'}s{B'01'}s{x'1F'}"},
	{"u & 'a' U&a", "w{u}o{&}s{'a'}w{U}o{&}w{a}"},
	{"b'01''", "s{b'01'}!{'}quoted string"},
	{"x'0", "!{x'0}bit string"},
	{"a::int b:=1 c=>d e[1:2] f[a:b]",
		"w{a}o{::}w{int}w{b}o{:=}n{1}w{c}o{=>}w{d}w{e}.{[}n{1}.{:}n{2}.{]}"
	"w{f}.{[}w{a}.{:}w{b}.{]}"},
	{"1..2", "n{1}.{.}n{.2}"},
	{"a=-1 b*-c d@-e @ -f", "w{a}o{=}o{-}n{1}w{b}o{*}o{-}w{c}w{d}o{@-}w{e}"
	"o{@}o{-}w{f}"},
	{"a+--b\nc", "w{a}o{+}c{--b}w{c}"},
	{"a@--b", "w{a}o{@}c{--b}"},
	{"a*/*b*/c", "w{a}o{*}c{/*b*/}w{c}"},
	{"a +++ b +++* c", "w{a}o{+}o{+}o{+}w{b}o{+++*}w{c}"},
	{"a ->> 'b' #>> c ?| d |/ 4", "w{a}o{->>}s{'b'}o{#>>}w{c}o{?|}w{d}o{|/}"
	"n{4}"},
	{"a \\d t; x\nb", "w{a}m{\\d t; x}w{b}"},
	{"\\x\r\n", "m{\\x}"},
	{"'\\d' \"\\d\" -- \\d", "s{'\\d'}i{\"\\d\"}c{-- \\d}"},
};

static const Case sqlite_tokens[] =
{
	{"/* a /* b */ c", "c{/* a /* b */}w{c}"},
	{"-- c\ra\nb", "c{-- c\ra}w{b}"},
	{"`a``b` [a b]", "i{`a``b`}i{[a b]}"},
	{"[a]] [b", "i{[a]}.{]}!{[b}quoted identifier"},
	{"`a", "!{`a}quoted identifier"},
	{"x'ab' X'00'''", "s{x'ab'}s{X'00'}s{''}"},
	{"x'ab", "!{x'ab}blob literal"},
	{"e'a' n'b' u&'c'", "w{e}s{'a'}w{n}s{'b'}w{u}o{&}s{'c'}"},
	{"E'a\\' b", "w{E}s{'a\\'}w{b}"},
	{"'a'\n'b'", "s{'a'}s{'b'}"},
	{"? ?1 :a @b $c #d", "p{?}p{?1}p{:a}p{@b}p{$c}p{#d}"},
	{"$a::b(c d $e(f;g) :", "p{$a::b(c}w{d}p{$e(f;g)}.{:}"},
	{"$$ a$1$", "p{$$}w{a$1$}"},
	{"a==b!=c||d<<1>>2->'x'->>'y'", "w{a}o{==}w{b}o{!=}w{c}o{||}w{d}o{<<}"
	"n{1}o{>>}n{2}o{->}s{'x'}o{->>}s{'y'}"},
	{"a=-1<-2*-~3", "w{a}o{=}o{-}n{1}o{<}o{-}n{2}o{*}o{-}o{~}n{3}"},
	{"a\\b", "w{a}.{\\}w{b}"},
};

static void
test_tokens(void **state)
{
	(void) state;
	check_cases(&dbmig_postgres, work_tokens, both_tokens,
				DBMIG_COUNT(both_tokens));
	check_cases(&dbmig_sqlite, work_tokens, both_tokens,
				DBMIG_COUNT(both_tokens));
}

static void
test_tokens_postgres(void **state)
{
	(void) state;
	check_cases(&dbmig_postgres, work_tokens, postgres_tokens,
				DBMIG_COUNT(postgres_tokens));
}

static void
test_tokens_sqlite(void **state)
{
	(void) state;
	check_cases(&dbmig_sqlite, work_tokens, sqlite_tokens,
				DBMIG_COUNT(sqlite_tokens));
}

static void
test_lines(void **state)
{
	DbmigLexer	lexer;
	DbmigToken	token;

	(void) state;
	dbmig_lex_begin(&lexer, &dbmig_postgres, "a\r\n/*\n*/b '\n\n' c");
	token = dbmig_lex_word(&lexer);
	assert_int_equal(token.line, 1);
	token = dbmig_lex_word(&lexer);
	assert_true(dbmig_token_is(&token, "B"));
	assert_int_equal(token.line, 3);
	token = dbmig_lex_word(&lexer);
	assert_int_equal(token.line, 3);
	token = dbmig_lex_word(&lexer);
	assert_int_equal(token.line, 5);
	assert_int_equal(dbmig_lex_word(&lexer).kind, DBMIG_TOKEN_END);
	assert_int_equal(dbmig_lex_next(&lexer).kind, DBMIG_TOKEN_END);
}

static void
test_keywords(void **state)
{
	DbmigLexer	lexer;
	DbmigToken	token;

	(void) state;
	dbmig_lex_begin(&lexer, &dbmig_postgres, "Begin \"end\"");
	token = dbmig_lex_word(&lexer);
	assert_true(dbmig_token_is(&token, "begin"));
	assert_false(dbmig_token_is(&token, "begi"));
	assert_false(dbmig_token_is(&token, "beginn"));
	token = dbmig_lex_word(&lexer);
	assert_false(dbmig_token_is(&token, "end"));
}

/* ---- names ---- */

static void
work_name(Dbmig *d, void *state)
{
	Given	   *given = state;
	DbmigLexer	lexer;
	DbmigToken	token;

	dbmig_lex_begin(&lexer, given->dialect, given->in);
	token = dbmig_lex_word(&lexer);
	given->out = dbmig_token_name(d, given->dialect, &token);
}

static void
test_names(void **state)
{
	static const Case postgres[] =
	{
		{"FooBar", "foobar"},
		{"\xc3\x89T\xc3\x89", "\xc3\x89t\xc3\x89"},
		{"\"FooBar\"", "FooBar"},
		{"\"a\"\"b\"\"\"", "a\"b\""},
		{"\"\"", ""},
		{"U&\"d\\0061t\\+000061\"", "data"},
		{"u&\"\\0441\\043b\\043E\\043D\"",
		"\xd1\x81\xd0\xbb\xd0\xbe\xd0\xbd"},
		{"U&\"\\d83d\\de00\\+01F600\"", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80"},
		{"U&\"a\\\\0061\"\"\\20ac\"", "a\\0061\"\xe2\x82\xac"},
		{"U&\"\\d83d \\zz \\0000 \\+110000 \\\"",
		"\\d83d \\zz \\0000 \\+110000 \\"},
	};
	static const Case sqlite[] =
	{
		{"FooBar", "FooBar"},
		{"\"a\"\"b\"", "a\"b"},
		{"`a``b`", "a`b"},
		{"[a\"b]", "a\"b"},
		{"'a''b'", "a'b"},
	};

	(void) state;
	check_cases(&dbmig_postgres, work_name, postgres, DBMIG_COUNT(postgres));
	check_cases(&dbmig_sqlite, work_name, sqlite, DBMIG_COUNT(sqlite));
}

/* ---- statements ---- */

/* The statements as {line:sql}, with + or - behind for enforcement; or the
 * error. */
static void
work_split(Dbmig *d, void *state)
{
	static const char *const effects[] = {"", "+", "-"};
	Given	   *given = state;
	DbmigScript *script;
	DbmigStatement *s;
	DbmigBuf	buf;
	size_t		i;

	dbmig_buf_init(&buf, d);
	script = dbmig_split(d, given->dialect, given->what, given->first_line,
						 given->in);
	for (i = 0; script != NULL && i < script->count; i++)
	{
		s = &script->items[i];
		if (s->number != (int) i + 1)
			dbmig_buf_add(&buf, "wrong number");
		dbmig_buf_addf(&buf, "{%d:%s}%s", s->line, s->sql,
					   effects[s->effect]);
	}
	given->out = dbmig_ok(d) ? buf.text : dbmig_error(d)->message;
}

#define X "migration \"x\", "

static const Case both_statements[] =
{
	{"", ""},
	{" ; ;; -- x\n; /* y */", ""},
	{"select 1", "{1:select 1}"},
	{"select 1;", "{1:select 1}"},
	{"select 1;select 2 ; ", "{1:select 1}{1:select 2}"},
	{"-- a\n\n /* b */ select 1 -- c\n ; -- d\nselect 2 /* e */ ;",
	"{3:select 1}{5:select 2}"},
	{"select 1 -- a;\n, 2;", "{1:select 1 -- a;\n, 2}"},
	{"\xef\xbb\xbfselect 1;\r\nselect 2;\r\n", "{1:select 1}{2:select 2}"},
	{"a;\xef\xbb\xbf" "b;\xef\xbb\xbf", "{1:a}{1:b}"},
	{"select ';', \";\" ;x", "{1:select ';', \";\"}{1:x}"},
	{"a;--> statement-breakpoint\nb;\n--> statement-breakpoint\nc",
	"{1:a}{2:b}{4:c}"},
	{"a\n--> statement-breakpoint\r\nb--> statement-breakpoint", "{1:a}{3:b}"},
	{"a ( --> statement-breakpoint\nb", "{1:a (}{2:b}"},
	{"a '--> statement-breakpoint' b", "{1:a '--> statement-breakpoint' b}"},
	{"a /*--> statement-breakpoint*/ b",
	"{1:a /*--> statement-breakpoint*/ b}"},
	{"a --> statement-breakpoints\nb", "{1:a --> statement-breakpoints\nb}"},
	{"a\n-- --> statement-breakpoint\nb",
	"{1:a\n-- --> statement-breakpoint\nb}"},
	{"a;\n'b", X "statement 2, line 2: unterminated quoted string"},
	{"a;\nb\n\"c;", X "statement 2, line 3: unterminated quoted identifier"},
	{"a;\n\n/* b;", X "statement 2, line 3: unterminated comment"},
	{"a;\n\nBegin;\nb", X "statement 2, line 3: BEGIN is not allowed in a "
	"migration"},
	{"/* */ commit and chain",
	X "statement 1, line 1: COMMIT is not allowed in a migration"},
	{"end", X "statement 1, line 1: END is not allowed in a migration"},
	{"rollback to savepoint a",
	X "statement 1, line 1: ROLLBACK is not allowed in a migration"},
	{"savepoint a",
	X "statement 1, line 1: SAVEPOINT is not allowed in a migration"},
	{"RELEASE a",
	X "statement 1, line 1: RELEASE is not allowed in a migration"},
	{"vacuum full t",
	X "statement 1, line 1: VACUUM is not allowed in a migration"},
	{"create table begin_log(\"end\" int, release int);",
	"{1:create table begin_log(\"end\" int, release int)}"},
	{"\"begin\";", "{1:\"begin\"}"},
	{"/* begin */ select begin, vacuum, commit",
	"{1:select begin, vacuum, commit}"},
};

static const Case postgres_statements[] =
{
	{"create rule r as on insert to t do (delete from a; delete from b); x",
		"{1:create rule r as on insert to t do (delete from a; "
	"delete from b)}{1:x}"},
	{"a ); b", "{1:a )}{1:b}"},
	{"a ((;); b", "{1:a ((;); b}"},
	{"do $$ begin commit; end $$; x", "{1:do $$ begin commit; end $$}{1:x}"},
	{"select $a$;", X "statement 1, line 1: unterminated dollar-quoted string"},
	{"select E'\\';';x", "{1:select E'\\';'}{1:x}"},
	{"select a$1$;b$1$", "{1:select a$1$}{1:b$1$}"},
	{"select 1 /* a /* ; */ ; */; b", "{1:select 1}{1:b}"},

	/* BEGIN ATOMIC */
	{"create function f() returns int begin atomic select 1; "
		"select case when true then 2 else 3 end; end; x",
		"{1:create function f() returns int begin atomic select 1; "
	"select case when true then 2 else 3 end; end}{1:x}"},
	{"Create Or Replace Procedure f() Begin /* */ Atomic End; x",
	"{1:Create Or Replace Procedure f() Begin /* */ Atomic End}{1:x}"},
	{"create function f() begin atomic select 1 as end; select t.end from "
		"t; ; end; x",
		"{1:create function f() begin atomic select 1 as end; "
	"select t.end from t; ; end}{1:x}"},
	{"create function begin() returns int language sql as 'x'; y",
	"{1:create function begin() returns int language sql as 'x'}{1:y}"},
	{"create function begin() begin atomic; end; y",
	"{1:create function begin() begin atomic; end}{1:y}"},
	{"create function f(begin atomic) return 1; y",
	"{1:create function f(begin atomic) return 1}{1:y}"},
	{"create function f() begin atomic a; --> statement-breakpoint\n b; end",
		"{1:create function f() begin atomic a; --> statement-breakpoint\n "
	"b; end}"},
	{"create table begin (atomic int); x",
	"{1:create table begin (atomic int)}{1:x}"},
	{"create view v as select begin atomic; x",
	"{1:create view v as select begin atomic}{1:x}"},
	{"a;\ncreate function f()\nbegin atomic select 1;",
	X "statement 2, line 3: unterminated BEGIN ATOMIC body"},

	/* Refused, and what only looks so. */
	{"start transaction", X "statement 1, line 1: START TRANSACTION is not "
	"allowed in a migration"},
	{"abort", X "statement 1, line 1: ABORT is not allowed in a migration"},
	{"prepare transaction 'x'", X "statement 1, line 1: PREPARE TRANSACTION is "
	"not allowed in a migration"},
	{"prepare transaction as select 1; prepare p as select 1",
	"{1:prepare transaction as select 1}{1:prepare p as select 1}"},
	{"create index concurrently on t (a)", X "statement 1, line 1: CREATE "
	"INDEX CONCURRENTLY is not allowed in a migration"},
	{"create unique index concurrently if not exists i on t (a)",
		X "statement 1, line 1: CREATE UNIQUE INDEX CONCURRENTLY is not "
	"allowed in a migration"},
	{"drop index concurrently i", X "statement 1, line 1: DROP INDEX "
	"CONCURRENTLY is not allowed in a migration"},
	{"create index \"concurrently\" on t (a); drop index i; create unique "
		"index i on t (a)", "{1:create index \"concurrently\" on t (a)}"
	"{1:drop index i}{1:create unique index i on t (a)}"},
	{"refresh materialized view concurrently v",
	"{1:refresh materialized view concurrently v}"},
	{"reindex table concurrently t", X "statement 1, line 1: REINDEX "
	"CONCURRENTLY is not allowed in a migration"},
	{"reindex (verbose) index concurrently t", X "statement 1, line 1: "
	"REINDEX CONCURRENTLY is not allowed in a migration"},
	{"reindex (verbose, concurrently) table t", X "statement 1, line 1: "
	"REINDEX CONCURRENTLY is not allowed in a migration"},
	{"reindex (concurrently off) table t; reindex table database",
	"{1:reindex (concurrently off) table t}{1:reindex table database}"},
	{"reindex database d", X "statement 1, line 1: REINDEX DATABASE is not "
	"allowed in a migration"},
	{"reindex (verbose) system", X "statement 1, line 1: REINDEX SYSTEM is "
	"not allowed in a migration"},
	{"alter table if exists only s.t detach partition s.p concurrently",
		X "statement 1, line 1: DETACH PARTITION CONCURRENTLY is not allowed "
	"in a migration"},
	{"alter table t detach partition p; alter table t detach partition p "
		"finalize", "{1:alter table t detach partition p}{1:alter table t "
	"detach partition p finalize}"},
	{"alter table t attach partition p for values in (1)",
	"{1:alter table t attach partition p for values in (1)}"},
	{"create database d", X "statement 1, line 1: CREATE DATABASE is not "
	"allowed in a migration"},
	{"alter database d set tablespace x", X "statement 1, line 1: ALTER "
	"DATABASE SET TABLESPACE is not allowed in a migration"},
	{"alter database d set a = b; comment on database d is ''",
	"{1:alter database d set a = b}{1:comment on database d is ''}"},
	{"drop tablespace d", X "statement 1, line 1: DROP TABLESPACE is not "
	"allowed in a migration"},
	{"alter system set a = 1", X "statement 1, line 1: ALTER SYSTEM is not "
	"allowed in a migration"},
	{"cluster", X "statement 1, line 1: CLUSTER without a table is not "
	"allowed in a migration"},
	{"cluster (verbose);", X "statement 1, line 1: CLUSTER without a table "
	"is not allowed in a migration"},
	{"cluster t; cluster verbose t using i",
	"{1:cluster t}{1:cluster verbose t using i}"},
	{"discard all", X "statement 1, line 1: DISCARD ALL is not allowed in a "
	"migration"},
	{"create subscription s connection 'c' publication p", X "statement 1, "
	"line 1: CREATE SUBSCRIPTION is not allowed in a migration"},
	{"create subscription s connection 'c' publication p with (a = b, "
		"connect = false)", "{1:create subscription s connection 'c' "
	"publication p with (a = b, connect = false)}"},
	{"drop subscription s; alter subscription s disable",
	"{1:drop subscription s}{1:alter subscription s disable}"},
	{"alter subscription s refresh publication", X "statement 1, line 1: "
		"ALTER SUBSCRIPTION REFRESH PUBLICATION is not allowed in a "
	"migration"},
	{"alter subscription s set publication p", X "statement 1, line 1: "
	"ALTER SUBSCRIPTION PUBLICATION is not allowed in a migration"},
	{"alter subscription s add publication p with (refresh = false)",
	"{1:alter subscription s add publication p with (refresh = false)}"},

	/* COPY */
	{"copy t from stdin;\n1\tit's\n\\.\n", X "statement 1, line 1: COPY FROM "
	"STDIN is not allowed in a migration"},
	{"copy s.t (a, \"b\") from stdin with (format csv)", X "statement 1, "
	"line 1: COPY FROM STDIN is not allowed in a migration"},
	{"copy (select 1) to stdout", X "statement 1, line 1: COPY TO STDOUT is "
	"not allowed in a migration"},
	{"copy t from '/file'; copy (select 1 from stdin) to '/stdout'; "
		"copy stdin from program 'x'",
		"{1:copy t from '/file'}{1:copy (select 1 from stdin) to '/stdout'}"
	"{1:copy stdin from program 'x'}"},

	/* psql */
	{"a;\n\\d t\nb", X "statement 2, line 2: psql meta-command \"\\d\" is "
	"not allowed in a migration"},
	{"select 1\n\\gset it's", X "statement 1, line 2: psql meta-command "
	"\"\\gset\" is not allowed in a migration"},
	{"pragma foreign_keys = off", "{1:pragma foreign_keys = off}"},
	{"attach; detach; .tables", "{1:attach}{1:detach}{1:.tables}"},
};

static const Case sqlite_statements[] =
{
	{"create table t (a; b); c", "{1:create table t (a}{1:b)}{1:c}"},
	{"select `;`, [;], x';' ; b", "{1:select `;`, [;], x';'}{1:b}"},

	/* triggers */
	{"create trigger r after insert on t begin update t set a = case when "
		"1 then 2 end; delete from u; end; x",
		"{1:create trigger r after insert on t begin update t set a = case "
	"when 1 then 2 end; delete from u; end}{1:x}"},
	{"Create Temp Trigger r Begin select 1;\nEND\n;x",
	"{1:Create Temp Trigger r Begin select 1;\nEND}{3:x}"},
	{"create temporary trigger if not exists r begin a;-- b\n /* ; */ end",
		"{1:create temporary trigger if not exists r begin a;-- b\n /* ; */ "
	"end}"},
	{"explain create trigger r begin a; end; x",
	"{1:explain create trigger r begin a; end}{1:x}"},
	{"explain query plan create temp trigger r begin a; end; x",
	"{1:explain query plan create temp trigger r begin a; end}{1:x}"},
	{"create trigger r before update on t when new.begin > (old.begin) begin "
		"select end from t; end; x",
		"{1:create trigger r before update on t when new.begin > (old.begin) "
	"begin select end from t; end}{1:x}"},
	{"create trigger begin after delete on t begin a; end; x",
	"{1:create trigger begin after delete on t begin a; end}{1:x}"},
	{"create trigger r begin a; --> statement-breakpoint\nb; end; x",
	"{1:create trigger r begin a; --> statement-breakpoint\nb; end}{2:x}"},
	{"create table begin (a); x", "{1:create table begin (a)}{1:x}"},
	{"create trigger r after insert on t; x",
	"{1:create trigger r after insert on t}{1:x}"},
	{"a;\ncreate trigger r\nbegin a; b end;",
	X "statement 2, line 3: unterminated trigger body"},
	{"create trigger r begin a; 'end;",
	X "statement 1, line 1: unterminated quoted string"},

	/* PRAGMA foreign_keys */
	{"PRAGMA foreign_keys=OFF; pragma foreign_keys = on",
	"{1:PRAGMA foreign_keys=OFF}-{1:pragma foreign_keys = on}+"},
	{"pragma main.foreign_keys(0); pragma \"foreign_keys\"('yes')",
	"{1:pragma main.foreign_keys(0)}-{1:pragma \"foreign_keys\"('yes')}+"},
	{"pragma foreign_keys = 'false';pragma foreign_keys = \"no\";"
		"pragma foreign_keys = true; pragma main.foreign_keys = 1",
		"{1:pragma foreign_keys = 'false'}-{1:pragma foreign_keys = \"no\"}-"
	"{1:pragma foreign_keys = true}+{1:pragma main.foreign_keys = 1}+"},
	{"pragma foreign_keys; pragma foreign_key_check; pragma "
		"defer_foreign_keys = on; pragma foreign_key_list(t)",
		"{1:pragma foreign_keys}{1:pragma foreign_key_check}"
	"{1:pragma defer_foreign_keys = on}{1:pragma foreign_key_list(t)}"},

	/* Refused, and what only looks so. */
	{"attach 'x' as y", X "statement 1, line 1: ATTACH is not allowed in a "
	"migration"},
	{"detach y", X "statement 1, line 1: DETACH is not allowed in a "
	"migration"},
	{"a;\n.tables it's", X "statement 2, line 2: a dot-command of the sqlite3 "
	"shell is not allowed in a migration"},
	{"select .5", "{1:select .5}"},
	{"start transaction; abort; reindex; copy a from stdin",
	"{1:start transaction}{1:abort}{1:reindex}{1:copy a from stdin}"},
};

static void
test_statements(void **state)
{
	(void) state;
	check_cases(&dbmig_postgres, work_split, both_statements,
				DBMIG_COUNT(both_statements));
	check_cases(&dbmig_sqlite, work_split, both_statements,
				DBMIG_COUNT(both_statements));
}

static void
test_statements_postgres(void **state)
{
	(void) state;
	check_cases(&dbmig_postgres, work_split, postgres_statements,
				DBMIG_COUNT(postgres_statements));
}

static void
test_statements_sqlite(void **state)
{
	(void) state;
	check_cases(&dbmig_sqlite, work_split, sqlite_statements,
				DBMIG_COUNT(sqlite_statements));
}

static void
test_errors(void **state)
{
	Given		given = {&dbmig_postgres, "migration \"y\", down", "a;\n\nend",
	10, NULL};
	Dbmig	   *d = unit_run(given.dialect, work_split, &given);

	(void) state;
	unit_error(d, DBMIG_REFUSED, "migration \"y\", down, statement 2, line "
			   "13: END is not allowed in a migration");
	assert_string_equal(dbmig_error(d)->hint, "dbmig runs a migration and its "
						"journal row in one transaction.");
	unit_end(d);

	given.in = "\n/*";
	d = unit_run(given.dialect, work_split, &given);
	unit_error(d, DBMIG_BAD_SYNTAX, "migration \"y\", down, statement 1, line "
			   "12: unterminated comment");
	unit_end(d);
}

/* Every rule that refuses says why or what to do. */
static void
test_hints(void **state)
{
	static const DbmigDialect *const dialects[] = {
		&dbmig_postgres, &dbmig_sqlite
	};
	const DbmigRule *rule;
	size_t		i;

	(void) state;
	for (i = 0; i < DBMIG_COUNT(dialects); i++)
	{
		for (rule = dialects[i]->rules; rule->pattern[0] != NULL; rule++)
			assert_true(rule->refused == NULL || rule->hint != NULL);
	}
}

/* Texts on which a careless reader takes quadratic time: 200,000 bytes
 * must not take longer than a test may. */
static void
test_long(void **state)
{
	static const char *const parts[] = {
		"+", "@-", "$a", "$a$", "(", "begin ", "''\n", "/*", "'", ":a(", ";",
		"create function begin ", "copy ", "x "
	};
	const size_t size = 200000;
	char	   *text = malloc(size + 1);
	Given		given = {.dialect = &dbmig_postgres, .what = "", .in = text};
	Dbmig	   *d;
	size_t		i;
	size_t		at;

	(void) state;
	assert_non_null(text);
	for (i = 0; i < 2 * DBMIG_COUNT(parts); i++)
	{
		given.dialect = i % 2 == 0 ? &dbmig_postgres : &dbmig_sqlite;
		for (at = 0; at < size; at++)
			text[at] = parts[i / 2][at % strlen(parts[i / 2])];
		text[size] = '\0';
		d = unit_begin(given.dialect);
		work_split(d, &given);
		unit_end(d);
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_tokens_postgres),
		cmocka_unit_test(test_tokens_sqlite),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_keywords),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_statements),
		cmocka_unit_test(test_statements_postgres),
		cmocka_unit_test(test_statements_sqlite),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("lex", tests, NULL, NULL);
}
