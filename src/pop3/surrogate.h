/*
 * surrogate.h - headers for clients that have not said UTF8 (RFC 6856 2.1, RFC 6858)
 *
 * Only the message's own header is changed: what the client needs to show it is
 * encoded, an address that it cannot write to becomes one that nobody has, and
 * a field that cannot be shown is left out. The header fields of parts inside
 * are body octets to POP3 and stay as they are.
 */
#pragma once

#include "base/buf.h"

enum { SURROGATE_MAX = 1024 * 1024 }; /* octets of a header that is changed */

/* Appends the header section in ASCII; fields that find no room are left out. */
void surrogate_header(slice header, struct buf *out);
