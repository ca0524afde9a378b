/*
 * writer.h - the words of IMAP responses (RFC 9051 7, 9)
 *
 * All append to a buf and return false when that is full.
 */
#pragma once

#include "base/buf.h"

/* Quoted where a quoted string can hold it, else a literal. utf8: 8-bit text may stand
 * in quotes (RFC 9051 9: QUOTED-CHAR). */
bool write_string(struct buf *out, slice text, bool utf8);
/* An atom where it can be one, else as write_string. "NIL" is quoted: as an atom it would
 * be no string. */
bool write_astring(struct buf *out, slice text, bool utf8);
bool write_nstring(struct buf *out, slice text, bool present);
