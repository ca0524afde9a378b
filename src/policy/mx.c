#include "policy/mx.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/siphash.h"

struct exchange {
	slice name;
	uint16_t preference;
	uint64_t turn; /* among those of the same preference */
};

/* One decision under way. Functions that return false lack an answer: `lacking`. */
struct search {
	const struct mx_request *request;
	const struct dns_answers *known;
	struct arena *arena;
	struct mx_result *result;
	struct dns_question lacking;
	struct exchange exchanges[DNS_RECORDS_MAX];
	uint32_t exchange_count;
	bool is_secure;   /* the list of exchanges is */
	bool had_trouble; /* with an exchange that was left out */
	bool is_ours;     /* an exchange is ourselves */
};

static const struct dns_answer *find(struct search *s, enum dns_type type, slice name)
{
	s->lacking = (struct dns_question){ type, name };
	return dns_answers_find(s->known, s->lacking);
}

static bool end(struct search *s, enum mx_verdict verdict, slice status, slice text)
{
	s->result->verdict = verdict;
	s->result->status = status;
	s->result->text = text;
	return true;
}

static bool is_trouble(const struct dns_answer *a)
{
	return a->status == DNS_TROUBLE || a->status == DNS_BOGUS;
}

/* ---- the exchanges ---- */

static int compare(const void *left, const void *right)
{
	const struct exchange *a = left, *b = right;

	if (a->preference != b->preference) return a->preference < b->preference ? -1 : 1;
	return (a->turn > b->turn) - (a->turn < b->turn);
}

static void add_exchange(struct search *s, slice name, uint16_t preference)
{
	struct siphash_key key = { s->request->seed, preference };

	s->exchanges[s->exchange_count++] =
		(struct exchange){ name, preference, siphash(&key, name) };
}

/* A null MX stands alone (RFC 7505 3); beside others its root is no host. */
static void take_records(struct search *s, const struct dns_answer *mx)
{
	for (uint32_t i = 0; i < mx->count; i++)
		if (mx->records[i].data.n)
			add_exchange(s, mx->records[i].data, mx->records[i].preference);
	qsort(s->exchanges, s->exchange_count, sizeof(*s->exchanges), compare);
}

/* *ret_go_on: there are exchanges; else the result says why not. */
static bool find_exchanges(struct search *s, bool *ret_go_on)
{
	const struct mx_request *r = s->request;
	const struct dns_answer *mx = r->is_host ? NULL : find(s, DNS_MX, r->domain);

	*ret_go_on = false;
	if (!r->is_host && !mx) return false;
	if (mx && is_trouble(mx))
		return end(s, MX_DEFERRED, S("4.4.3"),
			   mx->status == DNS_BOGUS
				   ? S("The MX records do not pass DNSSEC")
				   : S("The MX records cannot be looked up now"));
	if (mx && mx->status == DNS_NO_NAME)
		return end(s, MX_REFUSED, S("5.1.2"), S("There is no such domain"));
	if (mx && mx->status == DNS_FOUND) take_records(s, mx);
	if (mx && mx->status == DNS_FOUND && s->exchange_count == 0)
		return end(s, MX_REFUSED, S("5.1.10"),
			   S("The domain takes no mail: null MX"));
	if (s->exchange_count == 0) add_exchange(s, r->domain, 0);
	s->is_secure = !mx || mx->secure;
	s->result->has_sure_names = s->is_secure || mx->status != DNS_FOUND;
	*ret_go_on = true;
	return true;
}

/* ---- an exchange's addresses ---- */

/* This network, multicast and what is reserved behind it are nobody's. */
static bool is_host_address(struct ip a)
{
	if (a.n == IP4_OCTETS) return a.octets[0] != 0 && a.octets[0] < 224;
	for (size_t i = 0; i < IP6_OCTETS; i++)
		if (a.octets[i]) return a.octets[0] != 0xff;
	return false;
}

static void take_addresses(const struct dns_answer *a, struct ip *room, uint32_t *count)
{
	for (uint32_t i = 0; i < a->count && *count < MX_ADDRESSES_MAX; i++) {
		struct ip one = ip_unmapped(ip_of_octets(a->records[i].data));

		if (one.n && is_host_address(one)) room[(*count)++] = one;
	}
}

/* IPv6 and IPv4 in turn: where one of them leads nowhere the other is not far. */
static void interleave(struct mx_host *h, const struct ip *six, uint32_t six_count,
		       const struct ip *four, uint32_t four_count)
{
	for (uint32_t i = 0; i < MX_ADDRESSES_MAX; i++) {
		if (i < six_count && h->address_count < MX_ADDRESSES_MAX)
			h->addresses[h->address_count++] = six[i];
		if (i < four_count && h->address_count < MX_ADDRESSES_MAX)
			h->addresses[h->address_count++] = four[i];
	}
}

static bool has_own_address(const struct mx_request *r, const struct mx_host *h)
{
	for (uint32_t i = 0; i < h->address_count; i++)
		for (uint32_t k = 0; k < r->own_count; k++)
			if (ip_eq(h->addresses[i], r->own[k])) return true;
	return false;
}

/* ---- its TLSA records ---- */

static slice tlsa_name(struct search *s, slice base)
{
	struct buf b;
	slice name = { 0 };

	buf_init(&b, DNS_NAME_MAX + 16);
	buf_addf(&b, "_%u._tcp.%.*s", s->request->port, FMT(base));
	if (!arena_copy(s->arena, buf_slice(&b), &name)) name = S("");
	buf_done(&b);
	return name;
}

