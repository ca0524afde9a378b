#include "imap/sorted_results.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "imap/view.h"

enum { CLOCK_INTERVAL = 8 }; /* arrivals placed between two looks at the clock */

/* For that many: those of one mailbox. */
static void make_room(struct sorted_results *r, uint32_t count)
{
	if (count <= r->capacity) return;
	r->capacity = count + count / 2;
	r->uids = reallocarray(r->uids, r->capacity, sizeof(*r->uids));
	assert(r->uids);
	if (!r->order.has_relevancy) return;
	r->scores = realloc(r->scores, r->capacity);
	assert(r->scores);
}

static void set_item(struct sorted_results *r, uint32_t at, const struct sort_item *item)
{
	r->uids[at] = item->number;
	if (r->scores) r->scores[at] = (uint8_t)item->value;
}

static void move(struct sorted_results *r, uint32_t to, uint32_t from, uint32_t count)
{
	if (!count) return;
	memmove(r->uids + to, r->uids + from, count * sizeof(*r->uids));
	if (r->scores) memmove(r->scores + to, r->scores + from, count);
}

void sorted_results_init(struct sorted_results *r, const struct ordering *sorted)
{
	const struct sorter *s = &sorted->sorter;

	*r = (struct sorted_results){ 0 };
	ordering_again(sorted, &r->order);
	make_room(r, s->count);
	for (uint32_t i = 0; i < s->count; i++)
		set_item(r, r->count++, &s->items[i]);
}

void sorted_results_done(struct sorted_results *r)
{
	ordering_done(&r->order);
	free(r->uids);
	free(r->scores);
	*r = (struct sorted_results){ 0 };
}

/* --- pairs --- */

struct pairs {
	const struct sorted_names *names;
	struct buf *out;
	bool is_open;
	uint32_t base;        /* of the pair that is open */
	uint32_t first, last; /* numbers that follow each other, not written yet */
};

static void write_numbers(const struct pairs *p)
{
	buf_addf(p->out, "%u", p->first);
	if (p->last > p->first) buf_addf(p->out, ":%u", p->last);
}

/* Those with one base stand side by side: only the position of the first is told. */
static void add_to_pairs(struct pairs *p, uint32_t base, uint32_t position, uint32_t uid)
{
	bool goes_on = p->is_open && base == p->base;
	uint32_t number = p->names->by_uid ? uid : view_number(p->names->view, uid);

	if (goes_on && number == p->last + 1) {
		p->last = number;
		return;
	}
	if (p->is_open) {
		write_numbers(p);
		buf_add_char(p->out, goes_on ? ',' : ' ');
	}
	if (!goes_on) buf_addf(p->out, "%u ", position);
	p->is_open = true;
	p->base = base;
	p->first = p->last = number;
}

static void end_pairs(const struct pairs *p)
{
	if (p->is_open) write_numbers(p);
}

/* --- taking out --- */

/* A result that goes leaves its position to the one behind it. */
void sorted_results_remove(struct sorted_results *r, const struct sorted_names *names,
			   struct interval_set *which, struct interval_set *told,
			   struct buf *out)
{
	struct pairs pairs = { .names = names, .out = out };
	uint32_t kept = 0, removed = 0;

	for (uint32_t i = 0; i < r->count; i++) {
		uint32_t uid = r->uids[i];

		if (removed == SORTED_PART || !interval_set_contains(which, uid)) {
			move(r, kept++, i, 1);
			continue;
		}
		add_to_pairs(&pairs, kept + 1, kept + 1, uid);
		interval_set_add(told, uid);
		removed++;
	}
	end_pairs(&pairs);
	r->count = kept;
	interval_set_subtract(which, told);
}

/* --- putting in --- */

enum order { ORDER_BEFORE, ORDER_BEHIND, ORDER_UNKNOWN };

