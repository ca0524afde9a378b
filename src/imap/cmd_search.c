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
	uint64_t modseq;             /* the highest of those */
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
	if (r->keys.has_modseq) t->enables = ENABLED_CONDSTORE;
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
			       &r->next, &r->found, &r->modseq);
	r->is_searched = !r->next;
	return e;
}

static bool raise_modseq(void *context, const struct message *m)
{
	uint64_t *highest = context;

	if (m->modseq > *highest) *highest = m->modseq;
	return true;
}

/* Of the messages that are returned (RFC 4731 3.2). */
static enum err find_modseq(struct task *t, struct account *a, uint64_t *ret)
{
	struct search_request *r = t->request;
	struct found found = { .set = &r->found };
	struct interval_set told = { 0 };
	uint64_t cursor = 0;
	struct interval i;
	enum err e = ERR_NONE;

	*ret = r->modseq;
	if (search_return_is_whole(&r->ret)) return ERR_NONE;
	*ret = 0;
	search_return_save(&r->ret, &found, &told);
	while (!e && interval_set_next(&told, &cursor, &i))
		e = message_each(a, t->view->mailbox, i.first, i.last, 0, raise_modseq,
				 ret);
	interval_set_done(&told);
	return e;
}

static enum err prepare_reply(struct task *t, struct account *a)
{
	struct search_request *r = t->request;
	uint64_t modseq = 0;
	enum err e = r->keys.has_modseq ? find_modseq(t, a, &modseq) : ERR_NONE;

	if (e) return e;
	if (!t->by_uid) view_numbers(t->view, &r->found, &r->numbers);
	r->reply = (struct search_reply){
		.ret = &r->ret,
		.command = t->command->verb,
		.tag = t->tag,
		.by_uid = t->by_uid,
		.modseq = modseq,
		.found = { .set = t->by_uid ? &r->found : &r->numbers },
	};
	r->is_told = r->ret.options == RETURN_SAVE;
	return ERR_NONE;
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
		if (!e && !t->more) e = prepare_reply(t, a);
		if (e || t->more) return e;
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
