/*
 * snippet_text.h - words found in a text, marked as HTML (RFC 8621 5)
 *
 * Words are found as the store's search finds them: folded, anywhere.
 */
#pragma once

#include "base/buf.h"

struct snippet_words {
	slice *folded; /* by text_fold; none is empty */
	uint32_t count;
};

enum { SNIPPET_PREVIEW_MAX = 255 }; /* octets (RFC 8621 5) */

/* Appends all of the text; false, appending nothing, where none of the words is in it. */
bool snippet_mark_all(slice utf8, const struct snippet_words *words, struct buf *out);
/* Appends what is around the first word in at most SNIPPET_PREVIEW_MAX octets, white
 * space being made single spaces; likewise. */
bool snippet_mark_first(slice utf8, const struct snippet_words *words, struct buf *out);
