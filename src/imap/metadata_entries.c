#include "imap/metadata_entries.h"

#include "imap/lexer.h"
#include "store/metadata.h"

/* --- names --- */

static bool is_entry_char(char c)
{
	return c > ' ' - 1 && c < 127 && c != '*' && c != '%';
}

/* Neither empty components nor characters that no name has. */
static bool has_good_form(slice name)
{
	if (name.n == 0 || name.n > METADATA_ENTRY_MAX || name.p[0] != '/' ||
	    name.p[name.n - 1] == '/')
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_entry_char(name.p[i]) ||
		    (i && name.p[i] == '/' && name.p[i - 1] == '/'))
			return false;
	return true;
}

static uint32_t count_components(slice name)
{
	uint32_t n = 0;

	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] == '/';
	return n;
}

static bool is_in_scope(slice name, slice scope)
{
	return take_literal(&name, scope) && (name.n == 0 || name.p[0] == '/');
}

static bool lower(slice name, struct arena *arena, slice *ret)
{
	char *p = arena_alloc(arena, name.n + 1);

	if (!p) return false;
	for (size_t i = 0; i < name.n; i++)
		p[i] = lower_ascii(name.p[i]);
	*ret = (slice){ p, name.n };
	return true;
}

static bool take_name(slice *in, struct arena *arena, slice *ret)
{
	slice s = *in, name;

	if (!take_astring(&s, arena, &name) || !has_good_form(name) ||
	    !lower(name, arena, &name) ||
	    (!is_in_scope(name, S("/private")) && !is_in_scope(name, S("/shared"))))
		return false;
	*in = s;
	*ret = name;
	return true;
}

/* What can have a value: at least two components, four for a vendor's (RFC 5464 3.2). */
static bool can_have_value(slice name)
{
	slice rest = name;
	bool is_vendors = (take_literal(&rest, S("/private")) ||
			   take_literal(&rest, S("/shared"))) &&
			  is_in_scope(rest, S("/vendor"));

	return count_components(name) >= (is_vendors ? 4 : 2);
}

bool take_metadata_names(slice *in, struct arena *arena, struct metadata_names *ret)
{
	bool has_parentheses;
	slice s = *in;

	ret->count = 0;
	has_parentheses = take_char(&s, '(');
	do {
		if (ret->count == METADATA_ASKED_MAX ||
		    !take_name(&s, arena, &ret->names[ret->count]))
			return false;
		ret->count++;
	} while (take_space(&s));
	if (has_parentheses && !take_char(&s, ')')) return false;
	*in = s;
	return true;
}

/* --- options --- */

static bool take_depth(slice *in, int32_t *ret)
{
	if (take_keyword(in, S("infinity")))
		*ret = METADATA_ALL_BELOW;
	else if (take_keyword(in, S("0")))
		*ret = 0;
	else if (take_keyword(in, S("1")))
		*ret = 1;
	else
		return false;
	return true;
}

static bool take_option(slice *in, struct metadata_options *o)
{
	if (take_keyword(in, S("DEPTH")))
		return take_space(in) && take_depth(in, &o->depth);
	if (!take_keyword(in, S("MAXSIZE"))) return false;
	o->has_maxsize = true;
	return take_space(in) && take_u32(in, &o->maxsize);
}

bool take_metadata_options(slice *in, struct metadata_options *ret)
{
	struct metadata_options o = { 0 };
	slice s = *in;

	if (!take_char(&s, '(')) return false;
	do {
		if (!take_option(&s, &o)) return false;
	} while (take_space(&s));
	if (!take_char(&s, ')')) return false;
	*in = s;
	*ret = o;
	return true;
}

/* --- changes --- */

static bool take_change(slice *in, struct arena *arena, struct metadata_change *c)
{
	if (!take_name(in, arena, &c->name) || !can_have_value(c->name) ||
	    !take_space(in))
		return false;
	c->has_value = true;
	return take_literal8(in, &c->value) ||
	       take_nstring(in, arena, &c->value, &c->has_value);
}

bool take_metadata_changes(slice *in, struct arena *arena, struct metadata_changes *ret)
{
	slice s = *in;

	ret->count = 0;
	if (!take_char(&s, '(')) return false;
	do {
		if (ret->count == METADATA_ASKED_MAX ||
		    !take_change(&s, arena, &ret->all[ret->count]))
			return false;
		ret->count++;
	} while (take_space(&s));
	if (!take_char(&s, ')')) return false;
	*in = s;
	return true;
}
