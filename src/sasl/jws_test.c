#include "sasl/jws.h"

#include "base/cleanup.h"
#include "base/test.h"
#include "sasl/test_token.h"

/* RFC 7515 A.1 to A.4, RFC 8037 A.4 */
#define SECRET_KEY                                                                       \
	"{\"kty\":\"oct\",\"kid\":\"a1\",\"k\":\""                                       \
	"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0i"               \
	"PS4hcgUuTwjAzZr1Z9CAow"                                                         \
	"\"}"
#define RSA_KEY                                                                          \
	"{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\""                                       \
	"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp"               \
	"-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW"               \
	"vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs"               \
	"LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9k"               \
	"G4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2"               \
	"PAcDTW9gb54h4FRWyuXpoQ"                                                         \
	"\"}"
#define P256_KEY                                                                         \
	"{\"kty\":\"EC\",\"crv\":\"P-256\","                                             \
	"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","                         \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"
#define P521_KEY                                                                         \
	"{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\""                                     \
	"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvL"               \
	"FV1jSfS9tsz4qUxcWceqwQGk"                                                       \
	"\",\"y\":\""                                                                    \
	"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4K"               \
	"kd0AZMaZmh9ubmf63e3kyMj2"                                                       \
	"\"}"
#define ED25519_KEY                                                                      \
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\","                                          \
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"

/* made for this test */
#define OUR_RSA_KEY                                                                      \
	"{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\""                                       \
	"t92KtGm2v52JJv57fbYecKiBP4OCRguDwYpLWGp46bi-mUlqfc-m4rH5zdjSdyRg"               \
	"MhVxajKRzfcFXbZQFKLq9wVcyEZ1tjCrRJAhYX3SxflLXUNNm4qNCnEAksocBc1C"               \
	"xEKNIxkoeghcYWdNnsiVLOUAESuyKzzb3OJNm4MoEwHj-Un_9Qz9qpwl80L68Lzi"               \
	"QnEnQzRCI5eXoIvvjTqvWjbT-iiFjnEzZO8JbVMRpHCvia9ebvki6goxIGaYcunx"               \
	"TIn9S1fHM8vwLF-D40__rVB6qUXUwDh6z6tRRy4Nul8beRhW0pFKuLtujE4_CEoz"               \
	"ftfMAsQPRC7fqbFBr5DrmQ"                                                         \
	"\"}"
#define P384_KEY                                                                         \
	"{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\""                                     \
	"OP4UjJerFSn-OpIponEHqgNtuhxdYtWyYxQKoYB6s6pVXkGmZRrcJKump-aSae3T"               \
	"\",\"y\":\""                                                                    \
	"DY5RVNOO3fnuwRoRs_f62a9CIBMBeqrxDoedc6-NeceulAaCy-w49hkgHdGYxR6m"               \
	"\"}"

