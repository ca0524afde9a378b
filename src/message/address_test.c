#include "base/test.h"
#include "message/address.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX = 1 << 26 };

/* The canonical form in which the list of value is written. */
static void check_list(slice value, const char *want)
{
	const struct address *list;
	struct arena arena;
	struct buf out;
	uint32_t count;

	arena_init(&arena, ARENA_MAX);
	buf_init(&out, 1 << 20);
	CHECK(address_list_parse(value, &arena, &list, &count));
	CHECK(address_list_write(list, count, &out));
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
	arena_done(&arena);
}

/* RFC 5322 appendix A, RFC 6532 and RFC 2047 section 8. */
TEST(address_list_reads_what_is_right)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "", "" },
		{ "John Doe <jdoe@machine.example>", "John Doe <jdoe@machine.example>" },
		{ "\"Joe Q. Public\" <john.q.public@example.com>",
		  "\"Joe Q. Public\" <john.q.public@example.com>" },
		{ "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
		  "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>" },
		{ "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
		  "boss@nil.test, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>" },
		{ "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
		  "A Group: Ed Jones <c@a.test>, joe@where.test, John <jdoe@one.test>;" },
		{ "Undisclosed recipients:;", "Undisclosed recipients:;" },
		{ "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
		  "Pete <pete@silly.test>" },
		{ "A Group(Some people)\r\n  :Chris Jones <c@(Chris's "
		  "host.)public.example>,"
		  "\r\n joe@example.org,\r\n John <jdoe@one.test> (my dear friend); (the "
		  "end)",
		  "A Group: Chris Jones <c@public.example>, joe@example.org, "
		  "John <jdoe@one.test>;" },
		{ "(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;",
		  "Hidden recipients:;" },
		{ "Joe Q. Public <john.q.public@example.com>",
		  "\"Joe Q. Public\" <john.q.public@example.com>" },
		{ "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
		  "Mary Smith <@node.test:mary@example.net>, jdoe@test.example" },
		{ "<@a.test, @b.test : jo@c.test>", "<@a.test,@b.test:jo@c.test>" },
		{ "John Doe <jdoe@machine(comment).  example>",
		  "John Doe <jdoe@machine.example>" },
		{ "\"\" <a@b.test>", "\"\" <a@b.test>" },
		{ "\"Foo \\\\ \\\"bar\"@x.test", "\"Foo \\\\ \\\"bar\"@x.test" },
		{ "a@[192.0.2.1], b@[IPv6:2001:db8::1]",
		  "a@[192.0.2.1], b@[IPv6:2001:db8::1]" },
		{ "Jörg <jörg@exämple.test>", "Jörg <jörg@exämple.test>" },
		{ "=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.test>",
		  "=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.test>" },
		{ "\" \"@x.test", "\" \"@x.test" },
		{ "a@x.test (Jo (the) Doe)", "\"Jo (the) Doe\" <a@x.test>" },
		{ "<a@x.test> (Jo Doe)", "Jo Doe <a@x.test>" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check_list(slice_of(t[i].in), t[i].want);
}

