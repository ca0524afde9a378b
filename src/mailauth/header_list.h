/*
 * header_list.h - a header section as the fields that signatures are made over
 *
 * Fields stand as they came, octet by octet, for a signature hashes them so
 * (RFC 6376 3.4.1). A line ends with CRLF; a bare LF ends one too, as for
 * message/mime.h, so that no field is seen by readers that was not seen here.
 * The section ends with an empty line or with the slice. A line that is no
 * field is left out with what continues it.
 *
 * Slices point into the section, the array lies in the arena.
 */
#pragma once

#include "base/arena.h"

enum {
	HEADER_FIELDS_MAX = 1000, /* of one section; a longer one is refused */
};

struct signed_field {
	slice raw;   /* without the line end behind it */
	slice name;  /* as written, without white space behind it */
	slice value; /* what follows the colon, folding included */
};

struct header_list {
	const struct signed_field *fields; /* in order, the topmost first */
	uint32_t count;
};

/* One field without the line end behind it; false for what is none. */
bool signed_field_parse(slice raw, struct signed_field *ret);

/* False when there are more than HEADER_FIELDS_MAX or the arena is full. */
bool header_list_parse(slice section, struct arena *arena, struct header_list *ret);
