/*
 * sqlite_way.c
 *	  Chooses how a table changes: the cheapest way that is correct.
 *
 * ALTER TABLE does what lang_altertable.html says it can.  The text in
 * sqlite_schema is edited where the stored rows stay as they are.  All else
 * is a rebuild.
 */
#include "sqlite_plan.h"

#include <string.h>

/* True when the columns of a key are this one alone, in either order. */
static bool
is_key_of(Dbmig *d, const char *columns, const DbmigObject *column)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	const char *name;

	dbmig_lex_begin(&lexer, &dbmig_sqlite, columns);
	token = dbmig_lex_word(&lexer);
	name = dbmig_token_name(d, &dbmig_sqlite, &token);
	token = dbmig_lex_word(&lexer);
	if (dbmig_token_is(&token, "asc") || dbmig_token_is(&token, "desc"))
		token = dbmig_lex_word(&lexer);
	return token.kind == DBMIG_TOKEN_END &&
		dbmig_casecmp(name, column->id) == 0;
}

/* True for what would stand for the rowid, if the table has one. */
static bool
is_integer_key(Dbmig *d, const DbmigObject *column)
{
	const DbmigObject *table = column->owner;
	const char *type = dbmig_object_get(column, "type");
	const char *key = dbmig_object_get(column, "primary_key");
	size_t		i;

	if (type == NULL || strcmp(type, "integer") != 0)
		return false;
	/* lang_createtable.html: "INTEGER PRIMARY KEY DESC" is no alias. */
	if (key != NULL)
		return strncmp(key, "desc", 4) != 0;
	for (i = 0; i < table->nparts; i++)
	{
		const DbmigObject *part = table->parts[i];
		const char *kind = dbmig_object_get(part, "type");
		const char *columns = dbmig_object_get(part, "columns");

		if (dbmig_sqlite_is(part, DBMIG_SQLITE_CONSTRAINT) && kind != NULL &&
			strcmp(kind, "primary key") == 0 && columns != NULL &&
			is_key_of(d, columns, column))
			return true;
	}
	return false;
}

bool
dbmig_sqlite_has_rowid(const DbmigObject *table)
{
	return dbmig_object_get(table, "without_rowid") == NULL;
}

bool
dbmig_sqlite_rowid_alias(Dbmig *d, const DbmigObject *column)
{
	return dbmig_sqlite_has_rowid(column->owner) &&
		is_integer_key(d, column);
}

const DbmigObject *
dbmig_sqlite_alias_of(Dbmig *d, const DbmigObject *table)
{
	size_t		i;

	for (i = 0; i < table->nparts; i++)
	{
		if (dbmig_sqlite_is(table->parts[i], DBMIG_SQLITE_COLUMN) &&
			dbmig_sqlite_rowid_alias(d, table->parts[i]))
			return table->parts[i];
	}
	return NULL;
}

/* A name of the rowid that no column takes (lang_createtable.html); NULL when
 * all are taken. */
const char *
dbmig_sqlite_rowid(const DbmigModel *model, const DbmigObject *table)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};
	size_t		i;

	for (i = 0; dbmig_sqlite_has_rowid(table) && i < DBMIG_COUNT(names); i++)
	{
		if (dbmig_model_find(model, &dbmig_sqlite_kinds[DBMIG_SQLITE_COLUMN],
							 table, names[i]) == NULL)
			return names[i];
	}
	return NULL;
}

