/*
 * scratch.c
 *	  Where a wanted schema is built: the database itself, in a subtransaction
 *	  that is always rolled back.
 *
 * The managed schemas are renamed out of the way and made anew, which locks
 * no table and which no other session sees.  Then the database is made to
 * look empty: what belongs to no schema is hidden, and members of extensions
 * move to the new schemas, so that public.citext still means what it meant
 * (catalog.c).  What is different about statements here is in utility.c.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_database.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "commands/comment.h"
#include "commands/dbcommands.h"
#include "commands/schemacmds.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "scratch.h"

#if PG_VERSION_NUM < 160000
#define object_ownercheck(class, id, user) pg_namespace_ownercheck(id, user)
#define object_aclcheck(class, id, user, mode) \
	pg_database_aclcheck(id, user, mode)
#endif

DbmigScratch *dbmig_pg_scratch = NULL;

/* ---- schemas ---- */

DbmigScratchSchema *
dbmig_pg_scratch_schema(const DbmigScratch *scratch, const char *name)
{
	ListCell   *cell;

	foreach(cell, scratch->schemas)
	{
		DbmigScratchSchema *schema = lfirst(cell);

		if (strcmp(schema->name, name) == 0)
			return schema;
	}
	return NULL;
}

static DbmigScratchSchema *
schema_with(const DbmigScratch *scratch, Oid id, bool live)
{
	ListCell   *cell;

	foreach(cell, scratch->schemas)
	{
		DbmigScratchSchema *schema = lfirst(cell);

		if ((live ? schema->live : schema->made) == id)
			return schema;
	}
	return NULL;
}

/* Renaming a schema takes its owner, who may create schemas. */
static void
check_rights(const char *name, Oid schema)
{
	const char *user = GetUserNameFromId(GetUserId(), false);
	const char *database = get_database_name(MyDatabaseId);

	if (OidIsValid(schema) &&
		!object_ownercheck(NamespaceRelationId, schema, GetUserId()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be owner of schema \"%s\"", name),
				 errdetail("The wanted schema is built beside the live one, "
						   "which is renamed meanwhile."),
				 errhint("ALTER SCHEMA %s OWNER TO %s;",
						 quote_identifier(name), quote_identifier(user))));
	if (object_aclcheck(DatabaseRelationId, MyDatabaseId, GetUserId(),
						ACL_CREATE) != ACLCHECK_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for database %s", database),
				 errdetail("The wanted schema is built in a schema of its "
						   "own."),
				 errhint("GRANT CREATE ON DATABASE %s TO %s;",
						 quote_identifier(database),
						 quote_identifier(user))));
}

/* The rights and the comment that initdb gives schema public; none where the
 * live one has none, as after CREATE SCHEMA public. */
static void
dress_public(Oid schema, Oid live, Oid owner)
{
	Acl		   *acl = acldefault(OBJECT_SCHEMA, owner);
	AclItem		everybody = {.ai_grantee = ACL_ID_PUBLIC, .ai_grantor = owner};

	ACLITEM_SET_PRIVS_GOPTIONS(everybody, ACL_USAGE, ACL_NO_RIGHTS);
	acl = aclupdate(acl, &everybody, ACL_MODECHG_ADD, owner, DROP_RESTRICT);
	dbmig_pg_update(NamespaceRelationId, schema, Anum_pg_namespace_nspacl,
					PointerGetDatum(acl));
	if (!OidIsValid(live) || GetComment(live, NamespaceRelationId, 0) != NULL)
		CreateComments(schema, NamespaceRelationId, 0,
					   "standard public schema");
}

static Oid
owner_of(Oid schema)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID,
										ObjectIdGetDatum(schema));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "schema %u does not exist", schema);
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* Puts an empty schema in the place of the live one, if there is one. */
static void
replace_schema(DbmigScratchSchema *schema)
{
	Oid			owner = GetUserId();

	if (OidIsValid(schema->live))
	{
		owner = owner_of(schema->live);
		RenameSchema(schema->name, psprintf("dbmig_live_%u", schema->live));
		CommandCounterIncrement();
	}
	schema->made = NamespaceCreate(schema->name, owner, false);
	CommandCounterIncrement();
	schema->wanted = strcmp(schema->name, "public") == 0;
	if (schema->wanted)
		dress_public(schema->made, schema->live, owner);
	if (OidIsValid(schema->live))
		dbmig_pg_move_all(schema->live, schema->made);
	CommandCounterIncrement();
}

static bool
list_has(const List *schemas, const char *name)
{
	const ListCell *cell;

	foreach(cell, schemas)
	{
		if (strcmp(((DbmigScratchSchema *) lfirst(cell))->name, name) == 0)
			return true;
	}
	return false;
}

