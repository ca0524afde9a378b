/*
 * list_options.h - the arguments of LIST (RFC 9051 6.3.9, RFC 5258 6)
 *
 * With options: SPECIAL-USE (RFC 6154), STATUS (RFC 5819), METADATA (RFC 9590),
 * MYRIGHTS (RFC 8440). There is
 * nothing remote, so that option changes nothing.
 */
#pragma once

#include "base/arena.h"
#include "imap/metadata_entries.h"
#include "imap/status_items.h"

enum { LIST_PATTERNS_MAX = 20 }; /* of one command; more are refused */

enum {
	LIST_SUBSCRIBED = 1,
	LIST_SPECIAL_USE = 2,
	LIST_RECURSIVE = 4, /* what is above those selected too */
	LIST_REMOTE = 8,
	LIST_CHILDREN = 16,
	LIST_STATUS = 32,
	LIST_METADATA = 64,
	LIST_MYRIGHTS = 128,
};

struct list_options {
	bool is_extended;  /* one pattern and no options are not */
	unsigned selected; /* LIST_* that a name must be */
	unsigned returned; /* LIST_* that are told of it */
	struct status_items status;
	struct metadata_names metadata;
	slice reference, patterns[LIST_PATTERNS_MAX]; /* as sent */
	uint32_t pattern_count;
};

/* [SP selection] SP reference SP patterns [SP "RETURN" SP "(" options ")"] */
bool take_list_options(slice *in, struct arena *arena, struct list_options *ret);
/* ("CHILDINFO" ("SUBSCRIBED")), with the space before it. */
void child_info_write(const struct list_options *o, struct buf *out);
