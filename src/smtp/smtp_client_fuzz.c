/* A server that says anything: however its octets are cut, the client says the same and
 * each recipient gets the same one result; never is there a bare CR or LF. */
#include "smtp/test_sender.h"

enum { INPUT_MAX = 64 * 1024 };

static const struct smtp_client_rcpt rcpts[] = {
	{ .forward_path = SLICE_INIT("jo@example.test"), .notify = DSN_NEVER },
	{ .forward_path = SLICE_INIT("ann@example.test"),
	  .orcpt = SLICE_INIT("rfc822;ann@example.test") },
	{ .forward_path = SLICE_INIT("j\303\266@example.test") },
};

static void add_messages(struct test_sender *t, unsigned char choice)
{
	struct smtp_client_message *m =
		sender_add(t, rcpts, 2, S("Subject: x\r\n\r\n.\n.\r.\r\nx\r"));

	m->eight_bit = choice & 1;
	m->require_tls = choice & 2;
	m->envelope_id = S("x1");
	m = sender_add(t, rcpts, 3, S("second"));
	m->utf8 = choice & 4;
	m->priority = 4;
	m->reverse_path = S("");
	sender_add(t, rcpts, 1, S(""));
}

/* The first octet chooses what the client is, the second its messages. */
static void configure(struct test_sender *t, const uint8_t *choices)
{
	sender_init(t);
	t->config.lmtp = choices[0] & 1;
	t->config.tls = choices[0] & 2   ? CLIENT_TLS_NEVER
			: choices[0] & 4 ? CLIENT_TLS_IF_OFFERED
					 : CLIENT_TLS_ALWAYS;
	t->config.user = choices[0] & 8 ? S("jo") : S("");
	t->config.password = S("secret");
	t->config.plaintext_login = choices[0] & 16;
	t->piece_max = choices[0] & 32 ? 3 : 0;
	t->gives_ahead = choices[0] & 64;
	add_messages(t, choices[1]);
}

static void check_said(slice said)
{
	for (size_t i = 0; i < said.n; i++) {
		bool is_cr = said.p[i] == '\r',
		     lf_follows = i + 1 < said.n && said.p[i + 1] == '\n';

		sender_require(!is_cr || lf_follows);
		sender_require(said.p[i] != '\n' || (i > 0 && said.p[i - 1] == '\r'));
	}
}

static void replay(struct test_sender *t, slice input, size_t cut)
{
	static const struct tls_facts facts = { .protocol = SLICE_INIT("TLSv1.3") };
	struct engine *e = sender_connect(t, NULL);

	buf_add(&t->input, input);
	for (;;) {
		sender_work(t, cut);
		/* What stands behind STARTTLS is held back here, whatever the cut. */
		if (engine_want(e) != WANT_TLS) break;
		e->ops->tls_started(e, &facts);
	}
	if (engine_want(e) == WANT_INPUT) e->ops->input_ended(e);
	sender_require(engine_want(e) == WANT_CLOSE);
	sender_free_client(t);
}

static void check_same(const struct test_sender *a, const struct test_sender *b)
{
	sender_require(slice_eq(buf_slice(&a->said), buf_slice(&b->said)));
	sender_require(slice_eq(buf_slice(&a->events), buf_slice(&b->events)));
}

/* SCRAM's nonces and CRAM-MD5's challenges would differ from run to run. */
static bool is_random(slice input)
{
	return slice_find_nocase(input, S("SCRAM")) < input.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const size_t cuts[] = { 2, 5, 64 };
	slice input = { (const char *)data + 2, n - 2 };
	struct test_sender octets;

	if (n < 3 || n > INPUT_MAX || is_random(input)) return 0;
	configure(&octets, data);
	replay(&octets, input, 1);
	check_said(buf_slice(&octets.said));
	for (size_t i = 0; i < countof(cuts); i++) {
		struct test_sender cut;

		configure(&cut, data);
		replay(&cut, input, cuts[i]);
		/* Octets behind STARTTLS are seen or not, as they are cut. */
		if (slice_find(buf_slice(&octets.said), S("STARTTLS")) == octets.said.n)
			check_same(&octets, &cut);
		sender_end(&cut);
	}
	sender_end(&octets);
	return 0;
}
