/*
 * catalog.c
 *	  Rows of the system catalogs, written directly: what makes the database
 *	  look empty while a wanted schema is built.
 *
 * Commands would lock what they change, and ask for rights that nobody needs
 * for what is rolled back.  So: only in a subtransaction that is.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_am.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_type.h"
#include "catalog/pg_user_mapping.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "scratch.h"

/* ---- rows of catalogs ---- */

static void
update_row(Relation catalog, HeapTuple tuple, AttrNumber column, Datum value)
{
	int			natts = RelationGetNumberOfAttributes(catalog);
	Datum	   *values = palloc0(sizeof(Datum) * natts);
	bool	   *nulls = palloc0(sizeof(bool) * natts);
	bool	   *replace = palloc0(sizeof(bool) * natts);

	values[column - 1] = value;
	replace[column - 1] = true;
	tuple = heap_modify_tuple(tuple, RelationGetDescr(catalog), values, nulls,
							  replace);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
}

void
dbmig_pg_update(Oid class, Oid id, AttrNumber column, Datum value)
{
	Relation	catalog = table_open(class, RowExclusiveLock);
	HeapTuple	tuple = get_catalog_object_by_oid(catalog,
												  get_object_attnum_oid(class),
												  id);

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "object %u of catalog %u does not exist", id, class);
	update_row(catalog, tuple, column, value);
	table_close(catalog, RowExclusiveLock);
}

Oid
dbmig_pg_schema_of(Oid class, Oid id)
{
	AttrNumber	column;
	Relation	catalog;
	HeapTuple	tuple;
	Datum		schema = (Datum) 0;
	bool		isnull = true;

	if (class == RelationRelationId)
		return get_rel_namespace(id);
	if (class == ProcedureRelationId)
		return get_func_namespace(id);
	if (!is_objectclass_supported(class))
		return InvalidOid;
	column = get_object_attnum_namespace(class);
	if (column == InvalidAttrNumber)
		return InvalidOid;
	catalog = table_open(class, AccessShareLock);
	tuple = get_catalog_object_by_oid(catalog, get_object_attnum_oid(class),
									  id);
	if (HeapTupleIsValid(tuple))
		schema = heap_getattr(tuple, column, RelationGetDescr(catalog),
							  &isnull);
	table_close(catalog, AccessShareLock);
	return isnull ? InvalidOid : DatumGetObjectId(schema);
}

/* ---- members of extensions ---- */

static void
move(Oid class, Oid id, Oid from, Oid to)
{
	if (OidIsValid(id) && dbmig_pg_schema_of(class, id) == from)
		dbmig_pg_update(class, id, get_object_attnum_namespace(class),
					  ObjectIdGetDatum(to));
}

#if PG_VERSION_NUM >= 170000
/* Types that come with others are members, too. */
static void
move_member(const Form_pg_depend member, Oid from, Oid to)
{
	move(member->classid, member->objid, from, to);
}
#else
/* A type, and those that come with it. */
static void
move_type(Oid type, Oid from, Oid to)
{
	Oid			multirange = get_range_multirange(type);

	move(TypeRelationId, type, from, to);
	move(TypeRelationId, get_array_type(type), from, to);
	if (!OidIsValid(multirange))
		return;
	move(TypeRelationId, multirange, from, to);
	move(TypeRelationId, get_array_type(multirange), from, to);
}

static void
move_member(const Form_pg_depend member, Oid from, Oid to)
{
	if (member->classid == TypeRelationId)
		move_type(member->objid, from, to);
	else
		move(member->classid, member->objid, from, to);
	if (member->classid == RelationRelationId &&
		OidIsValid(get_rel_type_id(member->objid)))
		move_type(get_rel_type_id(member->objid), from, to);
}
#endif

static void
move_members(Oid extension, Oid from, Oid to)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(ExtensionRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(extension));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2,
							  keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		const Form_pg_depend member = (Form_pg_depend) GETSTRUCT(tuple);

		if (member->deptype == DEPENDENCY_EXTENSION)
			move_member(member, from, to);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

void
dbmig_pg_move_all(Oid from, Oid to)
{
	Relation	catalog = table_open(ExtensionRelationId, RowExclusiveLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0,
										  NULL);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		const Form_pg_extension extension =
			(Form_pg_extension) GETSTRUCT(tuple);

		move_members(extension->oid, from, to);
		if (extension->extnamespace == from)
			update_row(catalog, tuple, Anum_pg_extension_extnamespace,
					   ObjectIdGetDatum(to));
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
}

void
dbmig_pg_move_extension(Oid extension, Oid to)
{
	Relation	catalog = table_open(ExtensionRelationId, RowExclusiveLock);
	HeapTuple	tuple = get_catalog_object_by_oid(catalog,
												  Anum_pg_extension_oid,
												  extension);

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "extension %u does not exist", extension);
	move_members(extension,
				 ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace, to);
	update_row(catalog, tuple, Anum_pg_extension_extnamespace,
			   ObjectIdGetDatum(to));
	table_close(catalog, RowExclusiveLock);
}

/* ---- what belongs to no schema ---- */

/*
 * Kinds that a wanted schema may define and that belong to no schema.  What
 * is not in it is not wanted: their rows go.  With event triggers that also
 * keeps them from firing.
 */
static const Oid hidden[] =
{
	AccessMethodRelationId,
	CastRelationId,
	DefaultAclRelationId,
	EventTriggerRelationId,
	ForeignDataWrapperRelationId,
	ForeignServerRelationId,
	LanguageRelationId,
	PublicationRelationId,
	TransformRelationId,
	UserMappingRelationId,
};

/* Takes away the rows of class but those of the system, of extensions, and
 * those in kept.  The first column of such a catalog is the oid. */
static void
hide_rows(Oid class, const List *kept)
{
	Relation	catalog = table_open(class, RowExclusiveLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0,
										  NULL);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool		isnull;
		Oid			id = DatumGetObjectId(
										  heap_getattr(tuple, 1,
													   RelationGetDescr(catalog),
													   &isnull));

		if (id >= FirstNormalObjectId && !list_member_oid(kept, id) &&
			!OidIsValid(getExtensionOfObject(class, id)))
			CatalogTupleDelete(catalog, &tuple->t_self);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
}

void
dbmig_pg_hide_all(void)
{
	size_t		i;

	for (i = 0; i < lengthof(hidden); i++)
		hide_rows(hidden[i], NIL);
}

void
dbmig_pg_hide_extensions(const List *kept)
{
	hide_rows(ExtensionRelationId, kept);
}
