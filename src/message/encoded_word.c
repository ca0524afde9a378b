#include "message/encoded_word.h"

#include "base/base64.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "message/charset.h"
#include "message/header_text.h"
#include "message/text.h"

enum {
	WORD_MAX = 75,   /* octets of an encoded word (RFC 2047 section 2) */
	WORD_FRAME = 12, /* octets of it around the text: =?utf-8?Q? before, ?= behind */
	LINE_MAX_OCTETS = 76, /* of one that has a word in it */
	CHARACTER_MAX = 12,   /* octets of a character in either encoding */
};

/*
 * Decoding
 */

/* =?charset*language?encoding?text?= */
struct word {
	slice charset, text;
	bool base64;
};

/* Neighbouring words of one charset are joined before their octets are decoded: the
 * software of many lands cuts inside a character. */
struct decoder {
	struct buf *out;
	struct buf octets; /* of the open run of words, still in their charset */
	slice charset;     /* theirs */
	bool open;
	bool no_end; /* there is no "?=" from here on: do not look again */
	bool is_strict;
};

/* Up to "?=", without white space and question marks (RFC 2047 2). */
static bool take_strict_text(slice *in, slice *ret)
{
	slice s = *in;
	size_t n = 0;

	while (n < s.n && s.p[n] != '?' && s.p[n] != ' ' && s.p[n] != '\t')
		n++;
	s = slice_skip(s, n);
	if (!take_literal(&s, S("?="))) return false;
	*ret = slice_head(*in, n);
	*in = s;
	return true;
}

/* Up to the first "?=": spaces and question marks inside are found in the wild. */
static bool take_word_text(struct decoder *d, slice *in, slice *ret)
{
	if (d->is_strict) return take_strict_text(in, ret);

	size_t end = d->no_end ? in->n : slice_find(*in, S("?="));

	if (end == in->n) {
		d->no_end = true;
		return false;
	}
	*ret = slice_head(*in, end);
	*in = slice_skip(*in, end + 2);
	return true;
}

static bool take_encoding(slice *in, bool *ret_base64)
{
	*ret_base64 = take_literal_nocase(in, S("b?"));
	return *ret_base64 || take_literal_nocase(in, S("q?"));
}

/* A word in a charset that is known. */
static bool take_encoded_word(struct decoder *d, slice *in, struct word *ret)
{
	slice s = *in, charset, head;
	struct word w;

	if (!take_literal(&s, S("=?"))) return false;
	head = slice_head(s, 2 * CHARSET_NAME_MAX);
	if (!take_until(&head, '?', &charset)) return false;
	s = slice_skip(s, charset.n + 1);
	w.charset = slice_head(charset, slice_find_char(charset, '*')); /* RFC 2231 5 */
	if (!take_encoding(&s, &w.base64) || !take_word_text(d, &s, &w.text))
		return false;
	if (!text_charset_known(w.charset)) return false;
	*in = s;
	*ret = w;
	return true;
}

/* RFC 2047 4.2 */
static void decode_q(slice s, struct buf *out)
{
	while (s.n) {
		char c = s.p[0] == '_' ? ' ' : s.p[0];

		if (!take_hex_escape(&s, '=', &c)) s = slice_skip(s, 1);
		buf_add_char(out, c);
	}
}

