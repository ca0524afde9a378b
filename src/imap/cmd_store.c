/* STORE (RFC 9051 6.4.6; messages that are gone: RFC 2180 4.2; UNCHANGEDSINCE: RFC 7162
 * 3.1.3) */
#include "imap/access.h"
#include "imap/commands.h"
#include "imap/lexer.h"
#include "imap/message_limit.h"
#include "imap/session.h"
#include "store/changes.h"

struct store_request {
	bool is_conditional;
	uint64_t unchanged_since;
	enum flag_change change;
	bool silent;
	struct flag_list flags;
};

static bool take_item(slice *in, struct store_request *r)
{
	r->change = take_char(in, '+')   ? FLAGS_ADD
		    : take_char(in, '-') ? FLAGS_REMOVE
					 : FLAGS_SET;
	if (!take_literal_nocase(in, S("FLAGS"))) return false;
	r->silent = take_literal_nocase(in, S(".SILENT"));
	return true;
}

/* ["(" "UNCHANGEDSINCE" SP modseq ")" SP] */
static bool take_modifier(struct task *t, slice *in, struct store_request *r)
{
	r->unchanged_since = UINT64_MAX;
	r->is_conditional = take_char(in, '(');
	if (!r->is_conditional) return true;
	t->enables = ENABLED_CONDSTORE;
	return take_keyword(in, S("UNCHANGEDSINCE")) && take_space(in) &&
	       take_modseq(in, &r->unchanged_since) && take_literal(in, S(") "));
}

static bool parse_store(struct task *t, slice *in)
{
	struct store_request *r = task_request(t, sizeof(*r));

	return take_space(in) && take_modifier(t, in, r) && take_item(in, r) &&
	       take_space(in) && take_flag_list(in, true, &r->flags);
}

static bool add_uid(void *context, const struct message *m)
{
	interval_set_add(context, m->uid);
	return true;
}

static void start_store(struct task *t)
{
	t->lowest = message_limit_cut(t->session->config->message_limit, &t->uids);
	task_submit(t);
}

/* After a silent STORE the client knows the flags, unless others had changed them before
 * (RFC 9051 6.4.6), and all but the modseq if that matters (RFC 7162 3.1.3). */
static enum err find_known(struct task *t, struct account *a)
{
	struct sync *y = &t->sync;
	struct interval_set *known =
		t->enabled & ENABLED_CONDSTORE ? &y->brief : &y->known;
	struct interval_set others = { 0 };
	enum err e = ERR_NONE;

	if (!t->sync.is_own)
		e = changes_each(a, t->view->mailbox, t->view->modseq,
				 interval_set_min(&t->uids), interval_set_max(&t->uids),
				 add_uid, &others);
	interval_set_copy(known, &t->uids);
	interval_set_subtract(known, &others);
	interval_set_done(&others);
	return e;
}

static bool count_message(void *context, const struct message *)
{
	++*(uint32_t *)context;
	return true;
}

/* What has failed is told as it is now, and in the tagged response (RFC 7162 3.1.3). */
static enum err tell_modified(struct task *t, const struct interval_set *modified)
{
	struct interval_set numbers = { 0 };

	if (!interval_set_count(modified)) return ERR_NONE;
	interval_set_union(&t->sync.report, modified);
	interval_set_subtract(&t->sync.known, modified);
	interval_set_subtract(&t->sync.brief, modified);
	view_numbers(t->view, modified, &numbers);
	buf_add(&t->code, S("MODIFIED "));
	uid_set_write(&t->code, t->by_uid ? modified : &numbers);
	interval_set_done(&numbers);
	if (!t->code.overflow) return ERR_NONE;
	task_complain(t, S("LIMIT"), S("too many ranges of messages at once"));
	return ERR_LIMIT;
}

static void note_missing(struct task *t, uint32_t found)
{
	const struct store_request *r = t->request;
	bool matters = !r->silent || r->is_conditional;

	if (t->by_uid || !matters || found == interval_set_count(&t->uids)) return;
	if (!t->code.n) buf_add(&t->code, S("EXPUNGEISSUED"));
	t->complaint = S("some of the messages are gone");
}

/* What the rights do not reach stays when flags are replaced (RFC 4314 4). */
static enum err remove_others(struct task *t, struct account *a, uint64_t flags,
			      const struct interval_set *modified)
{
	struct interval_set uids = { 0 }, none = { 0 };
	enum err e;

	interval_set_copy(&uids, &t->uids);
	interval_set_subtract(&uids, modified);
	e = message_change_flags(a, t->view->mailbox, &uids, FLAGS_REMOVE, flags,
				 UINT64_MAX, &none, NULL, NULL);
	interval_set_done(&uids);
	interval_set_done(&none);
	return e;
}

static enum err change(struct task *t, struct account *a, uint64_t bits)
{
	const struct store_request *r = t->request;
	uint64_t permitted = access_flags(t->rights);
	bool is_partial = r->change == FLAGS_SET && t->rights != RIGHTS_ALL;
	struct interval_set modified = { 0 };
	uint32_t count = 0;
	enum err e = message_change_flags(
		a, t->view->mailbox, &t->uids, is_partial ? FLAGS_ADD : r->change,
		bits & permitted, r->unchanged_since, &modified, count_message, &count);

	if (!e && is_partial) e = remove_others(t, a, permitted & ~bits, &modified);
	if (!e) e = tell_modified(t, &modified);
	if (!e) note_missing(t, count);
	interval_set_done(&modified);
	return e;
}

/* It is enough to have a right on one of the flags that are named, or, where none is, on
 * one of those that go (RFC 4314 4). */
static bool may_change(const struct task *t, uint64_t bits)
{
	const struct store_request *r = t->request;
	uint64_t permitted = access_flags(t->rights);

	return t->rights == RIGHTS_ALL ||
	       (bits || r->change != FLAGS_SET ? bits & permitted : permitted);
}

/* The new flags, or to whom it matters the new modseq, are told by the sync. */
static enum err work_store(struct task *t, struct account *a)
{
	const struct store_request *r = t->request;
	bool reports = !r->silent || t->enabled & ENABLED_CONDSTORE;
	uint64_t bits;
	enum err e;

	if (!interval_set_count(&t->uids)) return ERR_NONE;
	e = flag_list_bits(a, &r->flags,
			   r->change != FLAGS_REMOVE && t->rights & RIGHT_WRITE, &bits);
	if (!e && !may_change(t, bits)) e = ERR_DENIED;
	if (!e) e = sync_is_current(t, a, &t->sync.is_own);
	if (!e && r->silent) e = find_known(t, a);
	if (!e && reports) interval_set_copy(&t->sync.report, &t->uids);
	return e ? e : change(t, a, bits);
}

const struct command_ops store_ops = {
	.parse = parse_store,
	.start = start_store,
	.work = work_store,
	.level = JOB_WRITES_FLAGS,
};
