/*
 * layout.c
 *	  The files of a folder, and which migrations they are.
 *
 * Owns the layouts: which names count, how they pair, their order.  What is
 * inside of a file is for section.c.  Opens nothing: names and texts come in.
 */
#include "layout.h"

#include "section.h"

#include <stdlib.h>
#include <string.h>

#define JOURNAL "meta/_journal.json"

typedef enum Layout
{
	LAYOUT_FOLDERS,
	LAYOUT_PAIRS,
	LAYOUT_PLAIN,
	LAYOUT_COUNT
} Layout;

typedef enum Role
{
	ROLE_UP,
	ROLE_DOWN
} Role;

/* A name is of the first kind that it ends with; one that begins with '/' is
 * the whole name of a file in a folder. */
static const struct
{
	const char *end;
	Layout		layout;
	Role		role;
}			kinds[] =

{
	{"/up.sql", LAYOUT_FOLDERS, ROLE_UP},
	{"/down.sql", LAYOUT_FOLDERS, ROLE_DOWN},
	{"/migration.sql", LAYOUT_FOLDERS, ROLE_UP},
	{".up.sql", LAYOUT_PAIRS, ROLE_UP},
	{".down.sql", LAYOUT_PAIRS, ROLE_DOWN},
	{".sql", LAYOUT_PLAIN, ROLE_UP},
};

static bool
ends_with(const char *text, size_t len, const char *end)
{
	size_t		endlen = strlen(end);

	return len >= endlen && memcmp(text + len - endlen, end, endlen) == 0;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Is this the name of a file that stands in a folder of its migration? */
static bool
wants_folder(const char *base)
{
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(kinds); i++)
	{
		if (kinds[i].layout == LAYOUT_FOLDERS &&
			strcmp(base, kinds[i].end + 1) == 0)
			return true;
	}
	return false;
}

static bool
is_journal(const char *path)
{
	size_t		len = strlen(path);

	return ends_with(path, len, "/" JOURNAL) || strcmp(path, JOURNAL) == 0;
}

static bool
is_interesting(const char *path)
{
	const char *base = base_name(path);

	return is_journal(path) ||
		(base[0] != '.' && ends_with(base, strlen(base), ".sql"));
}

bool
dbmig_layout_root(const char *path, size_t *len)
{
	const char *base = base_name(path);

	if (!is_interesting(path))
		return false;
	*len = (size_t) (base - path);
	if (*len > 0 && (wants_folder(base) || is_journal(path)))
	{
		(*len)--;
		while (*len > 0 && path[*len - 1] != '/')
			(*len)--;
	}
	return true;
}

/* The kind of a file, the count of kinds when it is none of them. */
static size_t
find_kind(const char *path)
{
	bool		foldered = strchr(path, '/') != NULL;
	size_t		len = strlen(path);
	size_t		i;

	for (i = 0; i < DBMIG_COUNT(kinds); i++)
	{
		if (foldered == (kinds[i].layout == LAYOUT_FOLDERS) &&
			ends_with(path, len, kinds[i].end))
			break;
	}
	if (foldered && strchr(path, '/') != strrchr(path, '/'))
		return DBMIG_COUNT(kinds);
	return i;
}

void
dbmig_layout_begin(DbmigLayout *layout, Dbmig *d, const char *what)
{
	memset(layout, 0, sizeof(*layout));
	layout->d = d;
	layout->what = what;
}

static void
fail_twice(DbmigLayout *layout, const char *path)
{
	dbmig_fail(layout->d, DBMIG_BAD_ARGUMENT, "%s has file \"%s\" twice",
			   layout->what, dbmig_show(layout->d, path));
}

static void
add_journal(DbmigLayout *layout, const char *path, const char *text)
{
	if (layout->journal.path != NULL)
		fail_twice(layout, path);
	layout->journal.path = path;
	layout->journal.text = text;
}

static void
add_file(DbmigLayout *layout, const char *path, const char *text, size_t kind)
{
	Dbmig	   *d = layout->d;
	size_t		len = strlen(path) - strlen(kinds[kind].end);
	DbmigFile  *file;

	if (!dbmig_grow(d, (void **) &layout->files, &layout->capacity,
					layout->count, sizeof(DbmigFile)))
		return;
	file = &layout->files[layout->count++];
	file->path = path;
	file->text = text;
	file->name = dbmig_strndup(d, path, len);
	file->kind = kind;
}

