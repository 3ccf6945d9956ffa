/*
 * pg_catalog_type.c
 *	  The catalog queries for types, functions, and what is made of them.
 *
 * Each gives the attributes that pg_schema.h names, in the order of pg_read.c.
 */
#include "pg_catalog.h"

/* What begins the row of a schema object: its name is in this column. */
#define OBJECT(kind, class, oid, name, owner) \
	"SELECT '" kind "', " KEY(class, oid) ", NULL, " \
	ID("n.nspname", name) ", " SHOWN("n.nspname", name) ", " owner ", "

/* Newer servers have other names for the same. */
const DbmigQuery dbmig_pg_query_collations =
	RARE_QUERY("collation", COLLATION, "c.oid",
OBJECT("collation", COLLATION, "c.oid", "c.collname", ROLE("c.collowner"))
"CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc' "
"WHEN 'b' THEN 'builtin' ELSE 'default' END, "
"coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale'), "
"c.collcollate, c.collctype, to_jsonb(c) ->> 'collicurules', "
YES("NOT c.collisdeterministic") " "
"FROM pg_namespace n JOIN pg_collation c ON c.collnamespace = n.oid "
"WHERE " MANAGED " AND " OWN(COLLATION, "c.oid"));

#define OWN_TYPES(enum, type) \
	"SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' " \
	"ELSE 'composite' END, " KEY(TYPE, "t.oid") ", NULL, " \
	ID("n.nspname", "t.typname") ", " SHOWN("n.nspname", "t.typname") ", " \
	ROLE("t.typowner") ", e.labels, " \
	"CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END, " \
	"CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN " \
	COLLATION_ID("t.typcollation") " END, " \
	YES("t.typnotnull") ", " \
	"coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) " \
	"FROM pg_namespace n JOIN pg_type t ON t.typnamespace = n.oid " \
	"LEFT JOIN pg_type b ON b.oid = t.typbasetype " \
	"LEFT JOIN pg_class c ON c.oid = t.typrelid " \
	"LEFT JOIN (SELECT l.enumtypid, string_agg(quote_literal(l.enumlabel), " \
	"', ' ORDER BY l.enumsortorder) AS labels FROM pg_enum l " enum \
	"GROUP BY l.enumtypid) e ON e.enumtypid = t.oid " \
	"WHERE " MANAGED " AND (t.typtype IN ('e', 'd') OR c.relkind = 'c') " \
	"AND " OWN(TYPE, "t.oid") type

const DbmigQuery dbmig_pg_query_types =
{
	.of = TYPE,
	.all = OWN_TYPES("", ""),
	.touched = OWN_TYPES("WHERE l.enumtypid = ANY ($2) ",
						 " AND t.oid = ANY ($2)")
};

#define STORAGE(column) "CASE " column " WHEN 'p' THEN 'plain' " \
	"WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' WHEN 'm' THEN 'main' END"

/* An array is what the element's typarray says. */
const DbmigQuery dbmig_pg_query_base_types =
	RARE_QUERY("base type", TYPE, "t.oid",
OBJECT("base type", TYPE, "t.oid", "t.typname", ROLE("t.typowner"))
FUNCTION_NAME("t.typinput") ", " FUNCTION_NAME("t.typoutput") ", "
FUNCTION_NAME("t.typreceive") ", " FUNCTION_NAME("t.typsend") ", "
FUNCTION_NAME("t.typmodin") ", " FUNCTION_NAME("t.typmodout") ", "
FUNCTION_NAME("t.typanalyze") ", " FUNCTION_NAME("t.typsubscript") ", "
"t.typlen, " YES("t.typbyval") ", "
"CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' "
"WHEN 'd' THEN 'double' ELSE 'int4' END, "
STORAGE("t.typstorage") ", NULLIF(t.typcategory, 'U'), "
YES("t.typispreferred") ", "
"coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)), "
"CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END, "
"NULLIF(t.typdelim, ','), " YES("t.typcollation <> 0") ", "
YES("NOT t.typisdefined") " "
"FROM pg_namespace n JOIN pg_type t ON t.typnamespace = n.oid "
"WHERE " MANAGED " AND (t.typtype = 'b' OR NOT t.typisdefined) "
"AND NOT EXISTS (SELECT FROM pg_type a WHERE a.typarray = t.oid) "
"AND " OWN(TYPE, "t.oid"));

