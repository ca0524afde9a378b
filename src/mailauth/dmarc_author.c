#include "mailauth/dmarc.h"
#include "message/address.h"

/* The only From field, or NULL. */
static const struct header_field *only_from(const struct mime_part *root)
{
	const struct header_field *found = NULL;

	for (uint32_t i = 0; i < root->field_count; i++) {
		if (!slice_eq_nocase(slice_trim(root->fields[i].name), S("From")))
			continue;
		if (found) return NULL;
		found = &root->fields[i];
	}
	return found;
}

bool dmarc_find_author(const struct mime_part *root, struct arena *arena, slice *ret)
{
	const struct header_field *from = only_from(root);
	const struct address *list;
	slice domain = { 0 };
	uint32_t count;

	if (!from || !address_list_parse(from->value, arena, &list, &count)) return false;
	for (uint32_t i = 0; i < count; i++) {
		if (list[i].kind != ADDRESS_MAILBOX) continue;
		if (list[i].domain.n == 0) return false;
		if (domain.n && !slice_eq_nocase(domain, list[i].domain)) return false;
		domain = list[i].domain;
	}
	if (domain.n == 0) return false;
	*ret = domain;
	return true;
}
