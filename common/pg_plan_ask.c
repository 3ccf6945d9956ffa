/*
 * pg_plan_ask.c
 *	  Questions about the rows that are there: which would be lost, and which
 *	  stand in the way.  Each is a query on a table as it is.
 *
 * Only what is there can be asked about: where a constraint uses something
 * that the plan makes or changes, the server's own check has to do.
 */
#include "pg_plan_ask.h"

#include <string.h>

void
dbmig_pg_note(const DbmigPgFinder *finder, const char *hazard)
{
	(void) dbmig_step_find(finder->planner->plan, finder->step, hazard);
}

DbmigFinding *
dbmig_pg_ask(const DbmigPgFinder *finder, const char *hazard,
			 const DbmigObject *table, const char *condition,
			 const char *example, const char *what, const char *unit)
{
	DbmigFinding *finding = dbmig_step_find(finder->planner->plan,
											finder->step, hazard);

	if (finding == NULL)
		return NULL;
	finding->what = what;
	finding->unit = unit;
	finding->query = dbmig_printf(finder->planner->d,
								  "SELECT count(*), min((%s)::text) FROM %s"
								  "%s%s", example == NULL ? "NULL" : example,
								  table->id,
								  condition == NULL ? "" : " WHERE ",
								  condition == NULL ? "" : condition);
	return finding;
}

const char *
dbmig_pg_in_parens(Dbmig *d, const char *text, const char **end)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	size_t		depth = 0;
	const char *start = text;

	dbmig_lex_begin(&lexer, &dbmig_postgres, text);
	do
	{
		token = dbmig_lex_word(&lexer);
		if (dbmig_token_is(&token, "(") && depth++ == 0)
			start = token.start + 1;
		else if (dbmig_token_is(&token, ")") && --depth == 0)
		{
			*end = token.start + 1;
			return dbmig_strndup(d, start, (size_t) (token.start - start));
		}
	} while (depth > 0);
	return NULL;
}

/* Whether a key is one that excludes what overlaps. */
static bool
excludes(const char *definition)
{
	return strstr(definition, " WITHOUT OVERLAPS)") != NULL;
}

/* The columns of the table's primary key; NULL without one. */
static const char *
key_of(Dbmig *d, const DbmigObject *table)
{
	size_t		i;

	for (i = 0; i < table->nparts; i++)
	{
		const char *definition = dbmig_object_get(table->parts[i],
												  "definition");
		const char *end;

		if (dbmig_pg_is(table->parts[i], DBMIG_PG_CONSTRAINT) &&
			dbmig_pg_has(table->parts[i], "type", "primary key") &&
			definition != NULL && strchr(definition, '(') != NULL &&
			!excludes(definition))
			return dbmig_pg_in_parens(d, strchr(definition, '('), &end);
	}
	return NULL;
}

const char *
dbmig_pg_which(Dbmig *d, const DbmigObject *table)
{
	const char *key = key_of(d, table);
	DbmigBuf	which;

	dbmig_buf_init(&which, d);
	dbmig_buf_add(&which, "concat(");
	dbmig_buf_literal(&which, key == NULL ? "ctid = " :
					  dbmig_printf(d, "(%s) = (", key));
	dbmig_buf_addf(&which, ", concat_ws(', ', %s)%s)", key == NULL ? "ctid" :
				   key, key == NULL ? "" : ", ')'");
	return which.text;
}

const char *
dbmig_pg_part_of(Dbmig *d, const char *does, const DbmigObject *part)
{
	return dbmig_printf(d, "%s %s \"%s\" of table \"%s\"", does,
						part->kind->name, dbmig_show(d, part->name),
						dbmig_show(d, part->owner->name));
}

const char *
dbmig_pg_fill(Dbmig *d, const char *form, const DbmigObject *column)
{
	DbmigBuf	buf;

	dbmig_buf_init(&buf, d);
	for (; *form != '\0'; form++)
	{
		if (form[0] == '%' && form[1] == 's')
		{
			dbmig_buf_identifier(&buf, column->name);
			form++;
		}
		else
			dbmig_buf_addc(&buf, *form);
	}
	return buf.text;
}

