#include "trace/recorder.h"

#include <assert.h>
#include <stdlib.h>
#include <zstd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "trace/recorder_private.h"
#include "trace/trace_schema.h"

enum {
	PACK_LEVEL = -3, /* the same few names again and again: little work does */
	HASHES_MAX = RECORDER_WAITING_MAX,
	FORGOTTEN_AT_ONCE = 50, /* segments */
	LOG_SIZE_MAX = 2 << 20, /* octets of the log */
};

static const struct db_schema schema = { trace_steps, countof(trace_steps) };

enum err recorder_open(struct store *s, struct recorder **ret)
{
	struct recorder *r = calloc(1, sizeof(*r));
	enum err e;

	assert(r);
	e = store_open_database(s, "trace.db", &schema, &r->db);
	if (e) {
		free(r);
		return e;
	}
	r->store = s;
	pthread_mutex_init(&r->lock, NULL);
	pthread_mutex_init(&r->db_lock, NULL);
	buf_init(&r->records, RECORDER_WAITING_MAX);
	buf_init(&r->hashes, HASHES_MAX);
	*ret = r;
	return ERR_NONE;
}

void recorder_close(struct recorder *r)
{
	if (!r) return;
	db_close(r->db);
	buf_done(&r->records);
	buf_done(&r->hashes);
	pthread_mutex_destroy(&r->lock);
	pthread_mutex_destroy(&r->db_lock);
	free(r);
}

/* ---- what waits ---- */

static bool add_hashes(struct buf *out, const struct record_keys *keys)
{
	uint64_t list[RECORD_KEYS_MAX];

	for (uint32_t i = 0; i < keys->count; i++)
		list[i] = record_key_hash(record_key(keys, i));
	return buf_add(out, (slice){ (const char *)list, keys->count * sizeof(*list) });
}

bool recorder_add(struct recorder *r, int64_t at_ms, const struct record_keys *keys,
		  slice json)
{
	bool is_first, is_kept;

	pthread_mutex_lock(&r->lock);
	is_first = r->records.n == 0;
	is_kept = record_write(&r->records, at_ms, keys, json) &&
		  add_hashes(&r->hashes, keys);
	if (!is_kept) r->dropped++;
	if (at_ms > r->last_ms) r->last_ms = at_ms;
	pthread_mutex_unlock(&r->lock);
	return is_first && is_kept;
}

size_t recorder_waiting(struct recorder *r)
{
	size_t n;

	pthread_mutex_lock(&r->lock);
	n = r->records.n;
	pthread_mutex_unlock(&r->lock);
	return n;
}

/* What waited until now; the caller's. */
struct batch {
	struct buf records, hashes;
	int64_t last_ms;
	uint64_t dropped;
};

static void take_batch(struct recorder *r, struct batch *b)
{
	pthread_mutex_lock(&r->lock);
	*b = (struct batch){ r->records, r->hashes, r->last_ms, r->dropped };
	buf_init(&r->records, RECORDER_WAITING_MAX);
	buf_init(&r->hashes, HASHES_MAX);
	r->dropped = 0;
	pthread_mutex_unlock(&r->lock);
}

/* ---- writing ---- */

static enum err insert_segment(struct db *d, const struct batch *b)
{
	slice octets = buf_slice(&b->records);
	size_t room = ZSTD_compressBound(octets.n), n;
	CLEANUP(cleanup_free) char *packed = malloc(room);
	struct query *row;
	bool is_packed;

	assert(packed);
	n = ZSTD_compress(packed, room, octets.p, octets.n, PACK_LEVEL);
	is_packed = !ZSTD_isError(n) && n < octets.n;
	row = db_query(d, "INSERT INTO segment (last_ms, size, packed, records)"
			  " VALUES ($1, $2, $3, $4)");
	query_int(row, b->last_ms);
	query_int(row, (int64_t)octets.n);
	query_int(row, is_packed);
	query_blob(row, is_packed ? (slice){ packed, n } : octets);
	return query_run(row);
}

static enum err insert_keys(struct db *d, const struct batch *b)
{
	struct query *row = db_query(d, "INSERT INTO segment_key (segment, hashes)"
					" SELECT MAX(id), $1 FROM segment");

	query_blob(row, buf_slice(&b->hashes));
	return query_run(row);
}

static enum err find_oldest(struct db *d, int64_t *ret_id, int64_t *ret_last_ms)
{
	struct query *row = db_query(d, "SELECT id, last_ms FROM segment"
					" ORDER BY id LIMIT 1");
	bool there = query_row(row);
	enum err e;

	if (there) {
		*ret_id = query_get_int(row, 0);
		*ret_last_ms = query_get_int(row, 1);
	}
	e = query_end(row);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err delete_segment(struct db *d, int64_t id)
{
	struct query *row = db_query(d, "DELETE FROM segment WHERE id = $1");
	enum err e;

	query_int(row, id);
	e = query_run(row);
	if (e) return e;
	row = db_query(d, "DELETE FROM segment_key WHERE segment = $1");
	query_int(row, id);
	return query_run(row);
}

static enum err forget(struct db *d, int64_t before_ms)
{
	int64_t id, last_ms;
	enum err e = ERR_NONE;

	for (int i = 0; i < FORGOTTEN_AT_ONCE && !e; i++) {
		e = find_oldest(d, &id, &last_ms);
		if (e == ERR_NOT_FOUND || (!e && last_ms >= before_ms)) return ERR_NONE;
		if (!e) e = delete_segment(d, id);
	}
	return e;
}

static enum err write_batch(struct db *d, const struct batch *b, int64_t forget_ms)
{
	bool unknown;
	enum err e = db_begin(d, DB_SYNC_NORMAL);

	if (e) return e;
	e = b->records.n ? insert_segment(d, b) : ERR_NONE;
	if (!e && b->records.n) e = insert_keys(d, b);
	if (!e) e = forget(d, forget_ms);
	if (!e) return db_commit(d, &unknown);
	db_rollback(d);
	return e;
}

enum err recorder_write(struct recorder *r, int64_t forget_ms)
{
	struct batch b;
	enum err e = ERR_LATER;

	pthread_mutex_lock(&r->db_lock);
	take_batch(r, &b);
	if (store_takes_mail(r->store)) e = write_batch(r->db, &b, forget_ms);
	if (db_log_size(r->db) > LOG_SIZE_MAX && db_checkpoint(r->db))
		log_event(LOG_WARNING, "trace.not-written-back");
	pthread_mutex_unlock(&r->db_lock);
	if (b.dropped || (e && b.records.n))
		log_event(LOG_WARNING, "trace.lost", LOG_INT("records", b.dropped),
			  LOG_INT("octets", e ? b.records.n : 0), LOG_ERR("why", e));
	buf_done(&b.records);
	buf_done(&b.hashes);
	return e;
}
