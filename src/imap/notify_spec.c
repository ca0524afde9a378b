#include "imap/notify_spec.h"

#include "imap/fetch_items.h"
#include "imap/lexer.h"

static const struct {
	slice name;
	enum notify_event event;
} events[] = {
	{ SLICE_INIT("MessageNew"), NOTIFY_NEW },
	{ SLICE_INIT("MessageExpunge"), NOTIFY_EXPUNGE },
	{ SLICE_INIT("FlagChange"), NOTIFY_FLAGS },
	{ SLICE_INIT("MailboxName"), NOTIFY_NAME },
	{ SLICE_INIT("SubscriptionChange"), NOTIFY_SUBSCRIPTION },
};

static const struct {
	slice name;
	enum notify_filter filter;
	bool has_names;
} filters[] = {
	{ SLICE_INIT("SELECTED"), NOTIFY_SELECTED },
	{ SLICE_INIT("SELECTED-DELAYED"), NOTIFY_SELECTED_DELAYED },
	{ SLICE_INIT("INBOXES"), NOTIFY_PERSONAL },
	{ SLICE_INIT("PERSONAL"), NOTIFY_PERSONAL },
	{ SLICE_INIT("SUBSCRIBED"), NOTIFY_SUBSCRIBED },
	{ SLICE_INIT("SUBTREE"), NOTIFY_SUBTREE, true },
	{ SLICE_INIT("MAILBOXES"), NOTIFY_MAILBOXES, true },
};

struct parser {
	const struct names *names;
	struct arena *arena;
	struct notify_spec *spec;
	uint32_t name_count; /* in all groups */
};

/* --- events --- */

/* ["(" fetch-att *(SP fetch-att) ")"], which only the selected mailbox has. */
static bool take_attributes(struct parser *p, slice *in, const struct notify_group *g)
{
	struct fetch_items items;
	slice s = *in, text;

	if (!take_literal(&s, S(" ("))) return true;
	text = s = slice_skip(*in, 1);
	if (g->filter > NOTIFY_SELECTED_DELAYED) return false;
	if (!take_fetch_items(&s, p->arena, &items)) return false;
	p->spec->attributes = slice_head(text, text.n - s.n);
	p->spec->has_modseq = fetch_items_have(&items, FETCH_MODSEQ);
	*in = s;
	return true;
}

static bool take_event(struct parser *p, slice *in, struct notify_group *g)
{
	slice name;

	if (!take_atom(in, &name)) return false;
	for (size_t i = 0; i < countof(events); i++) {
		if (!slice_eq_nocase(events[i].name, name)) continue;
		g->events |= events[i].event;
		return events[i].event != NOTIFY_NEW || take_attributes(p, in, g);
	}
	g->events |= NOTIFY_UNKNOWN;
	return true;
}

/* Arrivals and expunges go together, and flags only with both (RFC 5465 5). */
static bool are_consistent(const struct notify_group *g)
{
	bool arrivals = g->events & NOTIFY_NEW, expunges = g->events & NOTIFY_EXPUNGE;

	if (arrivals != expunges || (g->events & NOTIFY_FLAGS && !arrivals)) return false;
	return g->filter > NOTIFY_SELECTED_DELAYED ||
	       !(g->events & (NOTIFY_NAME | NOTIFY_SUBSCRIPTION));
}

static bool take_events(struct parser *p, slice *in, struct notify_group *g)
{
	if (take_keyword(in, S("NONE"))) return true;
	if (!take_char(in, '(')) return false;
	do {
		if (!take_event(p, in, g)) return false;
	} while (take_space(in));
	return take_char(in, ')') && are_consistent(g);
}

/* --- mailboxes --- */

static bool take_name(struct parser *p, slice *in, slice *names, struct notify_group *g)
{
	slice wire;

	if (!take_astring(in, p->arena, &wire)) return false;
	if (++p->name_count > NOTIFY_NAMES_MAX) p->spec->is_too_much = true;
	if (!p->spec->is_too_much &&
	    name_from_wire(p->names, wire, p->arena, &names[g->name_count]))
		g->name_count++;
	return true;
}

