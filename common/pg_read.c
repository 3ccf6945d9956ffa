/*
 * pg_read.c
 *	  The rows of the catalog queries into objects of a model.
 *
 * Knows no catalog: which row means what is said by the kind it names and the
 * table of attributes here.
 */
#include "pg_catalog.h"

#include <stdlib.h>
#include <string.h>

const DbmigKind dbmig_pg_kinds[DBMIG_PG_NKINDS + 1] =
{
	[DBMIG_PG_SCHEMA] = {"schema", DBMIG_PG_SCHEMA, false},
	[DBMIG_PG_EXTENSION] = {"extension", DBMIG_PG_EXTENSION, false},
	[DBMIG_PG_DEFAULT_PRIVILEGES] =
	{"default privileges", DBMIG_PG_DEFAULT_PRIVILEGES, false},
	[DBMIG_PG_ACCESS_METHOD] =
	{"access method", DBMIG_PG_ACCESS_METHOD, false},
	[DBMIG_PG_LANGUAGE] = {"language", DBMIG_PG_LANGUAGE, false},
	[DBMIG_PG_COLLATION] = {"collation", DBMIG_PG_COLLATION, false},
	[DBMIG_PG_ENUM] = {"enum", DBMIG_PG_ENUM, false},
	[DBMIG_PG_DOMAIN] = {"domain", DBMIG_PG_DOMAIN, false},
	[DBMIG_PG_COMPOSITE] = {"composite", DBMIG_PG_COMPOSITE, false},
	[DBMIG_PG_BASE_TYPE] = {"base type", DBMIG_PG_BASE_TYPE, false},
	[DBMIG_PG_RANGE] = {"range", DBMIG_PG_RANGE, false},
	[DBMIG_PG_SEQUENCE] = {"sequence", DBMIG_PG_SEQUENCE, false},
	[DBMIG_PG_FUNCTION] = {"function", DBMIG_PG_FUNCTION, false},
	[DBMIG_PG_PROCEDURE] = {"procedure", DBMIG_PG_PROCEDURE, false},
	[DBMIG_PG_AGGREGATE] = {"aggregate", DBMIG_PG_AGGREGATE, false},
	[DBMIG_PG_OPERATOR] = {"operator", DBMIG_PG_OPERATOR, false},
	[DBMIG_PG_OPERATOR_FAMILY] =
	{"operator family", DBMIG_PG_OPERATOR_FAMILY, false},
	[DBMIG_PG_OPERATOR_CLASS] =
	{"operator class", DBMIG_PG_OPERATOR_CLASS, false},
	[DBMIG_PG_CAST] = {"cast", DBMIG_PG_CAST, false},
	[DBMIG_PG_TRANSFORM] = {"transform", DBMIG_PG_TRANSFORM, false},
	[DBMIG_PG_CONVERSION] = {"conversion", DBMIG_PG_CONVERSION, false},
	[DBMIG_PG_TS_PARSER] = {"text search parser", DBMIG_PG_TS_PARSER, false},
	[DBMIG_PG_TS_TEMPLATE] =
	{"text search template", DBMIG_PG_TS_TEMPLATE, false},
	[DBMIG_PG_TS_DICTIONARY] =
	{"text search dictionary", DBMIG_PG_TS_DICTIONARY, false},
	[DBMIG_PG_TS_CONFIGURATION] =
	{"text search configuration", DBMIG_PG_TS_CONFIGURATION, false},
	[DBMIG_PG_WRAPPER] = {"foreign data wrapper", DBMIG_PG_WRAPPER, false},
	[DBMIG_PG_SERVER] = {"server", DBMIG_PG_SERVER, false},
	[DBMIG_PG_USER_MAPPING] = {"user mapping", DBMIG_PG_USER_MAPPING, false},
	[DBMIG_PG_TABLE] = {"table", DBMIG_PG_TABLE, false},
	[DBMIG_PG_FOREIGN_TABLE] =
	{"foreign table", DBMIG_PG_FOREIGN_TABLE, false},
	[DBMIG_PG_COLUMN] = {"column", DBMIG_PG_COLUMN, true},
	[DBMIG_PG_CONSTRAINT] = {"constraint", DBMIG_PG_CONSTRAINT, true},
	[DBMIG_PG_VIEW] = {"view", DBMIG_PG_VIEW, false},
	[DBMIG_PG_MATERIALIZED_VIEW] =
	{"materialized view", DBMIG_PG_MATERIALIZED_VIEW, false},
	[DBMIG_PG_INDEX] = {"index", DBMIG_PG_INDEX, false},
	[DBMIG_PG_STATISTICS] = {"statistics", DBMIG_PG_STATISTICS, false},
	[DBMIG_PG_RULE] = {"rule", DBMIG_PG_RULE, false},
	[DBMIG_PG_TRIGGER] = {"trigger", DBMIG_PG_TRIGGER, false},
	[DBMIG_PG_POLICY] = {"policy", DBMIG_PG_POLICY, false},
	[DBMIG_PG_PUBLICATION] = {"publication", DBMIG_PG_PUBLICATION, false},
	[DBMIG_PG_MEMBER] = {"member", DBMIG_PG_MEMBER, true},
	[DBMIG_PG_EVENT_TRIGGER] =
	{"event trigger", DBMIG_PG_EVENT_TRIGGER, false},
	[DBMIG_PG_GRANT] = {"grant", DBMIG_PG_GRANT, true},
	[DBMIG_PG_NKINDS] = {NULL, 0, false}
};

