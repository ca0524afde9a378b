#include "store/states.h"

#include <stdlib.h>

#include "store/account_private.h"
#include "store/states_private.h"

/* --- mailboxes --- */

/* Alterations at their own modseq: after a cut between the two, counts alone are told. */
static void add_mailbox(struct facts *f, struct query *q)
{
	int64_t id = query_get_int(q, 0);
	uint64_t created = (uint64_t)query_get_int(q, 1);
	uint64_t altered = (uint64_t)query_get_int(q, 2);
	uint64_t counted = (uint64_t)query_get_int(q, 3);

	if (created > f->since)
		facts_add(f, id, created, FACT_MADE);
	else if (altered > f->since)
		facts_add(f, id, altered, FACT_CHANGED);
	else if (counted > f->since)
		facts_add(f, id, counted, FACT_COUNTED);
}

static enum err facts_of_mailboxes(struct account *a, struct facts *f)
{
	struct query *q =
		db_query(a->db, "SELECT id, created, altered, counted FROM mailbox");

	while (query_row(q))
		add_mailbox(f, q);
	return query_end(q);
}

/* --- all kinds --- */

static enum err check_state(struct account *a, const struct states_of *of, uint64_t since)
{
	uint64_t floor;
	enum err e = gone_floor(a, of->gone_kind, &floor);

	if (e) return e;
	if (since > of->now || since < floor || since < a->state_floor)
		return ERR_NOT_FOUND;
	return a->lost_from < since && since < a->lost_to ? ERR_NOT_FOUND : ERR_NONE;
}

enum err states_find(struct account *a, const struct states_of *of, uint64_t since,
		     uint32_t max, struct state_changes *ret)
{
	struct facts f = { .gone_kind = of->gone_kind,
			   .since = since,
			   .max = max,
			   .bound = UINT64_MAX };
	enum err e = ERR_NONE;

	*ret = (struct state_changes){ .state = of->now };
	if (since == of->now) return ERR_NONE;
	e = check_state(a, of, since);
	if (!e) e = of->gather(a, &f);
	if (!e) e = gone_each(a, of->gone_kind, since, facts_add_gone, &f);
	if (!e) return facts_settle(&f, of->now, ret);
	free(f.list);
	return e;
}

static const struct kind {
	int gone_kind;
	facts_of *gather;
} kinds[] = {
	[STATE_EMAIL] = { GONE_EMAIL, facts_of_emails },
	[STATE_THREAD] = { GONE_THREAD, facts_of_threads },
	[STATE_MAILBOX] = { GONE_MAILBOX, facts_of_mailboxes },
};

/* Of the email that came last, or the last that a thread lost: flags and mailboxes are
 * nothing to a thread. Above all that states were lost with. */
static enum err newest_of_threads(struct account *a, uint64_t *ret)
{
	uint64_t least = a->state_floor > a->lost_to ? a->state_floor : a->lost_to;
	struct query *q = db_query(
		a->db, "SELECT COALESCE(MAX(modseq), 0) FROM (SELECT created AS modseq"
		       " FROM email WHERE id = (SELECT MAX(id) FROM email)"
		       " UNION ALL SELECT MAX(modseq) FROM gone WHERE kind = $1)"
		       " AS changes");
	int64_t newest;
	enum err e;

	query_int(q, GONE_THREAD);
	e = query_run_int(q, &newest);
	if (!e) *ret = (uint64_t)newest > least ? (uint64_t)newest : least;
	return e;
}

enum err state_now(struct account *a, enum state_kind kind, uint64_t *ret)
{
	if (kind == STATE_THREAD) return newest_of_threads(a, ret);
	*ret = kind == STATE_MAILBOX ? a->states.mailboxes : a->states.emails;
	return ERR_NONE;
}

/* A state of emails, which are ahead of threads. */
static bool is_of_emails(const struct account *a, enum state_kind kind, uint64_t state)
{
	return kind == STATE_THREAD && state <= a->states.emails;
}

enum err state_changes(struct account *a, enum state_kind kind, uint64_t since,
		       uint32_t max, struct state_changes *ret)
{
	struct states_of of = { .gone_kind = kinds[kind].gone_kind,
				.gather = kinds[kind].gather };
	enum err e;

	e = state_now(a, kind, &of.now);
	*ret = (struct state_changes){ .state = of.now };
	if (e || (is_of_emails(a, kind, since) && since > of.now)) return e;
	return states_find(a, &of, since, max, ret);
}

void state_changes_done(struct state_changes *c)
{
	free(c->created);
	free(c->updated);
	free(c->destroyed);
	free(c->shown);
	*c = (struct state_changes){ 0 };
}
