/*
 * sqlite_string.c
 *	  Whether a schema has strings in double quotes (quirks.html, section 8).
 *
 * ALTER TABLE DROP COLUMN puts them in single quotes, wherever they are: then
 * it changes more than was wanted.
 */
#include "sqlite_plan.h"

#include "rows.h"

#include <string.h>

/* The columns of a row of sqlite_schema. */
enum
{
	ROW_TYPE, ROW_NAME, ROW_TABLE, ROW_SQL
};

typedef struct Search
{
	Dbmig	   *d;
	const DbmigRows *rows[2];	/* before and after: what goes is no name */
	DbmigMap	names[2];		/* of all tables, columns, ...; filled when the
								 * first one is looked for */
	bool		filled;
} Search;

static void
add_name(Dbmig *d, DbmigMap *names, const char *name)
{
	(void) dbmig_map_put(names, dbmig_sqlite_fold(d, name), names);
}

/* True for the words that begin a constraint. */
static bool
is_constraint(const DbmigToken *token)
{
	static const char *const words[] =
	{
		"constraint", "primary", "unique", "check", "foreign"
	};
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(words); i++)
	{
		if (dbmig_token_is(token, words[i]))
			return true;
	}
	return false;
}

/* What begins each item in the parentheses of a table is a column, or says that
 * it is none.  To read whole tables would take several times as long. */
static void
add_columns(Dbmig *d, DbmigMap *names, const char *sql)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	size_t		depth = 0;
	bool		starts = false;

	dbmig_lex_begin(&lexer, &dbmig_sqlite, sql);
	do
	{
		token = dbmig_lex_word(&lexer);
		if (dbmig_token_is(&token, "("))
			starts = depth++ == 0;
		else if (dbmig_token_is(&token, ")") && depth > 0)
			depth--;
		else if (dbmig_token_is(&token, ",") && depth == 1)
			starts = true;
		else if (starts)
		{
			if (!is_constraint(&token))
				add_name(d, names, dbmig_token_name(d, &dbmig_sqlite, &token));
			starts = false;
		}
	} while (token.kind != DBMIG_TOKEN_END &&
			 token.kind != DBMIG_TOKEN_ERROR && dbmig_ok(d));
}

static void
add_names(Dbmig *d, DbmigMap *names, const DbmigRows *rows)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < rows->count; i++)
	{
		for (j = 0; j < rows->groups[i]->count; j++)
		{
			const DbmigValue *values = rows->groups[i]->rows[j].values;

			add_name(d, names, values[ROW_NAME].text);
			if (strcmp(values[ROW_TYPE].text, "table") == 0)
				add_columns(d, names, values[ROW_SQL].text);
		}
	}
}

static bool
is_known(Search *search, const char *id)
{
	size_t		i;

	for (i = 0; !search->filled && i < DBMIG_COUNT(search->rows); i++)
		add_names(search->d, &search->names[i], search->rows[i]);
	search->filled = true;
	return dbmig_map_get(&search->names[0], id) != NULL &&
		dbmig_map_get(&search->names[1], id) != NULL;
}

/* In a table only expressions can hold strings, and they are in parentheses
 * within those of the table. */
static bool
has_string(Search *search, const DbmigValue *values)
{
	bool		table = strcmp(values[ROW_TYPE].text, "table") == 0;
	size_t		depth = 0;
	DbmigScan	scan;

	if (strchr(values[ROW_SQL].text, '"') == NULL)
		return false;
	dbmig_scan_begin(&scan, search->d, values[ROW_TYPE].text,
					 values[ROW_NAME].text, values[ROW_SQL].text);
	for (; !dbmig_scan_ended(&scan); dbmig_scan_take(&scan))
	{
		dbmig_scan_forget(&scan);
		if (dbmig_scan_is(&scan, "("))
			depth++;
		else if (dbmig_scan_is(&scan, ")"))
			depth--;
		else if (*scan.token.start == '"' && !scan.before_name &&
				 (!table || depth > 1) &&
				 !is_known(search, dbmig_scan_id(&scan, &scan.token)))
			return true;
	}
	return false;
}

static Search *
begin_search(Dbmig *d, const DbmigIntent *intent)
{
	Search	   *search = intent->memo == NULL ? NULL : *intent->memo;
	size_t		i;

	/* Known is what both have, whichever comes first. */
	if (search != NULL)
		return search;
	search = dbmig_alloc(d, sizeof(Search));
	if (search == NULL)
		return NULL;
	search->d = d;
	search->rows[0] = intent->from;
	search->rows[1] = intent->to;
	for (i = 0; i < DBMIG_COUNT(search->names); i++)
		dbmig_map_init(&search->names[i], d);
	if (intent->memo != NULL)
		*intent->memo = search;
	return search;
}

bool
dbmig_sqlite_has_strings(Dbmig *d, const DbmigIntent *intent)
{
	const DbmigRows *from = intent->from;
	Search	   *search;
	size_t		i;
	size_t		j;

	if (from == NULL || intent->to == NULL)
		return false;
	search = begin_search(d, intent);
	if (search == NULL)
		return false;
	for (i = 0; i < from->count; i++)
	{
		for (j = 0; j < from->groups[i]->count; j++)
		{
			if (has_string(search, from->groups[i]->rows[j].values))
				return true;
		}
	}
	return false;
}
