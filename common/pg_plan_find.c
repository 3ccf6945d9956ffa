/*
 * pg_plan_find.c
 *	  The hazards of PostgreSQL's steps: which act on which kind has which.
 */
#include "pg_plan_ask.h"

#include <string.h>

/* What goes, by kind; "drop-object" where nothing stands here. */
static const char *const drop_hazards[DBMIG_PG_NKINDS] =
{
	[DBMIG_PG_ENUM] = "drop-type",
	[DBMIG_PG_DOMAIN] = "drop-type",
	[DBMIG_PG_COMPOSITE] = "drop-type",
	[DBMIG_PG_BASE_TYPE] = "drop-type",
	[DBMIG_PG_RANGE] = "drop-type",
	[DBMIG_PG_FUNCTION] = "drop-function",
	[DBMIG_PG_PROCEDURE] = "drop-function",
	[DBMIG_PG_AGGREGATE] = "drop-function",
	[DBMIG_PG_VIEW] = "drop-view",
	[DBMIG_PG_MATERIALIZED_VIEW] = "drop-materialized-view",
	[DBMIG_PG_INDEX] = "drop-index",
	[DBMIG_PG_TRIGGER] = "drop-trigger",
	[DBMIG_PG_POLICY] = "access-change",
};

/* What an attribute's change means, by kind; key NULL: any. */
static const struct
{
	DbmigPgKind kind;
	const char *key;
	const char *hazard;
}			alter_hazards[] =

{
	{DBMIG_PG_ENUM, "values", "add-enum-value"},
	{DBMIG_PG_EXTENSION, "version", "extension-version"},
	{DBMIG_PG_VIEW, "definition", "replace-view"},
	{DBMIG_PG_POLICY, NULL, "access-change"},
	{DBMIG_PG_TABLE, "row_security", "access-change"},
	{DBMIG_PG_TABLE, "force_row_security", "access-change"},
	{DBMIG_PG_TABLE, "replica_identity", "replica-identity"},
	{DBMIG_PG_COLUMN, "collation", "change-collation"},
	{DBMIG_PG_COLUMN, "generated", "change-generated"},
};

static const struct
{
	const char *type;			/* of a constraint */
	const char *hazard;
}			drop_constraint_hazards[] =

{
	{"check", "drop-check"},
	{"unique", "drop-unique"},
	{"exclude", "drop-unique"},
	{"primary key", "drop-primary-key"},
	{"foreign key", "drop-foreign-key"},
};

static bool
has(const DbmigObject *object, const char *key)
{
	return object != NULL && dbmig_object_get(object, key) != NULL;
}

/* True for a part of a table that is there and stays.  The rows of a foreign
 * table are elsewhere: nothing here loses them. */
static bool
of_live_table(const DbmigPgItem *item)
{
	return item->owner != NULL && item->owner->from != NULL &&
		item->owner->to != NULL && item->owner->fate != DBMIG_PG_RECREATE &&
		dbmig_pg_is(item->owner->from, DBMIG_PG_TABLE);
}

/* ---- what goes ---- */

/* The partitions of a table that are known, as names of relations. */
static void
list_partitions(DbmigBuf *list, const DbmigPgItem *table)
{
	size_t		i;

	for (i = 0; i < table->ndependents; i++)
	{
		const DbmigPgItem *part = table->dependents[i];

		if (part->from == NULL ||
			!dbmig_pg_has(part->from, "partition_of", table->from->id))
			continue;
		dbmig_buf_add(list, list->len > 0 ? ", " : "");
		dbmig_buf_literal(list, part->from->id);
		list_partitions(list, part);
	}
}

/* Its children's rows are theirs; but a partition that is in no managed schema
 * goes along, and nothing else asks for it. */
static const char *
dropped_rows(const DbmigPgFinder *finder, const DbmigPgItem *table)
{
	Dbmig	   *d = finder->planner->d;
	DbmigBuf	name;
	DbmigBuf	known;

	if (!has(table->from, "partition_key"))
		return dbmig_printf(d, "SELECT count(*), NULL FROM ONLY %s",
							table->from->id);
	dbmig_buf_init(&name, d);
	dbmig_buf_init(&known, d);
	dbmig_buf_literal(&name, table->from->id);
	list_partitions(&known, table);
	return dbmig_printf(d, "SELECT count(*), min(relid::text) "
						"FROM pg_partition_tree(%s) WHERE isleaf "
						"AND relid <> ALL (ARRAY[%s]::regclass[])", name.text,
						known.text);
}

