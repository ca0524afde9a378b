/*
 * plain.h - what peers wrote, for a terminal: what could move its cursor shows as `?`
 */
#pragma once

#include "base/buf.h"

/* LF becomes a blank. */
void plain_add(struct buf *out, slice text);
