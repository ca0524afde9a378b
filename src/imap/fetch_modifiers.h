/*
 * fetch_modifiers.h - what limits a FETCH (RFC 4466 2.4)
 *
 * CHANGEDSINCE and VANISHED (RFC 7162 3.1.4.1, 3.2.6), PARTIAL (RFC 9394 3.3).
 * The last two go with UID FETCH only.
 */
#pragma once

#include "imap/search_reply.h"

struct fetch_modifiers {
	uint64_t changed_since; /* 0: not given */
	bool vanished;
	bool is_partial;
	struct partial_range partial;
};

/* [SP "(" modifier *(SP modifier) ")"], each once. */
bool take_fetch_modifiers(slice *in, bool by_uid, struct fetch_modifiers *ret);