DbmigAffinity
dbmig_sqlite_affinity(const DbmigObject *column)
{
	static const struct
	{
		const char *part;
		DbmigAffinity affinity;
	}			rules[] =
	{
		{"int", DBMIG_AFFINITY_NUMERIC},
		{"char", DBMIG_AFFINITY_TEXT},
		{"clob", DBMIG_AFFINITY_TEXT},
		{"text", DBMIG_AFFINITY_TEXT},
		{"blob", DBMIG_AFFINITY_BLOB},
		{"real", DBMIG_AFFINITY_REAL},
		{"floa", DBMIG_AFFINITY_REAL},
		{"doub", DBMIG_AFFINITY_REAL},
	};
	const char *type = dbmig_object_get(column, "type");
	size_t		i;

	if (type == NULL)
		return DBMIG_AFFINITY_BLOB;
	for (i = 0; i < DBMIG_COUNT(rules); i++)
	{
		if (strstr(type, rules[i].part) != NULL)
			return rules[i].affinity;
	}
	/* stricttables.html: ANY keeps what it is given. */
	if (strcmp(type, "any") == 0 &&
		dbmig_object_get(column->owner, "strict") != NULL)
		return DBMIG_AFFINITY_BLOB;
	return DBMIG_AFFINITY_NUMERIC;
}

/* True when the old schema has the column as the new one has it. */
static bool
unchanged(const DbmigSqlitePlanner *planner, const DbmigObject *column)
{
	const DbmigObject *table = dbmig_model_find(planner->from,
												column->owner->kind, NULL,
												column->owner->id);
	const DbmigObject *old = table == NULL ? NULL :
		dbmig_model_find(planner->from, column->kind, table, column->id);

	return old != NULL &&
		strcmp(dbmig_object_get(old, "text"),
			   dbmig_object_get(column, "text")) == 0 &&
		(dbmig_object_get(table, "strict") == NULL) ==
		(dbmig_object_get(column->owner, "strict") == NULL);
}

/* On the way back a column is empty, as it was when it went, or as what it
 * held is lost. */
static bool
was_empty(const DbmigSqlitePlanner *planner, const DbmigObject *column)
{
	const DbmigObject *table = dbmig_model_find(planner->from,
												column->owner->kind, NULL,
												column->owner->id);

	return planner->intent->undo && table != NULL &&
		dbmig_object_get(column, "default") != NULL &&
		dbmig_object_get(column, "not_null") == NULL &&
		dbmig_object_get(column, "primary_key") == NULL &&
		dbmig_sqlite_has_rowid(column->owner) &&
		dbmig_model_find(planner->from, column->kind, table,
						 column->id) == NULL;
}

const char *
dbmig_sqlite_backfill(const DbmigSqlitePlanner *planner,
					  const DbmigObject *column)
{
	const DbmigJson *all = planner->intent->backfill;
	const char *key;
	size_t		i;

	if (was_empty(planner, column))
		return "NULL";
	if (all == NULL || dbmig_object_get(column, "generated") != NULL ||
		unchanged(planner, column))
		return NULL;
	key = dbmig_printf(planner->d, "%s.%s", column->owner->id, column->id);
	for (i = 0; i < all->count; i++)
	{
		if (dbmig_casecmp(all->members[i].key, key) == 0)
			return all->members[i].text;
	}
	return NULL;
}

/* ---- columns ---- */

/* A default that ADD COLUMN takes for granted: a literal, maybe signed. */
static bool
constant_default(const char *text)
{
	return text[0] != '(' && strncmp(text, "current_", 8) != 0;
}

/*
 * The rows that ADD COLUMN finds show the default as it is written, where new
 * rows store what the type makes of it: 1 for TRUE, '1e3' for '1000.0'.
 */
static bool
shows_other(const DbmigObject *column)
{
	const char *value = dbmig_object_get(column, "default");
	DbmigAffinity affinity = dbmig_sqlite_affinity(column);
	size_t		digits;

	if (value == NULL || affinity == DBMIG_AFFINITY_NUMERIC)
		return false;
	if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
		return true;
	if (affinity == DBMIG_AFFINITY_REAL)
		return false;
	value += strspn(value, "+- ");
	digits = strspn(value, "0123456789");
	return digits > 0 && (value[digits] != '\0' || digits > 18);
}

/* True when the column names another one that is new. */
static bool
names_new(const DbmigSqlitePlanner *planner, const DbmigTableChange *change,
		  const DbmigObject *column)
{
	size_t		i;

	for (i = 0; i < change->to->nparts; i++)
	{
		const DbmigObject *other = change->to->parts[i];

		if (other != column && dbmig_sqlite_is(other, DBMIG_SQLITE_COLUMN) &&
			dbmig_model_find(planner->from, other->kind, change->from,
							 other->id) == NULL &&
			dbmig_sqlite_mentions(planner->d, column, other->id))
			return true;
	}
	return false;
}

