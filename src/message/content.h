/*
 * content.h - the decoded content of a part, in pieces (RFC 2045 section 6)
 *
 * Undoes the transfer encoding and, for text, the charset. Pieces of any size go in;
 * UTF-8 (text) or octets (others) come out. For SEARCH, BINARY, previews and web pages.
 */
#pragma once

#include "base/buf.h"
#include "message/part_map.h"

struct content_decoder;

/* raw: octets after the transfer encoding, charset untouched. */
struct content_decoder *content_decoder_new(enum mime_encoding encoding, slice charset,
					    bool raw);
void content_decoder_free(struct content_decoder *d);
/* Appends what this piece gives; last flushes. */
void content_decoder_feed(struct content_decoder *d, slice piece, bool last,
			  struct buf *out);

/* HTML to plain text for search and previews: tags, comments, script and style dropped,
 * entities decoded, block elements become line breaks. State is kept between pieces. */
struct html_text;
struct html_text *html_text_new(void);
void html_text_free(struct html_text *h);
void html_text_feed(struct html_text *h, slice utf8, struct buf *out);
