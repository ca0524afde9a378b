/*
 * From links to trees (RFC 5256 BASE.6.4.THREAD, steps 2 to 6)
 *
 * Until the very end only links to parents are kept. Siblings then come into
 * order by themselves, for messages are placed behind their parents by date.
 */
#include <assert.h>
#include <stdlib.h>

#include "imap/threads_private.h"

/* --- dummies, step 3 --- */

/* The node below which those of a dummy end up: its nearest ancestor that is a message,
 * else the topmost dummy. Walked ways are shortened, so that all of them together take
 * linear time. */
static uint32_t final_parent(struct threads *t, uint32_t n)
{
	uint32_t top = n;

	while (!t->nodes[top].uid && t->nodes[top].parent)
		top = t->nodes[top].parent;
	while (n != top) {
		uint32_t up = t->nodes[n].parent;

		t->nodes[n].parent = top;
		n = up;
	}
	return top;
}

static void prune(struct threads *t)
{
	for (uint32_t n = 1; n < t->count; n++)
		t->nodes[n].children = 0;
	for (uint32_t n = 1; n < t->count; n++) {
		struct thread_node *m = &t->nodes[n];

		if (!m->uid || !m->parent) continue;
		m->parent = final_parent(t, m->parent);
		t->nodes[m->parent].children++;
	}
	for (uint32_t n = 1; n < t->count; n++) {
		struct thread_node *m = &t->nodes[n];

		if (m->uid && m->parent && !t->nodes[m->parent].uid &&
		    t->nodes[m->parent].children == 1)
			m->parent = 0;
	}
}

/* --- subjects, steps 4 and 5 --- */

/* A message or dummy under the root, and the message whose subject and date are its. */
struct head {
	uint32_t node, first;
};

struct merging {
	struct threads *threads;
	struct head *heads; /* in their order */
	uint32_t head_count;
	uint32_t *by_subject; /* a hash table of nodes */
	uint32_t places;
	uint32_t
		*moved; /* of dummies, by node: the one that has its children now, or 0 */
};

/* Of a dummy that which stands for it, by the first of its children. */
static void gather_heads(struct merging *m)
{
	struct threads *t = m->threads;

	for (uint32_t i = 0; i < t->by_date.count; i++) {
		uint32_t n = t->by_date.items[i].value, up = t->nodes[n].parent;
		uint32_t head = up ? up : n;

		if ((up && t->nodes[up].uid) || t->nodes[head].is_placed) continue;
		t->nodes[head].is_placed = true;
		t->nodes[head].subject = t->nodes[n].subject;
		m->heads[m->head_count++] = (struct head){ head, n };
	}
}

static uint32_t *subject_place(struct merging *m, uint64_t subject)
{
	uint32_t at = (uint32_t)(subject >> 1) & (m->places - 1);

	while (m->by_subject[at] &&
	       m->threads->nodes[m->by_subject[at]].subject != subject)
		at = (at + 1) & (m->places - 1);
	return &m->by_subject[at];
}

static void fill_subjects(struct merging *m)
{
	const struct thread_node *nodes = m->threads->nodes;

	for (uint32_t i = 0; i < m->head_count; i++) {
		const struct thread_node *now = &nodes[m->heads[i].node], *was;
		uint32_t *place;

		if (!now->subject) continue;
		place = subject_place(m, now->subject);
		was = &nodes[*place];
		if (!*place ||
		    (was->uid && (!now->uid || (was->is_reply && !now->is_reply))))
			*place = m->heads[i].node;
	}
}

/* A dummy over both, which takes the other's place in the table. */
static void put_under_dummy(struct merging *m, uint32_t *place, uint32_t n)
{
	struct threads *t = m->threads;
	uint32_t dummy = threads_new_node(t, 0);

	if (!dummy) return; /* they stay two threads */
	t->nodes[dummy].subject = t->nodes[n].subject;
	t->nodes[n].parent = dummy;
	t->nodes[*place].parent = dummy;
	*place = dummy;
}

static void merge(struct merging *m, uint32_t n)
{
	struct thread_node *now = &m->threads->nodes[n];
	uint32_t *place = now->subject ? subject_place(m, now->subject) : &n;
	const struct thread_node *was = &m->threads->nodes[*place];

	if (*place == n) return;
	if (!now->uid)
		m->moved[n] = *place;
	else if (!was->uid || (now->is_reply && !was->is_reply))
		now->parent = *place;
	else
		put_under_dummy(m, place, n);
}

