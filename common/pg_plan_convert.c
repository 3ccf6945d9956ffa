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

const char *
dbmig_pg_base(const DbmigModel *model, const char *type)
{
	const DbmigObject *domain =
	dbmig_model_find(model, &dbmig_pg_kinds[DBMIG_PG_DOMAIN], NULL, type);

	return domain == NULL ? type :
		dbmig_pg_base(model, dbmig_object_get(domain, "type"));
}

/* The same for the elements of an array, where there is such an array. */
static const char *
plain_type(Dbmig *d, const DbmigModel *model, const char *type)
{
	const char *base = dbmig_pg_base(model, is_array(type) ?
									 dbmig_pg_element(d, type) : type);

	if (!is_array(type))
		return base;
	return is_array(base) ? type : dbmig_printf(d, "%s[]", base);
}

/* The value of a type that keeps its name. */
static const char *
convert(DbmigPgPlanner *planner, const char *value, const char *from,
		const char *to)
{
	Dbmig	   *d = planner->d;
	const char *old = plain_type(d, planner->from, from);
	const char *new = plain_type(d, planner->to, to);

	if (strcmp(old, new) == 0)
		return dbmig_printf(d, "%s::text::%s", value, to);
	value = dbmig_pg_cast(d, value, old, new);
	return strcmp(new, to) == 0 ? value : dbmig_printf(d, "%s::%s", value, to);
}

bool
dbmig_pg_becomes_other(const DbmigPgPlanner *planner,
					   const DbmigPgItem *column)
{
	Dbmig	   *d = planner->d;
	const char *type = dbmig_object_get(column->from, "type");
	const DbmigObject *row =
	dbmig_model_find(planner->from, &dbmig_pg_kinds[DBMIG_PG_COMPOSITE], NULL,
					 dbmig_pg_element(d, type));

	if (row != NULL && dbmig_pg_item(row)->change != NULL)
		return true;
	return strcmp(plain_type(d, planner->from, type),
				  plain_type(d, planner->to, type)) != 0;
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
		const DbmigObject *before =
		dbmig_model_find(planner->from, attribute->kind, old, attribute->id);
		DbmigBuf	value;

		dbmig_buf_add(commands, separator);
		separator = ", ";
		if (before == NULL)
		{
			dbmig_buf_add(commands, "NULL");
			continue;
		}
		dbmig_buf_init(&value, planner->d);
		dbmig_buf_addc(&value, '(');
		dbmig_buf_identifier(&value, item->to->name);
		dbmig_buf_add(&value, ").");
		dbmig_buf_identifier(&value, attribute->name);
		dbmig_buf_add(commands, convert(planner, value.text,
										dbmig_object_get(before, "type"),
										dbmig_object_get(attribute, "type")));
	}
	dbmig_buf_addf(commands, ")::%s END", type);
	return true;
}

const char *
dbmig_pg_cast(Dbmig *d, const char *value, const char *from, const char *to)
{
	return dbmig_printf(d, "%s%s::%s", value,
						conversion(from, to) != THROUGH_TEXT ? "" :
						is_array(from) && is_array(to) ? "::text[]" :
						"::text", to);
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

/* Where an enum loses values, only the rows that hold one get another. */
static void
write_kept(DbmigPgPlanner *planner, DbmigBuf *commands,
		   const DbmigPgItem *item, const char *backfill)
{
	const char *holds = dbmig_pg_holds_lost(planner, item->from);
	const char *to = dbmig_object_get(item->to, "type");
	const char *text = is_array(to) ? "text[]" : "text";
	DbmigBuf	name;

	dbmig_buf_init(&name, planner->d);
	dbmig_buf_identifier(&name, item->to->name);
	dbmig_buf_add(commands, " USING ");
	if (holds != NULL && backfill != NULL)
		dbmig_buf_addf(commands, "CASE WHEN %s THEN (%s)::%s ELSE %s::%s END",
					   holds, backfill, text, name.text, text);
	else
		dbmig_buf_addf(commands, "%s::%s", name.text, text);
	dbmig_buf_addf(commands, "::%s", to);
}

void
dbmig_pg_using(DbmigPgPlanner *planner, DbmigBuf *commands,
			   const DbmigPgItem *item)
{
	const char *from = dbmig_object_get(item->from, "type");
	const char *to = dbmig_object_get(item->to, "type");
	const char *backfill = dbmig_pg_backfill(planner, item->to);
	Conversion	how = conversion(from, to);
	DbmigBuf	name;

	if (backfill == NULL && item->via_text &&
		write_row(planner, commands, item))
		return;
	dbmig_buf_init(&name, planner->d);
	dbmig_buf_identifier(&name, item->to->name);
	if (item->via_text && strcmp(from, to) == 0 &&
		dbmig_pg_becomes_other(planner, item))
	{
		if (backfill != NULL)
			write_backfill(commands, backfill, to, THROUGH_TEXT);
		else
			dbmig_buf_addf(commands, " USING %s",
						   convert(planner, name.text, from, to));
	}
	else if (item->via_text && strcmp(from, to) == 0)
		write_kept(planner, commands, item, backfill);
	else if (backfill != NULL)
		write_backfill(commands, backfill, to,
					   item->via_text ? THROUGH_TEXT : how);
	else if (how != SAME || item->via_text)
		dbmig_buf_addf(commands, " USING %s",
					   dbmig_pg_cast(planner->d, name.text, from, to));
}
