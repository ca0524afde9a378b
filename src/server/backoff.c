#include "server/backoff.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"

enum { PLACES = 4096, V4_BITS = 24, V6_BITS = 56 };

struct place {
	struct netaddr network;
	int64_t last_ms;
	uint32_t failures;
};

struct backoff {
	pthread_mutex_t lock;
	struct place places[PLACES];
};

struct backoff *backoff_new(void)
{
	struct backoff *b = calloc(1, sizeof(*b));

	assert(b);
	pthread_mutex_init(&b->lock, NULL);
	return b;
}

void backoff_free(struct backoff *b)
{
	if (!b) return;
	pthread_mutex_destroy(&b->lock);
	free(b);
}

static struct netaddr network_of(const struct netaddr *peer)
{
	return netaddr_prefix(peer, peer->kind == NETADDR_V6 ? V6_BITS : V4_BITS);
}

static struct place *place_of(struct backoff *b, const struct netaddr *network)
{
	uint64_t h = siphash_process(
		(slice){ (const char *)network->ip, sizeof(network->ip) });

	return &b->places[h % PLACES];
}

static bool remembers(const struct place *p, const struct netaddr *network,
		      int64_t now_ms)
{
	return netaddr_eq(&p->network, network) &&
	       now_ms - p->last_ms <= BACKOFF_MEMORY_MS;
}

int64_t backoff_fail(struct backoff *b, const struct netaddr *peer, int64_t now_ms)
{
	struct netaddr network = network_of(peer);
	uint32_t failures;

	pthread_mutex_lock(&b->lock);
	struct place *p = place_of(b, &network);
	if (!remembers(p, &network, now_ms)) *p = (struct place){ .network = network };
	failures = ++p->failures;
	p->last_ms = now_ms;
	pthread_mutex_unlock(&b->lock);
	if (failures <= BACKOFF_FREE) return 0;
	uint32_t doublings = failures - BACKOFF_FREE - 1;
	return doublings > 3 ? BACKOFF_MAX_MS : 500 << doublings;
}

bool backoff_is_failing(struct backoff *b, const struct netaddr *peer, int64_t now_ms)
{
	struct netaddr network = network_of(peer);
	bool failing;

	pthread_mutex_lock(&b->lock);
	const struct place *p = place_of(b, &network);
	failing = remembers(p, &network, now_ms) && p->failures >= BACKOFF_FREE;
	pthread_mutex_unlock(&b->lock);
	return failing;
}
