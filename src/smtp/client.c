/* The engine: what drives it from outside, and the loop that takes the replies. */
#include "smtp/client.h"

#include <assert.h>
#include <stdlib.h>

#include "smtp/client_dialogue.h"
#include "smtp/client_state.h"

static struct smtp_client *of(struct engine *e)
{
	return (struct smtp_client *)(void *)e;
}

void smtp_client_command(struct smtp_client *c, enum smtp_client_stage stage, slice verb,
			 slice argument)
{
	size_t from = c->output.n;

	c->stage = stage;
	buf_add(&c->output, verb);
	if (argument.n) buf_add_char(&c->output, ' ');
	buf_add(&c->output, argument);
	buf_add(&c->output, S("\r\n"));
	smtp_client_said(c, from);
}

void smtp_client_quit(struct smtp_client *c)
{
	smtp_client_command(c, AT_QUIT, S("QUIT"), S(""));
}

void smtp_client_rest(struct smtp_client *c)
{
	bool is_enough = c->peer.mails_max && c->mails >= c->peer.mails_max;

	c->stage = AT_REST;
	if (c->is_ahead_sent) {
		smtp_client_turn_to_ahead(c);
	} else if (c->is_ending || is_enough) {
		smtp_client_return_ahead(c);
		smtp_client_quit(c);
	} else if (!smtp_client_turn_to_ahead(c)) {
		c->asked = ASKS_MESSAGE;
		c->ops->next(c->host);
	}
}

void smtp_client_look_at_input(struct smtp_client *c)
{
	if (c->input_over && !c->asked)
		smtp_client_break_off(c, S("4.4.2"), S("the peer closed the connection"));
}

/* ---- replies ---- */

static void on_rset(struct smtp_client *c)
{
	struct smtp_client_result why = smtp_client_verdict(c);

	if (c->void_replies) {
		c->void_replies--;
		return;
	}
	if (c->reply.code < 300)
		smtp_client_rest(c);
	else
		smtp_client_give_up(c, &why);
}

static void on_quit(struct smtp_client *c)
{
	c->is_closing = true;
}

/* RFC 5321 4.5.3.2. The time for a block of data (three minutes) is the driver's, for it
 * sees what is sent; here it is that for the reply to a chunk, which may have to reach a
 * disk. */
