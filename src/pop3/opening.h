/*
 * opening.h - the job that takes the snapshot of the mailbox at login
 *
 * In slices of OPENING_SLICE messages. Two slices see two moments: mail that
 * arrives between them is there or not, as if it came a little earlier or later.
 */
#pragma once

#include "base/buf.h"
#include "base/job.h"
#include "pop3/maildrop.h"

enum { OPENING_SLICE = 10'000 };

struct pop3;

struct opening {
	struct job job;
	/* request */
	struct buf name;  /* of the mailbox */
	int64_t old_from; /* UNIX seconds: what arrived before is old */
	bool ages;        /* whether that matters at all */
	/* result */
	int64_t mailbox;
	uint32_t validity;
	uint64_t kept_flag; /* the bit of POP3_RETRIEVED, or 0 */
	struct maildrop drop;
	uint32_t settled; /* messages of earlier slices */
	bool is_whole;
};

void opening_init(struct opening *o);
void opening_done(struct opening *o);
/* Opens mailbox of account for the session. */
void opening_start(struct pop3 *p, int64_t account, slice mailbox);
