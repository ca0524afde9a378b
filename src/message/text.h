/*
 * text.h - character sets, comparison and domain names: the only door to ICU and libidn2
 *
 * Text inside the program is UTF-8. Comparison for SEARCH is i;unicode-casemap
 * (RFC 5051): both sides are folded once, then compared bytewise.
 */
#pragma once

#include "base/buf.h"

enum { TEXT_GROWTH_MAX = 9 }; /* octets of UTF-8 that one octet can give, at most */

/* Decodes bytes in that charset (WHATWG and IANA names, case ignored) and appends UTF-8.
 * Invalid octets become U+FFFD. False for an unknown charset: nothing is appended. */
bool text_decode(slice charset, slice bytes, struct buf *out);
bool text_charset_known(slice charset);
/* Text whose charset nobody told: UTF-8 when it is valid as that, else windows-1252. */
void text_decode_unlabelled(slice bytes, struct buf *out);

/*
 * Decoding in pieces: a converter keeps the half of a character that a piece ended
 * with. NULL for an unknown charset.
 */
struct text_decoder;
struct text_decoder *text_decoder_new(slice charset);
void text_decoder_free(struct text_decoder *d);
void text_decoder_feed(struct text_decoder *d, slice bytes, bool last, struct buf *out);

/* Appends the i;unicode-casemap form of UTF-8 text (RFC 5051 section 2); what is no
 * UTF-8 is appended unchanged, for comparison octet by octet. */
void text_fold(slice utf8, struct buf *out);

/* Appends the composed form (NFC), as Net-Unicode wants names (RFC 5198 2). False for
 * what is no UTF-8, longer than a name or too long for out. */
bool text_to_nfc(slice utf8, struct buf *out);

/* Appends the same of valid UTF-8 of any length; out has room for TEXT_GROWTH_MAX times
 * as many octets. */
void text_compose(slice utf8, struct buf *out);

/* Appends the A-label form of a domain in lower case (IDNA 2008); false when it has none
 * that fits RFC 1035 2.3.4. No final dot, no address literal. */
bool domain_to_ascii(slice domain, struct buf *out);
/* Appends the U-label form, lower case; false for an invalid domain. */
bool domain_to_unicode(slice domain, struct buf *out);

/*
 * SASLprep (RFC 4013), and so PRECIS for what it shares: false when text is prohibited,
 * longer than TEXT_SASLPREP_MAX octets or no UTF-8. Code points that were unassigned in
 * Unicode 3.2 pass (as in the queries of RFC 3454 7): people use emoji in passwords.
 */
enum { TEXT_SASLPREP_MAX = 1024 };
bool text_saslprep(slice utf8, struct buf *out);
