/*
 * touch.c
 *	  Which objects of the schema were touched since a moment in this
 *	  transaction: told from the rows of the catalogs that were written.
 *
 * Nothing is parsed and no command is known here.  Whatever changes a schema
 * writes rows of catalogs, and each such write is logged, which leaves its
 * position in the log on the page.  So the pages with an older position need
 * not be looked into, and of the others those rows count that this
 * transaction, or a part of it that still stands, has inserted or deleted by
 * a command after that moment: an update is both.  Deleted rows stay where
 * they are as long as the transaction runs.  That finds every change: DDL in
 * functions, of event triggers, by DROP ... CASCADE, of extensions, and even
 * an UPDATE of a catalog by hand.  (What is written in place are statistics,
 * which are no part of a schema.)
 *
 * A row tells whose it is: the object that it describes, or belongs to.  Where
 * one says how others are written that do not depend on it (the name of a
 * schema or a role, a cast, what belongs to an extension), all are touched.
 * pg_depend tells the rest, which is not done here.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_description.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_namespace.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_range.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_tablespace.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_config_map.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "catalog/pg_user_mapping.h"
#include "storage/bufmgr.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "host.h"

/* A row that was written. */
typedef struct Row
{
	Relation	catalog;
	HeapTuple	tuple;
	bool		gone;
} Row;

typedef void (*Noter) (DbmigCall *call, const Row *row);

/* Whose the rows of a catalog are: note() knows, or the oid in the column is
 * that of an object of that class. */
typedef struct Source
{
	Oid			catalog;
	Oid			class;
	AttrNumber	column;
	Noter		note;
} Source;

/* ---- objects ---- */

/* kind: of a relation, as pg_class has it; 0: unknown, or another class. */
static void
note_kind(DbmigCall *call, Oid class, Oid id, char kind)
{
	const char *key = psprintf("%u %u", class, id);
	DbmigValue	values[] = {
		{.type = DBMIG_TEXT, .text = key}, {.type = DBMIG_INT, .number = kind}
	};

	values[0].len = strlen(key);
	dbmig_row(call->d, lengthof(values), values);
}

static void
note_key(DbmigCall *call, Oid class, Oid id)
{
	note_kind(call, class, id, 0);
}

static void
note_all(DbmigCall *call)
{
	DbmigValue	value = {.type = DBMIG_NULL};

	dbmig_row(call->d, 1, &value);
}

/* The table of an index, where that says the index's name; else none. */
static Oid
identified_table(Oid index)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Oid			table = InvalidOid;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	if (((Form_pg_index) GETSTRUCT(tuple))->indisreplident)
		table = ((Form_pg_index) GETSTRUCT(tuple))->indrelid;
	ReleaseSysCache(tuple);
	return table;
}

/* Those of TOAST and temporary ones are no part of a schema.  A composite type
 * has a relation. */
static void
note_relation(DbmigCall *call, Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid			table = InvalidOid;
	Oid			type = InvalidOid;
	bool		foreign = false;
	char		kind = 0;

	if (HeapTupleIsValid(tuple))
	{
		const Form_pg_class class = (Form_pg_class) GETSTRUCT(tuple);

		kind = class->relkind;
		foreign = class->relnamespace == PG_TOAST_NAMESPACE ||
			class->relpersistence == RELPERSISTENCE_TEMP;
		if (class->relkind == RELKIND_INDEX ||
			class->relkind == RELKIND_PARTITIONED_INDEX)
			table = identified_table(relation);
		if (class->relkind == RELKIND_COMPOSITE_TYPE)
			type = class->reltype;
		ReleaseSysCache(tuple);
	}
	if (foreign)
		return;
	note_kind(call, RelationRelationId, relation, kind);
	if (OidIsValid(table))
		note_key(call, RelationRelationId, table);
	if (OidIsValid(type))
		note_key(call, TypeRelationId, type);
}

