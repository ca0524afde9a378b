#include "pop3/update.h"

#include "pop3/session.h"
#include "store/message.h"

void update_done(struct update *u)
{
	interval_set_done(&u->removed);
	interval_set_done(&u->seen);
	interval_set_done(&u->kept);
}

/* --- the job --- */

static enum err remove_messages(struct account *a, const struct update *u)
{
	struct interval_set gone = { 0 };
	enum err e = message_remove(a, u->mailbox, &u->removed, &gone);

	interval_set_done(&gone);
	return e;
}

static enum err add_flag(struct account *a, const struct update *u,
			 const struct interval_set *uids, uint64_t flag)
{
	struct interval_set modified = { 0 };
	enum err e = message_change_flags(a, u->mailbox, uids, FLAGS_ADD, flag,
					  UINT64_MAX, &modified, NULL, NULL);

	interval_set_done(&modified);
	return e;
}

/* An account without a keyword to spare keeps its mail for longer, that is all. */
static enum err mark_kept(struct account *a, const struct update *u)
{
	uint64_t flag;
	enum err e = keyword_bit(a, S(POP3_RETRIEVED), true, &flag);

	if (e == ERR_LIMIT) return ERR_NONE;
	return e ? e : add_flag(a, u, &u->kept, flag);
}

static enum err run_update(struct job *j, struct account *a)
{
	const struct update *u = CONTAINER_OF(j, struct update, job);
	enum err e = ERR_NONE;

	if (interval_set_max(&u->removed)) e = remove_messages(a, u);
	if (!e && interval_set_max(&u->seen)) e = add_flag(a, u, &u->seen, FLAG_SEEN);
	if (!e && interval_set_max(&u->kept)) e = mark_kept(a, u);
	return e;
}

/* --- what is to be done --- */

static void choose_removed(struct pop3 *p)
{
	const struct pop3_retention *r = &p->config.retention;
	struct interval_set *removed = &p->update.removed;

	if (!r->keep) maildrop_select(&p->drop, MARK_DELETED, removed);
	if (!r->keep && r->remove_retrieved)
		maildrop_select(&p->drop, MARK_RETRIEVED, removed);
	if (r->keep && r->days > 0) {
		maildrop_select(&p->drop, MARK_OLD | MARK_KEPT, removed);
		maildrop_select(&p->drop, MARK_OLD | MARK_RETRIEVED, removed);
	}
}

static void choose_marked(struct pop3 *p)
{
	const struct pop3_retention *r = &p->config.retention;
	struct update *u = &p->update;
	struct interval_set seen = { 0 };

	maildrop_select(&p->drop, MARK_RETRIEVED, &u->seen);
	interval_set_subtract(&u->seen, &u->removed);
	if (r->keep && r->days > 0) interval_set_copy(&u->kept, &u->seen);
	maildrop_select(&p->drop, MARK_SEEN, &seen);
	interval_set_subtract(&u->seen, &seen);
	interval_set_done(&seen);
}

static void part(struct pop3 *p)
{
	session_ok(p, "bye");
	session_close(p);
}

/* Marks that could not be set are no reason to say that something was not removed. */
static void updated(struct job *j, enum err outcome)
{
	struct pop3 *p = CONTAINER_OF(j, struct pop3, update.job);

	if (!outcome || !interval_set_max(&p->update.removed)) {
		part(p);
		return;
	}
	session_err(p, outcome == ERR_LATER
			       ? "[SYS/TEMP] nothing was removed: try again later"
			       : "[SYS/PERM] nothing was removed: tell the postmaster");
	session_close(p);
}

void update_start(struct pop3 *p)
{
	struct update *u = &p->update;

	choose_removed(p);
	choose_marked(p);
	if (!interval_set_max(&u->removed) && !interval_set_max(&u->seen) &&
	    !interval_set_max(&u->kept)) {
		part(p);
		return;
	}
	u->mailbox = p->mailbox;
	u->job = (struct job){ .account = p->account,
			       .level = interval_set_max(&u->removed) ? JOB_WRITES
								      : JOB_WRITES_FLAGS,
			       .run = run_update,
			       .done = updated };
	session_run(p, &u->job);
}
