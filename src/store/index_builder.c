#include "store/index_builder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

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
	char *text;      /* TERMS_OCTETS_MAX */
	size_t text_size;
	struct term *terms; /* TERMS_MAX */
	uint32_t term_count;
	uint32_t *slots; /* term + 1, or 0; twice as many as terms at least */
	uint32_t slot_count;
	struct posting *postings; /* POSTINGS_MAX */
	uint32_t posting_count;
	size_t text_before; /* this message */
	uint32_t postings_before;
};

/* From the kernel and back to it: pages count once they are used, and no thread's heap
 * keeps them. */
static void *map_memory(size_t octets)
{
	void *p = mmap(NULL, octets, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert(p != MAP_FAILED);
	return p;
}

static void unmap_memory(void *p, size_t octets)
{
	int rc = munmap(p, octets);

	assert(rc == 0);
}

struct index_builder *index_builder_new(void)
{
	struct index_builder *b = calloc(1, sizeof(*b));

	assert(b);
	buf_init(&b->emails, SEGMENT_EMAILS_MAX * 10);
	b->text = map_memory(TERMS_OCTETS_MAX);
	b->terms = map_memory(TERMS_MAX * sizeof(*b->terms));
	b->postings = map_memory(POSTINGS_MAX * sizeof(*b->postings));
	b->slot_count = SLOTS_MIN;
	b->slots = calloc(b->slot_count, sizeof(*b->slots));
	assert(b->slots);
	return b;
}

void index_builder_free(struct index_builder *b)
{
	if (!b) return;
	buf_done(&b->emails);
	unmap_memory(b->text, TERMS_OCTETS_MAX);
	unmap_memory(b->terms, TERMS_MAX * sizeof(*b->terms));
	unmap_memory(b->postings, POSTINGS_MAX * sizeof(*b->postings));
	free(b->slots);
	free(b);
}

bool index_builder_is_full(const struct index_builder *b)
{
	return b->count == SEGMENT_EMAILS_MAX ||
	       b->text_size + MESSAGE_OCTETS_MAX > TERMS_OCTETS_MAX ||
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
	b->text_before = b->text_size;
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
	b->terms[b->term_count] =
		(struct term){ hash, (uint32_t)b->text_size, (uint32_t)term.n, 0, 0 };
	memcpy(b->text + b->text_size, term.p, term.n);
	b->text_size += term.n;
	put_slot(b, b->term_count);
	b->term_count++;
	if (b->term_count * 2 > b->slot_count) grow_slots(b);
	return b->term_count - 1;
}

static uint32_t find_or_add_term(struct index_builder *b, slice term)
{
	uint32_t hash = (uint32_t)siphash_process(term);

	for (uint32_t at = hash & (b->slot_count - 1); b->slots[at];
	     at = (at + 1) & (b->slot_count - 1)) {
		const struct term *t = &b->terms[b->slots[at] - 1];

		if (t->hash == hash && t->n == term.n &&
		    memcmp(b->text + t->at, term.p, term.n) == 0)
			return b->slots[at] - 1;
	}
	return add_term(b, term, hash);
}

static void add_posting(struct index_builder *b, uint32_t term, uint32_t value)
{
	b->terms[term].newest = b->posting_count;
	b->terms[term].count++;
	b->postings[b->posting_count++] = (struct posting){ term, value };
}

static bool has_room(const struct index_builder *b, slice term)
{
	return b->text_size - b->text_before + term.n <= MESSAGE_OCTETS_MAX &&
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
	uint32_t *values = map_memory(POSTINGS_MAX * sizeof(*values));

	assert(first && fill);
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
	struct segment_block block;
	enum err e = ERR_NONE;

	segment_block_init(&block);
	for (uint32_t i = 0; !e && i < b->term_count; i++) {
		const struct term *t = &b->terms[i];

		segment_block_add(&block, (slice){ b->text + t->at, t->n },
				  values + first[i], t->count);
		if (segment_block_is_full(&block)) e = write_block(d, id++, &block);
	}
	if (!e && b->term_count) e = write_block(d, id, &block);
	segment_block_done(&block);
	free(first);
	unmap_memory(values, POSTINGS_MAX * sizeof(*values));
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
