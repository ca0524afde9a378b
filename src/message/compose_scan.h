/*
 * compose_scan.h - what content has in it, for the choice of its encoding
 */
#pragma once

#include "base/slice.h"

enum { COMPOSE_MARK_MAX = 80 };

/* In pieces of any size. Zeroed but for mark is the start. */
struct compose_scan {
	slice mark; /* what no line may begin with; at most COMPOSE_MARK_MAX octets */
	bool has_8bit, has_nul;
	bool has_long_line;  /* beyond RFC 5322 2.1.1 */
	bool has_other_ends; /* a CR or LF that is not half of a CRLF */
	bool has_mark;

	size_t line;  /* octets in the line so far */
	bool is_mark; /* they are the mark's first ones */
	bool after_cr;
};

struct compose_scan compose_scan_start(slice mark);
void compose_scan_feed(struct compose_scan *s, slice piece);
void compose_scan_end(struct compose_scan *s);
/* It may be 7bit (RFC 2045 2.7). */
bool compose_scan_is_7bit(const struct compose_scan *s);
