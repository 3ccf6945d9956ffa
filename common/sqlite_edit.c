/*
 * sqlite_edit.c
 *	  The catalog edit: a table gets its new text by an UPDATE of
 *	  sqlite_schema, and its rows stay as they are stored.
 *
 * SQLite looks at no row then.  So what rows only show because of the old
 * text is stored before, and what the new one says of them is proven after.
 */
#include "sqlite_plan.h"

/* The new text of a table whose columns are stored in another order than the
 * one in which they are wanted. */
static const char *
compose_table(DbmigSqlitePlanner *planner, const DbmigTableChange *change,
			  const DbmigObject **columns)
{
	Dbmig	   *d = planner->d;
	const DbmigObject *to = change->to;
	const DbmigObject **parts = dbmig_sqlite_written(d, to);
	const char *options = "";
	const char *comma = "\n\t";
	DbmigBuf	sql;

	dbmig_buf_init(&sql, d);
	dbmig_buf_addf(&sql, "CREATE TABLE %s (",
				   dbmig_sqlite_quote(d, to->name));
	for (; *columns != NULL; columns++, comma = ",\n\t")
		dbmig_buf_addf(&sql, "%s%s", comma, (*columns)->sql);
	for (; *parts != NULL; parts++)
	{
		if (dbmig_sqlite_is(*parts, DBMIG_SQLITE_CONSTRAINT))
			dbmig_buf_addf(&sql, "%s%s", comma, (*parts)->sql);
	}
	if (!dbmig_sqlite_has_rowid(to))
		options = dbmig_object_get(to, "strict") != NULL ?
			" WITHOUT ROWID, STRICT" : " WITHOUT ROWID";
	else if (dbmig_object_get(to, "strict") != NULL)
		options = " STRICT";
	dbmig_buf_addf(&sql, "\n)%s", options);
	return sql.text;
}

/* The new text of the table: the one that is wanted, where its columns are
 * stored in that order. */
static const char *
edited_text(DbmigSqlitePlanner *planner, const DbmigTableChange *change)
{
	const DbmigObject **stored = dbmig_sqlite_stored(planner, change);
	const DbmigObject **parts = dbmig_sqlite_written(planner->d, change->to);
	size_t		i = 0;

	for (; *parts != NULL; parts++)
	{
		if (!dbmig_sqlite_is(*parts, DBMIG_SQLITE_COLUMN))
			continue;
		if (*parts != stored[i++])
			return compose_table(planner, change, stored);
	}
	return change->to->sql;
}

/* True when every row surely holds a value of its own for the column: it was
 * not added by ALTER TABLE, and so was none before it. */
static bool
surely_stored(const DbmigObject *column)
{
	return dbmig_object_get(column, "primary_key") != NULL ||
		dbmig_object_get(column, "unique") != NULL ||
		dbmig_object_get(column, "stored") != NULL ||
		(dbmig_object_get(column, "not_null") != NULL &&
		 dbmig_object_get(column, "default") == NULL &&
		 dbmig_object_get(column, "generated") == NULL);
}

/* True when the part changes the default of a column of which older rows may
 * hold no value: they show the default of the schema. */
static bool
default_shows(DbmigSqlitePlanner *planner, const DbmigTableChange *change,
			  const DbmigChange *part)
{
	const DbmigObject **parts;

	if (part->from == NULL || part->to == NULL ||
		!dbmig_sqlite_is(part->from, DBMIG_SQLITE_COLUMN) ||
		!dbmig_change_has(part, "default"))
		return false;
	parts = dbmig_sqlite_written(planner->d, change->from);
	for (parts += part->from->position; *parts != NULL; parts++)
	{
		if (dbmig_sqlite_is(*parts, DBMIG_SQLITE_COLUMN) &&
			surely_stored(*parts))
			return false;
	}
	return true;
}

/* Writes out the values that rows only show, so that they stay. */
static void
store_defaults(DbmigSqlitePlanner *planner, DbmigBuf *sql,
			   const DbmigTableChange *change)
{
	Dbmig	   *d = planner->d;
	const DbmigChange *all = change->change;
	DbmigBuf	updates;
	size_t		i;

	dbmig_buf_init(&updates, d);
	for (i = 0; i < all->nparts; i++)
	{
		const char *value;
		const char *name;

		if (!default_shows(planner, change, &all->parts[i]))
			continue;
		value = dbmig_sqlite_default(d, all->parts[i].from);
		name = dbmig_sqlite_quote(d, all->parts[i].from->name);
		dbmig_buf_addf(&updates, "UPDATE %s SET %s = %s WHERE %s IS %s;\n",
					   dbmig_sqlite_main(d, change->from->name), name, name,
					   name, value == NULL ? "NULL" : value);
	}
	dbmig_sqlite_add_updates(planner, sql, change, updates.text, false);
}

/* An update of the rows that a new condition does not let stand: it fails
 * when there are any, and else does nothing. */
static void
add_proof(DbmigSqlitePlanner *planner, DbmigBuf *proofs,
		  const DbmigTableChange *change, const char *condition)
{
	Dbmig	   *d = planner->d;
	const DbmigObject **parts = dbmig_sqlite_written(d, change->to);
	const char *comma = "";

	dbmig_buf_addf(proofs, "UPDATE OR ABORT %s SET ",
				   dbmig_sqlite_main(d, change->from->name));
	/* SQLite looks only at what columns that are set have a part in. */
	for (; *parts != NULL; parts++)
	{
		const char *name = dbmig_sqlite_quote(d, (*parts)->name);

		if (!dbmig_sqlite_is(*parts, DBMIG_SQLITE_COLUMN) ||
			dbmig_object_get(*parts, "generated") != NULL)
			continue;
		dbmig_buf_addf(proofs, "%s%s = %s", comma, name, name);
		comma = ", ";
	}
	dbmig_buf_addf(proofs, "\n\tWHERE %s;\n", condition);
}

