#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "pop3/commands.h"
#include "pop3/session.h"

enum { FAREWELL_MAX = 200 }; /* octets */

static struct pop3 *session_of(struct engine *e)
{
	return (struct pop3 *)e;
}

/* --- answers --- */

void session_ok(struct pop3 *p, const char *format, ...)
{
	char text[POP3_LINE_MAX];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	p->faults = 0;
	buf_addf(&p->output, "+OK %s\r\n", text);
}

void session_err(struct pop3 *p, const char *text)
{
	buf_addf(&p->output, "-ERR %s\r\n", text);
}

void session_fault(struct pop3 *p, const char *text)
{
	session_err(p, text);
	p->faults++;
}

/* RFC 3206 4. What is not our failure has been answered before. */
void session_failed(struct pop3 *p, enum err e)
{
	session_err(p, e == ERR_LATER ? "[SYS/TEMP] try again later"
				      : "[SYS/PERM] something is wrong with this "
					"mailbox: tell the postmaster");
}

/* --- from command to command --- */

void session_run(struct pop3 *p, struct job *job)
{
	p->job = job;
	p->want = WANT_JOB;
}

bool pop3_has_room(const struct pop3 *p)
{
	return p->output.n < OUTPUT_MARK;
}

void session_close(struct pop3 *p)
{
	p->state = STATE_CLOSING;
	p->want = WANT_CLOSE;
	p->proceed = NULL;
}

static void say_goodbye(struct pop3 *p, const char *text)
{
	session_err(p, text);
	session_close(p);
}

void session_go_on(struct pop3 *p, void (*proceed)(struct pop3 *))
{
	if (p->is_leaving || p->output.overflow) {
		session_close(p); /* in the middle of an answer no text can stand */
	} else if (pop3_has_room(p)) {
		proceed(p);
	} else {
		p->proceed = proceed;
		p->want = WANT_DRAIN;
	}
}

/* Why the session must end now that no command is in hand, or NULL. */
static const char *reason_to_end(const struct pop3 *p)
{
	bool is_new = p->state == STATE_AUTHORIZATION;

	if (p->is_leaving) return buf_slice(&p->farewell).p;
	if (p->faults > (is_new ? POP3_EARLY_FAULTS_MAX : POP3_FAULTS_MAX))
		return "too many faults";
	if (p->login_failures >= POP3_LOGIN_FAILURES_MAX) return "too many failed logins";
	if (p->early_commands > POP3_EARLY_COMMANDS_MAX)
		return "too many commands before the login";
	return NULL;
}

void pop3_next(struct pop3 *p)
{
	const char *reason = reason_to_end(p);

	if (p->state == STATE_CLOSING || p->output.overflow || (p->has_ended && !reason))
		session_close(p);
	else if (reason)
		say_goodbye(p, reason);
	else
		p->want = pop3_has_room(p) ? WANT_INPUT : WANT_DRAIN;
}

/* --- lines --- */

static size_t line_max(const struct pop3 *p)
{
	return p->is_in_auth ? POP3_AUTH_LINE_MAX : POP3_LINE_MAX;
}

/* At once, for such a line may never end. */
static void refuse_long_line(struct pop3 *p)
{
	p->is_skipping = true;
	p->skipped = 0;
	if (p->is_in_auth) login_end(p);
	session_fault(p, "the line is too long");
}

static void skip(struct pop3 *p, size_t octets)
{
	p->skipped += octets;
	if (p->skipped > POP3_SKIP_MAX) say_goodbye(p, "the line does not end");
}

/* The end of a line that was refused. */
static void end_long_line(struct pop3 *p)
{
	p->is_skipping = false;
	pop3_next(p);
}

/* No client is known that ends commands with a bare LF; taking it would let octets that
 * other software passes on as one line become several commands. */
static void refuse_bare_lf(struct pop3 *p)
{
	if (p->is_in_auth) login_end(p);
	session_fault(p, "lines must end with CRLF");
	pop3_next(p);
}

static void take_whole_line(struct pop3 *p, slice line)
{
	if (p->is_skipping)
		end_long_line(p);
	else if (line.n < 2 || line.p[line.n - 2] != '\r')
		refuse_bare_lf(p);
	else if (p->is_in_auth)
		auth_line(p, slice_head(line, line.n - 2));
	else
		run_line(p, slice_head(line, line.n - 2));
}

/* How many octets were taken; 0: the line is not whole yet. */
static size_t take_input(struct pop3 *p, slice in)
{
	size_t max = p->is_skipping ? in.n : line_max(p);
	size_t n = slice_find_char(slice_head(in, max), '\n');

	if (n < in.n && n < max) {
		p->has_more = n + 1 < in.n;
		take_whole_line(p, slice_head(in, n + 1));
		return n + 1;
	}
	if (n < max) return 0;
	if (!p->is_skipping) refuse_long_line(p);
	skip(p, n);
	return n;
}

