#include "store/upload.h"

#include "base/clock.h"
#include "store/account_private.h"
#include "store/blob.h"
#include "store/body_private.h"

/* --- taking away --- */

struct oldest {
	int64_t id, blob, used;
};

static enum err find_oldest(struct account *a, struct oldest *ret)
{
	struct query *q = db_query(a->db, "SELECT id, blob, used FROM upload"
					  " ORDER BY used, id LIMIT 1");
	bool there = query_row(q);
	enum err e;

	if (there)
		*ret = (struct oldest){ query_get_int(q, 0), query_get_int(q, 1),
					query_get_int(q, 2) };
	e = query_end(q);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err remove_one(struct account *a, const struct oldest *o)
{
	struct query *q = db_query(a->db, "DELETE FROM upload WHERE id = $1");
	enum err e;

	query_int(q, o->id);
	e = query_run(q);
	return e ? e : blob_release(a, o->blob);
}

static enum err has_room(struct account *a, uint64_t size, bool *ret)
{
	struct query *q =
		db_query(a->db, "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM upload");

	*ret = query_row(q) && query_get_int(q, 0) < UPLOADS_MAX &&
	       (uint64_t)query_get_int(q, 1) + size <= UPLOADS_OCTETS_MAX;
	return query_end(q);
}

static bool is_over(int64_t used, int64_t now)
{
	return used <= now - UPLOAD_LIFE_S;
}

/* Those whose time is over, and as many more as are in the way of size octets. */
static enum err make_room(struct account *a, uint64_t size, int64_t now)
{
	for (;;) {
		struct oldest o;
		bool room;
		enum err e = has_room(a, size, &room);

		if (!e) e = find_oldest(a, &o);
		if (e) return e == ERR_NOT_FOUND ? ERR_NONE : e;
		if (room && !is_over(o.used, now)) return ERR_NONE;
		e = remove_one(a, &o);
		if (e) return e;
	}
}

/* --- bringing --- */

static enum err insert(struct account *a, int64_t id, int64_t blob, uint64_t size,
		       int64_t now)
{
	struct query *q = db_query(a->db, "INSERT INTO upload (id, blob, size, used)"
					  " VALUES ($1, $2, $3, $4)");

	query_int(q, id);
	query_int(q, blob);
	query_int(q, (int64_t)size);
	query_int(q, now);
	return query_run(q);
}

enum err upload_put(struct account *a, const struct incoming *content, int64_t now,
		    int64_t *ret_id)
{
	uint64_t size = incoming_size(content);
	int64_t blob, id = account_take_id(a);
	enum err e;

	if (size > UPLOADS_OCTETS_MAX) return ERR_LIMIT;
	if (!store_takes_mail(a->store)) return ERR_LATER;
	e = make_room(a, size, now);
	if (!e) e = blob_put(a, content, &blob);
	if (!e) e = insert(a, id, blob, size, now);
	if (!e) *ret_id = id;
	return e;
}

enum err upload_renew(struct account *a, int64_t id, int64_t now)
{
	struct query *q = db_query(
		a->db, "UPDATE upload SET used = $2 WHERE id = $1 AND used > $3");
	enum err e;

	query_int(q, id);
	query_int(q, now);
	query_int(q, now - UPLOAD_LIFE_S);
	e = query_run(q);
	return e ? e : db_changes(a->db) ? ERR_NONE : ERR_NOT_FOUND;
}

/* --- reading --- */

static enum err make_body(struct account *a, struct query *q, struct body **ret)
{
	const struct body_row row = { .encoding = query_get_int(q, 0),
				      .size = (uint64_t)query_get_int(q, 1),
				      .prefix = { "", 0 },
				      .parts = { "", 0 },
				      .hash = query_get_slice(q, 2),
				      .bytes = query_get_slice(q, 3) };
	enum err e = body_make(&a->files, &row, ret);

	return e == ERR_INTERNAL ? damaged(a, "upload") : e;
}

enum err body_open_upload(struct account *a, int64_t upload, int64_t now,
			  struct body **ret)
{
	struct query *q =
		db_query(a->db, "SELECT b.encoding, b.size, b.hash, b.bytes FROM upload u"
				" JOIN blob b ON b.id = u.blob"
				" WHERE u.id = $1 AND u.used > $2");
	enum err e = ERR_NOT_FOUND, ended;
	struct body *b = NULL;

	query_int(q, upload);
	query_int(q, now - UPLOAD_LIFE_S);
	if (query_row(q)) e = make_body(a, q, &b);
	ended = query_end(q);
	if (!ended && !e) {
		*ret = b;
		return ERR_NONE;
	}
	body_close(b);
	return ended ? ended : e;
}

enum err upload_open(struct account *a, int64_t id, struct body **ret)
{
	return body_open_upload(a, id, clock_now(), ret);
}
