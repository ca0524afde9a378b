#include "report/failure.h"

#include <stddef.h>

/* clang-format off */
#define FIELD(name, told, field) \
	{ SLICE_INIT(name), SLICE_INIT(told), offsetof(struct failure, field) }

static const struct field {
	slice name;
	slice told; /* in JSON */
	size_t offset;
} fields[] = {
	FIELD("Feedback-Type", "feedback", kind),
	FIELD("User-Agent", "agent", agent),
	FIELD("Reported-Domain", "about", domain),
	FIELD("Source-IP", "source", source),
	FIELD("Auth-Failure", "auth_failure", auth_failure),
	FIELD("Delivery-Result", "delivery_result", delivery_result),
	FIELD("Identity-Alignment", "identity_alignment", identity_alignment),
	FIELD("Arrival-Date", "arrival", arrival),
	FIELD("Original-Mail-From", "mail_from", mail_from),
	FIELD("Authentication-Results", "results", results),
	FIELD("DKIM-Domain", "dkim_domain", dkim_domain),
};
/* clang-format on */

static slice *place_of(struct failure *f, const struct field *field)
{
	return (slice *)(void *)((char *)f + field->offset);
}

/* One line, and those that begin with white space behind it. */
static bool take_folded(slice *in, slice *ret)
{
	size_t n = 0;

	if (in->n == 0) return false;
	do {
		n += slice_find_char(slice_skip(*in, n), '\n');
		if (n < in->n) n++;
	} while (n < in->n && (in->p[n] == ' ' || in->p[n] == '\t'));
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return true;
}

static void keep(struct failure *f, slice name, slice value)
{
	for (size_t i = 0; i < countof(fields); i++) {
		slice *place = place_of(f, &fields[i]);

		if (slice_eq_nocase(fields[i].name, name) && place->n == 0)
			*place = value;
	}
}

bool failure_read(slice in, struct failure *ret)
{
	slice line, name;

	*ret = (struct failure){ 0 };
	while (take_folded(&in, &line))
		if (take_until(&line, ':', &name))
			keep(ret, slice_trim(name), slice_trim(line));
	ret->agent = slice_head(ret->agent, slice_find_char(ret->agent, '/'));
	return ret->kind.n > 0;
}

void failure_tell(const struct failure *f, struct json_writer *w)
{
	for (size_t i = 0; i < countof(fields); i++) {
		const slice *value =
			(const slice *)(const void *)((const char *)f + fields[i].offset);

		if (value->n == 0) continue;
		json_write_key(w, fields[i].told);
		json_write_string(w, *value);
	}
}
