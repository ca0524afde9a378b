#include "jmap/state_change.h"

#include "jmap/jmap.h"

static bool take_quoted(slice *in, slice *ret)
{
	return take_char(in, '"') && take_until(in, '"', ret);
}

static bool take_state(slice *in, slice *ret_type, slice *ret_state)
{
	slice rest = *in;

	if (!take_char(&rest, '{') && !take_char(&rest, ',')) return false;
	if (!take_quoted(&rest, ret_type) || !take_char(&rest, ':') ||
	    !take_quoted(&rest, ret_state))
		return false;
	*in = rest;
	return true;
}

static bool has_state(slice states, slice type, slice state)
{
	slice t, s;

	while (take_state(&states, &t, &s))
		if (slice_eq(t, type)) return slice_eq(s, state);
	return false;
}

static bool is_among(slice types, slice type)
{
	slice one;

	if (slice_eq(types, S("*"))) return true;
	while (take_listed(&types, ',', &one))
		if (slice_eq(one, type)) return true;
	return false;
}

bool states_difference(slice known, slice fresh, slice types, struct buf *out)
{
	slice type, state;
	bool is_first = true;

	while (take_state(&fresh, &type, &state)) {
		if (!is_among(types, type) || has_state(known, type, state)) continue;
		buf_addf(out, "%s\"%.*s\":\"%.*s\"", is_first ? "{" : ",", FMT(type),
			 FMT(state));
		is_first = false;
	}
	if (!is_first) buf_add_char(out, '}');
	return !is_first;
}

bool states_have_type(slice states, slice type)
{
	slice t, s;

	while (take_state(&states, &t, &s))
		if (slice_eq(t, type)) return true;
	return false;
}

void state_change_write(int64_t account, slice states, struct buf *out)
{
	buf_add(out, S("{\"@type\":\"StateChange\",\"changed\":{\""));
	jmap_account_id(account, out);
	buf_addf(out, "\":%.*s}}", FMT(states));
}
