/*
 * pg_plan_type.c
 *	  Statements about types and collations.
 */
#include "pg_plan_kind.h"

#include <string.h>

/* ---- lists ---- */

static int
compare_positions(const DbmigObject *a, const DbmigObject *b)
{
	return a->position < b->position ? -1 : a->position > b->position;
}

DbmigObject **
dbmig_pg_parts(Dbmig *d, const DbmigObject *object, DbmigPgKind kind)
{
	DbmigObject **parts = dbmig_alloc(d, (object->nparts + 1) *
									  sizeof(DbmigObject *));
	size_t		count = 0;
	size_t		i;

	if (parts == NULL)
		return NULL;
	for (i = 0; i < object->nparts; i++)
	{
		if (dbmig_pg_is(object->parts[i], kind))
			parts[count++] = object->parts[i];
	}
	dbmig_objects_sort(d, parts, count, compare_positions);
	return parts;
}

/* Writes ", KEY = value" for each attribute that is there; a NULL word means
 * that value is a flag's name. */
typedef struct Option
{
	const char *key;
	const char *word;
	bool		flag;			/* there or not: "KEY = true" */
	bool		literal;		/* has to be quoted */
} Option;

static void
write_options(DbmigBuf *sql, const DbmigObject *object, const Option *options,
			  size_t count)
{
	const char *separator = "";
	size_t		i;

	for (i = 0; i < count; i++)
	{
		const char *value = dbmig_object_get(object, options[i].key);

		if (value == NULL)
			continue;
		dbmig_buf_addf(sql, "%s%s = ", separator, options[i].word);
		if (options[i].flag)
			dbmig_buf_add(sql, "true");
		else if (options[i].literal)
			dbmig_buf_literal(sql, value);
		else
			dbmig_buf_add(sql, value);
		separator = ", ";
	}
}

/* ---- collations ---- */

void
dbmig_pg_create_collation(DbmigPgPlanner *planner, DbmigBuf *sql,
						  const DbmigObject *object)
{
	static const Option options[] =
	{
		{"provider", "PROVIDER", false, false},
		{"locale", "LOCALE", false, true},
		{"lc_collate", "LC_COLLATE", false, true},
		{"lc_ctype", "LC_CTYPE", false, true},
		{"rules", "RULES", false, true},
	};

	(void) planner;
	dbmig_buf_addf(sql, "CREATE COLLATION %s (", object->id);
	write_options(sql, object, options, DBMIG_COUNT(options));
	if (dbmig_object_get(object, "nondeterministic") != NULL)
		dbmig_buf_add(sql, ", DETERMINISTIC = false");
	dbmig_buf_add(sql, ");\n");
}

/* ---- enums ---- */

/* The length of the literal that list begins with. */
static size_t
literal_length(const char *list)
{
	size_t		len = strcspn(list, "'") + 1;
	bool		escapes = list[0] == 'E';

	for (; list[len - 1] != '\0' && list[len] != '\0'; len++)
	{
		if (escapes && list[len] == '\\')
			len++;
		else if (list[len] == '\'' && list[len + 1] == '\'')
			len++;
		else if (list[len] == '\'')
			return len + 1;
	}
	return strlen(list);
}

const char **
dbmig_pg_enum_values(Dbmig *d, const DbmigObject *type)
{
	const char *list = dbmig_object_get(type, "values");

	/* A literal has two quotes. */
	const char **values = dbmig_alloc(d, (list == NULL ? 1 :
										  strlen(list) / 2 + 1) *
									  sizeof(char *));
	size_t		count = 0;

	while (values != NULL && list != NULL && *list != '\0')
	{
		size_t		len = literal_length(list);

		values[count++] = dbmig_strndup(d, list, len);
		list += len;
		list += strspn(list, ", ");
	}
	return values;
}

