#include "imap/list_options.h"

#include "imap/lexer.h"

static const struct option {
	slice name;
	unsigned bit;
	bool selects, returns;
} options[] = {
	{ SLICE_INIT("SUBSCRIBED"), LIST_SUBSCRIBED, true, true },
	{ SLICE_INIT("SPECIAL-USE"), LIST_SPECIAL_USE, true, true },
	{ SLICE_INIT("RECURSIVEMATCH"), LIST_RECURSIVE, true, false },
	{ SLICE_INIT("REMOTE"), LIST_REMOTE, true, false },
	{ SLICE_INIT("CHILDREN"), LIST_CHILDREN, false, true },
	{ SLICE_INIT("STATUS"), LIST_STATUS, false, true },
	{ SLICE_INIT("METADATA"), LIST_METADATA, false, true },
	{ SLICE_INIT("MYRIGHTS"), LIST_MYRIGHTS, false, true },
};

/* What CHILDINFO can name: options that may stand alone. */
enum { BASE = LIST_SUBSCRIBED | LIST_SPECIAL_USE };

static const struct option *find_option(slice name)
{
	for (size_t i = 0; i < countof(options); i++)
		if (slice_eq_nocase(options[i].name, name)) return &options[i];
	return NULL;
}

/* Unknown ones are refused (RFC 5258 3). */
static bool take_selected(slice *in, struct list_options *o)
{
	const struct option *found;
	slice name;

	o->is_extended = true;
	if (take_char(in, ')')) return true;
	do {
		if (!take_atom(in, &name)) return false;
		found = find_option(name);
		if (!found || !found->selects) return false;
		o->selected |= found->bit;
	} while (take_space(in));
	return take_char(in, ')') &&
	       (!(o->selected & LIST_RECURSIVE) || o->selected & BASE);
}

/* What an option brings along. */
static bool take_list_argument(slice *in, struct arena *arena, unsigned bit,
			       struct list_options *o)
{
	if (bit == LIST_STATUS)
		return take_space(in) && take_status_items(in, &o->status);
	if (bit != LIST_METADATA) return true;
	return take_literal(in, S(" (")) &&
	       take_metadata_names(in, arena, &o->metadata) && take_char(in, ')');
}

static bool take_returned(slice *in, struct arena *arena, struct list_options *o)
{
	const struct option *found;
	slice name;

	o->is_extended = true;
	if (take_char(in, ')')) return true;
	do {
		if (!take_atom(in, &name)) return false;
		found = find_option(name);
		if (!found || !found->returns) return false;
		o->returned |= found->bit;
		if (!take_list_argument(in, arena, found->bit, o)) return false;
	} while (take_space(in));
	return take_char(in, ')');
}

static bool take_pattern(slice *in, struct arena *arena, struct list_options *o)
{
	return o->pattern_count < LIST_PATTERNS_MAX &&
	       take_list_mailbox(in, arena, &o->patterns[o->pattern_count++]);
}

static bool take_patterns(slice *in, struct arena *arena, struct list_options *o)
{
	if (!take_char(in, '(')) return take_pattern(in, arena, o);
	o->is_extended = true;
	do {
		if (!take_pattern(in, arena, o)) return false;
	} while (take_space(in));
	return take_char(in, ')');
}

bool take_list_options(slice *in, struct arena *arena, struct list_options *ret)
{
	struct list_options o = { 0 };
	slice s = *in;

	if (take_literal(&s, S(" (")) && !take_selected(&s, &o)) return false;
	if (!take_space(&s) || !take_astring(&s, arena, &o.reference) ||
	    !take_space(&s) || !take_patterns(&s, arena, &o))
		return false;
	if (take_literal_nocase(&s, S(" RETURN (")) && !take_returned(&s, arena, &o))
		return false;
	o.returned |= o.selected & LIST_SUBSCRIBED;
	*in = s;
	*ret = o;
	return true;
}

void child_info_write(const struct list_options *o, struct buf *out)
{
	char before = '(';

	buf_add(out, S(" (\"CHILDINFO\" "));
	for (size_t i = 0; i < countof(options); i++) {
		if (!(o->selected & options[i].bit & BASE)) continue;
		buf_addf(out, "%c\"%.*s\"", before, FMT(options[i].name));
		before = ' ';
	}
	buf_add(out, S("))"));
}
