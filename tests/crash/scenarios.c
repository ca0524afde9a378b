#include "queue_world.h"
#include "store/email_view.h"
#include "store/upload.h"
#include "world.h"

enum { MANY = 12 };

static enum err append(struct world *w, const struct incoming *m, int64_t mailbox)
{
	struct append what = { .message = m,
			       .prefix = S("Received: x\r\n"),
			       .received = 1 };
	uint32_t uid;

	return message_append(w->account, mailbox, &what, &uid, NULL);
}

static struct interval_set range(uint32_t first, uint32_t last)
{
	struct interval_set s = { 0 };

	interval_set_add_range(&s, first, last);
	return s;
}

/* INBOX: 12 small ones and a large one, the even UIDs \Deleted; "Other" is empty. */
enum err world_fill(struct world *w)
{
	struct interval_set modified = { 0 };
	enum err e;

	if (w->on_queue) return queue_world_fill(w);
	e = mailbox_create(w->account, S("Other"), USE_NONE, &w->other);
	for (int i = 0; !e && i < MANY; i++)
		e = append(w, i % 2 ? w->small : w->third, w->inbox);
	if (!e) e = append(w, w->large, w->inbox);
	for (uint32_t uid = 2; !e && uid <= MANY; uid += 2) {
		struct interval_set one = range(uid, uid);

		e = message_change_flags(w->account, w->inbox, &one, FLAGS_ADD,
					 FLAG_DELETED, UINT64_MAX, &modified, NULL, NULL);
		interval_set_done(&one);
	}
	return e;
}

enum err world_mark(struct world *w)
{
	int64_t id;

	if (w->on_queue) return queue_put_mark(w);
	return mailbox_create(w->account, S("Mark"), USE_NONE, &id);
}

/* --- steps --- */

static enum err append_small(struct world *w)
{
	return append(w, w->small, w->inbox);
}

static enum err append_large(struct world *w)
{
	return append(w, w->fresh, w->inbox);
}

static enum err append_many(struct world *w)
{
	enum err e = ERR_NONE;

	for (int i = 0; !e && i < MANY; i++)
		e = append(w, i % 2 ? w->small : w->third, w->other);
	return e;
}

static enum err append_bulk(struct world *w)
{
	enum err e = ERR_NONE;

	for (int i = 0; !e && i < BULK; i++)
		e = append(w, w->bulk[i], w->inbox);
	return e;
}

static enum err change(struct world *w, enum flag_change how, uint64_t flags)
{
	struct interval_set all = range(1, UINT32_MAX), modified = { 0 };
	enum err e = message_change_flags(w->account, w->inbox, &all, how, flags,
					  UINT64_MAX, &modified, NULL, NULL);

	interval_set_done(&all);
	return e;
}

static enum err mark_seen(struct world *w)
{
	return change(w, FLAGS_ADD, FLAG_SEEN);
}

static enum err unmark_deleted(struct world *w)
{
	return change(w, FLAGS_REMOVE, FLAG_DELETED);
}

typedef enum err transfer(struct account *a, int64_t from,
			  const struct interval_set *uids, int64_t to,
			  struct interval_set *ret_done, uint32_t *ret_first);

static enum err transfer_some(struct world *w, transfer *run, uint32_t first,
			      uint32_t last)
{
	struct interval_set some = range(first, last), done = { 0 };
	uint32_t uid;
	enum err e = run(w->account, w->inbox, &some, w->other, &done, &uid);

	interval_set_done(&some);
	interval_set_done(&done);
	return e;
}

static enum err copy_some(struct world *w)
{
	return transfer_some(w, message_copy, 3, 13);
}

static enum err move_some(struct world *w)
{
	return transfer_some(w, message_move, 5, 13);
}

static enum err expunge(struct world *w)
{
	struct interval_set gone = { 0 };
	enum err e = message_expunge(w->account, w->inbox, NULL, &gone);

	interval_set_done(&gone);
	return e;
}

static enum err remove_all(struct world *w)
{
	struct interval_set all = range(1, UINT32_MAX), gone = { 0 };
	enum err e = message_remove(w->account, w->inbox, &all, &gone);

	interval_set_done(&all);
	interval_set_done(&gone);
	return e;
}

static enum err rename_inbox(struct world *w)
{
	return mailbox_rename(w->account, w->inbox, S("Old/2026"));
}

static enum err rename_other(struct world *w)
{
	return mailbox_rename(w->account, w->other, S("New/Other"));
}

static enum err delete_other(struct world *w)
{
	return mailbox_delete(w->account, w->other);
}

static enum err deliver(struct world *w)
{
	struct append what = { .message = w->small, .received = 1 };
	char id[DELIVERY_ID_SIZE];
	uint32_t uid;
	bool merged;

	delivery_make_id(S("a@x"), S("b@x"), incoming_hash(w->small), id);
	return delivery_put(w->account, (slice){ id, sizeof(id) }, 1000, w->inbox, &what,
			    &uid, NULL, &merged);
}

