/*
 * fetch_decoded.h - a part without its transfer encoding, piece by piece (RFC 3516 4,
 * RFC 9051 6.4.5.1)
 *
 * A literal is announced with its size, so a part is decoded twice: to count,
 * then to tell. Nothing of it is kept but the piece in hand.
 */
#pragma once

#include "imap/section.h"
#include "store/body.h"

struct content_decoder;

struct decoded {
	const struct body *body;
	struct span place;
	enum mime_encoding encoding;
	struct content_decoder *decoder; /* NULL: not begun */
	uint64_t at;                     /* octets in the message, decoded so far */
	struct buf coded, piece;
};

/* Zeroed is a valid one to begin with or to be done with. The body outlives it. */
void decoded_begin(struct decoded *d, const struct body *body, struct span place,
		   enum mime_encoding encoding);
void decoded_done(struct decoded *d);
/* The next octets, valid until the next call; empty at the end. False when the message
 * cannot be read. */
bool decoded_next(struct decoded *d, slice *ret);

/* What lies in a range of the decoded octets. */
struct decoded_count {
	uint64_t seen; /* octets counted so far, of all */
	uint64_t size; /* of those in the range */
	bool has_nul;  /* one of them is */
};
/* Takes a piece into account; the range is octets [offset, offset + octets). */
void decoded_count_add(struct decoded_count *c, slice piece, uint64_t offset,
		       uint64_t octets);
