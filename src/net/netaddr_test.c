#include "net/netaddr.h"

#include <string.h>

#include "base/test.h"

TEST(endpoint_texts)
{
	static const struct {
		const char *in, *text; /* NULL: refused */
	} t[] = {
		{ "127.0.0.1:1025", "127.0.0.1:1025" },
		{ "localhost:1025", "127.0.0.1:1025" },
		{ "1025", "127.0.0.1:1025" },
		{ "0", "127.0.0.1:0" },
		{ "*:25", "*:25" },
		{ "[::1]:143", "[::1]:143" },
		{ "[2001:DB8::25]:25", "[2001:db8::25]:25" },
		{ "unix:/run/postroom/lmtp", "unix:/run/postroom/lmtp" },
		{ "", NULL },
		{ "::1:25", NULL },
		{ "[127.0.0.1]:25", NULL },
		{ "127.0.0.1:65536", NULL },
		{ "127.0.0.1:25x", NULL },
		{ "127.0.0.1:", NULL },
		{ "mail.example.org:25", NULL },
		{ "unix:relative", NULL },
		{ "unix:", NULL },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct endpoint e;
		char text[ENDPOINT_TEXT_MAX];
		bool ok = endpoint_parse(slice_of(t[i].in), &e);

		CHECK_INT(ok, t[i].text != NULL);
		if (ok) CHECK_SLICE(endpoint_text(&e, text), slice_of(t[i].text));
	}
}

TEST(endpoint_path_too_long)
{
	char text[200];
	struct endpoint e;

	memset(text, 'a', sizeof(text));
	memcpy(text, "unix:/", 6);
	CHECK(!endpoint_parse((slice){ text, 5 + ENDPOINT_PATH_MAX + 1 }, &e));
	CHECK(endpoint_parse((slice){ text, 5 + ENDPOINT_PATH_MAX }, &e));
}

TEST(network_membership)
{
	static const struct {
		const char *network, *address;
		bool has;
	} t[] = {
		{ "127.0.0.0/8", "127.255.0.1", true },
		{ "127.0.0.0/8", "128.0.0.1", false },
		{ "192.0.2.1", "192.0.2.1", true },
		{ "192.0.2.1", "192.0.2.2", false },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "2001:db8::/33", "2001:db8:7fff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::1", false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct network n;
		struct netaddr a;

		CHECK(network_parse(slice_of(t[i].network), &n));
		CHECK(netaddr_parse(slice_of(t[i].address), &a));
		CHECK_INT(network_has(&n, &a), t[i].has);
	}
}

TEST(private_addresses)
{
	static const struct {
		const char *address;
		bool is_private;
	} t[] = {
		{ "127.0.0.2", true },   { "10.255.0.1", true },
		{ "172.31.0.1", true },  { "172.32.0.1", false },
		{ "192.168.1.1", true }, { "169.254.9.9", true },
		{ "100.127.0.1", true }, { "192.0.2.1", false },
		{ "8.8.8.8", false },    { "::1", true },
		{ "fd00::1", true },     { "fe80::1", true },
		{ "::2", false },        { "2001:db8::1", false },
	};
	struct netaddr a;

	for (size_t i = 0; i < countof(t); i++) {
		CHECK(netaddr_parse(slice_of(t[i].address), &a));
		CHECK_INT(netaddr_is_private(&a), t[i].is_private);
	}
}

TEST(network_refusals)
{
	static const char *const t[] = {
		"",          "/8",          "127.0.0.1/8", "10.0.0.0/33",
		"10.0.0.0/", "10.0.0.0/8x", "::/129",      "1.2.3"
	};
	struct network n;

	for (size_t i = 0; i < countof(t); i++)
		CHECK(!network_parse(slice_of(t[i]), &n));
}

TEST(mapped_addresses_are_plain_ipv4)
{
	struct netaddr mapped, plain, got;
	struct sockaddr_storage s;
	char text[NETADDR_TEXT_MAX];

	CHECK(netaddr_parse(S("::ffff:192.0.2.7"), &mapped));
	CHECK(netaddr_parse(S("192.0.2.7"), &plain));
	mapped.port = 25;
	netaddr_to_sockaddr(&mapped, &s);
	got = netaddr_of_sockaddr((struct sockaddr *)&s);
	CHECK(netaddr_eq(&got, &plain));
	CHECK_INT(got.port, 25);
	CHECK_SLICE(netaddr_text(&got, text), S("192.0.2.7"));
}
