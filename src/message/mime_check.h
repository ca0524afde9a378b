/*
 * mime_check.h - what holds for every message: for the tests and fuzz targets alone
 *
 * Each check aborts, saying why, where it does not hold.
 */
#pragma once

#include "message/mime.h"
#include "message/part_map.h"
#include "message/structure.h"
#include "message/structure_check.h"

enum { CHECK_ARENA_MAX = 64 * 1024 * 1024, CHECK_BUF_MAX = 256 * 1024 * 1024 };

static inline void check_structure(const struct mime *m)
{
	struct buf out;

	buf_init(&out, CHECK_BUF_MAX);
	REQUIRE(body_structure_write(m, &out));
	check_one_list(buf_slice(&out));
	buf_reset(&out);
	REQUIRE(body_write(m, &out));
	check_one_list(buf_slice(&out));
	buf_reset(&out);
	REQUIRE(envelope_write(&m->parts[0], &out));
	check_one_list(buf_slice(&out));
	buf_done(&out);
}

static inline void check_fields(const struct mime_part *part, slice message)
{
	uint64_t at = part->start;

	for (uint32_t i = 0; i < part->field_count; i++) {
		const struct header_field *f = &part->fields[i];
		slice written = slice_skip(slice_head(message, f->end), f->start);

		REQUIRE(f->start >= at && f->end <= part->body_start);
		REQUIRE(f->name.n && slice_starts(written, f->name));
		REQUIRE(slice_find(written, f->value) + f->value.n <= written.n);
		at = f->end;
	}
}

static inline void check_leaf(const struct mime_part *part)
{
	REQUIRE(!slice_eq_nocase(part->type, S("multipart")));
	REQUIRE(!slice_eq_nocase(part->type, S("message")) ||
		(!slice_eq_nocase(part->subtype, S("rfc822")) &&
		 !slice_eq_nocase(part->subtype, S("global"))));
}

static inline uint32_t count_lines(slice message, uint64_t from, uint64_t to)
{
	uint32_t lines = 0;

	for (uint64_t i = from; i < to; i++)
		lines += message.p[i] == '\n';
	return lines;
}

static inline void check_part(const struct mime *m, uint32_t i, slice message)
{
	const struct mime_part *part = &m->parts[i], *parent = &m->parts[part->parent];

	REQUIRE(part->start <= part->body_start && part->body_start <= part->end);
	REQUIRE(part->end_index > i && part->end_index <= m->part_count);
	REQUIRE(part->kind != MIME_LEAF || part->end_index == i + 1);
	REQUIRE(part->type.n && part->subtype.n && part->depth <= MIME_DEPTH_MAX);
	if (part->kind == MIME_LEAF) check_leaf(part);
	check_fields(part, message);
	if (i == 0) return;
	REQUIRE(part->parent < i && part->end_index <= parent->end_index);
	REQUIRE(part->depth == parent->depth + 1 && parent->kind != MIME_LEAF);
	REQUIRE(part->start >= parent->body_start && part->end <= parent->end);
	if (parent->kind == MIME_MESSAGE) {
		REQUIRE(part->start == parent->body_start && part->end == parent->end);
		REQUIRE(part->end_index == parent->end_index);
	}
}

/* Parts are nested and in order. */
static inline void check_tree(const struct mime *m, slice message)
{
	uint64_t at = 0;

	REQUIRE(m->part_count && m->part_count <= MIME_PARTS_MAX);
	REQUIRE(m->size == message.n && m->parts[0].start == 0 &&
		m->parts[0].end == message.n && m->parts[0].end_index == m->part_count);
	for (uint32_t i = 0; i < m->part_count; i++) {
		const struct mime_part *part = &m->parts[i];

		check_part(m, i, message);
		REQUIRE(part->start >= at);
		at = part->kind == MIME_LEAF ? part->end : part->body_start;
		if (part->kind != MIME_LEAF) continue;
		REQUIRE(part->body_lines ==
			count_lines(message, part->body_start, part->end));
		REQUIRE(part->header_lines ==
			count_lines(message, part->start, part->body_start));
	}
}

