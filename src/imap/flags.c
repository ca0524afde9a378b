#include "imap/flags.h"

#include "base/siphash.h"
#include "imap/lexer.h"

const slice system_flags[SYSTEM_FLAGS] = {
	SLICE_INIT("\\Seen"),    SLICE_INIT("\\Answered"), SLICE_INIT("\\Flagged"),
	SLICE_INIT("\\Deleted"), SLICE_INIT("\\Draft"),
};

static bool take_system_flag(slice *in, uint64_t *flags)
{
	slice s = *in, atom;

	if (!take_char(&s, '\\') || !take_atom(&s, &atom)) return false;
	for (unsigned bit = 0; bit < SYSTEM_FLAGS; bit++) {
		if (!slice_eq_nocase(atom, slice_skip(system_flags[bit], 1))) continue;
		*flags |= UINT64_C(1) << bit;
		*in = s;
		return true;
	}
	return false;
}

static bool take_flag(slice *in, struct flag_list *list)
{
	slice atom;

	if (take_system_flag(in, &list->system)) return true;
	if (list->keyword_count == FLAG_LIST_MAX || !take_atom(in, &atom)) return false;
	list->keywords[list->keyword_count++] = atom;
	return true;
}

static bool take_flags(slice *in, struct flag_list *list)
{
	do {
		if (!take_flag(in, list)) return false;
	} while (take_char(in, ' '));
	return true;
}

bool take_flag_list(slice *in, bool bare, struct flag_list *ret)
{
	slice s = *in;

	*ret = (struct flag_list){ 0 };
	if (!take_char(&s, '(')) {
		if (!bare || !take_flags(&s, ret)) return false;
	} else if (!take_char(&s, ')')) {
		if (!take_flags(&s, ret) || !take_char(&s, ')')) return false;
	}
	*in = s;
	return true;
}

enum err flag_list_bits(struct account *a, const struct flag_list *list, bool make,
			uint64_t *ret)
{
	uint64_t flags = list->system, bit;

	for (uint32_t i = 0; i < list->keyword_count; i++) {
		enum err e = keyword_bit(a, list->keywords[i], make, &bit);

		if (e == ERR_NOT_FOUND && !make) continue;
		if (e) return e;
		flags |= bit;
	}
	*ret = flags;
	return ERR_NONE;
}

struct keyword_loader {
	struct arena *arena;
	struct keyword_names *names;
	bool full;
};

static void load_keyword(void *context, uint64_t bit, slice name)
{
	struct keyword_loader *l = context;
	unsigned at = (unsigned)__builtin_ctzll(bit);

	if (!arena_copy(l->arena, name, &l->names->by_bit[at])) l->full = true;
	l->names->known |= bit;
	l->names->signature ^= siphash_process(name) * (2 * (uint64_t)at + 1);
}

enum err keyword_names_load(struct account *a, struct arena *arena,
			    struct keyword_names *ret)
{
	struct keyword_loader l = { .arena = arena, .names = ret };
	enum err e;

	*ret = (struct keyword_names){ 0 };
	e = keyword_each(a, load_keyword, &l);
	return e ? e : l.full ? ERR_LIMIT : ERR_NONE;
}

static void add_word(struct buf *out, slice word, bool *first)
{
	if (!*first) buf_add_char(out, ' ');
	*first = false;
	buf_add(out, word);
}

bool flags_write(struct buf *out, uint64_t flags, bool recent,
		 const struct keyword_names *names)
{
	uint64_t keywords = flags & names->known;
	bool first = true;

	for (unsigned bit = 0; bit < SYSTEM_FLAGS; bit++)
		if (flags >> bit & 1) add_word(out, system_flags[bit], &first);
	if (recent) add_word(out, S("\\Recent"), &first);
	for (; keywords; keywords &= keywords - 1)
		add_word(out, names->by_bit[__builtin_ctzll(keywords)], &first);
	return !out->overflow;
}
