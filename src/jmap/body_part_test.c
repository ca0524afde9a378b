#include "jmap/body_part.h"

#include <stdlib.h>

#include "base/test.h"
#include "jmap/arguments.h"
#include "jmap/body_value.h"

struct parsed {
	struct octets octets;
	struct arena arena;
	struct part_source source;
};

static void parsed_init(struct parsed *p, slice message)
{
	buf_init(&p->octets.memory, message.n + 1);
	buf_add(&p->octets.memory, message);
	p->octets.size = message.n;
	p->octets.start = 0;
	p->octets.body = NULL;
	arena_init(&p->arena, MIME_ARENA_MAX);
	p->source = (struct part_source){ .octets = &p->octets,
					  .mime = octets_parse(&p->octets, &p->arena),
					  .blob = S("B") };
	CHECK(p->source.mime);
	p->source.sizes = arena_alloc_array(&p->arena, p->source.mime->part_count,
					    sizeof(uint64_t));
}

static void parsed_done(struct parsed *p)
{
	arena_done(&p->arena);
	octets_done(&p->octets);
}

static void check_json(json_t *got, const char *want)
{
	char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);

	CHECK_SLICE(slice_of(text), slice_of(want));
	free(text);
	json_decref(got);
}

/* names: JSON, or NULL. */
static json_t *tree(struct parsed *p, const char *names)
{
	json_t *list = names ? json_loads(names, 0, NULL) : NULL, *made;
	struct part_properties wanted;

	CHECK(!part_properties_read(list, &p->arena, &wanted));
	made = body_part_tree(&p->source, &wanted);
	json_decref(list);
	return made;
}

static void check_tree(slice message, const char *names, const char *want)
{
	struct parsed p;

	parsed_init(&p, message);
	check_json(tree(&p, names), want);
	parsed_done(&p);
}

TEST(body_part_defaults)
{
	check_tree(S("Subject: x\r\n\r\nhello"), NULL,
		   "{\"partId\":\"0\",\"blobId\":\"B_0\",\"size\":5,\"name\":null,"
		   "\"type\":\"text/plain\",\"charset\":\"us-ascii\","
		   "\"disposition\":null,\"cid\":null,\"language\":null,"
		   "\"location\":null}");
	check_tree(S("Content-Type: IMAGE/PNG; name=\"=?utf-8?q?=C3=A4?=.png\"\r\n"
		     "Content-Transfer-Encoding: base64\r\n"
		     "Content-Disposition: (c) INLINE; x=y\r\n"
		     "Content-ID: (c) <a@b> (d)\r\n"
		     "Content-Language: en, (x) de-AT\r\n"
		     "Content-Location: http://a/b\r\n c(d) (e)\r\n\r\naGVs\r\nbG8=\r\n"),
		   NULL,
		   "{\"partId\":\"0\",\"blobId\":\"B_0\",\"size\":5,\"name\":\"ä.png\","
		   "\"type\":\"image/png\",\"charset\":null,\"disposition\":\"inline\","
		   "\"cid\":\"a@b\",\"language\":[\"en\",\"de-AT\"],"
		   "\"location\":\"http://a/bc(d)\"}");
}

#define MULTIPART                                                                        \
	"X: y\r\nContent-Type: multipart/digest; boundary=b\r\n\r\n"                     \
	"--b\r\n\r\nSubject: inner\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" \
	"--c\r\n\r\nx\r\n--c--\r\n"                                                      \
	"--b\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\ny\r\n"                    \
	"--b\r\nContent-Type: message/rfc822\r\n"                                        \
	"Content-Transfer-Encoding: base64\r\n\r\neHg=\r\n--b--\r\n"

