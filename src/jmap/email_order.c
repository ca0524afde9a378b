#include "jmap/email_order.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "message/address.h"
#include "message/base_subject.h"
#include "message/sort_key.h"
#include "message/summary.h"

enum {
	KEY_MAX = SORT_CRITERIA_MAX * 1024 * 1024, /* octets of one email's key */
	ADDRESSES_ARENA_MAX = 4 * 1024 * 1024,
	CLOCK_INTERVAL = 64,
};

/* Numbers are in that order already. */
static bool is_by_arrival(const struct email_sort *s)
{
	return s->criteria[0].by == SORT_RECEIVED && s->count == 1;
}

void email_order_plan(const struct email_sort *sort, struct roster *roster)
{
	roster->wants_received = !is_by_arrival(sort) && (sort_has(sort, SORT_RECEIVED) ||
							  sort_has(sort, SORT_SENT));
	roster->wants_sent = sort_has(sort, SORT_SENT);
	roster->wants_size = sort_has(sort, SORT_SIZE);
}

void email_order_init(struct email_order *o, const struct email_sort *sort,
		      const struct bits *sets, const struct roster *roster,
		      const struct bits *emails)
{
	*o = (struct email_order){ .sort = sort,
				   .sets = sets,
				   .roster = roster,
				   .emails = emails,
				   .left = roster->count };
	sorter_init(&o->sorter);
}

void email_order_done(struct email_order *o)
{
	sorter_done(&o->sorter);
}

/* --- keys --- */

/* Of the first address: its name, or else itself. */
static void add_address(slice list, const struct sort_criterion *by, struct buf *key)
{
	const struct address *addresses = NULL, *first = NULL;
	uint32_t count = 0;
	struct arena arena;
	struct buf text;

	arena_init(&arena, ADDRESSES_ARENA_MAX);
	buf_init(&text, SUMMARY_TEXT_MAX);
	if (address_list_parse(list, &arena, &addresses, &count))
		for (uint32_t i = 0; i < count && !first; i++)
			if (addresses[i].kind == ADDRESS_MAILBOX) first = &addresses[i];
	if (first && first->name.n)
		buf_add(&text, first->name);
	else if (first)
		addr_spec_write(first->local, first->domain, &text);
	by->collate(buf_slice(&text), key);
	buf_done(&text);
	arena_done(&arena);
}

static void add_subject(slice subject, const struct sort_criterion *by, struct buf *key)
{
	struct buf base;
	bool is_reply;

	buf_init(&base, subject.n);
	base_subject(subject, &base, &is_reply);
	by->collate(buf_slice(&base), key);
	buf_done(&base);
}

static void add_text(const struct email_texts *texts, const struct sort_criterion *by,
		     struct buf *key)
{
	if (by->by == SORT_SUBJECT)
		add_subject(texts->subject, by, key);
	else
		add_address(by->by == SORT_FROM ? texts->from : texts->to, by, key);
}

/* What has no Date was sent when it came, as in IMAP (RFC 5256 2.2). */
static int64_t sent_at(const struct roster *r, uint32_t email)
{
	return r->sent[email] == SENT_UNKNOWN ? r->received[email] : r->sent[email];
}

static int64_t number_of(const struct email_order *o, uint32_t criterion, uint32_t email)
{
	switch (o->sort->criteria[criterion].by) {
	case SORT_RECEIVED:
		return o->roster->received[email];
	case SORT_SENT:
		return sent_at(o->roster, email);
	case SORT_SIZE:
		return o->roster->sizes[email];
	default:
		return bits_has(&o->sets[criterion], email);
	}
}

struct keying {
	struct email_order *order;
	uint32_t email;
	struct buf key;
};

static void make_key(void *context, const struct email_texts *texts)
{
	struct keying *k = context;

	for (uint32_t i = 0; i < k->order->sort->count; i++) {
		const struct sort_criterion *by = &k->order->sort->criteria[i];
		size_t from = k->key.n;

		if (sort_is_by_text(by))
			add_text(texts, by, &k->key);
		else
			sort_number_add(number_of(k->order, i, k->email), &k->key);
		for (; by->descends && from < k->key.n; from++)
			k->key.p[k->key.start + from] ^= (char)0xff;
	}
}

static bool has_texts(const struct email_sort *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		if (sort_is_by_text(&s->criteria[i])) return true;
	return false;
}

static enum err add_key(struct email_order *o, struct account *a, uint32_t email)
{
	static const struct email_texts none = { 0 };
	struct keying k = { .order = o, .email = email };
	enum err e = ERR_NOT_FOUND;

	buf_init(&k.key, KEY_MAX);
	if (has_texts(o->sort))
		e = email_texts_get(a, o->roster->ids[email], make_key, &k);
	if (e == ERR_NOT_FOUND) { /* it went meanwhile, or has no need of texts */
		make_key(&k, &none);
		e = ERR_NONE;
	}
	if (!e && !sorter_add(&o->sorter, buf_slice(&k.key), email, 0)) e = ERR_LIMIT;
	buf_done(&k.key);
	return e;
}

/* The newest first, for that is the order of those with equal keys. */
static enum err make_keys(struct email_order *o, struct account *a, int64_t until_ms)
{
	enum err e = ERR_NONE;

	while (!e && o->left) {
		uint32_t email = --o->left;

		if (bits_has(o->emails, email)) e = add_key(o, a, email);
		if (email % CLOCK_INTERVAL == 0 && clock_monotonic_ms() >= until_ms)
			break;
	}
	return e;
}

enum err email_order_run(struct email_order *o, struct account *a, int64_t until_ms,
			 bool *ret_done)
{
	enum err e;

	*ret_done = is_by_arrival(o->sort);
	if (*ret_done) return ERR_NONE;
	e = make_keys(o, a, until_ms);
	*ret_done = !e && !o->left && sorter_run(&o->sorter, until_ms);
	return e;
}

/* --- the result --- */

struct result {
	const struct roster *roster;
	bool collapses;
	struct bits threads; /* that have an email in it */
	int64_t *ids;
	uint32_t count;
};

static void add_result(struct result *r, uint32_t email)
{
	if (r->collapses) {
		uint32_t thread = r->roster->threads[email];

		if (bits_has(&r->threads, thread)) return;
		bits_set(&r->threads, thread);
	}
	r->ids[r->count++] = r->roster->ids[email];
}

static void add_by_arrival(const struct email_order *o, struct result *r)
{
	bool descends = o->sort->criteria[0].descends;
	uint32_t count = o->roster->count;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t email = descends ? count - 1 - i : i;

		if (bits_has(o->emails, email)) add_result(r, email);
	}
}

int64_t *email_order_ids(const struct email_order *o, bool collapses, uint32_t *ret_count)
{
	struct result r = { .roster = o->roster, .collapses = collapses };

	r.ids = calloc((size_t)bits_members(o->emails) + 1, sizeof(*r.ids));
	assert(r.ids); /* emails of one account */
	bits_init(&r.threads, o->roster->numbers.count);
	if (is_by_arrival(o->sort)) add_by_arrival(o, &r);
	for (uint32_t i = 0; i < o->sorter.count; i++)
		add_result(&r, o->sorter.items[i].number);
	bits_done(&r.threads);
	*ret_count = r.count;
	return r.ids;
}
