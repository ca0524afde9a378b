/*
 * FETCH (RFC 9051 6.4.5, RFC 3501 6.4.5; messages that are gone: RFC 2180 4.1;
 * CHANGEDSINCE: RFC 7162 3.1.4)
 *
 * Works in slices. What sets \Seen goes on by MARK_MAX messages at a time: one
 * run looks for those without the flag, one (a write, when there are any) sets
 * it, and the next ones tell. Runs that tell are JOB_READS: they belong to no
 * group and are never made twice, so they keep their place in the request.
 */
#include "base/clock.h"
#include "imap/access.h"
#include "imap/commands.h"
#include "imap/fetch_modifiers.h"
#include "imap/fetch_plain.h"
#include "imap/fetch_stream.h"
#include "imap/message_limit.h"
#include "imap/resync.h"
#include "imap/session.h"
#include "store/changes.h"

enum {
	MARK_MAX = 200,       /* messages that are marked before they are told */
	GAP_MAX = 32,         /* UIDs not asked for that a query may run over */
	JOINED_MAX = 1000,    /* intervals that one query covers */
	NARROWED_MAX = 20000, /* changed messages looked up in one slice */
	CLOCK_INTERVAL = 64,  /* messages told between two looks at the clock */
	/* Octets of a slice that ends within a message: more than where others end, so
	 * that most messages are told to their end by the run that began them. */
	CUT_SLICE_OCTETS = JOB_SLICE_OCTETS + 64 * 1024,
};

struct fetch_request {
	struct fetch_items items;
	unsigned columns;
	bool marks; /* \Seen is set */

	struct fetch_modifiers modifiers;
	bool is_narrowed; /* to what has changed, and that is in t->uids */
	struct interval_set changed, earlier; /* found so far; vanished, yet to be told */
	uint32_t changed_from;                /* the UID where looking for them goes on */
	uint64_t earlier_from;

	uint64_t from;              /* the UID where work goes on */
	uint32_t marked_to;         /* up to here \Seen has been seen to */
	struct interval_set marked; /* of those up to there: now have \Seen, had it not */
	uint32_t found;             /* messages that are there */
	bool is_unreadable;         /* one of them could not be opened */
	struct fetch_stream stream;
};

/* One run that tells. */
struct telling {
	struct task *task;
	struct account *account;
	struct keyword_names names;
	int64_t until_ms;
	uint32_t told;                   /* messages in this run */
	uint32_t uid, number;            /* of the message told last */
	struct fetch_items marked_items; /* of those that now have \Seen */
	bool is_full;
	bool is_recent; /* some of the view's messages are */
};

/* --- parsing --- */

/* RFC 9394 3.3: positions among those that are there. */
static void keep_partial(struct interval_set *uids, const struct partial_range *partial)
{
	struct interval at = partial_positions(partial, interval_set_count(uids));
	uint32_t first = interval_set_select(uids, at.first);
	uint32_t last = interval_set_select(uids, at.last);

	if (first > 1) interval_set_remove_range(uids, 1, first - 1);
	if (!first || last < UINT32_MAX)
		interval_set_remove_range(uids, last + 1, UINT32_MAX);
}

static bool parse_fetch(struct task *t, slice *in)
{
	struct fetch_request *r = task_request(t, sizeof(*r));

	if (!take_space(in) || !take_fetch_items(in, &t->arena, &r->items) ||
	    !take_fetch_modifiers(in, t->by_uid, &r->modifiers))
		return false;
	if (r->modifiers.vanished && !(t->session->enabled & ENABLED_QRESYNC))
		return false;
	if (r->modifiers.is_partial) keep_partial(&t->uids, &r->modifiers.partial);
	r->is_narrowed = !r->modifiers.changed_since;
	r->changed_from = 1;
	if (!r->is_narrowed) fetch_items_put_last(&r->items, FETCH_MODSEQ);
	if (fetch_items_have(&r->items, FETCH_MODSEQ)) t->enables = ENABLED_CONDSTORE;
	if (t->by_uid && !(t->session->enabled & ENABLED_UIDONLY))
		fetch_items_put_first(&r->items, FETCH_UID);
	r->columns = fetch_plain_columns(&r->items);
	r->marks = r->items.marks && !t->session->view->read_only;
	r->from = 1;
	return true;
}

