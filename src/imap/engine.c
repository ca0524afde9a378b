#include <assert.h>
#include <stdlib.h>

#include "imap/capability.h"
#include "imap/commands.h"
#include "imap/compression.h"
#include "imap/notify.h"
#include "imap/session.h"
#include "sasl/server.h"

static struct imap *session_of(struct engine *e)
{
	return (struct imap *)e;
}

bool session_has_room(const struct imap *s)
{
	size_t wire = s->compression ? compression_waiting(s->compression) : 0;

	return s->output.n + wire < OUTPUT_MARK;
}

static void close_now(struct imap *s)
{
	s->state = STATE_CLOSING;
	session_watch(s, false);
	s->want = WANT_CLOSE;
}

void session_bye(struct imap *s, slice text)
{
	if (s->state != STATE_CLOSING) buf_addf(&s->output, "* BYE %.*s\r\n", FMT(text));
	close_now(s);
}

/* Why the session must end now that no command is in hand, or an empty text. */
static slice reason_to_end(const struct imap *s)
{
	bool is_new = s->state == STATE_NEW;

	if (s->farewell.n) return s->farewell;
	if (is_new && s->early_commands > IMAP_EARLY_COMMANDS_MAX)
		return S("too many commands before login");
	return s->faults > (is_new ? IMAP_EARLY_FAULTS_MAX : IMAP_FAULTS_MAX)
		       ? S("too many faults")
		       : S("");
}

/* What has piled up while the command was in hand comes first. */
void session_next(struct imap *s)
{
	slice reason = reason_to_end(s);

	if (s->state == STATE_CLOSING || s->output.overflow ||
	    (s->ends_input && !reason.n))
		close_now(s);
	else if (reason.n)
		session_bye(s, reason);
	else
		s->want = session_has_room(s) ? WANT_INPUT : WANT_DRAIN;
	notify_go_on(s);
}

void session_answer(struct imap *s, slice tag, enum answer how, slice code, slice text)
{
	static const char *const words[] = {
		[ANSWER_OK] = "OK", [ANSWER_NO] = "NO", [ANSWER_BAD] = "BAD"
	};

	if (how == ANSWER_OK) s->faults = 0;
	if (how == ANSWER_BAD) s->faults++;
	if (s->state == STATE_NEW) s->early_commands++;
	buf_add(&s->output, tag.n ? tag : S("*"));
	buf_addf(&s->output, " %s ", words[how]);
	if (code.n) buf_addf(&s->output, "[%.*s] ", FMT(code));
	buf_add(&s->output, text);
	buf_add(&s->output, S("\r\n"));
}

void session_continue(struct imap *s, slice text)
{
	buf_add(&s->output, S("+ "));
	buf_add(&s->output, text);
	buf_add(&s->output, S("\r\n"));
}

/* To what the client knows the mailbox may now be said to be known (RFC 7162 3.1). */
void session_enable(struct imap *s, unsigned bits)
{
	bool is_first = bits & ~s->enabled & ENABLED_CONDSTORE;

	s->enabled |= bits;
	s->names.utf8 = s->enabled & (ENABLED_UTF8 | ENABLED_REV2);
	if (bits & ENABLED_REV2 && s->view) view_forget_recent(s->view);
	if (is_first && s->view)
		buf_addf(&s->output, "* OK [HIGHESTMODSEQ %ju] told so far\r\n",
			 (uintmax_t)s->view->settled);
}

void session_close_mailbox(struct imap *s)
{
	view_free(s->view);
	s->view = NULL;
	notify_mailbox_closed(s);
	if (s->state == STATE_SELECTED) s->state = STATE_AUTHENTICATED;
	session_watch(s, false);
}

void session_watch(struct imap *s, bool idles)
{
	bool on = s->state != STATE_CLOSING && (idles || notify_is_on(s));
	int64_t account = !on ? 0 : s->view ? s->view->account : s->account;

	if (account == s->watched) return;
	if (account)
		s->ops->watch(s->host, account);
	else
		s->ops->unwatch(s->host);
	if (!account) s->watches_others = false;
	s->has_changed |= s->watched && account; /* perhaps, before it was watched */
	s->watched = account;
}

