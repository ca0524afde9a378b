#include "imap/fetch_items.h"

#include <string.h>

#include "imap/lexer.h"

static const slice macros[] = { SLICE_INIT("ALL"), SLICE_INIT("FAST"),
				SLICE_INIT("FULL") };

enum { ALL = 1, FAST = 2, FULL = 4 }; /* bits by the order of macros */

/* In the order in which a macro's items are told. */
static const struct {
	slice name;
	unsigned macros; /* that stand for it */
} items[FETCH_ITEMS] = {
	[FETCH_UID] = { SLICE_INIT("UID"), 0 },
	[FETCH_FLAGS] = { SLICE_INIT("FLAGS"), ALL | FAST | FULL },
	[FETCH_INTERNALDATE] = { SLICE_INIT("INTERNALDATE"), ALL | FAST | FULL },
	[FETCH_SIZE] = { SLICE_INIT("RFC822.SIZE"), ALL | FAST | FULL },
	[FETCH_MODSEQ] = { SLICE_INIT("MODSEQ"), 0 },     /* RFC 7162 3.1.4.2 */
	[FETCH_EMAILID] = { SLICE_INIT("EMAILID"), 0 },   /* RFC 8474 5.1 */
	[FETCH_THREADID] = { SLICE_INIT("THREADID"), 0 }, /* RFC 8474 5.2 */
	[FETCH_SAVEDATE] = { SLICE_INIT("SAVEDATE"), 0 }, /* RFC 8514 4.2 */
	[FETCH_PREVIEW] = { SLICE_INIT("PREVIEW"), 0 },   /* RFC 8970 3 */
	[FETCH_ENVELOPE] = { SLICE_INIT("ENVELOPE"), ALL | FULL },
	[FETCH_BODY] = { SLICE_INIT("BODY"), FULL },
	[FETCH_BODYSTRUCTURE] = { SLICE_INIT("BODYSTRUCTURE"), 0 },
};

/* Names of sections, with brackets or standing for a section (RFC 3501 6.4.5). */
static const struct {
	slice asked, told;
	bool has_brackets, marks;
	enum section_kind kind;
	enum fetch_form form;
} section_names[] = {
	{ SLICE_INIT("BODY"), SLICE_INIT("BODY"), true, true, SECTION_ALL },
	{ SLICE_INIT("BODY.PEEK"), SLICE_INIT("BODY"), true, false, SECTION_ALL },
	{ SLICE_INIT("RFC822"), SLICE_INIT("RFC822"), false, true, SECTION_ALL },
	{ SLICE_INIT("RFC822.HEADER"), SLICE_INIT("RFC822.HEADER"), false, false,
	  SECTION_HEADER },
	{ SLICE_INIT("RFC822.TEXT"), SLICE_INIT("RFC822.TEXT"), false, true,
	  SECTION_TEXT },
	{ SLICE_INIT("BINARY"), SLICE_INIT("BINARY"), true, true, SECTION_ALL,
	  FETCH_DECODED },
	{ SLICE_INIT("BINARY.PEEK"), SLICE_INIT("BINARY"), true, false, SECTION_ALL,
	  FETCH_DECODED },
	{ SLICE_INIT("BINARY.SIZE"), SLICE_INIT("BINARY.SIZE"), true, false, SECTION_ALL,
	  FETCH_DECODED_SIZE },
};

struct item_parser {
	struct arena *arena;
	struct fetch_items *items;
	struct fetch_section **end; /* where the next section is linked */
	uint32_t section_count;
};

bool fetch_items_have(const struct fetch_items *f, enum fetch_item item)
{
	for (uint32_t i = 0; i < f->plain_count; i++)
		if (f->plain[i] == item) return true;
	return false;
}

void fetch_items_put_last(struct fetch_items *f, enum fetch_item item)
{
	if (!fetch_items_have(f, item)) f->plain[f->plain_count++] = item;
}

void fetch_items_put_first(struct fetch_items *f, enum fetch_item item)
{
	if (fetch_items_have(f, item)) return;
	memmove(f->plain + 1, f->plain, f->plain_count * sizeof(*f->plain));
	f->plain[0] = item;
	f->plain_count++;
}

