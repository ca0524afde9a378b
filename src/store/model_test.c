/*
 * Random operations on the store and on a plain model beside it: after every
 * commit and every rollback both must tell the same.
 */
#include <stdlib.h>
#include <string.h>

#include "store/fixture_test.h"

enum {
	MAILBOXES = 3,
	MESSAGES_MAX = 4000,
	ROUNDS = 150,
	ALL_FLAGS = FLAG_SEEN | FLAG_DELETED | FLAG_FLAGGED,
};

struct model_message {
	uint32_t uid;
	uint64_t flags;
};

struct model_mailbox {
	int64_t id;
	struct model_message at[MESSAGES_MAX]; /* in UID order */
	uint32_t count, uid_next;
	uint64_t made;   /* the modseq it was made with */
	uint64_t modseq; /* as last seen */
	struct interval_set vanished;
};

struct model {
	struct fixture f;
	struct model_mailbox mailboxes[MAILBOXES], saved[MAILBOXES];
	unsigned seed;
};

static uint32_t pick(struct model *m, uint32_t below)
{
	return (uint32_t)rand_r(&m->seed) % below;
}

static struct model_mailbox *pick_mailbox(struct model *m)
{
	return m->mailboxes + pick(m, MAILBOXES);
}

static uint64_t pick_flags(struct model *m)
{
	return pick(m, ALL_FLAGS + 1) & ALL_FLAGS;
}

/* A few ranges around the UIDs there are, some beyond. */
static struct interval_set pick_uids(struct model *m, const struct model_mailbox *b)
{
	struct interval_set s = { 0 };

	for (uint32_t n = 1 + pick(m, 4); n; n--) {
		uint32_t first = 1 + pick(m, b->uid_next + 3);

		interval_set_add_range(&s, first, first + pick(m, 5));
	}
	return s;
}

static void model_add(struct model_mailbox *b, uint32_t uid, uint64_t flags)
{
	CHECK(b->count < MESSAGES_MAX);
	CHECK(uid >= b->uid_next);
	b->at[b->count++] = (struct model_message){ uid, flags };
	b->uid_next = uid + 1;
}

static void model_remove(struct model_mailbox *b, uint32_t i)
{
	interval_set_add(&b->vanished, b->at[i].uid);
	memmove(b->at + i, b->at + i + 1, (--b->count - i) * sizeof(*b->at));
}

/* --- the operations --- */

static void do_append(struct model *m)
{
	struct model_mailbox *b = pick_mailbox(m);
	uint64_t flags = pick_flags(m);
	char text[64];

	/* Few different texts, so that bodies are shared. */
	snprintf(text, sizeof(text), "Message-ID: <%u@x>\r\n\r\n%u\r\n", pick(m, 20),
		 pick(m, 4));
	model_add(b, fixture_append(&m->f, b->id, slice_of(text), flags), flags);
}

static void do_flags(struct model *m)
{
	struct model_mailbox *b = pick_mailbox(m);
	struct interval_set uids = pick_uids(m, b), modified = { 0 };
	enum flag_change change = (enum flag_change)pick(m, 3);
	uint64_t flags = pick_flags(m);

	CHECK_INT(message_change_flags(m->f.account, b->id, &uids, change, flags,
				       UINT64_MAX, &modified, NULL, NULL),
		  ERR_NONE);
	CHECK_INT(interval_set_count(&modified), 0);
	for (uint32_t i = 0; i < b->count; i++) {
		uint64_t *now = &b->at[i].flags;

		if (!interval_set_contains(&uids, b->at[i].uid)) continue;
		*now = change == FLAGS_SET   ? flags
		       : change == FLAGS_ADD ? *now | flags
					     : *now & ~flags;
	}
	interval_set_done(&uids);
}

static void do_expunge(struct model *m)
{
	struct model_mailbox *b = pick_mailbox(m);
	struct interval_set uids = pick_uids(m, b), gone = { 0 }, want = { 0 };
	bool whole = pick(m, 8) == 0;

	CHECK_INT(message_expunge(m->f.account, b->id, whole ? NULL : &uids, &gone),
		  ERR_NONE);
	for (uint32_t i = b->count; i-- > 0;) {
		if (!(b->at[i].flags & FLAG_DELETED)) continue;
		if (!whole && !interval_set_contains(&uids, b->at[i].uid)) continue;
		interval_set_add(&want, b->at[i].uid);
		model_remove(b, i);
	}
	CHECK(interval_set_equal(&gone, &want));
	interval_set_done(&uids);
	interval_set_done(&gone);
	interval_set_done(&want);
}

/* Copies in the model those of uids; takes them away when moves. */
static void model_copy(struct model_mailbox *from, struct model_mailbox *to,
		       const struct interval_set *uids, uint32_t first, bool moves)
{
	uint32_t there = from->count;

	for (uint32_t i = 0; i < there; i++)
		if (interval_set_contains(uids, from->at[i].uid))
			model_add(to, first++, from->at[i].flags);
	for (uint32_t i = there; moves && i-- > 0;)
		if (interval_set_contains(uids, from->at[i].uid)) model_remove(from, i);
}

