/* SELECT, EXAMINE, CLOSE, UNSELECT, EXPUNGE (RFC 9051 6.3.2, 6.3.3, 6.4.1 to 6.4.3; RFC
 * 7162 3.1.8, 3.2.5) */
#include "imap/access.h"
#include "imap/commands.h"
#include "imap/lexer.h"
#include "imap/mailbox_argument.h"
#include "imap/message_limit.h"
#include "imap/resync.h"
#include "imap/session.h"
#include "imap/special_use.h"
#include "store/metadata.h"
#include "store/object_id.h"

/* Messages looked at for the first unseen one; beyond, UNSEEN is left out, as RFC 3501
 * 7.1 lets a client expect. */
enum { UNSEEN_SCAN_MAX = 10000 };
enum { ATTRIBUTES_MAX = 100 }; /* octets of those of a mailbox */

/* Without any of these a mailbox is READ-ONLY (RFC 4314 5.2). */
enum {
	CHANGING = RIGHT_INSERT | RIGHT_EXPUNGE | RIGHT_SEEN | RIGHT_WRITE |
		   RIGHT_DELETE_MESSAGES
};

struct select_request {
	slice wire, name; /* as sent; in the store */
	bool read_only;
	bool has_resync;
	struct resync resync;
	struct view *view; /* the result */
	bool is_open;      /* it is made and told; what was missed is still to be */
};

/* RFC 7162 3.1.8, 3.2.5 */
static bool take_parameter(struct task *t, slice *in)
{
	struct select_request *r = t->request;

	if (take_keyword(in, S("CONDSTORE"))) {
		t->enables = ENABLED_CONDSTORE;
		return true;
	}
	if (r->has_resync || !(t->session->enabled & ENABLED_QRESYNC)) return false;
	r->has_resync = true;
	if (!take_keyword(in, S("QRESYNC")) || !take_space(in) ||
	    !take_resync(in, &r->resync))
		return false;
	t->uses_numbers |= interval_set_count(&r->resync.match_numbers) > 0;
	return true;
}

static bool parse_select(struct task *t, slice *in)
{
	struct select_request *r = task_request(t, sizeof(*r));

	if (!take_mailbox_argument(t, in, &r->wire)) return false;
	if (!take_literal(in, S(" ("))) return true;
	do {
		if (!take_parameter(t, in)) return false;
	} while (take_space(in));
	return take_char(in, ')');
}

/* Whatever comes of it, the mailbox selected before is so no longer (RFC 9051 6.3.2). */
static void start_select(struct task *t)
{
	struct select_request *r = t->request;
	struct imap *s = t->session;

	if (s->view) buf_add(&s->output, S("* OK [CLOSED] previous mailbox closed\r\n"));
	session_close_mailbox(s);
	r->read_only = t->command->ops == &examine_ops || s->read_only;
	if (resolve_mailbox(t, r->wire, &r->name)) task_submit(t);
}

struct unseen_search {
	uint32_t uid; /* 0: not found */
	int left;
};

static bool find_unseen(void *context, const struct message *m)
{
	struct unseen_search *u = context;

	if (!(m->flags & FLAG_SEEN)) u->uid = m->uid;
	return !u->uid && --u->left;
}

static enum err write_unseen(struct task *t, struct account *a, const struct mailbox *m,
			     const struct view *v)
{
	struct unseen_search u = { .left = UNSEEN_SCAN_MAX };
	enum err e = ERR_NONE;

	if (t->enabled & ENABLED_UIDONLY) return ERR_NONE;
	if (m->unseen) e = message_each(a, m->id, 1, UINT32_MAX, 0, find_unseen, &u);
	if (!e && u.uid)
		buf_addf(&t->out, "* OK [UNSEEN %u] first unseen\r\n",
			 view_number(v, u.uid));
	return e;
}

static enum err write_flag_lines(struct task *t, struct account *a, const struct view *v,
				 const struct keyword_names *names)
{
	uint64_t all = names->known | SYSTEM_FLAG_BITS;
	bool has_room;
	enum err e = keyword_has_room(a, names->known, &has_room);

	if (e) return e;
	buf_add(&t->out, S("* FLAGS ("));
	flags_write(&t->out, all, false, names);
	buf_add(&t->out, S(")\r\n* OK [PERMANENTFLAGS ("));
	if (!v->read_only) {
		flags_write(&t->out, all & v->flags, false, names);
		if (has_room && v->flags & ~(uint64_t)SYSTEM_FLAG_BITS)
			buf_add(&t->out, S(" \\*"));
	}
	buf_add(&t->out, v->read_only ? S(")] nothing can be changed\r\n")
				      : S(")] these are kept\r\n"));
	return ERR_NONE;
}

