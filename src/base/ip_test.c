#include "base/ip.h"
#include "base/test.h"

static struct ip ip(const char *text)
{
	struct ip a = { 0 };

	CHECK(ip_parse(slice_of(text), &a));
	return a;
}

TEST(ip_texts)
{
	static const struct {
		const char *in, *text; /* NULL: refused */
	} t[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "2001:DB8:0::1", "2001:db8::1" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "", NULL },
		{ "192.0.2", NULL },
		{ "192.0.2.01", NULL },
		{ "192.0.2.256", NULL },
		{ "192.0.2.1:25", NULL },
		{ "1::2::3", NULL },
		{ "fe80::1%eth0", NULL },
		{ "1:2:3:4:5:6:7:8:9:1:2:3:4:5:6:7:8:9:1:2:3:4:5:6:7", NULL },
	};

	for (size_t i = 0; i < countof(t); i++) {
		char room[IP_TEXT_MAX];
		struct ip a;
		bool ok = ip_parse(slice_of(t[i].in), &a);

		CHECK_INT(ok, t[i].text != NULL);
		if (ok) CHECK_SLICE(ip_text(a, room), slice_of(t[i].text));
	}
	CHECK(!ip_parse((slice){ "192.0.2.1\0", 10 }, &(struct ip){ 0 }));
}

TEST(ip_networks)
{
	static const struct {
		const char *address, *network;
		unsigned bits;
		bool within;
	} t[] = {
		{ "192.0.2.1", "192.0.2.1", 32, true },
		{ "192.0.2.1", "192.0.2.0", 31, true },
		{ "192.0.2.2", "192.0.2.0", 31, false },
		{ "192.0.2.1", "10.0.0.0", 0, true },
		{ "192.0.2.1", "::", 0, false },
		{ "192.0.2.128", "192.0.2.200", 25, true },
		{ "192.0.2.127", "192.0.2.200", 25, false },
		{ "2001:db8::1", "2001:db9::", 31, true },
		{ "2001:db8::1", "2001:db9::", 32, false },
		{ "2001:db8::1", "2001:db8::1", 128, true },
	};

	for (size_t i = 0; i < countof(t); i++)
		CHECK_INT(ip_within(ip(t[i].address), ip(t[i].network), t[i].bits),
			  t[i].within);
	CHECK(!ip_within((struct ip){ 0 }, (struct ip){ 0 }, 0));
}

TEST(ip_mapped_addresses_are_ipv4)
{
	CHECK(ip_eq(ip_unmapped(ip("::ffff:192.0.2.1")), ip("192.0.2.1")));
	CHECK(ip_eq(ip_unmapped(ip("::fffe:192.0.2.1")), ip("::fffe:192.0.2.1")));
	CHECK(ip_eq(ip_of_octets(S("\xc0\x00\x02\x01")), ip("192.0.2.1")));
	CHECK_INT(ip_of_octets(S("\xc0\x00\x02")).n, 0);
}

TEST(ip_reverse_names)
{
	char room[IP_REVERSE_MAX];

	CHECK_SLICE(ip_reverse_name(ip("192.0.2.1"), room), S("1.2.0.192.in-addr.arpa"));
	CHECK_SLICE(ip_reverse_name(ip("2001:db8::cb01"), room),
		    S("1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
		      "ip6.arpa"));
}
