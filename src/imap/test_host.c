#include "imap/test_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap/session.h"
#include "sasl/server.h"
#include "store/directory.h"
#include "store/incoming.h"

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

static void ask_authorize(void *host, slice authentication, slice)
{
	struct test_session *s = host;

	snprintf(s->user, sizeof(s->user), "%.*s", FMT(authentication));
}

static void watch(void *host, int64_t account)
{
	struct test_session *s = host;

	s->is_watching = true;
	s->account = account;
}

static void watch_others(void *host, const int64_t *accounts, uint32_t count)
{
	struct test_session *s = host;

	s->other_count = 0;
	for (uint32_t i = 0; i < count && i < TEST_ACCOUNTS; i++)
		s->others[s->other_count++] = accounts[i];
}

static void unwatch(void *host)
{
	struct test_session *s = host;

	s->is_watching = false;
	s->other_count = 0;
}

static bool watches(const struct test_session *s, int64_t account)
{
	bool found = s->account == account || s->own == account;

	for (uint32_t i = 0; i < s->other_count; i++)
		found |= s->others[i] == account;
	return s->is_watching && found;
}

static void leave(void *host)
{
	((struct test_session *)host)->account = 0;
}

static struct incoming *new_incoming(void *host)
{
	return incoming_new(((struct test_session *)host)->host->store);
}

static int64_t now(void *host)
{
	struct test_host *h = ((struct test_session *)host)->host;

	return h->now += h->haste;
}

static int64_t find_account(const struct test_host *h, slice address)
{
	const struct directory *d = directory_get(h->store);
	struct account_view view = { 0 };

	directory_find_account(d, address, &view);
	directory_put(d);
	return view.id;
}

static int64_t find_account_of(void *host, slice name)
{
	const struct test_host *h = ((struct test_session *)host)->host;
	uint32_t number;

	if (h->has_numbered && take_u32(&name, &number)) return TEST_ACCOUNTS + number;
	return find_account(h, name);
}

static const struct imap_host host_ops = {
	.find_account = find_account_of,
	.auth = ask_auth,
	.authorize = ask_authorize,
	.watch = watch,
	.watch_others = watch_others,
	.unwatch = unwatch,
	.leave = leave,
	.incoming_new = new_incoming,
	.now = now,
};

/* Opened when first needed, for most tests need one only. */
struct account *test_host_account(struct test_host *h, int64_t id)
{
	struct account **a = &h->accounts[id - 1];

	if (!*a && account_open(h->store, id, a)) abort();
	return *a;
}

static void answer_question(struct test_session *s)
{
	struct sasl_server *asks = s->asks;
	const struct sasl_question *q = sasl_server_question(asks);
	enum err verdict = ERR_DENIED;

	s->asks = NULL;
	if (s->host->is_sandbox) {
		imap_auth_done(s->imap, sasl_server_accept(asks));
		return;
	}
	for (size_t i = 0; i < countof(users); i++)
		if (slice_eq(q->user, users[i].address) &&
		    slice_eq(q->password, users[i].password))
			verdict = ERR_NONE;
	imap_auth_done(s->imap, sasl_server_verdict(asks, verdict));
}

/* The sandbox's inbox is made at the first login. */
static void make_inbox(struct test_host *h, slice name)
{
	struct account *a = test_host_account(h, TEST_ACCOUNTS);
	int64_t id;

	if (account_begin(a, JOB_WRITES)) abort();
	if (mailbox_create(a, name, USE_NONE, &id) == ERR_INTERNAL) abort();
	if (account_commit(a)) abort();
}

static void authorize(struct test_session *s)
{
	slice user = slice_of(s->user);
	struct imap_login login = { .account = TEST_ACCOUNTS };

	if (s->host->is_sandbox) {
		make_inbox(s->host, user);
		login.root = user;
	}
	if (!s->host->is_sandbox) login.account = find_account(s->host, user);
	if (slice_eq(user, s->host->hide_from)) login.hidden = s->host->hidden;
	login.jmap = s->host->jmap;
	login.is_admin = s->host->admin.n && slice_eq(user, s->host->admin);
	s->own = login.account;
	imap_login_done(s->imap, ERR_NONE, &login);
	s->user[0] = '\0';
}

static void tell_changes(struct test_host *h, struct account *a)
{
	if (!account_take_changed(a)) return;
	for (size_t i = 0; i < h->session_count; i++) {
		struct test_session *s = &h->sessions[i];
		struct engine *e = imap_engine(s->imap);

		if (watches(s, account_id(a))) e->ops->changed(e);
	}
}

static enum err run_in_savepoint(struct account *a, struct job *j, bool is_lost)
{
	enum err e = account_savepoint(a);

	if (!e) e = j->run(j, a);
	if (!e && !is_lost) return account_release(a);
	account_rollback_to(a);
	return e;
}

static enum err run_writing(const struct test_host *h, struct account *a, struct job *j)
{
	enum err e = account_begin(a, j->level), commit;

	if (e) return e;
	if (h->runs_twice) (void)run_in_savepoint(a, j, true);
	e = run_in_savepoint(a, j, h->disk_is_full);
	commit = account_commit(a);
	return e ? e : h->disk_is_full ? ERR_LATER : commit;
}

static void run_job(struct test_session *s)
{
	struct engine *e = imap_engine(s->imap);
	struct job *j = e->ops->job(e);
	struct account *a = test_host_account(s->host, j->account);

	if (j->prepare) j->prepare(j);
	j->done(j, j->level == JOB_READS ? j->run(j, a) : run_writing(s->host, a, j));
	tell_changes(s->host, a);
}

static bool work_once(struct test_session *s)
{
	enum want want = engine_want(imap_engine(s->imap));

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
	s->imap = imap_new(&h->config, h->is_tls ? &h->tls : NULL, &host_ops, s);
	return imap_engine(s->imap);
}

bool test_host_init(struct test_host *h)
{
	static const struct imap_id_field id[] = {
		{ SLICE_INIT("name"), SLICE_INIT("Postroom") },
	};
	const struct store_options options = { .folder = NULL };
	const struct stored_credential none = { 0 };
	int64_t account;

	*h = (struct test_host){
		.config = {
			.host_name = SLICE_INIT("mail.example.test"),
			.tls_available = true,
			.plaintext_login = true,
			.append_max = 1 << 20,
			.message_limit = 1'000'000,
			.comment = SLICE_INIT("A test"),
			.admin_uri = SLICE_INIT("mailto:postmaster@example.test"),
			.id = id,
			.id_count = countof(id),
			.sasl_refused = SASL_NEEDS_SECRETS | SASL_NEEDS_SCRAM_KEYS |
					SASL_NEEDS_TOKENS,
		},
		.quota = { QUOTA_NONE, QUOTA_NONE },
		.now = 1'767'225'600, /* 2026-01-01 */
	};
	if (store_open(&options, &h->store)) return false;
	for (size_t i = 0; i < countof(users); i++)
		if (directory_add_account(h->store, users[i].address, &none, &account))
			return false;
	return true;
}

void test_host_done(struct test_host *h)
{
	for (int i = 0; i < TEST_ACCOUNTS; i++)
		if (h->accounts[i]) account_close(h->accounts[i]);
	store_close(h->store);
}
