/*
 * rows.c
 *	  Keeps catalog rows in groups, and makes models of them.
 */
#include "rows.h"

#include <string.h>

DbmigRows *
dbmig_rows_new(Dbmig *d)
{
	DbmigRows  *rows = dbmig_alloc(d, sizeof(DbmigRows));

	if (rows == NULL)
		return NULL;
	rows->d = d;
	dbmig_map_init(&rows->by_id, d);
	return rows;
}

DbmigGroup *
dbmig_rows_group(const DbmigRows *rows, const char *id)
{
	return dbmig_map_get(&rows->by_id, id);
}

/* Puts the group in place of the one of its id, or behind all others. */
static bool
put_group(DbmigRows *rows, DbmigGroup *group)
{
	const DbmigGroup *old = dbmig_rows_group(rows, group->id);

	if (old == NULL &&
		!dbmig_grow(rows->d, (void **) &rows->groups, &rows->capacity,
					rows->count, sizeof(DbmigGroup *)))
		return false;
	group->index = old != NULL ? old->index : rows->count++;
	rows->groups[group->index] = group;
	dbmig_map_put(&rows->by_id, group->id, group);
	return true;
}

static DbmigGroup *
add_group(DbmigRows *rows, const char *id)
{
	DbmigGroup *group = dbmig_alloc(rows->d, sizeof(DbmigGroup));

	if (group == NULL)
		return NULL;
	group->id = id;
	return put_group(rows, group) ? group : NULL;
}

/* Another list may hold the group at another place. */
static void
share_group(DbmigRows *rows, const DbmigGroup *group)
{
	DbmigGroup *copy = dbmig_alloc(rows->d, sizeof(DbmigGroup));

	if (copy == NULL)
		return;
	*copy = *group;
	(void) put_group(rows, copy);
}

DbmigRows *
dbmig_rows_subset(const DbmigRows *rows, const DbmigNames *ids)
{
	DbmigRows  *subset = dbmig_rows_new(rows->d);
	const DbmigGroup *group;
	size_t		i;

	for (i = 0; subset != NULL && i < rows->count; i++)
	{
		if (rows->groups[i]->shared)
			share_group(subset, rows->groups[i]);
	}
	for (i = 0; subset != NULL && i < ids->count; i++)
	{
		group = dbmig_rows_group(rows, ids->items[i]);
		if (group != NULL && !group->shared)
			share_group(subset, group);
	}
	return subset;
}

void
dbmig_rows_take(DbmigRows *rows, const char *id, const DbmigRows *from)
{
	const DbmigGroup *group = dbmig_rows_group(from, id);

	if (group != NULL)
		share_group(rows, group);
	else
		(void) add_group(rows, id);
}

static void
copy_values(DbmigRows *rows, DbmigCatalogRow *row, const DbmigValue *values)
{
	int			i;

	row->values = dbmig_alloc(rows->d, (size_t) row->nvalues *
							  sizeof(DbmigValue));
	for (i = 0; row->values != NULL && i < row->nvalues; i++)
	{
		row->values[i] = values[i];
		if (values[i].type == DBMIG_TEXT)
			row->values[i].text = dbmig_strndup(rows->d, values[i].text,
												values[i].len);
	}
}

void
dbmig_rows_append(DbmigRows *rows, const char *id, bool shared,
				  const DbmigCatalogRow *row)
{
	DbmigGroup *group = dbmig_rows_group(rows, id);

	if (group == NULL)
		group = add_group(rows, id);
	if (group == NULL ||
		!dbmig_grow(rows->d, (void **) &group->rows, &group->capacity,
					group->count, sizeof(DbmigCatalogRow)))
		return;
	group->shared = group->shared || shared;
	group->rows[group->count++] = *row;
}

void
dbmig_rows_add(DbmigRows *rows, const DbmigCatalog *catalog, int nvalues,
			   const DbmigValue *values)
{
	const DbmigDialect *dialect = rows->d->host.dialect;
	DbmigCatalogRow row = {.catalog = catalog, .nvalues = nvalues};
	bool		shared = false;
	const char *id = dialect->group == NULL ? "" :
	dialect->group(rows->d, values, &shared);

	copy_values(rows, &row, values);
	if (dbmig_ok(rows->d))
		dbmig_rows_append(rows, id, shared, &row);
}