/* With CHANGEDSINCE only what has changed counts: narrow. */
static void start_fetch(struct task *t)
{
	const struct fetch_request *r = t->request;
	uint32_t limit = t->session->config->message_limit;

	if (limit && r->modifiers.is_partial && interval_set_count(&t->uids) > limit) {
		message_limit_refuse(t, limit, NULL);
		return;
	}
	if (r->is_narrowed) t->lowest = message_limit_cut(limit, &t->uids);
	task_submit(t);
}

static void discard_fetch(struct task *t)
{
	struct fetch_request *r = t->request;

	if (!r) return;
	interval_set_done(&r->marked);
	interval_set_done(&r->changed);
	interval_set_done(&r->earlier);
	fetch_stream_done(&r->stream);
}

/* The next interval up to last; those that lie close together are taken as one, for a
 * query costs as much as several rows. */
static bool next_range(const struct interval_set *uids, uint64_t *cursor, uint32_t last,
		       struct interval *ret)
{
	struct interval i;
	uint64_t ahead;

	if (!interval_set_next(uids, cursor, ret) || ret->first > last) return false;
	ahead = *cursor;
	for (uint32_t n = 0; n < JOINED_MAX; n++) {
		if (!interval_set_next(uids, &ahead, &i) || i.first - ret->last > GAP_MAX)
			break;
		ret->last = i.last;
		*cursor = ahead;
	}
	if (ret->last > last) ret->last = last;
	return true;
}

/* --- CHANGEDSINCE --- */

struct narrowing {
	struct interval_set *ret;
	uint32_t left, next; /* messages in this slice; the UID behind it, or 0 */
};

static bool add_changed(void *context, const struct message *m)
{
	struct narrowing *n = context;

	if (!n->left--) {
		n->next = m->uid;
		return false;
	}
	interval_set_add(n->ret, m->uid);
	return true;
}

static enum err find_earlier(struct task *t, struct account *a)
{
	struct fetch_request *r = t->request;
	struct interval_set asked = { 0 };
	enum err e;

	seqset_asked(&t->set, t->view->uid_next, &asked);
	e = find_vanished(a, t->view, r->modifiers.changed_since, &asked, &r->earlier);
	interval_set_done(&asked);
	return e;
}

/* Looks for what has changed before anything is told or marked: first all that has, in
 * slices, then what has vanished, which must be told first (RFC 7162 3.2.6). */
static enum err narrow(struct task *t, struct account *a)
{
	struct fetch_request *r = t->request;
	struct narrowing n = { .ret = &r->changed, .left = NARROWED_MAX };
	enum err e;

	t->more = true;
	if (!r->changed_from) {
		r->is_narrowed = vanished_write(&r->earlier, true, &r->earlier_from,
						&t->out, JOB_SLICE_OCTETS);
		return ERR_NONE;
	}
	e = changes_each(a, t->view->mailbox, r->modifiers.changed_since, r->changed_from,
			 interval_set_max(&t->uids), add_changed, &n);
	r->changed_from = n.next;
	if (e || n.next) return e;
	interval_set_intersect(&t->uids, &r->changed);
	t->lowest = message_limit_cut(t->session->config->message_limit, &t->uids);
	return r->modifiers.vanished ? find_earlier(t, a) : ERR_NONE;
}

/* --- setting \Seen --- */

struct unseen {
	const struct interval_set *wanted;
	struct interval_set *ret; /* empty at first */
	uint32_t left;            /* messages that may still be looked at */
	uint32_t last;            /* looked at */
};

static bool look_at_flags(void *context, const struct message *m)
{
	struct unseen *u = context;

	if (!interval_set_contains(u->wanted, m->uid)) return true;
	u->last = m->uid;
	if (!(m->flags & FLAG_SEEN)) interval_set_add(u->ret, m->uid);
	return --u->left;
}

/* Fills marked_to, and marked with what has yet to be marked. */
static enum err find_unseen(struct task *t, struct account *a)
{
	struct fetch_request *r = t->request;
	struct unseen u = { .wanted = &t->uids, .ret = &r->marked, .left = MARK_MAX };
	uint64_t cursor = r->from;
	struct interval i;
	enum err e = ERR_NONE;

