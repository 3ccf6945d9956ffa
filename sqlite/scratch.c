/*
 * scratch.c
 *	  The scratch database: a private connection to ":memory:" in which a
 *	  wanted schema is built and read.
 *
 * Functions, collations, modules and table-valued functions that only the
 * application registers are not there.  Where DDL asks for one it gets a stub
 * of that name, which lets the DDL be read and does nothing; it is the live
 * connection that must have the real one when the schema is applied.
 */
#include "host.h"

#include <string.h>

SQLITE_EXTENSION_INIT3

/* Settings that decide how DDL is read. */
static const int copied[] =
{
	SQLITE_DBCONFIG_DQS_DDL,
	SQLITE_DBCONFIG_DQS_DML,
	SQLITE_DBCONFIG_LEGACY_FILE_FORMAT,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- stubs ---- */

static void
stub_function(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	(void) nargs;
	(void) args;
	sqlite3_result_null(context);
}

static int
stub_compare(void *data, int len1, const void *text1, int len2,
			 const void *text2)
{
	int			rc = memcmp(text1, text2,
							(size_t) (len1 < len2 ? len1 : len2));

	(void) data;
	return rc != 0 ? rc : len1 - len2;
}

static void
stub_collation(void *data, sqlite3 *db, int encoding, const char *name)
{
	(void) data;
	(void) encoding;
	(void) sqlite3_create_collation_v2(db, name, SQLITE_UTF8, NULL,
									   stub_compare, NULL);
}

static int
stub_connect(sqlite3 *db, void *data, int argc, const char *const *argv,
			 sqlite3_vtab **vtab, char **message)
{
	int			rc = sqlite3_declare_vtab(db, data != NULL ? data :
										  "CREATE TABLE stub (a)");

	(void) argc;
	(void) argv;
	(void) message;
	*vtab = rc != SQLITE_OK ? NULL : sqlite3_malloc(sizeof(sqlite3_vtab));
	if (*vtab == NULL)
		return rc != SQLITE_OK ? rc : SQLITE_NOMEM;
	memset(*vtab, 0, sizeof(sqlite3_vtab));
	return SQLITE_OK;
}

static int
stub_disconnect(sqlite3_vtab *vtab)
{
	sqlite3_free(vtab);
	return SQLITE_OK;
}

static int
stub_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
	(void) vtab;
	(void) info;
	return SQLITE_CONSTRAINT;
}

static int
stub_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor)
{
	(void) vtab;
	*cursor = NULL;
	return SQLITE_ERROR;
}

static const sqlite3_module stub_module =
{
	.xCreate = stub_connect,
	.xConnect = stub_connect,
	.xBestIndex = stub_best_index,
	.xDisconnect = stub_disconnect,
	.xDestroy = stub_disconnect,
	.xOpen = stub_open,
};

/* What can be read without a CREATE VIRTUAL TABLE. */
static const sqlite3_module eponymous_module =
{
	.xConnect = stub_connect,
	.xBestIndex = stub_best_index,
	.xDisconnect = stub_disconnect,
	.xOpen = stub_open,
};

static int
add_function(DbmigCall *call, const char *name)
{
	sqlite3    *db = call->db;

	return sqlite3_create_function_v2(db, name, -1, SQLITE_UTF8 |
									  SQLITE_DETERMINISTIC, NULL,
									  stub_function, NULL, NULL, NULL);
}

static int
add_module(DbmigCall *call, const char *name)
{
	return sqlite3_create_module_v2(call->db, name, &stub_module, NULL, NULL);
}

/* The columns of a module of the live connection, as a table's definition;
 * NULL when it has none of that name, or there is no memory. */
