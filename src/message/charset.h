/*
 * charset.h - what the names of character sets mean
 *
 * Pure tables for text.c, which does the decoding.
 */
#pragma once

#include "base/slice.h"

enum { CHARSET_NAME_MAX = 64 }; /* octets, a final NUL included */

/* The converter for a label as mail or the web give it: case and outer white space
 * ignored. A label that is in no table comes back for ICU to know; empty for what is no
 * name at all. */
slice charset_converter(slice label);

/* The single-octet sets that ICU lacks: the code point of an octet. */
uint32_t charset_latin10(unsigned char octet);      /* ISO-8859-16 */
uint32_t charset_user_defined(unsigned char octet); /* x-user-defined */
