/*
 * pg_plan_extra.c
 *	  What every object may have: an owner, a comment, grants.
 */
#include "pg_plan.h"

#include <string.h>

/* ---- how they are called ---- */

/* What comes after ON in GRANT; NULL: no grants. */
static const char *const grant_words[DBMIG_PG_NKINDS] =
{
	[DBMIG_PG_SCHEMA] = "SCHEMA",
	[DBMIG_PG_LANGUAGE] = "LANGUAGE",
	[DBMIG_PG_ENUM] = "TYPE",
	[DBMIG_PG_DOMAIN] = "DOMAIN",
	[DBMIG_PG_COMPOSITE] = "TYPE",
	[DBMIG_PG_BASE_TYPE] = "TYPE",
	[DBMIG_PG_RANGE] = "TYPE",
	[DBMIG_PG_SEQUENCE] = "SEQUENCE",
	[DBMIG_PG_FUNCTION] = "FUNCTION",
	[DBMIG_PG_PROCEDURE] = "PROCEDURE",
	[DBMIG_PG_AGGREGATE] = "FUNCTION",
	[DBMIG_PG_WRAPPER] = "FOREIGN DATA WRAPPER",
	[DBMIG_PG_SERVER] = "FOREIGN SERVER",
	[DBMIG_PG_TABLE] = "TABLE",
	[DBMIG_PG_FOREIGN_TABLE] = "TABLE",
	[DBMIG_PG_VIEW] = "TABLE",
	[DBMIG_PG_MATERIALIZED_VIEW] = "TABLE",
};

/* What ALTER DEFAULT PRIVILEGES calls them. */
static const char *const default_words[DBMIG_PG_NKINDS] =
{
	[DBMIG_PG_SCHEMA] = "SCHEMAS",
	[DBMIG_PG_ENUM] = "TYPES",
	[DBMIG_PG_DOMAIN] = "TYPES",
	[DBMIG_PG_COMPOSITE] = "TYPES",
	[DBMIG_PG_BASE_TYPE] = "TYPES",
	[DBMIG_PG_RANGE] = "TYPES",
	[DBMIG_PG_SEQUENCE] = "SEQUENCES",
	[DBMIG_PG_FUNCTION] = "FUNCTIONS",
	[DBMIG_PG_PROCEDURE] = "FUNCTIONS",
	[DBMIG_PG_AGGREGATE] = "FUNCTIONS",
	[DBMIG_PG_TABLE] = "TABLES",
	[DBMIG_PG_FOREIGN_TABLE] = "TABLES",
	[DBMIG_PG_VIEW] = "TABLES",
	[DBMIG_PG_MATERIALIZED_VIEW] = "TABLES",
};

/* ---- owners and comments ---- */

/* What is created is its creator's. */
static bool
is_creator(Dbmig *d, const char *owner)
{
	DbmigBuf	name;

	dbmig_buf_init(&name, d);
	dbmig_pg_add_name(&name, d->host.user == NULL ? "" : d->host.user);
	return strcmp(name.text, owner) == 0;
}

/* A sequence that a column owns has the owner of its table. */
static bool
follows_table(const DbmigObject *from, const DbmigObject *to)
{
	return from != NULL && dbmig_pg_is(to, DBMIG_PG_SEQUENCE) &&
		dbmig_object_get(from, "owned_by") != NULL &&
		dbmig_pg_same(from, to, "owned_by");
}

static void
write_owner(DbmigPgPlanner *planner, DbmigBuf *sql, const DbmigObject *from,
			const DbmigObject *to)
{
	const char *owner = dbmig_object_get(to, "owner");

	if (follows_table(from, to))
		return;
	if (owner != NULL && (from == NULL ? !is_creator(planner->d, owner) :
						  !dbmig_pg_same(from, to, "owner")))
		dbmig_buf_addf(sql, "ALTER %s OWNER TO %s;\n",
					   dbmig_pg_target(planner->d, to), owner);
}

/* The comment that an object has when nobody said anything. */
static const char *
comment_of(const DbmigObject *object)
{
	const char *comment = dbmig_object_get(object, "comment");

	if (comment == NULL && dbmig_pg_is(object, DBMIG_PG_SCHEMA) &&
		strcmp(object->id, "public") == 0)
		return "standard public schema";
	return comment;
}

