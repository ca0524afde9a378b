#include "server/outgoing_courier.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/random.h"
#include "server/trace_delivery.h"
#include "smtp/client_dialogue.h"

const struct mx_host *courier_host(const struct courier *c)
{
	return &c->found.hosts[c->host];
}

slice courier_host_name(const struct courier *c)
{
	const struct mx_host *h = courier_host(c);

	return h->name.n ? h->name : c->relay.host;
}

void courier_note(struct courier *c, int code, slice status, slice text)
{
	buf_reset(&c->why_text);
	buf_reset(&c->why_status);
	buf_add(&c->why_text, slice_head(text, COURIER_WHY_MAX));
	buf_add(&c->why_status, slice_head(status, COURIER_WHY_MAX));
	c->why = (struct queue_reply){ .code = code,
				       .status = buf_slice(&c->why_status),
				       .text = buf_slice(&c->why_text),
				       .remote = courier_host_name(c) };
}

/* ---- TRY ---- */

static void try_address(struct courier *c);

static void give_up(struct courier *c)
{
	if (c->all->is_stopping)
		place_left(c->place, PLACE_ABANDONED, c->is_opening);
	else
		place_unreachable(c->place, &c->why, c->is_opening);
	courier_end(c);
}

static void try_next(struct courier *c)
{
	trace_unreachable(c);
	c->is_plain = false;
	if (++c->address >= courier_host(c)->address_count) {
		c->address = 0;
		c->host++;
	}
	if (c->host < c->found.host_count && !c->all->is_stopping)
		try_address(c);
	else
		give_up(c);
}

/* It could be done without TLS, and that was what failed (RFC 7435 3). */
static bool may_go_plain(const struct courier *c, const struct conn *conn)
{
	return !c->is_plain && c->relay.tls == TLS_OPPORTUNISTIC &&
	       c->to.target.verify == TLS_ANY && conn_tls_failure(conn) != TLS_NOT_FAILED;
}

static void connection_failed(void *context, struct conn *, const char *why)
{
	struct courier *c = context;

	c->conn = NULL;
	courier_note(c, 0, S("4.4.1"), slice_of(why));
	try_next(c);
}

static void connection_closed(void *session, struct conn *conn, const char *why)
{
	struct courier *c = session;
	bool goes_plain = !c->is_ready && may_go_plain(c, conn);

	c->conn = NULL;
	c->client = NULL;
	if (c->is_ready) {
		place_left(c->place, c->is_broken ? PLACE_FAILED : PLACE_SUCCEEDED,
			   c->is_opening);
		courier_end(c);
		return;
	}
	if (conn_tls_failure(conn) != TLS_NOT_FAILED)
		courier_note(c, 0, S("4.7.5"), slice_of(why));
	if (goes_plain) {
		trace_unreachable(c);
		c->is_plain = true;
		try_address(c);
	} else {
		try_next(c);
	}
}

static bool connection_opened(void *context, struct conn *conn)
{
	struct courier *c = context;

	courier_note(c, 0, S("4.4.2"), S("It closed the connection"));
	c->client = smtp_client_new(&c->config, NULL, &courier_client_host, c);
	conn_attach(conn, smtp_client_engine(c->client), c);
	return true;
}

/* What the certificate must show, and whether there must be one. */
static void set_tls(struct courier *c)
{
	const struct mx_host *h = courier_host(c);
	struct tls_target *t = &c->to.target;

	c->names[0] = h->tlsa_count ? h->tlsa_base : h->name;
	c->names[1] = c->relay.host;
	*t = (struct tls_target){ .verify = TLS_ANY,
				  .names = c->names,
				  .name_count = h->name.n ? 1 : 0 };
	c->config.tls =
		c->relay.tls == TLS_REQUIRED ? CLIENT_TLS_ALWAYS : CLIENT_TLS_IF_OFFERED;
	if (c->relay.tls == TLS_NONE || c->is_plain) {
		c->config.tls = CLIENT_TLS_NEVER;
	} else if (h->tlsa_count) { /* the next hop counts, too (RFC 7672 3.2.2) */
		t->verify = TLS_DANE;
		t->name_count = 2;
		t->tlsa = h->tlsa;
		t->tlsa_count = h->tlsa_count;
		c->config.tls = CLIENT_TLS_ALWAYS;
	} else if (c->relay.tls == TLS_REQUIRED && c->relay.is_host && h->name.n) {
		t->verify = TLS_PKIX; /* the operator has named it, so its name counts */
	}
}

