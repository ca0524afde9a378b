#include "imap/metadata_entries.h"

#include "base/test.h"
#include "store/metadata.h"

/* RFC 5464 3.2, 5 */
TEST(metadata_names)
{
	static const struct {
		const char *in;
		uint32_t count; /* 0: refused */
		const char *last;
	} t[] = {
		{ "/shared/comment", 1, "/shared/comment" },
		{ "(/shared/comment /PRIVATE/Comment)", 2, "/private/comment" },
		{ "/private/comment /shared/comment", 2, "/shared/comment" },
		{ "\"/shared/vendor/cmu/cyrus-imapd/color\"", 1,
		  "/shared/vendor/cmu/cyrus-imapd/color" },
		{ "/private", 1, "/private" },
		{ "/shared/vendor", 1, "/shared/vendor" },
		{ "/public/comment", 0, NULL },
		{ "/sharedcomment", 0, NULL },
		{ "/shared/", 0, NULL },
		{ "/shared//comment", 0, NULL },
		{ "\"/shared/com*ment\"", 0, NULL },
		{ "\"/shared/com%ment\"", 0, NULL },
		{ "{10}\r\n/shared/\t1", 0, NULL },
		{ "{10}\r\n/shared/\xc3\xa4", 0, NULL },
		{ "()", 0, NULL },
		{ "(/shared/comment", 0, NULL },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in), whole = in;
		struct metadata_names names;
		struct arena arena;
		bool ok;

		arena_init(&arena, 10000);
		ok = take_metadata_names(&in, &arena, &names);
		CHECK_INT(ok, t[i].count > 0);
		if (ok) CHECK_INT(names.count, t[i].count);
		if (ok) CHECK_SLICE(names.names[names.count - 1], slice_of(t[i].last));
		if (!ok) CHECK_INT(in.n, whole.n);
		arena_done(&arena);
	}
}

TEST(metadata_options)
{
	static const struct {
		const char *in;
		bool ok;
		int32_t depth;
		int64_t maxsize; /* -1: none */
	} t[] = {
		{ "(MAXSIZE 1024)", true, 0, 1024 },
		{ "(DEPTH 1)", true, 1, -1 },
		{ "(depth INFINITY maxsize 0)", true, METADATA_ALL_BELOW, 0 },
		{ "(DEPTH 2)", false, 0, 0 },
		{ "(MAXSIZE)", false, 0, 0 },
		{ "(/shared/comment)", false, 0, 0 },
		{ "()", false, 0, 0 },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in);
		struct metadata_options o;

		CHECK_INT(take_metadata_options(&in, &o), t[i].ok);
		if (!t[i].ok) continue;
		CHECK_INT(o.depth, t[i].depth);
		CHECK_INT(o.has_maxsize, t[i].maxsize >= 0);
		if (o.has_maxsize) CHECK_INT(o.maxsize, t[i].maxsize);
	}
}

TEST(metadata_changes)
{
	static const struct {
		const char *in;
		bool ok, has_value;
		const char *value;
	} t[] = {
		{ "(/private/comment \"My new comment\")", true, true, "My new comment" },
		{ "(/private/comment {33}\r\nMy new comment across\r\ntwo lines.)", true,
		  true, "My new comment across\r\ntwo lines." },
		{ "(/private/comment NIL)", true, false, "" },
		{ "(/private/comment ~{2}\r\nab)", true, true, "ab" },
		{ "(/shared/vendor/a/b \"\")", true, true, "" },
		{ "(/shared/vendor/a \"too few components\")", false, false, "" },
		{ "(/private \"too few components\")", false, false, "" },
		{ "(/private/comment atom)", false, false, "" },
		{ "/private/comment \"x\"", false, false, "" },
	};
	struct metadata_changes c;

	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in);
		struct arena arena;

		arena_init(&arena, 10000);
		CHECK_INT(take_metadata_changes(&in, &arena, &c), t[i].ok);
		if (t[i].ok) {
			CHECK_INT(c.all[0].has_value, t[i].has_value);
			CHECK_SLICE(c.all[0].value, slice_of(t[i].value));
		}
		arena_done(&arena);
	}
}
