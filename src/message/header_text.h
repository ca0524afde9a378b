/*
 * header_text.h - the words of structured header fields (RFC 5322 3.2, 4.1)
 *
 * Folding, comments, quoted strings and message ids, read as leniently as real
 * mail asks for. Nothing recurses and everything takes linear time. Line ends
 * inside a value are CRLF or a bare LF; CR and LF never come through. Results
 * are slices of the input where that says the same, else they lie in the arena;
 * functions with an arena return false only when it is full.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum { MESSAGE_IDS_MAX = 1000 }; /* of one field: the newest are kept */

bool is_header_space(char c); /* SP, HTAB, CR, LF */

/* Skips white space, line ends and comments; an open comment runs to the end. */
void skip_cfws(slice *in);
/* A comment with those nested in it: ret is between its parentheses, as written. False,
 * changing nothing, when none starts here or it is never closed. */
bool take_comment(slice *in, slice *ret);
/* A quoted string: ret is between the quotes, as written. False when none starts here or
 * it is never closed. */
bool take_quoted(slice *in, slice *ret);

/* What the inside of a quoted string or comment means: the backslashes of quoted pairs
 * and the line ends are gone. */
bool header_unquote(slice inside, struct arena *arena, slice *ret);
/* The value without comments, folding and the white space around it. */
bool header_uncomment(slice value, struct arena *arena, slice *ret);
/* Appends the value as one line: line ends are gone, white space stays (RFC 5322 2.2.3).
 */
void header_unfold(slice value, struct buf *out);

/*
 * The ids of References, In-Reply-To or Message-ID, in order, without angle brackets
 * and white space (RFC 5322 3.6.4; phrases of 4.5.4 are skipped). A field without any
 * bracket gives the words in it that hold an "@".
 */
bool message_ids_parse(slice value, struct arena *arena, const slice **ret,
		       uint32_t *ret_count);