static const struct {
	int64_t timeout_ms;
	void (*on_reply)(struct smtp_client *c);
	bool takes_3xx;
} stages[] = {
	[AT_GREETING] = { 300'000, smtp_client_on_greeting, false },
	[AT_EHLO] = { 300'000, smtp_client_on_ehlo, false },
	[AT_HELO] = { 300'000, smtp_client_on_helo, false },
	[AT_STARTTLS] = { 300'000, smtp_client_on_starttls, false },
	[AT_LOGIN] = { 300'000, smtp_client_on_login, true },
	[AT_REST] = { 300'000, NULL, false },
	[AT_MAIL] = { 300'000, smtp_client_on_envelope, false },
	[AT_RCPT] = { 300'000, smtp_client_on_envelope, false },
	[AT_DATA] = { 120'000, smtp_client_on_envelope, true },
	[AT_CONTENT] = { 600'000, smtp_client_on_content, false },
	[AT_END] = { 600'000, smtp_client_on_content, false },
	[AT_RSET] = { 300'000, on_rset, false },
	[AT_QUIT] = { SMTP_QUIT_TIMEOUT_MS, on_quit, true },
};

/* 421 may come at any time, and the peer closes behind it (RFC 5321 3.8). */
static void take_reply(struct smtp_client *c)
{
	struct smtp_client_result why = smtp_client_verdict(c);

	smtp_client_heard(c);
	if (c->reply.code == 421)
		smtp_client_break(c, &why);
	else if (c->reply.code / 100 == 3 && !stages[c->stage].takes_3xx)
		smtp_client_break_off(c, S("4.5.0"), S("a reply that fits no command"));
	else
		stages[c->stage].on_reply(c);
}

/* ---- the engine's functions ---- */

static enum want want(const struct engine *e)
{
	const struct smtp_client *c = (const struct smtp_client *)(const void *)e;

	if (c->asked) return c->asked == ASKS_LOGIN ? WANT_JOB : WANT_HOST;
	if (c->is_closing) return WANT_CLOSE;
	if (c->wants_tls) return WANT_TLS;
	return c->wants_drain ? WANT_DRAIN : WANT_INPUT;
}

static size_t feed(struct engine *e, slice bytes)
{
	struct smtp_client *c = of(e);
	slice rest = bytes;

	while (rest.n && want(e) == WANT_INPUT) {
		enum smtp_reading reading = smtp_reply_read(&c->reply, &rest);

		if (reading == READING_PARTIAL) break;
		if (reading == READING_WHOLE)
			take_reply(c);
		else
			smtp_client_break_off(c, S("4.5.0"), S("a malformed reply"));
	}
	if (c->wants_tls && rest.n) /* RFC 3207 4.2 */
		smtp_client_break_off(c, S("4.7.0"),
				      S("octets in the clear behind STARTTLS"));
	return bytes.n - rest.n;
}

static struct buf *output(struct engine *e)
{
	return &of(e)->output;
}

static struct job *job(struct engine *e)
{
	return &of(e)->login_job;
}

static void drained(struct engine *e)
{
	of(e)->wants_drain = false;
	smtp_client_go_on_content(of(e));
}

/* RFC 3207 4.2: what was said before is forgotten. */
static void tls_started(struct engine *e, const struct tls_facts *facts)
{
	struct smtp_client *c = of(e);

	c->tls = facts;
	c->wants_tls = false;
	smtp_client_secured(c);
	smtp_peer_read(&c->peer, S(""));
	smtp_client_hello(c);
}

static void input_ended(struct engine *e)
{
	of(e)->input_over = true;
	smtp_client_look_at_input(of(e));
}

static int64_t timeout_ms(const struct engine *e)
{
	return stages[((const struct smtp_client *)(const void *)e)->stage].timeout_ms;
}

static void timed_out(struct engine *e)
{
	struct smtp_client *c = of(e);

	if (c->asked)
		c->input_over = true;
	else
		smtp_client_break_off(c, S("4.4.2"),
				      S("the peer did not answer in time"));
}

/* A message in hand may come to its end. */
static void shut_down(struct engine *e)
{
	struct smtp_client *c = of(e);

	c->is_ending = true;
	if (!c->now.message && c->stage < AT_REST && !c->asked)
		smtp_client_break_off(c, S("4.3.2"), S("we are stopping"));
}

static void changed(struct engine *)
{
}

static void destroy(struct engine *e)
{
	struct smtp_client *c = of(e);

	smtp_client_break_off(c, S("4.4.2"), S("the connection was lost"));
	smtp_client_end_login(c);
	smtp_reply_reader_done(&c->reply);
	smtp_peer_done(&c->peer);
	buf_done(&c->output);
	buf_done(&c->chunk);
	buf_done(&c->dialogue.text);
	buf_done(&c->dialogue.ahead);
	free(c);
}

static const struct engine_ops engine_ops = {
	.feed = feed,
	.output = output,
	.want = want,
	.job = job,
	.drained = drained,
	.tls_started = tls_started,
	.input_ended = input_ended,
	.timeout_ms = timeout_ms,
	.timed_out = timed_out,
	.shut_down = shut_down,
	.changed = changed,
	.free = destroy,
};

struct smtp_client *smtp_client_new(const struct smtp_client_config *config,
				    const struct tls_facts *tls,
				    const struct smtp_client_host *ops, void *host)
{
	struct smtp_client *c = calloc(1, sizeof(*c));

	assert(c);
	c->engine.ops = &engine_ops;
	c->config = config;
	c->tls = tls;
	c->ops = ops;
	c->host = host;
	smtp_reply_reader_init(&c->reply);
	smtp_peer_init(&c->peer);
	buf_init(&c->output, OUTPUT_MAX);
	buf_init(&c->chunk, 2 * SMTP_PIECE_MAX + 2);
	buf_init(&c->dialogue.text, SMTP_DIALOGUE_MAX);
	buf_init(&c->dialogue.ahead, SMTP_DIALOGUE_MAX);
	buf_init(&c->challenge, SASL_RESPONSE_MAX);
	buf_init(&c->held, SASL_RESPONSE_MAX);
	return c;
}

struct engine *smtp_client_engine(struct smtp_client *c)
{
	return &c->engine;
}

const struct smtp_peer *smtp_client_peer(const struct smtp_client *c)
{
	return &c->peer;
}

void smtp_client_send(struct smtp_client *c, const struct smtp_client_message *m)
{
	assert(c->asked == ASKS_MESSAGE);
	c->asked = ASKS_NOTHING;
	if (m)
		smtp_client_begin_envelope(c, m);
	else
		smtp_client_quit(c);
	smtp_client_look_at_input(c);
}
