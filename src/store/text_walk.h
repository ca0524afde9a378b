/*
 * text_walk.h - the texts of a message, decoded: what SEARCH looks at
 *
 * The header sections of the message and of its parts, and the text parts, in order, each
 * in pieces of valid UTF-8 (RFC 9051 6.4.4). The header section of an attached message
 * counts as text of the body. HTML comes twice: as it was sent, and as it is read,
 * without markup and with its entities decoded (RFC 8621 4.4.1).
 */
#pragma once

#include "message/part_map.h"
#include "store/body.h"

enum { TEXT_PARTS_ARENA_MAX = 8 * 1024 * 1024 }; /* more than MIME_PARTS_MAX parts take */

struct text_sink {
	void (*begin)(struct text_sink *s, bool header);
	bool (*feed)(struct text_sink *s, slice utf8); /* false: no more is wanted */
	bool (*end)(struct text_sink *s);              /* likewise */
};

/* ERR_LATER when the octets cannot be read. */
enum err text_walk(const struct body *b, const struct part_map *parts,
		   struct text_sink *sink);
/* A part's header section as it was sent, cut at MIME_HEADER_MAX, which out must hold. */
enum err text_read_section(const struct body *b, const struct part_place *part,
			   struct buf *out);
