#include "imap/task.h"

#include <assert.h>
#include <stdlib.h>

#include "imap/access.h"
#include "imap/commands.h"
#include "imap/contexts.h"
#include "imap/message_limit.h"
#include "imap/metadata_reply.h"
#include "imap/notify.h"
#include "imap/session.h"
#include "store/account.h"

enum {
	CODE_MAX = OUTPUT_MAX / 2, /* octets: any set of UIDs but those with most gaps */
	PROGRESS_INTERVAL = 10,    /* seconds */
};

/* What our failures are to the client (RFC 5530, RFC 9051 7.1). */
static const struct {
	slice code, text;
} failures[ERR_COUNT] = {
	[ERR_LATER] = { SLICE_INIT("UNAVAILABLE"), SLICE_INIT("try again later") },
	[ERR_NOT_FOUND] = { SLICE_INIT("NONEXISTENT"), SLICE_INIT("no such mailbox") },
	[ERR_EXISTS] = { SLICE_INIT("ALREADYEXISTS"), SLICE_INIT("mailbox exists") },
	[ERR_DENIED] = { SLICE_INIT("NOPERM"), SLICE_INIT("not permitted") },
	[ERR_LIMIT] = { SLICE_INIT("LIMIT"), SLICE_INIT("limit reached") },
	[ERR_MALFORMED] = { SLICE_INIT("CANNOT"), SLICE_INIT("that cannot be done") },
	[ERR_INTERNAL] = { SLICE_INIT("SERVERBUG"), SLICE_INIT("internal error") },
};

struct task *task_new_silent(struct imap *s, const struct command *c)
{
	struct task *t = calloc(1, sizeof(*t));

	assert(t);
	t->session = s;
	t->command = c;
	t->account = s->view ? s->view->account : s->account;
	t->below = s->task;
	t->told_at = s->ops->now(s->host);
	arena_init(&t->arena, TASK_ARENA_MAX);
	arena_init(&t->scratch, TASK_SCRATCH_MAX);
	buf_init(&t->out, OUTPUT_MAX);
	buf_init(&t->code, CODE_MAX);
	s->task = t;
	return t;
}

struct task *task_new(struct imap *s, const struct command *c, slice tag, bool by_uid)
{
	struct task *t = task_new_silent(s, c);

	t->tag = tag;
	t->by_uid = by_uid;
	t->text = s->input.text;
	buf_init(&s->input.text, IMAP_COMMAND_MAX);
	input_restart(&s->input);
	return t;
}

void task_free(struct task *t)
{
	if (!t) return;
	task_free(t->below);
	if (t->command->ops->discard) t->command->ops->discard(t);
	notify_look_free(t->other);
	if (t->command->flags & HOLDS_SECRET)
		buf_wipe(&t->text);
	else
		buf_done(&t->text);
	arena_done(&t->arena);
	arena_done(&t->scratch);
	buf_done(&t->out);
	buf_done(&t->code);
	seqset_done(&t->set);
	interval_set_done(&t->uids);
	sync_done(&t->sync);
	free(t);
}

void *task_request(struct task *t, size_t size)
{
	t->request = arena_alloc(&t->arena, size);
	assert(t->request); /* the first in the arena, and a struct of ours */
	return t->request;
}

static bool syncs(const struct task *t)
{
	return t->command->flags & SYNCS && t->view;
}

static void begin_run(struct task *t)
{
	arena_reset(&t->scratch);
	t->names = t->names_of_session;
	if (t->prefix.n) access_lend_names(t, t->prefix);
	buf_reset(&t->out);
	t->has_told_metadata = false;
	t->has_asked = t->was_admitted;
	sync_begin_run(&t->sync, !t->has_worked);
	if (t->has_worked) return;
	buf_reset(&t->code);
	t->complaint = (slice){ 0 };
	t->more = false;
	t->must_write = false;
}

bool task_is_at_home(const struct task *t, const struct account *a)
{
	return account_id(a) == t->home;
}

/* Of a shared mailbox that may no longer be read only the end is told. */
static bool is_shut_out(const struct task *t)
{
	return !(t->rights & RIGHT_READ) && t->command->states == STATE_SELECTED &&
	       t->command->ops != &close_ops && !t->has_worked && !t->was_admitted &&
	       t->command->ops->work;
}

/* Work that forgets to ask what it may do in another's account does nothing there. */
static enum err do_work(struct task *t, struct account *a)
{
	enum err e = t->command->ops->work(t, a);

	return !e && !t->has_asked && !task_is_at_home(t, a) ? ERR_DENIED : e;
}

/* What others did until now is told; what the command itself does is not (RFC
 * 5465 5). */
static enum err work(struct task *t, struct account *a)
{
	bool writes = t->job.level != JOB_READS && t->notify &&
		      notify_find_known(t->notify, account_id(a));
	enum err e = writes ? notify_before_own(t, a) : ERR_NONE;

	if (!e && t->command->ops->work) e = do_work(t, a);
	if (!e && writes) e = notify_after_own(t, a);
	return e;
}

static enum err task_run(struct job *j, struct account *a)
{
	struct task *t = (struct task *)j;
	enum err e = ERR_NONE;

	begin_run(t);
	if (!t->was_admitted) e = access_selected(t, a);
	if (!e && is_shut_out(t)) e = ERR_DENIED;
	if (!e && t->updates) return t->rights & RIGHT_READ ? contexts_look(t, a) : e;
	if (!e && !t->has_worked) e = work(t, a);
	if (!e && !t->more && syncs(t) && account_id(a) == t->view->account)
		e = sync_look(t, a);
	if (!e && !t->more && t->command->flags & SYNCS) e = metadata_tell_others(t, a);
	return e;
}

