/*
 * structure.h - IMAP ENVELOPE, BODY and BODYSTRUCTURE of a parsed message
 *
 * Ready for the wire (RFC 9051 7.5.2, RFC 3501 7.4.2). Strings that hold octets a
 * quoted string cannot are literals: "{n}\r\n" follows inside. With utf8 false
 * 8-bit header text is kept as it came.
 */
#pragma once

#include "base/buf.h"
#include "message/mime.h"

struct part_address_lists; /* part_fields.h */

/* part must be the root or the child of a message/rfc822 part. */
bool envelope_write(const struct mime_part *part, struct buf *out);
/* The same where the part's addresses are known. */
bool envelope_write_of(const struct mime_part *part,
		       const struct part_address_lists *lists, struct buf *out);
bool body_structure_write(const struct mime *m, struct buf *out); /* BODYSTRUCTURE */
bool body_write(const struct mime *m, struct buf *out); /* BODY: no extension data */
/* string or NIL, as an IMAP nstring: quoted where that can hold it, else a literal. */
bool nstring_write(slice text, bool present, struct buf *out);
