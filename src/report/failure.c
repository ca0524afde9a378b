#include "report/failure.h"

#include <stddef.h>

/* clang-format off */
static const struct field {
	slice name;
	slice told; /* in JSON */
	size_t offset;
} fields[] = {
	{ SLICE_INIT("Feedback-Type"), SLICE_INIT("feedback"), offsetof(struct failure, kind) },
	{ SLICE_INIT("User-Agent"), SLICE_INIT("agent"), offsetof(struct failure, agent) },
	{ SLICE_INIT("Reported-Domain"), SLICE_INIT("about"), offsetof(struct failure, domain) },
	{ SLICE_INIT("Source-IP"), SLICE_INIT("source"), offsetof(struct failure, source) },
	{ SLICE_INIT("Auth-Failure"), SLICE_INIT("auth_failure"),
	  offsetof(struct failure, auth_failure) },
	{ SLICE_INIT("Delivery-Result"), SLICE_INIT("delivery_result"),
	  offsetof(struct failure, delivery_result) },
	{ SLICE_INIT("Identity-Alignment"), SLICE_INIT("identity_alignment"),
	  offsetof(struct failure, identity_alignment) },
	{ SLICE_INIT("Arrival-Date"), SLICE_INIT("arrival"), offsetof(struct failure, arrival) },
	{ SLICE_INIT("Original-Mail-From"), SLICE_INIT("mail_from"),
	  offsetof(struct failure, mail_from) },
	{ SLICE_INIT("Authentication-Results"), SLICE_INIT("results"),
	  offsetof(struct failure, results) },
	{ SLICE_INIT("DKIM-Domain"), SLICE_INIT("dkim_domain"),
	  offsetof(struct failure, dkim_domain) },
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
