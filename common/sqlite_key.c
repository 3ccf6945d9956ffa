/*
 * sqlite_key.c
 *	  The hazards of new keys: rows that share the values of a PRIMARY KEY,
 *	  a UNIQUE constraint or a unique index that the table did not have.
 */
#include "sqlite_plan.h"

#include <string.h>

/* A key at work: the columns that tell rows apart, and what else must hold
 * for two rows to be duplicates. */
typedef struct Key
{
	DbmigSqlitePlanner *planner;
	const DbmigObject *from;	/* the table, old and new */
	const DbmigObject *to;
	DbmigBuf	list;
	DbmigBuf	filled;			/* NULLs differ from each other */
} Key;

static void
add_column(Key *key, const DbmigObject *column, const char *collation)
{
	const char *name = dbmig_sqlite_quote(key->planner->d, column->name);

	dbmig_buf_addf(&key->list, "%s%s COLLATE %s",
				   key->list.len > 0 ? ", " : "", name, collation);
	dbmig_buf_addf(&key->filled, " AND %s IS NOT NULL", name);
}

/* True when the values of the column are the same, old and new. */
static bool
same_values(const DbmigSqlitePlanner *planner, const DbmigObject *from,
			const DbmigObject *to)
{
	const char *old = dbmig_object_get(from, "generated");
	const char *new = dbmig_object_get(to, "generated");

	return dbmig_sqlite_affinity(from) == dbmig_sqlite_affinity(to) &&
		dbmig_sqlite_backfill(planner, to) == NULL &&
		(new == NULL || (old != NULL && strcmp(old, new) == 0));
}

/*
 * Adds the column of that name; false when nothing is known of its values.
 * All rows have a constant default in common, so that it tells none apart.
 */
static bool
take_column(Key *key, const char *id, const char *collation)
{
	const DbmigSqlitePlanner *planner = key->planner;
	const DbmigKind *kind = &dbmig_sqlite_kinds[DBMIG_SQLITE_COLUMN];
	const DbmigObject *from = dbmig_model_find(planner->from, kind, key->from,
											   id);
	const DbmigObject *to = dbmig_model_find(planner->to, kind, key->to, id);
	const char *value;

	if (to == NULL)
		return false;
	if (collation == NULL)
		collation = dbmig_object_get(to, "collate");
	if (from != NULL)
	{
		add_column(key, from, collation == NULL ? "binary" : collation);
		return same_values(planner, from, to);
	}
	value = dbmig_sqlite_default(planner->d, to);
	return value != NULL && *value != '(' &&
		!dbmig_sqlite_defaults_to_null(planner->d, to) &&
		dbmig_object_get(to, "generated") == NULL &&
		dbmig_sqlite_backfill(planner, to) == NULL;
}

/* Adds the columns of a list: names, each with COLLATE and ASC or DESC behind
 * it or not.  False when it is more than that. */
static bool
take_columns(Key *key, const char *columns)
{
	Dbmig	   *d = key->planner->d;
	DbmigScan	scan;
	const char *id;
	const char *collation;

	dbmig_scan_begin(&scan, d, "", "", columns);
	do
	{
		if (!dbmig_scan_can_name(&scan.token))
			return false;
		id = dbmig_scan_id(&scan, &scan.token);
		collation = NULL;
		dbmig_scan_take(&scan);
		if (dbmig_scan_take_if(&scan, "collate"))
		{
			if (!dbmig_scan_can_name(&scan.token))
				return false;
			collation = dbmig_sqlite_quote(d, dbmig_scan_id(&scan,
															&scan.token));
			dbmig_scan_take(&scan);
		}
		if (!dbmig_scan_take_if(&scan, "asc"))
			(void) dbmig_scan_take_if(&scan, "desc");
		if (!take_column(key, id, collation))
			return false;
	} while (dbmig_scan_take_if(&scan, ","));
	return dbmig_scan_ended(&scan);
}

static void
find_duplicates(const Key *key, DbmigStep *step, const char *hazard,
				const char *shown)
{
	Dbmig	   *d = key->planner->d;
	const char *rowid = dbmig_sqlite_rowid(key->planner->from, key->from);
	DbmigFinding *finding = dbmig_step_find(key->planner->plan, step, hazard);

	if (finding == NULL)
		return;
	finding->what = dbmig_printf(d, "unique %s of table \"%s\"",
								 dbmig_show(d, shown),
								 dbmig_show(d, key->to->name));
	finding->unit = "groups of rows";
	finding->query = dbmig_printf(d, "SELECT count(*), 'rowid ' || min(first) "
								  "FROM (SELECT %s%s%s AS first "
								  "FROM main.%s WHERE 1%s "
								  "GROUP BY %s HAVING count(*) > 1)",
								  rowid == NULL ? "NULL" : "min(",
								  rowid == NULL ? "" : rowid,
								  rowid == NULL ? "" : ")",
								  dbmig_sqlite_quote(d, key->from->name),
								  key->filled.text,
								  key->list.len > 0 ? key->list.text : "NULL");
}

