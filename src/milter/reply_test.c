#include "base/test.h"
#include "milter/reply.h"

#define PACKET(text) SLICE_INIT(text)

static const struct row {
	slice packet;
	enum milter_reading reading;
	struct milter_reply want;
} rows[] = {
	{ PACKET(""), MILTER_PARTIAL, { 0 } },
	{ PACKET("\0\0\0\1"), MILTER_PARTIAL, { 0 } },
	{ PACKET("\0\0\0\0"), MILTER_MALFORMED, { 0 } },
	{ PACKET("\0\x2\0\1c"), MILTER_MALFORMED, { 0 } },
	{ PACKET("\0\0\0\1c"), MILTER_WHOLE, { .word = MILTER_CONTINUE } },
	{ PACKET("\0\0\0\2c\0"), MILTER_MALFORMED, { 0 } },
	{ PACKET("\0\0\0\1z"), MILTER_MALFORMED, { 0 } },
	{ PACKET("\0\0\0\15O\0\0\0\6\0\0\1\1\0\0\0\x20"),
	  MILTER_WHOLE,
	  { .word = (enum milter_word)MILTER_OPTIONS,
	    .version = 6,
	    .may = 0x101,
	    .wishes = 32 } },
	{ PACKET("\0\0\0\14O\0\0\0\6\0\0\1\1\0\0\0"), MILTER_MALFORMED, { 0 } },
	{ PACKET("\0\0\0\7hX\0 y\0\0"), MILTER_MALFORMED, { 0 } },
	{ PACKET("\0\0\0\6hX\0 y\0"),
	  MILTER_WHOLE,
	  { .word = MILTER_ADD_HEADER,
	    .name = SLICE_INIT("X"),
	    .text = SLICE_INIT(" y") } },
	{ PACKET("\0\0\0\12mS\0\0\0\2X\0y\0"), MILTER_MALFORMED, { 0 } },
	{ PACKET("\0\0\0\11m\0\0\0\2X\0y\0"),
	  MILTER_WHOLE,
	  { .word = MILTER_CHANGE_HEADER,
	    .index = 2,
	    .name = SLICE_INIT("X"),
	    .text = SLICE_INIT("y") } },
	{ PACKET("\0\0\0\7hX\0y\nz\0"), MILTER_MALFORMED, { 0 } },
	{ PACKET("\0\0\0\7hX\0y\rz\0"), MILTER_MALFORMED, { 0 } },
	{ PACKET("\0\0\0\7hX\0y\n \0"),
	  MILTER_WHOLE,
	  { .word = MILTER_ADD_HEADER,
	    .name = SLICE_INIT("X"),
	    .text = SLICE_INIT("y\n ") } },
	{ PACKET("\0\0\0\7hX:\0yz\0"), MILTER_MALFORMED, { 0 } },
	{ PACKET("\0\0\0\10+<a@b>\0"), MILTER_PARTIAL, { 0 } },
	{ PACKET("\0\0\0\7+<a@b>\0"),
	  MILTER_WHOLE,
	  { .word = MILTER_ADD_RCPT, .text = SLICE_INIT("a@b") } },
	{ PACKET("\0\0\0\11ea@b\0SIZE"),
	  MILTER_WHOLE,
	  { .word = MILTER_CHANGE_FROM, .text = SLICE_INIT("a@b") } },
	{ PACKET("\0\0\0\20y550 5.7.1 Spam\0"),
	  MILTER_WHOLE,
	  { .word = MILTER_REPLY,
	    .code = 550,
	    .enhanced = SLICE_INIT("5.7.1"),
	    .text = SLICE_INIT("Spam") } },
	{ PACKET("\0\0\0\22y451-a\r\n451 5.1.1\0"),
	  MILTER_WHOLE,
	  { .word = MILTER_REPLY, .code = 451, .text = SLICE_INIT("a") } },
	{ PACKET("\0\0\0\12y450 5.1.\0"),
	  MILTER_WHOLE,
	  { .word = MILTER_REPLY, .code = 450, .text = SLICE_INIT("5.1.") } },
	{ PACKET("\0\0\0\5y550\0"), MILTER_WHOLE, { .word = MILTER_REPLY, .code = 550 } },
	{ PACKET("\0\0\0\5y250\0"), MILTER_MALFORMED, { 0 } },
	{ PACKET("\0\0\0\4y55\0"), MILTER_MALFORMED, { 0 } },
};

static void check_row(const struct row *row)
{
	struct milter_reply r = { 0 };
	slice in = row->packet;

	CHECK_INT(milter_take_reply(&in, &r), row->reading);
	if (row->reading == MILTER_PARTIAL) CHECK_INT(in.n, row->packet.n);
	if (row->reading != MILTER_WHOLE) return;
	CHECK_INT(in.n, 0);
	CHECK_INT(r.word, row->want.word);
	CHECK_INT(r.version, row->want.version);
	CHECK_INT(r.may, row->want.may);
	CHECK_INT(r.wishes, row->want.wishes);
	CHECK_INT(r.index, row->want.index);
	CHECK_INT(r.code, row->want.code);
	CHECK_SLICE(r.name, row->want.name);
	CHECK_SLICE(r.text, row->want.text);
	CHECK_SLICE(r.enhanced, row->want.enhanced);
}

TEST(packets_are_read)
{
	for (size_t i = 0; i < countof(rows); i++)
		check_row(rows + i);
}
