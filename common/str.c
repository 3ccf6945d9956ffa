/*
 * str.c
 *	  Strings: copies, a buffer that grows, quoting, ASCII and UTF-8.
 *
 * Nothing here depends on a locale.
 */
#include "core.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_BYTES 80

char *
dbmig_strndup(Dbmig *d, const char *text, size_t len)
{
	char	   *copy;

	if (len == SIZE_MAX)
	{
		dbmig_fail(d, DBMIG_NO_MEMORY, "out of memory");
		return (char *) "";
	}
	copy = dbmig_alloc_bytes(d, len + 1);
	if (copy == NULL)
		return (char *) "";
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
dbmig_strdup(Dbmig *d, const char *text)
{
	return dbmig_strndup(d, text, strlen(text));
}

char *
dbmig_concat(Dbmig *d, const char *a, const char *b, const char *c)
{
	size_t		alen = strlen(a);
	size_t		blen = strlen(b);
	size_t		clen = strlen(c);
	char	   *text = dbmig_alloc_bytes(d, alen + blen + clen + 1);

	if (text == NULL)
		return (char *) "";
	memcpy(text, a, alen);
	memcpy(text + alen, b, blen);
	memcpy(text + alen + blen, c, clen + 1);
	return text;
}

char *
dbmig_printf(Dbmig *d, const char *format,...)
{
	va_list		args;
	int			len;
	char	   *text;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return (char *) "";
	text = dbmig_alloc_bytes(d, (size_t) len + 1);
	if (text == NULL)
		return (char *) "";
	va_start(args, format);
	(void) vsnprintf(text, (size_t) len + 1, format, args);
	va_end(args);
	return text;
}

void
dbmig_buf_init(DbmigBuf *buf, Dbmig *d)
{
	buf->d = d;
	buf->text = (char *) "";
	buf->len = 0;
	buf->capacity = 0;
}

/* Room for len more bytes and the NUL. */
static bool
make_room(DbmigBuf *buf, size_t len)
{
	size_t		larger = buf->capacity == 0 ? 64 : buf->capacity;
	char	   *moved;

	if (!dbmig_ok(buf->d))
		return false;
	if (len >= DBMIG_BUF_MAX || buf->len + len >= DBMIG_BUF_MAX)
	{
		dbmig_fail(buf->d, DBMIG_TOO_LARGE,
				   "text of more than %zu bytes is too long", DBMIG_BUF_MAX);
		return false;
	}
	if (buf->len + len < buf->capacity)
		return true;
	while (larger <= buf->len + len)
		larger *= 2;
	moved = dbmig_alloc_bytes(buf->d, larger);
	if (moved == NULL)
		return false;
	memcpy(moved, buf->text, buf->len);
	moved[buf->len] = '\0';
	buf->text = moved;
	buf->capacity = larger;
	return true;
}

void
dbmig_buf_addn(DbmigBuf *buf, const char *text, size_t len)
{
	if (len == 0 || !make_room(buf, len))
		return;
	memcpy(buf->text + buf->len, text, len);
	buf->len += len;
	buf->text[buf->len] = '\0';
}

void
dbmig_buf_add(DbmigBuf *buf, const char *text)
{
	dbmig_buf_addn(buf, text, strlen(text));
}

void
dbmig_buf_addc(DbmigBuf *buf, char c)
{
	if (!make_room(buf, 1))
		return;
	buf->text[buf->len++] = c;
	buf->text[buf->len] = '\0';
}

void
dbmig_buf_addf(DbmigBuf *buf, const char *format,...)
{
	va_list		args;
	int			len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len <= 0 || !make_room(buf, (size_t) len))
		return;
	va_start(args, format);
	(void) vsnprintf(buf->text + buf->len, (size_t) len + 1, format, args);
	va_end(args);
	buf->len += (size_t) len;
}

static void
add_quoted(DbmigBuf *buf, const char *text, char quote)
{
	dbmig_buf_addc(buf, quote);
	for (; *text != '\0'; text++)
	{
		if (*text == quote)
			dbmig_buf_addc(buf, quote);
		dbmig_buf_addc(buf, *text);
	}
	dbmig_buf_addc(buf, quote);
}

void
dbmig_buf_identifier(DbmigBuf *buf, const char *name)
{
	add_quoted(buf, name, '"');
}

