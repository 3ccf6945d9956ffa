/*
 * pg_plan_convert.c
 *	  How the values of a column become those of another type.
 */
#include "pg_plan_part.h"

#include <string.h>

/* Types between which the server casts without help, and rightly. */
static const char *const families[][8] =
{
	{"smallint", "integer", "bigint", "numeric", "real", "double precision"},
	{"text", "character", "name", "\"char\""},
	{"date", "timestamp", "time"},
	{"json", "jsonb"},
	{"bit"},
	{"inet", "cidr"},
	{"integer", "boolean"},
};

static bool
is_of(const char *type, const char *base)
{
	size_t		len = strlen(base);

	return strncmp(type, base, len) == 0 &&
		(type[len] == '\0' || type[len] == '(' || type[len] == ' ' ||
		 type[len] == '[');
}

static bool
in_family(const char *type, size_t family)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(families[0]) && families[family][i] != NULL;
		 i++)
	{
		if (is_of(type, families[family][i]))
			return true;
	}
	return false;
}

static bool
is_array(const char *type)
{
	size_t		len = strlen(type);

	return len > 2 && strcmp(type + len - 2, "[]") == 0;
}

/* The type without what stands in parentheses. */
static size_t
base_length(const char *type)
{
	size_t		len = strcspn(type, "([");

	while (len > 0 && type[len - 1] == ' ')
		len--;
	return len;
}

typedef enum Conversion
{
	SAME,						/* by itself */
	CAST,						/* by a cast */
	THROUGH_TEXT
} Conversion;

static Conversion
conversion(const char *from, const char *to)
{
	const size_t strings = 1;
	size_t		i;

	if (is_array(from) != is_array(to))
		return in_family(to, strings) && !is_array(to) ? CAST : THROUGH_TEXT;
	if (base_length(from) == base_length(to) &&
		strncmp(from, to, base_length(from)) == 0)
		return SAME;
	for (i = 0; i < DBMIG_COUNT(families); i++)
	{
		if (in_family(from, i) && in_family(to, i))
			return i == 0 ? SAME : CAST;
	}
	return in_family(from, strings) || in_family(to, strings) ? CAST :
		THROUGH_TEXT;
}

/* A composite goes attribute by attribute; false when it is none. */
static bool
write_row(DbmigPgPlanner *planner, DbmigBuf *commands,
		  const DbmigPgItem *item)
{
	const DbmigKind *kind = &dbmig_pg_kinds[DBMIG_PG_COMPOSITE];
	const char *type = dbmig_object_get(item->to, "type");
	const DbmigObject *old =
	dbmig_model_find(planner->from, kind, NULL,
					 dbmig_object_get(item->from, "type"));
	const DbmigObject *new = dbmig_model_find(planner->to, kind, NULL, type);
	DbmigObject **attributes;
	const char *separator = "";

	if (old == NULL || new == NULL)
		return false;
	attributes = dbmig_pg_parts(planner->d, new, DBMIG_PG_COLUMN);
	dbmig_buf_add(commands, " USING CASE WHEN ");
	dbmig_buf_identifier(commands, item->to->name);
	dbmig_buf_add(commands, " IS DISTINCT FROM NULL THEN ROW(");
	for (; attributes != NULL && *attributes != NULL; attributes++)
	{
		const DbmigObject *attribute = *attributes;

		dbmig_buf_add(commands, separator);
		separator = ", ";
		if (dbmig_model_find(planner->from, attribute->kind, old,
							 attribute->id) == NULL)
		{
			dbmig_buf_add(commands, "NULL");
			continue;
		}
		dbmig_buf_addc(commands, '(');
		dbmig_buf_identifier(commands, item->to->name);
		dbmig_buf_add(commands, ").");
		dbmig_buf_identifier(commands, attribute->name);
		dbmig_buf_addf(commands, "::text::%s",
					   dbmig_object_get(attribute, "type"));
	}
	dbmig_buf_addf(commands, ")::%s END", type);
	return true;
}

/* What the user said is of any type.  An explicit cast would cut a text that
 * is too long. */
static void
write_backfill(DbmigBuf *commands, const char *backfill, const char *to,
			   Conversion how)
{
	bool		cuts = is_of(to, "character") || is_of(to, "bit");

	dbmig_buf_addf(commands, " USING (%s)", backfill);
	if (how != SAME && !cuts)
		dbmig_buf_addf(commands, "::%s", to);
}

void
dbmig_pg_using(DbmigPgPlanner *planner, DbmigBuf *commands,
			   const DbmigPgItem *item)
{
	const char *from = dbmig_object_get(item->from, "type");
	const char *to = dbmig_object_get(item->to, "type");
	const char *backfill = dbmig_pg_backfill(planner, item->to);
	Conversion	how = item->via_text ? THROUGH_TEXT : conversion(from, to);

	if (backfill != NULL)
	{
		write_backfill(commands, backfill, to, how);
		return;
	}
	if (how == SAME || (item->via_text && write_row(planner, commands, item)))
		return;
	dbmig_buf_add(commands, " USING ");
	dbmig_buf_identifier(commands, item->to->name);
	if (how == THROUGH_TEXT)
		dbmig_buf_add(commands, is_array(from) && is_array(to) ?
					  "::text[]" : "::text");
	dbmig_buf_addf(commands, "::%s", to);
}