TEST(address_list_makes_the_best_of_what_is_wrong)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "a@b.test <c@d.test>", "\"a@b.test\" <c@d.test>" },
		{ "Jo Doe jo@d.test", "Jo Doe <jo@d.test>" },
		{ "\"Doe, Jo\" jo@d.test", "\"Doe, Jo\" <jo@d.test>" },
		{ "a@b.test c@d.test", "a@b.test, c@d.test" },
		{ "Jo <a@b.test> Di <c@d.test>", "Jo <a@b.test>, Di <c@d.test>" },
		{ "Jo <a@b.test> trailing, c@d.test", "Jo <a@b.test>, c@d.test" },
		{ "Jo <a@b.test", "Jo <a@b.test>" },
		{ "Jo <a@b.test, Di <c@d.test>", "Jo <a@b.test>, Di <c@d.test>" },
		{ "Jo a@b.test>", "Jo <a@b.test>" },
		{ "<<a@b.test>>", "a@b.test" },
		{ "\"Jo <a@b.test>", "\"\\\"Jo\" <a@b.test>" },
		{ "Jo (nick <a@b.test>", "\"Jo (nick\" <a@b.test>" },
		{ "Jo (a (b) <a@b.test>, c@d.test (Di)",
		  "\"Jo (a (b)\" <a@b.test>, c@d.test" },
		{ "=?utf-8?Q?Doe,_Jo?= <a@b.test>",
		  "\"=?utf-8?Q?Doe,_Jo?=\" <a@b.test>" },
		{ "Jo, Di", "Jo, Di" },
		{ "undisclosed recipients", "\"undisclosed recipients\"" },
		{ "Jo <>", "Jo <>" },
		{ "<>", "" },
		{ "@", "" },
		{ ",;:,", "\":\"" },
		{ "a@b@c.test", "\"a@b\"@c.test" },
		{ "first..last@x.test", "\"first..last\"@x.test" },
		{ "first\\@last@x.test", "\"first@last\"@x.test" },
		{ "a@b.test:25", "a@b.test" },
		{ "A: b@c.test, D: e@f.test;", "A: b@c.test;, D: e@f.test;" },
		{ "A: b@c.test", "A: b@c.test;" },
		{ "a@b.test; c@d.test", "a@b.test, c@d.test" },
		{ "a@[1.2.3.4", "a" },
		{ "Jo\r\nX: y <a@b.test>", "Jo X: y <a@b.test>;" },
		{ "test@", "test" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check_list(slice_of(t[i].in), t[i].want);
}

TEST(address_parts)
{
	const struct address *list;
	struct arena arena;
	uint32_t count;

	arena_init(&arena, ARENA_MAX);
	CHECK(address_list_parse(S("G: \"J \\\"o\" <@r:\"a b\"@c.test>;"), &arena, &list,
				 &count));
	CHECK_INT(count, 3);
	CHECK_INT(list[0].kind, ADDRESS_GROUP_START);
	CHECK_SLICE(list[0].name, S("G"));
	CHECK_INT(list[1].kind, ADDRESS_MAILBOX);
	CHECK(list[1].has_name && list[1].is_quoted && !list[0].is_quoted);
	CHECK_SLICE(list[1].name, S("J \"o"));
	CHECK_SLICE(list[1].route, S("@r"));
	CHECK_SLICE(list[1].local, S("a b"));
	CHECK_SLICE(list[1].domain, S("c.test"));
	CHECK_INT(list[2].kind, ADDRESS_GROUP_END);
	arena_done(&arena);
}

TEST(address_write_leaves_line_ends_out)
{
	struct address a = { .name = S("Jo\r\nBcc: x"),
			     .has_name = true,
			     .local = S("a\nb"),
			     .domain = S("c\r\n.test") };
	struct buf out;

	buf_init(&out, 100);
	CHECK(address_write(&a, &out));
	CHECK_SLICE(buf_slice(&out), S("\"JoBcc: x\" <\"ab\"@c.test>"));
	buf_done(&out);
}

/* Nothing hostile may take more than linear time: these would take hours. */
TEST(address_list_is_linear)
{
	static const char *const units[] = { "(",  "\"",    "[",        "<",    "(\\",
					     "@",  "a@",    "=?a?q?,",  "<@",   "a ",
					     ",",  "\\\"",  "((a)",     "[a",   "<a,",
					     "a:", "a@b c", "=?=?a?q?", "\"a(", "(a) " };
	enum { SIZE = 1 << 18 };
	char *text = malloc(SIZE);

	for (size_t i = 0; i < countof(units); i++) {
		const struct address *list;
		struct arena arena;
		uint32_t count;

		for (size_t k = 0; k < SIZE; k++)
			text[k] = units[i][k % strlen(units[i])];
		arena_init(&arena, ARENA_MAX);
		CHECK(address_list_parse((slice){ text, SIZE }, &arena, &list, &count));
		CHECK(count <= ADDRESSES_MAX);
		arena_done(&arena);
	}
	free(text);
}

