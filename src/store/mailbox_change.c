#include <string.h>

#include "store/account_private.h"
#include "store/acl.h"
#include "store/email.h"
#include "store/gone.h"
#include "store/mailbox_private.h"
#include "store/metadata.h"

/* --- creating --- */

enum err mailbox_find_row(struct account *a, slice name, int64_t *ret_id,
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

enum err mailbox_insert(struct account *a, slice name, enum special_use use,
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

/* A level that was only there for those below becomes a mailbox again. It has its id
 * still, and so its UIDVALIDITY and no UID twice (RFC 8474 4); none of its messages are
 * told to have gone one by one. */
static enum err make_selectable(struct account *a, int64_t id, enum special_use use)
{
	struct query *q;
	uint64_t modseq;
	enum err e = account_take_modseq(a, &modseq);

	if (e) return e;
	account_note_mailboxes(a, modseq);
	q = db_query(a->db, "UPDATE mailbox SET selectable = 1, special_use = $2,"
			    " modseq = $3, vanished_floor = $3, altered = $3"
			    " WHERE id = $1");
	query_int(q, id);
	query_int(q, use);
	query_int(q, (int64_t)modseq);
	return query_run(q);
}

enum err mailbox_make_levels_above(struct account *a, slice name)
{
	enum err e = ERR_NONE;

	for (size_t n = 1; !e && n < name.n; n++) {
		slice level = slice_head(name, n);
		int64_t id;
		bool selectable;

		if (name.p[n] != '/') continue;
		e = mailbox_find_row(a, level, &id, &selectable);
		if (e == ERR_NOT_FOUND) e = mailbox_insert(a, level, USE_NONE, &id);
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
	e = mailbox_find_row(a, name, ret_id, &selectable);
	if (!e) return selectable ? ERR_EXISTS : make_selectable(a, *ret_id, use);
	if (e == ERR_NOT_FOUND) e = mailbox_make_levels_above(a, name);
	return e ? e : mailbox_insert(a, name, use, ret_id);
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
void mailbox_bind_below(struct query *q, slice name, char low[MAILBOX_NAME_MAX + 1],
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

	mailbox_bind_below(q, name, low, high);
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

static enum err keep_name(struct account *a, int64_t id, uint64_t modseq)
{
	struct query *q =
		db_query(a->db, "UPDATE mailbox SET selectable = 0, special_use = 0,"
				" messages = 0, unseen = 0, deleted = 0, size = 0,"
				" vanished_rows = 0, altered = $2, counted = $2"
				" WHERE id = $1");

	account_note_mailboxes(a, modseq);
	query_int(q, id);
	query_int(q, (int64_t)modseq);
	return query_run(q);
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
	if (!e && below) e = acl_inherit(a, m->id, m->name);
	if (e) return e;
	return below ? keep_name(a, m->id, modseq) : delete_row(a, m->id, modseq);
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
