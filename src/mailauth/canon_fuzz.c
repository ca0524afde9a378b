/* However a body is cut, its canonical form is the same; and a canonical form is its own
 * canonical form, of bodies as of fields. The first octet says how long the pieces are.
 */
#include <stdlib.h>

#include "mailauth/canon.h"

enum { INPUT_MAX = 65536 };

static void collect(void *to, slice octets)
{
	if (!buf_add(to, octets)) abort();
}

static void make_body(enum canon canon, slice body, size_t piece, struct buf *out)
{
	struct body_canon c;

	buf_init(out, 2 * INPUT_MAX);
	body_canon_init(&c, canon, collect, out);
	for (; body.n; body = slice_skip(body, piece))
		body_canon_feed(&c, slice_head(body, piece));
	body_canon_finish(&c);
}

static void check_body(enum canon canon, slice body, size_t piece)
{
	struct buf whole, pieces, again;

	make_body(canon, body, body.n + 1, &whole);
	make_body(canon, body, piece, &pieces);
	make_body(canon, buf_slice(&whole), piece, &again);
	if (!slice_eq(buf_slice(&whole), buf_slice(&pieces))) abort();
	if (!slice_eq(buf_slice(&whole), buf_slice(&again))) abort();
	if (whole.n > body.n + 2) abort();
	buf_done(&whole);
	buf_done(&pieces);
	buf_done(&again);
}

static void check_field(const struct signed_field *field)
{
	struct signed_field again;
	struct buf once, twice;

	buf_init(&once, INPUT_MAX + 2);
	buf_init(&twice, INPUT_MAX + 2);
	if (!canon_field(CANON_RELAXED, field, &once)) abort();
	if (!signed_field_parse(slice_head(buf_slice(&once), once.n - 2), &again))
		abort();
	if (!canon_field(CANON_RELAXED, &again, &twice)) abort();
	if (!slice_eq(buf_slice(&once), buf_slice(&twice))) abort();
	buf_done(&once);
	buf_done(&twice);
}

static void check_fields(slice section)
{
	struct header_list list;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	if (header_list_parse(section, &arena, &list))
		for (uint32_t i = 0; i < list.count; i++)
			check_field(&list.fields[i]);
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice input;

	if (n == 0 || n > INPUT_MAX) return 0;
	input = (slice){ (const char *)data + 1, n - 1 };
	check_body(CANON_SIMPLE, input, (size_t)data[0] + 1);
	check_body(CANON_RELAXED, input, (size_t)data[0] + 1);
	check_fields(input);
	return 0;
}
