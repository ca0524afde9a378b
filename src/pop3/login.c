/*
 * USER and PASS, APOP, AUTH: each becomes a SASL exchange (RFC 1939 7, RFC 5034)
 *
 *   go_on -SEND-> a line of the client -> go_on
 *         -NEED-> host->auth           -> pop3_auth_done -> go_on
 *         -OK---> host->authorize      -> pop3_login_done -> opening.c -> login_opened
 *         -FAIL-> -ERR
 */
#include "base/base64.h"
#include "pop3/commands.h"
#include "pop3/session.h"

/* What a failed exchange is to the client (RFC 3206 4, 5). */
static const char *const failures[] = {
	[SASL_CREDENTIALS] = "[AUTH] wrong user name or password",
	[SASL_SYNTAX] = "[AUTH] these are no credentials",
	[SASL_TOO_LONG] = "[AUTH] the credentials are too long",
	[SASL_BINDING] = "[AUTH] the channel binding does not fit",
	[SASL_UNAVAILABLE] = "[SYS/TEMP] logins cannot be checked now: try again later",
};

void login_end(struct pop3 *p)
{
	sasl_server_free(p->exchange);
	p->exchange = NULL;
	p->is_in_auth = false;
	buf_wipe(&p->user);
}

static void login_failed(struct pop3 *p, const char *text)
{
	login_end(p);
	session_err(p, text);
	p->login_failures++;
	pop3_next(p);
}

static void send_challenge(struct pop3 *p)
{
	buf_add(&p->output, S("+ "));
	base64_encode(&p->output, sasl_server_output(p->exchange));
	buf_add(&p->output, S("\r\n"));
	p->is_in_auth = true;
	pop3_next(p);
}

static void go_on(struct pop3 *p, enum sasl_status status)
{
	const struct sasl_question *q = sasl_server_question(p->exchange);

	switch (status) {
	case SASL_SEND:
		send_challenge(p);
		break;
	case SASL_NEED:
		p->want = WANT_HOST;
		p->ops->auth(p->host, p->exchange);
		break;
	case SASL_OK:
		p->want = WANT_HOST;
		p->ops->authorize(p->host, q->user, q->authorization);
		break;
	case SASL_FAIL:
		login_failed(p, failures[sasl_server_failure(p->exchange)]);
		break;
	}
}

static struct sasl_server *make_exchange(const struct pop3 *p,
					 const struct sasl_mechanism *m,
					 const char nonce[SASL_NONCE])
{
	struct sasl_facts facts = { .hostname = p->config.host_name,
				    .nonce = { nonce, SASL_NONCE },
				    .time = p->opened,
				    .tls = p->has_tls ? &p->tls : NULL,
				    .keys = p->config.secret_keys };

	return sasl_server_new(m, &facts);
}

struct sasl_server *apop_exchange(const struct pop3 *p)
{
	struct sasl_server *exchange = make_exchange(p, &sasl_apop, p->nonce);

	sasl_server_start(exchange, NULL);
	return exchange;
}

static void start(struct pop3 *p, const struct sasl_mechanism *m, const slice *initial)
{
	sasl_nonce(p->auth_nonce);
	p->exchange = make_exchange(p, m, p->auth_nonce);
	go_on(p, sasl_server_start(p->exchange, initial));
}

/* Any name is taken: which ones there are is not told (RFC 1939 13). */
void cmd_user(struct pop3 *p, const struct arguments *a)
{
	buf_reset(&p->user);
	buf_add(&p->user, a->text);
	session_ok(p, "now the password");
}

void cmd_pass(struct pop3 *p, const struct arguments *a)
{
	struct buf message;
	slice octets;

	if (p->user.n == 0) {
		session_fault(p, "USER first");
		return;
	}
	buf_init(&message, 2 * POP3_LINE_MAX);
	buf_add_char(&message, '\0');
	buf_add(&message, buf_slice(&p->user));
	buf_add_char(&message, '\0');
	buf_add(&message, a->text);
	octets = buf_slice(&message);
	start(p, sasl_find(S("PLAIN")), &octets);
	buf_wipe(&message);
}

void cmd_apop(struct pop3 *p, const struct arguments *a)
{
	p->exchange = apop_exchange(p);
	go_on(p, sasl_server_step(p->exchange, a->text));
}

/* The octets that a client's base64 stands for; false: answered. */
static bool decode(struct pop3 *p, slice text, struct buf *ret)
{
	if (base64_decode(ret, text)) return true;
	login_end(p);
	session_fault(p, "that is not base64");
	pop3_next(p);
	return false;
}

static void start_with_response(struct pop3 *p, const struct sasl_mechanism *m,
				slice text)
{
	struct buf message;
	slice octets;

	buf_init(&message, POP3_LINE_MAX);
	if (slice_eq(text, S("="))) text = S("");
	if (decode(p, text, &message)) {
		octets = buf_slice(&message);
		start(p, m, &octets);
	}
	buf_wipe(&message);
}

/* Older clients ask for the list so: Outlook Express, and fetchmail of the same time. */
static void list_mechanisms(struct pop3 *p)
{
	session_ok(p, "these mechanisms can be used");
	mechanisms_write(p, S(""), S("\r\n"));
	buf_add(&p->output, S(".\r\n"));
}

/* AUTH mechanism [initial-response] (RFC 5034 4) */
void cmd_auth(struct pop3 *p, const struct arguments *a)
{
	const struct sasl_mechanism *m;
	slice rest = a->text, name = S("");

	if (rest.n == 0) {
		list_mechanisms(p);
		return;
	}
	(void)take_word(&rest, &name);
	m = sasl_find(name);
	if (!m || !is_usable(p, m))
		session_fault(p, "that mechanism is not available");
	else if (rest.n == 0)
		start(p, m, NULL);
	else if (rest.n == 1)
		session_fault(p, "bad arguments");
	else
		start_with_response(p, m, slice_skip(rest, 1));
}

void auth_line(struct pop3 *p, slice line)
{
	struct buf message;

	p->is_in_auth = false;
	if (slice_eq(line, S("*"))) {
		login_end(p);
		session_fault(p, "cancelled");
		pop3_next(p);
		return;
	}
	buf_init(&message, SASL_RESPONSE_MAX);
	if (decode(p, line, &message))
		go_on(p, sasl_server_step(p->exchange, buf_slice(&message)));
	buf_wipe(&message);
}

void pop3_auth_done(struct pop3 *p, enum sasl_status status)
{
	go_on(p, status);
}

void pop3_login_done(struct pop3 *p, enum err outcome, const struct pop3_login *login)
{
	if (!outcome) {
		opening_start(p, login->account, login->mailbox);
	} else if (outcome == ERR_DENIED || outcome == ERR_NOT_FOUND) {
		login_failed(p, failures[SASL_CREDENTIALS]);
	} else {
		login_end(p);
		session_failed(p, outcome);
		pop3_next(p);
	}
}

void login_opened(struct pop3 *p)
{
	login_end(p);
	p->state = STATE_TRANSACTION;
	p->early_commands = 0;
	session_ok(p, "%u messages (%llu octets)", p->drop.shown,
		   (unsigned long long)p->drop.shown_size);
	pop3_next(p);
}
