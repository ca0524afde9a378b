#include "sasl/login_cache.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/random.h"

enum {
	KEY = 32,
	MAC = 32,
	WAYS = 8, /* places a login may lie in; the oldest gives way */
};

struct entry {
	uint8_t mac[MAC];
	int64_t account;
	int64_t credential;
	int64_t until_ms; /* 0: empty */
};

struct login_cache {
	pthread_mutex_t lock; /* guards the entries */
	uint8_t key[KEY];
	size_t rows; /* of WAYS entries each */
	struct entry entries[];
};

struct login_cache *login_cache_new(size_t max)
{
	size_t rows = max / WAYS + (max % WAYS != 0);
	struct login_cache *c;

	if (rows == 0) rows = 1;
	assert(rows < SIZE_MAX / sizeof(struct entry) / WAYS);
	c = calloc(1, sizeof(*c) + rows * WAYS * sizeof(struct entry));
	assert(c && sodium_init() >= 0);
	pthread_mutex_init(&c->lock, NULL);
	random_bytes(c->key, KEY);
	c->rows = rows;
	return c;
}

void login_cache_free(struct login_cache *c)
{
	if (!c) return;
	pthread_mutex_destroy(&c->lock);
	explicit_bzero(c->key, KEY);
	free(c);
}

/* The fields that have one size; the two texts follow, their lengths are here. */
struct fixed {
	int64_t account;
	uint64_t generation, source, user_n, password_n;
};

static void mac_of(const struct login_cache *c, const struct login *l, uint8_t mac[MAC])
{
	const struct fixed fixed = { l->account, l->generation, l->source, l->user.n,
				     l->password.n };
	crypto_generichash_state h;

	crypto_generichash_init(&h, c->key, KEY, MAC);
	crypto_generichash_update(&h, (const uint8_t *)&fixed, sizeof(fixed));
	crypto_generichash_update(&h, (const uint8_t *)l->user.p, l->user.n);
	crypto_generichash_update(&h, (const uint8_t *)l->password.p, l->password.n);
	crypto_generichash_final(&h, mac, MAC);
	explicit_bzero(&h, sizeof(h));
}

static struct entry *row_of(struct login_cache *c, const uint8_t mac[MAC])
{
	uint64_t bits;

	memcpy(&bits, mac, sizeof(bits));
	return c->entries + bits % c->rows * WAYS;
}

static struct entry *find(struct entry *row, const uint8_t mac[MAC])
{
	for (size_t i = 0; i < WAYS; i++)
		if (row[i].until_ms && sodium_memcmp(row[i].mac, mac, MAC) == 0)
			return &row[i];
	return NULL;
}

static struct entry *oldest(struct entry *row)
{
	struct entry *o = row;

	for (size_t i = 1; i < WAYS; i++)
		if (row[i].until_ms < o->until_ms) o = &row[i];
	return o;
}

void login_cache_add(struct login_cache *c, const struct login *login, int64_t credential,
		     int64_t now_ms)
{
	struct entry e = { .account = login->account,
			   .credential = credential,
			   .until_ms = now_ms + LOGIN_CACHE_LIFE_MS };
	struct entry *row, *place;

	mac_of(c, login, e.mac);
	pthread_mutex_lock(&c->lock);
	row = row_of(c, e.mac);
	place = find(row, e.mac);
	*(place ? place : oldest(row)) = e;
	pthread_mutex_unlock(&c->lock);
}

bool login_cache_find(struct login_cache *c, const struct login *login, int64_t now_ms,
		      int64_t *ret_credential)
{
	uint8_t mac[MAC];
	const struct entry *e;
	bool alive;

	mac_of(c, login, mac);
	pthread_mutex_lock(&c->lock);
	e = find(row_of(c, mac), mac);
	alive = e && now_ms < e->until_ms;
	if (alive) *ret_credential = e->credential;
	pthread_mutex_unlock(&c->lock);
	return alive;
}

void login_cache_drop(struct login_cache *c, int64_t account)
{
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->rows * WAYS; i++)
		if (c->entries[i].account == account) c->entries[i] = (struct entry){ 0 };
	pthread_mutex_unlock(&c->lock);
}
