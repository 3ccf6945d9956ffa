/*
 * modeltext.c
 *	  Models as text: docs/model.md, byte by byte.
 *
 * Knows no kind and no attribute.  What it writes it reads, and nothing of a
 * model is lost on the way.
 */
#include "model.h"

#include <string.h>

/* What stands after a backslash, and for which byte. */
static const char escapes[] = "\nn\tt\rr\"\"\\\\";
static const char digits[] = "0123456789abcdef";

/* ---- writing ---- */

static bool
is_plain(char c)
{
	return (unsigned char) c >= 0x20 && c != '"' && c != '\\';
}

static void
write_escape(DbmigBuf *buf, char c)
{
	const char *escape = escapes;

	while (*escape != '\0' && *escape != c)
		escape += 2;
	dbmig_buf_addc(buf, '\\');
	if (*escape != '\0')
	{
		dbmig_buf_addc(buf, escape[1]);
		return;
	}
	dbmig_buf_add(buf, "u00");
	dbmig_buf_addc(buf, digits[(unsigned char) c >> 4]);
	dbmig_buf_addc(buf, digits[(unsigned char) c & 15]);
}

/* Adds text, escaped, between before and after, which end with and begin with
 * its quotes. */
static void
write_quoted(DbmigBuf *buf, const char *before, const char *text,
			 const char *after)
{
	const char *end;

	dbmig_buf_add(buf, before);
	while (*text != '\0')
	{
		for (end = text; is_plain(*end); end++)
			;
		dbmig_buf_addn(buf, text, (size_t) (end - text));
		if (*end != '\0')
			write_escape(buf, *end++);
		text = end;
	}
	dbmig_buf_add(buf, after);
}

/* True when the key needs no quotes. */
static bool
is_word(const char *key)
{
	size_t		i;

	for (i = 0; key[i] != '\0'; i++)
	{
		if (key[i] != '_' && (key[i] < 'a' || key[i] > 'z') &&
			(i == 0 || !dbmig_is_digit(key[i])))
			return false;
	}
	return i > 0 && strcmp(key, "sql") != 0 && strcmp(key, "needs") != 0;
}

static void
write_tabs(DbmigBuf *buf, size_t count)
{
	/* One for each object that can be around the line. */
	static const char tabs[DBMIG_MODEL_DEPTH + 1] = "\t\t\t\t\t\t\t\t";

	dbmig_buf_addn(buf, tabs, count);
}

static void
write_attribute(DbmigBuf *buf, size_t depth, const DbmigAttribute *attribute)
{
	write_tabs(buf, depth);
	if (is_word(attribute->key))
		dbmig_buf_add(buf, attribute->key);
	else
		write_quoted(buf, "\"", attribute->key, "\"");
	write_quoted(buf, " = \"", attribute->value, "\"\n");
}

/* The kind and the id of an object, of its owners before. */
static void
write_path(DbmigBuf *buf, const DbmigObject *object)
{
	if (object->owner != NULL)
	{
		write_path(buf, object->owner);
		dbmig_buf_addc(buf, ' ');
	}
	dbmig_buf_add(buf, object->kind->name);
	write_quoted(buf, " \"", object->id, "\"");
}

/* The line that begins an object. */
static void
write_head(DbmigBuf *buf, size_t depth, const DbmigObject *object, bool name)
{
	write_tabs(buf, depth);
	dbmig_buf_add(buf, object->kind->name);
	write_quoted(buf, " \"", object->id, name ? "\" \"" : "\"\n");
	if (name)
		write_quoted(buf, "", object->name, "\"\n");
}

/* The canonical text.  Recursion is as deep as objects are. */
static void
write_canonical(DbmigBuf *buf, size_t depth, const DbmigObject *object)
{
	size_t		i;

	write_head(buf, depth, object, false);
	for (i = 0; i < object->nattributes; i++)
		write_attribute(buf, depth + 1, &object->attributes[i]);
	for (i = 0; i < object->nparts; i++)
		write_canonical(buf, depth + 1, object->parts[i]);
}

