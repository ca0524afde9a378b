#include "server/authenticator.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "message/text.h"
#include "sasl/credential.h"
#include "server/authenticator_private.h"

enum { CACHED_LOGINS = 10000 };

void authenticator_init(struct authenticator *a, struct store *s, struct workers *w)
{
	*a = (struct authenticator){ .store = s, .workers = w };
	a->cache = login_cache_new(CACHED_LOGINS);
	a->backoff = backoff_new();
}

void authenticator_done(struct authenticator *a)
{
	token_checks_done(&a->tokens);
	login_cache_free(a->cache);
	backoff_free(a->backoff);
	secret_keys_done(&a->keys);
}

static bool add_lower(struct buf *out, slice text)
{
	for (size_t i = 0; i < text.n; i++)
		buf_add_char(out, lower_ascii(text.p[i]));
	return !out->overflow;
}

/* user as an address of the directory's form. */
static bool normalise_user(const struct config *c, slice user, struct buf *out)
{
	struct buf prepared;
	bool good;

	buf_init(&prepared, ADDRESS_MAX);
	good = text_saslprep(user, &prepared);
	slice local = { 0 }, domain = buf_slice(&prepared);
	good = good && (take_until(&domain, '@', &local)
				? add_lower(out, local) && buf_add_char(out, '@') &&
					  domain_to_unicode(domain, out)
				: c && c->domain_count == 1 && add_lower(out, domain) &&
					  buf_add_char(out, '@') &&
					  buf_add(out, c->domains[0].name));
	buf_done(&prepared);
	return good;
}

/* Keys that no password makes, with a salt that is the same for all spellings of a name,
 * as those of an account are. */
static struct scram_keys keys_of_nobody(const struct login_attempt *t)
{
	slice user = buf_slice(&t->user);
	struct scram_keys keys = { 0 };
	struct buf address;

	buf_init(&address, ADDRESS_MAX);
	if (normalise_user(*t->all->config, user, &address)) user = buf_slice(&address);
	keys.salt = scram_salt_of_nobody(&t->all->keys, user);
	buf_done(&address);
	return keys;
}

bool find_login(const struct directory *d, const struct config *c, slice user,
		struct account_view *ret)
{
	struct buf address;
	bool found;

	buf_init(&address, ADDRESS_MAX);
	found = normalise_user(c, user, &address) &&
		directory_find_account(d, buf_slice(&address), ret);
	buf_done(&address);
	return found;
}

slice seal_context(const int64_t *account)
{
	return (slice){ (const char *)account, sizeof(*account) };
}

/* The secrets of the account's app passwords; their octets are appended to bytes. */
static size_t unseal_all(const struct secret_keys *keys,
			 const struct account_view *account, struct buf *bytes,
			 slice ret[static CREDENTIALS_MAX])
{
	size_t ends[CREDENTIALS_MAX], count = 0, start = 0;

	for (uint32_t i = 0; i < account->credential_count && count < CREDENTIALS_MAX;
	     i++) {
		slice sealed = account->credentials[i].sealed;

		if (sealed.n &&
		    secret_unseal(keys, seal_context(&account->id), sealed, bytes))
			ends[count++] = bytes->n;
	}
	for (size_t i = 0; i < count; start = ends[i++])
		ret[i] = (slice){ buf_slice(bytes).p + start, ends[i] - start };
	return count;
}

static void finish(struct login_attempt *t, enum sasl_status status)
{
	buf_wipe(&t->user);
	buf_wipe(&t->password);
	free(t->token);
	t->token = NULL;
	t->is_running = false;
	t->finished(t, status);
}

void login_answer(struct login_attempt *t)
{
	enum sasl_need need;

	if (!t->exchange) {
		finish(t, SASL_FAIL);
		return;
	}
	need = sasl_server_question(t->exchange)->need;
	finish(t, need == SASL_NEED_TOKEN || need == SASL_NEED_CERTIFICATE
			  ? login_answer_identity(t)
			  : sasl_server_verdict(t->exchange, t->verdict));
}

static void delay_over(struct timer *timer)
{
	login_answer(CONTAINER_OF(timer, struct login_attempt, timer));
}

