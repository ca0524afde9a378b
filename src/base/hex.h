/*
 * hex.h - bytes as hex digits, two each, and as escapes with them
 */
#pragma once

#include "base/buf.h"

bool hex_encode(struct buf *out, slice bytes); /* lower case */
/* Takes both cases; false, with out unchanged, for anything else or an odd length. */
bool hex_decode(struct buf *out, slice text);

/* The octet that escape and two hex digits give: "=41", "%41". */
bool take_hex_escape(slice *in, char escape, char *ret);
/* Appends text with "%41" for what it stands (RFC 3986 2.1). A "%" without digits behind
 * it is appended as it is; false then, or when out is full. */
bool percent_decode(slice text, struct buf *out);
