/*
 * core.c
 *	  Memory and errors of a unit of work.
 *
 * The arena is a list of chunks, each a block from the host.  Nothing is given
 * back before the end, so nothing can be used after it was.
 */
#include "core.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A chunk holds at least this much; what is larger gets one of its own.  Tests
 * set both to 1: then each item is a block that a sanitizer guards. */
#ifndef CHUNK_SIZE
#define CHUNK_SIZE ((size_t) 8192)
#define CHUNK_LARGEST ((size_t) 1 << 20)
#endif

struct DbmigArena
{
	DbmigArena *older;
	size_t		used;
	size_t		size;
	max_align_t bytes[];
};

static const struct
{
	DbmigCode	code;
	const char *sqlstate;
}			sqlstates[] =

{
	{DBMIG_OK, "00000"},
	{DBMIG_NO_MEMORY, "53200"},
	{DBMIG_BAD_ARGUMENT, "22023"},
	{DBMIG_BAD_JSON, "22032"},
	{DBMIG_BAD_SYNTAX, "42601"},
	{DBMIG_REFUSED, "0A000"},
	{DBMIG_WRONG_STATE, "55000"},
	{DBMIG_NOT_FOUND, "42704"},
	{DBMIG_DATA_LOSS, "2BP01"},
	{DBMIG_DATA_CONFLICT, "23000"},
	{DBMIG_TOO_LARGE, "54000"},
	{DBMIG_INTERRUPTED, "57014"},
	{DBMIG_ENGINE, "XX000"},
	{DBMIG_INTERNAL, "XX000"},
};

const char *
dbmig_sqlstate(DbmigCode code)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(sqlstates); i++)
	{
		if (sqlstates[i].code == code)
			return sqlstates[i].sqlstate;
	}
	return "XX000";
}

Dbmig *
dbmig_begin(const DbmigHost *host)
{
	Dbmig	   *d = host->allocate(host->context, sizeof(Dbmig));

	if (d == NULL)
		return NULL;
	memset(d, 0, sizeof(*d));
	d->host = *host;
	return d;
}

void
dbmig_end(Dbmig *d)
{
	DbmigArena *chunk;
	DbmigArena *older;
	DbmigHost	host;

	if (d == NULL)
		return;
	host = d->host;
	for (chunk = d->arena; chunk != NULL; chunk = older)
	{
		older = chunk->older;
		host.release(host.context, chunk);
	}
	host.release(host.context, d);
}

static DbmigArena *
add_chunk(Dbmig *d, size_t size)
{
	size_t		least = CHUNK_SIZE;
	DbmigArena *chunk;

	/* Chunks double, so that their number stays small. */
	if (d->arena != NULL && d->arena->size < CHUNK_LARGEST)
		least = d->arena->size * 2;
	if (size < least)
		size = least;
	if (size > SIZE_MAX - sizeof(DbmigArena))
		return NULL;
	chunk = d->host.allocate(d->host.context, sizeof(DbmigArena) + size);
	if (chunk == NULL)
		return NULL;
	chunk->older = d->arena;
	chunk->used = 0;
	chunk->size = size;
	d->arena = chunk;
	return chunk;
}

void *
dbmig_alloc_bytes(Dbmig *d, size_t size)
{
	const size_t unit = sizeof(max_align_t);
	DbmigArena *chunk = d->arena;
	void	   *block;

	if (size > SIZE_MAX - unit)
	{
		dbmig_fail(d, DBMIG_NO_MEMORY, "out of memory");
		return NULL;
	}
	size = (size + unit - 1) / unit * unit;
	if (chunk == NULL || chunk->size - chunk->used < size)
		chunk = add_chunk(d, size);
	if (chunk == NULL)
	{
		dbmig_fail(d, DBMIG_NO_MEMORY, "out of memory");
		return NULL;
	}
	block = (char *) chunk->bytes + chunk->used;
	chunk->used += size;
	return block;
}

void *
dbmig_alloc(Dbmig *d, size_t size)
{
	void	   *block = dbmig_alloc_bytes(d, size);

	if (block != NULL)
		memset(block, 0, size);
	return block;
}

bool
dbmig_grow(Dbmig *d, void **items, size_t *capacity, size_t count,
		   size_t itemsize)
{
	size_t		larger;
	void	   *moved;

	if (count < *capacity)
		return true;
	larger = *capacity == 0 ? 8 : *capacity * 2;
	if (larger > SIZE_MAX / itemsize)
	{
		dbmig_fail(d, DBMIG_NO_MEMORY, "out of memory");
		return false;
	}
	moved = dbmig_alloc(d, larger * itemsize);
	if (moved == NULL)
		return false;
	if (count > 0)
		memcpy(moved, *items, count * itemsize);
	*items = moved;
	*capacity = larger;
	return true;
}

const DbmigError *
dbmig_error(const Dbmig *d)
{
	return &d->error;
}

static const char *format_text(Dbmig *d, const char *format, va_list args)
			DBMIG_PRINTF(2, 0);

/* The text; NULL (and the error is that there is no memory) without memory. */
static const char *
format_text(Dbmig *d, const char *format, va_list args)
{
	va_list		again;
	int			len;
	char	   *text;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		return format;
	text = dbmig_alloc(d, (size_t) len + 1);
	if (text == NULL)
	{
		d->error.code = DBMIG_NO_MEMORY;
		d->error.message = "out of memory";
		d->error.detail = NULL;
		d->error.hint = NULL;
		return NULL;
	}
	(void) vsnprintf(text, (size_t) len + 1, format, args);
	return text;
}

void
dbmig_fail(Dbmig *d, DbmigCode code, const char *format,...)
{
	va_list		args;
	const char *text;

	if (d->error.code != DBMIG_OK)
		return;
	d->error.code = code;
	d->error.message = format;
	/* Without memory the format is all there is to say. */
	if (code == DBMIG_NO_MEMORY)
		return;
	va_start(args, format);
	text = format_text(d, format, args);
	va_end(args);
	if (text != NULL)
		d->error.message = text;
}

void
dbmig_detail(Dbmig *d, const char *format,...)
{
	va_list		args;

	if (d->error.code == DBMIG_NO_MEMORY || d->error.detail != NULL)
		return;
	va_start(args, format);
	d->error.detail = format_text(d, format, args);
	va_end(args);
}

void
dbmig_hint(Dbmig *d, const char *format,...)
{
	va_list		args;

	if (d->error.code == DBMIG_NO_MEMORY || d->error.hint != NULL)
		return;
	va_start(args, format);
	d->error.hint = format_text(d, format, args);
	va_end(args);
}
