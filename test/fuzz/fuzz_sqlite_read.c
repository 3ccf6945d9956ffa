/*
 * fuzz_sqlite_read.c
 *	  Any text, read as a definition in sqlite_schema: it gives objects or an
 *	  error; the text of a text is that text; and a table that is put together
 *	  from the parts of one that was read has the same parts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite_schema.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void *
allocate(void *context, size_t size)
{
	(void) context;
	return malloc(size);
}

static void
release(void *context, void *block)
{
	(void) context;
	free(block);
}

static Dbmig *
begin(void)
{
	DbmigHost	host = {
		.dialect = &dbmig_sqlite, .allocate = allocate, .release = release
	};

	return dbmig_begin(&host);
}

static void
check_text(const char *text)
{
	Dbmig	   *d = begin();
	const char *once = dbmig_sqlite_text(d, text);

	require(strcmp(dbmig_sqlite_text(d, once), once) == 0);
	require(dbmig_ok(d));
	dbmig_end(d);
}

static void
require_same(const DbmigObject *a, const DbmigObject *b)
{
	size_t		i;

	require(a->kind == b->kind && a->position == b->position);
	require(strcmp(a->id, b->id) == 0 && strcmp(a->name, b->name) == 0);
	require(a->nattributes == b->nattributes && a->nparts == b->nparts);
	for (i = 0; i < a->nattributes; i++)
	{
		require(strcmp(a->attributes[i].key, b->attributes[i].key) == 0);
		require(strcmp(a->attributes[i].value, b->attributes[i].value) == 0);
	}
	for (i = 0; i < a->nparts; i++)
		require_same(a->parts[i], b->parts[i]);
}

/* Nothing but the commas stands between the parts. */
static void
check_parts(Dbmig *d, DbmigObject *table)
{
	DbmigModel *model = dbmig_model_new(d, &dbmig_sqlite);
	const DbmigObject *again;
	DbmigBuf	sql;
	size_t		i;

	dbmig_buf_init(&sql, d);
	dbmig_buf_add(&sql, "CREATE TABLE t");
	for (i = 0; i < table->nparts; i++)
	{
		dbmig_buf_addc(&sql, i == 0 ? '(' : ',');
		dbmig_buf_add(&sql, table->parts[i]->sql);
	}
	dbmig_buf_addc(&sql, ')');
	dbmig_sqlite_read(model, "table", "t", "t", sql.text);
	require(dbmig_ok(d));
	again = model->items[0];
	require(again->nparts == table->nparts);
	for (i = 0; i < table->nparts; i++)
		require_same(table->parts[i], again->parts[i]);
}

static void
check_read(const char *type, const char *text)
{
	Dbmig	   *d = begin();
	DbmigModel *model = dbmig_model_new(d, &dbmig_sqlite);
	DbmigObject *object;

	dbmig_sqlite_read(model, "table", "u", "u", "CREATE TABLE u(a, \"Bc\")");
	dbmig_sqlite_read(model, type, "t", "u", text);
	require(dbmig_error(d)->code == DBMIG_OK ||
			dbmig_error(d)->code == DBMIG_BAD_SYNTAX ||
			dbmig_error(d)->code == DBMIG_REFUSED ||
			dbmig_error(d)->code == DBMIG_WRONG_STATE);
	if (dbmig_ok(d))
	{
		require(model->count == 2);
		object = model->items[1];
		require(strcmp(object->id, "t") == 0);
		require(strcmp(object->sql, text) == 0);
		(void) dbmig_sqlite_mentions(d, object, "a");
		if (dbmig_sqlite_is(object, DBMIG_SQLITE_TABLE))
			check_parts(d, object);
		dbmig_model_finish(model);
		require(dbmig_ok(d));
	}
	dbmig_end(d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = {"table", "index", "view", "trigger"};
	char	   *text = malloc(size + 1);
	size_t		i;

	require(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	check_text(text);
	for (i = 0; i < DBMIG_COUNT(types); i++)
		check_read(types[i], text);
	free(text);
	return 0;
}
