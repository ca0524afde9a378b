/* BDAT: whatever the octets of a message and however they are cut into chunks, they are
 * one message or none, and no command. */
#include "base/test.h"
#include "smtp/test_drive.h"

enum { LENGTH = 6 };

static void write_session(slice content, size_t first, struct buf *out)
{
	buf_add(out,
		S("EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<jo@example.test>\r\n"));
	buf_addf(out, "BDAT %zu\r\n", first);
	buf_add(out, slice_head(content, first));
	buf_addf(out, "BDAT %zu LAST\r\n", content.n - first);
	buf_add(out, slice_skip(content, first));
	buf_add(out, S("QUIT\r\n"));
}

/* Whether each CR has its LF, each LF its CR, and there is no NUL. */
static bool is_clean(slice content)
{
	for (size_t i = 0; i < content.n; i++) {
		char c = content.p[i];

		if (c == '\0') return false;
		if (c == '\r' && (i + 1 == content.n || content.p[i + 1] != '\n'))
			return false;
		if (c == '\n' && (i == 0 || content.p[i - 1] != '\r')) return false;
	}
	return true;
}

static void check_message(slice content, size_t first, size_t cut)
{
	struct test_host h;
	struct buf session;

	test_host_init(&h);
	buf_init(&session, 1024);
	write_session(content, first, &session);
	test_host_replay(&h, buf_slice(&session), cut);
	CHECK_INT(h.accepted, is_clean(content));
	if (is_clean(content)) CHECK_SLICE(buf_slice(&h.content), content);
	CHECK(slice_ends_nocase(buf_slice(&h.said), S("221 2.0.0 good-bye\r\n")));
	buf_done(&session);
	test_host_done(&h);
}

/* All texts of LENGTH octets that can matter, in the chunks that can matter. */
TEST(chunks_of_all_texts)
{
	static const char octets[] = { '\r', '\n', '.', '\0' };
	char text[LENGTH];

	for (unsigned n = 0; n < 1u << 2 * LENGTH; n++) {
		for (unsigned i = 0; i < LENGTH; i++)
			text[i] = octets[n >> 2 * i & 3];
		check_message((slice){ text, LENGTH }, n % (LENGTH + 1), 1000);
	}
}

/* What is smuggled by DATA where servers do not agree on the end of data. */
TEST(chunks_hold_no_end_of_data)
{
	static const char *const ends[] = { "\r\n.\r\n", "\n.\n",   "\r\n.\n", "\n.\r\n",
					    "\r.\r",     "\r\n.\r", "\r.\r\n" };
	static const char evil[] =
		"MAIL FROM:<evil@b.test>\r\nRCPT TO:<ann@example.test>\r\n"
		"DATA\r\nevil\r\n.\r\n";
	char text[200];

	for (size_t i = 0; i < countof(ends); i++) {
		int n = snprintf(text, sizeof(text), "x%s%s", ends[i], evil);

		for (size_t first = 0; first <= (size_t)n; first++)
			check_message((slice){ text, (size_t)n }, first, 1 + first % 9);
	}
}
