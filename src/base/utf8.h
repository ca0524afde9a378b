/*
 * utf8.h - UTF-8, strictly (RFC 3629): no surrogates, no overlong forms
 */
#pragma once

#include "base/buf.h"

enum { UTF8_REPLACEMENT = 0xfffd }; /* the code point that stands for what is none */

bool utf8_valid(slice text);
bool is_ascii(slice text); /* no octet above 127 */

/* The next code point; false at the end or where there is none. */
bool take_code_point(slice *in, uint32_t *ret);
/* As take_code_point, but an octet that starts none is taken as UTF8_REPLACEMENT; false
 * at the end only. */
bool take_code_point_lenient(slice *in, uint32_t *ret);

/* Whether it is a Unicode scalar value: below 0x110000, no surrogate. */
bool is_code_point(uint32_t c);
/* c must be a code point. */
bool buf_add_code_point(struct buf *b, uint32_t c);

/* Whether a terminal or a reader's eye could take c for something else than text:
 * controls, and the marks that reorder or break lines. */
bool is_deceptive(uint32_t c);

/* The longest head of at most n octets that cuts no code point of valid UTF-8. */
slice utf8_head(slice text, size_t n);
