/*
 * special_use.h - what a mailbox is for, by name (RFC 6154 2)
 */
#pragma once

#include "base/slice.h"
#include "store/mailbox.h"

slice special_use_name(enum special_use use); /* "\\Archive"; USE_NONE: empty */

/* "USE" SP "(" [use *(SP use)] ")" (RFC 6154 6). *ret_can is false where no mailbox of
 * ours can be that: more than one, one that is not known, or one that would show messages
 * of other mailboxes. */
bool take_special_use(slice *in, enum special_use *ret, bool *ret_can);
/* [use *(SP use)], all of the text: the same as an annotation (RFC 6154 4). */
bool special_use_parse(slice text, enum special_use *ret, bool *ret_can);
