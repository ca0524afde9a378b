/*
 * header_write.h - header fields as they are written (RFC 5322 2.2.3, 3.6)
 *
 * Each appends one whole field: its name, the value and CRLF. Lines are folded at 78
 * octets where the value has white space, and none passes 998. All is ASCII, by encoded
 * words (RFC 2047) and by the parameters of RFC 2231, but for what has no such form: the
 * local part of an address and a message id are UTF-8 then (RFC 6532). Text is UTF-8;
 * its controls become blanks. What is written is read back as the same by address.h,
 * encoded_word.h, header_text.h and parameter.h.
 *
 * False when the value cannot be in a field at all, or when out is full; what is in it
 * then is of no use.
 */
#pragma once

#include "base/date.h"
#include "message/address.h"
#include "message/mime.h"

enum {
	HEADER_LINE = 78, /* octets of a line, without its CRLF, where that can be, */
	HEADER_LINE_MAX = 998, /* and in any case (RFC 5322 2.1.1) */
};

/* ftext without ":" (RFC 5322 3.6.8), and not longer than a line can hold. */
bool is_header_name(slice name);

/* Unstructured text. */
bool header_write_text(slice name, slice utf8, struct buf *out);
/* Names are UTF-8, not encoded; a domain that is not ASCII becomes A-labels where the
 * local part is. */
bool header_write_addresses(slice name, const struct address *list, uint32_t count,
			    struct buf *out);
/* Ids without their brackets. False for one with blanks, controls, "<" or ">". */
bool header_write_ids(slice name, const slice *ids, uint32_t count, struct buf *out);
/* RFC 2369 2: in brackets, with commas between; the same is false. */
bool header_write_urls(slice name, const slice *urls, uint32_t count, struct buf *out);
bool header_write_date(slice name, struct date date, struct buf *out);
/* What stands behind the colon, as it is. False for a line end that does not fold, a NUL
 * or a line that is too long. */
bool header_write_raw(slice name, slice value, struct buf *out);
/* "name: value; a=b": what Content-Type and Content-Disposition have. */
bool header_write_parameters(slice name, slice value, const struct mime_parameter *list,
			     uint32_t count, struct buf *out);
