#include "pop3/test_host.h"

#include <stdio.h>
#include <stdlib.h>

#include "sasl/secret.h"
#include "sasl/server.h"

static const struct secret_keys keys = { .salts = "salts" };

static const struct {
	slice address, password;
} users[] = {
	{ SLICE_INIT("jo@example.test"), SLICE_INIT("secret") },
	{ SLICE_INIT("ann@example.test"), SLICE_INIT("secret2") },
};

static void ask_auth(void *host, struct sasl_server *exchange)
{
	((struct test_session *)host)->asks = exchange;
}

static void ask_authorize(void *host, slice authentication, slice authorization)
{
	struct test_session *s = host;

	snprintf(s->user, sizeof(s->user), "%.*s",
		 FMT(slice_eq(authentication, authorization) ? authentication : S("-")));
}

static int64_t now(void *host)
{
	return ((struct test_session *)host)->host->now;
}

static const struct pop3_host host_ops = {
	.auth = ask_auth,
	.authorize = ask_authorize,
	.now = now,
};

/* The user's account: 1 on; 0: there is none. */
static size_t find_user(slice address)
{
	for (size_t i = 0; i < countof(users); i++)
		if (slice_eq(users[i].address, address)) return i + 1;
	return 0;
}

static enum sasl_status answer(const struct test_host *h, struct sasl_server *asks)
{
	const struct sasl_question *q = sasl_server_question(asks);
	size_t user = find_user(q->user);
	slice password = user ? users[user - 1].password : S("");

	if (h->is_sandbox) return sasl_server_accept(asks);
	if (q->need == SASL_NEED_SECRETS)
		return sasl_server_secrets(asks, &password, user > 0);
	if (q->need == SASL_NEED_KEYS) return sasl_server_keys(asks, NULL, 0);
	return sasl_server_verdict(
		asks, user && slice_eq(q->password, password) ? ERR_NONE : ERR_DENIED);
}

static void answer_question(struct test_session *s)
{
	struct sasl_server *asks = s->asks;

	s->asks = NULL;
	pop3_auth_done(s->pop3, answer(s->host, asks));
}

static void authorize(struct test_session *s)
{
	size_t user = s->host->is_sandbox ? 1 : find_user(slice_of(s->user));
	struct pop3_login login = { .account = (int64_t)user, .mailbox = S("INBOX") };

	s->user[0] = '\0';
	pop3_login_done(s->pop3, user ? ERR_NONE : ERR_DENIED, &login);
}

static void run_job(struct test_session *s)
{
	struct test_host *h = s->host;
	struct engine *e = pop3_engine(s->pop3);
	struct job *j = e->ops->job(e);

	h->jobs++;
	test_run_job(&h->accounts, j, h->failure);
}

static bool work_once(struct test_session *s)
{
	enum want want = engine_want(pop3_engine(s->pop3));

	if (want == WANT_JOB)
		run_job(s);
	else if (want == WANT_HOST && s->asks)
		answer_question(s);
	else if (want == WANT_HOST)
		authorize(s);
	else
		return false;
	return true;
}

void test_host_work(struct test_host *h)
{
	bool worked;

	do {
		worked = false;
		for (size_t i = 0; i < h->session_count; i++)
			worked |= work_once(&h->sessions[i]);
	} while (worked);
}

struct engine *test_host_connect(struct test_host *h)
{
	struct test_session *s = &h->sessions[h->session_count++];

	s->host = h;
	s->pop3 = pop3_new(&h->config, h->is_tls ? &h->tls : NULL, &host_ops, s);
	return pop3_engine(s->pop3);
}

void test_host_deliver(struct test_host *h, slice user, slice message)
{
	size_t account = find_user(user);

	if (!account) abort();
	test_deliver(&h->accounts, (int64_t)account, message, h->now);
}

void test_host_init(struct test_host *h)
{
	*h = (struct test_host){
		.config = {
			.host_name = SLICE_INIT("mail.example.test"),
			.tls_available = true,
			.plaintext_login = true,
			.refused = SASL_NEEDS_SECRETS | SASL_NEEDS_SCRAM_KEYS |
				   SASL_NEEDS_TOKENS,
			.secret_keys = &keys,
		},
		.now = 1'767'225'600, /* 2026-01-01 */
	};
	test_accounts_init(&h->accounts);
}

void test_host_done(struct test_host *h)
{
	test_accounts_done(&h->accounts);
}
