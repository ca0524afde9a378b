/* Every word of the grammar at every place of the input: what is taken lies within the
 * input or the arena, a failure changes nothing, and strings written are read back. */
#include <stdlib.h>
#include <string.h>

#include "imap/flags.h"
#include "imap/lexer.h"
#include "imap/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool take_string_word(slice *in, struct arena *arena, slice *ret)
{
	return take_string(in, arena, ret);
}

static bool take_tag_word(slice *in, struct arena *, slice *ret)
{
	return take_tag(in, ret);
}

static bool take_atom_word(slice *in, struct arena *, slice *ret)
{
	return take_atom(in, ret);
}

static bool take_flags_word(slice *in, struct arena *, slice *ret)
{
	struct flag_list list;
	slice before = *in;

	if (!take_flag_list(in, true, &list)) return false;
	*ret = slice_head(before, before.n - in->n);
	return true;
}

static void check_read_back(slice text)
{
	struct arena arena;
	struct buf out;
	slice in, again = { 0 };

	if (slice_find_char(text, '\0') < text.n) return;
	arena_init(&arena, 1 << 20);
	buf_init(&out, 1 << 20);
	if (!write_astring(&out, text, true)) abort();
	in = buf_slice(&out);
	if (!take_astring(&in, &arena, &again) || in.n || !slice_eq(again, text)) abort();
	arena_done(&arena);
	buf_done(&out);
}

static void check_word(bool (*take)(slice *, struct arena *, slice *), slice text)
{
	slice in = text, got = { 0 };
	struct arena arena;

	arena_init(&arena, 1 << 20);
	if (!take(&in, &arena, &got)) {
		if (in.p != text.p || in.n != text.n) abort();
	} else {
		if (in.n >= text.n || in.p + in.n != text.p + text.n) abort();
		if (got.n > text.n) abort();
		check_read_back(got);
	}
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n };
	struct literal l;
	size_t at;

	for (size_t i = 0; i < n && i < 200; i++) {
		slice rest = slice_skip(text, i);

		check_word(take_string_word, rest);
		check_word(take_astring, rest);
		check_word(take_list_mailbox, rest);
		check_word(take_tag_word, rest);
		check_word(take_atom_word, rest);
		check_word(take_flags_word, rest);
	}
	if (find_literal(text, &l, &at) && at >= n) abort();
	return 0;
}
