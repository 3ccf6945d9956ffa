/*
 * section.c
 *	  One file with the up and the down of a migration in sections.
 *
 * Sections are lines, whatever SQL they stand in.  Only what stands before the
 * first one is read by the lexer, because it must be nothing but comments; and
 * so are the comments, because one that looks like a section and is none would
 * make a down run as part of the up.
 */
#include "section.h"

#include <string.h>

typedef enum Meaning
{
	SECTION_UP,
	SECTION_DOWN,
	IGNORED,
	UNSUPPORTED,				/* would change the text */
	UNKNOWN,
	NO_ANNOTATION
} Meaning;

/* Who writes annotations, and how. */
typedef enum Style
{
	DBMATE,
	GOOSE,
	SQL_MIGRATE,
	NODE_PG_MIGRATE
} Style;

/* What may follow the words of an annotation. */
typedef enum After
{
	NOTHING,
	OPTIONS,					/* more words, which are ignored */
	ANYTHING					/* but a word that goes on */
} After;

static const struct
{
	const char *tool;
	const char *prefix;
	bool		spaced;			/* from the words by spaces */
	bool		any_case;		/* of the words */
	After		after;
}			styles[] =

{
	[DBMATE] = {"dbmate", "migrate:", false, false, OPTIONS},
	[GOOSE] = {"goose", "+goose", true, true, NOTHING},
	[SQL_MIGRATE] = {"sql-migrate", "+migrate", true, true, OPTIONS},
	/* A line of prose may begin like that: it counts only in a file that has
	 * no annotation of another style. */
	[NODE_PG_MIGRATE] = {"node-pg-migrate", "", false, true, ANYTHING},
};

static const struct
{
	Style		style;
	const char *word;
	Meaning		meaning;
}			annotations[] =

{
	{DBMATE, "up", SECTION_UP},
	{DBMATE, "down", SECTION_DOWN},
	{GOOSE, "up", SECTION_UP},
	{GOOSE, "down", SECTION_DOWN},
	{GOOSE, "statementbegin", IGNORED},
	{GOOSE, "statementend", IGNORED},
	{GOOSE, "no transaction", IGNORED},
	{GOOSE, "envsub on", UNSUPPORTED},
	{GOOSE, "envsub off", IGNORED},
	{SQL_MIGRATE, "up", SECTION_UP},
	{SQL_MIGRATE, "down", SECTION_DOWN},
	{SQL_MIGRATE, "statementbegin", IGNORED},
	{SQL_MIGRATE, "statementend", IGNORED},
	{NODE_PG_MIGRATE, "up migration", SECTION_UP},
	{NODE_PG_MIGRATE, "down migration", SECTION_DOWN},
};

/* Words of a comment that is to be an annotation, besides up and down. */
static const char *const marker_words[] =
{
	"dbmate", "false", "goose", "micrate", "migrate", "migration",
	"migrations", "notransaction", "rambler", "script", "section", "sql",
	"transaction", "true"
};

static const char *const section_names[] =
{
	[SECTION_UP] = "up",
	[SECTION_DOWN] = "down",
};

typedef struct Line
{
	const char *start;
	const char *end;			/* without spaces at the end */
	const char *next;			/* where the next line starts */
	int			number;			/* from 1 */
} Line;

typedef struct Section
{
	const char *start;			/* NULL: there is none */
	const char *end;
	int			line;			/* lines before start */
} Section;

typedef struct Scan
{
	Dbmig	   *d;
	const char *file;
	const char *text;
	const char *first;			/* where the first section's line starts */
	Style		style;			/* of that */
	Section		sections[2];	/* by SECTION_UP and SECTION_DOWN */
	Section    *current;
	int			unknown;		/* the first line with an annotation that
								 * nobody knows, 0: there is none */
} Scan;

static const char *
skip_spaces(const char *at, const char *end)
{
	while (at < end && dbmig_is_space(*at))
		at++;
	return at;
}

/* True inside of a word, of any language. */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		dbmig_is_digit(c) || (unsigned char) c >= 0x80;
}

/* The first line begins after a byte order mark. */
static void
begin_lines(Line *line, const char *text)
{
	line->next = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
	line->number = 0;
}

static bool
next_line(Line *line)
{
	const char *newline;

	if (*line->next == '\0')
		return false;
	line->start = line->next;
	newline = strchr(line->start, '\n');
	line->end = newline != NULL ? newline : line->start + strlen(line->start);
	line->next = newline != NULL ? newline + 1 : line->end;
	while (line->end > line->start && dbmig_is_space(line->end[-1]))
		line->end--;
	line->number++;
	return true;
}

/* True when what is left of the line may follow an annotation. */
static bool
may_follow(After after, const char *at, const char *end)
{
	if (at == end)
		return true;
	return after == OPTIONS ? dbmig_is_space(*at) :
		after == ANYTHING && !is_letter(*at);
}

