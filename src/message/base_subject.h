/*
 * base_subject.h - a subject without what replies and forwards add (RFC 5256 2.1)
 */
#pragma once

#include "base/buf.h"

/* Appends the base subject of a decoded subject, not folded. *ret_is_reply: it had a mark
 * of a reply or a forward. Takes time in proportion to the subject's length. */
void base_subject(slice subject, struct buf *out, bool *ret_is_reply);
