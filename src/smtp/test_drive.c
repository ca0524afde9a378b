#include "smtp/test_drive.h"

struct engine *test_host_connect(struct test_host *h, const struct tls_facts *tls)
{
	h->server = smtp_server_new(&h->config, tls, &test_host_ops, h);
	return smtp_server_engine(h->server);
}

static void test_answer_exchange(struct test_host *h)
{
	const struct sasl_question *q = sasl_server_question(h->exchange);
	bool known = slice_eq(q->user, S("jo@example.test"));
	bool right = known && slice_eq(q->password, S("secret"));
	slice secret = S("secret");
	enum sasl_status status = SASL_FAIL;

	if (h->is_sandbox || q->need == SASL_NEED_TOKEN)
		status = sasl_server_accept(h->exchange);
	else if (q->need == SASL_NEED_PASSWORD)
		status = sasl_server_verdict(h->exchange, slice_eq(q->user, S("later"))
								  ? ERR_LATER
							  : right ? ERR_NONE
								  : ERR_DENIED);
	else if (q->need == SASL_NEED_SECRETS)
		status = sasl_server_secrets(h->exchange, &secret, known);
	else
		status = sasl_server_keys(h->exchange, NULL, 0);
	smtp_auth_done(h->server, status);
}

bool test_host_answer(struct test_host *h)
{
	struct smtp_reply replies[SMTP_RECIPIENTS_MAX];
	__typeof__(h->asked) asked = h->asked;

	h->asked = ASKED_NOTHING;
	test_require((asked != ASKED_NOTHING) ==
		     (engine_want(smtp_server_engine(h->server)) == WANT_HOST));
	switch (asked) {
	case ASKED_NOTHING:
		return false;
	case ASKED_REPLY:
		smtp_answer(h->server, &h->reply);
		break;
	case ASKED_RECIPIENTS:
		for (uint32_t i = 0; i < h->recipients; i++)
			replies[i] = h->reply;
		smtp_answer_recipients(h->server, replies, h->recipients);
		break;
	case ASKED_AUTH:
		test_answer_exchange(h);
		break;
	case ASKED_LOGIN:
		smtp_login_done(h->server, h->login);
		break;
	}
	return true;
}

void test_host_send(struct test_host *h)
{
	struct buf *out = engine_output(smtp_server_engine(h->server));

	buf_add(&h->said, buf_slice(out));
	buf_drop(out, out->n);
}

bool test_host_step(struct test_host *h, bool held)
{
	static const struct tls_facts tls = { .protocol = SLICE_INIT("TLSv1.3"),
					      .cipher = SLICE_INIT(
						      "TLS_AES_256_GCM_SHA384"),
					      .bits = 256 };
	struct engine *e = smtp_server_engine(h->server);

	if (test_host_answer(h)) return true;
	switch (engine_want(e)) {
	case WANT_DRAIN:
		test_host_send(h);
		e->ops->drained(e);
		return true;
	case WANT_TLS:
		if (held) return false;
		test_host_send(h);
		e->ops->tls_started(e, &tls);
		return true;
	default:
		return false;
	}
}

void test_host_replay(struct test_host *h, slice input, size_t cut)
{
	struct engine *e = test_host_connect(h, NULL);
	size_t window = cut;

	for (;;) {
		while (test_host_step(h, input.n > 0))
			continue;
		if (engine_want(e) != WANT_INPUT || input.n == 0) break;
		size_t taken = engine_feed(e, slice_head(input, window));

		test_require(taken || engine_want(e) != WANT_INPUT ||
			     window < SMTP_AUTH_LINE_MAX);
		if (taken == 0 && window >= input.n) break;
		input = slice_skip(input, taken);
		window = taken ? cut : window + cut;
	}
	if (engine_want(e) == WANT_INPUT) e->ops->input_ended(e);
	test_host_send(h);
	test_require(engine_want(e) == WANT_CLOSE || engine_want(e) == WANT_TLS);
	e->ops->free(e);
	h->server = NULL;
}
