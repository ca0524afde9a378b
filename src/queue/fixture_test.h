/*
 * fixture_test.h - a queue in a folder of its own, for the tests beside
 *
 * Everything that must succeed is checked here, so tests say only what they are about.
 */
#pragma once

#include "base/arena.h"
#include "base/test.h"
#include "queue/listing.h"
#include "queue/put.h"
#include "queue/report.h"
#include "queue/sending.h"

struct fixture {
	char folder[64];
	struct store *store;
	struct queue *queue;
	struct arena arena; /* of what is read */
};

void fixture_init(struct fixture *f);
/* durable: commits are synced; NULL: a temporary store. */
void fixture_init_with(struct fixture *f, struct store_options options);
void fixture_done(struct fixture *f);
/* Closes store and queue and opens them again. */
void fixture_reopen(struct fixture *f);

void fixture_begin(struct fixture *f);
/* Commits and checks every invariant. */
void fixture_commit(struct fixture *f);

struct incoming *fixture_message(struct fixture *f, slice octets);
/* A message of <a@sender.test> that came at `now`, for recipients apart by blanks, each
 * with its domain as destination; in a transaction of its own. Gives its id. */
int64_t fixture_put(struct fixture *f, const char *recipients, int64_t now);
/* Everything may be said. */
int64_t fixture_put_envelope(struct fixture *f, const struct queue_envelope *envelope,
			     const struct queue_target *targets, uint32_t count);

/* An attempt, begun and ended in transactions of their own. */
void fixture_try(struct fixture *f, int64_t message, uint32_t number, int64_t now,
		 enum attempt_outcome outcome);
/* Makes every report that is owed; how many there were. */
int fixture_make_reports(struct fixture *f, int64_t now);

/* What it says lies in the arena. */
struct queue_recipient fixture_recipient(struct fixture *f, int64_t message,
					 uint32_t number);
/* "1.0=queued 1.1=held": all recipients of all messages, and what they owe: "!2". */
slice fixture_states(struct fixture *f);
/* "a.test:2 b.test:1": destinations due in their order, and how many recipients each. */
slice fixture_due(struct fixture *f, int64_t now);
