/*
 * place_walk.h - the mailboxes that emails of a roster are in, in slices
 *
 * Messages with \Deleted are passed over: they are not to be seen (RFC 8621 4.1.1).
 */
#pragma once

#include "jmap/bits.h"
#include "jmap/roster.h"

struct place_walk {
	/* Set before. */
	struct roster *roster;
	const struct bits *among; /* emails that are asked for; NULL: all */
	int64_t only_in;          /* a mailbox; 0: all there are */
	/* Each place once; not in any order. */
	void (*see)(void *context, uint32_t email, const struct email_place *p);
	void *context;

	/* Where it goes on. */
	bool has_begun, looks_up;
	uint32_t mailbox, uid, email;
};

/* Goes on until about then (clock_monotonic_ms). */
enum err place_walk_run(struct place_walk *w, struct account *a, int64_t until_ms,
			bool *ret_done);
