/*
 * sqlite_schema.h
 *	  A SQLite schema as a model: kinds, attributes, and how the texts in
 *	  sqlite_schema become objects.
 *
 * Names are folded to lower case (ASCII) in ids and in attribute values.  The
 * "text" of a definition is its tokens, comments left out, a space between
 * any two, keywords and names in lower case and without quotes where they
 * need none; strings stay as they are, and so does what SQLite may take for
 * one: a name after DEFAULT, and what stands in double quotes in an expression
 * and is no column of the table at hand.  It says all that a definition says,
 * so two definitions are the same when their texts are.
 *
 *	kind			of		attributes
 *	table					strict, without_rowid: "yes"
 *	  column		table	type: as declared, in lower case, "decimal(10,2)";
 *								not there: none
 *							primary_key: "yes", or the text after PRIMARY KEY
 *							autoincrement: "yes"
 *							not_null: "yes", or "on conflict ..."
 *							unique: "yes", or "on conflict ..."
 *							default: the text after DEFAULT
 *							collate: the name
 *							check: the text in the parentheses; several are
 *								each in parentheses, joined by " and "
 *							references: the text after REFERENCES, with its
 *								actions and DEFERRABLE; several are joined by
 *								" references "
 *							generated: the text in the parentheses
 *							stored: "yes"
 *							text: all after the column's name
 *	  constraint	table	type: "primary key", "unique", "check",
 *								"foreign key"
 *							columns: the text in its (first) parentheses,
 *								without AUTOINCREMENT, which is its column's
 *							references: as above
 *							text: all of it, CONSTRAINT name included
 *	virtual table			module; text: the arguments
 *	index					table; unique: "yes"; text: all after ON table
 *	view					text: all after the view's name
 *	trigger					table; text: all after the trigger's name
 *
 * The id of a constraint is its folded name, or its text where it has none;
 * of two with the same id the second gets " #2".  sql is the whole CREATE
 * statement of an object, and of a part the slice from its first token to its
 * last one.
 * Automatic indexes, shadow tables, sqlite_* and dbmig_* are not part of it.
 */
#ifndef DBMIG_SQLITE_SCHEMA_H
#define DBMIG_SQLITE_SCHEMA_H

#include "model.h"

typedef enum DbmigSqliteKind
{
	DBMIG_SQLITE_TABLE,
	DBMIG_SQLITE_COLUMN,
	DBMIG_SQLITE_CONSTRAINT,
	DBMIG_SQLITE_VIRTUAL_TABLE,
	DBMIG_SQLITE_INDEX,
	DBMIG_SQLITE_VIEW,
	DBMIG_SQLITE_TRIGGER,
	DBMIG_SQLITE_NKINDS
} DbmigSqliteKind;

/* By DbmigSqliteKind; the dialect's table of kinds. */
extern const DbmigKind dbmig_sqlite_kinds[DBMIG_SQLITE_NKINDS + 1];

static inline bool
dbmig_sqlite_is(const DbmigObject *object, DbmigSqliteKind kind)
{
	return object->kind == &dbmig_sqlite_kinds[kind];
}

/*
 * Reads one row of sqlite_schema into the model (strings are copied).  The
 * rows of virtual tables come first (so that their shadow tables are known),
 * then those of tables, then all others.  What is not part of a schema is
 * passed over.  A text that cannot be read is DBMIG_WRONG_STATE and names the
 * object.
 */
extern void dbmig_sqlite_read(DbmigModel *model, const char *type,
							  const char *name, const char *table,
							  const char *sql);

/*
 * What to count for the rows of a table, in a FROM: the table, but where FTS
 * has its texts elsewhere (option content) what it has indexed.  Its rows are
 * those of another table, which may be changing.
 */
extern const char *dbmig_sqlite_counted(Dbmig *d, const DbmigObject *table);

/* The text (see above) of SQL, for comparing.  Nothing is known of what there
 * is, so what stands in double quotes is always a name. */
extern const char *dbmig_sqlite_text(Dbmig *d, const char *sql);

/* The name in lower case (ASCII). */
extern const char *dbmig_sqlite_fold(Dbmig *d, const char *name);

/* True when the object's text names the folded id (as a token, wherever it
 * stands), or when the object is of the table of that id. */
extern bool dbmig_sqlite_mentions(Dbmig *d, const DbmigObject *object,
								  const char *id);

/* ---- sqlite_touch.c: the dialect's group() and touches() ---- */

extern const char *dbmig_sqlite_group(Dbmig *d, const DbmigValue *values,
									  bool *shared);
extern bool dbmig_sqlite_touches(Dbmig *d, const struct DbmigRows *rows,
								 const DbmigScript *script,
								 DbmigNames *groups);

#endif							/* DBMIG_SQLITE_SCHEMA_H */
