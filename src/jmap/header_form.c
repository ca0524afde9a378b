#include "jmap/header_form.h"

#include "base/date.h"
#include "jmap/arguments.h"
#include "jmap/json_address.h"
#include "message/header_text.h"

enum {
	ARENA_MAX = 8 * 1024 * 1024, /* octets: what one value is parsed in */
	DAY_MINUTES = 24 * 60,
};

/* --- names --- */

#define FORM(form) (1u << (form))
#define ALL_FORMS (FORM(HEADER_URLS + 1) - 1)
#define ADDRESSES (FORM(HEADER_ADDRESSES) | FORM(HEADER_GROUPED_ADDRESSES))

static const slice form_names[] = {
	[HEADER_RAW] = SLICE_INIT("Raw"),
	[HEADER_TEXT] = SLICE_INIT("Text"),
	[HEADER_ADDRESSES] = SLICE_INIT("Addresses"),
	[HEADER_GROUPED_ADDRESSES] = SLICE_INIT("GroupedAddresses"),
	[HEADER_MESSAGE_IDS] = SLICE_INIT("MessageIds"),
	[HEADER_DATE] = SLICE_INIT("Date"),
	[HEADER_URLS] = SLICE_INIT("URLs"),
};

/* What RFC 5322 and RFC 2369 define, and the forms for it besides Raw. */
static const struct {
	slice name;
	unsigned forms;
} defined[] = {
	{ SLICE_INIT("Bcc"), ADDRESSES },
	{ SLICE_INIT("Cc"), ADDRESSES },
	{ SLICE_INIT("Comments"), FORM(HEADER_TEXT) },
	{ SLICE_INIT("Date"), FORM(HEADER_DATE) },
	{ SLICE_INIT("From"), ADDRESSES },
	{ SLICE_INIT("In-Reply-To"), FORM(HEADER_MESSAGE_IDS) },
	{ SLICE_INIT("Keywords"), FORM(HEADER_TEXT) },
	{ SLICE_INIT("List-Archive"), FORM(HEADER_URLS) },
	{ SLICE_INIT("List-Help"), FORM(HEADER_URLS) },
	{ SLICE_INIT("List-Owner"), FORM(HEADER_URLS) },
	{ SLICE_INIT("List-Post"), FORM(HEADER_URLS) },
	{ SLICE_INIT("List-Subscribe"), FORM(HEADER_URLS) },
	{ SLICE_INIT("List-Unsubscribe"), FORM(HEADER_URLS) },
	{ SLICE_INIT("Message-ID"), FORM(HEADER_MESSAGE_IDS) },
	{ SLICE_INIT("Received"), 0 },
	{ SLICE_INIT("References"), FORM(HEADER_MESSAGE_IDS) },
	{ SLICE_INIT("Reply-To"), ADDRESSES },
	{ SLICE_INIT("Resent-Bcc"), ADDRESSES },
	{ SLICE_INIT("Resent-Cc"), ADDRESSES },
	{ SLICE_INIT("Resent-Date"), FORM(HEADER_DATE) },
	{ SLICE_INIT("Resent-From"), ADDRESSES },
	{ SLICE_INIT("Resent-Message-ID"), FORM(HEADER_MESSAGE_IDS) },
	{ SLICE_INIT("Resent-Reply-To"), ADDRESSES },
	{ SLICE_INIT("Resent-Sender"), ADDRESSES },
	{ SLICE_INIT("Resent-To"), ADDRESSES },
	{ SLICE_INIT("Return-Path"), 0 },
	{ SLICE_INIT("Sender"), ADDRESSES },
	{ SLICE_INIT("Subject"), FORM(HEADER_TEXT) },
	{ SLICE_INIT("To"), ADDRESSES },
};

bool header_form_fits(slice name, enum header_form form)
{
	unsigned forms = ALL_FORMS;

	for (size_t i = 0; i < countof(defined); i++)
		if (slice_eq_nocase(defined[i].name, name))
			forms = defined[i].forms | FORM(HEADER_RAW);
	return forms & FORM(form);
}

bool header_is_of_mail(slice name)
{
	for (size_t i = 0; i < countof(defined); i++)
		if (slice_eq_nocase(defined[i].name, name)) return true;
	return slice_starts_nocase(name, S("Content-")) ||
	       slice_eq_nocase(name, S("MIME-Version"));
}

static bool take_name(slice *in, slice *ret)
{
	*ret = slice_head(*in, slice_find_char(*in, ':'));
	*in = slice_skip(*in, ret->n);
	return is_visible(*ret);
}

/* ":as" and a form's name, up to the next colon or the end. */
static bool take_form(slice *in, enum header_form *ret)
{
	slice s = *in, name;

	if (!take_literal(&s, S(":as"))) return false;
	name = slice_head(s, slice_find_char(s, ':'));
	for (size_t i = 0; i < countof(form_names); i++) {
		if (!slice_eq(form_names[i], name)) continue;
		*ret = (enum header_form)i;
		*in = slice_skip(s, name.n);
		return true;
	}
	return false;
}

