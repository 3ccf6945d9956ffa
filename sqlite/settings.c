/*
 * settings.c
 *	  The settings of a session that a migration can change, saved by ENTER and
 *	  set back by LEAVE.
 *
 * Settings that belong to the database (user_version, journal_mode, ...) are
 * not ours: a migration may change them for good.
 */
#include "host.h"

#include <string.h>

SQLITE_EXTENSION_INIT3

#define COUNT(array) ((int) (sizeof(array) / sizeof((array)[0])))

/* What sqlite3_db_config() can read and set, at any time. */
static const int switches[] =
{
	SQLITE_DBCONFIG_ENABLE_FKEY,
	SQLITE_DBCONFIG_ENABLE_TRIGGER,
	SQLITE_DBCONFIG_ENABLE_VIEW,
	SQLITE_DBCONFIG_DEFENSIVE,
	SQLITE_DBCONFIG_WRITABLE_SCHEMA,
	SQLITE_DBCONFIG_LEGACY_ALTER_TABLE,
	SQLITE_DBCONFIG_LEGACY_FILE_FORMAT,
	SQLITE_DBCONFIG_TRUSTED_SCHEMA,
	SQLITE_DBCONFIG_DQS_DML,
	SQLITE_DBCONFIG_DQS_DDL,
#ifdef SQLITE_DBCONFIG_STMT_SCANSTATUS
	SQLITE_DBCONFIG_STMT_SCANSTATUS,
#endif
#ifdef SQLITE_DBCONFIG_REVERSE_SCANORDER
	SQLITE_DBCONFIG_REVERSE_SCANORDER,
#endif
};

/*
 * What only a PRAGMA can read and set, and only a PRAGMA of the migration can
 * therefore have changed.  Deferred foreign keys are special: see set_back().
 */
static const char *const pragmas[] =
{
	"defer_foreign_keys",
	"recursive_triggers",
	"ignore_check_constraints",
	"query_only",
	"read_uncommitted",
	"automatic_index",
	"reverse_unordered_selects",
	"cell_size_check",
	"full_column_names",
	"short_column_names",
	"count_changes",
	"empty_result_callbacks",
	"busy_timeout",
	"cache_size",
	"cache_spill",
};

#define DEFER_FOREIGN_KEYS 0

_Static_assert(sizeof(switches) / sizeof(switches[0]) <= DBMIG_HOST_SETTINGS,
			   "a frame holds all switches");
_Static_assert(sizeof(pragmas) / sizeof(pragmas[0]) <= DBMIG_HOST_SETTINGS,
			   "a frame holds all pragmas");

/* Reads a switch (value -1) or sets it; what it then is, 0 if unknown. */
static int
turn(DbmigCall *call, int which, int value)
{
	int			result = 0;

	call->stale = call->stale || value >= 0;
	(void) sqlite3_db_config(call->db, which, value, &result);
	return result;
}

/* True when word stands anywhere in text, in any case. */
static bool
mentions(const char *text, const char *word)
{
	size_t		len = strlen(word);

	for (; *text != '\0'; text++)
	{
		if (sqlite3_strnicmp(text, word, (int) len) == 0)
			return true;
	}
	return false;
}

/* Reading the PRAGMAs for each migration would cost more than a small one. */
void
dbmig_settings_save(DbmigCall *call, const char *sql)
{
	DbmigFrame *top;
	DbmigFrame *frame;
	int			rc = SQLITE_OK;
	int			i;

	if (call->nframes == 0 || !mentions(sql, "pragma"))
		return;
	top = &call->frames[call->nframes - 1];
	if (top->has_pragmas)
		return;
	for (i = 0; rc == SQLITE_OK && i < COUNT(pragmas); i++)
		rc = dbmig_execute_pragma(call, pragmas[i], &top->pragmas[i]);
	if (rc != SQLITE_OK)
	{
		dbmig_execute_failed(call, rc, -1);
		return;
	}
	for (frame = call->frames; frame <= top; frame++)
	{
		if (!frame->has_pragmas)
			memcpy(frame->pragmas, top->pragmas, sizeof(top->pragmas));
		frame->has_pragmas = true;
	}
}

/*
 * Sets pragma number i back to value.  To switch deferred foreign keys off
 * makes SQLite forget the violations that it counted: it does so itself at
 * the end of the transaction, after it looked at them.
 */
