#include "imap/section.h"

#include "base/test.h"
#include "imap/lexer.h"

/* The example of RFC 3501 6.4.5 (RFC 9051 6.4.5.1), in small. */
static const char example[] =
	"Subject: outer\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n"
	"preamble\r\n--a\r\nContent-Type: text/plain\r\n\r\none\r\n"
	"--a\r\nContent-Type: application/octet-stream\r\n\r\ntwo\r\n"
	"--a\r\nContent-Type: message/rfc822\r\n\r\n"
	"Subject: three\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
	"--b\r\n\r\nthree one\r\n"
	"--b\r\nContent-Type: application/octet-stream\r\n\r\nthree two\r\n--b--\r\n"
	"--a\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
	"--c\r\nContent-Type: image/gif\r\nContent-ID: <gif>\r\n\r\nGIF89a\r\n"
	"--c\r\nContent-Type: message/rfc822\r\n\r\n"
	"Subject: four two\r\nContent-Type: multipart/mixed; boundary=d\r\n\r\n"
	"--d\r\n\r\nfour two one\r\n"
	"--d\r\nContent-Type: multipart/alternative; boundary=e\r\n\r\n"
	"--e\r\n\r\nplain\r\n"
	"--e\r\nContent-Type: text/richtext\r\n\r\nrich\r\n--e--\r\n--d--\r\n--c--\r\n"
	"--a--\r\n";

struct mapped {
	struct arena arena;
	struct part_map map;
};

static void map_parts(struct mapped *m, slice message)
{
	struct buf packed;

	arena_init(&m->arena, 2 * MIME_ARENA_MAX);
	buf_init(&packed, 100000);
	CHECK(part_map_pack(mime_parse(&m->arena, message), &packed));
	CHECK(part_map_unpack(buf_slice(&packed), &m->arena, &m->map));
	buf_done(&packed);
}

static struct section parse(struct mapped *m, const char *text)
{
	slice in = slice_of(text);
	struct section s;

	CHECK(take_section(&in, &m->arena, &s));
	CHECK_INT(in.n, 0);
	return s;
}

/* The section's text; p is NULL where there is none. */
static slice find(struct mapped *m, slice message, const char *text)
{
	struct section s = parse(m, text);
	struct span place;

	if (!section_find(&s, &m->map, &place)) return (slice){ 0 };
	CHECK(place.start <= place.end && place.end <= message.n);
	return (slice){ message.p + place.start, place.end - place.start };
}

static const struct place {
	const char *section;
	const char *begins, *ends; /* of its text; NULL: there is no such section */
} places[] = {
	{ "[]", "Subject: outer", "--a--\r\n" },
	{ "[HEADER]", "Subject: outer", "boundary=a\r\n\r\n" },
	{ "[TEXT]", "preamble", "--a--\r\n" },
	{ "[1]", "one", "one" },
	{ "[1.MIME]", "Content-Type: text/plain", "\r\n\r\n" },
	{ "[2]", "two", "two" },
	{ "[3]", "Subject: three", "--b--" },
	{ "[3.MIME]", "Content-Type: message/rfc822", "\r\n\r\n" },
	{ "[3.HEADER]", "Subject: three", "boundary=b\r\n\r\n" },
	{ "[3.TEXT]", "--b\r\n", "--b--" },
	{ "[3.1]", "three one", "three one" },
	{ "[3.1.MIME]", "\r\n", "\r\n" },
	{ "[3.2]", "three two", "three two" },
	{ "[4]", "--c\r\n", "--c--" },
	{ "[4.MIME]", "Content-Type: multipart/mixed; boundary=c", "\r\n\r\n" },
	{ "[4.1]", "GIF89a", "GIF89a" },
	{ "[4.1.MIME]", "Content-Type: image/gif", "<gif>\r\n\r\n" },
	{ "[4.2]", "Subject: four two", "--d--" },
	{ "[4.2.HEADER]", "Subject: four two", "boundary=d\r\n\r\n" },
	{ "[4.2.TEXT]", "--d\r\n", "--d--" },
	{ "[4.2.1]", "four two one", "four two one" },
	{ "[4.2.2]", "--e\r\n", "--e--" },
	{ "[4.2.2.1]", "plain", "plain" },
	{ "[4.2.2.2]", "rich", "rich" },
	{ "[4.2.2.2.MIME]", "Content-Type: text/richtext", "\r\n\r\n" },
	{ "[5]", NULL, NULL },
	{ "[1.1]", NULL, NULL },
	{ "[1.HEADER]", NULL, NULL }, /* of no message */
	{ "[4.TEXT]", NULL, NULL },
	{ "[4.2.2.3]", NULL, NULL },
	{ "[4294967296]", NULL, NULL },
	{ "[4294967295.1]", NULL, NULL },
};

