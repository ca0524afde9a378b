#include "base/log.h"
#include "store/directory_private.h"

/*
 * A change: begin (the lock, BEGIN) -> its statements -> read back what they made,
 * commit, show the new snapshot (finish).
 */

enum { LOG_MAX = 1 << 20 }; /* octets of log before it is written back */

enum err directory_begin(struct directory_file *f)
{
	enum err e;

	pthread_mutex_lock(&f->changing);
	e = db_begin(f->db, DB_SYNC_FULL);
	if (e) pthread_mutex_unlock(&f->changing);
	return e;
}

static enum err write_numbers(struct directory_file *f, int64_t change)
{
	struct query *q =
		db_query(f->db, "UPDATE directory SET change = $1, next_id = $2");

	query_int(q, change);
	query_int(q, f->next_id);
	return query_run(q);
}

/* After a failed sync: whether the change is there. */
static enum err find_outcome(struct directory_file *f, int64_t change)
{
	int64_t found, next_id;
	enum err e = db_reopen(f->db);

	if (!e) e = directory_load_numbers(f->db, &found, &next_id);
	return e ? e : found == change ? ERR_NONE : ERR_LATER;
}

static enum err commit(struct directory_file *f)
{
	int64_t change = f->change + 1;
	bool unknown = false;
	enum err e = write_numbers(f, change);

	if (!e) e = db_commit(f->db, &unknown);
	if (e && unknown) e = find_outcome(f, change);
	if (!e) f->change = change;
	return e;
}

static void show(struct directory_file *f, struct directory *d)
{
	struct directory *old;

	pthread_mutex_lock(&f->showing);
	old = f->current;
	f->current = d;
	pthread_mutex_unlock(&f->showing);
	directory_put(old);
}

static enum err make_account(struct directory_file *f, int64_t id, struct directory *d)
{
	struct account_view old;
	struct account_record *r;
	enum err e = directory_load_account(f->db, id, &r);

	if (!e) {
		snapshot_put_account(d, r);
		record_drop(&r->head);
	} else if (e == ERR_NOT_FOUND && directory_find_account_by_id(d, id, &old)) {
		snapshot_remove_account(d, snapshot_account(d, old.address));
		e = ERR_NONE;
	}
	return e;
}

static enum err make_alias(struct directory_file *f, slice address, struct directory *d)
{
	struct alias_record *r, *old = snapshot_alias(d, address);
	enum err e = directory_load_alias(f->db, address, &r);

	if (!e) {
		snapshot_put_alias(d, r);
		record_drop(&r->head);
	} else if (e == ERR_NOT_FOUND && old) {
		snapshot_remove_alias(d, old);
		e = ERR_NONE;
	}
	return e;
}

static enum err commit_and_show(struct directory_file *f, struct changed what)
{
	struct directory *d = snapshot_copy(f->current);
	enum err e = what.alias.n ? make_alias(f, what.alias, d)
				  : make_account(f, what.account, d);

	if (!e) e = commit(f);
	if (!e)
		show(f, d);
	else
		directory_put(d);
	return e;
}

/* A failed write-back may have lost what the kernel had taken. */
static void write_log_back(struct directory_file *f)
{
	if (db_log_size(f->db) <= LOG_MAX || !db_checkpoint(f->db)) return;
	if (find_outcome(f, f->change))
		log_event(LOG_ERROR, "store.directory-out-of-service");
}

enum err directory_finish(struct directory_file *f, enum err e, struct changed what)
{
	if (!e) e = commit_and_show(f, what);
	if (e) db_rollback(f->db);
	write_log_back(f);
	pthread_mutex_unlock(&f->changing);
	return e;
}
