/*
 * model.c
 *	  Objects of a schema: adding, finding, ordering.
 *
 * Knows no kind and no attribute: what they mean is the dialects'.
 */
#include "model.h"

#include <string.h>

/* A key of the map that is no longer than this needs no memory. */
#define KEY_SIZE 256

/* As many attributes as most objects have: room for them comes with it. */
#define ATTRIBUTES 4

const DbmigKind *
dbmig_kind(const DbmigDialect *dialect, const char *name)
{
	const DbmigKind *kind = dialect->kinds;

	if (kind == NULL)
		return NULL;
	for (; kind->name != NULL; kind++)
	{
		if (kind->name[0] == name[0] && strcmp(kind->name, name) == 0)
			return kind;
	}
	return NULL;
}

DbmigModel *
dbmig_model_new(Dbmig *d, const DbmigDialect *dialect)
{
	DbmigModel *model = dbmig_alloc(d, sizeof(DbmigModel));

	if (model == NULL)
		return NULL;
	model->d = d;
	model->dialect = dialect;
	dbmig_map_init(&model->by_key, d);
	dbmig_buf_init(&model->scratch, d);
	return model;
}

/* ---- keys ---- */

/* The length of id with newlines and backslashes escaped. */
static size_t
escaped_length(const char *id)
{
	size_t		len = 0;

	for (; *id != '\0'; id++)
		len += *id == '\n' || *id == '\\' ? 2 : 1;
	return len;
}

static char *
put_escaped(char *at, const char *id)
{
	for (; *id != '\0'; id++)
	{
		if (*id == '\n' || *id == '\\')
			*at++ = '\\';
		*at++ = *id == '\n' ? 'n' : *id;
	}
	return at;
}

/*
 * The key of an object, in room (of KEY_SIZE) when it fits; NULL without
 * memory.  It is its owner's, kind and id, which each end with a newline.
 * Kinds have no newline and no backslash, so no two paths have the same key.
 */
static const char *
make_key(Dbmig *d, char *room, const DbmigKind *kind,
		 const DbmigObject *owner, const char *id)
{
	size_t		owner_len = owner == NULL ? 0 : strlen(owner->key);
	size_t		kind_len = strlen(kind->name);
	size_t		len = owner_len + kind_len + escaped_length(id) + 2;
	char	   *key = len < KEY_SIZE ? room : dbmig_alloc(d, len + 1);
	char	   *at = key;

	if (key == NULL)
		return NULL;
	if (owner != NULL)
		memcpy(at, owner->key, owner_len);
	at += owner_len;
	memcpy(at, kind->name, kind_len);
	at += kind_len;
	*at++ = '\n';
	at = put_escaped(at, id);
	*at++ = '\n';
	*at = '\0';
	return key;
}

DbmigObject *
dbmig_model_find(const DbmigModel *model, const DbmigKind *kind,
				 const DbmigObject *owner, const char *id)
{
	char		room[KEY_SIZE];
	const char *key = make_key(model->d, room, kind, owner, id);

	return key == NULL ? NULL : dbmig_map_get(&model->by_key, key);
}

/* ---- adding ---- */

static size_t
depth_of(const DbmigObject *object)
{
	size_t		depth = 0;

	for (; object != NULL; object = object->owner)
		depth++;
	return depth;
}

/* False (and the error) when an object of that kind cannot be there. */
static bool
may_add(DbmigModel *model, const DbmigKind *kind, const DbmigObject *owner,
		const char *id)
{
	Dbmig	   *d = model->d;

	if (!dbmig_ok(d))
		return false;
	if (kind->part != (owner != NULL))
		dbmig_fail(d, DBMIG_INTERNAL, "%s \"%s\" has %s owner", kind->name,
				   dbmig_show(d, id), owner == NULL ? "no" : "an");
	else if (depth_of(owner) >= DBMIG_MODEL_DEPTH)
		dbmig_fail(d, DBMIG_TOO_LARGE, "%s \"%s\" is nested too deeply",
				   kind->name, dbmig_show(d, id));
	return dbmig_ok(d);
}

