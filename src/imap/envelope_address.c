#include "imap/envelope_address.h"

#include "imap/lexer.h"

/* "(" name SP adl SP mailbox SP host ")" */
static bool take_address(slice *in, struct arena *arena, struct envelope_address *ret)
{
	slice parts[4];
	bool present;

	if (!take_char(in, '(')) return false;
	for (size_t i = 0; i < countof(parts); i++)
		if ((i && !take_space(in)) ||
		    !take_nstring(in, arena, &parts[i], &present))
			return false;
	*ret = (struct envelope_address){ parts[0], parts[2], parts[3] };
	return take_char(in, ')');
}

/* False for text that is no list. *ret_any: there is an address, the first is in *ret. */
static bool take_list(slice *in, struct arena *arena, struct envelope_address *ret,
		      bool *ret_any)
{
	struct envelope_address other;

	*ret_any = false;
	if (take_keyword(in, S("NIL"))) return true;
	if (!take_char(in, '(')) return false;
	*ret_any = take_address(in, arena, ret);
	while (take_address(in, arena, &other))
		;
	return take_char(in, ')');
}

bool envelope_first(slice envelope, enum envelope_list list, struct arena *arena,
		    struct envelope_address *ret)
{
	struct envelope_address found;
	slice text;
	bool any;

	if (!take_char(&envelope, '(') || !take_nstring(&envelope, arena, &text, &any) ||
	    !take_space(&envelope) || !take_nstring(&envelope, arena, &text, &any))
		return false;
	for (unsigned i = 0; i <= list; i++)
		if (!take_space(&envelope) || !take_list(&envelope, arena, &found, &any))
			return false;
	if (any) *ret = found;
	return any;
}