static void
find_dropped_rows(const DbmigPgFinder *finder, const DbmigPgItem *table)
{
	bool		comes_back = table->fate == DBMIG_PG_RECREATE;
	Dbmig	   *d = finder->planner->d;
	DbmigFinding *finding =
	dbmig_pg_ask(finder, comes_back ? "recreate-table" : "drop-table",
				 table->from, NULL, NULL,
				 dbmig_printf(d, "%s table \"%s\"",
							  comes_back ? "recreating" : "dropping",
							  dbmig_show(d, table->from->name)),
				 has(table->from, "partition_key") ?
				 "unmanaged partitions" : "rows");

	if (finding != NULL)
		finding->query = dropped_rows(finder, table);
}

static void
find_dropped_sequence(const DbmigPgFinder *finder, const DbmigPgItem *item)
{
	/* A swapped one has a successor, which goes on where it was. */
	if (item->swapped)
		dbmig_pg_note(finder, "drop-object");
	else
		(void) dbmig_pg_ask(finder, "drop-sequence", item->from, "is_called",
					 "last_value",
					 dbmig_printf(finder->planner->d,
								  "dropping sequence \"%s\"",
								  dbmig_show(finder->planner->d,
											 item->from->name)), "counters");
}

/* Rows in tables of its own. */
static void
find_dropped_extension(const DbmigPgFinder *finder, const DbmigPgItem *item)
{
	Dbmig	   *d = finder->planner->d;
	DbmigFinding *finding = dbmig_step_find(finder->planner->plan,
											finder->step, "drop-extension");
	DbmigBuf	query;

	if (finding == NULL)
		return;
	dbmig_buf_init(&query, d);
	dbmig_buf_add(&query, "SELECT count(*), min(c.oid::regclass::text) "
				  "FROM pg_class c JOIN pg_depend d ON d.objid = c.oid AND "
				  "d.classid = 'pg_class'::regclass AND d.deptype = 'e' "
				  "JOIN pg_extension e ON e.oid = d.refobjid AND "
				  "d.refclassid = 'pg_extension'::regclass "
				  "WHERE c.relkind = 'r' AND pg_relation_size(c.oid) > 0 "
				  "AND e.extname = ");
	dbmig_buf_literal(&query, item->from->name);
	finding->query = query.text;
	finding->what = dbmig_printf(d, "dropping extension \"%s\"",
								 dbmig_show(d, item->from->name));
	finding->unit = "tables that are not empty";
}

/* Its tables that have rows. */
static void
find_dropped_schema(const DbmigPgFinder *finder, const DbmigPgItem *schema)
{
	Dbmig	   *d = finder->planner->d;
	DbmigFinding *finding = dbmig_step_find(finder->planner->plan,
											finder->step, "drop-schema");
	const DbmigModel *from = finder->planner->from;
	size_t		len = strlen(schema->from->id);
	DbmigBuf	query;
	size_t		i;

	if (finding == NULL)
		return;
	dbmig_buf_init(&query, d);
	dbmig_buf_add(&query, "SELECT count(*), min(name) FROM "
				  "(SELECT '' AS name WHERE false");
	for (i = 0; i < from->count; i++)
	{
		const DbmigObject *table = from->items[i];

		if (!dbmig_pg_is(table, DBMIG_PG_TABLE) ||
			strncmp(table->id, schema->from->id, len) != 0 ||
			table->id[len] != '.')
			continue;
		dbmig_buf_add(&query, " UNION ALL SELECT ");
		dbmig_buf_literal(&query, table->id);
		dbmig_buf_addf(&query, " WHERE EXISTS (SELECT FROM %s)", table->id);
	}
	dbmig_buf_add(&query, ") t");
	finding->query = query.text;
	finding->what = dbmig_printf(d, "dropping schema \"%s\"",
								 dbmig_show(d, schema->from->name));
	finding->unit = "tables that are not empty";
}

static void
find_dropped_column(const DbmigPgFinder *finder, const DbmigPgItem *column)
{
	Dbmig	   *d = finder->planner->d;
	bool		generated = has(column->to, "generated");

	/* What is computed comes back by itself. */
	if (!of_live_table(column) || has(column->from, "generated"))
		return;
	(void) dbmig_pg_ask(finder, generated ? "column-to-generated" : "drop-column",
				 column->owner->from,
				 dbmig_pg_fill(d, "%s IS DISTINCT FROM NULL", column->from),
				 NULL,
				 dbmig_pg_part_of(d, generated ? "replacing" : "dropping",
								  column->from), "values");
	dbmig_pg_ask_rows(finder, column->from);
}

static void
find_dropped_constraint(const DbmigPgFinder *finder,
						const DbmigPgItem *constraint)
{
	const char *type = dbmig_object_get(constraint->from, "type");
	size_t		i;

	for (i = 0; type != NULL && i < DBMIG_COUNT(drop_constraint_hazards); i++)
	{
		if (constraint->fate == DBMIG_PG_DROP &&
			strcmp(type, drop_constraint_hazards[i].type) == 0)
			dbmig_pg_note(finder, drop_constraint_hazards[i].hazard);
	}
}