static void
fail_twice(Dbmig *d, const DbmigObject *object)
{
	const DbmigObject *owner = object->owner;

	if (owner == NULL)
		dbmig_fail(d, DBMIG_WRONG_STATE, "%s \"%s\" already exists",
				   object->kind->name, dbmig_show(d, object->name));
	else
		dbmig_fail(d, DBMIG_WRONG_STATE,
				   "%s \"%s\" of %s \"%s\" already exists",
				   object->kind->name, dbmig_show(d, object->name),
				   owner->kind->name, dbmig_show(d, owner->name));
}

/* Puts the object into the map; false (and the error) when it is there. */
static bool
add_key(DbmigModel *model, DbmigObject *object)
{
	Dbmig	   *d = model->d;
	char		room[KEY_SIZE];
	const char *key = make_key(d, room, object->kind, object->owner,
							   object->id);

	if (key == room)
		key = dbmig_strdup(d, key);
	if (!dbmig_ok(d))
		return false;
	object->key = key;
	if (dbmig_map_put(&model->by_key, key, object) != NULL)
		fail_twice(d, object);
	return dbmig_ok(d);
}

static bool
append(Dbmig *d, DbmigObject ***items, size_t *capacity, size_t *count,
	   DbmigObject *object)
{
	if (!dbmig_grow(d, (void **) items, capacity, *count,
					sizeof(DbmigObject *)))
		return false;
	(*items)[(*count)++] = object;
	return true;
}

/* Forgets the canonical text that the object is in. */
static void
forget_text(DbmigObject *object)
{
	for (; object != NULL; object = object->owner)
		object->text = NULL;
}

DbmigObject *
dbmig_model_add(DbmigModel *model, const DbmigKind *kind, DbmigObject *owner,
				const char *id, const char *name)
{
	Dbmig	   *d = model->d;
	DbmigObject *object;
	bool		added;

	if (!may_add(model, kind, owner, id))
		return NULL;
	object = dbmig_alloc(d, sizeof(DbmigObject) +
						 ATTRIBUTES * sizeof(DbmigAttribute));
	if (object == NULL)
		return NULL;
	object->attributes = (DbmigAttribute *) (object + 1);
	object->attributes_capacity = ATTRIBUTES;
	object->kind = kind;
	object->id = id;
	object->name = name;
	object->owner = owner;
	if (!add_key(model, object))
		return NULL;
	if (owner == NULL)
		added = append(d, &model->items, &model->capacity, &model->count,
					   object);
	else
	{
		object->position = owner->nparts;
		added = append(d, &owner->parts, &owner->parts_capacity,
					   &owner->nparts, object);
		forget_text(owner);
	}
	return added ? object : NULL;
}

/* ---- attributes: kept in the order of their keys ---- */

/* Where the key is, or would be. */
static size_t
attribute_place(const DbmigObject *object, const char *key, bool *there)
{
	size_t		low = 0;
	size_t		high = object->nattributes;

	*there = false;
	while (low < high && !*there)
	{
		size_t		middle = low + (high - low) / 2;
		int			order = strcmp(key, object->attributes[middle].key);

		*there = order == 0;
		if (order <= 0)
			high = middle;
		else
			low = middle + 1;
	}
	return high;
}

void
dbmig_object_set(DbmigModel *model, DbmigObject *object, const char *key,
				 const char *value)
{
	DbmigAttribute *at;
	size_t		place;
	size_t		after;
	bool		there;

	if (!dbmig_ok(model->d))
		return;
	forget_text(object);
	place = attribute_place(object, key, &there);
	if (!there && (value == NULL ||
				   !dbmig_grow(model->d, (void **) &object->attributes,
							   &object->attributes_capacity,
							   object->nattributes, sizeof(DbmigAttribute))))
		return;
	at = object->attributes + place;
	after = object->nattributes - place;
	if (value == NULL)
	{
		memmove(at, at + 1, (after - 1) * sizeof(*at));
		object->nattributes--;
		return;
	}
	if (!there)
	{
		memmove(at + 1, at, after * sizeof(*at));
		object->nattributes++;
		at->key = key;
	}
	at->value = value;
}

const char *
dbmig_object_get(const DbmigObject *object, const char *key)
{
	bool		there;
	size_t		place = attribute_place(object, key, &there);

	return there ? object->attributes[place].value : NULL;
}

void
dbmig_object_need(DbmigModel *model, DbmigObject *object, DbmigObject *needed)
{
	if (dbmig_ok(model->d) && object != needed)
		append(model->d, &object->needs, &object->needs_capacity,
			   &object->nneeds, needed);
}

