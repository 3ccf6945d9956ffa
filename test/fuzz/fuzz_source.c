/*
 * fuzz_source.c
 *	  Fuzzes the source reader: common/source.c, layout.c, section.c, json.c.
 *
 * Input whose first character is '[' or '{' is a source as it stands.  Other
 * input is a folder: byte 1 ends a file; byte 2 ends its path, with at most
 * one '/', and its bytes follow.  A folder must give the same in whatever
 * order its entries are listed; all names must be valid and differ.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"

#define MAX_FILES 64

#define CHECK(condition) \
	do { \
		if (!(condition)) \
		{ \
			fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

typedef struct File
{
	const char *folder;			/* "" for the folder itself */
	const char *name;
	const char *bytes;
	size_t		len;
} File;

typedef struct Folder
{
	File		files[MAX_FILES];
	size_t		count;
} Folder;

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *
allocate(void *context, size_t size)
{
	(void) context;
	return malloc(size);
}

static void
release(void *context, void *block)
{
	(void) context;
	free(block);
}

static Dbmig *
begin(void)
{
	DbmigHost	host = {.dialect = &dbmig_postgres, .allocate = allocate,
	.release = release};
	Dbmig	   *d = dbmig_begin(&host);

	CHECK(d != NULL);
	return d;
}

/* True when files[0..n) has the path of file. */
static bool
is_known(const File *files, size_t n, const File *file)
{
	size_t		i;

	for (i = 0; i < n; i++)
	{
		if (strcmp(files[i].folder, file->folder) == 0 &&
			strcmp(files[i].name, file->name) == 0)
			return true;
	}
	return false;
}

static void
add_file(Dbmig *d, Folder *folder, const char *text, size_t len)
{
	const char *end = memchr(text, 2, len);
	const char *path;
	char	   *slash;
	File	   *file = &folder->files[folder->count];

	if (end == NULL || end == text)
		return;
	path = dbmig_strndup(d, text, (size_t) (end - text));
	slash = strchr(path, '/');
	file->folder = slash != NULL ? path : "";
	file->name = slash != NULL ? slash + 1 : path;
	if (slash != NULL)
		*slash = '\0';
	file->bytes = end + 1;
	file->len = len - (size_t) (end + 1 - text);
	/* No file system has these. */
	if (*path != '\0' && *file->name != '\0' &&
		strchr(file->name, '/') == NULL &&
		!is_known(folder->files, folder->count, file))
		folder->count++;
}

static Folder *
read_folder(Dbmig *d, const char *text, size_t size)
{
	Folder	   *folder = dbmig_alloc(d, sizeof(*folder));
	const char *end;
	size_t		len;

	while (size > 0 && folder->count < MAX_FILES)
	{
		end = memchr(text, 1, size);
		len = end != NULL ? (size_t) (end - text) : size;
		add_file(d, folder, text, len);
		text += end != NULL ? len + 1 : len;
		size -= end != NULL ? len + 1 : len;
	}
	return folder;
}

static bool
is_first_below(const Folder *folder, size_t at)
{
	size_t		i;

	for (i = 0; i < at; i++)
	{
		if (strcmp(folder->files[i].folder, folder->files[at].folder) == 0)
			return false;
	}
	return true;
}

/* path is below "x". */
static void
list(DbmigSource *source, const Folder *folder, const char *path,
	 bool reversed)
{
	size_t		i;
	size_t		at;
	const File *file;

	path += path[1] == '/' ? 2 : 1;
	for (i = 0; i < folder->count; i++)
	{
		at = reversed ? folder->count - 1 - i : i;
		file = &folder->files[at];
		if (strcmp(file->folder, path) == 0)
			dbmig_source_entry(source, file->name, false);
		else if (*path == '\0' && is_first_below(folder, at))
			dbmig_source_entry(source, file->folder, true);
	}
}

