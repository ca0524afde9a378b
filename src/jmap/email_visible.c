#include "jmap/email_visible.h"

bool place_is_visible(const struct email_place *p)
{
	return !(p->flags & FLAG_DELETED);
}

bool email_is_visible(const struct email_view *e)
{
	for (uint32_t i = 0; i < e->place_count; i++)
		if (place_is_visible(&e->places[i])) return true;
	return false;
}

uint64_t email_visible_flags(const struct email_view *e)
{
	uint64_t flags = 0;

	for (uint32_t i = 0; i < e->place_count; i++)
		if (place_is_visible(&e->places[i])) flags |= e->places[i].flags;
	return flags;
}
