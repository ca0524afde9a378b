/*
 * pointer.h - JSON pointers, with "*" for all of an array (RFC 6901, RFC 8620 3.7)
 */
#pragma once

#include <jansson.h>

#include "base/slice.h"

/*
 * What path points to in value: a new reference, or NULL where it leads nowhere or where
 * *budget, from which each value on the way is taken, is used up. path is "" or begins
 * with "/".
 */
json_t *pointer_follow(json_t *value, slice path, size_t *budget);

/* The next token of a path that begins with "/", decoded ("~1", "~0") into out, which is
 * emptied before. False: it is no pointer, or the token has no room. */
struct buf;
bool take_pointer_token(slice *path, struct buf *out);
