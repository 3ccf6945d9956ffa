/*
 * source.c
 *	  Where migrations come from: a folder or a JSON array.
 *
 * Owns the questions and answers, the JSON array, and the names of
 * migrations.  Which files of a folder count is for layout.c.
 */
#include "source.h"

#include "layout.h"

#include <string.h>

#define NAME_BYTES 255

struct DbmigSource
{
	Dbmig	   *d;
	const char *path;			/* of the folder, without slashes at its end */
	const char **folders;		/* to list: "" for the folder itself, then
								 * those in it */
	size_t		nfolders;
	size_t		capacity;
	size_t		listed;
	DbmigLayout layout;
	DbmigMigrations *migrations;
};

/* The two forms of an element. */
typedef enum Form
{
	FORM_MIGRATION,
	FORM_FILE,
	FORM_NONE
} Form;

typedef enum Field
{
	FIELD_NAME,
	FIELD_UP,
	FIELD_DOWN,
	FIELD_PATH,
	FIELD_TEXT,
	FIELDS
} Field;

static const struct
{
	const char *key;
	Form		form;
	bool		optional;
}			fields[FIELDS] =

{
	[FIELD_NAME] = {"name", FORM_MIGRATION, false},
	[FIELD_UP] = {"up", FORM_MIGRATION, false},
	[FIELD_DOWN] = {"down", FORM_MIGRATION, true},
	[FIELD_PATH] = {"path", FORM_FILE, false},
	[FIELD_TEXT] = {"text", FORM_FILE, false},
};

bool
dbmig_name_check(Dbmig *d, const char *name)
{
	size_t		len = strlen(name);
	size_t		bad;
	const char *c = name;

	if (!dbmig_ok(d))
		return false;
	while ((unsigned char) *c >= 0x20 && strchr("'\"`\\\x7f", *c) == NULL)
		c++;
	if (len == 0)
		dbmig_fail(d, DBMIG_BAD_ARGUMENT, "the name of a migration is empty");
	else if (!dbmig_utf8_valid(name, len, &bad))
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "the name of a migration is not valid UTF-8");
	else if (len > NAME_BYTES)
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "the name of migration \"%s\" is longer than %d bytes",
				   dbmig_show(d, name), NAME_BYTES);
	else if (*c != '\0')
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "the name of migration \"%s\" contains a %s",
				   dbmig_show(d, name),
				   (unsigned char) *c < 0x20 || *c == 0x7f ?
				   "control character" : *c == '\\' ? "backslash" : "quote");
	return dbmig_ok(d);
}

/* ---- the JSON array ---- */

/* The field that member is; FIELDS after an error. */
static Field
find_field(Dbmig *d, const DbmigJson *member, size_t number, Form *form)
{
	Field		i;

	for (i = FIELD_NAME; i < FIELDS; i++)
	{
		if (strcmp(fields[i].key, member->key) == 0)
			break;
	}
	if (i == FIELDS)
	{
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "element %zu of source has unknown key \"%s\"", number,
				   dbmig_show(d, member->key));
		dbmig_hint(d, "An element is {\"name\", \"up\", \"down\"} or "
				   "{\"path\", \"text\"}.");
		return i;
	}
	if (*form == FORM_NONE)
		*form = fields[i].form;
	if (*form == fields[i].form)
		return i;
	dbmig_fail(d, DBMIG_BAD_ARGUMENT,
			   "source mixes migrations and files: element %zu has key \"%s\"",
			   number, fields[i].key);
	dbmig_hint(d, "The elements all are {\"name\", \"up\", \"down\"} or all "
			   "are {\"path\", \"text\"}.");
	return FIELDS;
}

static void
read_member(Dbmig *d, const DbmigJson *member, size_t number, Form *form,
			const char *values[])
{
	Field		i = find_field(d, member, number, form);

	if (i == FIELDS || (fields[i].optional &&
						member->kind == DBMIG_JSON_NULL))
		return;
	if (member->kind == DBMIG_JSON_STRING)
		values[i] = member->text;
	else
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "key \"%s\" of element %zu of source must be a string, "
				   "not %s", member->key, number, dbmig_json_kind(member));
}

/* Sets values[], by field, to the texts of an element. */
static bool
read_element(Dbmig *d, const DbmigJson *element, size_t number, Form *form,
			 const char *values[])
{
	size_t		i;

	if (element->kind != DBMIG_JSON_OBJECT)
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "element %zu of source must be an object, not %s", number,
				   dbmig_json_kind(element));
	for (i = 0; i < element->count && dbmig_ok(d); i++)
		read_member(d, &element->members[i], number, form, values);
	if (*form == FORM_NONE)
		*form = FORM_MIGRATION;
	for (i = 0; i < FIELDS && dbmig_ok(d); i++)
	{
		if (fields[i].form == *form && !fields[i].optional &&
			values[i] == NULL)
			dbmig_fail(d, DBMIG_BAD_ARGUMENT,
					   "element %zu of source has no key \"%s\"", number,
					   fields[i].key);
	}
	return dbmig_ok(d);
}

