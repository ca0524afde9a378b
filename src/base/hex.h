/*
 * hex.h - bytes as hex digits, two each
 */
#pragma once

#include "base/buf.h"

bool hex_encode(struct buf *out, slice bytes); /* lower case */
/* Takes both cases; false, with out unchanged, for anything else or an odd length. */
bool hex_decode(struct buf *out, slice text);
