#include "mailauth/reverse.h"

#include "base/test.h"
#include "mailauth/test_zone.h"

static const struct zone_record zone[] = {
	{ "1.2.0.192.in-addr.arpa", DNS_PTR, "other.test" },
	{ "1.2.0.192.in-addr.arpa", DNS_PTR, "mail.test" },
	{ "other.test", DNS_A, "192.0.2.9" },
	{ "mail.test", DNS_A, "192.0.2.9" },
	{ "mail.test", DNS_A, "192.0.2.1" },
	{ "2.2.0.192.in-addr.arpa", DNS_PTR, "other.test" },
	{ "3.2.0.192.in-addr.arpa", DNS_PTR, "silent.test" },
	{ "silent.test", DNS_A, NULL },
	{ "4.2.0.192.in-addr.arpa", DNS_PTR, NULL },
	{ 0 },
};

static struct reverse find(const char *address)
{
	struct ip ip = { 0 };
	struct reverse r = { 0 };
	struct dns_answers known;
	struct dns_question q;
	struct arena arena;

	CHECK(ip_parse(slice_of(address), &ip));
	arena_init(&arena, 4096);
	dns_answers_init(&known);
	while (!reverse_find(ip, &known, &arena, &r, &q))
		zone_answer(zone, q, &known);
	if (r.count) CHECK_SLICE(r.names[0], S("mail.test"));
	dns_answers_done(&known);
	arena_done(&arena);
	return r;
}

TEST(iprev_results)
{
	static const struct {
		const char *address;
		enum iprev_result want;
	} t[] = {
		{ "192.0.2.1", IPREV_PASS },        { "192.0.2.2", IPREV_FAIL },
		{ "192.0.2.3", IPREV_TEMPERROR },   { "192.0.2.4", IPREV_TEMPERROR },
		{ "192.0.2.5", IPREV_PERMERROR },   { "::ffff:192.0.2.1", IPREV_PASS },
		{ "2001:db8::1", IPREV_PERMERROR },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct reverse r = find(t[i].address);

		CHECK_INT(iprev_result(&r), t[i].want);
	}
	CHECK_SLICE(iprev_result_name(IPREV_TEMPERROR), S("temperror"));
}
