/* SETACL, DELETEACL, GETACL, LISTRIGHTS, MYRIGHTS (RFC 4314 3) */
#include "imap/access.h"
#include "imap/commands.h"
#include "imap/lexer.h"
#include "imap/mailbox_argument.h"
#include "imap/session.h"
#include "imap/writer.h"
#include "store/directory.h"

enum change { RIGHTS_REPLACE, RIGHTS_ADD, RIGHTS_TAKE };

struct acl_request {
	slice wire, name;
	slice identifier;     /* as sent */
	struct acl_entry who; /* its account and sign */
	enum change change;
	unsigned rights;
};

static bool parse_mailbox(struct task *t, slice *in)
{
	struct acl_request *r = task_request(t, sizeof(*r));

	return take_mailbox_argument(t, in, &r->wire);
}

static bool parse_identifier(struct task *t, slice *in)
{
	struct acl_request *r;

	if (!parse_mailbox(t, in)) return false;
	r = t->request;
	return take_space(in) && take_astring(in, &t->arena, &r->identifier) &&
	       r->identifier.n;
}

static bool parse_setacl(struct task *t, slice *in)
{
	struct acl_request *r;
	slice rights;

	if (!parse_identifier(t, in) || !take_space(in) ||
	    !take_astring(in, &t->arena, &rights))
		return false;
	r = t->request;
	r->change = take_char(&rights, '+')   ? RIGHTS_ADD
		    : take_char(&rights, '-') ? RIGHTS_TAKE
					      : RIGHTS_REPLACE;
	return take_rights(rights, &r->rights);
}

static void start_mailbox(struct task *t)
{
	struct acl_request *r = t->request;

	if (resolve_mailbox(t, r->wire, &r->name)) task_submit(t);
}

/* "-" before a name takes rights away (RFC 4314 2). */
static bool find_identifier(const struct imap *s, struct acl_request *r)
{
	slice name = r->identifier;

	r->who.is_negative = name.n > 1 && take_char(&name, '-');
	if (slice_eq_nocase(name, S("anyone"))) return true;
	r->who.account = s->ops->find_account(s->host, name);
	return r->who.account;
}

static void start_identifier(struct task *t)
{
	struct acl_request *r = t->request;

	if (find_identifier(t->session, r))
		start_mailbox(t);
	else
		task_answer(t, ANSWER_NO, S("CANNOT"), S("there is no such user"));
}

/* What the owner has is in no list. */
static enum err change_owner(struct task *t, const struct acl_request *r)
{
	bool changes = r->who.is_negative || r->change == RIGHTS_TAKE ||
		       (r->change == RIGHTS_REPLACE && r->rights != RIGHTS_ALL);

	if (!changes) return ERR_NONE;
	task_complain(t, S("NOPERM"), S("the owner has all rights, always"));
	return ERR_DENIED;
}

static enum err find_new_rights(struct account *a, const struct mailbox *m,
				const struct acl_request *r, unsigned *ret)
{
	unsigned old = 0;
	enum err e = acl_get(a, m->id, &r->who, &old);

	*ret = r->change == RIGHTS_ADD    ? old | r->rights
	       : r->change == RIGHTS_TAKE ? old & ~r->rights
					  : r->rights;
	return e;
}

/* The index comes first: it may name more than there is, never less. Who owns nothing
 * there, as the sandbox's account, needs none. */
static enum err index_share(struct account *a, const struct acl_entry *entry)
{
	enum err e;

