/*
 * ESEARCH (RFC 7377): one search in many mailboxes
 *
 * One mailbox follows the other, in order of their names, each read anew with
 * what sequence numbers mean there; first those of the session's account, then
 * those that others share with it, where they are asked for. UPDATE is of the
 * selected mailbox and of no other (RFC 7377 2.2). All runs are JOB_READS, which are
 * never made twice, so they keep their place in the request.
 */
#include "base/clock.h"
#include "imap/access.h"
#include "imap/commands.h"
#include "imap/contexts.h"
#include "imap/lexer.h"
#include "imap/mailbox_filter.h"
#include "imap/mailbox_list.h"
#include "imap/name_set.h"
#include "imap/owners.h"
#include "imap/search_reply.h"
#include "imap/searching.h"
#include "imap/session.h"

enum {
	SOURCES_MAX = 100,                      /* filters of one command */
	PROGRAM_ARENA_MAX = TASK_ARENA_MAX,     /* octets of the keys of one mailbox */
	CORRELATORS_MAX = 8 * MAILBOX_NAME_MAX, /* octets: a name as it is written */
};

struct esearch_request {
	struct mailbox_filter sources[SOURCES_MAX];
	uint32_t source_count;
	bool has_selected, is_too_much;
	struct search_return ret;
	slice program; /* charset and keys */
	bool bad_charset;
	int64_t now;

	struct owners owners; /* whose mailboxes are looked at behind one's own */
	uint32_t owner_at;
	struct name_set subscribed; /* names in the session's account */

	struct mailbox_list list; /* of the account in hand */
	bool has_list;
	uint32_t at; /* in the list: the mailbox in hand, or next */

	bool is_open; /* what follows is of that mailbox */
	struct arena arena;
	struct view *other; /* where it is not the selected one */
	struct searching searching;
	struct buf correlators;
	struct search_reply reply;
	struct interval_set saved;
	struct interval_set kept;    /* found in the selected mailbox, for UPDATE */
	struct buf kept_correlators; /* of that, once it is searched */
};

/* --- parsing --- */

/* [SP "(" scope-options ")"] is not there: no options are defined yet. */
static bool take_sources(struct task *t, slice *in, struct esearch_request *r)
{
	struct filter_parser p = { .names = &t->session->names, .arena = &t->arena };

	if (!take_literal_nocase(in, S(" IN ("))) {
		r->source_count = 1;
		r->has_selected = true;
		return true;
	}
	do {
		struct mailbox_filter *f = &r->sources[r->source_count];

		if (r->source_count == SOURCES_MAX || !take_mailbox_filter(in, &p, f) ||
		    f->kind == FILTER_SELECTED_DELAYED)
			return false;
		r->has_selected |= filter_is_selected(f);
		r->source_count++;
	} while (take_space(in));
	r->is_too_much = p.is_too_much;
	return take_char(in, ')');
}

static struct search_scope scope_of(const struct task *t, const struct view *v,
				    int64_t account)
{
	const struct esearch_request *r = t->request;

	return (struct search_scope){ .view = v,
				      .now = r->now,
				      .charset = searching_charset(t->session),
				      .account = account,
				      .is_lenient = true };
}

/* What it says is looked at once it is known where. */
static bool take_program(struct task *t, slice *in)
{
	struct esearch_request *r = t->request;
	const struct view nowhere = { 0 };
	const struct search_scope scope = scope_of(t, &nowhere, t->session->account);
	struct search_keys keys;
	bool is_good;

	r->program = *in;
	is_good = take_search_keys(in, &scope, &t->arena, &keys) &&
		  (keys.has_fuzzy || !(r->ret.options & RETURN_RELEVANCY));
	r->bad_charset = keys.bad_charset;
	t->uses_numbers = keys.has_numbers;
	if (keys.has_modseq) t->enables = ENABLED_CONDSTORE;
	search_keys_done(&keys);
	return is_good;
}

static bool is_only_selected(const struct esearch_request *r)
{
	return r->has_selected && r->source_count == 1;
}

