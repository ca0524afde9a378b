#include "net/rates.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"

enum {
	WAYS = 8, /* places in which a bucket may lie */
	SETS = RATES_PLACES / WAYS,
	CUSTOMER_V6_BITS = 64,
	KEY_MAX = 64, /* octets of a kind and of who it is */
};

/* Known by the hash alone: with a secret key of 128 bits nobody can make two meet. */
struct bucket {
	uint64_t hash; /* 0: free */
	int64_t seen_ms;
	double tokens;
};

struct rates {
	pthread_mutex_t lock;
	struct bucket buckets[SETS][WAYS];
};

struct rates *rates_new(void)
{
	struct rates *r = calloc(1, sizeof(*r));

	assert(r);
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

void rates_free(struct rates *r)
{
	if (!r) return;
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static struct bucket *find(struct rates *r, uint64_t hash, double full, int64_t now_ms)
{
	struct bucket *set = r->buckets[hash % SETS], *oldest = set;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].hash == hash) return &set[i];
		if (oldest->hash != 0 &&
		    (set[i].hash == 0 || set[i].seen_ms < oldest->seen_ms))
			oldest = &set[i];
	}
	*oldest = (struct bucket){ hash, now_ms, full };
	return oldest;
}

static bool take(struct bucket *b, const struct rate *rate, int64_t now_ms)
{
	double full = (double)rate->limit;
	int64_t passed = now_ms - b->seen_ms;

	if (passed > 0) {
		b->tokens += full * (double)passed / (double)rate->window_ms;
		b->seen_ms = now_ms;
	}
	if (b->tokens > full) b->tokens = full;
	if (b->tokens < 1) return false;
	b->tokens -= 1;
	return true;
}

bool rates_take(struct rates *r, const struct rate *rate, slice who, int64_t now_ms)
{
	char key[KEY_MAX];
	uint64_t hash;
	bool taken;

	if (rate->limit <= 0) return true;
	assert(who.n <= sizeof(key) - sizeof(rate->kind));
	memcpy(key, &rate->kind, sizeof(rate->kind));
	memcpy(key + sizeof(rate->kind), who.p, who.n);
	hash = siphash_process((slice){ key, sizeof(rate->kind) + who.n });
	if (hash == 0) hash = 1;
	pthread_mutex_lock(&r->lock);
	taken = take(find(r, hash, (double)rate->limit, now_ms), rate, now_ms);
	pthread_mutex_unlock(&r->lock);
	return taken;
}

bool rates_take_network(struct rates *r, const struct rate *rate,
			const struct netaddr *peer, int64_t now_ms)
{
	struct netaddr a = *peer;
	char who[1 + sizeof(a.ip)] = { (char)peer->kind };

	if (peer->kind == NETADDR_UNIX) return true;
	if (peer->kind == NETADDR_V6) a = netaddr_prefix(peer, CUSTOMER_V6_BITS);
	memcpy(who + 1, a.ip, sizeof(a.ip));
	return rates_take(r, rate, (slice){ who, sizeof(who) }, now_ms);
}
