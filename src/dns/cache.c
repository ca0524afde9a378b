#include "dns/cache.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"

enum { ENTRY_OVERHEAD = 128 }; /* octets of an entry and its place in the map */

struct entry {
	struct list_link link; /* the most recently used first */
	struct dns_answer *answer;
	int64_t until_ms;
	size_t octets;
	slice key;
	char key_room[];
};

struct cache {
	pthread_mutex_t lock;
	struct map by_question; /* borrows the entries' keys */
	struct list_link used;
	size_t octets, max;
};

struct cache *cache_new(size_t max)
{
	struct cache *c = calloc(1, sizeof(*c));

	assert(c);
	pthread_mutex_init(&c->lock, NULL);
	map_init(&c->by_question, MAP_BORROWS_KEYS);
	list_init(&c->used);
	c->max = max;
	return c;
}

static void drop(struct cache *c, struct entry *e)
{
	map_remove(&c->by_question, e->key);
	list_remove(&e->link);
	c->octets -= e->octets;
	free(e->answer);
	free(e);
}

static struct entry *least_used(struct cache *c)
{
	return LIST_ENTRY(c->used.prev, struct entry, link);
}

void cache_free(struct cache *c)
{
	if (!c) return;
	while (!list_empty(&c->used))
		drop(c, least_used(c));
	map_done(&c->by_question);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static struct entry *find(struct cache *c, slice key, int64_t now_ms)
{
	struct entry *e = map_find(&c->by_question, key);

	if (!e || e->until_ms > now_ms) return e;
	drop(c, e);
	return NULL;
}

struct dns_answer *cache_find(struct cache *c, struct dns_question q, int64_t now_ms)
{
	char room[DNS_KEY_MAX];
	struct dns_answer *copy = NULL;
	struct entry *e;

	pthread_mutex_lock(&c->lock);
	e = find(c, dns_question_key(q, room), now_ms);
	if (e) {
		list_remove(&e->link);
		list_add_first(&c->used, &e->link);
		copy = dns_answer_clone(e->answer);
		copy->ttl = (uint32_t)((e->until_ms - now_ms) / 1000);
	}
	pthread_mutex_unlock(&c->lock);
	return copy;
}

/* Seconds. What does not know its time is not believed for long. */
static uint32_t life(const struct dns_answer *a)
{
	static const struct {
		uint32_t most;
		bool by_ttl;
	} lives[] = {
		[DNS_FOUND] = { CACHE_FOUND_S, true },
		[DNS_NO_DATA] = { CACHE_NO_S, true },
		[DNS_NO_NAME] = { CACHE_NO_S, true },
		[DNS_TROUBLE] = { CACHE_TROUBLE_S, false },
		[DNS_BOGUS] = { CACHE_BOGUS_S, false },
	};
	uint32_t most = lives[a->status].most;

	return lives[a->status].by_ttl && a->ttl < most ? a->ttl : most;
}

static struct entry *entry_new(slice key, const struct dns_answer *a)
{
	struct entry *e = malloc(sizeof(*e) + key.n);

	assert(e);
	memcpy(e->key_room, key.p, key.n);
	e->key = (slice){ e->key_room, key.n };
	e->answer = dns_answer_clone(a);
	e->octets = ENTRY_OVERHEAD + key.n + dns_answer_octets(a);
	list_init(&e->link);
	return e;
}

static void insert(struct cache *c, struct entry *e)
{
	struct entry *old = map_find(&c->by_question, e->key);

	if (old) drop(c, old);
	map_put(&c->by_question, e->key, e);
	list_add_first(&c->used, &e->link);
	c->octets += e->octets;
	while (c->octets > c->max)
		drop(c, least_used(c));
}

void cache_put(struct cache *c, struct dns_question q, const struct dns_answer *a,
	       int64_t now_ms)
{
	uint32_t seconds = life(a);
	char room[DNS_KEY_MAX];
	struct entry *e;

	if (seconds == 0) return;
	e = entry_new(dns_question_key(q, room), a);
	e->until_ms = now_ms + (int64_t)seconds * 1000;
	pthread_mutex_lock(&c->lock);
	insert(c, e);
	pthread_mutex_unlock(&c->lock);
}
