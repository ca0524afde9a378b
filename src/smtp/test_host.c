#include "smtp/test_host.h"

#include <stdlib.h>

void test_require(bool condition)
{
	if (!condition) abort();
}

static void test_ask(struct test_host *h, int code, slice enhanced, slice text)
{
	test_require(h->asked == ASKED_NOTHING);
	h->asked = ASKED_REPLY;
	h->reply = (struct smtp_reply){ code, enhanced, text };
}

static void test_auth(void *host, struct sasl_server *exchange)
{
	struct test_host *h = host;

	test_require(h->asked == ASKED_NOTHING);
	h->asked = ASKED_AUTH;
	h->exchange = exchange;
}

static void test_authorize(void *host, slice authentication, slice authorization)
{
	struct test_host *h = host;

	test_require(h->asked == ASKED_NOTHING);
	h->asked = ASKED_LOGIN;
	h->login = slice_eq(authentication, authorization) ? ERR_NONE : ERR_DENIED;
}

static void test_mail(void *host, const struct smtp_mail *mail)
{
	struct test_host *h = host;

	test_require(h->stage == STAGE_IDLE);
	h->stage = STAGE_MAIL;
	h->recipients = 0;
	buf_add(&h->events, S("mail "));
	if (slice_eq(mail->reverse_path, S("refused@example.test")))
		test_ask(h, 550, S("5.7.1"), S("not you"));
	else
		test_ask(h, 250, S(""), S("sender ok"));
}

static void test_rcpt(void *host, const struct smtp_rcpt *rcpt)
{
	struct test_host *h = host;
	bool here = slice_eq_nocase(rcpt->domain, S("example.test"));

	test_require(h->stage == STAGE_MAIL);
	buf_add(&h->events, S("rcpt "));
	if (here && slice_eq(rcpt->local, S("later"))) {
		test_ask(h, 451, S(""), S("try again later"));
	} else if (rcpt->domain.n == 0 || (here && (slice_eq(rcpt->local, S("jo")) ||
						    slice_eq(rcpt->local, S("ann"))))) {
		h->recipients++;
		test_ask(h, 250, S(""), S("recipient ok"));
	} else {
		test_ask(h, 550, here ? S("") : S("5.7.1"),
			 here ? S("no such user") : S("no relay"));
	}
}

static enum err test_xclient(void *host, const struct smtp_xclient *x)
{
	struct test_host *h = host;

	buf_addf(&h->events, "xclient(%.*s,%.*s) ", FMT(x->address), FMT(x->name));
	return slice_eq(x->address, S("nonsense")) ? ERR_DENIED : ERR_NONE;
}

static void test_verify(void *host, bool expand, slice)
{
	test_ask(host, expand ? 502 : 252, S(""),
		 expand ? S("not here") : S("send and see"));
}

static void test_start_queue(void *host, slice domain, bool below)
{
	struct test_host *h = host;

	buf_addf(&h->events, "turn(%s%.*s) ", below ? "@" : "", FMT(domain));
	if (slice_eq(domain, S("other.test")))
		test_ask(h, 459, S("4.7.1"), S("not allowed"));
	else
		test_ask(h, 251, S("2.0.0"), S("nothing waits"));
}

static enum err test_data_begin(void *host)
{
	struct test_host *h = host;

	test_require(h->stage == STAGE_MAIL && h->recipients > 0);
	if (h->data_begin_fails) return ERR_LATER;
	h->stage = STAGE_DATA;
	buf_reset(&h->content);
	buf_add(&h->events, S("data "));
	return ERR_NONE;
}

static enum err test_data(void *host, slice octets)
{
	struct test_host *h = host;

	test_require(h->stage == STAGE_DATA && octets.n > 0);
	buf_add(&h->content, octets);
	return h->data_fails ? ERR_LIMIT : ERR_NONE;
}

static void test_data_end(void *host)
{
	struct test_host *h = host;
	slice content = buf_slice(&h->content);

	test_require(h->stage == STAGE_DATA);
	h->stage = STAGE_END;
	buf_add(&h->events, S("end "));
	if (slice_find(content, S("X-Later")) < content.n) {
		test_ask(h, 451, S(""), S("no room"));
		return;
	}
	h->accepted++;
	buf_add(&h->accepted_content, content);
	buf_add_char(&h->accepted_content, '|');
	test_ask(h, 250, S(""), S("taken"));
	if (h->config.lmtp) h->asked = ASKED_RECIPIENTS;
}

static void test_answered(void *host)
{
	struct test_host *h = host;

	test_require(h->stage == STAGE_END && h->asked == ASKED_NOTHING);
	h->stage = STAGE_ANSWERED;
	buf_add(&h->events, S("answered "));
}

static void test_reset(void *host)
{
	struct test_host *h = host;

	test_require(h->stage != STAGE_IDLE);
	h->stage = STAGE_IDLE;
	buf_add(&h->events, S("reset "));
}

static int64_t test_now(void *)
{
	return 1'000'000'000;
}

const struct smtp_host test_host_ops = {
	.auth = test_auth,
	.authorize = test_authorize,
	.mail = test_mail,
	.rcpt = test_rcpt,
	.xclient = test_xclient,
	.verify = test_verify,
	.start_queue = test_start_queue,
	.data_begin = test_data_begin,
	.data = test_data,
	.data_end = test_data_end,
	.answered = test_answered,
	.reset = test_reset,
	.now = test_now,
};

void test_host_init(struct test_host *h)
{
	static const struct secret_keys keys = { .salts = "salts" };

	*h = (struct test_host){ .config = {
					 .host_name = S("mail.example.test"),
					 .tls_available = true,
					 .plaintext_login = true,
					 .offer_auth = true,
					 .size_max = 100'000,
					 .recipients_max = 100,
					 .hold_max_s = 86'400,
					 .secret_keys = &keys,
				 } };
	buf_init(&h->events, TEST_BUF_MAX);
	buf_init(&h->content, TEST_BUF_MAX);
	buf_init(&h->accepted_content, TEST_BUF_MAX);
	buf_init(&h->said, TEST_BUF_MAX);
}

void test_host_done(struct test_host *h)
{
	if (h->server) {
		struct engine *e = smtp_server_engine(h->server);

		e->ops->free(e);
	}
	test_require(h->stage == STAGE_IDLE);
	buf_done(&h->events);
	buf_done(&h->content);
	buf_done(&h->accepted_content);
	buf_done(&h->said);
}