/* ---- what the columns of a row are ---- */

#define MAX_ATTRIBUTES 24

/* The first columns, before the attributes. */
enum
{
	COLUMN_KIND,
	COLUMN_KEY_TEXT,
	COLUMN_OWNER,
	COLUMN_ID,
	COLUMN_NAME,
	COLUMN_ATTRIBUTES
};

#define SEQUENCE_ATTRIBUTES \
	"start", "increment", "minimum", "maximum", "cache", "cycle"
#define RELATION_ATTRIBUTES \
{ \
	"owner", "persistence", "access_method", "options", "toast_options", \
	"tablespace", "replica_identity", "row_security", "force_row_security", \
	"inherits", "of_type", "partition_key", "partition_of", \
	"partition_bound", "server", "fdw_options", "definition" \
}
#define TYPE_ATTRIBUTES \
	{"owner", "values", "type", "collation", "not_null", "default"}
#define FUNCTION_ATTRIBUTES \
	{"owner", "definition", "language", "arguments", "result"}

static const char *const attributes[DBMIG_PG_NKINDS][MAX_ATTRIBUTES] =
{
	[DBMIG_PG_SCHEMA] = {"owner"},
	[DBMIG_PG_EXTENSION] = {"owner", "version", "schema"},
	[DBMIG_PG_DEFAULT_PRIVILEGES] = {"owner", "role", "schema", "on"},
	[DBMIG_PG_ACCESS_METHOD] = {"owner", "type", "handler"},
	[DBMIG_PG_LANGUAGE] =
	{"owner", "trusted", "handler", "inline", "validator"},
	[DBMIG_PG_COLLATION] =
	{
		"owner", "provider", "locale", "lc_collate", "lc_ctype", "rules",
		"nondeterministic"
	},
	[DBMIG_PG_ENUM] = TYPE_ATTRIBUTES,
	[DBMIG_PG_DOMAIN] = TYPE_ATTRIBUTES,
	[DBMIG_PG_COMPOSITE] = TYPE_ATTRIBUTES,
	[DBMIG_PG_BASE_TYPE] =
	{
		"owner", "input", "output", "receive", "send", "typmod_in",
		"typmod_out", "analyze", "subscript", "length", "by_value",
		"alignment", "storage", "category", "preferred", "default",
		"element", "delimiter", "collatable", "shell"
	},
	[DBMIG_PG_RANGE] =
	{
		"owner", "subtype", "operator_class", "collation", "canonical",
		"subtype_diff", "multirange"
	},
	[DBMIG_PG_SEQUENCE] =
	{"owner", "type", SEQUENCE_ATTRIBUTES, "persistence", "owned_by"},
	[DBMIG_PG_FUNCTION] = FUNCTION_ATTRIBUTES,
	[DBMIG_PG_PROCEDURE] = FUNCTION_ATTRIBUTES,
	[DBMIG_PG_AGGREGATE] = FUNCTION_ATTRIBUTES,
	[DBMIG_PG_OPERATOR] = {"owner", "definition"},
	[DBMIG_PG_OPERATOR_FAMILY] = {"owner", "method", "members"},
	[DBMIG_PG_OPERATOR_CLASS] =
	{"owner", "family", "method", "type", "default", "storage", "members"},
	[DBMIG_PG_CAST] = {"owner", "function", "method", "context"},
	[DBMIG_PG_TRANSFORM] = {"owner", "from_sql", "to_sql"},
	[DBMIG_PG_CONVERSION] =
	{"owner", "source", "target", "function", "default"},
	[DBMIG_PG_TS_PARSER] =
	{"owner", "start", "token", "end", "headline", "types"},
	[DBMIG_PG_TS_TEMPLATE] = {"owner", "init", "lexize"},
	[DBMIG_PG_TS_DICTIONARY] = {"owner", "template", "options"},
	[DBMIG_PG_TS_CONFIGURATION] = {"owner", "parser", "mappings"},
	[DBMIG_PG_WRAPPER] = {"owner", "handler", "validator", "options"},
	[DBMIG_PG_SERVER] = {"owner", "wrapper", "type", "version", "options"},
	[DBMIG_PG_USER_MAPPING] = {"owner", "server", "user", "options"},
	[DBMIG_PG_TABLE] = RELATION_ATTRIBUTES,
	[DBMIG_PG_FOREIGN_TABLE] = RELATION_ATTRIBUTES,
	[DBMIG_PG_COLUMN] =
	{
		"type", "collation", "not_null", "default", "generated",
		"generated_kind", "identity", "sequence", SEQUENCE_ATTRIBUTES,
		"storage", "compression", "statistics", "options", "fdw_options",
		"inherited"
	},
	[DBMIG_PG_CONSTRAINT] =
	{
		"type", "definition", "not_valid", "references", "inherited",
		"parent", "options", "tablespace", "clustered", "statistics",
		"index_comment"
	},
	[DBMIG_PG_VIEW] = RELATION_ATTRIBUTES,
	[DBMIG_PG_MATERIALIZED_VIEW] = RELATION_ATTRIBUTES,
	[DBMIG_PG_INDEX] =
	{
		"owner", "table", "definition", "unique", "tablespace", "clustered",
		"statistics", "parent", "invalid"
	},
	[DBMIG_PG_STATISTICS] = {"owner", "table", "definition", "target"},
	[DBMIG_PG_RULE] = {"owner", "table", "definition", "enabled"},
	[DBMIG_PG_TRIGGER] =
	{"owner", "table", "definition", "enabled", "parent", "function"},
	[DBMIG_PG_POLICY] =
	{"owner", "table", "command", "restrictive", "roles", "using", "check"},
	[DBMIG_PG_PUBLICATION] =
	{"owner", "all_tables", "operations", "via_root", "generated"},
	[DBMIG_PG_MEMBER] = {"columns", "filter"},
	[DBMIG_PG_EVENT_TRIGGER] =
	{"owner", "event", "tags", "function", "enabled"},
	[DBMIG_PG_GRANT] = {"on", "grantee", "grantor", "privileges", "grantable"}
};

