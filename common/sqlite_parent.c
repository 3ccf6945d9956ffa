/*
 * sqlite_parent.c
 *	  The hazard of a foreign key that a table did not have: rows without a
 *	  parent.
 */
#include "sqlite_plan.h"

#include "rows.h"

#include <string.h>

/* Columns, by their folded names. */
typedef struct List
{
	const char **items;
	size_t		count;
	size_t		capacity;
} List;

/* A foreign key at work. */
typedef struct Key
{
	DbmigSqlitePlanner *planner;
	const DbmigTableChange *change;
	List		columns;
	const char *parent;			/* folded */
	List		targets;		/* in the parent */
} Key;

static void
add(Dbmig *d, List *list, const char *id)
{
	if (dbmig_grow(d, (void **) &list->items, &list->capacity, list->count,
				   sizeof(const char *)))
		list->items[list->count++] = id;
}

/* Adds names with commas between them; goes on to what is behind. */
static void
read_names(DbmigScan *scan, List *list)
{
	do
	{
		if (!dbmig_scan_can_name(&scan->token))
			return;
		add(scan->d, list, dbmig_scan_id(scan, &scan->token));
		dbmig_scan_take(scan);
		while (!dbmig_scan_ended(scan) && !dbmig_scan_is(scan, ",") &&
			   !dbmig_scan_is(scan, ")"))
			dbmig_scan_take(scan);
	} while (dbmig_scan_take_if(scan, ","));
}

static List
names_in(Dbmig *d, const char *text)
{
	List		list = {0};
	DbmigScan	scan;

	dbmig_scan_begin(&scan, d, "", "", text);
	read_names(&scan, &list);
	return list;
}

/* ---- the parent ---- */

/* The parent as it is now, and the model that it is of; NULL: there is none. */
static const DbmigObject *
find_parent(const Key *key, const DbmigModel **model)
{
	const DbmigSqlitePlanner *planner = key->planner;
	const DbmigKind *kind = &dbmig_sqlite_kinds[DBMIG_SQLITE_TABLE];
	const DbmigObject *parent = dbmig_model_find(planner->from, kind, NULL,
												 key->parent);
	const char *ids[] = {key->parent};
	const DbmigNames names = {.items = ids, .count = 1};

	*model = planner->from;
	if (parent != NULL || planner->intent->from == NULL)
		return parent;
	/* What does not change is in neither model. */
	*model = dbmig_rows_model(dbmig_rows_subset(planner->intent->from,
												&names));
	return dbmig_ok(planner->d) ?
		dbmig_model_find(*model, kind, NULL, key->parent) : NULL;
}

static List
primary_key(Dbmig *d, const DbmigObject *table)
{
	List		list = {0};
	size_t		i;

	for (i = 0; i < table->nparts; i++)
	{
		const DbmigObject *part = table->parts[i];
		const char *type = dbmig_object_get(part, "type");

		if (dbmig_object_get(part, "primary_key") != NULL)
			add(d, &list, part->id);
		else if (dbmig_sqlite_is(part, DBMIG_SQLITE_CONSTRAINT) &&
				 type != NULL && strcmp(type, "primary key") == 0)
			return names_in(d, dbmig_object_get(part, "columns"));
	}
	return list;
}

/* True when the rows have the column as it is wanted. */
static bool
has_values(const Key *key, const DbmigModel *model, const DbmigObject *table,
		   const char *id)
{
	const DbmigSqlitePlanner *planner = key->planner;
	const DbmigKind *kind = &dbmig_sqlite_kinds[DBMIG_SQLITE_COLUMN];
	const DbmigObject *from = dbmig_model_find(model, kind, table, id);
	const DbmigObject *owner = dbmig_model_find(planner->to, table->kind, NULL,
												table->id);
	const DbmigObject *to = owner == NULL ? from :
		dbmig_model_find(planner->to, kind, owner, id);

	return from != NULL && to != NULL &&
		dbmig_sqlite_affinity(from) == dbmig_sqlite_affinity(to) &&
		dbmig_sqlite_backfill(planner, to) == NULL;
}

/* ---- the condition ---- */

static const char *
column_name(Dbmig *d, const DbmigModel *model, const DbmigObject *table,
			const char *id)
{
	return dbmig_sqlite_quote(d, dbmig_model_find(model, &dbmig_sqlite_kinds
												  [DBMIG_SQLITE_COLUMN], table,
												  id)->name);
}

/* Rows in which no column is null and that have no parent; NULL when nothing
 * is known of them.  The parent's collation decides, so it stands first. */
