#include "sasl/login_cache.h"

#include "base/test.h"

TEST(login_cache_remembers_five_minutes)
{
	struct login_cache *c = login_cache_new(100);
	const struct login login = { 7, 1, 2, S("user"), S("pencil") };
	int64_t credential = 0;

	CHECK(!login_cache_find(c, &login, 0, &credential));
	login_cache_add(c, &login, 42, 0);
	CHECK(login_cache_find(c, &login, LOGIN_CACHE_LIFE_MS - 1, &credential));
	CHECK_INT(credential, 42);
	CHECK(!login_cache_find(c, &login, LOGIN_CACHE_LIFE_MS, &credential));
	login_cache_drop(c, 8);
	CHECK(login_cache_find(c, &login, 1, &credential));
	login_cache_drop(c, 7);
	CHECK(!login_cache_find(c, &login, 1, &credential));
	login_cache_free(c);
	login_cache_free(NULL);
}

TEST(login_cache_every_field_counts)
{
	static const struct login others[] = {
		{ 8, 1, 2, SLICE_INIT("user"), SLICE_INIT("pencil") },
		{ 7, 2, 2, SLICE_INIT("user"), SLICE_INIT("pencil") },
		{ 7, 1, 3, SLICE_INIT("user"), SLICE_INIT("pencil") },
		{ 7, 1, 2, SLICE_INIT("User"), SLICE_INIT("pencil") },
		{ 7, 1, 2, SLICE_INIT("user"), SLICE_INIT("pencils") },
		{ 7, 1, 2, SLICE_INIT("userp"), SLICE_INIT("encil") },
	};
	const struct login login = { 7, 1, 2, S("user"), S("pencil") };
	struct login_cache *c = login_cache_new(1);
	int64_t credential;

	login_cache_add(c, &login, 42, 0);
	for (size_t i = 0; i < countof(others); i++)
		CHECK(!login_cache_find(c, &others[i], 1, &credential));
	login_cache_free(c);
}

TEST(login_cache_is_bounded)
{
	struct login_cache *c = login_cache_new(1); /* one row */
	struct login login = { 7, 1, 2, S("user"), S("pencil") };
	int64_t credential;
	int found = 0;

	for (login.account = 1; login.account <= 100; login.account++) {
		login_cache_add(c, &login, login.account, login.account);
		login_cache_add(c, &login, login.account, login.account);
	}
	for (login.account = 1; login.account <= 100; login.account++)
		found += login_cache_find(c, &login, 100, &credential);
	CHECK_INT(found, 8); /* the newest, none twice */
	login.account = 100;
	CHECK(login_cache_find(c, &login, 100, &credential));
	login_cache_free(c);
}
