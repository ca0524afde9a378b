/*
 * Steps of making the index.
 *
 *   idle --tail or segments due--> making --no email left, or full--> written, idle
 *
 * What is being made is in memory only: should the account be closed meanwhile, it is
 * begun again.
 */
#include "base/clock.h"
#include "base/container.h"
#include "message/text.h"
#include "store/index_segment.h"
#include "store/search_header.h"
#include "store/search_index_private.h"
#include "store/search_text.h"
#include "store/text_terms.h"
#include "store/text_walk.h"

enum {
	SMALL_EMAILS = SEGMENT_EMAILS_MAX / 2, /* a segment of fewer may be joined */
	SMALL_MAX = 16,                        /* of those in a row */
	LOG_MAX = 1 << 20,                     /* octets: then the log is written back */
	FIELDS_FIRST = 1, /* the first column of an email's texts in the query */
	FIELDS = 5,
};

/* --- an email's terms --- */

struct indexing {
	struct text_sink sink;
	struct text_terms terms;
	struct index_builder *builder;
	unsigned flag; /* of the text that is being read */
	bool is_whole; /* all terms found room */
};

static void take_term(struct term_splitter *s, slice term)
{
	struct text_terms *terms = CONTAINER_OF(s, struct text_terms, splitter);
	struct indexing *x = CONTAINER_OF(terms, struct indexing, terms);

	if (!index_builder_add(x->builder, term, x->flag)) x->is_whole = false;
}

static void begin_text(struct text_sink *s, bool header)
{
	CONTAINER_OF(s, struct indexing, sink)->flag =
		header ? TERM_IN_HEADER : TERM_IN_BODY;
}

static bool feed_text(struct text_sink *s, slice utf8)
{
	struct indexing *x = CONTAINER_OF(s, struct indexing, sink);

	text_terms_feed(&x->terms, utf8);
	return x->is_whole;
}

static bool end_text(struct text_sink *s)
{
	struct indexing *x = CONTAINER_OF(s, struct indexing, sink);

	text_terms_end(&x->terms);
	return x->is_whole;
}

/* A field's value, folded as search_match.c folds it: whole. */
static void add_value(struct indexing *x, slice utf8)
{
	struct buf folded;

	buf_init(&folded, utf8.n * TEXT_FOLD_GROWTH_MAX);
	text_fold(utf8, &folded);
	x->flag = TERM_IN_FIELD;
	term_splitter_feed(&x->terms.splitter, buf_slice(&folded));
	text_terms_end(&x->terms);
	buf_done(&folded);
}

static void add_field(void *context, slice, slice utf8)
{
	add_value(context, utf8);
}

static enum err add_body(struct indexing *x, const struct body *b)
{
	struct part_map parts;
	struct arena arena;
	struct buf section;
	enum err e;

	arena_init(&arena, TEXT_PARTS_ARENA_MAX);
	buf_init(&section, MIME_HEADER_MAX);
	e = body_parts(b, &arena, &parts);
	if (!e) e = text_read_section(b, &parts.parts[0], &section);
	if (!e) header_section_values(buf_slice(&section), add_field, x);
	if (!e) e = text_walk(b, &parts, &x->sink);
	buf_done(&section);
	arena_done(&arena);
	return e;
}

/* Of a damaged email a search finds out by itself what it can; the others go on. */
static enum err add_email(struct search_index *s, int64_t email, struct query *row)
{
	struct indexing x = { .sink = { begin_text, feed_text, end_text },
			      .builder = s->builder,
			      .is_whole = true };
	struct body *b = NULL;
	enum err e = body_open(s->account, email, &b);

	if (e == ERR_LATER) return e;
	text_terms_init(&x.terms, take_term);
	index_builder_begin(s->builder, email);
	for (int i = 0; i < FIELDS; i++)
		add_value(&x, query_get_slice(row, FIELDS_FIRST + i));
	if (!e) e = add_body(&x, b);
	if (e || !x.is_whole) index_builder_mark_partial(s->builder);
	text_terms_done(&x.terms);
	body_close(b);
	return e == ERR_LATER ? e : ERR_NONE;
}

/* --- a segment --- */

static void begin_segment(struct search_index *x, int64_t first, int64_t last)
{
	x->builder = index_builder_new();
	x->first = first;
	x->at = first - 1;
	x->last = last;
}

static void drop_segment(struct search_index *x)
{
	index_builder_free(x->builder);
	x->builder = NULL;
}

/* False at the end: the next email is not there, or no more fits. */
static enum err add_next_email(struct search_index *x, bool *ret_there)
{
	struct query *q = db_query(x->account->db,
				   "SELECT id, subject, from_text, to_text, cc_text,"
				   " bcc_text FROM email WHERE id > $1 AND id <= $2"
				   " ORDER BY id LIMIT 1");
	enum err e = ERR_NONE, ended;

	query_int(q, x->at);
	query_int(q, x->last);
	*ret_there = query_row(q);
	if (*ret_there) {
		int64_t email = query_get_int(q, 0);

		e = add_email(x, email, q);
		if (!e) x->at = email;
	}
	ended = query_end(q);
	return e ? e : ended;
}

static enum err write_rows(struct search_index *x, bool is_new)
{
	enum err e = search_index_forget(x, x->first, x->last);

	if (!e && index_builder_count(x->builder))
		e = index_builder_write(x->builder, x->db, x->first, x->last);
	if (e || !is_new) return e;
	x->mark_before = x->mark;
	x->done_before = x->done;
	x->mark = random_id();
	x->done = x->last;
	return search_index_write_state(x);
}