TEST(sections_of_the_example)
{
	slice message = slice_of(example);
	struct mapped m;

	map_parts(&m, message);
	for (size_t i = 0; i < countof(places); i++) {
		slice text = find(&m, message, places[i].section);
		slice begins = slice_of(places[i].begins),
		      ends = slice_of(places[i].ends);

		if (!places[i].begins) {
			CHECK(!text.p);
			continue;
		}
		CHECK_SLICE(slice_head(text, begins.n), begins);
		CHECK(text.n >= ends.n);
		CHECK_SLICE(slice_skip(text, text.n - ends.n), ends);
	}
	arena_done(&m.arena);
}

/* "Every message has at least one part number" (RFC 9051 6.4.5.1). */
TEST(sections_of_a_single_part)
{
	slice message = S("Subject: x\r\n\r\nbody\r\n");
	struct mapped m;

	map_parts(&m, message);
	CHECK_SLICE(find(&m, message, "[1]"), S("body\r\n"));
	CHECK_SLICE(find(&m, message, "[TEXT]"), S("body\r\n"));
	CHECK_SLICE(find(&m, message, "[1.MIME]"), S("Subject: x\r\n\r\n"));
	CHECK(!find(&m, message, "[2]").p);
	CHECK(!find(&m, message, "[1.1]").p);
	CHECK(!find(&m, message, "[1.HEADER]").p);
	arena_done(&m.arena);
}

TEST(sections_of_a_message_in_a_message)
{
	slice message = S("Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody");
	struct mapped m;

	map_parts(&m, message);
	CHECK_SLICE(find(&m, message, "[1]"), S("Subject: in\r\n\r\nbody"));
	CHECK_SLICE(find(&m, message, "[1.HEADER]"), S("Subject: in\r\n\r\n"));
	CHECK_SLICE(find(&m, message, "[1.TEXT]"), S("body"));
	CHECK_SLICE(find(&m, message, "[1.1]"), S("body"));
	CHECK_SLICE(find(&m, message, "[1.MIME]"),
		    S("Content-Type: message/rfc822\r\n\r\n"));
	arena_done(&m.arena);
}

/* A path longer than any message is deep. */
TEST(section_too_deep)
{
	struct mapped m;
	struct buf text;

	buf_init(&text, 10000);
	buf_add(&text, S("[1"));
	for (int i = 0; i < 1000; i++)
		buf_add(&text, S(".1"));
	buf_add(&text, S("]\0"));
	map_parts(&m, S("\r\nbody"));
	CHECK(!find(&m, S("\r\nbody"), buf_slice(&text).p).p);
	arena_done(&m.arena);
	buf_done(&text);
}

