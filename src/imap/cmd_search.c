/*
 * SEARCH (RFC 9051 6.4.4, RFC 3501 6.4.4, 7.2.5)
 *
 * The search runs in slices of the store's; then what was found is told in one
 * line, over as many slices as it takes. All runs are JOB_READS, which are
 * never made twice, so they keep their place in the request.
 */
#include "imap/commands.h"
#include "imap/search_keys.h"
#include "imap/session.h"

struct search_request {
	struct search_keys keys;
	bool is_resolved; /* keywords have their bits */
	bool is_searched;
	uint32_t next;             /* the UID where the search goes on */
	struct interval_set found; /* by UID */

	bool is_begun;   /* the line; once it is, no run may fail */
	bool is_told;    /* all of it */
	uint64_t cursor; /* behind the UIDs that were told */
};

static bool parse_search(struct task *t, slice *in)
{
	struct search_request *r = task_request(t, sizeof(*r));

	return take_space(in) &&
	       take_search_keys(in, t->session->view, &t->arena, &r->keys);
}

static void discard_search(struct task *t)
{
	struct search_request *r = t->request;

	if (!r) return;
	search_keys_done(&r->keys);
	interval_set_done(&r->found);
}

static void start_search(struct task *t)
{
	const struct search_request *r = t->request;

	if (!r->keys.bad_charset) {
		task_submit(t);
		return;
	}
	bad_charset_write(&t->code);
	task_answer(t, ANSWER_NO, buf_slice(&t->code), S("unknown charset"));
}

static enum err search(struct task *t, struct account *a)
{
	struct search_request *r = t->request;
	enum err e = ERR_NONE;

	if (!r->is_resolved) e = search_keys_resolve(&r->keys, a);
	r->is_resolved = true;
	if (!e)
		e = search_run(a, t->view->mailbox, r->keys.condition, &t->view->uids,
			       &r->next, &r->found);
	r->is_searched = !r->next;
	return e;
}

/* Tells one interval, the numbers of which follow each other as its UIDs do. Returns the
 * UID behind the last that was told. */
static uint64_t tell_interval(struct task *t, struct interval i)
{
	uint32_t number = t->by_uid ? i.first : view_number(t->view, i.first);
	uint64_t uid = i.first;

	for (; uid <= i.last && t->out.n < JOB_SLICE_OCTETS; uid++) {
		buf_add_char(&t->out, ' ');
		buf_add_u64(&t->out, number++);
	}
	return uid;
}

/* Whether the line has come to its end. */
static bool tell(struct task *t)
{
	struct search_request *r = t->request;
	struct interval i;

	if (!r->is_begun) buf_add(&t->out, S("* SEARCH"));
	r->is_begun = true;
	while (t->out.n < JOB_SLICE_OCTETS) {
		if (!interval_set_next(&r->found, &r->cursor, &i)) {
			buf_add(&t->out, S("\r\n"));
			return true;
		}
		r->cursor = tell_interval(t, i);
	}
	return false;
}

/* The run that ends a line begun in an earlier one does no more: the look at changes,
 * which may fail, comes in one of its own. */
static enum err work_search(struct task *t, struct account *a)
{
	struct search_request *r = t->request;
	bool was_begun = r->is_begun;
	enum err e = r->is_searched ? ERR_NONE : search(t, a);

	if (e) return e;
	if (!r->is_searched) {
		t->more = true;
	} else if (!r->is_told) {
		r->is_told = tell(t);
		t->more = was_begun || !r->is_told;
	}
	return ERR_NONE;
}

const struct command_ops search_ops = {
	.parse = parse_search,
	.start = start_search,
	.work = work_search,
	.discard = discard_search,
};
