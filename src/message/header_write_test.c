#include "message/header_write.h"

#include "base/test.h"
#include "base/utf8.h"
#include "message/encoded_word.h"
#include "message/header_text.h"

enum { OUT_MAX = 1 << 20 };

struct fixture {
	struct buf out, text;
	struct arena arena;
};

static void start(struct fixture *f)
{
	buf_init(&f->out, OUT_MAX);
	buf_init(&f->text, OUT_MAX);
	arena_init(&f->arena, MIME_ARENA_MAX);
}

static void end(struct fixture *f)
{
	buf_done(&f->out);
	buf_done(&f->text);
	arena_done(&f->arena);
}

/* The one field that was written, read back. */
static slice value_of(struct fixture *f, slice name)
{
	const struct mime *m;
	slice rest = buf_slice(&f->out), line;

	while (rest.n) {
		CHECK(take_line(&rest, &line));
		CHECK(line.n <= HEADER_LINE_MAX && slice_trim(line).n);
	}
	buf_add(&f->out, S("\r\n"));
	m = mime_parse(&f->arena, buf_slice(&f->out));
	CHECK_INT(m->parts[0].field_count, 1);
	CHECK_SLICE(m->parts[0].fields[0].name, name);
	return m->parts[0].fields[0].value;
}

TEST(header_text_forms)
{
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "Hello", "Subject: Hello\r\n" },
		{ "", "Subject: \r\n" },
		{ "a\r\nBcc: x", "Subject: a  Bcc: x\r\n" },
		{ "Käse", "Subject: =?utf-8?B?S8Okc2U=?=\r\n" },
		{ "a word and another word and many more of them, until the line is "
		  "filled",
		  "Subject: a word and another word and many more of them, until the "
		  "line is\r\n filled\r\n" },
		{ "=?utf-8?q?x?=", "Subject: =?utf-8?B?PT91dGYtOD9xP3g/PQ==?=\r\n" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct fixture f;

		start(&f);
		CHECK(header_write_text(S("Subject"), slice_of(t[i].text), &f.out));
		CHECK_SLICE(buf_slice(&f.out), slice_of(t[i].want));
		end(&f);
	}
}

static void check_text(slice text)
{
	struct fixture f;
	slice rest, line;

	start(&f);
	CHECK(header_write_text(S("Subject"), text, &f.out));
	CHECK(is_ascii(buf_slice(&f.out)));
	rest = buf_slice(&f.out);
	while (take_line(&rest, &line))
		CHECK(slice_find(line, S("=?")) == line.n || line.n <= 76);
	encoded_word_decode(slice_skip(value_of(&f, S("Subject")), 1), &f.text);
	CHECK_SLICE(buf_slice(&f.text), text);
	end(&f);
}

/* Words of every length, in both encodings, on lines that begin anywhere. */
TEST(header_text_comes_back)
{
	char ascii[3000], spaced[3000];
	struct buf umlauts;

	for (size_t i = 0; i < sizeof(ascii); i++) {
		ascii[i] = 'a';
		spaced[i] = i % 7 ? 'b' : ' ';
	}
	spaced[0] = 'b';
	check_text((slice){ ascii, sizeof(ascii) });
	check_text((slice){ spaced, sizeof(spaced) });
	buf_init(&umlauts, OUT_MAX);
	for (unsigned i = 0; i < 100; i++) {
		buf_add(&umlauts, i % 3 ? S("ü") : S("\xf0\x9f\x98\x80 a"));
		check_text(buf_slice(&umlauts));
	}
	buf_done(&umlauts);
}

