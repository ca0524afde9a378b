#include "net/limits.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "net/rates.h"

enum { CUSTOMER_V6_BITS = 64 };

struct limits {
	pthread_mutex_t lock; /* guards all below */
	unsigned total, total_max;
	unsigned most; /* of total, since a crowd last left */
	unsigned per_address_max;
	unsigned per_minute;
	struct rates *rates;
	struct network *exempt;
	size_t exempt_count;
	struct map guests; /* of struct guest by its key */
};

enum { GUEST_KEY_OCTETS = 1 + sizeof(((struct netaddr *)NULL)->ip) };

/* One address with connections. Exempt ones are counted too: they may cease to be. */
struct guest {
	char key[GUEST_KEY_OCTETS]; /* kind and address, of IPv6 the customer's part */
	unsigned count;
};

static struct guest guest_of(const struct netaddr *peer)
{
	struct guest g = { .key[0] = (char)peer->kind };
	struct netaddr a = *peer;

	if (peer->kind == NETADDR_V6) a = netaddr_prefix(peer, CUSTOMER_V6_BITS);
	memcpy(g.key + 1, a.ip, sizeof(a.ip));
	return g;
}

static slice key_of(const struct guest *g)
{
	return (slice){ g->key, sizeof(g->key) };
}

static struct guest *find_guest(const struct limits *l, const struct netaddr *peer)
{
	struct guest wanted = guest_of(peer);

	return map_find(&l->guests, key_of(&wanted));
}

static struct guest *add_guest(struct limits *l, const struct netaddr *peer)
{
	struct guest *g = malloc(sizeof(*g));

	assert(g);
	*g = guest_of(peer);
	map_put(&l->guests, key_of(g), g);
	return g;
}

struct limits *limits_new(unsigned total, unsigned per_address)
{
	struct limits *l = calloc(1, sizeof(*l));

	assert(l);
	pthread_mutex_init(&l->lock, NULL);
	map_init(&l->guests, MAP_BORROWS_KEYS);
	l->rates = rates_new();
	l->total_max = total;
	l->per_address_max = per_address;
	return l;
}

void limits_free(struct limits *l)
{
	if (!l) return;
	assert(l->guests.count == 0 && l->total == 0);
	map_done(&l->guests);
	rates_free(l->rates);
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

static bool is_exempt(const struct limits *l, const struct netaddr *peer)
{
	for (size_t i = 0; i < l->exempt_count; i++)
		if (network_has(&l->exempt[i], peer)) return true;
	return false;
}

void limits_set_rate(struct limits *l, unsigned per_minute)
{
	pthread_mutex_lock(&l->lock);
	l->per_minute = per_minute;
	pthread_mutex_unlock(&l->lock);
}

static bool is_too_often(struct limits *l, const struct netaddr *peer)
{
	const struct rate rate = { .limit = l->per_minute, .window_ms = 60 * 1000 };

	return !rates_take_network(l->rates, &rate, peer, clock_monotonic_ms());
}

static enum admission enter_locked(struct limits *l, const struct netaddr *peer)
{
	struct guest *g;

	if (l->total >= l->total_max) return REFUSED_TOTAL;
	if (peer->kind != NETADDR_UNIX) {
		g = find_guest(l, peer);
		if (!is_exempt(l, peer) &&
		    ((g ? g->count : 0) >= l->per_address_max || is_too_often(l, peer)))
			return REFUSED_ADDRESS;
		if (!g) g = add_guest(l, peer);
		g->count++;
	}
	l->total++;
	if (l->total > l->most) l->most = l->total;
	return ADMITTED;
}

enum admission limits_enter(struct limits *l, const struct netaddr *peer)
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
	map_remove(&l->guests, key_of(g));
	free(g);
}

void limits_leave(struct limits *l, const struct netaddr *peer)
{
	pthread_mutex_lock(&l->lock);
	assert(l->total > 0);
	l->total--;
	if (peer->kind != NETADDR_UNIX) forget_one(l, find_guest(l, peer));
	pthread_mutex_unlock(&l->lock);
}

bool limits_crowd_has_left(struct limits *l)
{
	pthread_mutex_lock(&l->lock);
	bool has_left = l->most >= CROWD_MIN && l->total < l->most / 4;
	if (has_left) l->most = l->total;
	pthread_mutex_unlock(&l->lock);
	return has_left;
}

unsigned limits_total(struct limits *l)
{
	pthread_mutex_lock(&l->lock);
	unsigned n = l->total;
	pthread_mutex_unlock(&l->lock);
	return n;
}

unsigned limits_of_address(struct limits *l, const struct netaddr *peer)
{
	pthread_mutex_lock(&l->lock);
	const struct guest *g = find_guest(l, peer);
	unsigned n = g ? g->count : 0;
	pthread_mutex_unlock(&l->lock);
	return n;
}