/* An array is its element's, a row type its table's. */
static void
note_type(DbmigCall *call, Oid type)
{
	Oid			element = get_element_type(type);
	Oid			range = get_multirange_range(type);
	Oid			relation;

	if (OidIsValid(element))
		type = element;
	if (OidIsValid(range))
		type = range;
	relation = get_typ_typrelid(type);
	if (OidIsValid(relation))
		note_relation(call, relation);
	else
		note_key(call, TypeRelationId, type);
}

static void
note_constraint(DbmigCall *call, Oid constraint)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID,
										ObjectIdGetDatum(constraint));

	/* Its own row tells when it was dropped. */
	if (!HeapTupleIsValid(tuple))
		return;
	if (OidIsValid(((Form_pg_constraint) GETSTRUCT(tuple))->conrelid))
		note_relation(call,
					  ((Form_pg_constraint) GETSTRUCT(tuple))->conrelid);
	else
		note_type(call, ((Form_pg_constraint) GETSTRUCT(tuple))->contypid);
	ReleaseSysCache(tuple);
}

static void
note_object(DbmigCall *call, Oid class, Oid id)
{
	if (!OidIsValid(id))
		return;
	if (class == RelationRelationId)
		note_relation(call, id);
	else if (class == TypeRelationId)
		note_type(call, id);
	else if (class == ConstraintRelationId)
		note_constraint(call, id);
	else
		note_key(call, class, id);
}

/* Something in that schema was touched: the caller knows whether it counts.
 * What an extension brings or takes along counts as the extension. */
static void
note_home(DbmigCall *call, Oid schema)
{
	const char *name = get_namespace_name(schema);
	DbmigValue	values[] = {
		{.type = DBMIG_NULL}, {.type = DBMIG_TEXT, .text = name}
	};

	if (name == NULL || call->watched_extension ||
		(schema < FirstNormalObjectId && schema != PG_PUBLIC_NAMESPACE) ||
		isAnyTempNamespace(schema))
		return;
	values[1].len = strlen(name);
	dbmig_row(call->d, lengthof(values), values);
}

/* Where the catalogs of what stands in a schema say in which. */
static const struct
{
	Oid			catalog;
	AttrNumber	column;
}			homes[] =
{
	{RelationRelationId, Anum_pg_class_relnamespace},
	{TypeRelationId, Anum_pg_type_typnamespace},
	{ProcedureRelationId, Anum_pg_proc_pronamespace},
	{OperatorRelationId, Anum_pg_operator_oprnamespace},
	{OperatorClassRelationId, Anum_pg_opclass_opcnamespace},
	{OperatorFamilyRelationId, Anum_pg_opfamily_opfnamespace},
	{CollationRelationId, Anum_pg_collation_collnamespace},
	{ConversionRelationId, Anum_pg_conversion_connamespace},
	{StatisticExtRelationId, Anum_pg_statistic_ext_stxnamespace},
	{TSParserRelationId, Anum_pg_ts_parser_prsnamespace},
	{TSTemplateRelationId, Anum_pg_ts_template_tmplnamespace},
	{TSDictionaryRelationId, Anum_pg_ts_dict_dictnamespace},
	{TSConfigRelationId, Anum_pg_ts_config_cfgnamespace},
	{NamespaceRelationId, Anum_pg_namespace_oid},
};

static AttrNumber
home_column(Oid catalog)
{
	size_t		i = 0;

	while (i < lengthof(homes) && homes[i].catalog != catalog)
		i++;
	return i == lengthof(homes) ? InvalidAttrNumber : homes[i].column;
}

/* ---- rows ---- */

static Oid
oid_of(const Row *row, AttrNumber column)
{
	bool		isnull;
	Datum		value = heap_getattr(row->tuple, column,
									 RelationGetDescr(row->catalog), &isnull);

	return isnull ? InvalidOid : DatumGetObjectId(value);
}

/* What says how all others are written. */
static void
note_everything(DbmigCall *call, const Row *row)
{
	(void) row;
	note_all(call);
}

static void
note_extension(DbmigCall *call, const Row *row)
{
	call->watched_extension = true;
	note_everything(call, row);
}

/* The same for what nobody knew before. */
static void
note_if_gone(DbmigCall *call, const Row *row)
{
	if (row->gone)
		note_all(call);
}

