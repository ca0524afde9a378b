#include "operator/doctor_fetch.h"

#include "base/container.h"
#include "mailauth/mta_sts.h"

enum { POLICY_FETCH_MS = 20'000, WEEK_S = 7 * 86400 };

static const slice check = SLICE_INIT("MTA-STS");

static const struct dns_answer *find_answer(const struct doctor *d, enum dns_type type,
					    const char *prefix)
{
	struct buf name;
	const struct dns_answer *a;

	buf_init(&name, 2 * DNS_NAME_MAX);
	buf_addf(&name, "%s%.*s", prefix, FMT(d->domain));
	a = dns_answers_find(d->known, (struct dns_question){ type, buf_slice(&name) });
	buf_done(&name);
	return a;
}

/* ---- what it says ---- */

/* Mail is not to be refused because of our own policy. */
static void check_servers(struct doctor *d, const struct mta_sts_policy *policy)
{
	const struct dns_answer *mx = find_answer(d, DNS_MX, "");

	for (uint32_t i = 0; mx && i < mx->count; i++) {
		slice host = mx->records[i].data;

		if (host.n == 0 || mta_sts_allows(policy, host)) continue;
		doctor_find(d, DOCTOR_FAULT, check,
			    doctor_text(d,
					"the policy does not know the MX %.*s, which "
					"others will not deliver to: add \"mx: %.*s\", "
					"then change the record's id",
					FMT(host), FMT(host)),
			    S(""));
	}
}

static void check_policy(struct doctor *d, const struct mta_sts_policy *policy)
{
	uint32_t before = d->count;

	check_servers(d, policy);
	if (policy->mode != MTA_STS_ENFORCE)
		doctor_find(
			d, DOCTOR_ADVICE, check,
			doctor_text(d,
				    "the policy's mode is %s: once its reports are "
				    "good, say \"mode: enforce\"",
				    policy->mode == MTA_STS_TESTING ? "testing" : "none"),
			S(""));
	if (policy->max_age_seconds < WEEK_S)
		doctor_find(d, DOCTOR_ADVICE, check,
			    S("the policy is forgotten within a week: say "
			      "\"max_age: 604800\", or more"),
			    S(""));
	if (d->count == before)
		doctor_find(d, DOCTOR_GOOD, check,
			    S("the policy is served, and names all MX hosts"), S(""));
}

static bool is_plain_text(slice type)
{
	slice essence = slice_head(type, slice_find_char(type, ';'));

	return slice_eq_nocase(slice_trim(essence), S("text/plain"));
}

static void judge(struct doctor *d, const struct fetch_answer *a)
{
	struct mta_sts_policy policy;

	if (a->status == 0)
		doctor_find(d, DOCTOR_FAULT, check,
			    doctor_text(d, "the policy cannot be fetched: %.*s",
					FMT(a->fault)),
			    S(""));
	else if (a->status != 200)
		doctor_find(d, DOCTOR_FAULT, check,
			    doctor_text(d, "its web server says %u instead of the policy",
					a->status),
			    S(""));
	else if (!is_plain_text(a->type))
		doctor_find(d, DOCTOR_FAULT, check,
			    S("the policy must be served as text/plain"), S(""));
	else if (!mta_sts_policy_parse(a->body, &policy))
		doctor_find(d, DOCTOR_FAULT, check, S("the policy is malformed"), S(""));
	else
		check_policy(d, &policy);
}

/* ---- fetching ---- */

static void fetched(struct fetch *f, const struct fetch_answer *a)
{
	struct policy_probe *p = CONTAINER_OF(f, struct policy_probe, fetch);

	judge(p->doctor, a);
	p->ended(p->context);
}

static void add_addresses(struct fetch_request *r, const struct dns_answer *a)
{
	for (uint32_t i = 0; a && i < a->count; i++)
		if (r->address_count < FETCH_ADDRESSES_MAX)
			r->addresses[r->address_count++] =
				ip_of_octets(a->records[i].data);
}

bool policy_probe_start(struct policy_probe *p, struct fetches *fetches, struct doctor *d,
			void (*ended)(void *context), void *context)
{
	const struct dns_answer *txt = find_answer(d, DNS_TXT, "_mta-sts.");
	struct fetch_request *r = &p->fetch.request;
	slice id;

	*p = (struct policy_probe){ .doctor = d, .ended = ended, .context = context };
	if (!txt || !mta_sts_find_id(txt, &id)) return false;
	*r = (struct fetch_request){
		.host = doctor_text(d, "mta-sts.%.*s", FMT(d->domain)),
		.port = (uint16_t)d->config->delivery_https_port,
		.path = S("/.well-known/mta-sts.txt"),
		.trust = d->config->delivery_trust,
		.answer_max = MTA_STS_POLICY_MAX,
		.timeout_ms = POLICY_FETCH_MS,
	};
	add_addresses(r, find_answer(d, DNS_A, "mta-sts."));
	add_addresses(r, find_answer(d, DNS_AAAA, "mta-sts."));
	if (r->address_count == 0) return false;
	p->fetch.done = fetched;
	fetch_start(fetches, &p->fetch);
	return true;
}