static Key
begin_key(DbmigSqlitePlanner *planner, const DbmigObject *from,
		  const DbmigObject *to)
{
	Key			key = {.planner = planner, .from = from, .to = to};

	dbmig_buf_init(&key.list, planner->d);
	dbmig_buf_init(&key.filled, planner->d);
	return key;
}

/* False when the columns are more than names. */
static bool
find_key(DbmigSqlitePlanner *planner, DbmigStep *step, const char *hazard,
		 const DbmigObject *from, const DbmigObject *to, const char *columns)
{
	Key			key = begin_key(planner, from, to);

	if (columns == NULL || !take_columns(&key, columns))
		return false;
	find_duplicates(&key, step, hazard,
					dbmig_printf(planner->d, "(%s)", columns));
	return true;
}

/* ---- primary keys ---- */

/* lang_createtable.html: only INTEGER PRIMARY KEY and WITHOUT ROWID keep NULLs
 * out; the first puts numbers in their place. */
static void
find_null(DbmigSqlitePlanner *planner, DbmigStep *step,
		  const DbmigTableChange *change, const DbmigObject *from,
		  const DbmigObject *to)
{
	Dbmig	   *d = planner->d;

	if (dbmig_sqlite_has_rowid(change->to) ||
		dbmig_object_get(to, "not_null") != NULL ||
		dbmig_sqlite_backfill(planner, to) != NULL)
		return;
	dbmig_sqlite_find(planner, step, "add-primary-key", change->from,
					  dbmig_printf(d, "%s IS NULL",
								   dbmig_sqlite_quote(d, from->name)),
					  dbmig_printf(d, "not-null column \"%s\" of table "
								   "\"%s\"", dbmig_show(d, to->name),
								   dbmig_show(d, change->to->name)), "rows");
}

/* An INTEGER PRIMARY KEY holds integers. */
static void
find_no_integer(DbmigSqlitePlanner *planner, DbmigStep *step,
				const DbmigTableChange *change, const DbmigObject *from,
				const DbmigObject *to)
{
	Dbmig	   *d = planner->d;

	if (!dbmig_sqlite_rowid_alias(planner->d, to) ||
		dbmig_sqlite_rowid_alias(planner->d, from) ||
		dbmig_sqlite_backfill(planner, to) != NULL)
		return;
	dbmig_sqlite_find(planner, step, "add-primary-key", change->from,
					  dbmig_sqlite_no_integer(d, from),
					  dbmig_printf(d, "integer primary key \"%s\" of table "
								   "\"%s\"", dbmig_show(d, to->name),
								   dbmig_show(d, change->to->name)),
					  "values");
}

static bool
in_list(Dbmig *d, const char *columns, const char *id)
{
	DbmigScan	scan;

	dbmig_scan_begin(&scan, d, "", "", columns);
	for (; !dbmig_scan_ended(&scan); dbmig_scan_take(&scan))
	{
		if (dbmig_scan_can_name(&scan.token) &&
			strcmp(dbmig_scan_id(&scan, &scan.token), id) == 0)
			return true;
	}
	return false;
}

static const char *
primary_columns(const DbmigObject *table)
{
	size_t		i;

	for (i = 0; i < table->nparts; i++)
	{
		const char *type = dbmig_object_get(table->parts[i], "type");

		if (dbmig_sqlite_is(table->parts[i], DBMIG_SQLITE_CONSTRAINT) &&
			type != NULL && strcmp(type, "primary key") == 0)
			return dbmig_object_get(table->parts[i], "columns");
	}
	return NULL;
}

static void
find_primary(DbmigSqlitePlanner *planner, DbmigStep *step,
			 const DbmigTableChange *change)
{
	const char *columns = primary_columns(change->to);
	size_t		i;

	for (i = 0; i < change->to->nparts; i++)
	{
		const DbmigObject *to = change->to->parts[i];
		const DbmigObject *from;

		if (!dbmig_sqlite_is(to, DBMIG_SQLITE_COLUMN) ||
			(dbmig_object_get(to, "primary_key") == NULL &&
			 (columns == NULL || !in_list(planner->d, columns, to->id))))
			continue;
		from = dbmig_model_find(planner->from, to->kind, change->from,
								to->id);
		if (from == NULL)
			continue;
		find_null(planner, step, change, from, to);
		find_no_integer(planner, step, change, from, to);
	}
}

/* ---- what a rebuild and a new index find ---- */

