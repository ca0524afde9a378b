#include "smtp/reply_reader.h"

#include "base/utf8.h"
#include "smtp/reply.h"

enum { ENHANCED_MAX = 9 }; /* octets of "5.999.999" */

void smtp_reply_reader_init(struct smtp_reply_reader *r)
{
	*r = (struct smtp_reply_reader){ 0 };
	buf_init(&r->text, SMTP_READ_TEXT_MAX);
	buf_init(&r->enhanced, ENHANCED_MAX);
}

void smtp_reply_reader_done(struct smtp_reply_reader *r)
{
	buf_done(&r->text);
	buf_done(&r->enhanced);
}

/* 1*3DIGIT */
static bool take_number(slice *in)
{
	size_t n = 0;

	while (n < in->n && n < 3 && is_digit(in->p[n]))
		n++;
	*in = slice_skip(*in, n);
	return n > 0;
}

bool smtp_take_enhanced(slice *in, slice *ret)
{
	slice s = *in;

	if (s.n == 0 || (s.p[0] != '2' && s.p[0] != '4' && s.p[0] != '5')) return false;
	s = slice_skip(s, 1);
	if (!take_char(&s, '.') || !take_number(&s) || !take_char(&s, '.') ||
	    !take_number(&s) || (s.n && s.p[0] != ' '))
		return false;
	*ret = slice_head(*in, in->n - s.n);
	*in = s;
	return true;
}

/* Reply-code = %x32-35 %x30-39 %x30-39; RFC 5321 4.2 has 5 as the highest second digit,
 * 5.3.2 names codes beyond. */
static bool take_code(slice *in, int *ret)
{
	if (in->n < 3 || in->p[0] < '2' || in->p[0] > '5') return false;
	if (!is_digit(in->p[1]) || !is_digit(in->p[2])) return false;
	*ret = (in->p[0] - '0') * 100 + (in->p[1] - '0') * 10 + (in->p[2] - '0');
	*in = slice_skip(*in, 3);
	return true;
}

static void add_line(struct smtp_reply_reader *r, slice text)
{
	slice enhanced;

	if (r->lines > 0) buf_add_char(&r->text, '\n');
	if (text.n && text.p[0] - '0' == r->code / 100 &&
	    smtp_take_enhanced(&text, &enhanced)) {
		take_char(&text, ' ');
		if (r->lines == 0) buf_add(&r->enhanced, enhanced);
	}
	smtp_reply_add_text(&r->text, text, true);
}

static void start(struct smtp_reply_reader *r)
{
	buf_reset(&r->text);
	buf_reset(&r->enhanced);
	r->code = 0;
	r->lines = 0;
	r->is_whole = false;
}

/* line: without its CRLF. */
static enum smtp_reading take_reply_line(struct smtp_reply_reader *r, slice line)
{
	int code;
	bool more;

	if (r->is_whole) start(r);
	if (!take_code(&line, &code)) return READING_MALFORMED;
	if (r->lines > 0 && code != r->code) return READING_MALFORMED;
	more = take_char(&line, '-');
	if (!more && line.n && !take_char(&line, ' ')) return READING_MALFORMED;
	r->code = code;
	add_line(r, line);
	r->is_whole = !more;
	if (++r->lines > SMTP_READ_LINES_MAX || r->text.overflow)
		return READING_MALFORMED;
	return more ? READING_PARTIAL : READING_WHOLE;
}

static bool is_clean(slice line)
{
	return line.n && slice_find_char(line, '\r') == line.n - 1 &&
	       slice_find_char(line, '\0') == line.n;
}

enum smtp_reading smtp_reply_read(struct smtp_reply_reader *r, slice *in)
{
	enum smtp_reading reading = READING_PARTIAL;

	while (in->n && reading == READING_PARTIAL) {
		slice window = slice_head(*in, SMTP_READ_LINE_MAX);
		size_t lf = slice_find_char(window, '\n');
		slice line = slice_head(window, lf);

		if (lf == window.n && window.n < SMTP_READ_LINE_MAX) break;
		if (lf == window.n || !is_clean(line)) return READING_MALFORMED;
		*in = slice_skip(*in, lf + 1);
		reading = take_reply_line(r, slice_head(line, lf - 1));
	}
	return reading;
}
