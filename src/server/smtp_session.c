#include "server/smtp_session.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "base/random.h"
#include "server/door.h"
#include "server/proxies.h"
#include "server/smtp_state.h"
#include "server/trace_message.h"

static void reset(void *host)
{
	struct smtp_session *m = host;

	if (m->inbound.is_running) return;                   /* checked() ends it */
	if (m->filtering.is_running) return;                 /* filtered() ends it */
	if (m->has_arrival && m->arrival.is_running) return; /* arrived() ends it */
	filtering_done(&m->filtering);
	inbound_done(&m->inbound);
	if (m->has_arrival) arrival_done(&m->arrival);
	m->has_arrival = false;
	submission_done(&m->submission);
	arena_reset(&m->arena);
	m->first = NULL;
	m->last = &m->first;
	m->recipient_count = 0;
}

static void tell_verdict(struct task *task)
{
	struct smtp_session *m = CONTAINER_OF(task, struct smtp_session, verdict_ready);

	if (m->s.conn) {
		if (m->asks != ASKS_NO_MAIL && m->verdict.code >= 400) trace_refusal(m);
		m->asks = ASKS_NO_MAIL;
		if (m->lines)
			smtp_answer_lines(m->smtp, m->lines, m->line_count);
		else
			smtp_answer(m->smtp, &m->verdict);
		session_resume(&m->s);
	}
	session_release(&m->s);
}

void smtp_answer_later(struct smtp_session *m, int code, slice enhanced, slice text)
{
	m->verdict = (struct smtp_reply){ code, enhanced, text };
	m->lines = NULL;
	m->s.is_kept = true;
	loop_defer(m->s.loop, &m->verdict_ready);
}

void smtp_answer_lines_later(struct smtp_session *m, const struct smtp_reply *lines,
			     uint32_t count)
{
	m->lines = lines;
	m->line_count = count;
	m->s.is_kept = true;
	loop_defer(m->s.loop, &m->verdict_ready);
}

static void auth(void *host, struct sasl_server *exchange)
{
	struct smtp_session *m = host;

	session_login(&m->s, exchange);
}

static void tell_authorized(struct task *task)
{
	struct smtp_session *m = CONTAINER_OF(task, struct smtp_session, authorized);

	if (m->s.conn) {
		if (!m->outcome) m->outcome = session_join(&m->s, m->account);
		smtp_login_done(m->smtp, m->outcome);
		session_resume(&m->s);
	}
	session_release(&m->s);
}

static void authorize(void *host, slice authentication, slice authorization)
{
	struct smtp_session *m = host;

	m->outcome = session_authorize(&m->s, authentication, authorization, &m->account);
	session_log_login(&m->s, authorization.n ? authorization : authentication,
			  m->outcome);
	m->s.is_kept = true;
	loop_defer(m->s.loop, &m->authorized);
}

/* Of those who logged in (RFC 6409 6.1); strangers may come with any sender. */
static bool may_send(struct smtp_session *m, const struct smtp_mail *mail)
{
	if (!m->account || m->s.server->is_sandbox) return true;
	m->submission = (struct submission){ .config = m->s.config,
					     .store = m->s.server->store,
					     .account = m->account };
	submission_init(&m->submission);
	return submission_may_send_as(&m->submission, mail->local, mail->domain);
}

bool smtp_is_stranger(const struct smtp_session *m)
{
	return !m->account && !m->config.lmtp && !m->config.login_required &&
	       !m->s.server->is_sandbox;
}

/* Only those whom we know may get ahead of others (RFC 6710 4.1). */
static void take_sender(struct smtp_session *m)
{
	if (m->mail.priority > 0 && !m->account && !m->config.lmtp) {
		m->mail.priority = 0;
		smtp_answer_later(m, 250, S("2.3.6"),
				  S("0 is its priority: log in for more"));
	} else {
		smtp_answer_later(m, 250, S("2.1.0"), S("Sender taken"));
	}
}

static void hold_known(struct smtp_hold *h, bool is_within)
{
	struct smtp_session *m = CONTAINER_OF(h, struct smtp_session, hold);

	if (is_within)
		take_sender(m);
	else
		smtp_answer_later(m, 552, S("5.7.16"),
				  S("Too much of yours waits for its time already"));
}

