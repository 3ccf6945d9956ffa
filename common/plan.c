/*
 * plan.c
 *	  Pairs every step with its undo, and writes plans as SQL.
 *
 * The steps themselves are the dialect's.  The way back is the plan of the
 * swapped pair; a step's undo is what that plan does to the same object, and
 * no statement of it is in two undos or in none.
 */
#include "plan.h"

#include <string.h>

static const char *const action_names[] =
{
	[DBMIG_CREATE] = "create",
	[DBMIG_ALTER] = "alter",
	[DBMIG_RENAME] = "rename",
	[DBMIG_REPLACE] = "replace",
	[DBMIG_REBUILD] = "rebuild",
	[DBMIG_DROP] = "drop",
};

const char *
dbmig_action_name(DbmigAction action)
{
	return action_names[action];
}

DbmigStep *
dbmig_plan_add(DbmigPlan *plan, DbmigAction action, const DbmigObject *object,
			   const char *sql)
{
	DbmigStep  *step;

	if (!dbmig_grow(plan->d, (void **) &plan->steps, &plan->capacity,
					plan->count, sizeof(DbmigStep)))
		return NULL;
	step = &plan->steps[plan->count++];
	memset(step, 0, sizeof(*step));
	step->action = action;
	step->kind = object->kind;
	step->id = object->id;
	step->object = object->name;
	step->sql = sql;
	step->undo = "";
	step->transactional = true;
	return step;
}

DbmigFinding *
dbmig_step_find(DbmigPlan *plan, DbmigStep *step, const char *hazard)
{
	const DbmigHazard *rule = dbmig_hazard(hazard);
	DbmigFinding *finding;

	if (rule == NULL)
	{
		dbmig_fail(plan->d, DBMIG_INTERNAL, "there is no hazard \"%s\"",
				   hazard);
		return NULL;
	}
	if (step == NULL ||
		!dbmig_grow(plan->d, (void **) &step->findings,
					&step->findings_capacity, step->nfindings,
					sizeof(DbmigFinding)))
		return NULL;
	finding = &step->findings[step->nfindings++];
	memset(finding, 0, sizeof(*finding));
	finding->hazard = rule;
	finding->holds = true;
	return finding;
}

/* True when the text behind end is what seam ends with, and sql begins with
 * what undoes it at once. */
static bool
meets(const DbmigBuf *text, const char *sql, const DbmigSeam *seam)
{
	size_t		len = strlen(seam->end);

	return text->len >= len &&
		strcmp(text->text + text->len - len, seam->end) == 0 &&
		strncmp(sql, seam->begin, strlen(seam->begin)) == 0;
}

/*
 * Adds a step's statements.  Where the last ones only switch off what the
 * first ones switch on again, neither is written.
 */
static void
join_step(DbmigBuf *text, const char *sql, const DbmigSeam *seams)
{
	const DbmigSeam *seam = seams;
	size_t		before = text->len;

	while (seam != NULL && seam->end != NULL)
	{
		if (meets(text, sql, seam))
		{
			text->len -= strlen(seam->end);
			text->text[text->len] = '\0';
			sql += strlen(seam->begin);
			seam = seams;
		}
		else
			seam++;
	}
	if (before > 0 && text->len == before)
		dbmig_buf_addc(text, '\n');
	dbmig_buf_add(text, sql);
}

/* ---- undo ---- */

/* What a step does to an object, seen from the step that undoes it. */
typedef enum Side
{
	COMES,
	GOES,
	CHANGES
} Side;

static Side
side_of(DbmigAction action, bool back)
{
	if (action == DBMIG_CREATE)
		return back ? GOES : COMES;
	if (action == DBMIG_DROP)
		return back ? COMES : GOES;
	return CHANGES;
}

static const char *
step_key(Dbmig *d, const DbmigStep *step, bool back)
{
	return dbmig_printf(d, "%d %s %s", (int) side_of(step->action, back),
						step->kind->name, step->id);
}

/* The statements that undo one step, as they come. */
typedef struct Undo
{
	DbmigStep  *step;
	DbmigBuf	sql;
} Undo;

/* The undo of each step, by what the step does to which object.  Of two steps
 * that do the same to one object the first has it: it is undone last. */
static Undo *
index_steps(const DbmigPlan *forward, DbmigMap *by_key)
{
	Dbmig	   *d = forward->d;
	Undo	   *undos = dbmig_alloc(d, (forward->count + 1) * sizeof(Undo));
	size_t		i;

	if (undos == NULL)
		return NULL;
	for (i = forward->count; i > 0; i--)
	{
		Undo	   *undo = &undos[i - 1];

		undo->step = &forward->steps[i - 1];
		dbmig_buf_init(&undo->sql, d);
		dbmig_map_put(by_key, step_key(d, undo->step, false), undo);
	}
	return undos;
}

/*
 * Gives every statement of the way back to the step that it undoes; what
 * belongs to none goes with the one before it.
 */
static void
pair_steps(DbmigPlan *forward, const DbmigPlan *back)
{
	Dbmig	   *d = forward->d;
	const DbmigSeam *seams = d->host.dialect->seams;
	Undo	   *undos;
	Undo	   *undo;
	Undo	   *last;
	DbmigMap	by_key;
	size_t		i;

	dbmig_map_init(&by_key, d);
	undos = index_steps(forward, &by_key);
	if (undos == NULL || forward->count == 0)
		return;
	last = &undos[forward->count - 1];
	for (i = 0; i < back->count; i++)
	{
		undo = dbmig_map_get(&by_key, step_key(d, &back->steps[i], true));
		if (undo != NULL)
			last = undo;
		join_step(&last->sql, back->steps[i].sql, seams);
	}
	for (i = 0; i < forward->count; i++)
		undos[i].step->undo = undos[i].sql.text;
}

DbmigPlan *
dbmig_plan_one_way(Dbmig *d, DbmigModel *from, DbmigModel *to,
				   const DbmigIntent *intent)
{
	DbmigPlan  *plan = dbmig_alloc(d, sizeof(DbmigPlan));
	DbmigDiff  *diff = dbmig_diff(d, from, to);

	if (plan == NULL || diff == NULL)
		return NULL;
	plan->d = d;
	from->dialect->plan(plan, from, to, diff, intent);
	return dbmig_ok(d) ? plan : NULL;
}

DbmigPlan *
dbmig_plan(Dbmig *d, DbmigModel *from, DbmigModel *to,
		   const DbmigIntent *intent)
{
	void	   *memo = NULL;
	DbmigIntent there = *intent;
	const DbmigIntent back_intent = {
		.from = intent->to, .to = intent->from, .memo = &memo, .undo = true
	};
	DbmigPlan  *plan;
	DbmigPlan  *back;

	there.memo = &memo;
	plan = dbmig_plan_one_way(d, from, to, &there);

	if (plan == NULL)
		return NULL;
	back = dbmig_plan_one_way(d, to, from, &back_intent);
	if (back == NULL)
		return NULL;
	pair_steps(plan, back);
	plan->down = dbmig_plan_sql(back);
	return plan;
}

const char *
dbmig_plan_sql(const DbmigPlan *plan)
{
	DbmigBuf	text;
	size_t		i;

	dbmig_buf_init(&text, plan->d);
	for (i = 0; i < plan->count && dbmig_ok(plan->d); i++)
		join_step(&text, plan->steps[i].sql, plan->d->host.dialect->seams);
	return text.text;
}
