#include <assert.h>

#include "base/date.h"
#include "message/summary.h"
#include "store/search_fuzzy.h"

/* --- keys that columns decide --- */

static enum truth truth_of(bool b)
{
	return b ? TRUTH_TRUE : TRUTH_FALSE;
}

bool kept_is_whole(slice kept)
{
	return kept.n + 4 <= SUMMARY_TEXT_MAX;
}

bool search_key_kept(const struct message *k, const struct search_node *n,
		     slice *ret_name, slice *ret_kept)
{
	const struct {
		slice name, kept;
	} fields[] = {
		{ S("From"), k->from },
		{ S("To"), k->to },
		{ S("Cc"), k->cc },
		{ S("Bcc"), k->bcc },
	};

	*ret_name = n->name;
	if (n->key == SEARCH_SUBJECT) {
		*ret_name = S("Subject");
		*ret_kept = k->subject;
		return true;
	}
	for (size_t i = 0; n->key == SEARCH_ADDRESS && i < countof(fields); i++)
		if (slice_eq_nocase(fields[i].name, n->name)) {
			*ret_kept = fields[i].kept;
			return true;
		}
	return false;
}

static enum truth match_kept(struct candidate *m, const struct search_node *n)
{
	slice name, kept, folded;
	uint32_t at = 0;

	if (!search_key_kept(m->message, n, &name, &kept)) return TRUTH_FALSE;
	if (!field_values_next(&m->kept, name, &at, &folded))
		field_values_add(&m->kept, name, kept);
	if (field_values_have(&m->kept, name, n->text)) return TRUTH_TRUE;
	if (kept_is_whole(kept)) return TRUTH_FALSE;
	if (m->stage < STAGE_HEADER) return TRUTH_UNKNOWN;
	return truth_of(field_values_have(candidate_fields(m), name, n->text));
}

bool match_day(enum search_key key, int64_t day, int64_t wanted)
{
	switch (key) {
	case SEARCH_RECEIVED_BEFORE:
	case SEARCH_SENT_BEFORE:
	case SEARCH_SAVED_BEFORE:
		return day < wanted;
	case SEARCH_RECEIVED_ON:
	case SEARCH_SENT_ON:
	case SEARCH_SAVED_ON:
		return day == wanted;
	default:
		return day >= wanted;
	}
}

static int64_t local_day(int64_t instant, int32_t zone)
{
	return date_day((struct date){ instant, zone });
}

bool search_key_is_day(enum search_key key)
{
	return key >= SEARCH_RECEIVED_BEFORE && key <= SEARCH_SAVED_SINCE;
}

/* A message without a readable Date was sent on no day. */
bool search_key_day(const struct message *m, enum search_key key, int64_t *ret)
{
	switch (key) {
	case SEARCH_RECEIVED_BEFORE:
	case SEARCH_RECEIVED_ON:
	case SEARCH_RECEIVED_SINCE:
		*ret = local_day(m->received, m->received_zone);
		return true;
	case SEARCH_SENT_BEFORE:
	case SEARCH_SENT_ON:
	case SEARCH_SENT_SINCE:
		if (m->sent == SENT_UNKNOWN) return false;
		*ret = local_day(m->sent, m->sent_zone);
		return true;
	default:
		*ret = local_day(m->saved, 0);
		return true;
	}
}

static bool match_day_of(const struct message *m, const struct search_node *n)
{
	int64_t day;

	return search_key_day(m, n->key, &day) && match_day(n->key, day, n->day);
}

static enum truth match_header(struct candidate *m, const struct search_node *n)
{
	if (m->stage < STAGE_HEADER) return TRUTH_UNKNOWN;
	return truth_of(field_values_have(candidate_fields(m), n->name, n->text));
}

