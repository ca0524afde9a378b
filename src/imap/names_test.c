#include "imap/names.h"

#include "base/test.h"

TEST(mailbox_names)
{
	static const struct {
		const char *root;
		bool utf8;
		const char *wire, *stored, *again; /* again: as it is written back */
	} t[] = {
		{ "", false, "inbox", "INBOX", "INBOX" },
		{ "", false, "iNbOx/a", "INBOX/a", "INBOX/a" },
		{ "", false, "inboxes", "inboxes", "inboxes" },
		/* RFC 3501 5.1.3 */
		{ "", false, "~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語",
		  "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
		{ "", false, "a&-b", "a&b", "a&-b" },
		{ "", false, "a&b", NULL, NULL },
		{ "", false, "\xc3\xa9", NULL, NULL },
		{ "", false, "two words", "two words", "\"two words\"" },
		{ "", false, "NIL", "NIL", "\"NIL\"" },
		{ "", true, "\xc3\xa9", "\xc3\xa9", "\"\xc3\xa9\"" },
		{ "", false, "", NULL, NULL },
		{ "", false, "/a", NULL, NULL },
		{ "", false, "a//b", NULL, NULL },
		{ "", false, "a*", NULL, NULL },
		{ "", false, "&AAo-", NULL, NULL },
		{ "app", false, "INBOX", "app", "INBOX" },
		{ "app", false, "x/y", "app/x/y", "x/y" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct names n = { slice_of(t[i].root), t[i].utf8 };
		struct arena arena;
		slice stored, visible;
		struct buf out;

		arena_init(&arena, 10000);
		buf_init(&out, 1000);
		CHECK_INT(name_from_wire(&n, slice_of(t[i].wire), &arena, &stored),
			  t[i].stored != NULL);
		if (t[i].stored) {
			CHECK_SLICE(stored, slice_of(t[i].stored));
			CHECK(name_visible(&n, stored, &visible));
			CHECK(name_write(&n, visible, &out));
			CHECK_SLICE(buf_slice(&out), slice_of(t[i].again));
		}
		arena_done(&arena);
		buf_done(&out);
	}
}

TEST(names_outside_the_root)
{
	struct names n = { S("app"), false };
	slice visible;

	CHECK(!name_visible(&n, S("INBOX"), &visible));
	CHECK(!name_visible(&n, S("ap"), &visible));
	CHECK(!name_visible(&n, S("apple"), &visible));
	CHECK(!name_visible(&n, S("other/app"), &visible));
}

TEST(list_patterns)
{
	static const struct {
		const char *pattern, *name;
		bool matches;
	} t[] = {
		{ "*", "a/b", true },
		{ "%", "a/b", false },
		{ "%", "a", true },
		{ "a/%", "a/b", true },
		{ "a/%", "a/b/c", false },
		{ "a*c", "a/b/c", true },
		{ "%/%", "a/b", true },
		{ "a%b%c", "abbc", true },
		{ "", "", true },
		{ "", "a", false },
		{ "a", "", false },
		{ "%*", "a/b", true },
		{ "inbox", "INBOX", true },
		{ "iNboX/*", "INBOX/a", true },
		{ "inbo%", "INBOX", false },
		{ "*%", "", true },
	};

	for (size_t i = 0; i < countof(t); i++)
		CHECK_INT(pattern_matches(slice_of(t[i].pattern), slice_of(t[i].name)),
			  t[i].matches);
}

/* What would be exponential for a backtracking matcher. */
TEST(list_pattern_hostile)
{
	char pattern[PATTERN_MAX], name[1000];

	for (size_t i = 0; i < sizeof(pattern); i++)
		pattern[i] = i % 2 ? 'a' : '*';
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = 'a';
	pattern[sizeof(pattern) - 1] = 'b';
	CHECK(!pattern_matches((slice){ pattern, sizeof(pattern) },
			       (slice){ name, sizeof(name) }));
}
