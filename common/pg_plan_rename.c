/*
 * pg_plan_rename.c
 *	  What else than tables and columns can be renamed; and what has to be when
 *	  they are: sequences, indexes and constraints whose names the server made
 *	  of theirs.
 */
#include "pg_plan_part.h"

#include <string.h>

const DbmigRenameForm dbmig_pg_renamable[] =
{
	{"sequence", NULL, "SEQUENCE", ""},
	{"index", NULL, "INDEX", ""},
	{"view", NULL, "VIEW", ""},
	{"materialized view", NULL, "MATERIALIZED VIEW", ""},
	{"foreign table", NULL, "FOREIGN TABLE", ""},
	{"statistics", NULL, "STATISTICS", ""},
	{"enum", NULL, "TYPE", ""},
	{"composite", NULL, "TYPE", ""},
	{"range", NULL, "TYPE", ""},
	{"domain", NULL, "DOMAIN", ""},
	{"constraint", "table", "TABLE", "CONSTRAINT "},
	{"constraint", "domain", "DOMAIN", "CONSTRAINT "},
	{"column", "composite", "TYPE", "ATTRIBUTE "},
	{"column", "foreign table", "FOREIGN TABLE", "COLUMN "},
	{NULL, NULL, NULL, NULL}
};

typedef struct Implier
{
	Dbmig	   *d;
	DbmigPlan  *renames;
	const DbmigModel *from;
	const DbmigModel *to;
	DbmigMap	taken;			/* names of relations, and of constraints with
								 * their table, that are there */
	DbmigMap	wanted;			/* likeness -> what is new under that name */
} Implier;

/* ---- names ---- */

static bool
is_key(const DbmigObject *constraint)
{
	return dbmig_pg_has(constraint, "type", "primary key") ||
		dbmig_pg_has(constraint, "type", "unique") ||
		dbmig_pg_has(constraint, "type", "exclude");
}

/* Keys have an index of their name, which is among the relations. */
static const char *
name_in(Dbmig *d, const DbmigObject *object)
{
	DbmigBuf	name;

	if (object->owner == NULL)
		return object->id;
	dbmig_buf_init(&name, d);
	if (is_key(object))
		dbmig_buf_addf(&name, "%s.", dbmig_pg_id_part(d, object->owner->id, 0));
	else
		dbmig_buf_addf(&name, "%s ", object->owner->id);
	dbmig_pg_add_name(&name, object->name);
	return name.text;
}

/* ---- likeness ---- */

/* The definition of an index or statistics without its name, which stands
 * before " ON ". */
static const char *
nameless(Dbmig *d, const DbmigObject *object, const char *definition)
{
	const char *name = dbmig_pg_id_name(d, object->id);
	const char *full = strstr(definition, object->id);
	const char *at = strstr(definition, name);

	if (full != NULL && full < at)
	{
		at = full;
		name = object->id;
	}
	return at == NULL ? definition :
		dbmig_printf(d, "%s%s",
					 dbmig_strndup(d, definition,
								   (size_t) (at - definition)),
					 at + strlen(name));
}

/* What it is like without its name, and without what follows it or can be
 * changed afterwards. */
static const char *
attributes_of(Dbmig *d, const DbmigObject *object)
{
	DbmigBuf	text;
	size_t		i;

	dbmig_buf_init(&text, d);
	for (i = 0; i < object->nattributes; i++)
	{
		const char *key = object->attributes[i].key;
		const char *value = object->attributes[i].value;

		if (strcmp(key, "comment") == 0 || strcmp(key, "owner") == 0 ||
			strcmp(key, "index_comment") == 0)
			continue;
		if (strcmp(key, "parent") == 0)
			value = "";
		else if (strcmp(key, "definition") == 0 && object->owner == NULL)
			value = nameless(d, object, value);
		dbmig_buf_addf(&text, "%s = %s\n", key, value);
	}
	return text.text;
}

/* Two objects of one likeness are the same but for the name; NULL for what is
 * only renamed when the user says so. */
