/* Every string of CR, LF and text, cut everywhere, against what its lines are. */
#include "smtp/newlines.h"

#include "base/buf.h"
#include "base/test.h"

enum { OCTETS = 7, LETTERS = 3 };

static void pour(struct newlines *n, slice in, struct buf *out)
{
	slice piece;

	while (newlines_take(n, &in, &piece)) {
		CHECK(piece.n > 0);
		buf_add(out, piece);
	}
	CHECK_INT(in.n, 0);
}

static void mend(slice in, size_t cut, struct buf *out)
{
	struct newlines n = { 0 };
	slice piece;

	buf_reset(out);
	pour(&n, slice_head(in, cut), out);
	pour(&n, slice_skip(in, cut), out);
	if (newlines_end(&n, &piece)) buf_add(out, piece);
	CHECK(!newlines_end(&n, &piece));
	CHECK_INT(out->n, in.n + n.added);
}

static void reference(slice in, struct buf *out)
{
	buf_reset(out);
	for (size_t i = 0; i < in.n; i++) {
		bool is_end = in.p[i] == '\r' || in.p[i] == '\n';

		if (is_end) buf_add(out, S("\r\n"));
		if (!is_end) buf_add_char(out, in.p[i]);
		if (in.p[i] == '\r' && i + 1 < in.n && in.p[i + 1] == '\n') i++;
	}
}

TEST(newlines_every_string)
{
	static const char letters[LETTERS] = { '\r', '\n', 'x' };
	char text[OCTETS];
	struct buf got, wanted;
	unsigned count = 1;

	buf_init(&got, 100);
	buf_init(&wanted, 100);
	for (int i = 0; i < OCTETS; i++)
		count *= LETTERS;
	for (unsigned number = 0; number < count; number++) {
		unsigned rest = number;

		for (int i = 0; i < OCTETS; i++, rest /= LETTERS)
			text[i] = letters[rest % LETTERS];
		reference((slice){ text, OCTETS }, &wanted);
		for (size_t cut = 0; cut <= OCTETS; cut++) {
			mend((slice){ text, OCTETS }, cut, &got);
			CHECK(slice_eq(buf_slice(&got), buf_slice(&wanted)));
		}
	}
	buf_done(&got);
	buf_done(&wanted);
}