/* ---- constraints ---- */

/* True for a function whose body becomes another one. */
static bool
is_replaced(const DbmigPgItem *item)
{
	return item->change != NULL &&
		dbmig_pg_is(item->from, DBMIG_PG_FUNCTION) &&
		dbmig_change_has(item->change, "definition");
}

bool
dbmig_pg_can_ask(const DbmigObject *object)
{
	size_t		i;

	for (i = 0; i < object->nneeds; i++)
	{
		const DbmigPgItem *item = dbmig_pg_item(object->needs[i]);

		if (item != NULL && (item->from == NULL || item->retyped ||
							 item->fate == DBMIG_PG_RECREATE ||
							 is_replaced(item)))
			return false;
	}
	return true;
}

/* True for a list of names. */
static bool
is_name_list(const char *list)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	bool		name = true;

	dbmig_lex_begin(&lexer, &dbmig_postgres, list);
	for (;; name = !name)
	{
		token = dbmig_lex_word(&lexer);
		if (token.kind == DBMIG_TOKEN_END)
			return !name;
		if (name ? token.kind != DBMIG_TOKEN_WORD &&
			token.kind != DBMIG_TOKEN_IDENTIFIER :
			!dbmig_token_is(&token, ","))
			return false;
	}
}

/* Where a column of an index ends and its collation, operator class or order
 * begins: behind a name, a call or what stands in parentheses. */
static const char *
end_of_key(const char *key)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	const char *end = key;
	size_t		depth = 0;
	size_t		words = 0;

	dbmig_lex_begin(&lexer, &dbmig_postgres, key);
	for (;;)
	{
		token = dbmig_lex_word(&lexer);
		if (token.kind == DBMIG_TOKEN_END || token.kind == DBMIG_TOKEN_ERROR)
			return end;
		if (depth == 0 && words > 0 && !dbmig_token_is(&token, "(") &&
			!dbmig_token_is(&token, "."))
			return end;
		depth += dbmig_token_is(&token, "(");
		depth -= dbmig_token_is(&token, ")") && depth > 0;
		words = dbmig_token_is(&token, ".") ? 0 : words + 1;
		end = token.start + token.len;
	}
}

/* The columns and expressions of an index alone; "" when one has a collation
 * of its own, under which other values are equal. */
static const char *
bare_keys(Dbmig *d, const char *list)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	DbmigBuf	keys;
	const char *start = list;
	size_t		depth = 0;

	dbmig_buf_init(&keys, d);
	dbmig_lex_begin(&lexer, &dbmig_postgres, list);
	do
	{
		token = dbmig_lex_word(&lexer);
		if (token.kind == DBMIG_TOKEN_ERROR ||
			(depth == 0 && dbmig_token_is(&token, "COLLATE")))
			return "";
		depth += dbmig_token_is(&token, "(");
		depth -= dbmig_token_is(&token, ")") && depth > 0;
		if (token.kind != DBMIG_TOKEN_END &&
			(depth > 0 || !dbmig_token_is(&token, ",")))
			continue;
		dbmig_buf_add(&keys, keys.len > 0 ? ", " : "");
		start += strspn(start, " ");
		dbmig_buf_addn(&keys, start, (size_t) (end_of_key(start) - start));
		start = token.start + token.len;
	} while (token.kind != DBMIG_TOKEN_END);
	return keys.text;
}

/* Rows that share the values of a key; NULLs differ from each other unless
 * the definition says that they do not. */
