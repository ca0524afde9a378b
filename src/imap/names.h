/*
 * names.h - mailbox names between the wire and the store (RFC 9051 5.1, 5.1.3)
 *
 * On the wire a name is modified UTF-7, or UTF-8 once the client has enabled
 * that; INBOX is written in any case. In the store it is UTF-8 in its composed
 * form, whichever was sent (RFC 6855 3). A login with a
 * root sees the mailbox `root` as INBOX and `root/x` as x, and no other.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

#define OTHER_USERS "Other Users" /* the level above others' mailboxes */

enum { NAMES_ROOM = 1400 };  /* octets: the longest name with the longest prefix */
enum { PATTERN_MAX = 1000 }; /* octets of a LIST pattern with its reference */

struct names {
	slice root; /* empty: none */
	bool utf8;  /* on the wire */
	/* Of another's account: what stands before its names, and room to join them. */
	slice prefix;
	char *room;
};

/* The store's name; false when wire is no name that a mailbox can have. */
bool name_from_wire(const struct names *n, slice wire, struct arena *arena, slice *ret);
/* The name as the client sees it, in UTF-8; false when it does not see it. With a prefix
 * it is valid until the next call. */
bool name_visible(const struct names *n, slice stored, slice *ret);
/* Appends the wire's form of a visible name, as an astring. */
bool name_write(const struct names *n, slice visible, struct buf *out);

/* A pattern's UTF-8; reference and pattern stand in one piece (RFC 9051 6.3.9). */
bool pattern_from_wire(const struct names *n, slice reference, slice pattern,
		       struct arena *arena, slice *ret);
/* "*" is anything, "%" anything but the separator "/"; INBOX in any case. Takes at most
 * octets of name times octets of pattern steps. */
bool pattern_matches(slice pattern, slice visible);