/* ---- models ---- */

/* Whether a group goes into the model; other is the schema to compare with,
 * or NULL. */
typedef bool (*Chooser) (const DbmigGroup *group, const DbmigRows *other);

/* Rows of one catalog, in their order. */
typedef struct RowList
{
	const DbmigCatalogRow **items;
	size_t		count;
	size_t		capacity;
} RowList;

/* Puts the rows of the group where those of their catalogs are. */
static void
list_group(Dbmig *d, RowList *lists, const DbmigGroup *group)
{
	const DbmigCatalog *first = d->host.dialect->catalogs;
	size_t		i;

	for (i = 0; i < group->count; i++)
	{
		RowList    *list = &lists[group->rows[i].catalog - first];

		if (!dbmig_grow(d, (void **) &list->items, &list->capacity,
						list->count, sizeof(*list->items)))
			return;
		list->items[list->count++] = &group->rows[i];
	}
}

/* A list for each catalog, of the chosen groups, shared ones first; NULL
 * without memory. */
static RowList *
list_rows(const DbmigRows *rows, const DbmigRows *other, Chooser chosen)
{
	const DbmigCatalog *catalogs = rows->d->host.dialect->catalogs;
	RowList    *lists;
	size_t		count = 0;
	int			pass;
	size_t		i;

	while (catalogs[count].query != NULL)
		count++;
	lists = dbmig_alloc(rows->d, count * sizeof(RowList));
	for (pass = 0; lists != NULL && pass < 2; pass++)
	{
		for (i = 0; i < rows->count; i++)
		{
			if (rows->groups[i]->shared == (pass == 0) &&
				chosen(rows->groups[i], other))
				list_group(rows->d, lists, rows->groups[i]);
		}
	}
	return dbmig_ok(rows->d) ? lists : NULL;
}

/* Catalogs come in their order, shared groups first: later rows are read in
 * the light of earlier ones. */
static DbmigModel *
make_model(const DbmigRows *rows, const DbmigRows *other, Chooser chosen)
{
	const DbmigDialect *dialect = rows->d->host.dialect;
	DbmigModel *model = dbmig_model_new(rows->d, dialect);
	const RowList *list = list_rows(rows, other, chosen);
	const DbmigCatalog *catalog;
	size_t		i;

	if (model == NULL || list == NULL)
		return NULL;
	for (catalog = dialect->catalogs; catalog->query != NULL; catalog++, list++)
	{
		for (i = 0; i < list->count; i++)
			catalog->read(model, list->items[i]->nvalues,
						  list->items[i]->values);
	}
	dbmig_model_finish(model);
	return model;
}

static bool
always(const DbmigGroup *group, const DbmigRows *other)
{
	(void) group;
	(void) other;
	return true;
}

DbmigModel *
dbmig_rows_model(const DbmigRows *rows)
{
	return make_model(rows, NULL, always);
}

static bool
same_value(const DbmigValue *a, const DbmigValue *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == DBMIG_TEXT)
		return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
	return a->type == DBMIG_NULL || a->number == b->number;
}

bool
dbmig_rows_same(const DbmigCatalogRow *a, const DbmigCatalogRow *b)
{
	int			i;

	if (a->catalog != b->catalog || a->nvalues != b->nvalues)
		return false;
	for (i = 0; i < a->nvalues; i++)
	{
		if (!same_value(&a->values[i], &b->values[i]))
			return false;
	}
	return true;
}

/* Rows that stand in another order count as different: then the models are
 * asked. */
static bool
differs(const DbmigGroup *group, const DbmigRows *other)
{
	const DbmigGroup *twin = dbmig_rows_group(other, group->id);
	size_t		i;

	if (group->shared || twin == NULL || twin->shared ||
		twin->count != group->count)
		return true;
	for (i = 0; i < group->count; i++)
	{
		if (!dbmig_rows_same(&group->rows[i], &twin->rows[i]))
			return true;
	}
	return false;
}

void
dbmig_rows_differing(const DbmigRows *a, const DbmigRows *b,
					 DbmigModel **model_a, DbmigModel **model_b)
{
	*model_a = make_model(a, b, differs);
	*model_b = make_model(b, a, differs);
}
