/*
 * compose_check.h - what is composed is parsed again, and has what went in: for the test
 *                   and the fuzz target alone
 */
#pragma once

#include "message/compose.h"
#include "message/compose_scan.h"
#include "message/seven_bit_check.h"

/* Gives itself in pieces of `step` octets. */
struct piecemeal {
	slice all, rest;
	size_t step;
};

static inline bool read_piece(void *context, struct buf *out, bool *ret_ended)
{
	struct piecemeal *p = context;
	slice head = slice_head(p->rest, p->step);

	p->rest = slice_skip(p->rest, head.n);
	*ret_ended = p->rest.n == 0;
	return buf_add(out, head);
}

static inline bool sink_to_buf(void *context, slice octets)
{
	return buf_add(context, octets);
}

static inline void with_crlf(slice text, struct buf *out)
{
	while (text.n) {
		if (take_literal(&text, S("\r\n")) || take_char(&text, '\n') ||
		    take_char(&text, '\r')) {
			buf_add(out, S("\r\n"));
			continue;
		}
		buf_add_char(out, text.p[0]);
		text = slice_skip(text, 1);
	}
}

static inline void require_content(const struct mime_part *p, slice message, slice want)
{
	struct buf got;

	buf_init(&got, message.n + 64);
	decode_part(p, message, &got);
	REQUIRE(slice_eq(buf_slice(&got), want));
	buf_done(&got);
}

/* No part says 7bit and is not. */
static inline void require_encodings(const struct mime *m, slice message)
{
	for (uint32_t i = 0; i < m->part_count; i++) {
		const struct mime_part *p = &m->parts[i];
		struct compose_scan scan = compose_scan_start(S("\n"));

		if (p->kind != MIME_LEAF || p->encoding == MIME_8BIT) continue;
		compose_scan_feed(&scan,
				  slice_skip(slice_head(message, p->end), p->body_start));
		compose_scan_end(&scan);
		REQUIRE(compose_scan_is_7bit(&scan));
	}
}

/* multipart/mixed of multipart/alternative of text, and a file of that type. */
static inline enum err compose_two(slice text, slice file, slice type, size_t step,
				   slice boundary, struct buf *out)
{
	struct piecemeal one = { file, file, step }, two = one;
	struct compose_source source = { read_piece, &one }, again = { read_piece, &two };
	struct compose_part attached = {
		.type = type, .subtype = S("x"), .source = &source, .again = &again
	};
	struct compose_part plain = { .type = S("text"),
				      .subtype = S("plain"),
				      .text = text };
	struct compose_part inner = { .type = S("multipart"),
				      .subtype = S("alternative"),
				      .first = &plain,
				      .next = &attached };
	struct compose_part root = { .type = S("multipart"),
				     .subtype = S("mixed"),
				     .fields = S("Subject: x\r\n"),
				     .first = &inner };

	return compose_write(&root, boundary, sink_to_buf, out);
}

static inline void check_two(slice text, slice file, slice type, size_t step)
{
	struct arena arena;
	struct buf out, lines;
	size_t most = 8 * (text.n + file.n) + 4096;

	buf_init(&out, most);
	buf_init(&lines, most);
	arena_init(&arena, MIME_ARENA_MAX);
	enum err e = compose_two(text, file, type, step, S("4711"), &out);
	REQUIRE(!e || (e == ERR_EXISTS && slice_eq(type, S("message"))));
	if (!e) {
		const struct mime *m = mime_parse(&arena, buf_slice(&out));

		REQUIRE(m->part_count == 4 && m->parts[1].end_index == 3);
		with_crlf(text, &lines);
		require_content(&m->parts[2], buf_slice(&out), buf_slice(&lines));
		require_content(&m->parts[3], buf_slice(&out), file);
		if (!slice_eq(type, S("message"))) require_encodings(m, buf_slice(&out));
	}
	buf_done(&out);
	buf_done(&lines);
	arena_done(&arena);
}
