#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/log.h"
#include "trace/recorder_private.h"

enum { SEGMENTS_FOUND_MAX = 5000 }; /* of one search: the earliest */

struct search {
	const struct record_keys *keys;
	uint64_t hashes[RECORD_KEYS_MAX];
	int64_t since_ms;
	int64_t *segments; /* SEGMENTS_FOUND_MAX */
	uint32_t count;
	recorder_see *see;
	void *context;
	bool is_over;
};

static bool has_hash(const struct search *s, slice hashes)
{
	uint64_t one;

	for (size_t at = 0; at + sizeof(one) <= hashes.n; at += sizeof(one)) {
		memcpy(&one, hashes.p + at, sizeof(one));
		for (uint32_t i = 0; i < s->keys->count; i++)
			if (one == s->hashes[i]) return true;
	}
	return false;
}

static enum err find_segments(struct db *d, struct search *s)
{
	struct query *row = db_query(d, "SELECT segment, hashes FROM segment_key"
					" ORDER BY segment");

	while (s->count < SEGMENTS_FOUND_MAX && query_row(row))
		if (has_hash(s, query_get_slice(row, 1)))
			s->segments[s->count++] = query_get_int(row, 0);
	return query_end(row);
}

static bool has_key(const struct search *s, const struct record *r)
{
	for (uint32_t i = 0; i < r->key_count; i++)
		for (uint32_t k = 0; k < s->keys->count; k++)
			if (slice_eq(r->keys[i], record_key(s->keys, k))) return true;
	return false;
}

static void look_through(struct search *s, slice records)
{
	struct record r;

	while (!s->is_over && take_record(&records, &r))
		if (r.at_ms >= s->since_ms && has_key(s, &r))
			s->is_over = !s->see(s->context, &r);
}

static void look_into(struct search *s, struct query *row)
{
	size_t size = (size_t)query_get_int(row, 1);
	slice packed = query_get_slice(row, 3);
	char *octets;

	if (!query_get_int(row, 2)) {
		look_through(s, packed);
		return;
	}
	octets = size <= SEGMENT_MAX ? malloc(size) : NULL;
	if (octets && ZSTD_decompress(octets, size, packed.p, packed.n) == size)
		look_through(s, (slice){ octets, size });
	else
		log_event(LOG_WARNING, "trace.damaged",
			  LOG_INT("segment", query_get_int(row, 0)));
	free(octets);
}

static enum err read_segment(struct db *d, struct search *s, int64_t id)
{
	struct query *row = db_query(d, "SELECT id, size, packed, records FROM segment"
					" WHERE id = $1 AND last_ms >= $2");

	query_int(row, id);
	query_int(row, s->since_ms);
	if (query_row(row)) look_into(s, row);
	return query_end(row);
}

static enum err run_search(struct recorder *r, struct search *s)
{
	enum err e;

	pthread_mutex_lock(&r->db_lock);
	e = find_segments(r->db, s);
	for (uint32_t i = 0; i < s->count && !e && !s->is_over; i++)
		e = read_segment(r->db, s, s->segments[i]);
	pthread_mutex_unlock(&r->db_lock);
	return e;
}

enum err recorder_find(struct recorder *r, const struct record_keys *keys,
		       int64_t since_ms, recorder_see *see, void *context)
{
	struct search s = {
		.keys = keys, .since_ms = since_ms, .see = see, .context = context
	};
	enum err e = ERR_NONE;

	for (uint32_t i = 0; i < keys->count; i++)
		s.hashes[i] = record_key_hash(record_key(keys, i));
	if (recorder_waiting(r)) e = recorder_write(r, INT64_MIN);
	if (e) return e;
	s.segments = calloc(SEGMENTS_FOUND_MAX, sizeof(*s.segments));
	assert(s.segments);
	e = run_search(r, &s);
	free(s.segments);
	return e;
}