static bool parse_esearch(struct task *t, slice *in)
{
	struct esearch_request *r = task_request(t, sizeof(*r));

	t->by_uid = true;
	arena_init(&r->arena, PROGRAM_ARENA_MAX);
	buf_init(&r->correlators, CORRELATORS_MAX);
	buf_init(&r->kept_correlators, CORRELATORS_MAX);
	r->now = t->session->ops->now(t->session->host);
	if (!take_sources(t, in, r) || !take_search_return(in, &r->ret)) return false;
	if (!r->ret.is_extended) r->ret.options = RETURN_ALL;
	r->ret.is_extended = true;
	if (r->ret.options & RETURN_SAVE && !is_only_selected(r)) return false;
	if ((r->has_selected || r->ret.options & RETURN_UPDATE) && !t->session->view)
		return false;
	if (r->ret.options & RETURN_UPDATE &&
	    contexts_have(t->session->view->contexts, t->tag))
		return false;
	return take_space(in) && take_program(t, in);
}

static void start_esearch(struct task *t)
{
	const struct esearch_request *r = t->request;
	const struct imap *s = t->session;

	t->account = is_only_selected(r) ? s->view->account : s->account;
	if (r->is_too_much) {
		task_answer(t, ANSWER_NO, S("LIMIT"), S("too many mailboxes"));
	} else if (r->bad_charset) {
		bad_charset_write(&t->code);
		task_answer(t, ANSWER_NO, buf_slice(&t->code), S("unknown charset"));
	} else {
		task_submit(t);
	}
}

/* --- from mailbox to mailbox --- */

static const struct view *view_of(const struct task *t)
{
	const struct esearch_request *r = t->request;

	return r->other ? r->other : t->view;
}

static bool is_selected(const struct task *t, const struct account *a,
			const struct mailbox *m)
{
	return t->view && t->view->account == account_id(a) && t->view->mailbox == m->id;
}

/* Whether a filter means the mailbox, by the name and the subscription that the session
 * knows it by. */
static bool is_meant(const struct task *t, const struct account *a,
		     const struct mailbox *m, const struct mailbox_filter *f)
{
	const struct esearch_request *r = t->request;
	slice name = m->name;

	if (filter_is_selected(f)) return is_selected(t, a, m);
	if (task_is_at_home(t, a)) return mailbox_filter_has(f, name, m->subscribed);
	return name_visible(t->names, m->name, &name) &&
	       mailbox_filter_has(f, name, name_set_has(&r->subscribed, name));
}

/* The rights that it takes to search it; 0 where it is not asked for. One that is named
 * need not be one that LIST shows (RFC 7377 2.2). */
static unsigned needed_rights(const struct task *t, const struct account *a,
			      const struct mailbox *m)
{
	const struct esearch_request *r = t->request;
	unsigned needed = 0;

	if (r->has_selected && is_selected(t, a, m)) return RIGHT_READ;
	for (uint32_t i = 0; i < r->source_count; i++) {
		if (!is_meant(t, a, m, &r->sources[i])) continue;
		if (r->sources[i].kind == FILTER_MAILBOXES) return RIGHT_READ;
		needed = RIGHT_READ | RIGHT_LOOKUP;
	}
	return needed;
}

static enum err is_source(const struct task *t, struct account *a,
			  const struct mailbox *m, bool *ret)
{
	unsigned needed = m->id && m->selectable ? needed_rights(t, a, m) : 0;
	unsigned rights = RIGHTS_ALL;
	enum err e = needed ? acl_rights(a, m->id, t->home, &rights) : ERR_NONE;

	*ret = needed && (rights & needed) == needed;
	return e;
}

/* As a session would see it that selects it now, but none has to (RFC 3501 2.3.2). */
static enum err view_other(struct account *a, const struct mailbox *listed,
			   struct view *v)
{
	enum err e = mailbox_uids(a, listed->id, &v->uids);

	v->mailbox = listed->id;
	v->uid_validity = listed->uid_validity;
	interval_set_copy(&v->recent, &v->uids);
	if (listed->first_recent > 1)
		interval_set_remove_range(&v->recent, 1, listed->first_recent - 1);
	return e;
}