static void
write_sql_and_needs(DbmigBuf *buf, size_t depth, const DbmigObject *object)
{
	size_t		i;

	if (object->sql != NULL)
	{
		write_tabs(buf, depth);
		write_quoted(buf, "sql = \"", object->sql, "\"\n");
	}
	for (i = 0; i < object->nneeds; i++)
	{
		write_tabs(buf, depth);
		dbmig_buf_add(buf, "needs = ");
		write_path(buf, object->needs[i]);
		dbmig_buf_addc(buf, '\n');
	}
}

static int
compare_positions(const DbmigObject *a, const DbmigObject *b)
{
	return a->position < b->position ? -1 : a->position > b->position;
}

/* The parts as they were added; NULL without memory. */
static DbmigObject **
added_parts(Dbmig *d, const DbmigObject *object)
{
	size_t		size = object->nparts * sizeof(DbmigObject *);
	DbmigObject **parts = dbmig_alloc(d, size);

	if (parts == NULL)
		return NULL;
	if (size > 0)
		memcpy(parts, object->parts, size);
	dbmig_objects_sort(d, parts, object->nparts, compare_positions);
	return parts;
}

/* All of an object.  Recursion is as deep as objects are. */
static void
write_object(DbmigBuf *buf, size_t depth, const DbmigObject *object)
{
	DbmigObject **parts = added_parts(buf->d, object);
	size_t		i;

	if (parts == NULL)
		return;
	write_head(buf, depth, object, strcmp(object->id, object->name) != 0);
	for (i = 0; i < object->nattributes; i++)
		write_attribute(buf, depth + 1, &object->attributes[i]);
	write_sql_and_needs(buf, depth + 1, object);
	for (i = 0; i < object->nparts; i++)
		write_object(buf, depth + 1, parts[i]);
}

const char *
dbmig_model_write(const DbmigModel *model)
{
	DbmigBuf	buf;
	size_t		i;

	if (model == NULL)
		return "";
	dbmig_buf_init(&buf, model->d);
	for (i = 0; i < model->count && dbmig_ok(model->d); i++)
		write_object(&buf, 0, model->items[i]);
	return buf.text;
}

/* All that belongs to an object is indented, and no text has a line end. */
const char *
dbmig_model_first(Dbmig *d, const char *text, const char *kind)
{
	size_t		len = strlen(kind);
	const char *end = text;

	while (*end == '\t' || (strncmp(end, kind, len) == 0 &&
							strncmp(end + len, " \"", 2) == 0))
	{
		end += strcspn(end, "\n");
		end += *end == '\n';
	}
	return dbmig_strndup(d, text, (size_t) (end - text));
}

void
dbmig_object_write(DbmigBuf *buf, const DbmigObject *object)
{
	write_canonical(buf, 0, object);
}

const char *
dbmig_object_text(DbmigModel *model, DbmigObject *object)
{
	DbmigBuf   *scratch = &model->scratch;

	if (object->text != NULL)
		return object->text;
	scratch->len = 0;
	dbmig_object_write(scratch, object);
	if (!dbmig_ok(model->d))
		return "";
	object->text = dbmig_strndup(model->d, scratch->text, scratch->len);
	return object->text;
}

/* ---- reading ---- */

/* A need: the object may come later in the text. */
typedef struct Need
{
	DbmigObject *object;
	char	   *path;
	int			line;
} Need;

typedef struct Reader
{
	Dbmig	   *d;
	DbmigModel *model;
	const char *what;
	int			line;
	size_t		depth;			/* of the line; how many owners it has */
	DbmigObject *owners[DBMIG_MODEL_DEPTH];
	Need	   *needs;
	size_t		nneeds;
	size_t		capacity;
} Reader;

static void
bad_line(const Reader *r, const char *problem)
{
	dbmig_fail(r->d, DBMIG_BAD_SYNTAX, "%s, line %d: %s", r->what, r->line,
			   problem);
}

static int
digit_value(char c)
{
	const char *digit = c == '\0' ? NULL : strchr(digits, c);

	return digit == NULL ? -1 : (int) (digit - digits);
}

