#include "jmap/header_input.h"

#include "base/utf8.h"
#include "jmap/arguments.h"
#include "message/address_token.h"
#include "message/header_text.h"
#include "message/header_write.h"

/* --- addresses --- */

/* dot-atom, in any script, or an address literal. */
static bool is_domain(slice s)
{
	bool is_literal = s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';

	for (size_t i = 0; i < s.n; i++) {
		bool is_end = i == 0 || i + 1 == s.n;

		if (is_literal && (is_end || s.p[i] == ':')) continue;
		if (!is_atext(s.p[i]) && (s.p[i] != '.' || is_end)) return false;
	}
	return s.n > 0;
}

/* Where the domain may begin: behind a quoted string, else at the last "@". */
static slice local_part_of(slice email)
{
	slice rest = email, inside;
	size_t n = email.n;

	if (take_quoted(&rest, &inside)) return slice_head(email, email.n - rest.n);
	while (n && email.p[n - 1] != '@')
		n--;
	return slice_head(email, n ? n - 1 : 0);
}

bool address_input_split(slice email, struct arena *arena, slice *ret_local,
			 slice *ret_domain)
{
	slice local = local_part_of(email), rest = slice_skip(email, local.n), inside;

	if (has_controls(email)) return false;
	if (!local.n || !take_char(&rest, '@') || !is_domain(rest)) {
		*ret_local = email;
		*ret_domain = S("");
		return true;
	}
	*ret_domain = rest;
	if (!take_quoted(&local, &inside)) {
		*ret_local = local;
		return true;
	}
	return header_unquote(inside, arena, ret_local);
}

/* Only these members; json_t is not const where jansson goes through it. */
static bool has_only(const json_t *object, const char *one, const char *other)
{
	size_t known = json_object_get(object, one) ? 1 : 0;

	if (json_object_get(object, other)) known++;
	return json_is_object(object) && json_object_size(object) == known;
}

static bool take_name(const json_t *object, struct address *ret)
{
	const json_t *name = json_object_get(object, "name");

	if (!name || json_is_null(name)) return true;
	if (!json_is_string(name)) return false;
	ret->name = json_text(name);
	ret->has_name = ret->name.n > 0;
	return true;
}

static bool take_mailbox(const json_t *json, struct arena *arena, struct address *ret)
{
	const json_t *email = json_object_get(json, "email");

	*ret = (struct address){ .kind = ADDRESS_MAILBOX };
	return has_only(json, "name", "email") && take_name(json, ret) &&
	       json_is_string(email) &&
	       address_input_split(json_text(email), arena, &ret->local, &ret->domain);
}

static bool take_mailboxes(const json_t *list, struct arena *arena, struct address **at)
{
	json_t *item;
	size_t i;

	if (!json_is_array(list)) return false;
	json_array_foreach(list, i,
			   item) if (!take_mailbox(item, arena, (*at)++)) return false;
	return true;
}

static bool write_addresses(slice name, const json_t *value, struct arena *arena,
			    struct buf *out)
{
	size_t count = json_array_size(value);
	struct address *list = arena_alloc_array(arena, count + 1, sizeof(*list));
	struct address *at = list;

	if (!list || !take_mailboxes(value, arena, &at)) return false;
	return !count || header_write_addresses(name, list, (uint32_t)count, out);
}

/* An EmailAddressGroup: its addresses, between the group's start and end if it has a
 * name. */
static bool take_group(const json_t *json, struct arena *arena, struct address **at)
{
	struct address group = { .kind = ADDRESS_GROUP_START };
	const json_t *name = json_object_get(json, "name");
	bool is_named = name && !json_is_null(name);

	if (!has_only(json, "name", "addresses") || !take_name(json, &group))
		return false;
	if (is_named) *(*at)++ = group;
	if (!take_mailboxes(json_object_get(json, "addresses"), arena, at)) return false;
	if (is_named) *(*at)++ = (struct address){ .kind = ADDRESS_GROUP_END };
	return true;
}

static bool write_groups(slice name, const json_t *value, struct arena *arena,
			 struct buf *out)
{
	struct address *list, *at;
	size_t i, count = 1;
	json_t *group;

	if (!json_is_array(value)) return false;
	json_array_foreach(value, i, group) count +=
		2 + json_array_size(json_object_get(group, "addresses"));
	at = list = arena_alloc_array(arena, count, sizeof(*list));
	if (!list) return false;
	json_array_foreach(value, i,
			   group) if (!take_group(group, arena, &at)) return false;
	return at == list ||
	       header_write_addresses(name, list, (uint32_t)(at - list), out);
}

/* --- the other forms --- */

typedef bool list_writer(slice name, const slice *list, uint32_t count, struct buf *out);

static bool write_list(slice name, const json_t *value, list_writer *write,
		       struct arena *arena, struct buf *out)
{
	size_t i, count = json_array_size(value);
	slice *list = arena_alloc_array(arena, count + 1, sizeof(*list));
	json_t *item;

	if (!list || !json_is_array(value)) return false;
	json_array_foreach(value, i, item)
	{
		if (!json_is_string(item)) return false;
		list[i] = json_text(item);
	}
	return !count || write(name, list, (uint32_t)count, out);
}

bool date_input(const json_t *value, struct date *ret)
{
	return json_is_string(value) && date_parse_iso(json_text(value), ret);
}

static bool write_date(slice name, const json_t *value, struct buf *out)
{
	struct date date;

	return date_input(value, &date) && header_write_date(name, date, out);
}

/* A field that may be unstructured needs not be UTF-8, though it was given raw. */
static bool write_raw(slice name, const json_t *value, struct buf *out)
{
	slice text = json_text(value);

	if (!json_is_string(value)) return false;
	if (is_ascii(text) || !header_form_fits(name, HEADER_TEXT) ||
	    slice_find_char(text, '\n') < text.n)
		return header_write_raw(name, text, out);
	take_char(&text, ' ');
	return header_write_text(name, text, out);
}

bool header_input_write(slice name, enum header_form form, const json_t *value,
			struct arena *arena, struct buf *out)
{
	if (!is_header_name(name)) return false;
	switch (form) {
	case HEADER_RAW:
		return write_raw(name, value, out);
	case HEADER_TEXT:
		return json_is_string(value) &&
		       header_write_text(name, json_text(value), out);
	case HEADER_ADDRESSES:
		return write_addresses(name, value, arena, out);
	case HEADER_GROUPED_ADDRESSES:
		return write_groups(name, value, arena, out);
	case HEADER_MESSAGE_IDS:
		return write_list(name, value, header_write_ids, arena, out);
	case HEADER_DATE:
		return write_date(name, value, out);
	case HEADER_URLS:
		return write_list(name, value, header_write_urls, arena, out);
	}
	return false;
}

bool header_input_property(const struct header_property *p, const json_t *value,
			   struct arena *arena, struct buf *out)
{
	json_t *item;
	size_t i;

	if (!p->all) return header_input_write(p->name, p->form, value, arena, out);
	if (!json_is_array(value)) return false;
	json_array_foreach(value, i,
			   item) if (!header_input_write(p->name, p->form, item, arena,
							 out)) return false;
	return true;
}