/*
 * What must be shown of the rows once the table has its new text.  The
 * findings have looked before, but a migration can run later and elsewhere.
 */
static void
add_proofs(DbmigSqlitePlanner *planner, DbmigBuf *proofs,
		   const DbmigTableChange *change, bool keys_are_off)
{
	Dbmig	   *d = planner->d;
	const DbmigChange *parts = change->change->parts;
	DbmigBuf	updates;
	size_t		i;

	dbmig_buf_init(&updates, d);
	for (i = 0; i < change->change->nparts; i++)
	{
		const DbmigObject *to = parts[i].to;
		bool		column = to != NULL &&
		dbmig_sqlite_is(to, DBMIG_SQLITE_COLUMN);
		bool		new = parts[i].from == NULL;
		bool		computed = !new && to != NULL &&
		dbmig_change_has(&parts[i], "generated");
		const char *check = to == NULL ? NULL : dbmig_sqlite_check(d, to);

		/*
		 * ADD COLUMN has looked itself.  (IS NULL would be taken for false,
		 * because of the NOT NULL that is to be shown.)
		 */
		if (to == NULL || (new && column))
			continue;
		if (check != NULL &&
			(computed || new ||
			 dbmig_change_has(&parts[i], column ? "check" : "columns")))
			add_proof(planner, &updates, change,
					  dbmig_printf(d, "NOT (%s)", check));
		if (column && dbmig_object_get(to, "not_null") != NULL &&
			(computed || dbmig_object_get(parts[i].from, "not_null") == NULL))
			add_proof(planner, &updates, change,
					  dbmig_printf(d, "typeof(%s) = 'null'",
								   dbmig_sqlite_quote(d, to->name)));
	}
	dbmig_sqlite_add_updates(planner, proofs, change, updates.text,
							 keys_are_off);
}

/* True when there is a foreign key that the table did not have so. */
static bool
touches_references(const DbmigTableChange *change)
{
	const DbmigChange *parts = change->change->parts;
	size_t		i;

	for (i = 0; i < change->change->nparts; i++)
	{
		if (parts[i].to != NULL &&
			dbmig_object_get(parts[i].to, "references") != NULL &&
			(parts[i].from == NULL ||
			 dbmig_change_has(&parts[i], "references") ||
			 dbmig_sqlite_is(parts[i].to, DBMIG_SQLITE_CONSTRAINT)))
			return true;
	}
	return false;
}

/*
 * The columns of the table as they are stored, by the names that it has now,
 * for the guard of an edit.
 */
static const char *
stored_names(DbmigSqlitePlanner *planner, const DbmigTableChange *change)
{
	const DbmigObject **stored = dbmig_sqlite_stored(planner, change);
	const char *comma = "";
	DbmigBuf	names;

	dbmig_buf_init(&names, planner->d);
	for (; *stored != NULL; stored++, comma = ",")
	{
		const DbmigObject *old = dbmig_model_find(planner->from,
												  (*stored)->kind,
												  change->from,
												  (*stored)->id);

		dbmig_buf_addf(&names, "%s%s", comma,
					   old == NULL ? (*stored)->name : old->name);
	}
	return names.text;
}

/*
 * Adds the UPDATE of the table's text.  Rows are stored by the order of the
 * columns, so where that is another one than was planned for (the statements
 * can run later, and elsewhere) the text becomes NULL, which SQLite refuses.
 */
static void
add_text(DbmigSqlitePlanner *planner, DbmigBuf *sql,
		 const DbmigTableChange *change)
{
	dbmig_buf_add(sql, "UPDATE main.sqlite_schema SET sql = CASE\n"
				  "\t(SELECT group_concat(name) FROM pragma_table_xinfo(");
	dbmig_buf_literal(sql, change->from->name);
	dbmig_buf_add(sql, ", 'main'))\n\tWHEN ");
	dbmig_buf_literal(sql, stored_names(planner, change));
	dbmig_buf_add(sql, " COLLATE NOCASE THEN ");
	dbmig_buf_literal(sql, edited_text(planner, change));
	dbmig_buf_add(sql, " END\n\tWHERE type = 'table' AND name = ");
	dbmig_buf_literal(sql, change->from->name);
	dbmig_buf_add(sql, ";\n");
}

bool
dbmig_sqlite_edit(DbmigSqlitePlanner *planner, DbmigBuf *sql,
				  const DbmigTableChange *change)
{
	bool		keys = touches_references(change);
	size_t		before;
	bool		proves;

	store_defaults(planner, sql, change);
	/* Rows that break a new key are found when enforcement comes back. */
	if (keys)
		dbmig_buf_add(sql, "PRAGMA foreign_keys=OFF;\n");
	dbmig_buf_add(sql, "PRAGMA writable_schema=ON;\n");
	add_text(planner, sql, change);
	dbmig_buf_add(sql, "PRAGMA writable_schema=RESET;\n");
	before = sql->len;
	add_proofs(planner, sql, change, keys);
	proves = sql->len > before;
	if (keys)
		dbmig_buf_add(sql, "PRAGMA foreign_keys=ON;\n");
	return proves;
}
