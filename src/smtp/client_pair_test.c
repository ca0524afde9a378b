/* The client against our own server, in one process: what goes in comes out. */
#include <string.h>

#include "base/test.h"
#include "smtp/test_drive.h"
#include "smtp/test_sender.h"

static const struct smtp_client_rcpt rcpts[] = {
	{ .forward_path = SLICE_INIT("jo@example.test") },
	{ .forward_path = SLICE_INIT("nobody@example.test") },
	{ .forward_path = SLICE_INIT("ann@example.test") },
	{ .forward_path = SLICE_INIT("later@example.test") },
};

static const struct tls_facts facts = { .protocol = SLICE_INIT("TLSv1.3"), .bits = 256 };

static void carry(struct buf *from, struct buf *to)
{
	buf_add(to, buf_slice(from));
	buf_drop(from, from->n);
}

/* The server's side of the wire, with what the client sent in `wire`. */
static void serve(struct test_host *h, struct buf *wire, struct buf *ret_said)
{
	struct engine *e = smtp_server_engine(h->server);
	size_t taken = 1;

	while (taken > 0) {
		while (test_host_answer(h))
			continue;
		carry(engine_output(e), ret_said);
		if (engine_want(e) == WANT_DRAIN) {
			e->ops->drained(e);
			continue;
		}
		taken = engine_want(e) == WANT_INPUT ? engine_feed(e, buf_slice(wire))
						     : 0;
		buf_drop(wire, taken);
	}
}

static bool both_want_tls(struct engine *client, struct engine *server)
{
	if (engine_want(client) != WANT_TLS) return false;
	CHECK_INT(engine_want(server), WANT_TLS);
	client->ops->tls_started(client, &facts);
	server->ops->tls_started(server, &facts);
	return true;
}

/* What the server announces is made unknown to the client. */
static void hide(struct buf *said, slice keyword)
{
	size_t at = slice_find(buf_slice(said), keyword);

	if (at < said->n) said->p[said->start + at] = 'X';
}

/* A whole session. */
static void run(struct test_host *h, struct test_sender *t, bool by_chunks)
{
	struct engine *server = test_host_connect(h, NULL);
	struct engine *client = sender_connect(t, NULL);
	struct buf wire;

	buf_init(&wire, TEST_BUF_MAX);
	while (engine_want(client) != WANT_CLOSE) {
		size_t before = t->said.n;

		serve(h, &wire, &t->input);
		if (!by_chunks) hide(&t->input, S("CHUNKING"));
		sender_work(t, 1000);
		buf_add(&wire, slice_skip(buf_slice(&t->said), before));
		CHECK(both_want_tls(client, server) || wire.n > 0 ||
		      engine_want(client) == WANT_CLOSE);
	}
	CHECK_INT(engine_want(server), WANT_CLOSE);
	sender_free_client(t);
	buf_done(&wire);
}

static slice big_content(void)
{
	static char content[300'000];
	static const char line[] = "\r\n.A line of the text, which starts with a dot.";

	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = line[i % (sizeof(line) - 1)];
	memcpy(content + sizeof(content) - 2, "\r\n", 2);
	return (slice){ content, sizeof(content) };
}

struct variant {
	bool lmtp, tls, login, by_chunks;
};

static void set_up(struct test_host *h, struct test_sender *t, const struct variant *v)
{
	test_host_init(h);
	sender_init(t);
	h->config.size_max = 1'000'000;
	h->config.lmtp = t->config.lmtp = v->lmtp;
	h->config.tls_available = v->tls;
	t->config.tls = CLIENT_TLS_IF_OFFERED;
	h->config.login_required = v->login;
	/* The test host knows no keys of SCRAM. */
	h->config.refused = SASL_NEEDS_SCRAM_KEYS;
	t->config.user = v->login ? S("jo@example.test") : S("");
	t->config.password = S("secret");
	t->config.plaintext_login = true;
}

static void check_events(const struct test_sender *t)
{
	slice refused = S("result 1 rcpt refused 550 5.1.1 no such user\n"
			  "result 3 rcpt deferred 451 4.3.0 try again later\n");
	slice rest = buf_slice(&t->events);

	for (int i = 0; i < 3; i++) {
		CHECK(take_literal(&rest, S("next\n")));
		CHECK(take_literal(&rest, refused));
		CHECK(take_literal(
			&rest, i == 1 ? S("result 0 end deferred 451 4.3.0 no room\n"
					  "result 2 end deferred 451 4.3.0 no room\n")
				      : S("result 0 end delivered 250 2.0.0 taken\n"
					  "result 2 end delivered 250 2.0.0 taken\n")));
		CHECK(take_literal(&rest, S("done\n")));
	}
	CHECK_SLICE(rest, S("next\n"));
}

TEST(client_with_our_server)
{
	for (unsigned i = 0; i < 16; i++) {
		struct variant v = { i & 1, i & 2, i & 4, i & 8 };
		struct test_host h;
		struct test_sender t;
		struct buf want;

		set_up(&h, &t, &v);
		sender_add(&t, rcpts, countof(rcpts), big_content());
		sender_add(&t, rcpts, countof(rcpts), S("X-Later: 1\r\n"));
		sender_add(&t, rcpts, countof(rcpts), S(""));
		run(&h, &t, v.by_chunks);
		check_events(&t);
		buf_init(&want, TEST_BUF_MAX);
		buf_add(&want, big_content());
		buf_add(&want, S("||"));
		CHECK_SLICE(buf_slice(&h.accepted_content), buf_slice(&want));
		buf_done(&want);
		sender_end(&t);
		test_host_done(&h);
	}
}
