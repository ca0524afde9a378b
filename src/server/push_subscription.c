#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "server/push_cipher.h"
#include "server/push_private.h"
#include "server/throttle.h"

enum {
	TEXT_MAX = 32 * 1024, /* octets of all texts of one */
	HOUR_MS = 3600 * 1000,
	MESSAGES_PER_HOUR = 3600,  /* of an account */
	FAR_MS = 24 * 3600 * 1000, /* the longest that a timer is set ahead */
};

/* ---- in memory ---- */

static void due(struct timer *t)
{
	push_consider(CONTAINER_OF(t, struct push, timer));
}

/* Room is enough that the text never moves. */
static void keep(struct buf *text, slice *s)
{
	size_t at = text->n;
	slice from = *s;

	buf_add(text, from);
	*s = (slice){ buf_slice(text).p + at, from.n };
}

static void keep_texts(struct push *p)
{
	struct jmap_push *w = &p->what;
	slice *all[] = { &w->url, &w->key, &w->secret, &w->code, &w->types, &w->signer };

	buf_reserve(&p->text, w->url.n + w->key.n + w->secret.n + w->code.n + w->types.n +
				      w->signer.n + 1);
	for (size_t i = 0; i < countof(all); i++)
		keep(&p->text, all[i]);
}

struct push *push_new(const struct jmap_push *what)
{
	struct push *p = calloc(1, sizeof(*p));

	assert(p);
	p->what = *what;
	buf_init(&p->text, TEXT_MAX);
	buf_init(&p->known, JMAP_STATES_MAX);
	buf_init(&p->telling, JMAP_STATES_MAX);
	keep_texts(p);
	buf_add(&p->known, what->known);
	p->what.known = S("");
	p->pause_ms = PUSH_PAUSE_MS;
	p->timer.fire = due;
	list_init(&p->link);
	return p;
}

void push_free(struct push *p)
{
	list_remove(&p->link);
	buf_wipe(&p->text);
	buf_done(&p->known);
	buf_done(&p->telling);
	free(p);
}

void push_renew(struct push *p, struct push *fresh)
{
	struct buf text = p->text;

	if (!p->what.is_verified && fresh->what.is_verified) {
		buf_reset(&p->known);
		buf_add(&p->known, buf_slice(&fresh->known));
		p->failures = 0;
		p->next_ms = 0;
	}
	p->what = fresh->what;
	p->text = fresh->text;
	fresh->text = text;
	push_free(fresh);
}

/* ---- whether it still counts ---- */

static bool has_credential(const struct account_view *account, int64_t id)
{
	for (uint32_t i = 0; i < account->credential_count; i++)
		if (account->credentials[i].id == id) return true;
	return false;
}

/* The credential with which it was made is still one of the account's (RFC 8620 7.2). A
 * token's end nobody tells us: that one has its expiry only. */
static bool is_proven(const struct push *p)
{
	const struct server *s = p->of->all->server;
	const struct directory *d = directory_get(s->store);
	struct account_view account;
	bool is_there = directory_find_account_by_id(d, p->of->account, &account);
	bool good = is_there &&
		    (p->what.credential ? has_credential(&account, p->what.credential)
					: token_checks_are_configured(s->config));

	directory_put(d);
	return good;
}

static void give_up(struct push *p, const char *why)
{
	log_event(LOG_INFO, "push.over", LOG_INT("account", p->of->account),
		  LOG_INT("subscription", p->what.id), LOG_TEXT_OF("why", why));
	p->is_over = true;
	push_account_write(p->of);
}

/* ---- what is to be told ---- */

static bool may_send(struct push *p)
{
	const struct rate rate = { .kind = THROTTLED_PUSH,
				   .limit = MESSAGES_PER_HOUR,
				   .window_ms = HOUR_MS };
	const slice who = { (const char *)&p->of->account, sizeof(p->of->account) };

	return rates_take(p->of->all->server->rates, &rate, who, clock_monotonic_ms());
}

static void wait_until(struct push *p, int64_t due_ms)
{
	int64_t left_ms = (p->what.expires - clock_now()) * 1000;
	int64_t now_ms = loop_now_ms(p->of->all->loop);

	if (left_ms < FAR_MS && now_ms + left_ms < due_ms) due_ms = now_ms + left_ms;
	timer_set(p->of->all->loop, &p->timer, due_ms);
}

