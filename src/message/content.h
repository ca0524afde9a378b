/*
 * content.h - the decoded content of a part, in pieces (RFC 2045 section 6)
 *
 * Undoes the transfer encoding and, for text, the charset. Pieces of any size go in;
 * UTF-8 (text) or octets (others) come out. For SEARCH, BINARY, previews and web pages.
 * However the input is cut, the output is the same; what does not fit in out is lost and
 * shows in its overflow flag.
 */
#pragma once

#include "base/buf.h"
#include "message/part_map.h"

struct content_decoder;

/* raw: octets after the transfer encoding, charset untouched. Text in no charset, in
 * us-ascii or in an unknown one is read as UTF-8, its other octets as windows-1252. An
 * unknown transfer encoding is taken as 8bit. */
struct content_decoder *content_decoder_new(enum mime_encoding encoding, slice charset,
					    bool raw);
void content_decoder_free(struct content_decoder *d);
/* Appends what this piece gives; last flushes, and nothing may follow. */
void content_decoder_feed(struct content_decoder *d, slice piece, bool last,
			  struct buf *out);

/* HTML to plain text for search and previews: tags, comments, script, style and title
 * dropped, entities decoded, white space made one space or, around block elements, one
 * line break. State is kept between pieces; what may be the beginning of an entity waits
 * for what follows, so feed a line end when all is in. */
struct html_text;
struct html_text *html_text_new(void);
void html_text_free(struct html_text *h);
void html_text_feed(struct html_text *h, slice utf8, struct buf *out);
