/*
 * metadata_entries.h - the arguments of GETMETADATA and SETMETADATA (RFC 5464 5)
 *
 * Entry names are given in lower case: they are compared without regard to
 * case, and so kept. One that is not well formed (RFC 5464 3.2) is refused.
 */
#pragma once

#include "base/arena.h"

enum { METADATA_ASKED_MAX = 100 }; /* entries of one command; more are refused */

struct metadata_names {
	slice names[METADATA_ASKED_MAX];
	uint32_t count;
};

struct metadata_options {
	bool has_maxsize;
	uint32_t maxsize; /* octets */
	int32_t depth;    /* levels below; METADATA_ALL_BELOW */
};

struct metadata_change {
	slice name, value;
	bool has_value; /* false: NIL, it goes */
};

struct metadata_changes {
	struct metadata_change all[METADATA_ASKED_MAX];
	uint32_t count;
};

/* entry, or "(" entry *(SP entry) ")"; also without parentheses, as the RFC's own
 * examples have it (RFC 5464 4.4.1). /private and /shared name all that is below. */
bool take_metadata_names(slice *in, struct arena *arena, struct metadata_names *ret);
/* "(" option *(SP option) ")" */
bool take_metadata_options(slice *in, struct metadata_options *ret);
/* "(" entry SP value *(SP entry SP value) ")" */
bool take_metadata_changes(slice *in, struct arena *arena, struct metadata_changes *ret);
