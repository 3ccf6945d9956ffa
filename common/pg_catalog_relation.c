/*
 * pg_catalog_relation.c
 *	  The catalog queries for relations and what belongs to them.
 *
 * Each gives the attributes that pg_schema.h names, in the order of pg_read.c.
 */
#include "pg_catalog.h"

const DbmigQuery dbmig_pg_query_schemas = QUERY(NAMESPACE, "n.oid",
"SELECT 'schema', " KEY(NAMESPACE, "n.oid") ", NULL, quote_ident(n.nspname), "
"n.nspname, " ROLE("n.nspowner") " "
"FROM pg_namespace n WHERE " MANAGED);

/* Row types are read with the types, indexes by a query of their own. */
#define RELATIONS(relation, parent) \
	"SELECT CASE c.relkind WHEN 'f' THEN 'foreign table' WHEN 'v' THEN 'view' " \
	"WHEN 'm' THEN 'materialized view' ELSE 'table' END, " \
	KEY(CLASS, "c.oid") ", NULL, " ID("n.nspname", "c.relname") ", " \
	SHOWN("n.nspname", "c.relname") ", " ROLE("c.relowner") ", " \
	"CASE c.relpersistence WHEN 'u' THEN 'unlogged' END, " \
	"CASE WHEN am.amname !~ '^dbmig' THEN quote_ident(am.amname) END, " \
	STORAGE_OPTIONS("c.reloptions", "''") ", " \
	STORAGE_OPTIONS("t.reloptions", "'toast.'") ", " \
	TABLESPACE("c.reltablespace") ", " \
	"CASE WHEN c.relkind IN ('r', 'p') THEN CASE c.relreplident " \
	"WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index ' || " \
	"(SELECT quote_ident(x.relname) FROM pg_class x " \
	"WHERE x.oid = r.indexrelid) END END, " \
	YES("c.relrowsecurity") ", " YES("c.relforcerowsecurity") ", " \
	"CASE WHEN NOT c.relispartition THEN h.parents END, " \
	"CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END, " \
	"CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END, " \
	"CASE WHEN c.relispartition THEN h.parents END, " \
	"pg_get_expr(c.relpartbound, c.oid), " \
	"quote_ident(s.srvname), " FOREIGN_OPTIONS("f.ftoptions") ", " \
	"CASE WHEN c.relkind IN ('v', 'm') " \
	"THEN rtrim(pg_get_viewdef(c.oid), ';') END " \
	"FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid " \
	"LEFT JOIN pg_am am ON am.oid = c.relam AND am.amname <> 'heap' " \
	"LEFT JOIN pg_class t ON t.oid = c.reltoastrelid " \
	"AND t.reloptions IS NOT NULL " \
	"LEFT JOIN pg_index r ON c.relreplident = 'i' AND r.indrelid = c.oid " \
	"AND r.indisreplident " \
	"LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid " \
	"LEFT JOIN pg_foreign_server s ON s.oid = f.ftserver " \
	"LEFT JOIN (SELECT i.inhrelid, string_agg(" \
	RELATION_ID("i.inhparent") ", ', ' ORDER BY i.inhseqno) AS parents " \
	"FROM pg_inherits i WHERE NOT i.inhdetachpending " parent " GROUP BY i.inhrelid) h ON h.inhrelid = c.oid " \
	"WHERE " MANAGED " AND c.relkind IN ('r', 'p', 'f', 'v', 'm') " \
	"AND c.relpersistence <> 't' AND " OWN(CLASS, "c.oid") relation

const DbmigQuery dbmig_pg_query_relations =
{
	.of = TABLES,
	.all = RELATIONS("", ""),
	.touched = RELATIONS(" AND c.oid = ANY ($2)", " AND i.inhrelid = ANY ($2)")
};


#define SEQUENCE_OPTIONS(s) s ".seqstart, " s ".seqincrement, " s ".seqmin, " \
	s ".seqmax, " s ".seqcache, " YES(s ".seqcycle")

