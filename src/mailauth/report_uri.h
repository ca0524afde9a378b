/*
 * report_uri.h - the addresses that rua= and ruf= give (RFC 7489 6.2, RFC 8460 3)
 *
 * Commas and exclamation marks within a URI are percent-encoded, so what follows "!" is
 * DMARC's obsolete size limit; it is passed over, as RFC 9989 4.8 says.
 */
#pragma once

#include "base/buf.h"

/* Takes the next URI of a comma-separated list with a scheme and only octets that
 * RFC 3986 allows; what is none is skipped. False at the end. */
bool take_report_uri(slice *in, slice *ret);

/* The address of a mailto: URI, with percent-encoding undone and without its "?" part;
 * false for another scheme, several addresses, or one that is not local@domain. */
bool report_uri_address(slice uri, struct buf *out);