const DbmigQuery dbmig_pg_query_ranges =
	RARE_QUERY("range", TYPE, "t.oid",
OBJECT("range", TYPE, "t.oid", "t.typname", ROLE("t.typowner"))
"format_type(r.rngsubtype, NULL), "
"(SELECT " ID_IN("p.opcnamespace", "p.opcname") " FROM pg_opclass p "
"WHERE p.oid = r.rngsubopc AND NOT p.opcdefault), "
"CASE WHEN r.rngcollation <> s.typcollation THEN "
COLLATION_ID("r.rngcollation") " END, "
FUNCTION_NAME("r.rngcanonical") ", " FUNCTION_NAME("r.rngsubdiff") ", "
"format_type(r.rngmultitypid, NULL) "
"FROM pg_namespace n JOIN pg_type t ON t.typnamespace = n.oid "
"JOIN pg_range r ON r.rngtypid = t.oid "
"JOIN pg_type s ON s.oid = r.rngsubtype "
"WHERE " MANAGED " AND " OWN(TYPE, "t.oid"));

/* Constructors and casts of ranges come with their types. */
#define NOT_OF_TYPE(class, oid) \
	"NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = " class " " \
	"AND i.objid = " oid " AND i.deptype = 'i' " \
	"AND " UNINDEXED("i.refclassid") " = " TYPE ")"

/* Types alone tell functions apart. */
#define FUNCTION_ID \
	ID("n.nspname", "p.proname") " || '(' || oidvectortypes(p.proargtypes) || ')'"
#define FUNCTION_SHOWN \
	SHOWN("n.nspname", "p.proname") " || '(' || oidvectortypes(p.proargtypes) || ')'"

const DbmigQuery dbmig_pg_query_functions = QUERY(PROC, "p.oid",
"SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, "
KEY(PROC, "p.oid") ", NULL, " FUNCTION_ID ", " FUNCTION_SHOWN ", "
ROLE("p.proowner") ", pg_get_functiondef(p.oid), quote_ident(l.lanname), "
"pg_get_function_arguments(p.oid), pg_get_function_result(p.oid) "
"FROM pg_namespace n JOIN pg_proc p ON p.pronamespace = n.oid "
"JOIN pg_language l ON l.oid = p.prolang "
"WHERE " MANAGED " AND p.prokind IN ('f', 'w', 'p') "
"AND " OWN(PROC, "p.oid") " AND " NOT_OF_TYPE(PROC, "p.oid"));

#define OPERATOR_NAME(oid) \
	"(SELECT 'OPERATOR(' || q.oprnamespace::regnamespace::text || '.' || " \
	"q.oprname || ')' FROM pg_operator q WHERE q.oid = " oid ")"

#define OPTION(name, value) "', " name " = ' || " value

#define MODIFY(column) "CASE " column " WHEN 'r' THEN 'READ_ONLY' " \
	"WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END"

/* concat() leaves out what is NULL. */
const DbmigQuery dbmig_pg_query_aggregates =
	RARE_QUERY("aggregate", PROC, "p.oid",
"SELECT 'aggregate', " KEY(PROC, "p.oid") ", NULL, " FUNCTION_ID ", "
FUNCTION_SHOWN ", " ROLE("p.proowner") ", "
"concat('SFUNC = ', a.aggtransfn::text, ', STYPE = ', "
"format_type(a.aggtranstype, NULL), "
"CASE WHEN a.aggtransspace <> 0 THEN " OPTION("SSPACE", "a.aggtransspace") " END, "
"CASE WHEN a.aggfinalfn::oid <> 0 THEN "
OPTION("FINALFUNC", "a.aggfinalfn::text") " END, "
"CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' END, "
"CASE WHEN a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END "
"THEN " OPTION("FINALFUNC_MODIFY", MODIFY("a.aggfinalmodify")) " END, "
"CASE WHEN a.aggcombinefn::oid <> 0 THEN "
OPTION("COMBINEFUNC", "a.aggcombinefn::text") " END, "
"CASE WHEN a.aggserialfn::oid <> 0 THEN "
OPTION("SERIALFUNC", "a.aggserialfn::text") " END, "
"CASE WHEN a.aggdeserialfn::oid <> 0 THEN "
OPTION("DESERIALFUNC", "a.aggdeserialfn::text") " END, "
OPTION("INITCOND", "quote_literal(a.agginitval)") ", "
"CASE WHEN a.aggmtransfn::oid <> 0 THEN "
OPTION("MSFUNC", "a.aggmtransfn::text") " || "
OPTION("MINVFUNC", "a.aggminvtransfn::text") " || "
OPTION("MSTYPE", "format_type(a.aggmtranstype, NULL)") " END, "
"CASE WHEN a.aggmtransspace <> 0 THEN "
OPTION("MSSPACE", "a.aggmtransspace") " END, "
"CASE WHEN a.aggmfinalfn::oid <> 0 THEN "
OPTION("MFINALFUNC", "a.aggmfinalfn::text") " END, "
"CASE WHEN a.aggmfinalextra THEN ', MFINALFUNC_EXTRA' END, "
"CASE WHEN a.aggmtransfn::oid <> 0 AND a.aggmfinalmodify <> "
"CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END "
"THEN " OPTION("MFINALFUNC_MODIFY", MODIFY("a.aggmfinalmodify")) " END, "
OPTION("MINITCOND", "quote_literal(a.aggminitval)") ", "
"CASE WHEN a.aggsortop <> 0 THEN "
OPTION("SORTOP", OPERATOR_NAME("a.aggsortop")) " END, "
"CASE WHEN a.aggkind = 'h' THEN ', HYPOTHETICAL' END, "
"CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' "
"WHEN 'r' THEN ', PARALLEL = RESTRICTED' END), NULL, "
"pg_get_function_arguments(p.oid), pg_get_function_result(p.oid) "
"FROM pg_namespace n JOIN pg_proc p ON p.pronamespace = n.oid "
"JOIN pg_aggregate a ON a.aggfnoid = p.oid "
"WHERE " MANAGED " AND " OWN(PROC, "p.oid"));

