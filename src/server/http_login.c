/*
 * Who asks: Basic (RFC 7617) and Bearer (RFC 6750) are but other spellings of SASL's
 * PLAIN and OAUTHBEARER, so the same checks, limits and delays stand behind them.
 */
#include "base/base64.h"
#include "base/clock.h"
#include "server/http_state.h"

enum {
	MESSAGE_MAX = SASL_RESPONSE_MAX,
	PROOF_MS = 60'000, /* a token may end meanwhile, and counts that long */
};

/* ---- what was proven on this connection ---- */

void http_forget_proof(struct http_session *h)
{
	buf_wipe(&h->proof.field);
	buf_done(&h->proof.user);
}

static void keep_proof(struct http_session *h)
{
	const slice *field = http_request_field(h->request, S("authorization"));

	buf_init(&h->proof.field, HTTP_HEAD_MAX);
	buf_init(&h->proof.user, SASL_NAME_MAX);
	buf_add(&h->proof.field, *field);
	buf_add(&h->proof.user, h->user);
	h->proof.until_ms = clock_monotonic_ms() + PROOF_MS;
}

/* That the account's credentials are still the same, the entry finds out. */
static bool is_proven(const struct http_session *h, slice field)
{
	return h->proof.field.n && slice_eq(buf_slice(&h->proof.field), field) &&
	       clock_monotonic_ms() < h->proof.until_ms;
}

/* ---- refusals ---- */

static void add_challenges(const struct http_session *h, struct buf *out)
{
	buf_addf(out, "WWW-Authenticate: Basic realm=\"%.*s\", charset=\"UTF-8\"\r\n",
		 FMT(h->s.config->hostname));
	if (session_refused_mechanisms(&h->s) & SASL_NEEDS_TOKENS) return;
	buf_addf(out, "WWW-Authenticate: Bearer realm=\"%.*s\"%s\r\n",
		 FMT(h->s.config->hostname),
		 h->shows_token ? ", error=\"invalid_token\"" : "");
}

static void ask_for_login(struct http_session *h, slice detail)
{
	struct buf fields;

	buf_init(&fields, 2048);
	add_challenges(h, &fields);
	http_answer_problem(h, &(struct http_problem){ .status = 401,
						       .detail = detail,
						       .fields = buf_slice(&fields) });
	buf_done(&fields);
}

static void refuse_login(struct http_session *h)
{
	ask_for_login(h, h->shows_token ? S("The token is not valid here; get a new one")
					: S("The address or the password is wrong"));
}

/* ---- the question ---- */

/* "Basic" SP base64 of user ":" password (RFC 7617 2). */
static bool write_plain(slice credentials, struct buf *out)
{
	struct buf pair;
	slice password, user;
	bool good;

	buf_init(&pair, MESSAGE_MAX);
	good = base64_decode(&pair, credentials);
	password = buf_slice(&pair);
	good = good && take_until(&password, ':', &user);
	if (good) {
		buf_add_char(out, '\0');
		buf_add(out, user);
		buf_add_char(out, '\0');
		buf_add(out, password);
	}
	buf_wipe(&pair);
	return good && !out->overflow;
}

static bool write_bearer(slice token, struct buf *out)
{
	return buf_addf(out,
			"n,,\x01"
			"auth=Bearer %.*s\x01\x01",
			FMT(token));
}

static const struct scheme {
	slice name;
	slice mechanism;
	bool (*write)(slice credentials, struct buf *out);
} schemes[] = {
	{ SLICE_INIT("Basic "), SLICE_INIT("PLAIN"), write_plain },
	{ SLICE_INIT("Bearer "), SLICE_INIT("OAUTHBEARER"), write_bearer },
};

static const struct scheme *take_scheme(slice *in)
{
	for (size_t i = 0; i < countof(schemes); i++)
		if (take_literal_nocase(in, schemes[i].name)) return &schemes[i];
	return NULL;
}

/* RFC 9110 11.4: 1*SP lies between. False: it is no log-in that is taken here. */
static bool begin_exchange(struct http_session *h, slice field)
{
	const struct scheme *scheme = take_scheme(&field);
	const struct sasl_mechanism *m = scheme ? sasl_find(scheme->mechanism) : NULL;
	const struct sasl_facts facts = { .hostname = h->s.config->hostname,
					  .time = clock_now() };
	struct buf message;
	bool good;

	if (!m) return false;
	h->shows_token = m->flags & SASL_NEEDS_TOKENS;
	if (!sasl_is_usable(m, NULL, session_refused_mechanisms(&h->s))) return false;
	buf_init(&message, MESSAGE_MAX);
	good = scheme->write(slice_trim(field), &message);
	if (good) {
		slice said = buf_slice(&message);

		h->exchange = sasl_server_new(m, &facts);
		good = sasl_server_start(h->exchange, &said) == SASL_NEED;
	}
	buf_wipe(&message);
	return good;
}

/* What is shown to all who listen must not be asked for, either. */
static bool may_show_password(const struct http_session *h)
{
	return conn_tls(h->s.conn) || h->s.config->allow_plaintext_login ||
	       h->s.server->is_sandbox;
}

void http_login(struct http_session *h)
{
	const slice *field = http_request_field(h->request, S("authorization"));

	h->shows_token = false;
	if (field && is_proven(h, *field)) {
		h->user = buf_slice(&h->proof.user);
		entry_start(&h->entry, h->user, S(""));
		return;
	}
	http_forget_proof(h);
	if (!may_show_password(h))
		http_answer_problem(
			h, &(struct http_problem){
				   .status = 403,
				   .detail = S("Passwords are taken with TLS only") });
	else if (!field)
		ask_for_login(h, S("It needs a login"));
	else if (!begin_exchange(h, *field))
		refuse_login(h);
	else
		session_login(&h->s, h->exchange);
}

/* ---- the answer ---- */

void http_logged(struct session *s, enum sasl_status status)
{
	struct http_session *h = (struct http_session *)s;

	if (h->is_given_up) return;
	if (status == SASL_OK) {
		const struct sasl_question *q = sasl_server_question(h->exchange);

		h->user = q->user.n ? q->user : q->authorization;
		if (h->shows_token) keep_proof(h);
		entry_start(&h->entry, q->user, q->authorization);
	} else if (status == SASL_FAIL &&
		   sasl_server_failure(h->exchange) == SASL_UNAVAILABLE) {
		http_answer_failure(h, ERR_LATER);
	} else {
		refuse_login(h);
	}
}

void http_opened(struct session *s, enum err outcome, int64_t account, slice inbox)
{
	struct http_session *h = (struct http_session *)s;

	if (h->is_given_up) return;
	if (outcome == ERR_LATER && !h->exchange) { /* what was proven is no more */
		http_forget_proof(h);
		http_login(h);
	} else if (outcome == ERR_DENIED) {
		refuse_login(h);
	} else if (outcome) {
		http_answer_failure(h, outcome);
	} else {
		h->account = account;
		h->inbox = s->server->is_sandbox ? inbox : S("INBOX");
		loop_defer(s->loop, &h->admitted); /* the entry is not done with us */
	}
}
