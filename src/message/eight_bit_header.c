#include "message/eight_bit_header.h"

#include "base/utf8.h"

static bool has_8bit_field(const struct mime_part *part)
{
	for (uint32_t i = 0; i < part->field_count; i++)
		if (!is_ascii(part->fields[i].name) || !is_ascii(part->fields[i].value))
			return true;
	return false;
}

bool mime_has_8bit_header(const struct mime *m)
{
	if (!m->has_8bit) return false;
	for (uint32_t i = 0; i < m->part_count; i++)
		if (has_8bit_field(&m->parts[i])) return true;
	return m->truncated;
}
