/*
 * pg_plan_kind.c
 *	  Statements about whole objects: what each kind is called, what of it can
 *	  change in place, and how it is made, as a table.
 *
 * Tables are pg_plan_table.c's.
 */
#include "pg_plan_kind.h"

#include <string.h>

#define MAX_KEYS 13

typedef void (*Writer) (DbmigPgPlanner *planner, DbmigBuf *sql,
						const DbmigObject *object);

typedef struct KindRule
{
	const char *words;			/* "MATERIALIZED VIEW" */
	const char *in_place[MAX_KEYS]; /* attributes that ALTER can change */
	bool		parts_in_place; /* and so it can its parts */
	bool		(*may) (Dbmig *d, const DbmigChange *change);	/* more to ask */
	Writer		create;
	void		(*alter) (DbmigPgPlanner *planner, DbmigBuf *sql,
						  const DbmigChange *change);
} KindRule;

static const KindRule rules[DBMIG_PG_NKINDS] =
{
	[DBMIG_PG_SCHEMA] = {"SCHEMA", .create = dbmig_pg_create_schema},
	[DBMIG_PG_EXTENSION] = {"EXTENSION", {"version", "schema"},
	.create = dbmig_pg_create_extension, .alter = dbmig_pg_alter_extension},
	[DBMIG_PG_DEFAULT_PRIVILEGES] = {.words = NULL},
	[DBMIG_PG_ACCESS_METHOD] = {"ACCESS METHOD",
	.create = dbmig_pg_create_access_method},
	[DBMIG_PG_LANGUAGE] = {"LANGUAGE", .create = dbmig_pg_create_language},
	[DBMIG_PG_COLLATION] = {"COLLATION", .create = dbmig_pg_create_collation},
	[DBMIG_PG_ENUM] = {"TYPE", {"values"}, .may = dbmig_pg_may_alter_enum,
	.create = dbmig_pg_create_enum, .alter = dbmig_pg_alter_enum},
	[DBMIG_PG_DOMAIN] = {"DOMAIN", {"not_null", "default"},
	.parts_in_place = true, .create = dbmig_pg_create_domain,
	.alter = dbmig_pg_alter_domain},
	[DBMIG_PG_COMPOSITE] = {"TYPE", .parts_in_place = true,
	.create = dbmig_pg_create_composite, .alter = dbmig_pg_alter_composite},
	[DBMIG_PG_BASE_TYPE] = {"TYPE", {"receive", "send", "typmod_in",
	"typmod_out", "analyze", "subscript"},
	.create = dbmig_pg_create_base_type, .alter = dbmig_pg_alter_base_type},
	[DBMIG_PG_RANGE] = {"TYPE", .create = dbmig_pg_create_range},
	[DBMIG_PG_SEQUENCE] = {"SEQUENCE", {"type", "start", "increment",
			"minimum", "maximum", "cache", "cycle", "persistence",
	"owned_by"}, .create = dbmig_pg_create_sequence,
	.alter = dbmig_pg_alter_sequence},
	[DBMIG_PG_FUNCTION] = {"FUNCTION", {"definition", "language"},
	.create = dbmig_pg_create_defined, .alter = dbmig_pg_replace},
	[DBMIG_PG_PROCEDURE] = {"PROCEDURE", {"definition", "language"},
	.create = dbmig_pg_create_defined, .alter = dbmig_pg_replace},
	[DBMIG_PG_AGGREGATE] = {"AGGREGATE", .create = dbmig_pg_create_aggregate},
	[DBMIG_PG_OPERATOR] = {"OPERATOR", .create = dbmig_pg_create_operator},
	[DBMIG_PG_OPERATOR_FAMILY] = {"OPERATOR FAMILY",
	.create = dbmig_pg_create_operator_family},
	[DBMIG_PG_OPERATOR_CLASS] = {"OPERATOR CLASS",
	.create = dbmig_pg_create_operator_class},
	[DBMIG_PG_CAST] = {"CAST", .create = dbmig_pg_create_cast},
	[DBMIG_PG_TRANSFORM] = {"TRANSFORM",
	.create = dbmig_pg_create_transform},
	[DBMIG_PG_CONVERSION] = {"CONVERSION",
	.create = dbmig_pg_create_conversion},
	[DBMIG_PG_TS_PARSER] = {"TEXT SEARCH PARSER",
	.create = dbmig_pg_create_ts_parser},
	[DBMIG_PG_TS_TEMPLATE] = {"TEXT SEARCH TEMPLATE",
	.create = dbmig_pg_create_ts_template},
	[DBMIG_PG_TS_DICTIONARY] = {"TEXT SEARCH DICTIONARY",
	.create = dbmig_pg_create_ts_dictionary},
	[DBMIG_PG_TS_CONFIGURATION] = {"TEXT SEARCH CONFIGURATION", {"mappings"},
	.create = dbmig_pg_create_ts_configuration,
	.alter = dbmig_pg_alter_ts_configuration},
	[DBMIG_PG_WRAPPER] = {"FOREIGN DATA WRAPPER", {"options"},
	.create = dbmig_pg_create_wrapper, .alter = dbmig_pg_alter_options},
	[DBMIG_PG_SERVER] = {"SERVER", {"options", "version"},
	.create = dbmig_pg_create_server, .alter = dbmig_pg_alter_options},
	[DBMIG_PG_USER_MAPPING] = {"USER MAPPING", {"options"},
	.create = dbmig_pg_create_user_mapping,
	.alter = dbmig_pg_alter_options},
	[DBMIG_PG_TABLE] = {"TABLE", {"persistence", "access_method", "options",
			"toast_options", "tablespace", "replica_identity",
			"row_security", "force_row_security", "inherits", "of_type",
	"partition_of", "partition_bound"},
	.parts_in_place = true, .may = dbmig_pg_may_alter_table},
	[DBMIG_PG_FOREIGN_TABLE] = {"FOREIGN TABLE", {"fdw_options", "inherits",
	"options", "partition_of", "partition_bound"}, .parts_in_place = true, .may = dbmig_pg_may_alter_table},
	[DBMIG_PG_COLUMN] = {.words = "COLUMN"},
	[DBMIG_PG_CONSTRAINT] = {.words = "CONSTRAINT"},
	[DBMIG_PG_VIEW] = {"VIEW", {"definition", "options"},
	.parts_in_place = true, .may = dbmig_pg_may_replace_view,
	.create = dbmig_pg_create_view, .alter = dbmig_pg_alter_view},
	[DBMIG_PG_MATERIALIZED_VIEW] = {"MATERIALIZED VIEW", {"options",
	"toast_options", "tablespace", "access_method"},
	.parts_in_place = true, .may = dbmig_pg_may_alter_matview,
	.create = dbmig_pg_create_matview,
	.alter = dbmig_pg_alter_matview},
	[DBMIG_PG_INDEX] = {"INDEX", {"tablespace", "clustered", "statistics",
	"parent"}, .may = dbmig_pg_may_attach_index,
	.create = dbmig_pg_create_index, .alter = dbmig_pg_alter_index},
	[DBMIG_PG_STATISTICS] = {"STATISTICS", {"target"},
	.create = dbmig_pg_create_statistics, .alter = dbmig_pg_alter_statistics},
	[DBMIG_PG_RULE] = {"RULE", {"definition", "enabled"},
	.create = dbmig_pg_create_enabled, .alter = dbmig_pg_alter_enabled},
	[DBMIG_PG_TRIGGER] = {"TRIGGER", {"definition", "enabled", "function"},
	.may = dbmig_pg_may_replace_trigger,
	.create = dbmig_pg_create_enabled, .alter = dbmig_pg_alter_enabled},
	[DBMIG_PG_POLICY] = {"POLICY", {"roles", "using", "check"},
	.may = dbmig_pg_may_alter_policy, .create = dbmig_pg_create_policy,
	.alter = dbmig_pg_alter_policy},
	[DBMIG_PG_PUBLICATION] = {"PUBLICATION", {"operations", "via_root",
	"generated"}, .parts_in_place = true,
	.create = dbmig_pg_create_publication,
	.alter = dbmig_pg_alter_publication},
	[DBMIG_PG_MEMBER] = {.create = dbmig_pg_create_member},
	[DBMIG_PG_EVENT_TRIGGER] = {"EVENT TRIGGER", {"enabled"},
	.create = dbmig_pg_create_event_trigger,
	.alter = dbmig_pg_alter_event_trigger},
	[DBMIG_PG_GRANT] = {.words = NULL},
};