void task_complain(struct task *t, slice code, slice text)
{
	buf_reset(&t->code);
	buf_add(&t->code, code);
	t->complaint = text;
}

static void answer_failure(struct task *t, enum err e)
{
	if (!t->tag.n)
		task_end(t);
	else if (t->complaint.n)
		task_answer(t, ANSWER_NO, buf_slice(&t->code), t->complaint);
	else
		task_answer(t, ANSWER_NO, failures[e].code, failures[e].text);
}

/* The mailbox may have been closed by the work. */
static bool owes_look(const struct task *t)
{
	const struct view *v = t->session->view;

	return t->command->flags & SYNCS && v && t->job.account != v->account;
}

static void take_over_metadata(const struct task *t)
{
	struct imap *s = t->session;

	s->metadata_told = t->metadata_until;
	if (s->view) s->view->metadata_told = t->selected_metadata_until;
}

/* What the job did stands, even when a later look at other changes failed. */
static void task_job_done(struct job *j, enum err outcome)
{
	struct task *t = (struct task *)j;

	if (outcome == ERR_LATER && t->command->ops->reads_at_need && !t->only_reads) {
		t->only_reads = true;
		task_submit(t);
		return;
	}
	if (outcome && !t->has_worked) {
		answer_failure(t, outcome);
		return;
	}
	if (outcome) {
		t->gave_up = t->updates;
		sync_forget(&t->sync);
	} else {
		buf_move(&t->session->output, &t->out);
		notify_take_over(t);
		take_over_metadata(t);
		if (!t->has_worked && t->command->ops->done) t->command->ops->done(t);
		t->owes_look = !t->has_worked && !t->more && owes_look(t);
		t->has_worked = !t->more;
		t->was_admitted = t->more;
	}
	if (t->has_worked) t->job.level = JOB_READS;
	task_proceed(t);
}

static enum job_level level_of_work(const struct task *t)
{
	if (t->only_reads) return JOB_READS;
	return t->must_write ? JOB_WRITES_FLAGS : t->command->ops->level;
}

void task_submit(struct task *t)
{
	struct imap *s = t->session;

	t->is_running = true;
	t->view = s->view;
	t->names = t->names_of_session = &s->names;
	t->enabled = s->enabled;
	t->events = notify_selected_events(t);
	t->notify = notify_is_on(s) ? s->notify : NULL;
	t->home = s->account;
	t->metadata_told = t->metadata_until = s->metadata_told;
	t->selected_metadata_until = s->view ? s->view->metadata_told : 0;
	t->job.account = t->has_worked && s->view ? s->view->account : t->account;
	t->job.run = task_run;
	t->job.done = task_job_done;
	t->job.prepare = t->has_worked ? NULL : t->command->ops->prepare;
	if (!t->has_worked) t->job.level = level_of_work(t);
	s->want = WANT_JOB;
}

static void finish(struct task *t)
{
	t->is_running = false;
	if (!t->tag.n)
		task_end(t);
	else if (t->command->ops->finish)
		t->command->ops->finish(t);
	else
		task_answer_ok(t);
}

/* Every ten seconds or so, that the client may know we are at it (RFC 9585). A
 * tag that could end the code is not told. */
static void tell_progress(struct task *t)
{
	struct imap *s = t->session;
	int64_t now = s->ops->now(s->host);
	bool is_told = t->tag.n && slice_find_char(t->tag, ']') == t->tag.n;
	uint32_t done, goal;

	if (now - t->told_at < PROGRESS_INTERVAL || !t->command->ops->progress ||
	    !t->command->ops->progress(t, &done, &goal))
		return;
	t->told_at = now;
	buf_addf(&s->output,
		 is_told ? "* OK [INPROGRESS (\"%.*s\" " : "* OK [INPROGRESS (%.*s ",
		 FMT(is_told ? t->tag : S("NIL")));
	if (done < goal)
		buf_addf(&s->output, "%u %u", done, goal);
	else
		buf_add(&s->output, S("NIL NIL"));
	buf_add(&s->output, S(")] still at it\r\n"));
}

void task_proceed(struct task *t)
{
	struct imap *s = t->session;
	enum told told;

	s->want = WANT_DRAIN;
	if (s->output.overflow) {
		session_next(s);
		return;
	}
	if (!session_has_room(s)) return;
	if (t->more || t->owes_look) {
		if (t->more) tell_progress(t);
		t->owes_look = false;
		task_submit(t);
		return;
	}
	told = syncs(t) && !t->has_synced ? sync_tell(t) : TOLD_ALL;
	t->has_synced = told == TOLD_ALL;
	t->updates = t->has_synced && !t->gave_up && syncs(t) && contexts_are_due(s);
	if (told == TOLD_MORE || t->updates)
		task_submit(t);
	else if (told == TOLD_ALL)
		finish(t);
}

void task_end(struct task *t)
{
	struct imap *s = t->session;

	s->task = t->below;
	t->below = NULL;
	task_free(t);
	session_next(s);
}

void task_answer(struct task *t, enum answer how, slice code, slice text)
{
	struct imap *s = t->session;

	session_answer(s, t->tag, how, code, text);
	task_end(t);
}

void task_answer_ok(struct task *t)
{
	struct buf text;

	if (t->lowest) message_limit_tell(t);
	if (t->complaint.n) {
		task_answer(t, ANSWER_NO, buf_slice(&t->code), t->complaint);
		return;
	}
	buf_init(&text, 64);
	buf_addf(&text, "%.*s completed", FMT(t->command->verb));
	if (t->lowest) buf_add(&text, S(" for the last messages"));
	task_answer(t, ANSWER_OK, buf_slice(&t->code), buf_slice(&text));
	buf_done(&text);
}
