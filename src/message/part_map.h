/*
 * part_map.h - where the parts of a stored message lie, packed for the store
 *
 * What is needed to answer for a part later (IMAP sections, BINARY, SEARCH,
 * JMAP blobs) without parsing the message again: a few octets a part, written
 * once at arrival.
 */
#pragma once

#include "base/buf.h"
#include "message/mime.h"

struct part_place {
	enum mime_kind kind;
	enum mime_encoding encoding;
	uint32_t parent, end_index;
	uint64_t start, body_start, end; /* octet offsets in the whole message */
	bool is_text;                    /* type text */
	bool is_html;                    /* text/html */
	slice charset;                   /* lower case; empty when not given */
};

struct part_map {
	const struct part_place *parts; /* pre-order, parts[0] is the message */
	uint32_t count;
};

/* Appends the packed map; false when out is full. */
bool part_map_pack(const struct mime *m, struct buf *out);
/* The reverse; everything returned lives in the arena. False on damaged bytes. */
bool part_map_unpack(slice packed, struct arena *arena, struct part_map *ret);

/*
 * The part that an IMAP section number path names (RFC 9051 6.4.5.1): {} is the
 * message itself. False when there is no such part.
 */
bool part_map_find(const struct part_map *map, const uint32_t *path, uint32_t depth,
		   uint32_t *ret_index);
