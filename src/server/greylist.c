#include "server/greylist.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/siphash.h"

enum {
	WAYS = 8,
	SETS = GREYLIST_PLACES / WAYS,
	V4_BITS = 24,
	V6_BITS = 64,
	KEY_MAX = 1024, /* octets of network, sender and recipient */
};

/* A triple, or a network that is known, by the hash alone (net/rates.c). */
struct entry {
	uint64_t hash; /* 0: free */
	int64_t first, last;
};

struct greylist {
	pthread_mutex_t lock;
	struct entry entries[SETS][WAYS];
};

struct greylist *greylist_new(void)
{
	struct greylist *g = calloc(1, sizeof(*g));

	assert(g);
	pthread_mutex_init(&g->lock, NULL);
	return g;
}

void greylist_free(struct greylist *g)
{
	if (!g) return;
	pthread_mutex_destroy(&g->lock);
	free(g);
}

/* Both halves in lower case: some senders change it from one attempt to the next. */
static uint64_t hash_of(const struct netaddr *network, slice sender, slice recipient)
{
	struct buf key;
	uint64_t hash;

	buf_init(&key, KEY_MAX);
	buf_add_char(&key, (char)network->kind);
	buf_add(&key, (slice){ (const char *)network->ip, sizeof(network->ip) });
	buf_add(&key, sender);
	buf_add_char(&key, '\0');
	buf_add(&key, recipient);
	for (size_t i = 1 + sizeof(network->ip); i < key.n; i++)
		key.p[i] = lower_ascii(key.p[i]);
	hash = siphash_process(buf_slice(&key));
	buf_done(&key);
	return hash ? hash : 1;
}

static struct entry *find(struct greylist *g, uint64_t hash)
{
	struct entry *set = g->entries[hash % SETS];

	for (int i = 0; i < WAYS; i++)
		if (set[i].hash == hash) return &set[i];
	return NULL;
}

static struct entry *find_or_add(struct greylist *g, uint64_t hash, int64_t now)
{
	struct entry *set = g->entries[hash % SETS], *oldest = set, *e = find(g, hash);

	if (e) return e;
	for (int i = 0; i < WAYS && oldest->hash; i++)
		if (set[i].hash == 0 || set[i].last < oldest->last) oldest = &set[i];
	*oldest = (struct entry){ hash, now, now };
	return oldest;
}

static bool is_known(struct greylist *g, uint64_t network, int64_t now)
{
	struct entry *e = find(g, network);

	if (!e || now - e->last > GREYLIST_MEMORY_S) return false;
	e->last = now;
	return true;
}

static int64_t wait_of(struct greylist *g, uint64_t triple, int64_t delay_s, int64_t now)
{
	struct entry *e = find_or_add(g, triple, now);

	if (now - e->first > GREYLIST_RETRY_S || now < e->first) e->first = now;
	e->last = now;
	return e->first + delay_s > now ? e->first + delay_s - now : 0;
}

int64_t greylist_wait(struct greylist *g, const struct netaddr *peer, slice sender,
		      slice recipient, int64_t delay_s, int64_t now)
{
	struct netaddr network =
		netaddr_prefix(peer, peer->kind == NETADDR_V6 ? V6_BITS : V4_BITS);
	uint64_t place = hash_of(&network, S(""), S(""));
	uint64_t triple = hash_of(&network, sender, recipient);
	int64_t wait = 0;

	pthread_mutex_lock(&g->lock);
	if (!is_known(g, place, now)) {
		wait = wait_of(g, triple, delay_s, now);
		if (wait == 0) find_or_add(g, place, now)->last = now;
	}
	pthread_mutex_unlock(&g->lock);
	return wait;
}
