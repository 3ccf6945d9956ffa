/*
 * sqlite_string.c
 *	  Whether a schema has strings in double quotes (quirks.html, section 8).
 *
 * ALTER TABLE DROP COLUMN puts them in single quotes, wherever they are: then
 * it changes more than was wanted.
 */
#include "sqlite_plan.h"

#include "rows.h"

#include <string.h>

/* The columns of a row of sqlite_schema. */
enum
{
	ROW_TYPE, ROW_NAME, ROW_TABLE, ROW_SQL
};

typedef struct Search
{
	Dbmig	   *d;
	const DbmigRows *rows[2];	/* before and after: what goes is no name */
	DbmigMap	names[2];		/* of all tables, columns, ...; filled when the
								 * first one is looked for */
	bool		filled;
} Search;

static void
add_names(DbmigMap *names, const DbmigModel *model)
{
	size_t		i;
	size_t		j;

	for (i = 0; model != NULL && i < model->count; i++)
	{
		DbmigObject *object = model->items[i];

		(void) dbmig_map_put(names, object->id, object);
		for (j = 0; j < object->nparts; j++)
			(void) dbmig_map_put(names, object->parts[j]->id,
								 object->parts[j]);
	}
}

static bool
is_known(Search *search, const char *id)
{
	size_t		i;

	for (i = 0; !search->filled && i < DBMIG_COUNT(search->rows); i++)
		add_names(&search->names[i], dbmig_rows_model(search->rows[i]));
	search->filled = true;
	return dbmig_map_get(&search->names[0], id) != NULL &&
		dbmig_map_get(&search->names[1], id) != NULL;
}

/* In a table only expressions can hold strings, and they are in parentheses
 * within those of the table. */
static bool
has_string(Search *search, const DbmigValue *values)
{
	bool		table = strcmp(values[ROW_TYPE].text, "table") == 0;
	size_t		depth = 0;
	DbmigScan	scan;

	if (strchr(values[ROW_SQL].text, '"') == NULL)
		return false;
	dbmig_scan_begin(&scan, search->d, values[ROW_TYPE].text,
					 values[ROW_NAME].text, values[ROW_SQL].text);
	for (; !dbmig_scan_ended(&scan); dbmig_scan_take(&scan))
	{
		dbmig_scan_forget(&scan);
		if (dbmig_scan_is(&scan, "("))
			depth++;
		else if (dbmig_scan_is(&scan, ")"))
			depth--;
		else if (*scan.token.start == '"' && !scan.before_name &&
				 (!table || depth > 1) &&
				 !is_known(search, dbmig_scan_id(&scan, &scan.token)))
			return true;
	}
	return false;
}

bool
dbmig_sqlite_has_strings(Dbmig *d, const DbmigRows *from,
						 const DbmigRows *to)
{
	Search		search = {.d = d, .rows = {from, to}};
	size_t		i;
	size_t		j;

	if (from == NULL || to == NULL)
		return false;
	for (i = 0; i < DBMIG_COUNT(search.names); i++)
		dbmig_map_init(&search.names[i], d);
	for (i = 0; i < from->count; i++)
	{
		for (j = 0; j < from->groups[i]->count; j++)
		{
			if (has_string(&search, from->groups[i]->rows[j].values))
				return true;
		}
	}
	return false;
}
