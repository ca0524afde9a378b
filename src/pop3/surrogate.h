/*
 * surrogate.h - headers for clients that have not said UTF8 (RFC 6856 2.1, RFC 6858)
 *
 * Only the message's own header is changed: what the client needs to show it is
 * encoded, an address that it cannot write to becomes one that nobody has, and
 * a field or line that cannot be shown is left out. The header fields of parts inside
 * are body octets to POP3 and stay as they are.
 */
#pragma once

#include "base/buf.h"

enum { SURROGATE_MAX = 1024 * 1024 }; /* octets of a header that is changed */

/* Appends the header section in ASCII; what finds no room is left out. Returns the octets
 * of header that this stands for: a body that begins without an empty line before it is
 * not among them (message/mime.h). */
size_t surrogate_header(slice header, struct buf *out);
