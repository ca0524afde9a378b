#include "report/ledger.h"
#include "report/tls_report.h"

enum { DETAILS_MAX = 4 * 1024 * 1024 }; /* octets of a policy's failures */

static void add_text(struct json_writer *w, slice name, slice value)
{
	if (value.n == 0) return;
	json_write_key(w, name);
	json_write_string(w, value);
}

static void add_list(struct json_writer *w, slice name, const slice *list, uint32_t count)
{
	if (count == 0) return;
	json_write_key(w, name);
	json_write_array_begin(w);
	for (uint32_t i = 0; i < count; i++)
		json_write_string(w, list[i]);
	json_write_array_end(w);
}

/* A whole object. */
bool tls_report_add_policy(const struct tls_policy *p, struct buf *out)
{
	struct json_writer w;

	json_writer_init(&w, out);
	json_write_object_begin(&w);
	add_text(&w, S("policy-type"), slice_of(p->type));
	add_list(&w, S("policy-string"), p->strings, p->string_count);
	add_text(&w, S("policy-domain"), p->domain);
	add_list(&w, S("mx-host"), p->hosts, p->host_count);
	json_write_object_end(&w);
	return !out->overflow;
}

/* An object without its end, for the count comes behind it. */
bool tls_report_add_attempt(const struct tls_attempt *a, struct buf *out)
{
	struct json_writer w;
	size_t before = out->n;

	if (!a->result) return true;
	json_writer_init(&w, out);
	json_write_object_begin(&w);
	add_text(&w, S("result-type"), slice_of(a->result));
	add_text(&w, S("sending-mta-ip"), a->sending_ip);
	add_text(&w, S("receiving-mx-hostname"), a->host);
	add_text(&w, S("receiving-ip"), a->receiving_ip);
	add_text(&w, S("failure-reason-code"), a->reason);
	json_write_object_end(&w);
	if (out->overflow) return false;
	if (out->n > before) buf_truncate(out, out->n - 1);
	return true;
}

void tls_report_begin(struct tls_report_writer *w, const struct tls_report_head *h,
		      struct buf *out)
{
	struct json_writer *j = &w->json;

	*w = (struct tls_report_writer){ 0 };
	buf_init(&w->policy, LEDGER_ENTRY_MAX);
	buf_init(&w->details, DETAILS_MAX);
	json_writer_init(j, out);
	json_write_object_begin(j);
	add_text(j, S("organization-name"), h->org);
	json_write_key(j, S("date-range"));
	json_write_object_begin(j);
	json_write_key(j, S("start-datetime"));
	json_write_date(j, h->begin);
	json_write_key(j, S("end-datetime"));
	json_write_date(j, h->end - 1); /* as the example of RFC 8460 B */
	json_write_object_end(j);
	add_text(j, S("contact-info"), h->email);
	add_text(j, S("report-id"), h->name);
	json_write_key(j, S("policies"));
	json_write_array_begin(j);
}

static void end_policy(struct tls_report_writer *w)
{
	struct json_writer *j = &w->json;

	if (!w->has_policy) return;
	json_write_object_begin(j);
	json_write_key(j, S("policy"));
	json_write_raw(j, buf_slice(&w->policy));
	json_write_key(j, S("summary"));
	json_write_object_begin(j);
	json_write_key(j, S("total-successful-session-count"));
	json_write_int(j, w->successes);
	json_write_key(j, S("total-failure-session-count"));
	json_write_int(j, w->failures);
	json_write_object_end(j);
	if (w->details.n) {
		buf_add_char(&w->details, ']');
		json_write_key(j, S("failure-details"));
		json_write_raw(j, buf_slice(&w->details));
	}
	json_write_object_end(j);
	buf_reset(&w->details);
	w->successes = w->failures = 0;
}

/* Failures that do not fit are in the sum nevertheless. */
static void add_detail(struct buf *details, slice attempt, int64_t count)
{
	if (details->n + attempt.n + 64 > DETAILS_MAX) return;
	buf_add_char(details, details->n ? ',' : '[');
	buf_add(details, attempt);
	buf_addf(details, ",\"failed-session-count\":%lld}", (long long)count);
}

void tls_report_entry(struct tls_report_writer *w, slice policy, slice attempt,
		      int64_t count)
{
	if (!w->has_policy || !slice_eq(buf_slice(&w->policy), policy)) {
		end_policy(w);
		buf_reset(&w->policy);
		buf_add(&w->policy, policy);
		w->has_policy = true;
	}
	if (attempt.n == 0) {
		w->successes += count;
		return;
	}
	w->failures += count;
	add_detail(&w->details, attempt, count);
}

bool tls_report_end(struct tls_report_writer *w)
{
	end_policy(w);
	json_write_array_end(&w->json);
	json_write_object_end(&w->json);
	buf_done(&w->policy);
	buf_done(&w->details);
	return !w->json.out->overflow;
}
