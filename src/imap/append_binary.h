/*
 * append_binary.h - what no literal could give back, put into base64 (RFC 3516 4.4, 6)
 *
 * A literal8 may bring NUL, but BODY[...] must be able to tell what is stored,
 * and BODYSTRUCTURE to describe it. So parts in the transfer encoding "binary"
 * that hold NUL are stored in base64; nothing else is touched.
 */
#pragma once

#include "store/incoming.h"

/* m is finished; so is what becomes of it. It may still hold NUL, in places that cannot
 * be encoded. From a worker. */
enum err append_encode_binary(const struct incoming *m, struct incoming **ret);
