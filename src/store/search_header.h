/*
 * search_header.h - the fields of a header section as text for SEARCH
 *
 * Reads raw sections: unfolds lines and decodes encoded words; charsets become UTF-8.
 */
#pragma once

#include "base/buf.h"

/* Appends every line of the section, unfolded and decoded, each with CRLF behind it. */
void header_section_text(slice section, struct buf *out);

/* The value of each field called name, unfolded and decoded by itself. */
void header_section_each(slice section, slice name,
			 void (*take)(void *context, slice utf8), void *context);
/* Of all fields. */
void header_section_values(slice section, void (*take)(void *context, slice utf8),
			   void *context);

/* Whether a field called name holds the folded needle in its value, decoded and folded;
 * an empty needle: whether there is such a field (RFC 9051 6.4.4 HEADER). */
bool header_section_has(slice section, slice name, slice needle);
