/*
 * utility.c
 *	  What is different about some statements while a wanted schema is built.
 *
 * Hooks that do nothing at any other time.  Whatever a
 * handler does not do itself goes its usual way, as it was or as the handler
 * has changed it.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "commands/schemacmds.h"
#include "commands/tablecmds.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parse_utilcmd.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "scratch.h"

#if PG_VERSION_NUM < 160000
#define object_ownercheck(class, id, user) pg_extension_ownercheck(id, user)
#define check_can_set_role(user, role) check_is_member_of_role(user, role)
#define OLD_FILE oldNode
#define OLD_FIRST_SUBID oldFirstRelfilenodeSubid
#else
#define OLD_FILE oldNumber
#define OLD_FIRST_SUBID oldFirstRelfilelocatorSubid
#endif

/* The number of a file that is not there. */
#define NO_FILE 1

/* True when nothing is left to do.  statement may be changed: it is a copy. */
typedef bool (*Handler) (DbmigScratch *scratch, Node *statement,
						 const char *query);

static ProcessUtility_hook_type next_hook = NULL;
static ExecutorCheckPerms_hook_type next_check = NULL;

/* What a CREATE SCHEMA makes besides, as the server would: in the new schema,
 * and owned by who owns that. */
static void
create_elements(const CreateSchemaStmt *create, const char *name,
				const char *query)
{
	int			settings = NewGUCNestLevel();
	Oid			user;
	int			security;
	ListCell   *cell;

	GetUserIdAndSecContext(&user, &security);
	if (create->authrole != NULL)
	{
		Oid			owner = get_rolespec_oid(create->authrole, false);

		check_can_set_role(user, owner);
		SetUserIdAndSecContext(owner,
							   security | SECURITY_LOCAL_USERID_CHANGE);
	}
	dbmig_pg_set("search_path", psprintf("%s%s%s", quote_identifier(name),
										 *namespace_search_path == '\0' ?
										 "" : ", ", namespace_search_path));
	foreach(cell, transformCreateSchemaStmtElements(create->schemaElts, name))
	{
		PlannedStmt *element = makeNode(PlannedStmt);

		element->commandType = CMD_UTILITY;
		element->utilityStmt = lfirst(cell);
		ProcessUtility(element, query, false, PROCESS_UTILITY_SUBCOMMAND, NULL,
					   NULL, None_Receiver, NULL);
		CommandCounterIncrement();
	}
	SetUserIdAndSecContext(user, security);
	AtEOXact_GUC(false, settings);
}

static void
reject_schema(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_SCHEMA_DEFINITION),
			 errmsg("schema \"%s\" is not managed", name),
			 errhint("Name all managed schemas in the option "
					 "\"schemas\".")));
}

/* A managed schema is there already. */
static bool
create_schema(DbmigScratch *scratch, Node *statement, const char *query)
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
		reject_schema(name);
	if (schema == NULL || get_namespace_oid(name, true) != schema->made)
		return false;
	schema->wanted = true;
	if (create->authrole != NULL)
		(void) AlterSchemaOwner(name, get_rolespec_oid(create->authrole,
													   false));
	CommandCounterIncrement();
	create_elements(create, name, query);
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
create_extension(DbmigScratch *scratch, Node *statement, const char *query)
{
	const CreateExtensionStmt *create = castNode(CreateExtensionStmt,
												 statement);
	Oid			extension = get_extension_oid(create->extname, true);

	(void) query;
	if (!OidIsValid(extension))
		return false;
	adapt_extension(extension, create->options);
	dbmig_pg_want_extension(scratch, extension);
	return true;
}

/* Roles belong to no database: one that is there is what was meant. */
static bool
create_role(DbmigScratch *scratch, Node *statement, const char *query)
{
	(void) scratch;
	(void) query;
	return OidIsValid(get_role_oid(castNode(CreateRoleStmt, statement)->role,
								   true));
}

