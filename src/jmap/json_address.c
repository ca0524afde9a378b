#include "jmap/json_address.h"

#include "jmap/arguments.h"
#include "message/address.h"
#include "message/encoded_word.h"
#include "message/header_text.h"
#include "message/text.h"

/* --- texts --- */

static json_t *composed(slice utf8)
{
	struct buf out;

	buf_init(&out, utf8.n * TEXT_GROWTH_MAX);
	text_compose(utf8, &out);
	return json_buf(&out);
}

json_t *json_decoded(slice value)
{
	struct buf decoded;
	json_t *made;

	buf_init(&decoded, value.n * TEXT_GROWTH_MAX);
	encoded_word_decode_strict(value, &decoded);
	made = composed(buf_slice(&decoded));
	buf_done(&decoded);
	return made;
}

json_t *json_lower(slice text)
{
	struct buf lower;

	buf_init(&lower, text.n);
	for (size_t i = 0; i < text.n; i++)
		buf_add_char(&lower, lower_ascii(text.p[i]));
	return json_buf(&lower);
}

/* --- addresses --- */

/* A quoted name has no encoded words, whatever it looks like (RFC 2047 5). */
static json_t *name_of(const struct address *a)
{
	slice name = slice_trim(a->name);
	struct buf utf8;
	json_t *made;

	if (!a->has_name) return json_null();
	if (!a->is_quoted) return json_decoded(name);
	buf_init(&utf8, name.n * TEXT_GROWTH_MAX);
	text_decode_unlabelled(name, &utf8);
	made = composed(buf_slice(&utf8));
	buf_done(&utf8);
	return made;
}

/* What has no domain is no addr-spec, and not made to look like one. */

static json_t *email_of(const struct address *a)
{
	struct buf out;

	if (!a->domain.n) return json_slice(a->local);
	buf_init(&out, 2 * a->local.n + a->domain.n + 3);
	addr_spec_write(a->local, a->domain, &out);
	return json_buf(&out);
}

static json_t *address_of(const struct address *a)
{
	json_t *made = json_object();

	json_object_set_new(made, "name", name_of(a));
	json_object_set_new(made, "email", email_of(a));
	return made;
}

json_t *json_addresses(slice value, struct arena *arena)
{
	json_t *list = json_array();
	const struct address *at;
	uint32_t count;

	if (!address_list_parse(value, arena, &at, &count)) return list;
	for (uint32_t i = 0; i < count; i++)
		if (at[i].kind == ADDRESS_MAILBOX)
			json_array_append_new(list, address_of(&at[i]));
	return list;
}

/* Appends a group and returns its array of addresses, borrowed. */
static json_t *add_group(json_t *list, json_t *name)
{
	json_t *group = json_object(), *addresses = json_array();

	json_object_set_new(group, "name", name);
	json_object_set_new(group, "addresses", addresses);
	json_array_append_new(list, group);
	return addresses;
}

json_t *json_address_groups(slice value, struct arena *arena)
{
	json_t *list = json_array(), *open = NULL;
	const struct address *at;
	uint32_t count;

	if (!address_list_parse(value, arena, &at, &count)) return list;
	for (uint32_t i = 0; i < count; i++) {
		const struct address *a = &at[i];

		if (a->kind == ADDRESS_GROUP_START) {
			open = add_group(list, name_of(a));
		} else if (a->kind == ADDRESS_GROUP_END) {
			open = NULL;
		} else {
			if (!open) open = add_group(list, json_null());
			json_array_append_new(open, address_of(a));
		}
	}
	return list;
}
