/*
 * name.h - domain names as text and on the wire (RFC 1035 3.1, 4.1.4)
 *
 * As text a name is its labels joined by dots, without the final dot, each
 * octet as it is: "" is the root. A label that itself holds a dot, or an octet
 * that no host name could (control characters, blanks, a backslash, beyond
 * ASCII), is not readable as text and refused when it comes from the wire. In
 * questions any octet but a dot may be asked for.
 */
#pragma once

#include "base/dns_answer.h"

enum {
	DNS_WIRE_NAME_MAX = 255,                /* octets on the wire (RFC 1035 2.3.4) */
	DNS_ESCAPED_MAX = 4 * DNS_NAME_MAX + 2, /* octets of a name with escapes */
};

struct wire_name {
	uint8_t octets[DNS_WIRE_NAME_MAX]; /* lower case, the root's empty label last */
	size_t n;
};

/* False: no such name can exist (an empty or too long label, or too long in all). */
bool name_to_wire(slice text, struct wire_name *ret);
/* Reads the name at *at of the packet, following compression, and moves *at behind it. */
bool take_wire_name(slice packet, size_t *at, struct wire_name *ret);
bool wire_name_eq(const struct wire_name *a, const struct wire_name *b);
/* Writes it to room, in lower case; false: not readable as text. */
bool wire_name_text(const struct wire_name *name, char room[static DNS_NAME_MAX],
		    slice *ret);
/* In the form of zone files, with \DDD for odd octets and the final dot (RFC 1035 5.1);
 * NUL-terminated. */
void wire_name_escape(const struct wire_name *name, char room[static DNS_ESCAPED_MAX]);
