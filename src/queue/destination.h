/*
 * destination.h - how much one destination is given at a time, and when it is let alone
 *
 * Pure: a state per destination that its driver keeps, with times as arguments.
 *
 *   OPEN     up to `limit` connections. It grows by one with each message that was
 * answered, until a connection fails, which halves it. From there on it takes as many
 *            connections that came to their end as the limit is, for a server that takes
 *            so many and no more shall not be tried with another all the time.
 *   CLOSED   a connection failed with the limit at one: none until `not_before`, a wait
 *            that doubles with each failure, up to DESTINATION_WAIT_MAX.
 *   PROBING  the wait is over: one connection. It opens the destination again with a
 *            limit of one, or closes it for longer.
 *
 * A refused message counts as one that was taken: the server was there. Each
 * destination has its own share and none may have them all, so a slow one holds up only
 * itself; the driver gives each the same `most`, a fraction of its connections in all.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	DESTINATION_START = 2,       /* connections at first */
	DESTINATION_WAIT_MIN = 60,   /* seconds after the first failure */
	DESTINATION_WAIT_MAX = 3600, /* seconds */
};

/* destination_init makes it; read it, but change it by the functions only. */
struct destination {
	uint32_t running; /* connections, and attempts at one */
	uint32_t limit, most;
	uint32_t swift;     /* below this limit messages count */
	uint32_t successes; /* in a row, since the limit changed last */
	uint32_t failures;  /* in a row, with the limit at one */
	int64_t not_before; /* UNIX seconds; 0: it is open */
};

void destination_init(struct destination *d, uint32_t most);
/* How many connections may be started now. */
uint32_t destination_room(const struct destination *d, int64_t now);
void destination_started(struct destination *d);
/* On a connection that runs. */
void destination_answered(struct destination *d);
/* Each start ends with one of these; jitter: uniform over all its values. */
void destination_succeeded(struct destination *d);
void destination_failed(struct destination *d, int64_t now, uint32_t jitter);
/* It ended without telling anything: we stopped it, or could not try. */
void destination_abandoned(struct destination *d);
/* Whether nothing would be lost if it were forgotten. */
bool destination_is_idle(const struct destination *d, int64_t now);
