/*
 * Whom a bearer token or a client's certificate names, as an account: it must be there,
 * and be the one as whom the client wants to act.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/authenticator_private.h"

enum { REMEMBERED_S = LOGIN_CACHE_LIFE_MS / 1000 };

/* The account named, if the client may act as it: the same, or it does not say. */
static bool find_named(const struct login_attempt *t, const struct directory *d,
		       slice named, struct account_view *ret)
{
	const struct config *c = *t->all->config;
	struct account_view wanted;

	if (!find_login(d, c, named, ret)) return false;
	return t->user.n == 0 ||
	       (find_login(d, c, buf_slice(&t->user), &wanted) && wanted.id == ret->id);
}

/* ---- tokens ---- */

/* Known by the name as whom the client acts, and no longer than the token is good. */
static bool can_be_remembered(const struct login_attempt *t)
{
	int64_t until = t->token->verdict.until;

	return t->user.n && (until == 0 || until - clock_now() >= REMEMBERED_S);
}

static const char *admit(struct login_attempt *t)
{
	const struct directory *d = directory_get(t->all->store);
	struct account_view account;
	slice user = token_user(&t->token->verdict);
	bool found = find_named(t, d, user, &account);

	if (found) {
		login_measured_by(t, &account);
		t->identity = user;
		if (can_be_remembered(t)) login_remember(t, &account, 0);
	}
	directory_put(d);
	return found ? NULL : "no-such-account";
}

static void token_checked(struct token_check *k)
{
	struct login_attempt *t = k->owner;
	const char *why = k->verdict.why;

	t->verdict = k->verdict.verdict;
	t->status = k->verdict.status;
	if (!t->verdict && (why = admit(t))) t->verdict = ERR_DENIED;
	if (t->verdict == ERR_DENIED)
		log_event(LOG_INFO, "token.refused",
			  LOG_STR("user", token_user(&k->verdict)),
			  LOG_STR("as", buf_slice(&t->user)), LOG_TEXT_OF("why", why));
	login_settle(t);
}

static void start_check(struct login_attempt *t)
{
	struct token_check *k = calloc(1, sizeof(*k));

	assert(k);
	k->all = &t->all->tokens;
	k->config = *t->all->config;
	k->loop = t->loop;
	k->token = buf_slice(&t->password);
	k->owner = t;
	k->done = token_checked;
	t->token = k;
	token_check_start(k);
}

/* Without one the client only asks what it would need (RFC 7628 4.3): that is no guess.
 */
void login_check_token(struct login_attempt *t)
{
	t->source = 1 + t->all->reloads;
	if (t->password.n == 0) {
		t->verdict = ERR_DENIED;
		login_answer(t);
	} else if (t->user.n && login_is_remembered(t)) {
		t->verdict = ERR_NONE;
		t->identity = buf_slice(&t->user);
		login_answer(t);
	} else {
		start_check(t);
	}
}

/* ---- certificates ---- */

/* By [tls] client-user: "ADDRESS SUBJECT". */
static bool find_by_subject(const struct login_attempt *t, const struct directory *d,
			    slice subject, struct account_view *ret, slice *ret_named)
{
	const struct slice_list *users = &(*t->all->config)->tls_client_users;

	for (uint32_t i = 0; subject.n && i < users->count; i++) {
		slice rest = users->items[i];

		if (take_word(&rest, ret_named) && slice_eq(slice_trim(rest), subject) &&
		    find_named(t, d, *ret_named, ret))
			return true;
	}
	return false;
}

/* One may name several accounts; the client says which, or it is the first. */
static bool find_by_certificate(const struct login_attempt *t, const struct directory *d,
				const struct tls_facts *tls, struct account_view *ret,
				slice *ret_named)
{
	slice addresses = tls->peer_addresses;

	while (take_until(&addresses, '\n', ret_named))
		if (find_named(t, d, *ret_named, ret)) return true;
	return find_by_subject(t, d, tls->peer_subject, ret, ret_named);
}

void login_check_certificate(struct login_attempt *t)
{
	const struct tls_facts *tls = sasl_server_question(t->exchange)->tls;
	const struct directory *d = directory_get(t->all->store);
	struct account_view account;

	t->verdict = ERR_DENIED;
	if (find_by_certificate(t, d, tls, &account, &t->identity)) {
		t->verdict = ERR_NONE;
		login_measured_by(t, &account);
	} else {
		log_event(LOG_INFO, "certificate.refused",
			  LOG_STR("subject", tls->peer_subject),
			  LOG_STR("addresses", tls->peer_addresses),
			  LOG_STR("as", buf_slice(&t->user)));
	}
	directory_put(d);
	login_settle(t);
}

/* ---- the answer ---- */

enum sasl_status login_answer_identity(struct login_attempt *t)
{
	const struct config *c = *t->all->config;

	return sasl_server_identity(t->exchange, &(struct sasl_identity){
							 .verdict = t->verdict,
							 .user = t->identity,
							 .status = t->status,
							 .scope = c->oauth_scope,
							 .discovery = c->oauth_discovery,
						 });
}
