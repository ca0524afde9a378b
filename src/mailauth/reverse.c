#include "mailauth/reverse.h"

#include "mailauth/name.h"

static bool leads_back(const struct dns_answer *a, struct ip ip)
{
	for (uint32_t i = 0; i < a->count; i++)
		if (ip_eq(ip_of_octets(a->records[i].data), ip)) return true;
	return false;
}

static bool is_trouble(enum dns_status s)
{
	return s == DNS_TROUBLE || s == DNS_BOGUS;
}

/* The names one by one; false: the question lacked. */
static bool validate(struct ip ip, const struct dns_answer *ptr,
		     const struct dns_answers *known, struct reverse *r,
		     struct dns_question *ret_lacking)
{
	for (uint32_t i = 0; i < ptr->count && i < REVERSE_NAMES_MAX; i++) {
		slice name = ptr->records[i].data;
		struct dns_question q = { ip.n == IP6_OCTETS ? DNS_AAAA : DNS_A, name };
		const struct dns_answer *a;

		if (!name_is_valid(name)) continue;
		a = dns_answers_find(known, q);
		if (!a) {
			*ret_lacking = q;
			return false;
		}
		if (is_trouble(a->status)) r->trouble = true;
		if (leads_back(a, ip)) r->names[r->count++] = name;
	}
	return true;
}

bool reverse_find(struct ip ip, const struct dns_answers *known, struct arena *arena,
		  struct reverse *ret, struct dns_question *ret_lacking)
{
	char room[IP_REVERSE_MAX];
	struct dns_question q = { .type = DNS_PTR };
	const struct dns_answer *ptr;
	struct reverse r = { .status = DNS_TROUBLE };

	ip = ip_unmapped(ip);
	q.name = ip_reverse_name(ip, room);
	ptr = dns_answers_find(known, q);
	if (!ptr && arena_copy(arena, q.name, &q.name)) {
		*ret_lacking = q;
		return false;
	}
	if (ptr) {
		r.status = ptr->status;
		if (!validate(ip, ptr, known, &r, ret_lacking)) return false;
	}
	*ret = r;
	return true;
}

enum iprev_result iprev_result(const struct reverse *r)
{
	if (r->count) return IPREV_PASS;
	if (is_trouble(r->status) || r->trouble) return IPREV_TEMPERROR;
	return r->status == DNS_FOUND ? IPREV_FAIL : IPREV_PERMERROR;
}

slice iprev_result_name(enum iprev_result r)
{
	static const slice names[] = {
		[IPREV_PASS] = SLICE_INIT("pass"),
		[IPREV_FAIL] = SLICE_INIT("fail"),
		[IPREV_TEMPERROR] = SLICE_INIT("temperror"),
		[IPREV_PERMERROR] = SLICE_INIT("permerror"),
	};

	return names[r];
}