static enum err answer(struct world *w)
{
	char id[DELIVERY_ID_SIZE];

	delivery_make_id(S("a@x"), S("b@x"), incoming_hash(w->small), id);
	return delivery_answered(w->account, (slice){ id, sizeof(id) }, 1000);
}

/* --- emails, whatever their mailboxes --- */

/* The one with the UID 13 is large: its body is a file. */
static enum err find_email(struct world *w, uint32_t uid, int64_t *ret)
{
	struct arena arena;
	struct message m = { 0 };
	enum err e;

	arena_init(&arena, 1000);
	e = message_get(w->account, w->inbox, uid, 0, &arena, &m);
	arena_done(&arena);
	if (!e) *ret = m.email;
	return e;
}

static enum err email_to_both(struct world *w)
{
	const int64_t both[] = { w->inbox, w->other };
	int64_t email;
	enum err e = find_email(w, 13, &email);

	return e ? e : email_set_mailboxes(w->account, email, both, 2);
}

static enum err email_flag(struct world *w)
{
	int64_t email;
	enum err e = find_email(w, 13, &email);

	return e ? e
		 : email_change_flags(w->account, email, FLAGS_ADD,
				      FLAG_SEEN | FLAG_FLAGGED);
}

static enum err email_end(struct world *w)
{
	int64_t email;
	enum err e = find_email(w, 13, &email);

	return e ? e : email_destroy(w->account, email);
}

/* The second puts an end to the first. */
static enum err upload(struct world *w)
{
	int64_t id;

	w->now += UPLOAD_LIFE_S;
	return upload_put(w->account, w->fresh, w->now, &id);
}

static enum err upload_other(struct world *w)
{
	int64_t id;

	w->now += UPLOAD_LIFE_S;
	return upload_put(w->account, w->small, w->now, &id);
}

const struct scenario scenarios[] = {
	{ "append",
	  false,
	  { { JOB_WRITES, append_small }, { JOB_WRITES, append_small } } },
	{ "append-file",
	  false,
	  { { JOB_WRITES, append_small }, { JOB_WRITES, append_large } } },
	{ "append-group", false, { { JOB_WRITES, append_many } } },
	/* The log gets room ahead at the first (DB_LOG_LAID_FROM). */
	{ "append-bulk",
	  false,
	  { { JOB_WRITES, append_bulk },
	    { JOB_WRITES, append_small },
	    { JOB_WRITES_FLAGS, mark_seen },
	    { JOB_WRITES, append_small } } },
	{ "flags",
	  false,
	  { { JOB_WRITES_FLAGS, mark_seen },
	    { JOB_WRITES_FLAGS, unmark_deleted },
	    { JOB_WRITES, append_small } } },
	{ "copy", false, { { JOB_WRITES, copy_some } } },
	{ "move", false, { { JOB_WRITES, move_some } } },
	{ "expunge", false, { { JOB_WRITES, expunge }, { JOB_WRITES, remove_all } } },
	{ "mailbox",
	  false,
	  { { JOB_WRITES, copy_some },
	    { JOB_WRITES, rename_inbox },
	    { JOB_WRITES, rename_other },
	    { JOB_WRITES, delete_other } } },
	/* The second delivery is what a sender repeats who saw no answer. */
	{ "deliver",
	  false,
	  { { JOB_WRITES, deliver },
	    { JOB_WRITES, deliver },
	    { JOB_WRITES_FLAGS, answer },
	    { JOB_WRITES, deliver } } },
	{ "email",
	  false,
	  { { JOB_WRITES, email_to_both },
	    { JOB_WRITES_FLAGS, email_flag },
	    { JOB_WRITES, email_end } } },
	{ "upload", false, { { JOB_WRITES, upload }, { JOB_WRITES, upload_other } } },
	{ "create",
	  true,
	  { { JOB_WRITES, append_small }, { JOB_WRITES, append_large } } },
	{ "queue-put",
	  false,
	  { { JOB_WRITES, queue_put_small },
	    { JOB_WRITES, queue_put_large },
	    { JOB_WRITES, queue_put_again } },
	  .on_queue = true },
	{ "queue-attempts",
	  false,
	  { { JOB_WRITES_FLAGS, queue_begin_first },
	    { JOB_WRITES, queue_deliver_first },
	    { JOB_WRITES_FLAGS, queue_begin_second },
	    { JOB_WRITES, queue_refuse_second },
	    { JOB_WRITES, queue_report_it } },
	  .on_queue = true },
	{ "queue-delete",
	  false,
	  { { JOB_WRITES, queue_hold_all },
	    { JOB_WRITES, queue_put_large },
	    { JOB_WRITES, queue_delete_first } },
	  .on_queue = true },
	{ "queue-create", true, { { JOB_WRITES, queue_put_large } }, .on_queue = true },
};
const int scenario_count = sizeof(scenarios) / sizeof(*scenarios);
