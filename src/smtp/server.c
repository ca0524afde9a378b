/* The engine: what drives it from outside, and the loop that takes its input. */
#include <assert.h>
#include <stdlib.h>

#include "smtp/content.h"

enum {
	REASON_MAX = 400, /* octets of a text for 421 */
	LOGIN_NAME_MAX = SASL_NAME_MAX,
	PROTOCOL_MAX = 16, /* octets of "UTF8SMTPSA" */
};

static struct smtp_server *of(struct engine *e)
{
	return (struct smtp_server *)(void *)e;
}

/* ---- lines ---- */

/* AUTH may bring an initial response along, which OAuth clients make as long as their
 * tokens are, whatever RFC 4954 4 says about the length of the command. */
static size_t line_max(const struct smtp_server *s, slice in)
{
	bool is_long = s->phase == RESPONSES || slice_starts_nocase(in, S("AUTH "));

	return is_long ? SMTP_AUTH_LINE_MAX : SMTP_LINE_MAX;
}

static void run_line(struct smtp_server *s, slice line)
{
	arena_reset(&s->command);
	if (s->phase == RESPONSES)
		smtp_take_response(s, line);
	else
		smtp_run_line(s, line);
}

/* Only CRLF ends a line, and a line that is not clean is not executed: what a peer means
 * by it is for the peer to say (RFC 5321 2.3.8). */
static bool is_clean(slice line)
{
	return line.n && line.p[line.n - 1] == '\r' &&
	       slice_find_char(line, '\r') == line.n - 1 &&
	       slice_find_char(line, '\0') == line.n;
}

/* What nc sends is a line to a sandbox, which carries nothing on. */
static bool makes_sense(const struct smtp_server *s, slice line)
{
	return s->config->takes_all && slice_find_char(line, '\r') == line.n &&
	       slice_find_char(line, '\0') == line.n;
}

static void refuse_line(struct smtp_server *s, slice enhanced, slice text)
{
	smtp_end_exchange(s);
	smtp_say(s, 500, enhanced, text);
}

/* Throws away the rest of a line that was too long, up to its CRLF. */
static void skip_line(struct smtp_server *s, slice *in)
{
	while (in->n && s->is_skipping) {
		size_t lf = slice_find_char(*in, '\n');
		bool has_cr = lf ? in->p[lf - 1] == '\r' : s->skipped_cr;

		s->is_skipping = lf == in->n || !has_cr;
		s->skipped_cr = has_cr && lf == in->n;
		*in = slice_skip(*in, lf + 1);
	}
	if (s->is_skipping) return;
	if (s->skips_login) /* RFC 4954 4 */
		refuse_line(s, S("5.5.6"), S("response too long"));
	else
		refuse_line(s, S("5.5.2"), S("line too long"));
}

/* False when the line is not all there yet. */
static bool take_input_line(struct smtp_server *s, slice *in)
{
	size_t max = line_max(s, *in), lf = slice_find_char(slice_head(*in, max), '\n');
	slice line = slice_head(*in, lf);

	if (lf == in->n && lf < max) return false;
	if (lf == max) {
		s->is_skipping = true;
		s->skips_login = max == SMTP_AUTH_LINE_MAX;
		s->skipped_cr = false;
		return true;
	}
	*in = slice_skip(*in, lf + 1);
	s->is_typed = makes_sense(s, line);
	if (s->is_typed)
		run_line(s, line);
	else if (is_clean(line))
		run_line(s, slice_head(line, line.n - 1));
	else
		refuse_line(s, S("5.5.2"),
			    S("a line ends with CRLF and has no CR, LF or NUL inside"));
	return true;
}

static bool take_some(struct smtp_server *s, slice *in)
{
	if (s->is_skipping)
		skip_line(s, in);
	else if (s->phase == CONTENT)
		smtp_take_content(s, in);
	else if (s->phase == CHUNK)
		smtp_take_chunk(s, in);
	else
		return take_input_line(s, in);
	return true;
}

/* ---- the engine's functions ---- */

static enum want want(const struct engine *e)
{
	const struct smtp_server *s = (const struct smtp_server *)(const void *)e;

	if (s->asked) return WANT_HOST;
	if (s->is_closing) return WANT_CLOSE;
	if (s->wants_tls) return WANT_TLS;
	if (s->leaving == LEAVING || s->output.n >= OUTPUT_MARK) return WANT_DRAIN;
	return WANT_INPUT;
}

static size_t feed(struct engine *e, slice bytes)
{
	struct smtp_server *s = of(e);
	slice rest = bytes;

	if (bytes.n && s->leaving == LEFT_LATE) smtp_content_left(s);
	while (rest.n && want(e) == WANT_INPUT && take_some(s, &rest))
		smtp_settle(s);
	return bytes.n - rest.n;
}

static struct buf *output(struct engine *e)
{
	return &of(e)->output;
}

static struct job *job(struct engine *)
{
	return NULL; /* what needs an account is the host's */
}

