/*
 * pg_catalog_global.c
 *	  The catalog queries for what belongs to the whole database, and for what
 *	  every object may have: grants and comments.
 *
 * Each gives the attributes that pg_schema.h names, in the order of pg_read.c.
 */
#include "pg_catalog.h"

/* What begins the row of an object without a schema. */
#define OBJECT(kind, class, oid, name, owner) \
	"SELECT '" kind "', " KEY(class, oid) ", NULL, quote_ident(" name "), " \
	name ", " owner ", "

const DbmigQuery dbmig_pg_query_extensions =
	RARE_QUERY("extension", EXTENSION, "e.oid",
OBJECT("extension", EXTENSION, "e.oid", "e.extname", "NULL")
"e.extversion, quote_ident(n.nspname) "
"FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
"WHERE " MADE("e.oid") " AND e.extname <> 'dbmig'");

const DbmigQuery dbmig_pg_query_access_methods =
	RARE_QUERY("access method", AM, "a.oid",
OBJECT("access method", AM, "a.oid", "a.amname", "NULL")
"CASE a.amtype WHEN 't' THEN 'table' ELSE 'index' END, a.amhandler::text "
"FROM pg_am a WHERE " OWN(AM, "a.oid"));

const DbmigQuery dbmig_pg_query_languages =
	RARE_QUERY("language", LANGUAGE, "l.oid",
OBJECT("language", LANGUAGE, "l.oid", "l.lanname", ROLE("l.lanowner"))
YES("l.lanpltrusted") ", " FUNCTION_NAME("l.lanplcallfoid::regproc") ", "
FUNCTION_NAME("l.laninline::regproc") ", "
FUNCTION_NAME("l.lanvalidator::regproc") " "
"FROM pg_language l WHERE l.lanispl AND " OWN(LANGUAGE, "l.oid"));

const DbmigQuery dbmig_pg_query_wrappers =
	RARE_QUERY("foreign data wrapper", WRAPPER, "w.oid",
OBJECT("foreign data wrapper", WRAPPER, "w.oid", "w.fdwname", ROLE("w.fdwowner"))
FUNCTION_NAME("w.fdwhandler::regproc") ", "
FUNCTION_NAME("w.fdwvalidator::regproc") ", "
FOREIGN_OPTIONS("w.fdwoptions") " "
"FROM pg_foreign_data_wrapper w WHERE " OWN(WRAPPER, "w.oid"));

const DbmigQuery dbmig_pg_query_servers =
	RARE_QUERY("server", SERVER, "s.oid",
OBJECT("server", SERVER, "s.oid", "s.srvname", ROLE("s.srvowner"))
"quote_ident(w.fdwname), quote_literal(s.srvtype), "
"quote_literal(s.srvversion), " FOREIGN_OPTIONS("s.srvoptions") " "
"FROM pg_foreign_server s "
"JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw "
"WHERE " OWN(SERVER, "s.oid"));

/* Options are shown to whom the server shows them. */
#define MAPPED "CASE u.umuser WHEN 0 THEN 'PUBLIC' ELSE " ROLE("u.umuser") " END"

const DbmigQuery dbmig_pg_query_user_mappings =
	RARE_QUERY("server", USER_MAPPING, "u.umid",
"SELECT 'user mapping', " KEY(USER_MAPPING, "u.umid") ", NULL, "
MAPPED " || ' SERVER ' || quote_ident(u.srvname), "
MAPPED " || ' SERVER ' || u.srvname, NULL, "
"quote_ident(u.srvname), " MAPPED ", " FOREIGN_OPTIONS("u.umoptions") " "
"FROM pg_user_mappings u WHERE " OWN(SERVER, "u.srvid"));

const DbmigQuery dbmig_pg_query_publications =
	RARE_QUERY("publication", PUBLICATION, "p.oid",
OBJECT("publication", PUBLICATION, "p.oid", "p.pubname", ROLE("p.pubowner"))
YES("p.puballtables") ", "
"concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, "
"CASE WHEN p.pubupdate THEN 'update' END, "
"CASE WHEN p.pubdelete THEN 'delete' END, "
"CASE WHEN p.pubtruncate THEN 'truncate' END), "
YES("p.pubviaroot") ", "
"CASE to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN 'stored' END "
"FROM pg_publication p WHERE " OWN(PUBLICATION, "p.oid"));

