#include "sasl/credential.h"

#include "base/test.h"

TEST(credential_in_all_its_forms)
{
	const struct secret_keys keys = { .seal = "seal" };
	struct scram_salt salt = credential_salt(NULL, 0), again;
	struct credential own, app;
	struct buf secret;
	slice text;

	buf_init(&secret, SECRET_MAX);
	CHECK_INT(credential_of_account(S("pencil"), &salt, &own), ERR_NONE);
	text = slice_of(own.scram);
	again = credential_salt(&text, 1);
	CHECK(scram_salt_eq(&salt, &again));
	CHECK_INT(password_verify(slice_of(own.hash), S("pencil")), ERR_NONE);
	CHECK_INT(own.secret.n, 0);
	CHECK_INT(credential_of_app(S("k7pm-x2wd"), &salt, &keys, S("7/1"), &app),
		  ERR_NONE);
	CHECK_INT(password_verify(slice_of(app.hash), S("k7pm-x2wd")), ERR_NONE);
	CHECK(secret_unseal(&keys, S("7/1"), sealed_slice(&app.secret), &secret));
	CHECK_SLICE(buf_slice(&secret), S("k7pm-x2wd"));
	CHECK_INT(credential_of_account(S(""), &salt, &own), ERR_LIMIT);
	CHECK_SLICE(slice_of(own.scram), text); /* failure changes nothing */
	buf_wipe(&secret);
	credential_wipe(&app);
	CHECK_INT(app.secret.n, 0);
}
