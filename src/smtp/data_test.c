/* Where data ends: known smuggling attempts by name, then every combination of line ends
 * around dots against a reference that knows nothing of pieces. */
#include "smtp/data.h"

#include <string.h>

#include "base/buf.h"
#include "base/test.h"

enum { INPUT_MAX = 4096 };

struct outcome {
	struct buf content;
	unsigned faults;
	bool ended;
	size_t taken; /* octets of the input */
};

static void scan_piece(struct data_scanner *d, slice piece, struct outcome *o)
{
	slice rest = piece, got;

	while (data_scanner_take(d, &rest, &got)) {
		CHECK(got.n > 0);
		buf_add(&o->content, got);
	}
	o->taken += piece.n - rest.n;
}

/* In pieces of cut octets, the first of which is shorter by skew. */
static struct outcome scan(slice input, size_t cut, size_t skew)
{
	struct data_scanner d = { 0 };
	struct outcome o = { 0 };

	buf_init(&o.content, INPUT_MAX);
	for (slice rest = input; rest.n && d.state != DATA_ENDED;) {
		scan_piece(&d, slice_head(rest, cut - skew), &o);
		rest = slice_skip(rest, cut - skew);
		skew = 0;
	}
	o.faults = d.faults;
	o.ended = d.state == DATA_ENDED;
	CHECK_INT(d.size, o.content.n);
	return o;
}

/* What the RFC says, on all of the octets at once: the CRLF of the DATA command, the
 * data, and the first CRLF "." CRLF in both. */
static struct outcome reference(slice input)
{
	struct outcome o = { 0 };
	struct buf whole;
	size_t end;

	buf_init(&whole, INPUT_MAX);
	buf_init(&o.content, INPUT_MAX);
	buf_add(&whole, S("\r\n"));
	buf_add(&whole, input);
	end = slice_find(buf_slice(&whole), S("\r\n.\r\n"));
	o.ended = end < whole.n;
	o.taken = o.ended ? end + 3 : input.n;
	for (size_t i = 2; o.ended && i < end + 2; i++) {
		const char *at = buf_slice(&whole).p + i;

		if (*at == '\r' && at[1] != '\n') o.faults |= DATA_BARE_CR;
		if (*at == '\n' && at[-1] != '\r') o.faults |= DATA_BARE_LF;
		if (*at == '\0') o.faults |= DATA_NUL;
		if (*at != '.' || at[-1] != '\n' || at[-2] != '\r')
			buf_add_char(&o.content, *at);
	}
	buf_done(&whole);
	return o;
}

static void check_same(const struct outcome *got, const struct outcome *want)
{
	CHECK_INT(got->ended, want->ended);
	CHECK_INT(got->taken, want->taken);
	if (!want->ended) return;
	CHECK_INT(got->faults, want->faults);
	/* Of what is refused nobody asks the content. */
	if (!want->faults)
		CHECK_SLICE(buf_slice(&got->content), buf_slice(&want->content));
}

/* At every cut in two, and octet by octet. */
static void check_all_cuts(slice input)
{
	struct outcome want = reference(input);

	for (size_t cut = 0; cut <= input.n; cut++) {
		struct outcome got =
			cut ? scan(input, input.n, input.n - cut) : scan(input, 1, 0);

		check_same(&got, &want);
		buf_done(&got.content);
	}
	buf_done(&want.content);
}

