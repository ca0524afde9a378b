/*
 * body_value.h - the text of a part: EmailBodyValue (RFC 8621 4.1.4, 4.2)
 */
#pragma once

#include "jmap/body_part.h"

/*
 * Decoded, with LF at the end of lines. max_octets: it is cut there or before, between
 * characters and outside of HTML's tags; 0: at JMAP_ANSWER_MAX, which no answer holds.
 *
 * Text that names no charset is UTF-8 if it can be, else windows-1252.
 */
json_t *body_value(const struct part_source *s, uint32_t part, uint64_t max_octets);
