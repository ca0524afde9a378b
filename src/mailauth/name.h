/*
 * name.h - domain names as mail authentication compares them
 *
 * Names are text without the final dot; ASCII case is ignored. Nothing here asks the DNS.
 */
#pragma once

#include "base/arena.h"
#include "base/dns_answer.h"

enum {
	NAME_MAX_OCTETS = 253, /* of a name as text (RFC 7208 7.3) */
	NAME_LABEL_MAX = 63,   /* RFC 1035 2.3.4 */
};

/* Can be asked: labels of 1 to 63 octets, 253 in all, of printable ASCII without the
 * backslash, which texts of names use to escape. */
bool name_is_valid(slice name);
uint32_t name_labels(slice name); /* how many */
slice name_parent(slice name);    /* without its first label; empty at the end */
/* name is domain or a subdomain of it. */
bool name_is_within(slice name, slice domain);
/* The final dot away, and labels from the left until it fits NAME_MAX_OCTETS. */
slice name_fitted(slice name);
/* The A-label form of a domain as a user writes it, in the arena; false when it has none
 * (an address literal, say). */
bool name_to_ascii(slice domain, struct arena *arena, slice *ret);
/* prefix, a dot and the name, in the arena; false when the result is no valid name. */
bool name_join(slice prefix, slice name, struct arena *arena, slice *ret);
