#include "message/eight_bit_header.h"

#include "base/test.h"

static const struct {
	const char *message;
	bool has;
} samples[] = {
	{ "Subject: hi\r\n\r\nhello\r\n", false },
	{ "Subject: hi\r\n\r\nh\xc3\xb6\r\n", false },
	{ "Subject: h\xc3\xb6\r\n\r\nhello\r\n", true },
	{ "Subject: h\xf6\r\n\r\nhello\r\n", true },
	{ "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
	  "--x\r\nContent-Disposition: inline\r\n\r\nh\xc3\xb6\r\n--x--\r\n",
	  false },
	{ "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
	  "--x\r\nContent-Disposition: inline; filename=h\xc3\xb6\r\n\r\nhi\r\n--x--\r\n",
	  true },
	{ "Content-Type: message/global\r\n\r\nSubject: h\xc3\xb6\r\n\r\nhi\r\n", true },
};

TEST(a_header_of_8_bits)
{
	for (size_t i = 0; i < countof(samples); i++) {
		struct arena arena;

		arena_init(&arena, MIME_ARENA_MAX);
		const struct mime *m = mime_parse(&arena, slice_of(samples[i].message));
		if (mime_has_8bit_header(m) != samples[i].has)
			print_error("%s\n", samples[i].message);
		CHECK(mime_has_8bit_header(m) == samples[i].has);
		arena_done(&arena);
	}
}