/* What any object can change in place. */
static const char *const always[] = {"owner", "comment"};

static bool
in_place(const KindRule *rule, const char *key)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(always); i++)
	{
		if (strcmp(always[i], key) == 0)
			return true;
	}
	for (i = 0; i < MAX_KEYS && rule->in_place[i] != NULL; i++)
	{
		if (strcmp(rule->in_place[i], key) == 0)
			return true;
	}
	return false;
}

bool
dbmig_pg_alterable(Dbmig *d, const DbmigChange *change)
{
	const KindRule *rule = &rules[dbmig_pg_kind(change->from)];
	size_t		i;

	for (i = 0; i < change->nkeys; i++)
	{
		if (!in_place(rule, change->keys[i]))
			return false;
	}
	for (i = 0; i < change->nparts && !rule->parts_in_place; i++)
	{
		const DbmigChange *part = &change->parts[i];

		if (!dbmig_pg_is(part->from != NULL ? part->from : part->to,
						 DBMIG_PG_GRANT))
			return false;
	}
	return rule->may == NULL || rule->may(d, change);
}

/* ---- names ---- */

const char *
dbmig_pg_words(const DbmigObject *object)
{
	return rules[dbmig_pg_kind(object)].words;
}

static const char *
quoted(Dbmig *d, const char *name)
{
	DbmigBuf	buf;

	dbmig_buf_init(&buf, d);
	dbmig_buf_identifier(&buf, name);
	return buf.text;
}

