#include "carrier/outgoing_courier.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/random.h"
#include "carrier/trace_delivery.h"
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

void courier_note_unfit(struct courier *c, int code, slice status, slice text)
{
	c->is_unfit = true;
	courier_note(c, code, status, text);
}

/* ---- TRY ---- */

static void try_address(struct courier *c);
static void refuse_next(struct courier *c);

static void give_up(struct courier *c)
{
	bool is_refused = c->is_unfit && !c->may_be_fit;

	if (is_refused && !c->all->is_stopping) {
		refuse_next(c);
		return;
	}
	if (c->all->is_stopping)
		place_left(c->place, PLACE_ABANDONED, c->is_opening);
	else
		place_unreachable(c->place, &c->why, c->is_opening);
	courier_end(c);
}

static bool is_enforced(const struct courier *c)
{
	return c->has_policy && c->policy.policy.mode == MTA_STS_ENFORCE;
}

/* Mail goes as without it, and the domain is told what would have failed (RFC 8461 5). */
static bool is_tested(const struct courier *c)
{
	return c->has_policy && c->policy.policy.mode == MTA_STS_TESTING &&
	       mta_sts_allows(&c->policy.policy, courier_host(c)->name);
}

/* DANE says enough of a host; else the domain's policy must know it (RFC 8461 2). */
static bool may_try(const struct courier *c, const struct mx_host *h)
{
	return h->tlsa_count || !is_enforced(c) ||
	       mta_sts_allows(&c->policy.policy, h->name);
}

static bool is_dane_required(const struct courier *c)
{
	return c->relay.tls == TLS_DANE_REQUIRED && c->relay.demand != DEMAND_NO_TLS;
}

/* And there is none (RFC 8460 4.3.2.1). */
static bool lacks_dane(const struct courier *c, const struct mx_host *h)
{
	return is_dane_required(c) && h->tlsa_count == 0;
}

/* False, with the reason noted and reported: the next one, without a connection. */
static bool is_worth_a_try(struct courier *c)
{
	if (lacks_dane(c, courier_host(c))) {
		courier_note(c, 0, S("4.7.5"),
			     S("DANE is required, and no TLSA record is of this host"));
		courier_report(c, "dane-required", S("no secure TLSA record"));
		return false;
	}
	if (may_try(c, courier_host(c))) return true;
	courier_note(c, 0, S("4.7.5"),
		     S("The domain's MTA-STS policy does not know this host"));
	courier_report(c, "validation-failure", S("the policy has no such mx"));
	return false;
}

bool courier_has_others(const struct courier *c)
{
	if (place_is_put_off_by_most(c->place)) return false;
	for (uint32_t i = c->host + 1; i < c->choices; i++) {
		const struct mx_host *h = &c->found.hosts[i];

		if (may_try(c, h) && !lacks_dane(c, h) &&
		    !place_is_put_off(c->place, h->name))
			return true;
	}
	return false;
}

/* From this host on. */
static void try_host(struct courier *c)
{
	while (c->host < c->found.host_count && !is_worth_a_try(c)) {
		c->may_be_fit = c->may_be_fit || c->relay.demand != DEMAND_TLS;
		c->host++;
	}
	if (c->host < c->found.host_count && !c->all->is_stopping)
		try_address(c);
	else
		give_up(c);
}

static void try_next(struct courier *c)
{
	trace_unreachable(c);
	c->is_plain = false;
	c->is_lenient = false;
	c->may_be_fit = c->may_be_fit || !c->is_unfit;
	if (++c->address >= courier_host(c)->address_count) {
		c->address = 0;
		c->host++;
	}
	try_host(c);
}

/* It could be done without TLS, and that was what failed (RFC 7435 3). */
static bool may_go_plain(const struct courier *c, const struct conn *conn)
{
	return !c->is_plain && c->relay.tls == TLS_OPPORTUNISTIC &&
	       c->relay.demand != DEMAND_TLS && c->to.target.verify == TLS_ANY &&
	       conn_tls_failure(conn) != TLS_NOT_FAILED;
}

