#include "net/limits.h"

#include <assert.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

enum { CUSTOMER_V6_BITS = 64 };

struct limits {
	pthread_mutex_t lock; /* guards all below */
	unsigned total, total_max;
	unsigned per_address_max;
	struct network *exempt;
	size_t exempt_count;
	void *guests; /* tree of struct guest: balanced, so no peer can make it slow */
};

/* One address with connections. Exempt ones are counted too: they may cease to be. */
struct guest {
	struct address key;
	unsigned count;
};

static int compare_guests(const void *a, const void *b)
{
	const struct guest *x = a, *y = b;

	if (x->key.kind != y->key.kind) return x->key.kind < y->key.kind ? -1 : 1;
	return memcmp(x->key.ip, y->key.ip, sizeof(x->key.ip));
}

static struct guest guest_key(const struct address *peer)
{
	struct guest g = { .key = *peer };

	if (peer->kind == ADDRESS_V6) g.key = address_prefix(peer, CUSTOMER_V6_BITS);
	g.key.port = 0;
	return g;
}

static struct guest *find_guest(struct limits *l, const struct address *peer)
{
	struct guest key = guest_key(peer);
	void *node = tfind(&key, &l->guests, compare_guests);

	return node ? *(struct guest **)node : NULL;
}

static struct guest *add_guest(struct limits *l, const struct address *peer)
{
	struct guest *g = malloc(sizeof(*g));

	assert(g);
	*g = guest_key(peer);
	if (!tsearch(g, &l->guests, compare_guests)) abort(); /* out of memory */
	return g;
}

struct limits *limits_new(unsigned total, unsigned per_address)
{
	struct limits *l = calloc(1, sizeof(*l));

	assert(l);
	pthread_mutex_init(&l->lock, NULL);
	l->total_max = total;
	l->per_address_max = per_address;
	return l;
}

void limits_free(struct limits *l)
{
	if (!l) return;
	assert(!l->guests && l->total == 0);
	pthread_mutex_destroy(&l->lock);
	free(l->exempt);
	free(l);
}

void limits_set(struct limits *l, unsigned total, unsigned per_address,
		const struct network *exempt, size_t exempt_count)
{
	struct network *copy = calloc(exempt_count + 1, sizeof(*copy));

	assert(copy);
	if (exempt_count > 0) memcpy(copy, exempt, exempt_count * sizeof(*copy));
	pthread_mutex_lock(&l->lock);
	free(l->exempt);
	l->exempt = copy;
	l->exempt_count = exempt_count;
	l->total_max = total;
	l->per_address_max = per_address;
	pthread_mutex_unlock(&l->lock);
}

static bool is_exempt(const struct limits *l, const struct address *peer)
{
	for (size_t i = 0; i < l->exempt_count; i++)
		if (network_has(&l->exempt[i], peer)) return true;
	return false;
}

static enum admission enter_locked(struct limits *l, const struct address *peer)
{
	struct guest *g;

	if (l->total >= l->total_max) return REFUSED_TOTAL;
	if (peer->kind != ADDRESS_UNIX) {
		g = find_guest(l, peer);
		if ((g ? g->count : 0) >= l->per_address_max && !is_exempt(l, peer))
			return REFUSED_ADDRESS;
		if (!g) g = add_guest(l, peer);
		g->count++;
	}
	l->total++;
	return ADMITTED;
}

enum admission limits_enter(struct limits *l, const struct address *peer)
{
	pthread_mutex_lock(&l->lock);
	enum admission a = enter_locked(l, peer);
	pthread_mutex_unlock(&l->lock);
	return a;
}

static void forget_one(struct limits *l, struct guest *g)
{
	assert(g && g->count > 0);
	if (--g->count > 0) return;
	tdelete(g, &l->guests, compare_guests);
	free(g);
}

void limits_leave(struct limits *l, const struct address *peer)
{
	pthread_mutex_lock(&l->lock);
	assert(l->total > 0);
	l->total--;
	if (peer->kind != ADDRESS_UNIX) forget_one(l, find_guest(l, peer));
	pthread_mutex_unlock(&l->lock);
}

unsigned limits_total(struct limits *l)
{
	pthread_mutex_lock(&l->lock);
	unsigned n = l->total;
	pthread_mutex_unlock(&l->lock);
	return n;
}

unsigned limits_of_address(struct limits *l, const struct address *peer)
{
	pthread_mutex_lock(&l->lock);
	const struct guest *g = find_guest(l, peer);
	unsigned n = g ? g->count : 0;
	pthread_mutex_unlock(&l->lock);
	return n;
}
