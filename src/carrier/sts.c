#include "carrier/sts.h"

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "base/random.h"

static const slice policy_path = SLICE_INIT("/.well-known/mta-sts.txt");

/* The name below the domain, in the arena; empty where it would be too long. */
static slice name_below(struct sts_search *s, slice label)
{
	struct buf b;
	slice name = { 0 };

	buf_init(&b, DNS_NAME_MAX);
	buf_addf(&b, "%.*s.%.*s", FMT(label), FMT(s->domain));
	if (b.overflow || !arena_copy(&s->arena, buf_slice(&b), &name)) name = S("");
	buf_done(&b);
	return name;
}

static void submit(struct sts_search *s, enum job_level level,
		   enum err (*run)(struct job *j, struct queue *q),
		   void (*answered)(struct ticket *t))
{
	s->job = (struct job){ .level = level, .run_queue = run };
	outgoing_submit(s->all, &s->job, &s->ticket, answered);
}

/* ---- the end ---- */

static void conclude(struct sts_search *s)
{
	if (s->kept.text.n == 0 || !mta_sts_policy_parse(s->kept.text, &s->policy))
		s->policy = (struct mta_sts_policy){ .mode = MTA_STS_NONE };
	s->done(s);
}

/* ---- KEEP ---- */

static enum err run_keep(struct job *j, struct queue *q)
{
	struct sts_search *s = CONTAINER_OF(j, struct sts_search, job);

	return queue_keep_policy(q, s->domain, clock_now(), &s->kept);
}

static void kept(struct ticket *t)
{
	if (t->outcome)
		log_event(LOG_ERROR, "queue.trouble", LOG_ERR("error", t->outcome));
	conclude(CONTAINER_OF(t, struct sts_search, ticket));
}

/* ---- FETCH ---- */

/* The type's parameters do not matter (RFC 8461 3.2). */
static bool is_plain_text(slice type)
{
	slice essence = type;

	take_until(&type, ';', &essence);
	return slice_eq_nocase(slice_trim(essence), S("text/plain"));
}

/* NULL: it is a policy. */
static const char *fault_of(const struct fetch_answer *a, struct mta_sts_policy *ret)
{
	if (a->status != 200) return "its web server does not give it";
	if (!is_plain_text(a->type)) return "it is not text/plain";
	return mta_sts_policy_parse(a->body, ret) ? NULL : "it is malformed";
}

static void note_failure(struct sts_search *s, const char *result, slice why)
{
	s->failure = result;
	if (!arena_copy(&s->arena, why, &s->failure_why)) s->failure_why = S("");
	log_event(LOG_WARNING, "sts.not-fetched", LOG_STR("domain", s->domain),
		  LOG_STR("id", s->id), LOG_STR("why", why));
	s->kept.tried_id = s->id;
	s->kept.tried = clock_now();
}

/* The library that fetches names no kinds, but words: whether it was about the web
 * server's certificate. */
static const char *fetch_failure(const struct fetch_answer *a)
{
	return slice_find_nocase(a->fault, S("certificate")) < a->fault.n
		       ? "sts-webpki-invalid"
		       : "sts-policy-fetch-error";
}

static void take_policy(struct sts_search *s, const struct fetch_answer *a)
{
	struct mta_sts_policy p;
	const char *fault = fault_of(a, &p);
	slice text;

	if (a->status == 0)
		note_failure(s, fetch_failure(a), a->fault);
	else if (a->status != 200)
		note_failure(s, "sts-policy-fetch-error", slice_of(fault));
	else if (fault || !arena_copy(&s->arena, a->body, &text))
		note_failure(s, "sts-policy-invalid",
			     slice_of(fault ? fault : "it is too long"));
	else
		s->kept = (struct kept_policy){ .id = s->id,
						.text = text,
						.expires =
							clock_now() + p.max_age_seconds };
}

static void fetched(struct fetch *f, const struct fetch_answer *a)
{
	struct sts_search *s = CONTAINER_OF(f, struct sts_search, fetch);

	take_policy(s, a);
	submit(s, JOB_WRITES, run_keep, kept);
}