static const struct sample {
	const char *algorithm, *key, *token;
	slice payload;
} samples[] = {
	{ "HS256", SECRET_KEY,
	  "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJ"
	  "leHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp"
	  "0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
	  SLICE_INIT("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
		     "\"http://example.com/is_root\":true}") },
	{ "RS256", RSA_KEY,
	  "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODA"
	  "sDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Ee"
	  "tdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Q"
	  "c_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--"
	  "f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN"
	  "9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6I"
	  "eYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypG"
	  "lUPQGe77Rw",
	  SLICE_INIT("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
		     "\"http://example.com/is_root\":true}") },
	{ "ES256", P256_KEY,
	  "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODA"
	  "sDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8"
	  "L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqP"
	  "P3-Kg6NU1Q",
	  SLICE_INIT("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
		     "\"http://example.com/is_root\":true}") },
	{ "ES512", P521_KEY,
	  "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJb"
	  "LfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwF"
	  "KdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9E"
	  "RBXukOXolLzeO_Jn",
	  SLICE_INIT("Payload") },
	{ "EdDSA", ED25519_KEY,
	  "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il"
	  "_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g"
	  "7sVvpAr_MuM0KAg",
	  SLICE_INIT("Example of Ed25519 signing") },
	{ "PS256", OUR_RSA_KEY,
	  "eyJhbGciOiJQUzI1NiJ9.b3Vycw.s0GyspsW27Vy9wj6VsDYEoa8qaOxKOG690Zq"
	  "EQh39cJ81F1yk-KV-39f4sQmCqDH5g7zpMrCaz2g1GITDhpPmjnN9QctqGdEynRp"
	  "vjkzIoGTCE5XiuRCd3JETrjsQEEtrBjzYnCY3XyRrc--5bi6qipKTr45_50e1XFe"
	  "RYNWU4kWOSVR40hBtu13QB6rIRaZOoPmq6R7ukSj94erHJU2oAgLqlCxMRAJalnp"
	  "5LBulOeL0phZAflehTr682Mv-ZlszSX_ycEYVs-Xhmn4l3vpqRuQLWlJMfU1v-Zk"
	  "qYolmo5viSazuszHRi3MzJsBGhNKqVG8SQ05OUM5O6Yf81b-Bw",
	  SLICE_INIT("ours") },
	{ "RS512", OUR_RSA_KEY,
	  "eyJhbGciOiJSUzUxMiJ9.b3Vycw.BaoD-LnZZbysTL-2Kc559iZRwoI2e9S-Twdw"
	  "1Q9AeGYlWxVw5MUUpr-NVxNp7FPhibJbMARG9tzsI-7xmLN9zOsbi0DypU4yk6oR"
	  "ixFXpEQ-Pdis-DCUpUzKdXiEusMt_zmJAXOicP9YD3wpQ7-pHtkQTZXvUiF9rnk_"
	  "gjV8pxOopObGXDvDKEVyd6aFoPe8GOesQCr9yUEuYPnJ_4yv5mAdNpG1vGNbCSzX"
	  "kJNmsyTRPDatYvL3xeK8ax7mOOP8jtkWFzSWWfkD2zSxugjQ6Xgq7hoTSWgDvC1K"
	  "3gKNNn25CUSbTFO17HqedL8cdldZCTItq_G4CQFUtwfvmcFlkQ",
	  SLICE_INIT("ours") },
	{ "ES384", P384_KEY,
	  "eyJhbGciOiJFUzM4NCJ9.b3Vycw.cLtdPcj4LfX-EpwFLzgt4ZxqJR3hOxkYx0Qd"
	  "ArdAEG9SEaN7ay9V5FRQM_1Tt9jkTzSu7X4gnPjqM8bvuLOhe3bOU4wtSuLf0oNI"
	  "06uH2m1urbnUzVOOxkw7Qw5LA_qb",
	  SLICE_INIT("ours") },
};

#define ALL_KEYS                                                                         \
	"{\"keys\":[" SECRET_KEY "," RSA_KEY "," P256_KEY "," P521_KEY "," ED25519_KEY   \
	"," OUR_RSA_KEY "," P384_KEY "]}"

static bool verify(slice token, const char *keys, struct buf *ret_payload,
		   const char **ret_why)
{
	struct jwk_set *set = test_keys_of(slice_of(keys));
	bool good = jws_verify(token, set, ret_payload, ret_why);

	jwk_set_free(set);
	return good;
}

static void check_refused(slice token, const char *keys, const char *why)
{
	CLEANUP(buf_done) struct buf payload = { .max = 1000 };
	const char *got;

	CHECK(!verify(token, keys, &payload, &got));
	CHECK_SLICE(slice_of(got), slice_of(why));
	CHECK_INT(payload.n, 0);
}

TEST(jws_examples_of_the_rfc)
{
	for (size_t i = 0; i < countof(samples); i++) {
		const char *keys[] = { samples[i].key, ALL_KEYS };

		for (size_t k = 0; k < countof(keys); k++) {
			CLEANUP(buf_done) struct buf payload = { .max = 1000 };
			slice token = slice_of(samples[i].token);
			const char *why;

			CHECK(jws_is_likely(token));
			CHECK(verify(token, keys[k], &payload, &why));
			CHECK_SLICE(buf_slice(&payload), samples[i].payload);
		}
	}
}

/* A change anywhere is seen: the last character of a part may carry bits that are no
 * octet's, and then its form is wrong. */