static const char *
part_target(Dbmig *d, const DbmigObject *object)
{
	const char *name = quoted(d, object->name);
	const DbmigObject *owner = object->owner;

	if (dbmig_pg_is(object, DBMIG_PG_COLUMN))
		return dbmig_printf(d, "COLUMN %s.%s", owner->id, name);
	return dbmig_printf(d, "CONSTRAINT %s ON %s%s", name,
						dbmig_pg_is(owner, DBMIG_PG_DOMAIN) ? "DOMAIN " : "",
						owner->id);
}

/* One without arguments is called with a star. */
static const char *
aggregate_target(Dbmig *d, const DbmigObject *object)
{
	size_t		len = strlen(object->id);

	if (len > 2 && strcmp(object->id + len - 2, "()") == 0)
		return dbmig_printf(d, "AGGREGATE %s(*)",
							dbmig_strndup(d, object->id, len - 2));
	return dbmig_printf(d, "AGGREGATE %s", object->id);
}

const char *
dbmig_pg_target(Dbmig *d, const DbmigObject *object)
{
	const char *words = dbmig_pg_words(object);

	if (object->owner != NULL)
		return part_target(d, object);
	switch (dbmig_pg_kind(object))
	{
		case DBMIG_PG_RULE:
		case DBMIG_PG_TRIGGER:
		case DBMIG_PG_POLICY:
			return dbmig_printf(d, "%s %s ON %s", words,
								dbmig_pg_id_name(d, object->id),
								dbmig_object_get(object, "table"));
		case DBMIG_PG_AGGREGATE:
			return aggregate_target(d, object);
		case DBMIG_PG_CAST:
			return dbmig_printf(d, "CAST (%s)", object->id);
		case DBMIG_PG_TRANSFORM:
		case DBMIG_PG_USER_MAPPING:
			return dbmig_printf(d, "%s FOR %s", words, object->id);
		default:
			return dbmig_printf(d, "%s %s", words, object->id);
	}
}

