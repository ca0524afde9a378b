#include "jmap/email_visible.h"

#include "store/email_facts.h"

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

static bool note_visible(void *is_visible, int64_t, const struct email_place *p)
{
	bool *ret = is_visible;

	*ret = place_is_visible(p);
	return !*ret;
}

enum err email_find_visible(struct account *a, int64_t email, bool *ret)
{
	*ret = false;
	return email_places_each(a, email, note_visible, ret);
}

uint64_t email_visible_flags(const struct email_view *e)
{
	uint64_t flags = 0;

	for (uint32_t i = 0; i < e->place_count; i++)
		if (place_is_visible(&e->places[i])) flags |= e->places[i].flags;
	return flags;
}