static void
add_migration(DbmigSource *source, const char *name, const char *up,
			  const char *down)
{
	DbmigMigration *migration;

	if (!dbmig_name_check(source->d, name))
		return;
	migration = dbmig_migration_add(source->d, source->migrations, name);
	if (migration == NULL)
		return;
	migration->up = up;
	migration->down = down;
	migration->checksum = dbmig_checksum(source->d, up, strlen(up));
}

/* path without empty and "." components. */
static const char *
clean_path(Dbmig *d, const char *path)
{
	DbmigBuf	buf;
	size_t		len;

	dbmig_buf_init(&buf, d);
	for (; *path != '\0'; path += len + (path[len] == '/'))
	{
		len = strcspn(path, "/");
		if (len == 0 || (len == 1 && *path == '.'))
			continue;
		if (buf.len > 0)
			dbmig_buf_addc(&buf, '/');
		dbmig_buf_addn(&buf, path, len);
	}
	return buf.text;
}

/* The bytes of the folders that a and b begin with, at most len. */
static size_t
common_folder(const char *a, const char *b, size_t len)
{
	size_t		i;
	size_t		common = 0;

	for (i = 0; i < len && a[i] != '\0' && a[i] == b[i]; i++)
	{
		if (a[i] == '/')
			common = i + 1;
	}
	return common;
}

/* Takes off the folders that all paths begin with and adds the files. */
static void
add_files(DbmigSource *source, const char *const *paths,
		  const char *const *texts, size_t count)
{
	const char *first = NULL;
	size_t		common = 0;
	size_t		len;
	size_t		i;

	for (i = 0; i < count; i++)
	{
		if (!dbmig_layout_root(paths[i], &len))
			continue;
		if (first == NULL || len < common)
			common = len;
		if (first == NULL)
			first = paths[i];
		common = common_folder(first, paths[i], common);
	}
	for (i = 0; i < count; i++)
	{
		if (dbmig_layout_root(paths[i], &len))
			dbmig_layout_add(&source->layout, paths[i] + common, texts[i]);
	}
}

static void
read_array(DbmigSource *source, const DbmigJson *array)
{
	Dbmig	   *d = source->d;
	size_t		size = array->count * sizeof(char *);
	const char **paths = dbmig_alloc(d, size);
	const char **texts = dbmig_alloc(d, size);
	Form		form = FORM_NONE;
	size_t		i;

	for (i = 0; i < array->count && dbmig_ok(d); i++)
	{
		const char *values[FIELDS] = {NULL};

		if (!read_element(d, &array->members[i], i + 1, &form, values))
			return;
		if (form == FORM_MIGRATION)
			add_migration(source, values[FIELD_NAME], values[FIELD_UP],
						  values[FIELD_DOWN]);
		else
		{
			paths[i] = clean_path(d, values[FIELD_PATH]);
			texts[i] = values[FIELD_TEXT];
		}
	}
	if (dbmig_ok(d) && form == FORM_FILE)
		add_files(source, paths, texts, array->count);
	source->layout.planned = form != FORM_FILE;
}

/* ---- beginning ---- */

static DbmigSource *
new_source(Dbmig *d)
{
	DbmigSource *source = dbmig_alloc(d, sizeof(*source));

	if (source == NULL)
		return NULL;
	source->d = d;
	source->migrations = dbmig_alloc(d, sizeof(*source->migrations));
	return source->migrations != NULL ? source : NULL;
}

static DbmigSource *
begin_array(Dbmig *d, const DbmigJson *json)
{
	DbmigSource *source = new_source(d);

	if (source == NULL)
		return NULL;
	dbmig_layout_begin(&source->layout, d, "source");
	if (json->kind == DBMIG_JSON_ARRAY)
		read_array(source, json);
	else
		dbmig_fail(d, DBMIG_BAD_ARGUMENT,
				   "source must be a JSON array, not %s",
				   dbmig_json_kind(json));
	return dbmig_ok(d) ? source : NULL;
}

static void
add_folder(DbmigSource *source, const char *name)
{
	if (dbmig_grow(source->d, (void **) &source->folders, &source->capacity,
				   source->nfolders, sizeof(*source->folders)))
		source->folders[source->nfolders++] = dbmig_strdup(source->d, name);
}

