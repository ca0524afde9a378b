#include "net/preamble.h"

#include <unistd.h>

#include "base/test.h"
#include "net/fixture_test.h"

/* The preamble of this test: "ADDRESS\n". */

static bool is_expected(void *, const struct netaddr *peer)
{
	return peer->kind == NETADDR_V4;
}

static enum preamble_verdict take(slice *in, struct netaddr *ret)
{
	slice rest = *in, line;

	if (!take_until(&rest, '\n', &line)) return PREAMBLE_PARTIAL;
	if (line.n && !netaddr_parse(line, ret)) return PREAMBLE_MALFORMED;
	*in = rest;
	return PREAMBLE_TAKEN;
}

static const struct preamble preamble = { is_expected, take };

static void start(struct fixture *f)
{
	f->service.preamble = &preamble;
	fixture_start(f);
}

static struct netaddr parsed(const char *text)
{
	struct netaddr a;

	CHECK(netaddr_parse(slice_of(text), &a));
	return a;
}

/* However it is cut, what stands behind it is the engine's. */
TEST(preamble_makes_it_another_peer)
{
	static const struct {
		const char *first, *second;
	} cuts[] = {
		{ "192.0.2.7\nECHO x\r\n", "" },
		{ "192.0.2.7\n", "ECHO x\r\n" },
		{ "192.0", ".2.7\nECHO x\r\n" },
	};

	for (size_t i = 0; i < countof(cuts); i++) {
		struct fixture f = { .service.limits = limits_new(5, 1) };
		struct netaddr client = parsed("192.0.2.7");

		start(&f);
		struct client c = client_connect(&f);
		client_send(&c, slice_of(cuts[i].first));
		usleep(20'000);
		client_send(&c, slice_of(cuts[i].second));
		client_expect(&c, "hello\r\nx\r\n");
		CHECK(netaddr_eq(conn_peer(f.last_conn), &client));
		CHECK_INT(limits_of_address(f.service.limits, &client), 1);
		CHECK_INT(limits_total(f.service.limits), 1);
		client_close(&c);
		fixture_wait(&f.closed, 1);
		CHECK_INT(limits_total(f.service.limits), 0);
		fixture_stop(&f, 0);
		limits_free(f.service.limits);
	}
}

/* A proxy has as many connections as it wants, each of its clients what the limits say.
 */
TEST(preamble_counts_the_client)
{
	struct fixture f = { .service = { .limits = limits_new(5, 1),
					  .refusal_address = S("too many\r\n") } };

	start(&f);
	struct client a = client_connect(&f), b = client_connect(&f),
		      c = client_connect(&f);
	client_send(&a, S("192.0.2.7\n"));
	client_expect(&a, "hello\r\n");
	client_send(&b, S("192.0.2.7\n"));
	client_expect(&b, "too many\r\n");
	client_expect_end(&b);
	client_send(&c, S("192.0.2.8\n"));
	client_expect(&c, "hello\r\n");
	client_close(&a);
	client_close(&b);
	client_close(&c);
	fixture_wait(&f.closed, 2);
	fixture_stop(&f, 0);
	CHECK_INT(limits_total(f.service.limits), 0);
	limits_free(f.service.limits);
}

/* Without a word: who sends nothing of the kind is no proxy. */
TEST(preamble_is_owed)
{
	struct fixture f = { .service.handshake_ms = 100 };

	start(&f);
	struct client c = client_connect(&f), silent = client_connect(&f);
	client_send(&c, S("EHLO me\r\n"));
	client_expect_end(&c);
	client_expect_end(&silent);
	fixture_wait(&f.failed, 2);
	client_close(&c);
	client_close(&silent);
	fixture_stop(&f, 0);
}

TEST(preamble_stands_before_tls)
{
	struct fixture f = { .with_tls = true, .service.tls_at_once = true };
	const struct client_tls how = { .host = "mail.example.org" };
	struct netaddr client = parsed("2001:db8::7");

	start(&f);
	struct client c = client_connect(&f);
	client_send(&c, S("2001:db8::7\n"));
	CHECK(client_start_tls(&c, &how));
	client_expect(&c, "hello\r\n");
	CHECK(netaddr_eq(conn_peer(f.last_conn), &client));
	client_close(&c);
	fixture_wait(&f.closed, 1);
	fixture_stop(&f, 0);
}
