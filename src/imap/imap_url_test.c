#include "imap/imap_url.h"

#include "base/test.h"

/* RFC 5092 6.1, 9; RFC 4469 5. */
TEST(imap_url)
{
	static const struct {
		slice url, mailbox;
		uint32_t uid_validity, uid;
		slice path;
		enum section_kind kind;
		uint64_t offset, octets;
	} t[] = {
		{ SLICE_INIT("/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER"),
		  SLICE_INIT("Drafts"), 385759045, 20, SLICE_INIT(""), SECTION_HEADER, 0,
		  UINT64_MAX },
		{ SLICE_INIT("/gray-council/;uid=20/;section=1.2"),
		  SLICE_INIT("gray-council"), 0, 20, SLICE_INIT("1.2"), SECTION_ALL, 0,
		  UINT64_MAX },
		{ SLICE_INIT("/gray%20council/~peter/%E6%97%A5/;UID=4294967295"),
		  SLICE_INIT("gray council/~peter/\u65e5"), 0, UINT32_MAX, SLICE_INIT(""),
		  SECTION_ALL, 0, UINT64_MAX },
		{ SLICE_INIT("/a;UIDVALIDITY=1/;UID=2/;SECTION=1.2.MIME/;PARTIAL=0.1024"),
		  SLICE_INIT("a"), 1, 2, SLICE_INIT("1.2"), SECTION_MIME, 0, 1024 },
		{ SLICE_INIT("/a/;UID=2/;PARTIAL=7"), SLICE_INIT("a"), 0, 2,
		  SLICE_INIT(""), SECTION_ALL, 7, UINT64_MAX },
		{ SLICE_INIT("/a/;UID=2/;SECTION=HEADER.FIELDS%20(To%20%22Cc%22)"),
		  SLICE_INIT("a"), 0, 2, SLICE_INIT(""), SECTION_FIELDS, 0, UINT64_MAX },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct arena arena;
		struct imap_url u;

		arena_init(&arena, 1 << 20);
		CHECK(imap_url_parse(t[i].url, &arena, &u));
		CHECK_SLICE(u.mailbox, t[i].mailbox);
		CHECK_INT(u.uid_validity, t[i].uid_validity);
		CHECK_INT(u.uid, t[i].uid);
		CHECK_SLICE(u.section.path, t[i].path);
		CHECK_INT(u.section.kind, t[i].kind);
		CHECK(u.offset == t[i].offset && u.octets == t[i].octets);
		arena_done(&arena);
	}
}

TEST(imap_url_refused)
{
	static const char *const t[] = {
		"",
		"/",
		"/a",
		"a/;UID=1",
		";UID=1",
		"//host/a/;UID=1",
		"imap://host/a/;UID=1",
		"/;UID=1",
		"/a;UID=1",
		"/a/;UID=0",
		"/a/;UID=4294967296",
		"/a/;UID=1/",
		"/a/;UID=1 ",
		"/a b/;UID=1",
		"/a%2/;UID=1",
		"/a%zz/;UID=1",
		"/\xc3\xb1/;UID=1",
		"/a;UIDVALIDITY=0/;UID=1",
		"/a;UIDVALIDITY=1;UID=1",
		"/a?ALL",
		"/a/;UID=1/;SECTION=",
		"/a/;UID=1/;SECTION=NONSENSE",
		"/a/;UID=1/;SECTION=1%5D",
		"/a/;UID=1/;SECTION=1;PARTIAL=1",
		"/a/;UID=1/;PARTIAL=",
		"/a/;UID=1/;PARTIAL=1.0",
		"/a/;UID=1/;PARTIAL=1.2/;SECTION=1",
		"/a/;UID=1;EXPIRE=2026-01-01T00:00:00Z;URLAUTH=anonymous",
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct arena arena;
		struct imap_url u;

		arena_init(&arena, 1 << 20);
		if (imap_url_parse(slice_of(t[i]), &arena, &u))
			fail_msg("taken: %s", t[i]);
		arena_done(&arena);
	}
}