static size_t feed(struct engine *e, slice bytes)
{
	struct pop3 *p = session_of(e);
	size_t taken = 0, n = 1;

	while (p->want == WANT_INPUT && taken < bytes.n && n > 0) {
		n = take_input(p, slice_skip(bytes, taken));
		taken += n;
	}
	return taken;
}

/* --- what the driver calls --- */

static struct buf *output(struct engine *e)
{
	return &session_of(e)->output;
}

static enum want want(const struct engine *e)
{
	return ((const struct pop3 *)e)->want;
}

static struct job *job(struct engine *e)
{
	return session_of(e)->job;
}

static void drained(struct engine *e)
{
	struct pop3 *p = session_of(e);
	void (*proceed)(struct pop3 *) = p->proceed;

	p->proceed = NULL;
	if (proceed)
		proceed(p);
	else
		pop3_next(p);
}

/* Nothing is kept that the client said in the clear (RFC 2595 4). */
static void tls_started(struct engine *e, const struct tls_facts *facts)
{
	struct pop3 *p = session_of(e);

	p->tls = *facts;
	p->has_tls = true;
	p->utf8 = false;
	buf_reset(&p->user);
	p->want = WANT_INPUT;
	pop3_next(p);
}

/* No answer is under way. */
static bool is_at_rest(const struct pop3 *p)
{
	return p->want == WANT_INPUT || (p->want == WANT_DRAIN && !p->proceed);
}

static void input_ended(struct engine *e)
{
	struct pop3 *p = session_of(e);

	p->has_ended = true;
	if (is_at_rest(p)) pop3_next(p);
}

/* The time to log in is counted in all, not from the last sign of life. */
static int64_t timeout_ms(const struct engine *e)
{
	const struct pop3 *p = (const struct pop3 *)e;
	int64_t left;

	if (p->state != STATE_AUTHORIZATION) return POP3_TIMEOUT_MS;
	left = POP3_LOGIN_TIMEOUT_MS - (p->ops->now(p->host) - p->opened) * 1000;
	return left > 0 ? left : 1;
}

/* Without a word (RFC 1939 3). While we are at work it is not the client who is silent.
 */
static void timed_out(struct engine *e)
{
	struct pop3 *p = session_of(e);

	if (p->want != WANT_JOB && p->want != WANT_HOST) session_close(p);
}

static void leave(struct pop3 *p, slice text)
{
	buf_reset(&p->farewell);
	buf_add(&p->farewell, slice_head(text, FAREWELL_MAX));
	buf_add_char(&p->farewell, '\0');
	p->is_leaving = true;
	if (is_at_rest(p))
		pop3_next(p);
	else if (p->want == WANT_DRAIN || p->want == WANT_TLS)
		session_close(p);
}

void pop3_end(struct pop3 *p, slice reason)
{
	leave(p, reason);
}

static void shut_down(struct engine *e)
{
	leave(session_of(e), S("[SYS/TEMP] the server is going down"));
}

/* A session keeps to its snapshot. */
static void changed(struct engine *)
{
}

static void session_free(struct engine *e)
{
	struct pop3 *p = session_of(e);

	login_end(p);
	opening_done(&p->opening);
	maildrop_done(&p->drop);
	reading_done(&p->reading);
	update_done(&p->update);
	buf_done(&p->farewell);
	buf_done(&p->user);
	buf_done(&p->output);
	free(p);
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
	.free = session_free,
};

/* The timestamp is there only when APOP is (RFC 2449 6). */
static void greet(struct pop3 *p)
{
	struct sasl_server *exchange;

	buf_addf(&p->output, "+OK %.*s ready", FMT(p->config.host_name));
	if (!hindrance_to_apop(p)) {
		exchange = apop_exchange(p);
		buf_add_char(&p->output, ' ');
		buf_add(&p->output, sasl_server_output(exchange));
		sasl_server_free(exchange);
	}
	buf_add(&p->output, S("\r\n"));
}

struct pop3 *pop3_new(const struct pop3_config *config, const struct tls_facts *tls,
		      const struct pop3_host *ops, void *host)
{
	struct pop3 *p = calloc(1, sizeof(*p));

	assert(p);
	p->engine.ops = &engine_ops;
	p->config = *config;
	p->ops = ops;
	p->host = host;
	if (tls) p->tls = *tls;
	p->has_tls = tls;
	p->state = STATE_AUTHORIZATION;
	p->want = WANT_INPUT;
	p->opened = ops->now(host);
	sasl_nonce(p->nonce);
	buf_init(&p->output, OUTPUT_MAX);
	buf_init(&p->farewell, FAREWELL_MAX + 1);
	buf_init(&p->user, POP3_LINE_MAX);
	opening_init(&p->opening);
	reading_init(&p->reading);
	greet(p);
	return p;
}

struct engine *pop3_engine(struct pop3 *p)
{
	return &p->engine;
}
