#include "base/test.h"
#include "message/header_text.h"

#include <string.h>

static struct arena arena;

TEST(header_comments_and_quotes)
{
	slice in = S(" (a (b) \\) c)\r\n (d)x"), got;

	skip_cfws(&in);
	CHECK_SLICE(in, S("x"));
	in = S("(open (never)");
	CHECK(!take_comment(&in, &got));
	skip_cfws(&in);
	CHECK_INT(in.n, 0);
	in = S("\"a\\\"b\"c");
	CHECK(take_quoted(&in, &got));
	CHECK_SLICE(got, S("a\\\"b"));
	CHECK_SLICE(in, S("c"));
	in = S("\"a\\\"");
	CHECK(!take_quoted(&in, &got));
	CHECK_SLICE(in, S("\"a\\\""));
}

TEST(header_values_without_decoration)
{
	slice got;
	struct buf out;

	arena_init(&arena, 1000);
	CHECK(header_unquote(S("a\\\"\\\\b\r\n c\\"), &arena, &got));
	CHECK_SLICE(got, S("a\"\\b c\\"));
	CHECK(header_uncomment(S(" base64 (really)\r\n "), &arena, &got));
	CHECK_SLICE(got, S("base64"));
	CHECK(header_uncomment(S("1.(produced by)0 (open"), &arena, &got));
	CHECK_SLICE(got, S("1.0"));
	arena_done(&arena);
	buf_init(&out, 100);
	header_unfold(S("a\r\n b\n\tc\r"), &out);
	CHECK_SLICE(buf_slice(&out), S("a b\tc"));
	buf_done(&out);
}

static void check_ids(const char *in, const char *want)
{
	const slice *ids;
	uint32_t count;
	struct buf out;

	arena_init(&arena, 1 << 20);
	buf_init(&out, 1000);
	CHECK(message_ids_parse(slice_of(in), &arena, &ids, &count));
	for (uint32_t i = 0; i < count; i++) {
		buf_add(&out, ids[i]);
		buf_add_char(&out, '|');
	}
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
	arena_done(&arena);
}

TEST(message_ids)
{
	check_ids("<1234@local.machine.example> <3456@example.net>",
		  "1234@local.machine.example|3456@example.net|");
	check_ids("<a@b>\r\n\t<c@d>,<e@f>", "a@b|c@d|e@f|");
	check_ids("<a@\r\n b>", "a@b|");
	check_ids("Your \"<x@y>\" of Monday (<z@z>) <a@b>", "a@b|");
	check_ids("\"never closed <a@b>", "a@b|");
	check_ids("<<a@b>>", "a@b|");
	check_ids("<a@b <c@d>", "a@b|c@d|");
	check_ids("<a@b c", "a@b|");
	check_ids("a@b c@d (e@f)", "a@b|c@d|");
	check_ids("<> word", "");
	check_ids("", "");
}

TEST(message_ids_keep_the_newest)
{
	static char many[4 * (MESSAGE_IDS_MAX + 1) + 5];
	const slice *ids;
	uint32_t count;

	for (size_t i = 0; i <= MESSAGE_IDS_MAX; i++)
		memcpy(many + 4 * i, "<a> ", 4);
	memcpy(many + sizeof(many) - 5, "<z> ", 4);
	arena_init(&arena, 1 << 20);
	CHECK(message_ids_parse(slice_of(many), &arena, &ids, &count));
	CHECK_INT(count, MESSAGE_IDS_MAX);
	CHECK_SLICE(ids[count - 1], S("z"));
	arena_done(&arena);
}
