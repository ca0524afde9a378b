#include "server/token_inquiry.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/https_url.h"
#include "base/log.h"
#include "base/random.h"
#include "dns/resolve.h"
#include "policy/mx.h"
#include "server/token_rules.h"

enum {
	QUESTION_MAX = 4 * SASL_RESPONSE_MAX, /* octets: every one may take three */
	CLIENT_MAX = 16 * 1024,
};

struct inquiry {
	struct token_check *check;
	void (*ended)(struct token_check *check);
	struct fetches *fetches;
	struct fetch fetch;
	struct buf question, client;
	struct dns_resolve resolve;
	struct dns_answers answers;
	struct dns_budget budget;
	struct mx_request host;
	struct mx_result places;
	struct arena arena;
	struct resident resident; /* the loop waits for it */
	bool is_stopping;
};

/* ---- the end ---- */

static void end(struct inquiry *q)
{
	struct token_check *check = q->check;
	void (*ended)(struct token_check *) = q->ended;

	loop_leave(&q->resident);
	buf_wipe(&q->question);
	buf_wipe(&q->client);
	dns_answers_done(&q->answers);
	arena_done(&q->arena);
	free(q);
	ended(check);
}

static void fail(struct inquiry *q, slice why, uint32_t status)
{
	log_event(LOG_ERROR, "oauth.no-answer",
		  LOG_STR("url", q->check->config->oauth_introspection),
		  LOG_INT("status", status), LOG_STR("why", why));
	end(q);
}

static void leave(struct resident *r, bool)
{
	struct inquiry *q = CONTAINER_OF(r, struct inquiry, resident);

	q->is_stopping = true;
	fetches_stop(q->fetches);
}

/* ---- FETCH ---- */

static void fetched(struct fetch *f, const struct fetch_answer *a)
{
	struct inquiry *q = CONTAINER_OF(f, struct inquiry, fetch);
	struct token_rules rules = token_rules_of(q->check->config);

	if (a->status != 200) {
		fail(q, a->status ? S("it refuses to tell") : a->fault, a->status);
		return;
	}
	token_read_answer(a->body, &rules, clock_now(), &q->check->verdict);
	if (q->check->verdict.verdict == ERR_LATER)
		fail(q, S("that is no answer of RFC 7662"), a->status);
	else
		end(q);
}

static void ask(struct inquiry *q)
{
	const struct config *c = q->check->config;

	if (c->oauth_client.n) token_write_client(c->oauth_client, &q->client);
	token_write_question(q->check->token, &q->question);
	q->fetch.request.trust = c->delivery_trust;
	q->fetch.request.body_type = S("application/x-www-form-urlencoded");
	q->fetch.request.body = buf_slice(&q->question);
	q->fetch.request.authorization = buf_slice(&q->client);
	q->fetch.request.answer_max = INTROSPECTION_MAX;
	q->fetch.request.timeout_ms = TOKEN_INQUIRY_MS;
	q->fetch.done = fetched;
	fetch_start(q->fetches, &q->fetch);
}

/* ---- RESOLVE ---- */

static bool decide(struct dns_resolve *r, const struct dns_answers *known,
		   struct dns_question *ret)
{
	struct inquiry *q = CONTAINER_OF(r, struct inquiry, resolve);

	return q->is_stopping || mx_decide(&q->host, known, &q->arena, &q->places, ret);
}

static void decided(struct dns_resolve *r)
{
	struct inquiry *q = CONTAINER_OF(r, struct inquiry, resolve);
	struct fetch_request *to = &q->fetch.request;
	const struct mx_host *host = &q->places.hosts[0];

	if (q->is_stopping || r->gave_up || q->places.verdict != MX_FOUND) {
		fail(q, S("its host has no address"), 0);
		return;
	}
	for (; to->address_count < host->address_count; to->address_count++)
		to->addresses[to->address_count] = host->addresses[to->address_count];
	ask(q);
}

static void resolve(struct inquiry *q)
{
	q->host = (struct mx_request){ .domain = q->fetch.request.host,
				       .is_host = true,
				       .ignores_tlsa = true,
				       .seed = random_below(UINT64_MAX) };
	dns_budget_init(&q->budget, clock_monotonic_ms());
	q->resolve = (struct dns_resolve){ .dns = q->check->all->dns,
					   .loop = q->check->loop,
					   .answers = &q->answers,
					   .budget = &q->budget,
					   .decide = decide,
					   .decided = decided };
	dns_resolve_start(&q->resolve);
}

static struct inquiry *inquiry_new(struct token_check *check, struct fetches *fetches)
{
	struct inquiry *q = calloc(1, sizeof(*q));

	assert(q);
	q->check = check;
	q->fetches = fetches;
	buf_init(&q->question, QUESTION_MAX);
	buf_init(&q->client, CLIENT_MAX);
	dns_answers_init(&q->answers);
	arena_init(&q->arena, MX_ARENA_MAX);
	q->resident.leave = leave;
	loop_enter(check->loop, &q->resident);
	return q;
}

void token_inquiry_start(struct token_check *check, struct fetches *fetches,
			 void (*ended)(struct token_check *check))
{
	struct inquiry *q = inquiry_new(check, fetches);
	struct fetch_request *to = &q->fetch.request;

	q->ended = ended;
	/* That it is a URL was seen when the configuration was read. */
	(void)https_url_split(check->config->oauth_introspection, &to->host, &to->port,
			      &to->path);
	if (ip_parse(to->host, &to->addresses[0])) {
		to->address_count = 1;
		ask(q);
	} else {
		resolve(q);
	}
}
