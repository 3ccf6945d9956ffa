/*
 * pg_plan_list.c
 *	  Lists of options, as the catalog queries write them: "a='b', c='d'" and
 *	  "a 'b', c 'd'".
 */
#include "pg_plan_kind.h"

#include <string.h>

typedef struct Entry
{
	const char *text;
	size_t		len;
	size_t		name_len;		/* up to the '=' or the space */
} Entry;

/* The first entry of *list, which goes on to the next; false at the end. */
static bool
next_entry(const char **list, Entry *entry)
{
	const char *at = *list;
	char		quote = '\0';

	if (at == NULL || *at == '\0')
		return false;
	entry->text = at;
	entry->name_len = 0;
	for (; *at != '\0'; at++)
	{
		if (quote != '\0')
			quote = *at == quote ? '\0' : quote;
		else if (*at == '\'' || *at == '"')
			quote = *at;
		else if (*at == ',')
			break;
		if (quote == '\0' && entry->name_len == 0 &&
			(*at == '=' || *at == ' '))
			entry->name_len = (size_t) (at - entry->text);
	}
	entry->len = (size_t) (at - entry->text);
	if (entry->name_len == 0)
		entry->name_len = entry->len;
	*list = at + strspn(at, ", ");
	return true;
}

static bool
find_entry(const char *list, const Entry *wanted, Entry *found)
{
	while (next_entry(&list, found))
	{
		if (found->name_len == wanted->name_len &&
			strncmp(found->text, wanted->text, wanted->name_len) == 0)
			return true;
	}
	return false;
}

static bool
same_entry(const Entry *a, const Entry *b)
{
	return a->len == b->len && strncmp(a->text, b->text, a->len) == 0;
}

static void
add_entry(DbmigBuf *buf, const char *before, const char *text, size_t len)
{
	if (buf->len > 0)
		dbmig_buf_add(buf, ", ");
	dbmig_buf_add(buf, before);
	dbmig_buf_addn(buf, text, len);
}

/* True when what SET leads to is in the order of to: it takes out what it
 * names, and adds it at the end. */
static bool
keeps_order(Dbmig *d, const char *from, const char *to, const char *set)
{
	DbmigBuf	result;
	Entry		entry;
	Entry		other;

	dbmig_buf_init(&result, d);
	while (next_entry(&from, &entry))
	{
		if (find_entry(to, &entry, &other) &&
			!find_entry(set, &entry, &other))
			add_entry(&result, "", entry.text, entry.len);
	}
	while (next_entry(&set, &entry))
		add_entry(&result, "", entry.text, entry.len);
	return strcmp(result.text, to) == 0;
}

/* The order counts, as pg_dump writes it: where it would come out otherwise
 * all are reset. */
void
dbmig_pg_option_lists(Dbmig *d, const char *from, const char *to,
					  const char **set, const char **reset)
{
	const char *at = to;
	DbmigBuf	sets;
	DbmigBuf	resets;
	Entry		entry;
	Entry		other;

	dbmig_buf_init(&sets, d);
	dbmig_buf_init(&resets, d);
	while (next_entry(&at, &entry))
	{
		if (!find_entry(from, &entry, &other) || !same_entry(&entry, &other))
			add_entry(&sets, "", entry.text, entry.len);
	}
	at = from;
	while (next_entry(&at, &entry))
	{
		if (!find_entry(to, &entry, &other))
			add_entry(&resets, "", entry.text, entry.name_len);
	}
	*set = sets.len == 0 ? NULL : sets.text;
	*reset = resets.len == 0 ? NULL : resets.text;
	if (from == NULL || to == NULL || keeps_order(d, from, to, *set))
		return;
	*set = to;
	dbmig_buf_init(&resets, d);
	while (next_entry(&from, &entry))
		add_entry(&resets, "", entry.text, entry.name_len);
	*reset = resets.text;
}

const char *
dbmig_pg_join_lists(Dbmig *d, const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == NULL ? b : a;
	return dbmig_printf(d, "%s, %s", a, b);
}

void
dbmig_pg_foreign_options(Dbmig *d, DbmigBuf *sql, const char *from,
						 const char *to)
{
	const char *at = to;
	DbmigBuf	list;
	Entry		entry;
	Entry		other;

	dbmig_buf_init(&list, d);
	while (next_entry(&at, &entry))
	{
		if (!find_entry(from, &entry, &other))
			add_entry(&list, "ADD ", entry.text, entry.len);
		else if (!same_entry(&entry, &other))
			add_entry(&list, "SET ", entry.text, entry.len);
	}
	at = from;
	while (next_entry(&at, &entry))
	{
		if (!find_entry(to, &entry, &other))
			add_entry(&list, "DROP ", entry.text, entry.name_len);
	}
	dbmig_buf_add(sql, list.text);
}
