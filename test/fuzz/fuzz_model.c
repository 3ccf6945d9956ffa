/*
 * fuzz_model.c
 *	  Any text, read as a model: what can be read is written, and read again as
 *	  the same; a model does not differ from itself; and the first half of a
 *	  text differs from the whole when, and only when, their fingerprints do.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

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

static bool
equal(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
require_same(const DbmigObject *a, const DbmigObject *b)
{
	size_t		i;

	require(a->kind == b->kind && equal(a->id, b->id));
	require(equal(a->name, b->name) && equal(a->sql, b->sql));
	require(a->position == b->position && equal(a->key, b->key));
	require(a->nattributes == b->nattributes && a->nparts == b->nparts);
	require(a->nneeds == b->nneeds);
	for (i = 0; i < a->nattributes; i++)
		require(equal(a->attributes[i].key, b->attributes[i].key) &&
				equal(a->attributes[i].value, b->attributes[i].value));
	for (i = 0; i < a->nneeds; i++)
		require(equal(a->needs[i]->key, b->needs[i]->key));
	for (i = 0; i < a->nparts; i++)
		require_same(a->parts[i], b->parts[i]);
}

/* Objects are in order, and found under what they are. */
static void
require_sorted(const DbmigModel *model, DbmigObject **items, size_t count,
			   const DbmigObject *owner)
{
	size_t		i;

	for (i = 0; i < count; i++)
	{
		require(i == 0 || dbmig_object_compare(items[i - 1], items[i]) < 0);
		require(dbmig_model_find(model, items[i]->kind, owner,
								 items[i]->id) == items[i]);
		require_sorted(model, items[i]->parts, items[i]->nparts, items[i]);
	}
}

static void
check_round_trip(Dbmig *d, const DbmigModel *model)
{
	const char *text = dbmig_model_write(model);
	DbmigModel *again = dbmig_model_read(d, model->dialect, "x", text);
	size_t		i;

	require(again != NULL && again->count == model->count);
	for (i = 0; i < model->count; i++)
		require_same(model->items[i], again->items[i]);
	require(equal(dbmig_model_write(again), text));
}

static void
check_diff(Dbmig *d, DbmigModel *model, DbmigModel *other)
{
	DbmigDiff  *none = dbmig_diff(d, model, model);
	DbmigDiff  *diff = dbmig_diff(d, model, other);
	DbmigDiff  *back = dbmig_diff(d, other, model);
	bool		same = equal(dbmig_model_fingerprint(model),
							 dbmig_model_fingerprint(other));
	size_t		i;

	require(none != NULL && none->count == 0);
	require(diff != NULL && back != NULL && diff->count == back->count);
	require((diff->count == 0) == same);
	for (i = 0; i < diff->count; i++)
	{
		require(diff->items[i].from == back->items[i].to);
		require(diff->items[i].to == back->items[i].from);
		require(diff->items[i].nkeys == back->items[i].nkeys);
		require(diff->items[i].nparts == back->items[i].nparts);
	}
}

static void
check(const DbmigDialect *dialect, const char *text, const char *half)
{
	DbmigHost	host = {
		.dialect = dialect, .allocate = allocate, .release = release
	};
	Dbmig	   *d = dbmig_begin(&host);
	DbmigModel *model = dbmig_model_read(d, dialect, "x", text);
	DbmigModel *other;

	require((model != NULL) == dbmig_ok(d));
	require(dbmig_ok(d) || dbmig_error(d)->code == DBMIG_BAD_SYNTAX);
	if (model != NULL)
	{
		require_sorted(model, model->items, model->count, NULL);
		check_round_trip(d, model);
		other = dbmig_model_read(d, dialect, "x", half);
		if (other != NULL)
			check_diff(d, model, other);
	}
	dbmig_end(d);
}

/* The text up to the line in its middle. */
static char *
first_half(const char *text)
{
	size_t		len = strlen(text) / 2;
	char	   *half = malloc(len + 1);

	require(half != NULL);
	while (len > 0 && text[len - 1] != '\n')
		len--;
	memcpy(half, text, len);
	half[len] = '\0';
	return half;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const DbmigKind kinds[] =
	{
		{"table", 1, false}, {"column", 2, true}, {"virtual table", 1, false},
		{NULL, 0, false}
	};
	static const DbmigDialect dialect = {.name = "test", .kinds = kinds};
	char	   *text = malloc(size + 1);
	char	   *half;

	require(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	half = first_half(text);
	check(&dialect, text, half);
	free(half);
	free(text);
	return 0;
}
