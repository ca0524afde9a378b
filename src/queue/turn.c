#include "queue/turn.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "queue/queue_private.h"

enum {
	TURN_DESTINATIONS_MAX = 10'000, /* at once; the rest have theirs in time */
	TURN_ARENA_MAX = 1024 * 1024,
};

struct turn {
	slice names[TURN_DESTINATIONS_MAX];
	uint32_t count;
	struct arena arena;
};

static enum err give_one(struct queue *q, slice name, int64_t now, uint64_t *count)
{
	struct query *row = db_query(
		q->db, "UPDATE recipient SET next_attempt = $1 WHERE destination = $2"
		       " AND state = 0 AND message IN"
		       " (SELECT id FROM message WHERE release_at <= $1)");
	enum err e;

	query_int(row, now);
	query_text(row, name);
	e = query_run(row);
	if (e) return e;
	*count += (uint64_t)db_changes(q->db);
	row = db_query(q->db, "UPDATE destination SET not_before = 0 WHERE name = $1");
	query_text(row, name);
	e = query_run(row);
	return e ? e : destination_follow(q, name);
}

/* Names first: the rows change as turns are given. */
static enum err find_below(struct queue *q, slice domain, struct turn *t)
{
	struct query *row = db_query(q->db, "SELECT name FROM destination WHERE"
					    " SUBSTR(name, -LENGTH($1) - 1) = '.' || $1");

	query_text(row, domain);
	while (t->count < TURN_DESTINATIONS_MAX && query_row(row)) {
		slice *kept = &t->names[t->count];

		if (!arena_copy(&t->arena, query_get_slice(row, 0), kept)) break;
		t->count++;
	}
	return query_end(row);
}

static enum err give_below(struct queue *q, slice domain, int64_t now, uint64_t *count)
{
	struct turn *t = calloc(1, sizeof(*t));
	enum err e;

	assert(t);
	arena_init(&t->arena, TURN_ARENA_MAX);
	e = find_below(q, domain, t);
	for (uint32_t i = 0; !e && i < t->count; i++)
		e = give_one(q, t->names[i], now, count);
	arena_done(&t->arena);
	free(t);
	return e;
}

enum err queue_give_turn(struct queue *q, slice destination, bool below, int64_t now,
			 uint64_t *ret_count)
{
	uint64_t count = 0;
	enum err e = give_one(q, destination, now, &count);

	if (!e && below) e = give_below(q, destination, now, &count);
	if (!e) *ret_count = count;
	return e;
}