	interval_set_done(&r->marked);
	while (!e && u.left && next_range(&t->uids, &cursor, UINT32_MAX, &i))
		e = message_each(a, t->view->mailbox, i.first, i.last, 0, look_at_flags,
				 &u);
	r->marked_to = u.left ? UINT32_MAX : u.last;
	return e;
}

static enum err mark(struct task *t, struct account *a)
{
	const struct fetch_request *r = t->request;
	struct interval_set modified = { 0 };
	enum err e = message_change_flags(a, t->view->mailbox, &r->marked, FLAGS_ADD,
					  FLAG_SEEN, UINT64_MAX, &modified, NULL, NULL);

	interval_set_done(&modified);
	t->more = true;
	return e;
}

/* --- telling --- */

/* In the order of a mailbox one number follows the other. 0: only the UID is told. */
static uint32_t number_of(struct telling *x, uint32_t uid)
{
	bool follows = x->number && uid == x->uid + 1;

	if (x->task->enabled & ENABLED_UIDONLY) return 0;
	x->number = follows ? x->number + 1 : view_number(x->task->view, uid);
	x->uid = uid;
	return x->number;
}

/* What is told of every message, or of one that now has \Seen. */
static const struct fetch_items *choose_items(const struct telling *x,
					      const struct message *m)
{
	const struct fetch_request *r = x->task->request;

	if (r->marks && interval_set_contains(&r->marked, m->uid))
		return &x->marked_items;
	return &r->items;
}

/* Whether there was anything to write. */
static bool write_plain(struct telling *x, const struct message *m, struct buf *out)
{
	const struct fetch_items *f = choose_items(x, m);
	struct fetch_row row = {
		.message = m,
		.account = account_id(x->account),
		.flags = m->flags,
		.names = &x->names,
		.is_recent = x->is_recent &&
			     interval_set_contains(&x->task->view->recent, m->uid),
	};

	for (uint32_t i = 0; i < f->plain_count; i++) {
		if (i) buf_add_char(out, ' ');
		fetch_plain_write(f->plain[i], &row, out);
	}
	return f->plain_count;
}

/* Whether the message that the stream holds has been told; else the slice is full. */
static bool tell_sections(struct task *t)
{
	struct fetch_request *r = t->request;
	bool all = fetch_stream_write(&r->stream, &t->out, CUT_SLICE_OCTETS);

	if (all) buf_add(&t->out, S(")\r\n"));
	return all;
}

/* False when the slice is full with it. */
static bool tell_message(struct telling *x, const struct message *m)
{
	struct fetch_request *r = x->task->request;
	struct buf *out = &x->task->out;

	r->from = (uint64_t)m->uid + 1;
	r->found++;
	if (r->items.sections &&
	    fetch_stream_open(&r->stream, x->account, m->email, r->items.sections)) {
		r->is_unreadable = true;
		return true;
	}
	fetch_row_begin(number_of(x, m->uid), m->uid, out);
	r->stream.is_first = !write_plain(x, m, out);
	if (r->items.sections) return tell_sections(x->task);
	buf_add(out, S(")\r\n"));
	return true;
}

static bool is_time_up(const struct telling *x)
{
	return x->told && x->told % CLOCK_INTERVAL == 0 &&
	       clock_monotonic_ms() >= x->until_ms;
}

static bool visit(void *context, const struct message *m)
{
	struct telling *x = context;
	struct task *t = x->task;

	if (!interval_set_contains(&t->uids, m->uid)) return true;
	x->is_full = t->out.n >= JOB_SLICE_OCTETS || is_time_up(x);
	if (!x->is_full) x->is_full = !tell_message(x, m);
	x->told++;
	return !x->is_full;
}

static enum err tell_range(struct telling *x, uint32_t last)
{
	struct task *t = x->task;
	struct fetch_request *r = t->request;
	uint64_t cursor = r->from;
	struct interval i;
	enum err e = ERR_NONE;

	while (!e && !x->is_full && next_range(&t->uids, &cursor, last, &i))
		e = message_each(x->account, t->view->mailbox, i.first, i.last,
				 r->columns, visit, x);
	if (!x->is_full) r->from = (uint64_t)last + 1;
	return e;
}

/* The client knows the flags that it was told of in the run that looks for changes, for
 * nothing comes between; their modseq only if that was told too. */
