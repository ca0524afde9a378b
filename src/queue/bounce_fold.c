#include "base/utf8.h"
#include "queue/bounce_private.h"

enum { LINE_WISH = 76, LINE_MOST = 900 }; /* octets; RFC 5322 2.1.1 allows 998 */

static uint32_t cleaned(uint32_t c, bool utf8)
{
	if (c < ' ' || c == 0x7f) return ' ';
	return c < 0x80 || utf8 ? c : '?';
}

static void add_clean(slice text, bool utf8, struct buf *out)
{
	uint32_t c;

	while (take_code_point_lenient(&text, &c))
		buf_add_code_point(out, cleaned(c, utf8));
}

static size_t word_length(slice text)
{
	size_t n = slice_find_char(slice_head(text, LINE_MOST), ' ');

	return n < LINE_MOST ? n : utf8_head(text, LINE_MOST).n;
}

static void start_line(slice indent, size_t *column, struct buf *out)
{
	buf_add(out, S("\r\n"));
	buf_add(out, indent);
	*column = indent.n;
}

/* Words and the single blanks between them. */
static void add_words(slice text, size_t column, slice indent, struct buf *out)
{
	bool is_first = true;

	while (text.n) {
		size_t n = word_length(text);

		if (n > 0 && !is_first && column + 1 + n > LINE_WISH) {
			start_line(indent, &column, out);
		} else if (n > 0 && !is_first) {
			buf_add_char(out, ' ');
			column++;
		}
		buf_add(out, slice_head(text, n));
		column += n;
		if (n > 0) is_first = false;
		text = slice_skip(text, n);
		take_char(&text, ' ');
	}
}

void bounce_add_folded(slice text, size_t column, slice indent, bool utf8,
		       struct buf *out)
{
	struct buf clean;

	buf_init(&clean, 3 * text.n);
	add_clean(text, utf8, &clean);
	add_words(buf_slice(&clean), column, indent, out);
	buf_done(&clean);
}

void bounce_add_code(const struct queue_reply *reply, struct buf *out)
{
	if (reply->code) buf_addf(out, "%d ", reply->code);
	if (reply->status.n == 0 || slice_starts(reply->text, reply->status)) return;
	buf_add(out, reply->status);
	buf_add_char(out, ' ');
}
