/*
 * dialogue_text.h - the texts within the lines of a dialogue: groups, sizes, escapes
 *
 * For base/dialogue.c; the syntax is in tests/dialogues/README.md.
 */
#pragma once

#include "base/buf.h"

enum { DIALOGUE_GROUPS = 10 };

/* What the groups of the last regular expression that had some have matched, from 1. */
struct dialogue_groups {
	struct buf texts[DIALOGUE_GROUPS];
};

void dialogue_groups_init(struct dialogue_groups *g);
void dialogue_groups_done(struct dialogue_groups *g);

/* Appends text with ${1} to ${9} filled in and {=}, {=+} and {=-} as literals of
 * block octets. */
void dialogue_expand(const struct dialogue_groups *g, slice text, size_t block,
		     struct buf *out);
/* Whether the pattern matches the whole line, keeping its groups if it has some and does.
 * False: it is no regular expression. */
bool dialogue_matches(struct dialogue_groups *g, slice pattern, slice line,
		      bool *ret_matches);
/* Appends text with \r \n \t \\ \0 \xHH as octets. */
void dialogue_unescape(slice text, struct buf *out);
