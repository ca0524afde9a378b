#include "message/address.h"

#include "message/address_token.h"

static void add_without_line_ends(slice s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r' && s.p[i] != '\n') buf_add_char(out, s.p[i]);
}

static void add_quoted(slice s, struct buf *out)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' || s.p[i] == '\n') continue;
		if (s.p[i] == '"' || s.p[i] == '\\') buf_add_char(out, '\\');
		buf_add_char(out, s.p[i]);
	}
	buf_add_char(out, '"');
}

/* Atoms with one separator between them and none at the ends. */
static bool is_atoms(slice s, char separator)
{
	bool in_atom = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == separator && !in_atom) return false;
		in_atom = s.p[i] != separator;
		if (in_atom && !is_atext(s.p[i])) return false;
	}
	return in_atom;
}

static void add_name(slice name, struct buf *out)
{
	if (is_atoms(name, ' '))
		buf_add(out, name);
	else
		add_quoted(name, out);
}

bool addr_spec_write(slice local, slice domain, struct buf *out)
{
	/* Readers take "=?...?=" for an encoded word, even over an "@". */
	bool looks_encoded = slice_find(local, S("=?")) < local.n &&
			     slice_find(domain, S("?=")) < domain.n;

	if (is_atoms(local, '.') && !looks_encoded)
		buf_add(out, local);
	else
		add_quoted(local, out);
	if (domain.n) {
		buf_add_char(out, '@');
		add_without_line_ends(domain, out);
	}
	return !out->overflow;
}

static void mailbox_write(const struct address *a, struct buf *out)
{
	bool bracketed = a->has_name || a->route.n;

	if (a->has_name) {
		add_name(a->name, out);
		buf_add_char(out, ' ');
	}
	if (bracketed) buf_add_char(out, '<');
	if (a->route.n) {
		add_without_line_ends(a->route, out);
		buf_add_char(out, ':');
	}
	if (a->local.n || a->domain.n) addr_spec_write(a->local, a->domain, out);
	if (bracketed) buf_add_char(out, '>');
}

bool address_write(const struct address *a, struct buf *out)
{
	switch (a->kind) {
	case ADDRESS_MAILBOX:
		mailbox_write(a, out);
		break;
	case ADDRESS_GROUP_START:
		add_name(a->name, out);
		buf_add_char(out, ':');
		break;
	case ADDRESS_GROUP_END:
		buf_add_char(out, ';');
		break;
	}
	return !out->overflow;
}

bool address_list_write(const struct address *list, uint32_t count, struct buf *out)
{
	for (uint32_t i = 0; i < count; i++) {
		bool end = list[i].kind == ADDRESS_GROUP_END;

		if (i && list[i - 1].kind == ADDRESS_GROUP_START && !end)
			buf_add_char(out, ' ');
		else if (i && !end)
			buf_add(out, S(", "));
		address_write(&list[i], out);
	}
	return !out->overflow;
}