/* Those of identity columns are read with the columns. */
const DbmigQuery dbmig_pg_query_sequences = RARE_QUERY("sequence", SEQUENCES, "c.oid",
"SELECT 'sequence', " KEY(CLASS, "c.oid") ", NULL, "
ID("n.nspname", "c.relname") ", " SHOWN("n.nspname", "c.relname") ", "
ROLE("c.relowner") ", format_type(s.seqtypid, NULL), "
SEQUENCE_OPTIONS("s") ", "
"CASE c.relpersistence WHEN 'u' THEN 'unlogged' END, "
RELATION_ID("d.refobjid") " || '.' || quote_ident(a.attname) "
"FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid "
"JOIN pg_sequence s ON s.seqrelid = c.oid "
"LEFT JOIN pg_depend d ON d.classid = " CLASS " AND d.objid = c.oid "
"AND d.refclassid = " CLASS " AND d.refobjsubid > 0 "
"AND d.deptype IN ('a', 'i') "
"LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid "
"AND a.attnum = d.refobjsubid "
"WHERE " MANAGED " AND c.relkind = 'S' AND c.relpersistence <> 't' "
"AND d.deptype IS DISTINCT FROM 'i' AND " OWN(CLASS, "c.oid"));

#define STORAGE(column) "CASE " column " WHEN 'p' THEN 'plain' " \
	"WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' WHEN 'm' THEN 'main' END"

/*
 * The server keeps the version of a column among its options
 * (ATTRIBUTE_VERSION_ATTOPTION in pg_attribute.h): mostly there is no other.
 */
#define COLUMN_OPTIONS \
	"CASE WHEN cardinality(a.attoptions) > 1 " \
	"OR a.attoptions[1] NOT LIKE 'pg\\_attver=%' THEN " \
	STORAGE_OPTIONS("a.attoptions", "''") " END"

/*
 * From PostgreSQL 18 on NOT NULL is a constraint.  Where it is one that ALTER
 * COLUMN cannot set, it is read as a constraint, and not with the column.
 */
#define OPEN_NOT_NULL(k) k ".contype = 'n' AND " k ".conrelid <> 0 " \
	"AND (NOT " k ".convalidated OR " k ".connoinherit)"

/* Views have no storage, and their columns are NULL as they come. */
#define COLUMNS(relation, sequence, not_null) \
	"SELECT 'column', " COLUMN_KEY("c.oid", "a.attnum") ", " \
	"CASE c.relkind WHEN 'c' THEN " KEY(TYPE, "c.reltype") " ELSE " \
	KEY(CLASS, "c.oid") " END, a.attname, a.attname, " \
	"format_type(a.atttypid, a.atttypmod), " \
	"CASE WHEN a.attcollation <> t.typcollation THEN " \
	COLLATION_ID("a.attcollation") " END, " \
	YES("a.attnotnull AND (c.oid, a.attnum) NOT IN " \
		"(SELECT o.conrelid, o.conkey[1] FROM pg_constraint o " \
		"WHERE " OPEN_NOT_NULL("o") not_null ")") ", " \
	"CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, d.adrelid) END, " \
	"CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END, " \
	"CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END, " \
	"CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END, " \
	RELATION_ID("i.seqrelid") ", " SEQUENCE_OPTIONS("i") ", " \
	"CASE WHEN c.relkind NOT IN ('v', 'c') AND a.attstorage <> t.typstorage THEN " \
	STORAGE("a.attstorage") " END, " \
	"CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END, " \
	"NULLIF(a.attstattarget, -1), " \
	COLUMN_OPTIONS ", " FOREIGN_OPTIONS("a.attfdwoptions") ", " \
	YES("NOT a.attislocal OR c.relispartition") " " \
	"FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid " \
	"JOIN pg_attribute a ON a.attrelid = c.oid " \
	"JOIN pg_type t ON t.oid = a.atttypid " \
	"LEFT JOIN pg_attrdef d ON a.atthasdef AND d.adrelid = c.oid " \
	"AND d.adnum = a.attnum " \
	"LEFT JOIN (SELECT e.refobjid, e.refobjsubid, s.* " \
	"FROM pg_depend e JOIN pg_sequence s ON s.seqrelid = e.objid " \
	"WHERE e.classid = " CLASS " AND e.refclassid = " CLASS " " \
	"AND e.deptype = 'i'" sequence ") i ON a.attidentity <> '' AND i.refobjid = c.oid " \
	"AND i.refobjsubid = a.attnum " \
	"WHERE " MANAGED " AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') " \
	"AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped" relation

