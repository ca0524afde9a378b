#include "imap/searching.h"

#include "imap/session.h"

bool take_searching(struct task *t, slice *in, enum charset_place place,
		    struct searching *ret)
{
	struct imap *s = t->session;
	const struct search_scope scope = { s->view, s->ops->now(s->host), place,
					    s->view->account };

	if (!take_search_keys(in, &scope, &t->arena, &ret->keys)) return false;
	t->uses_numbers = ret->keys.has_numbers;
	if (ret->keys.has_modseq) t->enables = ENABLED_CONDSTORE;
	return true;
}

void searching_done(struct searching *s)
{
	search_keys_done(&s->keys);
	interval_set_done(&s->found);
}

void searching_start(struct task *t, const struct searching *s)
{
	if (!s->keys.bad_charset) {
		task_submit(t);
		return;
	}
	bad_charset_write(&t->code);
	task_answer(t, ANSWER_NO, buf_slice(&t->code), S("unknown charset"));
}

enum err searching_run(struct task *t, struct account *a, struct searching *s)
{
	enum err e = ERR_NONE;

	if (!s->is_resolved) e = search_keys_resolve(&s->keys, a);
	s->is_resolved = true;
	if (!e)
		e = search_run(a, t->view->mailbox, s->keys.condition, &t->view->uids,
			       &s->next, &s->found, &s->modseq);
	s->is_done = !e && !s->next;
	return e;
}