static uint32_t power_of_two(uint32_t least)
{
	uint32_t n = 1;

	while (n < least)
		n *= 2;
	return n;
}

static void follow_moved(struct merging *m, uint32_t count)
{
	struct thread_node *nodes = m->threads->nodes;

	for (uint32_t n = 1; n < count; n++) {
		uint32_t up = nodes[n].parent;

		if (up && up < count && m->moved[up]) nodes[n].parent = m->moved[up];
	}
}

static void gather_subjects(struct threads *t)
{
	struct merging m = { .threads = t, .places = power_of_two(2 * t->count + 2) };
	uint32_t count = t->count; /* dummies may come to it */

	m.heads = calloc(t->by_date.count + 1, sizeof(*m.heads));
	m.by_subject = calloc(m.places, sizeof(*m.by_subject));
	m.moved = calloc(count + 1, sizeof(*m.moved));
	assert(m.heads && m.by_subject && m.moved); /* THREADS_NODES_MAX at most */
	gather_heads(&m);
	fill_subjects(&m);
	for (uint32_t i = 0; i < m.head_count; i++)
		merge(&m, m.heads[i].node);
	follow_moved(&m, count);
	free(m.heads);
	free(m.by_subject);
	free(m.moved);
}

/* All but the first message of a subject are that one's children. */
static void group_subjects(struct threads *t)
{
	struct merging m = { .threads = t, .places = power_of_two(2 * t->count + 2) };

	m.by_subject = calloc(m.places, sizeof(*m.by_subject));
	assert(m.by_subject); /* THREADS_NODES_MAX at most */
	for (uint32_t i = 0; i < t->by_date.count; i++) {
		uint32_t n = t->by_date.items[i].value;
		uint32_t *place = subject_place(&m, t->nodes[n].subject);

		if (*place)
			t->nodes[n].parent = *place;
		else
			*place = n;
	}
	free(m.by_subject);
}

/* --- order, step 6 --- */

static void place(struct threads *t, uint32_t n)
{
	struct thread_node *parent = &t->nodes[t->nodes[n].parent];

	t->nodes[n].is_placed = true;
	if (parent->last)
		t->nodes[parent->last].next = n;
	else
		parent->first = n;
	parent->last = n;
}

static void place_all(struct threads *t)
{
	for (uint32_t n = 0; n < t->count; n++)
		t->nodes[n].is_placed = false;
	for (uint32_t i = 0; i < t->by_date.count; i++) {
		uint32_t n = t->by_date.items[i].value, up = t->nodes[n].parent;

		if (up && !t->nodes[up].uid && !t->nodes[up].is_placed) place(t, up);
		place(t, n);
	}
}

bool threads_finish(struct threads *t, int64_t until_ms)
{
	if (!sorter_run(&t->by_date, until_ms)) return false;
	if (t->count == 1) return true;
	if (t->algorithm == THREAD_REFERENCES) {
		prune(t);
		gather_subjects(t);
	} else {
		group_subjects(t);
	}
	place_all(t);
	return true;
}

/* --- telling --- */

static bool is_one_of_many(const struct threads *t, uint32_t n)
{
	uint32_t up = t->nodes[n].parent;

	return !up || t->nodes[up].first != t->nodes[up].last;
}

static void tell(const struct threads *t, uint32_t n,
		 const struct interval_set *numbering, struct buf *out)
{
	const struct thread_node *m = &t->nodes[n];

	if (is_one_of_many(t, n)) buf_add_char(out, '(');
	if (!m->uid) return;
	buf_add_u64(out, numbering ? interval_set_rank(numbering, m->uid) : m->uid);
	if (m->first) buf_add_char(out, ' ');
}

/* Told, with all below it: on to the one behind it, or up. */
static void leave(const struct threads *t, struct thread_place *place, struct buf *out)
{
	const struct thread_node *m = &t->nodes[place->node];

	if (is_one_of_many(t, place->node)) buf_add_char(out, ')');
	place->is_told = !m->next;
	place->node = m->next ? m->next : m->parent;
}

bool threads_write(const struct threads *t, const struct interval_set *numbering,
		   struct thread_place *place, struct buf *out, size_t octets)
{
	if (!place->is_begun && t->count > 1) place->node = t->nodes[0].first;
	place->is_begun = true;
	while (place->node && out->n < octets) {
		uint32_t first = t->nodes[place->node].first;

		if (place->is_told) {
			leave(t, place, out);
			continue;
		}
		tell(t, place->node, numbering, out);
		place->is_told = !first;
		if (first) place->node = first;
	}
	return !place->node;
}
