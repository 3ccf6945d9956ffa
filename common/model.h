/*
 * model.h
 *	  A schema as data: objects with a kind, a name, attributes, parts and
 *	  needs.  The same for every kind and both dialects; docs/model.md
 *	  specifies it and its text form.
 */
#ifndef DBMIG_MODEL_H
#define DBMIG_MODEL_H

#include "core.h"
#include "map.h"

/* An object and its owners, at most. */
#define DBMIG_MODEL_DEPTH 8

typedef struct DbmigObject DbmigObject;

/* A kind of object: a row of the dialect's table. */
typedef struct DbmigKind
{
	const char *name;			/* "table" */
	int			order;			/* lower ones are created first */
	bool		part;			/* belongs to an owner, and goes with it */
} DbmigKind;

typedef struct DbmigAttribute
{
	const char *key;
	const char *value;
} DbmigAttribute;

struct DbmigObject
{
	const DbmigKind *kind;
	const char *id;				/* what it is known by among its kind and its
								 * owner: the folded name; compared */
	const char *name;			/* as it is written; shown, not compared */
	DbmigObject *owner;			/* NULL for an object of its own */
	const char *sql;			/* the text that makes it, as the catalog has
								 * it; not compared; or NULL */
	DbmigAttribute *attributes; /* by key */
	size_t		nattributes;
	size_t		attributes_capacity;
	DbmigObject **parts;		/* by kind and id */
	size_t		nparts;
	size_t		parts_capacity;
	DbmigObject **needs;		/* what must be there first; not compared */
	size_t		nneeds;
	size_t		needs_capacity;
	size_t		position;		/* among its owner's parts: as they were added,
								 * unless who read them says otherwise; not
								 * compared */
	const char *key;			/* kind and id, after those of its owners: no
								 * other object of the model has it */
	const char *text;			/* the canonical text, once it was asked for */
	void	   *mark;			/* of whoever works on the model */
};

typedef struct DbmigModel
{
	Dbmig	   *d;
	const DbmigDialect *dialect;
	DbmigObject **items;		/* objects of their own, by kind and id */
	size_t		count;
	size_t		capacity;
	DbmigMap	by_key;			/* all objects, parts too */
	DbmigMap	names;			/* for who reads a catalog: as it needs them */
	DbmigBuf	scratch;		/* for the text of an object */
} DbmigModel;

/* An empty model; NULL (and the error) without memory. */
extern DbmigModel *dbmig_model_new(Dbmig *d, const DbmigDialect *dialect);

/* The kind of that name in the dialect; NULL when there is none. */
extern const DbmigKind *dbmig_kind(const DbmigDialect *dialect,
								   const char *name);

/*
 * Adds an object; strings are not copied.  An object that is already there is
 * DBMIG_WRONG_STATE.  NULL after an error.
 */
extern DbmigObject *dbmig_model_add(DbmigModel *model, const DbmigKind *kind,
									DbmigObject *owner, const char *id,
									const char *name);

/* Sets an attribute; a NULL value takes it away.  Strings are not copied. */
extern void dbmig_object_set(DbmigModel *model, DbmigObject *object,
							 const char *key, const char *value);

/* The value of an attribute; NULL when it has none. */
extern const char *dbmig_object_get(const DbmigObject *object,
									const char *key);

/* Says that needed must be there before object. */
extern void dbmig_object_need(DbmigModel *model, DbmigObject *object,
							  DbmigObject *needed);

/* The object of that kind, owner (or NULL) and id; NULL when there is none. */
extern DbmigObject *dbmig_model_find(const DbmigModel *model,
									 const DbmigKind *kind,
									 const DbmigObject *owner,
									 const char *id);

/* The order of objects with one owner: by kind (its order, then its name) and
 * id.  Below 0, 0 or above, as strcmp().  Owners are not looked at. */
extern int	dbmig_object_compare(const DbmigObject *a, const DbmigObject *b);

/* Sorts objects; those that compare() finds equal stay in their order. */
extern void dbmig_objects_sort(Dbmig *d, DbmigObject **items, size_t count,
							   int (*compare) (const DbmigObject *a,
											   const DbmigObject *b));

/* Sorts what was added.  Called once, before the model is compared, written
 * or walked. */
extern void dbmig_model_finish(DbmigModel *model);

/* ---- modeltext.c ---- */

/* A NULL model, which is what an error leaves, has the text and the hash "". */

/* The text of the whole model: all that dbmig_model_read() needs to give the
 * same model again, sql and needs included. */
extern const char *dbmig_model_write(const DbmigModel *model);

/* Reads such a text.  what begins the message when it is none (BAD_SYNTAX,
 * with the line).  NULL after an error; the model is finished. */
extern DbmigModel *dbmig_model_read(Dbmig *d, const DbmigDialect *dialect,
									const char *what, const char *text);

/* The part of such a text that it begins with: the objects of that kind. */
extern const char *dbmig_model_first(Dbmig *d, const char *text,
									 const char *kind);

/* The canonical text of an object of its own: what is compared, parts
 * included. */
extern const char *dbmig_object_text(DbmigModel *model, DbmigObject *object);

/* Adds that text to buf, and does not keep it. */
extern void dbmig_object_write(DbmigBuf *buf, const DbmigObject *object);

/* ---- fingerprint.c ---- */

/*
 * SHA-256 of the canonical model: equal schemas, equal hash.  It is the hash
 * of 64 hashes, each of the canonical texts of the objects in one bucket, so
 * that a change costs only its own bucket.
 */
extern const char *dbmig_model_fingerprint(DbmigModel *model);

/* ---- diff.c ---- */

typedef struct DbmigChange
{
	DbmigObject *from;			/* NULL: it is created */
	DbmigObject *to;			/* NULL: it is dropped */
	const char **keys;			/* attributes that differ, when both are there */
	size_t		nkeys;
	size_t		keys_capacity;
	struct DbmigChange *parts;	/* parts that differ, when both are there */
	size_t		nparts;
	size_t		parts_capacity;
} DbmigChange;

typedef struct DbmigDiff
{
	DbmigChange *items;			/* objects of their own that differ, in the
								 * order of kind and id */
	size_t		count;
	size_t		capacity;
} DbmigDiff;

/* What differs between two models of one dialect.  A merge of two sorted
 * sequences, for every kind the same.  NULL after an error. */
extern DbmigDiff *dbmig_diff(Dbmig *d, const DbmigModel *from,
							 const DbmigModel *to);

/* True when the attribute is among the keys that differ. */
extern bool dbmig_change_has(const DbmigChange *change, const char *key);

#endif							/* DBMIG_MODEL_H */