void
dbmig_buf_literal(DbmigBuf *buf, const char *text)
{
	add_quoted(buf, text, '\'');
}

/* RFC 8259, section 7: quote, backslash and control characters are escaped. */
void
dbmig_buf_json(DbmigBuf *buf, const char *text)
{
	static const char named[] = "\bb\ff\nn\rr\tt\"\"\\\\";
	const char *name;

	dbmig_buf_addc(buf, '"');
	for (; *text != '\0'; text++)
	{
		for (name = named; *name != '\0' && *name != *text; name += 2)
			;
		if (*name != '\0')
		{
			dbmig_buf_addc(buf, '\\');
			dbmig_buf_addc(buf, name[1]);
		}
		else if ((unsigned char) *text < 0x20)
			dbmig_buf_addf(buf, "\\u%04x", (unsigned int) *text);
		else
			dbmig_buf_addc(buf, *text);
	}
	dbmig_buf_addc(buf, '"');
}

bool
dbmig_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
dbmig_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

char
dbmig_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

int
dbmig_ncasecmp(const char *a, const char *b, size_t len)
{
	size_t		i;

	for (i = 0; i < len; i++)
	{
		unsigned char x = (unsigned char) dbmig_lower(a[i]);
		unsigned char y = (unsigned char) dbmig_lower(b[i]);

		if (x != y)
			return x < y ? -1 : 1;
		if (x == '\0')
			return 0;
	}
	return 0;
}

int
dbmig_casecmp(const char *a, const char *b)
{
	return dbmig_ncasecmp(a, b, SIZE_MAX);
}

/*
 * The length of the character that begins with bytes[0], 0 when it is none:
 * Unicode 15, table 3-7 (no surrogates, nothing overlong, up to U+10FFFF).
 */
static size_t
utf8_length(const unsigned char *bytes, size_t len)
{
	static const struct
	{
		unsigned char first_low;
		unsigned char first_high;
		unsigned char second_low;
		unsigned char second_high;
		size_t		length;
	}			rules[] =
	{
		{0x01, 0x7f, 0, 0, 1},
		{0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3},
		{0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};
	size_t		i;
	size_t		j;

	for (i = 0; i < DBMIG_COUNT(rules); i++)
	{
		if (bytes[0] >= rules[i].first_low && bytes[0] <= rules[i].first_high)
			break;
	}
	if (i == DBMIG_COUNT(rules) || rules[i].length > len)
		return 0;
	if (rules[i].length > 1 && (bytes[1] < rules[i].second_low ||
								bytes[1] > rules[i].second_high))
		return 0;
	for (j = 2; j < rules[i].length; j++)
	{
		if (bytes[j] < 0x80 || bytes[j] > 0xbf)
			return 0;
	}
	return rules[i].length;
}

/* How many bytes text[0..len) surely begins with that are ASCII and not NUL:
 * a multiple of eight, so that they are looked at together. */
static size_t
ascii_length(const char *text, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t	word;
	size_t		at;

	for (at = 0; len - at >= sizeof(word); at += sizeof(word))
	{
		memcpy(&word, text + at, sizeof(word));
		/* A NUL byte borrows: its high bit is then set, too. */
		if ((((word - ones) | word) & ones << 7) != 0)
			break;
	}
	return at;
}

bool
dbmig_utf8_valid(const char *text, size_t len, size_t *bad)
{
	size_t		at = 0;
	size_t		step;

	while ((at += ascii_length(text + at, len - at)) < len)
	{
		step = utf8_length((const unsigned char *) text + at, len - at);
		if (step == 0)
		{
			*bad = at;
			return false;
		}
		at += step;
	}
	return true;
}

const char *
dbmig_show(Dbmig *d, const char *name)
{
	size_t		len = strlen(name);
	bool		cut = len > SHOWN_BYTES;
	char	   *shown;
	char	   *c;

	if (cut)
	{
		len = SHOWN_BYTES;
		while (len > 0 && ((unsigned char) name[len] & 0xc0) == 0x80)
			len--;
	}
	shown = cut ? dbmig_printf(d, "%.*s...", (int) len, name) :
		dbmig_strndup(d, name, len);
	for (c = shown; *c != '\0'; c++)
	{
		if ((unsigned char) *c < 0x20 || *c == 0x7f)
			*c = '?';
	}
	return shown;
}