static DbmigSource *
begin_folder(Dbmig *d, const char *path)
{
	DbmigSource *source = new_source(d);
	size_t		len = strlen(path);
	size_t		bad;

	if (source == NULL)
		return NULL;
	if (len == 0)
		dbmig_fail(d, DBMIG_BAD_ARGUMENT, "source is empty");
	else if (!dbmig_utf8_valid(path, len, &bad))
		dbmig_fail(d, DBMIG_BAD_ARGUMENT, "source is not valid UTF-8");
	if (!dbmig_ok(d))
	{
		dbmig_hint(d, "It is the path of a folder or a JSON array.");
		return NULL;
	}
	while (len > 1 && path[len - 1] == '/')
		len--;
	source->path = dbmig_strndup(d, path, len);
	dbmig_layout_begin(&source->layout, d,
					   dbmig_printf(d, "folder \"%s\"", dbmig_show(d, path)));
	add_folder(source, "");
	return dbmig_ok(d) ? source : NULL;
}

DbmigSource *
dbmig_source_begin(Dbmig *d, const char *text)
{
	const char *first = text + strspn(text, " \t\r\n");
	const DbmigJson *json;

	if (!dbmig_ok(d))
		return NULL;
	/* An object is no array, but even less the path of a folder. */
	if (*first != '[' && *first != '{')
		return begin_folder(d, text);
	json = dbmig_json_parse(d, "source", text);
	return json != NULL ? begin_array(d, json) : NULL;
}

DbmigSource *
dbmig_source_begin_json(Dbmig *d, const DbmigJson *json)
{
	if (!dbmig_ok(d))
		return NULL;
	return json->kind == DBMIG_JSON_STRING ?
		dbmig_source_begin(d, json->text) : begin_array(d, json);
}

/* ---- questions and answers ---- */

static const char *
path_below(const DbmigSource *source, const char *name)
{
	const char *slash = "/";

	if (name[0] == '\0' || source->path[strlen(source->path) - 1] == '/')
		slash = "";
	return dbmig_concat(source->d, source->path, slash, name);
}

bool
dbmig_source_next(DbmigSource *source, DbmigOp *op)
{
	DbmigFile  *file;

	if (source == NULL || !dbmig_ok(source->d))
		return false;
	memset(op, 0, sizeof(*op));
	if (source->listed < source->nfolders)
	{
		op->kind = DBMIG_OP_LIST;
		op->text = path_below(source, source->folders[source->listed++]);
		return dbmig_ok(source->d);
	}
	file = dbmig_layout_wanted(&source->layout);
	if (file == NULL)
		return false;
	op->kind = DBMIG_OP_READ;
	op->text = path_below(source, file->path);
	return dbmig_ok(source->d);
}

void
dbmig_source_entry(DbmigSource *source, const char *name, bool is_folder)
{
	const char *folder;

	if (!dbmig_ok(source->d) || source->listed == 0 || name[0] == '.')
		return;
	folder = source->folders[source->listed - 1];
	if (!is_folder)
		dbmig_layout_add(&source->layout,
						 dbmig_concat(source->d, folder,
									  folder[0] != '\0' ? "/" : "", name),
						 NULL);
	else if (folder[0] == '\0')
		add_folder(source, name);
}

void
dbmig_source_content(DbmigSource *source, const char *bytes, size_t len)
{
	dbmig_layout_content(&source->layout, bytes, len);
}

static void
check_twice(DbmigSource *source)
{
	Dbmig	   *d = source->d;
	DbmigMigration *items = source->migrations->items;
	const DbmigMigration *before;
	DbmigMap	by_name;
	size_t		i;

	dbmig_map_init(&by_name, d);
	for (i = 0; i < source->migrations->count && dbmig_ok(d); i++)
	{
		before = dbmig_map_put(&by_name, items[i].name, &items[i]);
		if (before == NULL)
			continue;
		dbmig_fail(d, DBMIG_BAD_ARGUMENT, "%s has migration \"%s\" twice",
				   source->layout.what, dbmig_show(d, items[i].name));
		dbmig_detail(d, "It is migration %zu and migration %zu.",
					 (size_t) (before - items) + 1, i + 1);
	}
}

const DbmigMigrations *
dbmig_source_end(DbmigSource *source)
{
	if (source == NULL || !dbmig_ok(source->d))
		return NULL;
	dbmig_layout_build(&source->layout, source->migrations);
	if (dbmig_ok(source->d))
		check_twice(source);
	return dbmig_ok(source->d) ? source->migrations : NULL;
}
