/*
 * pg_plan_retype.c
 *	  Questions about what the values of a column become when it gets another
 *	  type.
 */
#include "pg_plan_ask.h"

#include <stdlib.h>
#include <string.h>

/*
 * Values that the server refuses to convert, by a condition, so that they can
 * be counted; and what it converts, but not always back.  Types are prefixes
 * of what format_type() says, "|" between them.
 */
static const struct
{
	const char *from;
	const char *to;
	const char *hazard;
	const char *condition;
}			type_rules[] =
{
	{"bigint|numeric|double|real", "integer", "type-conversion",
	"%s NOT BETWEEN -2147483648 AND 2147483647"},
	{"bigint|integer|numeric|double|real", "smallint", "type-conversion",
	"%s NOT BETWEEN -32768 AND 32767"},
	{"numeric|double|real", "bigint", "type-conversion",
		"%s::numeric NOT BETWEEN -9223372036854775808 AND "
	"9223372036854775807"},
	{"timestamp with time", "timestamp without", "type-change",
	"%s IS NOT NULL"},
	{"text|character", "integer|bigint|smallint", "type-conversion",
	"%s !~ '^\\s*[-+]?[0-9]{1,19}\\s*$'"},
	{"text|character", "numeric|double|real", "type-conversion",
		"%s !~* '^\\s*([-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[-+]?[0-9]+)?|nan)"
	"\\s*$'"},
	{"text|character", "uuid", "type-conversion",
	"%s !~* '^\\s*[{]?([0-9a-f]{4}-?){8}[}]?\\s*$'"},
	{"text|character", "boolean", "type-conversion",
		"lower(btrim(%s)) NOT IN ('t', 'tr', 'tru', 'true', 'y', 'ye', 'yes', "
		"'on', '1', 'f', 'fa', 'fal', 'fals', 'false', 'n', 'no', 'of', 'off', "
	"'0')"},
};

/* Each value of the one type is one of the other, or is refused by it; and
 * comes back.  Where the other one has no length. */
static const struct
{
	const char *from;
	const char *to;
}			exact[] =
{
	{"smallint|integer|bigint", "smallint|integer|bigint|numeric"},
	{"smallint|integer|real", "double precision"},
	{"smallint", "real"},
	{"text|character|name|smallint|integer|bigint|numeric|boolean|uuid|json",
	"text|character varying"},
	{"numeric", "numeric"},
};

/* True when type begins with one of the words, and is no array. */
static bool
is_like(const char *type, const char *words)
{
	size_t		len;

	for (;; words += len + 1)
	{
		len = strcspn(words, "|");
		if (strncmp(type, words, len) == 0 && strchr(type, '[') == NULL)
			return true;
		if (words[len] == '\0')
			return false;
	}
}

/* The number number (from 0) in the parentheses of a type; -1: none. */
static long
modifier(const char *type, int number)
{
	const char *at = strchr(type, '(');

	while (at != NULL && number-- > 0)
		at = strchr(at + 1, ',');
	return at == NULL ? -1 : strtol(at + 1, NULL, 10);
}

/* True when the other one has room for what has the lengths of from. */
static bool
has_room(const char *from, const char *to)
{
	long		digits = modifier(from, 0);
	long		scale = modifier(from, 1) < 0 ? 0 : modifier(from, 1);
	long		to_scale = modifier(to, 1) < 0 ? 0 : modifier(to, 1);

	return digits >= 0 && to_scale >= scale &&
		modifier(to, 0) - to_scale >= digits - scale;
}

static bool
keeps_values(const char *from, const char *to)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(exact); i++)
	{
		if (is_like(from, exact[i].from) && is_like(to, exact[i].to) &&
			modifier(to, 0) < 0)
			return true;
	}
	return has_room(from, to) &&
		((is_like(from, "character varying") &&
		  is_like(to, "character varying")) ||
		 (is_like(from, "numeric") && is_like(to, "numeric")));
}

/* A hazard of the values for which the condition is true. */
static DbmigFinding *
ask_values(const DbmigPgFinder *finder, const DbmigPgItem *column,
		   const char *hazard, const char *condition)
{
	Dbmig	   *d = finder->planner->d;

	return dbmig_pg_ask(finder, hazard, column->owner->from, condition,
						dbmig_pg_fill(d, "%s", column->from),
						dbmig_pg_part_of(d, "changing the type of",
										 column->to), "values");
}

