/*
 * sqlite_part.c
 *	  The columns and constraints of a table's definition, and its options.
 *
 * The syntax is that of lang_createtable.html, and of SQLite's parse.y where
 * that is silent: constraints of a table need no commas between them, and a
 * CONSTRAINT may name nothing.
 */
#include "sqlite_scan.h"

#include <string.h>

typedef struct Reader
{
	DbmigScan  *scan;
	DbmigModel *model;
	DbmigObject *table;
	DbmigObject *foreign;		/* what has the newest foreign key, or NULL */
	size_t		checks;			/* of the column at work */
	DbmigMap	repeated;		/* id of a constraint -> size_t, how many have
								 * it, when it is not one */
} Reader;

static size_t
here(const Reader *reader)
{
	return reader->scan->text.len;
}

static const char *
cut(const Reader *reader, size_t from)
{
	return dbmig_scan_cut(reader->scan, from);
}

static const char *
cut_or_yes(const Reader *reader, size_t from)
{
	return here(reader) == from ? "yes" : cut(reader, from);
}

static bool
is(const Reader *reader, const char *word)
{
	return dbmig_scan_is(reader->scan, word);
}

static void
set(Reader *reader, DbmigObject *object, const char *key, const char *value)
{
	dbmig_object_set(reader->model, object, key, value);
}

/* Adds a part that was written from start on. */
static DbmigObject *
add(Reader *reader, DbmigSqliteKind kind, const char *id, const char *name)
{
	return dbmig_model_add(reader->model, &dbmig_sqlite_kinds[kind],
						   reader->table, id, name);
}

/* What part is as a whole, when all of it has been taken. */
static void
finish(Reader *reader, DbmigObject *part, const char *start)
{
	DbmigScan  *scan = reader->scan;

	set(reader, part, "text", cut(reader, 0));
	if (dbmig_ok(scan->d))
		part->sql = dbmig_strndup(scan->d, start,
								  (size_t) (scan->end - start));
}

/* ---- what constraints of columns and of tables share ---- */

static void
take_conflict(Reader *reader)
{
	if (!dbmig_scan_take_if(reader->scan, "on"))
		return;
	dbmig_scan_take_word(reader->scan, "conflict");
	dbmig_scan_take(reader->scan);
}

static void
take_action(DbmigScan *scan)
{
	dbmig_scan_take_word(scan, "on");
	dbmig_scan_take(scan);
	if (dbmig_scan_is(scan, "set") || dbmig_scan_is(scan, "no"))
		dbmig_scan_take(scan);
	dbmig_scan_take(scan);
}

/* Takes what follows REFERENCES, up to DEFERRABLE. */
static void
take_target(Reader *reader)
{
	DbmigScan  *scan = reader->scan;

	dbmig_scan_take_name(scan);
	if (is(reader, "("))
		(void) dbmig_scan_take_parens(scan, DBMIG_SCAN_NAME);
	for (;;)
	{
		if (is(reader, "on"))
			take_action(scan);
		else if (dbmig_scan_take_if(scan, "match"))
			dbmig_scan_take_name(scan);
		else
			break;
	}
}

static void
take_deferrable(Reader *reader)
{
	dbmig_scan_take_word(reader->scan, "deferrable");
	if (dbmig_scan_take_if(reader->scan, "initially"))
		dbmig_scan_take(reader->scan);
}

/* Adds to the references of an object. */
static void
add_references(Reader *reader, DbmigObject *object, const char *between,
			   const char *text)
{
	Dbmig	   *d = reader->scan->d;
	const char *old;

	if (!dbmig_ok(d))
		return;
	old = dbmig_object_get(object, "references");
	if (old != NULL)
		text = dbmig_printf(d, "%s%s%s", old, between, text);
	set(reader, object, "references", text);
	reader->foreign = object;
}

/* ---- columns ---- */

typedef void (*ReadClause) (Reader *reader, DbmigObject *column);

static void
read_constraint_name(Reader *reader, DbmigObject *column)
{
	(void) column;
	dbmig_scan_take(reader->scan);
	dbmig_scan_take_name(reader->scan);
}

static void
read_default(Reader *reader, DbmigObject *column)
{
	DbmigScan  *scan = reader->scan;
	size_t		from;

	dbmig_scan_take(scan);
	from = here(reader);
	if (is(reader, "("))
		(void) dbmig_scan_take_parens(scan, DBMIG_SCAN_TOKEN);
	else
	{
		if (is(reader, "+") || is(reader, "-"))
			dbmig_scan_take(scan);
		dbmig_scan_take(scan);
	}
	set(reader, column, "default", cut(reader, from));
}