bool
dbmig_pg_enum_grows(Dbmig *d, const DbmigObject *from, const DbmigObject *to)
{
	const char **old = dbmig_pg_enum_values(d, from);
	const char **new = dbmig_pg_enum_values(d, to);

	if (old == NULL || new == NULL)
		return false;
	for (; *old != NULL; old++, new++)
	{
		while (*new != NULL && strcmp(*old, *new) != 0)
			new++;
		if (*new == NULL)
			return false;
	}
	return true;
}

bool
dbmig_pg_may_alter_enum(Dbmig *d, const DbmigChange *change)
{
	return dbmig_pg_enum_grows(d, change->from, change->to);
}

void
dbmig_pg_create_enum(DbmigPgPlanner *planner, DbmigBuf *sql,
					 const DbmigObject *object)
{
	const char *values = dbmig_object_get(object, "values");

	(void) planner;
	dbmig_buf_addf(sql, "CREATE TYPE %s AS ENUM (%s);\n", object->id,
				   values == NULL ? "" : values);
}

/* A new value goes after the one before it, or before the first one. */
void
dbmig_pg_alter_enum(DbmigPgPlanner *planner, DbmigBuf *sql,
					const DbmigChange *change)
{
	const char **old = dbmig_pg_enum_values(planner->d, change->from);
	const char **new = dbmig_pg_enum_values(planner->d, change->to);
	const char *before = NULL;

	if (old == NULL || new == NULL)
		return;
	for (; *new != NULL; new++)
	{
		if (*old != NULL && strcmp(*old, *new) == 0)
			old++;
		else
		{
			dbmig_buf_addf(sql, "ALTER TYPE %s ADD VALUE %s", change->to->id,
						   *new);
			if (*old != NULL && before == NULL)
				dbmig_buf_addf(sql, " BEFORE %s", *old);
			else if (*old != NULL)
				dbmig_buf_addf(sql, " AFTER %s", before);
			dbmig_buf_add(sql, ";\n");
		}
		before = *new;
	}
}

/* ---- domains ---- */

static void
write_check(DbmigBuf *sql, const DbmigObject *constraint)
{
	dbmig_buf_add(sql, "CONSTRAINT ");
	dbmig_buf_identifier(sql, constraint->name);
	dbmig_buf_addf(sql, " %s", dbmig_object_get(constraint, "definition"));
}

void
dbmig_pg_create_domain(DbmigPgPlanner *planner, DbmigBuf *sql,
					   const DbmigObject *object)
{
	const char *collation = dbmig_object_get(object, "collation");
	const char *value = dbmig_object_get(object, "default");
	size_t		i;

	(void) planner;
	dbmig_buf_addf(sql, "CREATE DOMAIN %s AS %s", object->id,
				   dbmig_object_get(object, "type"));
	if (collation != NULL)
		dbmig_buf_addf(sql, " COLLATE %s", collation);
	if (value != NULL)
		dbmig_buf_addf(sql, " DEFAULT %s", value);
	if (dbmig_object_get(object, "not_null") != NULL)
		dbmig_buf_add(sql, " NOT NULL");
	for (i = 0; i < object->nparts; i++)
	{
		if (!dbmig_pg_is(object->parts[i], DBMIG_PG_CONSTRAINT) ||
			dbmig_object_get(object->parts[i], "not_valid") != NULL)
			continue;
		dbmig_buf_add(sql, "\n\t");
		write_check(sql, object->parts[i]);
	}
	dbmig_buf_add(sql, ";\n");
	for (i = 0; i < object->nparts; i++)
	{
		if (dbmig_object_get(object->parts[i], "not_valid") == NULL)
			continue;
		dbmig_buf_addf(sql, "ALTER DOMAIN %s ADD ", object->id);
		write_check(sql, object->parts[i]);
		dbmig_buf_add(sql, " NOT VALID;\n");
	}
}

