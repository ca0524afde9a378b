/*
 * replay.h - for tests and fuzzers: octets fed to an engine, and its replies gathered
 */
#pragma once

#include "imap/test_host.h"

/* A mailbox with two messages in it is selected, and another is there. */
extern const char replay_opening[];

/* All that the engine takes, in pieces of so many octets, with its jobs run on the spot;
 * what it says is appended to replies. */
void replay_feed(struct test_host *h, struct engine *e, slice bytes, size_t cut,
		 struct buf *replies);
/* UIDVALIDITY and the like differ from store to store: long numbers are made alike. */
void replay_mask_numbers(struct buf *replies);
/* One line, its literals passed over. Aborts where there is none. */
slice replay_take_response(slice *in);
