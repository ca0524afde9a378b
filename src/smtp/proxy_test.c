#include <arpa/inet.h>
#include <string.h>

#include "base/test.h"
#include "smtp/proxy.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

static void check(slice in, enum proxy_verdict want, int kind, const char *source,
		  uint16_t port, slice rest)
{
	struct proxy_header h = { .kind = 99 };
	char text[INET6_ADDRSTRLEN] = "";
	slice s = in;

	CHECK_INT(proxy_take(&s, &h), want);
	CHECK_SLICE(s, want == PROXY_TAKEN ? rest : in);
	CHECK_INT(h.kind, want == PROXY_TAKEN ? kind : 99);
	if (want != PROXY_TAKEN || kind == PROXY_NO_ADDRESS) return;
	inet_ntop(kind == PROXY_IPV4 ? AF_INET : AF_INET6, h.source.octets, text,
		  sizeof(text));
	CHECK_SLICE(slice_of(text), slice_of(source));
	CHECK_INT(h.source.port, port);
	CHECK_INT(h.destination.port, 25);
}

/* All that is cut off at the end is partial, never taken, never malformed. */
static void check_heads(slice header)
{
	for (size_t n = 0; n < header.n; n++)
		check(slice_head(header, n), PROXY_PARTIAL, 0, "", 0, S(""));
}

static void check_taken(slice header, int kind, const char *source, uint16_t port)
{
	char text[PROXY_MAX + 8];

	memcpy(text, header.p, header.n);
	memcpy(text + header.n, "EHLO", 4);
	check((slice){ text, header.n + 4 }, PROXY_TAKEN, kind, source, port, S("EHLO"));
	check_heads(header);
}

TEST(proxy_v1)
{
	check_taken(S("PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\r\n"), PROXY_IPV4,
		    "192.0.2.1", 56324);
	check_taken(S("PROXY TCP6 2001:db8::1 ::1 65535 25\r\n"), PROXY_IPV6,
		    "2001:db8::1", 65535);
	check_taken(S("PROXY UNKNOWN\r\n"), PROXY_NO_ADDRESS, "", 0);
	check_taken(S("PROXY UNKNOWN ffff::1 ffff::1 65535 65535\r\n"), PROXY_NO_ADDRESS,
		    "", 0);
}

TEST(proxy_v1_malformed)
{
	static const slice t[] = {
		SLICE_INIT("EHLO x\r\n"),
		SLICE_INIT("proxy TCP4 192.0.2.1 192.0.2.2 1 25\r\n"),
		SLICE_INIT("PROXY TCP5 192.0.2.1 192.0.2.2 1 25\r\n"),
		SLICE_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 1 25\n"),
		SLICE_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 1 25 \r\n"),
		SLICE_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n"),
		SLICE_INIT("PROXY TCP4  192.0.2.1 192.0.2.2 1 25\r\n"),
		SLICE_INIT("PROXY TCP4 192.0.2.01 192.0.2.2 1 25\r\n"),
		SLICE_INIT("PROXY TCP4 192.0.2 192.0.2.2 1 25\r\n"),
		SLICE_INIT("PROXY TCP4 192.0.2.1\0 192.0.2.2 1 25\r\n"),
		SLICE_INIT("PROXY TCP4 ::1 ::1 1 25\r\n"),
		SLICE_INIT("PROXY TCP6 192.0.2.1 192.0.2.2 1 25\r\n"),
		SLICE_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 65536 25\r\n"),
		SLICE_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 01 25\r\n"),
		SLICE_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 -1 25\r\n"),
		SLICE_INIT("PROXY UNKNOWNX\r\n"),
		SLICE_INIT("PROXY UNKNOWN a\rb\nc\r\n"),
	};
	char line[200] = "PROXY UNKNOWN ";

	for (size_t i = 0; i < countof(t); i++)
		check(t[i], PROXY_MALFORMED, 0, "", 0, S(""));
	memset(line + 14, 'x', sizeof(line) - 14);
	check((slice){ line, 106 }, PROXY_PARTIAL, 0, "", 0, S(""));
	check((slice){ line, 107 }, PROXY_MALFORMED, 0, "", 0, S(""));
}

TEST(proxy_v2)
{
	check_taken(S(SIGNATURE "\x21\x11\0\x0c\xc0\0\2\1\xc6\x33\x64\2\xdc\4\0\x19"),
		    PROXY_IPV4, "192.0.2.1", 56324);
	check_taken(S(SIGNATURE "\x21\x11\0\x0f\xc0\0\2\1\xc6\x33\x64\2\xdc\4\0\x19"
				"\4\0\0"), /* with a TLV: NOOP */
		    PROXY_IPV4, "192.0.2.1", 56324);
	check_taken(S(SIGNATURE "\x21\x21\0\x24\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
				"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\xff\xff\0\x19"),
		    PROXY_IPV6, "2001:db8::1", 65535);
	check_taken(S(SIGNATURE "\x20\0\0\0"), PROXY_NO_ADDRESS, "", 0);
	check_taken(S(SIGNATURE "\x20\x11\0\0"), PROXY_NO_ADDRESS, "", 0);
	check_taken(S(SIGNATURE "\x21\0\0\3xyz"), PROXY_NO_ADDRESS, "", 0);
	check_taken(S(SIGNATURE "\x21\x12\0\0"), PROXY_NO_ADDRESS, "", 0); /* UDP */
}

TEST(proxy_v2_malformed)
{
	static const slice t[] = {
		SLICE_INIT(SIGNATURE "\x11\x11\0\0"), /* version 1 */
		SLICE_INIT(SIGNATURE "\x22\x11\0\0"), /* no such command */
		SLICE_INIT(SIGNATURE "\x21\x11\0\x0b"
				     "0123456789a"), /* too short */
		SLICE_INIT(SIGNATURE "\x21\x21\0\x0c"
				     "0123456789ab"),
		SLICE_INIT(SIGNATURE "\x21\x41\0\0"),     /* no such family */
		SLICE_INIT(SIGNATURE "\x21\x13\0\0"),     /* no such transport */
		SLICE_INIT(SIGNATURE "\x21\x11\xff\xff"), /* too long */
		SLICE_INIT("\r\n\r\n\0\r\nQUIX"),
	};

	for (size_t i = 0; i < countof(t); i++)
		check(t[i], PROXY_MALFORMED, 0, "", 0, S(""));
}
