#include "imap/writer.h"

#include "base/test.h"
#include "imap/flags.h"
#include "imap/lexer.h"

static void check(bool (*write)(struct buf *, slice, bool), bool utf8, slice text,
		  slice want)
{
	struct arena arena;
	struct buf out;
	slice in, again;

	buf_init(&out, 10000);
	arena_init(&arena, 10000);
	CHECK(write(&out, text, utf8));
	CHECK_SLICE(buf_slice(&out), want);
	in = buf_slice(&out);
	CHECK(take_astring(&in, &arena, &again));
	CHECK_SLICE(again, text);
	arena_done(&arena);
	buf_done(&out);
}

TEST(imap_strings)
{
	check(write_string, false, S("a"), S("\"a\""));
	check(write_string, false, S("a \"b\" \\"), S("\"a \\\"b\\\" \\\\\""));
	check(write_string, false, S("a\r\nb"), S("{4}\r\na\r\nb"));
	check(write_string, false, S("\xc3\xa9"), S("{2}\r\n\xc3\xa9"));
	check(write_astring, true, S("a]"), S("a]"));
	check(write_astring, true, S(""), S("\"\""));
	check(write_astring, true, S("nil"), S("\"nil\""));
	check(write_astring, true, S("\xc3\xa9"), S("\"\xc3\xa9\""));
	check(write_astring, true, S("\xff"), S("{1}\r\n\xff"));
	check(write_astring, false, S("\xc3\xa9"), S("{2}\r\n\xc3\xa9"));
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
