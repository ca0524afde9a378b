/* AUTH (RFC 4954 4): carries a SASL exchange, in base64. */
#include <assert.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "smtp/session.h"

unsigned smtp_refused_mechanisms(const struct smtp_server *s)
{
	unsigned refused = s->config->refused;

	if (!s->tls && !s->config->plaintext_login) refused |= SASL_SHOWS_PASSWORD;
	if (!s->config->secret_keys) refused |= SASL_NEEDS_SCRAM_KEYS;
	return refused;
}

void smtp_end_exchange(struct smtp_server *s)
{
	if (s->phase == RESPONSES) s->phase = COMMANDS;
	sasl_server_free(s->exchange);
	s->exchange = NULL;
}

/* Every attempt hears what was wrong with it (RFC 4954 4). Who has guessed too often may
 * not try again; what told nothing about a password is a fault like any other. */
static void refuse_login(struct smtp_server *s, const struct smtp_reply *why)
{
	smtp_end_exchange(s);
	smtp_reply(s, why);
	if (why->code == 535 && ++s->login_failures >= SMTP_LOGIN_FAILURES_MAX)
		smtp_end_now(s, S("4.7.0"), S("too many failed logins"));
}

static const struct smtp_reply wrong = { 535, SLICE_INIT("5.7.8"),
					 SLICE_INIT("user or password is wrong") },
			       malformed = { 501, SLICE_INIT("5.5.2"),
					     SLICE_INIT("malformed response") },
			       too_long = { 500, SLICE_INIT("5.5.6"),
					    SLICE_INIT("response too long") },
			       unbound = { 535, SLICE_INIT("5.7.8"),
					   SLICE_INIT("channel binding does not fit") },
			       later = { 454, SLICE_INIT("4.7.0"),
					 SLICE_INIT("cannot tell now, try again later") };

static const struct smtp_reply *const failures[] = {
	[SASL_CREDENTIALS] = &wrong, [SASL_SYNTAX] = &malformed,
	[SASL_TOO_LONG] = &too_long, [SASL_BINDING] = &unbound,
	[SASL_UNAVAILABLE] = &later,
};

static void send_challenge(struct smtp_server *s)
{
	slice challenge = sasl_server_output(s->exchange);

	buf_add(&s->output, S("334 "));
	base64_encode(&s->output, challenge);
	buf_add(&s->output, S("\r\n"));
	s->phase = RESPONSES;
}

static void go_on(struct smtp_server *s, enum sasl_status status)
{
	const struct sasl_question *q = sasl_server_question(s->exchange);

	switch (status) {
	case SASL_SEND:
		send_challenge(s);
		break;
	case SASL_NEED:
		s->asked = EXCHANGE;
		s->ops->auth(s->host, s->exchange);
		break;
	case SASL_OK:
		s->asked = LOGIN;
		s->ops->authorize(s->host, q->user, q->authorization);
		break;
	case SASL_FAIL:
		refuse_login(s, failures[sasl_server_failure(s->exchange)]);
		break;
	}
}

static void start_exchange(struct smtp_server *s, const struct sasl_mechanism *m,
			   const slice *initial)
{
	const struct sasl_facts facts = {
		.hostname = s->config->host_name,
		.nonce = { s->nonce, SASL_NONCE },
		.time = s->ops->now(s->host),
		.tls = s->tls,
		.keys = s->config->secret_keys,
	};

	s->facts.mechanism = m->name;
	sasl_nonce(s->nonce);
	s->exchange = sasl_server_new(m, &facts);
	go_on(s, sasl_server_start(s->exchange, initial));
}

/* Without SP and text behind the mechanism there is no initial response; "=" is an empty
 * one. */
static void begin(struct smtp_server *s, const struct sasl_mechanism *m, slice text)
{
	CLEANUP(buf_wipe) struct buf octets;
	slice initial;

	buf_init(&octets, SASL_RESPONSE_MAX);
	if (text.n == 0) {
		start_exchange(s, m, NULL);
	} else if (slice_eq(text, S("=")) || base64_decode(&octets, text)) {
		initial = buf_slice(&octets);
		start_exchange(s, m, &initial);
	} else {
		refuse_login(s, &malformed);
	}
}

void smtp_cmd_auth(struct smtp_server *s, slice arg)
{
	slice name = { 0 };
	const struct sasl_mechanism *m = take_word(&arg, &name) ? sasl_find(name) : NULL;

	if (!s->config->offer_auth)
		smtp_say(s, 502, S(""), S("there is no login here"));
	else if (s->login.n)
		smtp_say(s, 503, S(""), S("logged in already"));
	else if (m && sasl_is_usable(m, s->tls, smtp_refused_mechanisms(s)))
		begin(s, m, slice_trim(arg));
	else if (m && m->flags & SASL_SHOWS_PASSWORD && !s->tls)
		smtp_say(s, 538, S(""), S("this mechanism needs STARTTLS first"));
	else
		smtp_say(s, 504, S(""), S("no such mechanism here"));
}

void smtp_take_response(struct smtp_server *s, slice line)
{
	CLEANUP(buf_wipe) struct buf octets;

	buf_init(&octets, SASL_RESPONSE_MAX);
	s->phase = COMMANDS;
	if (slice_eq(line, S("*"))) {
		smtp_end_exchange(s);
		smtp_say(s, 501, S("5.7.0"), S("cancelled"));
	} else if (base64_decode(&octets, line)) {
		go_on(s, sasl_server_step(s->exchange, buf_slice(&octets)));
	} else {
		refuse_login(s, &malformed);
	}
}

void smtp_auth_done(struct smtp_server *s, enum sasl_status status)
{
	assert(s->asked == EXCHANGE);
	s->asked = NOTHING;
	go_on(s, status);
	smtp_settle(s);
}

void smtp_login_done(struct smtp_server *s, enum err outcome)
{
	assert(s->asked == LOGIN);
	s->asked = NOTHING;
	if (outcome == ERR_NONE) {
		buf_add(&s->login, sasl_server_question(s->exchange)->authorization);
		smtp_end_exchange(s);
		smtp_update_facts(s);
		smtp_say(s, 235, S(""), S("logged in"));
	} else {
		bool is_refusal = outcome == ERR_DENIED || outcome == ERR_NOT_FOUND;

		refuse_login(s, is_refusal ? &wrong : &later);
	}
	smtp_settle(s);
}
