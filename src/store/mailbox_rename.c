/* Renaming a mailbox, with all below it; as IMAP means it, and as JMAP does. */
#include <string.h>

#include "store/account_private.h"
#include "store/mailbox_private.h"
#include "store/message.h"
#include "store/metadata.h"

enum { NAMES_ARENA_MAX = 128 * 1024 * 1024 }; /* MAILBOXES_MAX names and more */

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

	mailbox_bind_below(q, old, low, high);
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
	enum err e = mailbox_insert(a, new_name, USE_NONE, &target);

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
	enum err e = mailbox_find_row(n->a, n->name, &other, &selectable);

	if (e != ERR_NOT_FOUND) return e ? e : ERR_EXISTS;
	e = mailbox_make_levels_above(n->a, n->name);
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
