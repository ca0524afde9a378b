#include <assert.h>
#include <string.h>

#include "store/account_private.h"
#include "store/acl.h"
#include "store/email.h"
#include "store/gone.h"
#include "store/mailbox_private.h"
#include "store/message.h"
#include "store/metadata.h"
#include "store/uidset.h"

enum { NAMES_ARENA_MAX = 128 * 1024 * 1024 }; /* MAILBOXES_MAX names and more */

/* --- creating --- */

static enum err find_by_name(struct account *a, slice name, int64_t *ret_id,
			     bool *ret_selectable)
{
	struct query *q =
		db_query(a->db, "SELECT id, selectable FROM mailbox WHERE name = $1");
	bool there;
	enum err e;

	query_text(q, name);
	there = query_row(q);
	if (there) {
		*ret_id = query_get_int(q, 0);
		*ret_selectable = query_get_int(q, 1);
	}
	e = query_end(q);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err check_room(struct account *a)
{
	int64_t count;
	enum err e =
		query_run_int(db_query(a->db, "SELECT COUNT(*) FROM mailbox"), &count);

	return e ? e : count < MAILBOXES_MAX ? ERR_NONE : ERR_LIMIT;
}

/* *ret_id is 0 when no mailbox has the use. */
static enum err find_by_use(struct account *a, enum special_use use, int64_t *ret_id)
{
	struct query *q;
	enum err e;

	*ret_id = 0;
	if (use == USE_NONE) return ERR_NONE;
	q = db_query(a->db, "SELECT id FROM mailbox WHERE special_use = $1");
	query_int(q, use);
	e = query_run_int(q, ret_id);
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static enum err check_use_is_free(struct account *a, enum special_use use)
{
	int64_t id;
	enum err e = find_by_use(a, use, &id);

	return e ? e : id ? ERR_DENIED : ERR_NONE;
}

static enum err insert_mailbox(struct account *a, slice name, enum special_use use,
			       int64_t *ret_id)
{
	int64_t id = account_take_id(a);
	enum err e = check_room(a);
	struct query *q;
	uint64_t modseq;

	if (!e) e = account_take_modseq(a, &modseq);
	if (e) return e;
	account_note_mailboxes(a, modseq);
	q = db_query(a->db,
		     "INSERT INTO mailbox (id, name, special_use, selectable,"
		     " uid_validity, uid_next, first_recent, messages, unseen, deleted,"
		     " size, modseq, vanished_floor, vanished_rows, created)"
		     " VALUES ($1, $2, $3, 1, $4, 1, 1, 0, 0, 0, 0, $5, $5, 0, $5)");
	query_int(q, id);
	query_text(q, name);
	query_int(q, use);
	query_int(q, account_take_uid_validity(a));
	query_int(q, (int64_t)modseq);
	e = query_run(q);
	if (!e) e = acl_inherit(a, id, name);
	if (!e) *ret_id = id;
	return e;
}

/* A level that was only there for those below becomes a mailbox of its own. */
static enum err make_selectable(struct account *a, int64_t id, enum special_use use)
{
	struct query *q;
	uint64_t modseq;
	enum err e = account_take_modseq(a, &modseq);

	if (e) return e;
	account_note_mailboxes(a, modseq);
	q = db_query(a->db, "UPDATE mailbox SET selectable = 1, special_use = $2,"
			    " uid_validity = $3, uid_next = 1, first_recent = 1,"
			    " modseq = $4, vanished_floor = $4, altered = $4"
			    " WHERE id = $1");
	query_int(q, id);
	query_int(q, use);
	query_int(q, account_take_uid_validity(a));
	query_int(q, (int64_t)modseq);
	return query_run(q);
}

/* The levels above, the highest first: they are mailboxes too (RFC 9051 6.3.4). */
static enum err make_levels_above(struct account *a, slice name)
{
	enum err e = ERR_NONE;

	for (size_t n = 1; !e && n < name.n; n++) {
		slice level = slice_head(name, n);
		int64_t id;
		bool selectable;

		if (name.p[n] != '/') continue;
		e = find_by_name(a, level, &id, &selectable);
		if (e == ERR_NOT_FOUND) e = insert_mailbox(a, level, USE_NONE, &id);
	}
	return e;
}

enum err mailbox_create(struct account *a, slice name, enum special_use use,
			int64_t *ret_id)
{
	char buffer[MAILBOX_NAME_MAX];
	bool selectable;
	enum err e;

	if (!is_mailbox_name(name)) return ERR_MALFORMED;
	name = mailbox_name_canonical(name, buffer);
	e = check_use_is_free(a, use);
	if (e) return e;
	e = find_by_name(a, name, ret_id, &selectable);
	if (!e) return selectable ? ERR_EXISTS : make_selectable(a, *ret_id, use);
	if (e == ERR_NOT_FOUND) e = make_levels_above(a, name);
	return e ? e : insert_mailbox(a, name, use, ret_id);
}

static enum err put_use(struct account *a, int64_t id, enum special_use use)
{
	struct query *q =
		db_query(a->db, "UPDATE mailbox SET special_use = $2 WHERE id = $1");

	enum err e;

	query_int(q, id);
	query_int(q, use);
	e = query_run(q);
	return e ? e : mailbox_alter(a, id);
}

enum err mailbox_set_use(struct account *a, int64_t id, enum special_use use,
			 int64_t *ret_before)
{
	enum err e = find_by_use(a, use, ret_before);

	if (*ret_before == id) *ret_before = 0;
	if (!e && *ret_before) e = put_use(a, *ret_before, USE_NONE);
	return e ? e : put_use(a, id, use);
}

/* --- deleting --- */

/* '0' follows '/': this is the range of all names below. */
static void bind_range_below(struct query *q, slice name, char low[MAILBOX_NAME_MAX + 1],
			     char high[MAILBOX_NAME_MAX + 1])
{
	memcpy(low, name.p, name.n);
	memcpy(high, name.p, name.n);
	low[name.n] = '/';
	high[name.n] = '/' + 1;
	query_text(q, (slice){ low, name.n + 1 });
	query_text(q, (slice){ high, name.n + 1 });
}

enum err mailbox_has_below(struct account *a, slice name, bool *ret)
{
	char low[MAILBOX_NAME_MAX + 1], high[MAILBOX_NAME_MAX + 1];
	struct query *q = db_query(
		a->db, "SELECT id FROM mailbox WHERE name > $1 AND name < $2 LIMIT 1");
	int64_t id;
	enum err e;

	bind_range_below(q, name, low, high);
	e = query_run_int(q, &id);
	*ret = !e;
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static enum err run_with_id(struct account *a, const char *sql, int64_t id)
{
	struct query *q = db_query(a->db, sql);

	query_int(q, id);
	return query_run(q);
}

static enum err delete_messages(struct account *a, int64_t id, uint64_t modseq)
{
	struct emails emails = { 0 };
	enum err e = emails_collect_mailbox(a, id, &emails);

	if (!e) e = run_with_id(a, "DELETE FROM message WHERE mailbox = $1", id);
	if (!e) e = emails_release(a, &emails, modseq, false);
	if (!e && emails.count) account_note_emails(a, modseq);
	if (!e) e = run_with_id(a, "DELETE FROM uidset WHERE mailbox = $1", id);
	if (!e) e = run_with_id(a, "DELETE FROM vanished WHERE mailbox = $1", id);
	if (!e) e = run_with_id(a, "DELETE FROM seen WHERE mailbox = $1", id);
	emails_done(&emails);
	return e;
}

static enum err delete_row(struct account *a, int64_t id, uint64_t modseq)
{
	struct query *q =
		db_query(a->db, "DELETE FROM mailbox WHERE id = $1 RETURNING created");
	struct gone g = { modseq, id, 0, GONE_WHOLLY };
	int64_t created;
	enum err e;

	query_int(q, id);
	e = query_run_int(q, &created);
	g.created = (uint64_t)created;
	if (!e) e = gone_put(a, GONE_MAILBOX, &g);
	account_note_mailboxes(a, modseq);
	return e;
}

static enum err keep_name(struct account *a, int64_t id)
{
	enum err e = run_with_id(a,
				 "UPDATE mailbox SET selectable = 0, special_use = 0,"
				 " messages = 0, unseen = 0, deleted = 0, size = 0,"
				 " vanished_rows = 0 WHERE id = $1",
				 id);

	return e ? e : mailbox_alter(a, id);
}

static enum err delete_found(struct account *a, const struct mailbox *m)
{
	uint64_t modseq;
	bool below;
	enum err e = mailbox_has_below(a, m->name, &below);

	if (e) return e;
	if (below && !m->selectable) return ERR_DENIED; /* RFC 3501 6.3.4 */
	quota_forget(a);
	e = account_take_modseq(a, &modseq);
	if (!e) e = delete_messages(a, m->id, modseq);
	if (!e) e = metadata_remove(a, m->id);
	if (!e) e = acl_remove(a, m->id);
	if (e) return e;
	return below ? keep_name(a, m->id) : delete_row(a, m->id, modseq);
}

enum err mailbox_delete(struct account *a, int64_t id)
{
	struct arena arena;
	struct mailbox m;
	enum err e;

	arena_init(&arena, 2 * MAILBOX_NAME_MAX);
	e = mailbox_get(a, id, &arena, &m);
	if (!e && slice_eq(m.name, S("INBOX"))) e = ERR_DENIED;
	if (!e) e = delete_found(a, &m);
	arena_done(&arena);
	return e;
}

/* --- renaming --- */

struct renamed {
	struct renamed *next;
	int64_t id;
	slice old_name, name;
};

struct renaming {
	struct account *a;
	const struct mailbox *m;
	slice name; /* it is to have */
	bool subscribed_too;
	struct arena *arena;
};

/* new_name instead of the first old_length octets; false when that is no good name. */
static bool replace_head(slice name, size_t old_length, slice new_name,
			 struct arena *arena, slice *ret)
{
	slice tail = slice_skip(name, old_length);
	char *p = arena_alloc(arena, new_name.n + tail.n + 1);

	if (!p) return false;
	memcpy(p, new_name.p, new_name.n);
	memcpy(p + new_name.n, tail.p, tail.n);
	*ret = (slice){ p, new_name.n + tail.n };
	return is_mailbox_name(*ret);
}

/* Those below a name with the names they will have. ERR_LIMIT when one is too long. */
static enum err list_below(struct account *a, slice old, slice new_name,
			   struct arena *arena, struct renamed **list)
{
	char low[MAILBOX_NAME_MAX + 1], high[MAILBOX_NAME_MAX + 1];
	struct query *q = db_query(
		a->db, "SELECT id, name FROM mailbox WHERE name > $1 AND name < $2");
	bool good = true;
	enum err e;

	bind_range_below(q, old, low, high);
	while (good && query_row(q)) {
		struct renamed *r = arena_alloc(arena, sizeof(*r));

		good = r && replace_head(query_get_slice(q, 1), old.n, new_name, arena,
					 &r->name);
		if (!good) break;
		good = arena_copy(arena, query_get_slice(q, 1), &r->old_name);
		r->id = query_get_int(q, 0);
		r->next = *list;
		*list = r;
	}
	e = query_end(q);
	return e ? e : good ? ERR_NONE : ERR_LIMIT;
}

static enum err set_name(struct account *a, int64_t id, slice name)
{
	struct query *q = db_query(a->db, "UPDATE mailbox SET name = $2 WHERE id = $1");

	query_int(q, id);
	query_text(q, name);
	return query_run(q);
}

static enum err move_subscription(struct account *a, const struct renamed *r)
{
	struct query *q = db_query(a->db, "DELETE FROM subscription WHERE name = $1");
	enum err e;

	query_text(q, r->name);
	e = query_run(q);
	if (e) return e;
	q = db_query(a->db, "UPDATE subscription SET name = $2 WHERE name = $1");
	query_text(q, r->old_name);
	query_text(q, r->name);
	return query_run(q);
}

/* Those below are not altered by it, but where other subscriptions are theirs now. */
static enum err rename_one(const struct renaming *n, const struct renamed *r)
{
	enum err e = set_name(n->a, r->id, r->name);

	if (!e && n->subscribed_too) e = move_subscription(n->a, r);
	if (e || (n->subscribed_too && r->id != n->m->id)) return e;
	return mailbox_alter(n->a, r->id);
}

static enum err rename_tree(const struct renaming *n)
{
	struct renamed top = { NULL, n->m->id, n->m->name, n->name }, *list = NULL;
	enum err e = list_below(n->a, n->m->name, n->name, n->arena, &list);

	if (!e) e = rename_one(n, &top);
	for (; !e && list; list = list->next)
		e = rename_one(n, list);
	return e;
}

/* INBOX stays, its messages go; those below it stay where they are (RFC 9051 6.3.6). */
static enum err rename_inbox(struct account *a, int64_t inbox, slice new_name)
{
	struct interval_set uids = { 0 }, moved = { 0 };
	int64_t target;
	uint32_t first;
	enum err e = insert_mailbox(a, new_name, USE_NONE, &target);

	if (!e) e = metadata_copy(a, inbox, target); /* RFC 5464 4.1 */
	if (!e) e = mailbox_uids(a, inbox, &uids);
	if (!e && interval_set_count(&uids))
		e = message_move(a, inbox, &uids, target, &moved, &first);
	interval_set_done(&uids);
	interval_set_done(&moved);
	return e;
}

static enum err rename_found(const struct renaming *n)
{
	int64_t other;
	bool selectable;
	enum err e = find_by_name(n->a, n->name, &other, &selectable);

	if (e != ERR_NOT_FOUND) return e ? e : ERR_EXISTS;
	e = make_levels_above(n->a, n->name);
	if (e) return e;
	if (slice_eq(n->m->name, S("INBOX")))
		return rename_inbox(n->a, n->m->id, n->name);
	return rename_tree(n);
}

static enum err rename_to(struct account *a, int64_t id, slice new_name,
			  bool subscribed_too)
{
	char buffer[MAILBOX_NAME_MAX];
	struct renaming n = { .a = a, .subscribed_too = subscribed_too };
	struct arena arena;
	struct mailbox m;
	enum err e;

	if (!is_mailbox_name(new_name)) return ERR_MALFORMED;
	new_name = mailbox_name_canonical(new_name, buffer);
	arena_init(&arena, NAMES_ARENA_MAX);
	e = mailbox_get(a, id, &arena, &m);
	if (!e && mailbox_name_is_below(new_name, m.name) &&
	    !slice_eq(m.name, S("INBOX")))
		e = ERR_MALFORMED; /* below itself */
	n.m = &m;
	n.name = new_name;
	n.arena = &arena;
	if (!e) e = rename_found(&n);
	arena_done(&arena);
	return e;
}

enum err mailbox_rename(struct account *a, int64_t id, slice new_name)
{
	return rename_to(a, id, new_name, false);
}

enum err mailbox_move(struct account *a, int64_t id, slice new_name)
{
	return rename_to(a, id, new_name, true);
}
