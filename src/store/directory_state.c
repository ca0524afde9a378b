#include "store/directory_state.h"

#include "base/log.h"
#include "store/directory_private.h"
#include "store/store_private.h"

static enum err put(struct db *db, const struct account_state *state)
{
	struct query *q = db_query(
		db, "INSERT INTO account_state (id, incarnation, group_number,"
		    " uid_validity) SELECT id, $2, $3, $4 FROM account WHERE id = $1"
		    " ON CONFLICT (id) DO UPDATE SET incarnation = excluded.incarnation,"
		    " group_number = excluded.group_number,"
		    " uid_validity = excluded.uid_validity");

	query_int(q, state->id);
	query_int(q, state->incarnation);
	query_int(q, state->group_number);
	query_int(q, state->uid_validity);
	return query_run(q);
}

static enum err write_all(struct directory_file *f)
{
	bool unknown;
	enum err e = db_begin(f->db, DB_SYNC_FULL);

	if (e) return e;
	for (uint32_t i = 0; !e && i < f->state_count; i++)
		e = put(f->db, &f->states[i]);
	if (!e) return db_commit(f->db, &unknown);
	db_rollback(f->db);
	return e;
}

void directory_write_states(struct directory_file *f)
{
	enum err e = f->state_count ? write_all(f) : ERR_NONE;

	if (e) log_event(LOG_WARNING, "store.states-not-noted", LOG_ERR("outcome", e));
	f->state_count = 0;
}

void account_state_note(struct store *s, const struct account_state *state)
{
	struct directory_file *f = s->directory;

	pthread_mutex_lock(&f->changing);
	f->states[f->state_count++] = *state;
	if (f->state_count == STATES_MAX) directory_write_states(f);
	pthread_mutex_unlock(&f->changing);
}

/* The note that was made last may not be written yet. */
static bool find_waiting(const struct directory_file *f, int64_t id,
			 struct account_state *ret)
{
	for (uint32_t i = f->state_count; i-- > 0;) {
		if (f->states[i].id != id) continue;
		*ret = f->states[i];
		return true;
	}
	return false;
}

static enum err find_written(struct directory_file *f, int64_t id,
			     struct account_state *ret)
{
	struct query *q = db_query(f->db, "SELECT incarnation, group_number, uid_validity"
					  " FROM account_state WHERE id = $1");
	bool there;
	enum err e;

	query_int(q, id);
	there = query_row(q);
	if (there)
		*ret = (struct account_state){ id, query_get_int(q, 0),
					       query_get_int(q, 1), query_get_int(q, 2) };
	e = query_end(q);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

enum err account_state_find(struct store *s, int64_t id, struct account_state *ret)
{
	struct directory_file *f = s->directory;
	enum err e = ERR_NONE;

	pthread_mutex_lock(&f->changing);
	if (!find_waiting(f, id, ret)) e = find_written(f, id, ret);
	pthread_mutex_unlock(&f->changing);
	return e;
}
