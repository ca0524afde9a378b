#include "imap/searching.h"

#include "imap/message_limit.h"
#include "imap/search_reply.h"
#include "imap/session.h"
#include "message/text.h"

enum charset_place searching_charset(const struct imap *s)
{
	return s->enabled & ENABLED_UTF8 ? CHARSET_NOT : CHARSET_NAMED;
}

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
	interval_set_done(&s->among);
	interval_set_done(&s->found);
	search_facts_done(&s->facts);
}

bool searching_wants_scores(struct searching *s, bool wants)
{
	s->facts.wants_scores = wants;
	return !wants || s->keys.has_fuzzy;
}

/* A selection of those that are known: there are hundreds. */
void bad_charset_write(struct buf *out)
{
	static const slice charsets[] = {
		SLICE_INIT("US-ASCII"),     SLICE_INIT("UTF-8"),
		SLICE_INIT("ISO-8859-1"),   SLICE_INIT("ISO-8859-2"),
		SLICE_INIT("ISO-8859-5"),   SLICE_INIT("ISO-8859-7"),
		SLICE_INIT("ISO-8859-15"),  SLICE_INIT("windows-1250"),
		SLICE_INIT("windows-1251"), SLICE_INIT("windows-1252"),
		SLICE_INIT("KOI8-R"),       SLICE_INIT("ISO-2022-JP"),
		SLICE_INIT("Shift_JIS"),    SLICE_INIT("EUC-JP"),
		SLICE_INIT("EUC-KR"),       SLICE_INIT("GB18030"),
		SLICE_INIT("Big5"),
	};
	char before = '(';

	buf_add(out, S("BADCHARSET "));
	for (size_t i = 0; i < countof(charsets); i++) {
		if (!text_charset_known(charsets[i])) continue;
		buf_add_char(out, before);
		buf_add(out, charsets[i]);
		before = ' ';
	}
	buf_add_char(out, ')');
}

static void keep_named(const struct search_node *n, struct interval_set *among)
{
	if (n->key == SEARCH_UIDS) interval_set_intersect(among, n->uids);
	for (const struct search_node *c = n->key == SEARCH_AND ? n->child : NULL; c;
	     c = c->next)
		if (c->key == SEARCH_UIDS) interval_set_intersect(among, c->uids);
}

static uint32_t cut_messages(struct searching *s, const struct view *v, uint32_t limit)
{
	if (!limit || interval_set_count(&v->uids) <= limit) return 0;
	interval_set_copy(&s->among, &v->uids);
	keep_named(s->keys.condition, &s->among);
	s->is_limited = true;
	return message_limit_cut(limit, &s->among);
}

void searching_start(struct task *t, struct searching *s, bool may_be_part)
{
	uint32_t limit = t->session->config->message_limit;

	if (s->keys.bad_charset) {
		bad_charset_write(&t->code);
		task_answer(t, ANSWER_NO, buf_slice(&t->code), S("unknown charset"));
		return;
	}
	t->lowest = cut_messages(s, t->session->view, limit);
	if (t->lowest && !may_be_part)
		message_limit_refuse(t, limit, NULL);
	else
		task_submit(t);
}

enum err searching_run(struct account *a, const struct view *v, struct searching *s)
{
	enum err e = ERR_NONE;

	if (!s->is_resolved) e = search_keys_resolve(&s->keys, a);
	s->is_resolved = true;
	if (!e)
		e = search_run(a, v->mailbox, s->keys.condition,
			       s->is_limited ? &s->among : &v->uids, &s->next, &s->found,
			       &s->facts);
	s->is_done = !e && !s->next;
	return e;
}

static bool raise_modseq(void *context, const struct message *m)
{
	uint64_t *highest = context;

	if (m->modseq > *highest) *highest = m->modseq;
	return true;
}

enum err searching_modseq(struct account *a, const struct view *v,
			  const struct searching *s, const struct search_return *ret,
			  const struct interval_set *told, uint64_t *ret_modseq)
{
	uint64_t cursor = 0;
	struct interval i;
	enum err e = ERR_NONE;

	*ret_modseq = s->facts.highest;
	if (search_return_is_whole(ret)) return ERR_NONE;
	*ret_modseq = 0;
	while (!e && interval_set_next(told, &cursor, &i))
		e = message_each(a, v->mailbox, i.first, i.last, 0, raise_modseq,
				 ret_modseq);
	return e;
}

void searching_progress(const struct searching *s, const struct view *v,
			uint32_t *ret_done, uint32_t *ret_goal)
{
	*ret_goal = interval_set_count(&v->uids);
	*ret_done = s->is_done ? *ret_goal
		    : s->next  ? interval_set_count_to(&v->uids, s->next - 1)
			       : 0;
}