void
dbmig_layout_add(DbmigLayout *layout, const char *path, const char *text)
{
	Dbmig	   *d = layout->d;
	size_t		kind = find_kind(path);
	size_t		bad;

	if (!dbmig_ok(d) || path[0] == '.' || !is_interesting(path))
		return;
	if (!dbmig_utf8_valid(path, strlen(path), &bad))
	{
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "%s has a file whose name is not valid UTF-8",
				   layout->what);
		return;
	}
	if (strcmp(path, JOURNAL) == 0)
		add_journal(layout, path, text);
	else if (kind == DBMIG_COUNT(kinds))
		layout->passed_over = path;
	else
		add_file(layout, path, text, kind);
}

/* ---- order ---- */

/* The leading digits of name without leading zeros. */
static const char *
leading_number(const char *name, size_t *len)
{
	*len = 0;
	while (*name == '0')
		name++;
	while (dbmig_is_digit(name[*len]))
		(*len)++;
	return name;
}

static int
compare_names(const char *a, const char *b)
{
	bool		numbered = dbmig_is_digit(*a);
	size_t		alen;
	size_t		blen;
	const char *anumber = leading_number(a, &alen);
	const char *bnumber = leading_number(b, &blen);
	int			order;

	if (numbered != dbmig_is_digit(*b))
		return numbered ? -1 : 1;
	if (alen != blen)
		return alen < blen ? -1 : 1;
	order = memcmp(anumber, bnumber, alen);
	return order != 0 ? order : strcmp(a, b);
}

/* By migration, its up first. */
static int
compare_files(const void *a, const void *b)
{
	const DbmigFile *x = a;
	const DbmigFile *y = b;
	int			order = compare_names(x->name, y->name);

	if (order != 0)
		return order;
	if (kinds[x->kind].role != kinds[y->kind].role)
		return kinds[x->kind].role == ROLE_UP ? -1 : 1;
	return strcmp(x->path, y->path);
}

static void
sort_files(DbmigLayout *layout)
{
	size_t		i;

	layout->sorted = true;
	if (layout->count > 1)
		qsort(layout->files, layout->count, sizeof(DbmigFile), compare_files);
	for (i = 1; i < layout->count; i++)
	{
		if (strcmp(layout->files[i - 1].path, layout->files[i].path) == 0)
			fail_twice(layout, layout->files[i].path);
	}
}


/* ---- picking ---- */

static DbmigPick *
add_pick(DbmigLayout *layout, const char *name)
{
	DbmigPick  *pick;

	if (!dbmig_name_check(layout->d, name) ||
		!dbmig_grow(layout->d, (void **) &layout->picks,
					&layout->picks_capacity, layout->npicks,
					sizeof(DbmigPick)))
		return NULL;
	pick = &layout->picks[layout->npicks++];
	pick->name = name;
	pick->up = NULL;
	pick->down = NULL;
	return pick;
}

static void
fail_mixed(DbmigLayout *layout, const char *a, const char *b)
{
	dbmig_fail(layout->d, DBMIG_BAD_ARGUMENT,
			   "%s mixes layouts: file \"%s\" and file \"%s\"", layout->what,
			   dbmig_show(layout->d, a), dbmig_show(layout->d, b));
	dbmig_hint(layout->d, "The migrations of a folder all have the same "
			   "layout: pairs of name.up.sql and name.down.sql, files "
			   "name.sql without or with sections, or folders.");
}

static void
fail_empty(DbmigLayout *layout)
{
	const char *passed_over = layout->passed_over == NULL ? NULL :
	dbmig_show(layout->d, layout->passed_over);

	dbmig_fail(layout->d, DBMIG_NOT_FOUND, "%s has no migrations",
			   layout->what);
	if (passed_over != NULL)
		dbmig_hint(layout->d, "File \"%s\" does not count: in a folder of a "
				   "migration it would be up.sql, down.sql or migration.sql.",
				   passed_over);
	else
		dbmig_hint(layout->d, "A migration is a file that ends in .sql or a "
				   "folder with up.sql or migration.sql; check the path.");
}

/* As a migration of its own, a down.sql would be run as an up. */
static void
fail_homeless(DbmigLayout *layout, const char *path)
{
	dbmig_fail(layout->d, DBMIG_BAD_ARGUMENT,
			   "file \"%s\" is not in a folder of its migration", path);
	dbmig_hint(layout->d, "The source is the folder above the folders of the "
			   "migrations.");
}

/* All files must be of one layout, and where it wants them. */
static void
check_files(DbmigLayout *layout)
{
	DbmigFile  *file;
	size_t		i;

	if (layout->count == 0)
		fail_empty(layout);
	for (i = 0; i < layout->count; i++)
	{
		file = &layout->files[i];
		if (kinds[file->kind].layout != kinds[layout->files->kind].layout)
		{
			fail_mixed(layout, layout->files->path, file->path);
			return;
		}
		if (wants_folder(file->path))
		{
			fail_homeless(layout, file->path);
			return;
		}
	}
}

