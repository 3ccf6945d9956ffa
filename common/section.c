/*
 * section.c
 *	  One file with the up and the down of a migration in sections.
 *
 * Looks at lines, not at SQL; only what stands before the first section is
 * read by the lexer, because it must be nothing but comments.
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
	DBMATE,						/* the word right after the prefix counts */
	GOOSE						/* the rest of the line counts, in any case */
} Style;

static const char *const prefixes[] =
{
	[DBMATE] = "migrate:",
	[GOOSE] = "+goose",
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

static Meaning
find_annotation(Style style, const char *word, size_t len)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(annotations); i++)
	{
		if (annotations[i].style != style ||
			strlen(annotations[i].word) != len)
			continue;
		if (style == GOOSE ?
			dbmig_ncasecmp(annotations[i].word, word, len) == 0 :
			memcmp(annotations[i].word, word, len) == 0)
			return annotations[i].meaning;
	}
	return UNKNOWN;
}

/* What the line says; *style is who says so. */
static Meaning
read_annotation(const Line *line, Style *style)
{
	const char *at = skip_spaces(line->start, line->end);
	const char *end = line->end;
	size_t		len;
	bool		spaced;

	if (end - at < 2 || memcmp(at, "--", 2) != 0)
		return NO_ANNOTATION;
	at = skip_spaces(at + 2, end);
	*style = at < end && *at == '+' ? GOOSE : DBMATE;
	len = strlen(prefixes[*style]);
	if ((size_t) (end - at) <= len || memcmp(at, prefixes[*style], len) != 0)
		return NO_ANNOTATION;
	at += len;
	spaced = dbmig_is_space(*at);
	/* "migrate: " and "+goosey" are words of some comment. */
	if (spaced != (*style == GOOSE))
		return NO_ANNOTATION;
	at = skip_spaces(at, end);
	if (*style == DBMATE)
		for (end = at; end < line->end && !dbmig_is_space(*end);)
			end++;
	return find_annotation(*style, at, (size_t) (end - at));
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
				  "sections of dbmate and of goose in one file");
	if (scan->current != NULL)
		scan->current->end = line->start;
	else
		scan->first = line->start;
	scan->style = style;
	scan->current = section;
	section->start = line->next;
	section->line = line->number;
}

static void
scan_lines(Scan *scan)
{
	Line		line;
	Style		style = DBMATE;
	Meaning		meaning;

	begin_lines(&line, scan->text);
	while (dbmig_ok(scan->d) && next_line(&line))
	{
		meaning = read_annotation(&line, &style);
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
	dbmig_hint(scan->d, "Known are \"-- migrate:up\", \"-- migrate:down\", "
			   "\"-- +goose Up\", \"-- +goose Down\", "
			   "\"-- +goose StatementBegin\", \"-- +goose StatementEnd\" and "
			   "\"-- +goose NO TRANSACTION\".");
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
	scan_lines(&scan);
	if (!dbmig_ok(d) || scan.current == NULL)
		return false;
	check_unknown(&scan);
	if (dbmig_ok(d))
		check_preamble(&scan);
	if (!dbmig_ok(d))
		return false;
	migration->up = section_text(&scan, SECTION_UP, &migration->up_line);
	migration->down = section_text(&scan, SECTION_DOWN,
								   &migration->down_line);
	return dbmig_ok(d);
}
