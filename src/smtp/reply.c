#include "smtp/reply.h"

#include <assert.h>

#include "base/utf8.h"

static const struct {
	int code;
	slice enhanced;
} usual[] = {
	/* clang-format off */
	{ 235, SLICE_INIT("2.7.0") },
	{ 251, SLICE_INIT("2.1.5") },
	{ 421, SLICE_INIT("4.3.2") },
	{ 450, SLICE_INIT("4.2.0") },
	{ 451, SLICE_INIT("4.3.0") },
	{ 452, SLICE_INIT("4.3.1") },
	{ 454, SLICE_INIT("4.7.0") },
	{ 455, SLICE_INIT("4.5.0") },
	{ 500, SLICE_INIT("5.5.2") },
	{ 501, SLICE_INIT("5.5.4") },
	{ 502, SLICE_INIT("5.5.1") },
	{ 503, SLICE_INIT("5.5.1") },
	{ 504, SLICE_INIT("5.5.4") },
	{ 521, SLICE_INIT("5.3.2") }, /* RFC 7504 4 */
	{ 530, SLICE_INIT("5.7.0") },
	{ 534, SLICE_INIT("5.7.9") },
	{ 535, SLICE_INIT("5.7.8") },
	{ 538, SLICE_INIT("5.7.11") },
	{ 551, SLICE_INIT("5.1.6") },
	{ 552, SLICE_INIT("5.3.4") },
	{ 553, SLICE_INIT("5.1.3") },
	{ 555, SLICE_INIT("5.5.4") },
	{ 556, SLICE_INIT("5.1.10") }, /* RFC 7504 4 */
	/* clang-format on */
};

slice smtp_enhanced_default(int code)
{
	for (size_t i = 0; i < countof(usual); i++)
		if (usual[i].code == code) return usual[i].enhanced;
	return code < 300 ? S("2.0.0") : code < 500 ? S("4.0.0") : S("5.0.0");
}

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
		buf_add(out,
			r->enhanced.n ? r->enhanced : smtp_enhanced_default(r->code));
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
