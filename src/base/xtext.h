/*
 * xtext.h - octets in ESMTP parameters (RFC 3461 4)
 *
 * "+" and two hexadecimal digits stand for an octet; printable ASCII but "+" and "="
 * for itself.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

bool xtext_write(struct buf *out, slice octets);
/* Digits in lower case pass, as some clients write them. False, with out unchanged, for
 * what is no xtext; also when out is full. */
bool xtext_read(struct buf *out, slice text);
/* The same into an arena; false also when that is full. */
bool xtext_copy(struct arena *memory, slice text, slice *ret);