static void
alter_domain_check(DbmigBuf *sql, const char *domain, const DbmigChange *part)
{
	bool		again = part->from != NULL && part->to != NULL &&
	(dbmig_change_has(part, "definition") ||
	 (dbmig_change_has(part, "not_valid") &&
	  dbmig_object_get(part->to, "not_valid") != NULL));

	if (part->to == NULL || again)
	{
		dbmig_buf_addf(sql, "ALTER DOMAIN %s DROP CONSTRAINT ", domain);
		dbmig_buf_identifier(sql, part->from->name);
		dbmig_buf_add(sql, ";\n");
	}
	if (part->from == NULL || again)
	{
		dbmig_buf_addf(sql, "ALTER DOMAIN %s ADD ", domain);
		write_check(sql, part->to);
		dbmig_buf_add(sql, dbmig_object_get(part->to, "not_valid") == NULL ?
					  ";\n" : " NOT VALID;\n");
	}
	else if (part->to != NULL && dbmig_change_has(part, "not_valid"))
	{
		dbmig_buf_addf(sql, "ALTER DOMAIN %s VALIDATE CONSTRAINT ", domain);
		dbmig_buf_identifier(sql, part->to->name);
		dbmig_buf_add(sql, ";\n");
	}
}

void
dbmig_pg_alter_domain(DbmigPgPlanner *planner, DbmigBuf *sql,
					  const DbmigChange *change)
{
	const char *id = change->to->id;
	const char *value = dbmig_object_get(change->to, "default");
	size_t		i;

	(void) planner;
	if (dbmig_change_has(change, "default") && value != NULL)
		dbmig_buf_addf(sql, "ALTER DOMAIN %s SET DEFAULT %s;\n", id, value);
	else if (dbmig_change_has(change, "default"))
		dbmig_buf_addf(sql, "ALTER DOMAIN %s DROP DEFAULT;\n", id);
	if (dbmig_change_has(change, "not_null"))
		dbmig_buf_addf(sql, "ALTER DOMAIN %s %s NOT NULL;\n", id,
					   dbmig_object_get(change->to, "not_null") != NULL ?
					   "SET" : "DROP");
	for (i = 0; i < change->nparts; i++)
	{
		const DbmigChange *part = &change->parts[i];

		if (dbmig_pg_is(part->from != NULL ? part->from : part->to,
						DBMIG_PG_CONSTRAINT))
			alter_domain_check(sql, id, part);
	}
}

/* ---- composites ---- */

static void
write_attribute(DbmigBuf *sql, const DbmigObject *column)
{
	const char *collation = dbmig_object_get(column, "collation");

	dbmig_buf_identifier(sql, column->name);
	dbmig_buf_addf(sql, " %s", dbmig_object_get(column, "type"));
	if (collation != NULL)
		dbmig_buf_addf(sql, " COLLATE %s", collation);
}

void
dbmig_pg_create_composite(DbmigPgPlanner *planner, DbmigBuf *sql,
						  const DbmigObject *object)
{
	DbmigObject **columns = dbmig_pg_parts(planner->d, object,
										   DBMIG_PG_COLUMN);
	const char *separator = "\n\t";

	dbmig_buf_addf(sql, "CREATE TYPE %s AS (", object->id);
	for (; columns != NULL && *columns != NULL; columns++)
	{
		dbmig_buf_add(sql, separator);
		write_attribute(sql, *columns);
		separator = ",\n\t";
	}
	dbmig_buf_add(sql, "\n);\n");
}

static void
alter_attribute(DbmigBuf *sql, const DbmigChange *part)
{
	if (part->to == NULL)
	{
		dbmig_buf_add(sql, "DROP ATTRIBUTE ");
		dbmig_buf_identifier(sql, part->from->name);
	}
	else if (part->from == NULL)
	{
		dbmig_buf_add(sql, "ADD ATTRIBUTE ");
		write_attribute(sql, part->to);
	}
	else
	{
		const char *collation = dbmig_object_get(part->to, "collation");

		dbmig_buf_add(sql, "ALTER ATTRIBUTE ");
		dbmig_buf_identifier(sql, part->to->name);
		dbmig_buf_addf(sql, " TYPE %s", dbmig_object_get(part->to, "type"));
		if (collation != NULL)
			dbmig_buf_addf(sql, " COLLATE %s", collation);
	}
}

