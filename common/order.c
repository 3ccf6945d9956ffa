/*
 * order.c
 *	  A topological sort by rank, with loops repaired.
 *
 * Knows no kind of object.  Takes n log n, and n more for each loop.
 */
#include "order.h"

#include <string.h>

#define NONE SIZE_MAX

/* That a node waits; in the list of those that wait for the same one. */
typedef struct Edge
{
	size_t		node;
	size_t		before;
	DbmigWait	why;
	bool		given_up;
	size_t		next;			/* the next edge with the same before */
	size_t		next_back;		/* the next edge with the same node */
} Edge;

typedef struct Node
{
	void	   *item;
	int			rank;
	size_t		group;			/* NONE: alone */
	const char *name;
	size_t		first;			/* edges of who waits for it */
	size_t		first_back;		/* edges of what it waits for */
	size_t		waits;			/* for how many it still does */
	bool		done;
	size_t		seen;			/* by which walk */
	size_t		way;			/* the edge on which the walk left it */
} Node;

/* Nodes that wait for nothing: a heap, the next one first. */
typedef struct Heap
{
	size_t	   *nodes;
	size_t		count;
	size_t		capacity;
} Heap;

typedef struct Group
{
	const void *key;
	Heap		ready;
} Group;

struct DbmigOrder
{
	Dbmig	   *d;
	Node	   *nodes;
	size_t		count;
	size_t		capacity;
	Edge	   *edges;
	size_t		nedges;
	size_t		edges_capacity;
	Group	   *groups;
	size_t		ngroups;
	size_t		groups_capacity;
	size_t	   *by_key;			/* groups by hash of their key; NONE: free */
	size_t		by_key_size;	/* a power of two, or 0 */
	Heap		ready;
	size_t		walks;
};

DbmigOrder *
dbmig_order_new(Dbmig *d)
{
	DbmigOrder *order = dbmig_alloc(d, sizeof(DbmigOrder));

	if (order != NULL)
		order->d = d;
	return order;
}

/* ---- groups ---- */

/* The place of key, or where it would be. */
static size_t
group_place(const DbmigOrder *order, const void *key)
{
	uint64_t	hash = (uint64_t) (uintptr_t) key * 0x9E3779B97F4A7C15u;
	size_t		place = (size_t) (hash >> 32) & (order->by_key_size - 1);

	while (order->by_key[place] != NONE &&
		   order->groups[order->by_key[place]].key != key)
		place = (place + 1) & (order->by_key_size - 1);
	return place;
}

/* Makes room for one more group; false without memory. */
static bool
grow_groups(DbmigOrder *order)
{
	size_t		size = order->by_key_size == 0 ? 16 : order->by_key_size * 2;
	size_t		i;

	if (order->ngroups * 2 < order->by_key_size)
		return true;
	order->by_key = dbmig_alloc(order->d, size * sizeof(size_t));
	if (order->by_key == NULL)
	{
		order->by_key_size = 0;
		return false;
	}
	order->by_key_size = size;
	for (i = 0; i < size; i++)
		order->by_key[i] = NONE;
	for (i = 0; i < order->ngroups; i++)
		order->by_key[group_place(order, order->groups[i].key)] = i;
	return true;
}

/* The number of the group with that key; NONE without one or memory. */
static size_t
find_group(DbmigOrder *order, const void *key)
{
	size_t		place;
	Group	   *group;

	if (key == NULL || !grow_groups(order))
		return NONE;
	place = group_place(order, key);
	if (order->by_key[place] != NONE)
		return order->by_key[place];
	if (!dbmig_grow(order->d, (void **) &order->groups,
					&order->groups_capacity, order->ngroups, sizeof(Group)))
		return NONE;
	group = &order->groups[order->ngroups];
	memset(group, 0, sizeof(*group));
	group->key = key;
	order->by_key[place] = order->ngroups;
	return order->ngroups++;
}

/* ---- nodes ---- */

size_t
dbmig_order_add(DbmigOrder *order, void *item, int rank, const void *group,
				const char *name)
{
	Node	   *node;

	if (!dbmig_ok(order->d) ||
		!dbmig_grow(order->d, (void **) &order->nodes, &order->capacity,
					order->count, sizeof(Node)))
		return 0;
	node = &order->nodes[order->count];
	memset(node, 0, sizeof(*node));
	node->item = item;
	node->rank = rank;
	node->group = find_group(order, group);
	node->name = name;
	node->first = NONE;
	node->first_back = NONE;
	return order->count++;
}

void
dbmig_order_wait(DbmigOrder *order, size_t node, size_t before, DbmigWait why)
{
	Edge	   *edge;

	if (!dbmig_ok(order->d) || node == before ||
		!dbmig_grow(order->d, (void **) &order->edges, &order->edges_capacity,
					order->nedges, sizeof(Edge)))
		return;
	edge = &order->edges[order->nedges];
	edge->node = node;
	edge->before = before;
	edge->why = why;
	edge->given_up = false;
	edge->next = order->nodes[before].first;
	edge->next_back = order->nodes[node].first_back;
	order->nodes[before].first = order->nedges;
	order->nodes[node].first_back = order->nedges++;
	order->nodes[node].waits++;
}

/* ---- heaps ---- */

static bool
comes_first(const DbmigOrder *order, size_t a, size_t b)
{
	if (order->nodes[a].rank != order->nodes[b].rank)
		return order->nodes[a].rank < order->nodes[b].rank;
	return a < b;
}

