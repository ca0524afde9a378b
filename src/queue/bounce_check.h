/*
 * bounce_check.h - is it the report it should be? For the tests and fuzz targets alone
 *
 * Reads a report back with our own MIME parser and a strict reader of RFC 3464's fields.
 * Aborts, saying why, where something else is found.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "base/quoted_printable.h"
#include "base/utf8.h"
#include "message/mime.h"
#include "queue/bounce.h"

#define REQUIRE(condition)                                                               \
	do {                                                                             \
		if (condition) break;                                                    \
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);          \
		abort();                                                                 \
	} while (0)

static inline slice part_body(slice whole, const struct mime_part *p)
{
	return slice_head(slice_skip(whole, p->body_start), p->end - p->body_start);
}

/* CRLF and no other control; no line past what may be sent. */
static inline void check_lines(slice text)
{
	size_t column = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\r') {
			REQUIRE(i + 1 < text.n && text.p[i + 1] == '\n');
			column = 0;
			i++;
			continue;
		}
		REQUIRE((c >= ' ' || c == '\t') && c != 127);
		REQUIRE(++column <= 998);
	}
}

/* One field unfolded; false at the end of its group. */
static inline bool take_status_field(slice *in, struct buf *ret)
{
	slice line;

	buf_reset(ret);
	if (in->n == 0 || take_literal(in, S("\r\n"))) return false;
	do {
		REQUIRE(take_line(in, &line));
		buf_add(ret, line);
	} while (in->n && *in->p == ' ');
	return true;
}

/* Each group has exactly these at least once, and nothing twice. */
static inline void check_group(slice *in, const slice *names, size_t count)
{
	struct buf field, seen;

	buf_init(&field, 100'000);
	buf_init(&seen, 100'000);
	while (take_status_field(in, &field)) {
		slice value = buf_slice(&field), name;

		REQUIRE(take_until(&value, ':', &name) && take_char(&value, ' '));
		buf_add_char(&seen, '/');
		REQUIRE(slice_find(buf_slice(&seen), name) == seen.n);
		buf_add(&seen, name);
	}
	for (size_t i = 0; i < count; i++)
		REQUIRE(slice_find(buf_slice(&seen), names[i]) < seen.n);
	buf_done(&field);
	buf_done(&seen);
}

static inline void check_status(const struct bounce *b, slice status)
{
	static const slice whole[] = { SLICE_INIT("Reporting-MTA"),
				       SLICE_INIT("Arrival-Date") },
			   each[] = { SLICE_INIT("Final-Recipient"), SLICE_INIT("Action"),
				      SLICE_INIT("Status") };

	check_group(&status, whole, countof(whole));
	for (uint32_t i = 0; i < b->report->count; i++)
		check_group(&status, each, countof(each));
	REQUIRE(status.n == 0);
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