static void keep_tlsa(struct search *s, struct mx_host *h, slice base,
		      const struct dns_answer *a)
{
	slice *data = arena_alloc_array(s->arena, a->count, sizeof(*data));

	if (!data) return;
	for (uint32_t i = 0; i < a->count; i++)
		data[i] = a->records[i].data;
	h->tlsa_base = base;
	h->tlsa = data;
	h->tlsa_count = a->count;
}

/* *ret_usable false: they cannot be had, which forbids the host (RFC 7672 2.2). */
static bool find_tlsa(struct search *s, struct mx_host *h, slice base, bool *ret_usable)
{
	const struct dns_answer *a = find(s, DNS_TLSA, tlsa_name(s, base));

	if (!a) return false;
	*ret_usable = !is_trouble(a);
	if (a->status == DNS_FOUND && a->secure) keep_tlsa(s, h, base, a);
	return true;
}

/* At the end of its aliases first, then at its own name (RFC 7672 2.2.2). */
static bool add_tlsa(struct search *s, struct mx_host *h, slice canonical,
		     bool *ret_usable)
{
	*ret_usable = true;
	if (canonical.n && !slice_eq_nocase(canonical, h->name) &&
	    !find_tlsa(s, h, canonical, ret_usable))
		return false;
	if (!*ret_usable || h->tlsa_count) return true;
	return find_tlsa(s, h, h->name, ret_usable);
}

/* ---- the hosts ---- */

static void add_host(struct search *s, const struct mx_host *h)
{
	if (has_own_address(s->request, h))
		s->is_ours = true;
	else if (s->result->host_count < MX_HOSTS_MAX)
		s->result->hosts[s->result->host_count++] = *h;
}

static bool add_by_name(struct search *s, struct mx_host *h)
{
	const struct dns_answer *six = find(s, DNS_AAAA, h->name), *four;
	struct ip six_room[MX_ADDRESSES_MAX], four_room[MX_ADDRESSES_MAX];
	uint32_t six_count = 0, four_count = 0;
	bool is_usable = true;

	if (!six || !(four = find(s, DNS_A, h->name))) return false;
	take_addresses(six, six_room, &six_count);
	take_addresses(four, four_room, &four_count);
	interleave(h, six_room, six_count, four_room, four_count);
	if (h->address_count == 0) {
		if (is_trouble(six) || is_trouble(four)) s->had_trouble = true;
		return true;
	}
	if (!s->request->ignores_tlsa && s->is_secure && six->secure && four->secure &&
	    !has_own_address(s->request, h) &&
	    !add_tlsa(s, h, four_count ? four->canonical : six->canonical, &is_usable))
		return false;
	if (is_usable)
		add_host(s, h);
	else
		s->had_trouble = true;
	return true;
}

static bool is_own_name(const struct search *s, slice name)
{
	return !s->request->is_host && slice_eq_nocase(name, s->request->own_name);
}

/* From ourselves on none is better than we are (RFC 5321 5.1). */
static void cut_off(struct search *s, uint16_t preference)
{
	struct mx_result *r = s->result;

	while (r->host_count && r->hosts[r->host_count - 1].preference >= preference)
		r->host_count--;
}

static bool find_hosts(struct search *s)
{
	uint32_t count =
		s->exchange_count < MX_HOSTS_MAX ? s->exchange_count : MX_HOSTS_MAX;

	for (uint32_t i = 0; i < count && !s->is_ours; i++) {
		struct mx_host h = { .name = s->exchanges[i].name,
				     .preference = s->exchanges[i].preference };

		if (is_own_name(s, h.name))
			s->is_ours = true;
		else if (!add_by_name(s, &h))
			return false;
		if (s->is_ours) cut_off(s, h.preference);
	}
	return true;
}

/* ---- all of it ---- */

static bool conclude(struct search *s)
{
	if (s->result->host_count) return end(s, MX_FOUND, S(""), S(""));
	if (s->had_trouble)
		return end(s, MX_DEFERRED, S("4.4.3"),
			   S("The addresses of its servers cannot be looked up now"));
	if (s->is_ours)
		return end(s, MX_REFUSED, S("5.4.6"),
			   S("The domain's mail leads back to this server"));
	return end(s, MX_REFUSED, S("5.4.4"),
		   S("The domain has no server with an address"));
}

bool mx_literal_address(slice domain, struct ip *ret)
{
	if (!take_char(&domain, '[') || domain.n == 0 || domain.p[domain.n - 1] != ']')
		return false;
	domain.n--;
	take_literal_nocase(&domain, S("IPv6:"));
	return ip_parse(domain, ret);
}

/* It is one, or means to be. */
static bool is_literal(const struct mx_request *r, struct ip *ret)
{
	if (r->is_host && ip_parse(r->domain, ret)) return true;
	if (!slice_starts(r->domain, S("["))) return false;
	if (!mx_literal_address(r->domain, ret)) *ret = (struct ip){ 0 };
	return true;
}

static bool decide_literal(struct search *s, struct ip address)
{
	struct mx_host h = { .addresses = { address }, .address_count = 1 };

	if (!address.n || !is_host_address(address))
		return end(s, MX_REFUSED, S("5.1.2"), S("That is no address of a host"));
	add_host(s, &h);
	return conclude(s);
}

bool mx_decide(const struct mx_request *r, const struct dns_answers *known,
	       struct arena *arena, struct mx_result *ret_result,
	       struct dns_question *ret_question)
{
	struct search s = {
		.request = r, .known = known, .arena = arena, .result = ret_result
	};
	struct ip literal;
	bool goes_on;

	arena_reset(arena);
	*ret_result = (struct mx_result){ 0 };
	if (is_literal(r, &literal)) return decide_literal(&s, literal);
	if (find_exchanges(&s, &goes_on)) {
		if (!goes_on) return true;
		if (find_hosts(&s)) return conclude(&s);
	}
	*ret_question = s.lacking;
	return false;
}
