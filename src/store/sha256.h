/*
 * sha256.h - SHA-256 of bodies and deliveries, by OpenSSL
 *
 * OpenSSL looks an algorithm up by its name each time a hash is begun, under locks and
 * with memory taken, which for a short mail costs as much as the hash. Here it is looked
 * up once.
 */
#pragma once

#include <openssl/evp.h>

/* Begun; goes on with EVP_Digest*, EVP_MD_CTX_free is the caller's. Never NULL. */
EVP_MD_CTX *sha256_begin(void);
