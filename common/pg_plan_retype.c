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

/* The form with the value in place of each %s. */
static const char *
fill(Dbmig *d, const char *form, const DbmigPgPlace *place)
{
	DbmigBuf	buf;
	const char *at;

	dbmig_buf_init(&buf, d);
	for (; (at = strstr(form, "%s")) != NULL; form = at + 2)
	{
		dbmig_buf_addn(&buf, form, (size_t) (at - form));
		dbmig_buf_add(&buf, place->name);
	}
	dbmig_buf_add(&buf, form);
	return buf.text;
}

DbmigFinding *
dbmig_pg_ask_place(const DbmigPgFinder *finder, const DbmigPgPlace *place,
				   const char *hazard, const char *condition,
				   const char *does)
{
	Dbmig	   *d = finder->planner->d;
	const DbmigPgItem *column = place->column;

	return dbmig_pg_ask(finder, hazard, column->owner->from,
						dbmig_printf(d, "%s%s%s", place->before, condition,
									 place->after),
						dbmig_pg_fill(d, "%s", column->from),
						dbmig_pg_part_of(d, does, column->to), "values");
}

/* A hazard of the values for which the condition is true. */
static DbmigFinding *
ask_values(const DbmigPgFinder *finder, const DbmigPgPlace *place,
		   const char *hazard, const char *form)
{
	return dbmig_pg_ask_place(finder, place, hazard,
							  fill(finder->planner->d, form, place),
							  "changing the type of");
}

/* Texts that are too long, and numbers with too many digits. */
static void
ask_modifier(const DbmigPgFinder *finder, const DbmigPgPlace *place,
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
		(void) ask_values(finder, place, "type-conversion", form);
}

/*
 * Values that do not come back as they were when they are converted there and
 * back.  Blanks are no value of JSON: jsonb has others.  What is read from
 * text is not rounded to an integer.
 */
static void
ask_return(const DbmigPgFinder *finder, const DbmigPgPlace *place,
		   const char *from, const char *to)
{
	Dbmig	   *d = finder->planner->d;
	bool		packs = is_like(to, "jsonb");
	const char *form = packs ?
		"pg_catalog.length(pg_catalog.regexp_replace((%s)::text, '\\s', '', 'g'))" :
		"(%s)::text COLLATE \"C\"";
	const char *there = dbmig_pg_cast(d, place->name, from, to);
	const char *back = packs ? there : dbmig_pg_cast(d, there, to, from);
	bool		fails = place->read && is_like(to, "integer|bigint|smallint");
	DbmigPgPlace returned = *place;
	DbmigFinding *finding;
	DbmigBuf	condition;

	returned.name = back;
	dbmig_buf_init(&condition, d);
	dbmig_buf_add(&condition, fill(d, form, &returned));
	dbmig_buf_add(&condition, " IS DISTINCT FROM ");
	dbmig_buf_add(&condition, fill(d, form, place));
	finding = dbmig_pg_ask_place(finder, place,
								 fails ? "type-conversion" : "type-change",
								 condition.text, "changing the type of");
	if (finding != NULL)
		finding->failed = dbmig_hazard("type-conversion");
}

/* Values that are none of an enum that is made. */
static void
ask_labels(const DbmigPgFinder *finder, const DbmigPgPlace *place,
		   const char *from, const DbmigObject *type)
{
	const char *values = dbmig_object_get(type, "values");
	bool		one = strchr(from, '[') == NULL;

	(void) dbmig_pg_ask_place(finder, place, "type-conversion",
							  dbmig_printf(finder->planner->d,
										   "NOT pg_catalog.array_remove("
										   "%s%s::text%s, NULL) "
										   "OPERATOR(pg_catalog.<@) "
										   "ARRAY[%s]::text[]",
										   one ? "ARRAY[" : "", place->name,
										   one ? "]" : "[]",
										   values == NULL ? "" : values),
							  "changing the type of");
}

/* A value of the one type that is to be of the other. */
static void
ask_pair(const DbmigPgFinder *finder, const DbmigPgPlace *place,
		 const char *from, const char *to)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(type_rules); i++)
	{
		if (is_like(from, type_rules[i].from) && is_like(to, type_rules[i].to))
			(void) ask_values(finder, place, type_rules[i].hazard,
							  type_rules[i].condition);
	}
	if (keeps_values(from, to))
		return;
	ask_modifier(finder, place, from, to);
	ask_return(finder, place, from, to);
}

static void
ask_new_type(const DbmigPgFinder *finder, const DbmigPgPlace *place,
			 const DbmigObject *type)
{
	const char *from = dbmig_object_get(place->column->from, "type");

	if (dbmig_pg_is(type, DBMIG_PG_ENUM))
		ask_labels(finder, place, from, type);
	else if (dbmig_pg_is(type, DBMIG_PG_DOMAIN) &&
			 strchr(dbmig_object_get(place->column->to, "type"), '[') == NULL)
		ask_pair(finder, place, from, dbmig_object_get(type, "type"));
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

DbmigPgPlace
dbmig_pg_place(Dbmig *d, const DbmigPgItem *column)
{
	DbmigPgPlace place = {
		.column = column,
		.name = dbmig_pg_fill(d, "%s", column->from),
		.before = "",
		.after = "",
	};

	return place;
}

void
dbmig_pg_ask_type(const DbmigPgFinder *finder, const DbmigPgItem *column)
{
	Dbmig	   *d = finder->planner->d;
	DbmigPgPlace place = dbmig_pg_place(d, column);
	const DbmigObject *type = new_type(d, column);

	if (type != NULL)
		ask_new_type(finder, &place, type);
	else
		ask_pair(finder, &place, dbmig_object_get(column->from, "type"),
				 dbmig_object_get(column->to, "type"));
}

void
dbmig_pg_ask_leaf(const DbmigPgFinder *finder, const DbmigPgPlace *place,
				  const char *from, const char *to)
{
	const DbmigObject *type =
	dbmig_model_find(finder->planner->to, &dbmig_pg_kinds[DBMIG_PG_ENUM],
					 NULL, to);

	if (type != NULL)
		ask_labels(finder, place, from, type);
	else
		ask_pair(finder, place, from, to);
}