/* Only a policy that is tested asked for what failed. */
static bool may_go_lenient(const struct courier *c, const struct conn *conn)
{
	return !c->is_lenient && is_tested(c) && c->to.target.verify == TLS_PKIX &&
	       c->relay.demand != DEMAND_TLS && conn_tls_failure(conn) != TLS_NOT_FAILED;
}

/* The same address, with less asked of it. */
static void try_again(struct courier *c, bool is_plain)
{
	trace_unreachable(c);
	c->is_plain = is_plain;
	c->is_lenient = true;
	try_address(c);
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
	bool goes_lenient = !c->is_ready && may_go_lenient(c, conn);

	c->conn = NULL;
	c->client = NULL;
	if (c->is_ready) {
		place_left(c->place, c->is_broken ? PLACE_FAILED : PLACE_SUCCEEDED,
			   c->is_opening);
		courier_end(c);
		return;
	}
	courier_report_failure(c, conn_tls_failure(conn), slice_of(why));
	if (conn_tls_failure(conn) != TLS_NOT_FAILED && c->relay.demand == DEMAND_TLS)
		courier_note_unfit(c, 0, S("5.7.10"), slice_of(why));
	else if (conn_tls_failure(conn) != TLS_NOT_FAILED)
		courier_note(c, 0, S("4.7.5"), slice_of(why));
	if (goes_plain || goes_lenient)
		try_again(c, goes_plain);
	else
		try_next(c);
}

static bool connection_opened(void *context, struct conn *conn)
{
	struct courier *c = context;

	courier_note(c, 0, S("4.4.2"), S("It closed the connection"));
	c->local = conn_local(conn);
	c->client = smtp_client_new(&c->config, NULL, &courier_client_host, c);
	conn_attach(conn, smtp_client_engine(c->client), c);
	return true;
}

/* A policy in testing names it, or the operator: then its name counts. */
static bool has_name_to_verify(const struct courier *c)
{
	if (is_tested(c) && !c->is_lenient) return true;
	return c->relay.tls == TLS_REQUIRED && c->relay.is_host &&
	       courier_host(c)->name.n > 0;
}

/* The next hop counts, too (RFC 7672 3.2.2). */
static void set_dane(struct courier *c, const struct mx_host *h)
{
	struct tls_target *t = &c->to.target;

	t->verify = TLS_DANE;
	t->name_count = 2;
	t->tlsa = h->tlsa;
	t->tlsa_count = h->tlsa_count;
	t->insist_on_tlsa = c->relay.demand == DEMAND_TLS || is_dane_required(c);
	c->config.tls = CLIENT_TLS_ALWAYS;
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
	c->config.tls = c->relay.tls == TLS_REQUIRED || c->relay.tls == TLS_DANE_REQUIRED
				? CLIENT_TLS_ALWAYS
				: CLIENT_TLS_IF_OFFERED;
	if (c->relay.tls == TLS_NONE || c->is_plain) {
		c->config.tls = CLIENT_TLS_NEVER;
	} else if (h->tlsa_count && c->relay.demand != DEMAND_NO_TLS) {
		set_dane(c, h);
	} else if (c->relay.demand == DEMAND_TLS || is_enforced(c)) {
		t->verify = TLS_PKIX;
		c->config.tls = CLIENT_TLS_ALWAYS;
	} else if (has_name_to_verify(c)) {
		t->verify = TLS_PKIX;
	}
}

static struct netaddr courier_address(const struct courier *c)
{
	if (c->relay.path.n) return (struct netaddr){ .kind = NETADDR_UNIX };
	return netaddr_of_ip(courier_host(c)->addresses[c->address], c->relay.port);
}