/* ---- keys ---- */

/* A class and two numbers, and what stands before an alias. */
#define KEY_SIZE 64
#define ALIAS '~'

static const char *
text_of(Dbmig *d, const DbmigValue *value)
{
	if (value->type == DBMIG_NULL)
		return NULL;
	if (value->type != DBMIG_TEXT)
		return dbmig_printf(d, "%lld", (long long) value->number);
	return dbmig_strndup(d, value->text, value->len);
}

static DbmigMap *
names_of(DbmigModel *model)
{
	if (model->names.d == NULL)
		dbmig_map_init(&model->names, model->d);
	return &model->names;
}

/* What the key of that length stands for: an object, or what an alias names. */
static DbmigObject *
find_key(DbmigModel *model, const char *key, size_t len)
{
	const DbmigMap *names = names_of(model);
	char		room[KEY_SIZE];
	DbmigObject *object;

	if (len + 2 > sizeof(room))
		return NULL;
	room[0] = ALIAS;
	memcpy(room + 1, key, len);
	room[len + 1] = '\0';
	object = dbmig_map_get(names, room + 1);
	return object != NULL ? object : dbmig_map_get(names, room);
}

/* The same; what has no place in the model for a column stands for it whole. */
static DbmigObject *
find_needed(DbmigModel *model, const DbmigValue *value)
{
	const char *class_end;
	const char *column;
	DbmigObject *object = find_key(model, value->text, value->len);

	if (object != NULL)
		return object;
	class_end = strchr(value->text, ' ');
	column = class_end == NULL ? NULL : strchr(class_end + 1, ' ');
	return column == NULL ? NULL :
		find_key(model, value->text, (size_t) (column - value->text));
}