static void
find_column_keys(DbmigSqlitePlanner *planner, DbmigStep *step,
				 const DbmigTableChange *change, const DbmigChange *part)
{
	static const struct
	{
		const char *key;
		const char *hazard;
	}			keys[] =

	{
		{"primary_key", "add-primary-key"},
		{"unique", "add-unique"},
	};
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(keys); i++)
	{
		/* Of a column that is new, nothing is listed. */
		if (dbmig_object_get(part->to, keys[i].key) != NULL &&
			(part->from == NULL || dbmig_change_has(part, keys[i].key) ||
			 dbmig_change_has(part, "collate")))
			(void) find_key(planner, step, keys[i].hazard, change->from,
							change->to, dbmig_sqlite_quote(planner->d,
														   part->to->name));
	}
}

void
dbmig_sqlite_find_keys(DbmigSqlitePlanner *planner, DbmigStep *step,
					   const DbmigTableChange *change)
{
	const DbmigChange *all = change->change;
	size_t		i;

	for (i = 0; i < all->nparts; i++)
	{
		const DbmigObject *to = all->parts[i].to;
		const char *type = to == NULL ? NULL : dbmig_object_get(to, "type");

		if (to == NULL)
			continue;
		if (dbmig_sqlite_is(to, DBMIG_SQLITE_COLUMN))
			find_column_keys(planner, step, change, &all->parts[i]);
		else if (type != NULL && (strcmp(type, "unique") == 0 ||
								  strcmp(type, "primary key") == 0))
			(void) find_key(planner, step, *type == 'u' ? "add-unique" :
							"add-primary-key", change->from, change->to,
							dbmig_object_get(to, "columns"));
	}
	find_primary(planner, step, change);
}

/* ---- indexes on expressions, and partial ones ---- */

/* Adds the text between two places, as it is written but for ASC or DESC at
 * its end. */
static void
add_expression(Key *key, const char *start, const char *end)
{
	const char *text = dbmig_strndup(key->planner->d, start,
									 (size_t) (end - start));

	dbmig_buf_addf(&key->list, "%s%s", key->list.len > 0 ? ", " : "", text);
	dbmig_buf_addf(&key->filled, " AND (%s) IS NOT NULL", text);
}

/* Takes the parenthesis of an index, and what follows WHERE.  The lexer stands
 * before it. */
static void
take_index(Key *key, DbmigLexer *lexer)
{
	DbmigToken	token = dbmig_lex_word(lexer);
	const char *start = NULL;
	const char *end = NULL;
	size_t		depth = 1;

	while (depth > 0 && token.kind != DBMIG_TOKEN_END &&
		   token.kind != DBMIG_TOKEN_ERROR)
	{
		if (dbmig_token_is(&token, "("))
			depth++;
		else if (dbmig_token_is(&token, ")"))
			depth--;
		if (depth == 0 || (depth == 1 && dbmig_token_is(&token, ",")))
		{
			if (start != NULL)
				add_expression(key, start, end);
			start = NULL;
		}
		else
		{
			start = start == NULL ? token.start : start;
			if (depth > 1 || !(dbmig_token_is(&token, "asc") ||
							   dbmig_token_is(&token, "desc")))
				end = token.start + token.len;
		}
		token = depth > 0 ? dbmig_lex_word(lexer) : token;
	}
	token = dbmig_lex_word(lexer);
	if (dbmig_token_is(&token, "where"))
		dbmig_buf_addf(&key->filled, " AND (%s\n)", token.start + token.len);
}

/* The index in its own words: on the table as it is. */
static void
find_written(DbmigSqlitePlanner *planner, DbmigStep *step,
			 const DbmigObject *from, const DbmigObject *to,
			 const DbmigObject *index)
{
	const DbmigTableChange *change = dbmig_map_get(&planner->changes, to->id);
	Key			key = begin_key(planner, from, to);
	const char *text = dbmig_object_get(index, "text");
	DbmigLexer	lexer;
	DbmigToken	token;

	if (change != NULL && !dbmig_sqlite_can_try(planner, change, index))
		return;
	dbmig_lex_begin(&lexer, &dbmig_sqlite, index->sql);
	do
		token = dbmig_lex_word(&lexer);
	while (token.kind != DBMIG_TOKEN_END && !dbmig_token_is(&token, "("));
	take_index(&key, &lexer);
	if (key.list.len > 0)
		find_duplicates(&key, step, "add-unique", text);
}

/* The index's text: "(columns)", and a WHERE clause when it is partial. */
void
dbmig_sqlite_find_index(DbmigSqlitePlanner *planner, DbmigStep *step,
						const DbmigObject *table, const DbmigObject *index)
{
	const char *text = dbmig_object_get(index, "text");
	size_t		len = text == NULL ? 0 : strlen(text);
	const DbmigObject *to = dbmig_model_find(planner->to, table->kind, NULL,
											 table->id);

	if (to == NULL || len < 3)
		return;
	if (text[0] != '(' || text[len - 1] != ')' ||
		!find_key(planner, step, "add-unique", table, to,
				  dbmig_strndup(planner->d, text + 1, len - 2)))
		find_written(planner, step, table, to, index);
}
