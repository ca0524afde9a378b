/*
 * filter_text.h - the words of a text condition (RFC 8621 4.4.1)
 *
 * Tokens are separated by white space; what stands in single or double quotes is one, a
 * phrase, in which a backslash takes away the meaning of a quote or a backslash. A quote
 * begins a phrase only where a token could begin and another one ends it: others, as in
 * "don't", are text.
 */
#pragma once

#include "base/buf.h"

struct filter_token {
	slice raw; /* as written; of a phrase without its quotes */
	bool is_phrase;
};

/* The next token; false at the end. */
bool take_filter_token(slice *in, struct filter_token *ret);
/* Appends what is to be found: of a phrase, with its backslashes undone. */
void filter_token_text(const struct filter_token *token, struct buf *out);