static unsigned int
created_column(const DbmigSqlitePlanner *planner,
			   const DbmigTableChange *change, const DbmigObject *column)
{
	const char *value = dbmig_object_get(column, "default");
	bool		generated = dbmig_object_get(column, "generated") != NULL;

	if (names_new(planner, change, column) || shows_other(column))
		return DBMIG_WAY_REBUILD;
	if (dbmig_object_get(column, "primary_key") != NULL ||
		dbmig_object_get(column, "unique") != NULL ||
		dbmig_object_get(column, "stored") != NULL)
		return DBMIG_WAY_REBUILD;
	if (value != NULL && !constant_default(value))
		return DBMIG_WAY_REBUILD;
	if (dbmig_object_get(column, "not_null") != NULL && !generated &&
		(dbmig_sqlite_defaults_to_null(planner->d, column) ||
		 dbmig_sqlite_backfill(planner, column) != NULL))
		return DBMIG_WAY_REBUILD;
	/* The check would be tried before the column is filled. */
	if (dbmig_object_get(column, "check") != NULL &&
		dbmig_sqlite_backfill(planner, column) != NULL)
		return DBMIG_WAY_REBUILD;
	return DBMIG_WAY_ALTER;
}

/* True when another part of the column's table names it. */
static bool
named_by_others(const DbmigSqlitePlanner *planner, const DbmigObject *column)
{
	const DbmigObject *table = column->owner;
	size_t		i;

	for (i = 0; i < table->nparts; i++)
	{
		if (table->parts[i] != column &&
			dbmig_sqlite_mentions(planner->d, table->parts[i], column->id))
			return true;
	}
	return false;
}

/* True when a column stays that is not computed. */
static bool
leaves_columns(const DbmigSqlitePlanner *planner,
			   const DbmigTableChange *change)
{
	size_t		i;

	for (i = 0; i < change->from->nparts; i++)
	{
		const DbmigObject *old = change->from->parts[i];

		if (dbmig_sqlite_is(old, DBMIG_SQLITE_COLUMN) &&
			dbmig_object_get(old, "generated") == NULL &&
			dbmig_model_find(planner->to, old->kind, change->to,
							 old->id) != NULL)
			return true;
	}
	return false;
}

static unsigned int
dropped_column(const DbmigSqlitePlanner *planner,
			   const DbmigTableChange *change, const DbmigObject *column)
{
	if (!leaves_columns(planner, change) ||
		dbmig_object_get(column, "primary_key") != NULL ||
		dbmig_object_get(column, "unique") != NULL ||
		named_by_others(planner, column))
		return DBMIG_WAY_REBUILD;
	return DBMIG_WAY_ALTER;
}

static bool
is_virtual(const DbmigObject *column)
{
	return dbmig_object_get(column, "generated") != NULL &&
		dbmig_object_get(column, "stored") == NULL;
}

/* True when an index names the column: it stores what the column computes. */
static bool
is_indexed(const DbmigSqlitePlanner *planner, const DbmigObject *column)
{
	const DbmigModel *from = planner->from;
	size_t		i;

	for (i = 0; i < from->count; i++)
	{
		const DbmigObject *object = from->items[i];
		const char *table = dbmig_object_get(object, "table");

		if (dbmig_sqlite_is(object, DBMIG_SQLITE_INDEX) &&
			table != NULL && strcmp(table, column->owner->id) == 0 &&
			dbmig_sqlite_mentions(planner->d, object, column->id))
			return true;
	}
	return false;
}

static unsigned int
changed_type(const DbmigChange *part)
{
	/* A strict table checks the types of its values. */
	if (dbmig_object_get(part->to->owner, "strict") != NULL ||
		dbmig_sqlite_affinity(part->from) != dbmig_sqlite_affinity(part->to))
		return DBMIG_WAY_REBUILD;
	return DBMIG_WAY_EDIT;
}

