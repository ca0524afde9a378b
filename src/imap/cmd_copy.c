/* COPY and MOVE (RFC 9051 6.4.7, 6.4.8; COPYUID: RFC 4315 3) */
#include "imap/commands.h"
#include "imap/copy_across.h"
#include "imap/mailbox_argument.h"
#include "imap/message_limit.h"
#include "imap/session.h"

struct copy_request {
	slice wire, name;
	struct copy_across *across; /* into another account; else NULL */
};

static bool parse_copy(struct task *t, slice *in)
{
	struct copy_request *r = task_request(t, sizeof(*r));

	return take_mailbox_argument(t, in, &r->wire);
}

static bool is_move(const struct task *t)
{
	return t->command->ops == &move_ops;
}

/* MOVE need not be atomic, COPY must (RFC 9738 3.1). */
static void start_copy(struct task *t)
{
	struct copy_request *r = t->request;
	int64_t from = t->session->view->account;
	uint32_t limit = t->session->config->message_limit;

	if (!resolve_mailbox(t, r->wire, &r->name)) return;
	if (t->account != from) {
		r->across = copy_across_new(t, r->name, is_move(t));
		t->account = from;
	}
	if (is_move(t)) t->lowest = message_limit_cut(limit, &t->uids);
	if (r->across && (!limit || limit > ACROSS_MAX)) limit = ACROSS_MAX;
	if (limit && interval_set_count(&t->uids) > limit)
		message_limit_refuse(t, limit, &t->uids);
	else
		task_submit(t);
}

static void copy_done(struct task *t)
{
	const struct copy_request *r = t->request;

	if (r->across) copy_across_done(t, r->across);
}

static void discard_copy(struct task *t)
{
	const struct copy_request *r = t->request;

	if (r) copy_across_free(r->across);
}

enum err find_copy_target(struct task *t, struct account *a, slice name,
			  struct mailbox *ret, unsigned *ret_rights)
{
	enum err e = access_mailbox(t, a, name, RIGHT_INSERT, ret, ret_rights);

	if (!e && !ret->selectable) e = ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		task_complain(t, S("TRYCREATE"), S("there is no such mailbox"));
	return e;
}

void write_copyuid(struct buf *out, const struct mailbox *to,
		   const struct interval_set *copied, uint32_t first)
{
	uint32_t last = first + interval_set_count(copied) - 1;

	buf_addf(out, "COPYUID %u ", to->uid_validity);
	uid_set_write(out, copied);
	buf_addf(out, " %u", first);
	if (last > first) buf_addf(out, ":%u", last);
}

/* Flags that there is no right to set are lost, and that is no failure (RFC 4314 4). */
static enum err drop_flags(struct account *a, const struct mailbox *to, uint32_t first,
			   const struct interval_set *copied, unsigned rights)
{
	struct interval_set copies = { 0 }, modified = { 0 };
	uint32_t n = interval_set_count(copied);
	enum err e;

	if (!n || !~access_flags(rights)) return ERR_NONE;
	interval_set_add_range(&copies, first, first + n - 1);
	e = message_change_flags(a, to->id, &copies, FLAGS_REMOVE, ~access_flags(rights),
				 UINT64_MAX, &modified, NULL, NULL);
	interval_set_done(&copies);
	interval_set_done(&modified);
	return e;
}

/* A set with more gaps than an answer has room for. */
static enum err refuse_gaps(struct task *t, const struct buf *written)
{
	if (!written->overflow) return ERR_NONE;
	task_complain(t, S("LIMIT"), S("too many ranges of messages at once"));
	return ERR_LIMIT;
}

/* By sequence number it is all or nothing (RFC 2180 4.4); UIDs that are not there are
 * passed over (RFC 9051 6.4.9). */
enum err refuse_gone(struct task *t, const struct interval_set *copied)
{
	if (t->by_uid || interval_set_count(copied) == interval_set_count(&t->uids))
		return ERR_NONE;
	task_complain(t, S("EXPUNGEISSUED"), S("some of the messages are gone"));
	return ERR_NOT_FOUND;
}

static enum err work_copy(struct task *t, struct account *a)
{
	const struct copy_request *r = t->request;
	struct interval_set copied = { 0 };
	struct mailbox to;
	unsigned rights;
	uint32_t first = 0;
	enum err e;

	if (r->across) return copy_across_work(t, a, r->across);
	e = find_copy_target(t, a, r->name, &to, &rights);
	if (e || !interval_set_count(&t->uids)) return e;
	e = message_copy(a, t->view->mailbox, &t->uids, to.id, &copied, &first);
	if (e == ERR_LIMIT)
		task_complain(t, S("OVERQUOTA"), S("no room for the messages"));
	if (!e) e = refuse_gone(t, &copied);
	if (!e) e = drop_flags(a, &to, first, &copied, rights);
	if (!e && interval_set_count(&copied) && rights & RIGHT_READ)
		write_copyuid(&t->code, &to, &copied, first);
	interval_set_done(&copied);
	return e ? e : refuse_gaps(t, &t->code);
}

const struct command_ops copy_ops = {
	.parse = parse_copy,
	.start = start_copy,
	.work = work_copy,
	.done = copy_done,
	.discard = discard_copy,
	.level = JOB_WRITES,
};

/* COPYUID comes before the EXPUNGEs, so in an untagged OK (RFC 9051 6.4.8). */
static enum err work_move(struct task *t, struct account *a)
{
	const struct copy_request *r = t->request;
	struct interval_set moved = { 0 };
	struct mailbox to;
	unsigned rights;
	uint32_t first = 0;
	enum err e;

	if (r->across) return copy_across_work(t, a, r->across);
	e = find_copy_target(t, a, r->name, &to, &rights);
	if (!e && ~t->rights & (RIGHT_DELETE_MESSAGES | RIGHT_EXPUNGE)) e = ERR_DENIED;
	if (e || !interval_set_count(&t->uids)) return e;
	e = message_move(a, t->view->mailbox, &t->uids, to.id, &moved, &first);
	if (!e) e = refuse_gone(t, &moved);
	if (!e) e = drop_flags(a, &to, first, &moved, rights);
	if (!e && interval_set_count(&moved) && rights & RIGHT_READ) {
		buf_add(&t->out, S("* OK ["));
		write_copyuid(&t->out, &to, &moved, first);
		buf_add(&t->out, S("] moved\r\n"));
	}
	interval_set_done(&moved);
	return e ? e : refuse_gaps(t, &t->out);
}

const struct command_ops move_ops = {
	.parse = parse_copy,
	.start = start_copy,
	.work = work_move,
	.done = copy_done,
	.discard = discard_copy,
	.level = JOB_WRITES,
};
