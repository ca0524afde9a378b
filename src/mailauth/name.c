#include "mailauth/name.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "message/text.h"

static bool is_label(slice label)
{
	for (size_t i = 0; i < label.n; i++)
		if (label.p[i] < ' ' || label.p[i] > '~' || label.p[i] == '\\')
			return false;
	return label.n > 0 && label.n <= NAME_LABEL_MAX;
}

bool name_is_valid(slice name)
{
	slice label;

	if (name.n > NAME_MAX_OCTETS) return false;
	while (take_until(&name, '.', &label))
		if (!is_label(label)) return false;
	return is_label(name);
}

uint32_t name_labels(slice name)
{
	uint32_t count = name.n > 0;

	for (size_t i = 0; i < name.n; i++)
		count += name.p[i] == '.';
	return count;
}

slice name_parent(slice name)
{
	return slice_skip(name, slice_find_char(name, '.') + 1);
}

bool name_is_within(slice name, slice domain)
{
	if (!slice_ends_nocase(name, domain)) return false;
	return name.n == domain.n || name.p[name.n - domain.n - 1] == '.';
}

slice name_fitted(slice name)
{
	if (name.n && name.p[name.n - 1] == '.') name.n--;
	while (name.n > NAME_MAX_OCTETS)
		name = name_parent(name);
	return name;
}

bool name_to_ascii(slice domain, struct arena *arena, slice *ret)
{
	CLEANUP(buf_done) struct buf ascii;

	buf_init(&ascii, NAME_MAX_OCTETS);
	if (is_ascii(domain)) return arena_copy(arena, domain, ret);
	return domain_to_ascii(domain, &ascii) &&
	       arena_copy(arena, buf_slice(&ascii), ret);
}

bool name_join(slice prefix, slice name, struct arena *arena, slice *ret)
{
	slice joined = { NULL, prefix.n + 1 + name.n };
	char *p;

	if (joined.n > NAME_MAX_OCTETS) return false;
	p = arena_alloc(arena, joined.n);
	if (!p) return false;
	if (prefix.n) memcpy(p, prefix.p, prefix.n);
	p[prefix.n] = '.';
	if (name.n) memcpy(p + prefix.n + 1, name.p, name.n);
	joined.p = p;
	if (!name_is_valid(joined)) return false;
	*ret = joined;
	return true;
}