static void write_correlators(struct task *t, const struct mailbox *m)
{
	struct esearch_request *r = t->request;
	slice visible = m->name;

	(void)name_visible(t->names, m->name, &visible);
	buf_reset(&r->correlators);
	buf_add(&r->correlators, S(" MAILBOX "));
	name_write(t->names, visible, &r->correlators);
	buf_addf(&r->correlators, " UIDVALIDITY %u", m->uid_validity);
}

static enum err open_mailbox(struct task *t, struct account *a, const struct mailbox *m)
{
	struct esearch_request *r = t->request;
	struct search_scope scope;
	slice program = r->program;
	enum err e = ERR_NONE;

	r->is_open = true;
	arena_reset(&r->arena);
	if (!is_selected(t, a, m)) {
		r->other = view_new();
		e = view_other(a, m, r->other);
	}
	if (e) return e;
	scope = scope_of(t, view_of(t), account_id(a));
	write_correlators(t, m);
	r->searching.facts.wants_scores = r->ret.options & RETURN_RELEVANCY;
	if (take_search_keys(&program, &scope, &r->arena, &r->searching.keys))
		return ERR_NONE;
	return ERR_LIMIT; /* it was good before, so the arena is full */
}

/* What UPDATE is about. */
static void keep_found(struct esearch_request *r)
{
	interval_set_copy(&r->kept, &r->searching.found);
	buf_reset(&r->kept_correlators);
	buf_add(&r->kept_correlators, buf_slice(&r->correlators));
}

static void close_mailbox(struct esearch_request *r)
{
	if (!r->other && r->ret.options & RETURN_UPDATE) keep_found(r);
	searching_done(&r->searching);
	view_free(r->other);
	r->other = NULL;
	r->searching = (struct searching){ 0 };
	r->reply = (struct search_reply){ 0 };
	r->is_open = false;
	r->at++;
}

/* --- what was found --- */

static enum err prepare_reply(struct task *t, struct account *a)
{
	struct esearch_request *r = t->request;
	const struct found found = { .set = &r->searching.found,
				     .scores = buf_slice(&r->searching.facts.scores) };
	struct interval_set told = { 0 };
	uint64_t modseq = 0;
	enum err e = ERR_NONE;

	search_return_save(&r->ret, &found, &told);
	if (r->searching.keys.has_modseq)
		e = searching_modseq(a, view_of(t), &r->searching, &r->ret, &told,
				     &modseq);
	if (r->ret.options & RETURN_SAVE) interval_set_copy(&r->saved, &told);
	interval_set_done(&told);
	r->reply = (struct search_reply){ .ret = &r->ret,
					  .tag = t->tag,
					  .correlators = buf_slice(&r->correlators),
					  .by_uid = true,
					  .modseq = modseq,
					  .found = found };
	return e;
}

/* True when all is told. */
static enum err tell(struct task *t, struct account *a, bool *ret_done)
{
	struct esearch_request *r = t->request;
	bool is_silent = r->ret.options == RETURN_SAVE;
	enum err e = ERR_NONE;

	*ret_done = !interval_set_count(&r->searching.found);
	if (*ret_done) return ERR_NONE;
	if (!r->reply.is_begun) e = prepare_reply(t, a);
	if (!e)
		*ret_done = is_silent ||
			    search_reply_write(&r->reply, &t->out, JOB_SLICE_OCTETS);
	return e;
}

static enum err step(struct task *t, struct account *a)
{
	struct esearch_request *r = t->request;
	const struct mailbox *m = &r->list.at[r->at];
	bool is_told = false, is_wanted = true;
	enum err e = r->is_open ? ERR_NONE : is_source(t, a, m, &is_wanted);

	if (e) return e;
	if (!is_wanted) {
		r->at++;
		return ERR_NONE;
	}
	if (!r->is_open) return open_mailbox(t, a, m);
	if (!r->searching.is_done) return searching_run(a, view_of(t), &r->searching);
	e = tell(t, a, &is_told);
	if (!e && is_told) close_mailbox(r);
	return e;
}

/* --- from account to account --- */