/* ---- readers ---- */

static void
set_attributes(DbmigModel *model, DbmigObject *object, int nvalues,
			   const DbmigValue *values)
{
	const char *const *keys = attributes[dbmig_pg_kind(object)];
	int			i;

	for (i = COLUMN_ATTRIBUTES; i < nvalues; i++)
	{
		const char *key = keys[i - COLUMN_ATTRIBUTES];
		const char *value;

		if (values[i].type == DBMIG_NULL)
			continue;
		value = text_of(model->d, &values[i]);
		if (key == NULL)
			dbmig_fail(model->d, DBMIG_INTERNAL,
					   "the catalog query for kind \"%s\" has %d columns",
					   object->kind->name, nvalues);
		else
			dbmig_object_set(model, object, key, value);
	}
}

/* No table has more columns. */
#define MOST_COLUMNS 1600

/*
 * Where a part stands: a column at the number that its key ends with, in
 * whichever order they come; all else behind the columns, as it comes.
 */
static size_t
read_position(const DbmigObject *part, const char *key)
{
	if (!dbmig_pg_is(part, DBMIG_PG_COLUMN))
		return MOST_COLUMNS + 1 + part->position;
	return (size_t) strtoul(strrchr(key, ' '), NULL, 10);
}

/* Parts of what is not in the model are passed over. */
static void
read_object(DbmigModel *model, int nvalues, const DbmigValue *values)
{
	Dbmig	   *d = model->d;
	const DbmigKind *kind = dbmig_kind(&dbmig_postgres,
									   values[COLUMN_KIND].text);
	const DbmigValue *owner_key = &values[COLUMN_OWNER];
	DbmigObject *owner = NULL;
	DbmigObject *object;

	if (owner_key->type != DBMIG_NULL)
	{
		owner = find_key(model, owner_key->text, owner_key->len);
		if (owner == NULL)
			return;
	}
	if (kind == NULL)
	{
		dbmig_fail(d, DBMIG_INTERNAL, "a catalog query has no kind");
		return;
	}
	object = dbmig_model_add(model, kind, owner,
							 text_of(d, &values[COLUMN_ID]),
							 text_of(d, &values[COLUMN_NAME]));
	if (object == NULL)
		return;
	if (owner != NULL)
		object->position = read_position(object, values[COLUMN_KEY_TEXT].text);
	dbmig_map_put(names_of(model), text_of(d, &values[COLUMN_KEY_TEXT]),
				  object);
	set_attributes(model, object, nvalues, values);
}