static Meaning
find_annotation(Style style, const char *at, const char *end)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(annotations); i++)
	{
		const char *word = annotations[i].word;
		size_t		len = strlen(word);

		if (annotations[i].style == style && (size_t) (end - at) >= len &&
			(styles[style].any_case ? dbmig_ncasecmp(word, at, len) :
			 memcmp(word, at, len)) == 0 &&
			may_follow(styles[style].after, at + len, end))
			return annotations[i].meaning;
	}
	return styles[style].prefix[0] != '\0' ? UNKNOWN : NO_ANNOTATION;
}

/* What the line says as an annotation of that style. */
static Meaning
read_annotation(const Line *line, Style style)
{
	const char *at = skip_spaces(line->start, line->end);
	const char *end = line->end;
	size_t		len = strlen(styles[style].prefix);

	if (end - at < 2 || memcmp(at, "--", 2) != 0)
		return NO_ANNOTATION;
	at = skip_spaces(at + 2, end);
	if ((size_t) (end - at) <= len ||
		memcmp(at, styles[style].prefix, len) != 0)
		return NO_ANNOTATION;
	at += len;
	/* "migrate: " and "+goosey" are words of some comment. */
	if (dbmig_is_space(*at) != styles[style].spaced)
		return NO_ANNOTATION;
	return find_annotation(style, skip_spaces(at, end), end);
}

static void
fail_line(const Scan *scan, int line, const char *problem)
{
	dbmig_fail(scan->d, DBMIG_BAD_ARGUMENT, "file \"%s\", line %d: %s",
			   dbmig_show(scan->d, scan->file), line, problem);
}

static void
begin_section(Scan *scan, Meaning which, Style style, const Line *line)
{
	Section    *section = &scan->sections[which];

	if (section->start != NULL)
		fail_line(scan, line->number,
				  dbmig_printf(scan->d, "a second section \"%s\"",
							   section_names[which]));
	else if (which == SECTION_DOWN && scan->current == NULL)
		fail_line(scan, line->number, "a down without an up before it");
	else if (scan->current != NULL && scan->style != style)
		fail_line(scan, line->number,
				  dbmig_printf(scan->d, "sections of %s and of %s in one file",
							   styles[scan->style].tool,
							   styles[style].tool));
	if (scan->current != NULL)
		scan->current->end = line->start;
	else
		scan->first = line->start;
	scan->style = style;
	scan->current = section;
	section->start = line->next;
	section->line = line->number;
}

/* Reads the annotations of the styles from first to last. */
static void
scan_lines(Scan *scan, Style first, Style last)
{
	Line		line;
	Style		style;
	Meaning		meaning;

	begin_lines(&line, scan->text);
	while (dbmig_ok(scan->d) && next_line(&line))
	{
		for (style = first;
			 (meaning = read_annotation(&line, style)) == NO_ANNOTATION &&
			 style < last;)
			style++;
		switch (meaning)
		{
			case SECTION_UP:
			case SECTION_DOWN:
				begin_section(scan, meaning, style, &line);
				break;
			case UNSUPPORTED:
				fail_line(scan, line.number,
						  "\"+goose ENVSUB ON\" is not supported");
				dbmig_hint(scan->d, "Write the values into the file.");
				break;
			case UNKNOWN:
				if (scan->unknown == 0)
					scan->unknown = line.number;
				break;
			case IGNORED:
			case NO_ANNOTATION:
				break;
		}
	}
	if (scan->current != NULL)
		scan->current->end = line.next;
}

/* A misspelt "down" would be run as part of the up. */
static void
check_unknown(const Scan *scan)
{
	if (scan->unknown == 0)
		return;
	fail_line(scan, scan->unknown, "unknown annotation");
	dbmig_hint(scan->d, "Known, on a line of their own, are "
			   "\"-- migrate:up\", \"-- migrate:down\", "
			   "\"-- +goose Up\", \"-- +goose Down\", "
			   "\"-- +migrate Up\", \"-- +migrate Down\", "
			   "\"-- Up Migration\" and \"-- Down Migration\"; a comment "
			   "that is none needs other words.");
}

/* ---- comments that look like annotations ---- */

static bool
is_marker_word(const char *word, size_t len)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(marker_words); i++)
	{
		if (strlen(marker_words[i]) == len &&
			dbmig_ncasecmp(marker_words[i], word, len) == 0)
			return true;
	}
	return false;
}

/*
 * The section that a comment seems to begin, and how many words it has:
 * nothing but up or down, once, and marker words; the one after a + or @ is
 * that of some tool.
 */
