/* What may stand on the wire, and that the server's scanner reads it back. */
#include "base/test.h"
#include "smtp/data.h"
#include "smtp/stuffing.h"

static void write_cut(slice in, bool dots, size_t cut, struct buf *out)
{
	struct stuffing s = { .dots = dots };

	while (in.n) {
		stuffing_add(&s, slice_head(in, cut), out);
		in = slice_skip(in, cut);
	}
	stuffing_end(&s, out);
}

static void check(slice in, bool dots, slice want)
{
	for (size_t cut = 1; cut <= in.n + 1; cut++) {
		struct buf out;

		buf_init(&out, 2 * in.n + 2);
		write_cut(in, dots, cut, &out);
		CHECK_SLICE(buf_slice(&out), want);
		CHECK(!out.overflow);
		buf_done(&out);
	}
}

TEST(stuffing)
{
	static const struct {
		slice in, dotted, plain;
	} t[] = {
		/* clang-format off */
		{ SLICE_INIT(""),               SLICE_INIT(""),                   SLICE_INIT("") },
		{ SLICE_INIT("x"),              SLICE_INIT("x\r\n"),              SLICE_INIT("x\r\n") },
		{ SLICE_INIT("x\r\n"),          SLICE_INIT("x\r\n"),              SLICE_INIT("x\r\n") },
		{ SLICE_INIT("\r\n"),           SLICE_INIT("\r\n"),               SLICE_INIT("\r\n") },
		{ SLICE_INIT("."),              SLICE_INIT("..\r\n"),             SLICE_INIT(".\r\n") },
		{ SLICE_INIT(".\r\n..\r\n.x"),  SLICE_INIT("..\r\n...\r\n..x\r\n"), SLICE_INIT(".\r\n..\r\n.x\r\n") },
		{ SLICE_INIT("x.\r\n"),         SLICE_INIT("x.\r\n"),             SLICE_INIT("x.\r\n") },
		{ SLICE_INIT("x\n.\ny"),        SLICE_INIT("x\r\n..\r\ny\r\n"),   SLICE_INIT("x\r\n.\r\ny\r\n") },
		{ SLICE_INIT("x\r.\ry"),        SLICE_INIT("x\r\n..\r\ny\r\n"),   SLICE_INIT("x\r\n.\r\ny\r\n") },
		{ SLICE_INIT("x\r"),            SLICE_INIT("x\r\n"),              SLICE_INIT("x\r\n") },
		{ SLICE_INIT("x\r\r\n"),        SLICE_INIT("x\r\n\r\n"),          SLICE_INIT("x\r\n\r\n") },
		{ SLICE_INIT("x\n\r\n"),        SLICE_INIT("x\r\n\r\n"),          SLICE_INIT("x\r\n\r\n") },
		{ SLICE_INIT("x\r\n.\r.\n.\r\n"), SLICE_INIT("x\r\n..\r\n..\r\n..\r\n"), SLICE_INIT("x\r\n.\r\n.\r\n.\r\n") },
		{ SLICE_INIT("\n\n\n\n"),       SLICE_INIT("\r\n\r\n\r\n\r\n"),   SLICE_INIT("\r\n\r\n\r\n\r\n") },
		/* clang-format on */
	};

	for (size_t i = 0; i < countof(t); i++) {
		check(t[i].in, true, t[i].dotted);
		check(t[i].in, false, t[i].plain);
	}
}

/* All texts of up to 7 octets that can matter: the server sees one message, without a
 * fault, and its octets are what goes out without dots. */
TEST(stuffing_is_read_back)
{
	enum { LENGTH = 7 };
	static const char octets[] = "\r\n.x";

	for (unsigned n = 0; n < 1u << 2 * LENGTH; n++) {
		char text[LENGTH];
		struct data_scanner scanner = { 0 };
		struct buf wire, plain, got;
		slice in, piece;

		for (unsigned i = 0; i < LENGTH; i++)
			text[i] = octets[n >> 2 * i & 3];
		buf_init(&wire, 64);
		buf_init(&plain, 64);
		buf_init(&got, 64);
		write_cut((slice){ text, LENGTH }, true, LENGTH, &wire);
		write_cut((slice){ text, LENGTH }, false, LENGTH, &plain);
		buf_add(&wire, S(".\r\n"));
		in = buf_slice(&wire);
		while (data_scanner_take(&scanner, &in, &piece))
			buf_add(&got, piece);
		CHECK_INT(scanner.state, DATA_ENDED);
		CHECK_INT(scanner.faults, 0);
		CHECK_INT(in.n, 0);
		CHECK_SLICE(buf_slice(&got), buf_slice(&plain));
		buf_done(&wire);
		buf_done(&plain);
		buf_done(&got);
	}
}