/* Tables and schemas that are not managed are none of ours. */
#define MEMBERS(table, schema) \
	"SELECT 'member', " KEY(PUBLICATION_REL, "r.oid") ", " \
	KEY(PUBLICATION, "r.prpubid") ", 'TABLE ' || " ID("n.nspname", "c.relname") ", " \
	SHOWN("n.nspname", "c.relname") ", " \
	"(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname) " \
	"FROM pg_attribute a WHERE a.attrelid = c.oid " \
	"AND a.attnum = ANY (r.prattrs)), pg_get_expr(r.prqual, c.oid) " \
	"FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid " \
	"JOIN pg_publication_rel r ON r.prrelid = c.oid WHERE " MANAGED table " " \
	"UNION ALL SELECT 'member', " KEY(PUBLICATION_NAMESPACE, "s.oid") ", " \
	KEY(PUBLICATION, "s.pnpubid") ", 'TABLES IN SCHEMA ' || " \
	"quote_ident(n.nspname), n.nspname, NULL, NULL " \
	"FROM pg_namespace n " \
	"JOIN pg_publication_namespace s ON s.pnnspid = n.oid WHERE " MANAGED schema

const DbmigQuery dbmig_pg_query_members =
{
	.of = PUBLICATION,
	.all = MEMBERS("", ""),
	.touched = MEMBERS(" AND r.prpubid = ANY ($2)", " AND s.pnpubid = ANY ($2)"),
	.rare = "publication"
};


const DbmigQuery dbmig_pg_query_event_triggers =
	RARE_QUERY("event trigger", EVENT_TRIGGER, "t.oid",
OBJECT("event trigger", EVENT_TRIGGER, "t.oid", "t.evtname", ROLE("t.evtowner"))
"t.evtevent, (SELECT string_agg(quote_literal(tag), ', ' "
"ORDER BY tag COLLATE \"C\") FROM unnest(t.evttags) AS tag), "
"t.evtfoid::regprocedure::text, " ENABLED("t.evtenabled") " "
"FROM pg_event_trigger t WHERE " OWN(EVENT_TRIGGER, "t.oid"));

/* As in ALTER DEFAULT PRIVILEGES. */
#define DEFAULTS_ON "CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' " \
	"WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' " \
	"WHEN 'L' THEN 'LARGE OBJECTS' ELSE 'SCHEMAS' END"
#define DEFAULTS_ID "concat('FOR ROLE ', " ROLE("a.defaclrole") ", " \
	"' IN SCHEMA ' || quote_ident(n.nspname), ' ON ', " DEFAULTS_ON ")"
#define DEFAULTS_MANAGED "(a.defaclnamespace = 0 OR " MANAGED ")"

const DbmigQuery dbmig_pg_query_default_privileges =
	RARE_QUERY("default privileges", DEFAULT_ACL, "a.oid",
"SELECT 'default privileges', " KEY(DEFAULT_ACL, "a.oid") ", NULL, "
DEFAULTS_ID ", " DEFAULTS_ID ", NULL, "
ROLE("a.defaclrole") ", quote_ident(n.nspname), " DEFAULTS_ON " "
"FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace "
"WHERE " DEFAULTS_MANAGED);

/* ---- grants ---- */

/* oids: " AND " and a condition, or nothing. */
#define ACL_OF(class, oid, acl, owner, type, from, filter) \
	"SELECT " KEY(class, oid) " AS key, NULL AS on_what, " \
	acl " AS acl, " owner " AS owner, " \
	"acldefault(" type ", " owner ") AS base FROM " from " " \
	"WHERE " acl " IS NOT NULL" filter(oid)

/* A new schema "public" lets everybody use it. */
#define SCHEMA_ACL(filter) \
	"SELECT " KEY(NAMESPACE, "n.oid") ", NULL, n.nspacl, n.nspowner, " \
	"acldefault('n', n.nspowner) || CASE n.nspname WHEN 'public' THEN " \
	"ARRAY[makeaclitem(0, n.nspowner, 'USAGE', false)] END " \
	"FROM pg_namespace n WHERE " MANAGED " AND n.nspacl IS NOT NULL" \
	filter("n.oid")

/* Those for one schema are added to those for all, which replace the default. */
#define DEFAULTS_ACL(filter) \
	"SELECT " KEY(DEFAULT_ACL, "a.oid") ", NULL, a.defaclacl, a.defaclrole, " \
	"CASE a.defaclnamespace WHEN 0 THEN acldefault(" \
	"CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END, " \
	"a.defaclrole) END FROM pg_default_acl a WHERE true" filter("a.oid")

#define COLUMN_ACL(filter) \
	"SELECT " COLUMN_KEY("a.attrelid", "a.attnum") ", NULL, " \
	"a.attacl, c.relowner, " \
	"acldefault('c', c.relowner) FROM pg_attribute a " \
	"JOIN pg_class c ON c.oid = a.attrelid " \
	"JOIN pg_namespace n ON n.oid = c.relnamespace " \
	"WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped " \
	"AND " MANAGED filter("a.attrelid")

