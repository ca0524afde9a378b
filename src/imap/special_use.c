#include "imap/special_use.h"

#include "imap/lexer.h"

static const struct {
	slice name;
	bool can_be_made;
} uses[] = {
	[USE_NONE] = { SLICE_INIT(""), false },
	[USE_ARCHIVE] = { SLICE_INIT("\\Archive"), true },
	[USE_DRAFTS] = { SLICE_INIT("\\Drafts"), true },
	[USE_FLAGGED] = { SLICE_INIT("\\Flagged"), false },
	[USE_JUNK] = { SLICE_INIT("\\Junk"), true },
	[USE_SENT] = { SLICE_INIT("\\Sent"), true },
	[USE_TRASH] = { SLICE_INIT("\\Trash"), true },
	[USE_ALL] = { SLICE_INIT("\\All"), false },
};

slice special_use_name(enum special_use use)
{
	return uses[use].name;
}

static enum special_use find_use(slice atom)
{
	for (unsigned use = USE_ARCHIVE; use < countof(uses); use++)
		if (slice_eq_nocase(slice_skip(uses[use].name, 1), atom))
			return (enum special_use)use;
	return USE_NONE;
}

static bool take_use(slice *in, enum special_use *ret)
{
	slice atom;

	if (!take_char(in, '\\') || !take_atom(in, &atom)) return false;
	*ret = find_use(atom);
	return true;
}

/* Up to a parenthesis or the end. */
static bool take_uses(slice *in, enum special_use *ret, bool *ret_can)
{
	enum special_use use = USE_NONE;
	int count = 0;

	for (; in->n && in->p[0] != ')'; count++)
		if ((count && !take_space(in)) || !take_use(in, &use)) return false;
	*ret = use;
	*ret_can = !count || (count == 1 && uses[use].can_be_made);
	return true;
}

bool take_special_use(slice *in, enum special_use *ret, bool *ret_can)
{
	enum special_use use;
	bool can;
	slice s = *in;

	if (!take_literal_nocase(&s, S("USE (")) || !take_uses(&s, &use, &can) ||
	    !take_char(&s, ')'))
		return false;
	*in = s;
	*ret = use;
	*ret_can = can;
	return true;
}

bool special_use_parse(slice text, enum special_use *ret, bool *ret_can)
{
	return take_uses(&text, ret, ret_can) && !text.n;
}