/* ---- order ---- */

int
dbmig_object_compare(const DbmigObject *a, const DbmigObject *b)
{
	int			order = 0;

	if (a->kind->order != b->kind->order)
		return a->kind->order < b->kind->order ? -1 : 1;
	if (a->kind != b->kind)
		order = strcmp(a->kind->name, b->kind->name);
	return order != 0 ? order : strcmp(a->id, b->id);
}

/* The owners of an object from the first one on, and itself; how many. */
static size_t
path_of(const DbmigObject *object, const DbmigObject *path[DBMIG_MODEL_DEPTH])
{
	size_t		depth = depth_of(object);
	size_t		i;

	for (i = depth; i > 0; i--, object = object->owner)
		path[i - 1] = object;
	return depth;
}

/* By the first owners, then by the second, ...; owners before their parts. */
static int
compare_paths(const DbmigObject *a, const DbmigObject *b)
{
	const DbmigObject *a_path[DBMIG_MODEL_DEPTH];
	const DbmigObject *b_path[DBMIG_MODEL_DEPTH];
	size_t		a_depth = path_of(a, a_path);
	size_t		b_depth = path_of(b, b_path);
	size_t		i;
	int			order = 0;

	for (i = 0; i < a_depth && i < b_depth && order == 0; i++)
		order = dbmig_object_compare(a_path[i], b_path[i]);
	if (order != 0)
		return order;
	return a_depth == b_depth ? 0 : a_depth < b_depth ? -1 : 1;
}

static bool
is_sorted(DbmigObject **items, size_t count,
		  int (*compare) (const DbmigObject *a, const DbmigObject *b))
{
	size_t		i;

	for (i = 1; i < count; i++)
	{
		if (compare(items[i - 1], items[i]) > 0)
			return false;
	}
	return true;
}

/* Merges from[0..half) and from[half..count) into to. */
static void
merge(DbmigObject **from, size_t half, size_t count, DbmigObject **to,
	  int (*compare) (const DbmigObject *a, const DbmigObject *b))
{
	size_t		i = 0;
	size_t		j = half;

	while (i < half && j < count)
	{
		if (compare(from[i], from[j]) <= 0)
			*to++ = from[i++];
		else
			*to++ = from[j++];
	}
	memcpy(to, from + i, (half - i) * sizeof(*to));
	memcpy(to + (half - i), from + j, (count - j) * sizeof(*to));
}

void
dbmig_objects_sort(Dbmig *d, DbmigObject **items, size_t count,
				   int (*compare) (const DbmigObject *a,
								   const DbmigObject *b))
{
	DbmigObject **from = items;
	DbmigObject **to;
	DbmigObject **swap;
	size_t		width;
	size_t		i;

	/* Catalogs are mostly read in order. */
	if (is_sorted(items, count, compare))
		return;
	to = dbmig_alloc(d, count * sizeof(*to));
	if (to == NULL)
		return;
	for (width = 1; width < count; width *= 2)
	{
		for (i = 0; i < count; i += 2 * width)
		{
			size_t		left = count - i;

			merge(from + i, left < width ? left : width,
				  left < 2 * width ? left : 2 * width, to + i, compare);
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != items)
		memcpy(items, from, count * sizeof(*items));
}

/* Sorts needs, each once. */
static void
finish_needs(Dbmig *d, DbmigObject *object)
{
	size_t		count = 0;
	size_t		i;

	dbmig_objects_sort(d, object->needs, object->nneeds, compare_paths);
	for (i = 0; i < object->nneeds; i++)
	{
		if (count == 0 || object->needs[count - 1] != object->needs[i])
			object->needs[count++] = object->needs[i];
	}
	object->nneeds = count;
}

/* Recursion is as deep as dbmig_model_add() lets objects be. */
static void
finish_objects(Dbmig *d, DbmigObject **items, size_t count)
{
	size_t		i;

	dbmig_objects_sort(d, items, count, dbmig_object_compare);
	for (i = 0; i < count && dbmig_ok(d); i++)
	{
		finish_needs(d, items[i]);
		finish_objects(d, items[i]->parts, items[i]->nparts);
	}
}

void
dbmig_model_finish(DbmigModel *model)
{
	if (dbmig_ok(model->d))
		finish_objects(model->d, model->items, model->count);
}