/* pg_dump comments on extensions that only a superuser owns. */
static bool
comment(DbmigScratch *scratch, Node *statement, const char *query)
{
	const CommentStmt *remark = castNode(CommentStmt, statement);
	Oid			extension;

	(void) scratch;
	(void) query;
	if (remark->objtype != OBJECT_EXTENSION)
		return false;
	extension = get_extension_oid(strVal(remark->object), true);
	return OidIsValid(extension) &&
		!object_ownercheck(ExtensionRelationId, extension, GetUserId());
}

/* Dumps of newer servers set what older ones do not know, and all of them
 * say that the heap is the default: tables without a file stand for it. */
static bool
set_variable(DbmigScratch *scratch, Node *statement, const char *query)
{
	const VariableSetStmt *setting = castNode(VariableSetStmt, statement);

	(void) scratch;
	(void) query;
	if (setting->kind != VAR_SET_VALUE)
		return false;
	if (strcmp(setting->name, "default_table_access_method") == 0)
	{
		if (strcmp(ExtractSetVariableArgs((VariableSetStmt *) setting),
				   DEFAULT_TABLE_ACCESS_METHOD) != 0 ||
			!OidIsValid(get_table_am_oid(DBMIG_PG_EMPTY, true)))
			return false;
		dbmig_pg_set(setting->name, DBMIG_PG_EMPTY);
		return true;
	}
	return strchr(setting->name, '.') == NULL &&
		GetConfigOptionByName(setting->name, NULL, true) == NULL;
}

/* ---- what costs time: nobody will store a row ---- */

/* Toast options are those of a table that has one.  Returns the access method
 * that makes one, where they ask for it; else the one that was named. */
static char *
method_for(const List *options, char *method)
{
	const ListCell *cell;

	foreach(cell, options)
	{
		const DefElem *option = lfirst_node(DefElem, cell);

		if (option->defnamespace != NULL && method == NULL &&
			strcmp(default_table_access_method, DBMIG_PG_EMPTY) == 0)
			return pstrdup(DEFAULT_TABLE_ACCESS_METHOD);
	}
	return method;
}

static bool
create_table(DbmigScratch *scratch, Node *statement, const char *query)
{
	CreateStmt *create = castNode(CreateStmt, statement);
	const char *schema = create->relation->schemaname;

	(void) query;
	/* One that is there says so itself, which tells nobody what is wrong. */
	if (schema != NULL && !creating_extension &&
		dbmig_pg_scratch_schema(scratch, schema) == NULL &&
		OidIsValid(get_relname_relid(create->relation->relname,
									 get_namespace_oid(schema, true))))
		reject_schema(schema);
	create->accessMethod = method_for(create->options, create->accessMethod);
	return false;
}

/* Its query is not run. */
static bool
create_table_as(DbmigScratch *scratch, Node *statement, const char *query)
{
	IntoClause *into = castNode(CreateTableAsStmt, statement)->into;

	(void) scratch;
	(void) query;
	into->skipData = true;
	into->accessMethod = method_for(into->options, into->accessMethod);
	return false;
}

/* An index with a file that is said to be there is neither made nor built. */
static void
skip_file(IndexStmt *index)
{
	index->OLD_FILE = NO_FILE;
	index->oldCreateSubid = GetCurrentSubTransactionId();
	index->OLD_FIRST_SUBID = GetCurrentSubTransactionId();
}

/* Partitions of a partitioned table take indexes of their own. */
static bool
create_index(DbmigScratch *scratch, Node *statement, const char *query)
{
	IndexStmt  *index = castNode(IndexStmt, statement);
	Oid			table;

	(void) scratch;
	index->concurrent = false;
	table = RangeVarGetRelidExtended(index->relation, ShareLock, 0,
									 RangeVarCallbackOwnsRelation, NULL);
	if (get_rel_relkind(table) == RELKIND_PARTITIONED_TABLE)
		return false;
	index = transformIndexStmt(table, index, query);
	skip_file(index);
	(void) DefineIndex(table, index, InvalidOid, InvalidOid, InvalidOid,
#if PG_VERSION_NUM >= 160000
					   -1,
#endif
					   false, true, true, true, false);
	return true;
}

