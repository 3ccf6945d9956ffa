/*
 * pg_plan_value.c
 *	  Questions about values: which a type cannot hold once it is as it is
 *	  wanted.
 */
#include "pg_plan_ask.h"

#include <string.h>

const char *
dbmig_pg_element(Dbmig *d, const char *type)
{
	return dbmig_strndup(d, type, strcspn(type, "["));
}

const char *
dbmig_pg_elements(Dbmig *d, const DbmigObject *column)
{
	const char *type = dbmig_object_get(column, "type");

	return dbmig_pg_fill(d, strchr(type, '[') == NULL ? "ARRAY[%s::text]" :
						 "%s::text[]", column);
}

/* True for a column of that type, of a table that has rows here. */
static bool
is_column_of(const DbmigPgItem *column, const char *type)
{
	return column->from != NULL && column->owner != NULL &&
		dbmig_pg_is(column->from, DBMIG_PG_COLUMN) &&
		dbmig_pg_is(column->owner->from, DBMIG_PG_TABLE) &&
		dbmig_pg_has(column->from, "type", type);
}

/* ---- values that an enum loses ---- */

static bool
is_among(const char *value, const char **values)
{
	while (values != NULL && *values != NULL && strcmp(*values, value) != 0)
		values++;
	return values != NULL && *values != NULL;
}

/* The values that it has no more, as literals; "" when it keeps all. */
static const char *
lost_values(DbmigPgPlanner *planner, const DbmigObject *from,
					 const DbmigObject *to)
{
	const char **old = dbmig_pg_enum_values(planner->d, from);
	const char **new = dbmig_pg_enum_values(planner->d, to);
	DbmigBuf	lost;

	dbmig_buf_init(&lost, planner->d);
	for (; old != NULL && *old != NULL; old++)
	{
		if (!is_among(*old, new))
			dbmig_buf_addf(&lost, "%s%s", lost.len > 0 ? ", " : "", *old);
	}
	return lost.text;
}

const char *
dbmig_pg_lost_values(DbmigPgPlanner *planner, const char *type)
{
	const DbmigKind *kind = &dbmig_pg_kinds[DBMIG_PG_ENUM];
	const DbmigObject *from = dbmig_model_find(planner->from, kind, NULL,
											   type);
	const DbmigObject *to = dbmig_model_find(planner->to, kind, NULL, type);
	const char *lost = from == NULL || to == NULL ? "" :
		lost_values(planner, from, to);

	return lost[0] == '\0' ? NULL : lost;
}

const char *
dbmig_pg_holds_lost(DbmigPgPlanner *planner, const DbmigObject *column)
{
	const char *lost =
	dbmig_pg_lost_values(planner, dbmig_pg_element(planner->d,
												   dbmig_object_get(column,
																	"type")));

	return lost == NULL ? NULL :
		dbmig_printf(planner->d, "%s OPERATOR(pg_catalog.&&) ARRAY[%s]",
					 dbmig_pg_elements(planner->d, column), lost);
}

void
dbmig_pg_ask_enum(const DbmigPgFinder *finder, const DbmigPgItem *type)
{
	Dbmig	   *d = finder->planner->d;
	size_t		i;

	for (i = 0; i < type->ndependents; i++)
	{
		const DbmigPgItem *column = type->dependents[i];
		const char *holds;

		if (column->owner == NULL || column->from == NULL ||
			column->to == NULL ||
			!dbmig_pg_is(column->from, DBMIG_PG_COLUMN) ||
			!dbmig_pg_is(column->owner->from, DBMIG_PG_TABLE) ||
			!dbmig_pg_same(column->from, column->to, "type") ||
			strcmp(dbmig_pg_element(d, dbmig_object_get(column->from, "type")),
				   type->from->id) != 0)
			continue;
		holds = dbmig_pg_holds_lost(finder->planner, column->from);
		if (holds == NULL)
			continue;
		if (dbmig_pg_backfill(finder->planner, column->to) != NULL)
			finder->step->overwrites = true;
		else
			(void) dbmig_pg_ask(finder, "drop-enum-value",
								column->owner->from, holds,
								dbmig_pg_fill(d, "%s", column->from),
								dbmig_pg_part_of(d, "dropping values of the "
												 "type of", column->from),
								"values");
	}
}

/* ---- domains ---- */

/* The expression of a CHECK with a value in place of VALUE; NULL when it
 * cannot be told. */
static const char *
check_of(Dbmig *d, const char *definition, const char *value)
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
		dbmig_buf_add(&check, value);
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

	DbmigFinding *finding;

	if (condition == NULL)
		return;
	finding = dbmig_pg_ask(finder, "add-domain-check", column->owner->from,
						   condition, dbmig_pg_which(d, column->owner->from),
						   dbmig_printf(d, "changing domain \"%s\" of column "
										"\"%s\" of table \"%s\"",
										dbmig_show(d, domain->to->name),
										dbmig_show(d, column->from->name),
										dbmig_show(d,
												   column->owner->from->name)),
						   "rows");
	/* Another type may not take a value. */
	if (finding != NULL && dbmig_change_has(domain->change, "type"))
		finding->failed = finding->hazard;
}

/* The constraints that come, or become valid. */
static void
ask_checks(const DbmigPgFinder *finder, const DbmigPgItem *domain,
		   const DbmigPgItem *column)
{
	Dbmig	   *d = finder->planner->d;
	const DbmigChange *change = domain->change;
	const char *value =
	dbmig_printf(d, "(%s)",
				 dbmig_pg_cast(d, dbmig_pg_fill(d, "%s", column->from),
							   dbmig_object_get(domain->from, "type"),
							   dbmig_object_get(domain->to, "type")));
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
			dbmig_object_get(to, "not_valid") != NULL ||
			!dbmig_pg_can_ask(domain->to) || !dbmig_pg_can_ask(to))
			continue;
		check = check_of(d, dbmig_object_get(to, "definition"), value);
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

		if (is_column_of(column, domain->from->id))
			ask_checks(finder, domain, column);
	}
}