static void
read_comment(DbmigModel *model, int nvalues, const DbmigValue *values)
{
	DbmigObject *object = dbmig_map_get(names_of(model), values[0].text);

	(void) nvalues;
	if (object != NULL)
		dbmig_object_set(model, object, "comment",
						 text_of(model->d, &values[1]));
}

/* What stands for no object of the model is none of its business. */
static void
read_alias(DbmigModel *model, int nvalues, const DbmigValue *values)
{
	DbmigObject *object = find_key(model, values[1].text, values[1].len);

	(void) nvalues;
	if (object != NULL)
		dbmig_map_put(names_of(model),
					  dbmig_printf(model->d, "%c%s", ALIAS, values[0].text),
					  object);
}

static bool
is_within(const DbmigObject *object, const DbmigObject *owner)
{
	while (object != NULL && object != owner)
		object = object->owner;
	return object != NULL;
}

/*
 * A table depends on its parts and they on it, in one way or the other; and a
 * sequence on the column that owns it, which needs the sequence.
 */
static void
read_need(DbmigModel *model, int nvalues, const DbmigValue *values)
{
	DbmigObject *object = find_needed(model, &values[0]);
	DbmigObject *needed = find_needed(model, &values[1]);

	(void) nvalues;
	if (object != NULL && needed != NULL && !is_within(object, needed) &&
		!is_within(needed, object) && !dbmig_pg_is(object, DBMIG_PG_SEQUENCE))
		dbmig_object_need(model, object, needed);
}

/*
 * Owners come before their parts, and what has a comment, an alias or a need
 * before those.
 */
const DbmigCatalog dbmig_pg_catalogs[] =
{
	{&dbmig_pg_query_schemas, read_object},
	{&dbmig_pg_query_extensions, read_object},
	{&dbmig_pg_query_default_privileges, read_object},
	{&dbmig_pg_query_access_methods, read_object},
	{&dbmig_pg_query_languages, read_object},
	{&dbmig_pg_query_collations, read_object},
	{&dbmig_pg_query_types, read_object},
	{&dbmig_pg_query_base_types, read_object},
	{&dbmig_pg_query_ranges, read_object},
	{&dbmig_pg_query_functions, read_object},
	{&dbmig_pg_query_aggregates, read_object},
	{&dbmig_pg_query_operators, read_object},
	{&dbmig_pg_query_operator_families, read_object},
	{&dbmig_pg_query_operator_classes, read_object},
	{&dbmig_pg_query_casts, read_object},
	{&dbmig_pg_query_transforms, read_object},
	{&dbmig_pg_query_conversions, read_object},
	{&dbmig_pg_query_ts_parsers, read_object},
	{&dbmig_pg_query_ts_templates, read_object},
	{&dbmig_pg_query_ts_dictionaries, read_object},
	{&dbmig_pg_query_ts_configurations, read_object},
	{&dbmig_pg_query_wrappers, read_object},
	{&dbmig_pg_query_servers, read_object},
	{&dbmig_pg_query_user_mappings, read_object},
	{&dbmig_pg_query_sequences, read_object},
	{&dbmig_pg_query_relations, read_object},
	{&dbmig_pg_query_columns, read_object},
	{&dbmig_pg_query_constraints, read_object},
	{&dbmig_pg_query_indexes, read_object},
	{&dbmig_pg_query_statistics, read_object},
	{&dbmig_pg_query_rules, read_object},
	{&dbmig_pg_query_triggers, read_object},
	{&dbmig_pg_query_policies, read_object},
	{&dbmig_pg_query_publications, read_object},
	{&dbmig_pg_query_members, read_object},
	{&dbmig_pg_query_event_triggers, read_object},
	{&dbmig_pg_query_grants, read_object},
	{&dbmig_pg_query_other_grants, read_object},
	{&dbmig_pg_query_comments, read_comment},
	{&dbmig_pg_query_aliases, read_alias},
	{&dbmig_pg_query_needs, read_need},
	{NULL, NULL}
};
