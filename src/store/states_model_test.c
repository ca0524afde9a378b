/*
 * Clients that know the store by what states.h tells them alone: after random operations
 * each follows the changes, in pages of few, and at the end knows what is there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"
#include "store/account_private.h"
#include "store/email_view.h"
#include "store/fixture_test.h"
#include "store/states.h"

enum { CLIENTS = 9, KNOWN_MAX = 4000, ROUNDS = 200, NAMES = 6, KINDS = 3 };

/* What a client keeps of an object: digests of its parts. */
struct known {
	int64_t id;
	uint64_t body, counts;
};

struct client {
	enum state_kind kind;
	uint64_t state;
	uint32_t max; /* of changes at once */
	struct known list[KNOWN_MAX];
	uint32_t count;
	uint32_t restarts;
};

struct world {
	struct fixture f;
	struct client clients[CLIENTS];
	unsigned seed;
	uint32_t pages;
};

static uint32_t pick(struct world *w, uint32_t below)
{
	return (uint32_t)rand_r(&w->seed) % below;
}

/* --- what is there --- */

static uint64_t digest(struct buf *b)
{
	const struct siphash_key key = { 1, 2 };
	uint64_t sum = siphash(&key, buf_slice(b));

	buf_done(b);
	return sum;
}

static bool see_email(struct world *w, int64_t id, struct known *ret)
{
	struct email_view v;
	struct buf b;

	if (email_view_get(w->f.account, id, 0, &w->f.arena, &v)) return false;
	buf_init(&b, 1 << 20);
	buf_addf(&b, "%llx", (unsigned long long)v.flags);
	for (uint32_t i = 0; i < v.place_count; i++)
		if (i == 0 || v.places[i].mailbox != v.places[i - 1].mailbox)
			buf_addf(&b, " %lld", (long long)v.places[i].mailbox);
	*ret = (struct known){ id, digest(&b), 0 };
	return true;
}

static bool add_id(void *context, int64_t email)
{
	buf_addf(context, "%lld ", (long long)email);
	return true;
}

static bool see_thread(struct world *w, int64_t id, struct known *ret)
{
	struct buf b;
	enum err e;

	buf_init(&b, 1 << 20);
	e = email_each_of_thread(w->f.account, id, add_id, &b);
	CHECK(e == ERR_NONE || e == ERR_NOT_FOUND);
	*ret = (struct known){ id, digest(&b), 0 };
	return !e;
}

static uint64_t see_counts(struct world *w, int64_t id)
{
	struct thread_counts c;
	struct buf b;

	CHECK_INT(email_count_threads(w->f.account, id, &c), ERR_NONE);
	buf_init(&b, 1000);
	buf_addf(&b, "%u %u %u %u", c.total, c.unread, c.emails, c.unread_emails);
	return digest(&b);
}

/* By its last level and what is above it. */
static void write_place(struct world *w, slice name, struct buf *b)
{
	size_t n = name.n;
	struct mailbox above;

	while (n && name.p[n - 1] != '/')
		n--;
	buf_add(b, slice_skip(name, n));
	if (n == 0) return;
	CHECK_INT(
		mailbox_find(w->f.account, slice_head(name, n - 1), &w->f.arena, &above),
		ERR_NONE);
	buf_addf(b, " in %lld", (long long)above.id);
}

static bool see_mailbox(struct world *w, int64_t id, struct known *ret)
{
	struct mailbox m;
	struct buf b;

	if (mailbox_get(w->f.account, id, &w->f.arena, &m)) return false;
	buf_init(&b, 10000);
	write_place(w, m.name, &b);
	buf_addf(&b, " %d %d %d %u", m.use, m.selectable, m.subscribed, m.sort_order);
	*ret = (struct known){ id, digest(&b), see_counts(w, id) };
	return true;
}

typedef bool seer(struct world *w, int64_t id, struct known *ret);
static seer *const see[KINDS] = {
	[STATE_EMAIL] = see_email,
	[STATE_THREAD] = see_thread,
	[STATE_MAILBOX] = see_mailbox,
};

/* --- what a client knows --- */

static struct known *find(struct client *c, int64_t id)
{
	for (uint32_t i = 0; i < c->count; i++)
		if (c->list[i].id == id) return c->list + i;
	return NULL;
}

static void forget(struct client *c, int64_t id)
{
	struct known *k = find(c, id);

	if (k) *k = c->list[--c->count];
}