#define TYPE_OR_NONE(oid) \
	"CASE " oid " WHEN 0 THEN 'NONE' ELSE format_type(" oid ", NULL) END"

/* One that only another one's COMMUTATOR names has no function yet. */
const DbmigQuery dbmig_pg_query_operators =
	RARE_QUERY("operator", OPERATOR, "o.oid",
"SELECT 'operator', " KEY(OPERATOR, "o.oid") ", NULL, "
"quote_ident(n.nspname) || '.' || o.oprname || ' (' || "
TYPE_OR_NONE("o.oprleft") " || ', ' || " TYPE_OR_NONE("o.oprright") " || ')', "
SHOWN("n.nspname", "o.oprname") ", " ROLE("o.oprowner") ", "
"concat('FUNCTION = ', o.oprcode::text, "
"CASE WHEN o.oprleft <> 0 THEN "
OPTION("LEFTARG", "format_type(o.oprleft, NULL)") " END, "
"CASE WHEN o.oprright <> 0 THEN "
OPTION("RIGHTARG", "format_type(o.oprright, NULL)") " END, "
"CASE WHEN o.oprcom <> 0 THEN "
OPTION("COMMUTATOR", OPERATOR_NAME("o.oprcom")) " END, "
"CASE WHEN o.oprnegate <> 0 THEN "
OPTION("NEGATOR", OPERATOR_NAME("o.oprnegate")) " END, "
"CASE WHEN o.oprrest::oid <> 0 THEN "
OPTION("RESTRICT", "o.oprrest::text") " END, "
"CASE WHEN o.oprjoin::oid <> 0 THEN "
OPTION("JOIN", "o.oprjoin::text") " END, "
"CASE WHEN o.oprcanhash THEN ', HASHES' END, "
"CASE WHEN o.oprcanmerge THEN ', MERGES' END) "
"FROM pg_namespace n JOIN pg_operator o ON o.oprnamespace = n.oid "
"WHERE " MANAGED " AND o.oprcode::oid <> 0 AND " OWN(OPERATOR, "o.oid"));

/* As they stand in CREATE OPERATOR CLASS and ALTER OPERATOR FAMILY ADD; one
 * that belongs to a class depends on it, those of a family on the family. */
#define OPERATOR_MEMBERS(class, oid) \
	"SELECT 'OPERATOR ' || o.amopstrategy || ' ' || o.amopopr::regoperator::text " \
	"|| CASE o.amoppurpose WHEN 'o' THEN ' FOR ORDER BY ' || " \
	"(SELECT " ID_IN("f.opfnamespace", "f.opfname") " FROM pg_opfamily f " \
	"WHERE f.oid = o.amopsortfamily) ELSE '' END AS member " \
	"FROM pg_depend d JOIN pg_amop o ON o.oid = d.objid " \
	"WHERE d.classid = " AMOP " AND d.refclassid = " class " " \
	"AND d.refobjid = " oid " AND d.deptype IN ('i', 'a')"
