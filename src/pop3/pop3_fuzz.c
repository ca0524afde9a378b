/*
 * A whole session on a temporary store. The first octet chooses the server's settings,
 * the rest is what the client sends. However it is cut, the answers are the same, they
 * are lines, and the engine neither hoards octets nor runs without end.
 */
#include <stdlib.h>
#include <string.h>

#include "pop3/test_host.h"

enum {
	LOGGED_IN = 1,
	WITH_TLS = 2,
	SECRET = 4, /* no passwords in the clear */
	REMOVES = 8,
	ANSWER_MAX = 8 << 20, /* octets */
	TURNS_MAX = 200'000,
	MESSAGES = 5,
};

static const slice messages[MESSAGES] = {
	SLICE_INIT("Subject: a\r\n\r\n.\r\n..\r\ntext\r\n"),
	SLICE_INIT("Subject: \xc3\xa5\r\n\r\n\xc3\xa5\r\n"),
	SLICE_INIT("bare\n\n.\nline ends"),
	SLICE_INIT(""),
	SLICE_INIT("From: a@b.test\r\n"),
};

static void fill(struct test_host *h)
{
	struct buf big;

	for (size_t i = 0; i < MESSAGES; i++)
		test_host_deliver(h, S("jo@example.test"), messages[i]);
	buf_init(&big, 1 << 20);
	buf_add(&big, S("Subject: long\r\n\r\n"));
	for (int i = 0; i < 10'000; i++)
		buf_add(&big, S(".a line of a message that needs two jobs\r\n"));
	test_host_deliver(h, S("jo@example.test"), buf_slice(&big));
	buf_done(&big);
}

static void choose(struct test_host *h, unsigned settings)
{
	h->is_tls = settings & WITH_TLS;
	h->config.plaintext_login = !(settings & SECRET);
	h->config.retention = (struct pop3_retention){ .keep = !(settings & REMOVES) };
	h->session_count = 0;
}

static bool serve(struct test_host *h, struct engine *e, struct buf *answer)
{
	struct buf *out = engine_output(e);

	test_host_work(h);
	if (out->overflow) abort();
	buf_add(answer, buf_slice(out));
	buf_drop(out, out->n);
	if (engine_want(e) == WANT_TLS) e->ops->tls_started(e, &h->tls);
	if (engine_want(e) != WANT_DRAIN) return false;
	e->ops->drained(e);
	return true;
}

static void talk(struct test_host *h, struct engine *e, slice said, size_t cut,
		 struct buf *answer)
{
	size_t window = cut, turns = 0, taken;

	while (serve(h, e, answer))
		;
	while (said.n && engine_want(e) == WANT_INPUT && turns++ < TURNS_MAX) {
		taken = engine_feed(e, slice_head(said, window));
		if (!taken && window > said.n) break;
		if (!taken && window > POP3_AUTH_LINE_MAX + cut) abort();
		window = taken ? cut : window + cut;
		said = slice_skip(said, taken);
		while (serve(h, e, answer))
			;
	}
	e->ops->input_ended(e);
	while (serve(h, e, answer))
		;
	if (engine_want(e) != WANT_CLOSE) abort();
}

static void run(struct test_host *h, unsigned settings, slice said, size_t cut,
		struct buf *answer)
{
	struct engine *e;

	choose(h, settings);
	e = test_host_connect(h);
	buf_init(answer, ANSWER_MAX);
	if (settings & LOGGED_IN) {
		engine_feed(e, S("USER jo@example.test\r\n"));
		engine_feed(e, S("PASS secret\r\n"));
	}
	talk(h, e, said, cut, answer);
	e->ops->free(e);
}

static void check_lines(slice answer)
{
	if (!slice_starts(answer, S("+OK ")) || answer.p[answer.n - 1] != '\n') abort();
	for (size_t i = 0; i < answer.n; i++)
		if (answer.p[i] == '\n' && answer.p[i - 1] != '\r') abort();
}

/* One store for all runs; one that removes gets a store of its own. */
static void run_alone(unsigned settings, slice said, size_t cut, struct buf *answer)
{
	struct test_host h;

	test_host_init(&h);
	fill(&h);
	run(&h, settings, said, cut, answer);
	test_host_done(&h);
}

static struct test_host *shared_host(void)
{
	static struct test_host shared;

	if (shared.accounts.store) return &shared;
	test_host_init(&shared);
	fill(&shared);
	return &shared;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice said = { (const char *)data, n };
	struct buf whole, cut;

	if (!n) return 0;
	said = slice_skip(said, 1);
	if (data[0] & REMOVES) {
		run_alone(data[0], said, n, &whole);
		check_lines(buf_slice(&whole));
		buf_done(&whole);
		return 0;
	}
	run(shared_host(), data[0], said, n, &whole);
	run(shared_host(), data[0], said, data[0] / 16 + 1U, &cut);
	check_lines(buf_slice(&whole));
	if (!whole.overflow && !slice_eq(buf_slice(&whole), buf_slice(&cut))) abort();
	buf_done(&whole);
	buf_done(&cut);
	return 0;
}
