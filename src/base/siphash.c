#include "base/siphash.h"

#include <endian.h>
#include <pthread.h>
#include <string.h>

#include "base/random.h"

struct lanes {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void mix(struct lanes *l, int rounds)
{
	while (rounds-- > 0) {
		l->v0 += l->v1;
		l->v2 += l->v3;
		l->v1 = rotate(l->v1, 13) ^ l->v0;
		l->v3 = rotate(l->v3, 16) ^ l->v2;
		l->v0 = rotate(l->v0, 32) + l->v3;
		l->v2 += l->v1;
		l->v3 = rotate(l->v3, 21) ^ l->v0;
		l->v1 = rotate(l->v1, 17) ^ l->v2;
		l->v2 = rotate(l->v2, 32);
	}
}

static void absorb(struct lanes *l, uint64_t word)
{
	l->v3 ^= word;
	mix(l, 2);
	l->v0 ^= word;
}

/* Up to 8 octets, the first least significant. */
static uint64_t word_of(slice s)
{
	uint64_t word = 0;

	if (s.n) memcpy(&word, s.p, s.n < 8 ? s.n : 8);
	return le64toh(word);
}

uint64_t siphash(const struct siphash_key *key, slice bytes)
{
	/* "somepseudorandomlygeneratedbytes" in big-endian words. */
	struct lanes l = { key->a ^ 0x736f6d6570736575, key->b ^ 0x646f72616e646f6d,
			   key->a ^ 0x6c7967656e657261, key->b ^ 0x7465646279746573 };
	uint64_t length = bytes.n;

	for (; bytes.n >= 8; bytes = slice_skip(bytes, 8))
		absorb(&l, word_of(slice_head(bytes, 8)));
	absorb(&l, word_of(bytes) | length << 56);
	l.v2 ^= 0xff;
	mix(&l, 4);
	return l.v0 ^ l.v1 ^ l.v2 ^ l.v3;
}

static struct siphash_key process_key;

static void make_process_key(void)
{
	random_bytes(&process_key, sizeof(process_key));
}

uint64_t siphash_process(slice bytes)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_process_key);
	return siphash(&process_key, bytes);
}