static void
ask_key(const DbmigPgFinder *finder, const char *hazard,
		const DbmigObject *table, const char *columns, const char *where,
		bool nulls_differ, const char *what)
{
	DbmigFinding *finding = dbmig_step_find(finder->planner->plan,
											finder->step, hazard);
	DbmigBuf	condition;

	if (finding == NULL || columns[0] == '\0')
		return;
	dbmig_buf_init(&condition, finder->planner->d);
	if (nulls_differ)
		dbmig_buf_addf(&condition, " WHERE ROW(%s) IS NOT NULL", columns);
	if (where != NULL)
		dbmig_buf_addf(&condition, "%s (%s)", nulls_differ ? " AND" :
					   " WHERE", where);
	finding->what = what;
	finding->unit = "groups of rows";
	finding->query = dbmig_printf(finder->planner->d,
								  "SELECT count(*), min(k) FROM (SELECT "
								  "ROW(%s)::text AS k FROM %s%s GROUP BY %s "
								  "HAVING count(*) > 1) q", columns, table->id,
								  condition.text, columns);
}

static void
ask_check(const DbmigPgFinder *finder, const DbmigPgItem *constraint,
		  const char *definition)
{
	Dbmig	   *d = finder->planner->d;
	const char *end;
	const char *expression = dbmig_pg_in_parens(d, strchr(definition, '('), &end);

	if (expression != NULL)
		(void) dbmig_pg_ask(finder, "add-check", constraint->owner->from,
					 dbmig_printf(d, "NOT (%s)", expression),
					 dbmig_pg_which(d, constraint->owner->from),
					 dbmig_pg_part_of(d, "adding", constraint->to), "rows");
}

/* Rows that refer to what there is not. */
static void
ask_foreign_key(const DbmigPgFinder *finder, const DbmigPgItem *constraint,
				const char *definition)
{
	Dbmig	   *d = finder->planner->d;
	const char *references = dbmig_object_get(constraint->to, "references");
	const char *end;
	const char *columns = dbmig_pg_in_parens(d, strchr(definition, '('), &end);
	const char *keys;

	if (columns == NULL || references == NULL || strchr(end, '(') == NULL ||
		strstr(columns, ", PERIOD ") != NULL)
		return;
	keys = dbmig_pg_in_parens(d, strchr(end, '('), &end);
	(void) dbmig_pg_ask(finder, "add-foreign-key", constraint->owner->from,
				 dbmig_printf(d, "ROW(%s) IS NOT NULL AND ROW(%s) NOT IN "
							  "(SELECT %s FROM %s WHERE ROW(%s) IS NOT NULL)",
							  columns, columns, keys, references, keys),
				 dbmig_printf(d, "ROW(%s)", columns),
				 dbmig_pg_part_of(d, "adding", constraint->to), "rows");
}

void
dbmig_pg_ask_constraint(const DbmigPgFinder *finder,
						const DbmigPgItem *constraint)
{
	Dbmig	   *d = finder->planner->d;
	const char *type = dbmig_object_get(constraint->to, "type");
	const char *definition = dbmig_object_get(constraint->to, "definition");
	const char *end;

	if (type == NULL || strcmp(type, "not null") == 0 || definition == NULL ||
		strchr(definition, '(') == NULL || !dbmig_pg_can_ask(constraint->to) ||
		dbmig_object_get(constraint->to, "not_valid") != NULL)
		return;
	if (strcmp(type, "check") == 0)
		ask_check(finder, constraint, definition);
	else if (strcmp(type, "foreign key") == 0)
		ask_foreign_key(finder, constraint, definition);
	else if (strcmp(type, "exclude") == 0 || excludes(definition))
		dbmig_pg_note(finder, "add-exclusion");
	else
		ask_key(finder, strcmp(type, "unique") == 0 ? "add-unique" :
				"add-primary-key", constraint->owner->from,
				dbmig_pg_in_parens(d, strchr(definition, '('), &end), NULL,
				strstr(definition, " NULLS NOT DISTINCT ") == NULL,
				dbmig_pg_part_of(d, "adding", constraint->to));
}

