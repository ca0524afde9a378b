#include "server/header_section.h"

bool header_section_read(const struct incoming *m, struct arena *arena, slice *ret,
			 uint64_t *ret_body)
{
	uint64_t size = incoming_size(m);
	size_t n = size < MIME_HEADER_MAX ? (size_t)size : MIME_HEADER_MAX;
	char *octets = arena_alloc(arena, n);
	slice whole = { octets, n };

	if (!octets || !incoming_read(m, 0, octets, n)) return false;
	if (slice_starts(whole, S("\r\n"))) {
		*ret = slice_head(whole, 0);
		*ret_body = 2;
		return true;
	}
	size_t end = slice_find(whole, S("\r\n\r\n"));
	if (end >= n && n < size) return false;
	*ret = slice_head(whole, end + 2);
	*ret_body = end + 4 < n ? end + 4 : n;
	return true;
}

bool begins_with_field(const struct incoming *m)
{
	char head[128];
	size_t n = sizeof(head);

	if (incoming_size(m) < n) n = (size_t)incoming_size(m);
	if (!incoming_read(m, 0, head, n) || n == 0 || head[0] == '\r') return true;
	for (size_t i = 0; i < n; i++) {
		if (head[i] == ':') return i > 0;
		if (head[i] <= ' ' || head[i] > '~') return false;
	}
	return false;
}