static size_t feed(struct engine *e, slice bytes)
{
	struct imap *s = session_of(e);
	size_t taken = 0;

	while (s->want == WANT_INPUT && taken < bytes.n) {
		slice rest = slice_skip(bytes, taken);

		taken += s->compression ? compression_feed(s, rest) : input_take(s, rest);
	}
	return taken;
}

static struct buf *output(struct engine *e)
{
	struct imap *s = session_of(e);

	return s->compression ? compression_output(s) : &s->output;
}

static enum want want(const struct engine *e)
{
	return ((const struct imap *)e)->want;
}

static struct job *job(struct engine *e)
{
	return &session_of(e)->task->job;
}

static void drained(struct engine *e)
{
	struct imap *s = session_of(e);

	if (s->want == WANT_DRAIN && s->task && s->task->is_running)
		task_proceed(s->task);
	else
		session_next(s);
}

/* The prefix negotiated in the clear is forgotten (RFC 9051 6.2.1): nothing is kept that
 * the client said before. */
static void tls_started(struct engine *e, const struct tls_facts *facts)
{
	struct imap *s = session_of(e);

	s->tls = *facts;
	s->has_tls = true;
	s->want = WANT_INPUT;
}

/* Whether nothing is under way that will come back to session_next. */
static bool is_at_rest(const struct imap *s)
{
	return s->want == WANT_INPUT ||
	       (s->want == WANT_DRAIN && !(s->task && s->task->is_running));
}

static void input_ended(struct engine *e)
{
	struct imap *s = session_of(e);

	s->ends_input = true;
	if (is_at_rest(s)) close_now(s);
}

/* The time to log in is counted in all, not from the last sign of life. */
static int64_t timeout_ms(const struct engine *e)
{
	const struct imap *s = (const struct imap *)e;
	int64_t left;

	if (s->state != STATE_NEW) return IMAP_IDLE_TIMEOUT_MS;
	left = IMAP_LOGIN_TIMEOUT_MS - (s->ops->now(s->host) - s->opened) * 1000;
	return left > 0 ? left : 0;
}

void imap_end(struct imap *s, slice reason)
{
	s->farewell = reason;
	if (is_at_rest(s)) session_bye(s, reason);
}

/* A client that does not even read what it is sent is in the middle of a response, where
 * no BYE can stand. */
static void timed_out(struct engine *e)
{
	struct imap *s = session_of(e);

	if (s->want == WANT_DRAIN)
		close_now(s);
	else
		imap_end(s, S("you have been silent for too long"));
}

static void shut_down(struct engine *e)
{
	imap_end(session_of(e), S("the server is going down"));
}

static void changed(struct engine *e)
{
	struct imap *s = session_of(e);

	s->has_changed = true;
	if (s->notify)
		notify_go_on(s);
	else if (s->want == WANT_INPUT && s->input.reader == READ_IDLE)
		idle_changed(s);
}

static void session_free(struct engine *e)
{
	struct imap *s = session_of(e);

	s->state = STATE_CLOSING;
	session_watch(s, false);
	sasl_server_free(s->exchange);
	task_free(s->task);
	view_free(s->view);
	notify_free(s->notify);
	input_done(&s->input);
	compression_free(s->compression);
	buf_done(&s->output);
	free(s->root);
	free(s->hidden);
	free(s->jmap);
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
	.free = session_free,
};

static void greet(struct imap *s)
{
	buf_add(&s->output, S("* OK ["));
	capability_write(s, &s->output);
	buf_addf(&s->output, "] %.*s ready\r\n", FMT(s->config->host_name));
}

struct imap *imap_new(const struct imap_config *config, const struct tls_facts *tls,
		      const struct imap_host *ops, void *host)
{
	struct imap *s = calloc(1, sizeof(*s));

	assert(s);
	s->engine.ops = &engine_ops;
	s->config = config;
	s->ops = ops;
	s->host = host;
	if (tls) s->tls = *tls;
	s->has_tls = tls;
	s->state = STATE_NEW;
	s->want = WANT_INPUT;
	s->opened = ops->now(host);
	input_init(&s->input);
	buf_init(&s->output, OUTPUT_MAX);
	greet(s);
	return s;
}

struct engine *imap_engine(struct imap *s)
{
	return &s->engine;
}
