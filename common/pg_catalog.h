/*
 * pg_catalog.h
 *	  The catalog queries of PostgreSQL, for the rooms that have them.
 *
 * They run with search_path = pg_catalog, pg_temp; $1 is the array of the
 * managed schemas, $2 an array of oids of what was touched, and $3 that of
 * their classes.  A row of an object is: kind, key, key of the owner or
 * NULL, id, name, and its attributes in the order of pg_read.c's table.  A key
 * is the object's address in pg_depend: class, oid and, of a column, its
 * number.
 */
#ifndef DBMIG_PG_CATALOG_H
#define DBMIG_PG_CATALOG_H

#include "pg_schema.h"

/* The catalogs' OIDs never change: they are the classid of pg_depend. */
#define DEFAULT_ACL "826"
#define TYPE "1247"
#define PROC "1255"
#define CLASS "1259"
#define SERVER "1417"
#define USER_MAPPING "1418"
#define WRAPPER "2328"
#define AM "2601"
#define AMOP "2602"
#define AMPROC "2603"
#define ATTRDEF "2604"
#define CAST "2605"
#define CONSTRAINT "2606"
#define CONVERSION "2607"
#define LANGUAGE "2612"
#define NAMESPACE "2615"
#define OPCLASS "2616"
#define OPERATOR "2617"
#define REWRITE "2618"
#define TRIGGER "2620"
#define OPFAMILY "2753"
#define EXTENSION "3079"
#define POLICY "3256"
#define STATISTICS "3381"
#define COLLATION "3456"
#define EVENT_TRIGGER "3466"
#define TRANSFORM "3576"
#define TS_DICTIONARY "3600"
#define TS_PARSER "3601"
#define TS_CONFIGURATION "3602"
#define TS_TEMPLATE "3764"
#define PUBLICATION "6104"
#define PUBLICATION_REL "6106"
#define PUBLICATION_NAMESPACE "6237"

/* A query for a kind that few schemas have, and the same of objects of that
 * class whose oids are touched. */
#define RARE_QUERY(kind, class, oid, text) \
	{.of = class, .all = text, .touched = text " AND " oid " = ANY ($2)", \
		.rare = kind}

/* The same for what most schemas have. */
#define QUERY(class, oid, text) RARE_QUERY(NULL, class, oid, text)

/* The keys of what was touched. */
#define KEYS "unnest($2::oid[], $3::oid[]) AS k(id, class) "

/* Classes of DbmigQuery.of: those of pg_class by what they are, as one group
 * of the model is. */
#define TABLES CLASS "r"
#define INDEXES CLASS "i"
#define SEQUENCES CLASS "S"

#define KEY(class, oid) "'" class " ' || " oid
#define COLUMN_KEY(oid, number) "'" CLASS " ' || " oid " || ' ' || " number

/* n is pg_namespace. */
#define MANAGED \
	"n.nspname = ANY ($1::text[])"

#define ID(schema, name) "quote_ident(" schema ") || '.' || quote_ident(" name ")"

/*
 * The same by oids: the server looks them up in its caches.  A subquery for
 * each row of what every schema has joins nothing, and looks by its key into
 * a catalog that is never small: one that was empty when the plan was made is
 * read from end to end each time.  Those are joined.
 */
#define RELATION_ID(oid) oid "::regclass::text"
#define ID_IN(schema, name) schema "::regnamespace::text || '.' || quote_ident(" name ")"
#define SHOWN(schema, name) \
	"CASE " schema " WHEN 'public' THEN '' ELSE " schema " || '.' END || " name

/*
 * What no index is to be looked into for: where nobody has analyzed a catalog,
 * the server takes a condition for rarer than one that gives the key.
 */
#define UNINDEXED(column) column "::int8"

#define COLLATION_ID(oid) "(SELECT " ID_IN("co.collnamespace", "co.collname") \
	" FROM pg_collation co WHERE co.oid = " oid ")"

/* What a comment says; NULL: there is none. */
#define COMMENT_ON(class, oid) "(SELECT cd.description FROM pg_description cd " \
	"WHERE cd.objoid = " oid " AND cd.classoid = " class " AND cd.objsubid = 0)"

/* Made by a user. */
#define MADE(oid) UNINDEXED(oid) " >= 16384"

/* The same, and no member of an extension: these are found through the index
 * on what is depended on. */
#define OWN(class, oid) MADE(oid) " AND NOT EXISTS (SELECT FROM pg_depend e " \
	"WHERE e.classid = " class " AND e.objid = " oid " AND e.deptype = 'e' " \
	"AND e.refclassid = " EXTENSION ")"

