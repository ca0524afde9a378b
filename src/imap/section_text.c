#include "imap/section_text.h"

static enum err select_fields(const struct section *section, const struct body *body,
			      struct span header, struct spans *ret)
{
	uint64_t size = header.end - header.start;
	size_t n = size < SECTION_HEADER_MAX ? (size_t)size : SECTION_HEADER_MAX;
	struct buf text;
	bool ok;

	buf_init(&text, n);
	ok = body_append(body, header.start, n, &text);
	section_select(section, buf_slice(&text), header.start, ret);
	if (section->kind == SECTION_FIELDS_NOT)
		spans_add(ret, header.start + n, header.end);
	buf_done(&text);
	return ok ? ERR_NONE : ERR_INTERNAL;
}

enum err section_text(const struct section *section, const struct body *body,
		      const struct part_map *map, struct spans *ret)
{
	struct span place = { 0, body_size(body) };

	spans_reset(ret);
	if (map->count && !section_find(section, map, &place)) return ERR_NOT_FOUND;
	if (section->kind == SECTION_FIELDS || section->kind == SECTION_FIELDS_NOT)
		return select_fields(section, body, place, ret);
	spans_add(ret, place.start, place.end);
	return ERR_NONE;
}