static const char *
likeness(Dbmig *d, const DbmigObject *object)
{
	const DbmigObject *owner = object->owner;

	switch (dbmig_pg_kind(object))
	{
		case DBMIG_PG_SEQUENCE:
			/* A column has one. */
			return dbmig_object_get(object, "owned_by") == NULL ? NULL :
				dbmig_printf(d, "sequence %s",
							 dbmig_object_get(object, "owned_by"));
		case DBMIG_PG_INDEX:
		case DBMIG_PG_STATISTICS:
			return dbmig_printf(d, "%s %s", object->kind->name,
								attributes_of(d, object));
		case DBMIG_PG_CONSTRAINT:
			/* Those of a child have the name that they have in the parent. */
			if (dbmig_pg_has(object, "type", "check") &&
				dbmig_object_get(object, "inherited") != NULL)
				return NULL;
			return dbmig_printf(d, "%s %s %s", owner->kind->name, owner->id,
								attributes_of(d, object));
		default:
			return NULL;
	}
}

/* ---- what there is ---- */

typedef void (*Visitor) (Implier *implier, DbmigObject *object);

/* Hands over the objects, and the constraints in them, that the other model
 * does not have. */
static void
visit(Implier *implier, DbmigObject *const *objects, size_t count,
	  const DbmigModel *other, const DbmigObject *owner, Visitor visitor)
{
	size_t		i;

	for (i = 0; i < count && dbmig_ok(implier->d); i++)
	{
		const DbmigObject *same = dbmig_model_find(other, objects[i]->kind,
												   owner, objects[i]->id);

		if (same == NULL)
			visitor(implier, objects[i]);
		else if (owner == NULL)
			visit(implier, objects[i]->parts, objects[i]->nparts, other, same,
				  visitor);
	}
}

static void
note_wanted(Implier *implier, DbmigObject *object)
{
	const char *like = likeness(implier->d, object);

	if (like != NULL && dbmig_map_get(&implier->wanted, like) == NULL)
		dbmig_map_put(&implier->wanted, like, object);
}

static void
note_taken(Implier *implier)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < implier->from->count; i++)
	{
		DbmigObject *object = implier->from->items[i];

		dbmig_map_put(&implier->taken, object->id, object);
		for (j = 0; j < object->nparts; j++)
		{
			if (dbmig_pg_is(object->parts[j], DBMIG_PG_CONSTRAINT))
				dbmig_map_put(&implier->taken,
							  name_in(implier->d, object->parts[j]),
							  object->parts[j]);
		}
	}
}

/* ---- statements ---- */

/* ALTER INDEX public.a RENAME TO b; the object with the name of the first,
 * and of its owner as it is called. */
static const char *
rename_to(Dbmig *d, const DbmigObject *object, const DbmigObject *from,
		  const DbmigObject *to)
{
	DbmigBuf	sql;

	dbmig_buf_init(&sql, d);
	if (object->owner == NULL)
		dbmig_buf_addf(&sql, "ALTER %s %s RENAME TO %s;\n",
					   dbmig_pg_words(object), from->id,
					   dbmig_pg_id_name(d, to->id));
	else
	{
		dbmig_buf_addf(&sql, "ALTER %s %s RENAME CONSTRAINT ",
					   dbmig_pg_words(object->owner), object->owner->id);
		dbmig_buf_identifier(&sql, from->name);
		dbmig_buf_add(&sql, " TO ");
		dbmig_buf_identifier(&sql, to->name);
		dbmig_buf_add(&sql, ";\n");
	}
	return sql.text;
}

static void
rename_old(Implier *implier, DbmigObject *from)
{
	Dbmig	   *d = implier->d;
	const char *like = likeness(d, from);
	const DbmigObject *to = like == NULL ? NULL :
	dbmig_map_get(&implier->wanted, like);
	DbmigStep  *step;

	if (to == NULL || dbmig_map_get(&implier->taken, name_in(d, to)) != NULL)
		return;
	step = dbmig_plan_add(implier->renames, DBMIG_RENAME, from,
						  rename_to(d, from, from, to));
	if (step == NULL)
		return;
	step->undo = rename_to(d, from, to, from);
	dbmig_step_find(implier->renames, step, "rename-object");
	/* Another one that is like it goes. */
	dbmig_map_put(&implier->taken, name_in(d, to), from);
}

void
dbmig_pg_imply(DbmigPlan *renames, const DbmigModel *from,
			   const DbmigModel *to)
{
	Implier		implier = {
		.d = renames->d,
		.renames = renames,
		.from = from,
		.to = to,
	};

	dbmig_map_init(&implier.taken, renames->d);
	dbmig_map_init(&implier.wanted, renames->d);
	/* Most are about a few objects, or make all. */
	if (from->count > 0)
		visit(&implier, to->items, to->count, from, NULL, note_wanted);
	if (implier.wanted.count == 0)
		return;
	note_taken(&implier);
	visit(&implier, from->items, from->count, to, NULL, rename_old);
}
