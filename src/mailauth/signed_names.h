/*
 * signed_names.h - which fields we sign (RFC 6376 5.4.1, 8.15)
 *
 * What a reader sees or a mail program acts on, as often as it is there. The
 * names whose later addition would mislead are listed once more than they occur
 * (oversigning), which makes a signature fail when one is added. Trace fields
 * and Authentication-Results, which others add and remove, are never signed.
 */
#pragma once

#include "base/buf.h"
#include "mailauth/header_list.h"

/* Appends the value of h=. An ARC-Message-Signature signs the DKIM-Signatures too (RFC
 * 8617 4.1.2). False when the names are more than SIGNED_NAMES_MAX or out is full. */
bool signed_names_write(const struct header_list *list, bool with_signatures,
			struct buf *out);
bool header_list_has(const struct header_list *list, slice name);
