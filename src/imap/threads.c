/* Links messages by their references (RFC 5256 BASE.6.4.THREAD, step 1). */
#include "imap/threads.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"
#include "imap/ordering.h"
#include "imap/threads_private.h"
#include "message/base_subject.h"
#include "message/sort_key.h"
#include "message/summary.h"
#include "message/text.h"

enum { FIRST_CAPACITY = 256, KEY_OCTETS = 16 };

void threads_init(struct threads *t, enum thread_algorithm algorithm)
{
	*t = (struct threads){ .algorithm = algorithm, .count = 1 };
	sorter_init(&t->by_date);
}

void threads_done(struct threads *t)
{
	free(t->nodes);
	free(t->by_id);
	sorter_done(&t->by_date);
	*t = (struct threads){ 0 };
}

/* --- nodes by message id --- */

/* Where the node with this id is, or would be. */
static uint32_t *find_place(struct threads *t, uint64_t id)
{
	uint32_t at = (uint32_t)(id >> 1) & (t->places - 1);

	while (t->by_id[at] && t->nodes[t->by_id[at]].id != id)
		at = (at + 1) & (t->places - 1);
	return &t->by_id[at];
}

/* The table stays at most half full. */
static void grow(struct threads *t)
{
	t->capacity = t->capacity ? t->capacity * 2 : FIRST_CAPACITY;
	t->nodes = reallocarray(t->nodes, t->capacity, sizeof(*t->nodes));
	free(t->by_id);
	t->places = t->capacity * 2;
	t->by_id = calloc(t->places, sizeof(*t->by_id));
	assert(t->nodes && t->by_id); /* THREADS_NODES_MAX at most */
	if (t->count == 1) t->nodes[0] = (struct thread_node){ 0 };
	for (uint32_t n = 1; n < t->count; n++)
		if (t->nodes[n].id) *find_place(t, t->nodes[n].id) = n;
}

uint32_t threads_new_node(struct threads *t, uint64_t id)
{
	if (t->count == THREADS_NODES_MAX) return 0;
	if (t->count >= t->capacity) grow(t);
	t->nodes[t->count] = (struct thread_node){ .id = id };
	if (id) *find_place(t, id) = t->count;
	return t->count++;
}

static uint32_t node_of(struct threads *t, uint64_t id)
{
	uint32_t n = t->capacity ? *find_place(t, id) : 0;

	return n ? n : threads_new_node(t, id);
}

/* Never 0. */
static uint64_t hash(slice bytes)
{
	return siphash_process(bytes) | 1;
}

/* Quoting makes no other id of it: <"a"@b> is <a@b>. */
static uint64_t hash_id(slice id)
{
	struct buf plain;
	uint64_t hashed;

	if (!slice_starts(id, S("\""))) return hash(id);
	buf_init(&plain, id.n);
	for (size_t i = 0; i < id.n; i++) {
		if (id.p[i] == '"') continue;
		if (id.p[i] == '\\' && i + 1 < id.n) i++;
		buf_add_char(&plain, id.p[i]);
	}
	hashed = hash(buf_slice(&plain));
	buf_done(&plain);
	return hashed;
}

/* --- links --- */

static void unlink_parent(struct threads *t, uint32_t child)
{
	struct thread_node *n = &t->nodes[child];

	if (n->parent) t->nodes[n->parent].children--;
	n->parent = 0;
}

/* One without children is nobody's ancestor: mail read in order never asks further. */
static bool is_ancestor(struct threads *t, uint32_t ancestor, uint32_t of)
{
	if (ancestor == of) return true;
	if (!t->nodes[ancestor].children) return false;
	for (uint32_t n = of; n; n = t->nodes[n].parent) {
		if (n == ancestor) return true;
		t->steps++;
	}
	return false;
}

static void link_parent(struct threads *t, uint32_t child, uint32_t parent)
{
	if (is_ancestor(t, child, parent)) return;
	t->nodes[child].parent = parent;
	t->nodes[parent].children++;
}

/* Step 1.A; *ret_last is the last reference, or 0. */
static enum err link_references(struct threads *t, slice references, uint32_t *ret_last)
{
	bool is_reply_to;
	uint32_t last = 0;
	slice id;

	while (take_reference(&references, &id, &is_reply_to)) {
		uint32_t n;

		if (last && is_reply_to) break;
		n = node_of(t, hash_id(id));
		if (!n || t->steps > THREADS_STEPS_MAX) return ERR_LIMIT;
		if (last && !t->nodes[n].parent) link_parent(t, n, last);
		last = n;
		if (is_reply_to) break;
	}
	*ret_last = last;
	return ERR_NONE;
}

/* The node of a message: one that was referred to already, or a new one; of two messages
 * with one id the second has none. */
static uint32_t message_node(struct threads *t, const struct thread_message *m)
{
	uint64_t id = m->message_id.n ? hash_id(m->message_id) : 0;
	uint32_t n = id ? node_of(t, id) : threads_new_node(t, 0);

	if (n && t->nodes[n].uid) n = threads_new_node(t, 0);
	if (n) t->nodes[n].uid = m->uid;
	return n;
}

static enum err link_message(struct threads *t, uint32_t n, slice references)
{
	uint32_t last;
	enum err e = link_references(t, references, &last);

	if (e) return e;
	unlink_parent(t, n);
	if (last) link_parent(t, n, last);
	return t->steps > THREADS_STEPS_MAX ? ERR_LIMIT : ERR_NONE;
}

static uint64_t hash_subject(slice subject, bool *ret_is_reply)
{
	struct buf base, folded;
	uint64_t hashed = 0;

	buf_init(&base, subject.n);
	buf_init(&folded, SUMMARY_TEXT_MAX * TEXT_GROWTH_MAX);
	base_subject(subject, &base, ret_is_reply);
	text_fold(buf_slice(&base), &folded);
	if (folded.n) hashed = hash(buf_slice(&folded));
	buf_done(&base);
	buf_done(&folded);
	return hashed;
}

/* In the end messages are placed by sent date, then by mailbox order. */
static bool add_date(struct threads *t, uint32_t n, const struct thread_message *m)
{
	struct buf key;
	bool added;

	buf_init(&key, KEY_OCTETS);
	sort_number_add(m->sent, &key);
	sort_number_add(m->uid, &key);
	added = sorter_add(&t->by_date, buf_slice(&key), m->uid, n);
	buf_done(&key);
	return added;
}

enum err threads_add(struct threads *t, const struct thread_message *m)
{
	bool by_references = t->algorithm == THREAD_REFERENCES;
	uint32_t n = by_references ? message_node(t, m) : threads_new_node(t, 0);
	bool is_reply = false;

	if (!n || !add_date(t, n, m)) return ERR_LIMIT;
	t->nodes[n].uid = m->uid;
	t->nodes[n].subject = hash_subject(m->subject, &is_reply);
	t->nodes[n].is_reply = is_reply;
	return by_references ? link_message(t, n, m->references) : ERR_NONE;
}
