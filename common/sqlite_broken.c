/*
 * sqlite_broken.c
 *	  The hazard of a view or trigger that reads or writes a table which the
 *	  wanted schema does not have.  SQLite takes it without a word.
 *
 * Only the tokens are looked at: a table is what follows FROM, JOIN, INTO or
 * UPDATE.  Columns are not looked for.
 */
#include "sqlite_plan.h"

#include "rows.h"

#include <string.h>

/* The columns of a row of sqlite_schema. */
enum
{
	ROW_TYPE, ROW_NAME, ROW_TABLE, ROW_SQL
};

static bool
is_any(const DbmigToken *token, const char *const *words)
{
	while (*words != NULL && !dbmig_token_is(token, *words))
		words++;
	return *words != NULL;
}

static bool
is_name(const DbmigToken *token)
{
	return token->kind == DBMIG_TOKEN_WORD ||
		token->kind == DBMIG_TOKEN_IDENTIFIER;
}

/* The folded name behind one of the words; NULL when it is not that of a table
 * of main.  word is the one that the lexer has just passed. */
static const char *
read_table(Dbmig *d, DbmigLexer lexer, const DbmigToken *word)
{
	static const char *const others[] = {"of", "on", "set", NULL};
	DbmigToken	name = dbmig_lex_word(&lexer);
	DbmigToken	next;

	if (dbmig_token_is(word, "update") && dbmig_token_is(&name, "or"))
	{
		(void) dbmig_lex_word(&lexer);
		name = dbmig_lex_word(&lexer);
	}
	if (!is_name(&name) || is_any(&name, others))
		return NULL;
	next = dbmig_lex_word(&lexer);
	if (dbmig_token_is(&next, "."))
	{
		if (!dbmig_token_is(&name, "main"))
			return NULL;
		name = dbmig_lex_word(&lexer);
		next = dbmig_lex_word(&lexer);
	}
	/* A table-valued function. */
	if (dbmig_token_is(&next, "(") && !dbmig_token_is(word, "into"))
		return NULL;
	return dbmig_sqlite_fold(d, dbmig_token_name(d, &dbmig_sqlite, &name));
}

/* The next table that is named; NULL when there is none. */
static const char *
next_table(Dbmig *d, DbmigLexer *lexer)
{
	static const char *const words[] =
	{
		"from", "join", "into", "update", NULL
	};
	DbmigToken	before = {.kind = DBMIG_TOKEN_END};
	DbmigToken	token;
	const char *name = NULL;

	while (name == NULL && dbmig_ok(d))
	{
		token = dbmig_lex_word(lexer);
		if (token.kind == DBMIG_TOKEN_END || token.kind == DBMIG_TOKEN_ERROR)
			return NULL;
		if (is_any(&token, words) && (before.kind == DBMIG_TOKEN_END ||
									  !dbmig_token_is(&before, "distinct")))
			name = read_table(d, *lexer, &token);
		before = token;
	}
	return name;
}

/* True when the text says with WITH what the name means. */
static bool
is_defined(Dbmig *d, const char *sql, const char *id)
{
	static const char *const behind[] = {"as", "(", NULL};
	DbmigLexer	lexer;
	DbmigToken	token;
	bool		with = false;
	bool		named = false;

	dbmig_lex_begin(&lexer, &dbmig_sqlite, sql);
	do
	{
		token = dbmig_lex_word(&lexer);
		if (with && named && is_any(&token, behind))
			return true;
		with = with || dbmig_token_is(&token, "with");
		named = is_name(&token) && dbmig_casecmp(
			dbmig_token_name(d, &dbmig_sqlite, &token), id) == 0;
	} while (token.kind != DBMIG_TOKEN_END &&
			 token.kind != DBMIG_TOKEN_ERROR && dbmig_ok(d));
	return false;
}

static bool
is_there(const DbmigRows *rows, const char *id)
{
	const DbmigGroup *group = dbmig_rows_group(rows, id);

	return (group != NULL && group->count > 0) ||
		strncmp(id, "sqlite_", 7) == 0 || strncmp(id, "dbmig_", 6) == 0;
}

void
dbmig_sqlite_find_broken(DbmigSqlitePlanner *planner, DbmigStep *step,
						 const DbmigObject *object)
{
	Dbmig	   *d = planner->d;
	DbmigFinding *finding;
	DbmigLexer	lexer;
	DbmigBuf	query;
	const char *id;

	if (planner->intent->undo || planner->intent->to == NULL ||
		object->sql == NULL)
		return;
	dbmig_lex_begin(&lexer, &dbmig_sqlite, object->sql);
	while ((id = next_table(d, &lexer)) != NULL)
	{
		if (is_there(planner->intent->to, id) ||
			is_defined(d, object->sql, id))
			continue;
		finding = dbmig_step_find(planner->plan, step, "broken-reference");
		if (finding == NULL)
			return;
		/* Some modules are tables without a CREATE. */
		dbmig_buf_init(&query, d);
		dbmig_buf_add(&query, "SELECT NOT EXISTS (SELECT 1 "
					  "FROM pragma_module_list WHERE name = ");
		dbmig_buf_literal(&query, id);
		dbmig_buf_add(&query, " COLLATE NOCASE), NULL");
		finding->query = query.text;
	}
}

static bool
names_table(Dbmig *d, const char *sql, const char *gone)
{
	DbmigLexer	lexer;
	const char *id;

	dbmig_lex_begin(&lexer, &dbmig_sqlite, sql);
	do
		id = next_table(d, &lexer);
	while (id != NULL && strcmp(id, gone) != 0);
	return id != NULL && !is_defined(d, sql, gone);
}

void
dbmig_sqlite_find_breaking(DbmigSqlitePlanner *planner, DbmigStep *step,
						   const DbmigObject *gone)
{
	const DbmigRows *rows = planner->intent->to;
	size_t		i;
	size_t		j;

	if (planner->intent->undo || rows == NULL || is_there(rows, gone->id))
		return;
	for (i = 0; i < rows->count; i++)
	{
		for (j = 0; j < rows->groups[i]->count; j++)
		{
			const DbmigValue *values = rows->groups[i]->rows[j].values;
			const char *type = values[ROW_TYPE].text;

			if ((strcmp(type, "view") == 0 || strcmp(type, "trigger") == 0) &&
				names_table(planner->d, values[ROW_SQL].text, gone->id))
			{
				(void) dbmig_step_find(planner->plan, step,
									   "broken-reference");
				return;
			}
		}
	}
}
