/*
 * envelope_address.h - addresses out of a stored ENVELOPE (RFC 9051 7.5.2)
 */
#pragma once

#include "base/arena.h"

/* By their place behind date and subject. */
enum envelope_list {
	ENVELOPE_FROM,
	ENVELOPE_SENDER,
	ENVELOPE_REPLY_TO,
	ENVELOPE_TO,
	ENVELOPE_CC,
	ENVELOPE_BCC
};

/* As written, encoded words and all; empty where it is NIL. */
struct envelope_address {
	slice name, mailbox, host;
};

/* The first address of a list; false when there is none. */
bool envelope_first(slice envelope, enum envelope_list list, struct arena *arena,
		    struct envelope_address *ret);
