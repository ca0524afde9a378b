#include "message/header_write.h"

#include "base/cleanup.h"
#include "base/utf8.h"
#include "message/encoded_word.h"
#include "message/folding.h"

enum { NAME_MAX_OCTETS = 256, DATE_MAX = 64 };

bool is_header_name(slice name)
{
	return is_visible(name) && name.n <= NAME_MAX_OCTETS &&
	       slice_find_char(name, ':') == name.n;
}

/* ---- text ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void add_without_controls(slice text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		bool is_control = (unsigned char)text.p[i] < ' ' || text.p[i] == '\x7f';

		buf_add_char(out, is_control ? ' ' : text.p[i]);
	}
}

/* White space and the word behind it. */
static slice take_piece(slice *in)
{
	size_t n = 0;
	slice piece;

	while (n < in->n && is_blank(in->p[n]))
		n++;
	while (n < in->n && !is_blank(in->p[n]))
		n++;
	piece = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return piece;
}

static bool has_long_piece(slice text)
{
	while (text.n)
		if (take_piece(&text).n >= HEADER_LINE_MAX) return true;
	return false;
}

static bool is_plain_text(slice text)
{
	return is_ascii(text) && encoded_word_is_needless(text) && !has_long_piece(text);
}

bool header_write_text(slice name, slice utf8, struct buf *out)
{
	struct folding f = folding_start(name, out);
	CLEANUP(buf_done) struct buf text;
	slice rest;

	buf_init(&text, utf8.n + 1);
	add_without_controls(utf8, &text);
	rest = buf_slice(&text);
	if (!is_plain_text(rest)) {
		folding_encoded(&f, rest);
		return folding_end(&f);
	}
	folding_word(&f, take_piece(&rest));
	while (rest.n)
		folding_piece(&f, take_piece(&rest));
	return folding_end(&f);
}

/* ---- ids, URLs and dates ---- */

static bool is_bracketable(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '\x7f' || s.p[i] == '<' ||
		    s.p[i] == '>')
			return false;
	return s.n > 0;
}

static bool write_bracketed(slice name, const slice *list, uint32_t count, slice between,
			    struct buf *out)
{
	struct folding f = folding_start(name, out);

	for (uint32_t i = 0; i < count; i++) {
		CLEANUP(buf_done) struct buf word;

		buf_init(&word, list[i].n + 8);
		if (!is_bracketable(list[i])) return false;
		buf_addf(&word, "<%.*s>%.*s", FMT(list[i]),
			 FMT(i + 1 < count ? between : S("")));
		folding_word(&f, buf_slice(&word));
	}
	return folding_end(&f);
}

bool header_write_ids(slice name, const slice *ids, uint32_t count, struct buf *out)
{
	return write_bracketed(name, ids, count, S(""), out);
}

bool header_write_urls(slice name, const slice *urls, uint32_t count, struct buf *out)
{
	return write_bracketed(name, urls, count, S(","), out);
}

bool header_write_date(slice name, struct date date, struct buf *out)
{
	struct folding f = folding_start(name, out);
	CLEANUP(buf_done) struct buf text;

	buf_init(&text, DATE_MAX);
	if (!date_add_rfc5322(&text, date)) return false;
	folding_word(&f, buf_slice(&text));
	return folding_end(&f);
}

/* ---- raw ---- */

static bool is_good_line(slice line)
{
	return slice_find_char(line, '\0') == line.n &&
	       slice_find_char(line, '\r') == line.n;
}

static bool is_all_blank(slice line)
{
	return slice_trim(line).n == 0;
}

/* A line that folds begins with white space and has something else too: else the header
 * would end there for many a reader. */
bool header_write_raw(slice name, slice value, struct buf *out)
{
	struct folding f = folding_start(name, out);
	bool is_first = true;
	slice line;

	for (;;) {
		bool is_last = !take_until(&value, '\n', &line);

		if (is_last) line = value;
		if (!is_last && line.n && line.p[line.n - 1] == '\r') line.n--;
		if (!is_good_line(line)) return false;
		if (!is_first && (!line.n || !is_blank(line.p[0]) || is_all_blank(line)))
			return false;
		folding_glue(&f, line);
		if (is_last) return folding_end(&f);
		buf_add(out, S("\r\n"));
		f.line = 0;
		is_first = false;
	}
}