static void
read_null(Reader *reader, DbmigObject *column)
{
	(void) column;
	dbmig_scan_take(reader->scan);
	take_conflict(reader);
}

/* A DEFERRABLE belongs to the foreign key before it, wherever that is. */
static void
read_deferrable_from(Reader *reader, size_t from)
{
	take_deferrable(reader);
	if (reader->foreign != NULL)
		add_references(reader, reader->foreign, " ", cut(reader, from));
}

static void
read_deferrable(Reader *reader, DbmigObject *column)
{
	(void) column;
	read_deferrable_from(reader, here(reader));
}

static void
read_not(Reader *reader, DbmigObject *column)
{
	size_t		from = here(reader);

	dbmig_scan_take(reader->scan);
	if (is(reader, "deferrable"))
	{
		read_deferrable_from(reader, from);
		return;
	}
	dbmig_scan_take_word(reader->scan, "null");
	from = here(reader);
	take_conflict(reader);
	set(reader, column, "not_null", cut_or_yes(reader, from));
}

static void
read_primary(Reader *reader, DbmigObject *column)
{
	DbmigScan  *scan = reader->scan;
	size_t		from;

	dbmig_scan_take(scan);
	dbmig_scan_take_word(scan, "key");
	from = here(reader);
	if (is(reader, "asc") || is(reader, "desc"))
		dbmig_scan_take(scan);
	take_conflict(reader);
	set(reader, column, "primary_key", cut_or_yes(reader, from));
	if (dbmig_scan_take_if(scan, "autoincrement"))
		set(reader, column, "autoincrement", "yes");
}

static void
read_unique(Reader *reader, DbmigObject *column)
{
	size_t		from;

	dbmig_scan_take(reader->scan);
	from = here(reader);
	take_conflict(reader);
	set(reader, column, "unique", cut_or_yes(reader, from));
}

static void
read_check(Reader *reader, DbmigObject *column)
{
	Dbmig	   *d = reader->scan->d;
	const char *check;
	const char *format;

	dbmig_scan_take(reader->scan);
	check = dbmig_scan_take_parens(reader->scan, DBMIG_SCAN_TOKEN);
	if (reader->checks++ > 0 && dbmig_ok(d))
	{
		format = reader->checks == 2 ? "( %s ) and ( %s )" : "%s and ( %s )";
		check = dbmig_printf(d, format, dbmig_object_get(column, "check"),
							 check);
	}
	set(reader, column, "check", check);
}

static void
read_references(Reader *reader, DbmigObject *column)
{
	size_t		from;

	dbmig_scan_take(reader->scan);
	from = here(reader);
	take_target(reader);
	add_references(reader, column, " references ", cut(reader, from));
}

static void
read_collate(Reader *reader, DbmigObject *column)
{
	size_t		from;

	dbmig_scan_take(reader->scan);
	from = here(reader);
	dbmig_scan_take_name(reader->scan);
	set(reader, column, "collate", cut(reader, from));
}

static void
read_as(Reader *reader, DbmigObject *column)
{
	DbmigScan  *scan = reader->scan;

	dbmig_scan_take(scan);
	set(reader, column, "generated",
		dbmig_scan_take_parens(scan, DBMIG_SCAN_TOKEN));
	if (dbmig_scan_take_if(scan, "stored"))
		set(reader, column, "stored", "yes");
	else
		(void) dbmig_scan_take_if(scan, "virtual");
}

/* SQLite passes GENERATED ALWAYS over, with or without an AS behind. */
static void
read_generated(Reader *reader, DbmigObject *column)
{
	(void) column;
	dbmig_scan_take(reader->scan);
	dbmig_scan_take(reader->scan);
}

static const struct
{
	const char *word;
	ReadClause	read;
}			clauses[] =

{
	{"as", read_as},
	{"check", read_check},
	{"collate", read_collate},
	{"constraint", read_constraint_name},
	{"default", read_default},
	{"deferrable", read_deferrable},
	{"generated", read_generated},
	{"not", read_not},
	{"null", read_null},
	{"primary", read_primary},
	{"references", read_references},
	{"unique", read_unique},
};

/* What reads the clause that the token begins; NULL when it begins none. */
static ReadClause
find_clause(const DbmigToken *token)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(clauses); i++)
	{
		if (dbmig_scan_matches(token, clauses[i].word))
			return clauses[i].read;
	}
	return NULL;
}

