#include "store/index_builder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/siphash.h"
#include "base/varint.h"
#include "store/index_segment.h"

enum {
	TERMS_OCTETS_MAX = 8 << 20,
	POSTINGS_MAX = 2 << 20,
	/* One message takes at most as much, so it fits where the builder is not full. */
	MESSAGE_OCTETS_MAX = 2 << 20,
	MESSAGE_TERMS_MAX = 64 * 1024,
	TERMS_MAX = 512 * 1024,
	SLOTS_MIN = 1 << 12,
	NONE = -1,
};

struct term {
	uint32_t hash, at, n; /* n octets at `at` of the text */
	uint32_t count;       /* of its postings */
	uint32_t newest;      /* its last posting */
};

struct posting {
	uint32_t term;
	uint32_t value; /* place * TERM_FLAGS + flags */
};

struct index_builder {
	struct buf emails; /* as they are stored */
	int64_t newest;    /* the id added last */
	uint32_t count;
	bool is_partial; /* that one */
	struct buf text;
	struct term *terms;
	uint32_t term_count, term_capacity;
	uint32_t *slots; /* term + 1, or 0; twice as many as terms at least */
	uint32_t slot_count;
	struct posting *postings;
	uint32_t posting_count, posting_capacity;
	size_t text_before; /* this message */
	uint32_t postings_before;
};

struct index_builder *index_builder_new(void)
{
	struct index_builder *b = calloc(1, sizeof(*b));

	assert(b);
	buf_init(&b->emails, SEGMENT_EMAILS_MAX * 10);
	buf_init(&b->text, TERMS_OCTETS_MAX);
	b->slot_count = SLOTS_MIN;
	b->slots = calloc(b->slot_count, sizeof(*b->slots));
	assert(b->slots);
	return b;
}

void index_builder_free(struct index_builder *b)
{
	if (!b) return;
	buf_done(&b->emails);
	buf_done(&b->text);
	free(b->terms);
	free(b->slots);
	free(b->postings);
	free(b);
}

bool index_builder_is_full(const struct index_builder *b)
{
	return b->count == SEGMENT_EMAILS_MAX ||
	       b->text.n + MESSAGE_OCTETS_MAX > TERMS_OCTETS_MAX ||
	       b->term_count + MESSAGE_TERMS_MAX > TERMS_MAX ||
	       b->posting_count + MESSAGE_TERMS_MAX > POSTINGS_MAX;
}

uint32_t index_builder_count(const struct index_builder *b)
{
	return b->count;
}

/* --- messages --- */

/* What is stored of an email is known once the next begins. */
static void end_message(struct index_builder *b, int64_t next)
{
	if (b->count) buf_add_char(&b->emails, b->is_partial ? 1 : 0);
	buf_add_varint(&b->emails, (uint64_t)(next - b->newest));
}

void index_builder_begin(struct index_builder *b, int64_t email)
{
	assert(!index_builder_is_full(b) && email > b->newest);
	end_message(b, email);
	b->newest = email;
	b->is_partial = false;
	b->count++;
	b->text_before = b->text.n;
	b->postings_before = b->posting_count;
}

void index_builder_mark_partial(struct index_builder *b)
{
	b->is_partial = true;
}

/* --- terms --- */

static void put_slot(struct index_builder *b, uint32_t term)
{
	uint32_t at = b->terms[term].hash & (b->slot_count - 1);

	while (b->slots[at])
		at = (at + 1) & (b->slot_count - 1);
	b->slots[at] = term + 1;
}

static void grow_slots(struct index_builder *b)
{
	b->slot_count *= 2;
	free(b->slots);
	b->slots = calloc(b->slot_count, sizeof(*b->slots));
	assert(b->slots);
	for (uint32_t i = 0; i < b->term_count; i++)
		put_slot(b, i);
}

static uint32_t add_term(struct index_builder *b, slice term, uint32_t hash)
{
	if (b->term_count == b->term_capacity) {
		b->term_capacity = b->term_capacity ? b->term_capacity * 2 : 1024;
		b->terms = reallocarray(b->terms, b->term_capacity, sizeof(*b->terms));
		assert(b->terms);
	}
	b->terms[b->term_count] =
		(struct term){ hash, (uint32_t)b->text.n, (uint32_t)term.n, 0, 0 };
	buf_add(&b->text, term);
	put_slot(b, b->term_count);
	b->term_count++;
	if (b->term_count * 2 > b->slot_count) grow_slots(b);
	return b->term_count - 1;
}

