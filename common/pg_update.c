/*
 * pg_update.c
 *	  Brings rows of PostgreSQL's catalogs up to date after a migration: reads
 *	  what the server says was touched, and what depends on that.
 *
 * Round by round: the groups that were touched are read; where one differs,
 * what depends on it is read, until nothing is left.
 */
#include "pg_touch.h"

#include <string.h>

typedef struct Update
{
	DbmigRows  *rows;			/* that is brought up to date */
	DbmigTouched *touched;
	DbmigPhase	after;
	bool		all;			/* anything may have been touched */
	DbmigPgSet	keys;			/* of what was */
	DbmigMap	kinds;			/* their kinds, where they are known */
	DbmigPgSet	groups;			/* all that are read, round by round */
	size_t		first;			/* those of this round */
	size_t		last;			/* before which they end */
	bool		changed;		/* one of them differs */
	DbmigRows  *old;			/* the groups as they were */
	DbmigRows  *batch;			/* what this round reads */
	const DbmigCatalog *catalog;	/* whose rows come now */
	DbmigPgSet	asked;			/* keys that it is asked for */
} Update;

static void read_catalogs(DbmigRun *run);

/* ---- models ---- */

static void
share(DbmigRows *rows, const DbmigRows *from, const char *id)
{
	if (dbmig_rows_group(from, id) != NULL)
		dbmig_rows_take(rows, id, from);
}

/* The model of the groups in context and of those that others are not
 * understood without, as they were or as they are. */
static DbmigModel *
make_model(const Update *update, const DbmigPgSet *context, bool before)
{
	const DbmigPgIndex *index = update->rows->index;
	const DbmigNames *const lists[] = {&index->shared, &context->ids};
	DbmigRows  *rows = dbmig_rows_new(update->rows->d);
	size_t		i;
	size_t		j;

	for (i = 0; rows != NULL && i < DBMIG_COUNT(lists); i++)
	{
		for (j = 0; j < lists[i]->count; j++)
		{
			const char *id = lists[i]->items[j];
			bool		old = before &&
			dbmig_pg_set_has(&update->groups, id);

			share(rows, old ? update->old : update->rows, id);
		}
	}
	return rows == NULL ? NULL : dbmig_rows_model(rows);
}

static void
finish(DbmigRun *run)
{
	Update	   *update = run->update;
	DbmigPgSet	context;
	size_t		i;

	dbmig_pg_set_init(&context, run->d);
	for (i = 0; update->changed && i < update->groups.ids.count; i++)
	{
		const char *id = update->groups.ids.items[i];

		dbmig_pg_set_add(&context, id);
		dbmig_pg_needed(update->rows, dbmig_rows_group(update->old, id),
						&context);
		dbmig_pg_needed(update->rows, dbmig_rows_group(update->rows, id),
						&context);
	}
	update->touched->before = make_model(update, &context, true);
	update->touched->after = make_model(update, &context, false);
	run->next = update->after;
}

/* ---- rounds ---- */

static void
compare_round(DbmigRun *run)
{
	Update	   *update = run->update;
	const DbmigRows *new = dbmig_pg_sort_more(update->rows, update->batch);
	size_t		i;

	for (i = update->first; i < update->last && dbmig_ok(run->d); i++)
	{
		const char *id = update->groups.ids.items[i];
		const DbmigGroup *before = dbmig_rows_group(update->rows, id);
		const DbmigGroup *now = dbmig_rows_group(new, id);

		if (before == NULL && now == NULL)
			continue;
		if (dbmig_pg_dependents(update->rows, before, now, &update->groups))
			update->changed = true;
		dbmig_rows_take(update->old, id, update->rows);
		dbmig_rows_take(update->rows, id, new);
	}
	update->first = update->last;
	update->last = update->groups.ids.count;
	if (update->first == update->last)
	{
		finish(run);
		return;
	}
	update->batch = dbmig_rows_new(run->d);
	update->catalog = run->d->host.dialect->catalogs;
	run->next = read_catalogs;
}

static void
receive_row(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	const Update *update = run->update;

	dbmig_rows_add(update->batch, update->catalog, nvalues, values);
}

/* The keys of the rows: of objects, and what stands for them. */
static void
ask_for_rows(Update *update, const DbmigGroup *group)
{
	size_t		i;

	for (i = 0; group != NULL && i < group->count; i++)
	{
		const DbmigCatalogRow *row = &group->rows[i];

		if (dbmig_pg_is_object(row))
			dbmig_pg_set_add(&update->asked, row->values[1].text);
		else if (row->catalog->query == &dbmig_pg_query_aliases)
			dbmig_pg_set_add(&update->asked, row->values[0].text);
	}
}

/* What this round asks for: its groups, what was in them, and what was read
 * of them so far. */
static void
ask(Update *update)
{
	size_t		i;

	dbmig_pg_set_init(&update->asked, update->rows->d);
	for (i = update->first; i < update->last; i++)
	{
		const char *id = update->groups.ids.items[i];

		dbmig_pg_set_add(&update->asked, id);
		ask_for_rows(update, dbmig_rows_group(update->rows, id));
	}
	ask_for_rows(update, dbmig_rows_group(update->batch, ""));
	for (i = 0; update->first == 0 && i < update->keys.ids.count; i++)
		dbmig_pg_set_add(&update->asked, update->keys.ids.items[i]);
}

