/*
 * Flag changes go over whole UID ranges: one pass reads the range, counts and
 * reports, one statement then changes it. Where flags belong to the email, the
 * other messages of each changed email follow one by one, but for \Deleted: that is said
 * of a mailbox's message, and who copies it elsewhere to delete it here (as is done
 * without MOVE) must not lose the copy.
 */
#include "store/account_private.h"
#include "store/email.h"
#include "store/email_view.h"
#include "store/mailbox_private.h"

struct change {
	struct account *a;
	int64_t mailbox;
	uint64_t clear, set;
	uint64_t unchanged_since;
	/* A message whose flags under mask are these has none of the changes asked for:
	 * nobody made them since, unless it is itself that came since. No flags are like
	 * that when there is no mask. */
	uint64_t mask, untouched;
	uint64_t modseq; /* 0 until a message needs one */
	struct mailbox_delta delta;
	bool range_changes; /* the range at hand has a message to change */
	enum err e;
	struct interval_set *modified;
	message_visitor *visit; /* NULL once it has had enough */
	void *context;
	struct emails emails; /* changed ones, where flags belong to the email */
	struct emails shown;  /* those whose \Deleted is another, so that they are not, or
				 are again */
};

static uint64_t flags_after(const struct change *c, uint64_t flags)
{
	return (flags & ~c->clear) | c->set;
}

static void count_change(struct mailbox_delta *d, uint64_t from, uint64_t to)
{
	mailbox_delta_add(d, from, 0, -1);
	mailbox_delta_add(d, to, 0, 1);
}

static bool plan_change(struct change *c, struct message *m)
{
	uint64_t flags = flags_after(c, m->flags);

	if (flags == m->flags) return true;
	if (!c->modseq) c->e = account_take_modseq(c->a, &c->modseq);
	if (c->e) return false;
	count_change(&c->delta, m->flags, flags);
	c->range_changes = true;
	if ((m->flags ^ flags) & FLAG_DELETED) emails_add(&c->shown, m->email);
	m->flags = flags;
	m->modseq = c->modseq;
	if (c->a->store->flags_per_email) emails_add(&c->emails, m->email);
	return true;
}

/* Each flag of a message is at least as new as its email. */
static bool came_since(struct change *c, int64_t email)
{
	struct query *q = db_query(c->a->db, "SELECT created FROM email WHERE id = $1");
	int64_t created = 0;

	query_int(q, email);
	c->e = query_run_int(q, &created);
	return (uint64_t)created > c->unchanged_since;
}

static bool may_change(struct change *c, const struct message *m)
{
	return m->modseq <= c->unchanged_since || m->modseq == c->modseq ||
	       (c->mask && (m->flags & c->mask) == c->untouched &&
		!came_since(c, m->email));
}

static bool plan_message(void *context, const struct message *found)
{
	struct change *c = context;
	struct message m = *found;
	bool may = may_change(c, &m);

	if (c->e) return false;
	if (!may)
		interval_set_add(c->modified, m.uid);
	else if (!plan_change(c, &m))
		return false;
	if (c->visit && !c->visit(c->context, &m)) c->visit = NULL;
	return true;
}

static enum err change_range(struct change *c, struct interval range)
{
	struct query *q = db_query(
		c->a->db, "UPDATE message SET flags = (flags & ~$4) | $5,"
			  " modseq = $6 WHERE mailbox = $1 AND uid BETWEEN $2"
			  " AND $3 AND flags <> ((flags & ~$4) | $5)"
			  " AND (modseq <= $7 OR ((flags & $8) = $9 AND"
			  " (SELECT created FROM email WHERE id = email) <= $7))");

	query_int(q, c->mailbox);
	query_int(q, range.first);
	query_int(q, range.last);
	query_int(q, (int64_t)c->clear);
	query_int(q, (int64_t)c->set);
	query_int(q, (int64_t)c->modseq);
	query_int(q, c->unchanged_since > INT64_MAX ? INT64_MAX
						    : (int64_t)c->unchanged_since);
	query_int(q, (int64_t)c->mask);
	query_int(q, c->mask ? (int64_t)c->untouched : -1);
	return query_run(q);
}

static enum err plan_and_change(struct change *c, struct interval range)
{
	enum err e;

	c->range_changes = false;
	e = message_each(c->a, c->mailbox, range.first, range.last, 0, plan_message, c);
	if (!e) e = c->e;
	return e || !c->range_changes ? e : change_range(c, range);
}