static Meaning
read_marker(const DbmigToken *comment, size_t *nwords)
{
	const char *at = comment->start;
	const char *end = at + comment->len;
	const char *word;
	Meaning		meaning = NO_ANNOTATION;
	size_t		len;
	bool		of_tool;

	*nwords = 0;
	while (at < end)
	{
		if (!is_letter(*at))
		{
			at++;
			continue;
		}
		word = at;
		while (at < end && is_letter(*at))
			at++;
		len = (size_t) (at - word);
		of_tool = *nwords == 0 && (word[-1] == '+' || word[-1] == '@');
		(*nwords)++;
		if (len == 2 && dbmig_ncasecmp(word, "up", len) == 0 &&
			meaning == NO_ANNOTATION)
			meaning = SECTION_UP;
		else if (len == 4 && dbmig_ncasecmp(word, "down", len) == 0 &&
				 meaning == NO_ANNOTATION)
			meaning = SECTION_DOWN;
		else if (!of_tool && !is_marker_word(word, len))
			return NO_ANNOTATION;
	}
	return meaning;
}

static bool
is_inside(const Section *section, const char *at)
{
	return section->start != NULL && at >= section->start &&
		at < section->end;
}

/* True when a comment, behind SQL or not, looks like the beginning of another
 * section than the one that it stands in.  A lone word behind SQL is a remark
 * on that. */
static bool
misleads(const Scan *scan, const DbmigToken *comment, bool behind)
{
	size_t		nwords;
	Meaning		meaning = read_marker(comment, &nwords);

	return meaning != NO_ANNOTATION && !(behind && nwords == 1) &&
		!is_inside(&scan->sections[meaning], comment->start);
}

/* True when the line of the comment begins a section. */
static bool
begins_section(const Scan *scan, const DbmigToken *comment)
{
	const char *end = comment->start + strcspn(comment->start, "\n");
	size_t		i;

	if (*end == '\n')
		end++;
	for (i = 0; i < DBMIG_COUNT(scan->sections); i++)
	{
		if (scan->sections[i].start == end)
			return true;
	}
	return false;
}

static void
check_comments(Scan *scan)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	int			line = 0;		/* where the last SQL ends */

	dbmig_lex_begin(&lexer, scan->d->host.dialect, scan->text);
	for (;;)
	{
		token = dbmig_lex_next(&lexer);
		if (token.kind == DBMIG_TOKEN_END || token.kind == DBMIG_TOKEN_ERROR)
			break;
		if (token.kind != DBMIG_TOKEN_COMMENT)
		{
			if (token.kind != DBMIG_TOKEN_SPACE)
				line = lexer.line;
			continue;
		}
		if ((scan->unknown == 0 || token.line < scan->unknown) &&
			(token.line == line || !begins_section(scan, &token)) &&
			misleads(scan, &token, token.line == line))
			scan->unknown = token.line;
	}
}

static void
check_preamble(const Scan *scan)
{
	size_t		len = (size_t) (scan->first - scan->text);
	DbmigLexer	lexer;
	DbmigToken	token;

	dbmig_lex_begin(&lexer, scan->d->host.dialect,
					dbmig_strndup(scan->d, scan->text, len));
	token = dbmig_lex_word(&lexer);
	if (token.kind != DBMIG_TOKEN_END)
		fail_line(scan, token.line, "text before the first section");
}

static const char *
section_text(const Scan *scan, Meaning which, int *line)
{
	const Section *section = &scan->sections[which];

	*line = section->line;
	if (section->start == NULL)
		return NULL;
	return dbmig_strndup(scan->d, section->start,
						 (size_t) (section->end - section->start));
}

bool
dbmig_section_read(Dbmig *d, const char *file, const char *text,
				   DbmigMigration *migration)
{
	Scan		scan = {0};

	scan.d = d;
	scan.file = file;
	scan.text = text;
	scan_lines(&scan, DBMATE, SQL_MIGRATE);
	if (scan.current == NULL && scan.unknown == 0)
		scan_lines(&scan, NODE_PG_MIGRATE, NODE_PG_MIGRATE);
	if (dbmig_ok(d))
		check_comments(&scan);
	if (dbmig_ok(d))
		check_unknown(&scan);
	if (!dbmig_ok(d) || scan.current == NULL)
		return false;
	check_preamble(&scan);
	if (!dbmig_ok(d))
		return false;
	migration->up = section_text(&scan, SECTION_UP, &migration->up_line);
	migration->down = section_text(&scan, SECTION_DOWN,
								   &migration->down_line);
	return dbmig_ok(d);
}

bool
dbmig_section_none(Dbmig *d, const char *what, const char *text)
{
	Line		line;
	Style		style;

	begin_lines(&line, text);
	while (dbmig_ok(d) && next_line(&line))
	{
		for (style = DBMATE; style <= SQL_MIGRATE; style++)
		{
			if (read_annotation(&line, style) != SECTION_DOWN)
				continue;
			dbmig_fail(d, DBMIG_BAD_ARGUMENT, "%s, line %d: a section "
					   "\"down\" in what is an up", what, line.number);
			dbmig_hint(d, "Only files name.sql are read for sections: pass "
					   "the up and the down apart.");
			break;
		}
	}
	return dbmig_ok(d);
}