	if (entry->is_negative || !(entry->rights & RIGHT_LOOKUP)) return ERR_NONE;
	e = share_add(account_store(a), account_id(a), entry->account);
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static enum err work_setacl(struct task *t, struct account *a)
{
	const struct acl_request *r = t->request;
	struct acl_entry entry = r->who;
	struct mailbox m;
	enum err e = access_mailbox(t, a, r->name, RIGHT_ADMIN, &m, NULL);

	if (e) return e;
	if (r->who.account == account_id(a)) return change_owner(t, r);
	e = find_new_rights(a, &m, r, &entry.rights);
	if (!e) e = index_share(a, &entry);
	return e ? e : acl_set(a, m.id, &entry);
}

const struct command_ops setacl_ops = {
	.parse = parse_setacl,
	.start = start_identifier,
	.work = work_setacl,
	.level = JOB_WRITES,
};

/* As SETACL without rights. */
const struct command_ops deleteacl_ops = {
	.parse = parse_identifier,
	.start = start_identifier,
	.work = work_setacl,
	.level = JOB_WRITES,
};

static void begin_response(struct task *t, const char *name, slice stored)
{
	slice visible = { 0 };

	name_visible(t->names, stored, &visible);
	buf_addf(&t->out, "* %s ", name);
	name_write(t->names, visible, &t->out);
}

struct acl_writing {
	struct buf *out;
	const struct directory *directory;
};

/* Of an account that is gone nothing is told, nor does it count: ids are not reused. */
static bool write_entry(void *context, const struct acl_entry *entry)
{
	struct acl_writing *w = context;
	struct account_view view = { .address = S("anyone") };
	struct buf name;

	if (entry->account &&
	    !directory_find_account_by_id(w->directory, entry->account, &view))
		return true;
	buf_init(&name, ADDRESS_MAX + 1);
	buf_addf(&name, "%s%.*s", entry->is_negative ? "-" : "", FMT(view.address));
	buf_add_char(w->out, ' ');
	write_astring(w->out, buf_slice(&name), false);
	buf_add_char(w->out, ' ');
	rights_write(w->out, entry->rights);
	buf_done(&name);
	return true;
}

static enum err work_getacl(struct task *t, struct account *a)
{
	const struct acl_request *r = t->request;
	const struct acl_entry owner = { account_id(a), false, RIGHTS_ALL };
	struct acl_writing w = { .out = &t->out };
	struct mailbox m;
	enum err e = access_mailbox(t, a, r->name, RIGHT_ADMIN, &m, NULL);

	if (e) return e;
	begin_response(t, "ACL", m.name);
	w.directory = directory_get(account_store(a));
	write_entry(&w, &owner);
	e = acl_each(a, m.id, write_entry, &w);
	directory_put(w.directory);
	buf_add(&t->out, S("\r\n"));
	return e;
}

const struct command_ops getacl_ops = {
	.parse = parse_mailbox,
	.start = start_mailbox,
	.work = work_getacl,
};

/* No right is tied to another (RFC 4314 3.7). */
static enum err work_listrights(struct task *t, struct account *a)
{
	const struct acl_request *r = t->request;
	struct mailbox m;
	enum err e = access_mailbox(t, a, r->name, RIGHT_ADMIN, &m, NULL);

	if (e) return e;
	begin_response(t, "LISTRIGHTS", m.name);
	buf_add_char(&t->out, ' ');
	write_astring(&t->out, r->identifier, false);
	if (r->who.account == account_id(a) && !r->who.is_negative) {
		buf_add_char(&t->out, ' ');
		rights_write(&t->out, RIGHTS_ALL);
	} else {
		buf_add(&t->out, S(" \"\" l r s w i p k x t e a c d"));
	}
	buf_add(&t->out, S("\r\n"));
	return ERR_NONE;
}

const struct command_ops listrights_ops = {
	.parse = parse_identifier,
	.start = start_identifier,
	.work = work_listrights,
};

static enum err work_myrights(struct task *t, struct account *a)
{
	const struct acl_request *r = t->request;
	const unsigned any = RIGHT_LOOKUP | RIGHT_READ | RIGHT_INSERT | RIGHT_CREATE |
			     RIGHT_DELETE_MAILBOX | RIGHT_ADMIN;
	struct mailbox m;
	unsigned rights;
	enum err e = access_mailbox(t, a, r->name, 0, &m, &rights);

	if (e) return e;
	if (!(rights & any)) return ERR_NOT_FOUND;
	begin_response(t, "MYRIGHTS", m.name);
	buf_add_char(&t->out, ' ');
	rights_write(&t->out, rights);
	buf_add(&t->out, S("\r\n"));
	return ERR_NONE;
}

const struct command_ops myrights_ops = {
	.parse = parse_mailbox,
	.start = start_mailbox,
	.work = work_myrights,
};
