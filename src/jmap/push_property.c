#include "jmap/push_property.h"

#include <string.h>

#include "base/https_url.h"
#include "jmap/push_document.h"

/* --- each property --- */

static bool is_device(const json_t *value)
{
	return json_is_string(value) && json_string_length(value) > 0 &&
	       json_string_length(value) <= PUSH_TEXT_MAX;
}

static bool is_host_char(char c)
{
	return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
}

/* Of what goes into a request there is nothing that could end its line. */
static bool is_url(const json_t *value)
{
	slice url = json_text(value), host, path;
	uint16_t port;

	if (!json_is_string(value) || url.n > PUSH_URL_MAX || !is_visible(url) ||
	    slice_find_char(url, '#') < url.n ||
	    !https_url_split(url, &host, &port, &path) || *host.p == '-')
		return false;
	for (size_t i = 0; i < host.n; i++)
		if (!is_host_char(host.p[i])) return false;
	return true;
}

static bool is_point(slice key)
{
	return key.n == PUSH_KEY_OCTETS && *key.p == 4;
}

static bool are_keys(const json_t *value)
{
	struct buf octets;
	bool are_good;

	if (json_is_null(value)) return true;
	if (json_object_size(value) != 2) return false; /* nothing else is kept */
	buf_init(&octets, PUSH_KEYS_ROOM);
	are_good = push_take_key(value, "p256dh", PUSH_KEY_OCTETS, &octets) &&
		   is_point(buf_slice(&octets)) &&
		   push_take_key(value, "auth", PUSH_SECRET_OCTETS, &octets);
	buf_wipe(&octets);
	return are_good;
}

/* All data types have such names. */
static bool is_type_name(const json_t *value)
{
	slice name = json_text(value);

	if (!json_is_string(value) || !name.n || name.n > PUSH_TEXT_MAX) return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_alpha(name.p[i]) && !is_digit(name.p[i])) return false;
	return true;
}

static bool are_types(const json_t *value)
{
	json_t *type;
	size_t i;

	if (json_is_null(value)) return true;
	json_array_foreach(value, i, type) if (!is_type_name(type)) return false;
	return json_is_array(value) && json_array_size(value) <= PUSH_TYPES_MAX;
}

bool push_is_date(const json_t *value)
{
	int64_t instant;

	return json_is_null(value) ||
	       (json_is_string(value) &&
		utc_date_parse(json_string_value(value), &instant));
}

static bool is_null(const json_t *value)
{
	return json_is_null(value);
}

static bool is_anything(const json_t *)
{
	return true;
}

static const struct property {
	const char *name;
	bool (*is_good)(const json_t *value);        /* of a new one */
	bool (*is_good_change)(const json_t *value); /* NULL: it is immutable */
} properties[] = {
	{ "deviceClientId", is_device, NULL },
	{ "url", is_url, NULL },
	{ "keys", are_keys, NULL },
	{ "verificationCode", is_null, is_anything },
	{ "expires", push_is_date, push_is_date },
	{ "types", are_types, are_types },
};

static const struct property *find_property(const char *name)
{
	for (size_t i = 0; i < countof(properties); i++)
		if (!strcmp(properties[i].name, name)) return &properties[i];
	return NULL;
}

/* --- the whole --- */

void push_check_new(json_t *object, struct set_outcome *o)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		if (!find_property(name))
			set_refuse(o, "invalidProperties", name,
				   "it is no property that can be set");
	}
	for (size_t i = 0; i < countof(properties); i++) {
		value = json_object_get(object, properties[i].name);
		if (!properties[i].is_good(value ? value : json_null()))
			set_refuse(o, "invalidProperties", properties[i].name,
				   "it has not the form it must have");
	}
}

static void check_change(const char *name, const json_t *value, struct set_outcome *o)
{
	const struct property *p = find_property(name);

	if (!p || !p->is_good_change)
		set_refuse(o, "invalidProperties", name,
			   p ? "it is immutable" : "there is no such");
	else if (!p->is_good_change(value))
		set_refuse(o, "invalidProperties", name,
			   "it has not the form it must have");
}

void push_check_changes(json_t *now, json_t *patched, struct set_outcome *o)
{
	const char *name;
	json_t *value;

	json_object_foreach(patched, name, value)
	{
		if (!json_equal(json_object_get(now, name), value))
			check_change(name, value, o);
	}
}
