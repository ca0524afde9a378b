/* A name that comes from the wire goes back and comes again the same; a pattern matches
 * as a plain recursive matcher says. */
#include <stdlib.h>

#include "imap/lexer.h"
#include "imap/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_name(const struct names *n, slice wire)
{
	slice stored, visible, in, again;
	struct arena arena;
	struct buf out;

	arena_init(&arena, 1 << 20);
	buf_init(&out, 1 << 20);
	if (name_from_wire(n, wire, &arena, &stored)) {
		if (!name_visible(n, stored, &visible)) abort();
		if (!name_write(n, visible, &out)) abort();
		in = buf_slice(&out);
		if (!take_astring(&in, &arena, &again) || in.n) abort();
		if (!name_from_wire(n, again, &arena, &again)) abort();
		if (!slice_eq(again, stored)) abort();
	}
	arena_done(&arena);
	buf_done(&out);
}

static bool matches_plainly(slice pattern, slice name)
{
	char c = pattern.n ? pattern.p[0] : '\0';

	if (!pattern.n) return !name.n;
	if (c != '*' && c != '%')
		return name.n && name.p[0] == c &&
		       matches_plainly(slice_skip(pattern, 1), slice_skip(name, 1));
	if (matches_plainly(slice_skip(pattern, 1), name)) return true;
	return name.n && (c == '*' || name.p[0] != '/') &&
	       matches_plainly(pattern, slice_skip(name, 1));
}

static void check_pattern(slice pattern, slice name)
{
	if (slice_starts_nocase(pattern, S("INBOX"))) return;
	if (pattern.n > 8 || name.n > 12) return;
	if (pattern_matches(pattern, name) != matches_plainly(pattern, name)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct names kinds[] = { { { "", 0 }, false },
					      { { "", 0 }, true },
					      { { "root", 4 }, false } };
	slice text = { (const char *)data, n }, pattern;

	for (size_t i = 0; i < countof(kinds); i++)
		check_name(&kinds[i], text);
	if (take_until(&text, '\n', &pattern)) check_pattern(pattern, text);
	return 0;
}
