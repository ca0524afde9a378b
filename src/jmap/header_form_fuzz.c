/* The first octet names a form; whatever the value is, its JSON has the form's type and
 * is JSON again when it is read. */
#include <stdlib.h>

#include "jmap/header_form.h"

static void check(bool ok)
{
	if (!ok) abort();
}

static void check_string(json_t *value, const json_t *parent)
{
	check(json_is_string(value) || (json_is_null(value) && parent));
}

static void check_addresses(json_t *list)
{
	json_t *address;
	size_t i;

	check(json_is_array(list));
	json_array_foreach(list, i, address)
	{
		check(json_object_size(address) == 2);
		check_string(json_object_get(address, "name"), address);
		check_string(json_object_get(address, "email"), NULL);
	}
}

static void check_groups(json_t *list)
{
	json_t *group;
	size_t i;

	check(json_is_array(list));
	json_array_foreach(list, i, group)
	{
		check_string(json_object_get(group, "name"), group);
		check_addresses(json_object_get(group, "addresses"));
	}
}

static void check_strings(json_t *list)
{
	json_t *item;
	size_t i;

	if (json_is_null(list)) return;
	check(json_array_size(list) > 0);
	json_array_foreach(list, i, item)
	{
		check_string(item, NULL);
	}
}

static void check_form(json_t *value, enum header_form form)
{
	switch (form) {
	case HEADER_RAW:
	case HEADER_TEXT:
		check_string(value, NULL);
		break;
	case HEADER_DATE:
		check_string(value, value);
		break;
	case HEADER_ADDRESSES:
		check_addresses(value);
		break;
	case HEADER_GROUPED_ADDRESSES:
		check_groups(value);
		break;
	case HEADER_MESSAGE_IDS:
	case HEADER_URLS:
		check_strings(value);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	enum header_form form = n ? data[0] % (HEADER_URLS + 1) : HEADER_RAW;
	slice text = slice_skip((slice){ (const char *)data, n }, 1);
	struct header_property p;
	json_t *value = header_value(text, form), *again;
	char *dumped = json_dumps(value, JSON_ENCODE_ANY);

	check(value && dumped);
	check_form(value, form);
	again = json_loads(dumped, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	check(json_equal(value, again));
	if (header_property_parse(text, &p)) check(header_form_fits(p.name, p.form));
	json_decref(again);
	free(dumped);
	json_decref(value);
	return 0;
}
