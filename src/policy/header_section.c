#include "policy/header_section.h"

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
	return mime_is_field((slice){ head, n });
}

/* Octets of the field at the beginning of a header section, its folds included. */
static size_t field_size(slice header)
{
	size_t n = 0;

	do {
		n += slice_find(slice_skip(header, n), S("\r\n")) + 2;
	} while (n < header.n && (header.p[n] == ' ' || header.p[n] == '\t'));
	return n < header.n ? n : header.n;
}

/* White space may stand before the colon (RFC 5322 4.5). */
static bool begins_with(slice header, slice name)
{
	if (!take_literal_nocase(&header, name)) return false;
	header = slice_trim(header);
	return take_char(&header, ':');
}

void header_section_cut(struct incoming *m, slice name)
{
	struct arena arena;
	slice header;
	uint64_t body, at = 0;

	arena_init(&arena, MIME_HEADER_MAX);
	if (begins_with_field(m) && header_section_read(m, &arena, &header, &body)) {
		while (header.n) {
			size_t n = field_size(header);

			if (begins_with(header, name) && incoming_cut(m, at, at + n))
				break;
			at += n;
			header = slice_skip(header, n);
		}
	}
	arena_done(&arena);
}
