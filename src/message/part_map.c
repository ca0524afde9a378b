#include "message/part_map.h"

#include "base/varint.h"

/*
 * The packed form, in varints: a version, the number of parts, then for each part in
 * pre-order
 *
 *     flags                  kind, encoding, is_text, is_html (below)
 *     descendants            end_index - index - 1
 *     gap                    octets from where the body of the part before it starts
 *     header, body           octets of both
 *     charset                its length, then its octets
 */
enum {
	PACKED_VERSION = 1,
	ENCODING_SHIFT = 2,
	KIND_MASK = 3,
	ENCODING_MASK = 7,
	TEXT_FLAG = 1 << 5,
	HTML_FLAG = 1 << 6,
	FLAGS_END = 1 << 7,
	CHARSET_MAX = 100, /* octets; a longer name is none */
	PACKED_PART_MIN = 6,
};

static uint64_t flags_of(const struct mime_part *part)
{
	bool text = slice_eq_nocase(part->type, S("text"));
	bool html = text && slice_eq_nocase(part->subtype, S("html"));

	return (unsigned)part->kind | (unsigned)part->encoding << ENCODING_SHIFT |
	       (text ? TEXT_FLAG : 0u) | (html ? HTML_FLAG : 0u);
}

static void add_charset(struct buf *out, const struct mime_part *part)
{
	slice charset = mime_find_parameter(part->parameters, part->parameter_count,
					    S("charset"));

	if (charset.n > CHARSET_MAX) charset.n = 0;
	buf_add_varint(out, charset.n);
	for (size_t i = 0; i < charset.n; i++)
		buf_add_char(out, lower_ascii(charset.p[i]));
}

bool part_map_pack(const struct mime *m, struct buf *out)
{
	uint64_t at = 0;

	buf_add_varint(out, PACKED_VERSION);
	buf_add_varint(out, m->part_count);
	for (uint32_t i = 0; i < m->part_count; i++) {
		const struct mime_part *part = &m->parts[i];

		buf_add_varint(out, flags_of(part));
		buf_add_varint(out, part->end_index - i - 1);
		buf_add_varint(out, part->start - at);
		buf_add_varint(out, part->body_start - part->start);
		buf_add_varint(out, part->end - part->body_start);
		add_charset(out, part);
		at = part->body_start;
	}
	return !out->overflow;
}

static bool take_flags(slice *in, struct part_place *part)
{
	uint64_t flags;

	if (!take_varint(in, &flags) || flags >= FLAGS_END) return false;
	part->kind = (enum mime_kind)(flags & KIND_MASK);
	part->encoding = (enum mime_encoding)(flags >> ENCODING_SHIFT & ENCODING_MASK);
	part->is_text = flags & TEXT_FLAG;
	part->is_html = flags & HTML_FLAG;
	return part->kind <= MIME_MESSAGE && part->encoding <= MIME_ENCODING_UNKNOWN;
}

/* A number that says how far behind from a place is. */
static bool take_distance(slice *in, uint64_t from, uint64_t *ret)
{
	uint64_t n;

	return take_varint(in, &n) && !__builtin_add_overflow(from, n, ret);
}

static bool take_charset(slice *in, struct arena *arena, slice *ret)
{
	uint64_t n;

	if (!take_varint(in, &n) || n > CHARSET_MAX || n > in->n) return false;
	if (!arena_copy(arena, slice_head(*in, (size_t)n), ret)) return false;
	*in = slice_skip(*in, (size_t)n);
	return true;
}

static bool take_part(slice *in, struct arena *arena, uint32_t index, uint64_t at,
		      struct part_place *part)
{
	uint64_t last;

	if (!take_flags(in, part) || !take_distance(in, index, &last) ||
	    last >= MIME_PARTS_MAX || !take_distance(in, at, &part->start) ||
	    !take_distance(in, part->start, &part->body_start) ||
	    !take_distance(in, part->body_start, &part->end) ||
	    !take_charset(in, arena, &part->charset))
		return false;
	part->end_index = (uint32_t)last + 1;
	return true;
}

/* Finds the parent of parts[i], and whether it lies within it and behind its siblings. */
static bool fit_in(struct part_place *parts, uint32_t i)
{
	struct part_place *part = &parts[i];
	uint32_t at = i - 1;
	uint64_t free_from = parts[at].body_start;

	for (; parts[at].end_index <= i; at = parts[at].parent)
		free_from = parts[at].end;
	part->parent = at;
	return parts[at].kind != MIME_LEAF && part->start >= free_from &&
	       part->end <= parts[at].end && part->end_index <= parts[at].end_index &&
	       (parts[at].kind != MIME_MESSAGE || part->end_index == parts[at].end_index);
}

static bool has_right_children(const struct part_place *part, uint32_t index)
{
	bool any = part->end_index > index + 1;

	return part->kind == MIME_MULTIPART || any == (part->kind == MIME_MESSAGE);
}

bool part_map_unpack(slice packed, struct arena *arena, struct part_map *ret)
{
	struct part_place *parts;
	uint64_t version, count, at = 0;

	if (!take_varint(&packed, &version) || version != PACKED_VERSION ||
	    !take_varint(&packed, &count) || count == 0 ||
	    count > packed.n / PACKED_PART_MIN)
		return false;
	parts = arena_alloc_array(arena, (size_t)count, sizeof(*parts));
	if (!parts) return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!take_part(&packed, arena, i, at, &parts[i]) ||
		    !has_right_children(&parts[i], i) || (i && !fit_in(parts, i)))
			return false;
		at = parts[i].body_start;
		if (i == 0 && parts[0].end_index != count) return false;
	}
	if (packed.n) return false;
	*ret = (struct part_map){ parts, (uint32_t)count };
	return true;
}

/* The n-th child of a multipart, from 1. */
static bool find_child(const struct part_map *map, uint32_t index, uint32_t n,
		       uint32_t *ret)
{
	uint32_t child = index + 1, end = map->parts[index].end_index;

	while (child < end && --n)
		child = map->parts[child].end_index;
	*ret = child;
	return child < end;
}

bool part_map_find(const struct part_map *map, const uint32_t *path, uint32_t depth,
		   uint32_t *ret_index)
{
	bool whole = true; /* at is a message, not yet the one part that is its body */
	uint32_t at = 0;

	for (uint32_t i = 0; i < depth; i++) {
		if (path[i] == 0) return false;
		if (!whole && map->parts[at].kind == MIME_MESSAGE) {
			at++;
			whole = true;
		}
		if (map->parts[at].kind == MIME_MULTIPART) {
			if (!find_child(map, at, path[i], &at)) return false;
		} else if (!whole || path[i] != 1) {
			return false;
		}
		whole = false;
	}
	*ret_index = at;
	return true;
}
