#include "store/states_client_test.h"

#include <string.h>

#include "base/siphash.h"
#include "store/email_view.h"

/* --- what is there --- */

static uint64_t digest(struct buf *b)
{
	const struct siphash_key key = { 1, 2 };
	uint64_t sum = siphash(&key, buf_slice(b));

	buf_done(b);
	return sum;
}

static bool see_email(struct fixture *f, int64_t id, struct known *ret)
{
	struct email_view v;
	struct buf b;

	if (email_view_get(f->account, id, 0, &f->arena, &v)) return false;
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

static bool see_thread(struct fixture *f, int64_t id, struct known *ret)
{
	struct buf b;
	enum err e;

	buf_init(&b, 1 << 20);
	e = email_each_of_thread(f->account, id, add_id, &b);
	CHECK(e == ERR_NONE || e == ERR_NOT_FOUND);
	*ret = (struct known){ id, digest(&b), 0 };
	return !e;
}

struct counting {
	int64_t mailbox;
	struct thread_counts counts;
	int64_t threads[KNOWN_MAX], unread[KNOWN_MAX];
};

static void add_thread(int64_t *list, uint32_t *count, int64_t thread)
{
	for (uint32_t i = 0; i < *count; i++)
		if (list[i] == thread) return;
	list[(*count)++] = thread;
}

static bool count_email(void *context, const struct email_view *e)
{
	struct counting *c = context;
	bool is_visible = false, unread = false;

	for (uint32_t i = 0; i < e->place_count; i++) {
		const struct email_place *p = &e->places[i];

		if (p->mailbox != c->mailbox || p->flags & FLAG_DELETED) continue;
		is_visible = true;
		unread |= !(p->flags & (FLAG_SEEN | FLAG_DRAFT));
	}
	if (!is_visible) return true;
	c->counts.emails++;
	c->counts.unread_emails += unread;
	add_thread(c->threads, &c->counts.total, e->thread);
	if (unread) add_thread(c->unread, &c->counts.unread, e->thread);
	return true;
}

static uint64_t see_counts(struct fixture *f, int64_t id)
{
	static struct counting counting;
	struct thread_counts c;
	struct buf b;

	CHECK_INT(email_count_threads(f->account, id, &c), ERR_NONE);
	counting = (struct counting){ .mailbox = id };
	CHECK_INT(email_view_each_in(f->account, id, 0, 0, count_email, &counting),
		  ERR_NONE);
	CHECK(memcmp(&c, &counting.counts, sizeof(c)) == 0);
	buf_init(&b, 1000);
	buf_addf(&b, "%u %u %u %u", c.total, c.unread, c.emails, c.unread_emails);
	return digest(&b);
}

/* By its last level and what is above it. */
static void write_place(struct fixture *f, slice name, struct buf *b)
{
	size_t n = name.n;
	struct mailbox above;

	while (n && name.p[n - 1] != '/')
		n--;
	buf_add(b, slice_skip(name, n));
	if (n == 0) return;
	CHECK_INT(mailbox_find(f->account, slice_head(name, n - 1), &f->arena, &above),
		  ERR_NONE);
	buf_addf(b, " in %lld", (long long)above.id);
}

static bool see_mailbox(struct fixture *f, int64_t id, struct known *ret)
{
	struct mailbox m;
	struct buf b;

	if (mailbox_get(f->account, id, &f->arena, &m)) return false;
	buf_init(&b, 10000);
	write_place(f, m.name, &b);
	buf_addf(&b, " %d %d %d %u", m.use, m.selectable, m.subscribed, m.sort_order);
	*ret = (struct known){ id, digest(&b), see_counts(f, id) };
	return true;
}

typedef bool seer(struct fixture *f, int64_t id, struct known *ret);
static seer *const see[] = {
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
static void learn(struct fixture *f, struct client *c, int64_t id, bool counts_only)
{
	struct known *k = find(c, id), seen;

	if (!see[c->kind](f, id, &seen)) {
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
	struct fixture *f;
	struct client *c;
};

static bool gather_email(void *context, const struct email_view *e)
{
	struct gathering *g = context;

	learn(g->f, g->c, g->c->kind == STATE_EMAIL ? e->id : e->thread, false);
	return true;
}

static bool gather_mailbox(void *context, const struct mailbox *m)
{
	struct gathering *g = context;

	learn(g->f, g->c, m->id, false);
	return true;
}

/* All anew. */
void client_start(struct fixture *f, struct client *c)
{
	struct gathering g = { f, c };

	c->count = 0;
	CHECK_INT(state_now(f->account, c->kind, &c->state), ERR_NONE);
	if (c->kind == STATE_MAILBOX)
		CHECK_INT(mailbox_each(f->account, gather_mailbox, &g), ERR_NONE);
	else
		CHECK_INT(email_view_each(f->account, 0, 0, gather_email, &g), ERR_NONE);
}

static void apply(struct fixture *f, struct client *c, const struct state_changes *s)
{
	CHECK(s->created_count + s->updated_count + s->destroyed_count <= c->max);
	CHECK(s->state >= c->state);
	for (uint32_t i = 0; i < s->created_count; i++) {
		CHECK(!find(c, s->created[i]));
		learn(f, c, s->created[i], false);
	}
	for (uint32_t i = 0; i < s->updated_count; i++) {
		CHECK(find(c, s->updated[i]));
		learn(f, c, s->updated[i], s->are_counts);
	}
	for (uint32_t i = 0; i < s->destroyed_count; i++)
		forget(c, s->destroyed[i]);
	c->state = s->state;
}

/* One page; true when there are more. */
bool client_follow_once(struct fixture *f, struct client *c)
{
	struct state_changes s;
	enum err e = state_changes(f->account, c->kind, c->state, c->max, &s);
	bool more = false;

	CHECK(e == ERR_NONE || e == ERR_NOT_FOUND);
	if (e) {
		c->restarts++;
		client_start(f, c);
	} else {
		c->pages++;
		apply(f, c, &s);
		more = s.has_more;
	}
	state_changes_done(&s);
	return more;
}

void client_follow(struct fixture *f, struct client *c)
{
	static struct client fresh;
	uint64_t now;

	while (client_follow_once(f, c))
		;
	CHECK_INT(state_now(f->account, c->kind, &now), ERR_NONE);
	CHECK(c->state == now);
	fresh.kind = c->kind;
	client_start(f, &fresh);
	CHECK_INT(c->count, fresh.count);
	for (uint32_t i = 0; i < fresh.count; i++) {
		struct known *k = find(c, fresh.list[i].id);

		CHECK(k && k->body == fresh.list[i].body &&
		      k->counts == fresh.list[i].counts);
	}
}
