/*
 * pg_touch.c
 *	  Sorts rows of the catalogs into groups, and finds what hangs on what.
 *
 * The text of an object is made of its own rows and those of what it depends
 * on, and what has to go when it changes depends on it: both is what
 * pg_depend says, to any depth.
 */
#include "pg_touch.h"

#include <string.h>

/* ---- sets ---- */

void
dbmig_pg_set_init(DbmigPgSet *set, Dbmig *d)
{
	memset(set, 0, sizeof(*set));
	dbmig_map_init(&set->seen, d);
}

bool
dbmig_pg_set_has(const DbmigPgSet *set, const char *id)
{
	return dbmig_map_get(&set->seen, id) != NULL;
}

static void
add_name(Dbmig *d, DbmigNames *names, const char *name)
{
	if (dbmig_grow(d, (void **) &names->items, &names->capacity,
				   names->count, sizeof(const char *)))
		names->items[names->count++] = name;
}

void
dbmig_pg_set_add(DbmigPgSet *set, const char *id)
{
	if (dbmig_pg_set_has(set, id))
		return;
	dbmig_map_put(&set->seen, id, set);
	add_name(set->seen.d, &set->ids, id);
}

/* ---- keys ---- */

/* Row type, array of it, and so on: more are no aliases of anything. */
#define ALIASES_MAX 8

static bool
is_of_class(const char *key, const char *class)
{
	size_t		len = strlen(class);

	return strncmp(key, class, len) == 0 && key[len] == ' ';
}

/* What comes after class and oid: the number of a column, and more. */
static const char *
after_object(const char *key)
{
	const char *at = strchr(key, ' ');

	return at == NULL ? NULL : strchr(at + 1, ' ');
}

const char *
dbmig_pg_key(const DbmigPgIndex *index, const char *key)
{
	const char *next;
	int			i;

	for (i = 0; i < ALIASES_MAX; i++)
	{
		next = dbmig_map_get(&index->aliases, key);
		if (next == NULL || strcmp(next, key) == 0)
			break;
		key = next;
	}
	return key;
}

const char *
dbmig_pg_group(Dbmig *d, const DbmigPgIndex *index, const char *key)
{
	const char *owner;
	const char *end;

	key = dbmig_pg_key(index, key);
	owner = dbmig_map_get(&index->owners, key);
	end = after_object(key);
	if (owner != NULL || end == NULL)
		return owner != NULL ? owner : key;
	key = dbmig_pg_key(index, dbmig_strndup(d, key, (size_t) (end - key)));
	owner = dbmig_map_get(&index->owners, key);
	return owner != NULL ? owner : key;
}

/* ---- sorting ---- */

bool
dbmig_pg_is_object(const DbmigCatalogRow *row)
{
	const DbmigQuery *query = row->catalog->query;

	return query != &dbmig_pg_query_comments &&
		query != &dbmig_pg_query_aliases && query != &dbmig_pg_query_needs;
}

static void
add_user(Dbmig *d, DbmigPgIndex *index, const char *needed, const char *key)
{
	DbmigPgUsers *users = dbmig_map_get(&index->users, needed);

	if (users == NULL)
	{
		users = dbmig_alloc(d, sizeof(DbmigPgUsers));
		if (users == NULL)
			return;
		dbmig_map_put(&index->users, needed, users);
	}
	if (dbmig_grow(d, (void **) &users->keys, &users->capacity, users->count,
				   sizeof(const char *)))
		users->keys[users->count++] = key;
}

/* Members of extensions are in the model for nobody's sake but what needs
 * them, and that changes with everything else: they are in a group of their
 * own. */
static const char *
alias_group(Dbmig *d, const DbmigPgIndex *index, const char *key)
{
	return is_of_class(key, EXTENSION) ? "members" :
		dbmig_pg_group(d, index, key);
}

