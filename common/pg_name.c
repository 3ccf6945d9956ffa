/*
 * pg_name.c
 *	  Names of PostgreSQL as they stand in ids.
 */
#include "pg_schema.h"

#include <string.h>

/*
 * The words that quote_ident() quotes: those which pg_get_keywords() does not
 * call unreserved, in every version that is supported.
 */
static const char *const keywords[] =
{
	"all", "analyse", "analyze", "and", "any", "array", "as", "asc",
	"asymmetric", "authorization", "between", "bigint", "binary", "bit",
	"boolean", "both", "case", "cast", "char", "character", "check",
	"coalesce", "collate", "collation", "column", "concurrently",
	"constraint", "create", "cross", "current_catalog", "current_date",
	"current_role", "current_schema", "current_time", "current_timestamp",
	"current_user", "dec", "decimal", "default", "deferrable", "desc",
	"distinct", "do", "else", "end", "except", "exists", "extract", "false",
	"fetch", "float", "for", "foreign", "freeze", "from", "full", "grant",
	"greatest", "group", "grouping", "having", "ilike", "in", "initially",
	"inner", "inout", "int", "integer", "intersect", "interval", "into",
	"is", "isnull", "join", "lateral", "leading", "least", "left", "like",
	"limit", "localtime", "localtimestamp", "national", "natural", "nchar",
	"none", "normalize", "not", "notnull", "null", "nullif", "numeric",
	"offset", "on", "only", "or", "order", "out", "outer", "overlaps",
	"overlay", "placing", "position", "precision", "primary", "real",
	"references", "returning", "right", "row", "select", "session_user",
	"setof", "similar", "smallint", "some", "substring", "symmetric",
	"table", "tablesample", "then", "time", "timestamp", "to", "trailing",
	"treat", "trim", "true", "union", "unique", "user", "using", "values",
	"varchar", "variadic", "verbose", "when", "where", "window", "with",
	"xmlattributes", "xmlconcat", "xmlelement", "xmlexists", "xmlforest",
	"xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize",
	"xmltable"
};

static int
compare_words(const char *word, size_t len, const char *keyword)
{
	int			order = strncmp(word, keyword, len);

	return order != 0 ? order : keyword[len] == '\0' ? 0 : -1;
}

static bool
is_keyword(const char *word, size_t len)
{
	size_t		low = 0;
	size_t		high = DBMIG_COUNT(keywords);

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;
		int			order = compare_words(word, len, keywords[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static bool
is_plain(const char *name, size_t len)
{
	size_t		i;

	for (i = 0; i < len; i++)
	{
		if (name[i] != '_' && (name[i] < 'a' || name[i] > 'z') &&
			(i == 0 || !dbmig_is_digit(name[i])))
			return false;
	}
	return len > 0 && !is_keyword(name, len);
}

void
dbmig_pg_add_name(DbmigBuf *buf, const char *name)
{
	if (is_plain(name, strlen(name)))
		dbmig_buf_add(buf, name);
	else
		dbmig_buf_identifier(buf, name);
}

/* ---- the parts of an id ---- */

/* Behind the name that begins at text: what is no name (the arguments of a
 * function, an operator, USING) ends with it. */
static const char *
name_end(const char *text)
{
	if (*text != '"')
		return text + strcspn(text, ".\" (");
	text++;
	while (*text != '\0')
	{
		if (*text++ == '"' && *text++ != '"')
			return text - 1;
	}
	return text;
}

/* Where the part begins; NULL when there are fewer. */
static const char *
part_start(const char *id, int part)
{
	while (part-- > 0)
	{
		id = name_end(id);
		if (*id++ != '.')
			return NULL;
	}
	return id;
}

static const char *
last_start(const char *id)
{
	const char *end = name_end(id);

	while (*end == '.')
	{
		id = end + 1;
		end = name_end(id);
	}
	return id;
}

const char *
dbmig_pg_id_part(Dbmig *d, const char *id, int part)
{
	const char *start = part_start(id, part);

	if (start == NULL)
		return NULL;
	return dbmig_strndup(d, start, (size_t) (name_end(start) - start));
}

const char *
dbmig_pg_id_name(Dbmig *d, const char *id)
{
	return dbmig_strdup(d, last_start(id));
}

size_t
dbmig_pg_first_length(const char *list)
{
	bool		quoted = false;
	size_t		len;

	for (len = 0; list[len] != '\0' && (quoted || list[len] != ','); len++)
	{
		if (list[len] == '"')
			quoted = !quoted;
	}
	return len;
}

const char *
dbmig_pg_id_owner(Dbmig *d, const char *id)
{
	const char *name = last_start(id);

	return name == id ? "" : dbmig_strndup(d, id, (size_t) (name - id) - 1);
}

/* ---- names that a user gives ---- */

/* The name that stands there: quotes taken off, or in lower case. */
static const char *
plain_name(Dbmig *d, const char *start, const char *end)
{
	DbmigBuf	buf;
	const char *at;

	dbmig_buf_init(&buf, d);
	if (*start != '"')
	{
		for (at = start; at < end; at++)
			dbmig_buf_addc(&buf, dbmig_lower(*at));
		return buf.text;
	}
	for (at = start + 1; at < end - 1; at++)
	{
		dbmig_buf_addc(&buf, *at);
		if (at[0] == '"' && at[1] == '"')
			at++;
	}
	return buf.text;
}

const char *
dbmig_pg_fold_part(Dbmig *d, const char *name)
{
	return plain_name(d, name, name + strlen(name));
}

const char *
dbmig_pg_plain(Dbmig *d, const char *name)
{
	const char *end = name_end(name);

	return dbmig_pg_fold_part(d, *end == '.' ? end + 1 : name);
}

const char *
dbmig_pg_fold(Dbmig *d, const char *name)
{
	const char *end = name_end(name);
	DbmigBuf	buf;

	dbmig_buf_init(&buf, d);
	if (*end == '.')
	{
		dbmig_pg_add_name(&buf, plain_name(d, name, end));
		name = end + 1;
	}
	else
		dbmig_buf_add(&buf, "public");
	dbmig_buf_addc(&buf, '.');
	dbmig_pg_add_name(&buf, dbmig_pg_fold_part(d, name));
	return buf.text;
}
