/*
 * digest.h - the hash functions that SASL mechanisms are made of
 *
 * A thin, allocation-free door to libcrypto. Every function returns false when
 * libcrypto refuses (MD5 under a FIPS configuration); the login then fails,
 * nothing else does.
 */
#pragma once

#include "base/slice.h"

enum digest { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256 };

enum { DIGEST_MAX = 32 }; /* octets of the longest */

size_t digest_octets(enum digest d);

/* out has room for digest_octets(d), here and below. */
[[nodiscard]] bool digest_of(enum digest d, slice data, uint8_t *out);
/* HMAC (RFC 2104). */
[[nodiscard]] bool digest_hmac(enum digest d, slice key, slice data, uint8_t *out);
/* Hi() of RFC 5802 2.2: PBKDF2 with HMAC and one block. Slow by intent. */
[[nodiscard]] bool digest_iterate(enum digest d, slice password, slice salt,
				  uint32_t iterations, uint8_t *out);

/* The two digests in lower-case hexadecimal that CRAM-MD5 and APOP send. */
enum { MD5_HEX = 32 };
void digest_md5_hex(const uint8_t md5[16], char out[MD5_HEX]);

/* Equal, in a time that tells nothing but the lengths. */
bool equal_secretly(slice a, slice b);