static void
write_comment_on(DbmigBuf *sql, const char *target, const char *comment)
{
	dbmig_buf_addf(sql, "COMMENT ON %s IS ", target);
	if (comment == NULL)
		dbmig_buf_add(sql, "NULL");
	else
		dbmig_buf_literal(sql, comment);
	dbmig_buf_add(sql, ";\n");
}

/* The index of a constraint has the constraint's name. */
static void
write_comments(DbmigPgPlanner *planner, DbmigBuf *sql,
			   const DbmigObject *from, const DbmigObject *to)
{
	Dbmig	   *d = planner->d;
	DbmigBuf	index;

	if (from == NULL ? dbmig_object_get(to, "comment") != NULL :
		!dbmig_pg_same(from, to, "comment"))
		write_comment_on(sql, dbmig_pg_target(d, to), comment_of(to));
	if (from == NULL ? dbmig_object_get(to, "index_comment") == NULL :
		dbmig_pg_same(from, to, "index_comment"))
		return;
	dbmig_buf_init(&index, d);
	dbmig_buf_addf(&index, "INDEX %s.",
				   dbmig_pg_id_part(d, to->owner->id, 0));
	dbmig_buf_identifier(&index, to->name);
	write_comment_on(sql, index.text, dbmig_object_get(to, "index_comment"));
}

/* ---- grants ---- */

typedef struct Grants
{
	DbmigPgPlanner *planner;
	DbmigBuf   *sql;
	const DbmigObject *object;
} Grants;

/* "ALTER DEFAULT PRIVILEGES FOR ROLE a ", or nothing. */
static void
write_prefix(const Grants *grants)
{
	const char *schema;

	if (!dbmig_pg_is(grants->object, DBMIG_PG_DEFAULT_PRIVILEGES))
		return;
	schema = dbmig_object_get(grants->object, "schema");
	dbmig_buf_addf(grants->sql, "ALTER DEFAULT PRIVILEGES FOR ROLE %s ",
				   dbmig_object_get(grants->object, "role"));
	if (schema != NULL)
		dbmig_buf_addf(grants->sql, "IN SCHEMA %s ", schema);
}

/* True when it is one on the sequence of the identity column. */
static bool
is_on_sequence(const DbmigObject *grant)
{
	return dbmig_pg_has(grant, "on", "sequence");
}

/* "SELECT, INSERT"; of a column "SELECT (a), INSERT (a)". */
static void
write_privileges(const Grants *grants, const DbmigObject *grant,
				 const char *privileges)
{
	DbmigBuf   *sql = grants->sql;
	const char *comma;

	if (!dbmig_pg_is(grants->object, DBMIG_PG_COLUMN) ||
		is_on_sequence(grant))
	{
		dbmig_buf_add(sql, privileges);
		return;
	}
	for (;;)
	{
		comma = strchr(privileges, ',');
		dbmig_buf_addn(sql, privileges, comma == NULL ? strlen(privileges) :
					   (size_t) (comma - privileges));
		dbmig_buf_add(sql, " (");
		dbmig_buf_identifier(sql, grants->object->name);
		dbmig_buf_addc(sql, ')');
		if (comma == NULL)
			break;
		dbmig_buf_add(sql, ", ");
		privileges = comma + 2;
	}
}

static void
write_on(const Grants *grants, const DbmigObject *grant)
{
	const DbmigObject *object = grants->object;

	if (is_on_sequence(grant))
	{
		dbmig_buf_addf(grants->sql, " ON SEQUENCE %s ",
					   dbmig_object_get(object, "sequence"));
		return;
	}
	if (dbmig_pg_is(object, DBMIG_PG_COLUMN))
		object = object->owner;
	if (dbmig_pg_is(object, DBMIG_PG_DEFAULT_PRIVILEGES))
		dbmig_buf_addf(grants->sql, " ON %s ", dbmig_object_get(object, "on"));
	else
		dbmig_buf_addf(grants->sql, " ON %s %s ",
					   grant_words[dbmig_pg_kind(object)], object->id);
}

static void
write_grantee(const Grants *grants, const DbmigObject *grant)
{
	const DbmigObject *object = grants->object;
	const char *grantee = dbmig_object_get(grant, "grantee");

	if (dbmig_pg_is(object, DBMIG_PG_COLUMN))
		object = object->owner;
	if (strcmp(grantee, "OWNER") == 0)
		grantee = dbmig_object_get(object, "owner") != NULL ?
			dbmig_object_get(object, "owner") :
			dbmig_object_get(object, "role");
	dbmig_buf_add(grants->sql, grantee == NULL ? "CURRENT_USER" : grantee);
}

