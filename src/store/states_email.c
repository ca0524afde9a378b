/*
 * What happened to emails and threads since a state. Emails come in the order of their
 * ids, so those that came since are found by halving; changed ones are looked for in each
 * mailbox that has a higher modseq.
 */
#include "store/account_private.h"
#include "store/states_private.h"

/* --- those that came --- */

/* *ret: no email below this id came after the state. */
static enum err skip_older(struct account *a, uint64_t since, int64_t *from, int64_t *to)
{
	int64_t middle = *from + (*to - *from) / 2, id = 0;
	struct query *q = db_query(a->db, "SELECT id, created FROM email"
					  " WHERE id >= $1 ORDER BY id LIMIT 1");
	bool is_older = false;

	query_int(q, middle);
	if (query_row(q)) {
		id = query_get_int(q, 0);
		is_older = (uint64_t)query_get_int(q, 1) <= since;
	}
	if (is_older)
		*from = id + 1;
	else
		*to = middle;
	return query_end(q);
}

static enum err find_first_since(struct account *a, uint64_t since, int64_t *ret)
{
	int64_t from = 0, to = a->next_id;
	enum err e = ERR_NONE;

	while (!e && from < to)
		e = skip_older(a, since, &from, &to);
	*ret = from;
	return e;
}

static struct query *query_since(struct account *a, int64_t first)
{
	struct query *q = db_query(a->db, "SELECT id, created, thread, thread_created"
					  " FROM email WHERE id >= $1 ORDER BY id");

	query_int(q, first);
	return q;
}

static enum err add_new_emails(struct account *a, struct facts *f, int64_t first)
{
	struct fact_source source = { .facts = f };
	struct query *q = query_since(a, first);

	while (query_row(q))
		if (!fact_source_add(&source, query_get_int(q, 0),
				     (uint64_t)query_get_int(q, 1), FACT_MADE))
			break;
	return query_end(q);
}

/* --- those that changed --- */

static enum err add_changed_in(struct account *a, struct facts *f, int64_t mailbox,
			       int64_t first_new)
{
	struct fact_source source = { .facts = f };
	struct query *q = db_query(a->db, "SELECT email, modseq FROM message"
					  " WHERE mailbox = $1 AND modseq > $2"
					  " AND email < $3 ORDER BY modseq, email");

	query_int(q, mailbox);
	query_int(q, (int64_t)f->since);
	query_int(q, first_new);
	while (query_row(q))
		if (!fact_source_add(&source, query_get_int(q, 0),
				     (uint64_t)query_get_int(q, 1), FACT_CHANGED))
			break;
	return query_end(q);
}

static enum err add_changed(struct account *a, struct facts *f, int64_t first_new)
{
	struct query *q = db_query(a->db, "SELECT id FROM mailbox WHERE modseq > $1");
	enum err e = ERR_NONE, ended;

	query_int(q, (int64_t)f->since);
	while (!e && query_row(q))
		e = add_changed_in(a, f, query_get_int(q, 0), first_new);
	ended = query_end(q);
	return e ? e : ended;
}

enum err facts_of_emails(struct account *a, struct facts *f)
{
	int64_t first;
	enum err e = find_first_since(a, f->since, &first);

	if (!e) e = add_new_emails(a, f, first);
	return e ? e : add_changed(a, f, first);
}

/* --- threads --- */

/* An email came: to a thread that came with it or since, or to an older one. */
static bool add_to_thread(struct fact_source *source, struct query *q)
{
	uint64_t created = (uint64_t)query_get_int(q, 1);
	int64_t thread = query_get_int(q, 2);
	uint64_t thread_created = (uint64_t)query_get_int(q, 3);

	if (thread_created <= source->facts->since)
		return fact_source_add(source, thread, created, FACT_CHANGED);
	if (!fact_source_add(source, thread, created, FACT_COUNTED)) return false;
	facts_add(source->facts, thread, thread_created, FACT_MADE);
	return true;
}

enum err facts_of_threads(struct account *a, struct facts *f)
{
	struct fact_source source = { .facts = f };
	struct query *q;
	int64_t first;
	enum err e = find_first_since(a, f->since, &first);

	if (e) return e;
	q = query_since(a, first);
	while (query_row(q) && add_to_thread(&source, q))
		;
	return query_end(q);
}
