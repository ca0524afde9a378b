/*
 * packing.h - zstd for message bodies in the database, where it pays
 */
#pragma once

#include "base/slice.h"

/* The packed octets, malloc'ed, or NULL when they are better stored as they are. */
char *pack(slice octets, size_t *ret_size);
/* Fills into with exactly n octets; false for damaged ones. */
bool unpack(slice packed, char *into, size_t n);