/* The sequence of an identity column has no place of its own in the model. */
#define SEQUENCE_ACL(filter) \
	"SELECT " COLUMN_KEY("d.refobjid", "d.refobjsubid") ", 'sequence', " \
	"c.relacl, c.relowner, acldefault('s', c.relowner) FROM pg_class c " \
	"JOIN pg_namespace n ON n.oid = c.relnamespace " \
	"JOIN pg_depend d ON d.classid = " CLASS " AND d.objid = c.oid " \
	"AND d.refclassid = " CLASS " AND d.refobjsubid > 0 AND d.deptype = 'i' " \
	"WHERE c.relkind = 'S' AND c.relacl IS NOT NULL AND " MANAGED \
	filter("d.refobjid")

#define CLASSES "pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace AND " MANAGED
#define PROCS "pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace AND " \
	MANAGED " AND " OWN(PROC, "o.oid")
#define TYPES "pg_type o JOIN pg_namespace n ON n.oid = o.typnamespace AND " MANAGED

#define ROLE_IN_ACL(role) "CASE " role " WHEN 0 THEN 'PUBLIC' WHEN o.owner THEN " \
	"'OWNER' ELSE " ROLE(role) " END"

#define PRIVILEGES(grantable) \
	"string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type COLLATE \"C\") " \
	"FILTER (WHERE " grantable " x.is_grantable)"

/* Who may what, by that ACL, and in which place. */
#define MAY(acl) "(SELECT x.grantee, x.grantor, min(x.place) AS place, " \
	PRIVILEGES("NOT") " AS privileges, " PRIVILEGES("") " AS grantable " \
	"FROM aclexplode(" acl ") WITH ORDINALITY x(grantor, grantee, " \
	"privilege_type, is_grantable, place) GROUP BY x.grantee, x.grantor)"

#define BY "' by ' || CASE WHEN grantor <> o.owner THEN " ROLE("grantor") " END"

/* What the ACLs of these objects say beyond their default. */
#define GRANTS(objects) \
	"SELECT 'grant', " \
	"concat(o.key, ' by ', grantee, ' ', grantor, ' ', o.on_what), o.key, " \
	"concat(upper(o.on_what) || ' ', " ROLE_IN_ACL("grantee") ", " BY "), " \
	"concat(upper(o.on_what) || ' ', " ROLE_IN_ACL("grantee") ", " BY "), " \
	"o.on_what, " ROLE_IN_ACL("grantee") ", " \
	"CASE WHEN grantor <> o.owner THEN " ROLE("grantor") " END, " \
	"g.privileges, g.grantable FROM (" objects ") o, " \
	"LATERAL (SELECT grantee, grantor, i.place, i.privileges, i.grantable " \
	"FROM " MAY("o.acl") " i FULL JOIN " MAY("o.base") " b " \
	"USING (grantee, grantor) WHERE (i.privileges, i.grantable) " \
	"IS DISTINCT FROM (b.privileges, b.grantable)) g ORDER BY g.place"

#define EACH(oid) ""
#define TOUCHED(oid) " AND " oid " = ANY ($2)"

#define RELATION_GRANTS(filter) \
	GRANTS(ACL_OF(CLASS, "o.oid", "o.relacl", "o.relowner", \
				  "CASE o.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\"", \
				  CLASSES, filter) \
		   " UNION ALL " COLUMN_ACL(filter) \
		   " UNION ALL " SEQUENCE_ACL(filter))

const DbmigQuery dbmig_pg_query_grants =
{
	.of = TABLES " " SEQUENCES,
	.all = RELATION_GRANTS(EACH),
	.touched = RELATION_GRANTS(TOUCHED),
	.rare = "grant"
};

#define OTHER_GRANTS(filter) \
	GRANTS(ACL_OF(TYPE, "o.oid", "o.typacl", "o.typowner", "'T'", TYPES, \
				  filter) \
		   " UNION ALL " ACL_OF(PROC, "o.oid", "o.proacl", "o.proowner", \
								"'f'", PROCS, filter) \
		   " UNION ALL " SCHEMA_ACL(filter) \
		   " UNION ALL " ACL_OF(LANGUAGE, "o.oid", "o.lanacl", "o.lanowner", \
								"'l'", "pg_language o", filter) \
		   " UNION ALL " ACL_OF(WRAPPER, "o.oid", "o.fdwacl", "o.fdwowner", \
								"'F'", "pg_foreign_data_wrapper o", filter) \
		   " UNION ALL " ACL_OF(SERVER, "o.oid", "o.srvacl", "o.srvowner", \
								"'S'", "pg_foreign_server o", filter) \
		   " UNION ALL " DEFAULTS_ACL(filter))