static char *
declare(sqlite3 *live, const char *name)
{
	static const char query[] =
	"SELECT 'CREATE TABLE stub (' || group_concat('\"' || "
	"replace(c.name, '\"', '\"\"') || '\"' || "
	"iif(c.hidden = 1, ' HIDDEN', ''), ', ') || ')' "
	"FROM pragma_module_list AS m, pragma_table_xinfo(m.name) AS c "
	"WHERE m.name = ?1 COLLATE NOCASE";
	sqlite3_stmt *stmt;
	char	   *sql = NULL;

	if (sqlite3_prepare_v2(live, query, -1, &stmt, NULL) != SQLITE_OK)
		return NULL;
	if (sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
		sqlite3_step(stmt) == SQLITE_ROW &&
		sqlite3_column_type(stmt, 0) == SQLITE_TEXT)
		sql = sqlite3_mprintf("%s", sqlite3_column_text(stmt, 0));
	(void) sqlite3_finalize(stmt);
	return sql;
}

/* A table that is there in the live connection because of its module alone. */
static int
add_table(DbmigCall *call, const char *name)
{
	static const char home[] = "main.";
	char	   *sql;

	if (strncmp(name, home, sizeof(home) - 1) == 0)
		name += sizeof(home) - 1;
	sql = declare(call->live, name);
	if (sql == NULL)
		return SQLITE_ERROR;
	return sqlite3_create_module_v2(call->db, name, &eponymous_module, sql,
									sqlite3_free);
}

/*
 * Makes the stub that the connection's last error asks for; false when it
 * asks for none, or for one that is there.
 */
static bool
add_stub(DbmigCall *call, char *last, size_t size)
{
	static const struct
	{
		const char *message;
		int			(*add) (DbmigCall *call, const char *name);
	}			stubs[] =
	{
		{"no such function: ", add_function},
		{"no such module: ", add_module},
		{"no such table: ", add_table},
	};
	char		error[512];
	const char *at;
	size_t		i;

	sqlite3_snprintf(sizeof(error), error, "%s", sqlite3_errmsg(call->db));
	if (strncmp(error, last, size) == 0)
		return false;
	sqlite3_snprintf((int) size, last, "%s", error);
	for (i = 0; i < COUNT(stubs); i++)
	{
		/* RENAME says before it where it met it. */
		at = strstr(error, stubs[i].message);
		if (at != NULL)
			return stubs[i].add(call, at + strlen(stubs[i].message)) ==
				SQLITE_OK;
	}
	return false;
}

/* ---- ops ---- */

static void
copy_settings(sqlite3 *from, sqlite3 *to)
{
	size_t		i;

	for (i = 0; i < COUNT(copied); i++)
	{
		int			value = 0;

		if (sqlite3_db_config(from, copied[i], -1, &value) == SQLITE_OK)
			(void) sqlite3_db_config(to, copied[i], value, &value);
	}
}

void
dbmig_scratch_begin(DbmigCall *call, const DbmigOp *op)
{
	sqlite3    *db = NULL;
	int			rc = sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE |
									 SQLITE_OPEN_CREATE |
									 SQLITE_OPEN_NOMUTEX, NULL);

	(void) op;
	if (rc == SQLITE_OK)
		rc = sqlite3_collation_needed(db, NULL, stub_collation);
	if (rc == SQLITE_OK)
	{
		copy_settings(call->db, db);
		/* No DDL is to reach a file. */
		(void) sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
		/* One transaction: nothing of it is ever to be kept. */
		rc = sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
	}
	call->live = call->db;
	call->db = db;
	if (rc != SQLITE_OK)
		dbmig_execute_failed(call, rc, -1);
}

void
dbmig_scratch_end(DbmigCall *call, const DbmigOp *op)
{
	(void) op;
	if (call->live == NULL)
		return;
	dbmig_execute_forget(call);
	(void) sqlite3_close(call->db);
	call->db = call->live;
	call->live = NULL;
}

void
dbmig_scratch_statement(DbmigCall *call, const DbmigOp *op)
{
	char		last[512] = "";
	int			rc;

	do
		rc = sqlite3_exec(call->db, op->text, NULL, NULL, NULL);
	while (rc == SQLITE_ERROR && add_stub(call, last, sizeof(last)));
	if (rc != SQLITE_OK)
		dbmig_execute_failed(call, rc, -1);
}
