/*
 * address.h - addresses in header fields (RFC 5322 3.4, 4.4; RFC 6532)
 *
 * A tolerant reader for what is found in real mail: groups, obsolete routes,
 * comments, quoted strings, unquoted specials, missing brackets, quotes and
 * commas. A comment gives the name where there is no other; a mailbox without
 * "@" has a local part alone. What address_list_write writes is read back as
 * the same list. Linear time, no recursion. The strict grammar of SMTP paths
 * is smtp/path.h's.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum { ADDRESSES_MAX = 10000 }; /* of one field; the rest is left out */

enum address_kind { ADDRESS_MAILBOX, ADDRESS_GROUP_START, ADDRESS_GROUP_END };

struct address {
	enum address_kind kind;
	slice name;   /* display name or group name: unquoted, still RFC 2047 encoded */
	slice route;  /* obsolete source route "@a,@b", mostly empty */
	slice local;  /* unquoted local part */
	slice domain; /* as written; empty for a bare local part */
	bool has_name;
	bool is_quoted; /* the name was one quoted string: no place for encoded words (RFC
			   2047 5) */
};

/* All addresses of a field's value, in order; the arrays and slices live in the
 * arena. False when the arena is full. */
bool address_list_parse(slice value, struct arena *arena, const struct address **ret,
			uint32_t *ret_count);

/* Appends `Name <local@domain>` with quoting where it is needed; a group's start as
 * `Name:` and its end as `;`. Line ends in what is given are left out. */
bool address_write(const struct address *a, struct buf *out);
/* Appends a whole list with its commas: `A <a@b>, Group: c@d, e@f;, g@h`. */
bool address_list_write(const struct address *list, uint32_t count, struct buf *out);
/* Appends local@domain, the local part quoted where it needs it. */
bool addr_spec_write(slice local, slice domain, struct buf *out);
