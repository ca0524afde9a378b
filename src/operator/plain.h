/*
 * plain.h - what peers wrote, for a terminal: what could move its cursor
 *           or deceive the eye shows as `?`, and so does what is no UTF-8
 */
#pragma once

#include "base/buf.h"

/* LF becomes a blank. */
void plain_add(struct buf *out, slice text);
