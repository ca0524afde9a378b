/* Whose mailboxes somebody may see. Asked by LIST only, so not in the snapshot; where
 * nobody shares anything, that is known without asking. */
#include "store/acl.h"
#include "store/directory_private.h"
#include "store/store_private.h"

enum err directory_count_shares(struct directory_file *f)
{
	int64_t count;
	enum err e = query_run_int(db_query(f->db, "SELECT COUNT(*) FROM share"), &count);

	if (!e) f->share_count = count;
	return e;
}

static enum err insert_share(struct directory_file *f, int64_t owner, int64_t reader)
{
	struct query *q = db_query(f->db, "INSERT INTO share (reader, owner)"
					  " VALUES ($1, $2) ON CONFLICT DO NOTHING");

	query_int(q, reader);
	query_int(q, owner);
	return query_run(q);
}

enum err share_add(struct store *s, int64_t owner, int64_t reader)
{
	struct directory_file *f = s->directory;
	struct account_view view;
	enum err e = directory_begin(f);

	if (e) return e;
	e = directory_find_account_by_id(f->current, owner, &view)
		    ? insert_share(f, owner, reader)
		    : ERR_NOT_FOUND;
	e = directory_finish(f, e, (struct changed){ .account = owner });
	if (!e) f->share_count++;
	return e;
}

bool share_is_used(struct store *s)
{
	return s->directory->share_count;
}

enum err share_each(struct store *s, int64_t reader, share_visitor *visit, void *context)
{
	struct directory_file *f = s->directory;
	bool more = true;
	struct query *q;
	enum err e;

	if (!f->share_count) return ERR_NONE;
	pthread_mutex_lock(&f->changing);
	q = db_query(f->db, "SELECT DISTINCT owner FROM share WHERE reader IN (0, $1)"
			    " AND owner <> $1 ORDER BY owner");
	query_int(q, reader);
	while (more && query_row(q))
		more = visit(context, query_get_int(q, 0));
	e = query_end(q);
	pthread_mutex_unlock(&f->changing);
	return e;
}