static void write_numbers(struct task *t, struct account *a, const struct mailbox *m)
{
	buf_addf(&t->out,
		 "* OK [UIDVALIDITY %u] UIDs are valid\r\n"
		 "* OK [UIDNEXT %u] next UID\r\n",
		 m->uid_validity, m->uid_next);
	buf_add(&t->out, S("* OK [MAILBOXID ("));
	object_id_write(OBJECT_MAILBOX, account_id(a), m->id, &t->out);
	buf_addf(&t->out,
		 ")] this mailbox\r\n* OK [HIGHESTMODSEQ %ju] highest of all\r\n",
		 (uintmax_t)m->modseq);
}

/* What IMAP4rev1 has and IMAP4rev2 no longer (RFC 9051 E). */
static enum err write_obsolete(struct task *t, struct account *a, const struct mailbox *m,
			       const struct view *v)
{
	buf_addf(&t->out, "* %u RECENT\r\n", interval_set_count(&v->recent));
	return write_unseen(t, a, m, v);
}

/* What LIST says of the mailbox. Which mailboxes of another user are below it, and may be
 * seen, is not asked. */
static enum err write_attributes(const struct task *t, struct account *a,
				 const struct mailbox *m, struct buf *out)
{
	bool below;
	enum err e;

	if (!task_is_at_home(t, a)) return ERR_NONE;
	e = mailbox_has_below(a, m->name, &below);
	if (e) return e;
	buf_add(out, below ? S("\\HasChildren") : S("\\HasNoChildren"));
	if (m->use) buf_addf(out, " %.*s", FMT(special_use_name(m->use)));
	return ERR_NONE;
}

/* And the reverse: the mailbox by its right name (RFC 9051 6.3.2). */
static enum err write_name(struct task *t, struct account *a, const struct mailbox *m)
{
	const struct select_request *r = t->request;
	struct buf attributes;
	enum err e;

	buf_init(&attributes, ATTRIBUTES_MAX);
	e = write_attributes(t, a, m, &attributes);
	if (!e)
		list_name_write(t->names, buf_slice(&attributes), m->name, r->wire,
				&t->out);
	buf_done(&attributes);
	return e;
}

static enum err write_selected(struct task *t, struct account *a, const struct mailbox *m,
			       struct view *v)
{
	struct keyword_names *names = arena_alloc(&t->scratch, sizeof(*names));
	enum err e = names ? keyword_names_load(a, &t->scratch, names) : ERR_LIMIT;

	if (e) return e;
	v->keywords = names->signature;
	e = write_flag_lines(t, a, v, names);
	if (e) return e;
	buf_addf(&t->out, "* %u EXISTS\r\n", interval_set_count(&v->uids));
	e = v->knows_recent ? write_obsolete(t, a, m, v) : write_name(t, a, m);
	write_numbers(t, a, m);
	return e;
}

/* \Recent is for the first session that may change the mailbox (RFC 3501 2.3.2). Where
 * that cannot be written down, the next session is told so too. */
static enum err find_recent(const struct task *t, struct account *a,
			    const struct mailbox *m, struct view *v)
{
	uint32_t first = m->first_recent;
	enum err e = ERR_NONE;

	if (!v->knows_recent || interval_set_max(&v->uids) < first) return ERR_NONE;
	if (!v->read_only && !t->only_reads) e = mailbox_claim_recent(a, m->id, &first);
	interval_set_copy(&v->recent, &v->uids);
	if (first > 1) interval_set_remove_range(&v->recent, 1, first - 1);
	return e;
}

static enum err fill_view(const struct task *t, struct account *a,
			  const struct mailbox *m, struct view *v)
{
	enum err e = mailbox_uids(a, m->id, &v->uids);

	v->account = account_id(a);
	v->mailbox = m->id;
	v->uid_validity = m->uid_validity;
	v->uid_next = m->uid_next;
	v->modseq = m->modseq;
	v->settled = m->modseq;
	if (!e && !task_is_at_home(t, a)) e = metadata_modseq(a, &v->metadata_told);
	return e ? e : find_recent(t, a, m, v);
}

static enum err open_mailbox(struct task *t, struct account *a)
{
	struct select_request *r = t->request;
	struct mailbox m;
	unsigned rights;
	enum err e = access_mailbox(t, a, r->name, RIGHT_READ, &m, &rights);