static bool
is_index_command(const AlterTableCmd *command)
{
	const Constraint *constraint;

	if (command->subtype != AT_AddConstraint)
		return false;
	constraint = castNode(Constraint, command->def);
	return constraint->indexname == NULL &&
		(constraint->contype == CONSTR_PRIMARY ||
		 constraint->contype == CONSTR_UNIQUE ||
		 constraint->contype == CONSTR_EXCLUSION);
}

/* Turns constraints into their indexes, as the server itself would: one by
 * one, so that none is taken for another of the same columns. */
static void
add_indexes(AlterTableStmt *alter, Oid table, const char *query)
{
	List	   *commands = NIL;
	List	   *before;
	List	   *after;
	ListCell   *cell;

	foreach(cell, alter->cmds)
	{
		AlterTableStmt *one = copyObjectImpl(alter);

		one->cmds = list_make1(copyObjectImpl(lfirst(cell)));
		one = transformAlterTableStmt(table, one, query, &before, &after);
		if (before != NIL || after != NIL)
			return;
		commands = list_concat(commands, one->cmds);
	}
	alter->cmds = commands;
	foreach(cell, alter->cmds)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_AddIndex)
			skip_file(castNode(IndexStmt, command->def));
	}
}

/* No row can break a foreign key. */
static bool
alter_table(DbmigScratch *scratch, Node *statement, const char *query)
{
	AlterTableStmt *alter = castNode(AlterTableStmt, statement);
	bool		indexes = alter->objtype == OBJECT_TABLE;
	Oid			table;
	ListCell   *cell;

	(void) scratch;
	foreach(cell, alter->cmds)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		indexes = indexes && is_index_command(command);
		if (command->subtype == AT_AddConstraint &&
			castNode(Constraint, command->def)->contype == CONSTR_FOREIGN)
			castNode(Constraint, command->def)->skip_validation = true;
	}
	if (!indexes)
		return false;
	table = RangeVarGetRelidExtended(alter->relation, AccessExclusiveLock,
									 alter->missing_ok ? RVR_MISSING_OK : 0,
									 RangeVarCallbackOwnsRelation, NULL);
	if (OidIsValid(table) && get_rel_relkind(table) == RELKIND_RELATION)
		add_indexes(alter, table, query);
	return false;
}

static const struct
{
	NodeTag		tag;
	Handler		handler;
}			handlers[] =
{
	{T_AlterTableStmt, alter_table},
	{T_CommentStmt, comment},
	{T_CreateExtensionStmt, create_extension},
	{T_CreateRoleStmt, create_role},
	{T_CreateSchemaStmt, create_schema},
	{T_CreateStmt, create_table},
	{T_CreateTableAsStmt, create_table_as},
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
		if (handler(dbmig_pg_scratch, statement->utilityStmt, query))
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

/*
 * A partition that is attached takes the foreign keys of its parent, and the
 * server would look for rows without a parent by a query, which opens indexes
 * that have no file.  Who may not read the tables is not asked: then each row
 * is looked at, and there is none.
 */
static bool
check_permissions(
#if PG_VERSION_NUM >= 160000
				  List *tables, List *permissions, bool or_fail)
#else
				  List *tables, bool or_fail)
#endif
{
	if (dbmig_pg_scratch != NULL && !or_fail)
		return false;
	if (next_check == NULL)
		return true;
#if PG_VERSION_NUM >= 160000
	return next_check(tables, permissions, or_fail);
#else
	return next_check(tables, or_fail);
#endif
}

void
dbmig_pg_hook_utility(void)
{
	static bool hooked = false;

	if (hooked)
		return;
	next_hook = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
	next_check = ExecutorCheckPerms_hook;
	ExecutorCheckPerms_hook = check_permissions;
	hooked = true;
}
