/*
 * netstring.h - strings one after the other: "5:hello,"
 *
 * What the mail server and its fetching process say to each other: each sends one row
 * of a fixed number of strings. Neither believes the other.
 */
#pragma once

#include "base/buf.h"

/* False: some do not fit; then out is of no more use. */
bool netstrings_add(struct buf *out, const slice *strings, size_t count);

enum netstrings { NETSTRINGS_WHOLE, NETSTRINGS_PARTIAL, NETSTRINGS_BAD };

/* All of them, and nothing behind them: the strings lie in `in`. BAD too where one is
 * longer than max octets. */
enum netstrings netstrings_read(slice in, size_t max, slice *ret, size_t count);
