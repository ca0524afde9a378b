#include <string.h>

#include "base/utf8.h"
#include "store/mailbox_private.h"

/* Controls, wildcards of LIST and line separators: RFC 9051 5.1. */
static bool is_forbidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == '*' || c == '%' ||
	       c == 0x2028 || c == 0x2029;
}

bool is_mailbox_name(slice name)
{
	int levels = 1;
	uint32_t c, before = '/';

	if (name.n == 0 || name.n > MAILBOX_NAME_MAX) return false;
	while (take_code_point(&name, &c)) {
		if (is_forbidden(c)) return false;
		if (c == '/') {
			if (before == '/') return false;
			levels++;
		}
		before = c;
	}
	return name.n == 0 && before != '/' && levels <= MAILBOX_LEVELS_MAX;
}

slice mailbox_name_canonical(slice name, char buffer[MAILBOX_NAME_MAX])
{
	static const slice inbox = SLICE_INIT("INBOX");

	if (name.n > MAILBOX_NAME_MAX || !slice_starts_nocase(name, inbox) ||
	    (name.n > inbox.n && name.p[inbox.n] != '/'))
		return name;
	memcpy(buffer, name.p, name.n);
	memcpy(buffer, inbox.p, inbox.n);
	return (slice){ buffer, name.n };
}

bool mailbox_name_parent(slice name, slice *ret)
{
	for (size_t n = name.n; n-- > 0;)
		if (name.p[n] == '/') {
			*ret = slice_head(name, n);
			return true;
		}
	return false;
}

bool mailbox_name_is_below(slice name, slice above)
{
	return name.n > above.n && slice_starts(name, above) && name.p[above.n] == '/';
}
