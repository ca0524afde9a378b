#include "sasl/secret.h"

#include "base/test.h"

static struct secret_keys keys_of(slice file)
{
	struct secret_keys keys;

	CHECK_INT(secret_keys_init(&keys, file), ERR_NONE);
	return keys;
}

TEST(secret_seal_and_unseal)
{
	struct secret_keys keys = keys_of(S("0123456789abcdef0123456789abcdef"));
	struct secret_keys other = keys_of(S("0123456789abcdef0123456789abcdeg"));
	struct sealed sealed, bad;
	struct buf out;

	buf_init(&out, SECRET_MAX);
	CHECK_INT(secret_keys_init(&other, S("short")), ERR_LIMIT);
	CHECK_INT(secret_seal(&keys, S("7/1"), S("k7pm-x2wd-9fhq-tz4c"), &sealed),
		  ERR_NONE);
	CHECK(secret_unseal(&keys, S("7/1"), sealed_slice(&sealed), &out));
	CHECK_SLICE(buf_slice(&out), S("k7pm-x2wd-9fhq-tz4c"));
	CHECK(!secret_unseal(&keys, S("7/2"), sealed_slice(&sealed), &out));
	CHECK(!secret_unseal(&other, S("7/1"), sealed_slice(&sealed), &out));
	for (size_t i = 0; i < sealed.n; i++) {
		bad = sealed;
		bad.bytes[i] ^= 1;
		CHECK(!secret_unseal(&keys, S("7/1"), sealed_slice(&bad), &out));
		bad = sealed;
		bad.n = (uint8_t)i;
		CHECK(!secret_unseal(&keys, S("7/1"), sealed_slice(&bad), &out));
	}
	CHECK_INT(secret_seal(&keys, S(""), S(""), &sealed), ERR_LIMIT);
	buf_wipe(&out);
	secret_keys_done(&keys);
	secret_keys_done(&other);
}
