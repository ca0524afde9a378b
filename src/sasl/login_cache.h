/*
 * login_cache.h - logins verified a moment ago need no second slow hash
 *
 * Mail programs log in every few minutes, often several times at once, and a
 * password hash is slow by intent. A verified login is remembered for five
 * minutes from its verification (use does not prolong it) as a keyed hash of
 * all that went into it; the key is random, of this process, and never leaves
 * it. The password itself is not kept.
 *
 * The generation changes whenever a credential of the account does, so an old
 * password is forgotten at once, even by who did not hear of the change;
 * login_cache_drop frees the memory besides.
 *
 * Bounded: full places give way to newer logins. Only success is remembered.
 * Thread-safe: the loops look up, the hash pool and the admin commands write.
 * Times are milliseconds of a clock that never goes back, the caller's.
 */
#pragma once

#include "base/slice.h"

enum { LOGIN_CACHE_LIFE_MS = 5 * 60 * 1000 };

/* What a login consists of. Every field counts. */
struct login {
	int64_t account;     /* directory id */
	uint64_t generation; /* of the account's credentials */
	unsigned source;     /* what kind of door: the caller's numbers */
	slice user;          /* as typed */
	slice password;
};

struct login_cache;

/* Room for about max logins (at least one); 64 octets each, allocated at once. */
struct login_cache *login_cache_new(size_t max);
void login_cache_free(struct login_cache *c);

/* credential: which of the account's it was, for whoever finds it. */
void login_cache_add(struct login_cache *c, const struct login *login, int64_t credential,
		     int64_t now_ms);
bool login_cache_find(struct login_cache *c, const struct login *login, int64_t now_ms,
		      int64_t *ret_credential);
/* Forgets all logins of the account. Walks the whole memory: for rare events. */
void login_cache_drop(struct login_cache *c, int64_t account);
