#include "server/stranger.h"

#include <assert.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "mailauth/dnsbl.h"
#include "mailauth/reverse.h"
#include "server/inbound.h"

enum { ARENA_MAX = 256 * 1024 }; /* octets, of the names of questions */

static const struct config *config_of(const struct stranger *s)
{
	return s->session->config;
}

bool stranger_is_unknown(const struct stranger *s)
{
	const struct config *c = config_of(s);

	if (c->dnsbl.count == 0 && c->reverse_dns == REVERSE_OFF) return false;
	return inbound_wants(s->session) && !s->session->is_exempt &&
	       !netaddr_eq(&s->known, &s->session->peer);
}

static bool has_name(const struct stranger *s, const struct reverse *r)
{
	if (config_of(s)->reverse_dns == REVERSE_OFF) return true;
	switch (iprev_result(r)) {
	case IPREV_FAIL:
		return config_of(s)->reverse_dns == REVERSE_NAME;
	case IPREV_PERMERROR:
		return false;
	case IPREV_PASS:
	case IPREV_TEMPERROR:
		break;
	}
	return true;
}

static bool decide(struct dns_resolve *resolve, const struct dns_answers *known,
		   struct dns_question *ret)
{
	struct stranger *s = CONTAINER_OF(resolve, struct stranger, resolve);
	const struct slice_list *zones = &config_of(s)->dnsbl;
	struct ip ip = netaddr_ip(&s->session->peer);
	struct reverse reverse;

	if (!s->session->conn) return true;
	arena_reset(&s->arena);
	if (!dnsbl_find(ip, zones->items, zones->count, known, &s->arena, &s->zone, ret))
		return false;
	if (s->zone.n || config_of(s)->reverse_dns == REVERSE_OFF) return true;
	if (!reverse_find(ip, known, &s->arena, &reverse, ret)) return false;
	s->is_nameless = !has_name(s, &reverse);
	return true;
}

static void decided(struct dns_resolve *resolve)
{
	struct stranger *s = CONTAINER_OF(resolve, struct stranger, resolve);

	s->known = s->session->peer;
	s->is_running = false;
	dns_answers_done(&s->answers);
	if (s->zone.n || s->is_nameless)
		log_event(LOG_INFO, "stranger.refused",
			  LOG_INT("session", s->session->id), LOG_STR("list", s->zone));
	s->finished(s);
}

void stranger_start(struct stranger *s)
{
	assert(!s->is_running);
	s->is_running = true;
	s->zone = S("");
	s->is_nameless = false;
	arena_done(&s->arena);
	arena_init(&s->arena, ARENA_MAX);
	dns_answers_init(&s->answers);
	dns_budget_init(&s->budget, clock_monotonic_ms());
	s->resolve = (struct dns_resolve){ .dns = s->session->server->dns,
					   .loop = s->session->loop,
					   .answers = &s->answers,
					   .budget = &s->budget,
					   .decide = decide,
					   .decided = decided };
	dns_resolve_start(&s->resolve);
}

void stranger_done(struct stranger *s)
{
	assert(!s->is_running);
	arena_done(&s->arena);
}

bool stranger_is_refused(const struct stranger *s, slice *ret_enhanced,
			 struct buf *ret_text)
{
	if (s->zone.n) {
		*ret_enhanced = S("5.7.1");
		buf_addf(ret_text, "Your address is listed by %.*s", FMT(s->zone));
	} else if (s->is_nameless) {
		*ret_enhanced = S("5.7.25"); /* RFC 7372 3.3 */
		buf_add(ret_text, S("Your address has no name in the DNS that leads to "
				    "it"));
	}
	return s->zone.n || s->is_nameless;
}