/* Names of all that is in it begin with its own. */
static void
note_schema(DbmigCall *call, const Row *row)
{
	const Form_pg_namespace schema = (Form_pg_namespace) GETSTRUCT(row->tuple);
	const char *name = get_namespace_name(schema->oid);

	if (row->gone &&
		(name == NULL || strcmp(name, NameStr(schema->nspname)) != 0))
		note_all(call);
	note_key(call, NamespaceRelationId, schema->oid);
}

/* Another operator names it without depending on it. */
static void
note_operator(DbmigCall *call, const Row *row)
{
	const Form_pg_operator op = (Form_pg_operator) GETSTRUCT(row->tuple);

	note_object(call, OperatorRelationId, op->oid);
	note_object(call, OperatorRelationId, op->oprcom);
	note_object(call, OperatorRelationId, op->oprnegate);
}

static void
note_index(DbmigCall *call, const Row *row)
{
	const Form_pg_index index = (Form_pg_index) GETSTRUCT(row->tuple);

	note_relation(call, index->indexrelid);
	if (index->indisreplident)
		note_relation(call, index->indrelid);
}

static void
note_constraint_row(DbmigCall *call, const Row *row)
{
	const Form_pg_constraint constraint =
		(Form_pg_constraint) GETSTRUCT(row->tuple);

	note_object(call, RelationRelationId, constraint->conrelid);
	note_object(call, TypeRelationId, constraint->contypid);
}

/* Those of foreign keys are the constraint's. */
static void
note_trigger(DbmigCall *call, const Row *row)
{
	const Form_pg_trigger trigger = (Form_pg_trigger) GETSTRUCT(row->tuple);

	if (!trigger->tgisinternal)
		note_key(call, TriggerRelationId, trigger->oid);
}

static void
note_rule(DbmigCall *call, const Row *row)
{
	const Form_pg_rewrite rule = (Form_pg_rewrite) GETSTRUCT(row->tuple);

	note_key(call, RewriteRelationId, rule->oid);
	note_relation(call, rule->ev_class);
}

static void
note_description(DbmigCall *call, const Row *row)
{
	const Form_pg_description remark =
		(Form_pg_description) GETSTRUCT(row->tuple);

	note_object(call, remark->classoid, remark->objoid);
}

/*
 * Members of operator classes say only here of which.  Other parts have rows of
 * their own that tell whose they are, and are written with these.
 */
static void
note_dependency(DbmigCall *call, const Row *row)
{
	const Form_pg_depend depend = (Form_pg_depend) GETSTRUCT(row->tuple);

	if (depend->deptype == DEPENDENCY_EXTENSION)
		note_all(call);
	switch (depend->classid)
	{
		case AttrDefaultRelationId:
		case ConstraintRelationId:
		case PublicationRelRelationId:
		case PublicationNamespaceRelationId:
			return;
		case AccessMethodOperatorRelationId:
		case AccessMethodProcedureRelationId:
			if (depend->refclassid == OperatorClassRelationId ||
				depend->refclassid == OperatorFamilyRelationId)
				note_key(call, depend->refclassid, depend->refobjid);
			return;
		case TriggerRelationId:
			if (depend->deptype == DEPENDENCY_INTERNAL)
				return;
			break;
	}
	note_object(call, depend->classid, depend->objid);
}

#define OBJECT(catalog, class, column) {catalog, class, column, NULL}