static void
write_end(const Grants *grants, const DbmigObject *grant)
{
	const char *grantor = dbmig_object_get(grant, "grantor");

	if (grantor != NULL)
		dbmig_buf_addf(grants->sql, " GRANTED BY %s", grantor);
	dbmig_buf_add(grants->sql, ";\n");
}

static void
write_grant(const Grants *grants, const DbmigObject *grant,
			const char *privileges, bool grantable)
{
	write_prefix(grants);
	dbmig_buf_add(grants->sql, "GRANT ");
	write_privileges(grants, grant, privileges);
	write_on(grants, grant);
	dbmig_buf_add(grants->sql, "TO ");
	write_grantee(grants, grant);
	if (grantable)
		dbmig_buf_add(grants->sql, " WITH GRANT OPTION");
	write_end(grants, grant);
}

static void
write_revoke(const Grants *grants, const DbmigObject *grant,
			 const char *privileges, bool only_option)
{
	write_prefix(grants);
	dbmig_buf_add(grants->sql, "REVOKE ");
	if (only_option)
		dbmig_buf_add(grants->sql, "GRANT OPTION FOR ");
	write_privileges(grants, grant, privileges);
	write_on(grants, grant);
	dbmig_buf_add(grants->sql, "FROM ");
	write_grantee(grants, grant);
	write_end(grants, grant);
}

/* True when the list "a, b" has the word. */
static bool
list_has(const char *list, const char *word, size_t len)
{
	while (list != NULL)
	{
		size_t		end = strcspn(list, ",");

		if (end == len && strncmp(list, word, len) == 0)
			return true;
		list = list[end] == '\0' ? NULL : list + end + 2;
	}
	return false;
}

/* What is in list and in neither of the others, as such a list; NULL: none. */
static const char *
list_without(Dbmig *d, const char *list, const char *other,
			 const char *another)
{
	DbmigBuf	rest;

	dbmig_buf_init(&rest, d);
	while (list != NULL)
	{
		size_t		end = strcspn(list, ",");

		if (!list_has(other, list, end) && !list_has(another, list, end))
		{
			if (rest.len > 0)
				dbmig_buf_add(&rest, ", ");
			dbmig_buf_addn(&rest, list, end);
		}
		list = list[end] == '\0' ? NULL : list + end + 2;
	}
	return rest.len == 0 ? NULL : rest.text;
}

/* True when everybody, or the owner, may something unless it is revoked. */
static bool
has_default(const Grants *grants, const DbmigObject *grant)
{
	DbmigPgKind kind = dbmig_pg_kind(grants->object);
	const char *schema = dbmig_object_get(grants->object, "schema");

	if (kind == DBMIG_PG_COLUMN && !is_on_sequence(grant))
		return false;
	if (kind == DBMIG_PG_DEFAULT_PRIVILEGES && schema != NULL)
		return false;
	if (dbmig_pg_has(grant, "grantee", "OWNER"))
		return true;
	if (!dbmig_pg_has(grant, "grantee", "PUBLIC"))
		return false;
	if (kind == DBMIG_PG_DEFAULT_PRIVILEGES)
		return dbmig_pg_has(grants->object, "on", "FUNCTIONS") ||
			dbmig_pg_has(grants->object, "on", "TYPES");
	return dbmig_pg_is_type(grants->object) || kind == DBMIG_PG_FUNCTION ||
		kind == DBMIG_PG_PROCEDURE || kind == DBMIG_PG_AGGREGATE ||
		kind == DBMIG_PG_LANGUAGE;
}

static void
write_all(const Grants *grants, const DbmigObject *grant)
{
	const char *privileges = dbmig_object_get(grant, "privileges");
	const char *grantable = dbmig_object_get(grant, "grantable");

	if (privileges != NULL)
		write_grant(grants, grant, privileges, false);
	if (grantable != NULL)
		write_grant(grants, grant, grantable, true);
}

/* What the grantee has by default, when nothing is said. */
static const char *
default_of(const Grants *grants, const DbmigObject *grant)
{
	DbmigPgKind kind = dbmig_pg_kind(grants->object);

	if (kind == DBMIG_PG_SCHEMA && dbmig_pg_has(grant, "grantee", "PUBLIC") &&
		strcmp(grants->object->id, "public") == 0)
		return "USAGE";
	return has_default(grants, grant) ? "ALL" : NULL;
}

