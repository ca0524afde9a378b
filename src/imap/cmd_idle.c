/* IDLE (RFC 9051 6.3.13): the session watches its account; after each change it looks and
 * tells. Between two looks it keeps no memory beside itself. After NOTIFY all is told as
 * that says, by tasks on top of this one (notify.h). */
#include "imap/commands.h"
#include "imap/session.h"

/* Whether there is anything that the client may be told of. */
static bool has_news(const struct imap *s)
{
	return s->view || s->enabled & ENABLED_METADATA;
}

static void start_idle(struct task *t)
{
	struct imap *s = t->session;

	session_continue(s, S("idling"));
	s->input.reader = READ_IDLE;
	if (!has_news(s) || s->notify) {
		session_next(s);
		return;
	}
	session_watch(s, true);
	idle_changed(s); /* what came between the last look and now */
}

void idle_changed(struct imap *s)
{
	s->has_changed = false;
	if (!has_news(s)) return;
	sync_done(&s->task->sync);
	s->task->sync = (struct sync){ 0 };
	s->task->has_synced = s->task->gave_up = false;
	task_submit(s->task);
}

/* All has been told: back to waiting, or once more when something came meanwhile. */
static void finish_idle(struct task *t)
{
	struct imap *s = t->session;

	arena_done(&t->scratch);
	sync_done(&t->sync);
	session_next(s);
	if (s->has_changed && s->want == WANT_INPUT) idle_changed(s);
}

void idle_line(struct imap *s, slice line)
{
	session_watch(s, false);
	s->has_changed = false;
	s->input.reader = READ_COMMAND;
	if (slice_eq_nocase(line, S("DONE")))
		task_answer_ok(s->task);
	else
		task_answer(s->task, ANSWER_BAD, S("CLIENTBUG"), S("DONE was expected"));
}

const struct command_ops idle_ops = { .start = start_idle, .finish = finish_idle };