/* It may be gone already: a later page says so. */
static void learn(struct world *w, struct client *c, int64_t id, bool counts_only)
{
	struct known *k = find(c, id), seen;

	if (!see[c->kind](w, id, &seen)) {
		forget(c, id);
		return;
	}
	CHECK(k || !counts_only);
	if (!k) {
		CHECK(c->count < KNOWN_MAX);
		k = c->list + c->count++;
		*k = seen;
	}
	if (!counts_only) k->body = seen.body;
	k->counts = seen.counts;
}

struct gathering {
	struct world *w;
	struct client *c;
};

static bool gather_email(void *context, const struct email_view *e)
{
	struct gathering *g = context;

	learn(g->w, g->c, g->c->kind == STATE_EMAIL ? e->id : e->thread, false);
	return true;
}

static bool gather_mailbox(void *context, const struct mailbox *m)
{
	struct gathering *g = context;

	learn(g->w, g->c, m->id, false);
	return true;
}

/* All anew. */
static void start(struct world *w, struct client *c)
{
	struct gathering g = { w, c };

	c->count = 0;
	CHECK_INT(state_now(w->f.account, c->kind, &c->state), ERR_NONE);
	if (c->kind == STATE_MAILBOX)
		CHECK_INT(mailbox_each(w->f.account, gather_mailbox, &g), ERR_NONE);
	else
		CHECK_INT(email_view_each(w->f.account, 0, 0, gather_email, &g),
			  ERR_NONE);
}

static void apply(struct world *w, struct client *c, const struct state_changes *s)
{
	CHECK(s->created_count + s->updated_count + s->destroyed_count <= c->max);
	CHECK(s->state >= c->state);
	for (uint32_t i = 0; i < s->created_count; i++) {
		CHECK(!find(c, s->created[i]));
		learn(w, c, s->created[i], false);
	}
	for (uint32_t i = 0; i < s->updated_count; i++) {
		CHECK(find(c, s->updated[i]));
		learn(w, c, s->updated[i], s->are_counts);
	}
	for (uint32_t i = 0; i < s->destroyed_count; i++)
		forget(c, s->destroyed[i]);
	c->state = s->state;
}

/* One page; true when there are more. */
static bool follow_once(struct world *w, struct client *c)
{
	struct state_changes s;
	enum err e = state_changes(w->f.account, c->kind, c->state, c->max, &s);
	bool more = false;

	CHECK(e == ERR_NONE || e == ERR_NOT_FOUND);
	if (e) {
		c->restarts++;
		start(w, c);
	} else {
		w->pages++;
		apply(w, c, &s);
		more = s.has_more;
	}
	state_changes_done(&s);
	return more;
}

static void follow(struct world *w, struct client *c)
{
	static struct client fresh;
	uint64_t now;

	while (follow_once(w, c))
		;
	CHECK_INT(state_now(w->f.account, c->kind, &now), ERR_NONE);
	CHECK(c->state == now);
	fresh.kind = c->kind;
	start(w, &fresh);
	CHECK_INT(c->count, fresh.count);
	for (uint32_t i = 0; i < fresh.count; i++) {
		struct known *k = find(c, fresh.list[i].id);

		CHECK(k && k->body == fresh.list[i].body &&
		      k->counts == fresh.list[i].counts);
	}
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

static void do_append(struct world *w)
{
	char text[100];

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
	uint32_t first;

	CHECK_INT((pick(w, 2) ? message_move
			      : message_copy)(w->f.account, pick_mailbox(w), &uids,
					      pick_mailbox(w), &copied, &first),
		  ERR_NONE);
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
	CHECK_INT(email_set_mailboxes(w->f.account, email, to, 1 + pick(w, 2)), ERR_NONE);
}

static void do_email_destroy(struct world *w)
{
	int64_t email = pick_email(w);

	if (email) CHECK_INT(email_destroy(w->f.account, email), ERR_NONE);
}

/* What of the mailboxes is refused does not matter. */
static void ignore(enum err e)
{
	CHECK(e == ERR_NONE || e == ERR_EXISTS || e == ERR_DENIED || e == ERR_MALFORMED ||
	      e == ERR_LIMIT);
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

static void run_group(struct world *w)
{
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
		start(w, c);
	}
}

/* Some follow to the end, some a page, some wait. */
static void run_clients(struct world *w)
{
	for (uint32_t i = 0; i < CLIENTS; i++) {
		uint32_t n = pick(w, 6);

		if (n == 0) follow(w, w->clients + i);
		if (n == 1) follow_once(w, w->clients + i);
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
		follow(w, w->clients + i);
		CHECK(w->clients[i].max < 1000 || w->clients[i].restarts <= 12);
	}
	CHECK(w->pages > 300);
	fixture_done(&w->f);
	free(w);
}
