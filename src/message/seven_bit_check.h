/*
 * seven_bit_check.h - what holds for every message that became 7-bit: for the test and
 *                     the fuzz target alone
 */
#pragma once

#include "message/content.h"
#include "message/seven_bit.h"
#include "message/structure_check.h"

static inline void decode_part(const struct mime_part *p, slice message, struct buf *out)
{
	struct content_decoder *d = content_decoder_new(p->encoding, S(""), true);

	content_decoder_feed(d, slice_skip(slice_head(message, p->end), p->body_start),
			     true, out);
	content_decoder_free(d);
}

static inline void require_same_content(const struct mime_part *a, slice before,
					const struct mime_part *b, slice after)
{
	struct buf one, two;

	buf_init(&one, before.n + after.n + 64);
	buf_init(&two, before.n + after.n + 64);
	decode_part(a, before, &one);
	decode_part(b, after, &two);
	REQUIRE(!one.overflow && !two.overflow);
	REQUIRE(slice_eq(buf_slice(&one), buf_slice(&two)));
	buf_done(&one);
	buf_done(&two);
}

static inline void require_same_parts(const struct mime *a, slice before,
				      const struct mime *b, slice after)
{
	REQUIRE(!b->has_8bit && !b->has_nul);
	REQUIRE(a->part_count == b->part_count);
	for (uint32_t i = 0; i < a->part_count; i++) {
		const struct mime_part *one = &a->parts[i], *two = &b->parts[i];

		REQUIRE(one->kind == two->kind && one->parent == two->parent);
		REQUIRE(slice_eq(one->type, two->type) &&
			slice_eq(one->subtype, two->subtype));
		if (one->kind == MIME_LEAF) require_same_content(one, before, two, after);
	}
}

/* Whether it could be; what comes out has the same parts, and stays as it is when it is
 * done again. */
static inline bool check_seven_bit(slice message, struct buf *out)
{
	struct arena arena;
	struct buf again;
	bool good;

	arena_init(&arena, 64 * 1024 * 1024);
	const struct mime *m = mime_parse(&arena, message);
	good = seven_bit_write(message, m, out);
	if (good) {
		const struct mime *after = mime_parse(&arena, buf_slice(out));

		REQUIRE(out->n <= seven_bit_size_max(m));
		require_same_parts(m, message, after, buf_slice(out));
		buf_init(&again, seven_bit_size_max(after));
		REQUIRE(seven_bit_write(buf_slice(out), after, &again));
		REQUIRE(slice_eq(buf_slice(out), buf_slice(&again)));
		buf_done(&again);
	}
	arena_done(&arena);
	return good;
}
