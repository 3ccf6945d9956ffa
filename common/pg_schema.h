/*
 * pg_schema.h
 *	  A PostgreSQL schema as a model: kinds, attributes, and which part of the
 *	  catalog each comes from.
 *
 * All texts are the server's own, read with search_path = pg_catalog, pg_temp,
 * so that every name outside of pg_catalog is qualified.  A "name" below is
 * quoted where it needs to be, and so is each part of an id: ids can stand in
 * SQL as they are.  An attribute that is not there is "no", "none" or what the
 * server does by default.  Lists are separated by ", ".
 *
 * The id of a schema object is schema.name; of a function and an aggregate
 * schema.name(types); of a column or a constraint the bare name, without
 * quotes.  name, for messages, has no quotes, and no schema when that is
 * "public".
 *
 * Every object of its own (and only those) may have:
 *	owner		the role's name
 * Every object and every part may have:
 *	comment		pg_description
 *	and the part "grant", where it has an ACL:
 *		id				grantee, or "grantee by grantor" when the grantor is
 *						not the owner; PUBLIC, and OWNER for the owner itself;
 *						with "SEQUENCE " before it, on that of the column
 *		on				"sequence": on that of the identity column
 *		grantee			a role's name, PUBLIC or OWNER
 *		grantor			a role's name; not there: the owner
 *		privileges		those without grant option, sorted: "INSERT, SELECT"
 *		grantable		those with grant option
 *	There is one for each grantee whose privileges are not those of
 *	acldefault(); when both lists are missing, what it had by default was
 *	revoked.
 *
 * kind				attributes
 *
 * schema
 * extension		version, schema
 * access method	type (table, index), handler
 * language			trusted, handler, inline, validator
 * collation		provider (libc, icu, builtin), locale, lc_collate, lc_ctype,
 *					rules, nondeterministic; version is not compared
 * enum				values: string literals in their order
 * domain			type, collation, not_null, default
 *	 constraint		definition, not_valid: as of a table
 * composite
 *	 column			type, collation
 * range			subtype, operator_class, collation, canonical,
 *					subtype_diff, multirange
 * base type		input, output, receive, send, typmod_in, typmod_out,
 *					analyze, subscript, length, by_value, alignment, storage,
 *					category, preferred, default, element, delimiter,
 *					collatable; of a shell type only shell counts
 * sequence			type, start, increment, minimum, maximum, cache, cycle,
 *					persistence ("unlogged"), owned_by: table.column; those of
 *					identity columns are attributes of the column
 * function			definition: pg_get_functiondef(); language, arguments:
 * procedure		pg_get_function_arguments(); result:
 *					pg_get_function_result()
 * aggregate		arguments, result, definition: what stands in the
 *					parentheses of CREATE AGGREGATE
 * operator			definition: what stands in the parentheses of CREATE OPERATOR
 * operator family	method, members: those that belong to no class
 * operator class	family, method, type, default, storage, members
 * cast				function, method (function, inout, binary), context
 *					(explicit, assignment, implicit); id "source AS target"
 * transform		from_sql, to_sql; id "type LANGUAGE language"
 * conversion		source, target, function, default
 * text search parser		start, token, end, headline, types
 * text search template	init, lexize
 * text search dictionary	template, options
 * text search configuration	parser, mappings: "token dictionary, ..." lines
 * foreign data wrapper	handler, validator, options
 * server			wrapper, type, version, options
 * user mapping		server, user, options; id "user SERVER server"
 *
 * table			persistence ("unlogged"), access_method, options,
 * foreign table	toast_options, tablespace, replica_identity ("full",
 *					"nothing", "index name"), row_security, force_row_security,
 *					inherits: ids in their order; of_type; partition_key:
 *					pg_get_partkeydef(); partition_of: id of the parent;
 *					partition_bound: as it stands in CREATE TABLE;
 *					server, fdw_options: of a foreign table
 *	 column			type, collation (not that of the type), not_null,
 *					default; generated: the expression, and generated_kind
 *					("stored", "virtual"); identity ("always",
 *					"by default"), and its sequence: its id, and
 *					start, increment, minimum, maximum, cache, cycle;
 *					storage (not that of the type), compression, statistics,
 *					options, fdw_options; inherited: comes from the parent
 *					alone, and goes with it
 *	 constraint		type ("primary key", "unique", "check", "exclude",
 *					"foreign key"), definition: pg_get_constraintdef()
 *					without NOT VALID; not_valid, references: id of the
 *					table; inherited: comes from the parent alone, and goes
 *					with it; parent: "table constraint" when it is part of one
 *					of a partitioned table; of its index: options,
 *					tablespace, clustered, statistics, index_comment
 * view				definition: pg_get_viewdef() without its ';', options
 *	 column			type, collation, default
 * materialized view	definition, options, toast_options, tablespace,
 *					access_method
 *	 column			type, collation, storage, compression, statistics, options
 * index			table, definition: pg_get_indexdef(); unique, tablespace,
 *					clustered, statistics ("2=100"), parent: id of the index
 *					it is part of; invalid
 * statistics		table, definition: pg_get_statisticsobjdef(); target
 * rule				table, definition: pg_get_ruledef(); enabled ("disabled",
 *					"replica", "always"); id table.name
 * trigger			table, definition: pg_get_triggerdef(); enabled; parent:
 *					it was made by one of the partitioned table; function:
 *					its id; id table.name
 * policy			table, command, restrictive, roles, using, check;
 *					id table.name
 * publication		all_tables, operations, via_root, generated
 *	 member			columns, filter; id "TABLE name" or "TABLES IN SCHEMA name"
 * event trigger	event, tags, function, enabled
 * default privileges	role, schema, on ("TABLES", ...); its grants
 *
 * Not part of it: objects of extensions (but the extensions are), those of
 * pg_catalog, information_schema and dbmig, of other schemas than the managed
 * ones, temporary ones, indexes and triggers of constraints, rules and types
 * that come with views and tables, sequences of identity columns, array and
 * multirange types.
 *
 * What an object needs is what pg_depend says, raised to the object or part
 * in the model: a table's index to the constraint, a row type to its table,
 * an array type to its element.  A part needs what it itself depends on; its
 * owner does not need it too.
 */
