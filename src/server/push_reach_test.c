#include "server/push_reach.h"

#include "base/test.h"

TEST(push_reaches_the_world_only)
{
	static const struct {
		const char *address;
		bool want;
	} t[] = {
		{ "8.8.8.8", true },
		{ "127.0.0.1", false },
		{ "127.255.255.255", false },
		{ "0.0.0.0", false },
		{ "10.1.2.3", false },
		{ "172.15.0.1", true },
		{ "172.31.0.1", false },
		{ "192.168.1.1", false },
		{ "169.254.169.254", false },
		{ "100.64.0.1", false },
		{ "100.128.0.1", true },
		{ "224.0.0.1", false },
		{ "255.255.255.255", false },
		{ "192.0.2.7", false },
		{ "198.19.0.1", false },
		{ "2a00:1450::1", true },
		{ "::1", false },
		{ "::", false },
		{ "fe80::1", false },
		{ "fd00::1", false },
		{ "ff02::1", false },
		{ "::ffff:127.0.0.1", false },
		{ "::ffff:8.8.8.8", true },
		{ "2002:7f00:1::", false },
		{ "64:ff9b::7f00:1", false },
		{ "2001:db8::1", false },
		{ "2001:0:1::1", false },
		{ "2001:4860::8888", true },
	};
	const struct config c = { 0 };
	struct ip a;

	for (size_t i = 0; i < countof(t); i++) {
		CHECK(ip_parse(slice_of(t[i].address), &a));
		if (push_reaches(&c, a) != t[i].want) fail_msg("%s", t[i].address);
	}
}

TEST(push_reaches_what_is_allowed)
{
	slice networks[] = { S("127.0.0.0/8"), S("fd00::/8") };
	const struct config c = { .push_networks = { networks, countof(networks) } };
	struct ip a;

	CHECK(ip_parse(S("127.0.0.1"), &a) && push_reaches(&c, a));
	CHECK(ip_parse(S("::ffff:127.0.0.1"), &a) && push_reaches(&c, a));
	CHECK(ip_parse(S("fd00::1"), &a) && push_reaches(&c, a));
	CHECK(ip_parse(S("10.0.0.1"), &a) && !push_reaches(&c, a));
	a = (struct ip){ 0 };
	CHECK(!push_reaches(&c, a));
}

TEST(push_reaches_hosts)
{
	static const struct {
		const char *host;
		bool want;
	} t[] = {
		{ "push.example.org", true }, { "9.example", true },
		{ "8.8.8.8", true },          { "127.0.0.1", false },
		{ "127.1", false },           { "2130706433", false },
		{ "0x7f000001", false },      { "0x7f.0.0.1", false },
		{ "127.0.0.1.", false },      { "push.example.org.", false },
	};
	const struct config c = { 0 };

	for (size_t i = 0; i < countof(t); i++)
		if (push_reaches_host(&c, slice_of(t[i].host)) != t[i].want)
			fail_msg("%s", t[i].host);
}