/* --- flags per email --- */

struct other {
	int64_t mailbox;
	uint32_t uid;
	uint64_t flags;
};

/* A message of the email that does not have the new flags yet. */
static enum err find_other(struct change *c, int64_t email, struct other *ret)
{
	struct query *q =
		db_query(c->a->db, "SELECT mailbox, uid, flags FROM message"
				   " WHERE email = $1 AND flags <> ((flags & ~$2) | $3)"
				   " LIMIT 1");
	bool there;
	enum err e;

	query_int(q, email);
	query_int(q, (int64_t)(c->clear & ~(uint64_t)FLAG_DELETED));
	query_int(q, (int64_t)(c->set & ~(uint64_t)FLAG_DELETED));
	there = query_row(q);
	if (there)
		*ret = (struct other){ .mailbox = query_get_int(q, 0),
				       .uid = (uint32_t)query_get_int(q, 1),
				       .flags = (uint64_t)query_get_int(q, 2) };
	e = query_end(q);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err change_other(struct change *c, const struct other *o)
{
	uint64_t flags = (flags_after(c, o->flags) & ~(uint64_t)FLAG_DELETED) |
			 (o->flags & FLAG_DELETED);
	struct mailbox_delta delta = { 0 };
	enum err e = c->modseq ? ERR_NONE : account_take_modseq(c->a, &c->modseq);
	struct query *q;

	if (e) return e;
	q = db_query(c->a->db, "UPDATE message SET flags = $3, modseq = $4"
			       " WHERE mailbox = $1 AND uid = $2");
	query_int(q, o->mailbox);
	query_int(q, o->uid);
	query_int(q, (int64_t)flags);
	query_int(q, (int64_t)c->modseq);
	e = query_run(q);
	count_change(&delta, o->flags, flags);
	return e ? e : mailbox_count(c->a, o->mailbox, &delta, c->modseq, 0, NULL);
}

static enum err change_others(struct change *c)
{
	enum err e = ERR_NONE;

	for (size_t i = 0; !e && i < c->emails.count; i++) {
		struct other o;

		while (!(e = find_other(c, c->emails.ids[i], &o)))
			if ((e = change_other(c, &o))) break;
		if (e == ERR_NOT_FOUND) e = ERR_NONE;
	}
	return e;
}

/* --- the whole --- */

static enum err change_all(struct change *c, const struct interval_set *uids)
{
	struct interval range;
	uint64_t cursor = 0;
	enum err e = ERR_NONE;

	while (!e && interval_set_next(uids, &cursor, &range))
		e = plan_and_change(c, range);
	if (e || !c->modseq) return e;
	e = mailbox_count(c->a, c->mailbox, &c->delta, c->modseq, 0, NULL);
	if (!e)
		e = emails_log_visibility(c->a, &c->shown, c->modseq,
					  c->set & FLAG_DELETED);
	return e ? e : change_others(c);
}

static void set_masks(struct change *c, enum flag_change change, uint64_t flags)
{
	c->clear = change == FLAGS_SET      ? UINT64_MAX >> 1
		   : change == FLAGS_REMOVE ? flags
					    : 0;
	c->set = change == FLAGS_REMOVE ? 0 : flags;
}

enum err message_change_flags(struct account *a, int64_t mailbox,
			      const struct interval_set *uids, enum flag_change change,
			      uint64_t flags, uint64_t unchanged_since,
			      struct interval_set *ret_modified, message_visitor *visit,
			      void *context)
{
	struct change c = { .a = a,
			    .mailbox = mailbox,
			    .unchanged_since = unchanged_since,
			    .modified = ret_modified,
			    .visit = visit,
			    .context = context };
	enum err e;

	set_masks(&c, change, flags);
	if (change == FLAGS_REMOVE) c.untouched = flags;
	if (change != FLAGS_SET && unchanged_since) c.mask = flags;
	e = change_all(&c, uids);
	emails_done(&c.emails);
	emails_done(&c.shown);
	return e;
}

enum err email_change_flags(struct account *a, int64_t email, enum flag_change change,
			    uint64_t flags)
{
	struct change c = { .a = a };
	struct query *q =
		db_query(a->db, "SELECT email FROM message WHERE email = $1 LIMIT 1");
	enum err e;

	query_int(q, email);
	e = query_run_int(q, &email);
	if (e) return e;
	set_masks(&c, change, flags);
	emails_add(&c.emails, email);
	e = change_others(&c);
	emails_done(&c.emails);
	return e;
}
