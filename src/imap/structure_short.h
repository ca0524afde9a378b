/*
 * structure_short.h - the item BODY out of a stored BODYSTRUCTURE (RFC 9051 7.5.2)
 *
 * The two differ in the extension data only, which BODY must not show. The
 * stored text is well-formed (message/structure.h); of any other something is
 * made, and no octet is read twice.
 */
#pragma once

#include "base/buf.h"

void structure_shorten(slice body_structure, struct buf *out);
