#include "message/mime.h"

#include "message/mime_parser.h"

struct mime_parser *mime_parser_new(struct arena *arena)
{
	struct mime_parser *p = arena_alloc(arena, sizeof(*p));

	if (!p) return NULL;
	p->arena = arena;
	p->result = arena_alloc(arena, sizeof(*p->result));
	if (!p->result || !mime_can_open(p)) return NULL;
	mime_open_part(p, 0, p->at);
	return p;
}

const struct mime *mime_parser_finish(struct mime_parser *p)
{
	struct mime *m = p->result;

	mime_parser_end_input(p);
	mime_close_all(p);
	m->parts = p->parts;
	m->part_count = p->part_count;
	m->size = p->at.offset;
	return m;
}

const struct mime *mime_parse(struct arena *arena, slice message)
{
	struct mime_parser *p = mime_parser_new(arena);

	if (!p) return NULL;
	mime_parser_feed(p, message);
	return mime_parser_finish(p);
}

const struct header_field *mime_find_field(const struct mime_part *part, slice name)
{
	for (uint32_t i = 0; i < part->field_count; i++)
		if (slice_eq_nocase(part->fields[i].name, name)) return &part->fields[i];
	return NULL;
}

slice mime_find_parameter(const struct mime_parameter *parameters, uint32_t count,
			  slice name)
{
	for (uint32_t i = 0; i < count; i++)
		if (slice_eq_nocase(parameters[i].name, name)) return parameters[i].value;
	return (slice){ 0 };
}
