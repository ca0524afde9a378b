/*
 * One message on its way:
 *
 *   RESOLVE --addresses--> FETCH --status--> END
 *      '------- none, or none that may be ---^
 */
#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/https_url.h"
#include "base/log.h"
#include "base/random.h"
#include "dns/resolve.h"
#include "policy/mx.h"
#include "server/push_cipher.h"
#include "server/push_private.h"
#include "server/push_reach.h"
#include "server/reporting.h"

enum {
	POST_MS = 5 * 1000,      /* for all: few are sent at once */
	POST_ANSWER_MAX = 65536, /* octets */
	FIELDS_MAX = 200,
	PROOF_MAX = 8192,
	URL_MAX = 4096,
};

struct push_post {
	struct push *push;
	struct buf url, body, fields, proof;
	struct task begin;
	struct fetch fetch;
	struct dns_resolve resolve;
	struct dns_answers answers;
	struct dns_budget budget;
	struct mx_request host;
	struct mx_result places;
	struct arena arena;
	slice fault; /* why it never began */
};

static struct pushing *pushing_of(const struct push_post *o)
{
	return o->push->of->all;
}

/* ---- END ---- */

static void end(struct push_post *o, enum push_outcome outcome)
{
	struct push *p = o->push;

	p->post = NULL;
	buf_wipe(&o->url);
	buf_wipe(&o->body);
	buf_done(&o->fields);
	buf_wipe(&o->proof);
	dns_answers_done(&o->answers);
	arena_done(&o->arena);
	free(o);
	push_posted(p, outcome);
}

static enum push_outcome outcome_of(uint32_t status)
{
	if (status >= 200 && status < 300) return PUSH_TAKEN;
	/* It is gone (RFC 8030 7.3), or not ours to push to (RFC 8292 4.2). */
	if (status == 404 || status == 410 || status == 403) return PUSH_REFUSED;
	return status == 429 ? PUSH_SLOWER : PUSH_FAILED;
}

static void log_end(const struct push_post *o, uint32_t status, slice why)
{
	bool is_good = outcome_of(status) == PUSH_TAKEN;

	log_event(is_good ? LOG_DEBUG : LOG_INFO, is_good ? "push.sent" : "push.failed",
		  LOG_INT("account", o->push->of->account),
		  LOG_STR("host", o->fetch.request.host), LOG_INT("status", status),
		  LOG_STR("why", why));
}

static void fail(struct push_post *o, slice why)
{
	log_end(o, 0, why);
	end(o, PUSH_FAILED);
}

/* ---- FETCH ---- */

static void fetched(struct fetch *f, const struct fetch_answer *a)
{
	struct push_post *o = CONTAINER_OF(f, struct push_post, fetch);
	uint32_t status = a->status;

	log_end(o, status, a->fault);
	end(o, outcome_of(status));
}

static void add_address(struct push_post *o, struct ip a)
{
	struct fetch_request *to = &o->fetch.request;

	if (push_reaches(pushing_of(o)->server->config, a))
		to->addresses[to->address_count++] = a;
}

/* Every message has one (RFC 9749 4). */
static bool write_proof(struct push_post *o)
{
	const struct pushing *all = pushing_of(o);
	struct buf contact;
	bool good;

	buf_init(&contact, ADDRESS_MAX);
	reporting_from(all->server->config, &contact);
	good = push_vapid_authorize(all->vapid, o->fetch.request.host,
				    o->fetch.request.port, buf_slice(&contact),
				    clock_now(), &o->proof);
	buf_done(&contact);
	return good;
}

static void post(struct push_post *o)
{
	struct fetch_request *to = &o->fetch.request;

	if (to->address_count == 0) {
		fail(o, S("its host is at no address to which may be pushed"));
		return;
	}
	if (!write_proof(o)) {
		fail(o, S("it cannot be signed"));
		return;
	}
	to->trust = pushing_of(o)->server->config->delivery_trust;
	to->body_type = S("application/json");
	to->body = buf_slice(&o->body);
	to->fields = buf_slice(&o->fields);
	to->authorization = buf_slice(&o->proof);
	to->answer_max = POST_ANSWER_MAX;
	to->timeout_ms = POST_MS;
	o->fetch.done = fetched;
	fetch_start(&pushing_of(o)->fetches, &o->fetch);
}

/* ---- RESOLVE ---- */

static bool decide(struct dns_resolve *r, const struct dns_answers *known,
		   struct dns_question *ret)
{
	struct push_post *o = CONTAINER_OF(r, struct push_post, resolve);

	return pushing_of(o)->is_stopping ||
	       mx_decide(&o->host, known, &o->arena, &o->places, ret);
}

static void decided(struct dns_resolve *r)
{
	struct push_post *o = CONTAINER_OF(r, struct push_post, resolve);
	const struct mx_host *host = &o->places.hosts[0];

	if (pushing_of(o)->is_stopping || r->gave_up || o->places.verdict != MX_FOUND) {
		fail(o, S("its host has no address"));
		return;
	}
	for (uint32_t i = 0; i < host->address_count; i++)
		add_address(o, host->addresses[i]);
	post(o);
}

static void resolve(struct push_post *o)
{
	o->host = (struct mx_request){ .domain = o->fetch.request.host,
				       .is_host = true,
				       .ignores_tlsa = true,
				       .seed = random_below(UINT64_MAX) };
	dns_budget_init(&o->budget, clock_monotonic_ms());
	o->resolve = (struct dns_resolve){ .dns = pushing_of(o)->server->dns,
					   .loop = pushing_of(o)->loop,
					   .answers = &o->answers,
					   .budget = &o->budget,
					   .decide = decide,
					   .decided = decided };
	dns_resolve_start(&o->resolve);
}

static void begin(struct task *t)
{
	struct push_post *o = CONTAINER_OF(t, struct push_post, begin);
	struct fetch_request *to = &o->fetch.request;
	struct ip literal;

	if (o->fault.n ||
	    !https_url_split(buf_slice(&o->url), &to->host, &to->port, &to->path)) {
		fail(o, o->fault);
	} else if (ip_parse(to->host, &literal)) {
		add_address(o, literal);
		post(o);
	} else {
		resolve(o);
	}
}

/* ---- the message ---- */

static void write_body(struct push_post *o, slice body)
{
	const struct jmap_push *what = &o->push->what;

	if (!what->key.n)
		buf_add(&o->body, body);
	else if (push_encrypt(what->key, what->secret, body, &o->body))
		buf_add(&o->fields, S("Content-Encoding: aes128gcm\r\n"));
	else
		o->fault = S("it cannot be encrypted");
}

void push_post_start(struct push *p, slice body, slice urgency)
{
	struct push_post *o = calloc(1, sizeof(*o));

	assert(o);
	o->push = p;
	p->post = o;
	buf_init(&o->url, URL_MAX);
	buf_init(&o->body, 2 * PUSH_SEALED_MAX);
	buf_init(&o->fields, FIELDS_MAX);
	buf_init(&o->proof, PROOF_MAX);
	dns_answers_init(&o->answers);
	arena_init(&o->arena, MX_ARENA_MAX);
	buf_add(&o->url, p->what.url);
	buf_addf(&o->fields, "TTL: %d\r\nUrgency: %.*s\r\n", PUSH_TTL_S, FMT(urgency));
	write_body(o, body);
	o->begin.run = begin;
	loop_defer(p->of->all->loop, &o->begin);
}