static void
change_grant(const Grants *grants, const DbmigObject *from,
			 const DbmigObject *to)
{
	Dbmig	   *d = grants->planner->d;
	const char *had = dbmig_object_get(from, "privileges");
	const char *had_option = dbmig_object_get(from, "grantable");
	const char *gets = dbmig_object_get(to, "privileges");
	const char *gets_option = dbmig_object_get(to, "grantable");
	const char *list;

	list = list_without(d, had, gets, gets_option);
	if (list != NULL)
		write_revoke(grants, from, list, false);
	list = list_without(d, had_option, gets, gets_option);
	if (list != NULL)
		write_revoke(grants, from, list, false);
	list = list_without(d, list_without(d, had_option, gets_option, NULL),
						list, NULL);
	if (list != NULL)
		write_revoke(grants, from, list, true);
	list = list_without(d, gets, had, had_option);
	if (list != NULL)
		write_grant(grants, to, list, false);
	list = list_without(d, gets_option, had_option, NULL);
	if (list != NULL)
		write_grant(grants, to, list, true);
}

static void
write_one_grant(const Grants *grants, const DbmigObject *from,
				const DbmigObject *to, bool exact)
{
	const char *by_default;

	/* Those on a sequence went with it. */
	if (is_on_sequence(to != NULL ? to : from) &&
		dbmig_object_get(grants->object, "sequence") == NULL)
		return;
	if (from != NULL && to != NULL && exact)
	{
		change_grant(grants, from, to);
		return;
	}
	by_default = default_of(grants, to != NULL ? to : from);
	if (from != NULL || by_default != NULL)
		write_revoke(grants, from != NULL ? from : to, "ALL", false);
	if (to != NULL)
		write_all(grants, to);
	else if (by_default != NULL)
		write_grant(grants, from, by_default, false);
}

/* The grants of an object are its last parts but not the only ones. */
static const DbmigObject *
next_grant(const DbmigObject *object, size_t *i)
{
	while (object != NULL && *i < object->nparts)
	{
		const DbmigObject *part = object->parts[*i];

		if (dbmig_pg_is(part, DBMIG_PG_GRANT))
			return part;
		(*i)++;
	}
	return NULL;
}

/* What a grantee had and gets. */
typedef struct Pair
{
	const DbmigObject *from;
	const DbmigObject *to;
} Pair;

static size_t
place_of(const Pair *pair)
{
	return pair->to == NULL ? 0 : pair->to->position + 1;
}

/* In the places that they have in the ACL, what goes first: there are few. */
static void
sort_pairs(Pair *pairs, size_t count)
{
	size_t		i;
	size_t		j;

	for (i = 1; i < count; i++)
	{
		Pair		pair = pairs[i];

		for (j = i; j > 0 && place_of(&pairs[j - 1]) > place_of(&pair); j--)
			pairs[j] = pairs[j - 1];
		pairs[j] = pair;
	}
}

/* exact: what the object had is what from says; else it is at least that. */
static void
write_grants(DbmigPgPlanner *planner, DbmigBuf *sql,
			 const DbmigObject *from, const DbmigObject *to, bool exact)
{
	const Grants grants = {planner, sql, to};
	Pair	   *pairs;
	size_t		count = 0;
	size_t		i = 0;
	size_t		j = 0;
	const DbmigObject *a = next_grant(from, &i);
	const DbmigObject *b = next_grant(to, &j);

	if (a == NULL && b == NULL)
		return;
	pairs = dbmig_alloc(planner->d, ((from == NULL ? 0 : from->nparts) +
									 to->nparts) * sizeof(Pair));
	while (pairs != NULL && (a != NULL || b != NULL))
	{
		int			order = a == NULL ? 1 : b == NULL ? -1 :
			strcmp(a->id, b->id);

		pairs[count].from = order <= 0 ? a : NULL;
		pairs[count++].to = order >= 0 ? b : NULL;
		if (order <= 0)
			i++;
		if (order >= 0)
			j++;
		a = next_grant(from, &i);
		b = next_grant(to, &j);
	}
	sort_pairs(pairs, count);
	for (i = 0; i < count; i++)
		write_one_grant(&grants, pairs[i].from, pairs[i].to, exact);
}

