#include "imap/mailbox_filter.h"

#include "imap/lexer.h"

static const struct {
	slice name;
	enum filter_kind kind;
	bool has_names;
} filters[] = {
	{ SLICE_INIT("SELECTED"), FILTER_SELECTED },
	{ SLICE_INIT("SELECTED-DELAYED"), FILTER_SELECTED_DELAYED },
	{ SLICE_INIT("INBOXES"), FILTER_PERSONAL },
	{ SLICE_INIT("PERSONAL"), FILTER_PERSONAL },
	{ SLICE_INIT("SUBSCRIBED"), FILTER_SUBSCRIBED },
	{ SLICE_INIT("SUBTREE"), FILTER_SUBTREE, true },
	{ SLICE_INIT("SUBTREE-ONE"), FILTER_SUBTREE_ONE, true },
	{ SLICE_INIT("MAILBOXES"), FILTER_MAILBOXES, true },
};

static bool take_name(slice *in, struct filter_parser *p, slice *names,
		      struct mailbox_filter *f)
{
	slice wire;

	if (!take_astring(in, p->arena, &wire)) return false;
	if (++p->name_count > FILTER_NAMES_MAX) p->is_too_much = true;
	if (!p->is_too_much &&
	    name_from_wire(p->names, wire, p->arena, &names[f->name_count]))
		f->name_count++;
	return true;
}

static bool take_names(slice *in, struct filter_parser *p, struct mailbox_filter *f)
{
	uint32_t left = FILTER_NAMES_MAX - p->name_count;
	slice *names =
		p->is_too_much ? NULL : arena_alloc_array(p->arena, left, sizeof(*names));

	p->is_too_much |= !names;
	f->names = names;
	if (!take_char(in, '(')) return take_name(in, p, names, f);
	do {
		if (!take_name(in, p, names, f)) return false;
	} while (take_space(in));
	return take_char(in, ')');
}

bool take_mailbox_filter(slice *in, struct filter_parser *p, struct mailbox_filter *ret)
{
	struct mailbox_filter f = { 0 };
	slice s = *in, name;

	if (!take_atom(&s, &name)) return false;
	for (size_t i = 0; i < countof(filters); i++) {
		if (!slice_eq_nocase(filters[i].name, name)) continue;
		f.kind = filters[i].kind;
		if (filters[i].has_names && (!take_space(&s) || !take_names(&s, p, &f)))
			return false;
		*in = s;
		*ret = f;
		return true;
	}
	return false;
}

/* How a mailbox stands to one that is named. */
static bool is_named(enum filter_kind kind, slice name, slice top)
{
	slice rest = slice_skip(name, top.n);

	if (!slice_starts(name, top)) return false;
	if (!rest.n) return true;
	if (kind == FILTER_MAILBOXES || !take_char(&rest, '/')) return false;
	return kind == FILTER_SUBTREE || slice_find_char(rest, '/') == rest.n;
}

bool mailbox_filter_has(const struct mailbox_filter *f, slice name, bool is_subscribed)
{
	if (f->kind == FILTER_PERSONAL) return !slice_starts(name, S(OTHER_USERS "/"));
	if (f->kind == FILTER_SUBSCRIBED) return is_subscribed;
	for (uint32_t i = 0; i < f->name_count; i++)
		if (is_named(f->kind, name, f->names[i])) return true;
	return false;
}
