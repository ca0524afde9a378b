#include "smtp/reply.h"

#include <assert.h>

#include "base/enhanced.h"
#include "base/utf8.h"

static void add_code(struct buf *out, int code, char separator)
{
	assert(code >= 200 && code < 600);
	buf_add_u64(out, (uint64_t)code);
	buf_add_char(out, separator);
}

void smtp_reply_add_text(struct buf *out, slice text, bool utf8)
{
	utf8 = utf8 && utf8_valid(text);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool is_fit = c >= ' ' && c != 127 && (c < 127 || utf8);

		buf_add_char(out, is_fit ? text.p[i] : '?');
	}
}

/* Text and line end, in the room that is left of a line. */
static void add_text(struct buf *out, size_t line_start, slice text, bool utf8)
{
	size_t room = SMTP_REPLY_LINE_MAX - (out->n - line_start) - 2;

	utf8 = utf8 && utf8_valid(text);
	smtp_reply_add_text(out, utf8 ? utf8_head(text, room) : slice_head(text, room),
			    utf8);
	buf_add(out, S("\r\n"));
}

void smtp_reply_write(struct buf *out, const struct smtp_reply *r, bool more, bool utf8)
{
	size_t start = out->n;

	add_code(out, r->code, more ? '-' : ' ');
	if (r->code < 300 || r->code >= 400) {
		buf_add(out, r->enhanced.n ? r->enhanced : enhanced_usual(r->code));
		buf_add_char(out, ' ');
	}
	add_text(out, start, r->text, utf8);
}

void smtp_reply_plain(struct buf *out, int code, bool more, slice text)
{
	size_t start = out->n;

	add_code(out, code, more ? '-' : ' ');
	add_text(out, start, text, false);
}
