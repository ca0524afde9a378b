#include "store/search_answer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/varint.h"
#include "store/index_segment.h"
#include "store/search_index_private.h"
#include "store/terms.h"

enum { PATTERNS_MAX = 16, PATTERN_MAX = TERM_PIECE_MAX + 2 };

/* What a needle has between what is no term, as index_segment.h wants it. */
struct pattern {
	char octets[PATTERN_MAX];
	size_t n;
};

struct asking {
	struct search_index *index;
	struct pattern patterns[PATTERNS_MAX];
	uint32_t count;
	unsigned flags;
	struct search_answer *answer;
};

/* --- the needle --- */

static void make_pattern(slice needle, slice run, struct pattern *p)
{
	slice piece = slice_head(run, TERM_PIECE_MAX);
	bool begins = run.p > needle.p, ends = run.p + run.n < needle.p + needle.n;

	p->n = 0;
	if (begins) p->octets[p->n++] = '\0';
	memcpy(p->octets + p->n, piece.p, piece.n);
	p->n += piece.n;
	if (ends && piece.n == run.n) p->octets[p->n++] = '\0';
}

/* More runs than patterns only make the answer wider. */
static void make_patterns(struct asking *k, slice needle)
{
	slice rest = needle, run;

	k->answer->is_exact = true;
	while (k->count < PATTERNS_MAX && take_term_run(&rest, &run)) {
		make_pattern(needle, run, &k->patterns[k->count++]);
		if (run.n != needle.n || run.n > TERM_PIECE_MAX)
			k->answer->is_exact = false;
	}
}

/* --- a segment --- */

static enum err ask_block(struct asking *k, int64_t id, slice terms,
			  struct place_set *found)
{
	struct query *q = NULL;
	bool good = true;
	enum err e = ERR_NONE;

	for (uint32_t i = 0; good && i < k->count; i++) {
		slice pattern = { k->patterns[i].octets, k->patterns[i].n };

		if (slice_find(terms, pattern) == terms.n) continue;
		if (!q) {
			q = db_query(k->index->db,
				     "SELECT postings FROM block WHERE id = $1");
			query_int(q, id);
			good = query_row(q);
		}
		good = good && segment_block_find(terms, query_get_slice(q, 0), pattern,
						  k->flags, &found[i]);
	}
	if (q) e = query_end(q);
	return e ? e : good ? ERR_NONE : ERR_MALFORMED;
}

static enum err find_places(struct asking *k, int64_t first, struct place_set *found)
{
	struct query *q = db_query(k->index->db, "SELECT id, terms FROM block"
						 " WHERE id BETWEEN $1 AND $2");
	enum err e = ERR_NONE, ended;

	query_int(q, segment_first_block(first));
	query_int(q, segment_last_block(first));
	while (!e && query_row(q))
		e = ask_block(k, query_get_int(q, 0), query_get_slice(q, 1), found);
	ended = query_end(q);
	return e ? e : ended;
}

static bool in_all(const struct asking *k, const struct place_set *found, uint32_t place)
{
	for (uint32_t i = 0; i < k->count; i++)
		if (!place_set_has(&found[i], place)) return false;
	return true;
}

static bool add_emails(const struct asking *k, slice emails,
		       const struct place_set *found)
{
	uint64_t email = 0, step;

	for (uint32_t place = 0; emails.n; place++) {
		if (!take_varint(&emails, &step) || !emails.n ||
		    place == SEGMENT_EMAILS_MAX || step > UINT32_MAX - email)
			return false;
		email += step;
		if (in_all(k, found, place))
			interval_set_add(&k->answer->found, (uint32_t)email);
		else if (emails.p[0])
			interval_set_add(&k->answer->unsure, (uint32_t)email);
		emails = slice_skip(emails, 1);
	}
	return true;
}

static enum err ask_segment(struct asking *k, int64_t first, slice emails)
{
	struct place_set found[PATTERNS_MAX] = { 0 };
	enum err e = find_places(k, first, found);

	return e ? e : add_emails(k, emails, found) ? ERR_NONE : ERR_MALFORMED;
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

/* --- answers --- */

static void answer_done(struct search_answer *answer)
{
	interval_set_done(&answer->found);
	interval_set_done(&answer->unsure);
	buf_done(&answer->degrees);
	free((char *)(uintptr_t)answer->needle.p);
}

void answer_cache_done(struct answer_cache *c)
{
	for (uint32_t i = 0; i < c->count; i++)
		answer_done(&c->answers[i]);
	c->count = 0;
}

void search_answers_drop(struct account *a)
{
	if (!a->index) return;
	answer_cache_done(&a->index->answers);
	if (search_index_failed(a, a->index->failure)) return; /* made anew by and by */
}

static const struct search_answer *find_answer(const struct answer_cache *c, slice needle,
					       unsigned flags)
{
	for (uint32_t i = 0; i < c->count; i++)
		if (c->answers[i].flags == flags &&
		    slice_eq(c->answers[i].needle, needle))
			return &c->answers[i];
	return NULL;
}

static slice copy_of(slice s)
{
	char *p = malloc(s.n);

	assert(p);
	memcpy(p, s.p, s.n);
	return (slice){ p, s.n };
}

static const struct search_answer *make_answer(struct search_index *x, slice needle,
					       unsigned flags)
{
	struct answer_cache *c = &x->answers;
	struct search_answer *answer = &c->answers[c->count];
	struct asking k = { .index = x, .flags = flags, .answer = answer };

	*answer = (struct search_answer){ .done = x->done, .flags = flags };
	make_patterns(&k, needle);
	if (!k.count) return NULL;
	answer->needle = copy_of(needle);
	x->failure =
		flags & ASK_FUZZY ? search_answer_fuzzily(x, answer) : ask_segments(&k);
	if (x->failure) {
		answer_done(answer);
		return NULL;
	}
	c->count++;
	return answer;
}

const struct search_answer *search_index_kept(const struct account *a, slice needle,
					      unsigned flags)
{
	return a->index ? find_answer(&a->index->answers, needle, flags) : NULL;
}

const struct search_answer *search_index_ask(struct account *a, slice needle,
					     unsigned flags)
{
	struct search_index *x = search_index_of(a);
	const struct search_answer *kept;

	if (!x || x->failure || x->done == 0) return NULL;
	kept = find_answer(&x->answers, needle, flags);
	if (kept) return kept;
	if (x->answers.count == ANSWERS_MAX) return NULL;
	return make_answer(x, needle, flags);
}