const DbmigQuery dbmig_pg_query_columns =
{
	.of = TABLES " " TYPE,
	.all = COLUMNS("", "", ""),
	.touched = COLUMNS(" AND c.oid = ANY ($2)", " AND e.refobjid = ANY ($2)",
					   " AND o.conrelid = ANY ($2)")
};


/* Statistics targets of the expressions of index i: nothing else in it can
 * have one. */
#define INDEX_STATISTICS \
	"CASE WHEN i.indexprs IS NOT NULL THEN " \
	"(SELECT string_agg(ia.attnum || '=' || ia.attstattarget, ', ' " \
	"ORDER BY ia.attnum) FROM pg_attribute ia " \
	"WHERE ia.attrelid = i.indexrelid AND ia.attstattarget >= 0) END"

#define CONTYPE "CASE k.contype WHEN 'p' THEN 'primary key' " \
	"WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclude' " \
	"WHEN 'n' THEN 'not null' ELSE 'foreign key' END"

/*
 * What a table has only from its parent comes and goes with it, and pg_dump
 * says nothing of it; but the indexes of keys have names of their own.
 */
#define CONSTRAINTS(owner) \
	"SELECT 'constraint', " KEY(CONSTRAINT, "k.oid") ", " \
	"CASE k.conrelid WHEN 0 THEN " KEY(TYPE, "k.contypid") " " \
	"ELSE " KEY(CLASS, "k.conrelid") " END, k.conname, k.conname, " \
	"CASE WHEN k.conrelid <> 0 THEN " CONTYPE " END, " \
	"CASE WHEN k.convalidated THEN pg_get_constraintdef(k.oid) " \
	"ELSE regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') END, " \
	YES("NOT k.convalidated") ", " \
	"CASE WHEN k.confrelid <> 0 THEN " RELATION_ID("k.confrelid") " END, " \
	YES("k.coninhcount > 0 AND NOT k.conislocal") ", " \
	RELATION_ID("pk.conrelid") " || ' ' || quote_ident(pk.conname), " \
	STORAGE_OPTIONS("x.reloptions", "''") ", " \
	TABLESPACE("x.reltablespace") ", " YES("i.indisclustered") ", " \
	INDEX_STATISTICS ", cd.description " \
	"FROM pg_namespace n JOIN pg_constraint k ON k.connamespace = n.oid " \
	"LEFT JOIN pg_constraint pk ON k.conparentid <> 0 " \
	"AND pk.oid = k.conparentid " \
	"LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype <> 'f' " \
	"LEFT JOIN pg_class x ON x.oid = i.indexrelid " \
	"AND (x.reloptions IS NOT NULL OR x.reltablespace <> 0) " \
	"LEFT JOIN pg_description cd ON cd.objoid = i.indexrelid " \
	"AND cd.classoid = " CLASS " AND cd.objsubid = 0 AND cd.objoid >= 16384 " \
	"WHERE " MANAGED " AND (k.contype IN ('p', 'u', 'c', 'x', 'f') " \
	"OR " OPEN_NOT_NULL("k") ") " \
	"AND (k.conislocal OR k.contype IN ('p', 'u', 'x')) " \
	"AND (k.contype <> 'f' OR k.conparentid = 0) " owner

const DbmigQuery dbmig_pg_query_constraints =
{
	.of = TABLES " " TYPE,
	.all = CONSTRAINTS(""),
	.touched = CONSTRAINTS("AND (k.conrelid = ANY ($2) OR k.contypid = ANY ($2))")
};


/* Not those of the server's own tables in pg_toast. */
const DbmigQuery dbmig_pg_query_indexes = QUERY(INDEXES, "c.oid",
"SELECT 'index', " KEY(CLASS, "c.oid") ", NULL, "
ID("n.nspname", "c.relname") ", " SHOWN("n.nspname", "c.relname") ", NULL, "
RELATION_ID("i.indrelid") ", pg_get_indexdef(c.oid), "
YES("i.indisunique") ", " TABLESPACE("c.reltablespace") ", "
YES("i.indisclustered") ", " INDEX_STATISTICS ", "
RELATION_ID("h.inhparent") ", "
YES("NOT i.indisvalid AND c.relkind = 'i'") " "
"FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid "
"JOIN pg_index i ON i.indexrelid = c.oid "
"LEFT JOIN pg_inherits h ON c.relispartition AND h.inhrelid = c.oid "
"WHERE " MANAGED " AND c.relpersistence <> 't' "
"AND c.relnamespace <> 99 AND NOT EXISTS (SELECT FROM pg_constraint k "
"WHERE k.conrelid = i.indrelid AND k.conindid = c.oid "
"AND k.contype IN ('p', 'u', 'x')) AND " OWN(CLASS, "i.indrelid"));

