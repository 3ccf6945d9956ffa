/*
 * dialect_pg.c
 *	  What is PostgreSQL's own, as data.
 */
#include "pg_plan.h"

/* ---- lexical rules: the manual's section 4.1 ---- */

static const char *const operators[] = {"::", ":=", NULL};

static const DbmigQuote quotes[] =
{
	{.open = "'", .close = '\'', .doubled = true, .continued = true,
	.kind = DBMIG_TOKEN_STRING, .name = "quoted string"},
	{.open = "\"", .close = '"', .doubled = true,
	.kind = DBMIG_TOKEN_IDENTIFIER, .name = "quoted identifier"},
	{.open = "e'", .close = '\'', .doubled = true, .backslash = true,
		.continued = true,
	.kind = DBMIG_TOKEN_STRING, .name = "quoted string"},
	{.open = "n'", .close = '\'', .doubled = true, .continued = true,
	.kind = DBMIG_TOKEN_STRING, .name = "quoted string"},
	{.open = "u&'", .close = '\'', .doubled = true, .continued = true,
	.kind = DBMIG_TOKEN_STRING, .name = "quoted string"},
	{.open = "u&\"", .close = '"', .doubled = true, .unicode = true,
	.kind = DBMIG_TOKEN_IDENTIFIER, .name = "quoted identifier"},
	{.open = "b'", .close = '\'', .continued = true,
	.kind = DBMIG_TOKEN_STRING, .name = "bit string"},
	{.open = "x'", .close = '\'', .continued = true,
	.kind = DBMIG_TOKEN_STRING, .name = "bit string"},
	{.open = NULL}
};

static const DbmigBody bodies[] =
{
	{{"create", "function|procedure"}, {"begin", "atomic"},
	"BEGIN ATOMIC body"},
	{{"create", "or", "replace", "function|procedure"}, {"begin", "atomic"},
	"BEGIN ATOMIC body"},
	{.pattern = {NULL}}
};

/* ---- what a migration may not hold ---- */

static const char in_transaction[] =
"dbmig runs a migration and its journal row in one transaction.";
static const char not_in_transaction[] =
"It cannot run in a transaction: run it outside of a migration.";
static const char not_concurrently[] =
"CONCURRENTLY cannot run in a transaction: leave the word out, "
"or run the statement outside of a migration.";
static const char no_client[] =
"No client sends or receives the rows: use INSERT, or COPY with a file.";

/*
 * Besides those that begin and end transactions, all that the server calls
 * PreventInTransactionBlock() for, as far as the text alone tells.
 */
