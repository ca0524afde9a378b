/*
 * Items up to the first NUL, behind it a message. What is read and written is read again
 * as the same; a section lies within the message; the fields that a list names and those
 * that it does not are the whole header section.
 */
#include <stdlib.h>
#include <string.h>

#include "imap/fetch_items.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { TEXT_MAX = 1 << 20 };

static void check(bool holds)
{
	if (!holds) abort();
}

static void check_written(const struct fetch_section *s, struct arena *arena)
{
	struct fetch_items again;
	struct buf first, second;
	slice in;

	buf_init(&first, TEXT_MAX);
	buf_init(&second, TEXT_MAX);
	check(fetch_section_write(s, &first));
	if (s->is_partial) { /* the response tells the origin only */
		buf_truncate(&first, first.n - 1);
		buf_addf(&first, ".%ju>", (uintmax_t)s->octets);
	}
	in = buf_slice(&first);
	check(take_fetch_items(&in, arena, &again) && !in.n && again.sections);
	check(again.sections->is_partial == s->is_partial &&
	      again.sections->octets == s->octets);
	fetch_section_write(again.sections, &second);
	if (!s->is_partial) check(slice_eq(buf_slice(&first), buf_slice(&second)));
	buf_done(&first);
	buf_done(&second);
}

/* Octets of the lines that both kinds of selection have. */
static uint64_t count_blank(slice header)
{
	uint64_t n = 0;

	while (header.n) {
		slice line = slice_head(header, slice_find_char(header, '\n') + 1);

		if (slice_eq(line, S("\n")) || slice_eq(line, S("\r\n"))) n += line.n;
		header = slice_skip(header, line.n);
	}
	return n;
}

static uint64_t select_fields(const struct section *s, enum section_kind kind,
			      slice header, uint64_t offset)
{
	struct section with = *s;
	struct spans spans = { 0 };
	uint64_t size = 0, at = offset;

	with.kind = kind;
	section_select(&with, header, offset, &spans);
	for (uint32_t i = 0; i < spans.count; i++) {
		check(spans.at[i].start >= at && spans.at[i].end > spans.at[i].start);
		at = spans.at[i].end;
		size += at - spans.at[i].start;
	}
	check(at <= offset + header.n && size == spans.size);
	spans_done(&spans);
	return size;
}

static void check_found(const struct section *s, const struct part_map *map,
			slice message)
{
	struct span place;
	slice header;

	if (!section_find(s, map, &place)) return;
	check(place.start <= place.end && place.end <= message.n);
	if (s->kind != SECTION_FIELDS && s->kind != SECTION_FIELDS_NOT) return;
	header = (slice){ message.p + place.start, place.end - place.start };
	check(select_fields(s, SECTION_FIELDS, header, place.start) +
		      select_fields(s, SECTION_FIELDS_NOT, header, place.start) ==
	      header.n + count_blank(header));
}

static void check_items(const struct fetch_items *f, slice message, struct arena *arena)
{
	struct part_map map;
	struct buf packed;

	buf_init(&packed, 64 << 20);
	check(part_map_pack(mime_parse(arena, message), &packed));
	check(part_map_unpack(buf_slice(&packed), arena, &map));
	for (const struct fetch_section *s = f->sections; s; s = s->next) {
		check_written(s, arena);
		check_found(&s->section, &map, message);
	}
	buf_done(&packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice all = { (const char *)data, n };
	slice in = slice_head(all, slice_find_char(all, '\0')), before = in;
	struct fetch_items f;
	struct arena arena;

	arena_init(&arena, 4 * MIME_ARENA_MAX);
	if (take_fetch_items(&in, &arena, &f)) {
		check(f.plain_count || f.sections);
		check_items(&f, slice_skip(all, before.n + 1), &arena);
	} else {
		check(in.p == before.p && in.n == before.n);
	}
	arena_done(&arena);
	return 0;
}
