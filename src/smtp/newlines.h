/*
 * newlines.h - content with bare CRs and LFs, as old programs send it, with CRLFs instead
 *
 * RFC 5321 2.3.8 knows CRLF only, and whoever takes anything else for the end of a line
 * lets mails be smuggled; so this is for content whose end is known (data.h), of clients
 * that the site has listed. Nothing is copied: what comes out are pieces of what went in,
 * and CRLFs; wherever the input is cut, the octets are the same.
 */
#pragma once

#include "base/slice.h"

/* Zeroed is the start. */
struct newlines {
	bool has_cr;    /* the last octet was a CR, which is not given out yet */
	uint64_t added; /* octets that were given out beyond those that came in */
};

/* Takes from the front of *in up to the next piece, never empty. False: *in is used up.
 */
bool newlines_take(struct newlines *n, slice *in, slice *ret);
/* There is no more input; false: nor is there another piece. */
bool newlines_end(struct newlines *n, slice *ret);