static void note_known(struct task *t, uint64_t first)
{
	struct fetch_request *r = t->request;
	bool all = fetch_items_have(&r->items, FETCH_FLAGS);
	bool without = t->enabled & ENABLED_CONDSTORE &&
		       !fetch_items_have(&r->items, FETCH_MODSEQ);
	struct sync *y = &t->sync;

	if (r->is_unreadable) return;
	interval_set_copy(&y->known, all && !without ? &t->uids : &r->marked);
	if (all && without) interval_set_copy(&y->brief, &t->uids);
	if (first > 1) interval_set_remove_range(&y->known, 1, (uint32_t)(first - 1));
	if (first > 1) interval_set_remove_range(&y->brief, 1, (uint32_t)(first - 1));
}

/* By sequence number what is gone is missed; UIDs that are not there are passed over
 * (RFC 2180 4.1.3; RFC 9051 6.4.9). */
static void note_missing(struct task *t)
{
	const struct fetch_request *r = t->request;

	if (r->is_unreadable)
		task_complain(t, S("SERVERBUG"), S("some of the messages are damaged"));
	else if (r->stream.is_undecodable)
		task_complain(t, S("UNKNOWN-CTE"), S("unknown transfer encoding"));
	else if (!t->by_uid && r->found < interval_set_count(&t->uids))
		task_complain(t, S("EXPUNGEISSUED"), S("some of the messages are gone"));
}

static void add_change_items(struct fetch_items *f, unsigned enabled)
{
	fetch_items_put_last(f, FETCH_FLAGS);
	if (enabled & (ENABLED_CONDSTORE | ENABLED_REV2))
		fetch_items_put_first(f, FETCH_UID);
	if (enabled & ENABLED_CONDSTORE) fetch_items_put_last(f, FETCH_MODSEQ);
}

static enum err tell(struct task *t, struct account *a)
{
	struct fetch_request *r = t->request;
	struct telling x = { .task = t, .account = a };
	uint64_t first = r->from;
	enum err e = keyword_names_load(a, &t->scratch, &x.names);

	x.marked_items = r->items;
	add_change_items(&x.marked_items, t->enabled);
	x.until_ms = clock_monotonic_ms() + JOB_SLICE_MS;
	x.is_recent = interval_set_count(&t->view->recent);
	if (!e) e = tell_range(&x, r->marks ? r->marked_to : UINT32_MAX);
	if (e) return e;
	t->more = r->stream.body || r->from <= interval_set_max(&t->uids);
	if (t->more) return ERR_NONE;
	note_known(t, first);
	note_missing(t);
	return ERR_NONE;
}

/* A run that ends a message begun in an earlier one does no more than that: nothing may
 * fail in it, for what the client was promised must come. */
static enum err work_fetch(struct task *t, struct account *a)
{
	struct fetch_request *r = t->request;
	enum err e;

	if (t->job.level != JOB_READS) return mark(t, a);
	if (!(t->rights & RIGHT_SEEN)) r->marks = false; /* RFC 4314 4 */
	if (r->stream.body) {
		tell_sections(t);
		t->more = true;
		return ERR_NONE;
	}
	if (!r->is_narrowed) return narrow(t, a);
	if (r->marks && r->from > r->marked_to) {
		e = find_unseen(t, a);
		t->must_write = interval_set_count(&r->marked);
		t->more = t->must_write;
		if (e || t->more) return e;
	}
	return tell(t, a);
}

/* A literal that cannot be finished ends the connection, as an output that is full. */
static void fetch_done(struct task *t)
{
	const struct fetch_request *r = t->request;

	if (r->stream.is_broken) t->session->output.overflow = true;
}

/* Nothing may stand within a response. */
static bool fetch_progress(const struct task *t, uint32_t *ret_done, uint32_t *ret_goal)
{
	const struct fetch_request *r = t->request;

	if (r->stream.body) return false;
	*ret_goal = interval_set_count(&t->uids);
	*ret_done = interval_set_count_to(&t->uids, (uint32_t)(r->from - 1));
	return true;
}

const struct command_ops fetch_ops = {
	.parse = parse_fetch,
	.start = start_fetch,
	.work = work_fetch,
	.progress = fetch_progress,
	.done = fetch_done,
	.discard = discard_fetch,
};