static void
find_dropped(const DbmigPgFinder *finder, const DbmigPgItem *item)
{
	DbmigPgKind kind = dbmig_pg_kind(item->from);
	const char *hazard = drop_hazards[kind];

	if (kind == DBMIG_PG_TABLE)
		find_dropped_rows(finder, item);
	else if (kind == DBMIG_PG_COLUMN)
		find_dropped_column(finder, item);
	else if (kind == DBMIG_PG_CONSTRAINT)
		find_dropped_constraint(finder, item);
	else if (item->fate == DBMIG_PG_RECREATE)
		dbmig_pg_note(finder, "recreate-dependents");
	else if (kind == DBMIG_PG_SEQUENCE)
		find_dropped_sequence(finder, item);
	else if (kind == DBMIG_PG_EXTENSION)
		find_dropped_extension(finder, item);
	else if (kind == DBMIG_PG_SCHEMA)
		find_dropped_schema(finder, item);
	else
		dbmig_pg_note(finder, hazard != NULL ? hazard : "drop-object");
	if (kind == DBMIG_PG_INDEX && item->fate == DBMIG_PG_DROP &&
		has(item->from, "unique"))
		dbmig_pg_note(finder, "drop-unique");
}

/* ---- what comes ---- */

static void
find_created_column(const DbmigPgFinder *finder, const DbmigPgItem *column)
{
	const char *type = dbmig_object_get(column->to, "type");

	if (!of_live_table(column))
		return;
	if (type != NULL && strcmp(type, "json") == 0)
		dbmig_pg_note(finder, "add-json-column");
	if (has(column->to, "not_null") && !has(column->to, "default") &&
		!has(column->to, "identity") && !has(column->to, "generated") &&
		!has(column->from, "generated") &&
		dbmig_pg_backfill(finder->planner, column->to) == NULL)
		(void) dbmig_pg_ask(finder, "add-not-null", column->owner->from, NULL,
					 dbmig_pg_which(finder->planner->d, column->owner->from),
					 dbmig_pg_part_of(finder->planner->d, "new not-null",
									  column->to), "rows");
}

static void
find_created(const DbmigPgFinder *finder, const DbmigPgItem *item)
{
	switch (dbmig_pg_kind(item->to))
	{
		case DBMIG_PG_COLUMN:
			find_created_column(finder, item);
			break;
		case DBMIG_PG_CONSTRAINT:
			if (of_live_table(item))
				dbmig_pg_ask_constraint(finder, item);
			break;
		case DBMIG_PG_INDEX:
			dbmig_pg_ask_index(finder, item);
			break;
		case DBMIG_PG_ENUM:
			if (item->from != NULL)
				dbmig_pg_ask_enum(finder, item);
			break;
		case DBMIG_PG_DOMAIN:
			if (item->change != NULL)
				dbmig_pg_ask_domain(finder, item);
			break;
		case DBMIG_PG_COLLATION:
			if (item->swapped)
				dbmig_pg_note(finder, "change-collation");
			break;
		case DBMIG_PG_POLICY:
			dbmig_pg_note(finder, "access-change");
			break;
		default:
			break;
	}
}

/* ---- what changes ---- */

static void
find_changed_column(const DbmigPgFinder *finder, const DbmigPgItem *column)
{
	Dbmig	   *d = finder->planner->d;
	const DbmigChange *change = column->change;
	bool		filled = dbmig_pg_backfill(finder->planner, column->to) != NULL;

	/* What the user says is put in the place of what is there. */
	if (filled && (dbmig_change_has(change, "type") ||
				   (dbmig_change_has(change, "not_null") &&
					has(column->to, "not_null"))))
		finder->step->overwrites = true;
	if (dbmig_change_has(change, "default"))
		dbmig_pg_note(finder, has(column->to, "default") ? "change-default" :
					  "drop-default");
	if (has(column->from, "identity") && !has(column->to, "identity") &&
		dbmig_pg_succeeding(d, finder->planner->to, column) == NULL)
		dbmig_pg_note(finder, "drop-identity");
	if (dbmig_change_has(change, "not_null") && !has(column->to, "not_null"))
		dbmig_pg_note(finder, "drop-not-null");
	if (dbmig_change_has(change, "type") && !filled && !column->follows)
		dbmig_pg_ask_type(finder, column);
	if (dbmig_change_has(change, "not_null") &&
		has(column->to, "not_null") && !filled)
		(void) dbmig_pg_ask(finder, "set-not-null", column->owner->from,
					 dbmig_pg_fill(d, "%s IS NULL", column->from),
					 dbmig_pg_which(d, column->owner->from),
					 dbmig_pg_part_of(d, "not-null", column->to),
					 "rows");
}

