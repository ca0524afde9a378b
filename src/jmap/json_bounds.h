/*
 * json_bounds.h - how much a JSON text holds, before it is parsed
 *
 * A parser's stack grows with the depth, its memory with the number of values, and many
 * of these fit into few octets. The text need not be valid: then it counts something, and
 * the parser will say so.
 */
#pragma once

#include "base/slice.h"

struct json_bounds {
	size_t depth;  /* arrays and objects within each other, at most */
	size_t values; /* of any type, or more */
};

struct json_bounds json_bounds(slice text);