static struct netaddr address_of(struct ip a, uint16_t port)
{
	struct netaddr n = { .kind = a.n == IP4_OCTETS ? NETADDR_V4 : NETADDR_V6,
			     .port = port };

	memcpy(n.ip, a.octets, a.n);
	return n;
}

static void try_address(struct courier *c)
{
	const struct config *config = outgoing_config(c->all);

	buf_reset(&c->why_dialogue);
	c->peer = address_of(courier_host(c)->addresses[c->address], c->relay.port);
	c->config = (struct smtp_client_config){
		.host_name = config->hostname,
		.user = c->relay.user,
		.password = c->relay.password,
		.plaintext_login = config->allow_plaintext_login != 0,
	};
	c->to = (struct outgoing){
		.addresses = &c->peer,
		.address_count = 1,
		.source_v4 = c->all->source_v4,
		.source_v6 = c->all->source_v6,
		.tls = c->all->tls,
		.service = { .context = c,
			     .open = connection_opened,
			     .job_wanted = courier_job_wanted,
			     .closed = connection_closed,
			     .failed = connection_failed },
	};
	set_tls(c);
	c->conn = conn_connect(c->all->loop, &c->to);
}

/* ---- REFUSE ---- */

static void refuse_next(struct courier *c);

static void refuse(struct parcel *p)
{
	struct courier *c = p->context;
	bool was_last = p->count == 0;

	if (!was_last) parcel_settle_all(p, ATTEMPT_REFUSED, &c->why);
	parcel_end(p, S(""));
	if (!was_last && !c->all->is_stopping) {
		refuse_next(c);
		return;
	}
	place_left(c->place, PLACE_SUCCEEDED, true);
	courier_end(c);
}

static void refuse_next(struct courier *c)
{
	parcel_take(c->all, c->place->name, refuse, c);
}

/* ---- RESOLVE ---- */

static bool decide(struct dns_resolve *r, const struct dns_answers *known,
		   struct dns_question *ret)
{
	struct courier *c = CONTAINER_OF(r, struct courier, resolve);

	return c->all->is_stopping ||
	       mx_decide(&c->request, known, &c->arena, &c->found, ret);
}

static void decided(struct dns_resolve *r)
{
	struct courier *c = CONTAINER_OF(r, struct courier, resolve);

	outgoing_hold(c->all);
	if (r->gave_up)
		c->found = (struct mx_result){ .verdict = MX_DEFERRED,
					       .status = S("4.4.3"),
					       .text = S("Too many DNS questions") };
	courier_note(c, 0, c->found.status, c->found.text);
	c->why.remote = S("");
	if (c->found.verdict == MX_DEFERRED) trace_unreachable(c);
	if (c->all->is_stopping || c->found.verdict == MX_DEFERRED)
		give_up(c);
	else if (c->found.verdict == MX_REFUSED)
		refuse_next(c);
	else
		try_address(c);
}

void courier_start(struct place *p)
{
	struct outgoing_mail *o = p->all;
	struct courier *c = calloc(1, sizeof(*c));

	assert(c);
	*c = (struct courier){ .all = o, .place = p, .is_opening = true };
	c->relay = relay_find(outgoing_config(o), p->name);
	c->request = (struct mx_request){ .domain = c->relay.host,
					  .is_host = c->relay.is_host,
					  .port = c->relay.port,
					  .own_name = outgoing_config(o)->hostname,
					  .own = o->own,
					  .own_count = o->own_count,
					  .seed = random_below(UINT64_MAX) };
	buf_init(&c->why_text, COURIER_WHY_MAX);
	buf_init(&c->why_status, COURIER_WHY_MAX);
	buf_init(&c->why_dialogue, SMTP_DIALOGUE_MAX);
	buf_init(&c->piece, SMTP_PIECE_MAX);
	arena_init(&c->arena, MX_ARENA_MAX);
	dns_answers_init(&c->answers);
	dns_budget_init(&c->budget, clock_monotonic_ms());
	c->resolve = (struct dns_resolve){ .dns = o->server->dns,
					   .loop = o->loop,
					   .answers = &c->answers,
					   .budget = &c->budget,
					   .decide = decide,
					   .decided = decided };
	dns_resolve_start(&c->resolve);
}