/* The schemas in a JSON array of names, each once. */
static List *
read_schemas(const char *json)
{
	Jsonb	   *names = DatumGetJsonbP(DirectFunctionCall1(jsonb_in,
														   CStringGetDatum(json)));
	JsonbIterator *iterator = JsonbIteratorInit(&names->root);
	List	   *schemas = NIL;
	JsonbIteratorToken token;
	JsonbValue	value;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		DbmigScratchSchema *schema;

		if (token != WJB_ELEM)
			continue;
		schema = palloc0(sizeof(DbmigScratchSchema));
		schema->name = pnstrdup(value.val.string.val, value.val.string.len);
		if (list_has(schemas, schema->name))
			continue;
		if (IsReservedName(schema->name) ||
			strcmp(schema->name, "information_schema") == 0 ||
			strcmp(schema->name, "dbmig") == 0)
			ereport(ERROR,
					(errcode(ERRCODE_RESERVED_NAME),
					 errmsg("schema \"%s\" cannot be managed",
							schema->name)));
		schemas = lappend(schemas, schema);
	}
	return schemas;
}

/* Notes what is there, while it has its name. */
static void
find_schemas(const DbmigScratch *scratch)
{
	ListCell   *cell;

	foreach(cell, scratch->schemas)
	{
		DbmigScratchSchema *schema = lfirst(cell);

		schema->live = get_namespace_oid(schema->name, true);
		check_rights(schema->name, schema->live);
	}
}

static void
replace_schemas(const DbmigScratch *scratch)
{
	ListCell   *cell;

	foreach(cell, scratch->schemas)
		replace_schema(lfirst(cell));
}

/* ---- settings ---- */

void
dbmig_pg_set(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/*
 * Names without a schema are made in the first schema of the session's
 * search_path if that is managed, else in the first one that is.
 */
static void
set_search_path(const DbmigScratch *scratch)
{
	List	   *path = fetch_search_path(false);
	const char *comma = "";
	StringInfoData text;
	ListCell   *cell;

	if (path != NIL && schema_with(scratch, linitial_oid(path), true) != NULL)
		return;
	initStringInfo(&text);
	foreach(cell, scratch->schemas)
	{
		const DbmigScratchSchema *schema = lfirst(cell);

		appendStringInfo(&text, "%s%s", comma,
						 quote_identifier(schema->name));
		comma = ", ";
	}
	if (*namespace_search_path != '\0')
		appendStringInfo(&text, "%s%s", comma, namespace_search_path);
	dbmig_pg_set("search_path", text.data);
}

static void
set_all(const DbmigScratch *scratch)
{
	set_search_path(scratch);
	dbmig_pg_set("check_function_bodies", "off");
	dbmig_pg_set("client_min_messages", "warning");
	/* Event triggers that the wanted schema itself makes. */
#if PG_VERSION_NUM >= 170000
	dbmig_pg_set("event_triggers", "off");
#else
	dbmig_pg_set("session_replication_role", "replica");
#endif
}

/* ---- what the wanted schema refers to ---- */

typedef struct Member
{
	ObjectAddress object;		/* the key */
	Oid			extension;
} Member;

void
dbmig_pg_want_extension(DbmigScratch *scratch, Oid extension)
{
	MemoryContext context;

	if (list_member_oid(scratch->extensions, extension))
		return;
	context = MemoryContextSwitchTo(GetMemoryChunkContext(scratch));
	scratch->extensions = lappend_oid(scratch->extensions, extension);
	MemoryContextSwitchTo(context);
}

/* Members of all extensions, by their address. */
static HTAB *
read_members(Relation depend)
{
	HASHCTL		control = {
		.keysize = sizeof(ObjectAddress),
		.entrysize = sizeof(Member),
		.hcxt = CurrentMemoryContext,
	};
	HTAB	   *members = hash_create("dbmig extension members", 1024, &control,
									  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	SysScanDesc scan = systable_beginscan(depend, InvalidOid, false, NULL, 0,
										  NULL);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		const Form_pg_depend row = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress object = {row->classid, row->objid, 0};
		Member	   *member;

		if (row->deptype != DEPENDENCY_EXTENSION)
			continue;
		member = hash_search(members, &object, HASH_ENTER, NULL);
		member->extension = row->refobjid;
	}
	systable_endscan(scan);
	return members;
}

/* "table x", by the name that the live one has. */
static const char *
describe(const ObjectAddress *object, Oid schema)
{
	int			settings = NewGUCNestLevel();
	const char *text;

	if (OidIsValid(schema))
		dbmig_pg_set("search_path", quote_identifier(get_namespace_name(schema)));
	text = getObjectDescription(object, false);
	AtEOXact_GUC(false, settings);
	return text;
}

/* An object was put into a schema. */
static void
check_placed(const DbmigScratch *scratch, HTAB *members,
			 const Form_pg_depend row)
{
	DbmigScratchSchema *schema = schema_with(scratch, row->refobjid, false);
	const ObjectAddress object = {row->classid, row->objid, 0};
	const char *name = get_namespace_name(row->refobjid);

	if (schema != NULL)
		schema->wanted = true;
	else if (row->classid != ExtensionRelationId &&
			 !isAnyTempNamespace(row->refobjid) &&
			 hash_search(members, &object, HASH_FIND, NULL) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_SCHEMA_DEFINITION),
				 errmsg("the wanted schema defines %s in schema \"%s\", which "
						"is not managed", describe(&object, row->refobjid),
						name),
				 errhint("Name all managed schemas in the option "
						 "\"schemas\".")));
}