/* Texts that are too long, and numbers with too many digits. */
static void
ask_modifier(const DbmigPgFinder *finder, const DbmigPgItem *column,
			 const char *from, const char *to)
{
	Dbmig	   *d = finder->planner->d;
	long		first = modifier(to, 0);
	long		scale = modifier(to, 1) < 0 ? 0 : modifier(to, 1);
	const char *form = NULL;

	if (first < 0)
		return;
	if (is_like(to, "character"))
		form = dbmig_printf(d, "length(rtrim(%%s::text)) > %ld", first);
	else if (is_like(to, "numeric") &&
			 is_like(from, "numeric|double|real|integer|bigint|smallint"))
		form = dbmig_printf(d, "abs(round(%%s::numeric, %ld)) >= "
							"power(10::numeric, %ld)", scale, first - scale);
	if (form != NULL)
		(void) ask_values(finder, column, "type-conversion",
						  dbmig_pg_fill(d, form, column->from));
}

/*
 * Values that do not come back as they were when they are converted there and
 * back.  Blanks are no value of JSON: jsonb has others.
 */
static void
ask_return(const DbmigPgFinder *finder, const DbmigPgItem *column,
		   const char *from, const char *to)
{
	Dbmig	   *d = finder->planner->d;
	bool		packs = is_like(to, "jsonb");
	const char *form = packs ?
		"pg_catalog.length(pg_catalog.regexp_replace((%s)::text, '\\s', '', 'g'))" :
		"(%s)::text COLLATE \"C\"";
	const char *name = dbmig_pg_fill(d, "%s", column->from);
	const char *there = dbmig_pg_cast(d, name, from, to);
	const char *back = packs ? there : dbmig_pg_cast(d, there, to, from);
	DbmigFinding *finding;
	DbmigBuf	condition;

	dbmig_buf_init(&condition, d);
	dbmig_buf_addf(&condition, form, back);
	dbmig_buf_add(&condition, " IS DISTINCT FROM ");
	dbmig_buf_addf(&condition, form, name);
	finding = ask_values(finder, column, "type-change", condition.text);
	if (finding != NULL)
		finding->failed = dbmig_hazard("type-conversion");
}

/* Values that are none of an enum that is made. */
static void
ask_labels(const DbmigPgFinder *finder, const DbmigPgItem *column,
		   const DbmigObject *type)
{
	Dbmig	   *d = finder->planner->d;
	const char *values = dbmig_object_get(type, "values");

	(void) ask_values(finder, column, "type-conversion",
					  dbmig_printf(d, "NOT pg_catalog.array_remove(%s, NULL) "
								   "OPERATOR(pg_catalog.<@) ARRAY[%s]::text[]",
								   dbmig_pg_elements(d, column->from),
								   values == NULL ? "" : values));
}

static void
ask_new_type(const DbmigPgFinder *finder, const DbmigPgItem *column,
			 const DbmigObject *type)
{
	if (dbmig_pg_is(type, DBMIG_PG_ENUM))
		ask_labels(finder, column, type);
	else if (dbmig_pg_is(type, DBMIG_PG_DOMAIN) &&
			 strchr(dbmig_object_get(column->to, "type"), '[') == NULL)
		dbmig_pg_ask_type(finder, column,
						  dbmig_object_get(type, "type"));
	else
		dbmig_pg_note(finder, "type-change");
}

/* True when the object brings types that have other names than its own: the
 * members of an extension, and a range its multirange. */
static bool
brings_types(const DbmigObject *object)
{
	return dbmig_pg_is(object, DBMIG_PG_EXTENSION) ||
		dbmig_pg_is(object, DBMIG_PG_RANGE);
}

/* What the column is to be of, where that is not there yet; else NULL. */
static const DbmigObject *
new_type(Dbmig *d, const DbmigPgItem *column)
{
	const char *to = dbmig_pg_element(d, dbmig_object_get(column->to, "type"));
	size_t		i;

	for (i = 0; i < column->to->nneeds; i++)
	{
		const DbmigObject *needed = column->to->needs[i];
		const DbmigPgItem *item = dbmig_pg_item(needed);

		if ((brings_types(needed) || (dbmig_pg_is_type(needed) &&
									  strcmp(needed->id, to) == 0)) &&
			item != NULL && (dbmig_pg_comes(item) || item->change != NULL))
			return needed;
	}
	return NULL;
}

void
dbmig_pg_ask_type(const DbmigPgFinder *finder, const DbmigPgItem *column,
				  const char *to)
{
	Dbmig	   *d = finder->planner->d;
	const char *from = dbmig_object_get(column->from, "type");
	const DbmigObject *type;
	size_t		i;

	if (to == NULL)
	{
		to = dbmig_object_get(column->to, "type");
		type = new_type(d, column);
		if (type != NULL)
		{
			ask_new_type(finder, column, type);
			return;
		}
	}
	for (i = 0; i < DBMIG_COUNT(type_rules); i++)
	{
		if (is_like(from, type_rules[i].from) && is_like(to, type_rules[i].to))
			(void) ask_values(finder, column, type_rules[i].hazard,
							  dbmig_pg_fill(d, type_rules[i].condition,
											column->from));
	}
	if (keeps_values(from, to))
		return;
	ask_modifier(finder, column, from, to);
	ask_return(finder, column, from, to);
}
