/*
 * pg_plan_code.c
 *	  Statements about functions, and about what is made of them.
 */
#include "pg_plan_kind.h"

#include <string.h>

/* pg_get_functiondef() says CREATE OR REPLACE. */
void
dbmig_pg_create_defined(DbmigPgPlanner *planner, DbmigBuf *sql,
						const DbmigObject *object)
{
	static const char replace[] = "CREATE OR REPLACE ";
	const char *definition = dbmig_object_get(object, "definition");
	size_t		len;

	(void) planner;
	if (definition == NULL)
		return;
	if (strncmp(definition, replace, strlen(replace)) == 0)
	{
		dbmig_buf_add(sql, "CREATE ");
		definition += strlen(replace);
	}
	len = strlen(definition);
	while (len > 0 && definition[len - 1] == '\n')
		len--;
	dbmig_buf_addn(sql, definition, len);
	dbmig_buf_add(sql, ";\n");
}

void
dbmig_pg_replace(DbmigPgPlanner *planner, DbmigBuf *sql,
				 const DbmigChange *change)
{
	const char *definition = dbmig_object_get(change->to, "definition");
	size_t		len = definition == NULL ? 0 : strlen(definition);

	(void) planner;
	if (!dbmig_change_has(change, "definition") || definition == NULL)
		return;
	while (len > 0 && definition[len - 1] == '\n')
		len--;
	dbmig_buf_addn(sql, definition, len);
	dbmig_buf_add(sql, ";\n");
}

/* The id up to its arguments. */
static void
write_bare_name(DbmigBuf *sql, Dbmig *d, const DbmigObject *object)
{
	const char *name = dbmig_pg_id_name(d, object->id);
	const char *schema = dbmig_pg_id_part(d, object->id, 0);
	size_t		len = strlen(name);
	size_t		i;
	bool		quoted = false;

	for (i = 0; i < len; i++)
	{
		if (name[i] == '"')
			quoted = !quoted;
		else if (!quoted && (name[i] == '(' || name[i] == ' '))
			break;
	}
	dbmig_buf_addf(sql, "%s.", schema);
	dbmig_buf_addn(sql, name, i);
}

void
dbmig_pg_create_aggregate(DbmigPgPlanner *planner, DbmigBuf *sql,
						  const DbmigObject *object)
{
	const char *arguments = dbmig_object_get(object, "arguments");

	dbmig_buf_add(sql, "CREATE AGGREGATE ");
	write_bare_name(sql, planner->d, object);
	dbmig_buf_addf(sql, "(%s) (%s);\n",
				   arguments == NULL || arguments[0] == '\0' ? "*" :
				   arguments, dbmig_object_get(object, "definition"));
}

void
dbmig_pg_create_operator(DbmigPgPlanner *planner, DbmigBuf *sql,
						 const DbmigObject *object)
{
	dbmig_buf_add(sql, "CREATE OPERATOR ");
	write_bare_name(sql, planner->d, object);
	dbmig_buf_addf(sql, " (%s);\n", dbmig_object_get(object, "definition"));
}

void
dbmig_pg_create_operator_family(DbmigPgPlanner *planner, DbmigBuf *sql,
								const DbmigObject *object)
{
	const char *members = dbmig_object_get(object, "members");

	(void) planner;
	dbmig_buf_addf(sql, "CREATE OPERATOR FAMILY %s;\n", object->id);
	if (members != NULL)
		dbmig_buf_addf(sql, "ALTER OPERATOR FAMILY %s ADD %s;\n", object->id,
					   members);
}

/* A class without members has a storage, which says its own type again. */
void
dbmig_pg_create_operator_class(DbmigPgPlanner *planner, DbmigBuf *sql,
							   const DbmigObject *object)
{
	const char *members = dbmig_object_get(object, "members");
	const char *storage = dbmig_object_get(object, "storage");
	const char *type = dbmig_object_get(object, "type");

	dbmig_buf_add(sql, "CREATE OPERATOR CLASS ");
	write_bare_name(sql, planner->d, object);
	dbmig_buf_addf(sql, " %sFOR TYPE %s USING %s FAMILY %s AS ",
				   dbmig_object_get(object, "default") != NULL ?
				   "DEFAULT " : "", type,
				   dbmig_object_get(object, "method"),
				   dbmig_object_get(object, "family"));
	if (storage != NULL || members == NULL)
		dbmig_buf_addf(sql, "STORAGE %s%s", storage != NULL ? storage : type,
					   members == NULL ? "" : ", ");
	dbmig_buf_addf(sql, "%s;\n", members == NULL ? "" : members);
}

void
dbmig_pg_create_cast(DbmigPgPlanner *planner, DbmigBuf *sql,
					 const DbmigObject *object)
{
	const char *context = dbmig_object_get(object, "context");

	(void) planner;
	dbmig_buf_addf(sql, "CREATE CAST (%s) ", object->id);
	if (dbmig_object_get(object, "function") != NULL)
		dbmig_buf_addf(sql, "WITH FUNCTION %s",
					   dbmig_object_get(object, "function"));
	else
		dbmig_buf_add(sql, dbmig_pg_has(object, "method", "inout") ?
					  "WITH INOUT" : "WITHOUT FUNCTION");
	if (context != NULL && strcmp(context, "assignment") == 0)
		dbmig_buf_add(sql, " AS ASSIGNMENT");
	else if (context != NULL && strcmp(context, "implicit") == 0)
		dbmig_buf_add(sql, " AS IMPLICIT");
	dbmig_buf_add(sql, ";\n");
}