	if (e) return e;
	if (!m.selectable) return ERR_NOT_FOUND;
	view_free(r->view);
	r->view = view_new();
	r->view->read_only = r->read_only || !(rights & CHANGING);
	r->view->flags = access_flags(rights);
	r->view->knows_recent = !(t->enabled & ENABLED_REV2);
	e = fill_view(t, a, &m, r->view);
	if (!e) e = write_selected(t, a, &m, r->view);
	if (!e && r->has_resync && r->resync.uid_validity == m.uid_validity)
		e = resync_begin(a, r->view, &r->resync);
	return e;
}

/* What the client has missed, unless it was another mailbox (RFC 7162 3.2.5). */
static enum err work_select(struct task *t, struct account *a)
{
	struct select_request *r = t->request;
	enum err e = r->is_open ? ERR_NONE : open_mailbox(t, a);

	if (e) return e;
	buf_add(&t->code, r->view->read_only ? S("READ-ONLY") : S("READ-WRITE"));
	if (!r->has_resync || r->resync.uid_validity != r->view->uid_validity)
		return ERR_NONE;
	return resync_tell(t, a, r->view, &r->resync);
}

static void select_done(struct task *t)
{
	struct select_request *r = t->request;

	r->is_open = true;
	r->resync.from = r->resync.reached;
	if (t->more) return;
	t->session->view = r->view;
	t->session->state = STATE_SELECTED;
	r->view = NULL;
	session_watch(t->session, false); /* the account that it is in */
}

static void select_discard(struct task *t)
{
	struct select_request *r = t->request;

	if (!r) return;
	view_free(r->view);
	resync_done(&r->resync);
}

const struct command_ops select_ops = {
	.parse = parse_select,
	.start = start_select,
	.work = work_select,
	.done = select_done,
	.discard = select_discard,
	.level = JOB_WRITES_FLAGS,
	.reads_at_need = true,
};

const struct command_ops examine_ops = {
	.parse = parse_select,
	.start = start_select,
	.work = work_select,
	.done = select_done,
	.discard = select_discard,
	.level = JOB_READS,
};

static void start_unselect(struct task *t)
{
	session_close_mailbox(t->session);
	task_answer_ok(t);
}

const struct command_ops unselect_ops = { .start = start_unselect };

/* Expunges without telling, then unselects. */
static void start_close(struct task *t)
{
	if (t->session->view->read_only)
		start_unselect(t);
	else
		task_submit(t);
}

static enum err expunge(struct task *t, struct account *a,
			const struct interval_set *uids)
{
	struct interval_set expunged = { 0 };
	enum err e = message_expunge(a, t->view->mailbox, uids, &expunged);

	interval_set_done(&expunged);
	return e;
}

/* Without the right nothing is expunged, and that is no failure (RFC 4314 4). */
static enum err work_close(struct task *t, struct account *a)
{
	return t->rights & RIGHT_EXPUNGE ? expunge(t, a, NULL) : ERR_NONE;
}

static void close_done(struct task *t)
{
	session_close_mailbox(t->session);
}

const struct command_ops close_ops = {
	.start = start_close,
	.work = work_close,
	.done = close_done,
	.level = JOB_WRITES,
};

/* What it removes is told by the sync. */
static bool add_deleted(void *context, const struct message *m)
{
	if (m->flags & FLAG_DELETED) interval_set_add(context, m->uid);
	return true;
}

/* Those with \\Deleted count, not those that are named (RFC 9738 3.1). */
static enum err expunge_last(struct task *t, struct account *a, uint32_t limit)
{
	struct interval_set uids = { 0 };
	enum err e = message_each(a, t->view->mailbox, interval_set_min(&t->uids),
				  interval_set_max(&t->uids), 0, add_deleted, &uids);

	interval_set_intersect(&uids, &t->uids);
	t->lowest = message_limit_cut(limit, &uids);
	if (!e) e = expunge(t, a, &uids);
	interval_set_done(&uids);
	return e;
}

static enum err work_expunge(struct task *t, struct account *a)
{
	uint32_t limit = t->session->config->message_limit;

	if (!(t->rights & RIGHT_EXPUNGE)) return ERR_DENIED;
	if (!t->by_uid) return expunge(t, a, NULL);
	if (limit && interval_set_count(&t->uids) > limit)
		return expunge_last(t, a, limit);
	return expunge(t, a, &t->uids);
}

const struct command_ops expunge_ops = { .work = work_expunge, .level = JOB_WRITES };
