#include "mailauth/tag_list.h"

#include "base/buf.h"
#include "base/test.h"

TEST(tag_list_syntax)
{
	static const struct {
		const char *in;
		bool ok;
		uint32_t count;
	} t[] = {
		{ "v=DKIM1", true, 1 },
		{ "v=DKIM1;", true, 1 },
		{ "v=DKIM1; \r\n ", true, 1 },
		{ " v = DKIM1 ; p= ", true, 2 },
		{ "a_1=x", true, 1 },
		{ "a=b=c==", true, 1 },
		{ "n=two words,\r\n\tfolded", true, 1 },
		{ "i=j\303\266@example.test", true, 1 },
		{ "", false, 0 },
		{ ";", false, 0 },
		{ "v=1;;p=", false, 0 },
		{ "v", false, 0 },
		{ "=1", false, 0 },
		{ "1v=1", false, 0 },
		{ "_v=1", false, 0 },
		{ "v v=1", false, 0 },
		{ "v=1; x", false, 0 },
		{ "v=a\001", false, 0 },
		{ "v=\177", false, 0 },
		{ "v=1; v=2", false, 0 }, /* no name twice */
		{ "v=1; V=2", true, 2 },  /* which are case-sensitive */
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct tag_list list = { .count = 99 };

		CHECK_INT(tag_list_parse(slice_of(t[i].in), &list), t[i].ok);
		CHECK_INT(list.count, t[i].ok ? t[i].count : 99);
	}
}

TEST(tag_list_values)
{
	struct tag_list list;

	CHECK(tag_list_parse(S("v=1; k = rsa ;p=;n=a \r\n b"), &list));
	CHECK_SLICE(tag_list_find(&list, S("k")), S("rsa"));
	CHECK_SLICE(tag_list_find(&list, S("n")), S("a \r\n b"));
	CHECK(tag_list_find(&list, S("p")).p);
	CHECK_INT(tag_list_find(&list, S("p")).n, 0);
	CHECK(!tag_list_find(&list, S("K")).p);
}

TEST(tag_list_limit)
{
	struct tag_list list;
	struct buf text;

	buf_init(&text, 1000);
	for (uint32_t i = 0; i < TAGS_MAX; i++)
		buf_addf(&text, "t%u=;", i);
	CHECK(tag_list_parse(buf_slice(&text), &list));
	CHECK_INT(list.count, TAGS_MAX);
	buf_add(&text, S("more="));
	CHECK(!tag_list_parse(buf_slice(&text), &list));
	buf_done(&text);
}

TEST(tag_list_lenient_reader)
{
	slice in = S("v=X; junk; p=none");
	struct tag tag;

	CHECK(tag_list_take(&in, &tag));
	CHECK_SLICE(in, S(" junk; p=none"));
	CHECK(!tag_list_take(&in, &tag));
	CHECK_SLICE(in, S(" junk; p=none"));
	in = slice_skip(in, slice_find_char(in, ';') + 1);
	CHECK(tag_list_take(&in, &tag));
	CHECK_SLICE(tag.name, S("p"));
	CHECK_SLICE(tag.value, S("none"));
	CHECK_INT(in.n, 0);
}

TEST(tag_list_items)
{
	slice in = S("from : to::\r\n subject:");
	static const char *const want[] = { "from", "to", "", "subject", "" };
	slice item;

	for (size_t i = 0; i < countof(want); i++) {
		CHECK(take_tag_item(&in, &item));
		CHECK_SLICE(item, slice_of(want[i]));
	}
	CHECK(!take_tag_item(&in, &item));
	CHECK(tag_has_item(S("email:*"), S("*")));
	CHECK(tag_has_item(S("y : S"), S("s")));
	CHECK(!tag_has_item(S("dns/txt"), S("dns")));
	CHECK(!tag_has_item((slice){ 0 }, S("dns")));
}
