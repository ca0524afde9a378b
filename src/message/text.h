/*
 * text.h - character sets, comparison and domain names: the only door to ICU and libidn2
 *
 * Text inside the program is UTF-8. Comparison for SEARCH is i;unicode-casemap
 * (RFC 5051): both sides are folded once, then compared bytewise.
 */
#pragma once

#include "base/buf.h"

/* Decodes bytes in that charset (WHATWG and IANA names, case ignored) and appends UTF-8.
 * Invalid octets become U+FFFD. False for an unknown charset: nothing is appended. */
bool text_decode(slice charset, slice bytes, struct buf *out);
bool text_charset_known(slice charset);

/*
 * Decoding in pieces: a converter keeps the half of a character that a piece ended
 * with. NULL for an unknown charset.
 */
struct text_decoder;
struct text_decoder *text_decoder_new(slice charset);
void text_decoder_free(struct text_decoder *d);
void text_decoder_feed(struct text_decoder *d, slice bytes, bool last, struct buf *out);

/* Appends the i;unicode-casemap form of UTF-8 text (RFC 5051 section 2). */
void text_fold(slice utf8, struct buf *out);

/* Appends the A-label form of a domain (IDNA 2008, libidn2); false when it has none. */
bool domain_to_ascii(slice domain, struct buf *out);
/* Appends the U-label form, lower case; false for an invalid domain. */
bool domain_to_unicode(slice domain, struct buf *out);

/* SASLprep, and so PRECIS for what it shares (RFC 4013): false when text is prohibited.
 */
bool text_saslprep(slice utf8, struct buf *out);