#define FUNCTION_MEMBERS(class, oid) \
	"SELECT 'FUNCTION ' || a.amprocnum || ' (' || " \
	"format_type(a.amproclefttype, NULL) || ', ' || " \
	"format_type(a.amprocrighttype, NULL) || ') ' || " \
	"a.amproc::regprocedure::text " \
	"FROM pg_depend d JOIN pg_amproc a ON a.oid = d.objid " \
	"WHERE d.classid = " AMPROC " AND d.refclassid = " class " " \
	"AND d.refobjid = " oid " AND d.deptype IN ('i', 'a')"
#define MEMBERS(class, oid) \
	"(SELECT string_agg(m.member, ', ' ORDER BY m.member COLLATE \"C\") FROM (" \
	OPERATOR_MEMBERS(class, oid) " UNION ALL " FUNCTION_MEMBERS(class, oid) ") m)"

/* One that was made for a class, and has its name, comes with it; but pg_dump
 * writes both, and so does whoever reads this. */
const DbmigQuery dbmig_pg_query_operator_families =
	RARE_QUERY("operator family", OPFAMILY, "f.oid",
"SELECT 'operator family', " KEY(OPFAMILY, "f.oid") ", NULL, "
ID("n.nspname", "f.opfname") " || ' USING ' || quote_ident(am.amname), "
SHOWN("n.nspname", "f.opfname") ", " ROLE("f.opfowner") ", "
"quote_ident(am.amname), " MEMBERS(OPFAMILY, "f.oid") " "
"FROM pg_namespace n JOIN pg_opfamily f ON f.opfnamespace = n.oid "
"JOIN pg_am am ON am.oid = f.opfmethod "
"WHERE " MANAGED " AND " OWN(OPFAMILY, "f.oid"));

const DbmigQuery dbmig_pg_query_operator_classes =
	RARE_QUERY("operator class", OPCLASS, "c.oid",
"SELECT 'operator class', " KEY(OPCLASS, "c.oid") ", NULL, "
ID("n.nspname", "c.opcname") " || ' USING ' || quote_ident(am.amname), "
SHOWN("n.nspname", "c.opcname") ", " ROLE("c.opcowner") ", "
ID("fn.nspname", "f.opfname") ", quote_ident(am.amname), "
"format_type(c.opcintype, NULL), " YES("c.opcdefault") ", "
"CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, NULL) END, "
MEMBERS(OPCLASS, "c.oid") " "
"FROM pg_namespace n JOIN pg_opclass c ON c.opcnamespace = n.oid "
"JOIN pg_am am ON am.oid = c.opcmethod "
"JOIN pg_opfamily f ON f.oid = c.opcfamily "
"JOIN pg_namespace fn ON fn.oid = f.opfnamespace "
"WHERE " MANAGED " AND " OWN(OPCLASS, "c.oid"));

/* These have no schema: they are managed unless they are made of what is not. */
#define IN_MANAGED(class, oid) \
	"NOT EXISTS (SELECT FROM pg_depend d " \
	"LEFT JOIN pg_type t ON d.refclassid = " TYPE " AND t.oid = d.refobjid " \
	"LEFT JOIN pg_proc p ON d.refclassid = " PROC " AND p.oid = d.refobjid " \
	"JOIN pg_namespace n ON n.oid IN (t.typnamespace, p.pronamespace) " \
	"WHERE d.classid = " class " AND d.objid = " oid " " \
	"AND n.nspname <> 'pg_catalog' AND NOT " MANAGED ")"

const DbmigQuery dbmig_pg_query_casts =
	RARE_QUERY("cast", CAST, "c.oid",
"SELECT 'cast', " KEY(CAST, "c.oid") ", NULL, "
"format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL), "
"format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL), "
"NULL, CASE WHEN c.castfunc <> 0 THEN c.castfunc::regprocedure::text END, "
"CASE c.castmethod WHEN 'b' THEN 'binary' WHEN 'i' THEN 'inout' "
"ELSE 'function' END, "
"CASE c.castcontext WHEN 'a' THEN 'assignment' WHEN 'i' THEN 'implicit' "
"ELSE 'explicit' END "
"FROM pg_cast c WHERE " OWN(CAST, "c.oid") " AND " IN_MANAGED(CAST, "c.oid") " "
"AND " NOT_OF_TYPE(CAST, "c.oid"));

