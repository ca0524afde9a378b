/*
 * threads.h - messages as trees of replies (RFC 5256 BASE.6.4.THREAD)
 *
 * Messages are added in mailbox order, with what their headers say; then the
 * trees are made, and told in as many pieces as it takes. Message ids and
 * subjects are kept as keyed hashes only, which no sender can steer. Nothing
 * recurses: trees may be as deep as there are messages.
 *
 * Bounded: THREADS_NODES_MAX messages and ids, and THREADS_STEPS_MAX steps up
 * from a message to its ancestors, which only crafted references come near.
 */
#pragma once

#include "base/err.h"
#include "base/interval_set.h"
#include "base/sorter.h"

enum {
	THREADS_NODES_MAX = 2'000'000,
	THREADS_STEPS_MAX = 100'000'000,
};

enum thread_algorithm { THREAD_ORDEREDSUBJECT, THREAD_REFERENCES };

/* What threading asks of a message. */
struct thread_message {
	uint32_t uid;
	int64_t sent;     /* RFC 5256 2.2 */
	slice subject;    /* decoded */
	slice message_id; /* as struct summary's, as are references */
	slice references;
};

/* A message, or an id that was only referred to: uid is 0 then. Links are indices of
 * nodes, 0 for none. */
struct thread_node {
	uint64_t id;      /* hash of the message id, 0 for none */
	uint64_t subject; /* hash of the base subject, 0 for an empty one */
	uint32_t uid;
	bool is_reply;  /* by its subject */
	bool is_placed; /* among its siblings, in the end */
	uint32_t parent;
	uint32_t children;          /* how many have it as parent */
	uint32_t first, last, next; /* children in order; the next sibling */
};

struct threads {
	enum thread_algorithm algorithm;
	struct thread_node *nodes; /* 0 is the root */
	uint32_t count, capacity;
	uint32_t *by_id; /* a hash table of nodes: 0 is a free place */
	uint32_t places;
	uint64_t steps; /* up to ancestors, so far */
	struct sorter by_date;
};

void threads_init(struct threads *t, enum thread_algorithm algorithm);
void threads_done(struct threads *t); /* also of a zeroed one */
/* ERR_LIMIT when a bound would be passed. */
enum err threads_add(struct threads *t, const struct thread_message *m);
/* After the last message. Goes on until about then (clock_monotonic_ms); true when the
 * trees are made: nodes have their children in order. */
bool threads_finish(struct threads *t, int64_t until_ms);

/* A walk over all threads; zeroed at the beginning. */
struct thread_place {
	uint32_t node; /* where it goes on: told next, or, is_told, just told */
	bool is_begun, is_told;
};
/*
 * Appends threads until out holds about that many octets; true when all are told. Numbers
 * are UIDs, or where numbering is not NULL their ranks in it.
 */
bool threads_write(const struct threads *t, const struct interval_set *numbering,
		   struct thread_place *place, struct buf *out, size_t octets);