static const DbmigRule rules[] =
{
	{{"begin"}, .idle = true, .refused = "BEGIN", .hint = in_transaction},
	{{"start", "transaction"}, .idle = true, .refused = "START TRANSACTION",
	.hint = in_transaction},
	{{"commit"}, .idle = true, .refused = "COMMIT", .hint = in_transaction},
	{{"end"}, .idle = true, .refused = "END", .hint = in_transaction},
	{{"rollback"}, .idle = true, .refused = "ROLLBACK",
	.hint = in_transaction},
	{{"abort"}, .idle = true, .refused = "ABORT", .hint = in_transaction},
	{{"savepoint"}, .idle = true, .refused = "SAVEPOINT",
	.hint = in_transaction},
	{{"release"}, .idle = true, .refused = "RELEASE", .hint = in_transaction},
	{{"prepare", "transaction", "as|("}, .refused = NULL},
	{{"prepare", "transaction"}, .refused = "PREPARE TRANSACTION",
	.hint = in_transaction},

	{{"vacuum"}, .idle = true, .refused = "VACUUM",
	.hint = not_in_transaction},
	{{"cluster", "()", "verbose", ";"}, .idle = true,
	.refused = "CLUSTER without a table",
	.hint = not_in_transaction},
	{{"cluster", "()", ";"}, .idle = true,
	.refused = "CLUSTER without a table",
	.hint = not_in_transaction},
	{{"discard", "all"}, .idle = true, .refused = "DISCARD ALL",
	.hint = not_in_transaction},

	{{"create", "index", "concurrently"},
	.refused = "CREATE INDEX CONCURRENTLY", .describes = true,
	.hint = not_concurrently},
	{{"create", "unique", "index", "concurrently"},
	.refused = "CREATE UNIQUE INDEX CONCURRENTLY", .describes = true,
	.hint = not_concurrently},
	{{"drop", "index", "concurrently"},
	.refused = "DROP INDEX CONCURRENTLY", .hint = not_concurrently},
	{{"reindex", "()", "*", "concurrently"},
	.idle = true, .refused = "REINDEX CONCURRENTLY", .hint = not_concurrently},
	{{"reindex", "(", "...", "concurrently", "false|off|0"},
	.refused = NULL},
	{{"reindex", "(", "...", "concurrently"},
	.idle = true, .refused = "REINDEX CONCURRENTLY", .hint = not_concurrently},
	{{"reindex", "()", "database"}, .idle = true,
	.refused = "REINDEX DATABASE",
	.hint = not_in_transaction},
	{{"reindex", "()", "schema"}, .idle = true, .refused = "REINDEX SCHEMA",
	.hint = not_in_transaction},
	{{"reindex", "()", "system"}, .idle = true, .refused = "REINDEX SYSTEM",
	.hint = not_in_transaction},
	{{"alter", "table", "...", "detach", "partition", "...", "concurrently"},
	.refused = "DETACH PARTITION CONCURRENTLY",
	.hint = not_concurrently},

	{{"create", "database"}, .refused = "CREATE DATABASE",
	.hint = not_in_transaction},
	{{"drop", "database"}, .refused = "DROP DATABASE",
	.hint = not_in_transaction},
	{{"alter", "database", "*", "set", "tablespace"},
	.refused = "ALTER DATABASE SET TABLESPACE",
	.hint = not_in_transaction},
	{{"create", "tablespace"}, .refused = "CREATE TABLESPACE",
	.hint = not_in_transaction},
	{{"drop", "tablespace"}, .refused = "DROP TABLESPACE",
	.hint = not_in_transaction},
	{{"alter", "system"}, .refused = "ALTER SYSTEM",
	.hint = not_in_transaction},

	{{"create", "subscription", "...", "(", "...", "connect|create_slot",
	"=", "false|off|0"}, .refused = NULL},
	{{"create", "subscription"}, .refused = "CREATE SUBSCRIPTION",
	.hint = "It cannot run in a transaction, unless it says WITH "
	"(create_slot = false)."},
	{{"alter", "subscription", "*", "refresh"},
	.refused = "ALTER SUBSCRIPTION REFRESH PUBLICATION",
	.hint = not_in_transaction},
	{{"alter", "subscription", "*", "set|add|drop", "publication", "...",
	"(", "...", "refresh", "=", "false|off|0"}, .refused = NULL},
	{{"alter", "subscription", "*", "set|add|drop", "publication"},
	.refused = "ALTER SUBSCRIPTION PUBLICATION",
	.hint = "It cannot run in a transaction, unless it says WITH "
	"(refresh = false)."},

	{{"copy", "...", "from", "stdin|stdout"}, .refused = "COPY FROM STDIN",
	.hint = no_client},
	{{"copy", "...", "to", "stdin|stdout"}, .refused = "COPY TO STDOUT",
	.hint = no_client},

	/* Rows are no schema. */
	{{"insert|update|delete|merge|copy|truncate|analyze|refresh|lock"},
	.idle = true},
	{{"select", "setval", "("}, .idle = true},
	{{"select", "pg_catalog", ".", "setval", "("}, .idle = true},
	{.pattern = {NULL}}
};

static const DbmigEngineHint hints[] =
{
	{"55P04", "migrate_run() commits after each migration: add the value in "
	"one migration and use it in the next."},
	{"55P03", "Another session uses what is to be changed, or is migrating: "
	"try again, or raise lock_timeout."},
	{NULL, NULL}
};

const DbmigDialect dbmig_postgres =
{
	.name = "postgres",

	.nested_comments = true,
	.dollar_quotes = true,
	.free_operators = true,
	.nested_parens = true,
	.lower_names = true,
	.line_ends = "\r\n",
	.numbered_params = "$",
	.named_params = "",
	.operator_chars = "+-*/<>=~!@#%^&|`?",
	.operators = operators,
	.quotes = quotes,
	.meta_command = "psql meta-command",
	.meta_hint = "Only psql knows its meta-commands: a migration holds SQL.",
	/* What pg_dump writes, and what only speaks to the user. */
	.meta_idle = "restrict|unrestrict|connect|c|encoding|echo|qecho|timing|"
	"set|pset|x|q|quit",

	.bodies = bodies,
	.rules = rules,

	.hints = hints,
	.kinds = dbmig_pg_kinds,
	.catalogs = dbmig_pg_catalogs,
	.present = dbmig_pg_present,
	.fold = dbmig_pg_fold,
	.fold_part = dbmig_pg_fold_part,
	.spell = dbmig_pg_fold,
	.plain = dbmig_pg_plain,
	.plan = dbmig_pg_plan,
	.update = dbmig_pg_refresh,
	.renamable = dbmig_pg_renamable,
	.imply = dbmig_pg_imply,
	.managed_schemas = true,

	.journal = "dbmig.journal",
	.history = "dbmig.history",
	.state = "dbmig.state",
	.exists = NULL,
	.bootstrap = NULL,
	.referring = NULL
};
