/*
 * email_update.h - an update of Email/set (RFC 8621 4.6)
 *
 * Keywords and mailboxes change. All else may be in the patch if it is so already: then a
 * whole Email is a patch, too (RFC 8620 5.3).
 */
#pragma once

#include "jmap/set.h"

/* As set_type has it. */
enum err email_update(struct call *c, struct account *a, const char *id, json_t *patch,
		      struct set_outcome *o);
