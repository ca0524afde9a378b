#include "imap/utf8_header.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "message/address.h"

enum { ARENA_MAX = 4 * 1024 * 1024 };

static const slice address_fields[] = {
	SLICE_INIT("From"), SLICE_INIT("Sender"), SLICE_INIT("Reply-To"),
	SLICE_INIT("To"),   SLICE_INIT("Cc"),     SLICE_INIT("Bcc"),
};

static bool is_address_field(slice name)
{
	for (size_t i = 0; i < countof(address_fields); i++)
		if (slice_eq_nocase(name, address_fields[i])) return true;
	return false;
}

/* Octets that are no UTF-8 make no address, whatever they once meant. */
static bool is_beyond_ascii(slice text)
{
	return !is_ascii(text) && utf8_valid(text);
}

static bool list_has_utf8(slice value, struct arena *arena)
{
	const struct address *list;
	uint32_t count;

	if (!address_list_parse(value, arena, &list, &count)) return false;
	for (uint32_t i = 0; i < count; i++)
		if (list[i].domain.n &&
		    (is_beyond_ascii(list[i].local) || is_beyond_ascii(list[i].domain)))
			return true;
	return false;
}

bool needs_utf8(const struct mime_part *root, bool is_said)
{
	struct arena arena;
	bool found = false;

	arena_init(&arena, ARENA_MAX);
	for (uint32_t i = 0; i < root->field_count && !found; i++) {
		const struct header_field *f = &root->fields[i];

		if (is_ascii(f->value)) continue;
		found = is_said ||
			(is_address_field(f->name) && list_has_utf8(f->value, &arena));
	}
	arena_done(&arena);
	return found;
}
