#include "report/tls_report.h"

#include "base/date.h"

static slice text_of(const json_t *value)
{
	if (!json_is_string(value)) return (slice){ 0 };
	return (slice){ json_string_value(value), json_string_length(value) };
}

static slice member(const json_t *object, const char *name)
{
	return text_of(json_object_get(object, name));
}

/* Some write strings, for all that the standard says. */
static uint64_t count_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	slice text = text_of(value);
	uint32_t count = 0;

	if (json_is_string(value)) return take_u32(&text, &count) ? count : 0;
	return json_integer_value(value) > 0 && json_integer_value(value) <= UINT32_MAX
		       ? (uint64_t)json_integer_value(value)
		       : 0;
}

static bool read_time(const json_t *range, const char *name, int64_t *ret)
{
	struct date date;

	if (!date_parse_iso(member(range, name), &date)) return false;
	*ret = date.instant;
	return true;
}

static bool read_policies(struct tls_report *r, const json_t *policies)
{
	size_t n = json_array_size(policies);

	if (n == 0 || n > TLS_REPORT_POLICIES_MAX) return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(policies, i);
		const json_t *sum = json_object_get(one, "summary");

		if (i == 0)
			r->domain =
				member(json_object_get(one, "policy"), "policy-domain");
		r->successes += count_of(sum, "total-successful-session-count");
		r->failures += count_of(sum, "total-failure-session-count");
	}
	return r->domain.n > 0;
}

enum err tls_report_read(slice text, struct tls_report *ret)
{
	const json_t *range;

	*ret = (struct tls_report){ .json = json_loadb(text.p, text.n, 0, NULL) };
	if (!json_is_object(ret->json)) return ERR_MALFORMED;
	range = json_object_get(ret->json, "date-range");
	ret->org = member(ret->json, "organization-name");
	ret->email = member(ret->json, "contact-info");
	ret->name = member(ret->json, "report-id");
	return ret->org.n && read_time(range, "start-datetime", &ret->begin) &&
			       read_time(range, "end-datetime", &ret->end) &&
			       read_policies(ret, json_object_get(ret->json, "policies"))
		       ? ERR_NONE
		       : ERR_MALFORMED;
}

void tls_report_done(struct tls_report *r)
{
	json_decref(r->json);
	r->json = NULL;
}

/* ---- telling ---- */

static void tell_text(struct json_writer *w, slice name, slice value)
{
	if (value.n == 0) return;
	json_write_key(w, name);
	json_write_string(w, value);
}

static void tell_count(struct json_writer *w, slice name, uint64_t value)
{
	json_write_key(w, name);
	json_write_uint(w, value);
}

static void tell_detail(const json_t *detail, struct json_writer *w)
{
	json_write_object_begin(w);
	tell_text(w, S("result"), member(detail, "result-type"));
	tell_count(w, S("count"), count_of(detail, "failed-session-count"));
	tell_text(w, S("host"), member(detail, "receiving-mx-hostname"));
	tell_text(w, S("sending_ip"), member(detail, "sending-mta-ip"));
	tell_text(w, S("receiving_ip"), member(detail, "receiving-ip"));
	tell_text(w, S("reason"), member(detail, "failure-reason-code"));
	json_write_object_end(w);
}

static void tell_policy(const json_t *one, uint32_t *left, struct json_writer *w)
{
	const json_t *policy = json_object_get(one, "policy");
	const json_t *sum = json_object_get(one, "summary");
	const json_t *details = json_object_get(one, "failure-details");

	json_write_object_begin(w);
	tell_text(w, S("type"), member(policy, "policy-type"));
	tell_text(w, S("domain"), member(policy, "policy-domain"));
	tell_count(w, S("successes"), count_of(sum, "total-successful-session-count"));
	tell_count(w, S("failures"), count_of(sum, "total-failure-session-count"));
	json_write_key(w, S("details"));
	json_write_array_begin(w);
	for (size_t i = 0; i < json_array_size(details) && *left; i++, (*left)--)
		tell_detail(json_array_get(details, i), w);
	json_write_array_end(w);
	json_write_object_end(w);
}

void tls_report_tell(const struct tls_report *r, struct json_writer *w)
{
	const json_t *policies = json_object_get(r->json, "policies");
	uint32_t left = TLS_REPORT_DETAILS_MAX;

	tell_text(w, S("email"), r->email);
	json_write_key(w, S("begin"));
	json_write_date(w, r->begin);
	json_write_key(w, S("end"));
	json_write_date(w, r->end);
	tell_count(w, S("successes"), r->successes);
	tell_count(w, S("failures"), r->failures);
	json_write_key(w, S("policies"));
	json_write_array_begin(w);
	for (size_t i = 0; i < json_array_size(policies); i++)
		tell_policy(json_array_get(policies, i), &left, w);
	json_write_array_end(w);
}