static unsigned int
changed_column(const DbmigSqlitePlanner *planner, const DbmigChange *part)
{
	static const char *const rebuilt[] = {"autoincrement", "collate", "stored"};
	unsigned int ways = DBMIG_WAY_EDIT;
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(rebuilt); i++)
	{
		if (dbmig_change_has(part, rebuilt[i]))
			return DBMIG_WAY_REBUILD;
	}
	if (dbmig_change_has(part, "generated") &&
		(!is_virtual(part->from) || !is_virtual(part->to) ||
		 is_indexed(planner, part->from) ||
		 named_by_others(planner, part->from)))
		return DBMIG_WAY_REBUILD;
	if (dbmig_sqlite_rowid_alias(planner->d, part->from) !=
		dbmig_sqlite_rowid_alias(planner->d, part->to))
		return DBMIG_WAY_REBUILD;
	if (dbmig_change_has(part, "type"))
		ways |= changed_type(part);
	if (dbmig_sqlite_backfill(planner, part->to) != NULL)
		ways |= DBMIG_WAY_REBUILD;
	return ways;
}

/* ---- what automatic indexes there are ---- */

static void
add_key(DbmigBuf *keys, const char *kind, const char *columns)
{
	dbmig_buf_add(keys, kind);
	dbmig_buf_addc(keys, ' ');
	dbmig_buf_add(keys, columns);
	dbmig_buf_addc(keys, '\n');
}

static void
add_column_keys(DbmigBuf *keys, const DbmigObject *column)
{
	const char *key = dbmig_object_get(column, "primary_key");

	if (key != NULL && !is_integer_key(keys->d, column))
	{
		add_key(keys, strncmp(key, "desc", 4) == 0 ? "desc" : "key",
				column->id);
	}
	if (dbmig_object_get(column, "unique") != NULL)
		add_key(keys, "key", column->id);
}

/*
 * The keys of a table whose columns stand in that order, as SQLite makes
 * indexes for them and so numbers them.  Where this is the same, the indexes
 * are.  That of an INTEGER PRIMARY KEY is made last, or not at all.
 */
static const char *
list_keys(Dbmig *d, const DbmigObject **columns, const DbmigObject *table)
{
	const DbmigObject **parts = dbmig_sqlite_written(d, table);
	const DbmigObject *last = NULL;
	DbmigBuf	keys;

	dbmig_buf_init(&keys, d);
	for (; *columns != NULL; columns++)
	{
		add_column_keys(&keys, *columns);
		if (is_integer_key(d, *columns))
			last = *columns;
	}
	for (; *parts != NULL; parts++)
	{
		const char *type = dbmig_object_get(*parts, "type");
		const char *names = dbmig_object_get(*parts, "columns");

		if (dbmig_sqlite_is(*parts, DBMIG_SQLITE_CONSTRAINT) &&
			type != NULL && names != NULL &&
			(strcmp(type, "unique") == 0 ||
			 (strcmp(type, "primary key") == 0 && last == NULL)))
			add_key(&keys, "key", names);
	}
	if (last != NULL)
		add_key(&keys, "last", last->id);
	return keys.text;
}

static const DbmigObject *const no_parts[] = {NULL};

const DbmigObject **
dbmig_sqlite_written(Dbmig *d, const DbmigObject *table)
{
	const DbmigObject **parts = dbmig_alloc(d, (table->nparts + 1) *
											sizeof(DbmigObject *));
	size_t		i;

	if (parts == NULL)
		return (const DbmigObject **) no_parts;
	for (i = 0; i < table->nparts; i++)
		parts[table->parts[i]->position] = table->parts[i];
	return parts;
}

static const DbmigObject **
written_columns(Dbmig *d, const DbmigObject *table)
{
	const DbmigObject **parts = dbmig_sqlite_written(d, table);
	size_t		n = 0;
	size_t		i;

	for (i = 0; parts[i] != NULL; i++)
	{
		if (dbmig_sqlite_is(parts[i], DBMIG_SQLITE_COLUMN))
			parts[n++] = parts[i];
	}
	if (n < i)
		parts[n] = NULL;
	return parts;
}

