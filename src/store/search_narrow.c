/* What the search index knows of a condition. */
#include "base/clock.h"
#include "store/account_private.h"
#include "store/index_builder.h"
#include "store/search_private.h"

enum { NARROW_MAX = 2000 }; /* messages found one by one; of more, all are looked at */

unsigned search_key_term_flags(enum search_key key)
{
	switch (key) {
	case SEARCH_TEXT:
		return TERM_IN_BODY | TERM_IN_HEADER;
	case SEARCH_BODY:
		return TERM_IN_BODY;
	case SEARCH_HEADER:
	case SEARCH_ADDRESS:
	case SEARCH_SUBJECT:
		return TERM_IN_FIELD;
	default:
		return 0;
	}
}

/* What is left to be asked waits for the next slice: answers are kept. Keys that look for
 * the same in the same kinds of text share one. */
void condition_ask(struct condition *c, struct account *a, int64_t until_ms)
{
	uint32_t asked = 0;
	bool is_late = false;

	for (uint32_t i = 0; i < c->count; i++) {
		const struct search_node *node = c->keys[i].node;
		unsigned flags = search_key_term_flags(node->key);

		if (!flags || !node->text.n) continue;
		if (c->keys[i].fuzzy) flags |= ASK_FUZZY;
		c->keys[i].answer = search_index_kept(a, node->text, flags);
		if (c->keys[i].answer || is_late || asked == ANSWERS_MAX) continue;
		c->keys[i].answer = search_index_ask(a, node->text, flags);
		is_late = clock_monotonic_ms() >= until_ms;
		asked++;
	}
}

/* --- how many emails come into question --- */

#define UNTOLD UINT64_MAX

static uint32_t candidates(const struct search_answer *answer)
{
	return interval_set_count(&answer->found) + interval_set_count(&answer->unsure);
}

/* The operand of an AND that leaves the fewest; 0: there is none. */
static uint32_t strictest(const struct condition *c, uint32_t at)
{
	uint32_t found = 0;

	for (uint32_t i = at + 1; i < c->keys[at].end; i = c->keys[i].end)
		if (!found || c->keys[i].most < c->keys[found].most) found = i;
	return found;
}

/* Operands of an OR that say what the one before did, as of the fields of one text, are
 * passed over. */
static uint32_t next_operand(const struct condition *c, uint32_t i)
{
	const struct search_answer *answer = c->keys[i].answer;

	do
		i = c->keys[i].end;
	while (i < c->count && answer && c->keys[i].answer == answer);
	return i;
}

static uint64_t sum(const struct condition *c, uint32_t at)
{
	uint64_t most = 0;

	for (uint32_t i = at + 1; i < c->keys[at].end; i = next_operand(c, i)) {
		if (c->keys[i].most == UNTOLD) return UNTOLD;
		most += c->keys[i].most;
	}
	return most;
}

static uint64_t most_at(const struct condition *c, uint32_t at)
{
	const struct condition_key *k = &c->keys[at];

	if (k->answer) return candidates(k->answer);
	if (k->node->key == SEARCH_AND && k->end > at + 1)
		return c->keys[strictest(c, at)].most;
	return k->node->key == SEARCH_OR ? sum(c, at) : UNTOLD;
}

/* --- which they are --- */

/* ERR_LIMIT: there are too many. */
static enum err add_uids(struct account *a, int64_t mailbox, int64_t first, int64_t last,
			 struct interval_set *ret)
{
	struct query *q = db_query(a->db, "SELECT mailbox, uid FROM message"
					  " WHERE email BETWEEN $1 AND $2 LIMIT $3");
	int64_t n = 0;
	enum err e;

	query_int(q, first);
	query_int(q, last);
	query_int(q, NARROW_MAX);
	for (; query_row(q); n++)
		if (query_get_int(q, 0) == mailbox)
			interval_set_add(ret, (uint32_t)query_get_int(q, 1));
	e = query_end(q);
	return e ? e : n < NARROW_MAX ? ERR_NONE : ERR_LIMIT;
}

static enum err add_candidates(struct account *a, int64_t mailbox,
			       const struct interval_set *emails,
			       struct interval_set *ret)
{
	uint64_t cursor = 0;
	struct interval i;
	enum err e = ERR_NONE;

	while (!e && interval_set_next(emails, &cursor, &i))
		e = add_uids(a, mailbox, i.first, i.last, ret);
	return e;
}

static enum err add_answer(struct account *a, int64_t mailbox,
			   const struct search_answer *answer, struct interval_set *ret)
{
	enum err e = add_uids(a, mailbox, answer->done + 1, INT64_MAX, ret);

	if (!e) e = add_candidates(a, mailbox, &answer->found, ret);
	return e ? e : add_candidates(a, mailbox, &answer->unsure, ret);
}

/* Of a key that tells; recurses at most SEARCH_DEPTH_MAX deep. */
static enum err add_possible(const struct condition *c, struct account *a,
			     int64_t mailbox, uint32_t at, struct interval_set *ret)
{
	const struct condition_key *k = &c->keys[at];
	enum err e = ERR_NONE;

	if (k->answer) return add_answer(a, mailbox, k->answer, ret);
	if (k->node->key == SEARCH_AND)
		return add_possible(c, a, mailbox, strictest(c, at), ret);
	for (uint32_t i = at + 1; !e && i < k->end; i = next_operand(c, i))
		e = add_possible(c, a, mailbox, i, ret);
	return e;
}

/* Operands stand behind their keys. */
enum err condition_narrow(struct condition *c, struct account *a, int64_t mailbox,
			  struct interval_set *uids)
{
	struct interval_set found = { 0 };
	enum err e;

	for (uint32_t at = c->count; at; at--)
		c->keys[at - 1].most = most_at(c, at - 1);
	if (c->keys[0].most > NARROW_MAX) return ERR_NONE;
	e = add_possible(c, a, mailbox, 0, &found);
	if (!e) interval_set_intersect(uids, &found);
	interval_set_done(&found);
	return e == ERR_LIMIT ? ERR_NONE : e;
}
