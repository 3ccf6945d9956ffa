/*
 * dialect_sqlite.c
 *	  What is SQLite's own, as data.
 */
#include "sqlite_plan.h"

/* ---- lexical rules: lang_keywords.html, lang_expr.html ---- */

static const char *const operators[] =
{
	"->>", "->", "||", "<=", "<>", "<<", ">=", ">>", "==", "!=", NULL
};

static const DbmigQuote quotes[] =
{
	{.open = "'", .close = '\'', .doubled = true,
	.kind = DBMIG_TOKEN_STRING, .name = "quoted string"},
	{.open = "\"", .close = '"', .doubled = true,
	.kind = DBMIG_TOKEN_IDENTIFIER, .name = "quoted identifier"},
	{.open = "`", .close = '`', .doubled = true,
	.kind = DBMIG_TOKEN_IDENTIFIER, .name = "quoted identifier"},
	{.open = "[", .close = ']',
	.kind = DBMIG_TOKEN_IDENTIFIER, .name = "quoted identifier"},
	{.open = "x'", .close = '\'',
	.kind = DBMIG_TOKEN_STRING, .name = "blob literal"},
	{.open = NULL}
};

/* EXPLAIN does not run what follows, but it has the same syntax. */
static const DbmigBody bodies[] =
{
	{{"create", "trigger"}, {"begin"}, "trigger body"},
	{{"create", "temp|temporary", "trigger"}, {"begin"}, "trigger body"},
	{{"explain", "create", "trigger"}, {"begin"}, "trigger body"},
	{{"explain", "create", "temp|temporary", "trigger"}, {"begin"},
	"trigger body"},
	{{"explain", "query", "plan", "create", "trigger"}, {"begin"},
	"trigger body"},
	{{"explain", "query", "plan", "create", "temp|temporary", "trigger"},
	{"begin"}, "trigger body"},
	{.pattern = {NULL}}
};

/* ---- what a migration may not hold, and what dbmig makes true ---- */

static const char in_transaction[] =
"dbmig runs a migration and its journal row in one transaction.";
static const char not_in_transaction[] =
"It cannot run in a transaction: run it outside of a migration.";
static const char one_database[] =
"It cannot run in a transaction, and a migration is for one database.";

/* What PRAGMA takes for true is in pragma.html; all else is false. */
static const DbmigRule rules[] =
{
	{{"begin"}, .idle = true, .refused = "BEGIN", .hint = in_transaction},
	{{"commit"}, .idle = true, .refused = "COMMIT", .hint = in_transaction},
	{{"end"}, .idle = true, .refused = "END", .hint = in_transaction},
	{{"rollback"}, .idle = true, .refused = "ROLLBACK", .hint = in_transaction},
	{{"savepoint"}, .idle = true, .refused = "SAVEPOINT", .hint = in_transaction},
	{{"release"}, .idle = true, .refused = "RELEASE", .hint = in_transaction},
	{{"attach"}, .refused = "ATTACH", .hint = one_database},
	{{"detach"}, .refused = "DETACH", .hint = one_database},
	{{"vacuum"}, .idle = true, .refused = "VACUUM", .hint = not_in_transaction},
	{{"."}, .refused = "a dot-command of the sqlite3 shell",
	.hint = "Only the shell knows its commands: a migration holds SQL."},

	{{"pragma", "~foreign_keys", "=|(", "~on|yes|true|1"},
	.effect = DBMIG_EFFECT_ENFORCE_ON},
	{{"pragma", "*", ".", "~foreign_keys", "=|(", "~on|yes|true|1"},
	.effect = DBMIG_EFFECT_ENFORCE_ON},
	{{"pragma", "~foreign_keys", "=|("},
	.effect = DBMIG_EFFECT_ENFORCE_OFF},
	{{"pragma", "*", ".", "~foreign_keys", "=|("},
	.effect = DBMIG_EFFECT_ENFORCE_OFF},
	{{"pragma", "~writable_schema", "=|(", "~on|yes|true|1"},
	.effect = DBMIG_EFFECT_WRITABLE_ON},
	{{"pragma", "~writable_schema", "=|("},
	.effect = DBMIG_EFFECT_WRITABLE_OFF},
	{{"pragma"}, .idle = true},
	/* The shell's .schema shows the tables of SQLite's own. */
	{{"create", "table", "~sqlite_sequence"}, .idle = true},
	{{"create", "table", "~sqlite_stat1"}, .idle = true},
	{{"create", "table", "~sqlite_stat4"}, .idle = true},
	{.pattern = {NULL}}
};

