/*
 * THREAD (RFC 5256 BASE.6.4.THREAD)
 *
 * As SEARCH and SORT: what is found in slices, and threaded, is told in one
 * response, over as many slices as it takes. All runs are JOB_READS, which are
 * never made twice, so they keep their place in the request.
 */
#include "base/clock.h"
#include "imap/commands.h"
#include "imap/lexer.h"
#include "imap/ordering.h"
#include "imap/searching.h"
#include "imap/session.h"
#include "imap/threads.h"

struct thread_request {
	struct searching searching;
	struct threads threads;
	uint64_t from; /* the UID that is added next */
	bool has_all;  /* all are added */
	bool is_made, is_told;
	struct thread_place place;
};

static bool take_algorithm(slice *in, enum thread_algorithm *ret)
{
	bool by_references = take_keyword(in, S("REFERENCES"));

	*ret = by_references ? THREAD_REFERENCES : THREAD_ORDEREDSUBJECT;
	return by_references || take_keyword(in, S("ORDEREDSUBJECT"));
}

static bool parse_thread(struct task *t, slice *in)
{
	struct thread_request *r = task_request(t, sizeof(*r));
	enum thread_algorithm algorithm;

	if (!take_space(in) || !take_algorithm(in, &algorithm) || !take_space(in))
		return false;
	threads_init(&r->threads, algorithm);
	return take_searching(t, in, CHARSET_FIRST, &r->searching);
}

static void start_thread(struct task *t)
{
	struct thread_request *r = t->request;

	searching_start(t, &r->searching, false);
}

struct adding {
	struct thread_request *request;
	int64_t until_ms;
	bool any, is_full;
	enum err e;
};

static bool add_message(void *context, const struct message *m)
{
	struct adding *x = context;
	struct thread_request *r = x->request;
	const struct thread_message message = {
		.uid = m->uid,
		.sent = sent_date(m),
		.subject = m->subject,
		.message_id = m->message_id,
		.references = m->references,
	};

	if (!interval_set_contains(&r->searching.found, m->uid)) return true;
	x->is_full = x->any && clock_monotonic_ms() >= x->until_ms;
	if (x->is_full) return false;
	x->any = true;
	x->e = threads_add(&r->threads, &message);
	r->from = (uint64_t)m->uid + 1;
	return !x->e;
}

static enum err add_found(struct task *t, struct account *a, int64_t until_ms)
{
	struct thread_request *r = t->request;
	struct adding x = { .request = r, .until_ms = until_ms };
	uint64_t cursor = r->from;
	struct interval i;
	enum err e = ERR_NONE;

	while (!e && !x.is_full && interval_set_next(&r->searching.found, &cursor, &i)) {
		e = message_each(a, t->view->mailbox, i.first, i.last,
				 COLUMN_DATES | COLUMN_HEADERS, add_message, &x);
		if (!e) e = x.e;
	}
	r->has_all = !x.is_full;
	return e;
}

/* One slice of what comes before the response. */
static enum err prepare(struct task *t, struct account *a)
{
	struct thread_request *r = t->request;
	int64_t until_ms = clock_monotonic_ms() + JOB_SLICE_MS;

	if (!r->searching.is_done) return searching_run(a, t->view, &r->searching);
	if (!r->has_all) return add_found(t, a, until_ms);
	r->is_made = threads_finish(&r->threads, until_ms);
	return ERR_NONE;
}

static void write_threads(struct task *t)
{
	struct thread_request *r = t->request;
	const struct interval_set *numbering = t->by_uid ? NULL : &t->view->uids;

	if (!r->place.is_begun) {
		buf_add(&t->out, S("* THREAD"));
		if (interval_set_count(&r->searching.found)) buf_add_char(&t->out, ' ');
	}
	r->is_told = threads_write(&r->threads, numbering, &r->place, &t->out,
				   JOB_SLICE_OCTETS);
	if (r->is_told) buf_add(&t->out, S("\r\n"));
}

/* The run that ends a response begun in an earlier one does no more: the look at changes,
 * which may fail, comes in one of its own. */
static enum err work_thread(struct task *t, struct account *a)
{
	struct thread_request *r = t->request;
	bool was_begun = r->place.is_begun;
	enum err e = r->is_made ? ERR_NONE : prepare(t, a);

	t->more = !e && !r->is_made;
	if (e || t->more || r->is_told) return e;
	write_threads(t);
	t->more = was_begun || !r->is_told;
	return ERR_NONE;
}

static void discard_thread(struct task *t)
{
	struct thread_request *r = t->request;

	if (!r) return;
	searching_done(&r->searching);
	threads_done(&r->threads);
}

/* Nothing may stand within the response. */
static bool thread_progress(const struct task *t, uint32_t *ret_done, uint32_t *ret_goal)
{
	const struct thread_request *r = t->request;

	if (r->place.is_begun) return false;
	searching_progress(&r->searching, t->view, ret_done, ret_goal);
	return true;
}

const struct command_ops thread_ops = {
	.parse = parse_thread,
	.start = start_thread,
	.work = work_thread,
	.progress = thread_progress,
	.discard = discard_thread,
};