const DbmigQuery dbmig_pg_query_transforms =
	RARE_QUERY("transform", TRANSFORM, "f.oid",
"SELECT 'transform', " KEY(TRANSFORM, "f.oid") ", NULL, "
"format_type(f.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname), "
"format_type(f.trftype, NULL) || ' LANGUAGE ' || l.lanname, NULL, "
"CASE WHEN f.trffromsql::oid <> 0 THEN f.trffromsql::regprocedure::text END, "
"CASE WHEN f.trftosql::oid <> 0 THEN f.trftosql::regprocedure::text END "
"FROM pg_transform f JOIN pg_language l ON l.oid = f.trflang "
"WHERE " OWN(TRANSFORM, "f.oid") " AND " IN_MANAGED(TRANSFORM, "f.oid"));

const DbmigQuery dbmig_pg_query_conversions =
	RARE_QUERY("conversion", CONVERSION, "c.oid",
OBJECT("conversion", CONVERSION, "c.oid", "c.conname", ROLE("c.conowner"))
"pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), "
"c.conproc::text, " YES("c.condefault") " "
"FROM pg_namespace n JOIN pg_conversion c ON c.connamespace = n.oid "
"WHERE " MANAGED " AND " OWN(CONVERSION, "c.oid"));

/* ---- text search ---- */

const DbmigQuery dbmig_pg_query_ts_parsers =
	RARE_QUERY("text search parser", TS_PARSER, "p.oid",
OBJECT("text search parser", TS_PARSER, "p.oid", "p.prsname", "NULL")
FUNCTION_NAME("p.prsstart") ", " FUNCTION_NAME("p.prstoken") ", "
FUNCTION_NAME("p.prsend") ", " FUNCTION_NAME("p.prsheadline") ", "
FUNCTION_NAME("p.prslextype") " "
"FROM pg_namespace n JOIN pg_ts_parser p ON p.prsnamespace = n.oid "
"WHERE " MANAGED " AND " OWN(TS_PARSER, "p.oid"));

const DbmigQuery dbmig_pg_query_ts_templates =
	RARE_QUERY("text search template", TS_TEMPLATE, "t.oid",
OBJECT("text search template", TS_TEMPLATE, "t.oid", "t.tmplname", "NULL")
FUNCTION_NAME("t.tmplinit") ", " FUNCTION_NAME("t.tmpllexize") " "
"FROM pg_namespace n JOIN pg_ts_template t ON t.tmplnamespace = n.oid "
"WHERE " MANAGED " AND " OWN(TS_TEMPLATE, "t.oid"));

const DbmigQuery dbmig_pg_query_ts_dictionaries =
	RARE_QUERY("text search dictionary", TS_DICTIONARY, "d.oid",
OBJECT("text search dictionary", TS_DICTIONARY, "d.oid", "d.dictname",
	   ROLE("d.dictowner"))
ID("tn.nspname", "t.tmplname") ", d.dictinitoption "
"FROM pg_namespace n JOIN pg_ts_dict d ON d.dictnamespace = n.oid "
"JOIN pg_ts_template t ON t.oid = d.dicttemplate "
"JOIN pg_namespace tn ON tn.oid = t.tmplnamespace "
"WHERE " MANAGED " AND " OWN(TS_DICTIONARY, "d.oid"));

const DbmigQuery dbmig_pg_query_ts_configurations =
	RARE_QUERY("text search configuration", TS_CONFIGURATION, "c.oid",
OBJECT("text search configuration", TS_CONFIGURATION, "c.oid", "c.cfgname",
	   ROLE("c.cfgowner"))
ID("pn.nspname", "p.prsname") ", "
"(SELECT string_agg(w.line, E'\\n' ORDER BY w.line COLLATE \"C\") FROM "
"(SELECT (SELECT quote_ident(k.alias) FROM ts_token_type(c.cfgparser) k "
"WHERE k.tokid = m.maptokentype) || ' ' || string_agg("
ID("dn.nspname", "d.dictname") ", ', ' ORDER BY m.mapseqno) AS line "
"FROM pg_ts_config_map m JOIN pg_ts_dict d ON d.oid = m.mapdict "
"JOIN pg_namespace dn ON dn.oid = d.dictnamespace "
"WHERE m.mapcfg = c.oid GROUP BY m.maptokentype) w) "
"FROM pg_namespace n JOIN pg_ts_config c ON c.cfgnamespace = n.oid "
"JOIN pg_ts_parser p ON p.oid = c.cfgparser "
"JOIN pg_namespace pn ON pn.oid = p.prsnamespace "
"WHERE " MANAGED " AND " OWN(TS_CONFIGURATION, "c.oid"));
