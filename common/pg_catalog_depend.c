/*
 * pg_catalog_depend.c
 *	  The catalog queries for what objects need.
 */
#include "pg_catalog.h"

/*
 * What pg_depend names, and the key of what stands for it in the model: first
 * what others lead to.
 */
const char	dbmig_pg_query_aliases[] =
"SELECT alias, key FROM ("
/* members of extensions */
"SELECT 1 AS place, d.classid || ' ' || d.objid AS alias, "
KEY(EXTENSION, "d.refobjid") " AS key FROM pg_depend d "
"WHERE d.deptype = 'e' AND d.refclassid = " EXTENSION " "
/* the row type of a table; the relation of a composite type */
"UNION ALL SELECT 2, CASE c.relkind WHEN 'c' THEN " KEY(CLASS, "c.oid") " "
"ELSE " KEY(TYPE, "c.reltype") " END, CASE c.relkind WHEN 'c' THEN "
KEY(TYPE, "c.reltype") " ELSE " KEY(CLASS, "c.oid") " END "
"FROM pg_class c WHERE c.reltype <> 0 AND c.oid >= 16384 "
/* arrays and multiranges */
"UNION ALL SELECT 3, " KEY(TYPE, "t.typarray") ", " KEY(TYPE, "t.oid") " "
"FROM pg_type t WHERE t.typarray >= 16384 "
"UNION ALL SELECT 3, " KEY(TYPE, "r.rngmultitypid") ", " KEY(TYPE, "r.rngtypid") " "
"FROM pg_range r WHERE r.rngmultitypid >= 16384 "
/* defaults; sequences of identity columns; indexes of constraints; rules of
 * views; constructors of ranges; members of operator classes */
"UNION ALL SELECT 4, " KEY(ATTRDEF, "a.oid") ", "
COLUMN_KEY("a.adrelid", "a.adnum") " FROM pg_attrdef a "
"UNION ALL SELECT 4, d.classid || ' ' || d.objid, d.refclassid || ' ' || "
"d.refobjid || CASE d.refobjsubid WHEN 0 THEN '' ELSE ' ' || d.refobjsubid END "
"FROM pg_depend d WHERE d.deptype = 'i' AND d.refobjid >= 16384 "
"AND (d.classid, d.refclassid) IN ((" CLASS ", " CLASS "), "
"(" CLASS ", " CONSTRAINT "), (" REWRITE ", " CLASS "), "
"(" PROC ", " TYPE "), (" AMOP ", " OPCLASS "), (" AMPROC ", " OPCLASS ")) "
") a ORDER BY place";

/*
 * 'e' and 'x' are about extensions.  An object and its columns also depend on
 * each other; who reads this sees it.
 */
const char	dbmig_pg_query_needs[] =
"SELECT d.classid || ' ' || d.objid || "
"CASE d.objsubid WHEN 0 THEN '' ELSE ' ' || d.objsubid END, "
"d.refclassid || ' ' || d.refobjid || "
"CASE d.refobjsubid WHEN 0 THEN '' ELSE ' ' || d.refobjsubid END "
"FROM pg_depend d WHERE d.objid >= 16384 AND d.refobjid >= 16384 "
"AND d.deptype NOT IN ('e', 'x') AND d.refclassid <> " NAMESPACE;
