#include "pop3/opening.h"

#include "pop3/session.h"
#include "store/message.h"

enum { NAME_ARENA = 8 * 1024, DAY_S = 24 * 60 * 60 };

void opening_init(struct opening *o)
{
	buf_init(&o->name, MAILBOX_NAME_MAX);
}

void opening_done(struct opening *o)
{
	buf_done(&o->name);
	maildrop_done(&o->drop);
}

static enum err find_mailbox(struct opening *o, struct account *a)
{
	struct mailbox m = { 0 };
	struct arena arena;
	enum err e;

	arena_init(&arena, NAME_ARENA);
	e = mailbox_find(a, buf_slice(&o->name), &arena, &m);
	arena_done(&arena);
	o->mailbox = m.id;
	o->validity = m.uid_validity;
	return e;
}

static enum err find_flag(struct opening *o, struct account *a)
{
	enum err e = keyword_bit(a, S(POP3_RETRIEVED), false, &o->kept_flag);

	if (e) o->kept_flag = 0;
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static bool add_message(void *context, const struct message *m)
{
	struct opening *o = context;
	struct drop_message d = { .uid = m->uid, .size = m->size + m->crlf_growth };

	if (m->flags & FLAG_SEEN) d.marks |= MARK_SEEN;
	if (m->flags & o->kept_flag) d.marks |= MARK_KEPT;
	if (o->ages && m->received < o->old_from) d.marks |= MARK_OLD;
	maildrop_add(&o->drop, &d);
	o->is_whole = o->drop.count == POP3_MESSAGES_MAX;
	return !o->is_whole && o->drop.count - o->settled < OPENING_SLICE;
}

/* Behind the last message that is settled. */
static enum err read_messages(struct opening *o, struct account *a)
{
	unsigned columns = o->ages ? COLUMN_DATES : 0;
	uint32_t after;
	enum err e;

	maildrop_truncate(&o->drop, o->settled);
	after = o->settled ? o->drop.list[o->settled - 1].uid : 0;
	o->is_whole = true;
	if (after == UINT32_MAX) return ERR_NONE;
	e = message_each(a, o->mailbox, after + 1, UINT32_MAX, columns, add_message, o);
	if (o->drop.count - o->settled < OPENING_SLICE) o->is_whole = true;
	return e;
}

static enum err open_mailbox(struct job *j, struct account *a)
{
	struct opening *o = CONTAINER_OF(j, struct opening, job);
	enum err e = ERR_NONE;

	if (!o->settled) e = find_mailbox(o, a);
	if (!e && !o->settled && o->ages) e = find_flag(o, a);
	return e ? e : read_messages(o, a);
}

static void adopt(struct pop3 *p)
{
	struct opening *o = &p->opening;

	maildrop_truncate(&o->drop, o->drop.count);
	p->drop = o->drop;
	o->drop = (struct maildrop){ 0 };
	p->account = o->job.account;
	p->mailbox = o->mailbox;
	p->validity = o->validity;
	opening_done(o);
	login_opened(p);
}

static void opened(struct job *j, enum err outcome)
{
	struct pop3 *p = CONTAINER_OF(j, struct pop3, opening.job);
	struct opening *o = &p->opening;

	if (outcome) {
		opening_done(o);
		login_end(p);
		session_failed(p, outcome);
		pop3_next(p);
	} else if (o->is_whole) {
		adopt(p);
	} else {
		o->settled = o->drop.count;
	}
}

void opening_start(struct pop3 *p, int64_t account, slice mailbox)
{
	const struct pop3_retention *r = &p->config.retention;
	struct opening *o = &p->opening;

	buf_reset(&o->name);
	buf_add(&o->name, mailbox);
	o->settled = 0;
	o->ages = r->keep && r->days > 0;
	if (o->ages) o->old_from = p->ops->now(p->host) - r->days * DAY_S;
	o->job = (struct job){ .account = account,
			       .level = JOB_READS,
			       .run = open_mailbox,
			       .done = opened };
	session_run(p, &o->job);
}
