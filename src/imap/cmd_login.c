/* AUTHENTICATE and LOGIN (RFC 9051 6.2.2, 6.2.3; initial response: RFC 4959). LOGIN is an
 * exchange of PLAIN in other words. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "imap/capability.h"
#include "imap/commands.h"
#include "imap/session.h"
#include "sasl/server.h"

struct login_request {
	const struct sasl_mechanism *mechanism; /* AUTHENTICATE */
	slice initial;                          /* base64 */
	bool has_initial;
	slice user, password; /* LOGIN */
	char nonce[SASL_NONCE];
};

/* Forgets the exchange and answers. */
static void answer(struct task *t, enum answer how, slice code, slice text)
{
	struct imap *s = t->session;

	sasl_server_free(s->exchange);
	s->exchange = NULL;
	s->input.reader = READ_COMMAND;
	task_answer(t, how, code, text);
}

/* LOGIN knows nothing of PLAIN's grammar: a name or password that cannot be put into it
 * (empty, with NUL, too long) is nobody's, hence wrong (RFC 9051 6.2.3). */
static enum sasl_failure failure(const struct task *t)
{
	const struct login_request *r = t->request;
	enum sasl_failure why = sasl_server_failure(t->session->exchange);
	bool is_shape = why == SASL_SYNTAX || why == SASL_TOO_LONG;

	return !r->mechanism && is_shape ? SASL_CREDENTIALS : why;
}

static void answer_failure(struct task *t)
{
	static const struct refusal answers[] = {
		[SASL_CREDENTIALS] = { ANSWER_NO, SLICE_INIT("AUTHENTICATIONFAILED"),
				       SLICE_INIT("wrong user name or password") },
		[SASL_SYNTAX] = { ANSWER_BAD, SLICE_INIT("CLIENTBUG"),
				  SLICE_INIT("not what the mechanism expects") },
		[SASL_TOO_LONG] = { ANSWER_BAD, SLICE_INIT("LIMIT"),
				    SLICE_INIT("response too long") },
		[SASL_BINDING] = { ANSWER_NO, SLICE_INIT("AUTHENTICATIONFAILED"),
				   SLICE_INIT("channel binding does not fit") },
		[SASL_UNAVAILABLE] = { ANSWER_NO, SLICE_INIT("UNAVAILABLE"),
				       SLICE_INIT("try again later") },
	};
	struct imap *s = t->session;
	const struct refusal *r = &answers[failure(t)];

	if (++s->login_failures >= IMAP_LOGIN_FAILURES_MAX)
		s->farewell = S("too many failed logins");
	answer(t, r->how, r->code, r->text);
}

static void send_challenge(struct imap *s)
{
	buf_add(&s->output, S("+ "));
	base64_encode(&s->output, sasl_server_output(s->exchange));
	buf_add(&s->output, S("\r\n"));
	s->input.reader = READ_AUTHENTICATE;
	s->want = WANT_INPUT;
}

static void authorize(struct imap *s)
{
	const struct sasl_question *q = sasl_server_question(s->exchange);

	s->want = WANT_HOST;
	s->ops->authorize(s->host, q->user, q->authorization);
}

static void go_on(struct imap *s, enum sasl_status status)
{
	switch (status) {
	case SASL_SEND:
		send_challenge(s);
		break;
	case SASL_NEED:
		s->want = WANT_HOST;
		s->ops->auth(s->host, s->exchange);
		break;
	case SASL_OK:
		authorize(s);
		break;
	case SASL_FAIL:
		answer_failure(s->task);
		break;
	}
}

void imap_auth_done(struct imap *s, enum sasl_status status)
{
	assert(s->want == WANT_HOST && s->exchange);
	go_on(s, status);
}

/* Memory of its own, NUL-terminated. */
static char *keep(slice text)
{
	char *kept = malloc(text.n + 1);

	assert(kept);
	if (text.n) memcpy(kept, text.p, text.n);
	kept[text.n] = '\0';
	return kept;
}

static void log_in(struct imap *s, const struct imap_login *login)
{
	s->state = STATE_AUTHENTICATED;
	s->account = login->account;
	s->read_only = login->read_only;
	s->is_admin = login->is_admin;
	free(s->hidden);
	s->hidden = keep(login->hidden);
	free(s->jmap);
	s->jmap = login->jmap.n ? keep(login->jmap) : NULL;
	s->root = keep(login->root);
	s->names.root = (slice){ s->root, login->root.n };
}

enum { CAPABILITIES_MAX = 8192 }; /* octets: far more than there are */

static void answer_logged_in(struct imap *s, const struct imap_login *login)
{
	struct buf code;

	log_in(s, login);
	buf_init(&code, CAPABILITIES_MAX);
	capability_write(s, &code);
	answer(s->task, ANSWER_OK, buf_slice(&code), S("logged in"));
	buf_done(&code);
}

