/*
 * collation.h - how texts are put in order (RFC 4790 9, RFC 5051), told in the session
 */
#pragma once

#include "base/buf.h"

enum { COLLATIONS = 3 };

/* Appends octets that compare as the text does, with an end that sorts before all that
 * goes on. */
typedef void collate(slice utf8, struct buf *out);

struct collation {
	const char *name; /* "i;unicode-casemap" */
	collate *add;
};

extern const struct collation collations[COLLATIONS]; /* the first is the default */
/* NULL: there is none of that name. */
collate *collation_find(const char *name);
