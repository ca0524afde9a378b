#include "jmap/snippet_text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "message/text.h"
#include "store/search_text.h"

#define MARK_BEGIN "<mark>"
#define MARK_END "</mark>"
#define ELLIPSIS "..."

enum {
	BEFORE_MAX = 40, /* octets shown before the first word, each perhaps an entity */
};

/* --- finding --- */

/* A text and where in it the octets of its folded form come from. */
struct folded_text {
	slice text;
	struct buf folded;
	uint32_t *origin; /* of each octet folded: its character's first octet in text */
	size_t origin_room;
	uint8_t *is_found; /* each octet of text: whether a word has it */
};

static void add_origins(struct folded_text *f, size_t before, size_t at, bool one_to_one)
{
	if (f->folded.n > f->origin_room) {
		f->origin_room = 2 * f->folded.n;
		f->origin = realloc(f->origin, f->origin_room * sizeof(*f->origin));
		assert(f->origin);
	}
	for (size_t i = before; i < f->folded.n; i++)
		f->origin[i] = (uint32_t)(at + (one_to_one ? i - before : 0));
}

static size_t ascii_run(slice s)
{
	size_t n = 0;

	while (n < s.n && (unsigned char)s.p[n] < 0x80)
		n++;
	return n;
}

/* The octets of the code point at the front, or one octet. */
static size_t character_size(slice s)
{
	slice rest = s;
	uint32_t c;

	take_code_point_lenient(&rest, &c);
	return s.n - rest.n;
}

static void fold(struct folded_text *f)
{
	size_t at = 0;

	while (at < f->text.n) {
		slice rest = slice_skip(f->text, at);
		size_t run = ascii_run(rest), n = run ? run : character_size(rest);
		size_t before = f->folded.n;

		text_fold(slice_head(rest, n), &f->folded);
		add_origins(f, before, at, run > 0);
		at += n;
	}
}

/* The folded octets [at, at + n) are a word's. */
static void note(struct folded_text *f, size_t at, size_t n)
{
	size_t first = f->origin[at], last = f->origin[at + n - 1];

	last += character_size(slice_skip(f->text, last));
	memset(f->is_found + first, 1, last - first);
}

static bool find_word(struct folded_text *f, slice word)
{
	slice all = buf_slice(&f->folded);
	bool any = false;

	for (size_t at = 0;;) {
		at += slice_find(slice_skip(all, at), word);
		if (at >= all.n) return any;
		note(f, at, word.n);
		any = true;
		at += word.n;
	}
}

/* False when no word is there. folded_done later, also then. */
static bool folded_init(struct folded_text *f, slice utf8, const struct snippet_words *w)
{
	bool any = false;

	*f = (struct folded_text){ .text = slice_head(utf8, UINT32_MAX),
				   .is_found = calloc(utf8.n + 1, 1) };
	assert(f->is_found);
	buf_init(&f->folded, utf8.n * TEXT_FOLD_GROWTH_MAX);
	fold(f);
	for (uint32_t i = 0; i < w->count; i++)
		any |= find_word(f, w->folded[i]);
	return any;
}

static void folded_done(struct folded_text *f)
{
	buf_done(&f->folded);
	free(f->origin);
	free(f->is_found);
}

/* --- marking --- */

struct marker {
	struct buf *out;
	size_t max; /* octets that out may come to have */
	bool is_open;
};

static slice escaped(slice character)
{
	switch (character.p[0]) {
	case '&':
		return S("&amp;");
	case '<':
		return S("&lt;");
	case '>':
		return S("&gt;");
	default:
		return character;
	}
}

static void set_open(struct marker *m, bool open)
{
	if (m->is_open != open) buf_add(m->out, open ? S(MARK_BEGIN) : S(MARK_END));
	m->is_open = open;
}

/* False when it does not fit, with all that must follow. */
static bool add_character(struct marker *m, slice character, bool is_found)
{
	slice text = escaped(character);
	size_t need = text.n + sizeof(ELLIPSIS) - 1;

	if (is_found != m->is_open) need += sizeof(MARK_BEGIN MARK_END) - 1;
	if (m->is_open) need += sizeof(MARK_END) - 1;
	if (m->out->n + need > m->max) return false;
	set_open(m, is_found);
	buf_add(m->out, text);
	return true;
}

bool snippet_mark_all(slice utf8, const struct snippet_words *words, struct buf *out)
{
	struct marker m = { .out = out, .max = SIZE_MAX };
	struct folded_text f;
	bool any = folded_init(&f, utf8, words);

	for (size_t at = 0; any && at < f.text.n;) {
		size_t n = character_size(slice_skip(f.text, at));

		add_character(&m, slice_head(slice_skip(f.text, at), n), f.is_found[at]);
		at += n;
	}
	set_open(&m, false);
	folded_done(&f);
	return any;
}

static bool is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Where to begin so that the word at `found` is seen, at the beginning of a word if there
 * is one near. */
static size_t find_begin(slice text, size_t found)
{
	size_t at = found > BEFORE_MAX ? found - BEFORE_MAX : 0;

	if (!at) return 0;
	for (size_t i = at; i < found; i++)
		if (is_white(text.p[i])) return i + 1;
	while (at < found && ((unsigned char)text.p[at] & 0xc0) == 0x80)
		at++;
	return at;
}

/* From at on, white space as one space before what follows it; false where it had to end
 * before the text did. */
static bool add_from(struct marker *m, const struct folded_text *f, size_t at)
{
	size_t white = f->text.n; /* where it began, or that */

	while (at < f->text.n) {
		slice rest = slice_skip(f->text, at);
		size_t n = character_size(rest);

		if (is_white(rest.p[0])) {
			if (white == f->text.n) white = at;
			at += n;
			continue;
		}
		if (white < f->text.n && white > 0 &&
		    !add_character(m, S(" "), f->is_found[white]))
			return false;
		if (!add_character(m, slice_head(rest, n), f->is_found[at])) return false;
		white = f->text.n;
		at += n;
	}
	return true;
}

bool snippet_mark_first(slice utf8, const struct snippet_words *words, struct buf *out)
{
	struct marker m = { .out = out, .max = out->n + SNIPPET_PREVIEW_MAX };
	struct folded_text f;
	bool any = folded_init(&f, utf8, words), is_whole;
	const uint8_t *found;
	size_t begin;

	if (any) {
		found = memchr(f.is_found, 1, f.text.n);
		begin = find_begin(f.text, (size_t)(found - f.is_found));
		if (begin) buf_add(out, S(ELLIPSIS));
		is_whole = add_from(&m, &f, begin);
		set_open(&m, false);
		if (!is_whole) buf_add(out, S(ELLIPSIS));
	}
	folded_done(&f);
	return any;
}