TEST(jws_any_change_is_refused)
{
	for (size_t i = 0; i < countof(samples); i++) {
		slice token = slice_of(samples[i].token);
		struct jwk_set *keys = test_keys_of(slice_of(samples[i].key));

		for (size_t at = 0; at < token.n; at += 7) {
			CLEANUP(buf_done) struct buf changed = { .max = 10000 };
			CLEANUP(buf_done) struct buf payload = { .max = 10000 };
			const char *why;

			buf_add(&changed, token);
			changed.p[at] = changed.p[at] == 'A' ? 'B' : 'A';
			CHECK(!jws_verify(buf_slice(&changed), keys, &payload, &why));
		}
		jwk_set_free(keys);
	}
}

TEST(jws_another_key_verifies_nothing)
{
	for (size_t i = 0; i < countof(samples); i++)
		for (size_t k = 0; k < countof(samples); k++) {
			CLEANUP(buf_done) struct buf payload = { .max = 1000 };
			const char *why;
			bool is_same = slice_eq(slice_of(samples[i].key),
						slice_of(samples[k].key));

			CHECK_INT(verify(slice_of(samples[i].token), samples[k].key,
					 &payload, &why),
				  is_same);
		}
}

/* The signature would be right: only what the header says decides. */
TEST(jws_headers)
{
	static const struct {
		const char *header, *why; /* NULL: good */
	} t[] = {
		{ "{\"alg\":\"HS256\"}", NULL },
		{ "{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"at+jwt\"}", NULL },
		{ "{\"alg\":\"HS256\",\"kid\":\"other\"}", "key" },
		{ "{\"alg\":\"none\"}", "algorithm" },
		{ "{\"alg\":\"None\"}", "algorithm" },
		{ "{\"alg\":\"\"}", "algorithm" },
		{ "{\"alg\":1}", "algorithm" },
		{ "{}", "algorithm" },
		{ "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", "algorithm" },
		{ "{\"alg\":\"HS256\",\"alg\":\"HS256\"}", "form" },
		{ "{\"alg\":\"HS512\"}", "signature" }, /* the secret is too short */
		{ "{\"alg\":\"RS256\"}", "key" },
		{ "{\"alg\":\"EdDSA\"}", "key" },
		{ "[]", "form" },
		{ "", "form" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		CLEANUP(buf_done) struct buf token = { .max = 1000 };
		CLEANUP(buf_done) struct buf payload = { .max = 1000 };
		const char *why;

		test_sign(slice_of(t[i].header), S("{}"), &token);
		if (t[i].why)
			check_refused(buf_slice(&token), TEST_KEYS, t[i].why);
		else
			CHECK(verify(buf_slice(&token), TEST_KEYS, &payload, &why));
	}
}

TEST(jws_forms)
{
	static const char *const bad[] = {
		"", ".", "..", "e30.e30", "e30..", "e30.e30.e30.e30", "e30=.e30.e30",
	};

	for (size_t i = 0; i < countof(bad); i++) {
		CLEANUP(buf_done) struct buf payload = { .max = 1000 };
		const char *why;

		CHECK(!verify(slice_of(bad[i]), TEST_KEYS, &payload, &why));
	}
	CHECK(!jws_is_likely(S("ya29.vF9dft4")));
	CHECK(!jws_is_likely(S("a.b.c")));
	/* Of an unsigned one (RFC 7519 6.1) there is no signature at all. */
	check_refused(S("eyJhbGciOiJub25lIn0.e30."), TEST_KEYS, "algorithm");
}

/* A public key, known to all, is no secret: not as what it is in PEM, either. */
TEST(jws_public_key_is_no_secret)
{
	struct jwk_set *keys = test_keys_of(S(ALL_KEYS));
	CLEANUP(buf_done) struct buf token = { .max = 1000 };
	CLEANUP(buf_done) struct buf payload = { .max = 1000 };
	const char *why;

	test_sign(S("{\"alg\":\"HS256\"}"), S("{}"), &token);
	CHECK(!jws_verify(buf_slice(&token), keys, &payload, &why));
	jwk_set_free(keys);
}