#define ROLE(oid) "quote_ident(pg_get_userbyid(" oid "))"
#define YES(condition) "CASE WHEN " condition " THEN 'yes' END"

/* An option is "name=value". */
#define OPTION_NAME "quote_ident(split_part(option, '=', 1))"
#define OPTION_VALUE "quote_literal(substr(option, strpos(option, '=') + 1))"

/* As they stand in WITH (...): in their order, as pg_dump writes them. */
#define STORAGE_OPTIONS(array, prefix) \
	"CASE WHEN " array " IS NOT NULL THEN (SELECT string_agg(" prefix \
	" || " OPTION_NAME " || '=' || " OPTION_VALUE ", ', ' ORDER BY place) " \
	"FROM unnest(" array ") WITH ORDINALITY o(option, place) " \
	"WHERE option NOT LIKE 'pg\\_attver=%') END"

/* As they stand in OPTIONS (...): pg_dump sorts these. */
#define FOREIGN_OPTIONS(array) \
	"CASE WHEN " array " IS NOT NULL THEN (SELECT string_agg(" \
	OPTION_NAME " || ' ' || " OPTION_VALUE ", ', ' " \
	"ORDER BY split_part(option, '=', 1) COLLATE \"C\") " \
	"FROM unnest(" array ") o(option)) END"

#define TABLESPACE(tablespace) "CASE WHEN " tablespace " <> 0 THEN " \
	"(SELECT quote_ident(spcname) FROM pg_tablespace WHERE oid = " tablespace ") END"

/* A function's name, without its arguments; NULL when there is none. */
#define FUNCTION_NAME(oid) "CASE WHEN " oid "::oid <> 0 THEN " oid "::text END"

#define ENABLED(column) "CASE " column " WHEN 'D' THEN 'disabled' " \
	"WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END"

/* pg_catalog_relation.c */
extern const DbmigQuery dbmig_pg_query_schemas;
extern const DbmigQuery dbmig_pg_query_relations;
extern const DbmigQuery dbmig_pg_query_sequences;
extern const DbmigQuery dbmig_pg_query_columns;
extern const DbmigQuery dbmig_pg_query_constraints;
extern const DbmigQuery dbmig_pg_query_indexes;
extern const DbmigQuery dbmig_pg_query_statistics;
extern const DbmigQuery dbmig_pg_query_rules;
extern const DbmigQuery dbmig_pg_query_triggers;
extern const DbmigQuery dbmig_pg_query_policies;

/* pg_catalog_type.c */
extern const DbmigQuery dbmig_pg_query_collations;
extern const DbmigQuery dbmig_pg_query_types;
extern const DbmigQuery dbmig_pg_query_base_types;
extern const DbmigQuery dbmig_pg_query_ranges;
extern const DbmigQuery dbmig_pg_query_functions;
extern const DbmigQuery dbmig_pg_query_aggregates;
extern const DbmigQuery dbmig_pg_query_operators;
extern const DbmigQuery dbmig_pg_query_operator_families;
extern const DbmigQuery dbmig_pg_query_operator_classes;
extern const DbmigQuery dbmig_pg_query_casts;
extern const DbmigQuery dbmig_pg_query_transforms;
extern const DbmigQuery dbmig_pg_query_conversions;
extern const DbmigQuery dbmig_pg_query_ts_parsers;
extern const DbmigQuery dbmig_pg_query_ts_templates;
extern const DbmigQuery dbmig_pg_query_ts_dictionaries;
extern const DbmigQuery dbmig_pg_query_ts_configurations;

/* pg_catalog_global.c */
extern const DbmigQuery dbmig_pg_query_extensions;
extern const DbmigQuery dbmig_pg_query_access_methods;
extern const DbmigQuery dbmig_pg_query_languages;
extern const DbmigQuery dbmig_pg_query_wrappers;
extern const DbmigQuery dbmig_pg_query_servers;
extern const DbmigQuery dbmig_pg_query_user_mappings;
extern const DbmigQuery dbmig_pg_query_publications;
extern const DbmigQuery dbmig_pg_query_members;
extern const DbmigQuery dbmig_pg_query_event_triggers;
extern const DbmigQuery dbmig_pg_query_default_privileges;
extern const DbmigQuery dbmig_pg_query_grants;
extern const DbmigQuery dbmig_pg_query_other_grants;
extern const DbmigQuery dbmig_pg_query_comments;

/* pg_catalog_depend.c */
extern const DbmigQuery dbmig_pg_query_aliases;
extern const DbmigQuery dbmig_pg_query_needs;

#endif							/* DBMIG_PG_CATALOG_H */
