#include "pop3/transfer.h"

#include "base/test.h"

static const struct {
	const char *message;
	uint64_t lines;
	const char *sent;
} cases[] = {
	{ "", UINT64_MAX, ".\r\n" },
	{ "A: b\r\n\r\n", UINT64_MAX, "A: b\r\n\r\n.\r\n" },
	{ "A: b\r\n\r\nc\r\n", 0, "A: b\r\n\r\n.\r\n" },
	{ "A: b\r\n\r\nc\r\nd\r\n", 1, "A: b\r\n\r\nc\r\n.\r\n" },
	{ "A: b\r\n\r\nc\r\nd", 2, "A: b\r\n\r\nc\r\nd\r\n.\r\n" },
	{ "A: b\r\n", 0, "A: b\r\n.\r\n" }, /* a header only */
	{ "\r\nbody\r\n", 1, "\r\nbody\r\n.\r\n" },
	{ ".\r\n", UINT64_MAX, "..\r\n.\r\n" }, /* RFC 1939 3 */
	{ "..a\r\n.", UINT64_MAX, "...a\r\n..\r\n.\r\n" },
	{ "a\n.\nb", UINT64_MAX, "a\r\n..\r\nb\r\n.\r\n" }, /* no end to be seen */
	{ "a\r", UINT64_MAX, "a\r\n.\r\n" },
	{ "a\r.\r\n", UINT64_MAX, "a\r.\r\n.\r\n" },
	{ "\r\r\n", 0, "\r\r\n.\r\n" }, /* not an empty line */
};

static void check(size_t i, size_t cut)
{
	slice rest = slice_of(cases[i].message);
	struct transfer t;
	struct buf out;

	buf_init(&out, 1024);
	transfer_begin(&t, cases[i].lines);
	while (rest.n && transfer_add(&t, slice_head(rest, cut), &out))
		rest = slice_skip(rest, cut);
	transfer_end(&t, &out);
	CHECK_SLICE(buf_slice(&out), slice_of(cases[i].sent));
	buf_done(&out);
}

TEST(transfer_however_it_is_cut)
{
	for (size_t i = 0; i < countof(cases); i++)
		for (size_t cut = 1; cut < 20; cut++)
			check(i, cut);
}

TEST(transfer_header_section)
{
	CHECK_SLICE(header_section(S("A: b\r\n\r\nc")), S("A: b\r\n\r\n"));
	CHECK_SLICE(header_section(S("A: b\n\nc")), S("A: b\n\n"));
	CHECK_SLICE(header_section(S("\r\nc")), S("\r\n"));
	CHECK_SLICE(header_section(S("A: b\r\n c")), S("A: b\r\n c"));
	CHECK_SLICE(header_section(S("")), S(""));
}
