#include "imap/mailbox_argument.h"

#include "imap/lexer.h"
#include "imap/session.h"

bool take_mailbox_argument(struct task *t, slice *in, slice *ret)
{
	return take_space(in) && take_astring(in, &t->arena, ret);
}

bool resolve_mailbox(struct task *t, slice wire, slice *ret)
{
	if (name_from_wire(&t->session->names, wire, &t->arena, ret)) return true;
	task_answer(t, ANSWER_NO, S("NONEXISTENT"), S("no mailbox can have that name"));
	return false;
}

bool resolve_new_mailbox(struct task *t, slice wire, slice *ret)
{
	if (wire.n > 1 && wire.p[wire.n - 1] == '/') wire.n--;
	if (name_from_wire(&t->session->names, wire, &t->arena, ret)) return true;
	task_answer(t, ANSWER_NO, S("CANNOT"), S("no mailbox can have that name"));
	return false;
}

bool is_session_inbox(const struct task *t, slice name)
{
	slice visible;

	return name_visible(&t->session->names, name, &visible) &&
	       slice_eq(visible, S("INBOX"));
}
