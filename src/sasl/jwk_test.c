#include "sasl/jwk.h"

#include "base/cleanup.h"
#include "base/test.h"

/* RFC 7515 A.3 */
#define X "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\""
#define Y "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""
#define EC "\"kty\":\"EC\",\"crv\":\"P-256\"," X "," Y
#define SECRET32 "\"kty\":\"oct\",\"k\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\""

static size_t count_of(const char *text)
{
	CLEANUP(buf_done) struct buf fault = { .max = 1000 };
	struct jwk_set *set = jwk_set_parse(slice_of(text), &fault);
	size_t count = set ? jwk_set_count(set) : 0;

	CHECK((set == NULL) == (fault.n > 0));
	jwk_set_free(set);
	return count;
}

TEST(jwk_sets)
{
	static const struct {
		const char *text;
		size_t count;
	} t[] = {
		{ "{\"keys\":[{" EC "},{" SECRET32 "}]}", 2 },
		{ "{" EC ",\"kid\":\"1\",\"use\":\"sig\",\"alg\":\"ES256\"}", 1 },
		{ "{\"keys\":[{" EC ",\"use\":\"enc\"},{" SECRET32 "}]}", 1 },
		{ "{\"keys\":[{\"kty\":\"new\"},[],1,null,{" EC "}]}", 1 },
		{ "{\"keys\":[]}", 0 },
		{ "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2hvcnQ\"}]}", 0 },
		{ "{\"kty\":\"RSA\",\"n\":\"ofgW\",\"e\":\"AQAB\"}", 0 }, /* weak */
		{ "{\"kty\":\"RSA\",\"e\":\"AQAB\"}", 0 },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\"," X "}", 0 },
		{ "{\"kty\":\"EC\",\"crv\":\"P-384\"," X "," Y "}", 0 },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\"," X ",\"y\":\"AQ\"}", 0 },
		/* not on the curve */
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\"," X
		  ",\"y\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"}",
		  0 },
		{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQ\"}", 0 },
		{ "{\"kty\":\"OKP\",\"crv\":\"X25519\","
		  "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
		  0 },
		{ "[]", 0 },
		{ "{", 0 },
		{ "", 0 },
		{ "-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----\n", 0 },
	};

	for (size_t i = 0; i < countof(t); i++)
		CHECK_INT(count_of(t[i].text), t[i].count);
}

/* RFC 8410 10.1: the key of Ed25519 */
TEST(jwk_pem)
{
	CLEANUP(buf_done) struct buf fault = { .max = 1000 };
	struct jwk_set *set = jwk_set_parse(
		S("# ours\n"
		  "-----BEGIN PUBLIC KEY-----\n"
		  "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
		  "-----END PUBLIC KEY-----\n"),
		&fault);

	CHECK(set);
	CHECK_INT(jwk_set_count(set), 1);
	CHECK_INT(jwk_kind(jwk_set_at(set, 0)), JWK_ED25519);
	CHECK_SLICE(jwk_id(jwk_set_at(set, 0)), S(""));
	jwk_set_free(set);
}