void
dbmig_pg_alter_composite(DbmigPgPlanner *planner, DbmigBuf *sql,
						 const DbmigChange *change)
{
	const char *separator = " ";
	size_t		i;

	(void) planner;
	for (i = 0; i < change->nparts; i++)
	{
		const DbmigChange *part = &change->parts[i];

		if (!dbmig_pg_is(part->from != NULL ? part->from : part->to,
						 DBMIG_PG_COLUMN) ||
			(part->from != NULL && part->to != NULL &&
			 !dbmig_change_has(part, "type") &&
			 !dbmig_change_has(part, "collation")))
			continue;
		if (separator[0] == ' ')
			dbmig_buf_addf(sql, "ALTER TYPE %s", change->to->id);
		dbmig_buf_add(sql, separator);
		alter_attribute(sql, part);
		separator = ", ";
	}
	if (separator[0] == ',')
		dbmig_buf_add(sql, ";\n");
}

/* ---- base types and ranges ---- */

static const Option base_options[] =
{
	{"input", "INPUT", false, false},
	{"output", "OUTPUT", false, false},
	{"receive", "RECEIVE", false, false},
	{"send", "SEND", false, false},
	{"typmod_in", "TYPMOD_IN", false, false},
	{"typmod_out", "TYPMOD_OUT", false, false},
	{"analyze", "ANALYZE", false, false},
	{"subscript", "SUBSCRIPT", false, false},
	{"length", "INTERNALLENGTH", false, false},
	{"by_value", "PASSEDBYVALUE", true, false},
	{"alignment", "ALIGNMENT", false, false},
	{"storage", "STORAGE", false, false},
	{"category", "CATEGORY", false, true},
	{"preferred", "PREFERRED", true, false},
	{"default", "DEFAULT", false, false},
	{"element", "ELEMENT", false, false},
	{"delimiter", "DELIMITER", false, true},
	{"collatable", "COLLATABLE", true, false},
};

void
dbmig_pg_create_base_type(DbmigPgPlanner *planner, DbmigBuf *sql,
						  const DbmigObject *object)
{
	(void) planner;
	dbmig_buf_addf(sql, "CREATE TYPE %s", object->id);
	if (dbmig_object_get(object, "shell") == NULL)
	{
		dbmig_buf_add(sql, " (");
		write_options(sql, object, base_options, DBMIG_COUNT(base_options));
		dbmig_buf_addc(sql, ')');
	}
	dbmig_buf_add(sql, ";\n");
}

void
dbmig_pg_alter_base_type(DbmigPgPlanner *planner, DbmigBuf *sql,
						 const DbmigChange *change)
{
	const char *separator = "";
	DbmigBuf	options;
	size_t		i;

	dbmig_buf_init(&options, planner->d);
	for (i = 0; i < DBMIG_COUNT(base_options); i++)
	{
		const char *key = base_options[i].key;
		const char *value = dbmig_object_get(change->to, key);

		if (!dbmig_change_has(change, key))
			continue;
		dbmig_buf_addf(&options, "%s%s = %s", separator, base_options[i].word,
					   value == NULL ? "NONE" : value);
		separator = ", ";
	}
	if (options.len > 0)
		dbmig_buf_addf(sql, "ALTER TYPE %s SET (%s);\n", change->to->id,
					   options.text);
}

void
dbmig_pg_create_range(DbmigPgPlanner *planner, DbmigBuf *sql,
					  const DbmigObject *object)
{
	static const Option options[] =
	{
		{"subtype", "SUBTYPE", false, false},
		{"operator_class", "SUBTYPE_OPCLASS", false, false},
		{"collation", "COLLATION", false, false},
		{"canonical", "CANONICAL", false, false},
		{"subtype_diff", "SUBTYPE_DIFF", false, false},
		{"multirange", "MULTIRANGE_TYPE_NAME", false, false},
	};

	(void) planner;
	dbmig_buf_addf(sql, "CREATE TYPE %s AS RANGE (", object->id);
	write_options(sql, object, options, DBMIG_COUNT(options));
	dbmig_buf_add(sql, ");\n");
}