/* GENERATED can be a word of a type: so can ALWAYS, and what ends it. */
static bool
in_type(const DbmigScan *scan)
{
	ReadClause	clause = find_clause(&scan->token);
	DbmigToken	next;

	if (clause != read_generated)
		return clause == NULL && dbmig_scan_can_name(&scan->token);
	next = dbmig_scan_peek(scan, 1);
	if (!dbmig_scan_matches(&next, "always"))
		return true;
	next = dbmig_scan_peek(scan, 2);
	return find_clause(&next) == NULL && dbmig_scan_can_name(&next);
}

/*
 * The type as one writes it: "decimal(10,2)".  Of one that begins with a
 * quote SQLite knows what is in the quotes.
 */
static void
read_type(Reader *reader, DbmigObject *column)
{
	DbmigScan  *scan = reader->scan;
	const DbmigToken first = scan->token;
	const char *type;
	char	   *args;
	char	   *to;
	const char *from;
	size_t		end;

	while (in_type(scan))
		dbmig_scan_take_name(scan);
	end = here(reader);
	if (end == 0)
		return;
	type = cut(reader, 0);
	if (is(reader, "("))
		(void) dbmig_scan_take_parens(scan, DBMIG_SCAN_TOKEN);
	if (!dbmig_ok(scan->d))
		return;
	if (here(reader) > end)
	{
		args = dbmig_strdup(scan->d, cut(reader, end));
		for (from = to = args; *from != '\0'; from++)
		{
			if (*from != ' ')
				*to++ = *from;
		}
		type = dbmig_printf(scan->d, "%s%.*s", type, (int) (to - args), args);
	}
	if (first.kind != DBMIG_TOKEN_WORD)
		type = dbmig_scan_id(scan, &first);
	set(reader, column, "type", type);
}

static void
read_column(Reader *reader)
{
	DbmigScan  *scan = reader->scan;
	const DbmigToken name = scan->token;
	DbmigObject *column;
	ReadClause	read;

	if (!dbmig_scan_can_name(&name))
	{
		dbmig_scan_fail(scan);
		return;
	}
	column = add(reader, DBMIG_SQLITE_COLUMN, dbmig_scan_id(scan, &name),
				 dbmig_scan_name(scan, &name));
	dbmig_scan_take_name(scan);
	dbmig_scan_forget(scan);
	reader->checks = 0;
	read_type(reader, column);
	while (!dbmig_scan_ended(scan) && !is(reader, ",") && !is(reader, ")"))
	{
		read = find_clause(&scan->token);
		if (read != NULL)
			read(reader, column);
		else
			dbmig_scan_fail(scan);
	}
	finish(reader, column, name.start);
}

/* ---- constraints of the table ---- */

typedef struct Form
{
	const char *word;			/* the first one */
	bool		key;			/* KEY follows */
	const char *type;
	DbmigScanHow how;			/* what stands in the parentheses */
	bool		foreign;
} Form;

static const Form forms[] =
{
	{"primary", true, "primary key", DBMIG_SCAN_NAME, false},
	{"unique", false, "unique", DBMIG_SCAN_NAME, false},
	{"check", false, "check", DBMIG_SCAN_TOKEN, false},
	{"foreign", true, "foreign key", DBMIG_SCAN_NAME, true},
};

static const Form *
find_form(const DbmigToken *token)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(forms); i++)
	{
		if (dbmig_scan_matches(token, forms[i].word))
			return &forms[i];
	}
	return NULL;
}

bool
dbmig_sqlite_begins_constraint(const DbmigToken *token)
{
	return find_form(token) != NULL || dbmig_scan_matches(token, "constraint");
}

/* An id that no constraint of the table has yet. */
static const char *
unused_id(Reader *reader, const char *id)
{
	Dbmig	   *d = reader->scan->d;
	const DbmigKind *kind = &dbmig_sqlite_kinds[DBMIG_SQLITE_CONSTRAINT];
	const char *unused = id;
	size_t	   *count = NULL;

	while (dbmig_ok(d) && dbmig_model_find(reader->model, kind, reader->table,
										   unused) != NULL)
	{
		if (count == NULL)
			count = dbmig_map_get(&reader->repeated, id);
		if (count == NULL)
		{
			count = dbmig_alloc(d, sizeof(*count));
			if (count == NULL)
				break;
			*count = 1;
			(void) dbmig_map_put(&reader->repeated, id, count);
		}
		unused = dbmig_printf(d, "%s #%zu", id, ++*count);
	}
	return unused;
}

/* PRIMARY KEY (id AUTOINCREMENT) says it of the column: the columns without
 * that. */
