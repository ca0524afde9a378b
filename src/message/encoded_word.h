/*
 * encoded_word.h - RFC 2047 encoded words in header text
 */
#pragma once

#include "base/buf.h"

/* Unfolds value, decodes its encoded words and appends UTF-8. Words in unknown charsets
 * stay as written; 8-bit octets that are no UTF-8 are read as windows-1252. Words are
 * found anywhere, also inside quoted strings and close to text, as people's software
 * writes them; neighbours of one charset are joined before they are decoded. Control
 * characters that words hide are dropped (RFC 8621 4.1.2.2). */
void encoded_word_decode(slice value, struct buf *out);
/* The same to the letter: what breaks the rules of RFC 2047 5 for its place or has white
 * space inside stays as written (RFC 8621 4.1.2.2). */
void encoded_word_decode_strict(slice value, struct buf *out);
/* Appends text as ASCII: as it is where it can be, else as encoded words of at most 75
 * octets, folded with CRLF SP. Fit for phrases and unstructured fields (RFC 2047 5). */
void encoded_word_encode(slice utf8, struct buf *out);
/* Encoded words in any case, where `column` octets of the line are taken already: the
 * first is short enough for its line to have 76 (RFC 2047 2), or stands on the next. */
void encoded_word_encode_at(slice utf8, size_t column, struct buf *out);
/* Whether that text needs no encoded word. */
bool encoded_word_is_needless(slice utf8);
