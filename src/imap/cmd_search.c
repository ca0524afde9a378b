/*
 * SEARCH (RFC 9051 6.4.4, RFC 3501 6.4.4; RETURN: RFC 4731; SAVE: RFC 5182)
 *
 * The search runs in slices of the store's; then what was found is told in one
 * response, over as many slices as it takes. All runs are JOB_READS, which are
 * never made twice, so they keep their place in the request.
 */
#include "imap/commands.h"
#include "imap/search_keys.h"
#include "imap/search_reply.h"
#include "imap/session.h"

struct search_request {
	struct search_return ret;
	struct search_keys keys;
	bool is_started;
	bool is_resolved; /* keywords have their bits */
	bool is_searched;
	uint32_t next;               /* the UID where the search goes on */
	struct interval_set found;   /* by UID */
	struct interval_set numbers; /* the same by sequence number, where that is told */

	struct search_reply reply; /* once it is begun, no run may fail */
	bool is_told;
	bool is_saved; /* what was found is "$" */
};

static bool parse_search(struct task *t, slice *in)
{
	struct search_request *r = task_request(t, sizeof(*r));
	struct imap *s = t->session;
	struct search_scope scope = { s->view, s->ops->now(s->host) };

	if (!take_search_return(in, &r->ret) || !take_space(in) ||
	    !take_search_keys(in, &scope, &t->arena, &r->keys))
		return false;
	t->uses_numbers = r->keys.has_numbers;
	return true;
}

/* SAVE that fails leaves nothing saved (RFC 5182 2.1). */
static void discard_search(struct task *t)
{
	struct search_request *r = t->request;
	struct view *v = t->session->view;

	if (!r) return;
	if (r->is_started && r->ret.options & RETURN_SAVE && !r->is_saved && v)
		interval_set_done(&v->saved);
	search_keys_done(&r->keys);
	interval_set_done(&r->found);
	interval_set_done(&r->numbers);
}

static void start_search(struct task *t)
{
	struct search_request *r = t->request;

	r->is_started = true;
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

/* UIDs that follow each other have numbers that do. */
static void find_numbers(const struct view *v, const struct interval_set *uids,
			 struct interval_set *ret)
{
	uint64_t cursor = 0;
	struct interval i;

	while (interval_set_next(uids, &cursor, &i)) {
		uint32_t first = view_number(v, i.first);

		interval_set_add_range(ret, first, first + (i.last - i.first));
	}
}

static void prepare_reply(struct task *t)
{
	struct search_request *r = t->request;

	if (!t->by_uid) find_numbers(t->view, &r->found, &r->numbers);
	r->reply = (struct search_reply){
		.ret = &r->ret,
		.command = t->command->verb,
		.tag = t->tag,
		.by_uid = t->by_uid,
		.found = { .set = t->by_uid ? &r->found : &r->numbers },
	};
	r->is_told = r->ret.options == RETURN_SAVE;
}

/* The run that ends a response begun in an earlier one does no more: the look at changes,
 * which may fail, comes in one of its own. */
static enum err work_search(struct task *t, struct account *a)
{
	struct search_request *r = t->request;
	bool was_begun = r->reply.is_begun;

	if (!r->is_searched) {
		enum err e = search(t, a);

		t->more = !r->is_searched;
		if (e || t->more) return e;
		prepare_reply(t);
	}
	if (r->is_told) return ERR_NONE;
	r->is_told = search_reply_write(&r->reply, &t->out, JOB_SLICE_OCTETS);
	t->more = was_begun || !r->is_told;
	return ERR_NONE;
}

static void search_done(struct task *t)
{
	struct search_request *r = t->request;
	const struct found found = { .set = &r->found };
	struct view *v = t->session->view;

	if (t->more || !(r->ret.options & RETURN_SAVE)) return;
	interval_set_done(&v->saved);
	search_return_save(&r->ret, &found, &v->saved);
	r->is_saved = true;
}

const struct command_ops search_ops = {
	.parse = parse_search,
	.start = start_search,
	.work = work_search,
	.done = search_done,
	.discard = discard_search,
};
