#include "dns/name.h"

#include <assert.h>
#include <string.h>

enum {
	LABEL_MAX = 63, /* octets (RFC 1035 2.3.4) */
	POINTER = 0xc0, /* the two high bits of a label's length (RFC 1035 4.1.4) */
};

bool wire_name_eq(const struct wire_name *a, const struct wire_name *b)
{
	return a->n == b->n && memcmp(a->octets, b->octets, a->n) == 0;
}

/* Room is kept for the root's label. */
static bool add_label(struct wire_name *name, slice label)
{
	if (name->n + 1 + label.n >= DNS_WIRE_NAME_MAX) return false;
	name->octets[name->n++] = (uint8_t)label.n;
	for (size_t i = 0; i < label.n; i++)
		name->octets[name->n++] = (uint8_t)lower_ascii(label.p[i]);
	return true;
}

static void add_root(struct wire_name *name)
{
	name->octets[name->n++] = 0;
}

bool name_to_wire(slice text, struct wire_name *ret)
{
	struct wire_name name = { .n = 0 };

	while (text.n > 0) {
		size_t n = slice_find_char(text, '.');

		if (n == 0 || n > LABEL_MAX || n + 1 == text.n ||
		    !add_label(&name, slice_head(text, n)))
			return false;
		text = slice_skip(text, n + 1);
	}
	add_root(&name);
	*ret = name;
	return true;
}

static bool take_octet(slice packet, size_t *at, uint8_t *ret)
{
	if (*at >= packet.n) return false;
	*ret = (uint8_t)packet.p[(*at)++];
	return true;
}

/* A pointer leads backwards only, so there is an end. */
static bool follow(slice packet, size_t *at, uint8_t high, size_t *lowest)
{
	uint8_t low;

	if (!take_octet(packet, at, &low)) return false;
	*at = (size_t)(high & ~POINTER) << 8 | low;
	if (*at >= *lowest) return false;
	*lowest = *at;
	return true;
}

bool take_wire_name(slice packet, size_t *at, struct wire_name *ret)
{
	struct wire_name name = { .n = 0 };
	size_t here = *at, lowest = here, end = 0;
	uint8_t n;

	for (;;) {
		if (!take_octet(packet, &here, &n)) return false;
		if ((n & POINTER) == POINTER) {
			if (end == 0) end = here + 1;
			if (!follow(packet, &here, n, &lowest)) return false;
			continue;
		}
		if (n == 0) break;
		if (n > LABEL_MAX || n > packet.n - here ||
		    !add_label(&name, (slice){ packet.p + here, n }))
			return false;
		here += n;
	}
	add_root(&name);
	*at = end ? end : here;
	*ret = name;
	return true;
}

/* Printable, and neither the dot nor what could be taken for an escape. */
static bool is_plain(uint8_t c)
{
	return c > ' ' && c < 0x7f && c != '.' && c != '\\';
}

/* The next label; false at the root. */
static bool next_label(const struct wire_name *name, size_t *at, slice *ret)
{
	size_t n = name->octets[*at];

	*ret = (slice){ (const char *)name->octets + *at + 1, n };
	*at += 1 + n;
	return n > 0;
}

bool wire_name_text(const struct wire_name *name, char room[static DNS_NAME_MAX],
		    slice *ret)
{
	size_t at = 0, n = 0;
	slice label;

	while (next_label(name, &at, &label)) {
		if (n > 0) room[n++] = '.';
		for (size_t i = 0; i < label.n; i++) {
			if (!is_plain((uint8_t)label.p[i])) return false;
			room[n++] = label.p[i];
		}
	}
	*ret = (slice){ room, n };
	return true;
}

/* A letter, digit, hyphen or underscore means itself in every zone file. */
static char *escape_octet(char *to, uint8_t c)
{
	if (is_alpha((char)c) || is_digit((char)c) || c == '-' || c == '_') {
		*to = (char)c;
		return to + 1;
	}
	to[0] = '\\';
	to[1] = (char)('0' + c / 100);
	to[2] = (char)('0' + c / 10 % 10);
	to[3] = (char)('0' + c % 10);
	return to + 4;
}

void wire_name_escape(const struct wire_name *name, char room[static DNS_ESCAPED_MAX])
{
	size_t at = 0;
	char *to = room;
	slice label;

	while (next_label(name, &at, &label)) {
		for (size_t i = 0; i < label.n; i++)
			to = escape_octet(to, (uint8_t)label.p[i]);
		*to++ = '.';
	}
	if (to == room) *to++ = '.';
	*to = '\0';
}