static enum truth match_text(const struct candidate *m, const struct condition *c,
			     const struct condition_key *k)
{
	if (k->node->text.n == 0 || c->needles[k->needle].found) return TRUTH_TRUE;
	return m->stage == STAGE_DONE ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

static bool match_number(const struct message *m, const struct search_node *n)
{
	switch (n->key) {
	case SEARCH_LARGER:
		return (int64_t)m->size > n->number;
	case SEARCH_SMALLER:
		return (int64_t)m->size < n->number;
	case SEARCH_MODSEQ:
		return (int64_t)m->modseq >= n->number;
	case SEARCH_YOUNGER: /* RFC 5032 2: the instant itself is both */
		return m->received >= n->number;
	case SEARCH_OLDER:
		return m->received <= n->number;
	case SEARCH_EMAIL:
		return m->email == n->number;
	default:
		return m->thread == n->number;
	}
}

/* What the index knows; of a field's text, only that no field has it. */
enum truth answer_truth(const struct condition_key *k, int64_t email)
{
	const struct search_answer *answer = k->answer;

	if (!answer || email > answer->done) return TRUTH_UNKNOWN;
	if (interval_set_contains(&answer->found, (uint32_t)email))
		return answer->is_exact && search_key_has_needle(k->node->key)
			       ? TRUTH_TRUE
			       : TRUTH_UNKNOWN;
	return interval_set_contains(&answer->unsure, (uint32_t)email) ? TRUTH_UNKNOWN
								       : TRUTH_FALSE;
}

static enum truth match_leaf(struct candidate *m, const struct condition *c,
			     const struct condition_key *k)
{
	const struct search_node *n = k->node;
	const struct message *kept = m->message;
	enum truth answered = answer_truth(k, kept->email);

	if (answered != TRUTH_UNKNOWN) return answered;
	if (condition_key_is_fuzzy(k)) return fuzzy_truth(m, k);
	if (search_key_is_day(n->key)) return truth_of(match_day_of(kept, n));
	switch (n->key) {
	case SEARCH_FLAGS:
		return truth_of((kept->flags & n->flags) == n->flags);
	case SEARCH_UIDS:
		return truth_of(interval_set_contains(n->uids, kept->uid));
	case SEARCH_HEADER:
		return match_header(m, n);
	case SEARCH_ADDRESS:
	case SEARCH_SUBJECT:
		return match_kept(m, n);
	case SEARCH_BODY:
	case SEARCH_TEXT:
		return match_text(m, c, k);
	default:
		return truth_of(match_number(kept, n));
	}
}

unsigned search_key_columns(enum search_key key)
{
	switch (key) {
	case SEARCH_RECEIVED_BEFORE:
	case SEARCH_RECEIVED_ON:
	case SEARCH_RECEIVED_SINCE:
	case SEARCH_SENT_BEFORE:
	case SEARCH_SENT_ON:
	case SEARCH_SENT_SINCE:
	case SEARCH_YOUNGER:
	case SEARCH_OLDER:
	case SEARCH_THREAD:
		return COLUMN_DATES;
	case SEARCH_ADDRESS:
	case SEARCH_SUBJECT:
		return COLUMN_HEADERS;
	default:
		return 0;
	}
}

bool search_key_has_needle(enum search_key key)
{
	return key == SEARCH_BODY || key == SEARCH_TEXT;
}

/* --- the tree --- */

static enum truth truth_at(struct condition *c, struct candidate *m, uint32_t at);

/* `and`: false decides, else unknown stays; `or` the other way round. */
static enum truth combine(struct condition *c, struct candidate *m, uint32_t at,
			  enum truth decides, enum truth otherwise)
{
	uint32_t end = c->keys[at].end;

	for (uint32_t i = at + 1; i < end; i = c->keys[i].end) {
		enum truth t = truth_at(c, m, i);

		if (t == decides) return t;
		if (t == TRUTH_UNKNOWN) otherwise = t;
	}
	return otherwise;
}

static enum truth negated(enum truth t)
{
	return t == TRUTH_UNKNOWN ? t : t == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

/* Recurses at most SEARCH_DEPTH_MAX deep: condition_init has seen to it. */
static enum truth truth_at(struct condition *c, struct candidate *m, uint32_t at)
{
	struct condition_key *k = &c->keys[at];

	if (k->truth != TRUTH_UNKNOWN) return k->truth;
	switch (k->node->key) {
	case SEARCH_AND:
		k->truth = combine(c, m, at, TRUTH_FALSE, TRUTH_TRUE);
		break;
	case SEARCH_OR:
		k->truth = combine(c, m, at, TRUTH_TRUE, TRUTH_FALSE);
		break;
	case SEARCH_NOT:
		k->truth = negated(truth_at(c, m, at + 1));
		break;
	default:
		k->truth = match_leaf(m, c, k);
		break;
	}
	return k->truth;
}

enum truth condition_truth(struct condition *c, struct candidate *m)
{
	return truth_at(c, m, 0);
}

static void forget(struct condition *c)
{
	for (uint32_t i = 0; i < c->count; i++)
		c->keys[i].truth = TRUTH_UNKNOWN;
	for (uint32_t i = 0; i < c->fuzzy_count; i++)
		c->fuzzy[i].fits = (struct fuzzy_fits){ 0 };
	text_matcher_forget(&c->matcher);
}

static enum err read_for_score(struct condition *c, struct candidate *m)
{
	enum stage stage = condition_score_stage(c, m);
	enum err e = ERR_NONE;

	if (stage > STAGE_COLUMNS && m->stage == STAGE_COLUMNS)
		e = candidate_read_header(m);
	if (!e && stage == STAGE_DONE && m->stage < STAGE_DONE)
		e = candidate_read_text(m, c);
	return e;
}

enum err condition_match(struct condition *c, struct account *a,
			 const struct message *message, unsigned *ret)
{
	struct candidate m = { .account = a, .message = message };
	enum err e = ERR_NONE;
	bool matches;

	forget(c);
	if (condition_truth(c, &m) == TRUTH_UNKNOWN) e = candidate_read_header(&m);
	if (!e && condition_truth(c, &m) == TRUTH_UNKNOWN) e = candidate_read_text(&m, c);
	matches = !e && condition_truth(c, &m) == TRUTH_TRUE;
	if (matches && c->wants_scores) e = read_for_score(c, &m);
	if (!e) *ret = !matches ? 0 : c->wants_scores ? condition_score(c, &m) : 1;
	candidate_done(&m);
	return e;
}
