#include "imap/fetch_modifiers.h"

#include "imap/lexer.h"

/* Thunderbird says 0, which RFC 7162 7 has not, of a mailbox that it selected without
 * CONDSTORE, and shows no new mail where that is refused. It becomes 1, which is a
 * mailbox's and no message's. */
static bool take_changed_since(slice *in, struct fetch_modifiers *m)
{
	if (m->changed_since || !take_space(in) || !take_modseq(in, &m->changed_since))
		return false;
	if (!m->changed_since) m->changed_since = 1;
	return true;
}

static bool take_partial(slice *in, struct fetch_modifiers *m)
{
	if (m->is_partial) return false;
	m->is_partial = true;
	return take_space(in) && take_partial_range(in, &m->partial);
}

static bool take_modifier(slice *in, struct fetch_modifiers *m)
{
	if (take_keyword(in, S("CHANGEDSINCE"))) return take_changed_since(in, m);
	if (take_keyword(in, S("PARTIAL"))) return take_partial(in, m);
	if (m->vanished || !take_keyword(in, S("VANISHED"))) return false;
	m->vanished = true;
	return true;
}

static bool take_modifiers(slice *in, struct fetch_modifiers *m)
{
	if (!take_literal(in, S(" ("))) return true;
	do {
		if (!take_modifier(in, m)) return false;
	} while (take_space(in));
	return take_char(in, ')');
}

bool take_fetch_modifiers(slice *in, bool by_uid, struct fetch_modifiers *ret)
{
	struct fetch_modifiers m = { 0 };
	slice s = *in;

	if (!take_modifiers(&s, &m) || (m.vanished && !m.changed_since) ||
	    (!by_uid && (m.vanished || m.is_partial)))
		return false;
	*in = s;
	*ret = m;
	return true;
}
