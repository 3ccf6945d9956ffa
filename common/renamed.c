/*
 * renamed.c
 *	  Reads ALTER TABLE ... RENAME in a script.
 *
 * No schema shows a rename: to it one table has gone and another has come.
 * Names are as fold() of the dialect wants them: with their quotes where those
 * decide what they mean.
 */
#include "renamed.h"

#include <string.h>

typedef struct Reader
{
	Dbmig	   *d;
	const DbmigDialect *dialect;
	DbmigLexer	lexer;
	DbmigToken	token;
	DbmigRenames tables;		/* from what there was to what there is */
	DbmigRenames columns;		/* the same; the table by its name now */
} Reader;

static void
next(Reader *reader)
{
	reader->token = dbmig_lex_word(&reader->lexer);
}

/* Takes the word, if it comes next. */
static bool
take(Reader *reader, const char *word)
{
	if (!dbmig_token_is(&reader->token, word))
		return false;
	next(reader);
	return true;
}

/* The same for IF [NOT] EXISTS. */
static void
take_if(Reader *reader)
{
	if (take(reader, "if"))
	{
		(void) take(reader, "not");
		(void) take(reader, "exists");
	}
}

static const char *
take_name(Reader *reader)
{
	const char *name = reader->dialect->spell == NULL ?
		dbmig_token_name(reader->d, reader->dialect, &reader->token) :
		dbmig_strndup(reader->d, reader->token.start, reader->token.len);

	next(reader);
	return name;
}

/* A name that may have a schema, which then goes to *schema. */
static const char *
take_table(Reader *reader, const char **schema)
{
	const char *name = take_name(reader);

	*schema = NULL;
	if (take(reader, "."))
	{
		/* SQLite has no other schema that is managed. */
		*schema = reader->dialect->spell == NULL ? NULL : name;
		name = take_name(reader);
	}
	return *schema == NULL ? name :
		dbmig_printf(reader->d, "%s.%s", *schema, name);
}

static bool
same_table(const Reader *reader, const char *a, const char *b)
{
	return strcmp(reader->dialect->fold(reader->d, a),
				  reader->dialect->fold(reader->d, b)) == 0;
}

static bool
same_column(const Reader *reader, const char *a, const char *b)
{
	return strcmp(reader->dialect->fold_part(reader->d, a),
				  reader->dialect->fold_part(reader->d, b)) == 0;
}

static void
add(Reader *reader, DbmigRenames *list, const char *table, const char *from,
	const char *to)
{
	const DbmigRename rename = {.table = table, .from = from, .to = to};

	if (dbmig_grow(reader->d, (void **) &list->items, &list->capacity,
				   list->count, sizeof(DbmigRename)))
		list->items[list->count++] = rename;
}

/* The rename that made a table what it is called now; NULL: none. */
static DbmigRename *
find_table(Reader *reader, const char *name)
{
	size_t		i;

	for (i = 0; i < reader->tables.count; i++)
	{
		if (same_table(reader, reader->tables.items[i].to, name))
			return &reader->tables.items[i];
	}
	return NULL;
}

static DbmigRename *
find_column(Reader *reader, const char *table, const char *name)
{
	size_t		i;

	for (i = 0; i < reader->columns.count; i++)
	{
		DbmigRename *rename = &reader->columns.items[i];

		if (same_table(reader, rename->table, table) &&
			same_column(reader, rename->to, name))
			return rename;
	}
	return NULL;
}

static void
rename_table(Reader *reader, const char *from, const char *to)
{
	DbmigRename *known = find_table(reader, from);
	size_t		i;

	if (known != NULL)
		known->to = to;
	else
		add(reader, &reader->tables, NULL, from, to);
	for (i = 0; i < reader->columns.count; i++)
	{
		if (same_table(reader, reader->columns.items[i].table, from))
			reader->columns.items[i].table = to;
	}
}

static void
rename_column(Reader *reader, const char *table, const char *from,
			  const char *to)
{
	DbmigRename *known = find_column(reader, table, from);

	if (known != NULL)
		known->to = to;
	else
		add(reader, &reader->columns, table, from, to);
}

/* What is created or dropped is not what had that name before. */
static void
forget_table(Reader *reader)
{
	const char *schema;
	DbmigRename *known;

	take_if(reader);
	known = find_table(reader, take_table(reader, &schema));
	if (known != NULL)
		*known = reader->tables.items[--reader->tables.count];
}

static void
read_alter(Reader *reader)
{
	const char *schema;
	const char *table;
	const char *from;

	if (!take(reader, "table"))
		return;
	take_if(reader);
	(void) take(reader, "only");
	table = take_table(reader, &schema);
	(void) take(reader, "*");
	if (!take(reader, "rename"))
		return;
	if (take(reader, "to"))
	{
		const char *to = take_name(reader);

		rename_table(reader, table, schema == NULL ? to :
					 dbmig_printf(reader->d, "%s.%s", schema, to));
		return;
	}
	if (take(reader, "constraint"))
		return;
	(void) take(reader, "column");
	from = take_name(reader);
	if (take(reader, "to"))
		rename_column(reader, table, from, take_name(reader));
}

static void
read_statement(Reader *reader, const char *sql)
{
	dbmig_lex_begin(&reader->lexer, reader->dialect, sql);
	next(reader);
	if (take(reader, "alter"))
		read_alter(reader);
	else if ((take(reader, "create") || take(reader, "drop")) &&
			 take(reader, "table"))
		forget_table(reader);
}

DbmigRenames
dbmig_renamed_back(DbmigRun *run, const DbmigScript *script)
{
	Reader		reader = {.d = run->d, .dialect = run->d->host.dialect};
	DbmigRenames back = {0};
	size_t		i;

	for (i = 0; i < script->count; i++)
		read_statement(&reader, script->items[i].sql);
	for (i = 0; i < reader.tables.count; i++)
		add(&reader, &back, NULL, reader.tables.items[i].to,
			reader.tables.items[i].from);
	for (i = 0; i < reader.columns.count; i++)
	{
		const DbmigRename *column = &reader.columns.items[i];
		const DbmigRename *table = find_table(&reader, column->table);

		add(&reader, &back, table == NULL ? column->table : table->from,
			column->to, column->from);
	}
	return back;
}
