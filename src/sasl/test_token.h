/*
 * test_token.h - tokens that tests and fuzz targets sign: HS256 with a secret of theirs
 */
#pragma once

#include <stdlib.h>

#include "base/base64.h"
#include "sasl/digest.h"
#include "sasl/jwk.h"

#define TEST_SECRET "0123456789abcdef0123456789abcdef"
#define TEST_KEYS                                                                        \
	"{\"keys\":[{\"kty\":\"oct\",\"kid\":\"test\",\"k\":"                            \
	"\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\"}]}"

/* The signature is HS256's whatever the header says. */
static inline void test_sign(slice header, slice payload, struct buf *out)
{
	uint8_t mac[DIGEST_MAX];

	base64url_encode(out, header);
	buf_add_char(out, '.');
	base64url_encode(out, payload);
	if (!digest_hmac(DIGEST_SHA256, S(TEST_SECRET), buf_slice(out), mac)) abort();
	buf_add_char(out, '.');
	base64url_encode(out, (slice){ (const char *)mac, sizeof(mac) });
}

static inline struct jwk_set *test_keys_of(slice text)
{
	struct buf fault = { .max = 1000 };
	struct jwk_set *set = jwk_set_parse(text, &fault);

	buf_done(&fault);
	if (!set) abort();
	return set;
}
