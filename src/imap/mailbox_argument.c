#include "imap/mailbox_argument.h"

#include "imap/access.h"
#include "imap/commands.h"
#include "imap/lexer.h"
#include "imap/session.h"
#include "imap/writer.h"

bool take_mailbox_argument(struct task *t, slice *in, slice *ret)
{
	return take_space(in) && take_astring(in, &t->arena, ret);
}

static bool is_among_others(const struct task *t, slice name)
{
	return !t->session->names.root.n && take_literal(&name, S(OTHER_USERS)) &&
	       (!name.n || name.p[0] == '/');
}

/* The account that holds the mailbox, and the name it has there. */
static bool find_account(struct task *t, slice *name)
{
	struct imap *s = t->session;
	slice whole = *name, address;

	t->account = s->account;
	t->prefix = (slice){ 0 };
	if (!is_among_others(t, whole)) return true;
	if (!(t->command->flags & AMONG_OTHERS) ||
	    !take_other_user(whole, &address, name))
		return false;
	t->account = s->ops->find_account(s->host, address);
	t->prefix = slice_head(whole, whole.n - name->n);
	return t->account && t->account != s->account;
}

/* Whether there is such an account is told to nobody: the words are those for a mailbox
 * that is not there. */
bool resolve_mailbox(struct task *t, slice wire, slice *ret)
{
	if (!name_from_wire(&t->session->names, wire, &t->arena, ret)) {
		task_answer(t, ANSWER_NO, S("NONEXISTENT"),
			    S("no mailbox can have that name"));
		return false;
	}
	if (find_account(t, ret)) return true;
	task_answer(t, ANSWER_NO, S("NONEXISTENT"), S("no such mailbox"));
	return false;
}

bool resolve_subscription(struct task *t, slice wire, slice *ret)
{
	t->account = t->session->account;
	if (name_from_wire(&t->session->names, wire, &t->arena, ret)) return true;
	task_answer(t, ANSWER_NO, S("NONEXISTENT"), S("no mailbox can have that name"));
	return false;
}

static slice without_separator(slice wire)
{
	return slice_head(wire,
			  wire.n > 1 && wire.p[wire.n - 1] == '/' ? wire.n - 1 : wire.n);
}

bool resolve_new_mailbox(struct task *t, slice wire, slice *ret)
{
	wire = without_separator(wire);
	if (name_from_wire(&t->session->names, wire, &t->arena, ret) &&
	    find_account(t, ret))
		return true;
	task_answer(t, ANSWER_NO, S("CANNOT"), S("no mailbox can have that name"));
	return false;
}

bool is_session_inbox(const struct task *t, slice name)
{
	slice visible;

	return t->account == t->session->account &&
	       name_visible(&t->session->names, name, &visible) &&
	       slice_eq(visible, S("INBOX"));
}

/* A trailing separator is passed over here too. */
static bool is_as_sent(const struct names *names, slice stored, slice wire)
{
	slice visible;

	return name_visible(names, stored, &visible) &&
	       slice_eq(visible, without_separator(wire));
}

void list_name_write(const struct names *names, slice attributes, slice stored, slice old,
		     struct buf *out)
{
	slice visible;

	if (!name_visible(names, stored, &visible)) return;
	buf_addf(out, "* LIST (%.*s) \"/\" ", FMT(attributes));
	name_write(names, visible, out);
	if (!is_as_sent(names, stored, old)) {
		buf_add(out, S(" (\"OLDNAME\" ("));
		write_string(out, without_separator(old), true);
		buf_add(out, S("))"));
	}
	buf_add(out, S("\r\n"));
}

bool is_renamed(const struct task *t, slice stored, slice wire)
{
	const struct imap *s = t->session;

	return s->enabled & ENABLED_REV2 && !is_as_sent(&s->names, stored, wire);
}

void tell_old_name(struct task *t, slice attributes, slice stored, slice old)
{
	struct imap *s = t->session;

	list_name_write(&s->names, attributes, stored, old, &s->output);
}