static const char *
take_autoincrement(Reader *reader, const char *columns)
{
	static const char word[] = " autoincrement";
	const DbmigKind *kind = &dbmig_sqlite_kinds[DBMIG_SQLITE_COLUMN];
	Dbmig	   *d = reader->scan->d;
	size_t		len = strlen(columns);
	DbmigScan	scan;
	DbmigObject *column;

	if (len < strlen(word) ||
		strcmp(columns + len - strlen(word), word) != 0)
		return columns;
	dbmig_scan_begin(&scan, d, "", "", columns);
	column = dbmig_model_find(reader->model, kind, reader->table,
							  dbmig_scan_id(&scan, &scan.token));
	if (column != NULL)
		set(reader, column, "autoincrement", "yes");
	return dbmig_strndup(d, columns, len - strlen(word));
}

/* Takes names up to the last one: its id, or NULL, and *name as it is
 * written. */
static const char *
take_constraint_name(Reader *reader, const char **name)
{
	DbmigScan  *scan = reader->scan;
	const char *id = NULL;

	*name = NULL;
	while (is(reader, "constraint"))
	{
		dbmig_scan_forget(scan);
		dbmig_scan_take(scan);
		if (dbmig_scan_can_name(&scan->token))
		{
			id = dbmig_scan_id(scan, &scan->token);
			*name = dbmig_scan_name(scan, &scan->token);
		}
		dbmig_scan_take_name(scan);
	}
	return id;
}

/* Takes what comes behind the name; the attributes of the constraint. */
static void
take_form(Reader *reader, const Form *form, const char **columns,
		  const char **references)
{
	DbmigScan  *scan = reader->scan;
	size_t		from;

	dbmig_scan_take(scan);
	if (form->key)
		dbmig_scan_take_word(scan, "key");
	*columns = dbmig_scan_take_parens(scan, form->how);
	*references = NULL;
	if (!form->foreign)
	{
		take_conflict(reader);
		return;
	}
	dbmig_scan_take_word(scan, "references");
	from = here(reader);
	take_target(reader);
	(void) dbmig_scan_take_if(scan, "not");
	if (is(reader, "deferrable"))
		take_deferrable(reader);
	*references = cut(reader, from);
}

static void
read_constraint(Reader *reader)
{
	DbmigScan  *scan = reader->scan;
	const char *start = scan->token.start;
	DbmigObject *constraint;
	const Form *form;
	const char *id;
	const char *name;
	const char *columns;
	const char *references;

	dbmig_scan_forget(scan);
	id = take_constraint_name(reader, &name);
	form = find_form(&scan->token);
	if (form == NULL)
		return;
	take_form(reader, form, &columns, &references);
	if (id == NULL)
		id = name = cut(reader, 0);
	id = unused_id(reader, id);
	constraint = add(reader, DBMIG_SQLITE_CONSTRAINT, id, name);
	set(reader, constraint, "type", form->type);
	if (references != NULL)
		add_references(reader, constraint, "", references);
	else if (form->key)
		columns = take_autoincrement(reader, columns);
	set(reader, constraint, "columns", columns);
	finish(reader, constraint, start);
}

/* ---- the whole ---- */

static void
read_options(Reader *reader)
{
	DbmigScan  *scan = reader->scan;

	do
	{
		if (dbmig_scan_take_if(scan, "strict"))
			set(reader, reader->table, "strict", "yes");
		else if (dbmig_scan_take_if(scan, "without"))
		{
			dbmig_scan_take_word(scan, "rowid");
			set(reader, reader->table, "without_rowid", "yes");
		}
	} while (dbmig_scan_take_if(scan, ","));
}

/* A column or a constraint; false when no other can follow. */
static bool
read_part(Reader *reader, bool *constraints)
{
	DbmigScan  *scan = reader->scan;

	if (dbmig_sqlite_begins_constraint(&scan->token))
	{
		*constraints = true;
		read_constraint(reader);
	}
	else if (*constraints)
		dbmig_scan_fail(scan);
	else
		read_column(reader);
	return dbmig_scan_take_if(scan, ",") ||
		(*constraints && !dbmig_scan_ended(scan) && !is(reader, ")"));
}

void
dbmig_sqlite_read_parts(DbmigModel *model, DbmigObject *table,
						DbmigScan *scan)
{
	Reader		reader = {.scan = scan, .model = model, .table = table};
	bool		constraints = false;

	dbmig_map_init(&reader.repeated, model->d);
	dbmig_scan_take_word(scan, "(");
	while (read_part(&reader, &constraints))
		;
	dbmig_scan_take_word(scan, ")");
	read_options(&reader);
}
