/* An account's file that was put back from a copy (directory_state.h). */
#include "base/clock.h"
#include "base/log.h"
#include "store/account_private.h"

enum {
	MODSEQS_PER_SECOND_BITS = 20,
	IDS_SKIPPED = 1'000'000,
};

static enum err next_mailbox(struct account *a, int64_t after, int64_t *ret)
{
	struct query *q = db_query(
		a->db, "SELECT id FROM mailbox WHERE id > $1 ORDER BY id LIMIT 1");

	query_int(q, after);
	return query_run_int(q, ret);
}

static enum err renew_mailbox(struct account *a, int64_t id)
{
	struct query *q =
		db_query(a->db, "UPDATE mailbox SET uid_validity = $2 WHERE id = $1");

	query_int(q, id);
	query_int(q, account_take_uid_validity(a));
	return query_run(q);
}

static enum err renew_mailboxes(struct account *a)
{
	int64_t id = 0;
	uint64_t modseq;
	enum err e = account_take_modseq(a, &modseq);

	while (!e) {
		e = next_mailbox(a, id, &id);
		if (!e) e = renew_mailbox(a, id);
	}
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

/* How far modseqs had come is not noted, but none grow as fast as the clock does here:
 * they go on above whatever they were, and no older state is of use (states.h). Ids of
 * emails must stay below 2^32 for the search index; some are skipped, as many as a copy
 * may well lack. */
static void skip_known_numbers(struct account *a)
{
	uint64_t reached = (uint64_t)clock_now() << MODSEQS_PER_SECOND_BITS;

	a->next_id += IDS_SKIPPED;
	if (a->modseq < reached) a->modseq = reached;
	a->state_floor = a->modseq;
	a->states = (struct account_states){ a->modseq, a->modseq };
}

/* The numbers go on above all that were given before. */
static enum err renew(struct account *a, const struct account_state *known)
{
	enum err e;

	log_event(LOG_WARNING, "store.account-put-back", LOG_INT("account", a->id));
	a->incarnation = random_id();
	if (a->group_number < known->group_number) a->group_number = known->group_number;
	if (a->uid_validity < known->uid_validity) a->uid_validity = known->uid_validity;
	skip_known_numbers(a);
	e = account_begin(a, JOB_WRITES);
	if (e) return e;
	e = renew_mailboxes(a);
	if (!e) return account_commit(a);
	account_rollback(a);
	return e;
}

/* The note is made anew at once: a crash before the close would bring this back. */
enum err account_renew_if_older(struct account *a)
{
	struct account_state known;
	enum err e = account_state_find(a->store, a->id, &known);

	if (e) return e == ERR_NOT_FOUND ? ERR_NONE : e;
	if (known.incarnation == a->incarnation && known.group_number <= a->group_number)
		return ERR_NONE;
	e = renew(a, &known);
	known = account_state_of(a);
	if (!e) account_state_note(a->store, &known);
	return e;
}

struct account_state account_state_of(const struct account *a)
{
	return (struct account_state){ a->id, a->incarnation, a->group_number,
				       a->uid_validity };
}