/* docs/journal.md has the columns. */
static const char *const bootstrap[] =
{
	"CREATE TABLE main.dbmig_journal ("
	"seq INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, checksum TEXT, "
	"up TEXT, down TEXT, down_kind TEXT NOT NULL CHECK (down_kind IN "
	"('authored', 'computed', 'none')), reversible INTEGER NOT NULL, "
	"fingerprint_before TEXT, fingerprint_after TEXT, "
	"applied_at TEXT NOT NULL, applied_by TEXT NOT NULL, "
	"duration_ms INTEGER NOT NULL, dbmig_version TEXT NOT NULL)",
	"CREATE TABLE main.dbmig_history ("
	"seq INTEGER PRIMARY KEY, event TEXT NOT NULL, name TEXT NOT NULL, "
	"checksum TEXT, fingerprint TEXT, at TEXT NOT NULL, \"by\" TEXT NOT NULL, "
	"detail TEXT, prev_hash TEXT, hash TEXT NOT NULL)",
	"CREATE TABLE main.dbmig_state ("
	"id INTEGER PRIMARY KEY CHECK (id = 1), history_seq INTEGER NOT NULL, "
	"history_hash TEXT NOT NULL, fingerprint TEXT, model TEXT)",
	NULL
};

static void
read_object(DbmigModel *model, int nvalues, const DbmigValue *values)
{
	(void) nvalues;
	dbmig_sqlite_read(model, values[0].text, values[1].text, values[2].text,
					  values[3].text);
}

/* What indexes, views and triggers hang on comes first, and before that what
 * has shadow tables: only what has no page of its own. */
static const DbmigQuery query_objects =
{
	.all = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema "
	"WHERE sql IS NOT NULL AND typeof(type || name || tbl_name) = 'text' "
	"ORDER BY type <> 'table', rootpage > 0"
};

static const DbmigCatalog catalogs[] =
{
	{&query_objects, read_object},
	{NULL, NULL}
};

static const DbmigSeam seams[] =
{
	{"PRAGMA foreign_keys=ON;\n", "PRAGMA foreign_keys=OFF;\n"},
	{"PRAGMA legacy_alter_table=OFF;\n", "PRAGMA legacy_alter_table=ON;\n"},
	{"PRAGMA writable_schema=RESET;\n", "PRAGMA writable_schema=ON;\n"},
	{NULL, NULL}
};

const DbmigDialect dbmig_sqlite =
{
	.name = "sqlite",

	.nested_comments = false,
	.dollar_quotes = false,
	.free_operators = false,
	.nested_parens = false,
	.lower_names = false,
	.line_ends = "\n",
	.numbered_params = "?",
	.named_params = ":@$#",
	.operator_chars = "+-*/%<>=&|~",
	.operators = operators,
	.quotes = quotes,
	.meta_command = NULL,
	.meta_hint = NULL,

	.bodies = bodies,
	.rules = rules,

	.journal = "main.dbmig_journal",
	.history = "main.dbmig_history",
	.state = "main.dbmig_state",
	.exists = "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' "
	"AND name IN ('dbmig_journal', 'dbmig_history', 'dbmig_state')",
	.bootstrap = bootstrap,
	.referring = "SELECT DISTINCT t.name, k.\"table\" "
	"FROM main.sqlite_schema AS t, pragma_foreign_key_list(t.name, 'main') AS k "
	"WHERE t.type = 'table'",
	.violations = "SELECT \"table\", rowid, parent "
	"FROM pragma_foreign_key_check($1, 'main') "
	"UNION ALL SELECT $1, NULL, NULL",
	/* Where temp has such a table too, it is that one that is meant, unless
	 * the trigger says otherwise. */
	.session_triggers = "SELECT g.name, g.tbl_name "
	"FROM temp.sqlite_schema AS g WHERE g.type = 'trigger' "
	"AND (g.sql LIKE '%main%' OR NOT EXISTS (SELECT 1 "
	"FROM temp.sqlite_schema AS t WHERE t.type IN ('table', 'view') "
	"AND t.name = g.tbl_name COLLATE NOCASE))",
	.fold = dbmig_sqlite_fold,
	.fold_part = dbmig_sqlite_fold,
	.home = "main.",
	.catalogs = catalogs,
	.group = dbmig_sqlite_group,
	.group_query = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema "
	"WHERE sql IS NOT NULL AND typeof(type || name || tbl_name) = 'text' "
	"AND tbl_name = $1 COLLATE NOCASE "
	"ORDER BY type <> 'table'",
	.touches = dbmig_sqlite_touches,
	.seams = seams,
	.plan = dbmig_sqlite_plan,
	.kinds = dbmig_sqlite_kinds
};