static const char *
orphans(Key *key)
{
	Dbmig	   *d = key->planner->d;
	const DbmigObject *child = key->change->from;
	const DbmigModel *model;
	const DbmigObject *parent = find_parent(key, &model);
	DbmigBuf	filled;
	DbmigBuf	pairs;
	size_t		i;

	if (parent != NULL && key->targets.count == 0)
		key->targets = primary_key(d, parent);
	if (!dbmig_ok(d) || key->columns.count == 0 ||
		(parent != NULL && key->targets.count != key->columns.count))
		return NULL;
	dbmig_buf_init(&filled, d);
	dbmig_buf_init(&pairs, d);
	for (i = 0; i < key->columns.count; i++)
	{
		const char *name;

		if (!has_values(key, key->planner->from, child,
						key->columns.items[i]) ||
			(parent != NULL &&
			 !has_values(key, model, parent, key->targets.items[i])))
			return NULL;
		name = dbmig_printf(d, "%s.%s", dbmig_sqlite_main(d, child->name),
							column_name(d, key->planner->from, child,
										key->columns.items[i]));
		dbmig_buf_addf(&filled, "%s%s IS NOT NULL", i == 0 ? "" : " AND ",
					   name);
		if (parent != NULL)
			dbmig_buf_addf(&pairs, "%sdbmig_parent.%s = %s",
						   i == 0 ? "" : " AND ",
						   column_name(d, model, parent,
									   key->targets.items[i]), name);
	}
	if (parent == NULL)
		return filled.text;
	return dbmig_printf(d, "%s AND NOT EXISTS (SELECT 1 FROM %s AS "
						"dbmig_parent WHERE %s)", filled.text,
						dbmig_sqlite_main(d, parent->name), pairs.text);
}

/* ---- the finding ---- */

static void
find_orphans(Key *key, DbmigStep *step)
{
	Dbmig	   *d = key->planner->d;
	const char *condition = orphans(key);

	if (condition == NULL)
		return;
	dbmig_sqlite_find(key->planner, step, "add-foreign-key",
					  key->change->from, condition,
					  dbmig_printf(d, "foreign key of table \"%s\" to \"%s\"",
								   dbmig_show(d, key->change->to->name),
								   dbmig_show(d, key->parent)), "rows");
}

/* Reads the next of the keys that are joined in an attribute; false when there
 * is none. */
static bool
read_target(DbmigScan *scan, Key *key)
{
	const List	none = {0};

	if (!dbmig_scan_can_name(&scan->token))
		return false;
	key->parent = dbmig_scan_id(scan, &scan->token);
	key->targets = none;
	dbmig_scan_take(scan);
	if (dbmig_scan_take_if(scan, "("))
		read_names(scan, &key->targets);
	while (!dbmig_scan_ended(scan) && !dbmig_scan_is(scan, "references"))
		dbmig_scan_take(scan);
	(void) dbmig_scan_take_if(scan, "references");
	return true;
}

static List
columns_of(Dbmig *d, const DbmigObject *part)
{
	List		list = {0};

	if (dbmig_sqlite_is(part, DBMIG_SQLITE_CONSTRAINT))
		return names_in(d, dbmig_object_get(part, "columns"));
	add(d, &list, part->id);
	return list;
}

static bool
same_list(const List *a, const List *b)
{
	size_t		i = 0;

	while (i < a->count && i < b->count &&
		   strcmp(a->items[i], b->items[i]) == 0)
		i++;
	return i == a->count && i == b->count;
}

/* True when the table had the key, if with other words about what happens. */
static bool
was_there(const Key *key)
{
	Dbmig	   *d = key->planner->d;
	const DbmigObject *table = key->change->from;
	size_t		i;

	for (i = 0; i < table->nparts && dbmig_ok(d); i++)
	{
		const char *references = dbmig_object_get(table->parts[i],
												  "references");
		Key			old = {.planner = key->planner};
		DbmigScan	scan;

		if (references == NULL)
			continue;
		old.columns = columns_of(d, table->parts[i]);
		dbmig_scan_begin(&scan, d, "", "", references);
		while (same_list(&old.columns, &key->columns) &&
			   read_target(&scan, &old))
		{
			if (strcmp(old.parent, key->parent) == 0 &&
				same_list(&old.targets, &key->targets))
				return true;
		}
	}
	return false;
}

void
dbmig_sqlite_find_parents(DbmigSqlitePlanner *planner, DbmigStep *step,
						  const DbmigTableChange *change)
{
	const DbmigChange *parts = change->change->parts;
	Dbmig	   *d = planner->d;
	size_t		i;

	for (i = 0; i < change->change->nparts && dbmig_ok(d); i++)
	{
		const DbmigObject *to = parts[i].to;
		const char *references = to == NULL ? NULL :
			dbmig_object_get(to, "references");
		Key			key = {.planner = planner, .change = change};
		DbmigScan	scan;

		if (references == NULL)
			continue;
		key.columns = columns_of(d, to);
		dbmig_scan_begin(&scan, d, "", "", references);
		while (dbmig_ok(d) && read_target(&scan, &key))
		{
			if (!was_there(&key))
				find_orphans(&key, step);
		}
	}
}