TEST(address_list_needs_room)
{
	const struct address *list = NULL;
	struct arena arena;
	uint32_t count = 7;

	for (size_t max = 0; max < 200; max++) {
		arena_init(&arena, max);
		if (!address_list_parse(S("A b: <c@d>, e (f);"), &arena, &list, &count))
			CHECK(!list && count == 7);
		arena_done(&arena);
		list = NULL;
		count = 7;
	}
}

/* One address with both parts, which reads the same when it was written. */
static void check_mailbox(slice text)
{
	const struct address *list, *again;
	struct arena arena;
	struct buf out;
	uint32_t count;

	arena_init(&arena, ARENA_MAX);
	buf_init(&out, ARENA_MAX);
	CHECK(address_list_parse(text, &arena, &list, &count));
	CHECK_INT(count, 1);
	CHECK(list[0].domain.n);
	CHECK(address_write(&list[0], &out));
	CHECK(address_list_parse(buf_slice(&out), &arena, &again, &count));
	CHECK_INT(count, 1);
	CHECK_SLICE(again[0].local, list[0].local);
	CHECK_SLICE(again[0].domain, list[0].domain);
	CHECK_SLICE(again[0].name, list[0].name);
	buf_done(&out);
	arena_done(&arena);
}

static void free_file(slice file)
{
	free((void *)(uintptr_t)file.p);
}

TEST(address_collection_of_mailboxes)
{
	char *path = test_data_path("addresses/flanker/mailbox_valid.txt");
	slice file, rest, line;

	if (!path) TEST_SKIP();
	file = rest = test_read_file(path);
	while (take_until(&rest, '\n', &line))
		if (line.n && line.p[0] != '#') check_mailbox(line);
	free_file(file);
	free(path);
}

/* What is between two marks, the second of which is taken too. */
static bool take_between(slice *in, slice open, slice close, slice *ret)
{
	slice s = slice_skip(*in, slice_find(*in, open) + open.n);
	size_t n = slice_find(s, close);

	if (!s.n || n == s.n) return false;
	*ret = slice_head(s, n);
	*in = slice_skip(s, n + close.n);
	return true;
}

/* The entities of that file; a control character is written as U+2400 and itself. */
static void add_xml_text(slice s, struct buf *out)
{
	static const struct {
		slice name;
		char c;
	} entities[] = {
		{ SLICE_INIT("&lt;"), '<' },      { SLICE_INIT("&gt;"), '>' },
		{ SLICE_INIT("&amp;"), '&' },     { SLICE_INIT("&quot;"), '"' },
		{ SLICE_INIT("&#x240D;"), '\r' }, { SLICE_INIT("&#x240A;"), '\n' },
		{ SLICE_INIT("&#x2407;"), '\a' }, { SLICE_INIT("&#x2400;"), '\0' }
	};

	while (s.n) {
		char c = s.p[0];
		size_t i = 0;

		while (i < countof(entities) && !take_literal(&s, entities[i].name))
			i++;
		if (i < countof(entities))
			c = entities[i].c;
		else
			s = slice_skip(s, 1);
		buf_add_char(out, c);
	}
}

/* All of the collection that is an address by RFC 5322, obsolete syntax included. */
TEST(address_collection_of_diagnoses)
{
	char *path = test_data_path("addresses/isemail/tests.xml");
	slice file, rest, address, category;
	struct buf text;

	if (!path) TEST_SKIP();
	file = rest = test_read_file(path);
	buf_init(&text, 10000);
	while (take_between(&rest, S("<address>"), S("</address>"), &address) &&
	       take_between(&rest, S("<category>"), S("</category>"), &category)) {
		buf_reset(&text);
		add_xml_text(address, &text);
		if (!slice_eq(category, S("ISEMAIL_ERR")))
			check_mailbox(buf_slice(&text));
	}
	buf_done(&text);
	free_file(file);
	free(path);
}