static void send_body(struct push *p, slice body, slice urgency)
{
	if (!may_send(p)) {
		wait_until(p, loop_now_ms(p->of->all->loop) + PUSH_AGAIN_MS);
		return;
	}
	p->of->posts++;
	p->of->all->posts++;
	push_post_start(p, body, urgency);
}

static void send_code(struct push *p)
{
	struct buf body;

	buf_init(&body, PUSH_PLAIN_MAX);
	jmap_push_verification_write(p->of->account, &p->what, &body);
	p->tells_code = true;
	send_body(p, buf_slice(&body), S("high"));
	buf_done(&body);
}

/* Mail that has come is what somebody may wait for (RFC 8030 5.3). */
static void send_states(struct push *p, slice states)
{
	bool is_mail = states_have_type(states, S("EmailDelivery"));
	struct buf body;

	buf_init(&body, PUSH_PLAIN_MAX);
	state_change_write(p->of->account, states, &body);
	p->tells_code = false;
	buf_reset(&p->telling);
	buf_add(&p->telling, buf_slice(&p->of->states));
	send_body(p, buf_slice(&body), is_mail ? S("normal") : S("low"));
	buf_done(&body);
}

static void tell(struct push *p)
{
	struct buf fresh;

	buf_init(&fresh, JMAP_STATES_MAX);
	if (!p->what.is_verified && !p->what.was_asked && !p->is_delivered)
		send_code(p);
	else if (p->what.is_verified &&
		 states_difference(buf_slice(&p->known), buf_slice(&p->of->states),
				   p->what.types, &fresh))
		send_states(p, buf_slice(&fresh));
	buf_done(&fresh);
}

void push_consider(struct push *p)
{
	int64_t now_ms = loop_now_ms(p->of->all->loop);

	if (p->post || p->is_over || p->is_gone || p->of->all->is_stopping) return;
	wait_until(p, now_ms < p->next_ms ? p->next_ms : now_ms + FAR_MS);
	if (p->what.expires <= clock_now())
		give_up(p, "it expired");
	else if (!slice_eq(p->what.signer, push_vapid_key(p->of->all->vapid)))
		give_up(p, "the server's key is another"); /* RFC 9749 5 */
	else if (!is_proven(p))
		give_up(p, "its credential is gone");
	else if (now_ms >= p->next_ms && p->of->posts < PUSH_POSTS_MAX)
		tell(p);
}

/* ---- what came of it ---- */

static void taken(struct push *p)
{
	p->failures = 0;
	p->pause_ms = p->pause_ms / 2 > PUSH_PAUSE_MS ? p->pause_ms / 2 : PUSH_PAUSE_MS;
	if (p->tells_code) {
		p->is_delivered = true;
		push_account_write(p->of);
		return;
	}
	buf_reset(&p->known);
	buf_add(&p->known, buf_slice(&p->telling));
}

static void slow_down(struct push *p)
{
	int64_t twice = 2 * p->pause_ms;

	p->pause_ms = twice < PUSH_SLOW_MS        ? PUSH_SLOW_MS
		      : twice < PUSH_PAUSE_MAX_MS ? twice
						  : PUSH_PAUSE_MAX_MS;
}

/* How long after so many failures the next try comes. */
static int64_t retry_ms(unsigned failures)
{
	int64_t wait_ms = PUSH_RETRY_MS;

	while (--failures > 0 && wait_ms < PUSH_PAUSE_MAX_MS)
		wait_ms *= 2;
	return wait_ms < PUSH_PAUSE_MAX_MS ? wait_ms : PUSH_PAUSE_MAX_MS;
}

static void learn(struct push *p, enum push_outcome outcome)
{
	int64_t wait_ms;

	if (outcome == PUSH_TAKEN) taken(p);
	if (outcome == PUSH_SLOWER) slow_down(p);
	if (outcome == PUSH_FAILED) p->failures++;
	wait_ms = outcome == PUSH_FAILED ? retry_ms(p->failures) : p->pause_ms;
	p->next_ms = loop_now_ms(p->of->all->loop) + wait_ms;
	if (outcome == PUSH_REFUSED)
		give_up(p, "its URL is gone, or not for us");
	else if (p->failures >= PUSH_FAILURES_MAX)
		give_up(p, "it failed too often");
}

void push_posted(struct push *p, enum push_outcome outcome)
{
	struct push_account *a = p->of;

	a->posts--;
	a->all->posts--;
	if (p->is_gone)
		push_free(p);
	else if (!a->all->is_stopping)
		learn(p, outcome);
	push_account_settle(a);
}