/* Notes in the index what the row says; the id of its group. */
static const char *
note_row(Dbmig *d, DbmigPgIndex *index, const DbmigCatalogRow *row)
{
	const char *first = row->values[0].text;
	const char *second = row->values[1].text;
	const char *id;

	if (row->catalog->query == &dbmig_pg_query_comments)
		return dbmig_pg_group(d, index, first);
	if (row->catalog->query == &dbmig_pg_query_aliases)
	{
		dbmig_map_put(&index->aliases, first, (void *) second);
		return alias_group(d, index, second);
	}
	if (row->catalog->query == &dbmig_pg_query_needs)
	{
		add_user(d, index, dbmig_pg_key(index, second), first);
		return dbmig_pg_group(d, index, first);
	}
	if (row->values[2].type == DBMIG_NULL)
		return second;
	id = dbmig_pg_group(d, index, row->values[2].text);
	dbmig_map_put(&index->owners, second, (void *) id);
	return id;
}

/* What others are not understood without: what they are in, whom they belong
 * to by default. */
static bool
is_shared(const char *id)
{
	return is_of_class(id, NAMESPACE) || is_of_class(id, EXTENSION) ||
		is_of_class(id, DEFAULT_ACL);
}

static void
sort_group(const DbmigGroup *group, DbmigPgIndex *index, DbmigRows *sorted)
{
	Dbmig	   *d = sorted->d;
	size_t		i;

	for (i = 0; i < group->count && dbmig_ok(d); i++)
	{
		const char *id = note_row(d, index, &group->rows[i]);
		bool		shared = is_shared(id);

		if (shared && dbmig_rows_group(sorted, id) == NULL)
			add_name(d, &index->shared, id);
		dbmig_rows_append(sorted, id, shared, &group->rows[i]);
	}
}

void
dbmig_pg_sort(DbmigRows *rows)
{
	Dbmig	   *d = rows->d;
	const DbmigGroup *flat = dbmig_rows_group(rows, "");
	DbmigRows  *sorted = dbmig_rows_new(d);
	DbmigPgIndex *index;

	if (rows->index != NULL || sorted == NULL)
		return;
	index = dbmig_alloc(d, sizeof(DbmigPgIndex));
	if (index == NULL)
		return;
	dbmig_map_init(&index->aliases, d);
	dbmig_map_init(&index->owners, d);
	dbmig_map_init(&index->users, d);
	if (flat != NULL)
		sort_group(flat, index, sorted);
	sorted->index = index;
	*rows = *sorted;
}

DbmigRows *
dbmig_pg_sort_more(const DbmigRows *rows, const DbmigRows *more)
{
	const DbmigGroup *flat = dbmig_rows_group(more, "");
	DbmigRows  *sorted = dbmig_rows_new(rows->d);

	if (sorted != NULL && flat != NULL)
		sort_group(flat, rows->index, sorted);
	return sorted;
}

/* ---- what hangs on what ---- */

typedef struct Walk
{
	Dbmig	   *d;
	const DbmigRows *rows;
	const DbmigPgIndex *index;
	DbmigPgSet	keys;			/* whose users are to be looked at */
	DbmigPgSet *groups;
} Walk;

/* The users of a key; with an object, all its parts change. */
static void
add_key(Walk *walk, const char *key)
{
	const char *id = dbmig_pg_group(walk->d, walk->index, key);
	const DbmigGroup *group;
	size_t		i;

	if (dbmig_pg_set_has(&walk->keys, key))
		return;
	dbmig_pg_set_add(&walk->keys, key);
	if (strcmp(id, key) != 0)
		return;
	group = dbmig_rows_group(walk->rows, id);
	for (i = 0; group != NULL && i < group->count; i++)
	{
		if (dbmig_pg_is_object(&group->rows[i]))
			dbmig_pg_set_add(&walk->keys, group->rows[i].values[1].text);
	}
}

static void
follow(Walk *walk)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < walk->keys.ids.count && dbmig_ok(walk->d); i++)
	{
		const DbmigPgUsers *users = dbmig_map_get(&walk->index->users,
												  walk->keys.ids.items[i]);

		for (j = 0; users != NULL && j < users->count; j++)
		{
			const char *key = dbmig_pg_key(walk->index, users->keys[j]);

			dbmig_pg_set_add(walk->groups,
							 dbmig_pg_group(walk->d, walk->index, key));
			add_key(walk, key);
		}
	}
}