static void
set_back(DbmigCall *call, int i, int64_t value)
{
	char		sql[80];
	int64_t		now = value;
	int			waiting = 0;
	int			highest = 0;

	if (dbmig_execute_pragma(call, pragmas[i], &now) == SQLITE_OK && now == value)
		return;
	(void) sqlite3_db_status(call->db, SQLITE_DBSTATUS_DEFERRED_FKS,
							 &waiting, &highest, 0);
	if (i == DEFER_FOREIGN_KEYS && waiting != 0)
		return;
	/* It takes effect in spite of an interrupt: see force_rollback(). */
	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA\"%w\"=%lld;", pragmas[i],
					 value);
	(void) sqlite3_exec(call->db, sql, NULL, NULL, NULL);
}

static void
leave(DbmigCall *call)
{
	const DbmigFrame *frame = &call->frames[--call->nframes];
	int			i;

	for (i = 0; i < COUNT(switches); i++)
	{
		if (turn(call, switches[i], -1) != frame->switches[i])
			(void) turn(call, switches[i], frame->switches[i]);
	}
	for (i = 0; frame->has_pragmas && i < COUNT(pragmas); i++)
		set_back(call, i, frame->pragmas[i]);
}

static void
hold_checks(DbmigCall *call)
{
	int64_t		ignored = 0;
	int			rc = dbmig_execute_pragma(call, "ignore_check_constraints",
										  &ignored);

	if (rc == SQLITE_OK && ignored != 0)
	{
		dbmig_settings_save(call, "PRAGMA");
		rc = sqlite3_exec(call->db, "PRAGMA ignore_check_constraints=0", NULL,
						  NULL, NULL);
	}
	if (rc != SQLITE_OK)
		dbmig_execute_failed(call, rc, -1);
}

void
dbmig_settings_enter(DbmigCall *call, const DbmigOp *op)
{
	DbmigFrame *frame = &call->frames[call->nframes];
	int			i;

	if (call->nframes == DBMIG_HOST_FRAMES)
	{
		dbmig_host_reject(call, DBMIG_INTERNAL, NULL,
						  "settings are saved too deep");
		return;
	}
	for (i = 0; i < COUNT(switches); i++)
		frame->switches[i] = turn(call, switches[i], -1);
	frame->has_pragmas = false;
	call->nframes++;
	if (op->number == DBMIG_ENTER_COMPUTED)
		hold_checks(call);
}

void
dbmig_settings_leave(DbmigCall *call, const DbmigOp *op)
{
	(void) op;
	if (call->nframes > 0)
		leave(call);
}

void
dbmig_settings_enforce(DbmigCall *call, const DbmigOp *op)
{
	(void) turn(call, SQLITE_DBCONFIG_ENABLE_FKEY, op->number != 0);
}

static const char unreadable[] =
"If dbmig wrote this, the table's columns are stored in another order than "
"where it was planned: push the schema to this database instead.";

/*
 * lang_altertable.html, section 7: after an edit the schema's version is
 * raised, so that every connection reads it anew; this one too, at once.
 * RESET forgets that the schema has changed, the version brings that back:
 * only in this order does a ROLLBACK make SQLite read the old one again.
 * DEFENSIVE forbids both the edit and the version; LEAVE sets it back.
 */
void
dbmig_settings_writable(DbmigCall *call, const DbmigOp *op)
{
	char		sql[128];
	int64_t		version = 0;
	int			rc;

	(void) turn(call, SQLITE_DBCONFIG_DEFENSIVE, 0);
	if (op->number != 0)
	{
		(void) turn(call, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1);
		return;
	}
	rc = dbmig_execute_pragma(call, "schema_version", &version);
	if (rc == SQLITE_OK)
	{
		sqlite3_snprintf(sizeof(sql), sql, "PRAGMA writable_schema=RESET;"
						 "PRAGMA schema_version=%lld;"
						 "SELECT 1 FROM sqlite_schema LIMIT 0;",
						 (version + 1) & 0x7fffffff);
		rc = sqlite3_exec(call->db, sql, NULL, NULL, NULL);
	}
	if (rc == SQLITE_OK)
		return;
	dbmig_execute_failed(call, rc, -1);
	if ((rc & 0xff) == SQLITE_CORRUPT)
		call->hint = unreadable;
}

void
dbmig_settings_end(DbmigCall *call)
{
	while (call->nframes > 0)
		leave(call);
}