/* ---- default privileges, as they are while objects are created ---- */

static bool
apply_to(const DbmigObject *defaults, const char *words, const char *schema,
		 const char *owner)
{
	const char *in = dbmig_object_get(defaults, "schema");

	return words != NULL && dbmig_pg_has(defaults, "on", words) &&
		(in == NULL || (schema != NULL && strcmp(in, schema) == 0)) &&
		(owner == NULL || dbmig_pg_has(defaults, "role", owner));
}

static void
write_new_grants(DbmigPgPlanner *planner, DbmigBuf *sql,
				 const DbmigObject *to)
{
	const DbmigKind *kind = &dbmig_pg_kinds[DBMIG_PG_DEFAULT_PRIVILEGES];
	const char *schema = dbmig_pg_id_part(planner->d, to->id, 0);
	const DbmigObject *had = NULL;
	size_t		i;

	for (i = 0; i < planner->from->count; i++)
	{
		const DbmigObject *object = planner->from->items[i];
		const DbmigPgItem *item = object->mark;

		if (object->kind->order > kind->order)
			break;
		if (object->kind != kind || item == NULL || dbmig_pg_goes(item) ||
			!apply_to(object, default_words[dbmig_pg_kind(to)], schema,
					  dbmig_object_get(to, "owner")))
			continue;
		/* Of several, the rest is revoked; then all is granted. */
		if (had != NULL)
			write_grants(planner, sql, had, to, false);
		had = object;
	}
	write_grants(planner, sql, had, to, false);
}

/* What the sequence of a new identity column gives away by itself. */
static void
write_sequence_revokes(DbmigPgPlanner *planner, DbmigBuf *sql,
					   const DbmigObject *column)
{
	const char *sequence = dbmig_object_get(column, "sequence");
	const char *schema = sequence == NULL ? NULL :
		dbmig_pg_id_part(planner->d, sequence, 0);
	size_t		i;
	size_t		j;

	for (i = 0; sequence != NULL && i < planner->from->count; i++)
	{
		const DbmigObject *defaults = planner->from->items[i];
		const DbmigPgItem *item = defaults->mark;

		if (!dbmig_pg_is(defaults, DBMIG_PG_DEFAULT_PRIVILEGES) ||
			item == NULL || dbmig_pg_goes(item) ||
			!apply_to(defaults, "SEQUENCES", schema,
					  dbmig_object_get(column->owner, "owner")))
			continue;
		for (j = 0; j < defaults->nparts; j++)
		{
			if (dbmig_pg_is(defaults->parts[j], DBMIG_PG_GRANT) &&
				!dbmig_pg_has(defaults->parts[j], "grantee", "OWNER"))
				dbmig_buf_addf(sql, "REVOKE ALL ON SEQUENCE %s FROM %s;\n",
							   sequence,
							   dbmig_object_get(defaults->parts[j],
												"grantee"));
		}
	}
}

/* ---- all of it ---- */

void
dbmig_pg_own_extras(DbmigPgPlanner *planner, DbmigBuf *sql,
					const DbmigObject *from, const DbmigObject *to)
{
	if (to->owner == NULL)
		write_owner(planner, sql, from, to);
	write_comments(planner, sql, from, to);
	if (from != NULL)
		write_grants(planner, sql, from, to, true);
	else if (to->owner == NULL)
		write_new_grants(planner, sql, to);
	else
	{
		if (dbmig_pg_is(to, DBMIG_PG_COLUMN))
			write_sequence_revokes(planner, sql, to);
		write_grants(planner, sql, NULL, to, false);
	}
}

/* Parts that are no items: columns of views, constraints of domains. */
void
dbmig_pg_extras(DbmigPgPlanner *planner, DbmigBuf *sql,
				const DbmigObject *from, const DbmigObject *to)
{
	size_t		i;

	dbmig_pg_own_extras(planner, sql, from, to);
	for (i = 0; i < to->nparts; i++)
	{
		const DbmigObject *part = to->parts[i];
		const DbmigObject *old = NULL;

		if (part->mark != NULL || dbmig_pg_is(part, DBMIG_PG_GRANT))
			continue;
		if (from != NULL)
			old = dbmig_model_find(planner->from, part->kind, from, part->id);
		dbmig_pg_own_extras(planner, sql, old, part);
	}
}