static void log_refusal(const struct login_attempt *t)
{
	char peer[NETADDR_TEXT_MAX];

	log_event(LOG_INFO, "login.refused", LOG_TEXT_OF("service", t->service),
		  LOG_STR("peer", netaddr_text(t->peer, peer)),
		  LOG_STR("user", buf_slice(&t->user)));
}

static void answer_after(struct login_attempt *t, int64_t delay_ms)
{
	if (delay_ms == 0 || !t->exchange) {
		login_answer(t);
		return;
	}
	t->timer.fire = delay_over;
	timer_set(t->loop, &t->timer, loop_now_ms(t->loop) + delay_ms);
}

void login_settle(struct login_attempt *t)
{
	int64_t delay_ms = 0;

	if (t->verdict == ERR_DENIED) {
		log_refusal(t);
		if (!t->is_exempt)
			delay_ms = backoff_fail(t->all->backoff, t->peer,
						loop_now_ms(t->loop));
	}
	answer_after(t, delay_ms);
}

void login_measured_by(struct login_attempt *t, const struct account_view *account)
{
	t->account = account->id;
	t->generation = account->generation;
}

static struct login login_of(const struct login_attempt *t,
			     const struct account_view *account)
{
	return (struct login){ .account = account->id,
			       .generation = (uint64_t)account->generation,
			       .source = t->source,
			       .user = buf_slice(&t->user),
			       .password = buf_slice(&t->password) };
}

void login_remember(struct login_attempt *t, const struct account_view *account,
		    int64_t credential)
{
	struct login login = login_of(t, account);

	login_cache_add(t->all->cache, &login, credential, clock_monotonic_ms());
}

static enum err verify(struct login_attempt *t, const struct directory *d)
{
	struct account_view account = { 0 };
	slice hashes[SASL_CANDIDATES_MAX];
	size_t count = 0, matched;
	enum err e;

	find_login(d, *t->all->config, buf_slice(&t->user), &account);
	for (uint32_t i = 0; i < account.credential_count && count < countof(hashes); i++)
		hashes[count++] = account.credentials[i].hash;
	login_measured_by(t, &account);
	e = password_verify_any(hashes, count, buf_slice(&t->password), &matched);
	if (!e) t->credential = account.credentials[matched].id;
	if (!e) login_remember(t, &account, t->credential);
	return e;
}

/* On a worker. */
static void hash_password(struct work *w)
{
	struct login_attempt *t = CONTAINER_OF(w, struct login_attempt, work);
	const struct directory *d = directory_get(t->all->store);

	t->verdict = verify(t, d);
	if (t->verdict && t->verdict != ERR_LATER) t->verdict = ERR_DENIED;
	directory_put(d);
	t->all->waiting--;
	t->all->suspects -= t->is_suspect;
}

static void hash_done(struct work *w)
{
	login_settle(CONTAINER_OF(w, struct login_attempt, work));
}

bool login_is_remembered(struct login_attempt *t)
{
	const struct directory *d = directory_get(t->all->store);
	struct account_view account;
	bool found = find_login(d, *t->all->config, buf_slice(&t->user), &account);

	if (found) {
		login_measured_by(t, &account);
		struct login login = login_of(t, &account);
		found = login_cache_find(t->all->cache, &login, clock_monotonic_ms(),
					 &t->credential);
	}
	directory_put(d);
	return found;
}

/* A place among those whose passwords are hashed, given back by hash_password. Loops that
 * take the last one together may be a few too many. */
static bool take_place(struct login_attempt *t)
{
	struct authenticator *a = t->all;

	t->is_suspect = !t->is_exempt &&
			backoff_is_failing(a->backoff, t->peer, loop_now_ms(t->loop));
	if (a->waiting >= AUTH_WAITING_MAX ||
	    (t->is_suspect && a->suspects >= AUTH_SUSPECTS_MAX))
		return false;
	a->waiting++;
	a->suspects += t->is_suspect;
	return true;
}

static void check_password(struct login_attempt *t)
{
	if (login_is_remembered(t)) {
		t->verdict = ERR_NONE;
		login_answer(t);
		return;
	}
	if (!take_place(t)) {
		t->verdict = ERR_LATER;
		answer_after(t, t->is_suspect ? BACKOFF_MAX_MS : 0);
		return;
	}
	t->work =
		(struct work){ .run = hash_password, .done = hash_done, .loop = t->loop };
	workers_submit(t->all->workers, WORK_LONG, &t->work);
}

