#include "mailauth/dnsbl.h"

#include "base/test.h"
#include "mailauth/test_zone.h"

static const struct zone_record zone[] = {
	{ "2.0.0.127.one.test", DNS_A, "127.0.0.2" }, /* RFC 5782 5: always listed */
	{ "9.2.0.192.two.test", DNS_A, "127.0.1.4" },
	{ "8.2.0.192.one.test", DNS_A, "192.0.2.8" },
	{ "7.2.0.192.one.test", DNS_A, "127.255.255.254" },
	{ "6.2.0.192.one.test", DNS_A, NULL },
	{ "6.2.0.192.two.test", DNS_A, "127.0.0.2" },
	{ "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.one.test",
	  DNS_A, "127.0.0.2" },
	{ 0 },
};

TEST(dnsbl_finds_the_list)
{
	static const slice zones[] = { SLICE_INIT("one.test"), SLICE_INIT("two.test") };
	static const struct {
		const char *address, *want;
	} t[] = {
		{ "127.0.0.2", "one.test" },   { "127.0.0.1", "" },
		{ "192.0.2.9", "two.test" },   { "192.0.2.8", "" },
		{ "192.0.2.7", "" },           { "192.0.2.6", "two.test" },
		{ "192.0.2.5", "" },           { "::ffff:192.0.2.9", "two.test" },
		{ "2001:db8::1", "one.test" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct dns_answers known;
		struct dns_question q;
		struct arena arena;
		struct ip ip;
		slice found;

		CHECK(ip_parse(slice_of(t[i].address), &ip));
		arena_init(&arena, 4096);
		dns_answers_init(&known);
		while (!dnsbl_find(ip, zones, countof(zones), &known, &arena, &found, &q))
			zone_answer(zone, q, &known);
		CHECK_SLICE(found, slice_of(t[i].want));
		dns_answers_done(&known);
		arena_done(&arena);
	}
}
