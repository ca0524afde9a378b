#include "store/mailbox.h"

#include "store/account_private.h"
#include "store/mailbox_private.h"
#include "store/message.h"
#include "store/uidset.h"

/* --- reading --- */

#define SELECT_MAILBOX                                                                   \
	"SELECT b.id, b.name, b.special_use, b.selectable, b.uid_validity, b.uid_next,"  \
	" b.first_recent, b.messages, b.unseen, b.deleted, b.size, b.modseq,"            \
	" CASE WHEN s.name IS NULL THEN 0 ELSE 1 END, b.sort_order"                      \
	" FROM mailbox b LEFT JOIN subscription s ON s.name = b.name "

static struct mailbox read_row(struct query *q)
{
	return (struct mailbox){
		.id = query_get_int(q, 0),
		.name = query_get_slice(q, 1),
		.use = (enum special_use)query_get_int(q, 2),
		.selectable = query_get_int(q, 3),
		.uid_validity = (uint32_t)query_get_int(q, 4),
		.uid_next = (uint32_t)query_get_int(q, 5),
		.first_recent = (uint32_t)query_get_int(q, 6),
		.exists = (uint32_t)query_get_int(q, 7),
		.unseen = (uint32_t)query_get_int(q, 8),
		.deleted = (uint32_t)query_get_int(q, 9),
		.size = (uint64_t)query_get_int(q, 10),
		.modseq = (uint64_t)query_get_int(q, 11),
		.subscribed = query_get_int(q, 12),
		.sort_order = (uint32_t)query_get_int(q, 13),
	};
}

enum err mailbox_each(struct account *a, mailbox_visitor *visit, void *context)
{
	struct query *q = db_query(a->db, SELECT_MAILBOX "ORDER BY b.name");
	bool more = true;

	while (more && query_row(q)) {
		struct mailbox m = read_row(q);

		more = visit(context, &m);
	}
	return query_end(q);
}

/* The one row of a query; ends it. */
static enum err read_one(struct query *q, struct arena *arena, struct mailbox *ret)
{
	struct mailbox m = { 0 };
	bool there = query_row(q), fits = true;
	enum err e;

	if (there) {
		m = read_row(q);
		fits = arena_copy(arena, m.name, &m.name);
	}
	e = query_end(q);
	if (e) return e;
	if (!there) return ERR_NOT_FOUND;
	if (!fits) return ERR_LIMIT;
	*ret = m;
	return ERR_NONE;
}

enum err mailbox_find(struct account *a, slice name, struct arena *arena,
		      struct mailbox *ret)
{
	char buffer[MAILBOX_NAME_MAX];
	struct query *q = db_query(a->db, SELECT_MAILBOX "WHERE b.name = $1");

	query_text(q, mailbox_name_canonical(name, buffer));
	return read_one(q, arena, ret);
}

enum err mailbox_find_id(struct account *a, slice name, int64_t *ret)
{
	char buffer[MAILBOX_NAME_MAX];
	bool selectable;

	return mailbox_find_row(a, mailbox_name_canonical(name, buffer), ret,
				&selectable);
}

enum err mailbox_get(struct account *a, int64_t id, struct arena *arena,
		     struct mailbox *ret)
{
	struct query *q = db_query(a->db, SELECT_MAILBOX "WHERE b.id = $1");

	query_int(q, id);
	return read_one(q, arena, ret);
}

enum err mailbox_uids(struct account *a, int64_t id, struct interval_set *ret)
{
	return uidset_read(a, id, ret);
}

enum err mailbox_claim_recent(struct account *a, int64_t id, uint32_t *ret_first)
{
	struct query *q =
		db_query(a->db, "SELECT first_recent FROM mailbox WHERE id = $1");
	int64_t first;
	enum err e;

	query_int(q, id);
	e = query_run_int(q, &first);
	if (e) return e;
	*ret_first = (uint32_t)first;
	q = db_query(a->db, "UPDATE mailbox SET first_recent = uid_next"
			    " WHERE id = $1 AND first_recent < uid_next");
	query_int(q, id);
	return query_run(q);
}