static void
pick_file(DbmigLayout *layout, DbmigPick *pick, DbmigFile *file)
{
	Dbmig	   *d = layout->d;

	if (kinds[file->kind].role == ROLE_DOWN)
		pick->down = file;
	else if (pick->up == NULL)
		pick->up = file;
	else
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "migration \"%s\" has file \"%s\" and file \"%s\"",
				   dbmig_show(d, pick->name), dbmig_show(d, pick->up->path),
				   dbmig_show(d, file->path));
	if (pick->up == NULL)
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "file \"%s\" is a down without an up",
				   dbmig_show(d, file->path));
}

static void
plan_files(DbmigLayout *layout)
{
	DbmigPick  *pick = NULL;
	size_t		i;

	check_files(layout);
	for (i = 0; i < layout->count && dbmig_ok(layout->d); i++)
	{
		if (pick == NULL || strcmp(pick->name, layout->files[i].name) != 0)
			pick = add_pick(layout, layout->files[i].name);
		if (pick != NULL)
			pick_file(layout, pick, &layout->files[i]);
	}
}

/* ---- Drizzle's journal ---- */

static void
fail_journal(DbmigLayout *layout, size_t entry, const char *problem)
{
	dbmig_fail(layout->d, DBMIG_BAD_ARGUMENT,
			   "file \"%s\": entry %zu %s", JOURNAL, entry + 1, problem);
}

static void
pick_entry(DbmigLayout *layout, const DbmigMap *by_path,
		   const DbmigJson *entry, size_t number)
{
	Dbmig	   *d = layout->d;
	const DbmigJson *tag = dbmig_json_get(entry, "tag");
	DbmigPick  *pick;
	const char *path;

	if (tag == NULL || tag->kind != DBMIG_JSON_STRING)
		fail_journal(layout, number, "has no tag");
	else if (strchr(tag->text, '/') != NULL)
		fail_journal(layout, number, "has a tag with a slash");
	if (!dbmig_ok(d) || (pick = add_pick(layout, tag->text)) == NULL)
		return;
	path = dbmig_concat(d, pick->name, ".sql", "");
	pick->up = dbmig_map_get(by_path, path);
	pick->down = dbmig_map_get(by_path,
							   dbmig_concat(d, pick->name, ".down.sql", ""));
	if (pick->up == NULL)
	{
		dbmig_fail(d, DBMIG_NOT_FOUND, "%s has no file \"%s\"", layout->what,
				   dbmig_show(d, path));
		dbmig_detail(d, "File \"%s\" names it in entry %zu.", JOURNAL,
					 number + 1);
	}
}

static void
check_tags(DbmigLayout *layout)
{
	DbmigMap	tags;
	DbmigPick  *pick;
	size_t		i;

	dbmig_map_init(&tags, layout->d);
	for (i = 0; i < layout->npicks && dbmig_ok(layout->d); i++)
	{
		pick = &layout->picks[i];
		if (dbmig_map_put(&tags, pick->name, pick) != NULL)
			dbmig_fail(layout->d, DBMIG_BAD_ARGUMENT,
					   "file \"%s\" names \"%s\" twice", JOURNAL,
					   dbmig_show(layout->d, pick->name));
	}
}

static void
plan_journal(DbmigLayout *layout, const char *text)
{
	const DbmigJson *json = dbmig_json_parse(layout->d,
											 "file \"" JOURNAL "\"", text);
	const DbmigJson *entries;
	DbmigMap	by_path;
	size_t		i;

	if (json == NULL)
		return;
	entries = dbmig_json_get(json, "entries");
	if (entries == NULL || entries->kind != DBMIG_JSON_ARRAY)
	{
		dbmig_fail(layout->d, DBMIG_BAD_ARGUMENT,
				   "file \"%s\" has no array \"entries\"", JOURNAL);
		return;
	}
	dbmig_map_init(&by_path, layout->d);
	for (i = 0; i < layout->count; i++)
		dbmig_map_put(&by_path, layout->files[i].path, &layout->files[i]);
	for (i = 0; i < entries->count && dbmig_ok(layout->d); i++)
		pick_entry(layout, &by_path, &entries->members[i], i);
	if (dbmig_ok(layout->d))
		check_tags(layout);
}

/* ---- reading ---- */