/* Letters, digits and dots: it ends before a bracket, which an atom would not. */
static bool take_item_name(slice *in, slice *ret)
{
	size_t n = 0;

	while (n < in->n && (is_alpha(in->p[n]) || is_digit(in->p[n]) || in->p[n] == '.'))
		n++;
	if (!n) return false;
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return true;
}

/* partial: "<" number64 "." nz-number64 ">", if it is there. */
static bool take_partial(slice *in, struct fetch_section *s)
{
	if (!take_char(in, '<')) return true;
	s->is_partial = true;
	return take_u64(in, &s->offset) && take_char(in, '.') &&
	       take_u64(in, &s->octets) && s->octets && take_char(in, '>');
}

/* section [partial], section-binary [partial] or section-binary: the last two name no
 * more than a part (RFC 3516 7). */
static bool take_place(slice *in, struct arena *arena, struct fetch_section *s)
{
	if (!take_section(in, arena, &s->section)) return false;
	if (s->form != FETCH_AS_STORED && s->section.kind != SECTION_ALL) return false;
	return s->form == FETCH_DECODED_SIZE || take_partial(in, s);
}

static bool add_section(struct item_parser *p, slice *in, size_t row)
{
	struct fetch_section *s;

	if (p->section_count++ == FETCH_SECTIONS_MAX) return false;
	s = arena_alloc(p->arena, sizeof(*s));
	if (!s) return false;
	s->name = section_names[row].told;
	s->has_brackets = section_names[row].has_brackets;
	s->marks = section_names[row].marks;
	s->octets = UINT64_MAX;
	s->section.kind = section_names[row].kind;
	s->form = section_names[row].form;
	if (s->has_brackets && !take_place(in, p->arena, s)) return false;
	p->items->marks |= s->marks;
	*p->end = s;
	p->end = &s->next;
	return true;
}

/* BODY is both: a plain item, and with brackets a section. */
static bool take_item(struct item_parser *p, slice *in)
{
	bool bracket;
	slice name;

	if (!take_item_name(in, &name)) return false;
	bracket = slice_starts(*in, S("["));
	for (size_t i = 0; i < countof(section_names); i++)
		if (section_names[i].has_brackets == bracket &&
		    slice_eq_nocase(section_names[i].asked, name))
			return add_section(p, in, i);
	for (unsigned i = 0; i < FETCH_ITEMS && !bracket; i++) {
		if (!slice_eq_nocase(items[i].name, name)) continue;
		fetch_items_put_last(p->items, (enum fetch_item)i);
		/* It is made when a message comes, so there is nothing to wait for. */
		if (i == FETCH_PREVIEW) take_literal_nocase(in, S(" (LAZY)"));
		return true;
	}
	return false;
}

static bool take_macro(slice *in, struct fetch_items *f)
{
	for (unsigned m = 0; m < countof(macros); m++) {
		if (!take_keyword(in, macros[m])) continue;
		for (unsigned i = 0; i < FETCH_ITEMS; i++)
			if (items[i].macros >> m & 1)
				fetch_items_put_last(f, (enum fetch_item)i);
		return true;
	}
	return false;
}

static bool take_items(struct item_parser *p, slice *in)
{
	if (!take_char(in, '(')) return take_macro(in, p->items) || take_item(p, in);
	do {
		if (!take_item(p, in)) return false;
	} while (take_space(in));
	return take_char(in, ')');
}

bool take_fetch_items(slice *in, struct arena *arena, struct fetch_items *ret)
{
	struct fetch_items got = { 0 };
	struct item_parser p = { .arena = arena, .items = &got, .end = &got.sections };
	slice s = *in;

	if (!take_items(&p, &s)) return false;
	*in = s;
	*ret = got;
	return true;
}

bool fetch_section_write(const struct fetch_section *s, struct buf *out)
{
	buf_add(out, s->name);
	if (s->has_brackets) section_write(&s->section, out);
	if (!s->is_partial) return !out->overflow;
	buf_add_char(out, '<');
	buf_add_u64(out, s->offset);
	return buf_add_char(out, '>') && !out->overflow;
}