static void try_address(struct courier *c)
{
	const struct config *config = outgoing_config(c->all);

	c->is_unfit = false;
	buf_reset(&c->why_dialogue);
	c->peer = courier_address(c);
	c->config = (struct smtp_client_config){
		.host_name = config->hostname,
		.lmtp = c->relay.is_lmtp,
		.user = c->relay.user,
		.password = c->relay.password,
		.plaintext_login = config->allow_plaintext_login != 0,
	};
	c->to = (struct outgoing){
		.addresses = &c->peer,
		.address_count = 1,
		.path = c->relay.path.p,
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

	if (c->relay.path.n) {
		c->found = (struct mx_result){ .verdict = MX_FOUND, .host_count = 1 };
		c->found.hosts[0].address_count = 1;
		return true;
	}
	return c->all->is_stopping ||
	       mx_decide(&c->request, known, &c->arena, &c->found, ret);
}

/* Whoever answers for the domain could have named a server of his own, certificate and
 * all (RFC 8689 4.2.1). */
static bool has_names_to_verify(struct courier *c)
{
	if (c->relay.demand != DEMAND_TLS || c->found.has_sure_names || is_enforced(c))
		return true;
	courier_note(c, 0, S("5.7.10"),
		     S("TLS is required, and nothing proves the names of its servers"));
	c->why.remote = S("");
	return false;
}

static void try_hosts(struct courier *c)
{
	if (has_names_to_verify(c))
		try_host(c);
	else
		refuse_next(c);
}

static void policy_found(struct sts_search *s)
{
	struct courier *c = CONTAINER_OF(s, struct courier, policy);

	if (s->failure && !courier_host(c)->tlsa_count)
		courier_report(c, s->failure, s->failure_why);
	try_hosts(c);
}

/* Whom the operator named needs no policy, an address has none, and a sender may do
 * without (RFC 8689 5). */
static void find_policy(struct courier *c)
{
	c->has_policy = !c->relay.is_host && c->relay.tls != TLS_NONE &&
			c->relay.demand != DEMAND_NO_TLS && courier_host(c)->name.n > 0;
	if (c->has_policy)
		sts_start(&c->policy, c->all, c->relay.host, policy_found);
	else
		try_hosts(c);
}

/* Those that put this place's mail off come last, in their order. */
static void order_hosts(struct courier *c)
{
	struct mx_result *r = &c->found;
	struct mx_host last[PLACE_PUT_OFF_MAX];
	uint32_t kept = 0, moved = 0;

	for (uint32_t i = 0; i < r->host_count; i++) {
		struct mx_host h = r->hosts[i];

		if (moved < PLACE_PUT_OFF_MAX && place_is_put_off(c->place, h.name))
			last[moved++] = h;
		else
			r->hosts[kept++] = h;
	}
	for (uint32_t i = 0; i < moved; i++)
		r->hosts[kept + i] = last[i];
	c->choices = kept;
}

static void decided(struct dns_resolve *r)
{
	struct courier *c = CONTAINER_OF(r, struct courier, resolve);

	outgoing_hold(c->all);
	if (r->gave_up)
		c->found = (struct mx_result){ .verdict = MX_DEFERRED,
					       .status = S("4.4.3"),
					       .text = S("Too many DNS questions") };
	order_hosts(c);
	courier_note(c, 0, c->found.status, c->found.text);
	c->why.remote = S("");
	if (c->found.verdict == MX_DEFERRED) trace_unreachable(c);
	if (c->all->is_stopping || c->found.verdict == MX_DEFERRED)
		give_up(c);
	else if (c->found.verdict == MX_REFUSED)
		refuse_next(c);
	else
		find_policy(c);
}

/* On another port, as a filter's or a store's beside us, our own address is no loop. */
static bool is_port_of_others(const struct courier *c)
{
	return c->relay.port == outgoing_config(c->all)->delivery_port;
}

static struct mx_request request_of(const struct courier *c)
{
	const struct outgoing_mail *o = c->all;

	return (struct mx_request){ .domain = c->relay.host,
				    .is_host = c->relay.is_host,
				    .port = c->relay.port,
				    .ignores_tlsa = c->relay.demand == DEMAND_NO_TLS,
				    .own_name = outgoing_config(o)->hostname,
				    .own = o->own,
				    .own_count = is_port_of_others(c) ? o->own_count : 0,
				    .seed = random_below(UINT64_MAX) };
}

void courier_start(struct place *p)
{
	struct outgoing_mail *o = p->all;
	struct courier *c = calloc(1, sizeof(*c));

	assert(c);
	*c = (struct courier){ .all = o, .place = p, .is_opening = true };
	c->relay = relay_find(outgoing_config(o), p->name);
	c->request = request_of(c);
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