static void decode_word(struct word w, struct buf *out)
{
	struct base64_decoder d = { 0 };

	if (!w.base64) {
		decode_q(w.text, out);
		return;
	}
	base64_decoder_feed(&d, w.text, out);
	base64_decoder_end(&d, out);
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/* Control characters that were hidden in words are dropped (RFC 8621 4.1.2.2): no line
 * end may come out of a header. */
static void add_without_controls(slice utf8, struct buf *out)
{
	uint32_t c;

	while (take_code_point_lenient(&utf8, &c))
		if (!is_control(c)) buf_add_code_point(out, c);
}

static void close_words(struct decoder *d)
{
	struct buf decoded;

	if (!d->open) return;
	buf_init(&decoded, TEXT_GROWTH_MAX * d->octets.n);
	text_decode(d->charset, buf_slice(&d->octets), &decoded);
	add_without_controls(buf_slice(&decoded), d->out);
	buf_done(&decoded);
	buf_reset(&d->octets);
	d->open = false;
}

static void add_word(struct decoder *d, struct word w)
{
	if (d->open && !slice_eq_nocase(d->charset, w.charset)) close_words(d);
	d->open = true;
	d->charset = w.charset;
	decode_word(w, &d->octets);
}

/* Text between words. White space alone between two words is no text (RFC 2047 6.2). */
static void add_text(struct decoder *d, slice text, bool word_follows)
{
	if (d->open && word_follows && slice_trim(text).n == 0) return;
	close_words(d);
	text_decode_unlabelled(text, d->out);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A word at *in; a strict one has white space, or an end of the line, on both sides. */
static bool take_word_in_place(struct decoder *d, slice line, slice *in, struct word *ret)
{
	slice s = *in;

	if (d->is_strict && s.p > line.p && !is_blank(s.p[-1])) return false;
	if (!take_encoded_word(d, &s, ret)) return false;
	if (d->is_strict && s.n && !is_blank(s.p[0])) return false;
	*in = s;
	return true;
}

static void decode_line(struct decoder *d, slice line)
{
	slice text = { line.p, 0 }, rest = line;
	struct word w;

	while (rest.n) {
		if (!take_word_in_place(d, line, &rest, &w)) {
			rest = slice_skip(rest, 1);
			rest = slice_skip(rest, slice_find(rest, S("=?")));
			text.n = (size_t)(rest.p - text.p);
			continue;
		}
		add_text(d, text, true);
		add_word(d, w);
		text = (slice){ rest.p, 0 };
	}
	text.n = (size_t)(line.p + line.n - text.p);
	add_text(d, text, false);
}

static void decode(slice value, bool is_strict, struct buf *out)
{
	struct decoder d = { .out = out, .is_strict = is_strict };
	struct buf line;

	buf_init(&line, value.n);
	buf_init(&d.octets, value.n);
	header_unfold(value, &line);
	decode_line(&d, buf_slice(&line));
	buf_done(&line);
	buf_done(&d.octets);
}

void encoded_word_decode(slice value, struct buf *out)
{
	decode(value, false, out);
}

void encoded_word_decode_strict(slice value, struct buf *out)
{
	decode(value, true, out);
}

/*
 * Encoding
 */

/* What Q leaves alone even in a phrase (RFC 2047 5 (3)); "_" stands for a space. */
static bool is_q_plain(char c)
{
	return is_alpha(c) || is_digit(c) || slice_find_char(S("!*+-/"), c) < 5;
}

bool encoded_word_is_needless(slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < 0x20 || text.p[i] >= 0x7f) return false;
	return slice_trim(text).n == text.n && slice_find(text, S("=?")) == text.n;
}

static size_t q_size(slice text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += is_q_plain(text.p[i]) || text.p[i] == ' ' ? 1 : 3;
	return n;
}

static void add_q(slice text, struct buf *out)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		char escape[] = { '=', digits[c >> 4], digits[c & 15] };

		if (c == ' ')
			buf_add_char(out, '_');
		else if (is_q_plain(text.p[i]))
			buf_add_char(out, text.p[i]);
		else
			buf_add(out, (slice){ escape, sizeof(escape) });
	}
}

/* The octets of text, whole characters, that one word of `room` octets takes. */
static size_t word_fill(slice text, bool base64, size_t room)
{
	slice rest = text, head;
	uint32_t c;

	for (;;) {
		size_t before = text.n - rest.n;

		if (!take_code_point_lenient(&rest, &c)) return before;
		head = slice_head(text, text.n - rest.n);
		if ((base64 ? base64_size(head.n) : q_size(head)) > room - WORD_FRAME)
			return before;
	}
}

static void add_word_of(slice text, bool base64, struct buf *out)
{
	buf_add(out, base64 ? S("=?utf-8?B?") : S("=?utf-8?Q?"));
	if (base64)
		base64_encode(out, text);
	else
		add_q(text, out);
	buf_add(out, S("?="));
}

/* Words; the first has `room` octets. */
static void add_words(slice utf8, size_t room, struct buf *out)
{
	bool base64 = base64_size(utf8.n) < q_size(utf8);

	while (utf8.n) {
		size_t n = word_fill(utf8, base64, room);

		add_word_of(slice_head(utf8, n), base64, out);
		utf8 = slice_skip(utf8, n);
		if (utf8.n) buf_add(out, S("\r\n "));
		room = WORD_MAX;
	}
}

void encoded_word_encode(slice utf8, struct buf *out)
{
	if (encoded_word_is_needless(utf8))
		buf_add(out, utf8);
	else
		add_words(utf8, WORD_MAX, out);
}

void encoded_word_encode_at(slice utf8, size_t column, struct buf *out)
{
	size_t room = WORD_MAX;

	if (column + WORD_FRAME + CHARACTER_MAX > LINE_MAX_OCTETS)
		buf_add(out, S("\r\n "));
	else if (column + WORD_MAX > LINE_MAX_OCTETS)
		room = LINE_MAX_OCTETS - column;
	add_words(utf8, room, out);
}