/* What a relation is to the queries; 0 when nobody knows. */
static char
kind_of(const Update *update, const char *id)
{
	const DbmigGroup *group = dbmig_rows_group(update->rows, id);
	const char *kind = dbmig_map_get(&update->kinds, id);
	size_t		i;

	for (i = 0; group != NULL && kind == NULL && i < group->count; i++)
	{
		if (dbmig_pg_is_object(&group->rows[i]) &&
			strcmp(group->rows[i].values[1].text, id) == 0)
			kind = strcmp(group->rows[i].values[0].text, "index") == 0 ? "i" :
				strcmp(group->rows[i].values[0].text, "sequence") == 0 ? "S" :
				"r";
	}
	return kind == NULL ? '\0' : kind[0];
}

/* True when one of the round's groups is of a class that the query asks for:
 * "1259r 1247". */
static bool
is_asked(const Update *update, const DbmigQuery *query)
{
	const char *of = query->of;
	size_t		i;

	while (of != NULL && *of != '\0')
	{
		size_t		len = strspn(of, "0123456789");
		char		kind = of[len];

		for (i = update->first; i < update->last; i++)
		{
			const char *id = update->groups.ids.items[i];
			char		has;

			if (strncmp(id, of, len) != 0 || id[len] != ' ')
				continue;
			has = kind_of(update, id);
			if (kind == ' ' || kind == '\0' || has == '\0' || has == kind)
				return true;
		}
		of += strcspn(of, " ");
		of += strspn(of, " ");
	}
	return of == NULL;
}

/* The oids and the classes of the keys, as arrays. */
static void
write_keys(const Update *update, DbmigBuf *ids, DbmigBuf *classes)
{
	size_t		i;

	dbmig_buf_addc(ids, '{');
	dbmig_buf_addc(classes, '{');
	for (i = 0; i < update->asked.ids.count; i++)
	{
		const char *key = update->asked.ids.items[i];
		size_t		len = strcspn(key, " ");

		/* That of a column or a grant is in its owner's. */
		if (key[len] == '\0' || strchr(key + len + 1, ' ') != NULL)
			continue;
		if (ids->len > 1)
		{
			dbmig_buf_addc(ids, ',');
			dbmig_buf_addc(classes, ',');
		}
		dbmig_buf_addn(classes, key, len);
		dbmig_buf_add(ids, key + len + 1);
	}
	dbmig_buf_addc(ids, '}');
	dbmig_buf_addc(classes, '}');
}

static void
next_catalog(DbmigRun *run)
{
	Update	   *update = run->update;

	update->catalog++;
	read_catalogs(run);
}

static void
read_catalogs(DbmigRun *run)
{
	Update	   *update = run->update;
	const DbmigQuery *query;
	DbmigBuf	ids;
	DbmigBuf	classes;
	DbmigValue	params[3];

	ask(update);
	while ((query = update->catalog->query) != NULL &&
		   !is_asked(update, query))
		update->catalog++;
	if (query == NULL)
	{
		compare_round(run);
		return;
	}
	dbmig_buf_init(&ids, run->d);
	dbmig_buf_init(&classes, run->d);
	write_keys(update, &ids, &classes);
	params[0] = dbmig_text(dbmig_schema_managed(run));
	params[1] = dbmig_text(ids.text);
	params[2] = dbmig_text(classes.text);
	dbmig_run_catalog(run, receive_row, query->touched, DBMIG_INSPECT_FEW,
					  (int) DBMIG_COUNT(params), params);
	run->next = next_catalog;
}

/* ---- what was touched ---- */

/* Of a relation: "i", "S", or "r" for all that has columns. */
static const char *
read_kind(const DbmigValue *value)
{
	switch ((char) value->number)
	{
		case '\0':
			return NULL;
		case 'i':
		case 'I':
			return "i";
		case 'S':
			return "S";
		default:
			return "r";
	}
}

static void
receive_key(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Update	   *update = run->update;
	const char *key;

	if (values[0].type == DBMIG_NULL && nvalues > 1)
		dbmig_schema_touched(run, &values[1]);
	else if (values[0].type == DBMIG_NULL)
		update->all = true;
	else if (!dbmig_pg_set_has(&update->keys, values[0].text))
	{
		key = dbmig_value_text(run->d, &values[0]);
		dbmig_pg_set_add(&update->keys, key);
		dbmig_map_put(&update->kinds, key, (void *) read_kind(&values[1]));
	}
}

static void
begin_rounds(DbmigRun *run)
{
	Update	   *update = run->update;
	size_t		i;

	if (update->all)
	{
		dbmig_schema_update_all(run, update->rows, update->touched,
								update->after);
		return;
	}
	dbmig_pg_sort(update->rows);
	update->old = dbmig_rows_new(run->d);
	update->batch = dbmig_rows_new(run->d);
	if (!dbmig_ok(run->d))
		return;
	for (i = 0; i < update->keys.ids.count; i++)
		dbmig_pg_set_add(&update->groups,
						 dbmig_pg_group(run->d, update->rows->index,
										update->keys.ids.items[i]));
	update->last = update->groups.ids.count;
	update->catalog = run->d->host.dialect->catalogs;
	run->next = update->last == 0 ? finish : read_catalogs;
}

void
dbmig_pg_refresh(DbmigRun *run, DbmigRows *rows, DbmigTouched *touched,
				DbmigPhase phase)
{
	Update	   *update = dbmig_alloc(run->d, sizeof(Update));
	DbmigTask  *task;

	if (update == NULL)
		return;
	update->rows = rows;
	update->touched = touched;
	update->after = phase;
	dbmig_pg_set_init(&update->keys, run->d);
	dbmig_map_init(&update->kinds, run->d);
	dbmig_pg_set_init(&update->groups, run->d);
	run->update = update;
	task = dbmig_run_add(run, DBMIG_OP_TOUCHED, NULL);
	if (task == NULL)
		return;
	task->receiver = receive_key;
	run->next = begin_rounds;
}
