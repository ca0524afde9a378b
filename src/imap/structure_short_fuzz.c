/* Any text is shortened to an end, and is not made longer but by parentheses; that of a
 * message becomes what BODY is when it is written at once. */
#include <stdlib.h>

#include "imap/structure_short.h"
#include "message/structure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { STRUCTURE_MAX = 64 << 20 };

static void check_message(slice message)
{
	struct buf full, want, got;
	struct arena arena;
	const struct mime *m;

	arena_init(&arena, MIME_ARENA_MAX);
	buf_init(&full, STRUCTURE_MAX);
	buf_init(&want, STRUCTURE_MAX);
	buf_init(&got, STRUCTURE_MAX);
	m = mime_parse(&arena, message);
	if (!body_structure_write(m, &full) || !body_write(m, &want)) abort();
	structure_shorten(buf_slice(&full), &got);
	if (!slice_eq(buf_slice(&got), buf_slice(&want))) abort();
	buf_done(&full);
	buf_done(&want);
	buf_done(&got);
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n };
	struct buf out;

	buf_init(&out, 2 * n + 1);
	structure_shorten(text, &out);
	if (out.overflow) abort();
	buf_done(&out);
	check_message(text);
	return 0;
}