static inline void require_same_parameters(const struct mime_parameter *a,
					   const struct mime_parameter *b, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		REQUIRE(slice_eq(a[i].name, b[i].name) &&
			slice_eq(a[i].value, b[i].value));
}

static inline void require_same_part(const struct mime_part *a, const struct mime_part *b)
{
	REQUIRE(a->kind == b->kind && a->parent == b->parent &&
		a->end_index == b->end_index && a->depth == b->depth);
	REQUIRE(a->start == b->start && a->body_start == b->body_start &&
		a->end == b->end);
	REQUIRE(a->header_lines == b->header_lines && a->body_lines == b->body_lines);
	REQUIRE(slice_eq(a->type, b->type) && slice_eq(a->subtype, b->subtype));
	REQUIRE(a->encoding == b->encoding && slice_eq(a->disposition, b->disposition));
	REQUIRE(a->field_count == b->field_count);
	for (uint32_t i = 0; i < a->field_count; i++)
		REQUIRE(a->fields[i].start == b->fields[i].start &&
			a->fields[i].end == b->fields[i].end &&
			slice_eq(a->fields[i].value, b->fields[i].value));
	REQUIRE(a->parameter_count == b->parameter_count &&
		a->disposition_parameter_count == b->disposition_parameter_count);
	require_same_parameters(a->parameters, b->parameters, a->parameter_count);
	require_same_parameters(a->disposition_parameters, b->disposition_parameters,
				a->disposition_parameter_count);
}

/* However the message is cut, the result is the same. */
static inline void check_cut(const struct mime *whole, slice message, size_t piece)
{
	struct arena arena;

	arena_init(&arena, CHECK_ARENA_MAX);

	struct mime_parser *p = mime_parser_new(&arena);
	for (slice rest = message; rest.n; rest = slice_skip(rest, piece))
		mime_parser_feed(p, slice_head(rest, piece));

	const struct mime *m = mime_parser_finish(p);
	REQUIRE(m->part_count == whole->part_count && m->truncated == whole->truncated &&
		m->has_8bit == whole->has_8bit && m->has_nul == whole->has_nul);
	for (uint32_t i = 0; i < m->part_count; i++)
		require_same_part(&m->parts[i], &whole->parts[i]);
	arena_done(&arena);
}

/* What is packed comes back; nothing that is shorter does. */
static inline void check_part_map(const struct mime *m)
{
	struct part_map map;
	struct arena arena;
	struct buf out;

	arena_init(&arena, CHECK_ARENA_MAX);
	buf_init(&out, CHECK_BUF_MAX);
	REQUIRE(part_map_pack(m, &out));
	REQUIRE(part_map_unpack(buf_slice(&out), &arena, &map));
	REQUIRE(map.count == m->part_count);
	for (uint32_t i = 0; i < map.count; i++) {
		const struct part_place *place = &map.parts[i];
		const struct mime_part *part = &m->parts[i];

		REQUIRE(place->kind == part->kind && place->encoding == part->encoding &&
			place->parent == part->parent &&
			place->end_index == part->end_index &&
			place->start == part->start &&
			place->body_start == part->body_start && place->end == part->end);
	}
	REQUIRE(!part_map_unpack(slice_head(buf_slice(&out), out.n - 1), &arena, &map));
	buf_done(&out);
	arena_done(&arena);
}

static inline void check_message(slice message)
{
	struct arena arena;

	arena_init(&arena, CHECK_ARENA_MAX);

	const struct mime *m = mime_parse(&arena, message);
	check_tree(m, message);
	check_structure(m);
	check_part_map(m);
	check_cut(m, message, 1);
	check_cut(m, message, 7);
	check_cut(m, message, message.n / 2 + 1);
	arena_done(&arena);
}
