/*
 * down.c
 *	  Downs: read, computed, proven.
 */
#include "down.h"

#include "rename.h"
#include "renamed.h"
#include "target.h"

#include <string.h>

typedef struct Proof
{
	const DbmigDown *down;
	const DbmigRows *before;
	DbmigRows  *returned;
	DbmigPhase	after;
} Proof;

bool
dbmig_down_given(DbmigRun *run, const DbmigMigration *migration,
				 DbmigDown *down)
{
	memset(down, 0, sizeof(*down));
	down->name = migration->name;
	down->kind = "none";
	if (migration->down == NULL)
		return true;
	down->half = dbmig_half(run, migration->name, true, migration->down_line,
							migration->down);
	if (down->half == NULL)
		return false;
	if (down->half->script->count == 0)
	{
		down->half = NULL;
		return true;
	}
	down->text = migration->down;
	down->kind = "authored";
	down->reversible = true;
	return true;
}

/* ---- computing ---- */

/* Statements that change a schema, and no row but by what the plan shows. */
static bool
changes_schema(const DbmigToken *first)
{
	static const char *const words[] =
	{
		"alter", "analyze", "comment", "create", "drop", "grant", "pragma",
		"reindex", "reset", "revoke", "security", "set", "show"
	};
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(words); i++)
	{
		if (dbmig_token_is(first, words[i]))
			return true;
	}
	return false;
}

/* True for ALTER ... TYPE ... USING: values become what the user says. */
static bool
converts_values(const DbmigDialect *dialect, const char *sql)
{
	DbmigLexer	lexer;
	DbmigToken	token;
	bool		type = false;
	size_t		depth = 0;

	dbmig_lex_begin(&lexer, dialect, sql);
	token = dbmig_lex_word(&lexer);
	if (!dbmig_token_is(&token, "alter"))
		return false;
	do
	{
		token = dbmig_lex_word(&lexer);
		if (dbmig_token_is(&token, "("))
			depth++;
		else if (dbmig_token_is(&token, ")") && depth > 0)
			depth--;
		else if (depth == 0 && dbmig_token_is(&token, ","))
			type = false;
		else if (depth == 0 && dbmig_token_is(&token, "type"))
			type = true;
		else if (depth == 0 && type && dbmig_token_is(&token, "using"))
			return true;
	} while (token.kind != DBMIG_TOKEN_END &&
			 token.kind != DBMIG_TOKEN_ERROR);
	return false;
}

/* True for a query that calls no function. */
static bool
only_reads(const DbmigToken *first, DbmigLexer lexer)
{
	DbmigToken	token;

	if (!dbmig_token_is(first, "select"))
		return false;
	do
	{
		token = dbmig_lex_word(&lexer);
		if (dbmig_token_is(&token, "(") || dbmig_token_is(&token, "into"))
			return false;
	} while (token.kind != DBMIG_TOKEN_END &&
			 token.kind != DBMIG_TOKEN_ERROR);
	return true;
}

/* The name after INSERT INTO, folded; NULL when it is not written so. */
static const char *
inserted_into(Dbmig *d, DbmigLexer *lexer)
{
	const DbmigDialect *dialect = d->host.dialect;
	DbmigToken	token = dbmig_lex_word(lexer);
	DbmigToken	dot;
	DbmigBuf	name;

	if (!dbmig_token_is(&token, "into"))
		return NULL;
	dbmig_buf_init(&name, d);
	for (;;)
	{
		token = dbmig_lex_word(lexer);
		dbmig_buf_add(&name, dialect->spell == NULL ?
					  dbmig_token_name(d, dialect, &token) :
					  dbmig_strndup(d, token.start, token.len));
		dot = dbmig_lex_word(lexer);
		if (!dbmig_token_is(&dot, ".") || dialect->spell == NULL)
			break;
		dbmig_buf_addc(&name, '.');
	}
	return dialect->fold(d, name.text);
}

/* True when rows may have been changed in a way that no schema shows: by all
 * but DDL, and but what fills a table that goes with the down. */
static bool
changes_rows(const DbmigRun *run, const DbmigScript *script,
			 const DbmigModel *before, const DbmigModel *after)
{
	Dbmig	   *d = run->d;
	const DbmigKind *table = dbmig_kind(d->host.dialect, "table");
	DbmigLexer	lexer;
	DbmigToken	token;
	const char *name;
	size_t		i;

	for (i = 0; i < script->count; i++)
	{
		if (converts_values(d->host.dialect, script->items[i].sql))
			return true;
		dbmig_lex_begin(&lexer, d->host.dialect, script->items[i].sql);
		token = dbmig_lex_word(&lexer);
		if (changes_schema(&token) || only_reads(&token, lexer))
			continue;
		name = dbmig_token_is(&token, "insert") ? inserted_into(d, &lexer) :
			NULL;
		if (name == NULL ||
			dbmig_model_find(after, table, NULL, name) == NULL ||
			dbmig_model_find(before, table, NULL, name) != NULL)
			return true;
	}
	return false;
}

/* True when a step of the plan loses rows or values, should there be any. */
static bool
may_lose(const DbmigPlan *plan)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < plan->count; i++)
	{
		for (j = 0; j < plan->steps[i].nfindings; j++)
		{
			if (dbmig_finding_lasts(&plan->steps[i].findings[j]))
				return true;
		}
	}
	return false;
}

