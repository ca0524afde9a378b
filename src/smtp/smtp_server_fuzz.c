/* A client that says anything: however the octets are cut, the replies, the host's calls
 * and the messages are the same, and all of them are well-formed. */
#include "smtp/test_drive.h"

enum { INPUT_MAX = 64 * 1024 };

/* The first octet chooses what kind of server it is. */
static void configure(struct test_host *h, unsigned char choice)
{
	test_host_init(h);
	h->config.lmtp = choice & 1;
	h->config.login_required = choice & 2;
	h->config.tls_available = !(choice & 4);
	h->config.plaintext_login = !(choice & 8);
	h->config.size_max = choice & 16 ? 40 : 100'000;
	h->config.recipients_max = choice & 32 ? 2 : 100;
	if (choice & 32) h->config.offered |= SMTP_OFFER_BINARYMIME;
	h->config.offered |= SMTP_OFFER_ETRN | SMTP_OFFER_DELIVERBY | SMTP_OFFER_DSN |
			     SMTP_OFFER_REQUIRETLS | SMTP_OFFER_MT_PRIORITY |
			     SMTP_OFFER_FUTURERELEASE;
	h->config.takes_all = h->config.mends_newlines = (choice & 192) == 192;
	h->data_begin_fails = (choice & 192) == 64;
	h->data_fails = (choice & 192) == 128;
	/* Their challenges are random. */
	h->config.refused = SASL_NEEDS_SECRETS | SASL_NEEDS_SCRAM_KEYS;
}

static void check_reply_line(slice line, bool *more)
{
	test_require(line.n >= 4 &&
		     line.n + 2 <= SMTP_REPLY_LINE_MAX + SMTP_AUTH_LINE_MAX);
	test_require(line.p[0] >= '2' && line.p[0] <= '5' && is_digit(line.p[1]) &&
		     is_digit(line.p[2]));
	test_require(line.p[3] == ' ' || line.p[3] == '-');
	*more = line.p[3] == '-';
	for (size_t i = 0; i < line.n; i++)
		test_require((unsigned char)line.p[i] >= ' ' && line.p[i] != 127);
}

static void check_replies(slice said)
{
	slice line;
	bool more = true;

	while (take_line(&said, &line))
		check_reply_line(line, &more);
	test_require(said.n == 0 && !more);
}

/* Nothing that was taken holds a line end but CRLF, or a NUL. */
static void check_content(slice content)
{
	for (size_t i = 0; i < content.n; i++) {
		char c = content.p[i];

		test_require(c != '\0');
		if (c == '\r')
			test_require(i + 1 < content.n && content.p[i + 1] == '\n');
		if (c == '\n') test_require(i > 0 && content.p[i - 1] == '\r');
	}
}

static void check_same(const struct test_host *a, const struct test_host *b)
{
	test_require(slice_eq(buf_slice(&a->said), buf_slice(&b->said)));
	test_require(slice_eq(buf_slice(&a->events), buf_slice(&b->events)));
	test_require(slice_eq(buf_slice(&a->accepted_content),
			      buf_slice(&b->accepted_content)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const size_t cuts[] = { 1, 5, 64 };
	slice input = { (const char *)data + 1, n - 1 };
	struct test_host whole;

	if (n < 2 || n > INPUT_MAX) return 0;
	configure(&whole, data[0]);
	test_host_replay(&whole, input, input.n);
	check_replies(buf_slice(&whole.said));
	if (!(whole.config.offered & SMTP_OFFER_BINARYMIME) && !whole.config.takes_all)
		check_content(buf_slice(&whole.accepted_content));
	for (size_t i = 0; i < countof(cuts); i++) {
		struct test_host cut;

		configure(&cut, data[0]);
		test_host_replay(&cut, input, cuts[i]);
		check_same(&whole, &cut);
		test_host_done(&cut);
	}
	test_host_done(&whole);
	return 0;
}
