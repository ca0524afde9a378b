#include "store/blob.h"

#include "store/account_private.h"
#include "store/incoming_private.h"

static enum err find(struct account *a, slice hash, int64_t *ret_id)
{
	struct query *q = db_query(a->db, "SELECT id FROM blob WHERE hash = $1");

	query_blob(q, hash);
	return query_run_int(q, ret_id);
}

static bool is_named(void *account, slice hash)
{
	int64_t id;

	return find(account, hash, &id) != ERR_NOT_FOUND;
}

void blob_settle(struct account *a)
{
	body_files_settle(&a->files, is_named, a);
}

enum err blob_sweep(struct account *a)
{
	return body_files_sweep(&a->files, is_named, a);
}

static enum err insert_blob(struct account *a, const struct incoming *m, int64_t id)
{
	struct stored_form form = incoming_stored(m);
	enum err e = form.encoding == BLOB_FILE ? body_files_put(&a->files, m) : ERR_NONE;
	struct query *q;

	if (e) return e;
	q = db_query(a->db, "INSERT INTO blob (id, hash, size, emails,"
			    " encoding, bytes) VALUES ($1, $2, $3, 1, $4, $5)");
	query_int(q, id);
	query_blob(q, incoming_hash(m));
	query_int(q, (int64_t)incoming_size(m));
	query_int(q, form.encoding);
	query_blob(q, form.bytes);
	return query_run(q);
}

static enum err share_blob(struct account *a, int64_t id)
{
	struct query *q =
		db_query(a->db, "UPDATE blob SET emails = emails + 1 WHERE id = $1");

	query_int(q, id);
	return query_run(q);
}

enum err blob_put(struct account *a, const struct incoming *m, int64_t *ret_id)
{
	enum err e = find(a, incoming_hash(m), ret_id);

	if (!e) return share_blob(a, *ret_id);
	if (e != ERR_NOT_FOUND) return e;
	*ret_id = account_take_id(a);
	return insert_blob(a, m, *ret_id);
}

static enum err unshare_blob(struct account *a, int64_t id)
{
	struct query *q = db_query(a->db, "UPDATE blob SET emails = emails - 1"
					  " WHERE id = $1 AND emails > 1");

	query_int(q, id);
	return query_run(q);
}

/* Nearly always the only email's, so that is tried first. */
enum err blob_release(struct account *a, int64_t id)
{
	struct query *q = db_query(a->db, "DELETE FROM blob WHERE id = $1 AND emails = 1"
					  " RETURNING encoding, hash");
	bool gone;
	enum err e;

	query_int(q, id);
	gone = query_row(q);
	if (gone && query_get_int(q, 0) == BLOB_FILE)
		body_files_suspect(&a->files, query_get_slice(q, 1));
	e = query_end(q);
	return e || gone ? e : unshare_blob(a, id);
}
