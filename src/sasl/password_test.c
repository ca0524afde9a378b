#include "sasl/password.h"

#include <string.h>

#include <crypt.h>

#include "base/test.h"

TEST(password_hash_and_verify)
{
	for (int cost = PASSWORD_CHOSEN; cost <= PASSWORD_GENERATED; cost++) {
		char hash[PASSWORD_HASH_MAX], other[PASSWORD_HASH_MAX];
		slice text;

		CHECK_INT(password_hash(S("pencil"), (enum password_cost)cost, hash),
			  ERR_NONE);
		CHECK_INT(password_hash(S("pencil"), (enum password_cost)cost, other),
			  ERR_NONE);
		CHECK(strcmp(hash, other) != 0);
		text = slice_of(hash);
		CHECK(slice_starts(text, S("$argon2id$")));
		CHECK_INT(password_verify(text, S("pencil")), ERR_NONE);
		CHECK_INT(password_verify(text, S("pencils")), ERR_DENIED);
		CHECK_INT(password_verify(text, S("")), ERR_DENIED);
		CHECK_INT(password_verify(text, S("pencil\0")), ERR_DENIED);
		CHECK_INT(password_is_current(text), cost == PASSWORD_CHOSEN);
	}
}

TEST(password_kinds_of_elsewhere)
{
	static const char *const prefixes[] = { "$y$", "$2b$", "$6$", "$5$" };

	for (size_t i = 0; i < countof(prefixes); i++) {
		const char *setting = crypt_gensalt(prefixes[i], i == 1 ? 4 : 0, NULL, 0);
		slice hash;

		CHECK(setting != NULL);
		hash = slice_of(crypt("pencil", setting));
		CHECK_INT(password_verify(hash, S("pencil")), ERR_NONE);
		CHECK_INT(password_verify(hash, S("Pencil")), ERR_DENIED);
		CHECK(!password_is_current(hash));
	}
	/* openssl passwd -5 -salt saltstring 'Hello world!' */
	CHECK_INT(password_verify(S("$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/"
				    "GNooZaBBGWEc5"),
				  S("Hello world!")),
		  ERR_NONE);
}

TEST(password_hash_refused)
{
	static const slice hashes[] = {
		SLICE_INIT(""),          SLICE_INIT("pencil"),
		SLICE_INIT("$1$salt$x"), SLICE_INIT("$argon2id$v=19$nonsense"),
		SLICE_INIT("*"),         SLICE_INIT("$6$a\0b"),
	};
	static char big[PASSWORD_MAX + 1];
	char hash[PASSWORD_HASH_MAX];

	for (size_t i = 0; i < countof(hashes); i++)
		CHECK_INT(password_verify(hashes[i], S("pencil")), ERR_MALFORMED);
	memset(big, 'x', sizeof(big));
	CHECK_INT(password_hash((slice){ big, sizeof(big) }, PASSWORD_GENERATED, hash),
		  ERR_LIMIT);
	CHECK_INT(password_hash((slice){ big, PASSWORD_MAX }, PASSWORD_GENERATED, hash),
		  ERR_NONE);
	CHECK_INT(password_hash(S(""), PASSWORD_GENERATED, hash), ERR_LIMIT);
	CHECK_INT(password_hash(S("a\0b"), PASSWORD_GENERATED, hash), ERR_MALFORMED);
}

TEST(app_password_looks)
{
	char a[APP_PASSWORD_OCTETS], b[APP_PASSWORD_OCTETS];

	app_password_make(a);
	app_password_make(b);
	CHECK(memcmp(a, b, sizeof(a)) != 0);
	for (size_t i = 0; i < sizeof(a); i++) {
		bool dash = i % 5 == 4;

		CHECK_INT(a[i] == '-', dash);
		CHECK(dash || (a[i] >= 'a' && a[i] <= 'z') || is_digit(a[i]));
		CHECK(!strchr("lo01", a[i]));
	}
}

TEST(password_verify_any_says_which)
{
	char own[PASSWORD_HASH_MAX], app[PASSWORD_HASH_MAX];
	slice hashes[3] = { S("unknown") };
	size_t which = 9;

	CHECK_INT(password_hash(S("pencil"), PASSWORD_CHOSEN, own), ERR_NONE);
	CHECK_INT(password_hash(S("k7pm-x2wd"), PASSWORD_GENERATED, app), ERR_NONE);
	hashes[1] = slice_of(own);
	hashes[2] = slice_of(app);
	CHECK_INT(password_verify_any(hashes, 3, S("pencil"), &which), ERR_NONE);
	CHECK_INT(which, 1);
	CHECK_INT(password_verify_any(hashes, 3, S("k7pm-x2wd"), &which), ERR_NONE);
	CHECK_INT(which, 2);
	CHECK_INT(password_verify_any(hashes, 3, S("no"), &which), ERR_DENIED);
	CHECK_INT(password_verify_any(hashes, 1, S("unknown"), &which), ERR_DENIED);
	CHECK_INT(password_verify_any(NULL, 0, S("no"), &which), ERR_DENIED);
	CHECK_INT(which, 2);
}
