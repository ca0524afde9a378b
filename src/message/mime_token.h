/*
 * mime_token.h - tokens and media types in Content-* fields (RFC 2045 5.1)
 *
 * White space and comments before each are skipped; 8-bit octets, found in the wild, pass
 * as token characters.
 */
#pragma once

#include "base/slice.h"

bool take_mime_token(slice *in, slice *ret);
/* type "/" subtype; the parameters are left in *in. */
bool take_media_type(slice *in, slice *type, slice *subtype);
