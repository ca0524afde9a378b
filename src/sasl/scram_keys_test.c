#include "sasl/scram_keys.h"

#include <string.h>

#include "base/test.h"

TEST(scram_keys_as_text)
{
	const struct scram_salt salt = { 4096, 3, "abc" };
	struct scram_keys keys[SCRAM_HASHES], got;
	struct buf text;

	buf_init(&text, SCRAM_TEXT_MAX);
	for (int h = 0; h < SCRAM_HASHES; h++) {
		CHECK(scram_derive((enum scram_hash)h, S("pencil"), &salt, &keys[h]));
		scram_keys_write(&text, (enum scram_hash)h, &keys[h]);
	}
	for (int h = 0; h < SCRAM_HASHES; h++) {
		size_t n = digest_octets(scram_digest((enum scram_hash)h));

		CHECK(scram_keys_read(buf_slice(&text), (enum scram_hash)h, &got));
		CHECK(scram_salt_eq(&got.salt, &salt));
		CHECK(memcmp(got.stored, keys[h].stored, n) == 0);
		CHECK(memcmp(got.server, keys[h].server, n) == 0);
	}
	/* gsasl --mkpasswd -m SCRAM-SHA-256 -p pencil --salt YWJj --iteration-count 4096
	 */
	CHECK(slice_find(buf_slice(&text),
			 S("{SCRAM-SHA-256}4096,YWJj,"
			   "gfPZwdDXLi4kSR50d5C+Le8sTPH26Lt70gupow0GHWQ=,"
			   "dodJQxC9mYDgaXpsKiosUjNKYTZUtaYNtEbSsVsci18=")) < text.n);
	for (size_t n = 0; n < text.n; n++) /* cut anywhere, the second is not there */
		CHECK(!scram_keys_read(slice_head(buf_slice(&text), n), SCRAM_SHA256,
				       &got));
	CHECK(!scram_keys_read(S("{SCRAM-SHA-1}0,YWJj,,"), SCRAM_SHA1, &got));
	CHECK(!scram_keys_read(S("{SCRAM-SHA-1}4096,YWJj"), SCRAM_SHA1, &got));
	buf_done(&text);
}