/* The plain columns of extended statistics, which the server sorts. */
#define STATISTICS_COLUMNS(order) \
	"(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY " order ") " \
	"FROM pg_attribute a WHERE a.attrelid = s.stxrelid " \
	"AND a.attnum = ANY (s.stxkeys))"

/* In another table the same columns stand in another order. */
const DbmigQuery dbmig_pg_query_statistics = RARE_QUERY("statistics", STATISTICS, "s.oid",
"SELECT 'statistics', " KEY(STATISTICS, "s.oid") ", NULL, "
ID("n.nspname", "s.stxname") ", " SHOWN("n.nspname", "s.stxname") ", "
ROLE("s.stxowner") ", " RELATION_ID("s.stxrelid") ", "
"COALESCE(replace(pg_get_statisticsobjdef(s.oid), "
"' ON ' || " STATISTICS_COLUMNS("a.attnum") ", "
"' ON ' || " STATISTICS_COLUMNS("a.attname") "), "
"pg_get_statisticsobjdef(s.oid)), NULLIF(s.stxstattarget, -1) "
"FROM pg_namespace n JOIN pg_statistic_ext s ON s.stxnamespace = n.oid "
"WHERE " MANAGED " AND " OWN(STATISTICS, "s.oid"));

/* The name of what belongs to table c. */
#define TABLE_PART(kind, class, oid, name) \
	"SELECT '" kind "', " KEY(class, oid) ", NULL, " \
	ID("n.nspname", "c.relname") " || '.' || quote_ident(" name "), " \
	SHOWN("n.nspname", "c.relname") " || '.' || " name ", NULL, " \
	ID("n.nspname", "c.relname") ", "

const DbmigQuery dbmig_pg_query_rules = RARE_QUERY("rule", REWRITE, "r.oid",
TABLE_PART("rule", REWRITE, "r.oid", "r.rulename")
"rtrim(pg_get_ruledef(r.oid), ';'), " ENABLED("r.ev_enabled") " "
"FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid "
"JOIN pg_rewrite r ON r.ev_class = c.oid "
"WHERE " MANAGED " AND r.rulename <> '_RETURN' AND " OWN(CLASS, "c.oid"));

/*
 * One that came with that of a partitioned table is said by it, unless it is
 * enabled otherwise.
 */
const DbmigQuery dbmig_pg_query_triggers = RARE_QUERY("trigger", TRIGGER, "g.oid",
TABLE_PART("trigger", TRIGGER, "g.oid", "g.tgname")
"pg_get_triggerdef(g.oid), " ENABLED("g.tgenabled") ", "
YES("g.tgparentid <> 0") ", "
"(SELECT " ID_IN("f.pronamespace", "f.proname") " || '()' FROM pg_proc f "
"WHERE f.oid = g.tgfoid) "
"FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid "
"JOIN pg_trigger g ON g.tgrelid = c.oid "
"LEFT JOIN pg_trigger p ON p.oid = g.tgparentid "
"WHERE " MANAGED " AND NOT g.tgisinternal "
"AND p.tgenabled IS DISTINCT FROM g.tgenabled AND " OWN(CLASS, "c.oid"));

const DbmigQuery dbmig_pg_query_policies = RARE_QUERY("policy", POLICY, "p.oid",
TABLE_PART("policy", POLICY, "p.oid", "p.polname")
"CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' "
"WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END, "
YES("NOT p.polpermissive") ", "
"(SELECT string_agg(CASE r.role WHEN 0 THEN 'PUBLIC' ELSE "
ROLE("r.role") " END, ', ' ORDER BY CASE r.role WHEN 0 THEN 'PUBLIC' ELSE "
ROLE("r.role") " END COLLATE \"C\") FROM unnest(p.polroles) AS r(role)), "
"pg_get_expr(p.polqual, p.polrelid), "
"pg_get_expr(p.polwithcheck, p.polrelid) "
"FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid "
"JOIN pg_policy p ON p.polrelid = c.oid "
"WHERE " MANAGED " AND " OWN(CLASS, "c.oid"));