static void start_fetch(struct sts_search *s)
{
	const struct mx_host *h = &s->places.hosts[0];
	const struct config *c = outgoing_config(s->all);
	struct fetch_request *r = &s->fetch.request;

	*r = (struct fetch_request){ .host = s->host.domain,
				     .port = (uint16_t)c->delivery_https_port,
				     .path = policy_path,
				     .trust = c->delivery_trust,
				     .answer_max = MTA_STS_POLICY_MAX,
				     .timeout_ms = STS_FETCH_MS };
	for (; r->address_count < h->address_count; r->address_count++)
		r->addresses[r->address_count] = h->addresses[r->address_count];
	s->fetch.done = fetched;
	fetch_start(&s->all->fetches, &s->fetch);
}

/* ---- ASK ---- */

static bool is_news(const struct sts_search *s)
{
	if (s->id.n == 0 || slice_eq(s->id, s->kept.id)) return false;
	return !slice_eq(s->id, s->kept.tried_id) ||
	       clock_now() - s->kept.tried >= STS_RETRY_S;
}

static bool decide(struct dns_resolve *r, const struct dns_answers *known,
		   struct dns_question *ret)
{
	struct sts_search *s = CONTAINER_OF(r, struct sts_search, resolve);
	const struct dns_question q = { DNS_TXT, s->record_name };
	const struct dns_answer *txt = dns_answers_find(known, q);

	if (!txt) {
		*ret = q;
		return false;
	}
	s->id = S("");
	if (txt->status == DNS_FOUND) (void)mta_sts_find_id(txt, &s->id);
	return !is_news(s) ||
	       mx_decide(&s->host, known, &s->places_arena, &s->places, ret);
}

static void decided(struct dns_resolve *r)
{
	struct sts_search *s = CONTAINER_OF(r, struct sts_search, resolve);

	if (s->all->is_stopping || !is_news(s)) {
		conclude(s);
	} else if (!r->gave_up && s->places.verdict == MX_FOUND) {
		start_fetch(s);
	} else {
		note_failure(s, "sts-policy-fetch-error",
			     S("its policy host has no address"));
		submit(s, JOB_WRITES, run_keep, kept);
	}
}

static void ask(struct sts_search *s)
{
	s->record_name = name_below(s, S("_mta-sts"));
	s->host = (struct mx_request){ .domain = name_below(s, S("mta-sts")),
				       .is_host = true,
				       .ignores_tlsa = true,
				       .seed = random_below(UINT64_MAX) };
	s->resolve = (struct dns_resolve){ .dns = s->all->server->dns,
					   .loop = s->all->loop,
					   .answers = &s->answers,
					   .budget = &s->budget,
					   .decide = decide,
					   .decided = decided };
	dns_resolve_start(&s->resolve);
}

/* ---- READ ---- */

static enum err run_read(struct job *j, struct queue *q)
{
	struct sts_search *s = CONTAINER_OF(j, struct sts_search, job);

	return queue_read_policy(q, s->domain, clock_now(), &s->arena, &s->kept);
}

static void was_read(struct ticket *t)
{
	struct sts_search *s = CONTAINER_OF(t, struct sts_search, ticket);

	if (t->outcome) {
		log_event(LOG_ERROR, "queue.trouble", LOG_ERR("error", t->outcome));
		s->kept = (struct kept_policy){ 0 };
	}
	ask(s);
}

/* ---- life ---- */

void sts_start(struct sts_search *s, struct outgoing_mail *o, slice domain,
	       void (*done)(struct sts_search *s))
{
	*s = (struct sts_search){ .all = o, .done = done };
	arena_init(&s->arena, STS_ARENA_MAX);
	arena_init(&s->places_arena, MX_ARENA_MAX);
	dns_answers_init(&s->answers);
	dns_budget_init(&s->budget, clock_monotonic_ms());
	if (!arena_copy(&s->arena, domain, &s->domain)) s->domain = S("");
	submit(s, JOB_READS, run_read, was_read);
}

void sts_end(struct sts_search *s)
{
	dns_answers_done(&s->answers);
	arena_done(&s->places_arena);
	arena_done(&s->arena);
}
