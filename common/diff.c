/*
 * diff.c
 *	  What differs between two models: merges of sorted sequences.
 *
 * Knows no kind and no attribute, and does not say what is to be done.
 */
#include "model.h"

#include <string.h>

/* What there is to compare on one side. */
typedef struct Side
{
	DbmigObject **items;
	size_t		count;
} Side;

static bool
add_key(Dbmig *d, DbmigChange *change, const char *key)
{
	if (!dbmig_grow(d, (void **) &change->keys, &change->keys_capacity,
					change->nkeys, sizeof(const char *)))
		return false;
	change->keys[change->nkeys++] = key;
	return true;
}

static bool
diff_attributes(Dbmig *d, DbmigChange *change)
{
	const DbmigAttribute *a = change->from->attributes;
	const DbmigAttribute *b = change->to->attributes;
	const DbmigAttribute *a_end = a + change->from->nattributes;
	const DbmigAttribute *b_end = b + change->to->nattributes;

	while (a < a_end || b < b_end)
	{
		int			order = a == a_end ? 1 : b == b_end ? -1 :
		strcmp(a->key, b->key);
		const char *key = order > 0 ? b->key : a->key;

		if ((order != 0 || strcmp(a->value, b->value) != 0) &&
			!add_key(d, change, key))
			return false;
		a += order <= 0 ? 1 : 0;
		b += order >= 0 ? 1 : 0;
	}
	return true;
}

static bool diff_objects(Dbmig *d, Side from, Side to, DbmigChange **changes,
						 size_t *capacity, size_t *count);

/* Fills in what differs of an object that is there on both sides. */
static bool
diff_object(Dbmig *d, DbmigChange *change)
{
	Side		from = {change->from->parts, change->from->nparts};
	Side		to = {change->to->parts, change->to->nparts};

	return diff_attributes(d, change) &&
		diff_objects(d, from, to, &change->parts, &change->parts_capacity,
					 &change->nparts);
}

/*
 * Adds to changes what differs; false without memory.  Recursion is as deep
 * as dbmig_model_add() lets objects be.
 */
static bool
diff_objects(Dbmig *d, Side from, Side to, DbmigChange **changes,
			 size_t *capacity, size_t *count)
{
	size_t		i = 0;
	size_t		j = 0;

	while (i < from.count || j < to.count)
	{
		DbmigChange change = {.from = NULL};
		int			order = i == from.count ? 1 : j == to.count ? -1 :
		dbmig_object_compare(from.items[i], to.items[j]);

		if (order <= 0)
			change.from = from.items[i++];
		if (order >= 0)
			change.to = to.items[j++];
		if (order == 0 && !diff_object(d, &change))
			return false;
		if (order == 0 && change.nkeys == 0 && change.nparts == 0)
			continue;
		if (!dbmig_grow(d, (void **) changes, capacity, *count,
						sizeof(DbmigChange)))
			return false;
		(*changes)[(*count)++] = change;
	}
	return true;
}

DbmigDiff *
dbmig_diff(Dbmig *d, const DbmigModel *from, const DbmigModel *to)
{
	Side		from_side = {from->items, from->count};
	Side		to_side = {to->items, to->count};
	DbmigDiff  *diff;

	if (!dbmig_ok(d))
		return NULL;
	diff = dbmig_alloc(d, sizeof(DbmigDiff));
	if (diff == NULL ||
		!diff_objects(d, from_side, to_side, &diff->items, &diff->capacity,
					  &diff->count))
		return NULL;
	return diff;
}

bool
dbmig_change_has(const DbmigChange *change, const char *key)
{
	size_t		i;

	for (i = 0; i < change->nkeys; i++)
	{
		if (strcmp(change->keys[i], key) == 0)
			return true;
	}
	return false;
}