/* Reads what stands after a backslash; NULL when that is no escape. */
static char *
read_escape(char *at, char *c)
{
	const char *escape = escapes;
	int			high;
	int			low;

	while (*escape != '\0' && escape[1] != *at)
		escape += 2;
	*c = *escape;
	if (*escape != '\0')
		return at + 1;
	if (strncmp(at, "u00", 3) != 0)
		return NULL;
	high = digit_value(at[3]);
	low = high < 0 ? -1 : digit_value(at[4]);
	if (low < 0 || high > 1 || high + low == 0)
		return NULL;
	*c = (char) (high * 16 + low);
	return at + 5;
}

/* Reads a string in its place, which it never outgrows; NULL when *at is
 * none.  *at is then what follows. */
static char *
read_string(const Reader *r, char **at)
{
	char	   *in = *at + 1;
	char	   *start = in;
	char	   *out = in;

	if (**at != '"')
	{
		bad_line(r, "a string is missing");
		return NULL;
	}
	while (is_plain(*in) || *in == '\\')
	{
		if (*in != '\\')
			*out++ = *in++;
		else if ((in = read_escape(in + 1, out++)) == NULL)
		{
			bad_line(r, "invalid escape in a string");
			return NULL;
		}
	}
	if (*in != '"')
	{
		bad_line(r, *in == '\0' ? "unterminated string" :
				 "control character in a string");
		return NULL;
	}
	*out = '\0';
	*at = in + 1;
	return start;
}

/* Reads a kind and an id; false when *at is none.  *at is then what
 * follows. */
static bool
read_step(const Reader *r, char **at, const DbmigKind **kind, char **id)
{
	char	   *name = *at;
	char	   *quote = strchr(name, '"');

	if (quote == NULL || quote == name || quote[-1] != ' ')
	{
		bad_line(r, "kind and name of an object are missing");
		return false;
	}
	quote[-1] = '\0';
	*kind = dbmig_kind(r->model->dialect, name);
	if (*kind == NULL)
	{
		bad_line(r, dbmig_printf(r->d, "there is no kind \"%s\"",
								 dbmig_show(r->d, name)));
		return false;
	}
	*at = quote;
	*id = read_string(r, at);
	return *id != NULL;
}

static bool
at_end(const Reader *r, const char *at)
{
	if (*at != '\0')
		bad_line(r, "text after the end of a string");
	return *at == '\0';
}

static void
add_object(Reader *r, const DbmigKind *kind, const char *id, const char *name)
{
	DbmigObject *owner = r->depth == 0 ? NULL : r->owners[r->depth - 1];
	const char *problem = NULL;

	if (kind->part && owner == NULL)
		problem = "%s \"%s\" has no owner";
	else if (!kind->part && owner != NULL)
		problem = "%s \"%s\" is part of nothing";
	else if (r->depth == DBMIG_MODEL_DEPTH)
		problem = "%s \"%s\" is nested too deeply";
	else if (dbmig_model_find(r->model, kind, owner, id) != NULL)
		problem = "%s \"%s\" is there twice";
	if (problem != NULL)
	{
		bad_line(r, dbmig_printf(r->d, problem, kind->name,
								 dbmig_show(r->d, id)));
		return;
	}
	r->owners[r->depth++] = dbmig_model_add(r->model, kind, owner, id, name);
}

static void
read_object(Reader *r, char *at)
{
	const DbmigKind *kind;
	char	   *id;
	char	   *name;

	if (!read_step(r, &at, &kind, &id))
		return;
	name = id;
	if (*at == ' ')
	{
		at++;
		name = read_string(r, &at);
	}
	if (name != NULL && at_end(r, at))
		add_object(r, kind, id, name);
}

/* The object that the line is about; NULL (and the error) when there is
 * none. */
static DbmigObject *
owner_of_line(const Reader *r)
{
	if (r->depth == 0)
	{
		bad_line(r, "an attribute of nothing");
		return NULL;
	}
	return r->owners[r->depth - 1];
}