static void
push(DbmigOrder *order, Heap *heap, size_t node)
{
	size_t		at = heap->count;

	if (!dbmig_grow(order->d, (void **) &heap->nodes, &heap->capacity,
					heap->count, sizeof(size_t)))
		return;
	heap->count++;
	while (at > 0 && comes_first(order, node, heap->nodes[(at - 1) / 2]))
	{
		heap->nodes[at] = heap->nodes[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap->nodes[at] = node;
}

static size_t
pop(const DbmigOrder *order, Heap *heap)
{
	size_t		top = heap->nodes[0];
	size_t		last = heap->nodes[--heap->count];
	size_t		at = 0;
	size_t		child = 1;

	while (child < heap->count)
	{
		if (child + 1 < heap->count &&
			comes_first(order, heap->nodes[child + 1], heap->nodes[child]))
			child++;
		if (!comes_first(order, heap->nodes[child], last))
			break;
		heap->nodes[at] = heap->nodes[child];
		at = child;
		child = 2 * at + 1;
	}
	heap->nodes[at] = last;
	return top;
}

/* The next node of the heap that is not done; NONE when there is none. */
static size_t
take(const DbmigOrder *order, Heap *heap)
{
	while (heap->count > 0)
	{
		size_t		node = pop(order, heap);

		if (!order->nodes[node].done)
			return node;
	}
	return NONE;
}

/* The node waits for nothing any more. */
static void
make_ready(DbmigOrder *order, size_t node)
{
	size_t		group = order->nodes[node].group;

	push(order, &order->ready, node);
	if (group != NONE)
		push(order, &order->groups[group].ready, node);
}

/* ---- loops ---- */

static void
release(DbmigOrder *order, Edge *edge)
{
	if (edge->given_up)
		return;
	edge->given_up = true;
	if (--order->nodes[edge->node].waits == 0)
		make_ready(order, edge->node);
}

/* An edge to what the node still waits for. */
static size_t
open_edge(const DbmigOrder *order, size_t node)
{
	size_t		edge = order->nodes[node].first_back;

	while (order->edges[edge].given_up)
		edge = order->edges[edge].next_back;
	return edge;
}

static size_t
first_undone(const DbmigOrder *order)
{
	size_t		best = NONE;
	size_t		i;

	for (i = 0; i < order->count; i++)
	{
		if (!order->nodes[i].done &&
			(best == NONE || comes_first(order, i, best)))
			best = i;
	}
	return best;
}

static void
fail_loop(DbmigOrder *order, size_t start)
{
	Dbmig	   *d = order->d;
	DbmigBuf	names;
	size_t		at = start;
	int			shown = 0;

	dbmig_buf_init(&names, d);
	do
	{
		at = order->edges[order->nodes[at].way].before;
		if (shown++ < 8)
			dbmig_buf_addf(&names, "%s%s", names.len > 0 ? ", " : "",
						   dbmig_show(d, order->nodes[at].name));
	} while (at != start);
	dbmig_fail(d, DBMIG_WRONG_STATE, "%s depend on each other", names.text);
	dbmig_hint(d, "Change them in two steps.");
}

/* Finds a loop among the nodes that are left, and gives up its weakest
 * reason. */
static void
repair_loop(DbmigOrder *order)
{
	size_t		at = first_undone(order);
	size_t		start;
	size_t		weakest;

	order->walks++;
	while (order->nodes[at].seen != order->walks)
	{
		order->nodes[at].seen = order->walks;
		order->nodes[at].way = open_edge(order, at);
		at = order->edges[order->nodes[at].way].before;
	}
	start = at;
	weakest = order->nodes[at].way;
	do
	{
		size_t		way = order->nodes[at].way;

		if (order->edges[way].why < order->edges[weakest].why)
			weakest = way;
		at = order->edges[way].before;
	} while (at != start);
	if (order->edges[weakest].why == DBMIG_WAIT_NEED)
		fail_loop(order, start);
	else
		release(order, &order->edges[weakest]);
}

/* ---- sorting ---- */

/* The next node: one of the group that is under way, if there is one. */
static size_t
next_node(DbmigOrder *order, size_t group)
{
	size_t		node = NONE;

	if (group != NONE)
		node = take(order, &order->groups[group].ready);
	if (node == NONE)
		node = take(order, &order->ready);
	while (node == NONE && dbmig_ok(order->d))
	{
		repair_loop(order);
		node = take(order, &order->ready);
	}
	return node;
}

static void
finish_node(DbmigOrder *order, size_t node)
{
	size_t		edge;

	order->nodes[node].done = true;
	for (edge = order->nodes[node].first; edge != NONE;
		 edge = order->edges[edge].next)
		release(order, &order->edges[edge]);
}

void	  **
dbmig_order_sort(DbmigOrder *order)
{
	void	  **items;
	size_t		group = NONE;
	size_t		node;
	size_t		i;

	if (!dbmig_ok(order->d))
		return NULL;
	items = dbmig_alloc(order->d, (order->count + 1) * sizeof(void *));
	for (i = 0; i < order->count; i++)
	{
		if (order->nodes[i].waits == 0)
			make_ready(order, i);
	}
	for (i = 0; i < order->count && dbmig_ok(order->d); i++)
	{
		node = next_node(order, group);
		if (node == NONE)
			break;
		items[i] = order->nodes[node].item;
		group = order->nodes[node].group;
		finish_node(order, node);
	}
	return dbmig_ok(order->d) ? items : NULL;
}

size_t
dbmig_order_count(const DbmigOrder *order)
{
	return order->count;
}