/* --- counters --- */

void mailbox_delta_add(struct mailbox_delta *d, uint64_t flags, int64_t size, int times)
{
	d->messages += times;
	d->size += times * size;
	if (!(flags & FLAG_SEEN)) d->unseen += times;
	if (flags & FLAG_DELETED) d->deleted += times;
	if (flags & FLAG_DRAFT) d->drafts += times;
}

/* Whether what people see as counts is another; what is marked as deleted they do not see
 * (email_count_threads). */
static bool has_counts(const struct mailbox_delta *d)
{
	return d->messages || d->unseen || d->drafts || d->deleted;
}

static void note_count(struct account *a, const struct mailbox_delta *delta,
		       uint64_t modseq)
{
	quota_count(a, delta->size, delta->messages);
	account_note_emails(a, modseq);
	if (has_counts(delta)) account_note_mailboxes(a, modseq);
}

static enum err find_uid_next(struct account *a, int64_t mailbox, int64_t *ret)
{
	struct query *q = db_query(a->db, "SELECT uid_next FROM mailbox"
					  " WHERE id = $1 AND selectable = 1");

	query_int(q, mailbox);
	return query_run_int(q, ret);
}

/* Without RETURNING, which costs SQLite more than the query before. */
enum err mailbox_count(struct account *a, int64_t mailbox,
		       const struct mailbox_delta *delta, uint64_t modseq, uint32_t uids,
		       uint32_t *ret_first)
{
	int64_t next;
	enum err e = find_uid_next(a, mailbox, &next);
	struct query *q;

	if (!e && next + uids > UINT32_MAX) e = ERR_LIMIT;
	if (e) return e;
	q = db_query(a->db,
		     "UPDATE mailbox SET messages = messages + $2, unseen = unseen + $3,"
		     " deleted = deleted + $4, size = size + $5, modseq = $6,"
		     " uid_next = $7, counted = CASE WHEN $8 = 0 THEN counted ELSE $6 END"
		     " WHERE id = $1");
	query_int(q, mailbox);
	query_int(q, delta->messages);
	query_int(q, delta->unseen);
	query_int(q, delta->deleted);
	query_int(q, delta->size);
	query_int(q, (int64_t)modseq);
	query_int(q, next + uids);
	query_int(q, has_counts(delta));
	e = query_run(q);
	if (e) return e;
	note_count(a, delta, modseq);
	if (ret_first) *ret_first = (uint32_t)next;
	return ERR_NONE;
}

/* --- subscriptions --- */

static enum err check_room(struct account *a)
{
	int64_t count;
	enum err e = query_run_int(db_query(a->db, "SELECT COUNT(*) FROM subscription"),
				   &count);

	return e ? e : count < MAILBOXES_MAX ? ERR_NONE : ERR_LIMIT;
}

enum err subscription_set(struct account *a, slice name, bool subscribed)
{
	static const char *const sql[] = {
		"DELETE FROM subscription WHERE name = $1",
		"INSERT INTO subscription (name) VALUES ($1) ON CONFLICT DO NOTHING",
	};
	char buffer[MAILBOX_NAME_MAX];
	struct query *q;
	enum err e = is_mailbox_name(name) ? ERR_NONE : ERR_MALFORMED;

	if (!e && subscribed) e = check_room(a);
	if (e) return e;
	name = mailbox_name_canonical(name, buffer);
	q = db_query(a->db, sql[subscribed]);
	query_text(q, name);
	e = query_run(q);
	return e || db_changes(a->db) == 0 ? e : mailbox_alter_named(a, name);
}

enum err subscription_each(struct account *a, name_visitor *visit, void *context)
{
	struct query *q = db_query(a->db, "SELECT name FROM subscription ORDER BY name");
	bool more = true;

	while (more && query_row(q))
		more = visit(context, query_get_slice(q, 0));
	return query_end(q);
}
