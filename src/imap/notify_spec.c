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
	{ SLICE_INIT("MailboxMetadataChange"), NOTIFY_MAILBOX_METADATA },
	{ SLICE_INIT("ServerMetadataChange"), NOTIFY_SERVER_METADATA },
};

struct parser {
	struct filter_parser filters;
	struct notify_spec *spec;
};

/* --- events --- */

/* ["(" fetch-att *(SP fetch-att) ")"], which only the selected mailbox has. */
static bool take_attributes(struct parser *p, slice *in, const struct notify_group *g)
{
	struct fetch_items items;
	slice s = *in, text;

	if (!take_literal(&s, S(" ("))) return true;
	text = s = slice_skip(*in, 1);
	if (!filter_is_selected(&g->filter)) return false;
	if (!take_fetch_items(&s, p->filters.arena, &items)) return false;
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
	return !filter_is_selected(&g->filter) ||
	       !(g->events & (NOTIFY_NAME | NOTIFY_SUBSCRIPTION | NOTIFY_METADATA));
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

/* --- groups --- */

/* Whose mailboxes a group is about, besides the session's own. */
static void note_reach(struct notify_spec *s, const struct notify_group *g)
{
	if (!g->events) return;
	s->reaches_others |= g->filter.kind == FILTER_SUBSCRIBED;
	for (uint32_t i = 0; i < g->filter.name_count; i++) {
		slice name = g->filter.names[i];

		s->reaches_others |= slice_starts(name, S(OTHER_USERS));
		s->reaches_all |= g->filter.kind == FILTER_SUBTREE &&
				  slice_eq(name, S(OTHER_USERS));
	}
}

static void add_group(struct notify_spec *s, const struct notify_group *g)
{
	if (g->events & NOTIFY_UNKNOWN) s->has_unknown = true;
	if (filter_is_selected(&g->filter)) {
		s->selected = g->events;
		s->is_delayed = g->filter.kind == FILTER_SELECTED_DELAYED;
	} else if (s->group_count < NOTIFY_GROUPS_MAX) {
		s->groups[s->group_count++] = *g;
		s->all |= g->events;
		note_reach(s, g);
	} else {
		s->is_too_much = true;
	}
}

static bool take_groups(struct parser *p, slice *in)
{
	bool has_selected = false;

	do {
		struct notify_group g = { 0 };

		if (!take_char(in, '(') ||
		    !take_mailbox_filter(in, &p->filters, &g.filter) || !take_space(in) ||
		    !take_events(p, in, &g) || !take_char(in, ')'))
			return false;
		if (g.filter.kind == FILTER_SUBTREE_ONE ||
		    (filter_is_selected(&g.filter) && has_selected))
			return false;
		has_selected |= filter_is_selected(&g.filter);
		add_group(p->spec, &g);
	} while (take_space(in));
	return true;
}

bool take_notify(slice *in, const struct names *names, struct arena *arena,
		 struct notify_spec *ret)
{
	struct parser p = { .filters = { .names = names, .arena = arena }, .spec = ret };
	slice s = *in;

	*ret = (struct notify_spec){ 0 };
	if (!take_space(&s)) return false;
	ret->is_none = take_keyword(&s, S("NONE"));
	if (!ret->is_none) {
		if (!take_keyword(&s, S("SET")) || !take_space(&s)) return false;
		ret->wants_status = take_literal_nocase(&s, S("STATUS "));
		if (!take_groups(&p, &s)) return false;
		ret->is_too_much |= p.filters.is_too_much;
	}
	*in = s;
	return true;
}

unsigned notify_events_of(const struct notify_spec *s, slice name, bool is_subscribed)
{
	unsigned wanted = 0;

	for (uint32_t i = 0; i < s->group_count; i++)
		if (mailbox_filter_has(&s->groups[i].filter, name, is_subscribed))
			wanted |= s->groups[i].events;
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