TEST(section_grammar)
{
	static const struct {
		const char *in, *told; /* NULL: no section */
	} t[] = {
		{ "[]", "[]" },
		{ "[1.2.3]", "[1.2.3]" },
		{ "[header]", "[HEADER]" },
		{ "[1.mime]", "[1.MIME]" },
		{ "[2.Header.Fields (to)]", "[2.HEADER.FIELDS (to)]" },
		{ "[HEADER.FIELDS.NOT (\"To\" {1}\r\nx \"a b\")]",
		  "[HEADER.FIELDS.NOT (To x \"a b\")]" },
		{ "[HEADER.FIELDS (NIL \"\")]", "[HEADER.FIELDS (\"NIL\" \"\")]" },
		{ "[", NULL },
		{ "[MIME]", NULL }, /* of no part */
		{ "[0]", NULL },
		{ "[01]", NULL },
		{ "[1.]", NULL },
		{ "[.1]", NULL },
		{ "[1.0]", NULL },
		{ "[1 ]", NULL },
		{ "[1.FOO]", NULL },
		{ "[HEADERS]", NULL },
		{ "[HEADER.FIELDS]", NULL },
		{ "[HEADER.FIELDS ()]", NULL },
		{ "[HEADER.FIELDS (a b ]", NULL },
		{ "[HEADER.FIELDS(a)]", NULL },
		{ "[TEXT.1]", NULL },
	};
	struct arena arena;
	struct buf out;

	arena_init(&arena, 100000);
	buf_init(&out, 1000);
	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in), before = in;
		struct section s;
		bool ok = take_section(&in, &arena, &s);

		CHECK_INT(ok, t[i].told != NULL);
		if (!ok) {
			CHECK_SLICE(in, before);
			continue;
		}
		buf_reset(&out);
		CHECK(section_write(&s, &out));
		CHECK_SLICE(buf_slice(&out), slice_of(t[i].told));
	}
	buf_done(&out);
	arena_done(&arena);
}

TEST(section_with_too_many_fields)
{
	struct arena arena;
	struct section s;
	struct buf text;
	slice in;

	arena_init(&arena, 100000);
	buf_init(&text, 10000);
	buf_add(&text, S("[HEADER.FIELDS (a"));
	for (int i = 1; i < SECTION_FIELDS_MAX; i++)
		buf_add(&text, S(" a"));
	buf_add(&text, S(")]"));
	in = buf_slice(&text);
	CHECK(take_section(&in, &arena, &s));
	CHECK_INT(s.field_count, SECTION_FIELDS_MAX);
	buf_truncate(&text, text.n - 2);
	buf_add(&text, S(" a)]"));
	in = buf_slice(&text);
	CHECK(!take_section(&in, &arena, &s));
	buf_done(&text);
	arena_done(&arena);
}

static void check_selected(const char *section, slice header, const char *want)
{
	struct mapped m;
	struct spans spans = { 0 };
	struct section s;
	struct buf out;

	arena_init(&m.arena, 10000);
	buf_init(&out, 10000);
	s = parse(&m, section);
	section_select(&s, header, 1000, &spans);
	for (uint32_t i = 0; i < spans.count; i++)
		buf_add(&out, (slice){ header.p + spans.at[i].start - 1000,
				       spans.at[i].end - spans.at[i].start });
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	CHECK_INT(spans.size, out.n);
	spans_done(&spans);
	buf_done(&out);
	arena_done(&m.arena);
}

TEST(section_fields)
{
	slice header = S("To: a,\r\n b\r\nFrom : c\r\nX\r\nTO: d\nSubject: To:\r\n\r\n");

	check_selected("[HEADER.FIELDS (to)]", header, "To: a,\r\n b\r\nTO: d\n\r\n");
	check_selected("[HEADER.FIELDS (FROM)]", header, "From : c\r\n\r\n");
	check_selected("[HEADER.FIELDS (T X none)]", header, "\r\n");
	check_selected("[HEADER.FIELDS.NOT (to)]", header,
		       "From : c\r\nX\r\nSubject: To:\r\n\r\n");
	check_selected("[HEADER.FIELDS.NOT (none)]", header,
		       "To: a,\r\n b\r\nFrom : c\r\nX\r\nTO: d\nSubject: To:\r\n\r\n");
	/* No empty line where the message has none; folding of nothing is no field. */
	check_selected("[HEADER.FIELDS (a)]", S(" x\r\na: 1"), "a: 1");
	check_selected("[HEADER.FIELDS.NOT (a)]", S(" x\r\na: 1"), " x\r\n");
	check_selected("[HEADER.FIELDS (a)]", S(""), "");
}