/* The down begins with the statements in first, which have led to what after
 * says; the rest is the way from there. */
static void
compute(DbmigRun *run, const DbmigScript *up, DbmigModel *before,
		DbmigModel *after, const char *first, DbmigDown *down)
{
	const char *rest;
	const DbmigIntent forward = {.undo = false};
	const DbmigIntent back = {.undo = true};
	const DbmigPlan *there = dbmig_plan_one_way(run->d, before, after,
												&forward);
	const DbmigPlan *way = dbmig_plan_one_way(run->d, after, before, &back);

	if (there == NULL || way == NULL)
		return;
	rest = dbmig_plan_sql(way);
	down->text = dbmig_printf(run->d, "%s%s%s", first,
							  *first == '\0' || *rest == '\0' ? "" : "\n",
							  rest);
	down->half = dbmig_half_computed(run, down->name, true, down->text);
	down->kind = "computed";
	down->reversible = !may_lose(there) &&
		!changes_rows(run, up, before, after);
}

void
dbmig_down_compute(DbmigRun *run, const DbmigScript *up, DbmigModel *before,
				   DbmigModel *after, DbmigDown *down)
{
	compute(run, up, before, after, "", down);
}

/* ---- computing beside renames ---- */

/* A migration whose renames are taken back at the moment. */
typedef struct Return
{
	const DbmigScript *up;
	const DbmigRows *before;
	DbmigRows  *left;			/* the schema when they are */
	const char *sql;			/* that takes them back */
	DbmigDown  *down;
	DbmigPhase	after;
} Return;

static void
compute_rest(DbmigRun *run)
{
	const Return *work = run->proof;
	DbmigModel *before;
	DbmigModel *left;

	dbmig_run_add(run, DBMIG_OP_BACK, NULL);
	dbmig_rows_differing(work->before, work->left, &before, &left);
	if (!dbmig_ok(run->d))
		return;
	compute(run, work->up, before, left, work->sql, work->down);
	run->next = work->after;
}

static void
read_left(DbmigRun *run)
{
	Return	   *work = run->proof;

	dbmig_schema_live(run, &work->left, compute_rest);
}

void
dbmig_down_compute_renamed(DbmigRun *run, const DbmigScript *up,
						   const DbmigRows *before, const DbmigRows *after,
						   DbmigDown *down, DbmigPhase phase)
{
	Return	   *work = dbmig_alloc(run->d, sizeof(Return));
	DbmigRenames renames = dbmig_renamed_back(run, up);
	const DbmigPlan *plan = dbmig_rename_plan_fitting(run, after, before,
													  &renames);
	const DbmigHalf *half;

	if (work == NULL || plan == NULL)
		return;
	work->up = up;
	work->before = before;
	work->sql = dbmig_plan_sql(plan);
	work->down = down;
	work->after = phase;
	run->proof = work;
	dbmig_run_add(run, DBMIG_OP_SAVEPOINT, NULL);
	half = dbmig_half_computed(run, down->name, true, work->sql);
	if (half != NULL)
		dbmig_half_run(run, half, read_left);
}

/* ---- proving ---- */

static void
take_back(DbmigRun *run)
{
	const Proof *proof = run->proof;

	dbmig_run_add(run, DBMIG_OP_BACK, NULL);
	run->next = proof->after;
}

static void
compare_returned(DbmigRun *run)
{
	const Proof *proof = run->proof;
	const DbmigChange *change = dbmig_target_difference(run->d,
														proof->returned,
														proof->before);
	const DbmigObject *other;

	if (change == NULL)
		take_back(run);
	else
	{
		other = dbmig_target_object(change);
		dbmig_fail(run->d, DBMIG_WRONG_STATE,
				   "the down of migration \"%s\" does not lead back: %s "
				   "\"%s\" is not as it was",
				   dbmig_show(run->d, proof->down->name), other->kind->name,
				   dbmig_show(run->d, other->name));
		dbmig_target_detail(run->d, change);
	}
}

static void
read_returned(DbmigRun *run)
{
	Proof	   *proof = run->proof;

	if (proof->before != NULL)
		dbmig_schema_live(run, &proof->returned, compare_returned);
	else
		take_back(run);
}

void
dbmig_down_prove(DbmigRun *run, const DbmigDown *down,
				 const DbmigRows *before, DbmigPhase phase)
{
	Proof	   *proof = dbmig_alloc(run->d, sizeof(Proof));

	if (proof == NULL)
		return;
	if (down->half == NULL)
	{
		dbmig_fail(run->d, DBMIG_WRONG_STATE,
				   "migration \"%s\" has no down to verify",
				   dbmig_show(run->d, down->name));
		if (run->outside != NULL)
			dbmig_hint(run->d, "It changes schema \"%s\", which is not "
					   "managed: name it in the option \"schemas\".",
					   dbmig_show(run->d, run->outside));
		return;
	}
	proof->down = down;
	proof->before = before;
	proof->after = phase;
	run->proof = proof;
	dbmig_run_add(run, DBMIG_OP_SAVEPOINT, NULL);
	dbmig_half_run(run, down->half, read_returned);
}
