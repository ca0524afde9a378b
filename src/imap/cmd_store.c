/* STORE (RFC 9051 6.4.6; messages that are gone: RFC 2180 4.2) */
#include "imap/commands.h"
#include "imap/session.h"
#include "store/changes.h"

struct store_request {
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

static bool parse_store(struct task *t, slice *in)
{
	struct store_request *r = task_request(t, sizeof(*r));

	return take_space(in) && take_item(in, r) && take_space(in) &&
	       take_flag_list(in, true, &r->flags);
}

static bool add_uid(void *context, const struct message *m)
{
	interval_set_add(context, m->uid);
	return true;
}

/* After a silent STORE the client knows the flags, unless others had changed them before
 * (RFC 9051 6.4.6). */
static enum err find_known(struct task *t, struct account *a)
{
	struct interval_set others = { 0 };
	enum err e = ERR_NONE;

	if (!t->sync.is_own)
		e = changes_each(a, t->view->mailbox, t->view->modseq,
				 interval_set_min(&t->uids), interval_set_max(&t->uids),
				 add_uid, &others);
	interval_set_copy(&t->sync.known, &t->uids);
	interval_set_subtract(&t->sync.known, &others);
	interval_set_done(&others);
	return e;
}

static bool count_message(void *context, const struct message *)
{
	++*(uint32_t *)context;
	return true;
}

static enum err change(struct task *t, struct account *a, uint64_t bits)
{
	const struct store_request *r = t->request;
	struct interval_set modified = { 0 };
	uint32_t count = 0;
	enum err e = message_change_flags(a, t->view->mailbox, &t->uids, r->change, bits,
					  UINT64_MAX, &modified, count_message, &count);

	interval_set_done(&modified);
	if (!e && !t->by_uid && !r->silent && count < interval_set_count(&t->uids))
		task_complain(t, S("EXPUNGEISSUED"), S("some of the messages are gone"));
	return e;
}

/* The new flags are told by the sync. */
static enum err work_store(struct task *t, struct account *a)
{
	const struct store_request *r = t->request;
	uint64_t bits;
	enum err e;

	if (!interval_set_count(&t->uids)) return ERR_NONE;
	e = flag_list_bits(a, &r->flags, r->change != FLAGS_REMOVE, &bits);
	if (!e) e = sync_is_current(t, a, &t->sync.is_own);
	if (!e && r->silent) e = find_known(t, a);
	if (!e && !r->silent) interval_set_copy(&t->sync.report, &t->uids);
	return e ? e : change(t, a, bits);
}

const struct command_ops store_ops = {
	.parse = parse_store,
	.work = work_store,
	.level = JOB_WRITES_FLAGS,
};
