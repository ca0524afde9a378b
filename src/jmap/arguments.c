#include "jmap/arguments.h"

#include <string.h>

#include "base/date.h"
#include "base/utf8.h"

enum { UNSIGNED_MAX_BITS = 53, STATE_DIGITS_MAX = 20 };

/* --- members --- */

static bool refuse(struct call *c, const char *name)
{
	call_fail(c, "invalidArguments", "\"%s\" has not the type or range it must have",
		  name);
	return false;
}

static bool is_among(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (!strcmp(name, *names)) return true;
	return false;
}

bool arguments_known_of(struct call *c, const char *const *names,
			const char *const *further)
{
	const char *name;
	json_t *value;

	json_object_foreach(call_arguments(c), name, value)
	{
		if (is_among(name, names)) continue;
		if (further && is_among(name, further)) continue;
		call_fail(c, "invalidArguments", "there is no argument \"%s\"", name);
		return false;
	}
	return true;
}

bool arguments_known(struct call *c, const char *const *names)
{
	return arguments_known_of(c, names, NULL);
}

/* NULL: it is absent, or null. */
static json_t *member(const struct call *c, const char *name)
{
	json_t *value = json_object_get(call_arguments(c), name);

	return json_is_null(value) ? NULL : value;
}

bool argument_string(struct call *c, const char *name, const char **ret)
{
	const json_t *value = member(c, name);

	if (!value) return true;
	if (!json_is_string(value)) return refuse(c, name);
	*ret = json_string_value(value);
	return true;
}

bool argument_bool(struct call *c, const char *name, bool *ret)
{
	const json_t *value = member(c, name);

	if (!value) return true;
	if (!json_is_boolean(value)) return refuse(c, name);
	*ret = json_is_true(value);
	return true;
}

bool argument_int(struct call *c, const char *name, int64_t *ret)
{
	const json_t *value = member(c, name);
	json_int_t n = json_integer_value(value);

	if (!value) return true;
	if (!json_is_integer(value) || n >= INT64_C(1) << UNSIGNED_MAX_BITS ||
	    n <= -(INT64_C(1) << UNSIGNED_MAX_BITS))
		return refuse(c, name);
	*ret = n;
	return true;
}

bool argument_unsigned(struct call *c, const char *name, uint64_t *ret)
{
	int64_t n = (int64_t)*ret;

	if (!argument_int(c, name, &n)) return false;
	if (n < 0) return refuse(c, name);
	*ret = (uint64_t)n;
	return true;
}

bool argument_object(struct call *c, const char *name, json_t **ret)
{
	json_t *value = member(c, name);

	if (!value) return true;
	if (!json_is_object(value)) return refuse(c, name);
	*ret = value;
	return true;
}

bool argument_array(struct call *c, const char *name, json_t **ret)
{
	json_t *value = member(c, name);

	if (!value) return true;
	if (!json_is_array(value)) return refuse(c, name);
	*ret = value;
	return true;
}

bool argument_strings(struct call *c, const char *name, json_t **ret)
{
	json_t *list = NULL, *value;
	size_t i;

	if (!argument_array(c, name, &list)) return false;
	json_array_foreach(list, i,
			   value) if (!json_is_string(value)) return refuse(c, name);
	if (list) *ret = list;
	return true;
}

/* --- dates --- */

bool utc_date_parse(const char *text, int64_t *ret)
{
	slice in = slice_of(text);
	struct date d;

	if (!date_parse_iso(in, &d)) return false;
	if (slice_find_char(in, 'T') == in.n || in.p[in.n - 1] != 'Z') return false;
	*ret = d.instant;
	return true;
}

json_t *json_buf(struct buf *b)
{
	json_t *text = json_slice(buf_slice(b));

	buf_done(b);
	return text;
}

json_t *utc_date(int64_t instant)
{
	struct buf out;

	buf_init(&out, 40);
	date_add_iso(&out, instant);
	return json_buf(&out);
}

json_t *date_with_zone(int64_t instant, int zone_minutes)
{
	unsigned size = (unsigned)(zone_minutes < 0 ? -zone_minutes : zone_minutes);
	struct buf out;

	if (!zone_minutes) return utc_date(instant);
	buf_init(&out, 40);
	date_add_iso(&out, instant + (int64_t)zone_minutes * 60);
	buf_truncate(&out, out.n - 1); /* its "Z" */
	buf_addf(&out, "%c%02u:%02u", zone_minutes < 0 ? '-' : '+', size / 60, size % 60);
	return json_buf(&out);
}

/* --- texts --- */

/* What I-JSON does not want in a text (RFC 7493 2.1). */
static bool is_noncharacter(uint32_t c)
{
	return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

static bool is_clean(slice text)
{
	uint32_t c;

	while (take_code_point(&text, &c))
		if (is_noncharacter(c)) return false;
	return !text.n;
}

json_t *json_slice(slice utf8)
{
	struct buf mended;
	uint32_t c;

	if (is_ascii(utf8) || is_clean(utf8))
		return json_stringn_nocheck(utf8.n ? utf8.p : "", utf8.n);
	buf_init(&mended, utf8.n * 3); /* what an octet is replaced by */
	while (take_code_point_lenient(&utf8, &c))
		buf_add_code_point(&mended, is_noncharacter(c) ? UTF8_REPLACEMENT : c);
	return json_buf(&mended);
}

slice json_text(const json_t *string)
{
	return (slice){ json_string_value(string), json_string_length(string) };
}

/* --- ids and states --- */

json_t *json_id(enum object_kind kind, int64_t account, int64_t id)
{
	struct buf out;

	buf_init(&out, ID_TEXT_MAX);
	object_id_write(kind, account, id, &out);
	return json_buf(&out);
}

int64_t id_number(const struct call *c, enum object_kind kind, const char *id)
{
	slice in = slice_of(id);
	int64_t number;

	if (!take_object_id(&in, kind, call_user(c)->account, &number) || in.n) return -1;
	return number;
}

json_t *json_state(uint64_t state)
{
	struct buf out;

	buf_init(&out, STATE_DIGITS_MAX);
	buf_add_u64(&out, state);
	return json_buf(&out);
}

bool state_parse(const char *text, uint64_t *ret)
{
	slice in = slice_of(text);
	uint64_t state;

	if (in.n > 1 && *in.p == '0') return false; /* no state is written so */
	if (!take_u64(&in, &state) || in.n) return false;
	*ret = state;
	return true;
}
