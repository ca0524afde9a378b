#include "jmap/roster.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "jmap/slice_clock.h"

enum {
	LOOKUP_COST = 8, /* rows that are read in the time of a single one asked for */
	FIRST_CAPACITY = 256,
};

enum { STEP_MAILBOXES, STEP_MEMBERS, STEP_FACTS, STEP_DONE };

struct reading {
	struct roster *roster;
	struct slice_clock clock;
};

static void *resized(void *array, size_t count, size_t size)
{
	void *p = reallocarray(array, count, size);

	assert(p); /* emails or mailboxes of one account */
	return p;
}

static void members_done(struct roster_members *k)
{
	free(k->ids);
	free(k->facts);
	*k = (struct roster_members){ 0 };
}

void roster_done(struct roster *r)
{
	free(r->ids);
	free(r->received);
	free(r->sent);
	free(r->sizes);
	free(r->threads);
	free(r->mailboxes);
	free(r->by_id);
	members_done(&r->members);
	thread_numbers_done(&r->numbers);
	*r = (struct roster){ 0 };
}

bool roster_prefers_lookups(const struct roster *r, uint32_t emails)
{
	return (uint64_t)emails * LOOKUP_COST < r->messages;
}

static int compare_numbers(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* --- the account's mailboxes --- */

static bool add_mailbox(void *context, const struct mailbox *m)
{
	struct roster *r = context;
	uint32_t n = r->mailbox_count;

	if ((n & (n - 1)) == 0) /* a power of two, or 0 */
		r->mailboxes = resized(r->mailboxes, n ? 2 * (size_t)n : 1,
				       sizeof(*r->mailboxes));
	r->mailboxes[r->mailbox_count++] = (struct roster_mailbox){ m->id, m->exists };
	r->messages += m->exists;
	r->has_deleted |= m->deleted != 0;
	return true;
}

static int compare_mailboxes(const void *a, const void *b)
{
	const struct roster_mailbox *x = a, *y = b;

	return compare_numbers(x->id, y->id);
}

static enum err read_mailboxes(struct reading *g, struct account *a)
{
	struct roster *r = g->roster;
	enum err e = mailbox_each(a, add_mailbox, r);

	if (r->mailbox_count)
		qsort(r->mailboxes, r->mailbox_count, sizeof(*r->mailboxes),
		      compare_mailboxes);
	r->next_uid = 1;
	r->last_received = INT64_MIN;
	return e;
}

/* --- the emails of one mailbox --- */

static bool add_member(void *context, int64_t email, const struct email_place *p)
{
	struct reading *g = context;
	struct roster_members *k = &g->roster->members;

	g->roster->next_uid = p->uid + 1;
	if (p->flags & FLAG_DELETED) return slice_goes_on(&g->clock);
	if (k->count == k->capacity) {
		k->capacity = k->capacity ? 2 * k->capacity : FIRST_CAPACITY;
		k->ids = resized(k->ids, k->capacity, sizeof(*k->ids));
	}
	k->ids[k->count++] = email;
	return slice_goes_on(&g->clock);
}

static int compare_ids(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return compare_numbers(*x, *y);
}

static bool are_in_order(const int64_t *ids, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++)
		if (ids[i - 1] >= ids[i]) return false;
	return true;
}

static void sort_members(struct roster_members *k)
{
	uint32_t kept = 0;

	if (are_in_order(k->ids, k->count)) return;
	qsort(k->ids, k->count, sizeof(*k->ids), compare_ids);
	for (uint32_t i = 0; i < k->count; i++)
		if (!kept || k->ids[i] != k->ids[kept - 1]) k->ids[kept++] = k->ids[i];
	k->count = kept;
}

static enum err read_members(struct reading *g, struct account *a)
{
	struct roster *r = g->roster;
	enum err e = ERR_NONE;

	if (!r->only_in) return ERR_NONE;
	if (r->next_uid) e = email_places_in(a, r->only_in, r->next_uid, add_member, g);
	if (!e && !g->clock.is_late) sort_members(&r->members);
	return e;
}