const char *
dbmig_pg_away(Dbmig *d, const char *id)
{
	const size_t most = 40;
	const char *bare = dbmig_pg_plain(d, id);
	size_t		len = bare == NULL ? 0 : strlen(bare);
	uint32_t	hash = 0x811c9dc5u;
	const char *at;
	DbmigBuf	name;

	dbmig_buf_init(&name, d);
	dbmig_buf_addf(&name, "%s.", dbmig_pg_id_part(d, id, 0));
	if (len <= most)
	{
		dbmig_buf_identifier(&name, dbmig_printf(d, "dbmig_old_%s", bare));
		return name.text;
	}
	/* Others may begin like it. */
	for (at = bare; *at != '\0'; at++)
		hash = (hash ^ (unsigned char) *at) * 0x01000193u;
	for (len = most; ((unsigned char) bare[len] & 0xc0) == 0x80; len--)
		continue;
	dbmig_buf_identifier(&name, dbmig_printf(d, "dbmig_old_%.*s_%08x",
											 (int) len, bare,
											 (unsigned) hash));
	return name.text;
}

/* ---- statements ---- */

/* The first function of a plan says that none is looked into: what they name
 * may come later. */
static void
leave_bodies(DbmigPgPlanner *planner, DbmigBuf *sql,
			 const DbmigObject *object)
{
	if (planner->bodies_unchecked ||
		!(dbmig_pg_is(object, DBMIG_PG_FUNCTION) ||
		  dbmig_pg_is(object, DBMIG_PG_PROCEDURE)))
		return;
	planner->bodies_unchecked = true;
	dbmig_buf_add(sql, DBMIG_PG_BODIES_OFF);
}

void
dbmig_pg_create(DbmigPgPlanner *planner, DbmigBuf *sql,
				const DbmigObject *object)
{
	const KindRule *rule = &rules[dbmig_pg_kind(object)];

	leave_bodies(planner, sql, object);
	if (rule->create != NULL)
		rule->create(planner, sql, object);
}

void
dbmig_pg_alter(DbmigPgPlanner *planner, DbmigBuf *sql,
			   const DbmigChange *change)
{
	const KindRule *rule = &rules[dbmig_pg_kind(change->to)];

	if (dbmig_change_has(change, "definition"))
		leave_bodies(planner, sql, change->to);
	if (rule->alter != NULL)
		rule->alter(planner, sql, change);
}

static void
drop_member(DbmigPgPlanner *planner, DbmigBuf *sql, const DbmigObject *member)
{
	dbmig_buf_addf(sql, "ALTER PUBLICATION %s DROP %s;\n", member->owner->id,
				   dbmig_pg_member(planner->d, member));
}

/* Its grants are all there is of it. */
static void
drop_default_privileges(DbmigPgPlanner *planner, DbmigBuf *sql,
						const DbmigObject *object)
{
	DbmigObject bare = *object;

	bare.parts = NULL;
	bare.nparts = 0;
	dbmig_pg_own_extras(planner, sql, object, &bare);
}

/* A trigger that a partition has from its parent is in the model where it is
 * not enabled as usual: all that can go is that. */
static bool
is_of_parent(const DbmigObject *object)
{
	return dbmig_pg_is(object, DBMIG_PG_TRIGGER) &&
		dbmig_object_get(object, "parent") != NULL;
}

void
dbmig_pg_drop(DbmigPgPlanner *planner, DbmigBuf *sql,
			  const DbmigObject *object)
{
	if (dbmig_pg_is(object, DBMIG_PG_MEMBER))
		drop_member(planner, sql, object);
	else if (dbmig_pg_is(object, DBMIG_PG_DEFAULT_PRIVILEGES))
		drop_default_privileges(planner, sql, object);
	else if (is_of_parent(object))
		dbmig_buf_addf(sql, "ALTER TABLE %s ENABLE TRIGGER %s;\n",
					   dbmig_object_get(object, "table"),
					   dbmig_pg_id_name(planner->d, object->id));
	else
		dbmig_buf_addf(sql, "DROP %s;\n",
					   dbmig_pg_target(planner->d, object));
}