static uint32_t find_or_add_term(struct index_builder *b, slice term)
{
	uint32_t hash = (uint32_t)siphash_process(term);
	const char *text = buf_slice(&b->text).p;

	for (uint32_t at = hash & (b->slot_count - 1); b->slots[at];
	     at = (at + 1) & (b->slot_count - 1)) {
		const struct term *t = &b->terms[b->slots[at] - 1];

		if (t->hash == hash && t->n == term.n &&
		    memcmp(text + t->at, term.p, term.n) == 0)
			return b->slots[at] - 1;
	}
	return add_term(b, term, hash);
}

static void add_posting(struct index_builder *b, uint32_t term, uint32_t value)
{
	if (b->posting_count == b->posting_capacity) {
		b->posting_capacity =
			b->posting_capacity ? b->posting_capacity * 2 : 4096;
		b->postings = reallocarray(b->postings, b->posting_capacity,
					   sizeof(*b->postings));
		assert(b->postings);
	}
	b->terms[term].newest = b->posting_count;
	b->terms[term].count++;
	b->postings[b->posting_count++] = (struct posting){ term, value };
}

static bool has_room(const struct index_builder *b, slice term)
{
	return b->text.n - b->text_before + term.n <= MESSAGE_OCTETS_MAX &&
	       b->posting_count - b->postings_before < MESSAGE_TERMS_MAX;
}

bool index_builder_add(struct index_builder *b, slice term, unsigned flag)
{
	uint32_t place = b->count - 1, i;
	struct posting *newest;

	if (!has_room(b, term)) return false;
	i = find_or_add_term(b, term);
	newest = b->terms[i].count ? &b->postings[b->terms[i].newest] : NULL;
	if (newest && newest->value / TERM_FLAGS == place)
		newest->value |= flag;
	else
		add_posting(b, i, place * TERM_FLAGS + flag);
	return true;
}

/* --- writing --- */

/* Postings by term, each term's in order: first[i] is where term i's begin. */
static uint32_t *sort_postings(struct index_builder *b, uint32_t **ret_values)
{
	uint32_t *first = calloc((size_t)b->term_count + 1, sizeof(*first));
	uint32_t *fill = calloc((size_t)b->term_count + 1, sizeof(*fill));
	uint32_t *values = calloc((size_t)b->posting_count + 1, sizeof(*values));

	assert(first && fill && values);
	for (uint32_t i = 0; i < b->term_count; i++)
		first[i + 1] = fill[i + 1] = first[i] + b->terms[i].count;
	for (uint32_t i = 0; i < b->posting_count; i++)
		values[fill[b->postings[i].term]++] = b->postings[i].value;
	free(fill);
	*ret_values = values;
	return first;
}

static enum err write_block(struct db *d, int64_t id, struct segment_block *block)
{
	struct query *q = db_query(d, "INSERT INTO block (id, terms, postings)"
				      " VALUES ($1, $2, $3)");
	enum err e;

	query_int(q, id);
	query_blob(q, buf_slice(&block->terms));
	query_blob(q, buf_slice(&block->postings));
	e = query_run(q);
	segment_block_reset(block);
	return e;
}

static enum err write_blocks(struct index_builder *b, struct db *d, int64_t id)
{
	uint32_t *values, *first = sort_postings(b, &values);
	slice text = buf_slice(&b->text);
	struct segment_block block;
	enum err e = ERR_NONE;

	segment_block_init(&block);
	for (uint32_t i = 0; !e && i < b->term_count; i++) {
		const struct term *t = &b->terms[i];

		segment_block_add(&block, (slice){ text.p + t->at, t->n },
				  values + first[i], t->count);
		if (segment_block_is_full(&block)) e = write_block(d, id++, &block);
	}
	if (!e && b->term_count) e = write_block(d, id, &block);
	segment_block_done(&block);
	free(first);
	free(values);
	return e;
}

enum err index_builder_write(struct index_builder *b, struct db *d, int64_t first,
			     int64_t last)
{
	struct query *q = db_query(d, "INSERT INTO segment (first, last, count, is_full,"
				      " emails) VALUES ($1, $2, $3, $4, $5)");
	enum err e;

	if (b->count) buf_add_char(&b->emails, b->is_partial ? 1 : 0);
	query_int(q, first);
	query_int(q, last);
	query_int(q, b->count);
	query_int(q, index_builder_is_full(b));
	query_blob(q, buf_slice(&b->emails));
	e = query_run(q);
	return e ? e : write_blocks(b, d, segment_first_block(first));
}
