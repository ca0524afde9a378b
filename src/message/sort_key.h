/*
 * sort_key.h - octets that compare as the values do that they are made of
 *
 * Of several values, one behind the other, the first that differs decides.
 */
#pragma once

#include "base/buf.h"

/* Makes a text comparable: as i;unicode-casemap compares, and with an end that sorts
 * before all that goes on. */
void sort_text_add(slice utf8, struct buf *out);
/* A number or a time, so that octets compare as it does. */
void sort_number_add(int64_t n, struct buf *out);
