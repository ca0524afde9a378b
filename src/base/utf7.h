/*
 * utf7.h - mailbox names in IMAP's modified UTF-7 (RFC 3501 5.1.3)
 *
 * Strict, so that a mailbox has one name only: runs in base64 hold no
 * printable ASCII, follow each other never directly, end in zero bits, and
 * have their surrogates in pairs. Control characters, NUL too, may come out
 * of a run: whether a name may hold them is for the caller to say.
 *
 * Both add to out; false, with out unchanged but for its overflow flag, when
 * the text is not of its form or the result does not fit.
 */
#pragma once

#include "base/buf.h"

bool utf7_to_utf8(struct buf *out, slice name);
bool utf7_from_utf8(struct buf *out, slice name);
