#include "message/compose.h"

#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "message/compose_check.h"

static void check_alone(struct compose_part *p, const char *want)
{
	struct buf out;

	buf_init(&out, 100000);
	CHECK_INT(compose_write(p, S("b"), sink_to_buf, &out), ERR_NONE);
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
}

TEST(compose_text)
{
	const struct mime_parameter utf8 = { S("charset"), S("utf-8") };
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "Hello\nyou\n", "\r\nHello\r\nyou\r\n" },
		{ "Viele freundliche Grüße =\n",
		  "Content-Transfer-Encoding: "
		  "quoted-printable\r\n\r\nViele freundliche Gr=C3=BC=C3=9Fe "
		  "=3D\r\n" },
		{ "日本語の手紙", "Content-Transfer-Encoding: "
				  "base64\r\n\r\n5pel5pys6Kqe44Gu5omL57SZ\r\n" },
		{ "--=_b\r\n", "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
			       "--=3D_b\r\n" },
		{ "", "\r\n" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		char want[400];
		struct compose_part p = { .type = S("text"),
					  .subtype = S("plain"),
					  .parameters = &utf8,
					  .parameter_count = 1,
					  .fields = S("From: a@b.test\r\n"),
					  .text = slice_of(t[i].text) };

		snprintf(want, sizeof(want),
			 "From: a@b.test\r\nMIME-Version: 1.0\r\n"
			 "Content-Type: text/plain; charset=utf-8\r\n%s",
			 t[i].want);
		check_alone(&p, want);
	}
}

TEST(compose_tree)
{
	struct compose_part html = { .type = S("text"),
				     .subtype = S("html"),
				     .fields = S("Content-ID: <x>\r\n"),
				     .text = S("<p>a") };
	struct compose_part plain = {
		.type = S("text"), .subtype = S("plain"), .text = S("a"), .next = &html
	};
	struct compose_part root = { .type = S("multipart"),
				     .subtype = S("alternative"),
				     .first = &plain };

	check_alone(&root,
		    "MIME-Version: 1.0\r\n"
		    "Content-Type: multipart/alternative; boundary=\"=_b_1_\"\r\n\r\n"
		    "--=_b_1_\r\nContent-Type: text/plain\r\n\r\na\r\n"
		    "--=_b_1_\r\nContent-ID: <x>\r\nContent-Type: text/html\r\n\r\n"
		    "<p>a\r\n--=_b_1_--\r\n");
}

/* A message goes as it stands, and those around it have its label. */
TEST(compose_message)
{
	struct arena arena;
	struct buf out;

	buf_init(&out, 10000);
	arena_init(&arena, MIME_ARENA_MAX);
	CHECK_INT(compose_two(S("a"), S("Subject: \xc3\xa4\r\n\r\nb"), S("message"), 3,
			      S("c"), &out),
		  ERR_NONE);
	const struct mime *m = mime_parse(&arena, buf_slice(&out));

	CHECK_INT(m->parts[0].encoding, MIME_8BIT);
	CHECK_INT(m->parts[1].encoding, MIME_7BIT);
	CHECK_INT(m->parts[3].encoding, MIME_8BIT);
	buf_reset(&out);
	CHECK_INT(
		compose_two(S("a"), S("\r\n\r\n--=_c_1"), S("message"), 1, S("c"), &out),
		ERR_EXISTS);
	buf_done(&out);
	arena_done(&arena);
}

TEST(compose_comes_back)
{
	static const slice contents[] = {
		SLICE_INIT(""),
		SLICE_INIT("a"),
		SLICE_INIT("\r\n"),
		SLICE_INIT("a\r\n"),
		SLICE_INIT("a\nb\r"),
		SLICE_INIT("\xff\0\n"),
		SLICE_INIT("a \r\n "),
		SLICE_INIT("--=_4711\n"),
		SLICE_INIT("--=_4711_2_--"),
		SLICE_INIT("=\r\n=41 \t\r\n.\r\n"),
	};
	static const slice types[] = { SLICE_INIT("text"), SLICE_INIT("image") };

	for (size_t i = 0; i < countof(contents); i++)
		for (size_t k = 0; k < countof(contents); k++)
			for (size_t t = 0; t < countof(types); t++)
				check_two(contents[i], contents[k], types[t], 1 + k);
}

/* Longer than what is encoded at a time, and no multiple of it. */
TEST(compose_large)
{
	enum { SIZE = 1000003 };
	char *octets = malloc(SIZE);

	assert_non_null(octets);
	for (size_t i = 0; i < SIZE; i++)
		octets[i] = (char)(i * i >> 3);
	check_two((slice){ octets, SIZE / 2 }, (slice){ octets, SIZE }, S("image"),
		  70000);
	check_two(S("a"), (slice){ octets, SIZE }, S("text"), 65536);
	memset(octets, 'x', SIZE);
	check_two((slice){ octets, SIZE }, (slice){ octets, SIZE }, S("text"), 65536);
	free(octets);
}

static bool refuse_octets(void *, slice)
{
	return false;
}

TEST(compose_failures)
{
	struct compose_part p = { .type = S("text"), .subtype = S("plain") };
	struct piecemeal none = { .step = 1 };
	struct compose_source broken = { read_piece, &none };
	struct compose_part file = { .type = S("image"),
				     .subtype = S("png"),
				     .source = &broken };
	struct buf out;

	CHECK_INT(compose_write(&p, S("b"), refuse_octets, NULL), ERR_LATER);
	buf_init(&out, 1000);
	CHECK_INT(compose_write(&file, S("b"), sink_to_buf, &out), ERR_NONE);
	buf_done(&out);
}
