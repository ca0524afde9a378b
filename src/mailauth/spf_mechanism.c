#include "mailauth/name.h"
#include "mailauth/spf_evaluation.h"

/* A term whose question has no answer (RFC 7208 4.6.4). */
static bool count_void(struct spf_evaluation *e, const struct dns_answer *a, slice name)
{
	if (a->count > 0 || ++e->voids <= SPF_VOIDS_MAX) return true;
	spf_stop(e, SPF_PERMERROR, S("too many look-ups without an answer"), name);
	return false;
}

static bool has_client(const struct spf_evaluation *e, const struct spf_directive *d,
		       const struct dns_answer *a)
{
	struct ip ip = e->facts.ip;
	unsigned bits = ip.n == IP6_OCTETS ? d->bits6 : d->bits4;

	for (uint32_t i = 0; i < a->count; i++)
		if (ip_within(ip, ip_of_octets(a->records[i].data), bits)) return true;
	return false;
}

/* Whether the client is among the addresses of a host. */
static enum spf_outcome match_host(struct spf_evaluation *e,
				   const struct spf_directive *d, slice host,
				   bool counts_void)
{
	enum dns_type type = e->facts.ip.n == IP6_OCTETS ? DNS_AAAA : DNS_A;
	const struct dns_answer *a = spf_ask(e, type, host);

	if (!a || (counts_void && !count_void(e, a, host))) return SPF_STOP;
	if (has_client(e, d, a)) return SPF_MATCH;
	if (a->truncated)
		return spf_stop(e, SPF_PERMERROR, S("too many addresses"), host);
	return SPF_NO_MATCH;
}

static enum spf_outcome match_a(struct spf_evaluation *e, const struct spf_directive *d,
				slice target)
{
	return match_host(e, d, target, true);
}

/* RFC 7208 5.4. A null MX is no host. */
static enum spf_outcome match_mx(struct spf_evaluation *e, const struct spf_directive *d,
				 slice target)
{
	const struct dns_answer *mx = spf_ask(e, DNS_MX, target);

	if (!mx || !count_void(e, mx, target)) return SPF_STOP;
	for (uint32_t i = 0; i < mx->count; i++) {
		slice host = mx->records[i].data;
		enum spf_outcome o;

		if (i == SPF_HOSTS_MAX)
			return spf_stop(e, SPF_PERMERROR, S("too many MX hosts"), target);
		if (!name_is_valid(host)) continue;
		o = match_host(e, d, host, false);
		if (o != SPF_NO_MATCH) return o;
	}
	return SPF_NO_MATCH;
}

static enum spf_outcome match_exists(struct spf_evaluation *e,
				     [[maybe_unused]] const struct spf_directive *d,
				     slice target)
{
	const struct dns_answer *a = spf_ask(e, DNS_A, target);

	if (!a || !count_void(e, a, target)) return SPF_STOP;
	return a->count ? SPF_MATCH : SPF_NO_MATCH;
}

/* RFC 7208 5.5. Trouble with the DNS is no match here, not an error. */
static enum spf_outcome match_ptr(struct spf_evaluation *e,
				  [[maybe_unused]] const struct spf_directive *d,
				  slice target)
{
	struct reverse r;

	if (!reverse_find(e->facts.ip, e->known, e->arena, &r, &e->lacking))
		return SPF_STOP;
	if ((r.status == DNS_NO_NAME || r.status == DNS_NO_DATA) &&
	    !count_void(e, &(struct dns_answer){ .status = r.status }, S("ptr")))
		return SPF_STOP;
	for (uint32_t i = 0; i < r.count; i++)
		if (name_is_within(r.names[i], target)) return SPF_MATCH;
	return SPF_NO_MATCH;
}

static enum spf_outcome match_network(const struct spf_evaluation *e,
				      const struct spf_directive *d)
{
	unsigned bits = d->mechanism == SPF_IP6 ? d->bits6 : d->bits4;

	return ip_within(e->facts.ip, d->network, bits) ? SPF_MATCH : SPF_NO_MATCH;
}

/* The mechanisms that ask about a name. */
static enum spf_outcome (*const by_name[])(struct spf_evaluation *,
					   const struct spf_directive *, slice) = {
	[SPF_A] = match_a,
	[SPF_MX] = match_mx,
	[SPF_PTR] = match_ptr,
	[SPF_EXISTS] = match_exists,
};

enum spf_outcome spf_directive_match(struct spf_evaluation *e,
				     const struct spf_directive *d, slice *ret_domain)
{
	slice target;

	if (d->mechanism == SPF_ALL) return SPF_MATCH;
	if (d->mechanism == SPF_IP4 || d->mechanism == SPF_IP6)
		return match_network(e, d);
	if (!spf_count_lookup(e) || !spf_target(e, d->domain_spec, &target))
		return SPF_STOP;
	if (d->mechanism == SPF_INCLUDE) {
		*ret_domain = target;
		return SPF_ENTER;
	}
	/* A name that nobody can ask for has no records (RFC 7208 4.8). */
	return name_is_valid(target) ? by_name[d->mechanism](e, d, target) : SPF_NO_MATCH;
}