const DbmigObject **
dbmig_sqlite_stored(DbmigSqlitePlanner *planner,
					const DbmigTableChange *change)
{
	const DbmigKind *kind = &dbmig_sqlite_kinds[DBMIG_SQLITE_COLUMN];
	const DbmigObject **old = written_columns(planner->d, change->from);
	const DbmigObject **new = written_columns(planner->d, change->to);
	const DbmigObject **stored = dbmig_alloc(planner->d,
											 (change->to->nparts + 1) *
											 sizeof(DbmigObject *));
	const DbmigObject *column;
	size_t		n = 0;

	if (stored == NULL)
		return (const DbmigObject **) no_parts;
	for (; *old != NULL; old++)
	{
		column = dbmig_model_find(planner->to, kind, change->to, (*old)->id);
		if (column != NULL)
			stored[n++] = column;
	}
	for (; *new != NULL; new++)
	{
		if (dbmig_model_find(planner->from, kind, change->from,
							 (*new)->id) == NULL)
			stored[n++] = *new;
	}
	return stored;
}

/* ---- the choice ---- */

static bool
has_strings(DbmigSqlitePlanner *planner)
{
	if (!planner->looked)
		planner->strings = dbmig_sqlite_has_strings(planner->d,
													planner->intent);
	planner->looked = true;
	return planner->strings;
}

static unsigned int
part_ways(DbmigSqlitePlanner *planner, DbmigTableChange *change,
		  const DbmigChange *part)
{
	const DbmigObject *any = part->from != NULL ? part->from : part->to;
	unsigned int ways;

	/* Keys are compared as a whole. */
	if (dbmig_sqlite_is(any, DBMIG_SQLITE_CONSTRAINT))
		return DBMIG_WAY_EDIT;
	if (part->from == NULL)
		return created_column(planner, change, part->to);
	if (part->to != NULL)
		return changed_column(planner, part);
	ways = dropped_column(planner, change, part->from);
	if (ways == DBMIG_WAY_ALTER && has_strings(planner))
		return DBMIG_WAY_REBUILD;
	if (ways == DBMIG_WAY_ALTER)
		change->drops_columns = true;
	return ways;
}

/* True when the columns would be stored in another order than they are listed
 * in. */
static bool
changes_order(DbmigSqlitePlanner *planner, const DbmigTableChange *change)
{
	const DbmigObject **stored = dbmig_sqlite_stored(planner, change);
	const DbmigObject **listed = written_columns(planner->d, change->to);

	while (*stored != NULL && *stored == *listed)
	{
		stored++;
		listed++;
	}
	return *stored != NULL;
}

void
dbmig_sqlite_choose(DbmigSqlitePlanner *planner, DbmigTableChange *change)
{
	Dbmig	   *d = planner->d;
	const char *old_keys;
	const char *new_keys;
	size_t		i;

	/* STRICT, WITHOUT ROWID */
	if (change->change->nkeys > 0)
		change->ways = DBMIG_WAY_REBUILD;
	for (i = 0; i < change->change->nparts; i++)
		change->ways |= part_ways(planner, change, &change->change->parts[i]);
	if ((change->ways & DBMIG_WAY_REBUILD) == 0)
	{
		old_keys = list_keys(d, written_columns(d, change->from),
							 change->from);
		new_keys = list_keys(d, dbmig_sqlite_stored(planner, change),
							 change->to);
		if (strcmp(old_keys, new_keys) != 0)
			change->ways = DBMIG_WAY_REBUILD;
		/* The way back leads to where the way back from there begins. */
		if (planner->intent->undo && changes_order(planner, change))
			change->ways = DBMIG_WAY_REBUILD;
	}
	if ((change->ways & DBMIG_WAY_REBUILD) != 0)
	{
		change->ways = DBMIG_WAY_REBUILD;
		change->drops_columns = false;
	}
}