/* One that got full ends where it is; what it was to replace beyond that stays. */
static enum err write_segment(struct search_index *x)
{
	bool unknown, is_new = x->first > x->done;
	enum err e;

	if (is_new || index_builder_is_full(x->builder)) x->last = x->at;
	e = db_begin(x->db, DB_SYNC_FULL);
	if (e) return e;
	e = write_rows(x, is_new);
	if (!e)
		e = db_commit(x->db, &unknown);
	else
		db_rollback(x->db);
	drop_segment(x);
	return e;
}

static enum err go_on(struct search_index *x)
{
	int64_t end_ms = clock_monotonic_ms() + INDEX_STEP_MS;
	bool there = true;
	enum err e = ERR_NONE;

	do
		e = add_next_email(x, &there);
	while (!e && there && !index_builder_is_full(x->builder) &&
	       clock_monotonic_ms() < end_ms);
	if (e) return e;
	return there && !index_builder_is_full(x->builder) ? ERR_NONE : write_segment(x);
}

/* --- what is due --- */

static enum err find_tail(struct search_index *x, bool *ret_due)
{
	struct query *q = db_query(x->account->db, "SELECT COUNT(*) FROM (SELECT id FROM"
						   " email WHERE id BETWEEN $1 AND $2"
						   " LIMIT $3) AS t");
	int64_t n = 0;
	enum err e;

	query_int(q, x->done + 1);
	query_int(q, INDEX_EMAIL_MAX);
	query_int(q, INDEX_TAIL_MIN);
	e = query_run_int(q, &n);
	*ret_due = !e && n == INDEX_TAIL_MIN;
	return e;
}

/* Segments in a row that are one soon. */
struct row_of_small {
	int64_t first, last;
	int64_t emails;
	int count;
};

static bool add_small(struct row_of_small *r, struct query *row)
{
	int64_t count = query_get_int(row, 2);

	if (count >= SMALL_EMAILS || query_get_int(row, 3)) {
		*r = (struct row_of_small){ 0 };
		return false;
	}
	if (r->count == 0) r->first = query_get_int(row, 0);
	r->last = query_get_int(row, 1);
	r->emails += count;
	r->count++;
	return r->count == SMALL_MAX || r->emails >= SEGMENT_EMAILS_MAX;
}

static enum err find_small(struct search_index *x, bool *ret_due)
{
	struct query *q = db_query(x->db, "SELECT first, last, count, is_full"
					  " FROM segment ORDER BY first");
	struct row_of_small r = { 0 };
	bool due = false;
	enum err e;

	while (!due && query_row(q))
		due = add_small(&r, q);
	e = query_end(q);
	*ret_due = !e && due;
	if (*ret_due) begin_segment(x, r.first, r.last);
	return e;
}

static enum err count_emails(struct search_index *x, int64_t first, int64_t last,
			     int64_t *ret)
{
	struct query *q =
		db_query(x->account->db, "SELECT COUNT(DISTINCT email) FROM message"
					 " WHERE email BETWEEN $1 AND $2");

	query_int(q, first);
	query_int(q, last);
	return query_run_int(q, ret);
}

/* Looks at the next segment: has a quarter of its emails gone? */
static enum err check_segment(struct search_index *x, bool *ret_due)
{
	struct query *q = db_query(x->db, "SELECT first, last, count FROM segment"
					  " WHERE first > $1 ORDER BY first LIMIT 1");
	int64_t first = 0, last = 0, count = 0, left = 0;
	enum err e;

	query_int(q, x->checked);
	x->has_checked = !query_row(q);
	if (!x->has_checked) {
		first = x->checked = query_get_int(q, 0);
		last = query_get_int(q, 1);
		count = query_get_int(q, 2);
	}
	e = query_end(q);
	if (e || x->has_checked) return e;
	e = count_emails(x, first, last, &left);
	*ret_due = !e && left * 4 < count * 3;
	if (*ret_due) begin_segment(x, first, last);
	return e;
}

static enum err find_emptied(struct search_index *x, bool *ret_due)
{
	int64_t end_ms = clock_monotonic_ms() + INDEX_STEP_MS;
	enum err e = ERR_NONE;

	if (x->has_checked && x->removals != x->account->removals) {
		x->has_checked = false;
		x->checked = 0;
	}
	if (x->checked == 0) x->removals = x->account->removals;
	while (!e && !*ret_due && !x->has_checked && clock_monotonic_ms() < end_ms)
		e = check_segment(x, ret_due);
	return e;
}

static enum err find_work(struct search_index *x, enum index_state *ret)
{
	bool due = false;
	enum err e = find_tail(x, &due);

	if (!e && due) begin_segment(x, x->done + 1, INDEX_EMAIL_MAX);
	if (!e && !due) e = find_small(x, &due);
	if (!e && !due) e = find_emptied(x, &due);
	*ret = due || !x->has_checked ? INDEX_WORKING : INDEX_READY;
	return e;
}

static enum err step(struct search_index *x, enum index_state *ret)
{
	int64_t mark = 0;
	enum err e;

	*ret = INDEX_WORKING;
	if (x->builder) return go_on(x);
	if (db_log_size(x->db) > LOG_MAX) return db_checkpoint(x->db);
	e = query_run_int(db_query(x->account->db, "SELECT search_mark FROM account"),
			  &mark);
	if (e) return e;
	if (mark == x->mark) return find_work(x, ret);
	*ret = INDEX_UNSETTLED;
	return ERR_NONE;
}

enum err search_index_step(struct account *a, enum index_state *ret)
{
	struct search_index *x = search_index_of(a);

	*ret = INDEX_READY;
	if (!x) return ERR_NONE;
	return search_index_failed(a, x->failure ? x->failure : step(x, ret));
}
