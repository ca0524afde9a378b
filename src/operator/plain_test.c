#include "operator/plain.h"

#include "base/test.h"

TEST(plain_keeps_text_and_nothing_that_moves_the_cursor)
{
	static const struct {
		slice from, to;
	} t[] = {
		{ SLICE_INIT("Jürgen 本 ok"), SLICE_INIT("Jürgen 本 ok") },
		{ SLICE_INIT("a\nb\r\tc\x1b[2J\x7f"), SLICE_INIT("a b??c?[2J?") },
		{ SLICE_INIT("\xc2\x9b"
			     "2J"),
		  SLICE_INIT("?2J") }, /* CSI in one character */
		{ SLICE_INIT("\xe2\x80\xae"
			     "x\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\xac"),
		  SLICE_INIT("?x???") }, /* and closed again, or clang warns of it */
		{ SLICE_INIT("\x9b"
			     "2J\xff\xc3"),
		  SLICE_INIT("?2J??") }, /* no UTF-8 */
	};
	struct buf out;

	for (size_t i = 0; i < countof(t); i++) {
		buf_init(&out, 100);
		plain_add(&out, t[i].from);
		CHECK_SLICE(buf_slice(&out), t[i].to);
		buf_done(&out);
	}
}