void
dbmig_pg_create_transform(DbmigPgPlanner *planner, DbmigBuf *sql,
						  const DbmigObject *object)
{
	const char *from_sql = dbmig_object_get(object, "from_sql");
	const char *to_sql = dbmig_object_get(object, "to_sql");

	(void) planner;
	dbmig_buf_addf(sql, "CREATE TRANSFORM FOR %s (", object->id);
	if (from_sql != NULL)
		dbmig_buf_addf(sql, "FROM SQL WITH FUNCTION %s", from_sql);
	if (to_sql != NULL)
		dbmig_buf_addf(sql, "%sTO SQL WITH FUNCTION %s",
					   from_sql == NULL ? "" : ", ", to_sql);
	dbmig_buf_add(sql, ");\n");
}

void
dbmig_pg_create_conversion(DbmigPgPlanner *planner, DbmigBuf *sql,
						   const DbmigObject *object)
{
	(void) planner;
	dbmig_buf_addf(sql, "CREATE %sCONVERSION %s FOR '%s' TO '%s' FROM %s;\n",
				   dbmig_object_get(object, "default") != NULL ?
				   "DEFAULT " : "", object->id,
				   dbmig_object_get(object, "source"),
				   dbmig_object_get(object, "target"),
				   dbmig_object_get(object, "function"));
}

/* ---- text search ---- */

typedef struct Option
{
	const char *key;
	const char *word;
} Option;

static void
write_text_search(DbmigBuf *sql, const char *words, const DbmigObject *object,
				  const Option *options, size_t count)
{
	const char *separator = "";
	size_t		i;

	dbmig_buf_addf(sql, "CREATE TEXT SEARCH %s %s (", words, object->id);
	for (i = 0; i < count; i++)
	{
		const char *value = dbmig_object_get(object, options[i].key);

		if (value == NULL)
			continue;
		dbmig_buf_addf(sql, "%s%s%s", separator, options[i].word, value);
		separator = ", ";
	}
	dbmig_buf_add(sql, ");\n");
}

void
dbmig_pg_create_ts_parser(DbmigPgPlanner *planner, DbmigBuf *sql,
						  const DbmigObject *object)
{
	static const Option options[] =
	{
		{"start", "START = "}, {"token", "GETTOKEN = "}, {"end", "END = "},
		{"headline", "HEADLINE = "}, {"types", "LEXTYPES = "}
	};

	(void) planner;
	write_text_search(sql, "PARSER", object, options, DBMIG_COUNT(options));
}

void
dbmig_pg_create_ts_template(DbmigPgPlanner *planner, DbmigBuf *sql,
							const DbmigObject *object)
{
	static const Option options[] =
	{
		{"init", "INIT = "}, {"lexize", "LEXIZE = "}
	};

	(void) planner;
	write_text_search(sql, "TEMPLATE", object, options, DBMIG_COUNT(options));
}

/* The options are stored as they stand in the statement. */
void
dbmig_pg_create_ts_dictionary(DbmigPgPlanner *planner, DbmigBuf *sql,
							  const DbmigObject *object)
{
	static const Option options[] =
	{
		{"template", "TEMPLATE = "}, {"options", ""}
	};

	(void) planner;
	write_text_search(sql, "DICTIONARY", object, options,
					  DBMIG_COUNT(options));
}

/* Lines of "token dictionary, dictionary": for each, form with the two. */
static void
write_mappings(DbmigBuf *sql, const DbmigObject *object, bool add)
{
	const char *line = dbmig_object_get(object, "mappings");

	while (line != NULL && *line != '\0')
	{
		size_t		token = strcspn(line, " \n");
		size_t		len = strcspn(line, "\n");

		dbmig_buf_addf(sql, "ALTER TEXT SEARCH CONFIGURATION %s %s MAPPING "
					   "FOR ", object->id, add ? "ADD" : "DROP");
		dbmig_buf_addn(sql, line, token);
		if (add && token < len)
		{
			dbmig_buf_add(sql, " WITH ");
			dbmig_buf_addn(sql, line + token + 1, len - token - 1);
		}
		dbmig_buf_add(sql, ";\n");
		line += len;
		line += *line == '\n';
	}
}

void
dbmig_pg_create_ts_configuration(DbmigPgPlanner *planner, DbmigBuf *sql,
								 const DbmigObject *object)
{
	static const Option options[] = {{"parser", "PARSER = "}};

	(void) planner;
	write_text_search(sql, "CONFIGURATION", object, options,
					  DBMIG_COUNT(options));
	write_mappings(sql, object, true);
}

void
dbmig_pg_alter_ts_configuration(DbmigPgPlanner *planner, DbmigBuf *sql,
								const DbmigChange *change)
{
	(void) planner;
	if (!dbmig_change_has(change, "mappings"))
		return;
	write_mappings(sql, change->from, false);
	write_mappings(sql, change->to, true);
}