const DbmigQuery dbmig_pg_query_other_grants =
{
	.of = TYPE " " PROC " " NAMESPACE " " LANGUAGE " " WRAPPER " " SERVER " "
	DEFAULT_ACL,
	.all = OTHER_GRANTS(EACH),
	.touched = OTHER_GRANTS(TOUCHED)
};

/* ---- comments ---- */

/* A schema "public" without the comment of a new one has been given none. */
#define SCHEMA_COMMENT COMMENT_ON(NAMESPACE, "n.oid")

#define COMMENTS(from, schema) \
	"SELECT d.classoid || ' ' || d.objoid || " \
	"CASE d.objsubid WHEN 0 THEN '' ELSE ' ' || d.objsubid END, d.description " \
	"FROM " from " " \
	"WHERE d.objoid >= 16384 AND d.classoid <> " NAMESPACE " " \
	"UNION ALL " \
	"SELECT " KEY(NAMESPACE, "n.oid") ", CASE n.nspname WHEN 'public' " \
	"THEN coalesce(" SCHEMA_COMMENT ", '') ELSE " SCHEMA_COMMENT " END " \
	"FROM pg_namespace n WHERE " MANAGED " " \
	"AND " SCHEMA_COMMENT " IS DISTINCT FROM " \
	"CASE n.nspname WHEN 'public' THEN 'standard public schema' END" schema

const DbmigQuery dbmig_pg_query_comments =
{
	.all = COMMENTS("pg_description d", ""),
	.touched = COMMENTS(KEYS "JOIN pg_description d ON d.objoid = k.id "
			 "AND d.classoid = k.class", " AND n.oid = ANY ($2)")
};

/* ---- what few schemas have ---- */

#define PRESENT(kind, from) "SELECT '" kind "' WHERE EXISTS (SELECT FROM " from ")"
#define ANY(kind, catalog) PRESENT(kind, catalog " WHERE oid >= 16384")

/*
 * The kinds that rare queries ask for: a query that finds nothing takes longer
 * to plan than it takes to see that there is nothing.
 */
const char dbmig_pg_present[] =
PRESENT("extension", "pg_extension WHERE oid >= 16384 "
		"AND extname <> 'dbmig'")
" UNION ALL " ANY("default privileges", "pg_default_acl")
" UNION ALL " ANY("access method", "pg_am")
" UNION ALL " ANY("language", "pg_language")
" UNION ALL " ANY("collation", "pg_collation")
" UNION ALL " PRESENT("base type", "pg_type WHERE " MADE("oid") " "
					  "AND (typinput::oid >= 16384 OR NOT typisdefined)")
" UNION ALL " PRESENT("range", "pg_range WHERE rngtypid >= 16384")
" UNION ALL " PRESENT("aggregate", "pg_proc WHERE prokind = 'a' AND oid >= 16384")
" UNION ALL " ANY("operator", "pg_operator")
" UNION ALL " ANY("operator family", "pg_opfamily")
" UNION ALL " ANY("operator class", "pg_opclass")
" UNION ALL " ANY("cast", "pg_cast")
" UNION ALL " ANY("transform", "pg_transform")
" UNION ALL " ANY("conversion", "pg_conversion")
" UNION ALL " ANY("text search parser", "pg_ts_parser")
" UNION ALL " ANY("text search template", "pg_ts_template")
" UNION ALL " ANY("text search dictionary", "pg_ts_dict")
" UNION ALL " ANY("text search configuration", "pg_ts_config")
" UNION ALL " ANY("foreign data wrapper", "pg_foreign_data_wrapper")
" UNION ALL " ANY("server", "pg_foreign_server")
" UNION ALL " PRESENT("sequence", "pg_sequence")
" UNION ALL " ANY("statistics", "pg_statistic_ext")
" UNION ALL " PRESENT("rule", "pg_rewrite WHERE oid >= 16384 "
					  "AND rulename <> '_RETURN'")
" UNION ALL " PRESENT("trigger", "pg_trigger WHERE NOT tgisinternal")
" UNION ALL " PRESENT("policy", "pg_policy")
" UNION ALL " ANY("publication", "pg_publication")
" UNION ALL " ANY("event trigger", "pg_event_trigger")
" UNION ALL " PRESENT("grant", "pg_class WHERE relacl IS NOT NULL "
					  "AND relnamespace IN (SELECT n.oid "
					  "FROM pg_namespace n WHERE " MANAGED ")")
" UNION ALL " PRESENT("grant", "pg_attribute WHERE attacl IS NOT NULL "
					  "AND " MADE("attrelid"));
