/*
 * capability.h - the capabilities' names (RFC 8620 2, RFC 8621 1.3)
 */
#pragma once

#include "jmap/call.h"

enum { CAPABILITIES = CAPABILITY_VAPID + 1 };

/* "urn:ietf:params:jmap:mail"; indexed by enum jmap_capability. */
extern const slice capability_names[CAPABILITIES];
bool capability_find(slice name, enum jmap_capability *ret);
/* Whether the session has it, and requests may use it. */
bool capability_is_there(const struct jmap_user *user, enum jmap_capability capability);
/* Whether its methods may be used with this user's account. */
bool capability_is_given(const struct jmap_user *user, enum jmap_capability capability);
