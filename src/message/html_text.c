/*
 * HTML to plain text, octet by octet, so that pieces may be cut anywhere. It follows the
 * tokenizer of the HTML standard (13.2.5) in what ends a tag, a comment, a script and a
 * character reference, and knows nothing of the tree.
 *
 *     TEXT --"<"--> OPEN --letter or "/"--> NAME --> TAG --">"--> TEXT, or RAW
 *      |             +-----"!" or "?"-----> DECLARATION --> COMMENT --"-->"--> TEXT
 *      +---"&"--> ENTITY --> TEXT              RAW --"</name"--> TAG
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "message/content.h"
#include "message/html_entity.h"
#include "message/text.h"

enum { HELD_MAX = 32 }; /* octets of a tag's name or an entity; longer ones are unknown */

enum state { TEXT, OPEN, NAME, TAG, DECLARATION, COMMENT, ENTITY, RAW };

struct html_text {
	enum state state;
	char held[HELD_MAX]; /* the name or entity so far */
	size_t held_n;
	bool closing;     /* the tag is an end tag */
	char quote;       /* the quote of the attribute value the tag is in, or 0 */
	char last;        /* the last octet in the tag that is no white space */
	unsigned dashes;  /* "-" in a row, in a declaration's beginning or a comment */
	slice raw_end;    /* in RAW: what ends it, "</script" */
	size_t raw_n;     /* octets of raw_end seen */
	bool space, line; /* to come before the next visible character */
	bool any;         /* there was one */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

struct html_text *html_text_new(void)
{
	struct html_text *h = calloc(1, sizeof(*h));

