#include "store/search_fuzzy.h"

#include <assert.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/container.h"
#include "message/text.h"
#include "store/index_builder.h"

enum {
	DAYS_OFF_MAX = 7,     /* that a day may be off */
	DAY_COSTS = 12,       /* of FUZZY_BEST, each */
	PERCENT_OFF_MAX = 10, /* that a size may be off */
	PERCENT_COSTS = 8,    /* of FUZZY_BEST, each */
	LEAST = 24,           /* of a text: inside of words, in a header only */
};

/* --- keys --- */

static bool is_size(enum search_key key)
{
	return key == SEARCH_LARGER || key == SEARCH_SMALLER;
}

/* The others are fuzzy only by their words. */
static bool is_fuzzy_number(const struct search_node *n)
{
	return n->is_fuzzy && (is_size(n->key) || search_key_is_day(n->key));
}

bool condition_key_is_fuzzy(const struct condition_key *k)
{
	return k->fuzzy || is_fuzzy_number(k->node);
}

enum err condition_add_fuzzy(struct condition *c)
{
	uint32_t words = 0;

	for (uint32_t i = 0; i < c->count; i++) {
		const struct search_node *node = c->keys[i].node;
		struct fuzzy_key *f;

		if (!node->is_fuzzy || !search_key_term_flags(node->key)) continue;
		if (c->fuzzy_count == SEARCH_TEXTS_MAX) return ERR_LIMIT;
		if (!c->fuzzy) c->fuzzy = calloc(SEARCH_TEXTS_MAX, sizeof(*c->fuzzy));
		assert(c->fuzzy);
		f = &c->fuzzy[c->fuzzy_count];
		fuzzy_needle_init(&f->needle, node->text);
		if (!f->needle.count) continue;
		words += f->needle.count;
		if (words > SEARCH_FUZZY_WORDS_MAX) return ERR_LIMIT;
		f->flags = search_key_term_flags(node->key);
		if (c->wants_scores) c->columns |= COLUMN_HEADERS; /* leaf_score */
		c->keys[i].fuzzy = f;
		c->fuzzy_count++;
	}
	return ERR_NONE;
}

/* --- how well a key fits --- */

static unsigned degree_in(const struct fuzzy_needle *needle, slice utf8)
{
	CLEANUP(buf_done) struct buf folded;

	buf_init(&folded, utf8.n * TEXT_FOLD_GROWTH_MAX);
	text_fold(utf8, &folded);
	return fuzzy_text_degree(needle, buf_slice(&folded));
}

static unsigned header_degree(struct candidate *m, slice name,
			      const struct fuzzy_needle *needle)
{
	const struct field_values *fields = candidate_fields(m);
	unsigned best = 0;
	uint32_t at = 0;
	slice value;

	while (field_values_next(fields, name, &at, &value)) {
		unsigned degree = fuzzy_text_degree(needle, value);

		if (degree > best) best = degree;
	}
	return best;
}

/* Whether the header section has to be read for it. */
static bool needs_header(const struct candidate *m, const struct search_node *n)
{
	slice kept, name;

	return !search_key_kept(m->message, n, &name, &kept) || !kept_is_whole(kept);
}

static unsigned field_degree(struct candidate *m, const struct condition_key *k)
{
	slice kept, name;

	if (search_key_kept(m->message, k->node, &name, &kept) && kept_is_whole(kept))
		return degree_in(&k->fuzzy->needle, kept);
	return header_degree(m, name, &k->fuzzy->needle);
}

static unsigned day_degree(const struct message *m, const struct search_node *n)
{
	int64_t day, off;

	if (!search_key_day(m, n->key, &day)) return 0;
	if (match_day(n->key, day, n->day)) return FUZZY_BEST;
	off = day > n->day ? day - n->day : n->day - day;
	off += !off; /* BEFORE that very day */
	return off > DAYS_OFF_MAX ? 0 : FUZZY_BEST - (unsigned)off * DAY_COSTS;
}

static unsigned size_degree(const struct message *m, const struct search_node *n)
{
	int64_t size = (int64_t)m->size, percent;

	if (n->key == SEARCH_LARGER ? size > n->number : size < n->number)
		return FUZZY_BEST;
	if (n->number > INT64_MAX / 100) return 0;
	percent = (n->number > size ? n->number - size : size - n->number) * 100 /
		  (n->number + !n->number);
	return percent > PERCENT_OFF_MAX ? 0
					 : FUZZY_BEST - (unsigned)percent * PERCENT_COSTS;
}

static unsigned text_degree(const struct candidate *m, const struct condition_key *k)
{
	enum truth answered = answer_truth(k, m->message->email);

	if (answered == TRUTH_FALSE) return 0;
	if (answered == TRUTH_TRUE)
		return search_answer_degree(k->answer, m->message->email);
	return fuzzy_degree(&k->fuzzy->needle, &k->fuzzy->fits);
}