TEST(body_part_structure)
{
	check_tree(S(MULTIPART), "[\"partId\",\"type\",\"charset\"]",
		   "{\"partId\":null,\"type\":\"multipart/digest\",\"charset\":null,"
		   "\"subParts\":["
		   "{\"partId\":\"1\",\"type\":\"message/rfc822\","
		   "\"charset\":\"us-ascii\"},"
		   "{\"partId\":\"4\",\"type\":\"text/plain\",\"charset\":\"UTF-8\"},"
		   "{\"partId\":\"5\",\"type\":\"message/rfc822\",\"charset\":null}]}");
	check_tree(S("X: a\r\nx: b\r\n\r\n"),
		   "[\"subParts\",\"headers\",\"header:X\",\"header:X:asText:all\"]",
		   "{\"subParts\":null,\"headers\":[{\"name\":\"X\",\"value\":\" a\"},"
		   "{\"name\":\"x\",\"value\":\" b\"}],\"header:X\":\" b\","
		   "\"header:X:asText:all\":[\"a\",\"b\"]}");
}

TEST(body_part_properties_that_are_none)
{
	static const char *const bad[] = { "parts", "header:From:asText", "" };
	struct part_properties wanted;
	struct arena arena;

	arena_init(&arena, 10'000);
	for (size_t i = 0; i < countof(bad); i++) {
		json_t *names = json_pack("[ss]", "partId", bad[i]);

		CHECK_SLICE(slice_of(part_properties_read(names, &arena, &wanted)),
			    slice_of(bad[i]));
		json_decref(names);
	}
	arena_done(&arena);
}

/* --- values --- */

TEST(body_values)
{
	static const struct {
		const char *header, *body;
		uint64_t max;
		const char *value;
		bool is_bad, is_cut;
	} t[] = {
		{ "", "a\r\nb\rc\nd\r", 0, "a\nb\rc\nd\r", false, false },
		{ "", "J\xc3\xb6", 0, "J\xc3\xb6", false, false },
		{ "", "J\xf6", 0, "J\xc3\xb6", true, false },
		{ "; charset=utf-8", "J\xf6", 0, "J\xef\xbf\xbd", true, false },
		{ "; charset=UTF-8", "J\xef\xbf\xbd", 0, "J\xef\xbf\xbd", false, false },
		{ "; charset=iso-8859-1", "J\xf6", 0, "J\xc3\xb6", false, false },
		{ "; charset=x-none", "J", 0, "J", true, false },
		{ "\r\nContent-Transfer-Encoding: x", "=41", 0, "=41", true, false },
		{ "\r\nContent-Transfer-Encoding: quoted-printable",
		  "J=C3=B6=\r\nx=0D=0A", 0, "J\xc3\xb6x\n", false, false },
		{ "", "hello", 5, "hello", false, false },
		{ "", "hello", 4, "hell", false, true },
		{ "", "a\r\nb", 3, "a\nb", false, false },
		{ "", "J\xc3\xb6rg", 2, "J", false, true },
		{ "", "J\xc3\xb6rg", 1, "J", false, true },
		{ "", "a <b>", 4, "a <b", false, true },
		{ "", "\xc3\xb6", 1, "", false, true },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct parsed p;
		struct buf message;
		json_t *value;

		buf_init(&message, 1000);
		buf_addf(&message, "Content-Type: text/plain%s\r\n\r\n%s", t[i].header,
			 t[i].body);
		parsed_init(&p, buf_slice(&message));
		value = body_value(&p.source, 0, t[i].max);
		CHECK_SLICE(json_text(json_object_get(value, "value")),
			    slice_of(t[i].value));
		CHECK(json_is_true(json_object_get(value, "isEncodingProblem")) ==
		      t[i].is_bad);
		CHECK(json_is_true(json_object_get(value, "isTruncated")) == t[i].is_cut);
		json_decref(value);
		parsed_done(&p);
		buf_done(&message);
	}
}

TEST(body_values_end_outside_of_tags)
{
	static const struct {
		uint64_t max;
		const char *value;
	} t[] = {
		{ 1, "x" },         { 2, "x" },          { 3, "x" },
		{ 4, "x<b>" },      { 7, "x<b>1 " },     { 8, "x<b>1 < " },
		{ 9, "x<b>1 < 2" }, { 11, "x<b>1 < 2" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct parsed p;
		json_t *value;

		parsed_init(&p, S("Content-Type: text/html\r\n\r\nx<b>1 < 2</b> "));
		value = body_value(&p.source, 0, t[i].max);
		CHECK_SLICE(json_text(json_object_get(value, "value")),
			    slice_of(t[i].value));
		json_decref(value);
		parsed_done(&p);
	}
}