void
dbmig_pg_ask_index(const DbmigPgFinder *finder, const DbmigPgItem *index)
{
	Dbmig	   *d = finder->planner->d;
	const DbmigPgItem *table = dbmig_pg_table_of(finder->planner->to,
												 index->to);
	const char *definition = dbmig_object_get(index->to, "definition");
	const char *open = definition == NULL ? NULL : strstr(definition,
														  " USING ");
	const char *columns;
	const char *end;

	if (table == NULL || table->from == NULL ||
		table->fate == DBMIG_PG_RECREATE)
		return;
	dbmig_pg_note(finder, "index-build");
	open = open == NULL ? NULL : strchr(open, '(');
	if (open == NULL || !dbmig_pg_can_ask(index->to) ||
		dbmig_object_get(index->to, "unique") == NULL)
		return;
	columns = dbmig_pg_in_parens(d, open, &end);
	if (columns == NULL)
		return;
	open = strstr(end, " NULLS NOT DISTINCT");
	end = strstr(end, " WHERE ");
	ask_key(finder, "add-unique", table->from, bare_keys(d, columns),
			end == NULL ? NULL : end + strlen(" WHERE "),
			open == NULL || (end != NULL && open > end),
			dbmig_printf(d, "adding unique index \"%s\"",
						 dbmig_show(d, index->to->name)));
}

/* ---- partitions ---- */

/* Writes "key op bound"; what has no end says nothing. */
static void
add_bound(DbmigBuf *condition, const char *key, const char *operator,
		  const char *bound)
{
	if (strcmp(bound, "MINVALUE") == 0 || strcmp(bound, "MAXVALUE") == 0)
		return;
	dbmig_buf_addf(condition, "%s%s %s %s", condition->len > 0 ? " AND " : "",
				   key, operator, bound);
}

/* What a row of a partition is like: its bounds, for a key of one column. */
static const char *
bound_condition(Dbmig *d, const char *key, const char *bound)
{
	static const char from[] = "FOR VALUES FROM ";
	static const char in[] = "FOR VALUES IN ";
	DbmigBuf	condition;
	const char *end;
	const char *values;

	dbmig_buf_init(&condition, d);
	if (strncmp(bound, from, strlen(from)) == 0)
	{
		add_bound(&condition, key, ">=",
				  dbmig_pg_in_parens(d, bound + strlen(from), &end));
		add_bound(&condition, key, "<",
				  dbmig_pg_in_parens(d, strchr(end, '('), &end));
	}
	else if (strncmp(bound, in, strlen(in)) == 0)
	{
		values = dbmig_pg_in_parens(d, bound + strlen(in), &end);
		dbmig_buf_addf(&condition, "%s IN (%s)", key, values);
		if (strncmp(values, "NULL", 4) == 0 || strstr(values, ", NULL"))
			dbmig_buf_addf(&condition, " OR %s IS NULL", key);
	}
	return condition.text;
}

void
dbmig_pg_ask_bounds(const DbmigPgFinder *finder, const DbmigPgItem *table)
{
	Dbmig	   *d = finder->planner->d;
	const char *bound = dbmig_object_get(table->to, "partition_bound");
	const char *id = dbmig_object_get(table->to, "partition_of");
	const DbmigObject *parent = id == NULL ? NULL :
	dbmig_model_find(finder->planner->to, &dbmig_pg_kinds[DBMIG_PG_TABLE],
					 NULL, id);
	const char *key = parent == NULL ? NULL :
	dbmig_object_get(parent, "partition_key");
	const char *end;

	if (key == NULL || bound == NULL || table->from == NULL ||
		dbmig_pg_goes(table) || !dbmig_pg_can_ask(parent) ||
		!dbmig_pg_can_ask(table->to))
		return;
	key = dbmig_pg_in_parens(d, strchr(key, '('), &end);
	if (strchr(key, ',') != NULL || !is_name_list(key))
		return;
	bound = bound_condition(d, key, bound);
	if (bound[0] != '\0')
		(void) dbmig_pg_ask(finder, "partition-bounds", table->from,
					 dbmig_printf(d, "(%s) IS NOT TRUE", bound),
					 dbmig_pg_which(d, table->from),
					 dbmig_printf(d, "attaching partition \"%s\"",
								  dbmig_show(d, table->to->name)), "rows");
}
