#include "store/delivery.h"

#include <assert.h>

#include "store/account_private.h"
#include "store/sha256.h"

enum { FORGET_EVERY_S = 3600 };

/* Lengths go in too, so that no two triples have the same octets. */
static bool add_part(EVP_MD_CTX *hash, slice part)
{
	uint64_t n = part.n;

	return EVP_DigestUpdate(hash, &n, sizeof(n)) == 1 &&
	       EVP_DigestUpdate(hash, part.p, part.n) == 1;
}

void delivery_make_id(slice reverse_path, slice recipient, slice message_hash, char *ret)
{
	EVP_MD_CTX *hash = sha256_begin();
	bool good = add_part(hash, reverse_path) && add_part(hash, recipient) &&
		    add_part(hash, message_hash) &&
		    EVP_DigestFinal_ex(hash, (unsigned char *)ret, NULL) == 1;

	assert(good);
	EVP_MD_CTX_free(hash);
}

static enum err find_unanswered(struct account *a, slice id, int64_t now,
				uint32_t *ret_uid, int64_t *ret_email)
{
	struct query *q = db_query(a->db, "SELECT uid, email FROM delivery"
					  " WHERE id = $1 AND arrived > $2");
	bool there;
	enum err e;

	query_blob(q, id);
	query_int(q, now - DELIVERY_MEMORY_S);
	there = query_row(q);
	if (there) {
		*ret_uid = (uint32_t)query_get_int(q, 0);
		if (ret_email) *ret_email = query_get_int(q, 1);
	}
	e = query_end(q);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err remember(struct account *a, slice id, int64_t now, uint32_t uid,
			 int64_t email)
{
	struct query *q =
		db_query(a->db, "INSERT INTO delivery (id, arrived, uid, email)"
				" VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE"
				" SET arrived = excluded.arrived, uid = excluded.uid,"
				" email = excluded.email");

	query_blob(q, id);
	query_int(q, now);
	query_int(q, uid);
	query_int(q, email);
	return query_run(q);
}

enum err delivery_put(struct account *a, slice id, int64_t now, int64_t mailbox,
		      const struct append *what, uint32_t *ret_uid, int64_t *ret_email,
		      bool *ret_merged)
{
	int64_t email;
	enum err e = find_unanswered(a, id, now, ret_uid, ret_email);

	assert(id.n == DELIVERY_ID_SIZE);
	*ret_merged = !e;
	if (e != ERR_NOT_FOUND) return e;
	e = message_append(a, mailbox, what, ret_uid, &email);
	if (!e) e = remember(a, id, now, *ret_uid, email);
	if (!e && ret_email) *ret_email = email;
	return e;
}

/* All rows are of unanswered deliveries, so there are few. */
static enum err forget_old(struct account *a, int64_t now)
{
	struct query *q;

	if (now < a->swept_deliveries + FORGET_EVERY_S) return ERR_NONE;
	q = db_query(a->db, "DELETE FROM delivery WHERE arrived <= $1");
	query_int(q, now - DELIVERY_MEMORY_S);
	a->swept_deliveries = now;
	return query_run(q);
}

enum err delivery_answered(struct account *a, slice id, int64_t now)
{
	struct query *q = db_query(a->db, "DELETE FROM delivery WHERE id = $1");
	enum err e;

	query_blob(q, id);
	e = query_run(q);
	return e ? e : forget_old(a, now);
}
