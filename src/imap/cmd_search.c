/*
 * SEARCH (RFC 9051 6.4.4, RFC 3501 6.4.4; RETURN: RFC 4731; SAVE: RFC 5182) and SORT
 * (RFC 5256 BASE.6.4.SORT; RETURN: RFC 5267 3); FUZZY: RFC 6203
 *
 * What was found, and sorted, in slices is told in one response, over as many
 * slices as it takes. All runs are JOB_READS, which are never made twice, so
 * they keep their place in the request.
 */
#include <stdlib.h>

#include "imap/commands.h"
#include "imap/contexts.h"
#include "imap/message_limit.h"
#include "imap/ordering.h"
#include "imap/search_reply.h"
#include "imap/searching.h"
#include "imap/session.h"

struct search_request {
	struct search_return ret;
	struct searching searching;
	struct ordering ordering; /* without criteria: SEARCH */
	bool is_started;
	bool is_ordered;

	struct interval_set numbers; /* what is found, by sequence number */
	uint32_t *list;              /* what is sorted, as it is told */
	char *scores;                /* and their scores, where they are asked for */
	struct search_reply reply;   /* once it is begun, no run may fail */
	bool is_prepared, is_told;
	bool is_saved; /* what was found is "$" */
	slice program; /* charset and keys */
};

/* A tag that names a context cannot name another (RFC 5267 4.3). */
static bool take_return(struct task *t, slice *in, struct search_request *r)
{
	if (!take_search_return(in, &r->ret) || !take_space(in)) return false;
	return !(r->ret.options & RETURN_UPDATE &&
		 contexts_have(t->session->view->contexts, t->tag));
}

static bool take_program(struct task *t, slice *in, enum charset_place place,
			 struct search_request *r)
{
	slice text = *in;
	bool wants_scores =
		r->ret.options & RETURN_RELEVANCY || r->ordering.has_relevancy;

	if (!take_searching(t, in, place, &r->searching)) return false;
	r->program = slice_head(text, text.n - in->n);
	return searching_wants_scores(&r->searching, wants_scores);
}

static bool parse_search(struct task *t, slice *in)
{
	struct search_request *r = task_request(t, sizeof(*r));

	if (!take_return(t, in, r)) return false;
	if (t->session->enabled & ENABLED_REV2) search_return_extend(&r->ret);
	return take_program(t, in, searching_charset(t->session), r);
}

static bool parse_sort(struct task *t, slice *in)
{
	struct search_request *r = task_request(t, sizeof(*r));

	return take_return(t, in, r) && take_ordering(in, &r->ordering) &&
	       take_space(in) && take_program(t, in, CHARSET_FIRST, r);
}

/* SAVE that fails leaves nothing saved (RFC 5182 2.1). */
static void discard_search(struct task *t)
{
	struct search_request *r = t->request;
	struct view *v = t->session->view;

	if (!r) return;
	if (r->is_started && r->ret.options & RETURN_SAVE && !r->is_saved && v)
		interval_set_done(&v->saved);
	searching_done(&r->searching);
	ordering_done(&r->ordering);
	interval_set_done(&r->numbers);
	free(r->list);
	free(r->scores);
}

static void start_search(struct task *t)
{
	struct search_request *r = t->request;

	r->is_started = true;
	searching_start(t, &r->searching, !r->ordering.count);
}

/* --- what was found --- */

/* By UID. */
static void add_saved(const struct search_request *r, struct interval_set *ret)
{
	struct found found = { .set = &r->searching.found };
	uint32_t *uids;

	if (!r->ordering.count) {
		search_return_save(&r->ret, &found, ret);
		return;
	}
	found.count = r->ordering.sorter.count;
	found.list = uids = calloc(found.count + 1, sizeof(*uids));
	if (!uids) abort();
	for (uint32_t i = 0; i < found.count; i++)
		uids[i] = r->ordering.sorter.items[i].number;
	search_return_save(&r->ret, &found, ret);
	free(uids);
}

static enum err find_modseq(struct task *t, struct account *a, uint64_t *ret)
{
	struct search_request *r = t->request;
	struct interval_set told = { 0 };
	enum err e;

	add_saved(r, &told);
	e = searching_modseq(a, t->view, &r->searching, &r->ret, &told, ret);
	interval_set_done(&told);
	return e;
}

/* --- telling --- */

static struct found make_list(struct task *t)
{
	struct search_request *r = t->request;
	const struct sorter *s = &r->ordering.sorter;