TEST(header_addresses_forms)
{
	static const struct {
		struct address a;
		const char *want;
	} t[] = {
		{ { .local = SLICE_INIT("joe"), .domain = SLICE_INIT("a.test") },
		  "To: joe@a.test\r\n" },
		{ { .name = SLICE_INIT("Joe"),
		    .local = SLICE_INIT("joe"),
		    .domain = SLICE_INIT("a.test") },
		  "To: Joe <joe@a.test>\r\n" },
		{ { .name = SLICE_INIT("Doe, \"Joe\""),
		    .local = SLICE_INIT("joe"),
		    .domain = SLICE_INIT("a.test") },
		  "To: \"Doe, \\\"Joe\\\"\" <joe@a.test>\r\n" },
		{ { .name = SLICE_INIT("J\xc3\xb6"),
		    .local = SLICE_INIT("joe"),
		    .domain = SLICE_INIT("a.test") },
		  "To: =?utf-8?B?SsO2?= <joe@a.test>\r\n" },
		{ { .name = SLICE_INIT("A\r\nBcc: b"),
		    .local = SLICE_INIT("a b"),
		    .domain = SLICE_INIT("a.test") },
		  "To: =?utf-8?Q?A__Bcc=3A_b?= <\"a b\"@a.test>\r\n" },
		{ { .local = SLICE_INIT("x"),
		    .domain = SLICE_INIT("m\xc3\xbcnchen.test") },
		  "To: x@xn--mnchen-3ya.test\r\n" },
		{ { .local = SLICE_INIT("\xc3\xbc"),
		    .domain = SLICE_INIT("m\xc3\xbcnchen.test") },
		  "To: \xc3\xbc@m\xc3\xbcnchen.test\r\n" },
		{ { .local = SLICE_INIT("half of it") }, "To: \"half of it\"\r\n" },
		{ { .name = SLICE_INIT("Nobody") }, "To: Nobody <>\r\n" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct fixture f;

		start(&f);
		CHECK(header_write_addresses(S("To"), &t[i].a, 1, &f.out));
		CHECK_SLICE(buf_slice(&f.out), slice_of(t[i].want));
		end(&f);
	}
}

TEST(header_addresses_come_back)
{
	static const char in[] =
		"  James Smythe <james@example.com>, Friends: jane@example.com, "
		"\"Doe, John\" <john@example.com>;, \"\\\"q\\\"\" <\"x y\"@example.com>, "
		"Empty:;, Long Name Of Somebody "
		"<somebody.with.a.long.address@example.com>";
	const struct address *first, *second;
	uint32_t count, again;
	struct fixture f;

	start(&f);
	CHECK(address_list_parse(slice_of(in), &f.arena, &first, &count));
	CHECK(header_write_addresses(S("Cc"), first, count, &f.out));
	CHECK(address_list_parse(value_of(&f, S("Cc")), &f.arena, &second, &again));
	CHECK_INT(again, count);
	for (uint32_t i = 0; i < count; i++) {
		CHECK_INT(second[i].kind, first[i].kind);
		CHECK_SLICE(second[i].name, first[i].name);
		CHECK_SLICE(second[i].local, first[i].local);
		CHECK_SLICE(second[i].domain, first[i].domain);
	}
	end(&f);
}

TEST(header_ids_and_urls)
{
	const slice ids[] = { S("a@b"), S("c@d") }, bad[] = { S("a b") };
	struct fixture f;

	start(&f);
	CHECK(header_write_ids(S("References"), ids, 2, &f.out));
	CHECK(header_write_urls(S("List-Help"), ids, 2, &f.out));
	CHECK(header_write_date(S("Date"), (struct date){ 0, 90 }, &f.out));
	CHECK_SLICE(buf_slice(&f.out), S("References: <a@b> <c@d>\r\n"
					 "List-Help: <a@b>, <c@d>\r\n"
					 "Date: Thu, 1 Jan 1970 01:30:00 +0130\r\n"));
	CHECK(!header_write_ids(S("References"), bad, 1, &f.out));
	end(&f);
}

TEST(header_raw)
{
	static const struct {
		const char *value;
		bool good;
	} t[] = {
		{ " a", true },
		{ "", true },
		{ " a\r\n b", true },
		{ " a\n b", true },
		{ " a\r\nb: c", false },
		{ " a\r\n", false },
		{ " a\r\n \r\n b", false },
		{ " a\rb", false },
		{ " a\nb", false },
	};
	char line[HEADER_LINE_MAX + 1] = { 0 };

	for (size_t i = 0; i < countof(t); i++) {
		struct fixture f;

		start(&f);
		CHECK_INT(header_write_raw(S("X"), slice_of(t[i].value), &f.out),
			  t[i].good);
		end(&f);
	}
	for (size_t i = 0; i < sizeof(line); i++)
		line[i] = 'x';
	struct fixture f;

	start(&f);
	CHECK(header_write_raw(S("X"), (slice){ line, HEADER_LINE_MAX - 2 }, &f.out));
	CHECK(!header_write_raw(S("X"), (slice){ line, HEADER_LINE_MAX - 1 }, &f.out));
	CHECK(!header_write_raw(S("X"), (slice){ "a\0b", 3 }, &f.out));
	end(&f);
}

TEST(header_parameter_forms)
{
	static const struct {
		slice value;
		const char *want;
	} t[] = {
		{ SLICE_INIT("a.txt"), "X: a/b; n=a.txt\r\n" },
		{ SLICE_INIT("a \"b\""), "X: a/b; n=\"a \\\"b\\\"\"\r\n" },
		{ SLICE_INIT(""), "X: a/b; n=\"\"\r\n" },
		{ SLICE_INIT("\xc3\xa4 b"), "X: a/b; n*=utf-8''%C3%A4%20b\r\n" },
		{ SLICE_INIT("a\r\nb"), "X: a/b; n*=utf-8''a%0D%0Ab\r\n" },
		{ SLICE_INIT("a123456789b123456789c123456789d123456789e123456789"
			     "f123456789g123456789"),
		  "X: a/b; n*0*=utf-8''a123456789b123456789c123456789d123456789e12345678"
		  "9;\r\n n*1*=f123456789g123456789\r\n" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		const struct mime_parameter p = { S("n"), t[i].value };
		struct fixture f;

		start(&f);
		CHECK(header_write_parameters(S("X"), S("a/b"), &p, 1, &f.out));
		CHECK_SLICE(buf_slice(&f.out), slice_of(t[i].want));
		end(&f);
	}
}