static bool take_names(struct parser *p, slice *in, struct notify_group *g)
{
	slice *names = arena_alloc_array(p->arena, NOTIFY_NAMES_MAX - p->name_count,
					 sizeof(*names));

	p->spec->is_too_much |= !names;
	g->names = names;
	if (!take_char(in, '(')) return take_name(p, in, names, g);
	do {
		if (!take_name(p, in, names, g)) return false;
	} while (take_space(in));
	return take_char(in, ')');
}

static bool take_filter(struct parser *p, slice *in, struct notify_group *g)
{
	slice name;

	if (!take_atom(in, &name)) return false;
	for (size_t i = 0; i < countof(filters); i++) {
		if (!slice_eq_nocase(filters[i].name, name)) continue;
		g->filter = filters[i].filter;
		return !filters[i].has_names || (take_space(in) && take_names(p, in, g));
	}
	return false;
}

static void add_group(struct notify_spec *s, const struct notify_group *g)
{
	if (g->events & NOTIFY_UNKNOWN) s->has_unknown = true;
	if (g->filter <= NOTIFY_SELECTED_DELAYED) {
		s->selected = g->events;
		s->is_delayed = g->filter == NOTIFY_SELECTED_DELAYED;
	} else if (s->group_count < NOTIFY_GROUPS_MAX) {
		s->groups[s->group_count++] = *g;
	} else {
		s->is_too_much = true;
	}
}

static bool take_groups(struct parser *p, slice *in)
{
	bool has_selected = false;

	do {
		struct notify_group g = { 0 };

		if (!take_char(in, '(') || !take_filter(p, in, &g) || !take_space(in) ||
		    !take_events(p, in, &g) || !take_char(in, ')'))
			return false;
		if (g.filter <= NOTIFY_SELECTED_DELAYED && has_selected) return false;
		has_selected |= g.filter <= NOTIFY_SELECTED_DELAYED;
		add_group(p->spec, &g);
	} while (take_space(in));
	return true;
}

bool take_notify(slice *in, const struct names *names, struct arena *arena,
		 struct notify_spec *ret)
{
	struct parser p = { .names = names, .arena = arena, .spec = ret };
	slice s = *in;

	*ret = (struct notify_spec){ 0 };
	if (!take_space(&s)) return false;
	ret->is_none = take_keyword(&s, S("NONE"));
	if (!ret->is_none) {
		if (!take_keyword(&s, S("SET")) || !take_space(&s)) return false;
		ret->wants_status = take_literal_nocase(&s, S("STATUS "));
		if (!take_groups(&p, &s)) return false;
	}
	*in = s;
	return true;
}

/* --- asking --- */

static bool is_below(slice name, slice top)
{
	return slice_starts(name, top) && (name.n == top.n || name.p[top.n] == '/');
}

static bool names_it(const struct notify_group *g, slice name)
{
	for (uint32_t i = 0; i < g->name_count; i++) {
		if (g->filter == NOTIFY_SUBTREE ? is_below(name, g->names[i])
						: slice_eq(name, g->names[i]))
			return true;
	}
	return false;
}

unsigned notify_events_of(const struct notify_spec *s, slice name, bool is_subscribed)
{
	unsigned wanted = 0;

	for (uint32_t i = 0; i < s->group_count; i++) {
		const struct notify_group *g = &s->groups[i];

		if (g->filter == NOTIFY_PERSONAL ||
		    (g->filter == NOTIFY_SUBSCRIBED && is_subscribed) ||
		    names_it(g, name))
			wanted |= g->events;
	}
	return wanted;
}

void bad_event_write(struct buf *out)
{
	char before = '(';

	buf_add(out, S("BADEVENT "));
	for (size_t i = 0; i < countof(events); i++) {
		buf_addf(out, "%c%.*s", before, FMT(events[i].name));
		before = ' ';
	}
	buf_add_char(out, ')');
}
