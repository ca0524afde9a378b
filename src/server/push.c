#include "server/push.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/https_url.h"
#include "server/push_cipher.h"
#include "server/push_private.h"
#include "server/push_reach.h"
#include "server/throttle.h"

enum { HOUR_MS = 3600 * 1000, MADE_PER_HOUR = 120 };

struct heard {
	int64_t account;
	struct heard *next;
};

/* ---- what other threads tell ---- */

static struct heard *take_heard(struct pushing *all)
{
	struct heard *h;

	pthread_mutex_lock(&all->lock);
	h = all->heard;
	if (h) all->heard = h->next;
	pthread_mutex_unlock(&all->lock);
	return h;
}

static void hear(struct task *t)
{
	struct pushing *all = CONTAINER_OF(t, struct pushing, hear);
	struct heard *h;

	while ((h = take_heard(all))) {
		if (!all->is_stopping) push_account_begin(all, h->account);
		free(h);
	}
}

void pushing_heed(struct pushing *p, int64_t account)
{
	struct heard *h = calloc(1, sizeof(*h));

	assert(h);
	h->account = account;
	pthread_mutex_lock(&p->lock);
	h->next = p->heard;
	p->heard = h;
	pthread_mutex_unlock(&p->lock);
	loop_post(p->loop, &p->hear);
}

static void account_opened(void *context, int64_t account)
{
	pushing_heed(context, account);
}

enum err pushing_check(struct pushing *p, int64_t account, slice url, slice key)
{
	const struct rate rate = { .kind = THROTTLED_PUSH_MADE,
				   .limit = MADE_PER_HOUR,
				   .window_ms = HOUR_MS };
	const slice who = { (const char *)&account, sizeof(account) };
	slice host, path;
	uint16_t port;

	if (!https_url_split(url, &host, &port, &path) ||
	    !push_reaches_host(p->server->config, host))
		return ERR_DENIED;
	if (key.n && !push_key_is_good(key)) return ERR_MALFORMED;
	return rates_take(p->server->rates, &rate, who, clock_monotonic_ms()) ? ERR_NONE
									      : ERR_LIMIT;
}

/* ---- beginning and end ---- */

void pushing_leave_if_idle(struct pushing *all)
{
	if (all->is_stopping && !all->posts) loop_leave(&all->resident);
}

static void leave(struct resident *r, bool)
{
	struct pushing *all = CONTAINER_OF(r, struct pushing, resident);
	const struct map_entry *entry;
	size_t cursor = 0;

	if (!all->is_stopping) {
		all->is_stopping = true;
		fetches_stop(&all->fetches);
		while ((entry = map_next(&all->by_account, &cursor)))
			push_account_stop(entry->value);
	}
	pushing_leave_if_idle(all);
}

struct pushing *pushing_new(struct server *s)
{
	struct pushing *all;

	if (s->is_sandbox) return NULL;
	all = calloc(1, sizeof(*all));
	assert(all);
	all->server = s;
	all->loop = s->loops[0];
	all->hear.run = hear;
	all->resident.leave = leave;
	all->vapid = push_vapid_new(s->auth.keys.push);
	assert(all->vapid);
	fetches_init(&all->fetches, all->loop, NULL);
	map_init(&all->by_account, MAP_BORROWS_KEYS);
	pthread_mutex_init(&all->lock, NULL);
	loop_enter(all->loop, &all->resident);
	actors_on_open(s->actors, account_opened, all);
	return all;
}

slice pushing_key(const struct pushing *p)
{
	return push_vapid_key(p->vapid);
}

void pushing_free(struct pushing *all)
{
	const struct map_entry *entry;
	size_t cursor = 0;
	struct heard *h;

	if (!all) return;
	while ((entry = map_next(&all->by_account, &cursor))) {
		push_account_free(entry->value);
	}
	map_done(&all->by_account);
	while ((h = take_heard(all)))
		free(h);
	push_vapid_free(all->vapid);
	pthread_mutex_destroy(&all->lock);
	free(all);
}