/* Finds out the layout; the file that must be read first, if there is one. */
static DbmigFile *
plan(DbmigLayout *layout)
{
	DbmigFile  *journal = &layout->journal;

	if (!layout->sorted)
		sort_files(layout);
	if (journal->path != NULL && journal->text == NULL)
		return journal;
	layout->planned = true;
	layout->journalled = journal->path != NULL;
	if (layout->journalled)
		plan_journal(layout, journal->text);
	else
		plan_files(layout);
	return NULL;
}

static DbmigFile *
find_unread(DbmigLayout *layout)
{
	DbmigPick  *pick;

	for (; layout->read < layout->npicks; layout->read++)
	{
		pick = &layout->picks[layout->read];
		if (pick->up->text == NULL)
			return pick->up;
		if (pick->down != NULL && pick->down->text == NULL)
			return pick->down;
	}
	return NULL;
}

DbmigFile *
dbmig_layout_wanted(DbmigLayout *layout)
{
	DbmigFile  *file = NULL;

	if (layout->asked != NULL && layout->asked->text == NULL)
		dbmig_fail(layout->d, DBMIG_INTERNAL, "file \"%s\" was not read",
				   dbmig_show(layout->d, layout->asked->path));
	if (!dbmig_ok(layout->d))
		return NULL;
	if (!layout->planned)
		file = plan(layout);
	if (file == NULL && dbmig_ok(layout->d))
		file = find_unread(layout);
	layout->asked = file;
	return dbmig_ok(layout->d) ? file : NULL;
}

void
dbmig_layout_content(DbmigLayout *layout, const char *bytes, size_t len)
{
	Dbmig	   *d = layout->d;
	size_t		bad;

	if (!dbmig_ok(d) || layout->asked == NULL)
		return;
	if (len > 1 && (memcmp(bytes, "\xff\xfe", 2) == 0 ||
					memcmp(bytes, "\xfe\xff", 2) == 0))
		dbmig_fail(d, DBMIG_BAD_ARGUMENT, "file \"%s\" looks like UTF-16: it "
				   "must be UTF-8 text",
				   dbmig_show(d, layout->asked->path));
	else if (len > 0 && !dbmig_utf8_valid(bytes, len, &bad))
		dbmig_fail(d, DBMIG_BAD_ARGUMENT, "file \"%s\" is not UTF-8 text: "
				   "byte %zu is %s", dbmig_show(d, layout->asked->path), bad,
				   bytes[bad] == '\0' ? "NUL" : "of no character");
	else if (len > DBMIG_BUF_MAX)
		dbmig_fail(d, DBMIG_TOO_LARGE, "file \"%s\" is larger than %zu bytes",
				   dbmig_show(d, layout->asked->path), DBMIG_BUF_MAX);
	else
		layout->asked->text = dbmig_strndup(d, len > 0 ? bytes : "", len);
}

/* ---- building ---- */

DbmigMigration *
dbmig_migration_add(Dbmig *d, DbmigMigrations *migrations, const char *name)
{
	DbmigMigration *migration;

	if (!dbmig_grow(d, (void **) &migrations->items, &migrations->capacity,
					migrations->count, sizeof(DbmigMigration)))
		return NULL;
	migration = &migrations->items[migrations->count++];
	memset(migration, 0, sizeof(*migration));
	migration->name = name;
	return migration;
}

/* True when the file had sections. */
static bool
build_one(DbmigLayout *layout, const DbmigPick *pick,
		  DbmigMigration *migration)
{
	bool		plain = kinds[pick->up->kind].layout == LAYOUT_PLAIN;

	if (plain && !layout->journalled &&
		dbmig_section_read(layout->d, pick->up->path, pick->up->text,
						   migration))
		return true;
	migration->up = pick->up->text;
	migration->down = pick->down != NULL ? pick->down->text : NULL;
	return false;
}

void
dbmig_layout_build(DbmigLayout *layout, DbmigMigrations *migrations)
{
	const DbmigPick *first[2] = {NULL, NULL};	/* without, with sections */
	const DbmigPick *pick;
	DbmigMigration *migration;
	bool		sectioned;
	size_t		i;

	for (i = 0; i < layout->npicks; i++)
	{
		pick = &layout->picks[i];
		migration = dbmig_migration_add(layout->d, migrations, pick->name);
		if (migration == NULL)
			return;
		sectioned = build_one(layout, pick, migration);
		if (!dbmig_ok(layout->d))
			return;
		if (first[sectioned] == NULL)
			first[sectioned] = pick;
		migration->checksum = dbmig_checksum(layout->d, migration->up,
											 strlen(migration->up));
	}
	if (first[0] != NULL && first[1] != NULL)
		fail_mixed(layout, first[0]->up->path, first[1]->up->path);
}
