/*
 * map.c
 *	  A map from names to pointers, by open addressing.
 *
 * Nothing is ever removed: a value of NULL says that a key is gone.
 */
#include "map.h"

#include <string.h>

/* FNV-1a, 64 bits. */
static uint64_t
hash_text(const char *text)
{
	uint64_t	hash = 0xcbf29ce484222325u;

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char) *text) * 0x100000001b3u;
	return hash ^ hash >> 32;
}

static DbmigMapSlot *
find_slot(const DbmigMap *map, const char *key, uint64_t hash)
{
	size_t		i = (size_t) hash & (map->size - 1);

	while (map->slots[i].key != NULL &&
		   (map->slots[i].hash != hash || strcmp(map->slots[i].key, key) != 0))
		i = (i + 1) & (map->size - 1);
	return &map->slots[i];
}

void
dbmig_map_init(DbmigMap *map, Dbmig *d)
{
	memset(map, 0, sizeof(*map));
	map->d = d;
}

void *
dbmig_map_get(const DbmigMap *map, const char *key)
{
	return map->size == 0 ? NULL : find_slot(map, key, hash_text(key))->value;
}

static bool
enlarge(DbmigMap *map)
{
	DbmigMap	larger = *map;
	size_t		i;

	larger.size = map->size == 0 ? 4 : map->size * 2;
	larger.slots = dbmig_alloc(map->d, larger.size * sizeof(DbmigMapSlot));
	if (larger.slots == NULL)
		return false;
	for (i = 0; i < map->size; i++)
	{
		const DbmigMapSlot *slot = &map->slots[i];

		if (slot->key != NULL)
			*find_slot(&larger, slot->key, slot->hash) = *slot;
	}
	*map = larger;
	return true;
}

void *
dbmig_map_put(DbmigMap *map, const char *key, void *value)
{
	uint64_t	hash = hash_text(key);
	DbmigMapSlot *slot;
	void	   *before;

	/* At most three quarters full. */
	if ((map->count + 1) * 4 > map->size * 3 && !enlarge(map))
		return NULL;
	slot = find_slot(map, key, hash);
	before = slot->value;
	if (slot->key == NULL)
	{
		slot->key = key;
		slot->hash = hash;
		map->count++;
	}
	slot->value = value;
	return before;
}
