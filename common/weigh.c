/*
 * weigh.c
 *	  Weighs hazards: dropping what is empty is no loss.
 */
#include "weigh.h"

#include <string.h>

typedef struct Weighing
{
	DbmigFinding **items;		/* in the order of their queries */
	size_t		count;
	size_t		capacity;
	size_t		at;
	const DbmigFinding *lost;	/* a rebuilt table with another number of rows */
	int64_t		left;			/* that number */
	DbmigPhase	after;
} Weighing;

/* One row: how many, and one of them or NULL. */
static void
receive_weight(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Weighing   *weighing = run->weighing;
	DbmigFinding *finding;

	if (weighing->at >= weighing->count || nvalues < 2)
		return;
	finding = weighing->items[weighing->at++];
	finding->count = values[0].number;
	finding->holds = finding->count != 0;
	finding->example = dbmig_value_text(run->d, &values[1]);
	if (finding->count < 0 && finding->failed != NULL)
		finding->hazard = finding->failed;
}

static void
ask(DbmigRun *run, Weighing *weighing, DbmigReceiver receiver,
	DbmigFinding *finding)
{
	if (finding->query == NULL ||
		!dbmig_grow(run->d, (void **) &weighing->items, &weighing->capacity,
					weighing->count, sizeof(DbmigFinding *)))
		return;
	weighing->items[weighing->count++] = finding;
	if (finding->failed != NULL)
		dbmig_run_try(run, receiver, finding->query, 0, NULL);
	else
		dbmig_run_inspect(run, receiver, finding->query, 0, NULL);
}

void
dbmig_weigh(DbmigRun *run, DbmigPlan *plan, DbmigPhase phase)
{
	Weighing   *weighing = dbmig_alloc(run->d, sizeof(Weighing));
	size_t		i;
	size_t		j;

	if (weighing == NULL)
		return;
	run->weighing = weighing;
	for (i = 0; i < plan->count; i++)
	{
		for (j = 0; j < plan->steps[i].nfindings; j++)
			ask(run, weighing, receive_weight, &plan->steps[i].findings[j]);
	}
	run->next = phase;
}

static void
receive_rebuilt(DbmigRun *run, int nvalues, const DbmigValue *values)
{
	Weighing   *weighing = run->weighing;
	const DbmigFinding *finding;

	(void) nvalues;
	if (weighing->at >= weighing->count)
		return;
	finding = weighing->items[weighing->at++];
	if (finding->count == values[0].number)
		return;
	weighing->lost = finding;
	weighing->left = values[0].number;
}

static void
check_rebuilt(DbmigRun *run)
{
	const Weighing *weighing = run->weighing;

	if (weighing->lost != NULL)
		dbmig_fail(run->d, DBMIG_INTERNAL, "%s %lld rows, of %lld",
				   weighing->lost->what, (long long) weighing->left,
				   (long long) weighing->lost->count);
	run->next = weighing->after;
}

void
dbmig_weigh_rebuilt(DbmigRun *run, DbmigPlan *plan, DbmigPhase phase)
{
	Weighing   *weighing = dbmig_alloc(run->d, sizeof(Weighing));
	const DbmigHazard *rebuild = dbmig_hazard("table-rebuild");
	size_t		i;
	size_t		j;

	if (weighing == NULL)
		return;
	weighing->after = phase;
	run->weighing = weighing;
	run->next = check_rebuilt;
	for (i = 0; i < plan->count; i++)
	{
		for (j = 0; j < plan->steps[i].nfindings; j++)
		{
			if (plan->steps[i].findings[j].hazard == rebuild)
				ask(run, weighing, receive_rebuilt,
					&plan->steps[i].findings[j]);
		}
	}
}

/* "rows" are a row when there is one. */
static const char *
unit_of(const DbmigFinding *finding)
{
	static const struct
	{
		const char *many;
		const char *one;
	}			units[] =

	{
		{"rows", "row"},
		{"values", "value"},
		{"groups of rows", "group of rows"},
		{"counters", "counter"},
		{"tables that are not empty", "table that is not empty"},
		{"unmanaged partitions", "unmanaged partition"},
	};
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(units); i++)
	{
		if (finding->count == 1 && strcmp(finding->unit, units[i].many) == 0)
			return units[i].one;
	}
	return finding->unit;
}

static void
refuse_loss(DbmigRun *run, const DbmigFinding *finding)
{
	dbmig_fail(run->d, DBMIG_DATA_LOSS, "%s would lose %lld %s",
			   finding->what, (long long) finding->count, unit_of(finding));
	dbmig_hint(run->d, "Confirm it with the option {\"allow_data_loss\": "
			   "true}, or keep the data with \"renames\" or \"backfill\".");
}

static void
refuse_conflict(DbmigRun *run, const DbmigFinding *finding)
{
	if (finding->count < 0)
		dbmig_fail(run->d, DBMIG_DATA_CONFLICT, "%s: %s do not fit",
				   finding->what, finding->unit);
	else
		dbmig_fail(run->d, DBMIG_DATA_CONFLICT, "%s: %lld %s %s not fit",
				   finding->what, (long long) finding->count,
				   unit_of(finding), finding->count == 1 ? "does" : "do");
	dbmig_hint(run->d, "Change the data first, or say how with the option "
			   "{\"backfill\": {\"table.column\": \"expression\"}}.");
}

bool
dbmig_weigh_allows(DbmigRun *run, const DbmigPlan *plan)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < plan->count; i++)
	{
		for (j = 0; j < plan->steps[i].nfindings; j++)
		{
			const DbmigFinding *finding = &plan->steps[i].findings[j];

			if (!finding->holds || finding->query == NULL)
				continue;
			if (finding->hazard->class == DBMIG_HAZARD_CONFLICT)
				refuse_conflict(run, finding);
			else if (finding->hazard->class == DBMIG_HAZARD_LOSS &&
					 !run->options->allow_data_loss)
				refuse_loss(run, finding);
			if (dbmig_ok(run->d))
				continue;
			if (finding->example != NULL)
				dbmig_detail(run->d, finding->count < 0 ?
							 "The server says: %s." : "One of them: %s.",
							 finding->example);
			return false;
		}
	}
	return dbmig_ok(run->d);
}

bool
dbmig_weigh_loses(const DbmigPlan *plan)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < plan->count; i++)
	{
		if (plan->steps[i].overwrites)
			return true;
		for (j = 0; j < plan->steps[i].nfindings; j++)
		{
			const DbmigFinding *finding = &plan->steps[i].findings[j];

			if (finding->holds && dbmig_finding_lasts(finding))
				return true;
		}
	}
	return false;
}

static bool
named_before(const DbmigStep *step, size_t i)
{
	size_t		j;

	for (j = 0; j < i; j++)
	{
		if (step->findings[j].holds &&
			step->findings[j].hazard == step->findings[i].hazard)
			return true;
	}
	return false;
}

const char *
dbmig_weigh_json(Dbmig *d, const DbmigStep *step)
{
	const char *comma = "";
	DbmigBuf	json;
	size_t		i;

	dbmig_buf_init(&json, d);
	dbmig_buf_addc(&json, '[');
	for (i = 0; i < step->nfindings; i++)
	{
		if (!step->findings[i].holds || named_before(step, i))
			continue;
		dbmig_buf_add(&json, comma);
		dbmig_buf_json(&json, step->findings[i].hazard->id);
		comma = ",";
	}
	dbmig_buf_addc(&json, ']');
	return json.text;
}