static void
read_attribute(Reader *r, const char *key, char *at)
{
	DbmigObject *object = owner_of_line(r);
	char	   *value = object == NULL ? NULL : read_string(r, &at);

	if (value == NULL || !at_end(r, at))
		return;
	if (dbmig_object_get(object, key) != NULL)
		bad_line(r, dbmig_printf(r->d, "attribute \"%s\" is there twice",
								 dbmig_show(r->d, key)));
	dbmig_object_set(r->model, object, key, value);
}

static void
read_sql(Reader *r, char *at)
{
	DbmigObject *object = owner_of_line(r);
	char	   *sql = object == NULL ? NULL : read_string(r, &at);

	if (sql == NULL || !at_end(r, at))
		return;
	if (object->sql != NULL)
		bad_line(r, "sql is there twice");
	object->sql = sql;
}

static void
read_need(Reader *r, char *at)
{
	DbmigObject *object = owner_of_line(r);
	Need		need = {object, at, r->line};

	if (object != NULL &&
		dbmig_grow(r->d, (void **) &r->needs, &r->capacity, r->nneeds,
				   sizeof(Need)))
		r->needs[r->nneeds++] = need;
}

/* Reads a line that is about an object, and does not begin one. */
static void
read_property(Reader *r, char *at)
{
	bool		quoted = *at == '"';
	char	   *key = quoted ? read_string(r, &at) : at;

	if (key == NULL)
		return;
	if (!quoted)
		at = at + strcspn(at, " ");
	if (strncmp(at, " = ", 3) != 0)
	{
		bad_line(r, "neither an object nor an attribute");
		return;
	}
	*at = '\0';
	at += 3;
	if (quoted || is_word(key))
		read_attribute(r, key, at);
	else if (strcmp(key, "sql") == 0)
		read_sql(r, at);
	else if (strcmp(key, "needs") == 0)
		read_need(r, at);
	else
		bad_line(r, dbmig_printf(r->d, "key \"%s\" needs quotes",
								 dbmig_show(r->d, key)));
}

static void
read_line(Reader *r, char *at)
{
	size_t		depth = strspn(at, "\t");
	char	   *sign;

	at += depth;
	if (*at == '\0' || *at == '#')
		return;
	if (depth > r->depth)
	{
		bad_line(r, "too many tabs");
		return;
	}
	r->depth = depth;
	sign = strpbrk(at, "\"=");
	if (sign != NULL && sign != at && *sign == '"')
		read_object(r, at);
	else
		read_property(r, at);
}

static void
resolve_need(Reader *r, const Need *need)
{
	DbmigObject *object = NULL;
	const DbmigKind *kind;
	char	   *at = need->path;
	char	   *id;

	r->line = need->line;
	for (;;)
	{
		if (!read_step(r, &at, &kind, &id))
			return;
		object = dbmig_model_find(r->model, kind, object, id);
		if (object == NULL)
		{
			bad_line(r, dbmig_printf(r->d, "there is no %s \"%s\"",
									 kind->name, dbmig_show(r->d, id)));
			return;
		}
		if (*at != ' ')
			break;
		at++;
	}
	if (at_end(r, at))
		dbmig_object_need(r->model, need->object, object);
}

DbmigModel *
dbmig_model_read(Dbmig *d, const DbmigDialect *dialect, const char *what,
				 const char *text)
{
	Reader		r = {.d = d, .what = what};
	char	   *at;
	char	   *end;
	size_t		i;

	r.model = dbmig_model_new(d, dialect);
	/* The model's strings are this copy's. */
	at = dbmig_strdup(d, text);
	for (; dbmig_ok(d) && *at != '\0'; at = end)
	{
		r.line++;
		end = at + strcspn(at, "\n");
		if (*end == '\n')
			*end++ = '\0';
		read_line(&r, at);
	}
	for (i = 0; dbmig_ok(d) && i < r.nneeds; i++)
		resolve_need(&r, &r.needs[i]);
	if (!dbmig_ok(d))
		return NULL;
	dbmig_model_finish(r.model);
	return dbmig_ok(d) ? r.model : NULL;
}
