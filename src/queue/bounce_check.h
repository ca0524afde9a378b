/*
 * bounce_check.h - is it the report it should be? For the tests and fuzz targets alone
 *
 * Reads a report back with our own MIME parser. Aborts, saying why, where something else
 * is found.
 */
#pragma once

#include "base/quoted_printable.h"
#include "base/utf8.h"
#include "message/mime.h"
#include "queue/bounce.h"
#include "queue/status_check.h"

static inline slice part_body(slice whole, const struct mime_part *p)
{
	return slice_head(slice_skip(whole, p->body_start), p->end - p->body_start);
}

/* The octets of the message, or those of its header section, came through. */
static inline void check_original(const struct bounce *b, slice whole,
				  const struct mime_part *p)
{
	slice body = part_body(whole, p);
	struct quoted_printable_decoder decoder = { .n = 0 };
	struct buf decoded;

	buf_init(&decoded, body.n);
	if (p->encoding == MIME_QUOTED_PRINTABLE) {
		quoted_printable_decoder_feed(&decoder, body, &decoded);
		quoted_printable_decoder_end(&decoder, &decoded);
		body = buf_slice(&decoded);
	}
	REQUIRE(body.n <= b->original.n);
	REQUIRE(slice_eq(body, slice_head(b->original, body.n)));
	REQUIRE(b->report->kind == REPORT_FAILED ||
		slice_ends_nocase(p->subtype, S("headers")));
	buf_done(&decoded);
}

static inline void bounce_check(const struct bounce *b, slice whole, unsigned flags)
{
	struct arena arena;
	const struct mime *m;

	arena_init(&arena, MIME_ARENA_MAX);
	m = mime_parse(&arena, whole);
	REQUIRE(m && m->part_count >= 4);
	REQUIRE(slice_eq(m->parts[0].subtype, S("report")));
	REQUIRE(m->parts[1].parent == 0 && m->parts[2].parent == 0);
	REQUIRE(m->parts[3].parent == 0 && m->parts[3].end_index == m->part_count);
	check_lines(slice_head(whole, m->parts[3].body_start));
	check_lines(slice_skip(whole, m->parts[3].end));
	REQUIRE(flags & MESSAGE_8BIT || is_ascii(whole));
	REQUIRE(utf8_valid(slice_head(whole, m->parts[3].body_start)));
	check_status(b, part_body(whole, &m->parts[2]));
	check_original(b, whole, &m->parts[3]);
	arena_done(&arena);
}
