/*
 * prepare.c
 *	  Plans of dbmig's own statements: those that a call needs again, and those
 *	  that the session keeps.
 *
 * A schema is read by many queries whose planning takes longer than reading a
 * small schema does.  Their texts are the dialect's, the same in every call:
 * the session plans them once.
 */
#include "postgres.h"

#include "executor/spi_priv.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "parser/parse_param.h"
#include "utils/memutils.h"

#include "host.h"

/* As many as all dialects have. */
#define KEPT 128

static DbmigPlan kept[KEPT];

static void
infer_params(ParseState *pstate, void *arg)
{
	DbmigPlan  *plan = arg;

	setup_parse_variable_parameters(pstate, &plan->types, &plan->nparams);
}

/* options: of a cursor. */
static SPIPlanPtr
prepare(DbmigPlan *plan, MemoryContext context, const DbmigOp *op,
		int options)
{
	SPIPlanPtr	made;

	/*
	 * As long as the parser could make it: it must not move, since a plan is
	 * made again when what it depends on changes.
	 */
	plan->nparams = op->nparams;
	plan->types = MemoryContextAllocZero(context,
										 sizeof(Oid) * (op->nparams + 1));
	made = SPI_prepare_params(dbmig_pg_from_core(op->text), infer_params, plan,
							  options);
	if (made == NULL)
		elog(ERROR, "could not prepare a statement: %s",
			 SPI_result_code_string(SPI_result));
	return made;
}

/* SPI would free it with the call. */
static void
outlive(SPIPlanPtr plan)
{
	ListCell   *cell;

	MemoryContextSetParent(plan->plancxt, TopMemoryContext);
	foreach(cell, plan->plancache_list)
		CachedPlanSetParentContext(lfirst(cell), plan->plancxt);
}

/*
 * The dialect's own texts never move: where they are tells them apart.  They
 * ask for nothing but catalogs and functions of the system, so that no plan
 * gets out of date; SPI_keepplan() would have them all made again whenever a
 * schema is renamed, as each wanted schema does.  NULL when there is no room.
 */
static DbmigPlan *
find_kept(const DbmigOp *op)
{
	int			i;

	for (i = 0; i < KEPT && kept[i].text != NULL; i++)
	{
		if (kept[i].text == op->text)
			return &kept[i];
	}
	if (i == KEPT)
		return NULL;
	/* What is planned for these values alone would be planned each time. */
	kept[i].plan = prepare(&kept[i], TopMemoryContext, op,
						   CURSOR_OPT_GENERIC_PLAN);
	outlive(kept[i].plan);
	kept[i].text = op->text;
	return &kept[i];
}

static DbmigPlan *
find_plan(DbmigCall *call, const DbmigOp *op)
{
	DbmigPlan  *plan;
	int			i;

	for (i = 0; i < DBMIG_PG_PLANS && call->plans[i].text != NULL; i++)
	{
		plan = &call->plans[i];
		if (plan->text == op->text || strcmp(plan->text, op->text) == 0)
			return plan;
	}
	plan = &call->plans[call->nplans++ % DBMIG_PG_PLANS];
	if (plan->plan != NULL)
		SPI_freeplan(plan->plan);
	plan->plan = NULL;
	/* Should it fail, the slot is not that of the text before. */
	plan->text = "";
	plan->plan = prepare(plan, call->context, op, 0);
	/* It learns when a table is changed. */
	SPI_keepplan(plan->plan);
	plan->text = op->text;
	return plan;
}

DbmigPlan *
dbmig_pg_prepare(DbmigCall *call, const DbmigOp *op)
{
	DbmigPlan  *plan = op->kept ? find_kept(op) : NULL;

	return plan != NULL ? plan : find_plan(call, op);
}

struct ParamListInfoData *
dbmig_pg_bind(const DbmigPlan *plan, const DbmigValue *values)
{
	ParamListInfo params = makeParamList(plan->nparams);
	int			i;

	for (i = 0; i < plan->nparams; i++)
	{
		ParamExternData *param = &params->params[i];

		param->ptype = plan->types[i];
		param->pflags = PARAM_FLAG_CONST;
		param->value = dbmig_pg_datum(&values[i], param->ptype,
									  &param->isnull);
	}
	return params;
}

void
dbmig_pg_forget(DbmigCall *call)
{
	int			i;

	for (i = 0; i < DBMIG_PG_PLANS; i++)
	{
		if (call->plans[i].plan != NULL)
			SPI_freeplan(call->plans[i].plan);
	}
}
