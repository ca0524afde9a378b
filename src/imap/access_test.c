#include "imap/access.h"

#include "base/test.h"

/* RFC 4314 2.1, 2.1.1 */
TEST(access_rights_as_letters)
{
	static const struct {
		const char *in, *out; /* out NULL: refused */
	} t[] = {
		{ "", "\"\"" },
		{ "lrswipkxtea", "lrswipkxteacd" },
		{ "aetxkpiwsrl", "lrswipkxteacd" },
		{ "lrs", "lrs" },
		{ "c", "kxc" },
		{ "d", "ted" },
		{ "cda", "kxteacd" },
		{ "k", "kc" },
		{ "e", "ed" },
		{ "lrQ", NULL },
		{ "L", NULL },
		{ "lrq", NULL },
		{ "l r", NULL },
		{ "0", NULL },
	};

	for (size_t i = 0; i < countof(t); i++) {
		unsigned rights = 12345;
		struct buf out;
		bool ok = take_rights(slice_of(t[i].in), &rights);

		buf_init(&out, 100);
		CHECK_INT(ok, t[i].out != NULL);
		if (ok) rights_write(&out, rights);
		if (ok) CHECK_SLICE(buf_slice(&out), slice_of(t[i].out));
		if (!ok) CHECK_INT(rights, 12345);
		buf_done(&out);
	}
}

TEST(access_names_of_others)
{
	static const struct {
		const char *in, *address, *name; /* address NULL: it is none */
	} t[] = {
		{ "Other Users/jo@example.test/INBOX", "jo@example.test", "INBOX" },
		{ "Other Users/jo@example.test/a/b", "jo@example.test", "a/b" },
		{ "Other Users/jo@example.test", NULL, NULL },
		{ "Other Users/jo@example.test/", NULL, NULL },
		{ "Other Users//INBOX", NULL, NULL },
		{ "Other Users", NULL, NULL },
		{ "other users/jo@example.test/INBOX", NULL, NULL },
		{ "INBOX", NULL, NULL },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice address, name;
		bool ok = take_other_user(slice_of(t[i].in), &address, &name);

		CHECK_INT(ok, t[i].address != NULL);
		if (ok) CHECK_SLICE(address, slice_of(t[i].address));
		if (ok) CHECK_SLICE(name, slice_of(t[i].name));
	}
}

/* RFC 4314 4 */
TEST(access_flags_of_rights)
{
	CHECK(access_flags(RIGHTS_ALL) == UINT64_MAX);
	CHECK(access_flags(0) == 0);
	CHECK(access_flags(RIGHT_SEEN) == FLAG_SEEN);
	CHECK(access_flags(RIGHT_DELETE_MESSAGES) == FLAG_DELETED);
	CHECK(access_flags(RIGHT_WRITE) == ~(uint64_t)(FLAG_SEEN | FLAG_DELETED));
}
