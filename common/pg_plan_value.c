/*
 * pg_plan_value.c
 *	  Questions about values: which a type cannot hold once it is as it is
 *	  wanted.
 */
#include "pg_plan_ask.h"

#include <string.h>

/* The form for a column of that type or of an array of it; NULL for what is no
 * column of a table that has rows here. */
static const char *
form_of(const DbmigPgItem *column, const DbmigObject *type,
		const char *plain, const char *array)
{
	const char *name = column->from == NULL ? NULL :
	dbmig_object_get(column->from, "type");
	size_t		len = strlen(type->id);

	if (name == NULL || column->owner == NULL ||
		!dbmig_pg_is(column->from, DBMIG_PG_COLUMN) ||
		!dbmig_pg_is(column->owner->from, DBMIG_PG_TABLE) ||
		strncmp(name, type->id, len) != 0)
		return NULL;
	return name[len] == '\0' ? plain : strcmp(name + len, "[]") == 0 ? array :
		NULL;
}

/* ---- values that an enum loses ---- */

/* The literals in from that are not in to, as a list; "" when none are. */
static const char *
lost_values(Dbmig *d, const char *from, const char *to)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	DbmigBuf	lost;
	const char *value;

	dbmig_buf_init(&lost, d);
	dbmig_lex_begin(&lexer, &dbmig_postgres, from);
	while ((token = dbmig_lex_word(&lexer)).kind != DBMIG_TOKEN_END &&
		   token.kind != DBMIG_TOKEN_ERROR)
	{
		if (token.kind != DBMIG_TOKEN_STRING)
			continue;
		value = dbmig_strndup(d, token.start, token.len);
		if (strstr(to, value) != NULL)
			continue;
		dbmig_buf_add(&lost, lost.len > 0 ? ", " : "");
		dbmig_buf_add(&lost, value);
	}
	return lost.text;
}

void
dbmig_pg_ask_enum(const DbmigPgFinder *finder, const DbmigPgItem *type)
{
	Dbmig	   *d = finder->planner->d;
	const char *from = dbmig_object_get(type->from, "values");
	const char *to = dbmig_object_get(type->to, "values");
	const char *lost = from == NULL || to == NULL ? "" :
		lost_values(d, from, to);
	size_t		i;

	for (i = 0; lost[0] != '\0' && i < type->ndependents; i++)
	{
		const DbmigPgItem *column = type->dependents[i];
		const char *form = form_of(column, type->from,
								   "%%s IN (%s)",
								   "%%s::text[] && ARRAY[%s]::text[]");

		if (form == NULL || column->to == NULL ||
			dbmig_pg_backfill(finder->planner, column->to) != NULL)
			continue;
		dbmig_pg_ask(finder, "drop-enum-value", column->owner->from,
					 dbmig_pg_fill(d, dbmig_printf(d, form, lost),
								   column->from),
					 dbmig_pg_fill(d, "%s", column->from),
					 dbmig_pg_part_of(d, "dropping values of the type of",
									  column->from), "values");
	}
}

void
dbmig_pg_ask_labels(const DbmigPgFinder *finder, const DbmigPgItem *column)
{
	Dbmig	   *d = finder->planner->d;
	const char *name = dbmig_object_get(column->to, "type");
	const DbmigObject *type = dbmig_model_find(finder->planner->to,
											   &dbmig_pg_kinds[DBMIG_PG_ENUM],
											   NULL, name);
	const char *values = type == NULL ? NULL : dbmig_object_get(type,
																"values");

	if (values != NULL)
		dbmig_pg_ask(finder, "type-conversion", column->owner->from,
					 dbmig_pg_fill(d, dbmig_printf(d, "%%s::text NOT IN (%s)",
												   values), column->from),
					 dbmig_pg_fill(d, "%s", column->from),
					 dbmig_pg_part_of(d, "changing the type of", column->to),
					 "values");
}

/* ---- domains ---- */

/* The expression of a CHECK with the column in place of VALUE; NULL when it
 * cannot be told. */
static const char *
check_of(Dbmig *d, const char *definition, const DbmigObject *column)
{
	const char *open = definition == NULL ? NULL : strchr(definition, '(');
	const char *end;
	const char *expression = open == NULL ? NULL :
	dbmig_pg_in_parens(d, open, &end);
	const char *rest = expression;
	DbmigLexer	lexer;
	DbmigToken	token;
	DbmigBuf	check;

	if (expression == NULL)
		return NULL;
	dbmig_buf_init(&check, d);
	dbmig_lex_begin(&lexer, &dbmig_postgres, expression);
	while ((token = dbmig_lex_word(&lexer)).kind != DBMIG_TOKEN_END)
	{
		if (token.kind == DBMIG_TOKEN_ERROR)
			return NULL;
		if (token.kind != DBMIG_TOKEN_WORD || !dbmig_token_is(&token, "VALUE"))
			continue;
		dbmig_buf_addn(&check, rest, (size_t) (token.start - rest));
		dbmig_buf_identifier(&check, column->name);
		rest = token.start + token.len;
	}
	dbmig_buf_add(&check, rest);
	return check.text;
}

static void
ask_column(const DbmigPgFinder *finder, const DbmigPgItem *domain,
		   const DbmigPgItem *column, const char *condition)
{
	Dbmig	   *d = finder->planner->d;

	if (condition != NULL)
		dbmig_pg_ask(finder, "add-domain-check", column->owner->from,
					 condition, dbmig_pg_which(d, column->owner->from),
					 dbmig_printf(d, "changing domain \"%s\" of column \"%s\" "
								  "of table \"%s\"",
								  dbmig_show(d, domain->to->name),
								  dbmig_show(d, column->from->name),
								  dbmig_show(d, column->owner->from->name)),
					 "rows");
}

/* The constraints that come, or become valid. */
static void
ask_checks(const DbmigPgFinder *finder, const DbmigPgItem *domain,
		   const DbmigPgItem *column)
{
	Dbmig	   *d = finder->planner->d;
	const DbmigChange *change = domain->change;
	size_t		i;

	if (dbmig_change_has(change, "not_null") &&
		dbmig_object_get(domain->to, "not_null") != NULL)
		ask_column(finder, domain, column,
				   dbmig_pg_fill(d, "%s IS NULL", column->from));
	for (i = 0; i < change->nparts; i++)
	{
		const DbmigObject *to = change->parts[i].to;
		const char *check;

		if (to == NULL || !dbmig_pg_is(to, DBMIG_PG_CONSTRAINT) ||
			dbmig_object_get(to, "not_valid") != NULL)
			continue;
		check = check_of(d, dbmig_object_get(to, "definition"), column->from);
		ask_column(finder, domain, column, check == NULL ? NULL :
				   dbmig_printf(d, "NOT (%s)", check));
	}
}

void
dbmig_pg_ask_domain(const DbmigPgFinder *finder, const DbmigPgItem *domain)
{
	size_t		i;

	for (i = 0; i < domain->ndependents; i++)
	{
		const DbmigPgItem *column = domain->dependents[i];

		if (form_of(column, domain->from, "", NULL) != NULL)
			ask_checks(finder, domain, column);
	}
}
