#include "mailauth/header_list.h"

#include "base/buf.h"
#include "base/test.h"

TEST(header_list_fields)
{
	static const slice section =
		SLICE_INIT("From jo Mon Jan  1\r\n" /* mbox's, no field */
			   "A: 1\r\n"
			   "B :\r\n two\r\n\tthree\r\n"
			   "no field\r\n continued\r\n"
			   "C:bare\n folded\n"
			   "D:\r\n"
			   ": no name\r\n"
			   "E:5\r\n"
			   "\r\n"
			   "F: body\r\n");
	static const struct {
		const char *name, *value, *raw;
	} want[] = {
		{ "A", " 1", "A: 1" },
		{ "B", "\r\n two\r\n\tthree", "B :\r\n two\r\n\tthree" },
		{ "C", "bare\n folded", "C:bare\n folded" },
		{ "D", "", "D:" },
		{ "E", "5", "E:5" },
	};
	struct header_list list;
	struct arena arena;

	arena_init(&arena, 10000);
	CHECK(header_list_parse(section, &arena, &list));
	CHECK_INT(list.count, countof(want));
	for (uint32_t i = 0; i < list.count; i++) {
		CHECK_SLICE(list.fields[i].name, slice_of(want[i].name));
		CHECK_SLICE(list.fields[i].value, slice_of(want[i].value));
		CHECK_SLICE(list.fields[i].raw, slice_of(want[i].raw));
	}
	arena_done(&arena);
}

TEST(header_list_edges)
{
	struct header_list list = { .count = 9 };
	struct arena arena;

	arena_init(&arena, 10000);
	CHECK(header_list_parse(S(""), &arena, &list));
	CHECK_INT(list.count, 0);
	CHECK(header_list_parse(S(" continued: first\r\nA:b"), &arena, &list));
	CHECK_INT(list.count, 1);
	CHECK_SLICE(list.fields[0].raw, S("A:b"));
	CHECK(header_list_parse(S("A:b\r\n  \r\nC:d"), &arena, &list)); /* still folded */
	CHECK_INT(list.count, 2);
	arena_done(&arena);
}

TEST(header_list_limit)
{
	struct header_list list = { .count = 9 };
	struct arena arena;
	struct buf section;

	arena_init(&arena, 1 << 20);
	buf_init(&section, 10000);
	for (int i = 0; i < HEADER_FIELDS_MAX; i++)
		buf_add(&section, S("A:\r\n"));
	CHECK(header_list_parse(buf_slice(&section), &arena, &list));
	CHECK_INT(list.count, HEADER_FIELDS_MAX);
	buf_add(&section, S("A:\r\n"));
	CHECK(!header_list_parse(buf_slice(&section), &arena, &list));
	CHECK_INT(list.count, HEADER_FIELDS_MAX);
	buf_done(&section);
	arena_done(&arena);
}