/* All catalogs that say something about a schema. */
static const Source sources[] =
{
	{AuthIdRelationId, InvalidOid, InvalidAttrNumber, note_if_gone},
	{TableSpaceRelationId, InvalidOid, InvalidAttrNumber, note_if_gone},
	{CastRelationId, InvalidOid, InvalidAttrNumber, note_everything},
	{ExtensionRelationId, InvalidOid, InvalidAttrNumber, note_extension},
	{NamespaceRelationId, InvalidOid, InvalidAttrNumber, note_schema},
	{OperatorRelationId, InvalidOid, InvalidAttrNumber, note_operator},
	{IndexRelationId, InvalidOid, InvalidAttrNumber, note_index},
	{ConstraintRelationId, InvalidOid, InvalidAttrNumber, note_constraint_row},
	{TriggerRelationId, InvalidOid, InvalidAttrNumber, note_trigger},
	{RewriteRelationId, InvalidOid, InvalidAttrNumber, note_rule},
	{DescriptionRelationId, InvalidOid, InvalidAttrNumber, note_description},
	{DependRelationId, InvalidOid, InvalidAttrNumber, note_dependency},
	OBJECT(RelationRelationId, RelationRelationId, Anum_pg_class_oid),
	OBJECT(AttributeRelationId, RelationRelationId, Anum_pg_attribute_attrelid),
	OBJECT(AttrDefaultRelationId, RelationRelationId, Anum_pg_attrdef_adrelid),
	OBJECT(SequenceRelationId, RelationRelationId, Anum_pg_sequence_seqrelid),
	OBJECT(InheritsRelationId, RelationRelationId, Anum_pg_inherits_inhrelid),
	OBJECT(PartitionedRelationId, RelationRelationId,
	Anum_pg_partitioned_table_partrelid),
	OBJECT(ForeignTableRelationId, RelationRelationId,
	Anum_pg_foreign_table_ftrelid),
	OBJECT(TypeRelationId, TypeRelationId, Anum_pg_type_oid),
	OBJECT(EnumRelationId, TypeRelationId, Anum_pg_enum_enumtypid),
	OBJECT(RangeRelationId, TypeRelationId, Anum_pg_range_rngtypid),
	OBJECT(ProcedureRelationId, ProcedureRelationId, Anum_pg_proc_oid),
	OBJECT(AggregateRelationId, ProcedureRelationId, Anum_pg_aggregate_aggfnoid),
	OBJECT(PolicyRelationId, PolicyRelationId, Anum_pg_policy_oid),
	OBJECT(StatisticExtRelationId, StatisticExtRelationId,
	Anum_pg_statistic_ext_oid),
	OBJECT(CollationRelationId, CollationRelationId, Anum_pg_collation_oid),
	OBJECT(ConversionRelationId, ConversionRelationId, Anum_pg_conversion_oid),
	OBJECT(LanguageRelationId, LanguageRelationId, Anum_pg_language_oid),
	OBJECT(TransformRelationId, TransformRelationId, Anum_pg_transform_oid),
	OBJECT(AccessMethodRelationId, AccessMethodRelationId, Anum_pg_am_oid),
	OBJECT(OperatorClassRelationId, OperatorClassRelationId, Anum_pg_opclass_oid),
	OBJECT(OperatorFamilyRelationId, OperatorFamilyRelationId,
	Anum_pg_opfamily_oid),
	OBJECT(AccessMethodOperatorRelationId, OperatorFamilyRelationId,
	Anum_pg_amop_amopfamily),
	OBJECT(AccessMethodProcedureRelationId, OperatorFamilyRelationId,
	Anum_pg_amproc_amprocfamily),
	OBJECT(TSParserRelationId, TSParserRelationId, Anum_pg_ts_parser_oid),
	OBJECT(TSTemplateRelationId, TSTemplateRelationId, Anum_pg_ts_template_oid),
	OBJECT(TSDictionaryRelationId, TSDictionaryRelationId, Anum_pg_ts_dict_oid),
	OBJECT(TSConfigRelationId, TSConfigRelationId, Anum_pg_ts_config_oid),
	OBJECT(TSConfigMapRelationId, TSConfigRelationId, Anum_pg_ts_config_map_mapcfg),
	OBJECT(ForeignDataWrapperRelationId, ForeignDataWrapperRelationId,
	Anum_pg_foreign_data_wrapper_oid),
	OBJECT(ForeignServerRelationId, ForeignServerRelationId,
	Anum_pg_foreign_server_oid),
	OBJECT(UserMappingRelationId, UserMappingRelationId, Anum_pg_user_mapping_oid),
	OBJECT(EventTriggerRelationId, EventTriggerRelationId,
	Anum_pg_event_trigger_oid),
	OBJECT(DefaultAclRelationId, DefaultAclRelationId, Anum_pg_default_acl_oid),
	OBJECT(PublicationRelationId, PublicationRelationId, Anum_pg_publication_oid),
	OBJECT(PublicationRelRelationId, PublicationRelationId,
	Anum_pg_publication_rel_prpubid),
	OBJECT(PublicationNamespaceRelationId, PublicationRelationId,
	Anum_pg_publication_namespace_pnpubid),
};

