/*
 * base64.h - base64: strict for protocols, lenient for mail bodies
 *
 * base64_decode is RFC 4648 to the letter, as SASL needs it: whole quanta,
 * right padding, no other octet, no stray bits. The decoder takes bodies as
 * RFC 2045 6.8 wants them read: in chunks cut anywhere, other octets skipped,
 * a missing end forgiven. All additions to a buf fail as buf_add does.
 */
#pragma once

#include "base/buf.h"

enum {
	BASE64_LINE = 76,        /* characters in a line of a body (RFC 2045 6.8) */
	BASE64_LINE_OCTETS = 57, /* octets such a line holds */
};

/* Characters of the encoding of n octets, padding included. n is below SIZE_MAX / 2. */
static inline size_t base64_size(size_t n)
{
	return (n + 2) / 3 * 4;
}

/* In one piece, padded. */
bool base64_encode(struct buf *out, slice bytes);
/* In the other alphabet, not padded (RFC 7515 2). */
bool base64url_encode(struct buf *out, slice bytes);
/* In lines that all end with CRLF. A body may be encoded in pieces, when all but the last
 * are multiples of BASE64_LINE_OCTETS long. */
bool base64_encode_lines(struct buf *out, slice bytes);

/* False for what RFC 4648 does not allow or when out is full; out is then unchanged but
 * for its overflow flag. */
bool base64_decode(struct buf *out, slice text);

/* As strict, of the alphabet with "-" and "_" and without padding (RFC 7515 2). */
bool base64url_decode(struct buf *out, slice text);

/* Lenient, in chunks. Zeroed is the start; nothing to free. */
struct base64_decoder {
	uint32_t bits;   /* the characters of the open quantum, 6 bits each */
	uint8_t pending; /* how many they are: 0..3 */
	bool ended;      /* padding was seen: the rest is not data (RFC 2045 6.8) */
};

/* Adds what the chunk completes. False when out is full; the chunk is then lost. */
bool base64_decoder_feed(struct base64_decoder *d, slice chunk, struct buf *out);
/* Adds what an end without padding left open, and makes d ready for another body. */
bool base64_decoder_end(struct base64_decoder *d, struct buf *out);
