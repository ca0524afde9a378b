/*
 * After random operations clients follow the changes, in pages of few, and at the end
 * know what is there.
 */
#include <stdlib.h>

#include "store/account_private.h"
#include "store/email_view.h"
#include "store/quota.h"
#include "store/states_client_test.h"

enum { CLIENTS = 9, ROUNDS = 200, NAMES = 6, KINDS = 3 };

struct world {
	struct fixture f;
	struct client clients[CLIENTS];
	unsigned seed;
};

static uint32_t pick(struct world *w, uint32_t below)
{
	return (uint32_t)rand_r(&w->seed) % below;
}

/* --- operations --- */

struct choice {
	uint32_t skip;
	int64_t id;
	slice name;
	struct arena *arena;
};

static bool choose_email(void *context, const struct email_view *e)
{
	struct choice *c = context;

	c->id = e->id;
	return c->skip--;
}

static int64_t pick_email(struct world *w)
{
	struct choice c = { .skip = pick(w, 60) };

	CHECK_INT(email_view_each(w->f.account, 0, 0, choose_email, &c), ERR_NONE);
	return c.id;
}

static bool choose_mailbox(void *context, const struct mailbox *m)
{
	struct choice *c = context;

	if (!m->selectable) return true;
	c->id = m->id;
	return c->skip--;
}

static int64_t pick_mailbox(struct world *w)
{
	struct choice c = { .skip = pick(w, NAMES) };

	CHECK_INT(mailbox_each(w->f.account, choose_mailbox, &c), ERR_NONE);
	return c.id;
}

static slice pick_name(struct world *w)
{
	static const slice names[NAMES] = {
		SLICE_INIT("A"),   SLICE_INIT("A/x"), SLICE_INIT("A/x/y"),
		SLICE_INIT("B/x"), SLICE_INIT("B"),   SLICE_INIT("C"),
	};

	return names[pick(w, NAMES)];
}

static struct interval_set pick_uids(struct world *w)
{
	struct interval_set s = { 0 };
	uint32_t first = 1 + pick(w, 30);

	interval_set_add_range(&s, first, first + pick(w, 4));
	return s;
}

static uint64_t pick_flags(struct world *w)
{
	return pick(w, 32) & ~2U; /* all system flags but \Answered */
}

/* What is refused has changed nothing. */
static void ignore(enum err e)
{
	CHECK(e == ERR_NONE || e == ERR_EXISTS || e == ERR_DENIED || e == ERR_MALFORMED ||
	      e == ERR_LIMIT);
}

static void do_append(struct world *w)
{
	char text[100];

	if (quota_check(w->f.account, sizeof(text), 1)) return;
	snprintf(text, sizeof(text), "Message-ID: <%u@x>\r\nReferences: <%u@x>\r\n\r\n",
		 pick(w, 200), pick(w, 200));
	fixture_append(&w->f, pick_mailbox(w), slice_of(text), pick_flags(w));
}

static void do_flags(struct world *w)
{
	struct interval_set uids = pick_uids(w), modified = { 0 };

	CHECK_INT(message_change_flags(w->f.account, pick_mailbox(w), &uids,
				       (enum flag_change)pick(w, 3), pick_flags(w),
				       UINT64_MAX, &modified, NULL, NULL),
		  ERR_NONE);
	interval_set_done(&uids);
}

static void do_expunge(struct world *w)
{
	struct interval_set gone = { 0 };

	CHECK_INT(message_expunge(w->f.account, pick_mailbox(w), NULL, &gone), ERR_NONE);
	interval_set_done(&gone);
}

static void do_remove(struct world *w)
{
	struct interval_set uids = pick_uids(w), gone = { 0 };

	CHECK_INT(message_remove(w->f.account, pick_mailbox(w), &uids, &gone), ERR_NONE);
	interval_set_done(&uids);
	interval_set_done(&gone);
}

static void do_copy(struct world *w)
{
	struct interval_set uids = pick_uids(w), copied = { 0 };
	struct account *a = w->f.account;
	int64_t from = pick_mailbox(w), to = pick_mailbox(w);
	uint32_t first = 0;

	if (pick(w, 2))
		CHECK_INT(message_move(a, from, &uids, to, &copied, &first), ERR_NONE);
	else
		ignore(message_copy(a, from, &uids, to, &copied, &first));
	interval_set_done(&uids);
	interval_set_done(&copied);
}

static void do_email_flags(struct world *w)
{
	int64_t email = pick_email(w);

	if (!email) return;
	CHECK_INT(email_change_flags(w->f.account, email, (enum flag_change)pick(w, 3),
				     pick_flags(w)),
		  ERR_NONE);
}

