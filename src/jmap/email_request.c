#include "jmap/email_request.h"

#include <string.h>

#include "jmap/arguments.h"
#include "jmap/email_property.h"

enum { REQUEST_ARENA_MAX = 1024 * 1024 }; /* octets: EMAIL_PROPERTIES_MAX twice */

const char *const email_request_arguments[] = {
	"bodyProperties",     "fetchTextBodyValues", "fetchHTMLBodyValues",
	"fetchAllBodyValues", "maxBodyValueBytes",   NULL,
};

static bool refuse_name(struct call *c, const char *argument, const char *name)
{
	call_fail(c, "invalidArguments", "\"%s\": there is no property \"%.100s\"",
		  argument, name);
	return false;
}

static bool check_count(struct call *c, const json_t *names)
{
	if (json_array_size(names) <= EMAIL_PROPERTIES_MAX) return true;
	call_fail(c, "invalidArguments", "more than %d properties are named",
		  EMAIL_PROPERTIES_MAX);
	return false;
}

static const struct email_property *find_property(const char *name)
{
	for (size_t i = 0; i < email_property_count; i++)
		if (!strcmp(email_properties[i].name, name)) return &email_properties[i];
	return NULL;
}

static bool add(struct email_request *r, const char *name)
{
	struct wanted_property *w = &r->wanted[r->wanted_count];

	w->name = name;
	w->known = find_property(name);
	if (!w->known && !header_property_parse(slice_of(name), &w->header)) return false;
	r->needs |= w->known ? w->known->needs : NEEDS_HEADER;
	r->wanted_count++;
	return true;
}

static void add_defaults(struct email_request *r, enum email_default defaults)
{
	for (size_t i = 0; i < email_property_count; i++)
		if (email_properties[i].defaults & defaults)
			add(r, email_properties[i].name);
}

static bool read_properties(struct call *c, enum email_default defaults,
			    struct email_request *r)
{
	json_t *names = NULL;
	size_t count;

	if (!argument_strings(c, "properties", &names) || !check_count(c, names))
		return false;
	count = names ? json_array_size(names) : email_property_count;
	r->wanted = arena_alloc_array(&r->arena, count + 1, sizeof(*r->wanted));
	if (!names) add_defaults(r, defaults);
	for (size_t i = 0; names && i < count; i++) {
		const char *name = json_string_value(json_array_get(names, i));

		if (!add(r, name)) return refuse_name(c, "properties", name);
	}
	return true;
}

static bool read_part_properties(struct call *c, struct email_request *r)
{
	json_t *names = NULL;
	const char *bad;

	if (!argument_strings(c, "bodyProperties", &names) || !check_count(c, names))
		return false;
	bad = part_properties_read(names, &r->arena, &r->parts);
	return !bad || refuse_name(c, "bodyProperties", bad);
}

bool email_request_read(struct call *c, enum email_default defaults,
			struct email_request *ret)
{
	*ret = (struct email_request){ 0 };
	arena_init(&ret->arena, REQUEST_ARENA_MAX);
	return argument_bool(c, "fetchTextBodyValues", &ret->text_values) &&
	       argument_bool(c, "fetchHTMLBodyValues", &ret->html_values) &&
	       argument_bool(c, "fetchAllBodyValues", &ret->all_values) &&
	       argument_unsigned(c, "maxBodyValueBytes", &ret->value_max) &&
	       read_properties(c, defaults, ret) && read_part_properties(c, ret);
}

bool email_request_of(const char *const *names, uint32_t count, struct email_request *ret)
{
	*ret = (struct email_request){ 0 };
	arena_init(&ret->arena, REQUEST_ARENA_MAX);
	ret->wanted = arena_alloc_array(&ret->arena, count + 1, sizeof(*ret->wanted));
	if (!ret->wanted || part_properties_read(NULL, &ret->arena, &ret->parts))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!add(ret, names[i])) return false;
	return true;
}

void email_request_add_id(struct email_request *r)
{
	add(r, "id");
}

void email_request_done(struct email_request *r)
{
	arena_done(&r->arena);
}