/* True for a column whose type the server does not let change: rows of its
 * table are values in other rows. */
static bool
is_fixed(const DbmigPgItem *column)
{
	const DbmigPgItem *table = column->owner;
	size_t		i;

	if (table == NULL || !dbmig_pg_is(column->from, DBMIG_PG_COLUMN))
		return false;
	for (i = 0; i < table->ndependents; i++)
	{
		const DbmigPgItem *other = table->dependents[i];

		if (other->owner != table &&
			dbmig_pg_is(other->from, DBMIG_PG_COLUMN))
			return true;
	}
	return false;
}

/* The way back makes an enum anew, and its columns have to follow. */
static void
find_changed_enum(const DbmigPgFinder *finder, const DbmigPgItem *type)
{
	size_t		i;

	for (i = 0; i < type->ndependents; i++)
	{
		if (is_fixed(type->dependents[i]))
			finder->step->overwrites = true;
	}
}

/* The type of a column is made anew, and keeps its name. */
static void
find_retyped_column(const DbmigPgFinder *finder, const DbmigPgItem *column)
{
	if (!dbmig_pg_same(column->from, column->to, "type"))
		return;
	if (dbmig_pg_backfill(finder->planner, column->to) == NULL)
		dbmig_pg_ask_stored(finder, column);
	else if (dbmig_pg_becomes_other(finder->planner, column))
		finder->step->overwrites = true;
}

/* What a composite has no more. */
static void
find_changed_composite(const DbmigPgFinder *finder, const DbmigPgItem *type)
{
	size_t		i;

	for (i = 0; i < type->change->nparts; i++)
	{
		const DbmigChange *part = &type->change->parts[i];

		if (part->to == NULL && dbmig_pg_is(part->from, DBMIG_PG_COLUMN))
			dbmig_pg_ask_rows(finder, part->from);
	}
}

static void
find_changed(const DbmigPgFinder *finder, const DbmigPgItem *item)
{
	DbmigPgKind kind = dbmig_pg_kind(item->to);
	size_t		i;

	if (kind == DBMIG_PG_COLUMN && item->retyped && of_live_table(item))
		find_retyped_column(finder, item);
	if (item->change == NULL)
		return;
	for (i = 0; i < DBMIG_COUNT(alter_hazards); i++)
	{
		if (alter_hazards[i].kind == kind &&
			(alter_hazards[i].key == NULL ||
			 dbmig_change_has(item->change, alter_hazards[i].key)))
			dbmig_pg_note(finder, alter_hazards[i].hazard);
	}
	if (dbmig_change_has(item->change, "owner"))
		dbmig_pg_note(finder, "access-change");
	if (kind == DBMIG_PG_TABLE &&
		dbmig_change_has(item->change, "persistence") &&
		has(item->to, "persistence"))
		dbmig_pg_note(finder, "set-unlogged");
	if (kind == DBMIG_PG_COLUMN && of_live_table(item))
		find_changed_column(finder, item);
	if (kind == DBMIG_PG_CONSTRAINT && of_live_table(item) &&
		dbmig_change_has(item->change, "not_valid"))
		dbmig_pg_ask_constraint(finder, item);
	if (kind == DBMIG_PG_DOMAIN)
		dbmig_pg_ask_domain(finder, item);
	if (kind == DBMIG_PG_ENUM && dbmig_change_has(item->change, "values"))
		find_changed_enum(finder, item);
	if (kind == DBMIG_PG_COMPOSITE)
		find_changed_composite(finder, item);
	/* The way back may have no script. */
	if (kind == DBMIG_PG_EXTENSION && dbmig_change_has(item->change, "version"))
		finder->step->overwrites = true;
}

void
dbmig_pg_find(DbmigPgPlanner *planner, DbmigStep *step, DbmigPgMove **moves,
			  size_t count)
{
	const DbmigPgFinder finder = {planner, step};
	size_t		i;

	/* Nobody is asked about the way back. */
	if (step == NULL || planner->intent->undo)
		return;
	for (i = 0; i < count; i++)
	{
		const DbmigPgItem *item = moves[i]->item;

		if (moves[i]->act == DBMIG_PG_ACT_DROP && item->from != NULL)
			find_dropped(&finder, item);
		else if (moves[i]->act == DBMIG_PG_ACT_CREATE && item->to != NULL)
			find_created(&finder, item);
		else if (moves[i]->act == DBMIG_PG_ACT_ALTER && item->to != NULL)
			find_changed(&finder, item);
		else if (moves[i]->act == DBMIG_PG_ACT_LATE &&
				 dbmig_pg_is(item->to, DBMIG_PG_TABLE))
			dbmig_pg_ask_bounds(&finder, item);
		dbmig_pg_note_move(&finder, moves[i]);
	}
}
