/*
 * parameter.h - parameters of MIME header fields (RFC 2045 5.1, RFC 2231, RFC 2183)
 *
 * The list is what follows the type in Content-Type or the disposition in
 * Content-Disposition: `; name=value; ...`, with comments. Read leniently:
 * missing semicolons and quotes, unquoted spaces and specials, stray text.
 * Both functions give at most MIME_PARAMETERS_MAX parameters and leave out the
 * rest; all slices live in the arena, or in the list where they stand there
 * like that. False only when the arena is full.
 */
#pragma once

#include "message/mime.h"

/* As written, for BODYSTRUCTURE: names with their RFC 2231 suffixes (`*0*`), values
 * without quotes and folding, nothing joined, nothing decoded. */
bool parameter_list_raw(slice list, struct arena *arena,
			const struct mime_parameter **ret, uint32_t *ret_count);

/*
 * For use inside: continuations joined, percent encoding and charset decoded to UTF-8
 * (RFC 2231 section 3 and 4); also encoded words and bare 8-bit text, which are found
 * in the wild. Each name comes once, where it stood first; the extended form wins over
 * the plain one (RFC 6266 4.3), and otherwise the first. A multipart's boundary is
 * compared octet by octet and stays as it is.
 */
bool parameter_list_parse(slice list, struct arena *arena,
			  const struct mime_parameter **ret, uint32_t *ret_count);