TEST(data_known_smuggling)
{
	enum { CR = DATA_BARE_CR, LF = DATA_BARE_LF, NUL = DATA_NUL };
	/* clang-format off */
	static const struct {
		slice in;
		bool ended;
		unsigned faults;
		slice content;
		slice rest; /* behind the end */
	} t[] = {
		{ SLICE_INIT(".\r\n"), true, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r\n.\r\n"), true, 0, SLICE_INIT("a\r\n"), SLICE_INIT("") },
		{ SLICE_INIT("a\r\n.\r\nQUIT\r\n"), true, 0, SLICE_INIT("a\r\n"), SLICE_INIT("QUIT\r\n") },
		{ SLICE_INIT("a\r\n..\r\n.\r\n"), true, 0, SLICE_INIT("a\r\n.\r\n"), SLICE_INIT("") },
		{ SLICE_INIT("..a\r\n.b\r\n.\r\n"), true, 0, SLICE_INIT(".a\r\nb\r\n"), SLICE_INIT("") },
		{ SLICE_INIT("\r\n\r\n.\r\n"), true, 0, SLICE_INIT("\r\n\r\n"), SLICE_INIT("") },
		{ SLICE_INIT("a.\r\n.\r\n"), true, 0, SLICE_INIT("a.\r\n"), SLICE_INIT("") },
		{ SLICE_INIT("\xff\xfe\r\n.\r\n"), true, 0, SLICE_INIT("\xff\xfe\r\n"), SLICE_INIT("") },
		{ SLICE_INIT("a\n.\nMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\n.\r\nMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r\n.\nMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r.\rMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r.\r\nMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r\n.\rMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r\n.\r\r\nMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r\r\n.\r\r\nMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r\n\0.\r\nMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r\n.\0\r\nMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r\n. \r\nMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r\n.\r\0\nMAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\xc2\x85.\xc2\x85MAIL\r\n"), false, 0, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\n.\nb\r\n.\r\n"), true, LF, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r.\rb\r\n.\r\n"), true, CR, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\r\r\n.\r\n"), true, CR, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\n\r\n.\r\n"), true, LF, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\n\r.\r\n.\r\n"), true, LF | CR, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("a\0\r\n.\r\n"), true, NUL, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("\n.\r\n.\r\n"), true, LF, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("\r.\r\n.\r\n"), true, CR, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT(".\r.\r\n.\r\n"), true, CR, SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT(".\n.\r\n.\r\n"), true, LF, SLICE_INIT(""), SLICE_INIT("") },
	};
	/* clang-format on */

	for (size_t i = 0; i < countof(t); i++) {
		struct outcome o = scan(t[i].in, t[i].in.n, 0);

		CHECK_INT(o.ended, t[i].ended);
		if (o.ended) CHECK_INT(o.faults, t[i].faults);
		if (o.ended && !o.faults)
			CHECK_SLICE(buf_slice(&o.content), t[i].content);
		CHECK_SLICE(slice_skip(t[i].in, o.taken), t[i].rest);
		buf_done(&o.content);
		check_all_cuts(t[i].in);
	}
}

TEST(data_every_line_end_around_dots)
{
	static const slice ends[] = {
		SLICE_INIT("\r\n"),   SLICE_INIT("\n"),     SLICE_INIT("\r"),
		SLICE_INIT("\n\r"),   SLICE_INIT("\r\r\n"), SLICE_INIT("\r\n\r"),
		SLICE_INIT("\n\n"),   SLICE_INIT("\r\r"),   SLICE_INIT("\r\n\n"),
		SLICE_INIT("\0\r\n"), SLICE_INIT("\r\0\n"), SLICE_INIT("\r\n\0"),
		SLICE_INIT(" \r\n"),  SLICE_INIT("\v"),
	};
	static const slice dots[] = { SLICE_INIT(""), SLICE_INIT("."), SLICE_INIT("..") };
	struct buf input;
	size_t count = 0;

	buf_init(&input, INPUT_MAX);
	for (size_t i = 0; i < countof(ends) * countof(ends) * countof(dots); i++) {
		buf_reset(&input);
		buf_add(&input, S("one"));
		buf_add(&input, ends[i % countof(ends)]);
		buf_add(&input, dots[i / countof(ends) % countof(dots)]);
		buf_add(&input, ends[i / countof(ends) / countof(dots)]);
		buf_add(&input, S("two\r\n.\r\nthree"));
		check_all_cuts(buf_slice(&input));
		count++;
	}
	CHECK(count >= 120);
	buf_done(&input);
}

TEST(data_gives_pieces_of_what_it_got)
{
	slice input = S("one\r\ntwo\r\n..three\r\nfour\r\n.\r\n"), rest = input, piece;
	struct data_scanner d = { 0 };

	CHECK(data_scanner_take(&d, &rest, &piece));
	CHECK_SLICE(piece, S("one\r\ntwo\r\n"));
	CHECK(piece.p == input.p);
	CHECK(data_scanner_take(&d, &rest, &piece));
	CHECK_SLICE(piece, S(".three\r\nfour\r\n"));
	CHECK(!data_scanner_take(&d, &rest, &piece));
	CHECK_INT(d.state, DATA_ENDED);
	CHECK_INT(rest.n, 0);
}

/* To a sandbox somebody may type. */
TEST(data_that_is_typed)
{
	struct data_scanner d = { .is_typed = true };
	slice in = S("a\n..b\r\n.c\n.\nQUIT\n");
	struct outcome o = { 0 };

	buf_init(&o.content, INPUT_MAX);
	for (size_t i = 0; i < in.n && d.state != DATA_ENDED; i++)
		scan_piece(&d, slice_head(slice_skip(in, i), 1), &o);
	CHECK_INT(d.state, DATA_ENDED);
	CHECK_INT(o.taken, in.n - S("QUIT\n").n);
	CHECK_SLICE(buf_slice(&o.content), S("a\n.b\r\nc\n"));
	buf_done(&o.content);
}
