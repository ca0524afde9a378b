#include "store/thread_choice.h"

#include "base/siphash.h"
#include "store/account_private.h"

enum {
	REFERENCES_LOOKED_UP_MAX = 100,
	AWAITED_MAX = 32, /* messages, by one email */
};

int64_t thread_message_key(const struct account *a, slice message_id)
{
	const struct siphash_key key = { (uint64_t)a->hash_key, (uint64_t)a->id };

	return (int64_t)(siphash(&key, message_id) >> 1);
}

/* --- choosing --- */

static enum err read_thread(struct query *q, struct thread *ret)
{
	bool there = query_row(q);
	enum err e;

	if (there)
		*ret = (struct thread){ query_get_int(q, 0),
					(uint64_t)query_get_int(q, 1) };
	e = query_end(q);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

/* The thread of the message that has that id. */
static enum err find_message(struct account *a, slice message_id, struct thread *ret)
{
	struct query *q = db_query(a->db, "SELECT thread, thread_created FROM email"
					  " WHERE message_key = $1 AND message_id = $2"
					  " LIMIT 1");

	query_int(q, thread_message_key(a, message_id));
	query_text(q, message_id);
	return read_thread(q, ret);
}

/* The thread of an email that refers to it while it is not there. */
static enum err find_waiting(struct account *a, slice message_id, struct thread *ret)
{
	struct query *q =
		db_query(a->db, "SELECT e.thread, e.thread_created FROM awaited w"
				" JOIN email e ON e.id = w.email WHERE w.message_key = $1"
				" AND REPLACE(e.reference_ids, $2, '') <> e.reference_ids"
				" ORDER BY w.email LIMIT 1");

	query_int(q, thread_message_key(a, message_id));
	query_text(q, message_id);
	return read_thread(q, ret);
}

typedef enum err finder(struct account *a, slice message_id, struct thread *ret);

static enum err find_by_references(struct account *a, const struct summary *s,
				   finder *find, struct thread *ret)
{
	slice references = s->references, id;
	enum err e = ERR_NOT_FOUND;
	bool is_reply_to;

	for (int i = 0; e == ERR_NOT_FOUND && i < REFERENCES_LOOKED_UP_MAX; i++) {
		if (!take_reference(&references, &id, &is_reply_to)) break;
		e = find(a, id, ret);
	}
	return e;
}

/* The id of a new one is above its first email's, and below those of all that follow. */
enum err thread_choose(struct account *a, const struct summary *s, uint64_t created,
		       struct thread *ret, bool *ret_waits)
{
	enum err e = find_by_references(a, s, find_message, ret);

	*ret_waits = e == ERR_NOT_FOUND && s->references.n > 0;
	if (*ret_waits) e = find_by_references(a, s, find_waiting, ret);
	if (e == ERR_NOT_FOUND && s->message_id.n) {
		e = find_message(a, s->message_id, ret);
		if (e == ERR_NOT_FOUND) e = find_waiting(a, s->message_id, ret);
	}
	if (e != ERR_NOT_FOUND) return e;
	*ret = (struct thread){ account_take_id(a), created };
	return ERR_NONE;
}

/* --- waiting --- */

static enum err await_one(struct account *a, int64_t email, slice message_id)
{
	struct query *q =
		db_query(a->db, "INSERT INTO awaited (email, message_key) VALUES ($1, $2)"
				" ON CONFLICT DO NOTHING");

	query_int(q, email);
	query_int(q, thread_message_key(a, message_id));
	return query_run(q);
}

enum err thread_await(struct account *a, int64_t email, const struct summary *s)
{
	slice references = s->references, id;
	enum err e = ERR_NONE;
	bool is_reply_to;

	for (int i = 0; !e && i < AWAITED_MAX; i++) {
		if (!take_reference(&references, &id, &is_reply_to)) break;
		e = await_one(a, email, id);
	}
	return e;
}

enum err thread_await_no_more(struct account *a, int64_t email)
{
	struct query *q = db_query(a->db, "DELETE FROM awaited WHERE email = $1");

	query_int(q, email);
	return query_run(q);
}