static bool reaches_others(const struct esearch_request *r)
{
	for (uint32_t i = 0; i < r->source_count; i++)
		if (r->sources[i].kind != FILTER_PERSONAL) return !is_only_selected(r);
	return false;
}

static void note_subscriptions(struct esearch_request *r)
{
	for (uint32_t i = 0; i < r->list.count; i++)
		if (r->list.at[i].subscribed)
			name_set_add(&r->subscribed, r->list.at[i].name);
}

/* The mailboxes of the account in hand; in the session's, where else there are some. */
static enum err begin_account(struct task *t, struct account *a)
{
	struct esearch_request *r = t->request;
	enum err e;

	mailbox_list_done(&r->list);
	r->at = 0;
	e = mailbox_list_read(a, t->names, &r->list);
	r->has_list = !e;
	if (e || !task_is_at_home(t, a) || !reaches_others(r)) return e;
	note_subscriptions(r);
	return owners_find(t, a, &r->owners);
}

static bool has_next_account(struct task *t)
{
	struct esearch_request *r = t->request;

	if (r->owner_at == r->owners.count) return false;
	t->account = r->owners.ids[r->owner_at++];
	r->has_list = false;
	return true;
}

/* The run that finds nothing left does no more: the look at changes may fail, and what
 * was told in it would be lost. */
static enum err work_esearch(struct task *t, struct account *a)
{
	struct esearch_request *r = t->request;
	int64_t until_ms = clock_monotonic_ms() + JOB_SLICE_MS;
	enum err e = task_is_at_home(t, a) ? ERR_NONE : access_enter(t, a);

	if (!e && !r->has_list) e = begin_account(t, a);
	if (e) return e;
	if (r->at == r->list.count) {
		t->more = has_next_account(t);
		return ERR_NONE;
	}
	while (!e && r->at < r->list.count && t->out.n < JOB_SLICE_OCTETS &&
	       clock_monotonic_ms() < until_ms)
		e = step(t, a);
	t->more = !e;
	return e;
}

/* Of mailboxes that do not have the selected one among them nothing is kept up to date.
 */
static void begin_context(struct task *t)
{
	struct esearch_request *r = t->request;
	const struct context_terms terms = {
		.tag = t->tag,
		.program = r->program,
		.attributes = r->ret.attributes,
		.correlators = buf_slice(&r->kept_correlators),
		.charset = searching_charset(t->session),
		.by_uid = true,
		.is_lenient = true,
		.found = &r->kept,
	};

	if (!terms.correlators.n || !contexts_add(t->session, &terms))
		buf_addf(&t->session->output,
			 "* NO [NOUPDATE \"%.*s\"] this is not kept up to date\r\n",
			 FMT(t->tag));
}

static void esearch_done(struct task *t)
{
	struct esearch_request *r = t->request;
	struct view *v = t->session->view;

	if (!t->more && v && r->ret.options & RETURN_UPDATE) begin_context(t);
	if (t->more || !(r->ret.options & RETURN_SAVE) || !v) return;
	interval_set_done(&v->saved);
	interval_set_copy(&v->saved, &r->saved);
}

/* Nothing may stand within a response; how many messages there are nobody knows. */
static bool esearch_progress(const struct task *t, uint32_t *ret_done, uint32_t *ret_goal)
{
	const struct esearch_request *r = t->request;

	*ret_done = r->at;
	*ret_goal = r->list.count;
	return !r->reply.is_begun;
}

static void discard_esearch(struct task *t)
{
	struct esearch_request *r = t->request;

	if (!r) return;
	searching_done(&r->searching);
	view_free(r->other);
	mailbox_list_done(&r->list);
	name_set_done(&r->subscribed);
	owners_done(&r->owners);
	arena_done(&r->arena);
	buf_done(&r->correlators);
	buf_done(&r->kept_correlators);
	interval_set_done(&r->saved);
	interval_set_done(&r->kept);
}

const struct command_ops esearch_ops = {
	.parse = parse_esearch,
	.start = start_esearch,
	.work = work_esearch,
	.done = esearch_done,
	.discard = discard_esearch,
	.progress = esearch_progress,
};