struct comparing {
	struct account *account;
	int64_t mailbox;
	const struct sorted_results *results;
	uint32_t at;                  /* the result that is read */
	const struct sort_item *item; /* that is to be put in */
	enum order order;             /* of the result that was read: UNKNOWN if none */
	enum err e;
};

/* Where keys are equal the order is that of the mailbox (RFC 5256 3). */
static bool compare_message(void *context, const struct message *m)
{
	struct comparing *c = context;
	struct buf key;
	unsigned score = c->results->scores ? c->results->scores[c->at] : 0;
	int order;

	buf_init(&key, ORDERING_KEY_MAX);
	ordering_key(&c->results->order, m, score, &key);
	order = slice_cmp(buf_slice(&key), c->item->key);
	if (!order) order = m->uid < c->item->number ? -1 : 1;
	c->order = order < 0 ? ORDER_BEFORE : ORDER_BEHIND;
	buf_done(&key);
	return false;
}

/* How the result stands to the item; unknown when its message has left the store. */
static enum order compare(struct comparing *c, uint32_t at)
{
	uint32_t uid = c->results->uids[at];

	c->order = ORDER_UNKNOWN;
	c->at = at;
	if (!c->e)
		c->e = message_each(c->account, c->mailbox, uid, uid,
				    c->results->order.columns, compare_message, c);
	return c->order;
}

/* Narrows first to last, between which the place is, by steps that double: the next item
 * is often near. */
static void gallop(struct comparing *c, uint32_t *first, uint32_t *last)
{
	uint32_t at = *first;

	for (uint32_t step = 1; at < *last; step *= 2) {
		enum order order = compare(c, at);

		if (order == ORDER_BEHIND) {
			*last = at;
			return;
		}
		if (order == ORDER_BEFORE) *first = at + 1;
		at = step < *last - at ? at + step : *last;
	}
}

/* How many results stand before the item; it is known that at least `from` do. */
static uint32_t find_place(struct comparing *c, uint32_t from)
{
	uint32_t first = from, last = c->results->count;

	gallop(c, &first, &last);
	while (first < last) {
		uint32_t middle = first + (last - first) / 2, at = middle;
		enum order order = ORDER_UNKNOWN;

		while (at < last && order == ORDER_UNKNOWN)
			order = compare(c, at++);
		if (order == ORDER_BEFORE)
			first = at;
		else
			last = middle;
	}
	return first;
}

/* places: before which results they come, in order. */
static void put_in(struct sorted_results *r, const struct sort_item *items,
		   const uint32_t *places, uint32_t count)
{
	uint32_t from = r->count, left = count;

	r->count += count;
	make_room(r, r->count);
	while (left) {
		uint32_t moved = from - places[left - 1];

		from -= moved;
		move(r, from + left, from, moved);
		left--;
		set_item(r, from + left, &items[left]);
	}
}

enum err sorted_results_insert(struct sorted_results *r, struct account *a,
			       const struct sorted_names *names,
			       struct sorted_arrivals *arrivals,
			       struct interval_set *told, struct buf *out)
{
	const struct sort_item *items = arrivals->sorter->items + arrivals->next;
	uint32_t left = arrivals->sorter->count - arrivals->next, count = 0, place = 0;
	struct comparing c = { .account = a,
			       .mailbox = names->view->mailbox,
			       .results = r };
	struct pairs pairs = { .names = names, .out = out };
	uint32_t places[SORTED_PART];

	do {
		c.item = &items[count];
		places[count++] = place = find_place(&c, place);
	} while (!c.e && count < left && count < SORTED_PART &&
		 (count % CLOCK_INTERVAL || clock_monotonic_ms() < arrivals->until_ms));
	if (c.e) return c.e;
	for (uint32_t i = 0; i < count; i++) {
		add_to_pairs(&pairs, places[i], places[i] + i + 1, items[i].number);
		interval_set_add(told, items[i].number);
	}
	end_pairs(&pairs);
	put_in(r, items, places, count);
	arrivals->next += count;
	return ERR_NONE;
}