static void
read_file(DbmigSource *source, const Folder *folder, const char *path)
{
	const char *slash = strchr(path + 2, '/');
	const char *name = slash != NULL ? slash + 1 : path + 2;
	size_t		len = slash != NULL ? (size_t) (slash - path - 2) : 0;
	const File *file;
	size_t		i;

	for (i = 0; i < folder->count; i++)
	{
		file = &folder->files[i];
		if (strlen(file->folder) == len &&
			memcmp(file->folder, path + 2, len) == 0 &&
			strcmp(file->name, name) == 0)
		{
			dbmig_source_content(source, file->bytes, file->len);
			return;
		}
	}
	CHECK(!"a file that was listed");
}

static const DbmigMigrations *
run(Dbmig *d, const char *text, const Folder *folder, bool reversed)
{
	DbmigSource *source = dbmig_source_begin(d, text);
	DbmigOp		op;

	while (dbmig_source_next(source, &op))
	{
		CHECK(folder != NULL);
		if (op.kind == DBMIG_OP_LIST)
			list(source, folder, op.text, reversed);
		else
			read_file(source, folder, op.text);
	}
	return dbmig_source_end(source);
}

static void
check_error(const DbmigError *error)
{
	size_t		bad;

	CHECK(error->code == DBMIG_BAD_ARGUMENT ||
		  error->code == DBMIG_BAD_JSON || error->code == DBMIG_NOT_FOUND);
	CHECK(dbmig_utf8_valid(error->message, strlen(error->message), &bad));
	CHECK(strlen(error->message) > 0);
}

static void
check_migrations(Dbmig *d, const DbmigMigrations *migrations)
{
	const DbmigMigration *m;
	size_t		i;
	size_t		j;

	for (i = 0; i < migrations->count; i++)
	{
		m = &migrations->items[i];
		CHECK(dbmig_name_check(d, m->name));
		CHECK(strcmp(m->checksum,
					 dbmig_checksum(d, m->up, strlen(m->up))) == 0);
		CHECK(m->up_line >= 0 && m->down_line >= 0);
		for (j = 0; j < i; j++)
			CHECK(strcmp(m->name, migrations->items[j].name) != 0);
	}
}

static void
check_same_text(const char *a, const char *b)
{
	CHECK((a == NULL) == (b == NULL));
	CHECK(a == NULL || strcmp(a, b) == 0);
}

static void
check_same(const DbmigMigrations *a, const DbmigMigrations *b)
{
	size_t		i;

	CHECK(a->count == b->count);
	for (i = 0; i < a->count; i++)
	{
		check_same_text(a->items[i].name, b->items[i].name);
		check_same_text(a->items[i].up, b->items[i].up);
		check_same_text(a->items[i].down, b->items[i].down);
	}
}

static void
fuzz_folder(const char *text, size_t size)
{
	Dbmig	   *d = begin();
	Dbmig	   *other = begin();
	const Folder *folder = read_folder(d, text, size);
	const DbmigMigrations *there = run(d, "x", folder, false);
	const DbmigMigrations *back = run(other, "x", folder, true);

	CHECK((there == NULL) == (back == NULL));
	check_same_text(dbmig_error(d)->message, dbmig_error(other)->message);
	if (there == NULL)
		check_error(dbmig_error(d));
	else
	{
		check_migrations(d, there);
		check_same(there, back);
	}
	dbmig_end(other);
	dbmig_end(d);
}

static void
fuzz_json(const char *text, size_t size)
{
	Dbmig	   *d = begin();
	const DbmigMigrations *migrations;

	migrations = run(d, dbmig_strndup(d, text, size), NULL, false);
	if (migrations == NULL)
		check_error(dbmig_error(d));
	else
		check_migrations(d, migrations);
	dbmig_end(d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && (data[0] == '[' || data[0] == '{'))
		fuzz_json((const char *) data, size);
	else
		fuzz_folder((const char *) data, size);
	return 0;
}
