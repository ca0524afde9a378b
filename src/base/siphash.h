/*
 * siphash.h - SipHash-2-4: a short keyed hash that peers cannot steer
 *
 * For hash tables and other uses where an attacker who chooses the input must
 * not find collisions. Not a digest: use libcrypto for those.
 */
#pragma once

#include "base/slice.h"

struct siphash_key {
	uint64_t a, b;
};

uint64_t siphash(const struct siphash_key *key, slice bytes);
/* The same with a random key that lives as long as the process. Thread safe. */
uint64_t siphash_process(slice bytes);
