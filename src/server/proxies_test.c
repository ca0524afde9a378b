#include "server/proxies.h"

#include "base/test.h"

static void check_xclient(slice address, slice port, const char *peer, uint16_t number)
{
	const struct smtp_xclient x = { .address = address, .port = port };
	struct netaddr a = { .kind = NETADDR_V4, .ip = { 127, 0, 0, 1 }, .port = 9 };
	char text[NETADDR_TEXT_MAX];
	bool good = xclient_take_peer(&x, &a);

	CHECK_INT(good, peer != NULL);
	if (!good) return;
	CHECK_SLICE(netaddr_text(&a, text), slice_of(peer));
	CHECK_INT(a.port, number);
}

TEST(proxies_xclient_tells_the_peer)
{
	check_xclient(S(""), S(""), "127.0.0.1", 9);
	check_xclient(S("192.0.2.1"), S(""), "192.0.2.1", 0);
	check_xclient(S("192.0.2.1"), S("65535"), "192.0.2.1", 65535);
	check_xclient(S("IPV6:2001:db8::1"), S("1"), "2001:db8::1", 1);
	check_xclient(S("2001:db8::1"), S("1"), "2001:db8::1", 1);
	check_xclient(S("192.0.2.1"), S("65536"), NULL, 0);
	check_xclient(S("192.0.2.1"), S("1x"), NULL, 0);
	check_xclient(S("192.0.2"), S("1"), NULL, 0);
	check_xclient(S(""), S("1"), NULL, 0);
}

static void check_header(slice in, enum preamble_verdict verdict, const char *peer,
			 slice rest)
{
	struct netaddr a = { .kind = NETADDR_NONE };
	char text[NETADDR_TEXT_MAX];

	CHECK_INT(proxy_preamble.take(&in, &a), verdict);
	CHECK_SLICE(in, rest);
	if (peer) CHECK_SLICE(netaddr_text(&a, text), slice_of(peer));
	if (!peer) CHECK_INT(a.kind, NETADDR_NONE);
}

TEST(proxies_header_tells_the_peer)
{
	check_header(S("PROXY TCP4 192.0.2.1 192.0.2.2 5 25\r\nEHLO x\r\n"),
		     PREAMBLE_TAKEN, "192.0.2.1", S("EHLO x\r\n"));
	check_header(S("PROXY TCP6 ::ffff:192.0.2.1 ::1 5 25\r\n"), PREAMBLE_TAKEN,
		     "192.0.2.1", S(""));
	check_header(S("PROXY UNKNOWN\r\n"), PREAMBLE_TAKEN, NULL, S(""));
	check_header(S("PROXY TC"), PREAMBLE_PARTIAL, NULL, S("PROXY TC"));
	check_header(S("EHLO x\r\n"), PREAMBLE_MALFORMED, NULL, S("EHLO x\r\n"));
}