	r->list = calloc((size_t)s->count + 1, sizeof(*r->list));
	r->scores = calloc((size_t)s->count + 1, sizeof(*r->scores));
	if (!r->list || !r->scores) abort();
	for (uint32_t i = 0; i < s->count; i++) {
		r->list[i] = t->by_uid ? s->items[i].number
				       : view_number(t->view, s->items[i].number);
		r->scores[i] = (char)s->items[i].value;
	}
	return (struct found){ .list = r->list,
			       .count = s->count,
			       .scores = { r->scores, s->count } };
}

static struct found make_set(struct task *t)
{
	struct search_request *r = t->request;
	struct found found = { .set = &r->searching.found,
			       .scores = buf_slice(&r->searching.facts.scores) };

	if (t->by_uid) return found;
	view_numbers(t->view, &r->searching.found, &r->numbers);
	found.set = &r->numbers;
	return found;
}

static enum err prepare_reply(struct task *t, struct account *a)
{
	struct search_request *r = t->request;
	uint64_t modseq = 0;
	enum err e = r->searching.keys.has_modseq ? find_modseq(t, a, &modseq) : ERR_NONE;

	if (e) return e;
	r->reply = (struct search_reply){
		.ret = &r->ret,
		.command = t->command->verb,
		.tag = t->tag,
		.by_uid = t->by_uid,
		.modseq = modseq,
		.found = r->ordering.count ? make_list(t) : make_set(t),
	};
	r->is_prepared = true;
	r->is_told = r->ret.options == RETURN_SAVE;
	return ERR_NONE;
}

/* One slice of what comes before the response. */
static enum err prepare(struct task *t, struct account *a)
{
	struct search_request *r = t->request;
	const struct unsorted what = { &r->searching.found, &r->searching.found,
				       &r->searching.facts };
	enum err e = ERR_NONE;

	if (!r->searching.is_done)
		e = searching_run(a, t->view, &r->searching);
	else if (r->ordering.count && !r->is_ordered)
		e = ordering_run(a, t->view->mailbox, &what, &r->ordering,
				 &r->is_ordered);
	if (e || !r->searching.is_done || (r->ordering.count && !r->is_ordered)) return e;
	return prepare_reply(t, a);
}

/* The run that ends a response begun in an earlier one does no more: the look at changes,
 * which may fail, comes in one of its own. */
static enum err work_search(struct task *t, struct account *a)
{
	struct search_request *r = t->request;
	bool was_begun = r->reply.is_begun;
	enum err e = r->is_prepared ? ERR_NONE : prepare(t, a);

	t->more = !e && !r->is_prepared;
	if (e || t->more || r->is_told) return e;
	r->is_told = search_reply_write(&r->reply, &t->out, JOB_SLICE_OCTETS);
	t->more = was_begun || !r->is_told;
	return ERR_NONE;
}

/* Of results that are not all nothing is kept up to date. */
static void begin_context(struct task *t)
{
	struct search_request *r = t->request;
	bool is_sorted = r->ordering.count;
	const struct context_terms terms = {
		.tag = t->tag,
		.program = r->program,
		.attributes = r->ret.attributes,
		.charset = is_sorted ? CHARSET_FIRST : searching_charset(t->session),
		.by_uid = t->by_uid,
		.found = &r->searching.found,
		.order = is_sorted ? &r->ordering : NULL,
	};

	if (t->lowest || !contexts_add(t->session, &terms))
		buf_addf(&t->session->output,
			 "* NO [NOUPDATE \"%.*s\"] this is not kept up to date\r\n",
			 FMT(t->tag));
}

static void search_done(struct task *t)
{
	struct search_request *r = t->request;
	struct view *v = t->session->view;

	if (!t->more && r->ret.options & RETURN_UPDATE) begin_context(t);
	if (t->more || !(r->ret.options & RETURN_SAVE)) return;
	interval_set_done(&v->saved);
	add_saved(r, &v->saved);
	r->is_saved = true;
}

/* Nothing may stand within the response. */
static bool search_progress(const struct task *t, uint32_t *ret_done, uint32_t *ret_goal)
{
	const struct search_request *r = t->request;

	if (r->reply.is_begun) return false;
	searching_progress(&r->searching, t->view, ret_done, ret_goal);
	return true;
}

const struct command_ops search_ops = {
	.parse = parse_search,
	.start = start_search,
	.work = work_search,
	.progress = search_progress,
	.done = search_done,
	.discard = discard_search,
};

const struct command_ops sort_ops = {
	.parse = parse_sort,
	.start = start_search,
	.work = work_search,
	.progress = search_progress,
	.done = search_done,
	.discard = discard_search,
};