static void drained(struct engine *e)
{
	struct smtp_server *s = of(e);

	if (s->leaving == NOT_LEAVING) return;
	if (s->output.n == 0)
		smtp_content_left(s);
	else
		s->leaving = LEFT_LATE;
}

/* RFC 3207 4.2: all is as at the start, but for the greeting. */
static void tls_started(struct engine *e, const struct tls_facts *facts)
{
	struct smtp_server *s = of(e);

	smtp_end_transaction(s);
	s->tls = facts;
	s->wants_tls = false;
	s->state = FRESH;
	s->facts.extended = false;
	buf_reset(&s->helo);
	smtp_update_facts(s);
	smtp_settle(s);
}

static void input_ended(struct engine *e)
{
	of(e)->input_over = true;
	smtp_settle(of(e));
}

static int64_t timeout_ms(const struct engine *)
{
	return SMTP_COMMAND_TIMEOUT_MS;
}

static void end_with(struct smtp_server *s, slice reason)
{
	if (s->is_ending) return;
	s->is_ending = true;
	buf_add(&s->farewell, slice_head(reason, REASON_MAX));
	smtp_settle(s);
}

static void timed_out(struct engine *e)
{
	struct smtp_server *s = of(e);

	if (want(e) == WANT_INPUT)
		smtp_end_now(s, S("4.4.2"), S("nothing heard for too long"));
	else
		end_with(s, S("nothing heard for too long"));
}

static void shut_down(struct engine *e)
{
	end_with(of(e), S("the server is stopping, try again later"));
}

static void changed(struct engine *)
{
}

static void destroy(struct engine *e)
{
	struct smtp_server *s = of(e);

	if (s->leaving != NOT_LEAVING && s->output.n == 0) smtp_content_left(s);
	smtp_end_transaction(s);
	smtp_end_exchange(s);
	arena_done(&s->transaction);
	arena_done(&s->command);
	buf_done(&s->output);
	buf_done(&s->helo);
	buf_done(&s->login);
	buf_done(&s->protocol);
	buf_done(&s->farewell);
	free(s);
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

void smtp_greet(struct smtp_server *s)
{
	struct buf text;

	buf_init(&text, SMTP_REPLY_LINE_MAX);
	buf_add(&text, s->config->host_name);
	if (s->config->unwelcome.n) { /* RFC 5321 3.1, and nothing is waited for */
		buf_add_char(&text, ' ');
		buf_add(&text, s->config->unwelcome);
		smtp_reply_plain(&s->output, 554, false, buf_slice(&text));
		smtp_close(s);
		buf_done(&text);
		return;
	}
	buf_add(&text, s->config->lmtp ? S(" LMTP Postroom") : S(" ESMTP Postroom"));
	smtp_reply_plain(&s->output, 220, false, buf_slice(&text));
	buf_done(&text);
}

struct smtp_server *smtp_server_new(const struct smtp_config *config,
				    const struct tls_facts *tls,
				    const struct smtp_host *ops, void *host)
{
	struct smtp_server *s = calloc(1, sizeof(*s));

	assert(s);
	s->engine.ops = &engine_ops;
	s->config = config;
	s->tls = tls;
	s->ops = ops;
	s->host = host;
	s->state = FRESH;
	buf_init(&s->output, OUTPUT_MAX);
	buf_init(&s->helo, SMTP_HELO_MAX);
	buf_init(&s->login, LOGIN_NAME_MAX);
	buf_init(&s->protocol, PROTOCOL_MAX);
	buf_init(&s->farewell, REASON_MAX);
	arena_init(&s->transaction, SMTP_MEMORY_MAX);
	arena_init(&s->command, SMTP_MEMORY_MAX);
	buf_add(&s->login, config->login);
	smtp_update_facts(s);
	smtp_greet(s);
	return s;
}

struct engine *smtp_server_engine(struct smtp_server *s)
{
	return &s->engine;
}

const struct smtp_session_facts *smtp_server_facts(const struct smtp_server *s)
{
	return &s->facts;
}

/* ---- answers of the host; those of AUTH are in auth.c ---- */

void smtp_answer(struct smtp_server *s, const struct smtp_reply *reply)
{
	enum smtp_question asked = s->asked;

	assert(asked == MAIL || asked == RCPT || asked == VERIFY || asked == DELIVERY);
	s->asked = NOTHING;
	if (asked == MAIL)
		smtp_mail_answered(s, reply);
	else if (asked == RCPT)
		smtp_rcpt_answered(s, reply);
	else if (asked == VERIFY)
		smtp_reply(s, reply);
	else
		smtp_content_answered(s, reply, 1);
	smtp_settle(s);
}

void smtp_answer_recipients(struct smtp_server *s, const struct smtp_reply *replies,
			    uint32_t count)
{
	assert(s->asked == DELIVERY && s->config->lmtp && count == s->recipients);
	s->asked = NOTHING;
	smtp_content_answered(s, replies, count);
	smtp_settle(s);
}

void smtp_server_end(struct smtp_server *s, slice reason)
{
	end_with(s, reason);
}
