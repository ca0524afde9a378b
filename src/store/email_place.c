/* In which mailboxes an email is. */
#include <assert.h>

#include "store/account_private.h"
#include "store/email_view.h"
#include "store/quota.h"

enum { PLACES_ARENA = 256 * 1024 * 1024 }; /* of every message of an account */

struct placing {
	struct account *a;
	struct email_view email;
	const int64_t *mailboxes; /* where it is to be */
	uint32_t count;
};

static bool is_wanted(const struct placing *p, int64_t mailbox)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (p->mailboxes[i] == mailbox) return true;
	return false;
}

/* It is neither in the mailbox nor was that named before. */
static bool is_new(const struct placing *p, uint32_t i)
{
	for (uint32_t j = 0; j < i; j++)
		if (p->mailboxes[j] == p->mailboxes[i]) return false;
	for (uint32_t j = 0; j < p->email.place_count; j++)
		if (p->email.places[j].mailbox == p->mailboxes[i]) return false;
	return true;
}

/* --- what could refuse it --- */

static enum err check_mailbox(struct account *a, int64_t mailbox)
{
	struct query *q =
		db_query(a->db, "SELECT selectable, uid_next FROM mailbox WHERE id = $1");
	enum err e = ERR_NOT_FOUND, ended;

	query_int(q, mailbox);
	if (query_row(q))
		e = !query_get_int(q, 0)                ? ERR_DENIED
		    : query_get_int(q, 1) >= UINT32_MAX ? ERR_LIMIT
							: ERR_NONE;
	ended = query_end(q);
	return ended ? ended : e;
}

static enum err check_mailboxes(const struct placing *p)
{
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < p->count; i++)
		e = check_mailbox(p->a, p->mailboxes[i]);
	return e;
}

/* As a MOVE, what does not grow is never refused. */
static enum err check_quota(const struct placing *p)
{
	int64_t more = 0;

	for (uint32_t i = 0; i < p->count; i++)
		more += is_new(p, i);
	for (uint32_t i = 0; i < p->email.place_count; i++)
		more -= !is_wanted(p, p->email.places[i].mailbox);
	if (more <= 0) return ERR_NONE;
	return quota_check(p->a, (uint64_t)more * p->email.size, (uint64_t)more);
}

/* --- doing it --- */

static enum err add_places(const struct placing *p)
{
	uint32_t uid;
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < p->count; i++)
		if (is_new(p, i))
			e = message_link(p->a, p->email.id, p->mailboxes[i],
					 p->email.flags, &uid);
	return e;
}

/* places come sorted by their mailboxes: those of the one at i. */
static enum err remove_from_one(const struct placing *p, uint32_t *i)
{
	const struct email_place *places = p->email.places;
	struct interval_set uids = { 0 }, removed = { 0 };
	int64_t mailbox = places[*i].mailbox;
	enum err e;

	for (; *i < p->email.place_count && places[*i].mailbox == mailbox; ++*i)
		interval_set_add(&uids, places[*i].uid);
	e = message_remove(p->a, mailbox, &uids, &removed);
	interval_set_done(&uids);
	interval_set_done(&removed);
	return e;
}

static enum err remove_places(const struct placing *p)
{
	uint32_t i = 0;
	enum err e = ERR_NONE;

	while (!e && i < p->email.place_count)
		if (is_wanted(p, p->email.places[i].mailbox))
			i++;
		else
			e = remove_from_one(p, &i);
	return e;
}

static enum err place(struct placing *p, int64_t email)
{
	struct arena arena;
	enum err e;

	arena_init(&arena, PLACES_ARENA);
	e = email_view_get(p->a, email, 0, &arena, &p->email);
	if (!e) e = check_mailboxes(p);
	if (!e) e = check_quota(p);
	if (!e) e = add_places(p);
	if (!e) e = remove_places(p);
	arena_done(&arena);
	return e;
}

enum err email_set_mailboxes(struct account *a, int64_t email, const int64_t *mailboxes,
			     uint32_t count)
{
	struct placing p = { .a = a, .mailboxes = mailboxes, .count = count };

	assert(count);
	return place(&p, email);
}

enum err email_destroy(struct account *a, int64_t email)
{
	struct placing p = { .a = a };

	return place(&p, email);
}