static void stranger_known(struct stranger *s)
{
	struct smtp_session *m = CONTAINER_OF(s, struct smtp_session, stranger);

	if (m->s.conn)
		take_sender(m);
	else
		session_release(&m->s);
}

bool smtp_may_go_on(const struct smtp_session *m, enum throttled what)
{
	return m->config.lmtp || throttle_admits(&m->s, m->account, what);
}

static void begin_transaction(struct smtp_session *m)
{
	arrival_init(&m->arrival, m->s.server, m->s.loop);
	m->arrival.finished = smtp_message_arrived;
	m->arrival.told = smtp_sender_told;
	m->has_arrival = true;
	m->is_split = false;
	random_add_id(&m->id, MESSAGE_ID_OCTETS);
}

static void mail(void *host, const struct smtp_mail *mail)
{
	struct smtp_session *m = host;

	reset(m);
	m->asks = ASKS_MAIL;
	m->mail = *mail;
	buf_reset(&m->id);
	if (!may_send(m, mail)) {
		smtp_answer_later(m, 550, S("5.7.1"),
				  S("That sender is not an address of yours"));
		return;
	}
	if (!smtp_may_go_on(m, THROTTLED_MESSAGE)) {
		smtp_answer_later(m, 450, S("4.7.1"), S("Too many messages for now"));
		return;
	}
	begin_transaction(m);
	if (smtp_is_stranger(m) && stranger_is_unknown(&m->stranger)) {
		m->s.is_kept = true;
		stranger_start(&m->stranger);
	} else if (m->account && m->mail.release_time > clock_now() &&
		   smtp_hold_is_limited(m->s.config)) {
		smtp_hold_ask(&m->hold, smtp_server_facts(m->smtp)->login, m->mail.size);
	} else {
		take_sender(m);
	}
}

/* Whatever follows, limits, checks, trace and log, is about that client. */
static enum err xclient(void *host, const struct smtp_xclient *x)
{
	struct smtp_session *m = host;
	struct netaddr peer = m->s.peer;
	char before[NETADDR_TEXT_MAX], after[NETADDR_TEXT_MAX];
	enum err e = ERR_MALFORMED;

	if (xclient_take_peer(x, &peer))
		e = session_become(&m->s, &peer, x->login, &m->account);
	log_event(LOG_INFO, "session.proxied", LOG_INT("session", m->s.id),
		  LOG_STR("proxy", netaddr_text(conn_peer(m->s.conn), before)),
		  LOG_STR("peer", netaddr_text(&peer, after)), LOG_STR("login", x->login),
		  LOG_ERR("outcome", e));
	return e;
}

static enum err data_begin(void *)
{
	return ERR_NONE;
}

static enum err data(void *host, slice octets)
{
	struct smtp_session *m = host;

	return incoming_add(m->arrival.message, octets);
}

static int64_t now(void *)
{
	return clock_now();
}

static const struct smtp_host host_ops = {
	.auth = auth,
	.authorize = authorize,
	.mail = mail,
	.rcpt = smtp_take_recipient,
	.xclient = xclient,
	.verify = smtp_verify,
	.start_queue = smtp_start_queue,
	.data_begin = data_begin,
	.data = data,
	.data_end = smtp_take_message,
	.answered = smtp_message_answered,
	.reset = reset,
	.now = now,
};

static void logged(struct session *s, enum sasl_status status)
{
	struct smtp_session *m = (struct smtp_session *)s;

	smtp_auth_done(m->smtp, status);
}

static void ended(struct session *s)
{
	struct smtp_session *m = (struct smtp_session *)s;

	smtp_server_end(m->smtp, S("The account or its password changed"));
}

static void free_session(struct session *s)
{
	struct smtp_session *m = (struct smtp_session *)s;

	reset(m);
	stranger_done(&m->stranger);
	buf_done(&m->id);
	arena_done(&m->arena);
	free(m);
}

static const struct session_kind kind = {
	.name = "smtp",
	.logged = logged,
	.ended = ended,
	.free = free_session,
};

static bool is_submission(enum service_kind k)
{
	return k == SERVICE_SUBMISSION || k == SERVICE_SUBMISSIONS;
}

/* future-release-integer has nine digits (RFC 4865 3). */
static uint32_t hold_max_s(const struct smtp_session *m)
{
	int64_t most = 999'999'999, set = m->s.config->queue_hold_s;

	return (uint32_t)(set < most ? set : most);
}

