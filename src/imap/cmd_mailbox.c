/* CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE (RFC 9051 6.3.4 to 6.3.8; USE: RFC 6154
 * 3) */
#include "imap/access.h"
#include "imap/commands.h"
#include "imap/lexer.h"
#include "imap/mailbox_argument.h"
#include "imap/session.h"
#include "imap/special_use.h"
#include "store/metadata.h"
#include "store/object_id.h"

struct mailbox_request {
	slice wire, wire_new; /* as sent */
	slice name, new_name; /* in the store */
	bool is_inbox;        /* name is */
	enum special_use use; /* of CREATE */
	bool can_be_used;     /* for that */
	int64_t deleted;      /* result of DELETE: the mailbox's id */
};

static bool parse_one(struct task *t, slice *in)
{
	struct mailbox_request *r = task_request(t, sizeof(*r));

	return take_mailbox_argument(t, in, &r->wire);
}

static bool parse_create(struct task *t, slice *in)
{
	struct mailbox_request *r = task_request(t, sizeof(*r));

	r->can_be_used = true;
	if (!take_mailbox_argument(t, in, &r->wire)) return false;
	if (!take_literal(in, S(" ("))) return true;
	return take_special_use(in, &r->use, &r->can_be_used) && take_char(in, ')');
}

static void start_create(struct task *t)
{
	struct mailbox_request *r = t->request;

	if (!resolve_new_mailbox(t, r->wire, &r->name)) return;
	if (r->can_be_used)
		task_submit(t);
	else
		task_answer(t, ANSWER_NO, S("USEATTR"), S("no mailbox can be that"));
}

static enum err work_create(struct task *t, struct account *a)
{
	const struct mailbox_request *r = t->request;
	int64_t id;
	enum err e = access_create(t, a, r->name);

	if (!e && r->use && !task_is_at_home(t, a)) e = ERR_DENIED;
	if (e) return e;
	e = mailbox_create(a, r->name, r->use, &id);

	if (!e) {
		buf_add(&t->code, S("MAILBOXID ("));
		object_id_write(OBJECT_MAILBOX, account_id(a), id, &t->code);
		buf_add_char(&t->code, ')');
	}
	if (e == ERR_DENIED && r->use)
		task_complain(t, S("USEATTR"), S("another mailbox is that"));
	return e;
}

static void create_done(struct task *t)
{
	const struct mailbox_request *r = t->request;

	if (is_renamed(t, r->name, r->wire)) tell_old_name(t, S(""), r->name, r->wire);
}

const struct command_ops create_ops = {
	.parse = parse_create,
	.start = start_create,
	.work = work_create,
	.done = create_done,
	.level = JOB_WRITES,
};

static void start_delete(struct task *t)
{
	struct mailbox_request *r = t->request;

	if (!resolve_mailbox(t, r->wire, &r->name)) return;
	if (is_session_inbox(t, r->name))
		task_answer(t, ANSWER_NO, S("CANNOT"), S("INBOX cannot be deleted"));
	else
		task_submit(t);
}

/* With mailboxes below, the messages go and the level stays; a mere level that has some
 * below cannot be deleted (RFC 9051 6.3.5). */
static enum err work_delete(struct task *t, struct account *a)
{
	struct mailbox_request *r = t->request;
	struct mailbox m;
	enum err e = access_mailbox(t, a, r->name, RIGHT_DELETE_MAILBOX, &m, NULL);

	if (e) return e;
	e = mailbox_delete(a, m.id);
	if (!e) r->deleted = m.id;
	if (e == ERR_DENIED && slice_eq(m.name, S("INBOX")))
		task_complain(t, S("CANNOT"), S("INBOX cannot be deleted"));
	else if (e == ERR_DENIED)
		task_complain(t, S("HASCHILDREN"), S("there are mailboxes below"));
	return e;
}

