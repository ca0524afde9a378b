/*
 * varint.h - unsigned numbers in 7-bit groups, least significant first (LEB128)
 *
 * The compact form of numbers in our own stored rows: 1 octet below 128, 10 at
 * most. Only the shortest form of a number is read back.
 */
#pragma once

#include "base/buf.h"

bool buf_add_varint(struct buf *b, uint64_t value);
bool take_varint(slice *in, uint64_t *ret);
