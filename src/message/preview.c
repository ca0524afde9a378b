#include "message/preview.h"

#include "base/utf8.h"
#include "message/content.h"

enum {
	READ_STEP = 1024,        /* octets of a part read at a time, often enough */
	READ_MAX = 256 * 1024,   /* and in all: style sheets can come before text */
	DECODED_MAX = 64 * 1024, /* octets of text that one step can give */
};

struct preview {
	struct buf *out;
	uint32_t characters;
	bool space; /* to come before the next character */
};

static bool is_white(uint32_t c)
{
	return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000;
}

/* Controls, and what mailings fill up their preheaders with. */
static bool is_invisible(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x34f ||
	       c == 0x200b || c == 0x2060 || c == 0xfeff;
}

static void add_character(struct preview *p, uint32_t c)
{
	bool is_plain = c > ' ' && c < 0x7f; /* most are */

	if (!is_plain && is_white(c)) {
		p->space = true;
		return;
	}
	if (!is_plain && is_invisible(c)) return;
	if (p->space && p->characters && p->characters + 1 < PREVIEW_MAX) {
		buf_add_char(p->out, ' ');
		p->characters++;
	}
	p->space = false;
	if (is_plain)
		buf_add_char(p->out, (char)c);
	else
		buf_add_code_point(p->out, c);
	p->characters++;
}

static bool take_character(slice *utf8, uint32_t *ret)
{
	if (!utf8->n || utf8->p[0] & 0x80) return take_code_point_lenient(utf8, ret);
	*ret = (unsigned char)utf8->p[0];
	*utf8 = slice_skip(*utf8, 1);
	return true;
}

/* False when the preview is full. */
static bool add_text(struct preview *p, slice utf8)
{
	uint32_t c;

	while (p->characters < PREVIEW_MAX && take_character(&utf8, &c))
		add_character(p, c);
	return p->characters < PREVIEW_MAX;
}

/* A part's content as it is decoded step by step. */
struct reading {
	struct content_decoder *content;
	struct html_text *html; /* NULL for plain text */
	struct buf decoded, plain;
};

static slice decode_step(struct reading *r, slice piece, bool last)
{
	buf_reset(&r->decoded);
	content_decoder_feed(r->content, piece, last, &r->decoded);
	if (!r->html) return buf_slice(&r->decoded);
	buf_reset(&r->plain);
	html_text_feed(r->html, buf_slice(&r->decoded), &r->plain);
	if (last) html_text_feed(r->html, S("\n"), &r->plain);
	return buf_slice(&r->plain);
}

static void read_part(struct preview *p, const struct mime_part *part, struct reading *r,
		      message_reader *read, void *source)
{
	uint64_t at = part->body_start;
	uint64_t end = part->end - at > READ_MAX ? at + READ_MAX : part->end;
	char piece[READ_STEP];
	bool more = at < end;

	while (more) {
		size_t n = end - at < READ_STEP ? (size_t)(end - at) : READ_STEP;

		if (!read(source, at, piece, n)) return;
		at += n;
		more = add_text(p, decode_step(r, (slice){ piece, n }, at == end)) &&
		       at < end;
	}
}

/* The first part of the list that is text, or NULL. */
static const struct mime_part *first_text(const struct mime *m,
					  const struct body_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (part_has_type(&m->parts[list->parts[i]], S("text"), S("")))
			return &m->parts[list->parts[i]];
	return NULL;
}

void preview_write(const struct mime *m, const struct body_lists *lists,
		   message_reader *read, void *source, struct buf *out)
{
	const struct mime_part *part = first_text(m, &lists->text);
	struct preview p = { .out = out };
	struct reading r = { 0 };

	if (!part) part = first_text(m, &lists->html);
	if (!part) return;
	r.content = content_decoder_new(part->encoding,
					mime_find_parameter(part->parameters,
							    part->parameter_count,
							    S("charset")),
					false);
	if (part_has_type(part, S("text"), S("html"))) r.html = html_text_new();
	buf_init(&r.decoded, DECODED_MAX);
	buf_init(&r.plain, DECODED_MAX);
	read_part(&p, part, &r, read, source);
	buf_done(&r.plain);
	buf_done(&r.decoded);
	html_text_free(r.html);
	content_decoder_free(r.content);
}