/* The session's own selected mailbox may be deleted; it is then no longer selected. */
static void delete_done(struct task *t)
{
	const struct mailbox_request *r = t->request;
	struct imap *s = t->session;

	if (is_renamed(t, r->name, r->wire))
		tell_old_name(t, S("\\NonExistent"), r->name, r->wire);
	if (!s->view || s->view->account != t->account || s->view->mailbox != r->deleted)
		return;
	buf_add(&s->output, S("* OK [CLOSED] the selected mailbox was deleted\r\n"));
	session_close_mailbox(s);
}

const struct command_ops delete_ops = {
	.parse = parse_one,
	.start = start_delete,
	.work = work_delete,
	.done = delete_done,
	.level = JOB_WRITES,
};

static bool parse_rename(struct task *t, slice *in)
{
	struct mailbox_request *r = task_request(t, sizeof(*r));

	return take_mailbox_argument(t, in, &r->wire) &&
	       take_mailbox_argument(t, in, &r->wire_new);
}

static void start_rename(struct task *t)
{
	struct mailbox_request *r = t->request;
	int64_t account;

	if (!resolve_mailbox(t, r->wire, &r->name)) return;
	account = t->account;
	r->is_inbox = is_session_inbox(t, r->name);
	if (!resolve_new_mailbox(t, r->wire_new, &r->new_name)) return;
	if (t->account != account) {
		task_answer(t, ANSWER_NO, S("CANNOT"), S("not into another account"));
		return;
	}
	if (is_session_inbox(t, r->new_name))
		task_answer(t, ANSWER_NO, S("ALREADYEXISTS"), S("INBOX is there"));
	else
		task_submit(t);
}

/* INBOX stays and gives its messages to the new mailbox (RFC 9051 6.3.6). */
static enum err rename_inbox(struct account *a, const struct mailbox *inbox, slice name)
{
	struct interval_set uids = { 0 }, moved = { 0 };
	uint32_t first;
	int64_t id;
	enum err e = mailbox_create(a, name, USE_NONE, &id);

	if (!e) e = metadata_copy(a, inbox->id, id); /* RFC 5464 4.1 */
	if (!e) e = mailbox_uids(a, inbox->id, &uids);
	if (!e && interval_set_count(&uids))
		e = message_move(a, inbox->id, &uids, id, &moved, &first);
	interval_set_done(&uids);
	interval_set_done(&moved);
	return e;
}

static enum err work_rename(struct task *t, struct account *a)
{
	const struct mailbox_request *r = t->request;
	struct mailbox m;
	enum err e = access_mailbox(t, a, r->name, RIGHT_DELETE_MAILBOX, &m, NULL);

	if (!e) e = access_create(t, a, r->new_name);
	if (e) return e;
	if (r->is_inbox) return rename_inbox(a, &m, r->new_name);
	return mailbox_rename(a, m.id, r->new_name);
}

static void rename_done(struct task *t)
{
	const struct mailbox_request *r = t->request;

	if (is_renamed(t, r->name, r->wire) || is_renamed(t, r->new_name, r->wire_new))
		tell_old_name(t, S(""), r->new_name, r->wire);
}

const struct command_ops rename_ops = {
	.parse = parse_rename,
	.start = start_rename,
	.work = work_rename,
	.done = rename_done,
	.level = JOB_WRITES,
};

static void start_subscription(struct task *t)
{
	struct mailbox_request *r = t->request;

	if (resolve_subscription(t, r->wire, &r->name)) task_submit(t);
}

static enum err work_subscription(struct task *t, struct account *a)
{
	const struct mailbox_request *r = t->request;

	return subscription_set(a, r->name, t->command->ops == &subscribe_ops);
}

const struct command_ops subscribe_ops = {
	.parse = parse_one,
	.start = start_subscription,
	.work = work_subscription,
	.level = JOB_WRITES,
};

const struct command_ops unsubscribe_ops = {
	.parse = parse_one,
	.start = start_subscription,
	.work = work_subscription,
	.level = JOB_WRITES,
};