#ifndef DBMIG_PG_SCHEMA_H
#define DBMIG_PG_SCHEMA_H

#include "model.h"

/* In the order in which objects without needs are made. */
typedef enum DbmigPgKind
{
	DBMIG_PG_SCHEMA,
	DBMIG_PG_EXTENSION,
	DBMIG_PG_DEFAULT_PRIVILEGES,
	DBMIG_PG_ACCESS_METHOD,
	DBMIG_PG_LANGUAGE,
	DBMIG_PG_COLLATION,
	DBMIG_PG_ENUM,
	DBMIG_PG_DOMAIN,
	DBMIG_PG_COMPOSITE,
	DBMIG_PG_BASE_TYPE,
	DBMIG_PG_RANGE,
	DBMIG_PG_SEQUENCE,
	DBMIG_PG_FUNCTION,
	DBMIG_PG_PROCEDURE,
	DBMIG_PG_AGGREGATE,
	DBMIG_PG_OPERATOR,
	DBMIG_PG_OPERATOR_FAMILY,
	DBMIG_PG_OPERATOR_CLASS,
	DBMIG_PG_CAST,
	DBMIG_PG_TRANSFORM,
	DBMIG_PG_CONVERSION,
	DBMIG_PG_TS_PARSER,
	DBMIG_PG_TS_TEMPLATE,
	DBMIG_PG_TS_DICTIONARY,
	DBMIG_PG_TS_CONFIGURATION,
	DBMIG_PG_WRAPPER,
	DBMIG_PG_SERVER,
	DBMIG_PG_USER_MAPPING,
	DBMIG_PG_TABLE,
	DBMIG_PG_FOREIGN_TABLE,
	DBMIG_PG_COLUMN,
	DBMIG_PG_CONSTRAINT,
	DBMIG_PG_VIEW,
	DBMIG_PG_MATERIALIZED_VIEW,
	DBMIG_PG_INDEX,
	DBMIG_PG_STATISTICS,
	DBMIG_PG_RULE,
	DBMIG_PG_TRIGGER,
	DBMIG_PG_POLICY,
	DBMIG_PG_PUBLICATION,
	DBMIG_PG_MEMBER,
	DBMIG_PG_EVENT_TRIGGER,
	DBMIG_PG_GRANT,
	DBMIG_PG_NKINDS
} DbmigPgKind;

/* By DbmigPgKind; the dialect's table of kinds. */
extern const DbmigKind dbmig_pg_kinds[DBMIG_PG_NKINDS + 1];

/* The dialect's catalog queries. */
extern const DbmigCatalog dbmig_pg_catalogs[];

/* The kinds that rare queries ask for and that there is something of. */
extern const char dbmig_pg_present[];

/* The dialect's update(). */
extern void dbmig_pg_refresh(DbmigRun *run, struct DbmigRows *rows,
							struct DbmigTouched *touched,
							void (*after) (DbmigRun *run));

static inline bool
dbmig_pg_is(const DbmigObject *object, DbmigPgKind kind)
{
	return object->kind == &dbmig_pg_kinds[kind];
}

static inline DbmigPgKind
dbmig_pg_kind(const DbmigObject *object)
{
	return (DbmigPgKind) (object->kind - dbmig_pg_kinds);
}

/*
 * The parts of an id, quoted as they stand there: app."T".x has three.  The
 * first and the last are the schema and the bare name; arguments of a function
 * belong to its last part.  NULL when there are fewer.
 */
extern const char *dbmig_pg_id_part(Dbmig *d, const char *id, int part);

/* The length of the first name in a list of ids, up to its comma. */
extern size_t dbmig_pg_first_length(const char *list);

/* The id without its last part: the table of a trigger; "" when it has one. */
extern const char *dbmig_pg_id_owner(Dbmig *d, const char *id);

/* The last part. */
extern const char *dbmig_pg_id_name(Dbmig *d, const char *id);

/*
 * The id of a schema object that a user names: a, "A", app.a.  Without a
 * schema it is that of "public".
 */
extern const char *dbmig_pg_fold(Dbmig *d, const char *name);

/* The id of a part that a user names: a, "A". */
extern const char *dbmig_pg_fold_part(Dbmig *d, const char *name);

/* The last part of such a name, without quotes. */
extern const char *dbmig_pg_plain(Dbmig *d, const char *name);

/* Adds the name, quoted where it must be, as quote_ident() does. */
extern void dbmig_pg_add_name(DbmigBuf *buf, const char *name);

#endif							/* DBMIG_PG_SCHEMA_H */
