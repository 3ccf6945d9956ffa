-- One pass over the catalogs, as plain as it can be written: one query for each
-- that a schema is in, with the server's own functions for what they print.  It
-- is the floor of migrate_fingerprint; nothing is sorted, hashed or compared.
-- Members of extensions are left out, as there.

-- The managed schemas.
SELECT string_agg(oid::text, ',') AS schemas FROM pg_namespace
WHERE nspname = ANY (string_to_array(:'names', ',')) \gset
SELECT coalesce(string_agg(objid::text, ','), '0') AS members FROM pg_depend
WHERE deptype = 'e' AND objid >= 16384 \gset

COPY (SELECT oid, nspname, nspowner::regrole, nspacl FROM pg_namespace
	WHERE oid IN (:schemas)) TO '/dev/null';
COPY (SELECT oid, relname, relnamespace, relkind, relowner::regrole,
		relpersistence, relam, reloptions, reltablespace, relreplident,
		relrowsecurity, relforcerowsecurity, reloftype, relacl,
		CASE relkind WHEN 'p' THEN pg_get_partkeydef(oid) END,
		pg_get_expr(relpartbound, oid),
		CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END
	FROM pg_class WHERE relnamespace IN (:schemas)
	AND relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND oid NOT IN (:members))
	TO '/dev/null';
COPY (SELECT s.* FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
	WHERE relnamespace IN (:schemas)) TO '/dev/null';
COPY (SELECT * FROM pg_inherits) TO '/dev/null';
COPY (SELECT a.attrelid, a.attnum, a.attname,
		format_type(a.atttypid, a.atttypmod), a.attcollation, a.attnotnull,
		pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity,
		a.attstorage, a.attcompression, a.attstattarget, a.attoptions,
		a.attfdwoptions, a.attislocal, a.attacl
	FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
	LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
	WHERE c.relnamespace IN (:schemas)
	AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
	AND a.attnum > 0 AND NOT a.attisdropped AND c.oid NOT IN (:members))
	TO '/dev/null';
COPY (SELECT oid, conname, conrelid, contypid, contype, convalidated,
		coninhcount, conislocal, conparentid, confrelid,
		pg_get_constraintdef(oid)
	FROM pg_constraint WHERE connamespace IN (:schemas)) TO '/dev/null';
COPY (SELECT c.oid, c.relname, i.indrelid, i.indisunique, i.indisclustered,
		i.indisvalid, c.reltablespace, pg_get_indexdef(c.oid)
	FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
	WHERE c.relnamespace IN (:schemas) AND c.oid NOT IN
	(SELECT conindid FROM pg_constraint WHERE contype <> 'f'))
	TO '/dev/null';
COPY (SELECT oid, stxname, pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
	WHERE stxnamespace IN (:schemas)) TO '/dev/null';
COPY (SELECT r.oid, r.rulename, pg_get_ruledef(r.oid), r.ev_enabled
	FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
	WHERE c.relnamespace IN (:schemas) AND r.rulename <> '_RETURN')
	TO '/dev/null';
COPY (SELECT g.oid, g.tgname, g.tgrelid, g.tgenabled, g.tgparentid,
		pg_get_triggerdef(g.oid)
	FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
	WHERE c.relnamespace IN (:schemas) AND NOT g.tgisinternal) TO '/dev/null';
COPY (SELECT p.oid, p.polname, p.polrelid, p.polcmd, p.polpermissive,
		p.polroles, pg_get_expr(p.polqual, p.polrelid),
		pg_get_expr(p.polwithcheck, p.polrelid)
	FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
	WHERE c.relnamespace IN (:schemas)) TO '/dev/null';
COPY (SELECT oid, collname, collprovider FROM pg_collation
	WHERE collnamespace IN (:schemas)) TO '/dev/null';
COPY (SELECT t.oid, t.typname, t.typtype, t.typowner::regrole, t.typnotnull,
		t.typdefault, t.typacl, format_type(t.typbasetype, t.typtypmod),
		t.typinput, t.typoutput, t.typlen, t.typalign, t.typstorage
	FROM pg_type t WHERE t.typnamespace IN (:schemas) AND t.typelem = 0
	AND t.typrelid NOT IN (SELECT oid FROM pg_class WHERE relkind <> 'c') AND t.oid NOT IN (:members)) TO '/dev/null';
COPY (SELECT e.* FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
	WHERE t.typnamespace IN (:schemas)) TO '/dev/null';
COPY (SELECT r.* FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid
	WHERE t.typnamespace IN (:schemas)) TO '/dev/null';
COPY (SELECT oid, proowner::regrole, proacl,
		CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid) END
	FROM pg_proc WHERE pronamespace IN (:schemas)
	AND oid NOT IN (:members)) TO '/dev/null';
COPY (SELECT * FROM pg_aggregate WHERE aggfnoid >= 16384) TO '/dev/null';
COPY (SELECT * FROM pg_operator WHERE oprnamespace IN (:schemas)
	AND oid NOT IN (:members)) TO '/dev/null';
COPY (SELECT * FROM pg_opfamily WHERE opfnamespace IN (:schemas)
	AND oid NOT IN (:members)) TO '/dev/null';
COPY (SELECT * FROM pg_opclass WHERE opcnamespace IN (:schemas)
	AND oid NOT IN (:members)) TO '/dev/null';
COPY (SELECT * FROM pg_cast WHERE oid >= 16384) TO '/dev/null';
COPY (SELECT * FROM pg_transform WHERE oid >= 16384) TO '/dev/null';
COPY (SELECT * FROM pg_conversion WHERE connamespace IN (:schemas))
	TO '/dev/null';
COPY (SELECT * FROM pg_ts_parser WHERE prsnamespace IN (:schemas))
	TO '/dev/null';
COPY (SELECT * FROM pg_ts_template WHERE tmplnamespace IN (:schemas))
	TO '/dev/null';
COPY (SELECT * FROM pg_ts_dict WHERE dictnamespace IN (:schemas))
	TO '/dev/null';
COPY (SELECT * FROM pg_ts_config WHERE cfgnamespace IN (:schemas))
	TO '/dev/null';
COPY (SELECT * FROM pg_extension WHERE oid >= 16384) TO '/dev/null';
COPY (SELECT * FROM pg_am WHERE oid >= 16384) TO '/dev/null';
COPY (SELECT * FROM pg_language WHERE oid >= 16384) TO '/dev/null';
COPY (SELECT * FROM pg_foreign_data_wrapper) TO '/dev/null';
COPY (SELECT * FROM pg_foreign_server) TO '/dev/null';
COPY (SELECT * FROM pg_foreign_table) TO '/dev/null';
COPY (SELECT * FROM pg_user_mappings) TO '/dev/null';
COPY (SELECT * FROM pg_publication) TO '/dev/null';
COPY (SELECT * FROM pg_publication_rel) TO '/dev/null';
COPY (SELECT * FROM pg_publication_namespace) TO '/dev/null';
COPY (SELECT * FROM pg_event_trigger) TO '/dev/null';
COPY (SELECT * FROM pg_default_acl) TO '/dev/null';
COPY (SELECT * FROM pg_description WHERE objoid >= 16384
	AND objoid NOT IN (:members)) TO '/dev/null';