static unsigned offered(const struct smtp_session *m, const struct door *d)
{
	unsigned offers = SMTP_OFFER_BINARYMIME;

	if (d->server->is_sandbox) return offers; /* it carries nothing on */
	if (d->kind == SERVICE_SMTP) offers |= SMTP_OFFER_ETRN;
	if (m->s.config->smtp_verify == VERIFY_EVERYBODY ||
	    (m->s.config->smtp_verify == VERIFY_USERS && is_submission(d->kind)))
		offers |= SMTP_OFFER_EXPN;
	offers |= SMTP_OFFER_DELIVERBY | SMTP_OFFER_DSN | SMTP_OFFER_MT_PRIORITY |
		  SMTP_OFFER_REQUIRETLS;
	if (is_submission(d->kind) && hold_max_s(m)) /* RFC 4865 4.2 */
		offers |= SMTP_OFFER_FUTURERELEASE;
	return offers;
}

/* No honest client speaks before it is greeted (RFC 5321 3.1, 4.3.1); programs that only
 * pour out mail do. The greeting waits for nothing: what is there already, counts. */
static bool talks_early(const struct smtp_session *m, const struct door *d)
{
	char first;

	return d->kind == SERVICE_SMTP && !d->server->is_sandbox && !m->s.is_exempt &&
	       m->s.config->early_talkers == EARLY_REFUSED && !conn_tls(m->s.conn) &&
	       recv(conn_descriptor(m->s.conn), &first, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static struct smtp_config config_of(const struct smtp_session *m, const struct door *d)
{
	bool sandbox = d->server->is_sandbox;

	return (struct smtp_config){
		.host_name = m->s.config->hostname,
		.unwelcome = talks_early(m, d) ? S("you spoke before you were greeted")
					       : S(""),
		.lmtp = d->kind == SERVICE_LMTP,
		.login_required = is_submission(d->kind) && !sandbox,
		.tls_available = d->service.tls,
		.plaintext_login = m->s.config->allow_plaintext_login,
		.offer_auth = sandbox || is_submission(d->kind),
		.size_max = (uint64_t)m->s.config->message_size,
		.recipients_max = (uint32_t)m->s.config->recipients,
		.offered = offered(m, d),
		.hold_max_s = hold_max_s(m),
		.mends_newlines =
			sandbox || networks_have(&m->s.config->bare_newlines, &m->s.peer),
		.takes_all = sandbox,
		.xclient = networks_have(&m->s.config->proxy_xclient, &m->s.peer),
		.refused = session_refused_mechanisms(&m->s),
		.secret_keys = &d->server->auth.keys,
	};
}

static struct smtp_session *new_session(const struct door *d, struct conn *c)
{
	struct smtp_session *m = calloc(1, sizeof(*m));

	assert(m);
	session_init(&m->s, &kind, d->server, c);
	m->config = config_of(m, d);
	m->stranger = (struct stranger){ .session = &m->s, .finished = stranger_known };
	m->authorized.run = tell_authorized;
	m->verdict_ready.run = tell_verdict;
	m->hold = (struct smtp_hold){ .s = &m->s, .finished = hold_known };
	m->room = (struct smtp_room){ .s = &m->s, .finished = smtp_room_known };
	buf_init(&m->id, 2 * MESSAGE_ID_OCTETS);
	arena_init(&m->arena, ARRIVAL_ARENA_MAX);
	m->last = &m->first;
	return m;
}

static void start(struct smtp_session *m)
{
	m->smtp = smtp_server_new(&m->config, conn_tls(m->s.conn), &host_ops, m);
	session_attach(&m->s, smtp_server_engine(m->smtp));
}

bool smtp_session_open(void *context, struct conn *c)
{
	start(new_session(context, c));
	return true;
}

/* Whose credentials have changed since finds the session closed. */
bool smtp_session_open_guest(void *context, struct conn *c)
{
	struct smtp_guest *g = context;
	struct smtp_session *m = new_session(g->door, c);

	m->guest = g;
	m->account = g->account;
	m->config.login = g->login;
	m->s.login.account = g->account;
	m->s.login.generation = g->generation;
	start(m);
	if (session_join(&m->s, g->account)) conn_close(c, "the credentials changed");
	return true;
}

struct smtp_guest *smtp_session_guest(const void *session)
{
	return ((const struct smtp_session *)session)->guest;
}
