#include "policy/relay.h"

#include "base/test.h"

static struct config *parse(const char *rest)
{
	struct buf text, faults;
	struct config *c;

	buf_init(&text, 2000);
	buf_init(&faults, 2000);
	buf_addf(&text, "hostname = mail.example.org\ndata = /d\n%s", rest);
	c = config_parse(buf_slice(&text), "test", &faults);
	buf_done(&text);
	buf_done(&faults);
	return c;
}

TEST(relay_finds_the_next_server)
{
	static const struct {
		const char *config;
		slice destination, host, path;
		uint16_t port;
		bool is_host, is_lmtp;
	} t[] = {
		{ "", SLICE_INIT("a.test"), SLICE_INIT("a.test"), SLICE_INIT(""), 25,
		  false, false },
		{ "[delivery]\nsmarthost = out.test:587\n", SLICE_INIT("a.test"),
		  SLICE_INIT("out.test"), SLICE_INIT(""), 587, true, false },
		{ "[delivery]\nsmarthost = out.test\nsmarthost-protocol = lmtp\n",
		  SLICE_INIT("a.test"), SLICE_INIT("out.test"), SLICE_INIT(""), LMTP_PORT,
		  true, true },
		{ "[delivery]\nsmarthost = out.test\nsmarthost-protocol = lmtp\n"
		  "[route a.test]\nhost = [2001:db8::1]\n",
		  SLICE_INIT("A.test"), SLICE_INIT("2001:db8::1"), SLICE_INIT(""), 25,
		  true, false },
		{ "[route a.test]\nhost = 192.0.2.1:2424\nprotocol = lmtp\n",
		  SLICE_INIT("a.test"), SLICE_INIT("192.0.2.1"), SLICE_INIT(""), 2424,
		  true, true },
		{ "[route a.test]\nhost = unix:/run/store/lmtp\nprotocol = lmtp\n",
		  SLICE_INIT("tls!a.test"), SLICE_INIT("unix:/run/store/lmtp"),
		  SLICE_INIT("/run/store/lmtp"), LMTP_PORT, true, true },
		{ "[route a.test]\ntls = required\n", SLICE_INIT("a.test"),
		  SLICE_INIT("a.test"), SLICE_INIT(""), 25, false, false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct config *c = parse(t[i].config);
		struct relay r;

		CHECK(c);
		r = relay_find(c, t[i].destination);
		CHECK_SLICE(r.host, t[i].host);
		CHECK_SLICE(r.path, t[i].path);
		CHECK_INT(r.port, t[i].port);
		CHECK_INT(r.is_host, t[i].is_host);
		CHECK_INT(r.is_lmtp, t[i].is_lmtp);
		config_free(c);
	}
}

TEST(relay_refuses_bad_hosts)
{
	static const char *const bad[] = {
		"[route a.test]\nprotocol = lmtp\n",
		"[route a.test]\nhost = out.test:\n",
		"[route a.test]\nhost = out.test:0\n",
		"[route a.test]\nhost = out.test:65536\n",
		"[route a.test]\nhost = out.test:25x\n",
		"[route a.test]\nhost = [2001:db8::1\n",
		"[route a.test]\nhost = [192.0.2.1]:25\n",
		"[route a.test]\nhost = unix:run/lmtp\n",
		"[delivery]\nsmarthost = unix:\n",
		"[delivery]\nsmarthost-protocol = uucp\n",
	};

	for (size_t i = 0; i < countof(bad); i++)
		CHECK(!parse(bad[i]));
}
