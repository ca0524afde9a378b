/*
 * field_value.h - peers' words inside header fields of ours
 *
 * Whatever they hold, what is written is one dot-atom or token, one quoted string
 * or the inside of one comment: no word can end it, start another line or
 * pretend to be ours. Control characters and what is no UTF-8 become "?", and a word is
 * cut at FIELD_VALUE_MAX octets.
 */
#pragma once

#include "base/buf.h"

enum { FIELD_VALUE_MAX = 320 };

/* As it is where both RFC 5322 dot-atom and RFC 2045 token allow it, else quoted. */
void field_add_value(struct buf *out, slice value);
/* For between "(" and ")": without parentheses and backslashes. */
void field_add_comment(struct buf *out, slice text);
