/*
 * utility.c
 *	  What is different about some statements while a wanted schema is built.
 *
 * A hook on ProcessUtility() that does nothing at any other time.  Whatever a
 * handler does not do itself goes its usual way, as it was or as the handler
 * has changed it.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "commands/schemacmds.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/syscache.h"

#include "scratch.h"

#if PG_VERSION_NUM < 160000
#define object_ownercheck(class, id, user) pg_extension_ownercheck(id, user)
#endif

/* True when nothing is left to do.  statement may be changed: it is a copy. */
typedef bool (*Handler) (DbmigScratch *scratch, Node *statement);

static ProcessUtility_hook_type next_hook = NULL;

/* A managed schema is there already. */
static bool
create_schema(DbmigScratch *scratch, Node *statement)
{
	const CreateSchemaStmt *create = castNode(CreateSchemaStmt, statement);
	const char *name = create->schemaname;
	DbmigScratchSchema *schema;

	if (name == NULL)
		name = get_rolespec_name(create->authrole);
	schema = dbmig_pg_scratch_schema(scratch, name);
	/* What only extensions use need not be managed, if it is there. */
	if (schema == NULL && !creating_extension &&
		!(create->if_not_exists && OidIsValid(get_namespace_oid(name, true))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_SCHEMA_DEFINITION),
				 errmsg("schema \"%s\" is not managed", name),
				 errhint("Name all managed schemas in the option "
						 "\"schemas\".")));
	if (schema == NULL || create->schemaElts != NIL ||
		get_namespace_oid(name, true) != schema->made)
		return false;
	schema->wanted = true;
	if (create->authrole != NULL)
		(void) AlterSchemaOwner(name, get_rolespec_oid(create->authrole,
													   false));
	return true;
}

/* An extension that is there is as the statement says, where only rows of
 * the catalogs tell. */
static void
adapt_extension(Oid extension, const List *options)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *option = lfirst(cell);

		if (strcmp(option->defname, "schema") == 0)
			dbmig_pg_move_extension(extension,
									get_namespace_oid(defGetString(option),
													  false));
		else if (strcmp(option->defname, "new_version") == 0)
			dbmig_pg_update(ExtensionRelationId, extension,
							Anum_pg_extension_extversion,
							CStringGetTextDatum(defGetString(option)));
		CommandCounterIncrement();
	}
}

/* What exists is not created a second time, but wanted. */
static bool
create_extension(DbmigScratch *scratch, Node *statement)
{
	const CreateExtensionStmt *create = castNode(CreateExtensionStmt,
												 statement);
	Oid			extension = get_extension_oid(create->extname, true);

	if (!OidIsValid(extension))
		return false;
	adapt_extension(extension, create->options);
	dbmig_pg_want_extension(scratch, extension);
	return true;
}

/* pg_dump comments on extensions that only a superuser owns. */
static bool
comment(DbmigScratch *scratch, Node *statement)
{
	const CommentStmt *remark = castNode(CommentStmt, statement);
	Oid			extension;

	(void) scratch;
	if (remark->objtype != OBJECT_EXTENSION)
		return false;
	extension = get_extension_oid(strVal(remark->object), true);
	return OidIsValid(extension) &&
		!object_ownercheck(ExtensionRelationId, extension, GetUserId());
}

/* Dumps of newer servers set what older ones do not know. */
static bool
set_variable(DbmigScratch *scratch, Node *statement)
{
	const VariableSetStmt *setting = castNode(VariableSetStmt, statement);

	(void) scratch;
	return setting->kind == VAR_SET_VALUE &&
		strchr(setting->name, '.') == NULL &&
		GetConfigOptionByName(setting->name, NULL, true) == NULL;
}

/* Nobody uses the table meanwhile. */
static bool
create_index(DbmigScratch *scratch, Node *statement)
{
	(void) scratch;
	castNode(IndexStmt, statement)->concurrent = false;
	return false;
}

static const struct
{
	NodeTag		tag;
	Handler		handler;
}			handlers[] =
{
	{T_CommentStmt, comment},
	{T_CreateExtensionStmt, create_extension},
	{T_CreateSchemaStmt, create_schema},
	{T_IndexStmt, create_index},
	{T_VariableSetStmt, set_variable},
};

static Handler
find_handler(const Node *statement)
{
	size_t		i;

	for (i = 0; i < lengthof(handlers); i++)
	{
		if (handlers[i].tag == nodeTag(statement))
			return handlers[i].handler;
	}
	return NULL;
}

static void
process_utility(PlannedStmt *statement, const char *query, bool read_only,
				ProcessUtilityContext context, ParamListInfo params,
				QueryEnvironment *environment, DestReceiver *dest,
				QueryCompletion *completion)
{
	Handler		handler = dbmig_pg_scratch == NULL ? NULL :
		find_handler(statement->utilityStmt);

	if (handler != NULL)
	{
		/* copyObject() is no C11. */
		statement = copyObjectImpl(statement);
		if (handler(dbmig_pg_scratch, statement->utilityStmt))
			return;
	}
	if (next_hook != NULL)
		next_hook(statement, query, read_only && handler == NULL, context,
				  params, environment, dest, completion);
	else
		standard_ProcessUtility(statement, query, read_only && handler == NULL,
								context, params, environment, dest,
								completion);
}

void
dbmig_pg_hook_utility(void)
{
	static bool hooked = false;

	if (hooked)
		return;
	next_hook = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
	hooked = true;
}
