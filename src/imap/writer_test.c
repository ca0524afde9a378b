#include "imap/writer.h"

#include "base/test.h"
#include "imap/flags.h"
#include "imap/lexer.h"

static void check(bool (*write)(struct buf *, slice), slice text, slice want)
{
	struct arena arena;
	struct buf out;
	slice in, again;

	buf_init(&out, 10000);
	arena_init(&arena, 10000);
	CHECK(write(&out, text));
	CHECK_SLICE(buf_slice(&out), want);
	in = buf_slice(&out);
	CHECK(take_astring(&in, &arena, &again));
	CHECK_SLICE(again, text);
	arena_done(&arena);
	buf_done(&out);
}

static bool write_ascii(struct buf *out, slice text)
{
	return write_string(out, text, false);
}

TEST(imap_strings)
{
	check(write_ascii, S("a"), S("\"a\""));
	check(write_ascii, S("a \"b\" \\"), S("\"a \\\"b\\\" \\\\\""));
	check(write_ascii, S("a\r\nb"), S("{4}\r\na\r\nb"));
	check(write_ascii, S("\xc3\xa9"), S("{2}\r\n\xc3\xa9"));
	check(write_astring, S("a]"), S("a]"));
	check(write_astring, S(""), S("\"\""));
	check(write_astring, S("nil"), S("\"nil\""));
	check(write_astring, S("\xc3\xa9"), S("\"\xc3\xa9\""));
	check(write_astring, S("\xff"), S("{1}\r\n\xff"));
}

TEST(imap_flag_lists)
{
	static const struct {
		const char *in;
		bool bare, ok;
		uint64_t system;
		uint32_t keywords;
	} t[] = {
		{ "()", false, true, 0, 0 },
		{ "(\\Seen \\dELETED $Forwarded x)", false, true,
		  FLAG_SEEN | FLAG_DELETED, 2 },
		{ "\\Seen x", true, true, FLAG_SEEN, 1 },
		{ "\\Seen", false, false, 0, 0 },
		{ "(\\Seen", false, false, 0, 0 },
		{ "( \\Seen)", false, false, 0, 0 },
		{ "(\\Recent)", false, false, 0, 0 },
		{ "(\\*)", false, false, 0, 0 },
		{ "", true, false, 0, 0 },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in);
		struct flag_list list;

		CHECK_INT(take_flag_list(&in, t[i].bare, &list), t[i].ok);
		if (!t[i].ok) continue;
		CHECK(list.system == t[i].system);
		CHECK_INT(list.keyword_count, t[i].keywords);
	}
}
