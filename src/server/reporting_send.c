#include "server/reporting_private.h"

#include "base/clock.h"
#include "base/container.h"
#include "base/https_url.h"
#include "base/log.h"
#include "base/random.h"

enum {
	DOMAIN_ARENA_MAX = 4096,
	NAME_MAX_LEN = 1024,     /* octets of a report's name and of an address */
	NAME_OCTETS = 12,        /* of chance in a report's name */
	POST_MS = 60 * 1000,     /* for one web server */
	POST_ANSWER_MAX = 65536, /* octets */
};

static void look(struct reporting *r);

static void run_on_worker(struct reporting *r, void (*run)(struct work *),
			  void (*done)(struct work *))
{
	r->work = (struct work){ .run = run, .done = done, .loop = r->server->loops[0] };
	workers_submit(r->server->workers, WORK_LONG, &r->work);
}

static struct reporting *of_work(struct work *w)
{
	return CONTAINER_OF(w, struct reporting, work);
}

/* ---- the report in hand ---- */

static void init_report(struct outgoing_report *o)
{
	arena_init(&o->arena, DOMAIN_ARENA_MAX);
	arena_init(&o->targets_arena, REPORT_CONSENT_ARENA_MAX);
	buf_init(&o->name, NAME_MAX_LEN);
	buf_init(&o->from, NAME_MAX_LEN);
	buf_init(&o->packed, REPORT_PACKED_MAX);
}

static void done_report(struct outgoing_report *o)
{
	arena_done(&o->arena);
	arena_done(&o->targets_arena);
	buf_done(&o->name);
	buf_done(&o->from);
	buf_done(&o->packed);
	*o = (struct outgoing_report){ 0 };
}

/* Who makes it, and what it is called: unique, as RFC 9990 3.5.1 and RFC 8460 5.3 want.
 */
static void name_report(struct reporting *r)
{
	struct outgoing_report *o = &r->out;

	reporting_from(r->server->config, &o->from);
	random_add_id(&o->name, NAME_OCTETS);
	buf_addf(&o->name, "@%.*s", FMT(reporting_submitter(buf_slice(&o->from))));
}

/* ---- SETTLE ---- */

/* What could not be sent for want of answers is kept a while. */
static bool is_kept(const struct outgoing_report *o)
{
	return o->is_later && !o->is_sent && clock_now() - o->of.end < REPORT_STALE_S;
}

static void run_settle(struct work *w)
{
	struct reporting *r = of_work(w);

	/* A failure is logged there; at worst the same report is sent again. */
	if (!is_kept(&r->out)) (void)!ledger_settle(r->ledger, &r->out.of);
}

static void log_report(const struct outgoing_report *o)
{
	log_event(LOG_INFO, o->is_sent ? "report.sent" : "report.not-sent",
		  LOG_STR("kind", report_kind_name(o->of.kind)),
		  LOG_STR("domain", o->of.domain), LOG_STR("report", buf_slice(&o->name)),
		  LOG_INT("addresses", o->targets.address_count),
		  LOG_INT("urls", o->targets.url_count), LOG_BOOL("later", is_kept(o)));
}

static void settled(struct work *w)
{
	struct reporting *r = of_work(w);

	r->is_later = r->is_later || is_kept(&r->out);
	log_report(&r->out);
	look(r);
}

static void settle(struct reporting *r)
{
	dns_answers_done(&r->answers);
	run_on_worker(r, run_settle, settled);
}

/* ---- POST (RFC 8460 5.4) ---- */

static void post_next(struct reporting *r);

static void posted(struct fetch *f, const struct fetch_answer *a)
{
	struct reporting *r = CONTAINER_OF(f, struct reporting, fetch);
	bool good = a->status >= 200 && a->status < 300;

	if (good)
		r->out.is_sent = true;
	else
		r->out.is_later = true;
	log_event(good ? LOG_INFO : LOG_WARNING, "report.posted",
		  LOG_STR("url", r->out.targets.urls[r->out.url]),
		  LOG_INT("status", a->status), LOG_STR("why", a->fault));
	r->out.url++;
	post_next(r);
}

/* The parts of the URL in hand. */
static bool split_url(const struct reporting *r, slice *ret_host, uint16_t *ret_port,
		      slice *ret_path)
{
	return https_url_split(r->out.targets.urls[r->out.url], ret_host, ret_port,
			       ret_path);
}

static void post(struct reporting *r)
{
	const struct mx_host *h = &r->places.hosts[0];
	struct fetch_request *q = &r->fetch.request;

	*q = (struct fetch_request){ .trust = r->server->config->delivery_trust,
				     .body_type = S("application/tlsrpt+gzip"),
				     .body = buf_slice(&r->out.packed),
				     .answer_max = POST_ANSWER_MAX,
				     .timeout_ms = POST_MS };
	(void)split_url(r, &q->host, &q->port, &q->path);
	for (; q->address_count < h->address_count; q->address_count++)
		q->addresses[q->address_count] = h->addresses[q->address_count];
	r->fetch.done = posted;
	fetch_start(&r->fetches, &r->fetch);
}