/*
 * Queries may be written otherwise when a relation in them gets a column, if
 * only its alias has to say so.
 */
static void
add_queries(Walk *walk, const DbmigGroup *group)
{
	static const char *const classes[] = {REWRITE, PROC, POLICY};
	size_t		i;
	size_t		j;
	size_t		k;

	for (i = 0; i < group->count; i++)
	{
		const DbmigPgUsers *users = !dbmig_pg_is_object(&group->rows[i]) ?
		NULL : dbmig_map_get(&walk->index->users,
							 group->rows[i].values[1].text);

		for (j = 0; users != NULL && j < users->count; j++)
		{
			for (k = 0; k < DBMIG_COUNT(classes); k++)
			{
				if (is_of_class(users->keys[j], classes[k]))
					dbmig_pg_set_add(walk->groups,
									 dbmig_pg_group(walk->d, walk->index,
													users->keys[j]));
			}
		}
	}
}

/* The object rows of a group by their keys. */
static void
map_rows(DbmigMap *map, const DbmigGroup *group)
{
	size_t		i;

	for (i = 0; group != NULL && i < group->count; i++)
	{
		if (dbmig_pg_is_object(&group->rows[i]))
			dbmig_map_put(map, group->rows[i].values[1].text,
						  &group->rows[i]);
	}
}

/* True when the group has other rows than before. */
static bool
differs(const DbmigGroup *old, const DbmigGroup *new)
{
	size_t		nold = old == NULL ? 0 : old->count;
	size_t		nnew = new == NULL ? 0 : new->count;
	size_t		i;

	for (i = 0; nold == nnew && i < nold; i++)
	{
		if (!dbmig_rows_same(&old->rows[i], &new->rows[i]))
			return true;
	}
	return nold != nnew;
}

bool
dbmig_pg_dependents(const DbmigRows *rows, const DbmigGroup *old,
					const DbmigGroup *new, DbmigPgSet *set)
{
	Walk		walk = {
		.d = rows->d, .rows = rows, .index = rows->index, .groups = set
	};
	DbmigMap	now;
	size_t		i;

	if (!differs(old, new))
		return false;
	if (old == NULL)
		return true;
	dbmig_pg_set_init(&walk.keys, rows->d);
	dbmig_map_init(&now, rows->d);
	map_rows(&now, new);
	for (i = 0; i < old->count; i++)
	{
		const DbmigCatalogRow *row = &old->rows[i];
		const DbmigCatalogRow *twin;

		if (!dbmig_pg_is_object(row))
			continue;
		twin = dbmig_map_get(&now, row->values[1].text);
		if (twin == NULL || !dbmig_rows_same(row, twin))
			add_key(&walk, row->values[1].text);
	}
	add_queries(&walk, old);
	follow(&walk);
	return true;
}

/*
 * What the parts of an object need is enough; but parents have parents, whose
 * parts are made one of the other.
 */
void
dbmig_pg_needed(const DbmigRows *rows, const DbmigGroup *group,
				DbmigPgSet *set)
{
	const DbmigPgIndex *index = rows->index;
	DbmigPgSet	parents;
	size_t		next = 0;
	size_t		i;

	dbmig_pg_set_init(&parents, rows->d);
	while (group != NULL && dbmig_ok(rows->d))
	{
		for (i = 0; i < group->count; i++)
		{
			const DbmigCatalogRow *row = &group->rows[i];
			const char *needed;

			if (row->catalog->query != &dbmig_pg_query_needs)
				continue;
			needed = dbmig_pg_group(rows->d, index, row->values[1].text);
			dbmig_pg_set_add(set, needed);
			if (strcmp(row->values[0].text, group->id) == 0 &&
				is_of_class(needed, CLASS))
				dbmig_pg_set_add(&parents, needed);
		}
		group = next == parents.ids.count ? NULL :
			dbmig_rows_group(rows, parents.ids.items[next]);
		next++;
	}
}
