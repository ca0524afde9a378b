/*
 * seven_bit.h - a message of 8-bit or binary content as 7-bit MIME (RFC 6152 3)
 *
 * For servers that lack 8BITMIME or BINARYMIME. Leaves whose octets do not pass are put
 * into quoted-printable, where most of a text stays as it is, or base64; composite parts
 * have their label changed. The parts, their order and their contents stay the same (RFC
 * 2045 6).
 *
 * It cannot be done, and the message must go back, where
 *   - something signed would change: a multipart/signed (RFC 1847 2.1);
 *   - what is no content is not ASCII: header fields (RFC 6532 wants SMTPUTF8 for
 *     these), text around a multipart's parts;
 *   - a type forbids it: message/partial, message/external-body and the like (RFC 2046
 *     5.2.2.1, 5.2.3), or a label lies, as base64 with octets above 127;
 *   - its structure was not read to the end (mime.h).
 * DKIM signatures of the original do not survive.
 */
#pragma once

#include "base/buf.h"
#include "message/mime.h"

/* Of any message that can be; parts and fields add a little. */
static inline size_t seven_bit_size_max(const struct mime *m)
{
	return 2 * (size_t)m->size + 128 * (m->part_count + 1);
}

/* Appends it. m: of that message. False: it cannot be, or out is full, which then is of
 * no use. */
bool seven_bit_write(slice message, const struct mime *m, struct buf *out);