bool header_property_parse(slice text, struct header_property *ret)
{
	struct header_property p = { .form = HEADER_RAW };

	if (!take_literal(&text, S("header:")) || !take_name(&text, &p.name))
		return false;
	take_form(&text, &p.form);
	p.all = take_literal(&text, S(":all"));
	if (text.n || !header_form_fits(p.name, p.form)) return false;
	*ret = p;
	return true;
}

/* --- values --- */

static json_t *raw(slice value, struct arena *)
{
	return json_slice(value);
}

static json_t *date(slice value, struct arena *arena)
{
	struct date d;
	slice text;

	if (!header_uncomment(value, arena, &text) || !date_parse_rfc5322(text, &d))
		return json_null();
	/* RFC 3339 5.6 has no zone of a day and more. */
	if (d.zone_minutes <= -DAY_MINUTES || d.zone_minutes >= DAY_MINUTES)
		return utc_date(d.instant);
	return date_with_zone(d.instant, d.zone_minutes);
}

static json_t *text(slice value, struct arena *)
{
	while (value.n && slice_find_char(S(" \r\n"), value.p[0]) < 3)
		value = slice_skip(value, 1);
	return json_decoded(value);
}

/* An array with these, or null where there is none. */
static json_t *array_of(const slice *items, uint32_t count)
{
	json_t *array = count ? json_array() : json_null();

	for (uint32_t i = 0; i < count; i++)
		json_array_append_new(array, json_slice(items[i]));
	return array;
}

static json_t *message_ids(slice value, struct arena *arena)
{
	const slice *ids;
	uint32_t count;

	if (!message_ids_parse(value, arena, &ids, &count)) return json_null();
	return array_of(ids, count);
}

/* White space within the brackets is no part of the URL (RFC 2369 2). */
static json_t *url(slice inside, struct arena *arena)
{
	char *to = arena_alloc(arena, inside.n + 1);
	size_t n = 0;

	for (size_t i = 0; to && i < inside.n; i++)
		if (!is_header_space(inside.p[i])) to[n++] = inside.p[i];
	return json_slice((slice){ to, n });
}

/* <url>, <url>: what stands elsewhere, comments apart, ends the list (RFC 2369 2). */
static json_t *urls(slice value, struct arena *arena)
{
	json_t *array = json_array();
	slice inside;

	do {
		skip_cfws(&value);
		if (!take_char(&value, '<') || !take_until(&value, '>', &inside)) break;
		json_array_append_new(array, url(inside, arena));
		skip_cfws(&value);
	} while (take_char(&value, ','));
	if (json_array_size(array)) return array;
	json_decref(array);
	return json_null();
}

/* NUL octets are dropped (RFC 8621 4.1.2.1). */
static slice without_nuls(slice value, struct arena *arena)
{
	char *to;
	size_t n = 0;

	if (slice_find_char(value, '\0') == value.n) return value;
	to = arena_alloc(arena, value.n);
	for (size_t i = 0; to && i < value.n; i++)
		if (value.p[i]) to[n++] = value.p[i];
	return (slice){ to, n };
}

json_t *header_value(slice value, enum header_form form)
{
	static json_t *(*const makers[])(slice, struct arena *) = {
		[HEADER_RAW] = raw,
		[HEADER_TEXT] = text,
		[HEADER_ADDRESSES] = json_addresses,
		[HEADER_GROUPED_ADDRESSES] = json_address_groups,
		[HEADER_MESSAGE_IDS] = message_ids,
		[HEADER_DATE] = date,
		[HEADER_URLS] = urls,
	};
	struct arena arena;
	json_t *made;

	arena_init(&arena, ARENA_MAX);
	made = makers[form](without_nuls(value, &arena), &arena);
	arena_done(&arena);
	return made;
}

/* --- properties --- */

json_t *header_property_value(const struct mime_part *part,
			      const struct header_property *p)
{
	json_t *all = p->all ? json_array() : NULL;
	const struct header_field *last = NULL;

	for (uint32_t i = 0; i < part->field_count; i++) {
		const struct header_field *f = &part->fields[i];

		if (!slice_eq_nocase(f->name, p->name)) continue;
		if (all) json_array_append_new(all, header_value(f->value, p->form));
		last = f;
	}
	if (all) return all;
	return last ? header_value(last->value, p->form) : json_null();
}

json_t *header_list(const struct mime_part *part)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < part->field_count; i++) {
		json_t *field = json_object();

		json_object_set_new(field, "name", json_slice(part->fields[i].name));
		json_object_set_new(field, "value",
				    header_value(part->fields[i].value, HEADER_RAW));
		json_array_append_new(list, field);
	}
	return list;
}