/* An object refers to another one. */
static void
check_reference(DbmigScratch *scratch, HTAB *members, const Form_pg_depend row)
{
	const ObjectAddress object = {row->refclassid, row->refobjid, 0};
	Oid			schema = dbmig_pg_schema_of(row->refclassid, row->refobjid);
	const Member *member;

	if (OidIsValid(schema) && schema_with(scratch, schema, true) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("the wanted schema refers to %s, which it does not "
						"define", describe(&object, schema))));
	member = hash_search(members, &object, HASH_FIND, NULL);
	if (row->refclassid == ExtensionRelationId)
		dbmig_pg_want_extension(scratch, row->refobjid);
	else if (member != NULL)
		dbmig_pg_want_extension(scratch, member->extension);
}

/* Checks all that the statements have left in pg_depend. */
static void
check_dependencies(DbmigScratch *scratch)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	HTAB	   *members = read_members(depend);
	SysScanDesc scan = systable_beginscan(depend, InvalidOid, false, NULL, 0,
										  NULL);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		const Form_pg_depend row = (Form_pg_depend) GETSTRUCT(tuple);
		TransactionId xid = HeapTupleHeaderGetXmin(tuple->t_data);

		if (TransactionIdPrecedes(xid, scratch->xid) ||
			!TransactionIdIsCurrentTransactionId(xid))
			continue;
		if (row->refclassid == NamespaceRelationId)
			check_placed(scratch, members, row);
		else if (row->refobjid >= FirstNormalObjectId)
			check_reference(scratch, members, row);
	}
	systable_endscan(scan);
	hash_destroy(members);
	table_close(depend, AccessShareLock);
}

/* What a wanted extension requires is wanted. */
static void
want_required(DbmigScratch *scratch)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	int			i;

	for (i = 0; i < list_length(scratch->extensions); i++)
	{
		ScanKeyData keys[2];
		SysScanDesc scan;
		HeapTuple	tuple;

		ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber,
					F_OIDEQ, ObjectIdGetDatum(ExtensionRelationId));
		ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber,
					F_OIDEQ,
					ObjectIdGetDatum(list_nth_oid(scratch->extensions, i)));
		scan = systable_beginscan(depend, DependDependerIndexId, true, NULL,
								  2, keys);
		while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		{
			const Form_pg_depend row = (Form_pg_depend) GETSTRUCT(tuple);

			if (row->refclassid == ExtensionRelationId)
				dbmig_pg_want_extension(scratch, row->refobjid);
		}
		systable_endscan(scan);
	}
	table_close(depend, AccessShareLock);
}

/* Managed schemas that the wanted schema does not speak of are not in it. */
static void
drop_unwanted(const DbmigScratch *scratch)
{
	ListCell   *cell;

	foreach(cell, scratch->schemas)
	{
		const DbmigScratchSchema *schema = lfirst(cell);
		const ObjectAddress object = {NamespaceRelationId, schema->made, 0};

		if (!schema->wanted &&
			get_namespace_oid(schema->name, true) == schema->made)
			performDeletion(&object, DROP_RESTRICT,
							PERFORM_DELETION_INTERNAL);
	}
}

/* ---- ops ---- */

void
dbmig_pg_scratch_begin(DbmigCall *call, const DbmigOp *op)
{
	DbmigScratch *scratch;
	MemoryContext context = MemoryContextSwitchTo(call->context);

	dbmig_pg_hook_utility();
	scratch = palloc0(sizeof(DbmigScratch));
	scratch->schemas = read_schemas(dbmig_pg_from_core(op->text));
	MemoryContextSwitchTo(context);
	dbmig_pg_savepoint(call, op);
	scratch->xid = GetCurrentTransactionId();
	find_schemas(scratch);
	set_all(scratch);
	dbmig_pg_hide_all();
	CommandCounterIncrement();
	replace_schemas(scratch);
	dbmig_pg_use_empty();
	call->scratched = true;
	dbmig_pg_scratch = scratch;
}

void
dbmig_pg_scratch_ready(DbmigCall *call, const DbmigOp *op)
{
	DbmigScratch *scratch = dbmig_pg_scratch;

	(void) call;
	(void) op;
	/* What follows is ours. */
	dbmig_pg_scratch = NULL;
	CommandCounterIncrement();
	check_dependencies(scratch);
	want_required(scratch);
	dbmig_pg_hide_extensions(scratch->extensions);
	drop_unwanted(scratch);
	CommandCounterIncrement();
}

void
dbmig_pg_scratch_end(DbmigCall *call, const DbmigOp *op)
{
	dbmig_pg_scratch_forget(call);
	dbmig_pg_back(call, op);
}

void
dbmig_pg_scratch_forget(DbmigCall *call)
{
	if (call->scratched)
		dbmig_pg_scratch = NULL;
	call->scratched = false;
}
