#include "message/folding.h"

#include "message/encoded_word.h"
#include "message/header_write.h"

struct folding folding_start(slice name, struct buf *out)
{
	buf_add(out, name);
	buf_add_char(out, ':');
	return (struct folding){ .out = out, .line = name.n + 1 };
}

void folding_glue(struct folding *f, slice text)
{
	buf_add(f->out, text);
	f->line += text.n;
	f->has_words = true;
	if (f->line > HEADER_LINE_MAX) f->is_too_long = true;
}

static void new_line(struct folding *f)
{
	buf_add(f->out, S("\r\n"));
	f->line = 0;
}

/* The first word stays beside the name unless only the next line can hold it. */
static bool is_to_fold(const struct folding *f, size_t octets)
{
	size_t most = f->has_words ? HEADER_LINE : HEADER_LINE_MAX;

	return f->line + octets > most;
}

void folding_piece(struct folding *f, slice piece)
{
	if (is_to_fold(f, piece.n)) new_line(f);
	folding_glue(f, piece);
}

void folding_word(struct folding *f, slice word)
{
	if (is_to_fold(f, 1 + word.n)) new_line(f);
	folding_glue(f, S(" "));
	folding_glue(f, word);
}

void folding_encoded(struct folding *f, slice utf8)
{
	/* Where the line has no room for a word of some length, the next has. */
	enum { ROOM_MIN = 40 };
	slice written;
	size_t before, end;

	if (f->line + ROOM_MIN > HEADER_LINE) new_line(f);
	folding_glue(f, S(" "));
	before = f->out->n;
	encoded_word_encode_at(utf8, f->line, f->out);
	written = slice_skip(buf_slice(f->out), before);
	while ((end = slice_find(written, S("\r\n"))) < written.n) {
		written = slice_skip(written, end + 2);
		f->line = 0;
	}
	f->line += written.n;
}

bool folding_end(struct folding *f)
{
	return buf_add(f->out, S("\r\n")) && !f->is_too_long;
}
