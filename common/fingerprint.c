/*
 * fingerprint.c
 *	  What a schema hashes to: objects, buckets, and the hash of them all.
 *	  docs/model.md specifies it.
 *
 * Each level has a function of its own, so that what did not change need not
 * be hashed again.
 */
#include "model.h"

#include <string.h>

#define BUCKETS 64

/* The hash of an object; scratch is for its text. */
static void
hash_object(DbmigBuf *scratch, const DbmigObject *object,
			char hex[DBMIG_SHA256_HEX])
{
	DbmigSha256 sha;
	const char *text = object->text;
	size_t		len;

	if (text == NULL)
	{
		scratch->len = 0;
		dbmig_object_write(scratch, object);
		text = scratch->text;
		len = scratch->len;
	}
	else
		len = strlen(text);
	dbmig_sha256_init(&sha);
	dbmig_sha256_add(&sha, text, len);
	dbmig_sha256_hex(&sha, hex);
}

/* The bucket of an object: the first six bits of a hash. */
static unsigned char
bucket_of(const DbmigObject *object)
{
	static const char digits[] = "0123456789abcdef";
	DbmigSha256 sha;
	char		hex[DBMIG_SHA256_HEX];

	dbmig_sha256_init(&sha);
	dbmig_sha256_add(&sha, object->kind->name, strlen(object->kind->name));
	dbmig_sha256_add(&sha, "\n", 1);
	dbmig_sha256_add(&sha, object->id, strlen(object->id));
	dbmig_sha256_hex(&sha, hex);
	return (unsigned char) ((strchr(digits, hex[0]) - digits) * 4 +
							(strchr(digits, hex[1]) - digits) / 4);
}

/* The hash of a bucket with these objects, which are in order. */
static void
hash_bucket(DbmigBuf *scratch, DbmigObject *const *items, size_t count,
			char hex[DBMIG_SHA256_HEX])
{
	DbmigSha256 sha;
	size_t		i;

	dbmig_sha256_init(&sha);
	for (i = 0; i < count; i++)
	{
		hash_object(scratch, items[i], hex);
		dbmig_sha256_add(&sha, hex, DBMIG_SHA256_HEX - 1);
	}
	dbmig_sha256_hex(&sha, hex);
}

static void
hash_buckets(char buckets[BUCKETS][DBMIG_SHA256_HEX],
			 char hex[DBMIG_SHA256_HEX])
{
	DbmigSha256 sha;
	size_t		i;

	dbmig_sha256_init(&sha);
	for (i = 0; i < BUCKETS; i++)
		dbmig_sha256_add(&sha, buckets[i], DBMIG_SHA256_HEX - 1);
	dbmig_sha256_hex(&sha, hex);
}

/*
 * The model's objects, bucket after bucket, each in order; bucket i begins at
 * starts[i] and ends at starts[i + 1].  NULL without memory.
 */
static DbmigObject **
sort_buckets(const DbmigModel *model, size_t starts[BUCKETS + 1])
{
	DbmigObject **sorted = dbmig_alloc(model->d,
									   model->count * sizeof(*sorted));
	unsigned char *buckets = dbmig_alloc(model->d, model->count);
	size_t		next[BUCKETS];
	size_t		i;

	if (sorted == NULL || buckets == NULL)
		return NULL;
	memset(starts, 0, (BUCKETS + 1) * sizeof(*starts));
	for (i = 0; i < model->count; i++)
	{
		buckets[i] = bucket_of(model->items[i]);
		starts[buckets[i] + 1]++;
	}
	for (i = 0; i < BUCKETS; i++)
	{
		next[i] = starts[i];
		starts[i + 1] += starts[i];
	}
	for (i = 0; i < model->count; i++)
		sorted[next[buckets[i]]++] = model->items[i];
	return sorted;
}

const char *
dbmig_model_fingerprint(DbmigModel *model)
{
	char		buckets[BUCKETS][DBMIG_SHA256_HEX];
	char		hex[DBMIG_SHA256_HEX];
	size_t		starts[BUCKETS + 1];
	DbmigObject **sorted = model == NULL ? NULL :
		sort_buckets(model, starts);
	size_t		i;

	if (sorted == NULL)
		return "";
	for (i = 0; i < BUCKETS; i++)
		hash_bucket(&model->scratch, sorted + starts[i], starts[i + 1] - starts[i],
					buckets[i]);
	hash_buckets(buckets, hex);
	/* An error leaves texts half written. */
	return dbmig_ok(model->d) ? dbmig_strdup(model->d, hex) : "";
}