void imap_login_done(struct imap *s, enum err outcome, const struct imap_login *login)
{
	assert(s->want == WANT_HOST && s->exchange);
	if (!outcome)
		answer_logged_in(s, login);
	else if (outcome == ERR_DENIED)
		answer(s->task, ANSWER_NO, S("AUTHORIZATIONFAILED"), S("not permitted"));
	else if (outcome == ERR_LIMIT)
		answer(s->task, ANSWER_NO, S("LIMIT"), S("too many sessions"));
	else
		answer(s->task, ANSWER_NO, S("UNAVAILABLE"), S("try again later"));
}

static void begin(struct task *t, const struct sasl_mechanism *m, const slice *initial)
{
	struct login_request *r = t->request;
	struct imap *s = t->session;
	struct sasl_facts facts = {
		.hostname = s->config->host_name,
		.nonce = { r->nonce, sizeof(r->nonce) },
		.time = s->ops->now(s->host),
		.tls = s->has_tls ? &s->tls : NULL,
		.keys = s->config->secret_keys,
	};

	sasl_nonce(r->nonce);
	s->exchange = sasl_server_new(m, &facts);
	go_on(s, sasl_server_start(s->exchange, initial));
}

static bool parse_authenticate(struct task *t, slice *in)
{
	struct login_request *r = task_request(t, sizeof(*r));
	slice name;

	if (!take_space(in) || !take_atom(in, &name)) return false;
	r->mechanism = sasl_find(name);
	/* A space with nothing behind it: mutt with GSASL, where it has no response yet.
	 */
	r->has_initial = take_space(in) && in->n;
	r->initial = *in;
	*in = slice_skip(*in, in->n);
	return true;
}

/* The decoded response, or BAD. "=" is an empty one (RFC 4959 3). */
static bool decode(struct task *t, slice text, struct buf *ret)
{
	buf_init(ret, SASL_RESPONSE_MAX);
	if (base64_decode(ret, text)) return true;
	buf_wipe(ret);
	answer(t, ANSWER_BAD, S("CLIENTBUG"), S("not base64"));
	return false;
}

static void begin_with_initial(struct task *t)
{
	const struct login_request *r = t->request;
	slice text = slice_eq(r->initial, S("=")) ? S("") : r->initial, initial;
	struct buf octets;

	if (!decode(t, text, &octets)) return;
	initial = buf_slice(&octets);
	begin(t, r->mechanism, &initial);
	buf_wipe(&octets);
}

/* Whether a mechanism is refused for want of TLS, or altogether. */
static void start_authenticate(struct task *t)
{
	const struct login_request *r = t->request;

	if (!r->mechanism)
		answer(t, ANSWER_NO, S("CANNOT"), S("unknown mechanism"));
	else if (r->mechanism->flags & SASL_SHOWS_PASSWORD &&
		 !password_allowed(t->session))
		answer(t, ANSWER_NO, S("PRIVACYREQUIRED"), S("start TLS first"));
	else if (!mechanism_allowed(t->session, r->mechanism))
		answer(t, ANSWER_NO, S("CANNOT"), S("mechanism not offered"));
	else if (r->has_initial)
		begin_with_initial(t);
	else
		begin(t, r->mechanism, NULL);
}

void authenticate_line(struct imap *s, slice line)
{
	struct buf octets;

	if (!line.p) {
		answer(s->task, ANSWER_BAD, S("LIMIT"), S("response too long"));
	} else if (slice_eq(line, S("*"))) {
		answer(s->task, ANSWER_BAD, S(""), S("cancelled"));
	} else if (decode(s->task, line, &octets)) {
		go_on(s, sasl_server_step(s->exchange, buf_slice(&octets)));
		buf_wipe(&octets);
	}
}

const struct command_ops authenticate_ops = {
	.parse = parse_authenticate,
	.start = start_authenticate,
};

static bool parse_login(struct task *t, slice *in)
{
	struct login_request *r = task_request(t, sizeof(*r));

	return take_space(in) && take_astring(in, &t->arena, &r->user) &&
	       take_space(in) && take_astring(in, &t->arena, &r->password);
}

static void start_login(struct task *t)
{
	const struct login_request *r = t->request;
	struct buf plain;
	slice initial;

	if (!password_allowed(t->session)) {
		answer(t, ANSWER_NO, S("PRIVACYREQUIRED"), S("start TLS first"));
		return;
	}
	buf_init(&plain, IMAP_LOGIN_COMMAND_MAX);
	buf_add_char(&plain, '\0');
	buf_add(&plain, r->user);
	buf_add_char(&plain, '\0');
	buf_add(&plain, r->password);
	initial = buf_slice(&plain);
	begin(t, sasl_find(S("PLAIN")), &initial);
	buf_wipe(&plain);
}

const struct command_ops login_ops = { .parse = parse_login, .start = start_login };