static bool decide_host(struct dns_resolve *resolve, const struct dns_answers *known,
			struct dns_question *ret)
{
	struct reporting *r = CONTAINER_OF(resolve, struct reporting, resolve);

	return r->is_stopping ||
	       mx_decide(&r->host, known, &r->places_arena, &r->places, ret);
}

static void host_decided(struct dns_resolve *resolve)
{
	struct reporting *r = CONTAINER_OF(resolve, struct reporting, resolve);

	if (!r->is_stopping && !resolve->gave_up && r->places.verdict == MX_FOUND) {
		post(r);
		return;
	}
	r->out.is_later = true;
	r->out.url++;
	post_next(r);
}

static void resolve(struct reporting *r,
		    bool (*decide)(struct dns_resolve *, const struct dns_answers *,
				   struct dns_question *),
		    void (*decided)(struct dns_resolve *))
{
	dns_budget_init(&r->budget, clock_monotonic_ms());
	r->resolve = (struct dns_resolve){ .dns = r->server->dns,
					   .loop = r->server->loops[0],
					   .answers = &r->answers,
					   .budget = &r->budget,
					   .decide = decide,
					   .decided = decided };
	dns_resolve_start(&r->resolve);
}

static void post_next(struct reporting *r)
{
	struct outgoing_report *o = &r->out;
	slice host, path;
	uint16_t port;

	while (o->url < o->targets.url_count && !split_url(r, &host, &port, &path))
		o->url++;
	if (r->is_stopping || !o->packed.n || o->url >= o->targets.url_count) {
		settle(r);
		return;
	}
	r->host = (struct mx_request){ .domain = host,
				       .is_host = true,
				       .ignores_tlsa = true,
				       .seed = random_below(UINT64_MAX) };
	resolve(r, decide_host, host_decided);
}

/* ---- MAKE ---- */

static void run_make(struct work *w)
{
	struct reporting *r = of_work(w);
	struct outgoing_report *o = &r->out;
	enum err e;

	name_report(r);
	if (!reporting_compose(r, o) || o->targets.address_count == 0) return;
	e = reporting_mail(r, o, clock_now());
	o->is_sent = !e;
	o->is_later = e == ERR_LATER;
	if (e)
		log_event(LOG_WARNING, "report.not-queued",
			  LOG_STR("domain", o->of.domain), LOG_ERR("why", e));
}

static void made(struct work *w)
{
	post_next(of_work(w));
}

/* ---- ASK ---- */

static bool decide_targets(struct dns_resolve *resolve, const struct dns_answers *known,
			   struct dns_question *ret)
{
	struct reporting *r = CONTAINER_OF(resolve, struct reporting, resolve);
	struct outgoing_report *o = &r->out;

	if (r->is_stopping) return true;
	arena_reset(&o->targets_arena);
	return o->of.kind == REPORT_TLS
		       ? report_consent_tls(o->of.domain, known, &o->targets_arena,
					    &o->targets, ret)
		       : report_consent_dmarc(o->of.domain, known, &o->targets_arena,
					      &o->targets, ret);
}

static void targets_decided(struct dns_resolve *resolve)
{
	struct reporting *r = CONTAINER_OF(resolve, struct reporting, resolve);
	struct outgoing_report *o = &r->out;

	if (r->is_stopping || resolve->gave_up) {
		o->targets = (struct report_targets){ 0 };
		o->is_later = true;
		settle(r);
	} else if (o->targets.address_count || o->targets.url_count) {
		run_on_worker(r, run_make, made);
	} else {
		o->is_later = o->targets.is_in_trouble;
		settle(r);
	}
}

/* ---- LOOK ---- */

/* Beside the one in hand, which it follows. */
static void run_look(struct work *w)
{
	struct reporting *r = of_work(w);
	struct outgoing_report next = { 0 }, *last = &r->out;
	enum err e;

	init_report(&next);
	e = ledger_due(r->ledger, clock_now(), last->is_due ? &last->of : NULL,
		       &next.arena, &next.of);
	next.is_due = !e;
	done_report(last);
	*last = next;
}

static void looked(struct work *w)
{
	struct reporting *r = of_work(w);

	if (r->out.is_due && !r->is_stopping) {
		dns_answers_init(&r->answers);
		resolve(r, decide_targets, targets_decided);
		return;
	}
	done_report(&r->out);
	arena_done(&r->places_arena);
	reporting_rested(r, r->is_later);
}

static void look(struct reporting *r)
{
	run_on_worker(r, run_look, looked);
}

void reporting_send_due(struct reporting *r)
{
	r->is_later = false;
	arena_init(&r->places_arena, MX_ARENA_MAX);
	look(r);
}
