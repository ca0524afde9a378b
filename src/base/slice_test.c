#include "base/slice.h"
#include "base/test.h"

TEST(slice_compares_bytes)
{
	CHECK(slice_eq(S("abc"), slice_of("abc")));
	CHECK(!slice_eq(S("abc"), S("abC")));
	CHECK(slice_eq_nocase(S("STARTTLS"), S("starttls")));
	CHECK(slice_cmp(S("a"), S("ab")) < 0);
	CHECK(slice_cmp(S("b"), S("ab")) > 0);
	CHECK_INT(slice_find(S("hello\r\n"), S("\r\n")), 5);
	CHECK_INT(slice_find_nocase(S("x BODY"), S("body")), 2);
	CHECK_INT(slice_find(S("abc"), S("x")), 3);
}

TEST(slice_take_advances_or_changes_nothing)
{
	slice in = S("SIZE=4294967296 x"), word;
	uint32_t small = 7;
	uint64_t large;

	CHECK(take_literal_nocase(&in, S("size=")));
	CHECK(!take_u32(&in, &small));
	CHECK_INT(small, 7);
	CHECK(take_u64(&in, &large));
	CHECK_INT(large, 4294967296);
	CHECK(!take_word(&in, &word));
	CHECK(take_char(&in, ' '));
	CHECK(take_word(&in, &word));
	CHECK_SLICE(word, S("x"));
	CHECK_INT(in.n, 0);
}

TEST(slice_take_line_needs_crlf)
{
	slice in = S("a\nb\r\nrest"), line;

	CHECK(take_line(&in, &line));
	CHECK_SLICE(line, S("a\nb"));
	CHECK(!take_line(&in, &line));
	CHECK_SLICE(in, S("rest"));
}

TEST(slice_take_listed_gives_all_in_order)
{
	slice in = S("a,,b,"), one;

	CHECK(take_listed(&in, ',', &one));
	CHECK_SLICE(one, S("a"));
	CHECK(take_listed(&in, ',', &one));
	CHECK_SLICE(one, S(""));
	CHECK(take_listed(&in, ',', &one));
	CHECK_SLICE(one, S("b"));
	CHECK(!take_listed(&in, ',', &one)); /* nothing is behind the last delimiter */
	in = S("whole");
	CHECK(take_listed(&in, ',', &one));
	CHECK_SLICE(one, S("whole"));
	CHECK(!take_listed(&in, ',', &one));
}

TEST(slice_kinds_of_octets)
{
	CHECK(!has_controls(S("")));
	CHECK(!has_controls(S("a b\xc3\xa4~")));
	CHECK(has_controls(S("a\0")) && has_controls(S("\x1f")) &&
	      has_controls(S("a\x7f")));
	CHECK(is_visible(S("!~")));
	CHECK(!is_visible(S("")) && !is_visible(S("a b")) && !is_visible(S("\x7f")));
	CHECK(!is_visible(S("\xc3\xa4")) && !is_visible(S("a\n")));
}