static uint32_t find_id(const int64_t *ids, const uint32_t *order, uint32_t count,
			int64_t id)
{
	uint32_t from = 0, to = count;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (ids[order ? order[middle] : middle] < id)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* The place of an id, or count; *hint is where the last one was found, for the next one
 * is mostly behind it. */
static uint32_t place_of(const int64_t *ids, const uint32_t *order, uint32_t count,
			 uint32_t *hint, int64_t id)
{
	uint32_t at = *hint + 1;

	if (at >= count || ids[order ? order[at] : at] != id)
		at = find_id(ids, order, count, id);
	if (at >= count || ids[order ? order[at] : at] != id) return count;
	*hint = at;
	return at;
}

/* --- what is known of them --- */

static void grow(struct roster *r)
{
	size_t n = r->capacity = r->capacity ? 2 * r->capacity : FIRST_CAPACITY;

	r->ids = resized(r->ids, n, sizeof(*r->ids));
	if (r->wants_received) r->received = resized(r->received, n, sizeof(int64_t));
	if (r->wants_sent) r->sent = resized(r->sent, n, sizeof(int64_t));
	if (r->wants_size) r->sizes = resized(r->sizes, n, sizeof(int64_t));
	if (r->wants_threads) r->threads = resized(r->threads, n, sizeof(uint32_t));
}

/* Emails come in the order of their numbers. */
static void take(struct roster *r, const struct email_facts *f)
{
	uint32_t at = r->count;

	if (at == r->capacity) grow(r);
	r->ids[at] = f->id;
	if (r->received) r->received[at] = f->received;
	if (r->sent) r->sent[at] = f->sent;
	if (r->sizes) r->sizes[at] = (int64_t)f->size;
	if (r->threads) r->threads[at] = thread_number(&r->numbers, f->thread);
	r->count++;
	r->see(r->context, f);
}

static bool take_row(void *context, const struct email_facts *f)
{
	struct reading *g = context;
	struct roster *r = g->roster;
	struct roster_members *k = &r->members;

	r->last_received = f->received;
	r->last_id = f->id;
	if (!r->only_in || place_of(k->ids, NULL, k->count, &r->hint, f->id) < k->count)
		take(r, f);
	return slice_goes_on(&g->clock);
}

static int compare_facts(const void *a, const void *b)
{
	const struct email_facts *x = a, *y = b;
	int order = compare_numbers(x->received, y->received);

	return order ? order : compare_numbers(x->id, y->id);
}

/* Those of a few members, each by itself. */
static enum err look_up(struct reading *g, struct account *a)
{
	struct roster *r = g->roster;
	struct roster_members *k = &r->members;
	enum err e = ERR_NONE;

	if (!k->facts) k->facts = resized(NULL, k->count + 1, sizeof(*k->facts));
	for (; r->hint < k->count && !g->clock.is_late; r->hint++) {
		e = email_facts_get(a, k->ids[r->hint], &k->facts[k->fact_count]);
		if (e && e != ERR_NOT_FOUND) return e;
		if (!e) k->fact_count++;
		slice_goes_on(&g->clock);
	}
	if (r->hint < k->count) return ERR_NONE;
	qsort(k->facts, k->fact_count, sizeof(*k->facts), compare_facts);
	for (uint32_t i = 0; i < k->fact_count; i++)
		take(r, &k->facts[i]);
	g->clock.is_late = false;
	return ERR_NONE;
}

static enum err read_facts(struct reading *g, struct account *a)
{
	struct roster *r = g->roster;

	if (r->only_in && roster_prefers_lookups(r, r->members.count))
		return look_up(g, a);
	if (r->wants_sent || r->wants_size || r->wants_threads || r->wants_facts)
		return email_facts_each(a, r->last_received, r->last_id, take_row, g);
	return email_arrivals_each(a, r->last_received, r->last_id, take_row, g);
}

/* --- from ids to numbers --- */

static int compare_ranks(const void *a, const void *b, void *ids)
{
	const uint32_t *x = a, *y = b;

	return compare_numbers(((int64_t *)ids)[*x], ((int64_t *)ids)[*y]);
}

/* Mostly emails have come in the order of their ids. */
static void put_in_order(struct roster *r)
{
	r->is_in_order = true;
	r->hint = 0;
	if (are_in_order(r->ids, r->count)) return;
	r->by_id = resized(NULL, r->count, sizeof(*r->by_id));
	for (uint32_t i = 0; i < r->count; i++)
		r->by_id[i] = i;
	qsort_r(r->by_id, r->count, sizeof(*r->by_id), compare_ranks, r->ids);
}

uint32_t roster_rank(struct roster *r, int64_t id)
{
	uint32_t at;

	if (!r->is_in_order) put_in_order(r);
	at = place_of(r->ids, r->by_id, r->count, &r->hint, id);
	return at < r->count && r->by_id ? r->by_id[at] : at;
}

/* --- all of it --- */

enum err roster_run(struct roster *r, struct account *a, int64_t until_ms, bool *ret_done)
{
	static enum err (*const steps[])(struct reading *, struct account *) = {
		[STEP_MAILBOXES] = read_mailboxes,
		[STEP_MEMBERS] = read_members,
		[STEP_FACTS] = read_facts,
	};
	struct reading g = { .roster = r, .clock.until_ms = until_ms };
	enum err e = ERR_NONE;

	while (!e && r->step < STEP_DONE && !g.clock.is_late) {
		e = steps[r->step](&g, a);
		if (!e && !g.clock.is_late) r->step++;
	}
	*ret_done = r->step == STEP_DONE;
	if (*ret_done) members_done(&r->members);
	return e;
}