static void do_email_mailboxes(struct world *w)
{
	int64_t email = pick_email(w), to[] = { pick_mailbox(w), pick_mailbox(w) };

	if (!email) return;
	ignore(email_set_mailboxes(w->f.account, email, to, 1 + pick(w, 2)));
}

static void do_email_destroy(struct world *w)
{
	int64_t email = pick_email(w);

	if (email) CHECK_INT(email_destroy(w->f.account, email), ERR_NONE);
}

static void do_mailbox(struct world *w)
{
	struct account *a = w->f.account;
	int64_t id = pick_mailbox(w), other;

	switch (pick(w, 8)) {
	case 0:
		ignore(mailbox_delete(a, id));
		break;
	case 1:
		ignore(mailbox_rename(a, id, pick_name(w)));
		break;
	case 2:
		ignore(mailbox_move(a, id, pick_name(w)));
		break;
	case 3:
		ignore(mailbox_set_use(a, id, (enum special_use)pick(w, 3), &other));
		break;
	case 4:
		ignore(mailbox_set_sort_order(a, id, pick(w, 100)));
		break;
	case 5:
		ignore(subscription_set(a, pick_name(w), pick(w, 2)));
		break;
	default:
		ignore(mailbox_create(a, pick_name(w), USE_NONE, &id));
	}
}

static void run_job(struct world *w)
{
	static void (*const operations[])(struct world *) = {
		do_append,      do_append,          do_append,
		do_append,      do_append,          do_flags,
		do_remove,      do_expunge,         do_copy,
		do_copy,        do_flags,           do_copy,
		do_email_flags, do_email_mailboxes, do_email_destroy,
		do_mailbox,
	};

	CHECK_INT(account_savepoint(w->f.account), ERR_NONE);
	operations[pick(w, countof(operations))](w);
	if (pick(w, 6))
		CHECK_INT(account_release(w->f.account), ERR_NONE);
	else
		account_rollback_to(w->f.account);
}

/* Now and then little more fits than there is. */
static void limit(struct world *w)
{
	struct quota used, limits = { QUOTA_NONE, QUOTA_NONE };

	CHECK_INT(quota_usage(w->f.account, &used), ERR_NONE);
	if (pick(w, 4) == 0) limits.messages = used.messages + pick(w, 3);
	quota_set_site(w->f.store, &limits);
}

static void run_group(struct world *w)
{
	limit(w);
	fixture_begin(&w->f);
	for (uint32_t jobs = 1 + pick(w, 8); jobs; jobs--)
		run_job(w);
	if (pick(w, 8) == 0)
		account_rollback(w->f.account);
	else if (pick(w, 8))
		CHECK_INT(account_commit(w->f.account), ERR_NONE);
	else
		fixture_commit(&w->f);
}

/* Now and then as after an unclean stop: the file is of another boot. */
static void reopen(struct world *w)
{
	if (pick(w, 4) == 0) {
		fixture_begin(&w->f);
		w->f.account->boot++;
		fixture_commit(&w->f);
	}
	fixture_reopen(&w->f);
}

static void start_clients(struct world *w)
{
	for (uint32_t i = 0; i < CLIENTS; i++) {
		struct client *c = w->clients + i;

		c->kind = (enum state_kind)(i % KINDS);
		c->max = i < KINDS ? 1000 : i < 2 * KINDS ? 7 : 3;
		client_start(&w->f, c);
	}
}

/* Some follow to the end, some a page, some wait. */
static void run_clients(struct world *w)
{
	for (uint32_t i = 0; i < CLIENTS; i++) {
		uint32_t n = pick(w, 6);

		if (n == 0) client_follow(&w->f, w->clients + i);
		if (n == 1) client_follow_once(&w->f, w->clients + i);
	}
	arena_reset(&w->f.arena);
}

TEST(states_lead_clients_to_what_is_there)
{
	struct world *w = calloc(1, sizeof(*w));

	CHECK(w);
	w->seed = 7;
	fixture_init(&w->f);
	start_clients(w);
	for (int round = 0; round < ROUNDS; round++) {
		run_group(w);
		if (pick(w, 30) == 0) reopen(w);
		run_clients(w);
	}
	for (uint32_t i = 0; i < CLIENTS; i++) {
		client_follow(&w->f, w->clients + i);
		CHECK(w->clients[i].max < 1000 || w->clients[i].restarts <= 12);
		CHECK(w->clients[i].pages > 30);
	}
	fixture_done(&w->f);
	free(w);
}