static void do_copy(struct model *m)
{
	struct model_mailbox *from = pick_mailbox(m), *to = pick_mailbox(m);
	struct interval_set uids = pick_uids(m, from), copied = { 0 }, want = { 0 };
	bool moves = pick(m, 2);
	uint32_t first = 0;

	for (uint32_t i = 0; i < from->count; i++)
		interval_set_add(&want, from->at[i].uid);
	interval_set_intersect(&want, &uids);
	CHECK_INT((moves ? message_move : message_copy)(m->f.account, from->id, &uids,
							to->id, &copied, &first),
		  ERR_NONE);
	CHECK(interval_set_equal(&copied, &want));
	model_copy(from, to, &copied, first, moves);
	interval_set_done(&want);
	interval_set_done(&uids);
	interval_set_done(&copied);
}

static void do_remove(struct model *m)
{
	struct model_mailbox *b = pick_mailbox(m);
	struct interval_set uids = pick_uids(m, b), gone = { 0 };

	CHECK_INT(message_remove(m->f.account, b->id, &uids, &gone), ERR_NONE);
	for (uint32_t i = b->count; i-- > 0;)
		if (interval_set_contains(&uids, b->at[i].uid)) model_remove(b, i);
	interval_set_done(&uids);
	interval_set_done(&gone);
}

/* --- comparing --- */

static slice model_list(struct model *m, const struct model_mailbox *b)
{
	struct buf out;
	slice kept;

	buf_init(&out, 1 << 20);
	for (uint32_t i = 0; i < b->count; i++) {
		buf_addf(&out, i ? " %u" : "%u", b->at[i].uid);
		if (b->at[i].flags)
			buf_addf(&out, "=%llx", (unsigned long long)b->at[i].flags);
	}
	CHECK(arena_copy(&m->f.arena, buf_slice(&out), &kept));
	buf_done(&out);
	return kept;
}

static void compare_vanished(struct model *m, const struct model_mailbox *b)
{
	struct interval_set log = { 0 };
	struct mailbox row = fixture_get(&m->f, b->id);

	CHECK_INT(changes_vanished(m->f.account, b->id, row.modseq, &log), ERR_NONE);
	CHECK_INT(interval_set_count(&log), 0);
	CHECK_INT(changes_vanished(m->f.account, b->id, b->made, &log), ERR_NONE);
	CHECK(interval_set_equal(&log, &b->vanished));
	interval_set_done(&log);
}

static void compare(struct model *m)
{
	for (int i = 0; i < MAILBOXES; i++) {
		struct model_mailbox *b = m->mailboxes + i;
		struct mailbox row = fixture_get(&m->f, b->id);

		CHECK_SLICE(fixture_list(&m->f, b->id), model_list(m, b));
		CHECK_INT(row.exists, b->count);
		CHECK(row.uid_next >= b->uid_next);
		CHECK(row.modseq >= b->modseq);
		b->uid_next = row.uid_next;
		b->modseq = row.modseq;
		compare_vanished(m, b);
	}
	arena_reset(&m->f.arena);
}

static void save(struct model *m)
{
	for (int i = 0; i < MAILBOXES; i++) {
		struct interval_set kept = m->saved[i].vanished;

		interval_set_copy(&kept, &m->mailboxes[i].vanished);
		m->saved[i] = m->mailboxes[i];
		m->saved[i].vanished = kept;
	}
}

static void restore(struct model *m)
{
	for (int i = 0; i < MAILBOXES; i++) {
		struct interval_set kept = m->mailboxes[i].vanished;

		interval_set_copy(&kept, &m->saved[i].vanished);
		m->mailboxes[i] = m->saved[i];
		m->mailboxes[i].vanished = kept;
	}
}

/* One job in a savepoint, now and then undone. */
static void run_job(struct model *m)
{
	static void (*const operations[])(struct model *) = {
		do_append, do_append,  do_append, do_append, do_flags,
		do_flags,  do_expunge, do_copy,   do_remove,
	};

	save(m);
	CHECK_INT(account_savepoint(m->f.account), ERR_NONE);
	operations[pick(m, countof(operations))](m);
	if (pick(m, 5)) {
		CHECK_INT(account_release(m->f.account), ERR_NONE);
	} else {
		account_rollback_to(m->f.account);
		restore(m);
	}
}

static void run_group(struct model *m)
{
	fixture_begin(&m->f);
	for (uint32_t jobs = 1 + pick(m, 12); jobs; jobs--)
		run_job(m);
	fixture_commit(&m->f);
}

TEST(model_agrees_with_the_store)
{
	static const char *const names[MAILBOXES] = { "INBOX", "A", "A/b" };
	struct model *m = calloc(1, sizeof(*m));

	CHECK(m);
	m->seed = 42;
	fixture_init(&m->f);
	for (int i = 0; i < MAILBOXES; i++) {
		m->mailboxes[i].id = fixture_mailbox(&m->f, names[i]);
		m->mailboxes[i].uid_next = 1;
		m->mailboxes[i].made = fixture_get(&m->f, m->mailboxes[i].id).modseq;
	}
	for (int round = 0; round < ROUNDS; round++) {
		run_group(m);
		if (round % 20 == 19) fixture_reopen(&m->f);
		compare(m);
	}
	for (int i = 0; i < MAILBOXES; i++) {
		interval_set_done(&m->mailboxes[i].vanished);
		interval_set_done(&m->saved[i].vanished);
	}
	fixture_done(&m->f);
	free(m);
}
