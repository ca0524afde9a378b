#include "store/sha256.h"

#include "base/slice.h"
#include "base/test.h"

/* FIPS 180-2 appendix B.1; each hash is one of its own. */
TEST(sha256_of_abc)
{
	static const unsigned char want[] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
		0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
		0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
	};

	for (int i = 0; i < 2; i++) {
		EVP_MD_CTX *hash = sha256_begin(), *other = sha256_begin();
		unsigned char got[sizeof(want)];

		CHECK_INT(EVP_DigestUpdate(other, "x", 1), 1);
		CHECK_INT(EVP_DigestUpdate(hash, "abc", 3), 1);
		CHECK_INT(EVP_DigestFinal_ex(hash, got, NULL), 1);
		CHECK(slice_eq((slice){ (const char *)got, sizeof(got) },
			       (slice){ (const char *)want, sizeof(want) }));
		EVP_MD_CTX_free(hash);
		EVP_MD_CTX_free(other);
	}
}
