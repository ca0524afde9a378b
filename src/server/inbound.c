#include "server/inbound.h"

#include <assert.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "policy/signing.h"

enum { FACTS_MAX = 64 * 1024 }; /* octets: lines of the SMTP dialogue */

bool inbound_wants(const struct session *s)
{
	if (!s->server->dns || s->peer.kind == NETADDR_UNIX) return false;
	return s->config->dns_servers.count || !netaddr_is_private(&s->peer);
}

static bool is_abandoned(const struct inbound *in)
{
	return !in->session->conn;
}

static void finish(struct inbound *in)
{
	in->is_running = false;
	in->finished(in);
}

static void log_checks(const struct inbound *in)
{
	static const char *const actions[] = {
		[INBOUND_ACCEPT] = "accept",
		[INBOUND_QUARANTINE] = "quarantine",
		[INBOUND_REJECT] = "reject",
	};
	const struct inbound_checks *c = &in->checks;

	log_event(LOG_INFO, "mail.checked", LOG_STR("id", in->id),
		  LOG_INT("session", in->session->id),
		  LOG_STR("spf", spf_result_name(c->spf.result)),
		  LOG_STR("dkim", inbound_checks_dkim(c)),
		  LOG_STR("dmarc", inbound_checks_dmarc(c)),
		  LOG_STR("arc", inbound_checks_arc(c)),
		  LOG_STR("iprev", iprev_result_name(iprev_result(&c->reverse))),
		  LOG_STR("author", in->read.author),
		  LOG_TEXT_OF("action", actions[in->action]));
}

static bool decide(struct dns_resolve *r, const struct dns_answers *answers,
		   struct dns_question *ret)
{
	struct inbound *in = CONTAINER_OF(r, struct inbound, resolve);

	/* At the server's end there may be nobody left to ask. */
	return is_abandoned(in) || inbound_checks_decide(&in->checks, answers, ret);
}

static void decided(struct dns_resolve *r)
{
	struct inbound *in = CONTAINER_OF(r, struct inbound, resolve);

	if (in->checks.is_decided && !is_abandoned(in)) {
		in->action = inbound_checks_action(&in->checks);
		if (!inbound_checks_write(&in->checks, &in->fields))
			buf_reset(&in->fields);
		log_checks(in);
	} else if (r->gave_up) {
		log_event(LOG_WARNING, "mail.unchecked", LOG_STR("id", in->id),
			  LOG_INT("session", in->session->id));
	}
	finish(in);
}

static void read_message(struct work *w)
{
	struct inbound *in = CONTAINER_OF(w, struct inbound, work);

	inbound_message_read(&in->read, in->message, in->checks.request.receiver);
}

static void message_read(struct work *w)
{
	struct inbound *in = CONTAINER_OF(w, struct inbound, work);

	if (is_abandoned(in)) {
		finish(in);
		return;
	}
	dns_budget_init(&in->budget, clock_monotonic_ms());
	in->resolve = (struct dns_resolve){ .dns = in->session->server->dns,
					    .loop = in->session->loop,
					    .answers = &in->answers,
					    .budget = &in->budget,
					    .decide = decide,
					    .decided = decided };
	dns_resolve_start(&in->resolve);
}

static slice keep(struct inbound *in, slice text)
{
	slice copy = { 0 };
	bool fits = arena_copy(&in->arena, text, &copy);

	assert(fits); /* each came on a line of SMTP_LINE_MAX */
	return copy;
}

/* A bounce has no sender to ask about but the host itself (RFC 7208 2.4). */
static struct spf_request request_of(struct inbound *in, const struct inbound_facts *f)
{
	return (struct spf_request){
		.identity = f->domain.n ? SPF_MAIL_FROM : SPF_HELO,
		.ip = netaddr_ip(&in->session->peer),
		.helo = keep(in, f->helo),
		.local = keep(in, f->local),
		.domain = keep(in, f->domain),
		.receiver = in->session->config->hostname,
		.now = f->now,
	};
}

void inbound_start(struct inbound *in, const struct inbound_facts *facts)
{
	struct spf_request request;

	arena_init(&in->arena, FACTS_MAX);
	in->id = keep(in, facts->id);
	request = request_of(in, facts);
	buf_init(&in->fields, INBOUND_FIELDS_MAX);
	dns_answers_init(&in->answers);
	inbound_message_init(&in->read);
	in->read.seals = facts->seals;
	inbound_checks_init(&in->checks, &in->read, &request);
	in->is_running = true;
	in->work = (struct work){ .run = read_message,
				  .done = message_read,
				  .loop = in->session->loop };
	workers_submit(in->session->server->workers, WORK_LONG, &in->work);
}

void inbound_done(struct inbound *in)
{
	assert(!in->is_running);
	if (!in->work.run) return;
	inbound_checks_done(&in->checks);
	inbound_message_done(&in->read);
	dns_answers_done(&in->answers);
	buf_done(&in->fields);
	arena_done(&in->arena);
	*in = (struct inbound){ 0 };
}

void inbound_seal(const struct inbound *in, slice domain, struct buf *out)
{
	const struct inbound_message *m = &in->read;
	struct buf results;

	if (!in->checks.is_decided || !m->arc || !m->seals || m->whole_body < 0) return;
	buf_init(&results, INBOUND_FIELDS_MAX);
	if (inbound_checks_write_results(&in->checks, S(""), &results)) {
		const struct sealed_message sealed = {
			.chain = m->arc,
			.list = &m->list,
			.body = body_hashes_get(m->hashes, m->whole_body),
			.results = buf_slice(&results),
		};

		signing_seal(in->session->server->config, domain, &sealed,
			     in->checks.request.now, out);
	}
	buf_done(&results);
}

bool inbound_is_doubtful(const struct inbound *in)
{
	return in->action != INBOUND_ACCEPT || in->checks.spf.result == SPF_FAIL;
}

slice inbound_author(const struct inbound *in)
{
	return in->read.author;
}
