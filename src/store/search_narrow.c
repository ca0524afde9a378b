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

/* What is left to be asked waits for the next slice: answers are kept. */
void condition_ask(struct condition *c, struct account *a, int64_t until_ms)
{
	uint32_t asked = 0;
	bool is_late = false;

	for (uint32_t i = 0; i < c->count && asked < ANSWERS_MAX; i++) {
		const struct search_node *node = c->keys[i].node;
		unsigned flags = search_key_term_flags(node->key);

		if (!flags || !node->text.n) continue;
		if (c->keys[i].fuzzy) flags |= ASK_FUZZY;
		c->keys[i].answer = is_late ? search_index_kept(a, node->text, flags)
					    : search_index_ask(a, node->text, flags);
		is_late = clock_monotonic_ms() >= until_ms;
		asked++;
	}
}

static uint32_t candidates(const struct search_answer *answer)
{
	return interval_set_count(&answer->found) + interval_set_count(&answer->unsure);
}

/* Of the texts that must be there, the rarest. */
static const struct search_answer *find_rarest(const struct condition *c)
{
	const struct search_answer *rarest = c->keys[0].answer;

	if (c->keys[0].node->key != SEARCH_AND) return rarest;
	for (uint32_t i = 1; i < c->count; i = c->keys[i].end) {
		const struct search_answer *answer = c->keys[i].answer;

		if (answer && (!rarest || candidates(answer) < candidates(rarest)))
			rarest = answer;
	}
	return rarest;
}

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

enum err condition_narrow(const struct condition *c, struct account *a, int64_t mailbox,
			  struct interval_set *uids)
{
	const struct search_answer *rarest = find_rarest(c);
	struct interval_set found = { 0 };
	enum err e;

	if (!rarest || candidates(rarest) > NARROW_MAX) return ERR_NONE;
	e = add_uids(a, mailbox, rarest->done + 1, INT64_MAX, &found);
	if (!e) e = add_candidates(a, mailbox, &rarest->found, &found);
	if (!e) e = add_candidates(a, mailbox, &rarest->unsure, &found);
	if (!e) interval_set_intersect(uids, &found);
	interval_set_done(&found);
	return e == ERR_LIMIT ? ERR_NONE : e;
}
