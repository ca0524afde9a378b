/* GETQUOTA, GETQUOTAROOT, SETQUOTA (RFC 9208 4.1). Others' quotas are for admins. */
#include "imap/access.h"
#include "imap/commands.h"
#include "imap/lexer.h"
#include "imap/mailbox_argument.h"
#include "imap/quota_root.h"
#include "imap/session.h"
#include "store/directory.h"

enum { SETQUOTA_UNIT = 1024 }; /* octets of a STORAGE limit (RFC 9208 5.1) */

struct quota_request {
	slice root;
	slice wire, name; /* of GETQUOTAROOT */
	bool is_admin;
	int64_t owner; /* whose root it is; a result until t->account is set from it */
	bool is_away;  /* the work goes on in the owner's account */
	struct quota limits;
	bool is_unknown; /* SETQUOTA names a resource that we do not count */
};

static bool parse_getquota(struct task *t, slice *in)
{
	struct quota_request *r = task_request(t, sizeof(*r));

	return take_space(in) && take_astring(in, &t->arena, &r->root);
}

static void start_quota(struct task *t)
{
	struct quota_request *r = t->request;

	r->is_admin = t->session->is_admin;
	t->account = t->session->account;
	task_submit(t);
}

/* Whether there are others is not for everybody to know. */
static enum err find_owner(struct task *t, struct account *a, struct quota_request *r)
{
	if (!quota_root_owner(account_store(a), account_id(a), r->root, &r->owner))
		r->owner = 0;
	if (r->owner != account_id(a) && !r->is_admin) return ERR_DENIED;
	if (r->owner) return ERR_NONE;
	task_complain(t, S("NONEXISTENT"), S("there is no such quota root"));
	return ERR_NOT_FOUND;
}

/* In the owner's account. */
static enum err work_getquota(struct task *t, struct account *a)
{
	struct quota_request *r = t->request;
	enum err e = r->is_away ? ERR_NONE : find_owner(t, a, r);

	if (e) return e;
	t->more = r->owner != account_id(a);
	return t->more ? ERR_NONE : quota_write(a, &t->out);
}

static void quota_done(struct task *t)
{
	struct quota_request *r = t->request;

	r->is_away = t->more;
	t->account = r->owner;
}

const struct command_ops getquota_ops = {
	.parse = parse_getquota,
	.start = start_quota,
	.work = work_getquota,
	.done = quota_done,
};

static bool parse_getquotaroot(struct task *t, slice *in)
{
	struct quota_request *r = task_request(t, sizeof(*r));

	return take_mailbox_argument(t, in, &r->wire);
}

static void start_getquotaroot(struct task *t)
{
	struct quota_request *r = t->request;

	if (resolve_mailbox(t, r->wire, &r->name)) task_submit(t);
}

/* The mailbox need not be there, unless it is another's (RFC 9208 6). */
static enum err work_getquotaroot(struct task *t, struct account *a)
{
	const struct quota_request *r = t->request;
	slice visible = { 0 };
	struct mailbox m;
	enum err e = task_is_at_home(t, a)
			     ? ERR_NONE
			     : access_mailbox(t, a, r->name, RIGHT_READ, &m, NULL);

	if (e) return e;
	name_visible(t->names, r->name, &visible);
	buf_add(&t->out, S("* QUOTAROOT "));
	name_write(t->names, visible, &t->out);
	buf_add_char(&t->out, ' ');
	quota_root_write(account_store(a), account_id(a), &t->out);
	buf_add(&t->out, S("\r\n"));
	return quota_write(a, &t->out);
}

const struct command_ops getquotaroot_ops = {
	.parse = parse_getquotaroot,
	.start = start_getquotaroot,
	.work = work_getquotaroot,
};

static int64_t octets_of_units(uint64_t units)
{
	return units > INT64_MAX / SETQUOTA_UNIT ? INT64_MAX
						 : (int64_t)units * SETQUOTA_UNIT;
}

/* resource-name SP resource-limit */
static bool take_limit(slice *in, struct quota_request *r)
{
	slice name;
	uint64_t limit;

	if (!take_atom(in, &name) || !take_space(in) || !take_u64(in, &limit) ||
	    limit > INT64_MAX)
		return false;
	if (slice_eq_nocase(name, S("STORAGE")))
		r->limits.storage = octets_of_units(limit);
	else if (slice_eq_nocase(name, S("MESSAGE")))
		r->limits.messages = (int64_t)limit;
	else
		r->is_unknown = true;
	return true;
}

static bool parse_setquota(struct task *t, slice *in)
{
	struct quota_request *r = task_request(t, sizeof(*r));

	r->limits = (struct quota){ QUOTA_NONE, QUOTA_NONE };
	if (!take_space(in) || !take_astring(in, &t->arena, &r->root) ||
	    !take_space(in) || !take_char(in, '('))
		return false;
	if (take_char(in, ')')) return true;
	do {
		if (!take_limit(in, r)) return false;
	} while (take_space(in));
	return take_char(in, ')');
}

static void start_setquota(struct task *t)
{
	const struct quota_request *r = t->request;

	if (!t->session->is_admin)
		task_answer(t, ANSWER_NO, S("NOPERM"), S("quotas are set by admins"));
	else if (r->is_unknown)
		task_answer(t, ANSWER_NO, S("CANNOT"), S("that resource has no limit"));
	else
		start_quota(t);
}

/* The limits stand in the directory, so that they count for arrivals at once. */
static enum err set_limits(struct account *a, const struct quota *limits)
{
	struct store *s = account_store(a);
	const struct directory *d = directory_get(s);
	struct account_view view;
	enum err e = ERR_NOT_FOUND;

	if (directory_find_account_by_id(d, account_id(a), &view))
		e = directory_set_quota(s, view.address, limits);
	directory_put(d);
	return e;
}

static enum err work_setquota(struct task *t, struct account *a)
{
	struct quota_request *r = t->request;
	enum err e = r->is_away ? ERR_NONE : find_owner(t, a, r);

	if (e) return e;
	t->more = r->owner != account_id(a);
	if (t->more) return ERR_NONE;
	e = set_limits(a, &r->limits);
	return e ? e : quota_write(a, &t->out);
}

const struct command_ops setquota_ops = {
	.parse = parse_setquota,
	.start = start_setquota,
	.work = work_setquota,
	.done = quota_done,
};