/* ---- pages ---- */

/* Written by a command since then that still stands. */
static bool
was_inserted(const DbmigCall *call, HeapTupleHeader tuple)
{
	return !HeapTupleHeaderXminCommitted(tuple) &&
		!HeapTupleHeaderXminInvalid(tuple) &&
		TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple)) &&
		HeapTupleHeaderGetCmin(tuple) >= call->watched_command;
}

static bool
was_deleted(const DbmigCall *call, HeapTupleHeader tuple)
{
	return !(tuple->t_infomask & (HEAP_XMAX_INVALID | HEAP_XMAX_COMMITTED)) &&
		!HEAP_XMAX_IS_LOCKED_ONLY(tuple->t_infomask) &&
		TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetUpdateXid(tuple)) &&
		HeapTupleHeaderGetCmax(tuple) >= call->watched_command;
}

/* Adds the rows of the page that were written. */
static List *
read_page(const DbmigCall *call, Relation catalog, Buffer buffer, List *rows)
{
	Page		page = BufferGetPage(buffer);
	OffsetNumber last;
	OffsetNumber i;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	last = PageIsNew(page) ? InvalidOffsetNumber :
		PageGetMaxOffsetNumber(page);
	for (i = FirstOffsetNumber; i <= last; i++)
	{
		ItemId		item = PageGetItemId(page, i);
		HeapTupleData tuple;
		bool		gone;
		Row		   *row;

		if (!ItemIdIsNormal(item))
			continue;
		tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
		tuple.t_len = ItemIdGetLength(item);
		tuple.t_tableOid = RelationGetRelid(catalog);
		ItemPointerSet(&tuple.t_self, BufferGetBlockNumber(buffer), i);
		gone = was_deleted(call, tuple.t_data);
		if (!gone && !was_inserted(call, tuple.t_data))
			continue;
		row = palloc(sizeof(Row));
		row->catalog = catalog;
		row->tuple = heap_copytuple(&tuple);
		row->gone = gone;
		rows = lappend(rows, row);
	}
	LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
	return rows;
}

/* What is asked about a row reads catalogs itself: no page is locked then. */
static void
read_catalog(DbmigCall *call, const Source *source)
{
	Relation	catalog = table_open(source->catalog, AccessShareLock);
	BlockNumber count = RelationGetNumberOfBlocks(catalog);
	AttrNumber	home = home_column(source->catalog);
	List	   *rows = NIL;
	BlockNumber i;
	ListCell   *cell;

	for (i = 0; i < count; i++)
	{
		Buffer		buffer = ReadBuffer(catalog, i);

		if (BufferGetLSNAtomic(buffer) > call->watched_from)
			rows = read_page(call, catalog, buffer, rows);
		ReleaseBuffer(buffer);
	}
	foreach(cell, rows)
	{
		const Row  *row = lfirst(cell);

		if (source->note != NULL)
			source->note(call, row);
		else
			note_object(call, source->class, oid_of(row, source->column));
		if (home != InvalidAttrNumber)
			note_home(call, oid_of(row, home));
	}
	table_close(catalog, AccessShareLock);
}

/* ---- ops ---- */

void
dbmig_pg_watch(DbmigCall *call, const DbmigOp *op)
{
	(void) op;
	/* What was done so far has lower numbers than what comes. */
	CommandCounterIncrement();
	call->watched_command = GetCurrentCommandId(false);
	call->watched_from = GetXLogInsertRecPtr();
	call->watched_extension = false;
}

void
dbmig_pg_touched(DbmigCall *call, const DbmigOp *op)
{
	size_t		i;

	(void) op;
	CommandCounterIncrement();
	for (i = 0; i < lengthof(sources); i++)
		read_catalog(call, &sources[i]);
}
