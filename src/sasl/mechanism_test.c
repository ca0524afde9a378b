#include "sasl/mechanism.h"

#include <string.h>

#include "base/test.h"

static const struct tls_facts tls = { .binding_exporter = SLICE_INIT("exporter") };

TEST(sasl_table)
{
	const struct tls_facts none = { 0 }, known = { .peer_is_verified = true };

	CHECK(sasl_find(S("GSSAPI")) == NULL);
	CHECK(sasl_find(S("")) == NULL);
	CHECK_SLICE(sasl_find(S("scram-sha-256"))->name, S("SCRAM-SHA-256"));
	CHECK(!sasl_is_usable(sasl_find(S("PLAIN")), NULL, SASL_SHOWS_PASSWORD));
	CHECK(sasl_is_usable(sasl_find(S("PLAIN")), NULL, SASL_NEEDS_SECRETS));
	CHECK(!sasl_is_usable(sasl_find(S("SCRAM-SHA-1-PLUS")), NULL, 0));
	CHECK(!sasl_is_usable(sasl_find(S("SCRAM-SHA-1-PLUS")), &none, 0));
	CHECK(sasl_is_usable(sasl_find(S("SCRAM-SHA-1-PLUS")), &tls, 0));
	CHECK(!sasl_is_usable(sasl_find(S("EXTERNAL")), NULL, 0));
	CHECK(!sasl_is_usable(sasl_find(S("EXTERNAL")), &tls, 0));
	CHECK(sasl_is_usable(sasl_find(S("EXTERNAL")), &known, 0));
	CHECK(!sasl_is_usable(sasl_find(S("XOAUTH2")), &tls, SASL_NEEDS_TOKENS));
	CHECK(!sasl_is_usable(sasl_find(S("OAUTHBEARER")), NULL, SASL_SHOWS_PASSWORD));
	CHECK(sasl_choose(S("EXTERNAL OAUTHBEARER XOAUTH2"), &known, 0) == NULL);
	CHECK_SLICE(sasl_choose(S("PLAIN  LOGIN scram-sha-1"), NULL, 0)->name,
		    S("SCRAM-SHA-1"));
	CHECK_SLICE(sasl_choose(S("LOGIN PLAIN"), NULL, 0)->name, S("PLAIN"));
	CHECK(sasl_choose(S(" LOGIN"), NULL, SASL_SHOWS_PASSWORD) == NULL);
	CHECK(sasl_choose(S(""), NULL, 0) == NULL);
}

TEST(sasl_nonce_is_printable_and_new)
{
	char a[SASL_NONCE], b[SASL_NONCE];

	sasl_nonce(a);
	sasl_nonce(b);
	CHECK(memcmp(a, b, sizeof(a)) != 0);
	for (size_t i = 0; i < sizeof(a); i++)
		CHECK(is_alpha(a[i]) || is_digit(a[i]) || a[i] == '-' || a[i] == '_');
}
