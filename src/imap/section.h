/*
 * section.h - what BODY[...] names, and where it lies (RFC 9051 6.4.5, 9: section)
 *
 * A section is read from the command as it stands, then found in the map of a
 * message's parts. Only HEADER.FIELDS and HEADER.FIELDS.NOT need the message's
 * octets besides: their text is gathered out of the header section.
 */
#pragma once

#include "base/arena.h"
#include "message/part_map.h"

enum {
	SECTION_FIELDS_MAX = 256, /* names of one list; more are refused */
	/* Octets of a header section in which fields are looked for. What lies beyond
	 * counts as a field of no name. */
	SECTION_HEADER_MAX = 1024 * 1024,
};

enum section_kind {
	SECTION_ALL,    /* a message, or the body of a part */
	SECTION_HEADER, /* of a message */
	SECTION_FIELDS,
	SECTION_FIELDS_NOT,
	SECTION_TEXT, /* the body of a message */
	SECTION_MIME, /* the header section of a part */
};

struct section {
	enum section_kind kind;
	slice path; /* "1.2": of the command; empty: the message itself */
	const slice *fields;
	uint32_t field_count;
};

/* "[" [section-spec] "]"; points into the command and the arena. */
bool take_section(slice *in, struct arena *arena, struct section *ret);
/* The same for the wire, key words in upper case. */
bool section_write(const struct section *s, struct buf *out);

/* Octets [start, end) of the message. */
struct span {
	uint64_t start, end;
};

/* False when the message has no such section. For the kinds with fields it is the whole
 * header section. */
bool section_find(const struct section *s, const struct part_map *map, struct span *ret);

/* The index in the map of the part that the section's path names. */
bool section_find_part(const struct section *s, const struct part_map *map,
		       uint32_t *ret);

/* Spans one behind the other, as they grow. Zeroed is empty. */
struct spans {
	struct span *at;
	uint32_t count, cap;
	uint64_t size; /* octets of all */
};
void spans_done(struct spans *s);
void spans_reset(struct spans *s); /* keeps the memory */
/* Nothing when empty; joined to the last where it goes on there. */
void spans_add(struct spans *s, uint64_t start, uint64_t end);

/* Adds the lines of header, which lies at that offset, that a section with fields wants:
 * whole fields, and the empty line at the end (RFC 9051 7.5.2). */
void section_select(const struct section *s, slice header, uint64_t offset,
		    struct spans *ret);