	assert(h);
	return h;
}

void html_text_free(struct html_text *h)
{
	free(h);
}

static void show(struct html_text *h, slice visible, struct buf *out)
{
	if (h->any && (h->line || h->space)) buf_add_char(out, h->line ? '\n' : ' ');
	h->any = true;
	h->line = h->space = false;
	buf_add(out, visible);
}

static void hold(struct html_text *h, char c)
{
	if (h->held_n < HELD_MAX) h->held[h->held_n++] = c;
}

static slice held(const struct html_text *h)
{
	return (slice){ h->held, h->held_n };
}

static void enter(struct html_text *h, enum state state)
{
	h->state = state;
	h->held_n = 0;
	h->dashes = 0;
	h->quote = h->last = 0;
}

/* What an element is to the text around it. */
struct element {
	slice name;
	bool line;     /* starts and ends a line */
	slice raw_end; /* its content is no text, up to this */
};

#define LINE(name)                                                                       \
	{                                                                                \
		SLICE_INIT(name), true, SLICE_INIT("")                                   \
	}
#define RAW(name)                                                                        \
	{                                                                                \
		SLICE_INIT(name), true, SLICE_INIT("</" name)                            \
	}
#define SPACE(name)                                                                      \
	{                                                                                \
		SLICE_INIT(name), false, SLICE_INIT("")                                  \
	}

static const struct element *find_element(slice name)
{
	/* clang-format off */
	static const struct element elements[] = {
		LINE("address"), LINE("article"), LINE("aside"), LINE("blockquote"),
		LINE("body"), LINE("br"), LINE("caption"), LINE("center"), LINE("dd"),
		LINE("details"), LINE("div"), LINE("dl"), LINE("dt"), LINE("fieldset"),
		LINE("figcaption"), LINE("figure"), LINE("footer"), LINE("form"),
		LINE("h1"), LINE("h2"), LINE("h3"), LINE("h4"), LINE("h5"), LINE("h6"),
		LINE("header"), LINE("hr"), LINE("html"), LINE("legend"), LINE("li"),
		LINE("main"), LINE("nav"), LINE("ol"), LINE("option"), LINE("p"),
		LINE("pre"), LINE("section"), LINE("summary"), LINE("table"),
		LINE("tbody"), LINE("tfoot"), LINE("thead"), LINE("tr"), LINE("ul"),
		RAW("script"), RAW("style"), RAW("title"),
		SPACE("td"), SPACE("th"),
	};
	/* clang-format on */

	for (size_t i = 0; i < countof(elements); i++)
		if (slice_eq(elements[i].name, name)) return &elements[i];
	return NULL;
}

static void end_tag(struct html_text *h)
{
	const struct element *e = find_element(held(h));

	enter(h, TEXT);
	if (!e) return;
	if (e->line)
		h->line = true;
	else
		h->space = true;
	if (e->raw_end.n == 0 || h->closing) return;
	h->state = RAW;
	h->raw_end = e->raw_end;
	h->raw_n = 0;
}

/* A ">" within quotes, which count behind a "=" only, is the value's. */
static void take_tag(struct html_text *h, char c)
{
	if (h->quote) {
		if (c == h->quote) h->quote = 0;
	} else if (c == '>') {
		end_tag(h);
		return;
	} else if ((c == '"' || c == '\'') && h->last == '=') {
		h->quote = c;
	}
	if (!is_space(c)) h->last = c;
}

static void take_name(struct html_text *h, char c)
{
	if (is_space(c) || c == '/' || c == '>') {
		h->state = TAG;
		take_tag(h, c);
	} else {
		hold(h, lower_ascii(c));
	}
}

/* This and take_entity are false for an octet that is text again. */
static bool take_open(struct html_text *h, char c, struct buf *out)
{
	if (c == '/' && !h->closing) {
		h->closing = true;
	} else if (is_alpha(c)) {
		enter(h, NAME);
		hold(h, lower_ascii(c));
	} else if (c == '!' || c == '?' || h->closing) {
		enter(h, c == '>' ? TEXT : DECLARATION);
		h->last = c == '!' && !h->closing ? 0 : c;
	} else {
		enter(h, TEXT);
		show(h, S("<"), out);
		return false;
	}
	return true;
}

/* "<!" and so on up to ">", unless it begins with "--". */
static void take_declaration(struct html_text *h, char c)
{
	if (c == '>') {
		enter(h, TEXT);
	} else if (c == '-' && h->last == 0 && ++h->dashes == 2) {
		h->state = COMMENT;
	} else if (c != '-') {
		h->last = c;
	}
}

static void take_comment_octet(struct html_text *h, char c)
{
	if (c == '>' && h->dashes >= 2)
		enter(h, TEXT);
	else
		h->dashes = c == '-' ? h->dashes + (h->dashes < 2) : 0;
}

static void take_raw(struct html_text *h, char c)
{
	if (h->raw_n == h->raw_end.n) {
		if (is_space(c) || c == '/' || c == '>') {
			h->closing = true;
			enter(h, TAG);
			take_tag(h, c);
			return;
		}
		h->raw_n = 0;
	}
	if (lower_ascii(c) == h->raw_end.p[h->raw_n])
		h->raw_n++;
	else
		h->raw_n = c == '<';
}

/* A C1 control is meant as windows-1252 (HTML standard 13.2.5.84). */
static void show_code_point(struct html_text *h, uint32_t c, struct buf *out)
{
	char octet = (char)c;

	if (c == 0xa0 || (c < 0x80 && is_space(octet))) {
		h->space = true;
		return;
	}
	show(h, S(""), out);
	if (c >= 0x80 && c < 0xa0)
		text_decode(S("windows-1252"), (slice){ &octet, 1 }, out);
	else
		buf_add_code_point(out, c && is_code_point(c) ? c : UTF8_REPLACEMENT);
}

static bool take_numeric(slice digits, uint32_t *ret)
{
	bool hex = take_literal_nocase(&digits, S("x"));
	uint32_t base = hex ? 16 : 10, value = 0;

	if (digits.n == 0) return false;
	for (size_t i = 0; i < digits.n; i++) {
		int digit = hex_value(digits.p[i]);

		if (digit < 0 || (uint32_t)digit >= base) return false;
		if (value < 0x110000) value = value * base + (uint32_t)digit;
	}
	*ret = value;
	return true;
}

/* A reference without its ";" counts for numbers and the names of Latin-1, as in HTML. */
static void end_entity(struct html_text *h, bool terminated, struct buf *out)
{
	slice name = held(h);
	uint32_t c = 0;
	bool known = name.n && name.p[0] == '#' ? take_numeric(slice_skip(name, 1), &c)
						: (c = html_entity_named(name)) != 0;

	h->state = TEXT;
	if (known && (terminated || c < 0x100 || name.p[0] == '#')) {
		show_code_point(h, c, out);
		return;
	}
	show(h, S("&"), out);
	buf_add(out, name);
	if (terminated) buf_add_char(out, ';');
}

static bool take_entity(struct html_text *h, char c, struct buf *out)
{
	if (h->held_n < HELD_MAX &&
	    (is_alpha(c) || is_digit(c) || (c == '#' && h->held_n == 0))) {
		hold(h, c);
		return true;
	}
	end_entity(h, c == ';', out);
	return c == ';';
}

/* Octets at the front that are nothing but visible. */
static size_t visible_run(slice in)
{
	size_t n = 0;

	while (n < in.n && in.p[n] != '<' && in.p[n] != '&' && in.p[n] != '\0' &&
	       !is_space(in.p[n]))
		n++;
	return n;
}

static size_t take_text(struct html_text *h, slice in, struct buf *out)
{
	size_t n = visible_run(in);

	if (n) {
		show(h, slice_head(in, n), out);
		return n;
	}
	if (in.p[0] == '<' || in.p[0] == '&') {
		enter(h, in.p[0] == '<' ? OPEN : ENTITY);
		h->closing = false;
	} else {
		h->space |= in.p[0] != '\0';
	}
	return 1;
}

/* Takes something of in, which is not empty: gives how many octets. */
static size_t take_some(struct html_text *h, slice in, struct buf *out)
{
	char c = in.p[0];

	switch (h->state) {
	case TEXT:
		return take_text(h, in, out);
	case OPEN:
		return take_open(h, c, out);
	case ENTITY:
		return take_entity(h, c, out);
	case NAME:
		take_name(h, c);
		break;
	case TAG:
		take_tag(h, c);
		break;
	case DECLARATION:
		take_declaration(h, c);
		break;
	case COMMENT:
		take_comment_octet(h, c);
		break;
	case RAW:
		take_raw(h, c);
		break;
	}
	return 1;
}

void html_text_feed(struct html_text *h, slice utf8, struct buf *out)
{
	while (utf8.n)
		utf8 = slice_skip(utf8, take_some(h, utf8, out));
}