static enum sasl_status give_secrets(struct login_attempt *t,
				     const struct account_view *account)
{
	enum sasl_status status;
	slice secrets[CREDENTIALS_MAX];
	struct buf bytes;

	buf_init(&bytes, CREDENTIALS_MAX * SECRET_MAX);
	size_t n = account ? unseal_all(&t->all->keys, account, &bytes, secrets) : 0;
	status = sasl_server_secrets(t->exchange, secrets, n);
	buf_wipe(&bytes);
	return status;
}

static enum sasl_status give_keys(struct login_attempt *t,
				  const struct account_view *account)
{
	enum scram_hash h = sasl_server_question(t->exchange)->hash;
	struct scram_keys list[SASL_CANDIDATES_MAX];
	enum sasl_status status;
	size_t n = 0;

	for (uint32_t i = 0;
	     account && i < account->credential_count && n < countof(list) - 1; i++)
		if (!scram_keys_read(account->credentials[i].scram, h, &list[n++]))
			list[n - 1] = (struct scram_keys){ 0 };
	list[n++] = keys_of_nobody(t); /* shown where there are no others */
	status = sasl_server_keys(t->exchange, list, n);
	explicit_bzero(list, sizeof(list));
	return status;
}

/* Secrets and keys are looked up at once; the mechanism itself finds out who it is. */
static void look_up(struct login_attempt *t, enum sasl_need need)
{
	const struct directory *d = directory_get(t->all->store);
	struct account_view account;
	const struct account_view *found =
		find_login(d, *t->all->config, buf_slice(&t->user), &account) ? &account
									      : NULL;

	if (found) login_measured_by(t, found);
	enum sasl_status status =
		need == SASL_NEED_SECRETS ? give_secrets(t, found) : give_keys(t, found);

	directory_put(d);
	finish(t, status);
}

static void check(struct login_attempt *t)
{
	enum sasl_need need = sasl_server_question(t->exchange)->need;

	switch (need) {
	case SASL_NEED_PASSWORD:
		check_password(t);
		break;
	case SASL_NEED_SECRETS:
	case SASL_NEED_KEYS:
		look_up(t, need);
		break;
	case SASL_NEED_TOKEN:
		login_check_token(t);
		break;
	case SASL_NEED_CERTIFICATE:
		login_check_certificate(t);
		break;
	case SASL_NEED_REFUSAL:
		t->verdict = ERR_DENIED;
		login_settle(t);
		break;
	}
}

static void begin(struct task *task)
{
	struct login_attempt *t = CONTAINER_OF(task, struct login_attempt, task);

	if (!t->exchange)
		finish(t, SASL_FAIL);
	else if (t->all->accepts_all)
		finish(t, sasl_server_accept(t->exchange));
	else
		check(t);
}

/* What the client showed; a password is prepared (RFC 4013). */
static void keep_question(struct login_attempt *t, const struct sasl_question *q)
{
	bool is_token = q->need == SASL_NEED_TOKEN;

	buf_init(&t->user, SASL_NAME_MAX);
	buf_init(&t->password, is_token ? SASL_RESPONSE_MAX : PASSWORD_MAX);
	buf_add(&t->user, q->user.n ? q->user : q->authorization);
	if (q->need == SASL_NEED_PASSWORD) text_saslprep(q->password, &t->password);
	if (is_token) buf_add(&t->password, q->password);
}

void login_attempt_start(struct login_attempt *t, struct sasl_server *exchange)
{
	assert(!t->is_running);
	t->is_running = true;
	t->exchange = exchange;
	t->account = t->generation = t->credential = 0;
	t->source = 0;
	t->identity = t->status = S("");
	keep_question(t, sasl_server_question(exchange));
	t->task.run = begin;
	loop_defer(t->loop, &t->task);
}

void login_attempt_abandon(struct login_attempt *t)
{
	t->exchange = NULL;
	if (!timer_is_set(&t->timer)) return;
	timer_cancel(t->loop, &t->timer);
	login_answer(t);
}
