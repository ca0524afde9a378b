#include "message/part_fields.h"

#include <string.h>

static size_t joined_size(const struct mime_part *part, slice name, uint32_t *ret_count)
{
	size_t size = 0;
	uint32_t count = 0;

	for (uint32_t i = 0; i < part->field_count; i++) {
		if (!slice_eq_nocase(part->fields[i].name, name)) continue;
		size += part->fields[i].value.n + 1;
		count++;
	}
	*ret_count = count;
	return size;
}

/* The values of all fields of that name with commas between them. */
static bool join(const struct mime_part *part, slice name, struct arena *arena,
		 slice *ret)
{
	uint32_t count;
	char *to = arena_alloc(arena, joined_size(part, name, &count));
	size_t n = 0;

	if (!to) return false;
	for (uint32_t i = 0; i < part->field_count; i++) {
		slice value = part->fields[i].value;

		if (!slice_eq_nocase(part->fields[i].name, name)) continue;
		if (count == 1) {
			*ret = value;
			return true;
		}
		if (value.n) memcpy(to + n, value.p, value.n);
		n += value.n;
		to[n++] = ',';
	}
	*ret = (slice){ to, n };
	return true;
}

struct address_list part_addresses(const struct mime_part *part, slice name,
				   struct arena *arena)
{
	struct address_list list = { 0 };
	slice value;

	if (!join(part, name, arena, &value) || value.n == 0 ||
	    !address_list_parse(value, arena, &list.at, &list.count))
		return (struct address_list){ 0 };
	return list;
}

struct part_address_lists part_all_addresses(const struct mime_part *part,
					     struct arena *arena)
{
	static const slice names[ADDRESS_FIELD_COUNT] = {
		[ADDRESS_FROM] = SLICE_INIT("From"),
		[ADDRESS_SENDER] = SLICE_INIT("Sender"),
		[ADDRESS_REPLY_TO] = SLICE_INIT("Reply-To"),
		[ADDRESS_TO] = SLICE_INIT("To"),
		[ADDRESS_CC] = SLICE_INIT("Cc"),
		[ADDRESS_BCC] = SLICE_INIT("Bcc"),
	};
	struct part_address_lists lists;

	for (size_t i = 0; i < ADDRESS_FIELD_COUNT; i++)
		lists.of[i] = part_addresses(part, names[i], arena);
	return lists;
}