enum truth fuzzy_truth(struct candidate *m, const struct condition_key *k)
{
	bool reads_text = search_key_has_needle(k->node->key);
	unsigned degree;

	if (is_fuzzy_number(k->node))
		degree = is_size(k->node->key) ? size_degree(m->message, k->node)
					       : day_degree(m->message, k->node);
	else if (reads_text)
		degree = text_degree(m, k);
	else if (m->stage < STAGE_HEADER && needs_header(m, k->node))
		return TRUTH_UNKNOWN;
	else
		degree = field_degree(m, k);
	if (degree) return TRUTH_TRUE;
	return reads_text && m->stage < STAGE_DONE ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

/* --- the score --- */

enum stage condition_score_stage(const struct condition *c, const struct candidate *m)
{
	enum stage stage = STAGE_COLUMNS;

	for (uint32_t i = 0; i < c->count; i++) {
		const struct condition_key *k = &c->keys[i];

		if (!k->fuzzy) continue;
		if (!search_key_has_needle(k->node->key)) {
			if (stage < STAGE_HEADER && needs_header(m, k->node))
				stage = STAGE_HEADER;
		} else if (answer_truth(k, m->message->email) == TRUTH_UNKNOWN) {
			return STAGE_DONE;
		}
	}
	return stage;
}

/* What stands in the subject is what a message is about. */
static unsigned leaf_score(struct candidate *m, const struct condition_key *k)
{
	unsigned degree, subject = 0;

	if (is_size(k->node->key)) return size_degree(m->message, k->node);
	if (search_key_is_day(k->node->key)) return day_degree(m->message, k->node);
	if (!search_key_has_needle(k->node->key)) return field_degree(m, k);
	degree = text_degree(m, k);
	if (k->node->key == SEARCH_TEXT)
		subject = degree_in(&k->fuzzy->needle, m->message->subject);
	return degree > subject ? degree : subject;
}

enum { NO_SCORE = -1 }; /* nothing in it is fuzzy */

/* All that is fuzzy counts alike; of alternatives the best. What must not be does not
 * count. */
static int score_at(const struct condition *c, struct candidate *m, uint32_t at)
{
	const struct condition_key *k = &c->keys[at];
	int sum = 0, count = 0, best = NO_SCORE;

	if (condition_key_is_fuzzy(k)) return (int)leaf_score(m, k);
	if (k->node->key != SEARCH_AND && k->node->key != SEARCH_OR) return NO_SCORE;
	for (uint32_t i = at + 1; i < k->end; i = c->keys[i].end) {
		int score = score_at(c, m, i);

		if (score == NO_SCORE) continue;
		sum += score;
		count++;
		if (score > best) best = score;
	}
	if (!count) return NO_SCORE;
	return k->node->key == SEARCH_OR ? best : sum / count;
}

unsigned condition_score(const struct condition *c, struct candidate *m)
{
	int score = score_at(c, m, 0);

	if (score == NO_SCORE) return SEARCH_SCORE_MAX;
	if (score <= LEAST) return 1;
	return 1 +
	       (unsigned)(score - LEAST) * (SEARCH_SCORE_MAX - 1) / (FUZZY_BEST - LEAST);
}

/* --- reading text --- */

static void take_term(struct term_splitter *s, slice term)
{
	struct text_terms *terms = CONTAINER_OF(s, struct text_terms, splitter);
	struct fuzzy_reader *r = CONTAINER_OF(terms, struct fuzzy_reader, terms);
	unsigned seen = r->header ? TERM_IN_HEADER : TERM_IN_BODY;

	for (uint32_t i = 0; i < r->condition->fuzzy_count; i++) {
		struct fuzzy_key *f = &r->condition->fuzzy[i];
		struct fuzzy_fits fits;

		if (!(f->flags & seen) || !fuzzy_term_fits(&f->needle, term, &fits))
			continue;
		fuzzy_fits_raise(&f->fits, &fits, search_fit_weight(f->flags, seen));
		r->any = true;
	}
}

void fuzzy_reader_init(struct fuzzy_reader *r, struct condition *c)
{
	*r = (struct fuzzy_reader){ .condition = c };
	text_terms_init(&r->terms, take_term);
}

void fuzzy_reader_done(struct fuzzy_reader *r)
{
	text_terms_done(&r->terms);
}

/* Whether something was found since it was asked last. */
static bool take_any(struct fuzzy_reader *r)
{
	bool any = r->any;

	r->any = false;
	return any;
}

bool fuzzy_reader_feed(struct fuzzy_reader *r, slice utf8)
{
	if (r->condition->fuzzy_count) text_terms_feed(&r->terms, utf8);
	return take_any(r);
}

bool fuzzy_reader_end(struct fuzzy_reader *r)
{
	text_terms_end(&r->terms);
	return take_any(r);
}
