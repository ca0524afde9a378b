/* What the search index says of words that need not be just the same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/varint.h"
#include "store/fuzzy.h"
#include "store/index_segment.h"
#include "store/search_index_private.h"

enum { WEIGHT_BODY = 80, WEIGHT_HEADER = 60 }; /* percent; of FIELD, 100 */

/* A term that fits, by its number in the block. */
struct hit {
	uint32_t term;
	struct fuzzy_fits fits;
};

struct found_email {
	uint32_t email;
	uint8_t degree;
};

struct asking {
	struct search_index *index;
	struct fuzzy_needle needle;
	unsigned flags;
	struct search_answer *answer;

	struct hit *hits; /* of a block */
	uint32_t hit_count, hit_capacity;
	struct fuzzy_fits fits[SEGMENT_EMAILS_MAX]; /* of a segment's emails, by place */
	struct found_email *emails;                 /* in the order of the segments */
	uint32_t email_count, email_capacity;
};

unsigned search_fit_weight(unsigned asked, unsigned seen)
{
	if (!(asked & TERM_IN_HEADER)) return 100;
	return seen & TERM_IN_BODY ? WEIGHT_BODY : WEIGHT_HEADER;
}

/* --- a block --- */

static struct hit *add_hit(struct asking *k)
{
	if (k->hit_count == k->hit_capacity) {
		k->hit_capacity = k->hit_capacity ? 2 * k->hit_capacity : 64;
		k->hits = reallocarray(k->hits, k->hit_capacity, sizeof(*k->hits));
		assert(k->hits); /* terms of a block at most */
	}
	return &k->hits[k->hit_count++];
}

static void find_hits(struct asking *k, slice terms)
{
	struct fuzzy_fits fits;
	slice term;

	k->hit_count = 0;
	for (uint32_t i = 0; take_segment_term(&terms, &term); i++)
		if (fuzzy_term_fits(&k->needle, term, &fits))
			*add_hit(k) = (struct hit){ .term = i, .fits = fits };
}

static bool raise_places(struct asking *k, const struct hit *hit, slice list)
{
	uint64_t place = 0;
	unsigned seen;

	while (list.n) {
		if (!take_segment_posting(&list, &place, &seen)) return false;
		seen &= k->flags;
		if (seen)
			fuzzy_fits_raise(&k->fits[place], &hit->fits,
					 search_fit_weight(k->flags, seen));
	}
	return true;
}

static bool read_postings(struct asking *k, slice postings)
{
	uint32_t at = 0;
	slice list;

	for (uint32_t i = 0; i < k->hit_count; i++) {
		do
			if (!take_segment_list(&postings, &list)) return false;
		while (at++ < k->hits[i].term);
		if (!raise_places(k, &k->hits[i], list)) return false;
	}
	return true;
}

static enum err ask_block(struct asking *k, int64_t id, slice terms)
{
	struct query *q;
	bool good;
	enum err e;

	find_hits(k, terms);
	if (!k->hit_count) return ERR_NONE;
	q = db_query(k->index->db, "SELECT postings FROM block WHERE id = $1");
	query_int(q, id);
	good = query_row(q) && read_postings(k, query_get_slice(q, 0));
	e = query_end(q);
	return e ? e : good ? ERR_NONE : ERR_MALFORMED;
}

/* --- a segment --- */

static void add_email(struct asking *k, uint32_t email, unsigned degree)
{
	if (k->email_count == k->email_capacity) {
		k->email_capacity = k->email_capacity ? 2 * k->email_capacity : 64;
		k->emails =
			reallocarray(k->emails, k->email_capacity, sizeof(*k->emails));
		assert(k->emails); /* of one account */
	}
	k->emails[k->email_count++] =
		(struct found_email){ .email = email, .degree = (uint8_t)degree };
}

/* Terms of an email that was not indexed whole may be missing. */
static bool add_emails(struct asking *k, slice emails)
{
	uint64_t email = 0, step;

	for (uint32_t place = 0; emails.n; place++) {
		unsigned degree;

		if (!take_varint(&emails, &step) || !emails.n ||
		    place == SEGMENT_EMAILS_MAX || step > UINT32_MAX - email)
			return false;
		email += step;
		degree = fuzzy_degree(&k->needle, &k->fits[place]);
		if (emails.p[0])
			interval_set_add(&k->answer->unsure, (uint32_t)email);
		else if (degree)
			add_email(k, (uint32_t)email, degree);
		emails = slice_skip(emails, 1);
	}
	return true;
}

static enum err ask_segment(struct asking *k, int64_t first, slice emails)
{
	struct query *q = db_query(k->index->db, "SELECT id, terms FROM block"
						 " WHERE id BETWEEN $1 AND $2");
	enum err e = ERR_NONE, ended;

	memset(k->fits, 0, sizeof(k->fits));
	query_int(q, segment_first_block(first));
	query_int(q, segment_last_block(first));
	while (!e && query_row(q))
		e = ask_block(k, query_get_int(q, 0), query_get_slice(q, 1));
	ended = query_end(q);
	if (!e) e = ended;
	return e ? e : add_emails(k, emails) ? ERR_NONE : ERR_MALFORMED;
}

static enum err ask_segments(struct asking *k)
{
	struct query *q = db_query(k->index->db,
				   "SELECT first, emails FROM segment ORDER BY first");
	enum err e = ERR_NONE, ended;

	while (!e && query_row(q))
		e = ask_segment(k, query_get_int(q, 0), query_get_slice(q, 1));
	ended = query_end(q);
	return e ? e : ended;
}

/* --- the answer --- */

static int compare_emails(const void *a, const void *b)
{
	const struct found_email *x = a, *y = b;

	return x->email < y->email ? -1 : x->email > y->email;
}

/* Segments may overlap; what they say of an email is the same. */
static void take_over(struct asking *k)
{
	struct search_answer *answer = k->answer;

	if (k->email_count)
		qsort(k->emails, k->email_count, sizeof(*k->emails), compare_emails);
	buf_init(&answer->degrees, (size_t)k->email_count + 1);
	for (uint32_t i = 0; i < k->email_count; i++) {
		if (i && k->emails[i].email == k->emails[i - 1].email) continue;
		interval_set_add(&answer->found, k->emails[i].email);
		buf_add_char(&answer->degrees, (char)k->emails[i].degree);
	}
	answer->is_exact = true;
}

enum err search_answer_fuzzily(struct search_index *x, struct search_answer *answer)
{
	struct asking *k = calloc(1, sizeof(*k));
	enum err e;

	assert(k);
	k->index = x;
	k->flags = answer->flags & ~(unsigned)ASK_FUZZY;
	k->answer = answer;
	fuzzy_needle_init(&k->needle, answer->needle);
	e = ask_segments(k);
	if (!e) take_over(k);
	free(k->hits);
	free(k->emails);
	free(k);
	return e;
}

unsigned search_answer_degree(const struct search_answer *answer, int64_t email)
{
	uint32_t rank = interval_set_rank(&answer->found, (uint32_t)email);

	return (unsigned char)buf_slice(&answer->degrees).p[rank - 1];
}
