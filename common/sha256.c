/*
 * sha256.c
 *	  SHA-256 as FIPS 180-4 specifies it, section 6.2.
 */
#include "core.h"

#include <string.h>

static const uint32_t round_constants[64] =
{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

static uint32_t
rotate(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

/*
 * One round.  The next one takes the variables in turn, so that none has to be
 * moved.
 */
#define ROUND(a, b, c, d, e, f, g, h, i) \
	do { \
		h += (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + \
			(g ^ (e & (f ^ g))) + round_constants[i] + w[i]; \
		d += h; \
		h += (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + \
			((a & b) | (c & (a | b))); \
	} while (0)

static void
expand_block(uint32_t w[64], const unsigned char *block)
{
	uint32_t	x;
	uint32_t	y;
	int			i;

	for (i = 0; i < 16; i++)
		w[i] = (uint32_t) block[4 * i] << 24 |
			(uint32_t) block[4 * i + 1] << 16 |
			(uint32_t) block[4 * i + 2] << 8 | block[4 * i + 3];
	for (; i < 64; i++)
	{
		x = w[i - 15];
		y = w[i - 2];
		w[i] = (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + w[i - 16] +
			(rotate(y, 17) ^ rotate(y, 19) ^ y >> 10) + w[i - 7];
	}
}

static void
add_block(uint32_t state[8], const unsigned char *block)
{
	uint32_t	w[64];
	uint32_t	a = state[0];
	uint32_t	b = state[1];
	uint32_t	c = state[2];
	uint32_t	d = state[3];
	uint32_t	e = state[4];
	uint32_t	f = state[5];
	uint32_t	g = state[6];
	uint32_t	h = state[7];
	int			i;

	expand_block(w, block);
	for (i = 0; i < 64; i += 8)
	{
		ROUND(a, b, c, d, e, f, g, h, i);
		ROUND(h, a, b, c, d, e, f, g, i + 1);
		ROUND(g, h, a, b, c, d, e, f, i + 2);
		ROUND(f, g, h, a, b, c, d, e, i + 3);
		ROUND(e, f, g, h, a, b, c, d, i + 4);
		ROUND(d, e, f, g, h, a, b, c, i + 5);
		ROUND(c, d, e, f, g, h, a, b, i + 6);
		ROUND(b, c, d, e, f, g, h, a, i + 7);
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
	state[5] += f;
	state[6] += g;
	state[7] += h;
}

void
dbmig_sha256_init(DbmigSha256 *sha)
{
	static const uint32_t initial[8] =
	{
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
	};

	memcpy(sha->state, initial, sizeof(initial));
	sha->length = 0;
}

void
dbmig_sha256_add(DbmigSha256 *sha, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	size_t		filled = (size_t) (sha->length % 64);
	size_t		part;

	sha->length += len;
	if (filled > 0)
	{
		part = len < 64 - filled ? len : 64 - filled;
		memcpy(sha->block + filled, at, part);
		if (filled + part < 64)
			return;
		add_block(sha->state, sha->block);
		at += part;
		len -= part;
	}
	for (; len >= 64; at += 64, len -= 64)
		add_block(sha->state, at);
	if (len > 0)
		memcpy(sha->block, at, len);
}

void
dbmig_sha256_hex(DbmigSha256 *sha, char hex[DBMIG_SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";
	static const unsigned char padding[64] = {0x80};
	uint64_t	bits = sha->length * 8;
	size_t		filled = (size_t) (sha->length % 64);
	unsigned char length[8];
	int			i;

	for (i = 0; i < 8; i++)
		length[i] = (unsigned char) (bits >> (56 - 8 * i));
	dbmig_sha256_add(sha, padding, (filled < 56 ? 56 : 120) - filled);
	dbmig_sha256_add(sha, length, 8);
	for (i = 0; i < 64; i++)
		hex[i] = digits[sha->state[i / 8] >> (28 - 4 * (i % 8)) & 15];
	hex[64] = '\0';
}

const char *
dbmig_checksum(Dbmig *d, const char *text, size_t len)
{
	DbmigSha256 sha;
	char		hex[DBMIG_SHA256_HEX];

	dbmig_sha256_init(&sha);
	dbmig_sha256_add(&sha, text, len);
	dbmig_sha256_hex(&sha, hex);
	return dbmig_strdup(d, hex);
}
