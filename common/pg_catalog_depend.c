/*
 * pg_catalog_depend.c
 *	  The catalog queries for what objects need.
 */
#include "pg_catalog.h"

/*
 * What pg_depend names, and the key of what stands for it in the model: first
 * what others lead to.
 */
/* members of extensions: their own change is read with everything else */
#define MEMBERS \
	"SELECT 1 AS place, d.classid || ' ' || d.objid AS alias, " \
	KEY(EXTENSION, "d.refobjid") " AS key FROM pg_depend d " \
	"WHERE d.deptype = 'e' AND d.refclassid = " EXTENSION " UNION ALL "

/* the row type of a table; the relation of a composite type */
#define ROW_TYPES(relation) \
	"SELECT 2 AS place, CASE c.relkind WHEN 'c' THEN " KEY(CLASS, "c.oid") " " \
	"ELSE " KEY(TYPE, "c.reltype") " END AS alias, " \
	"CASE c.relkind WHEN 'c' THEN " KEY(TYPE, "c.reltype") " " \
	"ELSE " KEY(CLASS, "c.oid") " END AS key " \
	"FROM pg_class c WHERE c.reltype <> 0 AND " MADE("c.oid") relation

/* arrays and multiranges */
#define ARRAYS(type, range) \
	"SELECT 3, " KEY(TYPE, "t.typarray") ", " KEY(TYPE, "t.oid") " " \
	"FROM pg_type t WHERE " MADE("t.typarray") type " UNION ALL " \
	"SELECT 3, " KEY(TYPE, "r.rngmultitypid") ", " KEY(TYPE, "r.rngtypid") " " \
	"FROM pg_range r WHERE " MADE("r.rngmultitypid") range

#define DEFAULTS(relation) \
	"SELECT 4, " KEY(ATTRDEF, "a.oid") ", " \
	COLUMN_KEY("a.adrelid", "a.adnum") " FROM pg_attrdef a" relation

/* sequences of identity columns; indexes of constraints; rules of views;
 * constructors of ranges; members of operator classes and families, some of
 * which go by themselves */
#define INTERNALS(from) \
	"SELECT 4, d.classid || ' ' || d.objid, d.refclassid || ' ' || " \
	"d.refobjid || CASE d.refobjsubid WHEN 0 THEN '' " \
	"ELSE ' ' || d.refobjsubid END " \
	"FROM " from " WHERE " MADE("d.refobjid") " AND CASE d.deptype " \
	"WHEN 'i' THEN (" UNINDEXED("d.classid") ", " UNINDEXED("d.refclassid") ") IN (" \
	"(" CLASS ", " CLASS "), (" CLASS ", " CONSTRAINT "), (" REWRITE ", " CLASS "), " \
	"(" PROC ", " TYPE "), (" AMOP ", " OPCLASS "), (" AMPROC ", " OPCLASS "), " \
	"(" AMOP ", " OPFAMILY "), (" AMPROC ", " OPFAMILY ")) " \
	"WHEN 'a' THEN " UNINDEXED("d.classid") " IN (" AMOP ", " AMPROC ") AND " \
	UNINDEXED("d.refclassid") " IN (" OPCLASS ", " OPFAMILY ") END"

#define ALIASES(members, relation, type, range, default, internal) \
	"SELECT alias, key FROM (" members ROW_TYPES(relation) \
	" UNION ALL " ARRAYS(type, range) " UNION ALL " DEFAULTS(default) \
	" UNION ALL " INTERNALS(internal) ") a ORDER BY place"

const DbmigQuery dbmig_pg_query_aliases =
{
	.of = TABLES " " TYPE " " OPCLASS " " OPFAMILY,
	.all = ALIASES(MEMBERS, "", "", "", "", "pg_depend d"),
	.touched = ALIASES("", " AND c.oid = ANY ($2)",
			" AND t.oid = ANY ($2 || ARRAY(SELECT c.reltype FROM pg_class c "
			"WHERE c.oid = ANY ($2)))", " AND r.rngtypid = ANY ($2)",
			" WHERE a.adrelid = ANY ($2)",
			KEYS "JOIN pg_depend d ON d.refclassid = k.class "
			"AND d.refobjid = k.id"),
	.links = true
};

/*
 * 'e' and 'x' are about extensions.  An object and its columns also depend on
 * each other; who reads this sees it.
 */
#define NEEDS(from) \
	"SELECT d.classid || ' ' || d.objid || " \
	"CASE d.objsubid WHEN 0 THEN '' ELSE ' ' || d.objsubid END, " \
	"d.refclassid || ' ' || d.refobjid || " \
	"CASE d.refobjsubid WHEN 0 THEN '' ELSE ' ' || d.refobjsubid END " \
	"FROM " from " WHERE " MADE("d.objid") " AND " MADE("d.refobjid") " " \
	"AND d.deptype NOT IN ('e', 'x') AND d.refclassid <> " NAMESPACE

const DbmigQuery dbmig_pg_query_needs =
{
	.all = NEEDS("pg_depend d"),
	.touched = NEEDS(KEYS "JOIN pg_depend d ON d.classid = k.class AND d.objid = k.id"),
	.links = true
};
