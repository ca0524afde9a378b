/*
 * random.h - random bytes from the kernel, fit for keys
 *
 * Never fails: before the kernel's generator is seeded it waits. Thread safe.
 */
#pragma once

#include "base/buf.h"

void random_bytes(void *to, size_t n);
/* Uniform below limit, which must not be 0. */
uint64_t random_below(uint64_t limit);
/* Adds an id of octets random octets as lower-case hex. */
bool random_add_id(struct buf *out, size_t octets);
