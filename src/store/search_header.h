/*
 * search_header.h - the fields of a header section as text for SEARCH
 *
 * Reads raw sections: unfolds lines and decodes encoded words; charsets become UTF-8.
 */
#pragma once

#include "base/buf.h"

/* Appends every line of the section, unfolded and decoded, each with CRLF behind it. */
void header_section_text(slice section, struct buf *out);

/* Each field's name, and its value, unfolded and decoded by itself. */
void header_section_values(slice section,
			   void (*take)(void *context, slice name, slice utf8),
			   void *context);
